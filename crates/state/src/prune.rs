//! Removes what was observed so long ago that no week that stays depends on it.

use super::State;
use anyhow::Result;
use starcite_core::Week;

/// Gains of stars look back four weeks, and changes one: so many weeks before the oldest that stays, the newest row of each history is kept.
const WEEKS_BEFORE: i32 = 6;

/// A table of what was told at several times: its name, the columns of which each combination has a history, and the time.
struct History {
    table: &'static str,
    of: &'static [&'static str],
    at: &'static str,
}

const HISTORIES: [History; 6] = [
    History { table: "observations", of: &["repo", "part", "observed_by"], at: "observed_at" },
    History { table: "asks", of: &["repo", "part"], at: "asked_at" },
    History { table: "star_weeks", of: &["repo", "start"], at: "observed_at" },
    History { table: "naming", of: &["repo", "paper_id"], at: "observed_at" },
    History { table: "named_papers", of: &["repo"], at: "observed_at" },
    History { table: "counts", of: &["cited", "source"], at: "counted_at" },
];

impl History {
    /// Returns the condition of rows that a later one, which is old as well, took the place of; `?1` is the time from which on rows are not old.
    fn is_superseded(&self) -> String {
        let Self { table, of, at } = self;
        let same: String = of.iter().map(|column| format!("later.{column} = {table}.{column} AND ")).collect();
        format!("{at} < ?1 AND EXISTS (SELECT 1 FROM {table} AS later WHERE {same}later.{at} > {table}.{at} AND later.{at} < ?1)")
    }
}

impl State {
    /// Counts the rows that [`prune`](Self::prune) removes.
    pub fn prunable(&self, oldest: Week) -> Result<u64> {
        let count = |history: &History| -> Result<u64> {
            let count = format!("SELECT COUNT(*) FROM {} WHERE {}", history.table, history.is_superseded());
            Ok(self.db.query_row(&count, [cutoff(oldest)], |row| row.get::<_, i64>(0))? as u64)
        };
        HISTORIES.iter().map(count).sum()
    }

    /// Removes old rows, where `oldest` is the oldest week that stays: it and later weeks have the same rows as before, but for totals of stars of the weeks before it.
    ///
    /// # Errors
    /// When the state can't be written; nothing is removed then.
    pub fn prune(&mut self, oldest: Week) -> Result<u64> {
        self.transaction(|state| {
            state.say_superseded_outright(oldest)?;
            let remove = |history: &History| -> Result<u64> {
                let remove = format!("DELETE FROM {} WHERE {}", history.table, history.is_superseded());
                Ok(state.db.execute(&remove, [cutoff(oldest)])? as u64)
            };
            HISTORIES.iter().map(remove).sum()
        })
    }

    /// Repeats the facts of observations that equal those of one that goes.
    fn say_superseded_outright(&self, oldest: Week) -> Result<()> {
        let [observations, ..] = &HISTORIES;
        let repos = format!("SELECT DISTINCT repo FROM observations WHERE {}", observations.is_superseded());
        let repos: Vec<i64> = self.db.prepare(&repos)?.query_map([cutoff(oldest)], |row| row.get(0))?.collect::<Result<_, _>>()?;
        repos.into_iter().try_for_each(|repo| self.say_outright(repo))
    }

    /// Gives the room of removed rows back to the disk, which takes as much free room as the state has.
    pub fn give_room_back(&self) -> Result<()> {
        Ok(self.db.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?)
    }
}

fn cutoff(oldest: Week) -> i64 {
    Week::from_number(oldest.number() - 7 * WEEKS_BEFORE).unwrap_or(oldest).start().timestamp_micros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta, Utc};
    use proptest::prelude::*;
    use starcite_core::{Observation, Part, RepoFacts, RepoName, RepoState, StateReason};

    const WEEKS: i64 = 40;

    fn day(day: i64) -> DateTime<Utc> {
        "2025-01-06T12:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(day)
    }

    fn observed(state: &State, repo: &str, at: DateTime<Utc>, stars: i64, is_live: bool, by: &str) {
        let repo = RepoName::parse(repo).unwrap();
        let facts = RepoFacts { stars: Some(stars), ..RepoFacts::default() };
        let (state_now, state_reason) = if is_live { (RepoState::Live, None) } else { (RepoState::NotFound, Some(StateReason::DeletedOrPrivate)) };
        let seen = Observation {
            repo: repo.clone(),
            repo_id: None,
            node_id: None,
            observed_by: by.to_owned(),
            observed_at: at,
            state: state_now,
            state_reason,
            facts,
        };
        state.observe(&repo, &seen).unwrap();
    }

    /// Returns the rows of a week, without the totals of weeks before `oldest`.
    fn rows(state: &State, week: Week, oldest: Week) -> String {
        let (rows, mut stars) = state.repo_rows(week).unwrap();
        stars.retain(|row| row.start >= oldest.start().date_naive());
        format!("{rows:?}{stars:?}")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn weeks_that_stay_have_the_same_rows(
            seen in proptest::collection::vec((0..3usize, 0..WEEKS * 7, 0..4i64, any::<bool>(), 0..2usize), 1..60), keep in 1..20i64,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut state = State::open(&folder.path().join("state.db")).unwrap();
            let mut seen = seen;
            seen.sort_by_key(|(_, day, ..)| *day);
            for (repo, at, stars, is_live, by) in seen {
                observed(&state, ["o/a", "o/b", "o/c"][repo], day(at), stars, is_live, ["github.com", "a-list"][by]);
            }
            let oldest = Week::of(day((WEEKS - keep) * 7));
            let weeks = || std::iter::successors(Some(oldest), |week| Some(week.after())).take(keep as usize + 2);
            let before: Vec<String> = weeks().map(|week| rows(&state, week, oldest)).collect();
            let counted = state.prunable(oldest).unwrap();
            prop_assert_eq!(state.prune(oldest).unwrap(), counted);
            state.give_room_back().unwrap();
            prop_assert_eq!(weeks().map(|week| rows(&state, week, oldest)).collect::<Vec<_>>(), before);
            prop_assert_eq!(state.prunable(oldest).unwrap(), 0);
        }
    }

    #[test]
    fn of_a_long_history_the_newest_old_row_stays_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = State::open(&folder.path().join("state.db")).unwrap();
        (0..WEEKS).for_each(|week| observed(&state, "o/a", day(week * 7), 5, true, "github.com"));
        let count = |state: &State| {
            state.db.query_row("SELECT COUNT(*), MIN(facts) FROM observations", [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).unwrap()
        };
        state.prune(Week::of(day((WEEKS - 4) * 7))).unwrap();
        assert_eq!(count(&state).0, 11, "those of ten weeks and one before");
        let known = state.newest_told(1, Part::Scalars, "github.com").unwrap().unwrap().1;
        assert!(known.contains("\"stars\":5"), "{known}");
    }
}
