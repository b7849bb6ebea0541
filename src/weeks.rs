//! The finished weeks of a folder, and their tables.

use crate::manifest::{Manifest, TableEntry};
use crate::tables::schema::Table;
use crate::tables::{Portion, TableFile};
use crate::verify;
use anyhow::{Context, Result, ensure};
use starcite_core::Week;
use std::path::{Path, PathBuf};

/// A finished week.
pub(crate) struct FinishedWeek {
    pub(crate) week: Week,
    pub(crate) folder: PathBuf,
    pub(crate) manifest: Manifest,
}

/// All finished weeks of a folder, newest first.
///
/// # Errors
/// When there is none, or a folder is no finished week, no week's or another version's.
pub(crate) fn find(out: &Path) -> Result<Vec<FinishedWeek>> {
    let mut weeks = verify::weeks(out)?.into_iter().map(FinishedWeek::open).collect::<Result<Vec<_>>>()?;
    weeks.sort_by_key(|week| std::cmp::Reverse(week.week));
    Ok(weeks)
}

/// A week that was asked for, else the newest one.
///
/// # Errors
/// As [`find`], and when the week is not there.
pub(crate) fn find_one(out: &Path, wanted: Option<Week>) -> Result<FinishedWeek> {
    if let Some(week) = wanted {
        return FinishedWeek::open(out.join(format!("week={week}")));
    }
    find(out)?.into_iter().next().with_context(|| format!("{} holds no week", out.display()))
}

/// The finished weeks before one, newest first.
///
/// # Errors
/// As [`find`], but for later weeks.
pub(crate) fn before(out: &Path, week: Week) -> Result<Vec<FinishedWeek>> {
    let mut weeks = find(out)?;
    weeks.retain(|other| other.week < week);
    Ok(weeks)
}

impl FinishedWeek {
    fn open(folder: PathBuf) -> Result<Self> {
        let manifest = Manifest::read(&folder)?;
        let week = manifest.week;
        let is_its_own = folder.file_name().is_some_and(|name| *name == *format!("week={week}"));
        ensure!(is_its_own, "{} holds {week}: rename the folder, or move it away", folder.display());
        Ok(Self { week, folder, manifest })
    }

    fn entry(&self, table: &Table) -> Option<&TableEntry> {
        self.manifest.tables.iter().find(|entry| entry.table == table.name)
    }

    /// Whether the week has a table.
    pub(crate) fn has(&self, table: &Table) -> bool {
        self.entry(table).is_some()
    }

    /// A table in the order of its rows. The file is compared with its manifest and the schema first.
    ///
    /// # Errors
    /// When the week has no such table, or the file is not what they say.
    pub(crate) fn portions(&self, table: &Table) -> Result<Vec<Portion>> {
        let (name, week) = (table.name, self.week);
        let entry = self.entry(table).with_context(|| format!("{week} has no table {name}: leave it among the pipeline's tables and run the week again"))?;
        let path = self.folder.join(&entry.file);
        let damaged = || format!("{} is damaged: run {week} again to write it anew", path.display());
        verify::verify_file(&path, entry).with_context(damaged)?;
        let file = TableFile::open(&path).with_context(damaged)?;
        verify::verify_columns(table, &file).with_context(damaged)?;
        Ok(file.portions())
    }

    /// Fails if the week was written anew since it was found: what was read may be of the one and of the other.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        ensure!(Manifest::read(&self.folder)? == self.manifest, "{} was written anew meanwhile: run the same command again", self.folder.display());
        Ok(())
    }
}
