//! Citation counts of papers from a service, and the papers to request them for.

use super::{Damaged, State, close_of, horizon};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use starcite_core::Week;
use std::collections::HashMap;

/// A service's answer about one paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Number of citations; `None` if the service does not know the paper.
    pub cited_by: Option<i64>,
    /// The time of the answer.
    pub at: DateTime<Utc>,
}

/// The counts of one service as of a week, by `arxiv:…` or `doi:…`.
#[derive(Debug, Default)]
pub struct Counts(HashMap<String, Count>);

impl Counts {
    /// Returns the count of a paper; `None` if it was never requested.
    pub fn get(&self, cited: &str) -> Option<Count> {
        self.0.get(cited).copied()
    }
}

const WANTED: &str = "DROP TABLE IF EXISTS temp.cited; CREATE TEMP TABLE cited (cited TEXT PRIMARY KEY) WITHOUT ROWID";

impl State {
    /// Sets the papers that the run is about: `cited` has those that papers or repositories name as of a week.
    pub fn want_counted(&mut self, week: Week) -> Result<()> {
        self.transaction(|state| {
            state.db.execute_batch(WANTED)?;
            let mut insert = state.db.prepare("INSERT OR IGNORE INTO temp.cited VALUES (?1)")?;
            state.for_each_linked_paper(week, |paper| paper.citations.iter().try_for_each(|citation| Ok(insert.execute([&citation.cited]).map(drop)?)))?;
            state.cited_by_repos(week)?;
            let mut remove = state.db.prepare("DELETE FROM temp.cited WHERE cited = ?1")?;
            state.hidden.ids().try_for_each(|id| Ok(remove.execute([id]).map(drop)?))
        })
    }

    /// Sets the papers that the run is about: those with these ids.
    pub fn want_counted_of(&mut self, ids: &[String]) -> Result<()> {
        self.transaction(|state| {
            state.db.execute_batch(WANTED)?;
            let mut insert = state.db.prepare("INSERT OR IGNORE INTO temp.cited VALUES (?1)")?;
            ids.iter().try_for_each(|id| Ok(insert.execute([id]).map(drop)?))
        })
    }

    /// Returns the wanted papers without an answer by `source` since `since`: those never answered first, then by age.
    pub fn to_count(&self, source: &str, since: DateTime<Utc>) -> Result<Vec<String>> {
        let mut query = self.db.prepare(
            "SELECT c.cited FROM temp.cited c LEFT JOIN (SELECT cited, MAX(counted_at) AS newest FROM counts WHERE source = ?1 AND counted_at <= ?3 GROUP BY cited) n ON n.cited = c.cited
             WHERE n.newest IS NULL OR n.newest < ?2 ORDER BY n.newest IS NOT NULL, n.newest, c.cited",
        )?;
        let rows = query.query_map((source, since.timestamp_micros(), horizon()), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn cited_by_repos(&self, week: Week) -> Result<()> {
        let newest = "SELECT MAX(n.observed_at) FROM named_papers n WHERE n.repo = p.repo AND n.observed_at < ?1";
        let insert = format!(
            "INSERT OR IGNORE INTO temp.cited SELECT json_extract(j.value, '$.cited') FROM named_papers p, json_each(p.papers) j WHERE p.observed_at = ({newest})"
        );
        self.db.execute(&insert, [close_of(week)])?;
        Ok(())
    }

    /// Stores the counts that a service returned at a time.
    pub fn add_counts(&mut self, source: &str, at: DateTime<Utc>, counts: &[(String, Option<i64>)]) -> Result<()> {
        self.transaction(|state| {
            let mut insert = state.db.prepare_cached("INSERT OR REPLACE INTO counts (cited, source, counted_at, count) VALUES (?1, ?2, ?3, ?4)")?;
            counts.iter().try_for_each(|(cited, count)| Ok(insert.execute((cited, source, at.timestamp_micros(), count)).map(drop)?))
        })
    }

    /// Returns the newest answer by `source` for every paper, as of the close of the week's observations.
    pub fn counts(&self, source: &str, week: Week) -> Result<Counts> {
        let mut query = self.db.prepare("SELECT cited, count, MAX(counted_at) FROM counts WHERE source = ?1 AND counted_at < ?2 GROUP BY cited")?;
        let mut rows = query.query((source, close_of(week)))?;
        let mut counts = Counts::default();
        while let Some(row) = rows.next()? {
            let at = DateTime::from_timestamp_micros(row.get(2)?).context(Damaged("a time"))?;
            counts.0.insert(row.get(0)?, Count { cited_by: row.get(1)?, at });
        }
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use starcite_ground::clock;

    #[test]
    fn a_count_of_a_time_that_has_not_come_is_asked_for_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = State::open(&folder.path().join("state.db")).unwrap();
        let (now, cited) = (clock::now(), "doi:10.1000/a".to_owned());
        state.db.execute_batch("CREATE TEMP TABLE cited (cited TEXT PRIMARY KEY); INSERT INTO temp.cited VALUES ('doi:10.1000/a')").unwrap();
        state.add_counts("openalex", now + TimeDelta::days(1_000), &[(cited.clone(), Some(9))]).unwrap();
        let since = now - TimeDelta::days(6);
        assert_eq!(state.to_count("openalex", since).unwrap(), std::slice::from_ref(&cited));
        state.add_counts("openalex", now, &[(cited.clone(), Some(5))]).unwrap();
        assert!(state.to_count("openalex", since).unwrap().is_empty());
        assert_eq!(state.counts("openalex", Week::of(now)).unwrap().get(&cited).unwrap().cited_by, Some(5));
    }
}
