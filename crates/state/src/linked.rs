//! Links and citations of papers, every version by week.
//!
//! A run appends its findings in sorted *runs*, each a few compressed blocks; it looks up and changes nothing. Reading merges the runs
//! paper by paper ([`Merge`]): all versions of a paper come together, and the links of a week follow from them (`versions`).

mod merge;
mod run;
mod versions;

pub use merge::Merge;
pub use run::SortedRun;
pub use versions::{PaperVersions, WeekLink, WeekPaper};

use super::{Damaged, State};
use anyhow::{Context, Result};
use chrono::NaiveDate;
use run::RunWriter;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use starcite_core::extract::Extracted;
use starcite_core::{Citation, Link, Paper, Week};

/// Generation of a merged week while it is written.
const UNITED: i64 = -1;

/// Links and citations of a paper, as of one record of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LinkedPaper {
    /// Comes first because a merge reads no more.
    pub paper_id: String,
    /// Its title.
    pub title: Option<String>,
    /// The day of its first version.
    pub published: Option<NaiveDate>,
    /// Upvotes on Hugging Face.
    pub upvotes: Option<i64>,
    /// Its arXiv id, without a version.
    pub arxiv_id: Option<String>,
    /// Its DOI, in lower case.
    pub doi: Option<String>,
    /// Its links.
    pub links: Vec<Link>,
    /// The papers that it names.
    pub citations: Vec<Citation>,
}

impl LinkedPaper {
    /// Makes it of a paper and what was found in its texts.
    pub fn new(paper: Paper, found: Extracted) -> Self {
        let Paper { paper_id, title, published, upvotes, arxiv_id, doi, .. } = paper;
        Self { paper_id, title, published, upvotes, arxiv_id, doi, links: found.links, citations: found.citations }
    }

    /// True if it has links or citations.
    pub fn points_somewhere(&self) -> bool {
        !self.links.is_empty() || !self.citations.is_empty()
    }
}

impl State {
    /// Returns the number of this process's runs of a week. Its findings take precedence over those of earlier ones.
    pub fn next_generation(&self, week: Week) -> Result<i64> {
        let newest = "SELECT 1 + COALESCE(MAX(generation), 0) FROM linked_runs WHERE week = ?1";
        Ok(self.db.query_row(newest, [week.number()], |row| row.get(0))?)
    }

    /// True if an earlier run of a week found links or citations.
    pub fn is_linked(&self, week: Week) -> Result<bool> {
        Ok(self.db.query_row("SELECT EXISTS (SELECT 1 FROM linked_runs WHERE week = ?1)", [week.number()], |row| row.get(0))?)
    }

    /// Appends the links and citations of a batch of a week's papers.
    pub fn add_run(&self, week: Week, generation: i64, run: &SortedRun) -> Result<()> {
        let mut ids = Vec::new();
        for block in &run.blocks {
            self.db.prepare_cached("INSERT INTO linked_blocks (papers) VALUES (?1)")?.execute([block])?;
            ids.push(self.db.last_insert_rowid());
        }
        if let (Some(first), Some(last)) = (ids.first(), ids.last()) {
            self.db
                .prepare_cached("INSERT INTO linked_runs (first_block, last_block, week, generation, first_paper) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute((first, last, week.number(), generation, &run.first_paper))?;
        }
        Ok(())
    }

    /// Merges the findings of several processes for a week into one generation: each paper's newest version stays.
    pub fn unite_generations(&mut self, week: Week) -> Result<()> {
        let count = "SELECT COUNT(DISTINCT generation) FROM linked_runs WHERE week = ?1";
        let generations: i64 = self.db.query_row(count, [week.number()], |row| row.get(0))?;
        if generations < 2 {
            return Ok(());
        }
        self.transaction(|state| {
            let mut merge = Merge::of_week(&state.db, week)?;
            let mut run = SortedRun::writer()?;
            while let Some(paper) = merge.next_paper()? {
                paper.newest().map_or(Ok(()), |newest| run.push(&paper.paper_id, newest))?;
                if run.is_long() {
                    state.end_united(&mut run, week)?;
                }
            }
            state.end_united(&mut run, week)?;
            let blocks = "DELETE FROM linked_blocks WHERE EXISTS (
                SELECT 1 FROM linked_runs WHERE week = ?1 AND generation > ?2 AND linked_blocks.id BETWEEN first_block AND last_block)";
            state.db.execute(blocks, (week.number(), UNITED))?;
            state.db.execute("DELETE FROM linked_runs WHERE week = ?1 AND generation > ?2", (week.number(), UNITED))?;
            state.db.execute("UPDATE linked_runs SET generation = 0 WHERE week = ?1", [week.number()])?;
            Ok(())
        })
    }

    fn end_united(&self, run: &mut RunWriter, week: Week) -> Result<()> {
        let ended = std::mem::replace(run, SortedRun::writer()?).finish()?;
        ended.map_or(Ok(()), |run| self.add_run(week, UNITED, &run))
    }

    /// Calls `take` with every paper that pointed to something until a week's end, as of that week, in the order of their ids.
    pub(crate) fn for_each_linked_paper(&self, week: Week, mut take: impl FnMut(WeekPaper) -> Result<()>) -> Result<()> {
        let mut merge = Merge::until(&self.db, week)?.without(&self.hidden);
        while let Some(paper) = merge.next_paper()? {
            take(paper.as_of_week()?)?;
        }
        Ok(())
    }
}

/// Returns the number of papers with links in the state, and of links.
pub fn counts(db: &Connection) -> Result<(u64, u64)> {
    let mut merge = Merge::all(db)?;
    let (mut papers, mut links) = (0, 0);
    while let Some(paper) = merge.next_paper()? {
        let of_paper = paper.as_of_week().context(Damaged("a paper"))?.links.len() as u64;
        papers += u64::from(of_paper > 0);
        links += of_paper;
    }
    Ok((papers, links))
}
