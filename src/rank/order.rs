//! Papers in the order of their ranks: a limited number in memory, and if there are more, all of them on disk.

use super::Ranked;
use anyhow::Result;
use chrono::{Datelike, NaiveDate};
use rusqlite::Connection;
use starcite_core::availability::{Flag, Tier};
use starcite_ground::sqlite;
use std::cmp::Ordering;

/// The best papers so far, best first.
pub(crate) struct Best {
    count: usize,
    papers: Vec<Ranked>,
}

impl Best {
    /// Creates an empty list of at most `count` papers.
    pub(crate) fn of(count: usize) -> Self {
        Self { count, papers: Vec::new() }
    }

    pub(crate) fn add(&mut self, ranked: &Ranked) {
        let place = self.papers.partition_point(|better| by_rank(&key(better), &key(ranked)).is_lt());
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
    /// Maximum number of papers in memory.
    in_memory: usize,
    kept: Kept,
}

enum Kept {
    #[expect(clippy::vec_box, reason = "a third of a kilobyte each: where the list grows, they are not copied")]
    Memory(Vec<Box<Ranked>>),
    /// A temporary database, removed with this value.
    Disk(Connection),
}

/// The ranks of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Rank by code availability.
    pub(crate) rank: i64,
    /// Number of other papers with the same score.
    pub(crate) tied_with: i64,
    /// Rank by trend among all papers, if the trend is known.
    pub(crate) trend_rank: Option<i64>,
    /// Rank by trend among the recent papers, for one of them.
    pub(crate) trend_rank_recent: Option<i64>,
}

/// Number of papers in a batch.
const BATCH_PAPERS: usize = 4_096;

/// By the sort key of a paper; the same as [`by_rank`].
const BY_RANK: &str = "score DESC, finer DESC, published DESC, paper_id";

impl Order {
    /// Creates an order without papers; recent papers were published on `recent_since` or later.
    pub(crate) fn new(recent_since: NaiveDate, in_memory: usize) -> Self {
        Self { recent_since, in_memory, kept: Kept::Memory(Vec::new()) }
    }

    pub(crate) fn add(&mut self, ranked: Ranked) -> Result<()> {
        let is_full = matches!(&self.kept, Kept::Memory(papers) if papers.len() == self.in_memory);
        if is_full && let Kept::Memory(papers) = std::mem::replace(&mut self.kept, Kept::Disk(database()?)) {
            papers.iter().try_for_each(|paper| self.store(paper))?;
        }
        match &mut self.kept {
            Kept::Memory(papers) => papers.push(Box::new(ranked)),
            Kept::Disk(_) => self.store(&ranked)?,
        }
        Ok(())
    }

    fn store(&self, ranked: &Ranked) -> Result<()> {
        let Kept::Disk(db) = &self.kept else { return Ok(()) };
        let mut insert = db.prepare_cached("INSERT INTO ranked VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        let Key { score, finer, published, paper_id } = key(ranked);
        let (is_recent, published) = (ranked.is_recent(self.recent_since), published.map(|day| day.num_days_from_ce()));
        insert.execute((score, finer, published, paper_id, ranked.trend, is_recent, postcard::to_stdvec(ranked)?))?;
        Ok(())
    }

    /// Passes on every paper by rank.
    pub(crate) fn for_each(&self, mut take: impl FnMut(&Ranked, Place) -> Result<()>) -> Result<()> {
        self.places()?.into_iter().try_for_each(|(number, place)| match &self.kept {
            Kept::Memory(papers) => take(&papers[number], place),
            Kept::Disk(db) => take(&read(db, number)?, place),
        })
    }

    /// Returns the papers by rank in batches, at most `top` papers.
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
            Kept::Memory(papers) => Ok(std::mem::take(&mut *papers[number])),
            Kept::Disk(db) => read(db, number),
        }
    }

    /// Returns the number of each paper with its ranks, by rank.
    fn places(&self) -> Result<Vec<(usize, Place)>> {
        let by_trend = self.by_trend()?;
        let recent = by_trend.iter().filter(|(_, is_recent)| *is_recent);
        let (trend_ranks, recent_ranks) = (ranks(by_trend.iter().map(|(number, _)| *number)), ranks(recent.map(|(number, _)| *number)));
        let rank_of = |ranks: &[Option<i64>], number: usize| ranks.get(number).copied().flatten();
        let place = |((number, tied_with), rank)| {
            (number, Place { rank, tied_with, trend_rank: rank_of(&trend_ranks, number), trend_rank_recent: rank_of(&recent_ranks, number) })
        };
        let (numbers, scores) = self.by_rank()?;
        Ok(numbers.into_iter().zip(ties(&scores)).zip(1..).map(place).collect())
    }

    /// Returns the number and the score of each paper, by rank.
    fn by_rank(&self) -> Result<(Vec<usize>, Vec<f64>)> {
        match &self.kept {
            Kept::Memory(papers) => {
                // Sorting contiguous keys is twice as fast as chasing pointers.
                let mut keys: Vec<(Key<'_>, usize)> = papers.iter().map(|paper| key(paper)).zip(0..).collect();
                keys.sort_unstable_by(|(a, _), (b, _)| by_rank(a, b));
                Ok(keys.into_iter().map(|(key, number)| (number, key.score)).unzip())
            }
            Kept::Disk(db) => {
                let mut query = db.prepare(&format!("SELECT id, score FROM ranked ORDER BY {BY_RANK}"))?;
                let numbers = query.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, f64>(1)?)))?;
                numbers.map(|row| row.map_err(anyhow::Error::from).and_then(|(number, score)| Ok((usize::try_from(number)?, score)))).collect()
            }
        }
    }

    /// Returns the numbers of the papers with a trend, by trend and then by rank, and whether each is recent.
    fn by_trend(&self) -> Result<Vec<(usize, bool)>> {
        match &self.kept {
            Kept::Memory(papers) => {
                let numbered = papers.iter().zip(0..).map(|(paper, number)| (paper, (number, paper.is_recent(self.recent_since))));
                let mut keys: Vec<(f64, Key<'_>, (usize, bool))> =
                    numbered.filter_map(|(paper, numbered)| Some((paper.trend?, key(paper), numbered))).collect();
                keys.sort_unstable_by(|(a_trend, a, _), (b_trend, b, _)| b_trend.total_cmp(a_trend).then_with(|| by_rank(a, b)));
                Ok(keys.into_iter().map(|(_, _, paper)| paper).collect())
            }
            Kept::Disk(db) => {
                let mut query = db.prepare(&format!("SELECT id, is_recent FROM ranked WHERE trend IS NOT NULL ORDER BY trend DESC, {BY_RANK}"))?;
                let numbers = query.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?;
                numbers.map(|number| number.map_err(anyhow::Error::from).and_then(|(number, is_recent)| Ok((usize::try_from(number)?, is_recent)))).collect()
            }
        }
    }
}

/// Returns the ranks of ordered numbers, by number.
fn ranks(numbers: impl Iterator<Item = usize> + Clone) -> Vec<Option<i64>> {
    let mut ranks = vec![None; numbers.clone().max().map_or(0, |last| last + 1)];
    numbers.zip(1..).for_each(|(number, rank)| ranks[number] = Some(rank));
    ranks
}

/// The sort key of a paper: its score; then its tier, and what makes code easier to trust and to run; then the day, the newest first. The id makes ranks independent of the order in which papers came. Stars decide nothing, because they measure attention.
#[derive(Debug, Clone, Copy)]
struct Key<'a> {
    score: f64,
    finer: i64,
    published: Option<NaiveDate>,
    paper_id: &'a str,
}

/// The flags that decide between papers with the same score and tier, in this order.
const FINER: [Flag; 4] = [Flag::NamesPaper, Flag::HasTests, Flag::HasDependencies, Flag::IsMaintained];

fn key(paper: &Ranked) -> Key<'_> {
    Key { score: paper.score.score, finer: finer(paper), published: paper.published, paper_id: &paper.paper_id }
}

/// Returns what decides between papers with the same score as a number, the greater one first: the tier, then each flag, true before unknown before false.
/// An unknown tier stands below those of code that is there, and above all others, because it may still lead to code.
fn finer(paper: &Ranked) -> i64 {
    let tier = paper.tier.map_or(2 * Tier::Available as i64 - 1, |tier| 2 * tier as i64);
    FINER.iter().fold(tier, |finer, flag| 3 * finer + paper.flags[*flag as usize].map_or(1, |is_so| if is_so { 2 } else { 0 }))
}

/// See [`BY_RANK`].
fn by_rank(a: &Key<'_>, b: &Key<'_>) -> Ordering {
    let by_score = b.score.total_cmp(&a.score);
    by_score.then_with(|| (b.finer, b.published).cmp(&(a.finer, a.published))).then_with(|| a.paper_id.cmp(b.paper_id))
}

/// Returns the number of other papers with the same score, for each of the ordered scores.
fn ties(scores: &[f64]) -> Vec<i64> {
    scores.chunk_by(|a, b| a.total_cmp(b).is_eq()).flat_map(|tied| std::iter::repeat_n(tied.len() as i64 - 1, tied.len())).collect()
}

fn database() -> Result<Connection> {
    sqlite::temporary(
        "CREATE TABLE ranked (
            id INTEGER PRIMARY KEY, score REAL, finer INTEGER, published INTEGER, paper_id TEXT,
            trend REAL, is_recent INTEGER, ranked BLOB);",
    )
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

    type Made = (u32, u8, [Option<bool>; FINER.len()], Option<i8>, Option<u32>);

    fn paper((id, score, finer, trend, day): Made) -> Ranked {
        let score = Score { score: score.into(), ..Score::default() };
        let (trend, published) = (trend.map(f64::from), day.and_then(|day| NaiveDate::from_ymd_opt(2026, 11, day)));
        let mut paper = Ranked { paper_id: format!("t:{id}"), score, trend, published, ..Ranked::default() };
        FINER.iter().zip(finer).for_each(|(flag, value)| paper.flags[*flag as usize] = value);
        paper
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
            papers in proptest::collection::vec(
                (0..1_000u32, 0..3u8, any::<[Option<bool>; FINER.len()]>(), proptest::option::of(-2..3i8), proptest::option::of(1..20u32)), 0..40),
            in_memory in 0..40usize,
        ) {
            let mut papers: Vec<Ranked> = papers.into_iter().map(paper).collect();
            papers.sort_by(|a, b| a.paper_id.cmp(&b.paper_id));
            papers.dedup_by(|a, b| a.paper_id == b.paper_id);
            let expected = order(&papers, usize::MAX);
            papers.reverse();
            prop_assert_eq!(order(&papers, in_memory), expected);
        }

        #[test]
        fn stars_decide_nothing(mut papers in proptest::collection::vec((0..1_000u32, 0..3u8, any::<[Option<bool>; FINER.len()]>(), Just(None), Just(None)), 2), stars in 0..9i64) {
            papers[1].0 += 1_000;
            let mut papers: Vec<Ranked> = papers.into_iter().map(paper).collect();
            let expected = order(&papers, usize::MAX);
            papers[0].stars = Some(stars);
            prop_assert_eq!(order(&papers, usize::MAX), expected);
        }
    }

    #[test]
    fn equals_are_counted_and_their_order_is_that_of_the_finer_flags() {
        let named = |id, names| paper((id, 2, [names, None, None, None], None, None));
        let papers = [paper((9, 1, [None; 4], None, None)), named(1, Some(false)), named(2, None), named(3, Some(true))];
        for in_memory in [0, 9] {
            let found: Vec<_> = order(&papers, in_memory).into_iter().map(|(id, place)| (id, place.rank, place.tied_with)).collect();
            assert_eq!(found, [("t:3".into(), 1, 2), ("t:2".into(), 2, 2), ("t:1".into(), 3, 2), ("t:9".into(), 4, 0)]);
        }
    }

    #[test]
    fn an_equal_that_may_lead_to_code_stands_below_code_and_above_what_has_none() {
        let of = |id, tier| Ranked { tier, ..paper((id, 0, [None; FINER.len()], None, None)) };
        let papers = [of(1, Some(Tier::None)), of(2, Some(Tier::Broken)), of(3, None), of(4, Some(Tier::Available)), of(5, Some(Tier::Licensed))];
        for in_memory in [0, 9] {
            assert!(order(&papers, in_memory).iter().map(|(id, _)| id.as_str()).eq(["t:5", "t:4", "t:3", "t:2", "t:1"]));
        }
    }
}
