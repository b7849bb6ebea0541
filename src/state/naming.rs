//! Whether a repository's own files name the papers that link it.

use super::State;
use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;
use starcite_core::{RepoName, Week};

/// What a file is searched for.
#[derive(Debug, Clone)]
pub(crate) struct LinkingPaper {
    pub(crate) paper_id: String,
    pub(crate) arxiv_id: Option<String>,
    pub(crate) doi: Option<String>,
    pub(crate) title: Option<String>,
}

/// Where a repository names a paper: the file, by what, and the text that matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) file: String,
    pub(crate) how: String,
    pub(crate) text: String,
}

impl State {
    /// The papers that link a repository by any of its names, or may mean it.
    pub(crate) fn papers_linking(&self, name: &RepoName) -> Result<Vec<LinkingPaper>> {
        let mut query = self.db.prepare_cached(
            "SELECT p.paper_id, p.arxiv_id, p.doi, p.title, MAX(p.week)
             FROM names a JOIN names n ON n.repo = a.repo JOIN links l ON l.repo_key = n.key JOIN linked_papers p ON p.paper_id = l.paper_id
             WHERE a.key = ?1 GROUP BY p.paper_id",
        )?;
        let rows =
            query.query_map([name.key()], |row| Ok(LinkingPaper { paper_id: row.get(0)?, arxiv_id: row.get(1)?, doi: row.get(2)?, title: row.get(3)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps that a repository's files were searched for a paper, and where they name it.
    pub(crate) fn add_naming(&self, name: &RepoName, paper_id: &str, at: DateTime<Utc>, named: Option<&Named>) -> Result<()> {
        let repo = self.name_repo(name, at)?;
        self.db.prepare_cached("INSERT OR REPLACE INTO naming (repo, paper_id, observed_at, file, how, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute((
            repo,
            paper_id,
            at.timestamp_micros(),
            named.map(|n| &n.file),
            named.map(|n| &n.how),
            named.map(|n| &n.text),
        ))?;
        Ok(())
    }

    /// Whether a repository names a paper, as of a week; the outer `None` is that nobody has looked.
    pub(crate) fn naming(&self, repo: i64, paper_id: &str, week: Week) -> Result<Option<Option<Named>>> {
        let mut query = self
            .db
            .prepare_cached("SELECT file, how, text FROM naming WHERE repo = ?1 AND paper_id = ?2 AND observed_at < ?3 ORDER BY observed_at DESC LIMIT 1")?;
        let named = query.query_row((repo, paper_id, week.observations_close().timestamp_micros()), |row| {
            let (file, how, text): (Option<String>, Option<String>, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(file.zip(how).zip(text).map(|((file, how), text)| Named { file, how, text }))
        });
        Ok(named.optional()?)
    }
}
