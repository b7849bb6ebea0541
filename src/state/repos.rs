//! Repositories: rows with a number of the host's, names that point to them, and what was observed.

use super::State;
use crate::clock;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};
use starcite_core::{Observation, RepoName, StateReason};
use starcite_github::Selection;

impl State {
    /// Makes a name known, from a moment on; returns the repository it points to.
    pub(crate) fn name_repo(&self, name: &RepoName, since: DateTime<Utc>) -> Result<i64> {
        let key = name.key();
        let known: Option<(i64, i64)> =
            self.db.prepare_cached("SELECT repo, since FROM names WHERE key = ?1")?.query_row([&key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        if let Some((repo, known_since)) = known {
            if since.timestamp_micros() < known_since {
                self.db.prepare_cached("UPDATE names SET since = ?2 WHERE key = ?1")?.execute((&key, since.timestamp_micros()))?;
            }
            return Ok(repo);
        }
        self.db.prepare_cached("INSERT INTO repos (host) VALUES (?1)")?.execute([name.host()])?;
        let repo = self.db.last_insert_rowid();
        self.point(name, repo, since)?;
        Ok(repo)
    }

    pub(super) fn point(&self, name: &RepoName, repo: i64, since: DateTime<Utc>) -> Result<()> {
        self.db
            .prepare_cached("INSERT INTO names (key, name, repo, since) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO UPDATE SET repo = excluded.repo")?
            .execute((name.key(), name.as_str(), repo, since.timestamp_micros()))?;
        Ok(())
    }

    /// True if a name was found to be another repository's since a moment.
    pub(crate) fn has_reassigned_since(&self, moment: DateTime<Utc>) -> Result<bool> {
        let mut query = self.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM reassigned WHERE at >= ?1)")?;
        Ok(query.query_row([moment.timestamp_micros()], |row| row.get(0))?)
    }

    /// Keeps what was observed of the repository that was asked for, or named, as `asked`.
    ///
    /// The host's number decides which repository it is: a name that leads to a known number joins it (a rename); a name that leads
    /// to another number than before was given to a stranger: it points to the new one, and the old one keeps what it was.
    pub(crate) fn observe(&self, asked: &RepoName, observation: &Observation) -> Result<()> {
        let repo = self.identify(asked, observation)?;
        self.add_observation(repo, Selection::Scalars, observation.observed_at, observation)
    }

    /// The repository that was observed, and makes its names lead there.
    pub(super) fn identify(&self, asked: &RepoName, observation: &Observation) -> Result<i64> {
        let named = self.name_repo(asked, observation.observed_at)?;
        let repo = match observation.repo_id {
            Some(number) => self.repo_with_number(named, number, observation)?,
            None => named,
        };
        if repo != named {
            self.take_name(asked, named, repo, observation.observed_at)?;
        }
        if asked.key() != observation.repo.key() {
            let before = self.name_repo(&observation.repo, observation.observed_at)?;
            self.take_name(&observation.repo, before, repo, observation.observed_at)?;
        }
        Ok(repo)
    }

    /// Gives a name to `repo` that belonged to `before`. Where both have numbers of their own, it was reassigned: recorded, so that links
    /// made before lead to the old one.
    fn take_name(&self, name: &RepoName, before: i64, repo: i64, at: DateTime<Utc>) -> Result<()> {
        let is_other: bool = before != repo
            && self
                .db
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM repos WHERE id = ?1 AND host_number IS NOT NULL)")?
                .query_row([before], |row| row.get(0))?;
        if before != repo {
            let table = if is_other { "reassigned" } else { "joined" };
            let insert = format!("INSERT OR IGNORE INTO {table} (key, at, former) VALUES (?1, ?2, ?3)");
            self.db.prepare_cached(&insert)?.execute((name.key(), at.timestamp_micros(), before))?;
        }
        self.point(name, repo, at)
    }

    /// Dates what became of a name by `moment`, at which its host showed where it leads, where a clock that was ahead has dated it later than anything can have been.
    pub(super) fn moved_by(&self, name: &RepoName, moment: DateTime<Utc>) -> Result<()> {
        let horizon = clock::horizon().timestamp_micros();
        for table in ["reassigned", "joined"] {
            let update = format!("UPDATE OR REPLACE {table} SET at = ?2 WHERE key = ?1 AND at > ?3");
            self.db.prepare_cached(&update)?.execute((name.key(), moment.timestamp_micros(), horizon))?;
        }
        Ok(())
    }

    /// Keeps a part of what was observed.
    pub(super) fn add_observation(&self, repo: i64, part: Selection, at: DateTime<Utc>, observation: &Observation) -> Result<()> {
        let facts = serde_json::to_string(&observation.facts).context("facts as JSON")?;
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO observations (repo, part, observed_at, observed_by, name, state, state_reason, facts)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute((
                repo,
                part.as_str(),
                at.timestamp_micros(),
                &observation.observed_by,
                observation.repo.as_str(),
                observation.state.as_str(),
                observation.state_reason.map(StateReason::as_str),
                facts,
            ))?;
        Ok(())
    }

    fn repo_with_number(&self, named: i64, number: i64, observation: &Observation) -> Result<i64> {
        let host = observation.repo.host();
        let known: Option<i64> =
            self.db.prepare_cached("SELECT id FROM repos WHERE host = ?1 AND host_number = ?2")?.query_row((host, number), |row| row.get(0)).optional()?;
        let own: Option<i64> = self.db.prepare_cached("SELECT host_number FROM repos WHERE id = ?1")?.query_row([named], |row| row.get(0))?;
        match (known, own) {
            (Some(id), _) if id == named => Ok(id),
            (Some(id), None) => self.join_repos(named, id, observation.observed_at).map(|()| id),
            (Some(id), Some(_)) => Ok(id),
            (None, None) => {
                let mut update = self.db.prepare_cached("UPDATE repos SET host_number = ?2, node_id = ?3 WHERE id = ?1")?;
                update.execute((named, number, &observation.node_id))?;
                Ok(named)
            }
            (None, Some(_)) => {
                let mut insert = self.db.prepare_cached("INSERT INTO repos (host, host_number, node_id) VALUES (?1, ?2, ?3)")?;
                insert.execute((host, number, &observation.node_id))?;
                Ok(self.db.last_insert_rowid())
            }
        }
    }

    /// Joins two rows that are one repository under two names. The first keeps what was learnt of it until then: a week that closed before knows
    /// no more than that.
    fn join_repos(&self, from: i64, to: i64, at: DateTime<Utc>) -> Result<()> {
        let joined = "INSERT OR IGNORE INTO joined (key, at, former) SELECT key, ?2, ?1 FROM names WHERE repo = ?1";
        self.db.prepare_cached(joined)?.execute((from, at.timestamp_micros()))?;
        self.db.prepare_cached("UPDATE names SET repo = ?2 WHERE repo = ?1")?.execute((from, to))?;
        self.db.prepare_cached("DELETE FROM doubts WHERE repo = ?1")?.execute([from])?;
        Ok(())
    }
}

/// How many repositories are in which state by the newest word on each.
pub(crate) fn counts(db: &Connection) -> Result<Vec<(String, i64)>> {
    let mut query = db.prepare(
        "SELECT COALESCE((SELECT state FROM observations o WHERE o.repo = r.id ORDER BY (o.observed_by = r.host) DESC, observed_at DESC LIMIT 1), 'unknown') AS state, COUNT(*)
         FROM repos r WHERE EXISTS (SELECT 1 FROM names n WHERE n.repo = r.id) GROUP BY 1 ORDER BY 2 DESC",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The repositories whose newest question had no answer, and why, the newest first.
pub(crate) fn failing(db: &Connection) -> Result<Vec<(i64, String)>> {
    let mut query = db.prepare(
        "SELECT repo, error FROM asks a WHERE error IS NOT NULL AND asked_at = (SELECT MAX(asked_at) FROM asks n WHERE n.repo = a.repo) ORDER BY asked_at DESC, repo",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
