//! Rebuilds a lost state from the tables of finished weeks, and lists the data that no table has.

mod groups;
mod papers;
mod read;
mod repositories;

use crate::progress::Progress;
use crate::weeks::{self, FinishedWeek, Incomplete};
use anyhow::{Context, Result, ensure};
use starcite_core::Week;
use starcite_ground::interrupt::{self, Interrupted};
use starcite_rows::{ARCHIVES, CITATIONS, LINKS, PAPERS, REPOS, STARS, Table};
use starcite_state::{Owner, Replacement, State, name_the_state};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The tables without which a state would lack papers, links or repositories.
const NEEDED: [&Table; 3] = [&PAPERS, &LINKS, &REPOS];

/// The tables that a week may lack, and the data that is lost then.
const OPTIONAL: [(&Table, &str); 3] = [
    (&CITATIONS, "which papers its papers and repositories name, and how often these are cited"),
    (&STARS, "the history of stars"),
    (&ARCHIVES, "which archives are tied to what, before their records are read again"),
];

/// The weeks that a state was made of, and the data that they lack.
pub(crate) struct Rebuilt {
    /// The weeks, oldest first.
    pub(crate) weeks: Vec<Week>,
    /// Number of papers with links or citations, and of their links, as of the newest week.
    pub(crate) papers: u64,
    pub(crate) links: u64,
    pub(crate) repositories: u64,
    /// Gaps in the rebuilt state, for the user.
    pub(crate) missing: Vec<String>,
    /// The newest week of which nobody knows who has its digests.
    pub(crate) mails_lost_until: Option<Week>,
    /// Path of the state that was in place before.
    pub(crate) kept: Option<PathBuf>,
}

/// Rebuilds the state at `place` from all finished weeks of a folder; the existing state is kept under another name.
///
/// # Errors
/// When the folder has no finished week, one lacks a needed table or is damaged, or `place` is in use or not a state. The existing state
/// stays unchanged.
pub(crate) fn rebuild(out: &Path, place: &Path, progress: &Progress) -> Result<Rebuilt> {
    let no_weeks = "--rebuild-state makes the state of finished weeks of this version: name their folder with --out, and move others out of it";
    let weeks::Weeks { list: mut weeks, notes } = weeks::find(out, Incomplete::Use).context(no_weeks)?;
    weeks.reverse();
    weeks.iter().try_for_each(check)?;
    let mut replacement = Replacement::begin(place)?;
    match fill(&mut replacement.state, &weeks, progress).map_err(|error| name_the_state(error, place)) {
        Ok(mut rebuilt) => {
            if let Some(newest) = rebuilt.weeks.last().filter(|_| !replacement.has_mails) {
                replacement.state.lose_mails(*newest)?;
                rebuilt.mails_lost_until = Some(*newest);
            }
            rebuilt.missing.extend(notes);
            Ok(Rebuilt { kept: replacement.put_in_place()?, ..rebuilt })
        }
        Err(error) => {
            let _ = replacement.abandon(); // the first error is the one to report
            Err(error)
        }
    }
}

/// Checks that a week has the needed tables.
///
/// # Errors
/// When a week lacks a needed table.
fn check(week: &FinishedWeek) -> Result<()> {
    for table in NEEDED {
        let (name, folder) = (table.name, week.folder.display());
        ensure!(
            week.has(table),
            "{folder} has no table {name}, without which the state can't be rebuilt: restore the state from a copy, or go on in another folder (--out)"
        );
    }
    Ok(())
}

fn fill(state: &mut State, weeks: &[FinishedWeek], progress: &Progress) -> Result<Rebuilt> {
    let there: BTreeSet<Week> = weeks.iter().map(|week| week.week).collect();
    let mut rebuilt = Rebuilt {
        weeks: there.iter().copied().collect(),
        papers: 0,
        links: 0,
        repositories: 0,
        missing: missing(weeks, &there),
        mails_lost_until: None,
        kept: None,
    };
    for week in weeks {
        interrupt::check()?;
        progress.reading(&week.folder.display().to_string());
        (rebuilt.papers, rebuilt.links) = state
            .transaction(|state| {
                let repos = repositories::take(state, week)?;
                let counted = papers::take(state, week, &there, &repos)?;
                state.add_week_run(week.week, &[&week.manifest.run_id])?;
                Ok(counted)
            })
            .map_err(|error| blame(week, error))?;
    }
    state.set_owner(&owner(weeks))?;
    rebuilt.repositories = state.count_repos()?;
    Ok(rebuilt)
}

/// Adds the next step to the error of a week with unreadable tables. A full disk and an interruption are not the week's fault.
fn blame(week: &FinishedWeek, error: anyhow::Error) -> anyhow::Error {
    if error.is::<Interrupted>() || error.chain().any(|cause| cause.is::<rusqlite::Error>()) {
        return error;
    }
    error.context(format!("the state can't be made of {}: move that folder away, rebuild the state, and run the week again", week.folder.display()))
}

/// Returns the pipeline by the names in the manifests, which do not list its sources.
fn owner(weeks: &[FinishedWeek]) -> Owner {
    let mut names: Vec<String> = Vec::new();
    for week in weeks {
        names.retain(|name| *name != week.manifest.pipeline);
        names.push(week.manifest.pipeline.clone());
    }
    Owner { names, sources: Vec::new() }
}

/// Returns messages for the user on data that the folder lacks.
fn missing(weeks: &[FinishedWeek], there: &BTreeSet<Week>) -> Vec<String> {
    let list = |weeks: Vec<Week>| weeks.iter().map(Week::to_string).collect::<Vec<_>>().join(", ");
    let mut missing = Vec::new();
    for (table, what) in OPTIONAL {
        let without: Vec<Week> = weeks.iter().filter(|week| !week.has(table)).map(|week| week.week).collect();
        if !without.is_empty() {
            missing.push(format!("{} has no table {}: {what}", list(without), table.name));
        }
    }
    let built_on: BTreeSet<Week> = weeks.iter().flat_map(|week| week.manifest.built_on.iter().copied()).collect();
    let absent: Vec<Week> = built_on.difference(there).copied().collect();
    if !absent.is_empty() {
        missing.push(format!("the folder lacks {}, whose papers are known by their links alone and count as changed when they come again", list(absent)));
    }
    for week in weeks.iter().filter(|week| week.manifest.papers_of_earlier_runs > 0) {
        let count = week.manifest.papers_of_earlier_runs;
        missing.push(format!("{count} papers of earlier runs of {} are known by their links alone and count as changed when they come again", week.week));
    }
    missing
}
