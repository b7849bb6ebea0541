//! The weekly run, whole: sources, papers, links, GitHub, tables, ranking, manifest.

use crate::manifest::{Coverage, InputEntry, Manifest, TableEntry};
use crate::papers::{self, Sourced};
use crate::plan::Plan;
use crate::progress::Progress;
use crate::rank::{self, Ranking};
use crate::settle::settle;
use crate::state::{ByName, RepoRow, Scope, StarsRow, State, WeekLink};
use crate::tables::{Cell, TableWriter, WeekFolder, Written, rows, schema};
use crate::{clock, interrupt, observe};
use anyhow::{Result, bail};
use chrono::{DateTime, Utc};
use starcite_core::{LinkKind, RepoName, RepoState, Week};
use starcite_github::{Report, Stop};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What a run came to.
pub(crate) struct RunReport {
    pub(crate) folder: PathBuf,
    pub(crate) sourced: Sourced,
    pub(crate) links_by_kind: BTreeMap<LinkKind, u64>,
    pub(crate) repos_by_state: BTreeMap<RepoState, u64>,
    /// The best papers of the ranking, best first.
    pub(crate) best: Vec<BestPaper>,
    pub(crate) coverage: Coverage,
    /// Why asking GitHub ended early.
    pub(crate) stop: Option<Stop>,
    /// Repositories that GitHub still owes an answer for: run again.
    pub(crate) owed: u64,
    /// The week's observations have closed: GitHub was not asked.
    pub(crate) closed: bool,
}

/// One of the best papers, for the summary; `None` is unknown.
pub(crate) struct BestPaper {
    pub(crate) title: String,
    pub(crate) repo: Option<RepoName>,
    pub(crate) score: f64,
    pub(crate) stars: Option<i64>,
    pub(crate) stars_7d: Option<i64>,
}

/// Why a repository is unknown whose host nobody asks.
pub(crate) const HOST_NOT_ASKED: &str = "host_not_asked";

/// Papers named in the summary.
const BEST: usize = 10;

/// Runs a pipeline for its week. Whatever happens, what was written before stays whole.
pub(crate) fn run(plan: &Plan, progress: &Progress) -> Result<RunReport> {
    let mut sourced = Sourced::default();
    let located = papers::locate(plan, &mut sourced)?;
    let mut state = State::open(&plan.state)?;
    let folder = WeekFolder::begin(&plan.out, plan.week)?;
    let mut tables = Tables { plan, folder, written: Vec::new(), run_id: String::new() };

    tables.write(&schema::PAPERS, |table| papers::read(plan, &located, &mut state, table, &mut sourced, progress))?;
    let (closed, asked) = ask_github(plan, &mut state, progress)?;
    let stop = asked.and_then(|report| report.stop);
    if let Some(Stop::BadToken) = stop {
        bail!(observe::explain(&Stop::BadToken, &plan.github.host));
    }
    sourced.rejects.sort_by(|a, b| (a.source, &a.file, a.record).cmp(&(b.source, &b.file, b.record)));

    let (all_repos, mut stars) = state.repo_rows(plan.week)?;
    let Linked { rankings, by_kind: links_by_kind, meant } = write_links(plan, &state, &all_repos, &mut tables, progress)?;
    // What an ambiguous link might have meant, and no link does, is no repository of the week.
    let (repos, unmeant): (Vec<&RepoRow>, Vec<&RepoRow>) =
        all_repos.iter().filter(|repo| !repo.is_former).partition(|repo| !repo.is_reading || meant.contains(&repo.name));
    let unmeant: BTreeSet<_> = unmeant.into_iter().map(|repo| &repo.name).collect();
    stars.retain(|row| !unmeant.contains(&row.repo));
    write_rest(plan, &state, &repos, &stars, &rankings, &sourced, &mut tables, progress)?;

    let coverage = coverage(&repos, plan);
    let owed = if plan.offline || closed { 0 } else { owed(plan, &state)? };
    let complete = owed == 0 && sourced.owed.is_empty() && !stop.as_ref().is_some_and(observe::leaves_answers_owed);
    let mut repos_by_state = BTreeMap::new();
    repos.iter().for_each(|repo| *repos_by_state.entry(repo.state).or_default() += 1);
    let best = rankings.iter().take(BEST).map(|ranking| best_paper(&state, ranking, plan.week)).collect::<Result<_>>()?;
    let folder = tables.commit(&sourced.inputs, coverage.clone(), complete)?;
    Ok(RunReport { folder, sourced, links_by_kind, repos_by_state, best, coverage, stop, owed, closed })
}

fn best_paper(state: &State, ranking: &Ranking<'_>, week: Week) -> Result<BestPaper> {
    Ok(BestPaper {
        title: state.title(&ranking.paper_id, week)?.unwrap_or_else(|| ranking.paper_id.clone()),
        repo: ranking.repo.map(|repo| repo.name.clone()),
        score: ranking.score.score,
        stars: ranking.stars(),
        stars_7d: ranking.stars_7d(),
    })
}

/// Asks GitHub what the state does not know yet, unless the run is offline or the week's observations have closed: later
/// figures are never written into earlier weeks.
fn ask_github(plan: &Plan, state: &mut State, progress: &Progress) -> Result<(bool, Option<Report>)> {
    let now = clock::now();
    let closed = now >= plan.week.observations_close();
    if plan.offline || closed {
        return Ok((closed && !plan.offline, None));
    }
    if interrupt::came() {
        return Ok((false, None));
    }
    Ok((false, observe::observe(&plan.github, Scope::Week(plan.week), known_since(plan)?, state, progress)?))
}

/// What GitHub answered since then is known: within `max_age`, or since the week has ended. So a week that was answered for once is
/// never asked about again.
pub(crate) fn known_since(plan: &Plan) -> Result<DateTime<Utc>> {
    let max_age = chrono::TimeDelta::from_std(plan.github.max_age)?;
    Ok((clock::now() - max_age).min(plan.week.end()))
}

/// The repositories that GitHub still owes an answer for. What it was told today and is not to be believed yet is none of them.
fn owed(plan: &Plan, state: &State) -> Result<u64> {
    let scope = Scope::Week(plan.week);
    Ok(state.to_ask(&plan.github.host, scope, known_since(plan)?, DateTime::UNIX_EPOCH)?.len() as u64)
}

/// The tables of the week being written.
struct Tables<'a> {
    plan: &'a Plan,
    folder: WeekFolder,
    written: Vec<Written>,
    run_id: String,
}

impl Tables<'_> {
    /// Writes one table, if the pipeline wants it; `fill` gets the writer.
    fn write<T>(&mut self, table: &'static schema::Table, fill: impl FnOnce(Option<&mut TableWriter>) -> Result<T>) -> Result<T> {
        if !self.plan.tables.contains(table.name) {
            return fill(None);
        }
        let path = self.folder.temporary().join(format!("{}.parquet", table.name));
        let metadata = [
            ("starcite.schema_version".to_owned(), schema::SCHEMA_VERSION.to_string()),
            ("starcite.pipeline".to_owned(), self.plan.name.clone()),
            ("starcite.pipeline_hash".to_owned(), self.plan.pipeline_hash.clone()),
            ("starcite.week".to_owned(), self.plan.week.to_string()),
        ];
        let mut writer = TableWriter::create(table, &path, &metadata)?;
        let value = fill(Some(&mut writer))?;
        self.written.push(writer.finish()?);
        Ok(value)
    }

    fn commit(mut self, inputs: &[InputEntry], coverage: Coverage, complete: bool) -> Result<PathBuf> {
        let tables = self.written.iter().map(TableEntry::of).collect::<Result<Vec<_>>>()?;
        let hashes: Vec<&str> = tables.iter().map(|t| t.sha256.as_str()).chain(inputs.iter().filter_map(|i| i.sha256.as_deref())).collect();
        self.run_id = crate::plan::sha256_hex(format!("{}\0{}\0{}", self.plan.pipeline_hash, self.plan.week, hashes.join("\0")).as_bytes());
        let manifest = Manifest {
            schema_version: schema::SCHEMA_VERSION,
            program: concat!("starcite ", env!("CARGO_PKG_VERSION")).to_owned(),
            run_id: self.run_id[..32].to_owned(),
            pipeline: self.plan.name.clone(),
            pipeline_hash: self.plan.pipeline_hash.clone(),
            week: self.plan.week,
            complete,
            inputs: inputs.to_vec(),
            tables,
            coverage,
        };
        manifest.write(&self.folder.temporary())?;
        self.folder.commit()
    }
}

/// What the links came to.
struct Linked<'a> {
    rankings: Vec<Ranking<'a>>,
    by_kind: BTreeMap<LinkKind, u64>,
    /// Those of the repositories that ambiguous links may mean that are meant.
    meant: BTreeSet<&'a RepoName>,
}

/// Writes `links`, settled, and ranks each paper while its links pass by.
fn write_links<'a>(plan: &Plan, state: &State, repos: &'a [RepoRow], tables: &mut Tables<'_>, progress: &Progress) -> Result<Linked<'a>> {
    progress.writing("links");
    let by_name = ByName::of(repos);
    let repo_of = |link: &WeekLink| link.link.repo.as_ref().and_then(|name| by_name.meant(name, link.first_week));
    let mut linked = Linked { rankings: Vec::new(), by_kind: BTreeMap::new(), meant: BTreeSet::new() };
    tables.write(&schema::LINKS, |mut table| {
        state.for_each_linked_paper(plan.week, |paper_id, mut links| {
            let names_paper = |repo: &RepoRow| Ok(state.naming(repo.id, paper_id, plan.week)?.map(|named| named.is_some()));
            settle(&mut links, |name| by_name.get(name), names_paper)?;
            for link in &links {
                let repo = repo_of(link);
                linked.meant.extend(repo.filter(|repo| repo.is_reading).map(|repo| &repo.name));
                *linked.by_kind.entry(link.link.kind).or_default() += 1;
                if let Some(table) = &mut table {
                    let naming = repo.map(|repo| state.naming(repo.id, paper_id, plan.week)).transpose()?.flatten();
                    table.push(rows::link(link, repo, naming.as_ref(), plan.week))?;
                }
            }
            // A link that the paper's newest version lacks stays in the table, but no longer counts.
            let ranked = links.iter().filter(|l| l.last_week.is_none()).map(|l| (&l.link, repo_of(l)));
            linked.rankings.extend(rank::paper(&plan.score, paper_id, ranked, plan.week));
            Ok(())
        })
    })?;
    rank::sort(&mut linked.rankings);
    Ok(linked)
}

#[expect(clippy::too_many_arguments, reason = "each is one of the tables that are written")]
fn write_rest(
    plan: &Plan,
    state: &State,
    repos: &[&RepoRow],
    stars: &[StarsRow],
    rankings: &[Ranking<'_>],
    sourced: &Sourced,
    tables: &mut Tables<'_>,
    progress: &Progress,
) -> Result<()> {
    progress.writing("the other tables");
    let week = plan.week;
    tables.write(&schema::REPOS, |table| push_all(repos.iter().map(|r| rows::repo(r, week)), table))?;
    tables.write(&schema::STARS, |table| push_all(stars.iter().map(|s| rows::stars(s, week)), table))?;
    tables.write(&schema::CITATIONS, |table| match table {
        Some(table) => state.for_each_citation(week, |paper_id, citation| table.push(rows::citation(paper_id, &citation, week))),
        None => Ok(()),
    })?;
    tables.write(&schema::RANKINGS, |table| match table {
        Some(table) => rankings.iter().zip(1..).try_for_each(|(r, rank)| table.push(rows::ranking(rank, r, state.title(&r.paper_id, week)?, week))),
        None => Ok(()),
    })?;
    tables.write(&schema::REJECTS, |table| push_all(sourced.rejects.iter().map(|r| rows::reject(r, week)), table))
}

fn push_all(rows: impl Iterator<Item = Vec<Cell>>, table: Option<&mut TableWriter>) -> Result<()> {
    let Some(table) = table else { return Ok(()) };
    rows.into_iter().try_for_each(|row| table.push(row))
}

fn coverage(repos: &[&RepoRow], plan: &Plan) -> Coverage {
    let mut coverage = Coverage { repositories: repos.len() as u64, ..Coverage::default() };
    for repo in repos {
        if repo.state == RepoState::Unknown {
            coverage.unknown += 1;
            *coverage.unknown_by_reason.entry(unknown_reason(repo, plan).to_owned()).or_default() += 1;
        } else {
            coverage.answered += 1;
        }
    }
    coverage
}

/// Why nothing is known of a repository.
fn unknown_reason<'a>(repo: &'a RepoRow, plan: &Plan) -> &'a str {
    if repo.name.host() != plan.github.host { HOST_NOT_ASKED } else { repo.state_reason.as_deref().unwrap_or("not_asked") }
}
