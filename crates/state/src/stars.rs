//! Stars added week by week, as the host reports them.

use super::{Damaged, State, close_of, horizon};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;
use starcite_core::answer::StarPage;
use starcite_core::{RepoName, Week};

/// Stars that were added in one week, as the host reported last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AddedStars {
    pub start: DateTime<Utc>,
    pub added: i64,
    pub days: Vec<i64>,
}

/// Page number that marks a complete history: the host's pages begin with 1.
const WHOLE: u32 = 0;

impl State {
    /// Stores a page of a repository's history: its `ETag`, and the weeks that are new or changed. True if it had an unchanged week and the
    /// pages after it are stored already: nothing after it is new.
    pub fn add_star_page(&self, name: &RepoName, number: u32, page: &StarPage) -> Result<bool> {
        let repo = self.name_repo(name, page.observed_at)?;
        let mut met_known = false;
        let mut newest = self
            .db
            .prepare_cached("SELECT added, days FROM star_weeks WHERE repo = ?1 AND start = ?2 AND observed_at <= ?3 ORDER BY observed_at DESC LIMIT 1")?;
        let mut remove = self.db.prepare_cached("DELETE FROM star_weeks WHERE repo = ?1 AND start = ?2 AND observed_at > ?3")?;
        let mut insert = self.db.prepare_cached("INSERT OR REPLACE INTO star_weeks (repo, start, observed_at, added, days) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for week in &page.weeks {
            let days = serde_json::to_string(&week.days).context("days as JSON")?;
            let start = week.start.timestamp_micros();
            let known: Option<(i64, String)> = newest.query_row((repo, start, horizon()), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            remove.execute((repo, start, horizon()))?; // dated by a clock that was ahead: the host has just reported it again
            if known == Some((week.added, days.clone())) {
                met_known = true;
            } else {
                insert.execute((repo, start, page.observed_at.timestamp_micros(), week.added, days))?;
            }
        }
        self.db.prepare_cached("INSERT OR REPLACE INTO star_pages (repo, page, etag) VALUES (?1, ?2, ?3)")?.execute((repo, number, &page.etag))?;
        Ok(met_known && self.has_whole_history(name)?)
    }

    /// Returns the page of a repository's history to request first, and its `ETag`: the first one, or the last stored one if an earlier run
    /// was cut off.
    pub fn star_page_to_ask(&self, name: &RepoName) -> Result<(u32, Option<String>)> {
        if self.has_whole_history(name)? || self.is_dated_ahead(name)? {
            return Ok((1, self.star_etag(name, 1)?));
        }
        let last = "SELECT MAX(page) FROM star_pages s JOIN names n ON n.repo = s.repo WHERE n.key = ?1";
        let last: Option<u32> = self.db.prepare_cached(last)?.query_row([name.key()], |row| row.get(0))?;
        Ok((last.unwrap_or(1), None))
    }

    fn has_whole_history(&self, name: &RepoName) -> Result<bool> {
        let whole = "SELECT EXISTS (SELECT 1 FROM star_pages s JOIN names n ON n.repo = s.repo WHERE n.key = ?1 AND s.page = ?2)";
        Ok(self.db.prepare_cached(whole)?.query_row((name.key(), WHOLE), |row| row.get(0))? && !self.is_dated_ahead(name)?)
    }

    /// True if a clock that was ahead has dated some of a history, which has to be requested again.
    fn is_dated_ahead(&self, name: &RepoName) -> Result<bool> {
        let ahead = "SELECT EXISTS (SELECT 1 FROM star_weeks s JOIN names n ON n.repo = s.repo WHERE n.key = ?1 AND s.observed_at > ?2)";
        Ok(self.db.prepare_cached(ahead)?.query_row((name.key(), horizon()), |row| row.get(0))?)
    }

    /// Records that all pages of a repository's history are stored.
    pub fn set_whole_history(&self, name: &RepoName) -> Result<()> {
        self.db.prepare_cached("INSERT OR IGNORE INTO star_pages (repo, page) SELECT repo, ?2 FROM names WHERE key = ?1")?.execute((name.key(), WHOLE))?;
        Ok(())
    }

    /// Returns the `ETag` of a page from its last request, if the page need not be sent again.
    pub fn star_etag(&self, name: &RepoName, page: u32) -> Result<Option<String>> {
        if self.is_dated_ahead(name)? {
            return Ok(None);
        }
        let etag = self
            .db
            .prepare_cached("SELECT etag FROM star_pages s JOIN names n ON n.repo = s.repo WHERE n.key = ?1 AND s.page = ?2")?
            .query_row((name.key(), page), |row| row.get(0))
            .optional()?;
        Ok(etag.flatten())
    }

    /// Returns a repository's weeks up to the end of `week`, as reported before its observations closed, oldest first.
    pub(crate) fn added_stars(&self, repo: i64, week: Week) -> Result<Vec<AddedStars>> {
        let mut query = self.db.prepare_cached(
            "SELECT start, added, days FROM star_weeks s WHERE repo = ?1 AND start < ?2 AND observed_at =
               (SELECT MAX(observed_at) FROM star_weeks n WHERE n.repo = s.repo AND n.start = s.start AND n.observed_at < ?3)
             ORDER BY start",
        )?;
        let mut rows = query.query((repo, week.end().timestamp_micros(), close_of(week)))?;
        let mut weeks = Vec::new();
        while let Some(row) = rows.next()? {
            let (start, days): (i64, String) = (row.get(0)?, row.get(2)?);
            let start = DateTime::from_timestamp_micros(start).context(Damaged("a time"))?;
            weeks.push(AddedStars { start, added: row.get(1)?, days: serde_json::from_str(&days).context(Damaged("days"))? });
        }
        Ok(weeks)
    }
}
