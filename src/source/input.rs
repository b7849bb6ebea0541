//! Files, globs, directories, standard input and objects behind URLs; gzip, zstd and bzip2 told by their first bytes.

use super::checksum::{Checksum, Count, Hashing};
use super::hosts::Hosts;
use super::remote::Remote;
use crate::clock;
use crate::url::is_url;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

const BUFFER_BYTES: usize = 256 * 1024;

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
    fn check_expansion(self, given: u64, made: u64) -> io::Result<()> {
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
    /// When it can't be opened; [`Owed`](crate::owed::Owed) when its host does not answer.
    pub(crate) fn open(&self, limits: &Limits, hashed: bool) -> Result<Opened> {
        let (hashing, checksum) = match self {
            Self::File(path) => Checksum::of_file(path, hashed)?,
            Self::Stdin => Checksum::of_stdin(hashed),
            Self::Remote(remote, hosts) => Checksum::of_remote(remote, hosts, hashed)?,
        };
        let given = hashing.count();
        match decompressed(hashing, limits) {
            Ok(reader) => Ok(Opened { reader, given, checksum }),
            Err(error) => Err(checksum.failure().unwrap_or_else(|| anyhow::Error::from(error).context(format!("cannot read {}", self.name())))),
        }
    }
}

/// An input, opened.
pub(crate) struct Opened {
    pub(crate) reader: Box<dyn BufRead + Send>,
    /// How much of it was read, compressed or not.
    pub(super) given: Count,
    pub(crate) checksum: Checksum,
}

/// The inputs that a path names: a file, `-`, an object behind a URL, every file of a directory, or the matches of a glob; sorted by name.
///
/// # Errors
/// When a file is missing or a directory can't be read. A directory or a glob without files is no error: the caller says so.
pub(crate) fn locate(path: &str, base: &Path, hosts: &Hosts) -> Result<Vec<Input>> {
    if path == "-" {
        return Ok(vec![Input::Stdin]);
    }
    if is_url(path) {
        return Ok(vec![Input::Remote(Remote::parse(path)?, hosts.clone())]);
    }
    let full = base.join(path);
    if full.is_dir() {
        return files_of(&full);
    }
    if full.exists() {
        return Ok(vec![Input::File(full)]);
    }
    if !path.contains(['*', '?', '[']) {
        bail!("{} does not exist: check the path (it is relative to the file that names it)", full.display());
    }
    let pattern = full.to_string_lossy().into_owned();
    let mut found = Vec::new();
    for entry in glob::glob(&pattern).with_context(|| format!("{path:?} is no glob"))? {
        let entry = entry.context("cannot read a directory of the glob")?;
        if entry.is_file() {
            found.push(Input::File(entry));
        }
    }
    Ok(found)
}

fn files_of(directory: &Path) -> Result<Vec<Input>> {
    let context = || format!("cannot list {}", directory.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).with_context(context)? {
        let path = entry.with_context(context)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_file() && !hidden {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths.into_iter().map(Input::File).collect())
}

/// Gzip, zstd and bzip2 by their magic numbers (RFC 1952, RFC 8878, `BZh1` to `BZh9`), of several streams too; anything else as it is.
/// A byte order mark is skipped.
fn decompressed(reader: Hashing, limits: &Limits) -> io::Result<Box<dyn BufRead + Send>> {
    let given = reader.count();
    let mut buffered = BufReader::with_capacity(BUFFER_BYTES, reader);
    let magic = buffered.fill_buf()?;
    let is_gzip = magic.starts_with(&[0x1f, 0x8b]);
    let is_zstd = magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    let is_bzip2 = magic.starts_with(b"BZh") && magic.get(3).is_some_and(|size| (b'1'..=b'9').contains(size));
    let expanded = |reader: Box<dyn Read + Send>| {
        let bounded = Bounded { reader, given, bytes: 0, limits: *limits };
        Box::new(BufReader::with_capacity(BUFFER_BYTES, bounded))
    };
    let mut plain: Box<dyn BufRead + Send> = if is_gzip {
        expanded(Box::new(flate2::bufread::MultiGzDecoder::new(buffered)))
    } else if is_zstd {
        expanded(Box::new(zstd::stream::Decoder::with_buffer(buffered)?))
    } else if is_bzip2 {
        expanded(Box::new(bzip2::bufread::MultiBzDecoder::new(buffered)))
    } else {
        Box::new(buffered)
    };
    match plain.fill_buf() {
        Ok(start) if start.starts_with(b"\xef\xbb\xbf") => plain.consume(3),
        Ok(_) => {}
        Err(error) => plain = Box::new(BufReader::new(Failing(error))), // said once: the decompressors end quietly after it
    }
    Ok(plain)
}

/// An input that could not be read from its first byte on.
struct Failing(io::Error);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::new(self.0.kind(), self.0.to_string()))
    }
}

/// A decompressor that stops where what it gives is too much for what it was given.
struct Bounded {
    reader: Box<dyn Read + Send>,
    given: Count,
    bytes: u64,
    limits: Limits,
}

impl Read for Bounded {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(to)?;
        self.bytes += read as u64;
        self.limits.check_expansion(self.given.bytes(), self.bytes)?;
        Ok(read)
    }
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
            let Opened { mut reader, checksum, .. } = input.open(&Limits::default(), true).unwrap();
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
