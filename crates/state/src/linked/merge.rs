//! Merges sorted runs: papers in the order of their ids, all versions of each together.

use super::run::{self, Block};
use super::versions::PaperVersions;
use crate::{Damaged, Hidden};
use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension};
use starcite_core::Week;
use std::borrow::Borrow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// Runs being merged, read through a connection of the state's or one of its own.
pub struct Merge<C> {
    db: C,
    cursors: Vec<Cursor>,
    /// The next paper of each run: by id, then by age.
    next: BinaryHeap<Reverse<Next>>,
    hidden: Arc<Hidden>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Next {
    paper_id: String,
    week: i32,
    generation: i64,
    cursor: usize,
}

/// A position in a run. The first block is read when the first paper is due, so that of runs that do not overlap one at a time is open.
struct Cursor {
    week: Week,
    generation: i64,
    next_block: i64,
    last_block: i64,
    block: Option<Block>,
    paper: Vec<u8>,
}

impl<C: Borrow<Connection>> Merge<C> {
    /// Merges the runs of all weeks until one.
    pub fn until(db: C, week: Week) -> Result<Self> {
        Self::of(db, "week <= ?1", week.number())
    }

    /// Merges the runs of one week.
    pub(super) fn of_week(db: C, week: Week) -> Result<Self> {
        Self::of(db, "week = ?1", week.number())
    }

    /// Merges all runs.
    pub fn all(db: C) -> Result<Self> {
        Self::of(db, "week <= ?1", i32::MAX)
    }

    fn of(db: C, condition: &str, week: i32) -> Result<Self> {
        let sql = format!("SELECT first_block, last_block, week, generation, first_paper FROM linked_runs WHERE {condition}");
        let mut query = db.borrow().prepare(&sql)?;
        let mut rows = query.query([week])?;
        let (mut cursors, mut next) = (Vec::new(), BinaryHeap::new());
        while let Some(row) = rows.next()? {
            let (week, generation) = (row.get(2)?, row.get(3)?);
            next.push(Reverse(Next { paper_id: row.get(4)?, week, generation, cursor: cursors.len() }));
            let week = Week::from_number(week).context(Damaged("a week"))?;
            cursors.push(Cursor { week, generation, next_block: row.get(0)?, last_block: row.get(1)?, block: None, paper: Vec::new() });
        }
        drop(rows);
        drop(query);
        Ok(Self { db, cursors, next, hidden: Arc::default() })
    }

    /// Returns the same merge, without papers that are left out.
    pub fn without(self, hidden: &Arc<Hidden>) -> Self {
        Self { hidden: Arc::clone(hidden), ..self }
    }

    /// Returns the next paper with all its versions, oldest first.
    pub fn next_paper(&mut self) -> Result<Option<PaperVersions>> {
        while let Some(paper) = self.next_of_all()? {
            if !self.hidden.has(&paper.paper_id) {
                return Ok(Some(paper));
            }
        }
        Ok(None)
    }

    fn next_of_all(&mut self) -> Result<Option<PaperVersions>> {
        let Some(Reverse(first)) = self.next.pop() else { return Ok(None) };
        let mut paper = PaperVersions { paper_id: first.paper_id, versions: Vec::new(), hidden: Arc::clone(&self.hidden) };
        let mut cursor = Some(first.cursor);
        while let Some(at) = cursor {
            let encoded = self.take(at)?;
            paper.add(self.cursors[at].week, encoded);
            let is_same = self.next.peek().is_some_and(|Reverse(next)| next.paper_id == paper.paper_id);
            cursor = if is_same { self.next.pop().map(|Reverse(next)| next.cursor) } else { None };
        }
        Ok(Some(paper))
    }

    /// Returns the current paper of a run, and moves the run to its next one.
    fn take(&mut self, at: usize) -> Result<Vec<u8>> {
        let cursor = &mut self.cursors[at];
        if cursor.block.is_none() {
            cursor.advance(self.db.borrow())?;
        }
        let paper = std::mem::take(&mut cursor.paper);
        cursor.advance(self.db.borrow())?;
        if !cursor.paper.is_empty() {
            let paper_id = run::paper_id(&cursor.paper)?.to_owned();
            self.next.push(Reverse(Next { paper_id, week: cursor.week.number(), generation: cursor.generation, cursor: at }));
        }
        Ok(paper)
    }
}

impl Cursor {
    /// Moves to the next paper; `paper` is empty at the end of the run.
    fn advance(&mut self, db: &Connection) -> Result<()> {
        self.paper.clear();
        loop {
            if let Some(paper) = self.block.as_mut().map(Block::next).transpose()?.flatten() {
                self.paper.extend_from_slice(paper);
                return Ok(());
            }
            if self.next_block > self.last_block {
                return Ok(());
            }
            let mut query = db.prepare_cached("SELECT papers FROM linked_blocks WHERE id = ?1")?;
            let compressed: Option<Vec<u8>> = query.query_row([self.next_block], |row| row.get(0)).optional()?;
            self.block = Some(Block::open(&compressed.context(run::LINKS)?)?);
            self.next_block += 1;
        }
    }
}
