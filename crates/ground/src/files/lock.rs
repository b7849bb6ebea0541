//! Locks between processes. The operating system ties a lock to its process, so that it ends with the process, even after kill -9.

use super::open_private;
use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Name of the lock file in a folder while a process writes there.
pub(crate) const FOLDER_LOCK: &str = ".starcite.lock";

/// A file that this process has locked.
pub struct Lock {
    _file: File,
    path: PathBuf,
    /// True if the file is locked; false on a file system without locks.
    pub is_held: bool,
    is_removed_at_the_end: bool,
}

/// Reason why a lock was refused.
#[derive(Debug)]
pub enum Refused {
    /// Another process holds it; its process ID, if the file contains one.
    Held(Option<u32>),
    /// The lock can't be taken or read.
    Failed(io::Error),
}

impl Refused {
    /// Names the holder of the lock.
    pub fn holder(number: Option<u32>) -> String {
        number.map_or_else(|| "another starcite".to_owned(), |number| format!("another starcite (process {number})"))
    }
}

/// Locks a file that stays where it is after the lock ends.
pub fn file(path: &Path) -> Result<Lock, Refused> {
    take(path, false)
}

/// Locks an existing folder by a file in it, which is removed with the lock.
pub fn folder(folder: &Path) -> Result<Lock, Refused> {
    take(&folder.join(FOLDER_LOCK), true)
}

/// Returns the holder of a folder's lock, with its process ID if the lock has it; `None` if nobody holds it. The lock stays as it is.
pub fn holder(folder: &Path) -> Option<Option<u32>> {
    let mut file = File::open(folder.join(FOLDER_LOCK)).ok()?;
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)).then(|| number_in(&mut file))
}

fn take(path: &Path, is_removed_at_the_end: bool) -> Result<Lock, Refused> {
    loop {
        let mut file = open_private(path).map_err(Refused::Failed)?;
        let is_held = match file.try_lock() {
            Ok(()) if !is_at(&file, path) => continue, // the previous holder has removed it
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => return Err(Refused::Held(number_in(&mut file))),
            Err(TryLockError::Error(error)) if is_unknown_here(&error) => false,
            Err(TryLockError::Error(error)) => return Err(Refused::Failed(error)),
        };
        if is_held {
            // The process ID is only informative: not worth an error on a full disk.
            file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).ok();
        }
        return Ok(Lock { _file: file, path: path.to_owned(), is_held, is_removed_at_the_end });
    }
}

fn number_in(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// True if a file system has no locks, or none on such a file.
fn is_unknown_here(error: &io::Error) -> bool {
    #[cfg(unix)]
    if let Some(errno) = rustix::io::Errno::from_io_error(error) {
        use rustix::io::Errno;
        return [Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOTSUP, Errno::NOLCK, Errno::INVAL, Errno::BADF].contains(&errno);
    }
    error.kind() == ErrorKind::Unsupported
}

/// True if a path still leads to an open file.
#[cfg(unix)]
pub(super) fn is_at(file: &File, path: &Path) -> bool {
    use rustix::fs::{fstat, lstat};
    fstat(file).and_then(|open| lstat(path).map(|there| (open.st_dev, open.st_ino) == (there.st_dev, there.st_ino))).unwrap_or(false)
}

#[cfg(not(unix))]
pub(super) fn is_at(_: &File, _: &Path) -> bool {
    true
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.is_held && self.is_removed_at_the_end && cfg!(unix) && is_at(&self._file, &self.path) {
            std::fs::remove_file(&self.path).ok(); // a leftover file locks no one out
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_one_process_s_and_leaves_nothing_in_the_folder() {
        let place = tempfile::tempdir().unwrap();
        let held = folder(place.path()).unwrap();
        assert!(matches!(folder(place.path()), Err(Refused::Held(Some(number))) if number == std::process::id()));
        drop(held);
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
        drop(folder(place.path()).unwrap());
    }

    #[test]
    fn a_lock_that_was_removed_while_somebody_waited_is_no_lock() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join(FOLDER_LOCK);
        let file = open_private(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(!is_at(&file, &path));
        open_private(&path).unwrap();
        assert!(!is_at(&file, &path));
    }

    #[test]
    fn what_a_killed_process_left_is_taken_over() {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join(FOLDER_LOCK), "4711\n").unwrap();
        assert!(folder(place.path()).unwrap().is_held);
    }
}
