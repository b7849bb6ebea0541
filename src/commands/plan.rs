//! `starcite plan`: prints what a run would read of tables and request from GitHub, with cost and duration. It sends no request to GitHub and writes nothing.

use super::hosts;
use super::messages::{counted, plural};
use super::run::plan as read_plan;
use crate::cli::RunArgs;
use crate::cli::outcome::Outcome;
use crate::cli::plan::{CountsPlan, HostPlan, Plan};
use crate::progress::Progress;
use crate::run::ask::{self, Estimate};
use crate::run::citation_counts;
use crate::run::papers::{self, Sourced};
use crate::run::{claim, known_since};
use anyhow::Result;
use starcite_core::Part;
use starcite_ground::files::temporary::TemporaryFolder;
use starcite_ground::{interrupt, terminal};
use starcite_state::{Scope, State};
use tracing::{info, warn};

pub(crate) fn plan(args: RunArgs, progress: &Progress) -> Result<Outcome> {
    let plan = read_plan(args)?;
    interrupt::end_in_good_order();
    let folder = TemporaryFolder::new()?;
    let copy = folder.path().join("state.db");
    State::copy(&plan.state, &copy)?;
    let mut state = State::open(&copy)?;
    claim(&plan, &state)?.notes.iter().for_each(|note| info!("{note}"));
    let mut sourced = Sourced::default();
    let located = papers::locate(&plan, &state, &mut sourced, &hosts(plan.source_pause))?;
    papers::read(&plan, &located, &mut state, None, &mut sourced, progress)?;
    progress.done();
    let counts = plan.counts.as_ref().map(|counts| price_of_counts(counts, &plan, &sourced.to_count, &mut state)).transpose()?.flatten();
    let hosts = plan.hosts.iter().map(|host| price_of_host(host, &plan, &mut state)).collect::<Result<Vec<_>>>()?;
    sourced.tables.iter().try_for_each(|taken| terminal::print_line(taken))?;
    lines(&plan, &hosts, counts).iter().try_for_each(|line| terminal::print_line(line))?;
    sourced.notes.iter().for_each(|note| warn!("{note}"));
    sourced.owed.iter().for_each(|why| warn!("{why}; the plan is without its papers: run the same command again"));
    Ok(if sourced.owed.is_empty() { Outcome::Complete } else { Outcome::AnswersOwed })
}

/// Returns the cost of requesting citation counts, as a sentence, if any is to be requested.
fn price_of_counts(counts: &CountsPlan, plan: &Plan, own: &[String], state: &mut State) -> Result<Option<String>> {
    let wanted = citation_counts::wanted(counts, plan.week, own, state)?;
    let requests = citation_counts::batches(counts.source, &wanted).len() as u64;
    let (papers, title) = (wanted.len() as u64, counts.source.service().title);
    let price = format!(
        "Besides, how often {papers} {} cited: {requests} {} to {title}; more if repositories name papers.",
        plural(papers, "paper is", "papers are"),
        plural(requests, "request", "requests")
    );
    Ok((papers > 0).then_some(price))
}

/// Requests that a run would send to a host, and the rest of the week's budget.
struct HostPrice<'a> {
    host: &'a str,
    parts: Vec<Estimate>,
    left: Option<u64>,
}

fn price_of_host<'a>(host: &'a HostPlan, plan: &Plan, state: &mut State) -> Result<HostPrice<'a>> {
    let parts = ask::estimate(host, Scope::Week(plan.week), known_since(plan, host)?, state)?;
    Ok(HostPrice { host: &host.host, parts, left: ask::left_of_budget(host, plan.week, state)? })
}

fn lines(plan: &Plan, hosts: &[HostPrice<'_>], counts: Option<String>) -> Vec<String> {
    let of_week = format!("{} — week {}", plan.name, plan.week);
    if !plan.asks() {
        let why = if plan.offline { "the pipeline is offline" } else { "the week ended more than 7 days ago (--ask-now asks all the same)" };
        return vec![format!("{of_week}: a run would ask {} nothing, since {why}", plan.asked_hosts().join(" and "))];
    }
    hosts.iter().flat_map(|price| lines_of_host(&of_week, price)).chain(counts).collect()
}

fn lines_of_host(of_week: &str, HostPrice { host, parts, left }: &HostPrice<'_>) -> Vec<String> {
    let cost = |is_rest| parts.iter().filter(|one| one.is_rest == is_rest).map(|one| one.cost).sum::<u64>();
    let (points, requests) = (cost(false), cost(true));
    if points + requests == 0 {
        return vec![format!("{of_week}: a run would ask {host} nothing, since there is no repository whose answers are not known")];
    }
    let mut lines = vec![format!("{of_week}: what a run would ask {host} now"), String::new()];
    lines.extend(parts.iter().filter(|one| one.repositories > 0).map(|one| {
        let unit = if one.is_rest { "requests" } else { "points" };
        format!("  {:<10} {:>7} repositories {:>6} queries {:>6} {unit:<9} {}", one.part.as_str(), one.repositories, one.queries, one.cost, about(one.seconds))
    }));
    let total: f64 = parts.iter().map(|one| one.seconds).sum();
    let costs = counted(&[(points, "point of GraphQL", "points of GraphQL"), (requests, "request of REST", "requests of REST")]);
    lines.push(String::new());
    lines.push(format!("In all {}, {}.", costs.join(" and "), about(total)));
    if parts.iter().any(|one| one.part != Part::Scalars) {
        lines.push("Of repositories never asked before it is not known yet how many are there: all are counted.".to_owned());
    }
    if let Some(left) = left.filter(|left| *left < points + requests) {
        lines.push(format!("What is left of the week's budget, {left}, is less: the rest is still owed then, the costlier parts first."));
    }
    lines
}

/// Returns a duration for people.
fn about(seconds: f64) -> String {
    match seconds.round() as u64 {
        0..=1 => "about a second".to_owned(),
        seconds @ 2..=119 => format!("about {seconds} s"),
        seconds @ 120..=7_199 => format!("about {} min", seconds.div_ceil(60)),
        seconds => format!("about {} h", seconds.div_ceil(3_600)),
    }
}
