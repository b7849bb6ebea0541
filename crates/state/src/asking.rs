//! Requests to make to the host, in order of need, and their results.

use super::repos::TOLD;
use super::{Damaged, Merge, State, WeekPaper, horizon};
use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::OptionalExtension;
use starcite_core::answer::Detail;
use starcite_core::{Observation, Part, RepoFacts, RepoName, RepoState, StateReason, Week};
use starcite_ground::clock;

/// Time for which an old name is believed to lead to its repository still.
const NAME_AGE: TimeDelta = TimeDelta::days(28);

/// The `last_error` of a repository that is in doubt.
pub(super) const DOUBTED: &str = "not found, though it was there before: asked again by the next run";

/// Meta key of the time since which starcite requests the visibility of repositories: versions until 0.2.0 did not.
const VISIBILITY_SINCE: &str = "visibility_asked_since";

/// A repository to request from the host.
#[derive(Debug, Clone)]
pub struct Askable {
    /// Its name.
    pub name: RepoName,
    /// The host's id, if the repository is to be requested by it.
    pub node_id: Option<String>,
}

/// The repositories that a run is about.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// Those that links name, or may mean, as of a week.
    Week(Week),
    /// Those with these names.
    Names(&'a [RepoName]),
}

/// The effect of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Stored as the repository's state.
    Believed,
    /// "Not found" for a repository that was alive: not believed until a later run gets the same answer.
    Doubted,
}

/// The newest answer of the host to one part, joined as `a`. Here and below `?3` is the latest possible time ([`clock::horizon`]): the true
/// time of anything dated later is unknown.
const NEWEST: &str = "LEFT JOIN observations a ON a.repo = r.id AND a.part = ?2 AND a.observed_by = ?1
   AND a.observed_at = (SELECT MAX(observed_at) FROM observations o WHERE o.repo = r.id AND o.part = ?2 AND o.observed_by = ?1 AND o.observed_at <= ?3)";

impl State {
    /// Sets the repositories that the run is about: `wanted` has them, `linking` the papers that link them.
    ///
    /// Those of a week are the ones that links name, or may mean; they become known by their names.
    pub fn want(&mut self, scope: Scope<'_>) -> Result<()> {
        self.transaction(|state| {
            state.db.execute_batch(
                "DROP TABLE IF EXISTS temp.wanted; DROP TABLE IF EXISTS temp.linking;
                 CREATE TEMP TABLE wanted (repo INTEGER PRIMARY KEY, papers INTEGER, is_reading INTEGER);
                 CREATE TEMP TABLE linking (key TEXT, paper_id TEXT, arxiv_id TEXT, doi TEXT, title TEXT, PRIMARY KEY (key, paper_id)) WITHOUT ROWID",
            )?;
            match scope {
                Scope::Week(week) => state.want_week(week),
                Scope::Names(names) => state.want_names(names),
            }
        })
    }

    fn want_week(&self, week: Week) -> Result<()> {
        let mut want = self.db.prepare(
            "INSERT INTO temp.wanted VALUES (?1, ?2, ?3)
             ON CONFLICT (repo) DO UPDATE SET papers = papers + excluded.papers, is_reading = is_reading OR excluded.is_reading",
        )?;
        self.for_each_linked_paper(week, |mut paper| {
            paper.tie_archives(|archive| self.archived_repo(archive, week))?;
            for link in &paper.links {
                let is_ambiguous = link.link.readings().count() > 1;
                for repo in link.link.readings() {
                    let is_own = link.link.repo.as_ref() == Some(repo);
                    want.execute((self.name_repo(repo, link.first_week.start())?, is_own, is_ambiguous))?;
                }
            }
            self.add_linking(&paper)
        })
    }

    fn want_names(&self, names: &[RepoName]) -> Result<()> {
        let mut want = self.db.prepare("INSERT OR IGNORE INTO temp.wanted SELECT repo, 0, 0 FROM names WHERE key = ?1")?;
        names.iter().try_for_each(|name| want.execute([name.key()]).map(drop))?;
        let mut merge = Merge::all(&self.db)?;
        while let Some(paper) = merge.next_paper()? {
            self.add_linking(&paper.as_of_week()?)?;
        }
        Ok(())
    }

    fn add_linking(&self, paper: &WeekPaper) -> Result<()> {
        let mut insert = self.db.prepare_cached("INSERT OR IGNORE INTO temp.linking VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for repo in paper.links.iter().flat_map(|link| link.link.readings()) {
            insert.execute((repo.key(), &paper.paper_id, &paper.arxiv_id, &paper.doi, &paper.title))?;
        }
        Ok(())
    }

    /// Returns the wanted repositories on `host` without an answer since `since`, in order of need: those never answered for, then those
    /// that an ambiguous link may mean and those that were not found or are in doubt, then those with the oldest answer; among equals the
    /// one that most papers link to. Leaves out those for which this run, begun at `run_at`, got an answer that it does not believe.
    pub fn to_ask(&self, host: &str, since: DateTime<Utc>, run_at: DateTime<Utc>) -> Result<Vec<Askable>> {
        self.askable(
            &format!(
                "SELECT COALESCE(a.name, (SELECT MIN(name) FROM names WHERE repo = r.id)), r.node_id
                 FROM temp.wanted w JOIN repos r ON r.id = w.repo {NEWEST} LEFT JOIN doubts d ON d.repo = r.id
                 WHERE r.host = ?1 AND (a.observed_at IS NULL OR a.observed_at < ?4) AND (d.run_at IS NULL OR d.run_at < ?5 OR d.run_at > ?3)
                 ORDER BY a.observed_at IS NOT NULL, w.is_reading OR a.state = 'not_found' OR d.repo IS NOT NULL DESC, a.observed_at, w.papers DESC, 1"
            ),
            (host, Part::Scalars.as_str(), horizon(), since.timestamp_micros(), run_at.timestamp_micros()),
        )
    }

    /// Returns the wanted repositories that are live and not empty, and have no complete answer to a part since `since`: those never
    /// answered first, then by age and by the number of papers that link to them; for stars, those with most stars first.
    pub fn to_detail(&self, host: &str, part: Part, since: DateTime<Utc>) -> Result<Vec<Askable>> {
        let order = if part == Part::Stars { "CAST(json_extract(s.facts, '$.stars') AS INTEGER) DESC," } else { "" };
        let unfinished = match part {
            Part::Files => UNREAD,
            Part::Stars => CUT_OFF,
            _ => "0",
        };
        self.askable(
            &format!(
                "SELECT s.name, r.node_id
                 FROM temp.wanted w JOIN repos r ON r.id = w.repo {NEWEST}
                   JOIN {TOLD} s ON s.repo = r.id AND s.part = 'scalars' AND s.observed_by = ?1
                     AND s.observed_at =
                       (SELECT MAX(observed_at) FROM observations o WHERE o.repo = r.id AND o.part = 'scalars' AND o.observed_by = ?1 AND o.observed_at <= ?3)
                 WHERE r.host = ?1 AND s.state = 'live' AND json_extract(s.facts, '$.is_empty') IS NOT 1
                   AND (a.observed_at IS NULL OR a.observed_at < ?4 OR {unfinished})
                   AND NOT EXISTS (SELECT 1 FROM doubts d WHERE d.repo = r.id)
                   AND NOT EXISTS
                     (SELECT 1 FROM asks k WHERE k.repo = r.id AND k.part = ?2 AND k.asked_at BETWEEN ?4 AND ?3 AND k.reason IN ('error', 'deleted_or_private'))
                 ORDER BY {order} a.observed_at IS NOT NULL, a.observed_at, w.papers DESC, 1"
            ),
            (host, part.as_str(), horizon(), since.timestamp_micros()),
        )
    }

    /// Returns old names of the wanted repositories that are due for a request by name: one that answers with another number was reassigned.
    pub fn names_to_check(&self, host: &str, now: DateTime<Utc>) -> Result<Vec<Askable>> {
        self.askable(
            &format!(
                "SELECT n.name, NULL
                 FROM temp.wanted w JOIN repos r ON r.id = w.repo JOIN names n ON n.repo = r.id {NEWEST}
                 WHERE r.host = ?1 AND r.host_number IS NOT NULL AND a.state = 'live' AND lower(a.name) <> n.key
                   AND (n.checked_at IS NULL OR n.checked_at < ?4 OR n.checked_at > ?3)
                 ORDER BY n.checked_at, n.key"
            ),
            (host, Part::Scalars.as_str(), horizon(), (now - NAME_AGE).timestamp_micros()),
        )
    }

    /// Returns the number of wanted repositories that a host answered for in the future but not since `since`, and the last of those times.
    pub fn answered_ahead(&self, host: &str, since: DateTime<Utc>) -> Result<Option<(i64, DateTime<Utc>)>> {
        let ahead = "SELECT COUNT(*), MAX(at) FROM (
             SELECT (SELECT MAX(observed_at) FROM observations o WHERE o.repo = w.repo AND o.part = ?2 AND o.observed_by = ?1 AND o.observed_at > ?3) AS at
             FROM temp.wanted w WHERE NOT EXISTS
               (SELECT 1 FROM observations o WHERE o.repo = w.repo AND o.part = ?2 AND o.observed_by = ?1 AND o.observed_at BETWEEN ?4 AND ?3))
           WHERE at IS NOT NULL";
        let params = (host, Part::Scalars.as_str(), horizon(), since.timestamp_micros());
        let (count, last): (i64, Option<i64>) = self.db.query_row(ahead, params, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(last.and_then(DateTime::from_timestamp_micros).map(|last| (count, last)))
    }

    fn askable(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Askable>> {
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map(params, |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        rows.map(|row| {
            let (name, node_id) = row?;
            Ok(Askable { name: RepoName::parse(&name)?, node_id })
        })
        .collect()
    }

    /// Stores the host's own answer to `asked`, which was requested by its name or by its id.
    ///
    /// "Not found" is believed at once for a repository that was never seen alive; for any other, when a later run gets the same answer.
    pub fn answer(&self, asked: &RepoName, by_name: bool, observation: &Observation, run_at: DateTime<Utc>) -> Result<Kept> {
        let repo = self.checked(asked, by_name, observation)?;
        if observation.state == RepoState::NotFound && self.is_doubtful(repo, observation, run_at)? {
            self.asked(asked, Part::Scalars, observation.observed_at, Some(("not_found", DOUBTED)))?;
            return Ok(Kept::Doubted);
        }
        self.believe(asked, repo, observation)?;
        Ok(Kept::Believed)
    }

    /// Stores that the host serves `asked` to some accounts only; such an answer is not doubted. Deletes the observations of the repository
    /// from before starcite requested visibility, because it may never have been public.
    ///
    /// Stores nothing for an old name that may be another repository's by now, because the answer is not about the one that had it.
    pub fn answer_not_public(&self, asked: &RepoName, by_name: bool, observation: &Observation) -> Result<()> {
        let repo = self.checked(asked, by_name, observation)?;
        let newest = self.newest_name(repo, &observation.observed_by)?;
        if by_name && newest.is_some_and(|name| name.key() != asked.key()) {
            return Ok(());
        }
        self.forget(repo, &observation.observed_by)?;
        self.believe(asked, repo, observation)
    }

    /// Records the time since which starcite requests the visibility of repositories.
    pub fn asks_for_visibility(&self, now: DateTime<Utc>) -> Result<()> {
        let known = self.visibility_since()?.is_some_and(|since| since <= clock::horizon());
        if known { Ok(()) } else { self.set_meta(VISIBILITY_SINCE, &now.to_rfc3339()) }
    }

    fn visibility_since(&self) -> Result<Option<DateTime<Utc>>> {
        Ok(self.meta(VISIBILITY_SINCE)?.and_then(|since| since.parse().ok()))
    }

    fn forget(&self, repo: i64, host: &str) -> Result<()> {
        self.say_outright(repo)?;
        let since = self.visibility_since()?.map_or(i64::MAX, |since| since.timestamp_micros());
        self.db.prepare_cached("DELETE FROM observations WHERE repo = ?1 AND observed_at < ?2 AND observed_by = ?3")?.execute((repo, since, host))?;
        for table in ["star_weeks", "naming", "named_papers"] {
            self.db.prepare_cached(&format!("DELETE FROM {table} WHERE repo = ?1 AND observed_at < ?2"))?.execute((repo, since))?;
        }
        Ok(())
    }

    /// Returns the last name under which a host showed a repository.
    fn newest_name(&self, repo: i64, host: &str) -> Result<Option<RepoName>> {
        let name: Option<String> = self
            .db
            .prepare_cached(&format!("SELECT name FROM observations WHERE repo = ?1 AND part = 'scalars' AND observed_by = ?2 {NEWEST_FIRST} LIMIT 1"))?
            .query_row((repo, host, horizon()), |row| row.get(0))
            .optional()?;
        Ok(name.map(|name| RepoName::parse(&name)).transpose()?)
    }

    /// Records that a name was requested, if it was, and returns the repository that it leads to.
    fn checked(&self, asked: &RepoName, by_name: bool, observation: &Observation) -> Result<i64> {
        let repo = self.name_repo(asked, observation.observed_at)?;
        if by_name || observation.repo.key() == asked.key() {
            let at = observation.observed_at.timestamp_micros();
            self.db.prepare_cached("UPDATE names SET checked_at = ?2 WHERE key = ?1")?.execute((asked.key(), at))?;
        }
        Ok(repo)
    }

    fn believe(&self, asked: &RepoName, repo: i64, observation: &Observation) -> Result<()> {
        self.observe(asked, observation)?;
        let now_named = self.name_repo(asked, observation.observed_at)?;
        if now_named != repo {
            self.settle_former(repo, observation)?;
        }
        self.db.prepare_cached("DELETE FROM doubts WHERE repo = ?1")?.execute([now_named])?;
        self.asked(asked, Part::Scalars, observation.observed_at, None)
    }

    fn is_doubtful(&self, repo: i64, observation: &Observation, run_at: DateTime<Utc>) -> Result<bool> {
        let was: Option<String> = self
            .db
            .prepare_cached(&format!("SELECT state FROM observations WHERE repo = ?1 AND part = 'scalars' AND observed_by = ?2 {NEWEST_FIRST} LIMIT 1"))?
            .query_row((repo, &observation.observed_by, horizon()), |row| row.get(0))
            .optional()?;
        if !was.is_some_and(|state| state == RepoState::Live.as_str() || state == RepoState::Blocked.as_str()) {
            return Ok(false);
        }
        let since: Option<i64> = self.db.prepare_cached("SELECT run_at FROM doubts WHERE repo = ?1")?.query_row([repo], |row| row.get(0)).optional()?;
        if since.is_some_and(|since| since != run_at.timestamp_micros()) {
            return Ok(false); // another run got the same answer, whatever its clock
        }
        self.db
            .prepare_cached("INSERT INTO doubts (repo, run_at, times) VALUES (?1, ?2, 1) ON CONFLICT (repo) DO UPDATE SET times = times + 1")?
            .execute((repo, run_at.timestamp_micros()))?;
        Ok(true)
    }

    /// Records as gone a repository whose last name was given to another one, and that its id did not find either.
    fn settle_former(&self, former: i64, stranger: &Observation) -> Result<()> {
        let in_doubt = self.db.prepare_cached("DELETE FROM doubts WHERE repo = ?1")?.execute([former])? > 0;
        if !in_doubt {
            return Ok(());
        }
        let gone = Observation {
            repo_id: None,
            state: RepoState::NotFound,
            state_reason: Some(StateReason::Reassigned),
            facts: RepoFacts::default(),
            ..stranger.clone()
        };
        self.add_observation(former, Part::Scalars, gone.observed_at, &gone)
    }

    /// Stores the answer to a part of a repository.
    pub fn add_detail(&self, name: &RepoName, part: Part, detail: &Detail) -> Result<()> {
        let repo = self.name_repo(name, detail.observed_at)?;
        let observation = Observation {
            repo: name.clone(),
            repo_id: None,
            node_id: None,
            observed_by: name.host().to_owned(),
            observed_at: detail.observed_at,
            state: RepoState::Live,
            state_reason: None,
            facts: detail.facts.clone(),
        };
        self.add_observation(repo, part, detail.observed_at, &observation)?;
        self.asked(name, part, detail.observed_at, None)
    }

    /// Records a request for a part; `failure` is the reason and the error if the host did not answer.
    pub fn asked(&self, name: &RepoName, part: Part, at: DateTime<Utc>, failure: Option<(&str, &str)>) -> Result<()> {
        let repo = self.name_repo(name, at)?;
        let (reason, error) = failure.unzip();
        self.db.prepare_cached("INSERT OR REPLACE INTO asks (repo, part, asked_at, reason, error) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute((
            repo,
            part.as_str(),
            at.timestamp_micros(),
            reason,
            error,
        ))?;
        Ok(())
    }

    /// Returns the names in a repository's root folder, as seen last; `None` if they were never read.
    pub fn root_entries(&self, name: &RepoName) -> Result<Option<Vec<String>>> {
        Ok(self.newest_facts(name, Part::Tree)?.root_entries)
    }

    /// Returns a repository's languages, most used first, as seen last.
    pub fn languages(&self, name: &RepoName) -> Result<Vec<String>> {
        let main = self.newest_facts(name, Part::Scalars)?.language;
        Ok(self.newest_facts(name, Part::Activity)?.languages.unwrap_or_else(|| main.into_iter().collect()))
    }

    fn newest_facts(&self, name: &RepoName, part: Part) -> Result<RepoFacts> {
        let facts: Option<String> = self
            .db
            .prepare_cached(&format!(
                "SELECT facts FROM {TOLD} o JOIN names n ON n.repo = o.repo
                 WHERE n.key = ?1 AND part = ?2 AND observed_by = ?3 AND observed_at <= ?4 ORDER BY observed_at DESC LIMIT 1"
            ))?
            .query_row((name.key(), part.as_str(), name.host(), horizon()), |row| row.get(0))
            .optional()?;
        Ok(facts.map(|json| serde_json::from_str(&json)).transpose().context(Damaged("facts"))?.unwrap_or_default())
    }
}

/// Newest first; observations dated after the latest possible time (`?3`) last.
const NEWEST_FIRST: &str = "ORDER BY observed_at <= ?3 DESC, observed_at DESC";

/// True if only some pages of the star history of the repository `r` arrived.
const CUT_OFF: &str = "EXISTS (SELECT 1 FROM star_pages p WHERE p.repo = r.id) AND NOT EXISTS (SELECT 1 FROM star_pages p WHERE p.repo = r.id AND p.page = 0)";

/// True if a paper links the repository `r` and was never looked for in its files.
const UNREAD: &str = "EXISTS (SELECT 1 FROM names n JOIN temp.linking l ON l.key = n.key
   WHERE n.repo = r.id AND NOT EXISTS (SELECT 1 FROM naming m WHERE m.repo = r.id AND m.paper_id = l.paper_id AND m.observed_at <= ?3))";

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: DateTime<Utc> = DateTime::UNIX_EPOCH;

    /// Returns an observation by the host, so many days after the epoch.
    fn seen(name: &RepoName, repo_id: Option<i64>, state: RepoState, day: i64) -> Observation {
        Observation {
            repo: name.clone(),
            repo_id,
            node_id: None,
            observed_by: name.host().to_owned(),
            observed_at: RUN + TimeDelta::days(day),
            state,
            state_reason: None,
            facts: RepoFacts { stars: (state == RepoState::Live).then_some(5), ..RepoFacts::default() },
        }
    }

    fn states(state: &State) -> Vec<(String, String)> {
        let mut query = state.db.prepare("SELECT name, state FROM observations ORDER BY observed_at").unwrap();
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    }

    fn state() -> (tempfile::TempDir, State, [RepoName; 2]) {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&folder.path().join("state.db")).unwrap();
        (folder, state, ["o/old", "o/now"].map(|name| RepoName::parse(name).unwrap()))
    }

    fn line(name: &RepoName, state: RepoState) -> (String, String) {
        (name.as_str().to_owned(), state.as_str().to_owned())
    }

    #[test]
    fn of_a_renamed_repository_nothing_is_said_by_who_has_its_old_name_now() {
        let (_folder, state, [old, now]) = state();
        state.answer(&old, true, &seen(&now, Some(7), RepoState::Live, 1), RUN).unwrap();
        state.answer_not_public(&old, true, &seen(&old, None, RepoState::NotFound, 40)).unwrap();
        assert_eq!(states(&state), [line(&now, RepoState::Live)]);
        state.answer_not_public(&now, false, &seen(&now, None, RepoState::NotFound, 41)).unwrap();
        assert_eq!(states(&state).last(), Some(&line(&now, RepoState::NotFound)));
    }

    #[test]
    fn what_was_kept_before_the_host_was_asked_to_whom_it_shows_it_is_forgotten() {
        let (_folder, state, [name, _]) = state();
        for day in [1, 20] {
            state.answer(&name, true, &seen(&name, Some(7), RepoState::Live, day), RUN).unwrap();
        }
        state.asks_for_visibility(RUN + TimeDelta::days(10)).unwrap();
        state.asks_for_visibility(RUN + TimeDelta::days(30)).unwrap();
        state.answer_not_public(&name, false, &seen(&name, None, RepoState::NotFound, 40)).unwrap();
        assert_eq!(states(&state), [line(&name, RepoState::Live), line(&name, RepoState::NotFound)], "what was public on the 20th was so");
    }
}
