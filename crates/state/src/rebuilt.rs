//! Puts the rows of finished weeks into a state that is rebuilt. Weeks come oldest first, and the repositories of a week before its other rows.

use super::repo_rows::HISTORY;
use super::repos::TOLD;
use super::{Damaged, asking::DOUBTED};
use super::{Named, RepoRow, StarsRow, State};
use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::OptionalExtension;
use starcite_core::paper_mentions::NamedPaper;
use starcite_core::{Observation, Part, RepoFacts, RepoName, RepoState, StateReason, Week};

/// A repository of a week that was observed or requested.
#[derive(Debug, Clone)]
pub struct TakenRepo {
    /// Its number in the state.
    pub id: i64,
    /// The observer of its facts.
    pub observed_by: Option<String>,
    /// Time of the newest fact in its row, as far as the row contains it.
    pub at: DateTime<Utc>,
    /// The oldest time of its facts that are not scalars.
    pub details_at: Option<DateTime<Utc>>,
}

impl State {
    /// Takes over a row of `repos`; `None` if it was never requested, because there is nothing to store.
    pub fn take_repo(&self, row: &RepoRow) -> Result<Option<TakenRepo>> {
        let Some(known_at) = row.observed_at.or(row.asked_at) else { return Ok(None) };
        let mut facts = row.facts().clone();
        let parts = if row.details_at.is_some() { take_parts(&mut facts) } else { Vec::new() };
        let scalars = Observation {
            repo: row.name.clone(),
            repo_id: row.repo_id,
            node_id: row.node_id.clone(),
            observed_by: row.observed_by.clone().unwrap_or_else(|| row.name.host().to_owned()),
            observed_at: known_at,
            state: row.state,
            state_reason: row.state_reason,
            facts,
        };
        let id = self.take_names(row, &scalars)?;
        if row.observed_at.is_some() && !self.is_observed(id, &scalars)? {
            self.add_observation(id, Part::Scalars, known_at, &scalars)?;
        }
        let at = row.details_at.map_or(known_at, |details_at| details_at.max(known_at));
        if let Some(details_at) = row.details_at {
            parts.into_iter().try_for_each(|(part, facts)| self.take_part(id, part, (details_at, at), &Observation { facts, ..scalars.clone() }))?;
        }
        self.take_ask(id, row)?;
        Ok(Some(TakenRepo { id, observed_by: row.observed_by.clone(), at, details_at: row.details_at }))
    }

    /// Makes the names of a row lead to its repository, and records the repository that they led to before, if it was another one.
    fn take_names(&self, row: &RepoRow, scalars: &Observation) -> Result<i64> {
        let id = self.identify(&row.name, scalars)?;
        for alias in &row.aliases {
            match row.repo_id {
                Some(_) => drop(self.identify(alias, scalars)?),
                None => self.point(alias, id, scalars.observed_at)?,
            }
        }
        let Some((at, Some(former))) = row.reassigned else { return Ok(id) };
        let former = match self.repo_of(&row.name, Some(former))? {
            Some(former) => former,
            None => {
                self.db.prepare_cached("INSERT INTO repos (host, host_number) VALUES (?1, ?2)")?.execute((row.name.host(), former))?;
                self.db.last_insert_rowid()
            }
        };
        let known = "UPDATE OR REPLACE reassigned SET at = ?2 WHERE former = ?1 AND key IN (SELECT key FROM names WHERE repo = ?3)";
        if self.db.prepare_cached(known)?.execute((former, at.timestamp_micros(), id))? == 0 {
            let insert = "INSERT INTO reassigned (key, at, former) VALUES (?1, ?2, ?3)";
            self.db.prepare_cached(insert)?.execute((row.name.key(), at.timestamp_micros(), former))?;
        }
        Ok(id)
    }

    fn is_observed(&self, id: i64, scalars: &Observation) -> Result<bool> {
        let known = "SELECT EXISTS (SELECT 1 FROM observations WHERE repo = ?1 AND part = 'scalars' AND observed_at = ?2 AND observed_by = ?3)";
        Ok(self.db.prepare_cached(known)?.query_row((id, scalars.observed_at.timestamp_micros(), &scalars.observed_by), |row| row.get(0))?)
    }

    /// Takes over a part of a row. The row has the date of its oldest part only, so a part with new facts and no newer date is dated `at`.
    fn take_part(&self, id: i64, part: Part, (details_at, at): (DateTime<Utc>, DateTime<Utc>), observation: &Observation) -> Result<()> {
        let when = match self.newest_told(id, part, &observation.observed_by)? {
            Some((when, facts)) if when >= details_at.timestamp_micros() => {
                if serde_json::from_str::<RepoFacts>(&facts).context(Damaged("a repository's facts"))? == observation.facts {
                    return Ok(());
                }
                at
            }
            _ => details_at,
        };
        self.add_observation(id, part, when, observation)
    }

    fn take_ask(&self, id: i64, row: &RepoRow) -> Result<()> {
        let Some(asked_at) = row.asked_at.map(|at| at.timestamp_micros()) else { return Ok(()) };
        let reason = if row.observed_at.is_none() { row.state_reason.map(StateReason::as_str) } else { row.last_error.as_ref().map(|_| "error") };
        let insert = "INSERT OR IGNORE INTO asks (repo, part, asked_at, reason, error) VALUES (?1, 'scalars', ?2, ?3, ?4)";
        self.db.prepare_cached(insert)?.execute((id, asked_at, reason, &row.last_error))?;
        if row.last_error.as_deref() == Some(DOUBTED) {
            self.db.prepare_cached("INSERT OR REPLACE INTO doubts (repo, run_at, times) VALUES (?1, ?2, 1)")?.execute((id, asked_at))?;
        } else {
            self.db.prepare_cached("DELETE FROM doubts WHERE repo = ?1")?.execute([id])?;
        }
        Ok(())
    }

    /// Returns the repository with a host's number; without a number, the one that a name leads to.
    pub fn repo_of(&self, name: &RepoName, repo_id: Option<i64>) -> Result<Option<i64>> {
        let found = match repo_id {
            Some(number) => {
                let mut query = self.db.prepare_cached("SELECT id FROM repos WHERE host = ?1 AND host_number = ?2")?;
                query.query_row((name.host(), number), |row| row.get(0)).optional()?
            }
            None => self.db.prepare_cached("SELECT repo FROM names WHERE key = ?1")?.query_row([name.key()], |row| row.get(0)).optional()?,
        };
        Ok(found)
    }

    /// Takes over a row of `stars`: a week of the host's history, and a total that no other row has.
    pub fn take_stars(&self, repo: &TakenRepo, row: &StarsRow) -> Result<()> {
        let start = row.start.and_time(chrono::NaiveTime::MIN).and_utc();
        if let (Some(days), Some(added)) = (&row.days, row.added) {
            let newest = "SELECT added, days FROM star_weeks WHERE repo = ?1 AND start = ?2 ORDER BY observed_at DESC LIMIT 1";
            let days = serde_json::to_string(days).context("days as JSON")?;
            let known: Option<(i64, String)> =
                self.db.prepare_cached(newest)?.query_row((repo.id, start.timestamp_micros()), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            if known.as_ref() != Some(&(added, days.clone())) {
                let insert = "INSERT OR REPLACE INTO star_weeks (repo, start, observed_at, added, days) VALUES (?1, ?2, ?3, ?4, ?5)";
                self.db.prepare_cached(insert)?.execute((repo.id, start.timestamp_micros(), repo.at.timestamp_micros(), added, days))?;
            }
            if let Some(details_at) = repo.details_at {
                let asked = seen(&row.repo, row.repo.host(), details_at, RepoFacts::default());
                self.take_part(repo.id, Part::Stars, (details_at, details_at), &asked)?;
            }
        }
        let observer = if row.source == HISTORY { row.repo.host() } else { &row.source };
        row.total.map_or(Ok(()), |total| self.take_total(repo, start, observer, (&row.repo, total)))
    }

    /// Takes over the total of a week in which no row of `repos` was observed. It is dated as far into that week as the repository's newest
    /// observation is into its own; the other facts are those that the same observer reported before.
    fn take_total(&self, repo: &TakenRepo, start: DateTime<Utc>, observer: &str, (name, total): (&RepoName, i64)) -> Result<()> {
        let end = start + TimeDelta::days(7);
        let newest = format!(
            "SELECT observed_at, facts FROM {TOLD} WHERE repo = ?1 AND part = 'scalars' AND observed_by = ?2 AND observed_at < ?3 ORDER BY observed_at DESC LIMIT 1"
        );
        let known: Option<(i64, String)> =
            self.db.prepare_cached(&newest)?.query_row((repo.id, observer, end.timestamp_micros()), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (known_at, facts) = known.unzip();
        let facts: RepoFacts = facts.map(|json| serde_json::from_str(&json)).transpose().context(Damaged("a repository's facts"))?.unwrap_or_default();
        let at = start + (repo.at - Week::of(repo.at).start());
        let is_known = known_at.is_some_and(|known| known >= start.timestamp_micros());
        let is_newest = repo.observed_by.as_deref() == Some(observer) && at >= repo.at; // the row of `repos` has it
        if is_known || is_newest {
            return Ok(());
        }
        self.add_observation(repo.id, Part::Scalars, at, &seen(name, observer, at, RepoFacts { stars: Some(total), ..facts }))
    }

    /// Takes over that a repository is gone whose name another one has taken.
    pub fn take_former(&self, id: i64, name: &RepoName, state: RepoState) -> Result<()> {
        let at = "SELECT MIN(at) FROM reassigned WHERE former = ?1";
        let at: Option<i64> = self.db.prepare_cached(at)?.query_row([id], |row| row.get(0))?;
        match at.and_then(DateTime::from_timestamp_micros) {
            Some(at) if state == RepoState::NotFound && self.host_says(id, name)?.as_deref() != Some(state.as_str()) => {
                self.add_observation(id, Part::Scalars, at, &not_found(name, at, StateReason::Reassigned))
            }
            _ => Ok(()),
        }
    }

    /// Takes over that the host does not have a repository that a link might have meant.
    pub fn take_absent(&self, name: &RepoName, at: DateTime<Utc>) -> Result<()> {
        let id = self.name_repo(name, at)?;
        if self.host_says(id, name)?.is_some() {
            return Ok(());
        }
        self.add_observation(id, Part::Scalars, at, &not_found(name, at, StateReason::DeletedOrPrivate))
    }

    /// Returns the last state of a repository that its host reported.
    fn host_says(&self, id: i64, name: &RepoName) -> Result<Option<String>> {
        let newest = "SELECT state FROM observations WHERE repo = ?1 AND part = 'scalars' AND observed_by = ?2 ORDER BY observed_at DESC LIMIT 1";
        Ok(self.db.prepare_cached(newest)?.query_row((id, name.host()), |row| row.get(0)).optional()?)
    }

    /// Takes over the result of searching a repository for a paper that links it.
    pub fn take_naming(&self, repo: i64, paper_id: &str, at: DateTime<Utc>, named: Option<&Named>) -> Result<()> {
        self.add_naming_of(repo, paper_id, at, named)
    }

    /// Takes over the papers that a repository's files name. An empty list counts only if they named some before.
    pub fn take_named_papers(&self, repo: &TakenRepo, papers: &[NamedPaper], week: Week) -> Result<()> {
        if papers.is_empty() && self.named_papers(repo.id, week)?.is_empty() {
            return Ok(()); // the files may never have been read
        }
        self.add_named_papers_of(repo.id, repo.at, papers)
    }

    /// Takes over a paper's citation count from a service.
    pub fn take_count(&self, cited: &str, source: &str, at: DateTime<Utc>, count: Option<i64>) -> Result<()> {
        let insert = "INSERT OR IGNORE INTO counts (cited, source, counted_at, count) VALUES (?1, ?2, ?3, ?4)";
        self.db.prepare_cached(insert)?.execute((cited, source, at.timestamp_micros(), count))?;
        Ok(())
    }

    /// Counts the repositories that have a name.
    pub fn count_repos(&self) -> Result<u64> {
        let count: i64 = self.db.query_row("SELECT COUNT(DISTINCT repo) FROM names", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

fn seen(name: &RepoName, by: &str, at: DateTime<Utc>, facts: RepoFacts) -> Observation {
    Observation {
        repo: name.clone(),
        repo_id: None,
        node_id: None,
        observed_by: by.to_owned(),
        observed_at: at,
        state: RepoState::Live,
        state_reason: None,
        facts,
    }
}

fn not_found(name: &RepoName, at: DateTime<Utc>, reason: StateReason) -> Observation {
    Observation { state: RepoState::NotFound, state_reason: Some(reason), ..seen(name, name.host(), at, RepoFacts::default()) }
}

/// Moves the separately requested parts out of a row's facts: those with a fact that no other part has.
fn take_parts(facts: &mut RepoFacts) -> Vec<(Part, RepoFacts)> {
    macro_rules! taken {
        ($($field:ident),*) => { RepoFacts { $($field: facts.$field.take(),)* ..RepoFacts::default() } };
    }
    let mut parts = Vec::new();
    if facts.root_entries.is_some() {
        parts.push((Part::Tree, taken!(root_entries, readme_bytes)));
    }
    if facts.open_pull_requests.is_some() {
        let activity =
            taken!(watchers, open_issues, open_pull_requests, releases, latest_release, latest_release_at, languages, topics, code_bytes, commits, commits_52w);
        parts.push((Part::Activity, activity));
    }
    if facts.archive_ids.is_some() || facts.framework.is_some() {
        let files = taken!(
            framework,
            framework_evidence,
            citation_title,
            citation_authors,
            citation_version,
            citation_doi,
            citation_date,
            citation_license,
            archive_ids
        );
        parts.push((Part::Files, files));
    }
    parts
}
