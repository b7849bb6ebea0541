//! Papers in the order of their ranks, sorted on disk: memory does not grow with them.

use anyhow::{Context, Result};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use starcite_core::score::Score;
use std::collections::HashMap;

/// A row of `rankings`, its rank being its place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ranked {
    pub(crate) paper_id: String,
    pub(crate) title: Option<String>,
    pub(crate) repo: Option<String>,
    pub(crate) stars: Option<i64>,
    pub(crate) stars_7d: Option<i64>,
    pub(crate) reasons: Vec<String>,
    pub(crate) score: Score,
}

/// Ranked papers, in a database of their own that goes with them.
pub(crate) struct Order {
    db: Connection,
}

/// By score, then by what could still be, then by stars, then by id.
const BY_RANK: &str = "score DESC, high DESC, stars DESC, paper_id";

impl Order {
    pub(crate) fn new() -> Result<Self> {
        let db = Connection::open("").context("cannot make a temporary database")?;
        db.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             CREATE TABLE ranked (id INTEGER PRIMARY KEY, score REAL, high REAL, stars INTEGER, paper_id TEXT, stars_7d INTEGER, ranked BLOB);
             BEGIN",
        )?;
        Ok(Self { db })
    }

    pub(crate) fn add(&self, ranked: &Ranked) -> Result<()> {
        let bytes = postcard::to_stdvec(ranked)?;
        self.db.prepare_cached("INSERT INTO ranked (score, high, stars, paper_id, stars_7d, ranked) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute((
            ranked.score.score,
            ranked.score.high,
            ranked.stars,
            &ranked.paper_id,
            ranked.stars_7d,
            bytes,
        ))?;
        Ok(())
    }

    /// Every paper by rank, with its place by stars gained in seven days where those are known.
    pub(crate) fn for_each(&self, mut take: impl FnMut(Ranked, Option<i64>) -> Result<()>) -> Result<()> {
        let trend = self.trend()?;
        let mut query = self.db.prepare(&format!("SELECT id, ranked FROM ranked ORDER BY {BY_RANK}"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            take(postcard::from_bytes(row.get_ref(1)?.as_blob()?)?, trend.get(&id).copied())?;
        }
        Ok(())
    }

    fn trend(&self) -> Result<HashMap<i64, i64>> {
        let mut query = self.db.prepare(&format!("SELECT id FROM ranked WHERE stars_7d IS NOT NULL ORDER BY stars_7d DESC, {BY_RANK}"))?;
        let ids = query.query_map([], |row| row.get(0))?;
        ids.zip(1..).map(|(id, rank)| Ok((id?, rank))).collect()
    }

    /// The best papers, best first.
    pub(crate) fn best(&self, count: i64) -> Result<Vec<Ranked>> {
        let mut query = self.db.prepare(&format!("SELECT ranked FROM ranked ORDER BY {BY_RANK} LIMIT ?1"))?;
        let rows = query.query_map([count], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|row| Ok(postcard::from_bytes(&row?)?)).collect()
    }
}
