//! The papers that papers name, by week.

use super::State;
use anyhow::{Context, Result};
use starcite_core::{Citation, Week};

impl State {
    /// Adds the citations of a paper that `week` brought.
    pub(crate) fn add_citations(&self, paper_id: &str, citations: &[Citation], week: Week) -> Result<()> {
        for citation in citations {
            let row = serde_json::to_string(citation).context("a citation as JSON")?;
            self.add_citation(paper_id, &citation.cited, week, false, &row)?;
        }
        Ok(())
    }

    /// Makes room for the new citations of a paper that the state knows: all it had are gone from this week on, unless they
    /// are added again.
    pub(crate) fn replace_citations(&self, paper_id: &str, week: Week) -> Result<()> {
        self.db.prepare_cached("DELETE FROM citations WHERE paper_id = ?1 AND week = ?2")?.execute((paper_id, week.number()))?;
        let mut before = self.db.prepare_cached("SELECT DISTINCT cited FROM citations WHERE paper_id = ?1 AND week < ?2")?;
        let before: Vec<String> = before.query_map((paper_id, week.number()), |row| row.get(0))?.collect::<Result<_, _>>()?;
        before.iter().try_for_each(|cited| self.add_citation(paper_id, cited, week, true, "null"))
    }

    fn add_citation(&self, paper_id: &str, cited: &str, week: Week, gone: bool, row: &str) -> Result<()> {
        self.db.prepare_cached("INSERT OR REPLACE INTO citations (paper_id, cited, week, gone, citation) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute((
            paper_id,
            cited,
            week.number(),
            gone,
            row,
        ))?;
        Ok(())
    }

    /// Every citation as of a week, as paper and the citation's JSON, in the order of the table's key.
    pub(crate) fn for_each_citation(&self, week: Week, mut take: impl FnMut(&str, serde_json::Value) -> Result<()>) -> Result<()> {
        let mut query = self.db.prepare_cached(
            "SELECT paper_id, citation FROM citations c WHERE gone = 0
             AND week = (SELECT MAX(week) FROM citations n WHERE n.paper_id = c.paper_id AND n.cited = c.cited AND n.week <= ?1)
             ORDER BY paper_id, cited",
        )?;
        let mut rows = query.query([week.number()])?;
        while let Some(row) = rows.next()? {
            let (paper_id, json): (String, String) = (row.get(0)?, row.get(1)?);
            take(&paper_id, serde_json::from_str(&json).context("a citation in the state")?)?;
        }
        Ok(())
    }
}
