//! Papers in the order of their ranks: so many in memory, and where there are more all of them on disk.

use super::Ranked;
use anyhow::{Context, Result};
use chrono::NaiveDate;
use rusqlite::Connection;
use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

/// The best of the papers that came, best first.
pub(crate) struct Best {
    count: usize,
    papers: Vec<Ranked>,
}

impl Best {
    /// So many at most.
    pub(crate) fn of(count: usize) -> Self {
        Self { count, papers: Vec::new() }
    }

    pub(crate) fn add(&mut self, ranked: &Ranked) {
        let place = self.papers.partition_point(|better| by_rank(better, ranked).is_lt());
        if place < self.count {
            self.papers.truncate(self.count - 1);
            self.papers.insert(place, ranked.clone());
        }
    }

    pub(crate) fn into_papers(self) -> Vec<Ranked> {
        self.papers
    }
}

/// Ranked papers.
pub(crate) struct Order {
    recent_since: NaiveDate,
    /// The most papers in memory.
    in_memory: usize,
    kept: Kept,
}

enum Kept {
    Memory(Vec<Ranked>),
    /// A database of their own that goes with them.
    Disk(Connection),
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

/// By score, then by what could still be, then by stars, then by id: never by the order in which papers came. The same as [`by_rank`].
const BY_RANK: &str = "score DESC, high DESC, stars DESC, paper_id";

impl Order {
    /// Without papers; recent ones were published on `recent_since` or later.
    pub(crate) fn new(recent_since: NaiveDate, in_memory: usize) -> Self {
        Self { recent_since, in_memory, kept: Kept::Memory(Vec::new()) }
    }

    pub(crate) fn add(&mut self, ranked: Ranked) -> Result<()> {
        let is_full = matches!(&self.kept, Kept::Memory(papers) if papers.len() == self.in_memory);
        if is_full && let Kept::Memory(papers) = std::mem::replace(&mut self.kept, Kept::Disk(database()?)) {
            papers.iter().try_for_each(|paper| self.store(paper))?;
        }
        match &mut self.kept {
            Kept::Memory(papers) => papers.push(ranked),
            Kept::Disk(_) => self.store(&ranked)?,
        }
        Ok(())
    }

    fn store(&self, ranked: &Ranked) -> Result<()> {
        let Kept::Disk(db) = &self.kept else { return Ok(()) };
        let mut insert =
            db.prepare_cached("INSERT INTO ranked (score, high, stars, paper_id, trend, is_recent, ranked) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        let (score, is_recent) = (&ranked.score, ranked.is_recent(self.recent_since));
        insert.execute((score.score, score.high, ranked.stars, &ranked.paper_id, ranked.trend, is_recent, postcard::to_stdvec(ranked)?))?;
        Ok(())
    }

    /// Every paper by rank.
    pub(crate) fn for_each(&self, mut take: impl FnMut(&Ranked, Place) -> Result<()>) -> Result<()> {
        self.places()?.into_iter().try_for_each(|(number, place)| match &self.kept {
            Kept::Memory(papers) => take(&papers[number], place),
            Kept::Disk(db) => take(&read(db, number)?, place),
        })
    }

    /// The papers by rank, so many at a time, `top` at most.
    pub(crate) fn into_batches(mut self, top: Option<usize>) -> Result<impl Iterator<Item = Result<Vec<(Ranked, Place)>>> + Send> {
        let mut places = self.places()?;
        places.truncate(top.unwrap_or(usize::MAX));
        let mut places = places.into_iter().peekable();
        Ok(std::iter::from_fn(move || {
            places.peek()?;
            Some(places.by_ref().take(BATCH_PAPERS).map(|(number, place)| Ok((self.take(number)?, place))).collect())
        }))
    }

    fn take(&mut self, number: usize) -> Result<Ranked> {
        match &mut self.kept {
            Kept::Memory(papers) => Ok(std::mem::take(&mut papers[number])),
            Kept::Disk(db) => read(db, number),
        }
    }

    /// The number of each paper with its ranks, by rank.
    fn places(&self) -> Result<Vec<(usize, Place)>> {
        let ranks = |numbers: Vec<usize>| numbers.into_iter().zip(1..).collect::<HashMap<usize, i64>>();
        let (trend, recent) = (ranks(self.numbers(true, false)?), ranks(self.numbers(true, true)?));
        let place = |(number, rank)| (number, Place { rank, trend_rank: trend.get(&number).copied(), trend_rank_recent: recent.get(&number).copied() });
        Ok(self.numbers(false, false)?.into_iter().zip(1..).map(place).collect())
    }

    /// The numbers of the papers by rank; or of those with a trend by trend, and of these only the recent ones.
    fn numbers(&self, by_trend: bool, only_recent: bool) -> Result<Vec<usize>> {
        match &self.kept {
            Kept::Memory(papers) => {
                let is_wanted = |paper: &Ranked| (!by_trend || paper.trend.is_some()) && (!only_recent || paper.is_recent(self.recent_since));
                let mut numbers: Vec<usize> = (0..papers.len()).filter(|number| is_wanted(&papers[*number])).collect();
                let trend = |number: usize| papers[number].trend.filter(|_| by_trend).unwrap_or_default();
                numbers.sort_unstable_by(|a, b| trend(*b).total_cmp(&trend(*a)).then_with(|| by_rank(&papers[*a], &papers[*b])));
                Ok(numbers)
            }
            Kept::Disk(db) => {
                let (condition, order) = if by_trend { ("trend IS NOT NULL", "trend DESC, ") } else { ("1", "") };
                let recent = if only_recent { " AND is_recent" } else { "" };
                let mut query = db.prepare(&format!("SELECT id FROM ranked WHERE {condition}{recent} ORDER BY {order}{BY_RANK}"))?;
                let numbers = query.query_map([], |row| row.get::<_, i64>(0))?;
                numbers.map(|number| Ok(usize::try_from(number?)?)).collect()
            }
        }
    }
}

/// See [`BY_RANK`].
fn by_rank(a: &Ranked, b: &Ranked) -> Ordering {
    let by_score = b.score.score.total_cmp(&a.score.score).then(b.score.high.total_cmp(&a.score.high));
    by_score.then(Reverse(a.stars).cmp(&Reverse(b.stars))).then_with(|| a.paper_id.cmp(&b.paper_id))
}

fn database() -> Result<Connection> {
    let db = Connection::open("").context("cannot make a temporary database")?;
    db.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
         CREATE TABLE ranked (id INTEGER PRIMARY KEY, score REAL, high REAL, stars INTEGER, paper_id TEXT, trend REAL, is_recent INTEGER, ranked BLOB);
         BEGIN",
    )?;
    Ok(db)
}

fn read(db: &Connection, number: usize) -> Result<Ranked> {
    let mut query = db.prepare_cached("SELECT ranked FROM ranked WHERE id = ?1")?;
    Ok(query.query_row([i64::try_from(number)?], |row| Ok(postcard::from_bytes(row.get_ref(0)?.as_blob()?)))??)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use starcite_core::score::Score;

    fn paper((id, score, high, stars, trend, day): (u32, u8, u8, Option<i64>, Option<i8>, Option<u32>)) -> Ranked {
        let score = Score { score: score.into(), high: high.into(), ..Score::default() };
        let (trend, published) = (trend.map(f64::from), day.and_then(|day| NaiveDate::from_ymd_opt(2026, 11, day)));
        Ranked { paper_id: format!("t:{id}"), score, stars, trend, published, ..Ranked::default() }
    }

    fn order(papers: &[Ranked], in_memory: usize) -> Vec<(String, Place)> {
        let mut order = Order::new(NaiveDate::from_ymd_opt(2026, 11, 10).unwrap(), in_memory);
        papers.iter().for_each(|paper| order.add(paper.clone()).unwrap());
        let mut found = Vec::new();
        let take = |paper: &Ranked, place| {
            found.push((paper.paper_id.clone(), place));
            Ok(())
        };
        order.for_each(take).unwrap();
        let mut best = Best::of(3);
        papers.iter().for_each(|paper| best.add(paper));
        assert!(found.iter().map(|(id, _)| id).take(3).eq(best.into_papers().iter().map(|paper| &paper.paper_id)));
        let batches = order.into_batches(None).unwrap().flat_map(|batch| batch.unwrap());
        assert!(batches.map(|(paper, place)| (paper.paper_id, place)).eq(found.iter().cloned()));
        found
    }

    proptest! {
        #[test]
        fn memory_and_disk_give_the_same_ranks_in_whatever_order_papers_came(
            papers in proptest::collection::vec((0..1_000u32, 0..3u8, 0..3u8, proptest::option::of(0..3i64), proptest::option::of(-2..3i8), proptest::option::of(1..20u32)), 0..40),
            in_memory in 0..40usize,
        ) {
            let mut papers: Vec<Ranked> = papers.into_iter().map(paper).collect();
            papers.sort_by(|a, b| a.paper_id.cmp(&b.paper_id));
            papers.dedup_by(|a, b| a.paper_id == b.paper_id);
            let expected = order(&papers, usize::MAX);
            papers.reverse();
            prop_assert_eq!(order(&papers, in_memory), expected);
        }
    }
}
