//! Files, standard input and objects at URLs, opened and decompressed.

use super::checksum::{Checksum, Count};
use super::compression::decompressed;
use super::foreign::{self, Takes};
use super::hosts::Hosts;
pub use super::limits::Limits;
use super::remote::Remote;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use starcite_ground::clock;
use starcite_ground::interrupt::Waiting;
use std::io::{self, BufRead};
use std::path::PathBuf;

/// An input to read.
#[derive(Debug, Clone)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// An object behind a URL, and the hosts that answered so far.
    Remote(Remote, Hosts),
}

impl Input {
    /// Returns the name in `rejects` and messages: the path as it was found, or `-`.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stdin => "-".to_owned(),
            Self::Remote(remote, _) => remote.name(),
        }
    }

    /// Returns the file's name without its folder, for the manifest: the same on every machine.
    pub fn short_name(&self) -> String {
        match self {
            Self::File(path) => path.file_name().map_or_else(|| self.name(), |name| name.to_string_lossy().into_owned()),
            Self::Stdin | Self::Remote(..) => self.name(),
        }
    }

    /// Returns the data's timestamp: the modification time of a file or of a cached object, now at the latest; otherwise now.
    pub fn moment(&self) -> DateTime<Utc> {
        let path = match self {
            Self::File(path) => Some(path.as_path()),
            Self::Remote(remote, _) => remote.whole(),
            Self::Stdin => None,
        };
        let changed = path.and_then(|path| path.metadata().ok()?.modified().ok()).map(DateTime::from);
        let now = clock::now();
        changed.map_or(now, |changed| now.min(changed))
    }

    /// Records the timestamp of a fetched object, so that the next run uses the same one.
    pub fn keep_moment(&self, moment: DateTime<Utc>) -> Result<()> {
        if let Self::Remote(remote, _) = self
            && let Some(path) = remote.whole()
        {
            let file = std::fs::File::options().append(true).open(path).and_then(|file| file.set_modified(moment.into()));
            file.with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    /// True for standard input, pipes and devices, which may have no data yet.
    fn may_not_come(&self) -> bool {
        match self {
            Self::Stdin => true,
            Self::File(path) => path.metadata().is_ok_and(|there| !there.is_file()),
            Self::Remote(..) => false,
        }
    }

    /// Opens it, decompressed, and hashes what is read if a hash is wanted.
    ///
    /// # Errors
    /// When it can't be opened, or is of a kind that the source does not take; [`Owed`](starcite_ground::owed::Owed) when its host does not answer.
    pub fn open(&self, limits: &Limits, takes: Takes, hashed: bool) -> Result<Opened> {
        let waiting = self.may_not_come().then(Waiting::begin);
        let (hashing, checksum) = match self {
            Self::File(path) => Checksum::of_file(path, hashed)?,
            Self::Stdin => Checksum::of_stream(io::stdin(), hashed),
            Self::Remote(remote, hosts) => Checksum::of_remote(remote, hosts, hashed)?,
        };
        let given = hashing.count();
        let context = || format!("cannot read {}", self.name());
        let mut reader = decompressed(hashing, limits).map_err(|error| checksum.failure().unwrap_or_else(|| error.context(context())))?;
        let start = reader.fill_buf().unwrap_or_default(); // the next read returns the same error
        let Err(error) = foreign::check(start, takes) else { return Ok(Opened { reader, given, checksum, waiting }) };
        drop((reader, checksum));
        if let Self::Remote(remote, _) = self {
            remote.forget()?;
        }
        Err(error.context(context()))
    }
}

/// An input, opened.
pub struct Opened {
    /// The bytes, decompressed.
    pub reader: Box<dyn BufRead + Send>,
    /// The number of bytes that were read of it, compressed or not.
    pub(super) given: Count,
    /// The hash of the bytes that were read, compressed or not.
    pub checksum: Checksum,
    /// Held while it is read.
    pub(super) waiting: Option<Waiting>,
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
