//! What is done with a batch of records on a worker thread: parsed, searched for links, placed in the week, encoded.

use super::merge::{self, Records};
use crate::ordered::Turnstile;
use crate::plan::Plan;
use crate::source::{Batch, Parsed, Said, SourceKind};
use crate::state::{Belongs, LinkedPaper, Seen, SeenNow, Sightings, SortedRun, paper_key};
use crate::tables::{Layout, Reject, RowGroup, rows};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use starcite_core::paper::CitedBy;
use starcite_core::{Archive, Conflict, Extractor, Observation, Paper, Week};
use std::sync::{Mutex, PoisonError};

/// What all batches share.
pub(super) struct Reading<'a> {
    plan: &'a Plan,
    extractor: Extractor,
    seen: Seen,
    /// The papers of this run, so that one that stands in the input twice is one row.
    seen_now: Mutex<SeenNow>,
    /// How papers become rows, if the pipeline wants them.
    layout: Option<Layout>,
    /// Papers of several sources are merged before anything else.
    several: bool,
}

/// The batches of one input take turns in saying which papers are theirs.
pub(super) type Turns = Turnstile<SeenNow>;

/// What a batch came to.
#[derive(Default)]
pub(super) struct Worked {
    pub(super) records: u64,
    pub(super) papers: u64,
    pub(super) other_weeks: u64,
    pub(super) unchanged: u64,
    /// Their records are counted within the batch.
    pub(super) rejects: Vec<Reject>,
    pub(super) observations: Vec<Observation>,
    pub(super) archives: Vec<Archive>,
    /// Their records are counted within the batch.
    pub(super) to_merge: Vec<Waiting>,
    /// What sources disagree about, by paper.
    pub(super) conflicts: Vec<(String, Vec<Conflict>)>,
    pub(super) sightings: Sightings,
    pub(super) linked: Option<SortedRun>,
    pub(super) rows: Option<RowGroup>,
}

/// Where a batch comes from.
pub(super) struct From {
    pub(super) kind: SourceKind,
    /// The input's name.
    pub(super) file: String,
    /// Of what is not dated in the records.
    pub(super) moment: DateTime<Utc>,
    /// Of the run: nothing was told later.
    pub(super) now: DateTime<Utc>,
}

/// Why a record is not a paper's only one.
const TWICE: &str = "the same paper_id as an earlier record, which counts";
const ALONE: &str = "an abstract without its paper: name the files of `papers` too, in the same path or in another [[source]]";

impl From {
    /// A record of the batch that can't be used.
    pub(super) fn reject(&self, (record, byte_offset): (u64, u64), paper_id: &str, reason: &str) -> Reject {
        Reject { source: self.kind.as_str(), file: self.file.clone(), record, byte_offset, reason: reason.to_owned(), excerpt: paper_id.to_owned() }
    }
}

/// A paper of the week and what is needed to place it.
struct Candidate {
    /// Counted within the batch.
    record: u64,
    byte_offset: u64,
    content: u64,
    paper: Paper,
    is_gone: bool,
    /// It is to be joined to a paper.
    is_part: bool,
    /// What its sources disagree about.
    conflicts: Vec<Conflict>,
}

/// A record that waits until all are there.
pub(super) struct Waiting {
    /// Counted within the batch.
    pub(super) record: u64,
    pub(super) byte_offset: u64,
    /// It is to be joined to a paper.
    pub(super) is_part: bool,
    pub(super) paper_id: String,
    pub(super) corpus_id: Option<i64>,
    pub(super) ids: Vec<String>,
    pub(super) json: String,
}

impl Candidate {
    fn reject(&self, from: &From, reason: &str) -> Reject {
        from.reject((self.record, self.byte_offset), &self.paper.paper_id, reason)
    }

    fn waiting(self) -> Result<Waiting> {
        let Self { record, byte_offset, is_part, paper, .. } = self;
        let (ids, json) = (merge::ids(&paper), serde_json::to_string(&paper).context("a paper as JSON")?);
        Ok(Waiting { record, byte_offset, is_part, corpus_id: paper.corpus_id, ids, json, paper_id: paper.paper_id })
    }
}

impl<'a> Reading<'a> {
    pub(super) fn new(plan: &'a Plan, seen: Seen, layout: Option<Layout>, several: bool) -> Self {
        Self { plan, extractor: Extractor::of(plan.kinds.clone()), seen, seen_now: Mutex::default(), layout, several }
    }

    /// The turns of an input's batches.
    pub(super) fn turns(&self) -> Turns {
        Turnstile::new(std::mem::take(&mut *self.seen_now.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Takes back what the batches of an input have seen.
    pub(super) fn end(&self, turns: Turns) {
        *self.seen_now.lock().unwrap_or_else(PoisonError::into_inner) = turns.into_data();
    }

    /// What a batch of records comes to.
    pub(super) fn records(&self, turns: &Turns, number: u64, from: &From, batch: Batch) -> Result<Worked> {
        turns.with(|| {
            let mut worked = Worked::default();
            let mut candidates = self.parse(from, batch, &mut worked)?;
            if self.several {
                turns.pass(number, |_| ());
                let there = candidates.into_iter().filter(|candidate| !candidate.is_gone);
                worked.to_merge = there.map(Candidate::waiting).collect::<Result<_>>()?;
                return Ok(worked);
            }
            worked.rejects.extend(candidates.extract_if(.., |candidate| candidate.is_part).map(|part| part.reject(from, ALONE)));
            let reject = |candidate: &Candidate| (!from.kind.is_harvest).then(|| candidate.reject(from, TWICE));
            self.place(turns, number, candidates, reject, worked)
        })
    }

    /// What a batch of papers comes to whose records have waited for each other.
    pub(super) fn merged(&self, turns: &Turns, number: u64, papers: Vec<Records>) -> Result<Worked> {
        let candidate = |records: Records| {
            let (paper, conflicts) = records.into_paper()?;
            Ok(Candidate { record: 0, byte_offset: 0, content: paper.content_hash(), paper, is_gone: false, is_part: false, conflicts })
        };
        turns.with(|| self.place(turns, number, papers.into_iter().map(candidate).collect::<Result<_>>()?, |_| None, Worked::default()))
    }

    fn parse(&self, from: &From, batch: Batch, worked: &mut Worked) -> Result<Vec<Candidate>> {
        let mut candidates = Vec::new();
        let mut read = 0;
        let take = |Parsed { record, byte_offset, content, result }: Parsed| {
            read += 1;
            match result {
                Err((reason, excerpt)) => {
                    worked.rejects.push(Reject { source: from.kind.as_str(), file: from.file.clone(), record, byte_offset, reason, excerpt })
                }
                Ok(said) if !self.is_of_week(&said) => worked.other_weeks += 1,
                Ok(mut said) => {
                    self.date(&mut said, from);
                    worked.observations.extend(said.observations);
                    worked.archives.extend(said.archive);
                    // A paper that is gone is one that points to nothing, and has no row.
                    let gone = said.deleted.map(|paper_id| Paper { paper_id, ..Paper::default() });
                    let is_gone = gone.is_some();
                    let candidate = |paper| Candidate { record, byte_offset, content, paper, is_gone, is_part: said.is_part, conflicts: Vec::new() };
                    candidates.extend(said.paper.or(gone).map(candidate));
                }
            }
            Ok(())
        };
        // A record that is as an earlier week saw it is not even parsed.
        let records = batch.parse(from.kind, |content| self.several || !self.seen.is_elsewhere(content), take)?;
        worked.records = records;
        worked.unchanged += records - read;
        Ok(candidates)
    }

    /// Dates by its input what the record does not date. What came too late for the week, or is yet to come, is left out.
    fn date(&self, said: &mut Said, from: &From) {
        let counts = |at: DateTime<Utc>| at < self.plan.week.observations_close() && at <= from.now;
        if said.is_of_input {
            said.observations.iter_mut().for_each(|observation| observation.observed_at = from.moment);
        }
        if let Some(archive) = &mut said.archive {
            archive.said_at = archive.said_at.or(Some(from.moment));
        }
        let Some(paper) = &mut said.paper else { return };
        if said.is_of_input && !counts(from.moment) {
            paper.upvotes = None;
        }
        let dated = paper.cited_by.take().map(|cited_by| CitedBy { at: cited_by.at.or(Some(from.moment)), ..cited_by });
        paper.cited_by = dated.filter(|cited_by| cited_by.at.is_some_and(counts));
    }

    fn is_of_week(&self, said: &Said) -> bool {
        said.event.is_none_or(|day| Week::of_date(day) == self.plan.week)
    }

    /// A paper of this week gets its row and its links; one that was known and has not changed gets nothing new.
    fn place(
        &self,
        turns: &Turns,
        number: u64,
        mut candidates: Vec<Candidate>,
        reject: impl Fn(&Candidate) -> Option<Reject>,
        mut worked: Worked,
    ) -> Result<Worked> {
        let found: Vec<_> = candidates.iter().map(|candidate| self.extractor.paper(&candidate.paper)).collect();
        let places: Vec<Belongs> = turns.pass(number, |now| {
            let place = |one: &Candidate| self.seen.place(now, paper_key(&one.paper.paper_id), one.content, &mut worked.sightings);
            candidates.iter().map(place).collect()
        });
        let mut columns = self.layout.as_ref().map(Layout::columns);
        let mut linked = Vec::new();
        for ((candidate, found), place) in candidates.iter_mut().zip(found).zip(places) {
            match place {
                Belongs::No => worked.unchanged += 1,
                Belongs::Twice => worked.rejects.extend(reject(candidate)),
                Belongs::New if candidate.is_gone => {}
                Belongs::New | Belongs::Known => {
                    if place == Belongs::Known || !found.links.is_empty() || !found.citations.is_empty() {
                        linked.push(LinkedPaper::new(&candidate.paper, found));
                    }
                    if candidate.is_gone {
                        continue;
                    }
                    worked.papers += 1;
                    if let Some(columns) = &mut columns {
                        columns.push(&rows::paper(&candidate.paper, self.plan.week))?;
                    }
                    if !candidate.conflicts.is_empty() {
                        worked.conflicts.push((std::mem::take(&mut candidate.paper.paper_id), std::mem::take(&mut candidate.conflicts)));
                    }
                }
            }
        }
        worked.rejects.sort_by_key(|reject| reject.record);
        worked.linked = SortedRun::of(linked)?;
        worked.rows = self.layout.as_ref().zip(columns).map(|(layout, columns)| layout.encode(columns)).transpose()?;
        Ok(worked)
    }
}
