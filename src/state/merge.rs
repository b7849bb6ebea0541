//! Papers of several sources, merged by arXiv id or DOI, on disk: memory does not grow with them.

use super::State;
use anyhow::{Context, Result};
use rusqlite::OptionalExtension;
use starcite_core::Paper;

/// A temporary table of papers in the order of their first record; the first source wins, field by field.
pub(crate) struct Merger;

impl Merger {
    /// Makes the table, empty.
    pub(crate) fn begin(state: &State) -> Result<()> {
        state.db.execute_batch(
            "DROP TABLE IF EXISTS temp.merged;
             CREATE TEMP TABLE merged (seq INTEGER PRIMARY KEY, paper_id TEXT, arxiv_id TEXT, doi TEXT, paper TEXT);
             CREATE UNIQUE INDEX temp.merged_id ON merged (paper_id);
             CREATE INDEX temp.merged_arxiv ON merged (arxiv_id);
             CREATE INDEX temp.merged_doi ON merged (doi);",
        )?;
        Ok(())
    }

    /// Adds a paper, or what it adds to the one that is there.
    pub(crate) fn add(state: &State, paper: Paper) -> Result<()> {
        let known: Option<(i64, String)> = state
            .db
            .prepare_cached("SELECT seq, paper FROM merged WHERE paper_id = ?1 OR arxiv_id = ?2 OR doi = ?3 ORDER BY seq LIMIT 1")?
            .query_row((&paper.paper_id, &paper.arxiv_id, &paper.doi), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (seq, merged) = match known {
            None => (None, paper),
            Some((seq, json)) => {
                let mut first: Paper = serde_json::from_str(&json).context("a paper being merged")?;
                first.fill_from(paper);
                (Some(seq), first)
            }
        };
        let json = serde_json::to_string(&merged).context("a paper as JSON")?;
        state.db.prepare_cached("INSERT OR REPLACE INTO merged (seq, paper_id, arxiv_id, doi, paper) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute((
            seq,
            &merged.paper_id,
            &merged.arxiv_id,
            &merged.doi,
            json,
        ))?;
        Ok(())
    }

    /// At most `size` merged papers behind the place `after`, in the order of their first record, and the last one's place.
    pub(crate) fn batch(state: &State, after: i64, size: usize) -> Result<Option<(i64, Vec<Paper>)>> {
        let mut query = state.db.prepare_cached("SELECT seq, paper FROM merged WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
        let rows = query.query_map((after, size as i64), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        let rows: Vec<(i64, String)> = rows.collect::<Result<_, _>>()?;
        let Some((last, _)) = rows.last() else { return Ok(None) };
        let papers = rows.iter().map(|(_, json)| serde_json::from_str(json).context("a merged paper")).collect::<Result<_>>()?;
        Ok(Some((*last, papers)))
    }
}
