//! The newest version of every paper, over weeks.

use crate::interrupt;
use crate::progress::Progress;
use crate::state::paper_key;
use crate::tables::Row;
use crate::tables::schema::PAPERS;
use crate::weeks::{self, FinishedWeek};
use anyhow::{Context, Result};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// Passes each paper's id and newest version to `take`, until it breaks: the newest week first, each in its own order. The weeks come
/// newest first; a week without papers adds none. Memory holds a number for each paper.
pub(super) fn newest(weeks: &[FinishedWeek], progress: &Progress, mut take: impl FnMut(&str, Row<'_>) -> Result<ControlFlow<()>>) -> Result<()> {
    let mut met = HashSet::new();
    for portion in weeks::portions(weeks.iter().filter(|week| week.has(&PAPERS)), &PAPERS, progress) {
        interrupt::check()?;
        let frame = portion?.read(PAPERS.names())?;
        for paper in Row::all(&frame) {
            let id = paper.text("paper_id").context("a paper without an id")?;
            if met.insert(paper_key(id)) && take(id, paper)?.is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}
