//! Papers of several sources, merged by arXiv id or DOI, on disk: memory does not grow with them. Parts of papers (Semantic Scholar's abstracts) wait
//! until all papers are there.

use super::batch::{Candidate, From};
use crate::source::SourceKind;
use crate::tables::Reject;
use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension};
use starcite_core::Paper;

/// Papers that are merged travel together, this many.
const BATCH_PAPERS: i64 = 4_096;

/// What is said of rows that do not fit together.
const RELEASES: &str = "the files are of different releases";
const DOUBLED: &str = "the same corpusid as an earlier record, which counts";

/// Papers in the order of their first record; the first source wins, field by field.
pub(super) struct Merger {
    db: Connection,
}

impl Merger {
    /// An empty one, in a database of its own that goes with it.
    pub(super) fn new() -> Result<Self> {
        let db = Connection::open("").context("cannot make a temporary database")?;
        db.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             CREATE TABLE merged (seq INTEGER PRIMARY KEY, paper_id TEXT, arxiv_id TEXT, doi TEXT, corpus_id INTEGER, paper TEXT);
             CREATE UNIQUE INDEX merged_id ON merged (paper_id);
             CREATE INDEX merged_arxiv ON merged (arxiv_id);
             CREATE INDEX merged_doi ON merged (doi);
             CREATE INDEX merged_corpus ON merged (corpus_id);
             CREATE TABLE parts (seq INTEGER PRIMARY KEY, source TEXT, file TEXT, record INTEGER, byte_offset INTEGER, paper TEXT);
             BEGIN",
        )?;
        Ok(Self { db })
    }

    /// Adds a paper, or what it adds to the one that is there; else why it can't be.
    pub(super) fn add(&self, paper: &Paper) -> Result<Option<String>> {
        let known =
            self.find("paper_id = ?1 OR arxiv_id = ?2 OR doi = ?3 OR corpus_id = ?4", (&paper.paper_id, &paper.arxiv_id, &paper.doi, paper.corpus_id))?;
        let (seq, merged) = match known {
            None => (None, paper.clone()),
            Some((_, first)) if paper.corpus_id.is_some() && first.corpus_id == paper.corpus_id => return Ok(Some(DOUBLED.to_owned())),
            Some((seq, mut first)) => {
                first.fill_from(paper.clone());
                (Some(seq), first)
            }
        };
        self.put(seq, &merged)?;
        Ok(None)
    }

    /// Keeps a part of a paper, and where it stands.
    pub(super) fn add_part(&self, from: &From, part: &Candidate) -> Result<()> {
        let json = serde_json::to_string(&part.paper).context("a part of a paper as JSON")?;
        let (record, byte_offset) = (i64::try_from(part.record)?, i64::try_from(part.byte_offset)?);
        let mut insert = self.db.prepare_cached("INSERT INTO parts (source, file, record, byte_offset, paper) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        insert.execute((from.kind.as_str(), &from.file, record, byte_offset, json))?;
        Ok(())
    }

    /// Joins the parts to their papers; those that belong to none are rejected.
    pub(super) fn join(&self) -> Result<Vec<Reject>> {
        let mut rejects = Vec::new();
        let mut query = self.db.prepare("SELECT source, file, record, byte_offset, paper FROM parts ORDER BY seq")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let part: Paper = serde_json::from_str(&row.get::<_, String>(4)?).context("a part of a paper")?;
            let excerpt = part.paper_id.clone();
            let Some(reason) = self.join_part(part)? else { continue };
            let kind = SourceKind::parse(&row.get::<_, String>(0)?).context("a kind of source")?;
            let (record, byte_offset) = (row.get::<_, i64>(2)?, row.get::<_, i64>(3)?);
            let (record, byte_offset) = (record.unsigned_abs(), byte_offset.unsigned_abs());
            rejects.push(Reject { source: kind.as_str(), file: row.get(1)?, record, byte_offset, reason, excerpt });
        }
        Ok(rejects)
    }

    fn join_part(&self, part: Paper) -> Result<Option<String>> {
        let corpus_id = part.corpus_id.unwrap_or_default();
        let Some((seq, mut whole)) = self.find("corpus_id = ?1", [corpus_id])? else {
            return Ok(Some(format!("no row of `papers` has the corpusid {corpus_id}: {RELEASES}, or one is missing")));
        };
        if differs(&whole.doi, &part.doi) || differs(&whole.arxiv_id, &part.arxiv_id) {
            return Ok(Some(format!("the corpusid {corpus_id} is {} in `papers`: {RELEASES}", whole.paper_id)));
        }
        if whole.abstract_text.is_some() && whole.abstract_text != part.abstract_text && whole.sources == part.sources {
            return Ok(Some(format!("the corpusid {corpus_id} has another abstract, which counts: {RELEASES}")));
        }
        whole.fill_from(Paper { paper_id: whole.paper_id.clone(), ..part });
        self.put(Some(seq), &whole)?;
        Ok(None)
    }

    fn find(&self, condition: &str, values: impl rusqlite::Params) -> Result<Option<(i64, Paper)>> {
        let mut query = self.db.prepare_cached(&format!("SELECT seq, paper FROM merged WHERE {condition} ORDER BY seq LIMIT 1"))?;
        let known: Option<(i64, String)> = query.query_row(values, |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        known.map(|(seq, json)| Ok((seq, serde_json::from_str(&json).context("a paper being merged")?))).transpose()
    }

    fn put(&self, seq: Option<i64>, paper: &Paper) -> Result<()> {
        let json = serde_json::to_string(paper).context("a paper as JSON")?;
        let sql = "INSERT OR REPLACE INTO merged (seq, paper_id, arxiv_id, doi, corpus_id, paper) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.db.prepare_cached(sql)?.execute((seq, &paper.paper_id, &paper.arxiv_id, &paper.doi, paper.corpus_id, json))?;
        Ok(())
    }

    /// The merged papers in the order of their first record, in batches.
    pub(super) fn batches(self) -> impl Iterator<Item = Result<Vec<Paper>>> + Send {
        let mut after = 0;
        std::iter::from_fn(move || self.batch(&mut after).transpose())
    }

    fn batch(&self, after: &mut i64) -> Result<Option<Vec<Paper>>> {
        let mut query = self.db.prepare_cached("SELECT seq, paper FROM merged WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
        let mut rows = query.query((*after, BATCH_PAPERS))?;
        let mut papers = Vec::new();
        while let Some(row) = rows.next()? {
            *after = row.get(0)?;
            papers.push(serde_json::from_str(&row.get::<_, String>(1)?).context("a merged paper")?);
        }
        Ok((!papers.is_empty()).then_some(papers))
    }
}

/// Whether two records contradict each other.
fn differs(one: &Option<String>, other: &Option<String>) -> bool {
    one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| one != other)
}
