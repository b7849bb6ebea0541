//! Restores a week's data on repositories and archives.

use super::read;
use crate::weeks::FinishedWeek;
use anyhow::Result;
use polars::prelude::DataFrame;
use starcite_rows::{ARCHIVES, REPOS, STARS, Table};
use starcite_state::{State, TakenRepo};
use starcite_tables::read_rows;
use std::collections::HashMap;

/// The repositories of a week that were observed or requested, by the state's number.
pub(super) type Taken = HashMap<i64, TakenRepo>;

/// Takes over `repos`, `stars` and `archives` of a week.
pub(super) fn take(state: &State, week: &FinishedWeek) -> Result<Taken> {
    let mut taken = Taken::new();
    for frame in frames(week, &REPOS)? {
        for row in read_rows(&frame?)? {
            taken.extend(state.take_repo(&read::repo(row?)?)?.map(|repo| (repo.id, repo)));
        }
    }
    for frame in frames(week, &STARS)? {
        for row in read_rows(&frame?)? {
            let stars = read::stars(row?)?;
            let repo = state.repo_of(&stars.repo, stars.repo_id)?;
            repo.and_then(|repo| taken.get(&repo)).map_or(Ok(()), |repo| state.take_stars(repo, &stars))?;
        }
    }
    for frame in frames(week, &ARCHIVES)? {
        for row in read_rows(&frame?)? {
            state.add_archive(&read::archive(row?)?)?;
        }
    }
    Ok(taken)
}

/// Reads a table portion by portion; there is none if the week lacks the table.
fn frames(week: &FinishedWeek, table: &'static Table) -> Result<impl Iterator<Item = Result<DataFrame>>> {
    let portions = if week.has(table) { week.portions(table)? } else { Vec::new() };
    Ok(portions.into_iter().map(|portion| portion.read(table.names())))
}
