//! Records of archives, and the repositories that archives are copies of.

use super::{Damaged, State, close_of};
use anyhow::{Context, Result};
use rusqlite::Connection;
use starcite_core::{Archive, RepoName, Week};
use starcite_ground::parallel_ordered::lock;
use std::sync::Mutex;

impl State {
    /// Stores a dated record of an archive. A record that ties it to nothing is stored only to replace an earlier one of its source.
    pub fn add_archive(&self, archive: &Archive) -> Result<()> {
        let at = archive.said_at.context("bug: an archive without a date")?;
        let known = "SELECT EXISTS (SELECT 1 FROM archives WHERE archive = ?1 AND source = ?2)";
        if !archive.ties() && !self.db.prepare_cached(known)?.query_row((&archive.archive, &archive.source), |row| row.get(0))? {
            return Ok(());
        }
        let record = serde_json::to_string(archive).context("an archive as JSON")?;
        let insert = "INSERT OR REPLACE INTO archives (archive, source, said_at, concept, copy_of, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.db.prepare_cached(insert)?.execute((
            &archive.archive,
            &archive.source,
            at.timestamp_micros(),
            &archive.concept,
            archive.copy_of().map(RepoName::key),
            record,
        ))?;
        Ok(())
    }

    /// True if any archive is known.
    pub fn has_archives(&self) -> Result<bool> {
        Ok(self.db.query_row("SELECT EXISTS (SELECT 1 FROM archives)", [], |row| row.get(0))?)
    }

    /// Calls `take` with every archive that is tied to something as of a week, in the order of their ids.
    pub fn for_each_archive(&self, week: Week, mut take: impl FnMut(&Archive) -> Result<()>) -> Result<()> {
        let mut ids = self.db.prepare("SELECT DISTINCT archive FROM archives WHERE said_at < ?1 ORDER BY archive")?;
        let mut ids = ids.query([close_of(week)])?;
        while let Some(row) = ids.next()? {
            let archive = as_of(&self.db, &row.get::<_, String>(0)?, week)?.and_then(|archive| self.hidden.taken_out_of(archive));
            archive.map_or(Ok(()), |archive| take(&archive))?;
        }
        Ok(())
    }

    /// Returns the newest archive that is a copy of a repository with one of these names, as of a week.
    pub fn archived_copy(&self, names: &[RepoName], week: Week) -> Result<Option<String>> {
        let mut copies = Vec::new();
        for name in names {
            copies.extend(of_key(&self.db, "copy_of", &name.key(), week)?);
        }
        let is_copy = |archive: &Archive| archive.copy_of().is_some_and(|repo| names.iter().any(|name| name.key() == repo.key()));
        Ok(newest(copies.into_iter().filter(is_copy)).map(|archive| archive.archive))
    }

    /// Returns a lookup of the repositories that archives are copies of, as of a week, for several threads.
    pub fn archived_repos(&self, week: Week) -> Result<ArchivedRepos> {
        Ok(ArchivedRepos { db: Mutex::new(self.reader()?), week })
    }

    /// Returns the repository that an archive, or the newest of its versions, is a copy of.
    pub(crate) fn archived_repo(&self, archive: &str, week: Week) -> Result<Option<RepoName>> {
        archived_repo(&self.db, archive, week)
    }
}

/// The repositories that archives are copies of. Each is read on demand, so that memory does not grow with the archives.
pub struct ArchivedRepos {
    db: Mutex<Connection>,
    week: Week,
}

impl ArchivedRepos {
    /// Returns the repository that an archive, or the newest of its versions, is a copy of.
    pub fn get(&self, archive: &str) -> Result<Option<RepoName>> {
        archived_repo(&lock(&self.db), archive, self.week)
    }
}

fn archived_repo(db: &Connection, archive: &str, week: Week) -> Result<Option<RepoName>> {
    if let Some(version) = as_of(db, archive, week)? {
        return Ok(version.copy_of().cloned());
    }
    let versions = of_key(db, "concept", archive, week)?.into_iter().filter(|version| version.concept.as_deref() == Some(archive));
    Ok(newest(versions).and_then(|version| version.copy_of().cloned()))
}

/// Returns the archives of which any record has a value in a column.
fn of_key(db: &Connection, column: &str, key: &str, week: Week) -> Result<Vec<Archive>> {
    let mut query = db.prepare_cached(&format!("SELECT DISTINCT archive FROM archives WHERE {column} = ?1 ORDER BY archive"))?;
    let ids = query.query_map([key], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    ids.iter().filter_map(|id| as_of(db, id, week).transpose()).collect()
}

/// Returns the record that counts for an archive: of the newest record of each source, one that names a repository, then the newest.
fn as_of(db: &Connection, archive: &str, week: Week) -> Result<Option<Archive>> {
    let mut query = db.prepare_cached("SELECT source, record FROM archives WHERE archive = ?1 AND said_at < ?2 ORDER BY said_at DESC, source")?;
    let mut rows = query.query((archive, close_of(week)))?;
    let (mut sources, mut records) = (Vec::new(), Vec::<Archive>::new());
    while let Some(row) = rows.next()? {
        let source: String = row.get(0)?;
        if !sources.contains(&source) {
            sources.push(source);
            records.push(serde_json::from_str(&row.get::<_, String>(1)?).context(Damaged("an archive"))?);
        }
    }
    records.retain(Archive::ties);
    records.sort_by_key(|record| record.repo.is_none()); // stable: otherwise the newest first
    Ok(records.into_iter().next())
}

fn newest(archives: impl Iterator<Item = Archive>) -> Option<Archive> {
    archives.max_by(|a, b| (a.published, &a.archive).cmp(&(b.published, &b.archive)))
}
