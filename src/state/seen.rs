//! To which week a paper's content belongs: the one that first saw it.

use super::State;
use anyhow::Result;
use rusqlite::OptionalExtension;
use starcite_core::{Paper, Week};

impl State {
    /// Whether the paper, as it reads now, belongs to `week`: it was first seen then, or is new or changed now (and is
    /// remembered so).
    pub(crate) fn belongs_to_week(&self, paper: &Paper, week: Week) -> Result<bool> {
        let key = paper_key(&paper.paper_id);
        let content = paper.content_hash().cast_signed();
        let newest: Option<(i32, i64)> = self
            .db
            .prepare_cached("SELECT week, content FROM seen WHERE paper = ?1 AND week <= ?2 ORDER BY week DESC LIMIT 1")?
            .query_row((key, week.number()), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((seen_in, known)) = newest {
            if known == content {
                return Ok(seen_in == week.number());
            }
        } else if self.seen_later(key, content)? {
            return Ok(false);
        }
        self.db.prepare_cached("INSERT OR REPLACE INTO seen (paper, week, content) VALUES (?1, ?2, ?3)")?.execute((key, week.number(), content))?;
        Ok(true)
    }

    /// Whether a run of a later week saw this content: then it is that week's, and a backfill leaves it there.
    fn seen_later(&self, key: i64, content: i64) -> Result<bool> {
        let first: Option<i64> =
            self.db.prepare_cached("SELECT content FROM seen WHERE paper = ?1 ORDER BY week LIMIT 1")?.query_row([key], |row| row.get(0)).optional()?;
        Ok(first == Some(content))
    }
}

/// A paper's id as a 64-bit number.
pub(crate) fn paper_key(paper_id: &str) -> i64 {
    xxhash_rust::xxh3::xxh3_64(paper_id.as_bytes()).cast_signed()
}
