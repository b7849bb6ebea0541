//! Unknown values are null: as often as the manifest counts, and in every row of a repository that was never observed.

use super::Problems;
use super::under_test::{Columns, Rows, WeekUnderTest};
use anyhow::Result;
use polars::prelude::Column;
use starcite_core::RepoState;
use starcite_rows::{self as schema, REPO_KIND, REPOS, WEEK};
use starcite_tables::manifest::{MANIFEST, TableEntry};
use std::path::Path;

/// The columns of `repos` that may be known for a repository that was never observed.
const KNOWN_UNOBSERVED: &[&str] = &[
    "repo",
    "repo_id",
    "node_id",
    "aliases",
    REPO_KIND,
    "state",
    "state_reason",
    "reassigned_at",
    "former_repo_id",
    "archived_copy",
    "asked_at",
    "last_error",
    WEEK,
];

/// Counts of unknown values in a table so far.
pub(super) struct Unknown {
    /// Number of nulls by column.
    nulls: Vec<(&'static schema::Column, u64)>,
    /// Number of rows of `repos`, and of those with an unknown state; `None` for other tables.
    repos: Option<(u64, u64)>,
}

impl Unknown {
    pub(super) fn of(columns: &Columns) -> Self {
        let is_repos = columns.table.name == REPOS.name && columns.have(&["state"]);
        Self { nulls: columns.sound.iter().map(|column| (*column, 0)).collect(), repos: is_repos.then_some((0, 0)) }
    }

    pub(super) fn verify(&mut self, rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
        for (column, nulls) in &mut self.nulls {
            *nulls += rows.frame.column(column.name)?.null_count() as u64;
        }
        let Some((repositories, unknown)) = &mut self.repos else { return Ok(()) };
        let states = rows.frame.column("state")?.str()?;
        *repositories += states.len() as u64;
        *unknown += states.iter().filter(|state| *state == Some(RepoState::Unknown.as_str())).count() as u64;
        if rows.columns.have(&["observed_at"]) { unobserved(rows, problems) } else { Ok(()) }
    }

    pub(super) fn end(self, week: &WeekUnderTest<'_>, entry: &TableEntry, path: &Path, problems: &mut Problems) {
        for (column, found) in self.nulls {
            let said = entry.unknown.get(column.name).copied().unwrap_or_default();
            if found != said {
                let what = format!("{} is unknown in {found} rows, the manifest says {said}", column.name);
                problems.damaged(week.week(), path, "unknown off", what);
            }
        }
        let coverage = &week.manifest.coverage;
        let said = (coverage.repositories, coverage.unknown);
        if let Some((repositories, unknown)) = self.repos
            && (said != (repositories, unknown) || coverage.observed_by_host + coverage.observed_by_list + coverage.unknown != coverage.repositories)
        {
            let what = format!("{unknown} of {repositories} repositories are unknown in repos, the manifest says {} of {}", said.1, said.0);
            problems.damaged(week.week(), &week.path(MANIFEST), "coverage off", what);
        }
    }
}

/// Checks that a repository that was never observed has an unknown state, and no facts.
fn unobserved(rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
    let is_observed = rows.frame.column("observed_at")?.is_not_null();
    let unobserved: Vec<usize> = is_observed.iter().enumerate().filter(|(_, observed)| *observed != Some(true)).map(|(row, _)| row).collect();
    let states = rows.frame.column("state")?.str()?;
    for row in unobserved.iter().filter(|row| states.get(**row) != Some(RepoState::Unknown.as_str())) {
        let state = states.get(*row).unwrap_or("null");
        rows.damaged(problems, "state of nobody", *row, format!("nobody observed it, and state is {state}"));
    }
    let is_fact = |column: &&Column| !KNOWN_UNOBSERVED.contains(&column.name().as_str()) && column.null_count() < column.len();
    for column in rows.frame.columns().iter().filter(is_fact) {
        for row in &unobserved {
            let value = column.get(*row)?;
            if !value.is_null() {
                rows.damaged(problems, "fact of nobody", *row, format!("nobody observed it, and {} is {value}", column.name()));
            }
        }
    }
    Ok(())
}
