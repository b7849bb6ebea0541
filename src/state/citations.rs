//! The papers that papers name, by week.

use super::State;
use anyhow::{Context, Result};
use starcite_core::{Citation, Week};

impl State {
    /// Sets the citations of a paper that `week` brought; those it lacks now are marked as gone from this week on.
    pub(crate) fn set_citations(&self, paper_id: &str, citations: &[Citation], week: Week) -> Result<()> {
        self.db.prepare_cached("DELETE FROM citations WHERE paper_id = ?1 AND week = ?2")?.execute((paper_id, week.number()))?;
        let mut insert = self.db.prepare_cached("INSERT OR REPLACE INTO citations (paper_id, cited, week, gone, citation) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        let mut before = self.db.prepare_cached("SELECT DISTINCT cited FROM citations WHERE paper_id = ?1 AND week < ?2")?;
        let before: Vec<String> = before.query_map((paper_id, week.number()), |row| row.get(0))?.collect::<Result<_, _>>()?;
        for cited in before {
            insert.execute((paper_id, cited, week.number(), true, "null"))?;
        }
        for citation in citations {
            let row = serde_json::to_string(citation).context("a citation as JSON")?;
            insert.execute((paper_id, &citation.cited, week.number(), false, row))?;
        }
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
