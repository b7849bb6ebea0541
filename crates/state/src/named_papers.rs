//! Papers that repositories name in their files.

use super::{Damaged, State, close_of};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;
use starcite_core::paper_mentions::NamedPaper;
use starcite_core::{RepoName, Week};

impl State {
    /// Stores the papers that a repository's files name now, if they are others than before.
    pub fn add_named_papers(&self, name: &RepoName, at: DateTime<Utc>, papers: &[NamedPaper]) -> Result<()> {
        self.add_named_papers_of(self.name_repo(name, at)?, at, papers)
    }

    /// Stores them for a repository by its number in the state.
    pub(super) fn add_named_papers_of(&self, repo: i64, at: DateTime<Utc>, papers: &[NamedPaper]) -> Result<()> {
        let papers = serde_json::to_string(papers).context("papers as JSON")?;
        let before = "SELECT papers FROM named_papers WHERE repo = ?1 AND observed_at <= ?2 ORDER BY observed_at DESC LIMIT 1";
        let known: Option<String> = self.db.prepare_cached(before)?.query_row((repo, at.timestamp_micros()), |row| row.get(0)).optional()?;
        if known.as_ref() != Some(&papers) {
            let insert = "INSERT OR REPLACE INTO named_papers (repo, observed_at, papers) VALUES (?1, ?2, ?3)";
            self.db.prepare_cached(insert)?.execute((repo, at.timestamp_micros(), papers))?;
        }
        Ok(())
    }

    /// Returns the papers that a repository, by its number in the state, names as of a week; none if its files were never read.
    pub fn named_papers(&self, repo: i64, week: Week) -> Result<Vec<NamedPaper>> {
        let newest = "SELECT papers FROM named_papers WHERE repo = ?1 AND observed_at < ?2 ORDER BY observed_at DESC LIMIT 1";
        let close = close_of(week);
        let papers: Option<String> = self.db.prepare_cached(newest)?.query_row((repo, close), |row| row.get(0)).optional()?;
        let mut papers: Vec<NamedPaper> = papers.map(|json| serde_json::from_str(&json)).transpose().context(Damaged("papers"))?.unwrap_or_default();
        papers.retain(|paper| !self.hidden.has(&paper.cited));
        Ok(papers)
    }
}
