//! The cache file of an object: `<name>.part` until it is complete, with `<name>.part.json` next to it, which contains the version of the
//! object that it is the beginning of.

use super::object::Version;
use anyhow::{Context, Result, bail};
use starcite_ground::files::{self, atomic};
use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// An object that is not complete yet.
pub(super) struct Kept {
    whole: PathBuf,
    part: PathBuf,
    file: File,
}

impl Kept {
    /// Opens the file of an earlier run, or begins one.
    ///
    /// # Errors
    /// When it can't be written, or another process is writing it.
    pub(super) fn open(whole: &Path) -> Result<Self> {
        let part = files::beside(whole, ".part");
        let folder = whole.parent().unwrap_or(Path::new(""));
        files::make_private_folder(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let file = files::open_private(&part).with_context(|| format!("cannot write {}", part.display()))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => bail!("{} is being fetched by another process: wait until it has ended", part.display()),
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Self { whole: whole.to_owned(), part, file }), // not every file system has locks
        }
    }

    /// Returns the number of bytes in the file, and the version of the object.
    pub(super) fn begun(&self) -> Option<(u64, Version)> {
        let version = files::read(&self.version_path()).ok().and_then(|json| serde_json::from_slice(&json).ok())?;
        let bytes = self.file.metadata().ok()?.len();
        (bytes > 0).then_some((bytes, version))
    }

    /// Begins again, with this version.
    pub(super) fn restart(&mut self, version: &Version) -> Result<()> {
        self.file.set_len(0).and_then(|()| self.file.rewind()).with_context(|| self.cannot_write())?;
        let (path, json) = (self.version_path(), serde_json::to_vec(version)?);
        let written = files::check_place(&path).and_then(|()| atomic::write_private(&path, &json));
        written.with_context(|| format!("cannot write {}", path.display()))
    }

    /// Goes to the beginning, for reading.
    pub(super) fn rewind(&mut self) -> Result<()> {
        self.file.rewind().with_context(|| format!("cannot read {}", self.part.display()))
    }

    pub(super) fn read(&mut self, to: &mut [u8]) -> Result<usize> {
        self.file.read(to).with_context(|| format!("cannot read {}", self.part.display()))
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.seek(SeekFrom::End(0)).and_then(|_| self.file.write_all(bytes)).with_context(|| self.cannot_write())
    }

    /// Gives the complete file its name.
    pub(super) fn finish(&self) -> Result<()> {
        atomic::rename(&self.part, &self.whole).with_context(|| self.cannot_write())?;
        fs::remove_file(self.version_path()).ok(); // it is of no more use
        Ok(())
    }

    fn version_path(&self) -> PathBuf {
        files::beside(&self.part, ".json")
    }

    fn cannot_write(&self) -> String {
        atomic::no_room(self.part.display())
    }
}

/// Renames the cached file of an object, complete or partial, unless there is a file with the new name.
pub(super) fn rename(from: &Path, to: &Path) -> Result<()> {
    for suffix in ["", ".part", ".part.json"] {
        let (from, to) = (files::beside(from, suffix), files::beside(to, suffix));
        if from.exists() && !to.exists() {
            fs::rename(&from, &to).with_context(|| format!("cannot rename {} to {}", from.display(), to.display()))?;
        }
    }
    Ok(())
}

/// Removes the cached file of an object, complete or partial.
pub(super) fn forget(whole: &Path) -> Result<()> {
    ["", ".part", ".part.json"]
        .iter()
        .map(|suffix| files::beside(whole, suffix))
        .try_for_each(|path| files::remove(&path).with_context(|| format!("cannot remove {}", path.display())))
}
