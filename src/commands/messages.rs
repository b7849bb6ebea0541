//! A run's outcome, as exit code and as messages for the user.

use crate::cli::outcome::Outcome;
use crate::cli::plan::{GITHUB, MinCoverage, OUT, Plan};
use crate::run::ask::{Asked, OLD_NAMES, SCALARS};
use crate::run::papers::Sourced;
use crate::run::{RunReport, ask};
use anyhow::Result;
use starcite_core::Week;
use starcite_core::answer::Stop;
use starcite_ground::interrupt;
use starcite_tables::manifest::Coverage;
use std::path::Path;

pub(super) fn outcome(plan: &Plan, report: &RunReport) -> Outcome {
    if interrupt::came() {
        Outcome::Interrupted
    } else if !report.missing.is_empty() || !report.sourced.owed.is_empty() {
        Outcome::AnswersOwed
    } else if plan.min_coverage.is_some_and(|least| least.is_missed_by(&report.coverage)) {
        Outcome::BelowCoverage
    } else if report.sourced.rejects.count() == 0 || are_allowed(plan, &report.sourced) {
        Outcome::Complete
    } else {
        Outcome::SomeRejected
    }
}

/// True if the pipeline allows that many rejected records. After a truncated input the number of missing records is unknown, so it is never allowed.
fn are_allowed(plan: &Plan, sourced: &Sourced) -> bool {
    let records = sourced.inputs.iter().map(|input| input.records).sum();
    !sourced.rejects.is_cut_off() && plan.max_rejects.is_some_and(|most| most.allows(sourced.rejects.count(), records))
}

/// Lists problems and what to do about them, a line each.
pub(super) fn problems(plan: &Plan, report: &RunReport) -> Result<Vec<String>> {
    let again =
        if plan.offline { "run without --offline, or without `offline = true` in the pipeline, to go on" } else { "run the same command again to go on" };
    let mut lines: Vec<String> = report.sourced.notes.clone();
    lines.extend(report.sourced.owed.iter().map(|why| format!("{why}; papers of it are missing; {again}")));
    let unknown = |asked: &Asked| report.unknown_by_host.get(&asked.host.host).copied().unwrap_or(0);
    lines.extend(report.asked.iter().filter(|asked| !asked.missing.is_empty()).map(|asked| missing_answers(asked, unknown(asked))));
    if let Some(why) = report.counts.why.as_ref().filter(|_| report.counts.owed > 0) {
        let owed = report.counts.owed;
        lines.push(format!("{why}; {owed} cited {} not counted; {again}", plural(owed, "paper is", "papers are")));
    }
    if report.sourced.other_weeks > 0 && report.sourced.papers == 0 {
        lines.push(format!("all {} papers of the source belong to other weeks than {}: name one with --week", report.sourced.other_weeks, plan.week));
    }
    let rejects = report.sourced.rejects.count();
    if let Some(first) = report.sourced.rejects.first()? {
        let was = plural(rejects, "record was", "records were");
        let limit = match plan.max_rejects {
            Some(most) if are_allowed(plan, &report.sourced) => format!("; max_rejects = {most} allows that"),
            Some(most) => format!("; max_rejects = {most} does not allow that"),
            None => String::new(),
        };
        lines.push(format!(
            "{rejects} input {was} rejected, the first in {}, record {}: {}; all are in rejects.parquet{limit}",
            first.file, first.record, first.reason
        ));
    }
    lines.extend(report.sourced.bad_values.note());
    lines.extend(plan.min_coverage.filter(|least| least.is_missed_by(&report.coverage)).map(|least| below(least, &report.coverage)));
    Ok(lines)
}

/// Returns how far a week is below the coverage that the pipeline wants, why, and what to do.
fn below(least: MinCoverage, coverage: &Coverage) -> String {
    let Coverage { repositories, unknown, unknown_by_reason, .. } = coverage;
    let reasons: Vec<String> = unknown_by_reason.iter().map(|(reason, count)| format!("{count} {}", reason.replace('_', " "))).collect();
    format!(
        "{unknown} of {repositories} repositories are unknown ({}), which is below min_coverage = {least}: give a token or more --budget, or --wait, or set \
         min_coverage to what the sources allow",
        reasons.join(", ")
    )
}

/// Returns the cause of the answers that a host owes, their number by group of columns, and what to do; of the repositories without scalars `unknown` are unknown, the
/// others as known before.
pub(super) fn missing_answers(asked: &Asked, unknown: u64) -> String {
    let Asked { host, stop, missing, .. } = asked;
    let why = stop.as_ref().map_or_else(|| format!("{} did not answer for all", host.host), |stop| ask::explain(stop, host));
    let lacking = missing.iter().map(|(group, count)| match *group {
        SCALARS => scalars(*count, unknown),
        OLD_NAMES => format!("{count} old {} not checked", plural(*count, "name is", "names are")),
        group => format!("{count} {} {group}", plural(*count, "lacks", "lack")),
    });
    let next = match stop {
        Some(Stop::Limited { .. }) => "run the same command again to go on after that time, or use --wait",
        Some(Stop::BudgetSpent) => "run again with a larger --budget to go on",
        _ => "run the same command again to go on",
    };
    format!("{why}; {}; {next}", lacking.collect::<Vec<_>>().join(", "))
}

fn scalars(count: u64, unknown: u64) -> String {
    let unknown = unknown.min(count);
    let known = count - unknown;
    let counts = [(unknown, "repository is unknown", "repositories are unknown"), (known, "repository is as known before", "repositories are as known before")];
    counted(&counts).join(", ")
}

/// Returns the command that prints the data that is learnt of a week after it is closed.
pub(super) fn enrich_command(plan: &Plan, week: Week) -> String {
    let mut command = format!("starcite enrich --week {week}");
    if plan.out != Path::new(OUT) {
        command += &format!(" --out {}", plan.out.display());
    }
    if plan.state != plan.out.join(starcite_state::FILE) {
        command += &format!(" --state {}", plan.state.display());
    }
    if let Some(other) = plan.hosts.first().filter(|host| host.host != GITHUB) {
        command += &format!(" --host {}", other.host);
    }
    command
}

/// Returns the counts that are not zero, each with its noun for one or for several.
pub(super) fn counted(counts: &[(u64, &str, &str)]) -> Vec<String> {
    counts.iter().filter(|(count, ..)| *count > 0).map(|(count, one, many)| format!("{count} {}", plural(*count, one, many))).collect()
}

pub(crate) fn plural<'a>(count: u64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}
