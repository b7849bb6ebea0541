//! The finished weeks of a folder, and their tables.

use crate::progress::Progress;
use crate::tables::manifest::{MANIFEST, Manifest, TableEntry};
use crate::tables::schema::Table;
use crate::tables::{Portion, TableFile, check_columns, check_file};
use anyhow::{Context, Result, bail, ensure};
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
    ensure!(out.is_dir(), "there is no folder {}: starcite run makes it, or name another with --out", out.display());
    let mut weeks = folders(out)?.into_iter().map(FinishedWeek::open).collect::<Result<Vec<_>>>()?;
    weeks.sort_by_key(|week| std::cmp::Reverse(week.week));
    Ok(weeks)
}

/// The folders of weeks in a folder, or the folder itself if it is one; sorted.
pub(crate) fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    if folder.join(MANIFEST).exists() {
        return Ok(vec![folder.to_owned()]);
    }
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut weeks: Vec<PathBuf> =
        entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("week="))).collect();
    weeks.sort();
    if weeks.is_empty() {
        bail!("{} holds no week: name a folder with week=… folders, or one of them", folder.display());
    }
    Ok(weeks)
}

/// The finished weeks until one, newest first, which the first of them is; without one, all of them.
///
/// # Errors
/// As [`find`], and when that week is not among them.
pub(crate) fn until(out: &Path, last: Option<Week>) -> Result<Vec<FinishedWeek>> {
    let mut weeks = find(out)?;
    if let Some(last) = last {
        let there: Vec<String> = weeks.iter().map(|week| week.week.to_string()).collect();
        weeks.retain(|week| week.week <= last);
        let is_there = weeks.first().is_some_and(|week| week.week == last);
        ensure!(is_there, "{} holds no finished week {last}, but {}: name one of them, or run it first", out.display(), there.join(", "));
    }
    Ok(weeks)
}

/// A table in all weeks given, in the order of the weeks and of their rows. Each file is compared with its manifest first.
pub(crate) fn portions<'a>(
    weeks: impl IntoIterator<Item = &'a FinishedWeek, IntoIter: Send>,
    table: &'static Table,
    progress: &Progress,
) -> impl Iterator<Item = Result<Portion>> + Send {
    let progress = progress.clone();
    weeks.into_iter().flat_map(move |week| {
        progress.reading(&week.folder.display().to_string());
        match week.portions(table) {
            Ok(portions) => portions.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        }
    })
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
        Ok(self.table(table)?.portions())
    }

    /// The same in fewer and longer portions, for those who read a few columns.
    pub(crate) fn long_portions(&self, table: &Table) -> Result<Vec<Portion>> {
        Ok(self.table(table)?.long_portions())
    }

    fn table(&self, table: &Table) -> Result<TableFile> {
        let (name, week) = (table.name, self.week);
        let entry = self.entry(table).with_context(|| format!("{week} has no table {name}: leave it among the pipeline's tables and run the week again"))?;
        let path = self.folder.join(&entry.file);
        let damaged = || format!("{} is damaged: run {week} again to write it anew", path.display());
        check_file(&path, entry).with_context(damaged)?;
        let file = TableFile::open(&path).with_context(damaged)?;
        check_columns(table, &file).with_context(damaged)?;
        Ok(file)
    }

    /// Fails if the week was written anew since it was found: what was read may be of the one and of the other.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        ensure!(Manifest::read(&self.folder)? == self.manifest, "{} was written anew meanwhile: run the same command again", self.folder.display());
        Ok(())
    }
}
