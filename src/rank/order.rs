//! Papers in the order of their ranks, sorted on disk: memory does not grow with them.

use super::Ranked;
use anyhow::{Context, Result};
use chrono::NaiveDate;
use rusqlite::Connection;
use std::collections::HashMap;

/// Ranked papers, in a database of their own that goes with them.
pub(crate) struct Order {
    db: Connection,
    recent_since: NaiveDate,
}

/// The ranks of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// By code availability.
    pub(crate) rank: i64,
    /// By trend among all papers, where the trend is known.
    pub(crate) trend_rank: Option<i64>,
    /// By trend among the recent papers, for one of them.
    pub(crate) trend_rank_recent: Option<i64>,
}

/// By score, then by what could still be, then by stars, then by id: never by the order in which papers came.
const BY_RANK: &str = "score DESC, high DESC, stars DESC, paper_id";

impl Order {
    /// Without papers; recent ones were published on `recent_since` or later.
    pub(crate) fn new(recent_since: NaiveDate) -> Result<Self> {
        let db = Connection::open("").context("cannot make a temporary database")?;
        db.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             CREATE TABLE ranked (id INTEGER PRIMARY KEY, score REAL, high REAL, stars INTEGER, paper_id TEXT, trend REAL, is_recent INTEGER, ranked BLOB);
             BEGIN",
        )?;
        Ok(Self { db, recent_since })
    }

    pub(crate) fn add(&self, ranked: &Ranked) -> Result<()> {
        let bytes = postcard::to_stdvec(ranked)?;
        self.db.prepare_cached("INSERT INTO ranked (score, high, stars, paper_id, trend, is_recent, ranked) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?.execute(
            (
                ranked.score.score,
                ranked.score.high,
                ranked.stars,
                &ranked.paper_id,
                ranked.trend,
                ranked.published.is_some_and(|day| day >= self.recent_since),
                bytes,
            ),
        )?;
        Ok(())
    }

    /// Every paper by rank.
    pub(crate) fn for_each(&self, mut take: impl FnMut(Ranked, Place) -> Result<()>) -> Result<()> {
        let (trend, recent) = (self.trend("1")?, self.trend("is_recent")?);
        let mut query = self.db.prepare(&format!("SELECT id, ranked FROM ranked ORDER BY {BY_RANK}"))?;
        let mut rows = query.query([])?;
        let mut rank = 0;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            rank += 1;
            let place = Place { rank, trend_rank: trend.get(&id).copied(), trend_rank_recent: recent.get(&id).copied() };
            take(postcard::from_bytes(row.get_ref(1)?.as_blob()?)?, place)?;
        }
        Ok(())
    }

    /// The ranks by trend of the papers for which a condition holds.
    fn trend(&self, condition: &str) -> Result<HashMap<i64, i64>> {
        let mut query = self.db.prepare(&format!("SELECT id FROM ranked WHERE trend IS NOT NULL AND {condition} ORDER BY trend DESC, {BY_RANK}"))?;
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
