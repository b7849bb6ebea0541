//! A run's outcome, for the exit code and for people.

use crate::outcome::Outcome;
use crate::pipeline::{HOST_NOT_ASKED, RunReport};
use crate::plan::Plan;
use crate::{interrupt, observe};

pub(super) fn outcome(report: &RunReport) -> Outcome {
    if interrupt::came() {
        Outcome::Interrupted
    } else if report.owed > 0 || cut_off(report) || report.counts.owed > 0 || !report.sourced.owed.is_empty() {
        Outcome::AnswersOwed
    } else if report.sourced.rejects.is_empty() {
        Outcome::Complete
    } else {
        Outcome::SomeRejected
    }
}

fn cut_off(report: &RunReport) -> bool {
    report.stop.as_ref().is_some_and(observe::leaves_answers_owed)
}

/// Lists what a person should know and do, a line each.
pub(super) fn problems(plan: &Plan, report: &RunReport) -> Vec<String> {
    let again = "run the same command again to go on";
    let mut lines: Vec<String> = report.sourced.notes.clone();
    lines.extend(report.sourced.owed.iter().map(|why| format!("{why}; papers of it are missing; {again}")));
    if report.owed > 0 || cut_off(report) {
        let why = report.stop.as_ref().map_or_else(|| format!("{} did not answer for all", plan.github.host), |stop| observe::explain(stop, &plan.github.host));
        let when = match &report.stop {
            Some(starcite_github::Stop::Limited { .. }) => " after that time, or use --wait",
            _ => "",
        };
        let owed = if report.owed > 0 { owed(report) } else { observe::COLUMNS_OWED.to_owned() };
        lines.push(format!("{why}; {owed}; {again}{when}"));
    }
    if let Some(why) = report.counts.why.as_ref().filter(|_| report.counts.owed > 0) {
        let owed = report.counts.owed;
        lines.push(format!("{why}; {owed} cited {} not counted; {again}", plural(owed, "paper is", "papers are")));
    }
    if report.sourced.other_weeks > 0 && report.sourced.papers == 0 {
        lines.push(format!("all {} papers of the source belong to other weeks than {}: name one with --week", report.sourced.other_weeks, plan.week));
    }
    let rejects = report.sourced.rejects.len() as u64;
    if let Some(first) = report.sourced.rejects.first() {
        let was = plural(rejects, "record was", "records were");
        lines.push(format!(
            "{rejects} input {was} rejected, the first in {}, record {}: {}; all are in rejects.parquet",
            first.file, first.record, first.reason
        ));
    }
    lines
}

/// "21 repositories are unknown"; those that somebody else observed are told apart.
fn owed(report: &RunReport) -> String {
    let other_hosts = report.coverage.unknown_by_reason.get(HOST_NOT_ASKED).copied().unwrap_or(0);
    let unknown = report.coverage.unknown - other_hosts;
    let known = report.owed.saturating_sub(unknown);
    let unknown = format!("{unknown} {} unknown", plural(unknown, "repository is", "repositories are"));
    if known == 0 { unknown } else { format!("{unknown}, {known} {} as known before", plural(known, "is", "are")) }
}

pub(crate) fn plural<'a>(count: u64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}
