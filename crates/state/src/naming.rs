//! Papers that link a repository and that its own files name.

use super::{Damaged, State, close_of};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;
use starcite_core::observation::Readme;
use starcite_core::paper_mentions::MatchedBy;
use starcite_core::{RepoName, Week};
use std::collections::HashMap;

/// A paper to look for in a file.
#[derive(Debug, Clone)]
pub struct LinkingPaper {
    pub paper_id: String,
    pub arxiv_id: Option<String>,
    pub doi: Option<String>,
    pub title: Option<String>,
}

/// A repository's mention of a paper: the file, the kind of match, and the text that matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name of the file.
    pub file: String,
    /// The identifier that matched.
    pub how: MatchedBy,
    /// The text that matched.
    pub text: String,
}

/// The table of READMEs that wait for the papers of a run.
const HELD: &str = "CREATE TEMP TABLE IF NOT EXISTS readmes (key TEXT PRIMARY KEY, name TEXT, read_at INTEGER, text TEXT)";

impl State {
    /// Returns the papers that link a wanted repository by any of its names.
    pub fn papers_linking(&self, name: &RepoName) -> Result<Vec<LinkingPaper>> {
        let mut query = self.db.prepare_cached(
            "SELECT DISTINCT l.paper_id, l.arxiv_id, l.doi, l.title
             FROM names a JOIN names n ON n.repo = a.repo JOIN temp.linking l ON l.key = n.key WHERE a.key = ?1 ORDER BY l.paper_id",
        )?;
        let rows =
            query.query_map([name.key()], |row| Ok(LinkingPaper { paper_id: row.get(0)?, arxiv_id: row.get(1)?, doi: row.get(2)?, title: row.get(3)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Holds a README until all papers are read, unless a newer one of the repository is held. Only this run sees it.
    pub fn hold_readme(&self, readme: &Readme) -> Result<()> {
        self.db.execute_batch(HELD)?;
        self.db
            .prepare_cached(
                "INSERT INTO temp.readmes VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (key) DO UPDATE SET name = excluded.name, read_at = excluded.read_at, text = excluded.text WHERE excluded.read_at >= read_at",
            )?
            .execute((readme.repo.key(), readme.repo.as_str(), readme.read_at.timestamp_micros(), &readme.text))?;
        Ok(())
    }

    /// Returns the keys of the READMEs that are held.
    pub fn held_readmes(&self) -> Result<Vec<String>> {
        self.db.execute_batch(HELD)?;
        Ok(self.db.prepare("SELECT key FROM temp.readmes ORDER BY key")?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Removes a README from those that are held, and returns it.
    pub fn take_readme(&self, key: &str) -> Result<Readme> {
        let mut take = self.db.prepare_cached("DELETE FROM temp.readmes WHERE key = ?1 RETURNING name, read_at, text")?;
        let (name, read_at, text): (String, i64, String) = take.query_row([key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let read_at = DateTime::from_timestamp_micros(read_at).context(Damaged("the time of a README"))?;
        Ok(Readme { repo: RepoName::parse(&name)?, read_at, text })
    }

    /// Stores the result of searching a repository's files for a paper, if it differs from the one before.
    pub fn add_naming(&self, name: &RepoName, paper_id: &str, at: DateTime<Utc>, named: Option<&Named>) -> Result<()> {
        self.add_naming_of(self.name_repo(name, at)?, paper_id, at, named)
    }

    /// Stores it for a repository by its number in the state.
    pub(super) fn add_naming_of(&self, repo: i64, paper_id: &str, at: DateTime<Utc>, named: Option<&Named>) -> Result<()> {
        let before = "SELECT file IS ?4 AND how IS ?5 AND text IS ?6 FROM naming WHERE repo = ?1 AND paper_id = ?2 AND observed_at <= ?3 ORDER BY observed_at DESC LIMIT 1";
        let row = (repo, paper_id, at.timestamp_micros(), named.map(|n| &n.file), named.map(|n| n.how.as_str()), named.map(|n| &n.text));
        if self.db.prepare_cached(before)?.query_row(row, |row| row.get(0)).optional()? == Some(true) {
            return Ok(());
        }
        self.db.prepare_cached("INSERT OR REPLACE INTO naming (repo, paper_id, observed_at, file, how, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(row)?;
        Ok(())
    }

    /// Returns the papers that repositories name, as of a week.
    pub fn namings(&self, week: Week) -> Result<Namings> {
        let mut query = self.db.prepare("SELECT repo, paper_id, file, how, text FROM naming WHERE observed_at < ?1 ORDER BY observed_at")?;
        let mut rows = query.query([close_of(week)])?;
        let mut namings = Namings::default();
        while let Some(row) = rows.next()? {
            let (file, how, text): (Option<String>, Option<String>, Option<String>) = (row.get(2)?, row.get(3)?, row.get(4)?);
            let how = how.map(|how| MatchedBy::parse(&how).context(Damaged("how a repository names a paper"))).transpose()?;
            let named = file.zip(how).zip(text).map(|((file, how), text)| Named { file, how, text });
            namings.0.entry(row.get(0)?).or_default().insert(row.get(1)?, named);
        }
        Ok(namings)
    }
}

/// The papers that repositories name, by the state's number of the repository and the paper's id.
#[derive(Debug, Default)]
pub struct Namings(HashMap<i64, HashMap<String, Option<Named>>>);

impl Namings {
    /// Returns a repository's mention of a paper; the outer `None` means that its files were never searched for it.
    pub fn get(&self, repo: i64, paper_id: &str) -> Option<&Option<Named>> {
        self.0.get(&repo)?.get(paper_id)
    }
}
