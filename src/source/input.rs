//! Files, globs, directories, standard input and objects behind URLs; gzip and zstd told by their first bytes.

use super::remote::{Cut, Download, Remote, is_url};
use anyhow::{Context, Result, bail};
use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const BUFFER_BYTES: usize = 256 * 1024;

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    File(PathBuf),
    Stdin,
    Remote(Remote),
}

/// What is read of an input at most; real data stays far below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Of one record, in bytes: arXiv's longest is about 60 KB.
    pub(crate) record_bytes: usize,
    /// How many times as large a compressed input may become: texts become three to ten times as large.
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
}

/// The expansion is not looked at before so many bytes: a small file may well be made of blanks.
const EXPANSION_FREE_BYTES: u64 = 64 * 1024 * 1024;

impl Input {
    /// The name in `rejects` and messages: the path as it was found, or `-`.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stdin => "-".to_owned(),
            Self::Remote(remote) => remote.name(),
        }
    }

    /// The file's name without its folder: what the manifest says, on every machine the same.
    pub(crate) fn short_name(&self) -> String {
        match self {
            Self::File(path) => path.file_name().map_or_else(|| self.name(), |name| name.to_string_lossy().into_owned()),
            Self::Stdin | Self::Remote(_) => self.name(),
        }
    }

    /// Opens it, decompressed; what is read of it is hashed.
    ///
    /// # Errors
    /// When it can't be opened; [`Owed`](crate::owed::Owed) when its host does not answer.
    pub(crate) fn open(&self, limits: &Limits) -> Result<Opened> {
        let (reader, origin) = self.reader()?;
        let so_far = Arc::new(Mutex::new(SoFar::default()));
        let checksum = Checksum { so_far: Arc::clone(&so_far), origin };
        match decompressed(Hashing { reader, so_far }, limits) {
            Ok(reader) => Ok(Opened { reader, checksum }),
            Err(error) => Err(checksum.failure().unwrap_or_else(|| anyhow::Error::from(error).context(format!("cannot read {}", self.name())))),
        }
    }

    fn reader(&self) -> Result<(Box<dyn Read + Send>, Origin)> {
        match self {
            Self::File(path) => open_file(path),
            Self::Stdin => Ok((Box::new(io::stdin()), Origin::Stream)),
            Self::Remote(remote) => match remote.whole() {
                Some(path) => open_file(path),
                None => {
                    let download = Arc::new(Mutex::new(Download::begin(remote)?));
                    Ok((Box::new(Shared(Arc::clone(&download))), Origin::Download(download)))
                }
            },
        }
    }
}

fn open_file(path: &Path) -> Result<(Box<dyn Read + Send>, Origin)> {
    let context = || format!("cannot open {}", path.display());
    let file = File::open(path).with_context(context)?;
    let before = file.metadata().with_context(context)?;
    let origin = if before.is_file() { Origin::File(path.to_owned(), before) } else { Origin::Stream };
    Ok((Box::new(file), origin))
}

/// An input, opened.
pub(crate) struct Opened {
    pub(crate) reader: Box<dyn BufRead + Send>,
    pub(crate) checksum: Checksum,
}

/// The hash of what was read.
pub(crate) struct Checksum {
    so_far: Arc<Mutex<SoFar>>,
    origin: Origin,
}

/// What can be asked, once all was read, whether it was read well.
enum Origin {
    /// With what the system said of it when it was opened.
    File(PathBuf, Metadata),
    Download(Arc<Mutex<Download>>),
    Stream,
}

#[derive(Default)]
struct SoFar {
    hash: blake3::Hasher,
    bytes: u64,
}

impl Checksum {
    /// The BLAKE3 hash of the input as it was read, compressed or not, as hexadecimal digits.
    ///
    /// # Errors
    /// When a file was changed since it was opened: nobody can say what was read. When the rest of an object did not arrive
    /// ([`Owed`](crate::owed::Owed)).
    pub(crate) fn finish(self) -> Result<String> {
        match &self.origin {
            Origin::Stream => Ok(self.hash()),
            Origin::File(path, before) => self.of_file(path, before),
            Origin::Download(download) => {
                let reader = Box::new(Shared(Arc::clone(download)));
                let rest = io::copy(&mut Hashing { reader, so_far: Arc::clone(&self.so_far) }, &mut io::sink()); // behind a damaged place nothing is read
                rest.map_err(|error| self.failure().unwrap_or_else(|| error.into()))?;
                Ok(self.hash())
            }
        }
    }

    fn of_file(&self, path: &Path, before: &Metadata) -> Result<String> {
        let context = || format!("cannot read {}", path.display());
        let after = path.metadata().with_context(context)?;
        if (after.len(), after.modified().ok()) != (before.len(), before.modified().ok()) {
            bail!("{} was changed while it was read: run again when nobody writes to it", path.display());
        }
        // Behind a damaged place nothing is read.
        if lock(&self.so_far).bytes == before.len() { Ok(self.hash()) } else { hash_file(path).with_context(context) }
    }

    fn hash(&self) -> String {
        lock(&self.so_far).hash.finalize().to_string()
    }

    /// Why the rest did not arrive: a download knows more than its reader was told.
    fn failure(&self) -> Option<anyhow::Error> {
        if let Origin::Download(download) = &self.origin { lock(download).failure() } else { None }
    }
}

/// Whether a reader ended early because the rest of an object did not arrive: [`Checksum::finish`] says why.
pub(super) fn is_cut(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Cut>())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A download that is read to its end even if the reader above it has ended.
struct Shared(Arc<Mutex<Download>>);

impl Read for Shared {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        lock(&self.0).read(to)
    }
}

fn hash_file(path: &Path) -> io::Result<String> {
    let mut hash = blake3::Hasher::new();
    hash.update_reader(File::open(path)?)?;
    Ok(hash.finalize().to_string())
}

/// A reader whose bytes are hashed on their way.
struct Hashing {
    reader: Box<dyn Read + Send>,
    so_far: Arc<Mutex<SoFar>>,
}

impl Read for Hashing {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(to)?;
        let mut so_far = lock(&self.so_far);
        so_far.hash.update(&to[..read]);
        so_far.bytes += read as u64;
        Ok(read)
    }
}

/// The inputs that a path names: a file, `-`, an object behind a URL, every file of a directory, or the matches of a glob; sorted by name.
///
/// # Errors
/// When a file is missing or a directory can't be read. A directory or a glob without files is no error: the caller says so.
pub(crate) fn locate(path: &str, base: &Path) -> Result<Vec<Input>> {
    if path == "-" {
        return Ok(vec![Input::Stdin]);
    }
    if is_url(path) {
        return Ok(vec![Input::Remote(Remote::parse(path)?)]);
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

/// Gzip and zstd by their magic numbers (RFC 1952, RFC 8878), anything else as it is. A byte order mark is skipped.
fn decompressed(reader: Hashing, limits: &Limits) -> io::Result<Box<dyn BufRead + Send>> {
    let so_far = Arc::clone(&reader.so_far);
    let mut buffered = BufReader::with_capacity(BUFFER_BYTES, reader);
    let magic = buffered.fill_buf()?;
    let is_gzip = magic.starts_with(&[0x1f, 0x8b]);
    let is_zstd = magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    let expanded = |reader: Box<dyn Read + Send>| {
        let bounded = Bounded { reader, so_far, bytes: 0, expansion: limits.expansion };
        Box::new(BufReader::with_capacity(BUFFER_BYTES, bounded))
    };
    let mut plain: Box<dyn BufRead + Send> = if is_gzip {
        expanded(Box::new(flate2::bufread::MultiGzDecoder::new(buffered)))
    } else if is_zstd {
        expanded(Box::new(zstd::stream::Decoder::with_buffer(buffered)?))
    } else {
        Box::new(buffered)
    };
    if plain.fill_buf().is_ok_and(|start| start.starts_with(b"\xef\xbb\xbf")) {
        plain.consume(3);
    }
    Ok(plain)
}

/// A decompressor that stops where what it gives is out of all proportion to what it was given: a bomb.
struct Bounded {
    reader: Box<dyn Read + Send>,
    so_far: Arc<Mutex<SoFar>>,
    bytes: u64,
    expansion: u64,
}

impl Read for Bounded {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(to)?;
        self.bytes += read as u64;
        let given = lock(&self.so_far).bytes;
        if self.bytes > EXPANSION_FREE_BYTES && self.bytes / self.expansion > given {
            return Err(io::Error::other(format!("it becomes more than {} times as large: raise max_expansion if it is meant to", self.expansion)));
        }
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
            let Opened { mut reader, checksum } = input.open(&Limits::default()).unwrap();
            io::copy(&mut reader, &mut io::sink()).unwrap();
            if changed {
                file.write_all(b"and another\n").unwrap();
            }
            checksum.finish()
        };
        assert_eq!(read(false, &mut file).unwrap(), blake3::hash(b"one line\n").to_string());
        assert!(read(true, &mut file).unwrap_err().to_string().contains("was changed while it was read: run again"));
    }
}
