//! Temporary files and folders, each locked by the process that uses it. One that no process holds was left by a killed process and is removed.

use super::{lock, modes, open_with, remove};
use anyhow::{Context, Result};
use std::fs::{self, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

const PREFIX: &str = ".starcite-";
const SUFFIX: &str = ".tmp";

/// Makes a temporary file in a folder, and removes those that killed processes left there. The file has the permissions of the umask, like
/// any other file, because it may become one.
pub(crate) fn file_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    held_in(folder, &mut builder)
}

/// Makes a temporary file with owner-only permissions.
pub fn private_file_in(folder: &Path) -> io::Result<NamedTempFile> {
    held_in(folder, &mut tempfile::Builder::new())
}

/// Makes a file and keeps it locked while it is open. Takes no lock where locks keep others from reading the file, as on Windows.
fn held_in(folder: &Path, builder: &mut tempfile::Builder<'_, '_>) -> io::Result<NamedTempFile> {
    remove_leftovers(folder);
    builder.prefix(PREFIX).suffix(SUFFIX);
    loop {
        let file = builder.tempfile_in(folder)?;
        let is_ours = match file.as_file().try_lock() {
            _ if !cfg!(unix) => true,
            Ok(()) => lock::is_at(file.as_file(), file.path()),
            Err(TryLockError::WouldBlock) => false, // another process is removing it as a leftover
            Err(TryLockError::Error(_)) => true,    // the file system has no locks
        };
        if is_ours {
            return Ok(file);
        }
    }
}

/// A temporary folder with owner-only permissions, removed when this value is dropped.
pub struct TemporaryFolder {
    path: PathBuf,
    /// Its lock shows that the folder is in use.
    _held: NamedTempFile,
}

impl TemporaryFolder {
    /// Makes one in the system's temporary folder.
    pub fn new() -> Result<Self> {
        Self::new_in(&std::env::temp_dir()).context("cannot make a temporary folder: name one with room in TMPDIR")
    }

    /// Makes one in the given folder.
    pub fn new_in(folder: &Path) -> io::Result<Self> {
        let held = private_file_in(folder)?;
        let path = folder_of(held.path());
        modes::folder_builder().create(&path)?;
        Ok(Self { path, _held: held })
    }

    /// Returns its path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.path).ok(); // the next start removes what remains
    }
}

/// Returns the folder that belongs to a locked file.
fn folder_of(held: &Path) -> PathBuf {
    held.with_extension("d")
}

/// Removes temporary files and folders that no running process holds. Leaves those that it can't remove or lock.
pub fn remove_leftovers(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| is_temporary(&entry.file_name().to_string_lossy())) {
        let path = entry.path();
        let left = open_with(OpenOptions::new().read(true).write(true), &path).ok();
        if left.is_some_and(|file| cfg!(unix) && file.try_lock().is_ok() && lock::is_at(&file, &path)) && remove(&folder_of(&path)).is_ok() {
            fs::remove_file(&path).ok();
        }
    }
}

fn is_temporary(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn what_is_held_stays_and_what_nobody_holds_goes() {
        let place = tempfile::tempdir().unwrap();
        let (file, folder) = (file_in(place.path()).unwrap(), TemporaryFolder::new_in(place.path()).unwrap());
        fs::write(folder.path().join("in it"), "text").unwrap();
        for left in [".starcite-1.tmp", ".starcite-1.d/half", "mine.tmp", ".starcite.lock"] {
            fs::create_dir_all(place.path().join(left).parent().unwrap()).unwrap();
            fs::write(place.path().join(left), "").unwrap();
        }
        remove_leftovers(place.path());
        assert!(file.path().exists() && folder.path().join("in it").exists());
        assert!(!place.path().join(".starcite-1.tmp").exists() && !place.path().join(".starcite-1.d").exists());
        drop((file, folder));
        assert_eq!(names(place.path()), 2, "what is not ours stays");
    }
}
