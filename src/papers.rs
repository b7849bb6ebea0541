//! The first stage: papers from their sources, through extraction, into the `papers` table and the state's links.

use crate::interrupt;
use crate::manifest::{InputEntry, hash_file};
use crate::plan::{Place, Plan, SourcePlan};
use crate::progress::Progress;
use crate::source::input::{self, Input};
use crate::source::{Parsed, SourceKind, fetch, read_batches};
use crate::state::{Belongs, Merger, State, paper_key};
use crate::tables::{Reject, TableWriter, rows};
use anyhow::{Context, Result};
use rayon::prelude::*;
use starcite_core::extract::Extracted;
use starcite_core::{Extractor, Observation, Paper};
use std::collections::HashSet;

/// Merged papers that travel together.
const MERGED_BATCH: usize = 1_000;

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
}

/// What a record came to on a worker thread.
struct Worked {
    paper: Option<(Paper, Extracted)>,
    of_week: bool,
    observations: Vec<Observation>,
}

/// The inputs of each source, live ones fetched into the cache.
pub(crate) fn locate(plan: &Plan, sourced: &mut Sourced) -> Result<Vec<(SourceKind, Vec<Input>)>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start the network runtime")?;
    let mut located = Vec::new();
    for source in &plan.sources {
        let inputs = match &source.place {
            Place::Path(path) => {
                let found = input::locate(path, &plan.base).with_context(|| format!("{}: source {}", plan.file.display(), source.kind.as_str()))?;
                if found.is_empty() {
                    sourced.notes.push(format!("{path} names no files"));
                }
                found
            }
            Place::Url(_) | Place::Live => live(plan, source, sourced, &runtime)?,
        };
        located.push((source.kind, inputs));
    }
    Ok(located)
}

fn live(plan: &Plan, source: &SourcePlan, sourced: &mut Sourced, runtime: &tokio::runtime::Runtime) -> Result<Vec<Input>> {
    let cache = plan.out.join("cache");
    if plan.offline {
        sourced.notes.push(format!("--offline: the source {} is not asked", source.kind.as_str()));
        return Ok(Vec::new());
    }
    let client = fetch::client()?;
    let fetched = runtime.block_on(async {
        match &source.place {
            Place::Url(url) => fetch::url(&client, url, &cache, plan.week).await,
            _ => fetch::hf_daily(&client, &plan.hf_url, &cache, plan.week, crate::clock::now()).await,
        }
    })?;
    sourced.owed.extend(fetched.failure);
    Ok(fetched.inputs)
}

/// Reads every source: papers of the week go to the table and their links to the state, observations to the state.
pub(crate) fn read(
    plan: &Plan,
    located: &[(SourceKind, Vec<Input>)],
    state: &mut State,
    table: Option<&mut TableWriter>,
    sourced: &mut Sourced,
    progress: &Progress,
) -> Result<()> {
    let several = located.iter().filter(|(kind, _)| kind.has_papers()).count() > 1;
    let mut stage = Stage { plan, extractor: Extractor::of(plan.kinds.clone()), table, seen: HashSet::new(), sourced };
    if several {
        Merger::begin(state)?;
    }
    for (kind, inputs) in located {
        for input in inputs {
            progress.reading(&input.name());
            stage.input(*kind, input, state, several)?;
        }
    }
    state.end_group()?;
    if several {
        stage.merged(state)?;
    }
    state.end_group()
}

struct Stage<'a> {
    plan: &'a Plan,
    extractor: Extractor,
    table: Option<&'a mut TableWriter>,
    /// The papers of this run, so that one that stands in the input twice is one row.
    seen: HashSet<i64>,
    sourced: &'a mut Sourced,
}

impl Stage<'_> {
    fn input(&mut self, kind: SourceKind, input: &Input, state: &mut State, several: bool) -> Result<()> {
        let week = self.plan.week;
        let extractor = self.extractor.clone();
        let work = |said: crate::source::Said| {
            let of_week = said.event.is_none_or(|day| starcite_core::Week::of_date(day) == week);
            let paper = said.paper.map(|paper| {
                let extracted = if of_week && !several { extractor.paper(&paper) } else { Extracted::default() };
                (paper, extracted)
            });
            Worked { paper, of_week, observations: said.observations }
        };
        let mut records = 0;
        let file = input.name();
        read_batches(kind, input, work, |batch| {
            interrupt::check()?;
            records += batch.len() as u64;
            state.grouped(|state| batch.into_iter().try_for_each(|parsed| self.record(kind, &file, parsed, state, several)))
        })?;
        if records == 0 {
            self.sourced.notes.push(format!("{file} holds no records"));
        }
        let sha256 = match input {
            Input::File(path) => Some(hash_file(path)?.1),
            Input::Stdin => None,
        };
        let name = input.short_name();
        self.sourced.inputs.push(InputEntry { source: kind.as_str().to_owned(), name, sha256, records });
        Ok(())
    }

    fn record(&mut self, kind: SourceKind, file: &str, parsed: Parsed<Worked>, state: &State, several: bool) -> Result<()> {
        let worked = match parsed.result {
            Ok(worked) => worked,
            Err((reason, excerpt)) => {
                self.reject(kind, file, parsed.record, parsed.byte_offset, reason, excerpt);
                return Ok(());
            }
        };
        if !worked.of_week {
            self.sourced.other_weeks += 1;
            return Ok(());
        }
        for observation in &worked.observations {
            state.observe(&observation.repo, observation)?;
        }
        let Some((paper, extracted)) = worked.paper else { return Ok(()) };
        if several {
            return Merger::add(state, paper);
        }
        if !self.seen.insert(paper_key(&paper.paper_id)) {
            let reason = "the same paper_id as an earlier record, which counts".to_owned();
            self.reject(kind, file, parsed.record, parsed.byte_offset, reason, paper.paper_id);
            return Ok(());
        }
        self.keep(&paper, &extracted, state)
    }

    fn reject(&mut self, kind: SourceKind, file: &str, record: u64, byte_offset: u64, reason: String, excerpt: String) {
        self.sourced.rejects.push(Reject { source: kind.as_str(), file: file.to_owned(), record, byte_offset, reason, excerpt });
    }

    /// A paper of this week gets its row and its links; one that was known and has not changed gets nothing new.
    fn keep(&mut self, paper: &Paper, extracted: &Extracted, state: &State) -> Result<()> {
        let week = self.plan.week;
        let belongs = state.belongs_to_week(paper, week)?;
        if belongs == Belongs::No {
            self.sourced.unchanged += 1;
            return Ok(());
        }
        self.sourced.papers += 1;
        if belongs == Belongs::Known {
            state.replace_links(&paper.paper_id, &extracted.links, week)?;
            state.replace_citations(&paper.paper_id, week)?;
        }
        state.add_links(paper, &extracted.links, week)?;
        state.add_citations(&paper.paper_id, &extracted.citations, week)?;
        match &mut self.table {
            Some(table) => table.push(rows::paper(paper, week)),
            None => Ok(()),
        }
    }

    /// The papers of several sources, merged, through extraction.
    fn merged(&mut self, state: &mut State) -> Result<()> {
        let mut after = 0;
        while let Some((last, papers)) = Merger::batch(state, after, MERGED_BATCH)? {
            after = last;
            let extracted: Vec<Extracted> = papers.par_iter().map(|paper| self.extractor.paper(paper)).collect();
            state.grouped(|state| papers.iter().zip(&extracted).try_for_each(|(paper, extracted)| self.keep(paper, extracted, state)))?;
        }
        Ok(())
    }
}
