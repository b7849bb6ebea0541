//! Restores a week's data on repositories and archives.

use super::read;
use crate::state::{State, TakenRepo};
use crate::tables::Row;
use crate::tables::schema::{ARCHIVES, REPOS, STARS, Table};
use crate::weeks::FinishedWeek;
use anyhow::Result;
use std::collections::HashMap;

/// The repositories of a week that were observed or requested, by the state's number.
pub(super) type Taken = HashMap<i64, TakenRepo>;

/// Takes over `repos`, `stars` and `archives` of a week.
pub(super) fn take(state: &State, week: &FinishedWeek) -> Result<Taken> {
    let mut taken = Taken::new();
    for_each(week, &REPOS, |row| {
        taken.extend(state.take_repo(&read::repo(row)?)?.map(|repo| (repo.id, repo)));
        Ok(())
    })?;
    for_each(week, &STARS, |row| {
        let stars = read::stars(row)?;
        let repo = state.repo_of(&stars.repo, stars.repo_id)?;
        repo.and_then(|repo| taken.get(&repo)).map_or(Ok(()), |repo| state.take_stars(repo, &stars))
    })?;
    for_each(week, &ARCHIVES, |row| state.add_archive(&read::archive(row)?))?;
    Ok(taken)
}

/// Passes on the rows of a table, if the week has it.
fn for_each(week: &FinishedWeek, table: &'static Table, mut take: impl FnMut(Row<'_>) -> Result<()>) -> Result<()> {
    if !week.has(table) {
        return Ok(());
    }
    for portion in week.portions(table)? {
        let frame = portion.read(table.names())?;
        Row::all(&frame).try_for_each(&mut take)?;
    }
    Ok(())
}
