//! The whole weekly run: sources, papers, links, GitHub, tables, ranking, manifest.

pub(crate) mod ask;
pub(crate) mod changes;
pub(crate) mod citation_counts;
pub(crate) mod figures;
pub(crate) mod link_tables;
pub(crate) mod look;
mod overview;
mod owner;
pub(crate) mod papers;
pub(crate) mod rows;
pub(crate) mod settle;
pub(crate) mod summary;
mod tables;

pub(crate) use owner::{check_owner, claim};

use crate::cli::plan::{HostPlan, Plan};
use crate::progress::Progress;
use crate::rank::{Gains, Order, Place, Ranked, StarWeek};
use crate::weeks::{Incomplete, dataset};
use anyhow::{Result, anyhow, ensure};
use ask::{Asked, Missing};
use changes::Before;
use chrono::{DateTime, Utc};
use figures::Figures;
use link_tables::{LinkContext, Linked};
use papers::Sourced;
use starcite_core::availability::Tier;
use starcite_core::{ChangeKind, LinkKind, Part, RepoState, Week};
use starcite_ground::clock;
use starcite_ground::owed::Owed;
use starcite_ground::parallel_ordered::parallel_ordered;
use starcite_rows::{self as schema, Row};
use starcite_sources::hosts::Hosts;
use starcite_state::{ByName, RepoRow, Scope, StarsRow, State, name_the_state};
use starcite_tables::manifest::{Coverage, Manifest};
use starcite_tables::{RowGroup, TableWriter, week_folder};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use tables::{Lineage, Tables};
use tracing::{info, warn};

/// The result of a run.
pub(crate) struct RunReport {
    pub(crate) folder: PathBuf,
    pub(crate) sourced: Sourced,
    pub(crate) links_by_kind: BTreeMap<LinkKind, u64>,
    /// Number of ranked papers by tier; `None` if the tier is not known.
    pub(crate) papers_by_tier: BTreeMap<Option<Tier>, u64>,
    /// Changes from the week before; `None` if there is none.
    pub(crate) changes: Option<Changed>,
    pub(crate) repos_by_state: BTreeMap<RepoState, u64>,
    /// The best papers of the ranking, best first.
    pub(crate) best: Vec<Ranked>,
    pub(crate) coverage: Coverage,
    /// The results of the requests to hosts, in the order of the plan; empty if the run sent none.
    pub(crate) asked: Vec<Asked>,
    /// Number of unknown repositories on each host that the plan asks.
    pub(crate) unknown_by_host: BTreeMap<String, u64>,
    /// Answers that hosts and services still owe, by group of columns: the user should run again.
    pub(crate) missing: Missing,
    /// The result of requesting citation counts.
    pub(crate) counts: citation_counts::Report,
    /// True if the run sent no host requests because the week is closed.
    pub(crate) is_unasked_as_closed: bool,
}

/// The group of [`Missing`] for cited papers.
pub(crate) const CITATION_COUNTS: &str = "citation_counts";

/// A finished week stays as it is, because the sources hold none of its papers now.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Stays(String);

/// Number of changes since a week, by kind.
pub(crate) struct Changed {
    pub(crate) since: Week,
    pub(crate) by_kind: BTreeMap<ChangeKind, u64>,
}

/// Runs a pipeline for its week, in a locked folder. Files of earlier runs stay complete whatever happens. The figures are those of the stages that ended.
pub(crate) fn run(plan: &Plan, hosts: &Hosts, progress: &Progress, figures: &mut Figures) -> Result<RunReport> {
    let before = hosts.requests();
    let ran = stages(plan, hosts, progress, figures).map_err(|error| name_the_state(error, &plan.state));
    figures.requests += hosts.requests() - before;
    ran
}

fn stages(plan: &Plan, hosts: &Hosts, progress: &Progress, figures: &mut Figures) -> Result<RunReport> {
    let mut sourced = Sourced::default();
    let (mut state, claim) = owner::open(plan)?;
    figures.stage(|seconds| &mut seconds.seconds_sources);
    claim.notes.iter().for_each(|note| info!("{note}"));
    ahead(plan, &state)?.iter().for_each(|note| warn!("{note}"));
    let located = papers::locate(plan, &state, &mut sourced, hosts)?;
    claim.keep(&state)?;
    let mut tables = Tables::begin(plan)?;

    figures.stage(|seconds| &mut seconds.seconds_papers);
    let ran_before = state.is_linked(plan.week)?;
    let mut papers = tables.open(&schema::PAPERS)?;
    papers::read(plan, &located, &mut state, papers.as_mut(), &mut sourced, progress)?;
    tables.close(papers)?;
    // Without any of its sources nothing is known of the week.
    let is_known = sourced.owed.is_empty() || sourced.papers > 0;
    (figures.papers, figures.rejects) = (is_known.then_some(sourced.papers), is_known.then(|| sourced.rejects.count()));

    check_papers(plan, &mut sourced)?;
    ask::search_held_readmes(plan.week, &mut state)?;

    figures.stage(|seconds| &mut seconds.seconds_asking);
    let asked = ask_hosts(plan, &mut state, progress, figures)?;
    figures.stage(|seconds| &mut seconds.seconds_citation_counts);
    let counts = match &plan.counts {
        Some(counts) if !plan.offline && !plan.is_closed() => citation_counts::ask(counts, plan.week, &sourced.to_count, &mut state, hosts, progress)?,
        _ => citation_counts::Report::default(),
    };
    let missing = owed(&asked, &counts);
    figures.answers_owed = Some(missing.values().sum());

    figures.stage(|seconds| &mut seconds.seconds_links);
    progress.writing("links");
    let brought = if ran_before { tables.brought()? } else { None };
    let (known, stars) = state.repo_rows(plan.week)?;
    let (mut links, mut citations) = (tables.open(&schema::LINKS)?, tables.open(&schema::CITATIONS)?);
    let before = if plan.tables.contains(schema::CHANGES.name) { Before::read(&state, plan.week, &known)? } else { None };
    let gains = gains(plan, &stars);
    let around = LinkContext { known: &known, gains: &gains, before: before.as_ref(), brought: brought.as_ref() };
    let mut linked = link_tables::write(plan, &state, around, &mut links, &mut citations)?;
    tables.close(links)?;
    tables.close(citations)?;
    figures.links = Some(linked.by_kind.values().sum());

    figures.stage(|seconds| &mut seconds.seconds_tables);
    progress.writing("the other tables");
    let mut repos = write_repos(plan, &state, &known, &linked, &mut tables)?;
    figures.repositories(&repos.by_state, &repos.coverage);
    sourced.left_out.names += repos.names_left_out;
    if let Some(counts) = &linked.counts {
        repos.coverage.observed(plan.counts.as_ref().filter(|_| counts.counted > 0).map(|counts| counts.source.as_str()));
        repos.coverage.counts = Some(counts.clone());
    }
    write_stars(plan, &known, &stars, &linked, &mut repos.coverage, &mut tables)?;
    write_archives(plan, &state, &known, &mut tables)?;
    write_rankings(plan, linked.order.take(), &mut tables)?;
    overview::write(plan, &state, &mut tables)?;
    let changes = write_changes(plan, &state, &known, before, &mut linked, &mut tables)?;
    write_conflicts(plan, &sourced, &mut tables)?;
    write_rejects(plan, &sourced, &mut tables)?;

    let made_of = Lineage {
        compared_with: changes.as_ref().map(|changes| changes.since),
        built_on: linked.built_on.into_iter().collect(),
        papers_of_earlier_runs: linked.papers_of_earlier_runs,
        bad_values: sourced.bad_values.by_field().clone(),
    };
    sourced.notes.extend(incomplete_below(plan, &made_of));
    let ready = tables.finish(&sourced, made_of, repos.coverage.clone(), &missing)?;
    state.add_week_run(plan.week, &ready.run_ids())?;
    let folder = ready.put_in_place()?;
    sourced.notes.extend(dataset::describe(&plan.out, Incomplete::Skip)?.notes);
    Ok(RunReport {
        folder,
        sourced,
        links_by_kind: linked.by_kind,
        papers_by_tier: linked.by_tier,
        changes,
        repos_by_state: repos.by_state,
        best: linked.best.into_papers(),
        coverage: repos.coverage,
        asked,
        unknown_by_host: repos.unknown_by_host,
        missing,
        counts,
        is_unasked_as_closed: plan.is_closed() && !plan.asks() && !plan.offline,
    })
}

/// Returns a note on a week that was run before it has begun, because its papers are in no other week.
fn ahead(plan: &Plan, state: &State) -> Result<Option<String>> {
    let told = |week: Week| {
        let (now, folder) = (clock::now().format("%Y-%m-%d"), week_folder(&plan.out, week));
        format!(
            "the state knows {week}, which has not begun: a clock was ahead when it was run, or this one ({now}) is behind. The papers that it brought are in no earlier week: if \
             the clock was ahead, remove {} and run again with --rebuild-state",
            folder.display()
        )
    };
    Ok(state.week_ahead()?.map(told))
}

/// Lists the incomplete weeks that a week builds on, or is compared with.
fn incomplete_below(plan: &Plan, made_of: &Lineage) -> Vec<String> {
    let below: BTreeSet<Week> = made_of.built_on.iter().chain(&made_of.compared_with).copied().filter(|week| *week != plan.week).collect();
    let incomplete = |week: &Week| Manifest::read(&week_folder(&plan.out, *week)).is_ok_and(|manifest| !manifest.papers_complete);
    let note = |week: Week| format!("{week}, on which {} builds, is incomplete: run it again, and then {} again", plan.week, plan.week);
    below.into_iter().filter(incomplete).map(note).collect()
}

/// Fails if nothing may be put in place: no source of papers answered, or the run would replace a week that has all its papers.
fn check_papers(plan: &Plan, sourced: &mut Sourced) -> Result<()> {
    let what_failed = || sourced.owed.iter().chain(&sourced.notes).cloned().collect::<Vec<_>>().join("; ");
    if !sourced.has_answer {
        let why = format!("no source of papers answered, and nothing was put in place: {}", what_failed());
        return Err(if sourced.owed.is_empty() || plan.offline { anyhow!(why) } else { Owed(why).into() });
    }
    let place = week_folder(&plan.out, plan.week);
    let Ok(there) = Manifest::read(&place) else { return Ok(()) };
    let is_worse = !sourced.owed.is_empty() && there.papers_complete;
    ensure!(!is_worse, Owed(format!("{}; {} has all its papers, and stays as it is", what_failed(), place.display())));
    let (had, has) = (there.rows(&schema::PAPERS).unwrap_or(0), sourced.papers);
    // The user may have suppressed more of its papers since; those count as if they were there.
    let with_suppressed = has + sourced.left_out.papers.saturating_sub(there.left_out.papers);
    let why = Some(what_failed()).filter(|why| !why.is_empty()).map(|why| why + ": ").unwrap_or_default();
    if with_suppressed == 0 && had > 0 {
        let stays = format!(
            "{why}the sources hold no papers of {} now, and {} has {had}: it stays as it is. Check the sources, or move the folder away",
            plan.week,
            place.display()
        );
        // A backfill goes on after a week that stays, but not after a source that owes papers.
        return Err(if sourced.owed.is_empty() { Stays(stays).into() } else { anyhow!(stays) });
    }
    if with_suppressed < had {
        sourced.notes.push(format!(
            "{} had {had} papers and has {has} now: its sources hold others than before, or newer versions, which belong to later weeks. Keep one file a week to run weeks again",
            plan.week
        ));
    }
    Ok(())
}

/// Requests from each host the data that the state lacks, unless the run is offline or the week is closed, because later figures are never written
/// into earlier weeks.
fn ask_hosts(plan: &Plan, state: &mut State, progress: &Progress, figures: &mut Figures) -> Result<Vec<Asked>> {
    if !plan.asks() {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for host in &plan.hosts {
        let asked = ask::ask(host, Scope::Week(plan.week), known_since(plan, host)?, state, progress)?;
        figures.points += asked.points;
        figures.requests += asked.requests;
        asked.check()?;
        all.push(asked);
    }
    Ok(all)
}

/// Adds up the answers that all hosts and the service of citation counts still owe.
fn owed(asked: &[Asked], counts: &citation_counts::Report) -> Missing {
    let mut missing = Missing::new();
    let of_counts = Some((CITATION_COUNTS, counts.owed)).filter(|(_, owed)| *owed > 0);
    let of_hosts = asked.iter().flat_map(|asked| &asked.missing).map(|(group, owed)| (*group, *owed));
    of_hosts.chain(of_counts).for_each(|(group, owed)| *missing.entry(group).or_default() += owed);
    missing
}

/// Returns the time since which a host's answers count as known: `max_age` ago, or the end of the week if that is earlier. So a week with all answers
/// is never requested again, unless it is closed and requested for current figures.
pub(crate) fn known_since(plan: &Plan, host: &HostPlan) -> Result<DateTime<Utc>> {
    let max_age = clock::now() - chrono::TimeDelta::from_std(host.max_age)?;
    Ok(if plan.is_closed() { max_age } else { max_age.min(plan.week.end()) })
}

/// Statistics of the week's repositories.
#[derive(Default)]
struct Repos {
    coverage: Coverage,
    by_state: BTreeMap<RepoState, u64>,
    unknown_by_host: BTreeMap<String, u64>,
    /// Number of suppressed names of software authors.
    names_left_out: u64,
}

impl Repos {
    fn add(&mut self, repo: &RepoRow, asked: &[&str]) {
        *self.by_state.entry(repo.state).or_default() += 1;
        self.coverage.repositories += 1;
        self.coverage.observed(repo.observed_by.as_deref());
        if repo.state == RepoState::Unknown {
            self.coverage.unknown += 1;
            if asked.contains(&repo.name.host()) {
                *self.unknown_by_host.entry(repo.name.host().to_owned()).or_default() += 1;
            }
            if let Some(reason) = repo.reason(asked) {
                *self.coverage.unknown_by_reason.entry(reason.as_str().to_owned()).or_default() += 1;
            }
        } else if repo.observed_by.as_deref() == Some(repo.name.host()) {
            self.coverage.observed_by_host += 1;
        } else {
            self.coverage.observed_by_list += 1;
        }
        for part in Part::ALL {
            let known = self.coverage.columns.entry(part.as_str().to_owned()).or_default();
            match repo.knows(part) {
                Some(true) => known.known += 1,
                Some(false) => known.absent += 1,
                None => known.unknown += 1,
            }
        }
    }
}

fn write_repos(plan: &Plan, state: &State, known: &[RepoRow], linked: &Linked, tables: &mut Tables<'_>) -> Result<Repos> {
    let mut repos = Repos::default();
    let mut table = tables.open(&schema::REPOS)?;
    let asked = plan.asked_hosts();
    let has_archives = state.has_archives()?; // most states have none, so a look-up for each repository would be wasted
    let unasked = |name| if has_archives { state.unasked_row(name, plan.week) } else { Ok(RepoRow::unasked(name)) };
    linked.named.for_each(known, unasked, |repo| {
        let (repo, names_left_out) = plan.suppress.taken_out_of(repo);
        repos.names_left_out += names_left_out;
        repos.add(&repo, &asked);
        push(&mut table, || rows::repo(&repo, &asked, plan.week))
    })?;
    tables.close(table)?;
    Ok(repos)
}

fn write_stars(plan: &Plan, known: &[RepoRow], stars: &[StarsRow], linked: &Linked, coverage: &mut Coverage, tables: &mut Tables<'_>) -> Result<()> {
    let left_out: HashSet<_> = known.iter().filter(|repo| !repo.is_former && !linked.named.is_of_week(repo)).map(|repo| &repo.name).collect();
    let mut table = tables.open(&schema::STARS)?;
    stars.iter().filter(|row| !left_out.contains(&row.repo)).try_for_each(|row| {
        coverage.observed(Some(&row.source));
        push(&mut table, || rows::stars(row, plan.week))
    })?;
    tables.close(table)
}

/// Computes the stars that repositories gained, from the weeks of the table `stars`.
fn gains(plan: &Plan, stars: &[StarsRow]) -> Gains {
    let mut gains = Gains::until(plan.week);
    for row in stars {
        gains.add(&StarWeek { repo: row.repo.as_str().into(), week_start: row.start, added: row.added, total: row.total, source: (&row.source).into() });
    }
    gains
}

fn write_archives(plan: &Plan, state: &State, known: &[RepoRow], tables: &mut Tables<'_>) -> Result<()> {
    let Some(mut table) = tables.open(&schema::ARCHIVES)? else { return Ok(()) };
    let by_name = ByName::of(known);
    state.for_each_archive(plan.week, |archive| {
        let repo = archive.repo.as_ref().and_then(|repo| by_name.get(repo)).filter(|row| row.reassigned.is_none());
        table.push(&rows::archive(archive, repo.map(|row| &row.name), plan.week))
    })?;
    tables.close(Some(table))
}

fn write_rankings(plan: &Plan, order: Option<Order>, tables: &mut Tables<'_>) -> Result<()> {
    let (Some(mut table), Some(order)) = (tables.open(&schema::RANKINGS)?, order) else { return Ok(()) };
    let layout = table.layout().clone();
    let encode = |_, batch: Result<Vec<(Ranked, Place)>>| {
        let mut columns = layout.columns();
        batch?.iter().try_for_each(|(ranked, place)| columns.push(&rows::ranking(ranked, *place, plan.week)))?;
        layout.encode(columns)
    };
    parallel_ordered(order.into_batches(None)?, encode, |rows: Result<RowGroup>| table.append(&rows?))?;
    tables.close(Some(table))
}

fn write_changes(
    plan: &Plan,
    state: &State,
    known: &[RepoRow],
    before: Option<Before>,
    linked: &mut Linked,
    tables: &mut Tables<'_>,
) -> Result<Option<Changed>> {
    let mut table = tables.open(&schema::CHANGES)?;
    let mut changed = None;
    if let Some(before) = before {
        let since = before.week;
        let of_week: HashSet<i64> = known.iter().filter(|repo| linked.named.is_of_week(repo)).map(|repo| repo.id).collect();
        let rows = before.rows(state, std::mem::take(&mut linked.changes), |id| of_week.contains(&id))?;
        let mut by_kind: BTreeMap<_, u64> = BTreeMap::new();
        for row in &rows {
            *by_kind.entry(row.kind).or_default() += 1;
            push(&mut table, || rows::change(row, since, plan.week))?;
        }
        changed = Some(Changed { since, by_kind });
    }
    tables.close(table)?;
    Ok(changed)
}

fn write_conflicts(plan: &Plan, sourced: &Sourced, tables: &mut Tables<'_>) -> Result<()> {
    let mut table = tables.open(&schema::CONFLICTS)?;
    if let Some(conflicts) = &sourced.conflicts {
        conflicts.for_each(|paper_id, conflict| push(&mut table, || rows::conflict(paper_id, conflict, plan.week)))?;
    }
    tables.close(table)
}

fn write_rejects(plan: &Plan, sourced: &Sourced, tables: &mut Tables<'_>) -> Result<()> {
    let mut table = tables.open(&schema::REJECTS)?;
    sourced.rejects.for_each(|reject| push(&mut table, || rows::reject(&reject, plan.week)))?;
    tables.close(table)
}

fn push<R: Row>(table: &mut Option<TableWriter>, row: impl FnOnce() -> R) -> Result<()> {
    table.as_mut().map_or(Ok(()), |table| table.push(&row()))
}
