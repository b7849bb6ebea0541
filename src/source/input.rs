//! Files, standard input and objects behind URLs, opened and decompressed.

use super::checksum::{Checksum, Count};
use super::compression::decompressed;
use super::foreign::{self, Takes};
use super::hosts::Hosts;
use super::remote::Remote;
use crate::clock;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use std::io::{self, BufRead};
use std::path::PathBuf;

/// One thing to read.
#[derive(Debug, Clone)]
pub(crate) enum Input {
    File(PathBuf),
    Stdin,
    Remote(Remote, Hosts),
}

/// What is read of an input at most; real data stays far below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Of one record, in bytes: arXiv's longest is about 60 KB.
    pub(crate) record_bytes: usize,
    /// How many times as large an input may become that is compressed, as a whole or in itself: texts become three to ten times as large.
    pub(crate) expansion: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { record_bytes: 16 * 1024 * 1024, expansion: 200 }
    }
}

impl Limits {
    /// The defaults, but for what is given.
    pub(crate) fn of(record_mib: Option<u16>, expansion: Option<u64>) -> Self {
        let default = Self::default();
        let record_bytes = record_mib.map_or(default.record_bytes, |mib| usize::from(mib) * 1024 * 1024);
        Self { record_bytes, expansion: expansion.unwrap_or(default.expansion) }
    }

    /// Fails where what is made of an input is out of all proportion to what was given: a bomb.
    pub(super) fn check_expansion(self, given: u64, made: u64) -> io::Result<()> {
        if made > EXPANSION_FREE_BYTES && made / self.expansion > given {
            return Err(io::Error::other(format!("it becomes more than {} times as large: raise max_expansion if it is meant to", self.expansion)));
        }
        Ok(())
    }
}

/// The bytes that are made of a file that is compressed in itself.
pub(super) struct Expansion {
    /// The file's size.
    given: u64,
    made: u64,
    limits: Limits,
}

impl Expansion {
    pub(super) fn of(given: u64, limits: Limits) -> Self {
        Self { given, made: 0, limits }
    }

    /// Counts bytes before they are made.
    ///
    /// # Errors
    /// When the file becomes too large.
    pub(super) fn add(&mut self, bytes: u64) -> io::Result<()> {
        self.made = self.made.saturating_add(bytes);
        self.limits.check_expansion(self.given, self.made)
    }
}

/// The expansion is not looked at before so many bytes: a small file may well be made of blanks.
const EXPANSION_FREE_BYTES: u64 = 64 * 1024 * 1024;

impl Input {
    /// The name in `rejects` and messages: the path as it was found, or `-`.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stdin => "-".to_owned(),
            Self::Remote(remote, _) => remote.name(),
        }
    }

    /// The file's name without its folder: what the manifest says, on every machine the same.
    pub(crate) fn short_name(&self) -> String {
        match self {
            Self::File(path) => path.file_name().map_or_else(|| self.name(), |name| name.to_string_lossy().into_owned()),
            Self::Stdin | Self::Remote(..) => self.name(),
        }
    }

    /// Since when it says what it says: a file's last change, never later than now; what is fetched or piped comes now.
    pub(crate) fn moment(&self) -> DateTime<Utc> {
        let path = match self {
            Self::File(path) => Some(path.as_path()),
            Self::Remote(remote, _) => remote.whole(),
            Self::Stdin => None,
        };
        let changed = path.and_then(|path| path.metadata().ok()?.modified().ok()).map(DateTime::from);
        let now = clock::now();
        changed.map_or(now, |changed| now.min(changed))
    }

    /// Notes since when an object that was fetched says what it says, so that the next run says so, too.
    pub(crate) fn keep_moment(&self, moment: DateTime<Utc>) -> Result<()> {
        if let Self::Remote(remote, _) = self
            && let Some(path) = remote.whole()
        {
            let file = std::fs::File::options().append(true).open(path).and_then(|file| file.set_modified(moment.into()));
            file.with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    /// Opens it, decompressed; what is read of it is hashed where that is wanted.
    ///
    /// # Errors
    /// When it can't be opened, or is of a kind that is not taken; [`Owed`](crate::owed::Owed) when its host does not answer.
    pub(crate) fn open(&self, limits: &Limits, takes: Takes, hashed: bool) -> Result<Opened> {
        let (hashing, checksum) = match self {
            Self::File(path) => Checksum::of_file(path, hashed)?,
            Self::Stdin => Checksum::of_stream(io::stdin(), hashed),
            Self::Remote(remote, hosts) => Checksum::of_remote(remote, hosts, hashed)?,
        };
        let given = hashing.count();
        let context = || format!("cannot read {}", self.name());
        let mut reader = decompressed(hashing, limits).map_err(|error| checksum.failure().unwrap_or_else(|| error.context(context())))?;
        let start = reader.fill_buf().unwrap_or_default(); // an error is said again to who reads on
        foreign::check(start, takes).with_context(context)?;
        Ok(Opened { reader, given, checksum })
    }
}

/// An input, opened.
pub(crate) struct Opened {
    pub(crate) reader: Box<dyn BufRead + Send>,
    /// How much of it was read, compressed or not.
    pub(super) given: Count,
    pub(crate) checksum: Checksum,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_file_that_changes_while_it_is_read_is_an_error() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"one line\n").unwrap();
        let input = Input::File(file.path().to_owned());
        let read = |changed: bool, file: &mut tempfile::NamedTempFile| {
            let Opened { mut reader, checksum, .. } = input.open(&Limits::default(), Takes::Text, true).unwrap();
            io::copy(&mut reader, &mut io::sink()).unwrap();
            if changed {
                file.write_all(b"and another\n").unwrap();
            }
            checksum.finish()
        };
        assert_eq!(read(false, &mut file).unwrap(), Some(blake3::hash(b"one line\n").to_string()));
        assert!(read(true, &mut file).unwrap_err().to_string().contains("was changed while it was read: run again"));
    }
}
