//! `starcite run --since`: runs every week from one to another, oldest first, each as its own run.

use super::messages::{enrich_command, outcome, plural, problems};
use super::{hosts, week};
use crate::cli::Cli;
use crate::cli::outcome::Outcome;
use crate::cli::plan::{Place, Plan};
use crate::progress::Progress;
use crate::run::figures::SummaryFile;
use crate::run::summary;
use crate::run::{RunReport, Stays};
use anyhow::{Context, Result};
use clap::error::ErrorKind;
use starcite_core::Week;
use starcite_ground::{interrupt, terminal, visible};
use std::io;
use tracing::{info, warn};

/// The results of the weeks so far.
#[derive(Default)]
struct SoFar {
    weeks: usize,
    /// Weeks that owe answers.
    owing: usize,
    /// Weeks without requests to GitHub, because they are closed.
    closed: usize,
    worst: Option<Outcome>,
}

/// Runs the weeks from `since` to the plan's own.
///
/// A week that GitHub owes answers for does not stop the next ones. A week that a source owes papers for does: the weeks after it would
/// build upon incomplete data, and the source would fail for them, too.
///
/// # Errors
/// At the first week that fails; those before it are in place. A week of whose papers the sources hold none now stays as it is, and the next one follows.
pub(super) fn backfill(plan: &Plan, since: Week, progress: &Progress, mut summary: Option<&mut SummaryFile>) -> Result<Outcome> {
    let weeks: Vec<Week> = std::iter::successors(Some(since), |week| Some(week.after())).take_while(|week| *week <= plan.week).collect();
    let mut printed = begin(plan, &weeks)?;
    let (mut so_far, hosts) = (SoFar::default(), hosts(plan.source_pause));
    for week in &weeks {
        let plan = Plan { week: *week, ..plan.clone() };
        let report = match week::run(&plan, &hosts, progress, summary.as_deref_mut()) {
            Err(error) if error.is::<Stays>() => {
                warn!("{error:#}");
                so_far.weeks += 1;
                continue;
            }
            report => report.with_context(|| format!("week {week}"))?,
        };
        so_far.add(&plan, &report);
        printed = printed.and(tell(&plan, &report)?);
        if interrupt::came() || !report.sourced.owed.is_empty() {
            break;
        }
    }
    progress.done();
    printed.and_then(|()| terminal::print("\n")).and_then(|()| terminal::print_line(&so_far.text(plan, weeks.len())))?;
    Ok(so_far.worst.unwrap_or(Outcome::Complete))
}

impl SoFar {
    fn add(&mut self, plan: &Plan, report: &RunReport) {
        let outcome = outcome(plan, report);
        self.weeks += 1;
        self.owing += usize::from(outcome == Outcome::AnswersOwed);
        self.closed += usize::from(report.is_unasked_as_closed);
        self.worst = self.worst.max(Some(outcome));
    }

    /// Returns the closing line.
    fn text(&self, plan: &Plan, wanted: usize) -> String {
        let count = |weeks: usize| format!("{weeks} {}", plural(weeks as u64, "week", "weeks"));
        let mut text = format!("{} in {}", count(self.weeks), plan.out.display());
        if self.closed > 0 {
            text += &format!("; GitHub was not asked about {} of them, for they are closed: --ask-now asks", self.closed);
        }
        if self.owing > 0 {
            text += &format!("; {} answers", plural(self.owing as u64, "one owes", &format!("{} owe", self.owing)));
        }
        if self.weeks < wanted {
            text += &format!("; {} left out", count(wanted - self.weeks));
        }
        if self.owing > 0 || self.weeks < wanted { text + ": run the same command again to go on" } else { text }
    }
}

/// # Errors
/// Wrong usage: no week between the two, or an input that can be read only once.
pub(super) fn check(plan: &Plan, since: Week) -> Result<()> {
    let wrong = |why: String| Err(Cli::wrong_usage(ErrorKind::ValueValidation, &why));
    if since > plan.week {
        return wrong(format!("--since {since} is after {}, the last week to run: name a later one with --week, or an earlier one with --since", plan.week));
    }
    if plan.sources.iter().any(|source| matches!(&source.place, Place::Path(path) if path == "-")) {
        return wrong("--since reads the sources once a week, and standard input can be read once: name a file".to_owned());
    }
    Ok(())
}

/// Prints notes and the title. A title that can't be printed does not keep the weeks from running.
fn begin(plan: &Plan, weeks: &[Week]) -> Result<io::Result<()>> {
    let undated: Vec<&str> = plan.sources.iter().map(|source| source.kind).filter(|kind| kind.has_papers && !kind.is_dated).map(|kind| kind.as_str()).collect();
    if let (false, Some(first)) = (undated.is_empty(), weeks.first()) {
        info!("records of {} do not say when they came: all that is new belongs to the first of these weeks, {first}", undated.join(" and "));
    }
    let closed = |week: &&Week| Plan { week: **week, ..plan.clone() }.is_closed();
    if let (Some(newest), false) = (weeks.iter().rev().find(closed), plan.offline) {
        let ask = if plan.ask_now { "are asked about apart" } else { "are not asked about without --ask-now" };
        info!(
            "weeks until {newest} are closed, for they ended more than 7 days ago: they {ask}; `{}` prints what is learnt later of a week",
            enrich_command(plan, *newest)
        );
    }
    let (first, last) = weeks.first().zip(weeks.last()).context("bug: no week")?;
    let count = weeks.len() as u64;
    let title = format!("{} — {count} {}, {first} to {last}", plan.name, plural(count, "week", "weeks"));
    Ok(terminal::print(&format!("\n{}\n\n", visible::line(&title))))
}

/// Prints a week's line, and its problems.
fn tell(plan: &Plan, report: &RunReport) -> Result<io::Result<()>> {
    let printed = terminal::print_line(&summary::line(plan, report));
    problems(plan, report)?.iter().for_each(|problem| warn!("{}: {problem}", plan.week));
    Ok(printed)
}
