//! The summary that a run prints at its end, the most important facts first.

use crate::cli::plan::Plan;
use crate::cli::preset;
use crate::rank;
use crate::run::{RunReport, look};
use starcite_core::LinkKind;
use starcite_core::availability::Tier;
use starcite_ground::{terminal, visible};
use starcite_rows as schema;
use std::fmt::Write;
use std::path::Path;

/// The columns of the ranking where nothing says how wide the output is.
const USUAL_COLUMNS: u16 = 110;

const NOBODY_ASKED: &str = "No ranking is shown, since nothing is known of any repository. A run with GITHUB_TOKEN set and without --offline asks GitHub.";

/// Returns the summary, ready to print.
pub(crate) fn text(plan: &Plan, report: &RunReport) -> String {
    let mut out = String::new();
    let line = |out: &mut String, text: String| {
        let _ = writeln!(out, "{}", visible::line(text.trim_end())); // writing to a String cannot fail
    };
    out.push('\n');
    line(&mut out, format!("{} — week {}", plan.name, plan.week));
    line(&mut out, format!("  papers        {:>6}   {}", report.sourced.papers, papers_note(report)));
    if report.sourced.bad_values.count() > 0 {
        line(&mut out, format!("  bad values    {:>6}   {}", report.sourced.bad_values.count(), report.sourced.bad_values.fields()));
    }
    let kinds = LinkKind::ALL.into_iter().filter_map(|kind| report.links_by_kind.get(&kind).map(|n| format!("{n} {}", kind.as_str())));
    line(&mut out, format!("  links         {:>6}   {}", report.links_by_kind.values().sum::<u64>(), kinds.collect::<Vec<_>>().join(", ")));
    line(&mut out, format!("  repositories  {:>6}   {}", report.coverage.repositories, states(report)));
    if !report.missing.is_empty() {
        let groups: Vec<String> = report.missing.iter().map(|(group, count)| format!("{count} {group}")).collect();
        line(&mut out, format!("  answers owed  {:>6}   {}", report.missing.values().sum::<u64>(), groups.join(", ")));
    }
    if let Some((papers, tiers)) = tiers(report) {
        line(&mut out, format!("  ranked        {papers:>6}   with a link or a promise: {tiers}"));
    }
    if plan.tables.contains(schema::CHANGES.name) {
        line(&mut out, format!("  changes       {}", changes(report)));
    }
    if let Some(conflicts) = report.sourced.conflicts.as_ref().filter(|_| plan.tables.contains(schema::CONFLICTS.name)) {
        let fields: Vec<String> = conflicts.by_field().iter().map(|(field, count)| format!("{count} {field}")).collect();
        line(&mut out, format!("  conflicts     {:>6}   between sources: {}", conflicts.by_field().values().sum::<u64>(), fields.join(", ")));
    }
    out += &best(report);
    out.push('\n');
    line(&mut out, format!("Tables: {}", report.folder.display()));
    next_steps(plan, report).into_iter().for_each(|step| line(&mut out, step));
    out
}

/// Returns one of several weeks, on one line.
pub(crate) fn line(plan: &Plan, report: &RunReport) -> String {
    let (papers, links) = (report.sourced.papers, report.links_by_kind.values().sum::<u64>());
    let line = format!("  {}  {papers:>6} papers  {links:>6} links  {:>6} repositories  {}", plan.week, report.coverage.repositories, states(report));
    line.trim_end().to_owned()
}

fn papers_note(report: &RunReport) -> String {
    let notes = [
        (report.sourced.unchanged, "known before and unchanged"),
        (report.sourced.archives, "records of software and data"),
        (report.sourced.other_weeks, "of other weeks left out"),
        (report.sourced.left_out.papers, "left out"),
        (report.sourced.rejects.count(), if report.sourced.rejects.count() == 1 { "record rejected" } else { "records rejected" }),
    ];
    notes.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
}

fn states(report: &RunReport) -> String {
    let mut states: Vec<String> = report.repos_by_state.iter().map(|(state, count)| format!("{count} {}", state.as_str())).collect();
    let why: Vec<String> = report.coverage.unknown_by_reason.iter().map(|(reason, n)| format!("{n} {}", reason.replace('_', " "))).collect();
    if let (Some(last), false) = (states.last_mut(), why.is_empty()) {
        let _ = write!(last, " ({})", why.join(", "));
    }
    states.join(", ")
}

/// Returns the number of papers by tier, the best first; `None` if no paper has a link.
fn tiers(report: &RunReport) -> Option<(u64, String)> {
    let name = |tier: &Option<Tier>| tier.map_or("unknown", Tier::as_str);
    let tiers: Vec<String> = report.papers_by_tier.iter().rev().map(|(tier, count)| format!("{count} {}", name(tier))).collect();
    (!tiers.is_empty()).then(|| (report.papers_by_tier.values().sum(), tiers.join(", ")))
}

/// Returns the changes from the week before.
fn changes(report: &RunReport) -> String {
    let Some(changes) = &report.changes else { return "     –   the first week: there is none to compare with".to_owned() };
    let kinds: Vec<String> = changes.by_kind.iter().map(|(kind, count)| format!("{count} {}", kind.as_str())).collect();
    format!("{:>6}   since {}{}{}", changes.by_kind.values().sum::<u64>(), changes.since, if kinds.is_empty() { "" } else { ": " }, kinds.join(", "))
}

/// Returns the best papers as a table, or why there is no ranking to believe.
fn best(report: &RunReport) -> String {
    match report.best.as_slice() {
        [] => String::new(),
        _ if report.coverage.is_unknown() => format!("\n{NOBODY_ASKED}\n"),
        papers => format!("\n{}", rank::table(papers.iter().zip(1..), terminal::columns().unwrap_or(USUAL_COLUMNS))),
    }
}

/// Returns commands that run as they are printed, in the order in which a reader wants them.
fn next_steps(plan: &Plan, report: &RunReport) -> Vec<String> {
    let out = plan.out.to_str().map_or_else(|| plan.out.display().to_string(), look::path);
    let overview = plan.tables.contains(schema::OVERVIEW.name).then(|| report.folder.join(schema::OVERVIEW.file()));
    let mut steps = vec!["Next:".to_owned()];
    steps.extend(overview.and_then(|overview| look::look(&overview)).map(|command| format!("  look       {command}")));
    steps.push(format!("  browse     starcite report --out {out}"));
    steps.push(format!("  in Excel   starcite export csv --excel --out {out}"));
    steps.push("  understand starcite schema overview".to_owned());
    if plan.offline {
        let init = if Path::new(preset::FILE).exists() { "" } else { "starcite init && " }; // which overwrites no file
        steps.push(format!("  your week  {init}GITHUB_TOKEN=… starcite run {}", preset::FILE));
    } else {
        steps.push(format!("  check      starcite verify {out}"));
    }
    steps
}
