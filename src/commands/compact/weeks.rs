//! The finished weeks of a folder, newest first, and their papers a few row groups at a time.

use crate::manifest::Manifest;
use crate::progress::Progress;
use crate::tables::schema::PAPERS;
use crate::tables::{Portion, TableFile};
use crate::verify;
use anyhow::{Context, Result, bail, ensure};
use starcite_core::Week;
use std::path::{Path, PathBuf};

/// A finished week that has papers.
pub(super) struct FinishedWeek {
    pub(super) week: Week,
    pub(super) run_id: String,
    folder: PathBuf,
    manifest: Manifest,
}

/// All finished weeks with papers, newest first; and what a person should know of the others.
///
/// # Errors
/// When there is none, or a folder is no finished week, no week's or a newer program's.
pub(super) fn find(out: &Path) -> Result<(Vec<FinishedWeek>, Vec<String>)> {
    let (mut weeks, mut notes) = (Vec::new(), Vec::new());
    for folder in verify::weeks(out)? {
        let manifest = Manifest::read(&folder)?;
        let week = manifest.week;
        let is_its_own = folder.file_name().is_some_and(|name| *name == *format!("week={week}"));
        ensure!(is_its_own, "{} holds {week}: rename the folder, or move it away", folder.display());
        if !manifest.complete {
            notes.push(format!("{week} still owes answers, papers among them perhaps: run it again, then compact again"));
        }
        if manifest.tables.iter().any(|entry| entry.table == PAPERS.name) {
            weeks.push(FinishedWeek { week, run_id: manifest.run_id.clone(), folder, manifest });
        } else {
            notes.push(format!("{week} has no table papers, since its pipeline wants none: what it brought is missing"));
        }
    }
    if weeks.is_empty() {
        bail!("no week of {} has a table papers: leave it among the pipeline's tables and run the weeks again", out.display());
    }
    weeks.sort_by_key(|week| std::cmp::Reverse(week.week));
    Ok((weeks, notes))
}

/// The papers of all weeks, in the order of the weeks and of their rows. Each file is compared with its manifest first.
pub(super) fn portions(weeks: &[FinishedWeek], progress: &Progress) -> impl Iterator<Item = Result<Portion>> + Send {
    let progress = progress.clone();
    weeks.iter().flat_map(move |week| {
        progress.reading(&week.folder.display().to_string());
        match week.portions() {
            Ok(portions) => portions.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        }
    })
}

impl FinishedWeek {
    fn portions(&self) -> Result<Vec<Portion>> {
        let entry = self.manifest.tables.iter().find(|entry| entry.table == PAPERS.name).context("bug: a week without papers")?;
        let path = self.folder.join(&entry.file);
        let damaged = || format!("{} is damaged: run {} again to write it anew", path.display(), self.week);
        verify::verify_file(&path, entry).with_context(damaged)?;
        let papers = TableFile::open(&path).with_context(damaged)?;
        verify::verify_columns(&PAPERS, &papers).with_context(damaged)?;
        Ok(papers.portions())
    }

    /// Fails if the week was written anew since it was found: what was read may be of the one and of the other.
    pub(super) fn check_unchanged(&self) -> Result<()> {
        ensure!(Manifest::read(&self.folder)? == self.manifest, "{} was written anew meanwhile: run the same command again", self.folder.display());
        Ok(())
    }
}
