//! Repositories: rows with a number of the host's, names that point to them, and what was observed.

use super::State;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};
use starcite_core::{Observation, RepoName, Week};

/// A repository that the host can be asked about.
pub(crate) struct Askable {
    pub(crate) name: RepoName,
    pub(crate) node_id: Option<String>,
}

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

    fn point(&self, name: &RepoName, repo: i64, since: DateTime<Utc>) -> Result<()> {
        self.db
            .prepare_cached("INSERT INTO names (key, name, repo, since) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO UPDATE SET repo = excluded.repo")?
            .execute((name.key(), name.as_str(), repo, since.timestamp_micros()))?;
        Ok(())
    }

    /// Keeps what was observed of the repository that was asked for, or named, as `asked`.
    ///
    /// The host's number decides which repository it is: a name that leads to a known number joins it (a rename); a name
    /// that leads to another number than before points to the new one, and the old one keeps what it was.
    pub(crate) fn observe(&self, asked: &RepoName, observation: &Observation) -> Result<()> {
        let named = self.name_repo(asked, observation.observed_at)?;
        let repo = match observation.repo_id {
            Some(number) => self.repo_with_number(named, number, observation)?,
            None => named,
        };
        if repo != named {
            self.point(asked, repo, observation.observed_at)?;
        }
        if asked.key() != observation.repo.key() {
            self.name_repo(&observation.repo, observation.observed_at)?;
            self.point(&observation.repo, repo, observation.observed_at)?;
        }
        let facts = serde_json::to_string(&observation.facts).context("facts as JSON")?;
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO observations (repo, observed_at, observed_by, name, state, state_reason, facts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((
                repo,
                observation.observed_at.timestamp_micros(),
                &observation.observed_by,
                observation.repo.as_str(),
                observation.state.as_str(),
                &observation.state_reason,
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
            (Some(id), None) => self.merge_repos(named, id).map(|()| id),
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

    /// Two names of one repository were two rows: what the first had goes to the second.
    fn merge_repos(&self, from: i64, to: i64) -> Result<()> {
        for sql in [
            "UPDATE names SET repo = ?2 WHERE repo = ?1",
            "UPDATE OR IGNORE observations SET repo = ?2 WHERE repo = ?1",
            "UPDATE OR IGNORE asks SET repo = ?2 WHERE repo = ?1",
        ] {
            self.db.prepare_cached(sql)?.execute((from, to))?;
        }
        for sql in ["DELETE FROM observations WHERE repo = ?1", "DELETE FROM asks WHERE repo = ?1", "DELETE FROM repos WHERE id = ?1"] {
            self.db.prepare_cached(sql)?.execute([from])?;
        }
        Ok(())
    }

    /// Keeps that the host was asked; `failure` is the reason and the error where it did not answer.
    pub(crate) fn asked(&self, name: &RepoName, at: DateTime<Utc>, failure: Option<(&str, &str)>) -> Result<()> {
        let repo = self.name_repo(name, at)?;
        let (reason, error) = failure.unzip();
        self.db.prepare_cached("INSERT OR REPLACE INTO asks (repo, asked_at, reason, error) VALUES (?1, ?2, ?3, ?4)")?.execute((
            repo,
            at.timestamp_micros(),
            reason,
            error,
        ))?;
        Ok(())
    }

    /// The repositories on `host` that links of the week name, or may mean, and that the host has not answered for since `since`,
    /// in order of need: those never answered for, then those that an ambiguous link may mean and those that were not found,
    /// then the ones asked longest ago; among equals the one that most papers link to.
    pub(crate) fn to_ask(&self, host: &str, week: Week, since: DateTime<Utc>) -> Result<Vec<Askable>> {
        let mut query = self.db.prepare_cached(
            "WITH wanted AS (
               SELECT repo_key AS key, COUNT(DISTINCT paper_id) AS papers, 0 AS is_reading FROM links WHERE repo_key IS NOT NULL AND week <= ?2 GROUP BY 1
               UNION ALL SELECT DISTINCT key, 0, 1 FROM readings WHERE week <= ?2)
             SELECT MIN(n.name), r.node_id
             FROM wanted w JOIN names n ON n.key = w.key JOIN repos r ON r.id = n.repo
               LEFT JOIN observations a ON a.repo = r.id AND a.observed_by = ?1
                 AND a.observed_at = (SELECT MAX(observed_at) FROM observations o WHERE o.repo = r.id AND o.observed_by = ?1)
             WHERE r.host = ?1 AND (a.observed_at IS NULL OR a.observed_at < ?3)
             GROUP BY r.id
             ORDER BY a.observed_at IS NOT NULL, MAX(w.is_reading) OR a.state = 'not_found' DESC, a.observed_at, SUM(w.papers) DESC, MIN(n.key)",
        )?;
        let rows = query.query_map((host, week.number(), since.timestamp_micros()), |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        let mut askable = Vec::new();
        for row in rows {
            let (name, node_id) = row?;
            askable.push(Askable { name: RepoName::parse(&name)?, node_id });
        }
        Ok(askable)
    }
}

impl State {
    /// Those of `names` on `host` that it has not answered for since `since`, each repository once.
    pub(crate) fn to_ask_among(&self, names: &[RepoName], host: &str, since: DateTime<Utc>) -> Result<Vec<Askable>> {
        let mut query = self.db.prepare_cached(
            "SELECT r.id, r.node_id, (SELECT MAX(observed_at) FROM observations o WHERE o.repo = r.id AND o.observed_by = ?2)
             FROM names n JOIN repos r ON r.id = n.repo WHERE n.key = ?1",
        )?;
        let mut chosen = std::collections::HashSet::new();
        let mut askable = Vec::new();
        for name in names.iter().filter(|name| name.host() == host) {
            let (repo, node_id, answered): (i64, Option<String>, Option<i64>) =
                query.query_row((name.key(), host), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            if answered.is_none_or(|at| at < since.timestamp_micros()) && chosen.insert(repo) {
                askable.push(Askable { name: name.clone(), node_id });
            }
        }
        Ok(askable)
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
