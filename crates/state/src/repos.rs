//! Repositories: rows with the host's number, names that lead to them, and observations.

use super::{State, horizon};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};
use starcite_core::{Observation, Part, RepoName, StateReason};

/// The observations, each with its facts. Facts that equal those of the previous observation, of the same part by the same observer, are
/// stored as an empty text.
pub(super) const TOLD: &str = "(SELECT repo, part, observed_at, observed_by, name, state, state_reason, CASE facts WHEN '' THEN
   (SELECT facts FROM observations b WHERE b.repo = a.repo AND b.part = a.part AND b.observed_by = a.observed_by AND b.observed_at < a.observed_at AND b.facts <> ''
    ORDER BY b.observed_at DESC LIMIT 1) ELSE facts END AS facts FROM observations a)";

impl State {
    /// Makes a name known from a time on; returns the repository that it leads to.
    pub fn name_repo(&self, name: &RepoName, since: DateTime<Utc>) -> Result<i64> {
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

    /// True if a name was found to be another repository's since a time.
    pub fn has_reassigned_since(&self, moment: DateTime<Utc>) -> Result<bool> {
        let mut query = self.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM reassigned WHERE at >= ?1)")?;
        Ok(query.query_row([moment.timestamp_micros()], |row| row.get(0))?)
    }

    /// Stores an observation of the repository that was requested, or named, as `asked`.
    ///
    /// The host's number identifies the repository. A name that leads to a known number joins it (a rename). A name that leads to another
    /// number than before was given to another repository: it points to the new one, and the old one keeps its data.
    pub fn observe(&self, asked: &RepoName, observation: &Observation) -> Result<()> {
        let repo = self.identify(asked, observation)?;
        self.add_observation(repo, Part::Scalars, observation.observed_at, observation)
    }

    /// Returns the repository that was observed, and makes its names lead there.
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

    /// Gives a name that belonged to `before` to `repo`. If `before` has a number of its own, the name was reassigned; that is recorded, so
    /// that links made before lead to the old repository.
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

    /// Returns the time and the facts of an observer's newest observation of a part.
    pub(super) fn newest_told(&self, repo: i64, part: Part, observed_by: &str) -> Result<Option<(i64, String)>> {
        let newest = format!("SELECT observed_at, facts FROM {TOLD} WHERE repo = ?1 AND part = ?2 AND observed_by = ?3 ORDER BY observed_at DESC LIMIT 1");
        Ok(self.db.prepare_cached(&newest)?.query_row((repo, part.as_str(), observed_by), |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// Stores an observation of a part, with its facts if they differ from those before ([`TOLD`]).
    pub(super) fn add_observation(&self, repo: i64, part: Part, at: DateTime<Utc>, observation: &Observation) -> Result<()> {
        let mut facts = serde_json::to_string(&observation.facts).context("facts as JSON")?;
        match self.newest_told(repo, part, &observation.observed_by)? {
            Some((newest, _)) if newest >= at.timestamp_micros() => self.say_outright(repo)?,
            Some((_, known)) if known == facts => facts.clear(),
            _ => {}
        }
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

    /// Repeats the facts of a repository's observations that equal those of the one before, because that will be another one.
    pub(super) fn say_outright(&self, repo: i64) -> Result<()> {
        let told = format!("SELECT facts FROM {TOLD} t WHERE (t.repo, t.part, t.observed_at, t.observed_by) = (o.repo, o.part, o.observed_at, o.observed_by)");
        self.db.prepare_cached(&format!("UPDATE observations AS o SET facts = ({told}) WHERE repo = ?1 AND facts = ''"))?.execute([repo])?;
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

    /// Joins two rows that are one repository under two names. The first keeps what was observed of it until then, because a week that
    /// closed before knows no more than that.
    fn join_repos(&self, from: i64, to: i64, at: DateTime<Utc>) -> Result<()> {
        let joined = "INSERT OR IGNORE INTO joined (key, at, former) SELECT key, ?2, ?1 FROM names WHERE repo = ?1";
        self.db.prepare_cached(joined)?.execute((from, at.timestamp_micros()))?;
        self.db.prepare_cached("UPDATE names SET repo = ?2 WHERE repo = ?1")?.execute((from, to))?;
        self.db.prepare_cached("DELETE FROM doubts WHERE repo = ?1")?.execute([from])?;
        Ok(())
    }
}

/// Returns the number of repositories in each state, by the host's newest answer, else anyone's, that is not dated later than now.
pub fn counts(db: &Connection) -> Result<Vec<(String, i64)>> {
    let mut query = db.prepare(
        "SELECT COALESCE((SELECT state FROM observations o WHERE o.repo = r.id AND observed_at <= ?1 ORDER BY (o.observed_by = r.host) DESC, observed_at DESC LIMIT 1), 'unknown') AS state, COUNT(*)
         FROM repos r WHERE EXISTS (SELECT 1 FROM names n WHERE n.repo = r.id) GROUP BY 1 ORDER BY 2 DESC",
    )?;
    let rows = query.query_map([horizon()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the repositories whose newest request failed, with the error, newest first.
pub fn failing(db: &Connection) -> Result<Vec<(i64, String)>> {
    let mut query = db.prepare(
        "SELECT repo, error FROM asks a WHERE error IS NOT NULL AND asked_at = (SELECT MAX(asked_at) FROM asks n WHERE n.repo = a.repo) ORDER BY asked_at DESC, repo",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use starcite_core::{RepoFacts, RepoState, Week};

    /// Observes the stars on some days after the epoch, and returns the stored facts of each.
    fn keep(state: &State, observed: &[(i64, i64)]) -> Vec<String> {
        let name = RepoName::parse("o/n").unwrap();
        for (day, stars) in observed {
            let at = DateTime::UNIX_EPOCH + chrono::TimeDelta::days(*day);
            let facts = RepoFacts { stars: Some(*stars), is_empty: Some(false), ..RepoFacts::default() };
            let (node_id, state_reason, observed_by) = (None, None, "github.com".to_owned());
            let seen = Observation { repo: name.clone(), repo_id: Some(7), node_id, observed_by, observed_at: at, state: RepoState::Live, state_reason, facts };
            state.observe(&name, &seen).unwrap();
        }
        let mut query = state.db.prepare("SELECT facts FROM observations ORDER BY observed_at").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// Returns the stars of the repository as of each week of some days.
    fn stars(state: &State, days: &[i64]) -> Vec<Option<i64>> {
        let week = |day: &i64| Week::of(DateTime::UNIX_EPOCH + chrono::TimeDelta::days(*day - 14));
        days.iter().map(|day| state.repo_rows(week(day)).unwrap().0[0].facts().stars).collect()
    }

    fn state() -> (tempfile::TempDir, State) {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&folder.path().join("state.db")).unwrap();
        (folder, state)
    }

    #[test]
    fn facts_that_are_as_before_are_kept_once_and_read_each_time() {
        let (_folder, state) = state();
        let kept = keep(&state, &[(100, 5), (107, 5), (114, 5), (121, 6), (128, 6), (135, 5)]);
        assert_eq!(kept.iter().map(|facts| !facts.is_empty()).collect::<Vec<_>>(), [true, false, false, true, false, true]);
        assert_eq!(stars(&state, &[107, 114, 121, 128, 135, 142]), [5, 5, 5, 6, 6, 5].map(Some));
    }

    #[test]
    fn an_observation_that_is_dated_between_others_changes_none_of_them() {
        let (_folder, state) = state();
        keep(&state, &[(100, 5), (107, 5), (121, 5), (128, 5)]);
        keep(&state, &[(114, 9), (121, 5)]);
        assert_eq!(stars(&state, &[107, 114, 121, 128, 135]), [5, 5, 9, 5, 5].map(Some));
    }
}
