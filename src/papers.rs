//! The first stage: papers from their sources, through extraction, into the `papers` table and the state's links.

mod batch;
mod merge;

use crate::interrupt;
use crate::manifest::InputEntry;
use crate::ordered::ordered;
use crate::owed::Owed;
use crate::plan::{Place, Plan, SourcePlan};
use crate::progress::Progress;
use crate::source::dates::{Dates, Period};
use crate::source::harvest::{Harvest, harvest};
use crate::source::hf_live::HfLive;
use crate::source::input::{self, Input};
use crate::source::openalex_live::{KEY_VARIABLE, OpenAlexLive};
use crate::source::polite::Polite;
use crate::source::remote::Remote;
use crate::source::{Columns, SourceKind, check_table, fetch, read_batches};
use crate::state::State;
use crate::tables::{Reject, TableWriter};
use anyhow::{Context, Result};
use batch::{Reading, Worked};
use merge::Merger;
use std::time::Duration;

/// What the sources came to.
#[derive(Debug, Default)]
pub(crate) struct Sourced {
    pub(crate) inputs: Vec<InputEntry>,
    pub(crate) rejects: Vec<Reject>,
    /// Papers of the week.
    pub(crate) papers: u64,
    /// Papers of dated sources that belong to other weeks.
    pub(crate) other_weeks: u64,
    /// Papers that were known and have not changed.
    pub(crate) unchanged: u64,
    /// Why a source could not be read to its end, for people.
    pub(crate) owed: Vec<String>,
    /// What was strange but no error, for people.
    pub(crate) notes: Vec<String>,
    /// What is taken of each table, for people.
    pub(crate) tables: Vec<String>,
}

/// The inputs of a source.
pub(crate) struct Located {
    kind: SourceKind,
    columns: Columns,
    inputs: Vec<Input>,
}

/// The inputs of each source, live ones fetched into the cache.
///
/// # Errors
/// When a path names nothing, or a table is none or lacks a column that is to be taken of it.
pub(crate) fn locate(plan: &Plan, state: &State, sourced: &mut Sourced) -> Result<Vec<Located>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start the network runtime")?;
    let mut located = Vec::new();
    for source in &plan.sources {
        let mut inputs = match &source.place {
            Place::Path(path) => {
                let found = input::locate(path, &plan.base).with_context(|| format!("{}: source {}", plan.file.display(), source.kind.as_str()))?;
                if found.is_empty() {
                    sourced.notes.push(format!("{path} names no files"));
                }
                found
            }
            Place::Url(remote) => object(plan, remote, sourced),
            Place::HfDaily { .. } | Place::ArxivOai { .. } | Place::OpenAlex { .. } => live(plan, source, state, sourced, &runtime)?,
        };
        if source.kind.is_harvest {
            inputs.reverse(); // the newest first: of two records of a paper the first one counts
        }
        if source.kind == SourceKind::TABLE {
            check(&inputs, source, plan, sourced)?;
        }
        located.push(Located { kind: source.kind, columns: source.columns.clone(), inputs });
    }
    Ok(located)
}

/// Compares every table with its mapping, before anything is read.
fn check(inputs: &[Input], source: &SourcePlan, plan: &Plan, sourced: &mut Sourced) -> Result<()> {
    for input in inputs {
        if let Some(taken) = check_table(input, &source.columns, plan.limits).with_context(|| format!("{}: source table", plan.file.display()))? {
            sourced.tables.push(format!("{}: {taken}", input.name()));
        }
    }
    Ok(())
}

/// An object is fetched while it is read; offline, if an earlier run has fetched it.
fn object(plan: &Plan, remote: &Remote, sourced: &mut Sourced) -> Vec<Input> {
    let folder = plan.out.join("cache").join(plan.week.to_string());
    let remote = remote.clone().kept_in(&folder).with_first_wait(plan.source_pause / 3);
    if plan.offline && remote.whole().is_none() {
        sourced.notes.push(format!("--offline: {} is not fetched", remote.name()));
        return Vec::new();
    }
    vec![Input::Remote(remote)]
}

fn live(plan: &Plan, source: &SourcePlan, state: &State, sourced: &mut Sourced, runtime: &tokio::runtime::Runtime) -> Result<Vec<Input>> {
    let cache = plan.out.join("cache");
    if plan.offline {
        sourced.notes.push(format!("--offline: the source {} is not asked", source.kind.as_str()));
        return Ok(Vec::new());
    }
    let (client, pause, now) = (fetch::client()?, plan.source_pause, crate::clock::now());
    let fetched = runtime.block_on(async {
        match &source.place {
            Place::ArxivOai { set, format } => {
                let what = Harvest { base_url: &plan.arxiv_oai_url, set: set.as_deref(), format: format.as_str(), week: plan.week, now };
                harvest(&mut Polite::new(client, pause, pause), &cache, state, &what).await
            }
            Place::HfDaily { dates } => {
                let lists = dates.map_or_else(|| plan.week.days().map(Period::Day).collect(), Dates::lists);
                let live = HfLive { base_url: &plan.hf_url, cache: &cache, now };
                live.fetch(&mut Polite::new(client, Duration::ZERO, pause / 3), &lists).await
            }
            Place::OpenAlex { filter } => {
                let key = std::env::var(KEY_VARIABLE).ok().filter(|key| !key.trim().is_empty());
                let key = key.with_context(|| format!("the source openalex without a path asks OpenAlex, which wants a key: set {KEY_VARIABLE}"))?;
                let (base_url, filter) = (plan.openalex_url.trim_end_matches('/'), filter.as_deref());
                let live = OpenAlexLive { base_url, key: key.trim(), filter, week: plan.week, cache: &cache, now };
                live.fetch(&mut Polite::new(client, pause / 30, pause / 3)).await
            }
            Place::Path(_) | Place::Url(_) => Ok(fetch::Fetched::default()),
        }
    })?;
    sourced.notes.extend(fetched.note);
    sourced.owed.extend(fetched.failure);
    Ok(fetched.inputs)
}

/// Reads every source: papers of the week go to the table and what they point to into the state, observations into the state.
pub(crate) fn read(
    plan: &Plan,
    located: &[Located],
    state: &mut State,
    table: Option<&mut TableWriter>,
    sourced: &mut Sourced,
    progress: &Progress,
) -> Result<()> {
    let with_papers = located.iter().filter(|source| source.kind.has_papers);
    let several = with_papers.count() > 1 || located.iter().any(|source| source.kind.has_parts && source.inputs.len() > 1);
    let reading = Reading::new(plan, state.seen(plan.week)?, table.as_ref().map(|table| table.layout().clone()), several);
    let merger = several.then(Merger::new).transpose()?;
    let mut keeper = Keeper { plan, generation: state.next_generation(plan.week)?, state, table, merger, sourced };
    for source in located {
        for input in &source.inputs {
            progress.reading(&input.name());
            keeper.input(&reading, source, input)?;
        }
    }
    keeper.state.end_group()?;
    if let Some(merger) = keeper.merger.take() {
        keeper.merged(&reading, merger)?;
    }
    state.unite_generations(plan.week)
}

/// Takes what batches came to, in order.
struct Keeper<'a> {
    plan: &'a Plan,
    generation: i64,
    state: &'a mut State,
    table: Option<&'a mut TableWriter>,
    /// Where papers of several sources wait for each other.
    merger: Option<Merger>,
    sourced: &'a mut Sourced,
}

impl Keeper<'_> {
    fn input(&mut self, reading: &Reading<'_>, source: &Located, input: &Input) -> Result<()> {
        let kind = source.kind;
        let from = batch::From { kind, file: input.name(), moment: input.moment(), now: crate::clock::now() };
        let turns = reading.turns();
        let mut records = 0;
        let work = |number, batch| reading.records(&turns, number, &from, batch);
        let read = read_batches(kind, &source.columns, input, self.plan.limits, true, work, |worked: Result<Worked>| {
            let mut worked = worked?;
            worked.rejects.iter_mut().for_each(|reject| reject.record += records);
            worked.to_merge.iter_mut().for_each(|candidate| candidate.record += records);
            self.merge(&from, std::mem::take(&mut worked.to_merge))?;
            records += worked.records;
            self.keep(worked)
        });
        reading.end(turns);
        if let Err(error) = &read
            && error.is::<Owed>()
        {
            self.sourced.owed.push(error.to_string()); // the papers that came count, the input does not
            return Ok(());
        }
        let blake3 = read?;
        input.keep_moment(from.moment)?;
        if records == 0 {
            self.sourced.notes.push(format!("{} holds no records", from.file));
        }
        self.sourced.inputs.push(InputEntry { source: kind.as_str().to_owned(), name: input.short_name(), blake3, records });
        Ok(())
    }

    /// Lets papers of several sources wait for each other.
    fn merge(&mut self, from: &batch::From, candidates: Vec<batch::Candidate>) -> Result<()> {
        let Some(merger) = &self.merger else { return Ok(()) };
        for candidate in candidates {
            if candidate.is_part {
                merger.add_part(from, &candidate)?;
            } else if let Some(reason) = merger.add(&candidate.paper)? {
                self.sourced.rejects.push(from.reject(&candidate, &reason));
            }
        }
        Ok(())
    }

    /// The papers of several sources, merged.
    fn merged(&mut self, reading: &Reading<'_>, merger: Merger) -> Result<()> {
        self.sourced.rejects.extend(merger.join()?);
        let turns = reading.turns();
        ordered(merger.batches(), |number, papers| reading.merged(&turns, number, papers?), |worked: Result<Worked>| self.keep(worked?))?;
        self.state.end_group()
    }

    fn keep(&mut self, worked: Worked) -> Result<()> {
        interrupt::check()?;
        let (week, generation) = (self.plan.week, self.generation);
        self.sourced.papers += worked.papers;
        self.sourced.other_weeks += worked.other_weeks;
        self.sourced.unchanged += worked.unchanged;
        self.sourced.rejects.extend(worked.rejects);
        self.state.grouped(|state| {
            worked.observations.iter().try_for_each(|observation| state.observe(&observation.repo, observation))?;
            state.add_sightings(week, &worked.sightings)?;
            worked.linked.map_or(Ok(()), |run| state.add_run(week, generation, &run))
        })?;
        match (&mut self.table, &worked.rows) {
            (Some(table), Some(rows)) => table.append(rows),
            _ => Ok(()),
        }
    }
}
