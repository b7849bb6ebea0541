//! The second stage: GitHub is asked about the repositories that links name, batch by batch, each batch kept at once.

use crate::plan::GithubPlan;
use crate::progress::Progress;
use crate::state::{Askable, State};
use crate::{clock, interrupt};
use anyhow::{Context, Result, bail};
use starcite_github::{Answer, AskOptions, Asker, BatchOutcome, Client, Config, Delays, Report, Stop, Wanted};
use std::path::Path;

/// Asks about repositories, each once; `keep` writes down each batch before the next request goes out.
///
/// # Errors
/// When the client can't be made (a wrong URL), or `keep` fails.
fn ask(github: &GithubPlan, wanted: Vec<Wanted>, progress: &Progress, mut keep: impl FnMut(BatchOutcome) -> Result<()>) -> Result<Report> {
    let token = token(github.token_file.as_deref())?;
    let config = Config { base_url: github.base_url.clone(), token: token.map(Into::into), ..Config::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start the network runtime")?;
    let total = wanted.len();
    let mut answered = 0;
    runtime.block_on(async {
        let client = Client::new(config).context("cannot make a GitHub client: check --github-url")?;
        let delays = Delays { random: fastrand::f64, ..Delays::default() };
        let options = AskOptions { wait: github.wait, budget: github.budget, clock: clock::now, delays, ..AskOptions::default() };
        let mut asker = Asker::new(client, options);
        let told = progress.clone();
        asker.on_wait(Box::new(move |until| told.waiting(until)));
        asker
            .ask(wanted, interrupt::first(), |batch| {
                answered += batch.answers.len();
                progress.asking(answered, total, batch.remaining);
                keep(batch)
            })
            .await
    })
}

/// The token: from its file if one is named, else from the environment; `None` where there is none.
fn token(file: Option<&Path>) -> Result<Option<String>> {
    let Some(file) = file else {
        return Ok(std::env::var("GITHUB_TOKEN").ok().map(|token| token.trim().to_owned()).filter(|token| !token.is_empty()));
    };
    let token = std::fs::read_to_string(file).with_context(|| format!("cannot read the token from {}: check --token-file", file.display()))?;
    match token.trim() {
        "" => bail!("{} holds no token: write it there, or leave --token-file out to ask without one", file.display()),
        token => Ok(Some(token.to_owned())),
    }
}

/// Asks GitHub about what the state wants to know.
pub(crate) fn observe(github: &GithubPlan, askable: Vec<Askable>, state: &mut State, progress: &Progress) -> Result<Report> {
    let wanted = askable.into_iter().map(|a| Wanted { name: a.name, node_id: a.node_id }).collect();
    let report = ask(github, wanted, progress, |batch| state.transaction(|state| keep(state, &batch)))?;
    if let Some(remaining) = report.remaining {
        let reset = report.reset_at.map(|at| format!(", full again at {}", at.format("%Y-%m-%d %H:%M UTC"))).unwrap_or_default();
        state.set_meta("budget", &format!("{remaining} left{reset} (seen {})", clock::now().format("%Y-%m-%d %H:%M UTC")))?;
    }
    Ok(report)
}

fn keep(state: &State, batch: &BatchOutcome) -> Result<()> {
    for (wanted, answer) in &batch.answers {
        match answer {
            Answer::Observed(observation) => {
                state.observe(&wanted.name, observation)?;
                state.asked(&wanted.name, observation.observed_at, None)?;
            }
            Answer::Failed { reason, error } => state.asked(&wanted.name, clock::now(), Some((reason.as_str(), error)))?,
        }
    }
    Ok(())
}

/// What a stop means for the user: the sentence, and whether answers are owed.
pub(crate) fn explain(stop: &Stop, host: &str) -> String {
    match stop {
        Stop::Limited { until } => format!("{host}'s rate limit is reached until {}", until.format("%Y-%m-%d %H:%M:%S UTC")),
        Stop::Unreachable { error } => format!("{host} did not answer ({error})"),
        Stop::BadToken => format!("{host} refused the token: check GITHUB_TOKEN or the file of --token-file, or ask without one"),
        Stop::BudgetSpent => "the budget of this run is spent".to_owned(),
        Stop::Interrupted => "interrupted".to_owned(),
    }
}
