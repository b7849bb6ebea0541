//! The newest version of every paper, over weeks.

use crate::progress::Progress;
use crate::weeks::{self, FinishedWeek};
use anyhow::Result;
use starcite_ground::interrupt;
use starcite_rows::{PAPERS, Paper};
use starcite_state::paper_key;
use starcite_tables::read_rows;
use std::collections::HashSet;
use std::ops::ControlFlow;

/// Passes each paper's newest version to `take`, until it breaks: the newest week first, each in its own order. The weeks come
/// newest first; a week without papers adds none. Memory holds a number for each paper.
pub(super) fn newest(weeks: &[FinishedWeek], progress: &Progress, mut take: impl FnMut(&Paper<'_>) -> Result<ControlFlow<()>>) -> Result<()> {
    let mut met = HashSet::new();
    for portion in weeks::portions(weeks.iter().filter(|week| week.has(&PAPERS)), &PAPERS, progress) {
        interrupt::check()?;
        for paper in read_rows::<Paper<'_>>(&portion?.read(PAPERS.names())?)? {
            let paper = paper?;
            if met.insert(paper_key(&paper.paper_id)) && take(&paper)?.is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}
