//! The second stage: requests to hosts about the repositories that links name, batch by batch, each batch stored at once.

mod files;
mod github;
mod incomplete;
mod keep;

use crate::cli::plan::HostPlan;
use crate::progress::{HostProgress, Progress};
pub(crate) use files::search_held_readmes;
pub(crate) use github::{Estimate, Quota, estimate, explain, quota};
pub(crate) use incomplete::{Missing, OLD_NAMES, SCALARS};
use starcite_ground::{clock, http, interrupt, secret};
use starcite_state::{Askable, Scope, State};

use anyhow::{Result, ensure};
use chrono::{DateTime, Utc};
use github::{Credentials, Github};
use incomplete::missing;
use keep::AnswerWriter;
use starcite_core::answer::{Report, Stop, Target};
use starcite_core::{Part, Week};
use tracing::warn;

/// The result of the requests to one host.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) host: HostPlan,
    /// The reason why the requests ended early.
    pub(crate) stop: Option<Stop>,
    /// Points that the requests cost, and their number.
    pub(crate) points: u64,
    pub(crate) requests: u64,
    /// The answers that the host still owes.
    pub(crate) missing: Missing,
}

impl Asked {
    /// Checks that the host accepted the token.
    ///
    /// # Errors
    /// When it refused it.
    pub(crate) fn check(&self) -> Result<()> {
        ensure!(self.stop != Some(Stop::BadToken), explain(&Stop::BadToken, &self.host));
        Ok(())
    }
}

/// The requests of one run to a host.
struct Observing<'a> {
    host: &'a HostPlan,
    scope: Scope<'a>,
    /// Answers since then count as known.
    since: DateTime<Utc>,
    /// When the run began: two answers in one run that a repository is not found count as one.
    run_at: DateTime<Utc>,
    /// The client. Every host of a plan is GitHub's, of now.
    client: Github,
    /// The parts that the host gives this account, after the scalars.
    parts: Vec<Part>,
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

/// Requests a scope's repositories on a host that were not answered since `since`, in order of need, unless the run was interrupted before; counts
/// the answers that are still missing.
///
/// # Errors
/// When the client can't be made (a wrong URL), or the state can't be written.
pub(crate) fn ask(host: &HostPlan, scope: Scope<'_>, since: DateTime<Utc>, state: &mut State, progress: &Progress) -> Result<Asked> {
    let begun = clock::now();
    let report = if interrupt::came() { None } else { request(host, scope, since, state, progress)? };
    let (points, requests) = report.as_ref().map_or((0, 0), |report| (report.points, report.requests));
    let stop = report.and_then(|report| report.stop);
    Ok(Asked { host: host.clone(), stop, points, requests, missing: missing(host, scope, since, begun, state)? })
}

fn request(host: &HostPlan, scope: Scope<'_>, since: DateTime<Utc>, state: &mut State, progress: &Progress) -> Result<Option<Report>> {
    let account = Credentials::read(host)?;
    account.withheld(host).iter().for_each(|note| warn!("{note}"));
    host.secret_file().and_then(secret::warning).iter().for_each(|warning| warn!("{warning}"));
    let runtime = http::runtime()?;
    runtime.block_on(async {
        let spending = Spending::of(scope, &account, state)?;
        let client = Github::open(host, &account, left(host, spending.as_ref()), state, progress)?;
        let run_at = clock::now();
        state.asks_for_visibility(run_at)?;
        state.want(scope)?;
        ahead(&host.host, since, state)?.iter().for_each(|note| warn!("{note}"));
        let parts = account.parts_told(host);
        let mut observing = Observing { host, scope, since, run_at, client, parts, spending, state, progress };
        let report = observing.all().await?;
        let Observing { client, spending, state, .. } = observing;
        client.keep_learnt(state)?;
        if let Some(report) = &report {
            spending.map_or(Ok(()), |spending| spending.keep(state, report.spent))?;
            account.remember(report, state)?;
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

fn left(host: &HostPlan, spending: Option<&Spending>) -> Option<u64> {
    host.options.budget.map(|budget| budget.saturating_sub(spending.map_or(0, |spending| spending.before)))
}

/// Returns the rest of a week's budget after earlier runs; `None` without a budget.
pub(crate) fn left_of_budget(host: &HostPlan, week: Week, state: &State) -> Result<Option<u64>> {
    Ok(left(host, Spending::of(Scope::Week(week), &Credentials::read(host)?, state)?.as_ref()))
}

impl Observing<'_> {
    /// Requests everything, the cheapest first, so that the rest of a budget goes to the costlier parts; `None` if there was nothing to request.
    async fn all(&mut self) -> Result<Option<Report>> {
        let host = self.host.host.as_str();
        let unknown = self.state.to_ask(host, self.since, self.run_at)?;
        let mut last = self.scalars(unknown, "repositories").await?;
        if !stopped(last.as_ref()) {
            let old_names = self.state.names_to_check(host, self.run_at)?;
            last = self.scalars(old_names, "old names").await?.or(last);
            if self.state.has_reassigned_since(self.run_at)? {
                self.state.want(self.scope)?; // the repositories that took over the names are new
            }
        }
        if self.parts.len() < self.host.parts.len() {
            warn!("{}", github::no_account(host));
        }
        for part in std::mem::take(&mut self.parts) {
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
        let (report, doubted) = self.send(Part::Scalars, wanted, what).await?;
        if stopped(report.as_ref()) || doubted.is_empty() {
            return Ok(report);
        }
        let again = doubted.into_iter().map(|one| Target::by_name(one.name)).collect();
        Ok(self.send(Part::Scalars, again, "repositories not found").await?.0.or(report))
    }

    /// Requests one part of the details of existing repositories.
    async fn details(&mut self, part: Part) -> Result<Option<Report>> {
        let askable = self.state.to_detail(&self.host.host, part, self.since)?;
        let mut wanted = match part {
            Part::Files => self.with_files(askable)?,
            _ => self.wanted(part, askable)?,
        };
        let mut last = None;
        // The history of stars has pages; the missing ones are requested next.
        while !wanted.is_empty() && !stopped(last.as_ref()) {
            let (report, more) = self.send(part, wanted, part.as_str()).await?;
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
    async fn send(&mut self, part: Part, wanted: Vec<Target>, what: &str) -> Result<(Option<Report>, Vec<Target>)> {
        if wanted.is_empty() || interrupt::came() {
            return Ok((None, Vec::new()));
        }
        let (total, mut answered) = (wanted.len(), 0);
        let mut keeper = AnswerWriter::new(part, self.run_at);
        let Self { host, client, state, progress, spending, .. } = self;
        let show = |answered, points_left| progress.asking(&HostProgress { host: &host.host, what, answered, wanted: total, points_left });
        show(0, None);
        let report = client.ask(part, wanted, |batch| {
            answered += batch.answers.len();
            show(answered, batch.remaining);
            state.transaction(|state| {
                spending.as_ref().map_or(Ok(()), |spending| spending.keep(state, batch.spent))?;
                keeper.keep(state, &batch)
            })
        });
        let report = report.await?;
        Ok((Some(report), keeper.next()))
    }
}

fn stopped(report: Option<&Report>) -> bool {
    report.is_some_and(|report| report.stop.is_some())
}
