//! Processes a batch of records on a worker thread: parses it, searches it for links, assigns its papers to the week, encodes it.

use super::bad_values::Noted;
use super::merge::{self, Records};
use super::record::{BatchOrigin, ToMerge};
use crate::cli::plan::{CountsOf, Plan};
use crate::run::rows::{self, Reject};
use crate::weeks::categories::Categories;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use starcite_core::extract::Extracted;
use starcite_core::observation::Readme;
use starcite_core::paper::{CitedBy, public_id};
use starcite_core::{Archive, Conflict, Extractor, Observation, Paper, Week};
use starcite_ground::parallel_ordered::{OrderedGate, lock};
use starcite_sources::{Batch, Parsed, ParsedRecord, Patience, Tally, Turn};
use starcite_state::{Hidden, LinkedPaper, Membership, Seeing, Seen, SeenNow, Sightings, SortedRun, State, paper_key, row_hashes};
use starcite_tables::{Columns, Cutter, FullGroup, Layout, RowGroup};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock};

/// Data that all batches share.
pub(super) struct BatchContext<'a> {
    plan: &'a Plan,
    extractor: Extractor,
    seen: Seen,
    /// The suppressed papers.
    hidden: Arc<Hidden>,
    /// The data that the next batch takes over.
    passed: Mutex<Passed>,
    /// Categories of papers in earlier weeks, read when the first paper lacks its own.
    earlier: OnceLock<Categories>,
    /// The table's layout, if the pipeline wants the table.
    layout: Option<Layout>,
    /// True if papers of several sources are merged before anything else.
    several: bool,
}

/// The data that each batch passes on to the next.
#[derive(Default)]
pub(super) struct Passed {
    /// The papers of this run, so that one that occurs twice in the input is one row.
    seen: SeenNow,
    /// The rows that have not filled a row group.
    rows: Cutter,
}

/// The order in which the batches of one input claim their papers.
pub(super) type Turns = OrderedGate<Passed>;

/// The result of a batch.
#[derive(Default)]
pub(super) struct BatchOutput {
    pub(super) tally: Tally,
    pub(super) papers: u64,
    pub(super) other_weeks: u64,
    pub(super) unchanged: u64,
    /// All ids of each suppressed paper.
    pub(super) left_out: Vec<BTreeSet<String>>,
    /// Number of suppressed author names in other papers.
    pub(super) names_left_out: u64,
    /// Rejects, whose record numbers count within the batch.
    pub(super) rejects: Vec<Reject>,
    /// Bad values, whose record numbers count within the batch.
    pub(super) bad_values: Vec<Noted>,
    pub(super) observations: Vec<Observation>,
    pub(super) readmes: Vec<Readme>,
    pub(super) archives: Vec<Archive>,
    /// Records to merge, whose numbers count within the batch.
    pub(super) to_merge: Vec<ToMerge>,
    /// Conflicts between sources, by paper.
    pub(super) conflicts: Vec<(String, Vec<Conflict>)>,
    /// The id of each paper of the week by which services count its citations, if the pipeline wants that.
    pub(super) to_count: Vec<String>,
    pub(super) sightings: Sightings,
    pub(super) linked: Option<SortedRun>,
    pub(super) rows: Vec<RowGroup>,
}

impl BatchOutput {
    /// Applies the batch's turn: an input that is read no further ends with a reject that contains the reason, and later batches are dropped.
    fn in_turn(mut self, turn: Turn, from: &BatchOrigin) -> Self {
        match turn {
            Turn::On => self,
            Turn::Over => Self::default(),
            Turn::Last(why) => {
                self.tally.records += 1;
                self.rejects.push(from.reject((self.tally.records, self.tally.byte_offset), "", &why));
                self
            }
        }
    }
}

/// Reasons for rejecting a duplicate record, and an abstract without its paper.
const TWICE: &str = "the same paper_id as an earlier record, which counts";
const ALONE: &str = "an abstract without its paper: name the files of `papers` too, in the same path or in another [[source]]";

/// A paper that was read, with the data to decide if it belongs to the week.
struct Candidate {
    /// Number of the record within the batch.
    record: u64,
    byte_offset: u64,
    content: u64,
    /// The hashes that its rows may have, if the state knows papers by these.
    rows: Vec<u64>,
    /// Its links and citations.
    linked: LinkedPaper,
    is_gone: bool,
    has_row: bool,
    /// Conflicts between its sources.
    conflicts: Vec<Conflict>,
    noted: Vec<Noted>,
    names_left_out: u64,
}

/// The papers of a batch. Each is searched and put into columns as soon as it is read, while its texts are in the processor's cache; few have to
/// be removed later.
struct Papers {
    candidates: Vec<Candidate>,
    columns: Option<Columns>,
}

/// The relation of a batch's papers to the week.
#[derive(Default)]
struct Places {
    /// One for each paper, in their order.
    of_papers: Vec<Membership>,
    sightings: Sightings,
    /// The row groups that they fill.
    full: Vec<FullGroup>,
}

/// A record that was read.
struct Record {
    /// Number of the record within the batch.
    number: u64,
    byte_offset: u64,
    content: u64,
    paper: Box<Paper>,
    is_gone: bool,
    /// True if it is to be joined to a paper.
    is_part: bool,
    /// Its values that can't be used.
    noted: Vec<Noted>,
}

impl Record {
    fn waiting(self) -> Result<ToMerge> {
        let Self { number, byte_offset, is_part, paper, noted, .. } = self;
        let (ids, json) = (merge::ids(&paper), serde_json::to_string(&paper).context("a paper as JSON")?);
        Ok(ToMerge { record: number, byte_offset, is_part, corpus_id: paper.corpus_id, ids, json, paper_id: paper.paper_id, noted })
    }
}

impl<'a> BatchContext<'a> {
    pub(super) fn new(plan: &'a Plan, state: &State, layout: Option<Layout>, several: bool) -> Result<Self> {
        let (extractor, seen, hidden) = (Extractor::of(plan.kinds.clone()), state.seen(plan.week)?, Arc::clone(state.hidden()));
        Ok(Self { plan, extractor, seen, hidden, passed: Mutex::default(), earlier: OnceLock::new(), layout, several })
    }

    /// Returns the turns of an input's batches.
    pub(super) fn turns(&self) -> Turns {
        OrderedGate::new(std::mem::take(&mut *lock(&self.passed)))
    }

    /// Takes back what the last batch of an input passed on.
    pub(super) fn end(&self, turns: Turns) {
        *lock(&self.passed) = turns.into_data();
    }

    /// Returns the rows that the batches left.
    pub(super) fn rest(&self) -> Result<Option<RowGroup>> {
        let rest = lock(&self.passed).rows.rest();
        self.layout.as_ref().zip(rest).map(|(layout, rest)| layout.encode(rest)).transpose()
    }

    /// Reads a batch of records; its result is empty if reading of the input has stopped before it.
    pub(super) fn records(&self, turns: &Turns, patience: &Patience, number: u64, from: &BatchOrigin, batch: Batch) -> Result<BatchOutput> {
        turns.with(number, || {
            if self.several {
                let worked = self.read(from, batch, |worked, record| {
                    let waiting = (!record.is_gone).then(|| record.waiting()).transpose()?;
                    worked.to_merge.extend(waiting);
                    Ok(())
                })?;
                return turns.pass(number, |_| patience.take(&worked.tally)).map(|turn| worked.in_turn(turn, from));
            }
            let mut papers = self.no_papers();
            let worked = self.read(from, batch, |worked, record| {
                if record.is_part {
                    worked.rejects.push(from.reject((record.number, record.byte_offset), &record.paper.paper_id, ALONE));
                    return Ok(());
                }
                self.add(&mut papers, record, Vec::new())
            })?;
            let twice = |paper: &Candidate| from.reject((paper.record, paper.byte_offset), &paper.linked.paper_id, TWICE);
            let turn = turns.pass(number, |now| match patience.take(&worked.tally) {
                Turn::Over => None,
                turn => Some((turn, self.places(now, &mut papers))),
            })?;
            let Some((turn, places)) = turn else { return Ok(BatchOutput::default()) };
            let worked = self.placed(papers.candidates, places?, |paper| (!from.kind.is_harvest).then(|| twice(paper)), worked)?;
            Ok(worked.in_turn(turn, from))
        })
    }

    /// Processes a batch of papers that were merged.
    pub(super) fn merged(&self, turns: &Turns, number: u64, merged: Vec<Records>) -> Result<BatchOutput> {
        turns.with(number, || {
            let (mut papers, mut worked) = (self.no_papers(), BatchOutput::default());
            for mut records in merged {
                let noted = std::mem::take(&mut records.noted);
                let (paper, conflicts, ids) = records.into_paper()?;
                if ids.iter().any(|id| self.hidden.has(id)) {
                    worked.left_out.push(ids);
                    continue;
                }
                let (content, paper) = (paper.content_hash(), Box::new(paper));
                let record = Record { number: 0, byte_offset: 0, content, paper, is_gone: false, is_part: false, noted };
                self.add(&mut papers, record, conflicts)?;
            }
            let places = turns.pass(number, |now| self.places(now, &mut papers))??;
            self.placed(papers.candidates, places, |_| None, worked)
        })
    }

    /// Reads a batch, record by record, and passes those with papers to `take`.
    fn read(&self, from: &BatchOrigin, batch: Batch, mut take: impl FnMut(&mut BatchOutput, Record) -> Result<()>) -> Result<BatchOutput> {
        let mut worked = BatchOutput::default();
        let mut read = 0;
        let parsed = |Parsed { record: number, byte_offset, content, result }: Parsed| {
            read += 1;
            match result {
                Err((reason, excerpt)) => {
                    let (source, file) = (from.kind.as_str(), from.file.clone());
                    worked.rejects.push(Reject { source, file, record: number, byte_offset, reason, excerpt });
                }
                Ok(said) if !self.is_of_week(&said) => worked.other_weeks += 1,
                Ok(mut said) => {
                    let ids = self.left_out(&said);
                    if ids.is_some() {
                        (said.observations, said.readme, said.archive) = (Vec::new(), None, None);
                        if !self.several {
                            worked.left_out.extend(ids);
                            return Ok(());
                        } // otherwise records of the same paper may follow
                    }
                    self.date(&mut said, from);
                    worked.observations.extend(said.observations);
                    worked.readmes.extend(said.readme.filter(|readme| readme.read_at < self.plan.week.observations_close()));
                    worked.archives.extend(said.archive.map(|archive| *archive));
                    let note = |bad| Noted { file: from.file.clone(), record: number, byte_offset, bad };
                    let noted = said.bad_values.into_iter().map(note).collect();
                    // A deleted paper is one without links or citations, and without a row.
                    let gone = said.deleted.map(|paper_id| Box::new(Paper { paper_id, ..Paper::default() }));
                    let is_gone = gone.is_some();
                    match said.paper.or(gone) {
                        Some(paper) => take(&mut worked, Record { number, byte_offset, content, paper, is_gone, is_part: said.is_part, noted })?,
                        None => worked.bad_values.extend(noted),
                    }
                }
            }
            Ok(())
        };
        // A record that is unchanged since an earlier week is not even parsed.
        worked.tally = batch.parse(from.kind, |content| self.several || !self.seen.is_elsewhere(content), parsed)?;
        worked.unchanged += worked.tally.records - read;
        Ok(worked)
    }

    /// Returns the ids of the paper of a record, if it is suppressed.
    fn left_out(&self, said: &ParsedRecord) -> Option<BTreeSet<String>> {
        if self.hidden.is_nothing() {
            return None; // no need to compute ids
        }
        let ids = said.paper.as_deref().map(merge::ids).or_else(|| Some(vec![said.deleted.clone()?]))?;
        ids.iter().any(|id| self.hidden.has(id)).then(|| ids.into_iter().collect())
    }

    fn id_to_count(&self, paper: &LinkedPaper) -> Option<String> {
        self.plan.counts.as_ref().filter(|counts| counts.of == CountsOf::Papers)?;
        public_id(paper.arxiv_id.as_deref(), paper.doi.as_deref())
    }

    fn no_papers(&self) -> Papers {
        Papers { candidates: Vec::new(), columns: self.layout.as_ref().map(Layout::columns) }
    }

    /// Extracts a paper's links and citations and makes its row, unless it is unchanged since another week.
    fn add(&self, papers: &mut Papers, record: Record, conflicts: Vec<Conflict>) -> Result<()> {
        let Record { number, byte_offset, content, mut paper, is_gone, noted, .. } = record;
        let is_new = !self.seen.is_elsewhere(content);
        let found = if is_new { self.extractor.paper(&paper) } else { Extracted::default() };
        let knows_rows = is_new && self.seen.knows_rows();
        let mut rows = if knows_rows { row_hashes(&paper, &found.links) } else { Vec::new() };
        if is_new && !is_gone && self.categorise(&mut paper) && knows_rows {
            rows.extend(row_hashes(&paper, &found.links));
        }
        let names_left_out = self.plan.suppress.strip(&mut paper);
        if knows_rows && names_left_out > 0 {
            rows.extend(row_hashes(&paper, &found.links));
        }
        let columns = papers.columns.as_mut().filter(|_| is_new && !is_gone);
        let has_row = columns.is_some();
        columns.map_or(Ok(()), |columns| columns.push(&rows::paper(&paper, self.plan.week)))?;
        let linked = LinkedPaper::new(*paper, found);
        papers.candidates.push(Candidate { record: number, byte_offset, content, rows, linked, is_gone, has_row, conflicts, noted, names_left_out });
        Ok(())
    }

    /// Fills in arXiv's categories of a paper whose sources name none, from an earlier week; true if one has them.
    fn categorise(&self, paper: &mut Paper) -> bool {
        let Some(id) = paper.arxiv_id.as_deref().filter(|_| paper.categories.is_empty()) else { return false };
        let earlier = self.earlier.get_or_init(|| Categories::before(&self.plan.out, self.plan.week));
        paper.categories = earlier.of(id).unwrap_or_default().to_vec();
        !paper.categories.is_empty()
    }

    /// Dates by its input the data that the record does not date. Leaves out data that is too late for the week, or in the future.
    fn date(&self, said: &mut ParsedRecord, from: &BatchOrigin) {
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

    fn is_of_week(&self, said: &ParsedRecord) -> bool {
        said.event.is_none_or(|day| Week::of_date(day) == self.plan.week)
    }

    /// Decides which of the papers belong to the week, and passes on their rows.
    fn places(&self, passed: &mut Passed, papers: &mut Papers) -> Result<Places> {
        let (mut places, mut kept) = (Places::default(), Vec::new());
        for paper in &papers.candidates {
            let record = Seeing { paper: paper_key(&paper.linked.paper_id), content: paper.content, rows: &paper.rows };
            let place = self.seen.place(&mut passed.seen, &record, &mut places.sightings);
            kept.extend(paper.has_row.then_some(matches!(place, Membership::New | Membership::Known)));
            places.of_papers.push(place);
        }
        if let Some(columns) = papers.columns.take() {
            places.full = passed.rows.add(columns.keep(&kept)?)?;
        }
        Ok(places)
    }

    /// Keeps the links of the papers of this week, and encodes the row groups; a known and unchanged paper adds nothing.
    fn placed(
        &self,
        candidates: Vec<Candidate>,
        places: Places,
        reject: impl Fn(&Candidate) -> Option<Reject>,
        mut worked: BatchOutput,
    ) -> Result<BatchOutput> {
        worked.sightings = places.sightings;
        let mut linked = Vec::new();
        for (paper, place) in candidates.into_iter().zip(places.of_papers) {
            match place {
                Membership::No => worked.unchanged += 1,
                Membership::Twice => worked.rejects.extend(reject(&paper)),
                Membership::New if paper.is_gone => {}
                Membership::New | Membership::Known => {
                    worked.papers += u64::from(!paper.is_gone);
                    worked.to_count.extend(self.id_to_count(&paper.linked));
                    worked.names_left_out += paper.names_left_out;
                    worked.bad_values.extend(paper.noted);
                    if !paper.conflicts.is_empty() {
                        worked.conflicts.push((paper.linked.paper_id.clone(), paper.conflicts));
                    }
                    if place == Membership::Known || paper.linked.points_somewhere() {
                        linked.push(paper.linked);
                    }
                }
            }
        }
        worked.rejects.sort_by_key(|reject| reject.record);
        worked.bad_values.sort_by_key(|noted| noted.record);
        worked.linked = SortedRun::of(linked)?;
        if let Some(layout) = &self.layout {
            worked.rows = places.full.into_iter().map(|group| layout.encode_full(group)).collect::<Result<_>>()?;
        }
        Ok(worked)
    }
}
