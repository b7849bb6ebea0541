//! To which week a paper's content belongs: the one that first saw it.

use super::State;
use anyhow::Result;
use starcite_core::{Paper, Week};

/// What a paper is to the week being run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Belongs {
    /// Never seen before: there is nothing of it in the state.
    New,
    /// It is this week's, and the state knows the paper from another week or an earlier run of this one.
    Known,
    /// As another week saw it: nothing new.
    No,
}

impl State {
    /// Whether the paper, as it reads now, belongs to `week`: it was first seen then, or is new or changed now (and is
    /// remembered so). Content that only a later week saw is that week's, and a backfill leaves it there.
    pub(crate) fn belongs_to_week(&self, paper: &Paper, week: Week) -> Result<Belongs> {
        let key = paper_key(&paper.paper_id);
        let content = paper.content_hash().cast_signed();
        let mut query = self.db.prepare_cached("SELECT week, content FROM seen WHERE paper = ?1 ORDER BY week")?;
        let seen: Vec<(i32, i64)> = query.query_map([key], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let newest = seen.iter().rfind(|(seen_in, _)| *seen_in <= week.number());
        if let Some((seen_in, known)) = newest
            && *known == content
        {
            return Ok(if *seen_in == week.number() { Belongs::Known } else { Belongs::No });
        }
        if seen.iter().any(|(seen_in, known)| *seen_in > week.number() && *known == content) {
            return Ok(Belongs::No);
        }
        self.db.prepare_cached("INSERT OR REPLACE INTO seen (paper, week, content) VALUES (?1, ?2, ?3)")?.execute((key, week.number(), content))?;
        Ok(if seen.is_empty() { Belongs::New } else { Belongs::Known })
    }
}

/// A paper's id as a 64-bit number.
pub(crate) fn paper_key(paper_id: &str) -> i64 {
    xxhash_rust::xxh3::xxh3_64(paper_id.as_bytes()).cast_signed()
}
