//! Papers of several sources, merged by arXiv id or DOI on disk: memory grows by a few bytes a record. Records wait until all are there, and so do
//! parts of papers (Semantic Scholar's abstracts), because only then it is known which of them are of one paper.

use super::bad_values::Noted;
use super::record::{BatchOrigin, ToMerge};
use super::union_find::UnionFind;
use crate::run::rows::Reject;
use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension};
use starcite_core::{Conflict, Merged, Paper, paper};
use starcite_ground::sqlite;
use starcite_sources::{SourceKind, excerpt};
use std::collections::BTreeSet;

/// Maximum number of papers, and of bytes, in a batch of merged papers.
const BATCH_PAPERS: usize = 4_096;
const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// Parts of messages on rows that do not fit together.
const RELEASES: &str = "the files are of different releases";
const DOUBLED: &str = "the same corpusid as an earlier record, which counts";

/// Records in the order in which they came; the first source wins, field by field.
pub(super) struct Merger {
    db: Connection,
    same: UnionFind,
}

/// The records of one paper, in their order.
#[derive(Default)]
pub(super) struct Records {
    /// The merged first records, if there are very many.
    merged: Option<Merged>,
    others: Vec<String>,
    bytes: usize,
    /// The ids of all the records.
    ids: BTreeSet<String>,
    /// The values in the records that can't be used.
    pub(super) noted: Vec<Noted>,
}

/// A paper as JSON, and its values that can't be used, or null if there are none.
type Kept = (String, Option<String>);

fn to_json(noted: &[Noted]) -> Result<Option<String>> {
    (!noted.is_empty()).then(|| serde_json::to_string(noted)).transpose().context("bad values as JSON")
}

fn of_json(noted: Option<&str>) -> Result<Vec<Noted>> {
    noted.map_or(Ok(Vec::new()), serde_json::from_str).context("bad values")
}

/// Returns the ids by which records of one paper are matched.
pub(super) fn ids(paper: &Paper) -> Vec<String> {
    paper::ids(&paper.paper_id, paper.arxiv_id.as_deref(), paper.doi.as_deref())
}

impl Merger {
    /// Creates an empty merger in a temporary database, which is removed with it.
    pub(super) fn new() -> Result<Self> {
        let db = sqlite::temporary(
            "PRAGMA cache_size = -32768;
             CREATE TABLE records (record INTEGER PRIMARY KEY, paper TEXT, noted TEXT);
             CREATE TABLE ids (id TEXT PRIMARY KEY, record INTEGER) WITHOUT ROWID;
             CREATE TABLE corpus_ids (corpus_id INTEGER PRIMARY KEY, record INTEGER);
             CREATE TABLE parts (seq INTEGER PRIMARY KEY, source TEXT, file TEXT, record INTEGER, byte_offset INTEGER, paper TEXT, noted TEXT);",
        )?;
        Ok(Self { db, same: UnionFind::default() })
    }

    /// Adds a record, or returns the reason why it can't be added.
    pub(super) fn add(&mut self, waiting: &ToMerge) -> Result<Option<String>> {
        if let Some(corpus_id) = waiting.corpus_id
            && self.of_corpus_id(corpus_id)?.is_some()
        {
            return Ok(Some(DOUBLED.to_owned()));
        }
        let record = self.same.add()?;
        let noted = to_json(&waiting.noted)?;
        self.db.prepare_cached("INSERT INTO records (record, paper, noted) VALUES (?1, ?2, ?3)")?.execute((record, &waiting.json, noted))?;
        if let Some(corpus_id) = waiting.corpus_id {
            self.db.prepare_cached("INSERT INTO corpus_ids (corpus_id, record) VALUES (?1, ?2)")?.execute((corpus_id, record))?;
        }
        self.identify(record, &waiting.ids)?;
        Ok(None)
    }

    /// Joins a record with those that have one of its ids.
    fn identify(&mut self, record: u32, ids: &[String]) -> Result<()> {
        for id in ids {
            if self.db.prepare_cached("INSERT OR IGNORE INTO ids (id, record) VALUES (?1, ?2)")?.execute((id, record))? == 0 {
                let earlier = self.db.prepare_cached("SELECT record FROM ids WHERE id = ?1")?.query_row([id], |row| row.get(0))?;
                self.same.join(earlier, record);
            }
        }
        Ok(())
    }

    fn of_corpus_id(&self, corpus_id: i64) -> Result<Option<u32>> {
        let mut query = self.db.prepare_cached("SELECT record FROM corpus_ids WHERE corpus_id = ?1")?;
        Ok(query.query_row([corpus_id], |row| row.get(0)).optional()?)
    }

    /// Stores a part of a paper, and its position.
    pub(super) fn add_part(&self, from: &BatchOrigin, part: &ToMerge) -> Result<()> {
        let (record, byte_offset) = (i64::try_from(part.record)?, i64::try_from(part.byte_offset)?);
        let mut insert = self.db.prepare_cached("INSERT INTO parts (source, file, record, byte_offset, paper, noted) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        insert.execute((from.kind.as_str(), &from.file, record, byte_offset, &part.json, to_json(&part.noted)?))?;
        Ok(())
    }

    /// Joins the parts to their records; passes those without a record to `take`.
    pub(super) fn join(&mut self, mut take: impl FnMut(&Reject) -> Result<()>) -> Result<()> {
        let mut after = 0;
        while let Some((seq, mut reject, (json, noted))) = self.next_part(after)? {
            after = seq;
            let part: Paper = serde_json::from_str(&json).context("a part of a paper")?;
            reject.excerpt = excerpt(part.paper_id.as_bytes());
            if let Some(reason) = self.join_part(part, noted)? {
                take(&Reject { reason, ..reject })?;
            }
        }
        Ok(())
    }

    /// Reads the next part: its number, the reject that it may become, and the part with its values that can't be used.
    fn next_part(&self, after: i64) -> Result<Option<(i64, Reject, Kept)>> {
        let sql = "SELECT seq, source, file, record, byte_offset, paper, noted FROM parts WHERE seq > ?1 ORDER BY seq LIMIT 1";
        let mut query = self.db.prepare_cached(sql)?;
        let mut rows = query.query([after])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let kind = SourceKind::parse(&row.get::<_, String>(1)?).context("a kind of source")?;
        let (record, byte_offset) = (row.get::<_, i64>(3)?.unsigned_abs(), row.get::<_, i64>(4)?.unsigned_abs());
        let reject = Reject { source: kind.as_str(), file: row.get(2)?, record, byte_offset, reason: String::new(), excerpt: String::new() };
        Ok(Some((row.get(0)?, reject, (row.get(5)?, row.get(6)?))))
    }

    fn join_part(&mut self, part: Paper, noted: Option<String>) -> Result<Option<String>> {
        let corpus_id = part.corpus_id.unwrap_or_default();
        let Some(record) = self.of_corpus_id(corpus_id)? else {
            return Ok(Some(format!("no row of `papers` has the corpusid {corpus_id}: {RELEASES}, or one is missing")));
        };
        let (json, known) = self.read(record)?;
        let mut whole: Paper = serde_json::from_str(&json).context("a paper being merged")?;
        if differs(&whole.doi, &part.doi) || differs(&whole.arxiv_id, &part.arxiv_id) {
            return Ok(Some(format!("the corpusid {corpus_id} is {} in `papers`: {RELEASES}", whole.paper_id)));
        }
        if whole.abstract_text.is_some() && whole.abstract_text != part.abstract_text {
            return Ok(Some(format!("the corpusid {corpus_id} has another abstract, which counts: {RELEASES}")));
        }
        whole.fill_from(part);
        let noted: Vec<Noted> = [of_json(known.as_deref())?, of_json(noted.as_deref())?].into_iter().flatten().collect();
        let (json, noted) = (serde_json::to_string(&whole)?, to_json(&noted)?);
        self.db.prepare_cached("UPDATE records SET paper = ?2, noted = ?3 WHERE record = ?1")?.execute((record, json, noted))?;
        self.identify(record, &ids(&whole))?;
        Ok(None)
    }

    fn read(&self, record: u32) -> Result<Kept> {
        let mut query = self.db.prepare_cached("SELECT paper, noted FROM records WHERE record = ?1")?;
        Ok(query.query_row([record], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Returns the papers in the order of their first records, in batches.
    pub(super) fn batches(mut self) -> impl Iterator<Item = Result<Vec<Records>>> + Send {
        let mut order = self.same.in_order().into_iter().peekable();
        std::iter::from_fn(move || {
            let (mut papers, mut bytes) = (Vec::new(), 0);
            while papers.len() < BATCH_PAPERS
                && bytes < BATCH_BYTES
                && let Some(first) = order.next()
            {
                let others = std::iter::from_fn(|| order.next_if(|next| self.same.first(*next) == first)).collect();
                match self.records(first, others) {
                    Err(error) => return Some(Err(error)),
                    Ok(records) => {
                        bytes += records.bytes;
                        papers.push(records);
                    }
                }
            }
            (!papers.is_empty()).then_some(Ok(papers))
        })
    }

    fn records(&self, first: u32, others: Vec<u32>) -> Result<Records> {
        let mut records = Records::default();
        for record in [first].into_iter().chain(others) {
            let (json, noted) = self.read(record)?;
            records.noted.extend(of_json(noted.as_deref())?);
            records.push(json)?;
        }
        Ok(records)
    }
}

impl Records {
    fn push(&mut self, json: String) -> Result<()> {
        self.bytes += json.len();
        self.others.push(json);
        if self.bytes < BATCH_BYTES {
            return Ok(());
        }
        self.bytes = 0;
        self.merge()
    }

    fn merge(&mut self) -> Result<()> {
        for json in self.others.drain(..) {
            let next: Paper = serde_json::from_str(&json).context("a paper being merged")?;
            self.ids.extend(ids(&next));
            match &mut self.merged {
                Some(merged) => merged.add(next),
                None => self.merged = Some(Merged::new(next)),
            }
        }
        Ok(())
    }

    /// Returns the paper, the conflicts between its sources, and all ids by which they know it.
    pub(super) fn into_paper(mut self) -> Result<(Paper, Vec<Conflict>, BTreeSet<String>)> {
        self.merge()?;
        let (paper, conflicts) = self.merged.context("a paper without a record")?.end();
        Ok((paper, conflicts, self.ids))
    }
}

/// True if two values contradict each other.
fn differs(one: &Option<String>, other: &Option<String>) -> bool {
    one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| one != other)
}
