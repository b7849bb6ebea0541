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

/// Papers that travel together.
const BATCH_PAPERS: usize = 4_096;

/// By score, then by what could still be, then by stars, then by id: never by the order in which papers came.
const BY_RANK: &str = "score DESC, high DESC, stars DESC, paper_id";

impl Order {
    /// Without papers; recent ones were published on `recent_since` or later. `cache_mib` of them stay in memory, the rest goes to disk.
    pub(crate) fn new(recent_since: NaiveDate, cache_mib: u32) -> Result<Self> {
        let db = Connection::open("").context("cannot make a temporary database")?;
        db.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             CREATE TABLE ranked (id INTEGER PRIMARY KEY, score REAL, high REAL, stars INTEGER, paper_id TEXT, trend REAL, is_recent INTEGER, ranked BLOB);
             BEGIN",
        )?;
        db.pragma_update(None, "cache_size", -1024 * i64::from(cache_mib))?;
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
        self.places()?.into_iter().try_for_each(|(id, place)| take(self.get(id)?, place))
    }

    /// The papers by rank, so many at a time, `top` at most.
    pub(crate) fn into_batches(self, top: Option<usize>) -> Result<impl Iterator<Item = Result<Vec<(Ranked, Place)>>> + Send> {
        let mut places = self.places()?;
        places.truncate(top.unwrap_or(usize::MAX));
        let mut places = places.into_iter().peekable();
        Ok(std::iter::from_fn(move || {
            places.peek()?;
            Some(places.by_ref().take(BATCH_PAPERS).map(|(id, place)| Ok((self.get(id)?, place))).collect())
        }))
    }

    fn get(&self, id: i64) -> Result<Ranked> {
        let mut query = self.db.prepare_cached("SELECT ranked FROM ranked WHERE id = ?1")?;
        Ok(query.query_row([id], |row| Ok(postcard::from_bytes(row.get_ref(0)?.as_blob()?)))??)
    }

    /// The number of each paper with its ranks, by rank.
    fn places(&self) -> Result<Vec<(i64, Place)>> {
        let by_number = |ids: Vec<i64>| ids.into_iter().zip(1..).collect::<HashMap<i64, i64>>();
        let trend = by_number(self.ids("trend IS NOT NULL", "trend DESC, ")?);
        let recent = by_number(self.ids("trend IS NOT NULL AND is_recent", "trend DESC, ")?);
        let place = |(id, rank)| (id, Place { rank, trend_rank: trend.get(&id).copied(), trend_rank_recent: recent.get(&id).copied() });
        Ok(self.ids("1", "")?.into_iter().zip(1..).map(place).collect())
    }

    /// The numbers of the papers for which a condition holds, in an order that [`BY_RANK`] completes.
    fn ids(&self, condition: &str, order: &str) -> Result<Vec<i64>> {
        let mut query = self.db.prepare(&format!("SELECT id FROM ranked WHERE {condition} ORDER BY {order}{BY_RANK}"))?;
        let ids = query.query_map([], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// The best papers, best first.
    pub(crate) fn best(&self, count: i64) -> Result<Vec<Ranked>> {
        let mut query = self.db.prepare(&format!("SELECT ranked FROM ranked ORDER BY {BY_RANK} LIMIT ?1"))?;
        let rows = query.query_map([count], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|row| Ok(postcard::from_bytes(&row?)?)).collect()
    }
}
