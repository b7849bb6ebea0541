//! Differences from the week before: one row each, with before and after.
//!
//! Both sides come from the state, each as of its week, so deleted folders change nothing. The week before is the last one that was run; missing
//! weeks in between are skipped. An unknown value that became known is not a change.

mod paper;
mod repository;

use anyhow::Result;
use starcite_core::{ChangeKind, RepoState, Week};
use starcite_state::{Namings, RepoRow, State};
use std::collections::HashMap;

/// A row of `changes`; the order of rows is that of its first three fields.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Change {
    pub(crate) kind: ChangeKind,
    pub(crate) paper_id: Option<String>,
    pub(crate) repo: Option<String>,
    pub(crate) repo_id: Option<i64>,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// A change of a paper's links. With `unless_new` the state has no earlier version of the paper: the change counts only if the week before saw the paper.
pub(crate) struct PaperChange {
    pub(crate) change: Change,
    pub(crate) unless_new: bool,
}

/// The week before, and its differences from this week.
pub(crate) struct Before {
    pub(crate) week: Week,
    /// Changes of repositories, by their numbers in the state.
    repositories: Vec<(i64, Change)>,
    /// Repositories that broke or work again.
    flipped: HashMap<i64, (RepoState, RepoState)>,
    namings: Namings,
}

impl Before {
    /// Compares the repositories that are known as of a week with those of the week before; `None` for the first week.
    pub(crate) fn read(state: &State, week: Week, known: &[RepoRow]) -> Result<Option<Self>> {
        let Some(before) = state.week_run_before(week)? else { return Ok(None) };
        let now: HashMap<i64, &RepoRow> = known.iter().map(|row| (row.id, row)).collect();
        let reassigned = known.iter().filter_map(|row| Some((row.id, repository::reassigned(row, before)?)));
        let mut found = Self { week: before, repositories: reassigned.collect(), flipped: HashMap::new(), namings: state.namings(before)? };
        state.for_each_repo_row(before, |was, _| {
            if let Some(is) = now.get(&was.id) {
                found.repositories.extend(repository::changes(&was, is).into_iter().map(|change| (was.id, change)));
                found.flipped.extend(repository::flipped(&was, is).map(|flip| (was.id, flip)));
            }
            Ok(())
        })?;
        Ok(Some(found))
    }

    /// Returns all changes in the order of the table: those of the week's repositories, and those of its papers.
    pub(crate) fn rows(self, state: &State, papers: Vec<PaperChange>, is_of_week: impl Fn(i64) -> bool) -> Result<Vec<Change>> {
        let mut rows: Vec<Change> = self.repositories.into_iter().filter(|(id, _)| is_of_week(*id)).map(|(_, change)| change).collect();
        let known = state.papers_seen_until(self.week, papers.iter().filter(|one| one.unless_new).filter_map(|one| one.change.paper_id.as_deref()))?;
        let is_known = |one: &PaperChange| one.change.paper_id.as_ref().is_some_and(|id| known.contains(id));
        rows.extend(papers.into_iter().filter(|one| !one.unless_new || is_known(one)).map(|one| one.change));
        rows.sort();
        rows.dedup_by(|a, b| (a.kind, &a.paper_id, &a.repo) == (b.kind, &b.paper_id, &b.repo));
        Ok(rows)
    }
}
