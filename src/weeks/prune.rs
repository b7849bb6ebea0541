//! Finds the old weeks, and the files in the cache that no later week needs; and removes them.

use super::{FinishedWeek, folders, publish};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use starcite_core::Week;
use starcite_ground::files::atomic;
use starcite_ground::files::temporary::TemporaryFolder;
use starcite_tables::manifest::MANIFEST;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder to remove, and its bytes.
pub(crate) struct Old {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
}

/// The folders that go, by kind; and the oldest week that stays.
pub(crate) struct OldFolders {
    pub(crate) oldest: Week,
    pub(crate) weeks: Vec<(Week, Old)>,
    pub(crate) cache: Vec<Old>,
    /// Notes on weeks that stay although they are old.
    pub(crate) notes: Vec<String>,
}

impl OldFolders {
    /// Finds what goes if the newest `keep` complete weeks stay; `None` if the folder has fewer.
    ///
    /// # Errors
    /// When the folder or one of its manifests can't be read.
    pub(crate) fn find(out: &Path, keep: usize) -> Result<Option<Self>> {
        let finished = folders(out)?.into_iter().filter(|folder| folder.join(MANIFEST).exists());
        let mut weeks = finished.map(FinishedWeek::open).collect::<Result<Vec<_>>>()?;
        weeks.sort_by_key(|week| std::cmp::Reverse(week.week));
        let complete = weeks.iter().filter(|week| week.manifest.papers_complete);
        let Some(oldest) = complete.map(|week| week.week).nth(keep.saturating_sub(1)) else { return Ok(None) };
        let mut found = Self { oldest, weeks: Vec::new(), cache: old_cache(out, oldest)?, notes: Vec::new() };
        for week in weeks.into_iter().filter(|week| week.week < oldest) {
            match foreign(&week.folder)? {
                Some(foreign) => found.notes.push(format!("{} stays: {} is not of starcite", week.folder.display(), foreign.display())),
                None => found.weeks.push((week.week, Old { bytes: bytes(&week.folder), path: week.folder })),
            }
        }
        found.weeks.reverse();
        Ok(Some(found))
    }

    /// Removes the folders, each as a whole: a week loses its name before any of its files, so that no reader sees half of it.
    ///
    /// # Errors
    /// When a folder can't be renamed; what is left is whole.
    pub(crate) fn remove(&self, out: &Path) -> Result<()> {
        let held = TemporaryFolder::new_in(out).with_context(|| atomic::no_room(out.display()))?;
        for (number, old) in self.weeks.iter().map(|(_, old)| old).chain(&self.cache).enumerate() {
            fs::rename(&old.path, held.path().join(number.to_string())).with_context(|| format!("cannot remove {}", old.path.display()))?;
        }
        Ok(())
    }
}

/// Returns a file in a week's folder that starcite did not write.
fn foreign(folder: &Path) -> Result<Option<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?.flatten();
    let is_ours = |path: &Path| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(publish::is_ours) && path.symlink_metadata().is_ok_and(|there| there.is_file())
    };
    Ok(entries.map(|entry| entry.path()).find(|path| !is_ours(path)))
}

/// Returns the folders of the cache that hold objects of earlier weeks, and lists that were requested before the oldest week that stays.
fn old_cache(out: &Path, oldest: Week) -> Result<Vec<Old>> {
    let mut old = Vec::new();
    for folder in subfolders(&out.join("cache")) {
        let week: Option<Week> = folder.file_name().and_then(|name| name.to_str()?.parse().ok());
        match week {
            Some(week) if week < oldest => old.push(folder),
            Some(_) => {}
            None => old.extend(subfolders(&folder).into_iter().filter(|list| newest(list).is_some_and(|at| at < oldest.start()))),
        }
    }
    Ok(old.into_iter().map(|path| Old { bytes: bytes(&path), path }).collect())
}

/// Returns the folders in a folder, without symbolic links; none if it is not there.
fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path()).collect();
    folders.sort();
    folders
}

/// Returns the time of the newest file in a folder.
fn newest(folder: &Path) -> Option<DateTime<Utc>> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()?.modified().ok()).max().map(DateTime::from)
}

/// Returns the bytes of the files in a folder and below it.
pub(crate) fn bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(there) if there.is_dir() => bytes(&entry.path()),
        Ok(there) => there.len(),
        Err(_) => 0,
    };
    entries.map(size).sum()
}
