//! Papers of several sources, merged by arXiv id or DOI, on disk: memory does not grow with them.

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension};
use starcite_core::Paper;

/// Papers that are merged travel together, this many.
const BATCH_PAPERS: i64 = 4_096;

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
             CREATE TABLE merged (seq INTEGER PRIMARY KEY, paper_id TEXT, arxiv_id TEXT, doi TEXT, paper TEXT);
             CREATE UNIQUE INDEX merged_id ON merged (paper_id);
             CREATE INDEX merged_arxiv ON merged (arxiv_id);
             CREATE INDEX merged_doi ON merged (doi);
             BEGIN",
        )?;
        Ok(Self { db })
    }

    /// Adds a paper, or what it adds to the one that is there.
    pub(super) fn add(&self, paper: Paper) -> Result<()> {
        let known: Option<(i64, String)> = self
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
        let mut insert = self.db.prepare_cached("INSERT OR REPLACE INTO merged (seq, paper_id, arxiv_id, doi, paper) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        insert.execute((seq, &merged.paper_id, &merged.arxiv_id, &merged.doi, json))?;
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
