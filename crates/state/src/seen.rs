//! Assigns a record of a paper to a week: the one that first saw it.
//!
//! The state stores two numbers a record, appended batch by batch: the paper's key and the hash of the record's content. A run loads them
//! into sorted lists: three million papers are 48 MB, in the file as in memory.
//!
//! A rebuilt state knows the papers of finished weeks, but not the bytes of their records. It stores a hash of each paper's rows
//! (`row_hash.rs`) in place of the content, until an equal record arrives and its content becomes known.

use super::State;
use anyhow::Result;
use starcite_core::Week;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A record's relation to the week being run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// Of a paper never seen before.
    New,
    /// It is this week's, and the state knows the paper from another week or an earlier run of this one.
    Known,
    /// The same as in another week: nothing new.
    No,
    /// Of a paper that has an earlier record in this run.
    Twice,
}

/// Records of earlier runs, as of a week.
#[derive(Debug, Default)]
pub struct Seen {
    /// Every paper, sorted.
    papers: Vec<u64>,
    /// The contents that the week brought, sorted.
    this_week: Vec<u64>,
    /// The contents that are not new to the week, sorted: each paper's newest of earlier weeks, and all of later ones, because a backfill
    /// leaves them to those weeks.
    elsewhere: Vec<u64>,
    /// The same for papers with a known row and unknown content, sorted: the row's hash, and the number of the week that saw it.
    rows_elsewhere: Vec<(u64, i32)>,
}

/// A record to assign.
pub struct Seeing<'a> {
    /// The paper's key.
    pub paper: u64,
    /// The hash of its content.
    pub content: u64,
    /// The hashes that its row may have, if the state knows rows.
    pub rows: &'a [u64],
}

/// The papers that this run has seen so far.
#[derive(Debug, Default)]
pub struct SeenNow(HashSet<u64>);

/// A batch's additions to the state: sightings of the run's week, and newly known contents of papers that other weeks saw.
#[derive(Debug, Default)]
pub struct Sightings {
    of_week: Vec<u8>,
    learnt: BTreeMap<i32, Vec<u8>>,
}

/// Key of a duplicate record: one that is not the newest of its paper.
const NO_PAPER: u64 = 0;
const BYTES: usize = 16;

impl Seen {
    /// True if another week saw a record with this content.
    #[inline] // runs for every record, in another crate
    pub fn is_elsewhere(&self, content: u64) -> bool {
        self.elsewhere.binary_search(&content).is_ok()
    }

    /// True if some papers are known by their rows alone.
    pub fn knows_rows(&self) -> bool {
        !self.rows_elsewhere.is_empty()
    }

    /// Returns a record's relation to the week; adds new content to `sightings`.
    pub fn place(&self, now: &mut SeenNow, record: &Seeing<'_>, sightings: &mut Sightings) -> Membership {
        let Seeing { paper, content, rows } = *record;
        let is_this_weeks = self.this_week.binary_search(&content).is_ok();
        if !now.0.insert(paper) {
            if !is_this_weeks {
                sightings.add(NO_PAPER, content);
            }
            return Membership::Twice;
        }
        if self.is_elsewhere(content) {
            return Membership::No;
        }
        if let Some(week) = rows.iter().find_map(|row| self.saw_row(*row)).filter(|_| !is_this_weeks) {
            sightings.learn(week, paper, content);
            return Membership::No;
        }
        if !is_this_weeks {
            sightings.add(paper, content);
        }
        if self.papers.binary_search(&paper).is_ok() { Membership::Known } else { Membership::New }
    }

    /// Returns the other week that saw a paper with such a row.
    fn saw_row(&self, row: u64) -> Option<i32> {
        let at = self.rows_elsewhere.binary_search_by_key(&row, |(known, _)| *known).ok()?;
        Some(self.rows_elsewhere[at].1)
    }
}

impl Sightings {
    /// Adds a record of a paper, or a row.
    pub(super) fn add(&mut self, paper: u64, content: u64) {
        add(&mut self.of_week, paper, content);
    }

    fn learn(&mut self, week: i32, paper: u64, content: u64) {
        add(self.learnt.entry(week).or_default(), paper, content);
    }
}

fn add(sightings: &mut Vec<u8>, paper: u64, content: u64) {
    sightings.extend_from_slice(&paper.to_le_bytes());
    sightings.extend_from_slice(&content.to_le_bytes());
}

/// A record that was seen, or a row; sorted by paper, then by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sighting {
    paper: u64,
    week: i32,
    /// Negative for rows, because records came later.
    order: i32,
    content: u64,
}

impl State {
    /// Returns the records seen, as of a week.
    pub fn seen(&self, week: Week) -> Result<Seen> {
        let mut sightings = self.sightings()?;
        sightings.sort_unstable();
        let mut seen = Seen::default();
        for of_paper in sightings.chunk_by(|a, b| a.paper == b.paper) {
            seen.add(of_paper, week.number());
        }
        seen.this_week.sort_unstable();
        seen.elsewhere.sort_unstable();
        seen.rows_elsewhere.sort_unstable();
        Ok(seen)
    }

    fn sightings(&self) -> Result<Vec<Sighting>> {
        let mut all = Vec::new();
        for (table, first_order) in [("seen_rows", i32::MIN), ("seen", 0)] {
            let mut query = self.db.prepare(&format!("SELECT week, sightings FROM {table} ORDER BY id"))?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let week = row.get(0)?;
                let bytes: Vec<u8> = row.get(1)?;
                let (numbers, _) = bytes.as_chunks::<{ BYTES / 2 }>();
                for pair in numbers.chunks_exact(2) {
                    let order = first_order + i32::try_from(all.len())?;
                    all.push(Sighting { paper: u64::from_le_bytes(pair[0]), week, order, content: u64::from_le_bytes(pair[1]) });
                }
            }
        }
        Ok(all)
    }

    /// Returns those papers that were seen by the end of a week.
    pub fn papers_seen_until<'a>(&self, week: Week, papers: impl Iterator<Item = &'a str>) -> Result<HashSet<String>> {
        let by_key: HashMap<u64, &str> = papers.map(|id| (paper_key(id), id)).collect();
        if by_key.is_empty() {
            return Ok(HashSet::new());
        }
        let seen = self.sightings()?.into_iter().filter(|sighting| sighting.week <= week.number());
        Ok(seen.filter_map(|sighting| by_key.get(&sighting.paper)).map(|id| (*id).to_owned()).collect())
    }

    /// Stores the sightings of a batch of a week's records.
    pub fn add_sightings(&self, week: Week, sightings: &Sightings) -> Result<()> {
        let learnt = sightings.learnt.iter().map(|(week, learnt)| (*week, learnt));
        for (week, sightings) in [(week.number(), &sightings.of_week)].into_iter().chain(learnt).filter(|(_, sightings)| !sightings.is_empty()) {
            self.db.prepare_cached("INSERT INTO seen (week, sightings) VALUES (?1, ?2)")?.execute((week, sightings))?;
        }
        Ok(())
    }

    /// Stores the keys of papers that a week saw, each with the hash of its row.
    pub fn add_rows(&self, week: Week, papers: &[(u64, u64)]) -> Result<()> {
        let mut sightings = Vec::with_capacity(papers.len() * BYTES);
        papers.iter().for_each(|(paper, row)| add(&mut sightings, *paper, *row));
        self.db.prepare_cached("INSERT INTO seen_rows (week, sightings) VALUES (?1, ?2)")?.execute((week.number(), &sightings))?;
        Ok(())
    }
}

impl Seen {
    /// Adds the sightings of one paper, oldest first.
    fn add(&mut self, of_paper: &[Sighting], week: i32) {
        let is_double = of_paper.first().is_some_and(|first| first.paper == NO_PAPER);
        let (until, later) = of_paper.split_at(of_paper.partition_point(|sighting| sighting.week <= week));
        later.iter().for_each(|sighting| self.add_elsewhere(sighting));
        if is_double {
            until.iter().filter(|sighting| sighting.week < week).for_each(|sighting| self.add_elsewhere(sighting));
            return;
        }
        self.papers.extend(of_paper.first().map(|first| first.paper));
        match until.last() {
            Some(newest) if newest.week == week => self.this_week.push(newest.content), // a row's hash equals no content
            Some(newest) => self.add_elsewhere(newest),
            None => {}
        }
    }

    fn add_elsewhere(&mut self, sighting: &Sighting) {
        if sighting.order < 0 {
            self.rows_elsewhere.push((sighting.content, sighting.week));
        } else {
            self.elsewhere.push(sighting.content);
        }
    }
}

/// Returns a paper's id as a number, never 0.
pub fn paper_key(paper_id: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(paper_id.as_bytes()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Assigns the records of a run: a paper and a content each, whose last two digits are the row's hash.
    fn run(state: &State, week: &str, records: &[(u64, u64)]) -> Vec<Membership> {
        let week: Week = week.parse().unwrap();
        let seen = state.seen(week).unwrap();
        let (mut now, mut sightings) = (SeenNow::default(), Sightings::default());
        let belongs = records
            .iter()
            .map(|(paper, content)| seen.place(&mut now, &Seeing { paper: *paper, content: *content, rows: &[*content % 100] }, &mut sightings))
            .collect();
        state.add_sightings(week, &sightings).unwrap();
        belongs
    }

    fn state() -> (tempfile::TempDir, State) {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&folder.path().join("state.db")).unwrap();
        (folder, state)
    }

    #[test]
    fn a_record_belongs_to_the_week_that_first_saw_it() {
        use Membership::{Known, New, No};
        let (_folder, state) = state();
        assert_eq!(run(&state, "2026-W10", &[(1, 10), (2, 20)]), [New, New]);
        assert_eq!(run(&state, "2026-W10", &[(1, 10), (3, 30)]), [Known, New]);
        assert_eq!(run(&state, "2026-W11", &[(1, 10), (2, 21)]), [No, Known]);
        assert_eq!(run(&state, "2026-W11", &[(1, 10), (2, 21)]), [No, Known]);
        assert_eq!(run(&state, "2026-W10", &[(2, 20), (2, 21)])[0], Known);
    }

    #[test]
    fn content_that_comes_back_is_new_again() {
        let (_folder, state) = state();
        run(&state, "2026-W10", &[(1, 10)]);
        run(&state, "2026-W11", &[(1, 11)]);
        assert_eq!(run(&state, "2026-W12", &[(1, 10)]), [Membership::Known]);
    }

    #[test]
    fn a_backfill_leaves_what_a_later_week_saw_to_that_week() {
        let (_folder, state) = state();
        run(&state, "2026-W12", &[(1, 10)]);
        assert_eq!(run(&state, "2026-W10", &[(1, 10)]), [Membership::No]);
        assert_eq!(run(&state, "2026-W10", &[(1, 9)]), [Membership::Known]);
    }

    #[test]
    fn the_second_of_two_records_of_a_paper_never_counts() {
        use Membership::{Known, New, No, Twice};
        let (_folder, state) = state();
        assert_eq!(run(&state, "2026-W10", &[(1, 10), (1, 11)]), [New, Twice]);
        assert_eq!(run(&state, "2026-W10", &[(1, 10), (1, 11)]), [Known, Twice]);
        assert!(state.seen("2026-W11".parse().unwrap()).unwrap().is_elsewhere(11));
        assert_eq!(run(&state, "2026-W11", &[(1, 10), (1, 11)]), [No, Twice]);
    }

    #[test]
    fn a_record_that_says_what_a_known_row_says_is_nothing_new_and_its_content_is_learnt() {
        use Membership::{Known, New, No};
        let (_folder, state) = state();
        state.add_rows("2026-W10".parse().unwrap(), &[(1, 11), (2, 21)]).unwrap();
        assert_eq!(run(&state, "2026-W11", &[(1, 111), (2, 222), (3, 331)]), [No, Known, New]);
        let seen = state.seen("2026-W12".parse().unwrap()).unwrap();
        assert!([111, 222, 331].iter().all(|content| seen.is_elsewhere(*content)) && !seen.knows_rows());
        assert_eq!(run(&state, "2026-W12", &[(1, 211)]), [Known], "the row of a paper whose content is known is no longer asked");
    }

    #[test]
    fn a_known_row_is_its_own_weeks_and_a_later_weeks_is_left_to_that() {
        use Membership::{Known, No};
        let (_folder, state) = state();
        state.add_rows("2026-W10".parse().unwrap(), &[(1, 11)]).unwrap();
        state.add_rows("2026-W12".parse().unwrap(), &[(1, 12)]).unwrap();
        assert_eq!(run(&state, "2026-W10", &[(1, 111)]), [Known]);
        assert_eq!(run(&state, "2026-W11", &[(1, 111)]), [No]);
        assert_eq!(run(&state, "2026-W11", &[(1, 112)]), [No]);
        assert_eq!(run(&state, "2026-W12", &[(1, 112)]), [Known]);
        assert_eq!(run(&state, "2026-W13", &[(1, 111)]), [Known], "what it said once is new again");
    }
}
