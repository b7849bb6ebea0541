//! Leaves papers out of all that is read from the state. They stay stored, so that a pipeline may show them again.

use super::{Damaged, Hidden, Merge, State};
use anyhow::{Context, Result};
use rusqlite::Connection;
use starcite_core::Week;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Meta key of the other ids by which the papers are known.
const OTHER_IDS: &str = "suppressed";

impl State {
    /// Leaves papers out of all later reads; `listed` are some of their ids, `found` all ids of those that the run has met. Their other ids
    /// count as well: from this run, from earlier ones and from the papers in the state. Those from earlier runs are forgotten for papers
    /// that are no longer listed.
    pub fn hide(&mut self, listed: &BTreeSet<String>, found: Vec<BTreeSet<String>>) -> Result<()> {
        let kept = self.meta(OTHER_IDS)?;
        let mut papers: Vec<BTreeSet<String>> = kept.as_deref().map(serde_json::from_str).transpose().context(Damaged("ids of papers"))?.unwrap_or_default();
        papers.extend(found);
        let mut hidden = (*self.hidden).clone();
        let mut looked_for = hidden.ids().len();
        hidden.add(listed);
        hidden.grow(&papers);
        while hidden.ids().len() > looked_for {
            looked_for = hidden.ids().len();
            self.hide_linked(&mut hidden)?;
            hidden.grow(&papers);
        }
        papers.retain(|ids| ids.len() > 1 && ids.iter().any(|id| hidden.has(id)));
        papers.sort_unstable();
        papers.dedup();
        if !papers.is_empty() || kept.is_some() {
            self.set_meta(OTHER_IDS, &serde_json::to_string(&papers)?)?;
        }
        self.hidden = Arc::new(hidden);
        Ok(())
    }

    /// Adds the other ids of papers that point to something, and the repositories that they link.
    fn hide_linked(&self, hidden: &mut Hidden) -> Result<()> {
        let mut merge = Merge::all(&self.db)?;
        while let Some(paper) = merge.next_paper()? {
            let (ids, repos) = paper.ids_and_repos()?;
            if ids.iter().any(|id| hidden.has(id)) {
                hidden.add(&ids);
                hidden.add_repos(repos);
            }
        }
        Ok(())
    }

    /// Returns the papers that are left out.
    pub fn hidden(&self) -> &Arc<Hidden> {
        &self.hidden
    }

    /// Merges the links and citations of papers until a week, without papers that are left out, through a connection of its own.
    pub fn linked_until(&self, week: Week) -> Result<Merge<Connection>> {
        Ok(Merge::until(self.reader()?, week)?.without(&self.hidden))
    }
}
