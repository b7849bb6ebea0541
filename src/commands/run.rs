//! `starcite run`: the weekly job.

use super::backfill::backfill;
use crate::cli::{RunArgs, WeeksArgs};
use crate::pipeline::{self, HOST_NOT_ASKED, RunReport};
use crate::plan::{Overrides, Plan};
use crate::progress::Progress;
use crate::{Outcome, interrupt, observe, summary};
use anyhow::Result;
use std::io::Write;
use std::time::Duration;

pub(crate) fn run(args: WeeksArgs, progress: &Progress) -> Result<Outcome> {
    let plan = plan(args.run)?;
    if let Some(since) = args.since {
        return backfill(&plan, since, progress);
    }
    interrupt::listen();
    let report = pipeline::run(&plan, progress)?;
    progress.done();
    std::io::stdout().write_all(summary::text(&plan, &report).as_bytes())?;
    problems(&plan, &report).iter().chain(&closed(&plan, &report)).for_each(|problem| eprintln!("starcite: {problem}"));
    Ok(outcome(&report))
}

/// What was typed and the pipeline file as one plan.
pub(super) fn plan(args: RunArgs) -> Result<Plan> {
    let overrides = Overrides {
        week: args.week,
        state: args.place.state.clone(),
        out: args.place.out,
        app: args.github.app(),
        offline: args.github.offline,
        wait: args.github.wait,
        github_url: args.github.github_url,
        budget: args.github.budget,
        token_file: args.github.token_file,
        hf_url: args.live.hf_url,
        arxiv_oai_url: args.live.arxiv_oai_url,
        arxiv_api_url: args.live.arxiv_api_url,
        openalex_url: args.live.openalex_url,
        semantic_scholar_url: args.counts.semantic_scholar_url,
        source_pause: Duration::from_millis(args.live.source_pause_ms),
    };
    Plan::read(&args.pipeline, overrides)
}

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

/// What a person should know and do, a line each.
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

/// Why GitHub was not asked, where that is for the week's age.
fn closed(plan: &Plan, report: &RunReport) -> Option<String> {
    let why = "ended more than 7 days ago: GitHub was not asked, for its figures are today's; a run without --week is about last week";
    report.closed.then(|| format!("{} {why}", plan.week))
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
