//! The second stage: requests to GitHub about the repositories that links name, batch by batch, each batch stored at once.

mod account;
mod estimate;
mod files;
mod incomplete;
mod keep;

use crate::plan::{GithubPlan, api_url};
use crate::progress::Progress;
use crate::state::{Askable, Scope, State};
use crate::{clock, http, interrupt, secret};
pub(crate) use estimate::{Estimate, estimate};
pub(crate) use incomplete::{Missing, OLD_NAMES, SCALARS, missing};

use account::Credentials;
use anyhow::Result;
use chrono::{DateTime, Utc};
use keep::AnswerWriter;
use starcite_core::Part;
use starcite_core::Week;
use starcite_core::answer::Target;
use starcite_github::{AskOptions, Asker, Client, ClientError, Config, Delays, Report, Stop};

/// Keys in the state of the learnt sizes of queries, and of GitHub's working time in the last minute of a run.
const SIZES: &str = "sizes";
const LAST_MINUTE: &str = "last_minute";

/// The requests of one run to GitHub.
struct Observing<'a> {
    github: &'a GithubPlan,
    scope: Scope<'a>,
    /// Answers since then count as known.
    since: DateTime<Utc>,
    /// When the run began: two answers in one run that a repository is not found count as one.
    run_at: DateTime<Utc>,
    asker: Asker,
    /// True for a token or an App. Without one only REST answers, with scalars and stars.
    has_account: bool,
    /// The week and account of the budget; `None` for a run about names, which has its own.
    spending: Option<Spending>,
    state: &'a mut State,
    progress: &'a Progress,
}

/// The requests that an account had spent on a week before this run.
struct Spending {
    week: Week,
    account: String,
    before: u64,
}

impl Spending {
    fn of(scope: Scope<'_>, account: &Credentials, state: &State) -> Result<Option<Self>> {
        let Scope::Week(week) = scope else { return Ok(None) };
        let account = account.fingerprint.clone();
        Ok(Some(Self { week, before: state.spent(week, &account)?, account }))
    }

    /// Stores the spent requests, including those that this run has spent so far.
    fn keep(&self, state: &State, spent: u64) -> Result<()> {
        state.set_spent(self.week, &self.account, self.before + spent)
    }
}

/// Requests a scope's repositories that were not answered since `since`, in order of need.
///
/// # Errors
/// When the client can't be made (a wrong URL), or the state can't be written.
pub(crate) fn github(github: &GithubPlan, scope: Scope<'_>, since: DateTime<Utc>, state: &mut State, progress: &Progress) -> Result<Option<Report>> {
    let account = Credentials::read(github)?;
    account::withheld(github, &account).iter().for_each(|note| progress.note(note));
    github.secret_file().and_then(secret::warning).iter().for_each(|warning| progress.note(warning));
    let runtime = http::runtime()?;
    runtime.block_on(async {
        let spending = Spending::of(scope, &account, state)?;
        let mut asker = asker(github, &account, spending.as_ref(), state)?;
        let told = progress.clone();
        asker.on_wait(Box::new(move |until| told.waiting(until)));
        let run_at = clock::now();
        state.asks_for_visibility(run_at)?;
        state.want(scope)?;
        ahead(&github.host, since, state)?.iter().for_each(|note| progress.note(note));
        let mut observing = Observing { github, scope, since, run_at, asker, has_account: account.is_somebody(), spending, state, progress };
        let report = observing.all().await?;
        let (sizes, last_minute) = (serde_json::to_string(observing.asker.sizes())?, serde_json::to_string(&observing.asker.last_minute())?);
        let spending = observing.spending;
        state.set_meta(SIZES, &sizes)?;
        state.set_meta(LAST_MINUTE, &last_minute)?;
        if let Some(report) = &report {
            spending.map_or(Ok(()), |spending| spending.keep(state, report.spent))?;
            remember(report, &account, state)?;
        }
        Ok(report)
    })
}

/// Returns a note on answers with a time in the future; they do not count.
fn ahead(host: &str, since: DateTime<Utc>, state: &State) -> Result<Option<String>> {
    let told = |(count, last): (i64, DateTime<Utc>)| {
        let (last, now) = (last.format("%Y-%m-%d %H:%M UTC"), clock::now().format("%Y-%m-%d %H:%M UTC"));
        format!(
            "the state has answers of times up to {last} (repositories: {count}), which have not come: a clock was ahead then, or this one ({now}) is behind. They are not \
             believed, and {host} is asked again"
        )
    };
    Ok(state.answered_ahead(host, since)?.map(told))
}

fn asker(github: &GithubPlan, account: &Credentials, spending: Option<&Spending>, state: &State) -> Result<Asker> {
    let (base_url, known_as) = (github.base_url.clone(), api_url(&github.host));
    let config = Config { base_url, known_as, account: account.account.clone(), ..Config::default() };
    let client = Client::new(config, http::github()?).map_err(|error| {
        let what = if matches!(error, ClientError::Build(_)) { http::UNMADE } else { "cannot make a GitHub client: check --github-url" };
        anyhow::Error::from(error).context(what)
    })?;
    let options = AskOptions {
        wait: github.wait,
        budget: left(github, spending),
        sizes: load_saved(state, SIZES)?.unwrap_or_default(),
        last_minute: load_saved(state, LAST_MINUTE)?.unwrap_or_default(),
        closed_until: account.known_limit(state)?,
        clock: clock::now,
        delays: Delays { random: fastrand::f64, ..Delays::default() },
    };
    Ok(Asker::new(client, options))
}

fn left(github: &GithubPlan, spending: Option<&Spending>) -> Option<u64> {
    github.budget.map(|budget| budget.saturating_sub(spending.map_or(0, |spending| spending.before)))
}

/// Returns the rest of a week's budget after earlier runs; `None` without a budget.
pub(crate) fn left_of_budget(github: &GithubPlan, week: Week, state: &State) -> Result<Option<u64>> {
    Ok(left(github, Spending::of(Scope::Week(week), &Credentials::read(github)?, state)?.as_ref()))
}

/// Loads a value that an earlier run saved; `None` if it has another format, as from a newer program.
fn load_saved<T: serde::de::DeserializeOwned>(state: &State, key: &str) -> Result<Option<T>> {
    Ok(state.meta(key)?.and_then(|json| serde_json::from_str(&json).ok()))
}

/// Stores the budget seen last, and a limit that applies to this account.
fn remember(report: &Report, account: &Credentials, state: &State) -> Result<()> {
    if let Some(Stop::Limited { until }) = report.stop {
        account.remember_limit(state, until)?;
    }
    let Some(remaining) = report.remaining else { return Ok(()) };
    let reset = report.reset_at.map(|at| format!(", full again at {}", at.format("%Y-%m-%d %H:%M UTC"))).unwrap_or_default();
    state.set_meta("budget", &format!("{remaining} left{reset} (seen {})", clock::now().format("%Y-%m-%d %H:%M UTC")))
}

impl Observing<'_> {
    /// Requests everything, the cheapest first, so that the rest of a budget goes to the costlier parts; `None` if there was nothing to request.
    async fn all(&mut self) -> Result<Option<Report>> {
        let host = self.github.host.as_str();
        let unknown = self.state.to_ask(host, self.since, self.run_at)?;
        let mut last = self.scalars(unknown, "repositories").await?;
        if !stopped(last.as_ref()) {
            let old_names = self.state.names_to_check(host, self.run_at)?;
            last = self.scalars(old_names, "old names").await?.or(last);
            if self.state.has_reassigned_since(self.run_at)? {
                self.state.want(self.scope)?; // the repositories that took over the names are new
            }
        }
        let parts = self.github.parts_told(self.has_account);
        if parts.len() < self.github.parts().len() {
            self.progress.note(&no_account(host));
        }
        for part in parts {
            if stopped(last.as_ref()) {
                break;
            }
            last = self.details(part).await?.or(last);
        }
        Ok(last)
    }

    /// Requests states and scalars of repositories; requests known ones that are not found once more, by name.
    async fn scalars(&mut self, askable: Vec<Askable>, what: &str) -> Result<Option<Report>> {
        let wanted = askable.into_iter().map(|one| Target { node_id: one.node_id, ..Target::by_name(one.name) }).collect();
        let (report, doubted) = self.ask(Part::Scalars, wanted, what).await?;
        if stopped(report.as_ref()) || doubted.is_empty() {
            return Ok(report);
        }
        let again = doubted.into_iter().map(|one| Target::by_name(one.name)).collect();
        Ok(self.ask(Part::Scalars, again, "repositories not found").await?.0.or(report))
    }

    /// Requests one part of the details of existing repositories.
    async fn details(&mut self, part: Part) -> Result<Option<Report>> {
        let askable = self.state.to_detail(&self.github.host, part, self.since)?;
        let mut wanted = match part {
            Part::Files => self.with_files(askable)?,
            _ => self.wanted(part, askable)?,
        };
        let mut last = None;
        // The history of stars has pages; the missing ones are requested next.
        while !wanted.is_empty() && !stopped(last.as_ref()) {
            let (report, more) = self.ask(part, wanted, part.as_str()).await?;
            last = report.or(last);
            wanted = more;
        }
        Ok(last)
    }

    fn wanted(&self, part: Part, askable: Vec<Askable>) -> Result<Vec<Target>> {
        let wanted = askable.into_iter().map(|one| {
            let (page, etag) = if part == Part::Stars { self.state.star_page_to_ask(&one.name)? } else { (1, None) };
            Ok(Target { node_id: one.node_id, page, etag, ..Target::by_name(one.name) })
        });
        wanted.collect()
    }

    /// Returns repositories with the files that are worth reading; records those without such files as answered.
    fn with_files(&mut self, askable: Vec<Askable>) -> Result<Vec<Target>> {
        let run_at = self.run_at;
        self.state.transaction(|state| {
            let mut wanted = Vec::new();
            for one in askable {
                match files::worth_reading(state, &one.name)? {
                    files if files.is_empty() => files::keep(state, &one.name, keep::nothing_more(run_at))?,
                    files => wanted.push(Target { node_id: one.node_id, files, ..Target::by_name(one.name) }),
                }
            }
            Ok(wanted)
        })
    }

    /// Sends requests, and stores each batch in one transaction; returns the requests that the answers make necessary.
    async fn ask(&mut self, part: Part, wanted: Vec<Target>, what: &str) -> Result<(Option<Report>, Vec<Target>)> {
        if wanted.is_empty() || interrupt::came() {
            return Ok((None, Vec::new()));
        }
        let (total, mut answered) = (wanted.len(), 0);
        let mut keeper = AnswerWriter::new(part, self.run_at);
        let Self { asker, state, progress, spending, .. } = self;
        let report = asker.ask(part, wanted, interrupt::first(), |batch| {
            answered += batch.answers.len();
            progress.asking(what, answered, total, batch.remaining);
            state.transaction(|state| {
                spending.as_ref().map_or(Ok(()), |spending| spending.keep(state, batch.spent))?;
                keeper.keep(state, &batch)
            })
        });
        let report = report.await?;
        Ok((Some(report), keeper.next()))
    }
}

/// Returns a note that columns are wanted that GitHub returns only with a token.
fn no_account(host: &str) -> String {
    let variable = account::variables(host)[0];
    format!("without a token {host} tells no more than scalars and stars: set {variable} for the other columns, which stay unknown")
}

fn stopped(report: Option<&Report>) -> bool {
    report.is_some_and(|report| report.stop.is_some())
}

/// Returns the meaning of a stop for the user.
pub(crate) fn explain(stop: &Stop, github: &GithubPlan) -> String {
    let host = &github.host;
    match stop {
        Stop::Limited { until } => format!("{host}'s rate limit is reached until {}", until.format("%Y-%m-%d %H:%M:%S UTC")),
        Stop::Unreachable { error } => {
            let of_proxy = github.base_url.parse().ok().and_then(|url| http::blame(&url, error));
            format!("{host} did not answer ({})", of_proxy.as_ref().unwrap_or(error))
        }
        Stop::BadToken => format!("{host} refused the token: check {} or the file of --token-file, or ask without one", account::variables(host)[0]),
        Stop::BudgetSpent => "the budget is spent".to_owned(),
        Stop::Interrupted => "interrupted".to_owned(),
    }
}
