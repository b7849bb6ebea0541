//! Hashes an input as it is read, and checks that it was read correctly.

use super::hosts::Hosts;
use super::remote::{CutOff, Download, Remote};
use anyhow::{Context, Result, bail};
use starcite_ground::files;
use starcite_ground::parallel_ordered::lock;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The hash of an input.
pub struct Checksum {
    so_far: Arc<Mutex<SoFar>>,
    origin: Origin,
}

/// The origin of an input, for the check after it was read.
enum Origin {
    /// With its metadata from when it was opened.
    File(PathBuf, Metadata),
    Download(Arc<Mutex<Download>>),
    Stream,
}

#[derive(Default)]
struct SoFar {
    /// `None` if no hash is wanted.
    hash: Option<blake3::Hasher>,
    bytes: u64,
}

impl Checksum {
    /// Opens a file.
    pub(super) fn of_file(path: &Path, hashed: bool) -> Result<(Hashing, Self)> {
        let context = || format!("cannot open {}", path.display());
        Self::of_opened(File::open(path).with_context(context)?, path, hashed)
    }

    fn of_opened(file: File, path: &Path, hashed: bool) -> Result<(Hashing, Self)> {
        let before = file.metadata().with_context(|| format!("cannot open {}", path.display()))?;
        let origin = if before.is_file() { Origin::File(path.to_owned(), before) } else { Origin::Stream };
        Ok(Self::begin(Box::new(file), origin, hashed))
    }

    /// Reads a stream, which can't be read again.
    pub(super) fn of_stream(stream: impl Read + Send + 'static, hashed: bool) -> (Hashing, Self) {
        Self::begin(Box::new(stream), Origin::Stream, hashed)
    }

    /// Opens an object: its cached file, or the connection.
    pub(super) fn of_remote(remote: &Remote, hosts: &Hosts, hashed: bool) -> Result<(Hashing, Self)> {
        if let Some(path) = remote.whole() {
            let file = files::open(path).with_context(|| format!("cannot open {}", path.display()))?;
            return Self::of_opened(file, path, hashed);
        }
        let download = Arc::new(Mutex::new(Download::begin(remote, hosts)?));
        Ok(Self::begin(Box::new(Shared(Arc::clone(&download))), Origin::Download(download), hashed))
    }

    fn begin(reader: Box<dyn Read + Send>, origin: Origin, hashed: bool) -> (Hashing, Self) {
        let so_far = Arc::new(Mutex::new(SoFar { hash: hashed.then(blake3::Hasher::new), bytes: 0 }));
        (Hashing { reader, so_far: Arc::clone(&so_far) }, Self { so_far, origin })
    }

    /// Returns the BLAKE3 hash of the input as it was read, compressed or not, as hexadecimal digits, if one is wanted.
    ///
    /// # Errors
    /// When a file was changed since it was opened, because no one knows what was read then. When the rest of an object did not arrive
    /// ([`Owed`](starcite_ground::owed::Owed)).
    pub fn finish(self) -> Result<Option<String>> {
        match &self.origin {
            Origin::Stream => Ok(self.hash()),
            Origin::File(path, before) => self.finish_file(path, before),
            Origin::Download(download) => {
                let reader = Box::new(Shared(Arc::clone(download)));
                let rest = io::copy(&mut Hashing { reader, so_far: Arc::clone(&self.so_far) }, &mut io::sink()); // the reader above stops at a damaged position
                rest.map_err(|error| self.failure().unwrap_or_else(|| error.into()))?;
                Ok(self.hash())
            }
        }
    }

    fn finish_file(&self, path: &Path, before: &Metadata) -> Result<Option<String>> {
        let context = || format!("cannot read {}", path.display());
        let after = path.metadata().with_context(context)?;
        if (after.len(), after.modified().ok()) != (before.len(), before.modified().ok()) {
            bail!("{} was changed while it was read: run again when nobody writes to it", path.display());
        }
        // The reader above stops at a damaged position.
        let (hash, is_whole) = (self.hash(), lock(&self.so_far).bytes == before.len());
        if is_whole || hash.is_none() { Ok(hash) } else { hash_file(path).map(Some).with_context(context) }
    }

    /// Returns the size of the input as it is stored, compressed or not; `None` for a stream, and for an object whose host does not report it.
    pub(super) fn size(&self) -> Option<u64> {
        match &self.origin {
            Origin::File(_, before) => Some(before.len()),
            Origin::Download(download) => lock(download).size(),
            Origin::Stream => None,
        }
    }

    fn hash(&self) -> Option<String> {
        lock(&self.so_far).hash.as_ref().map(|hash| hash.finalize().to_string())
    }

    /// Returns the reason why the rest did not arrive: a download knows more than its reader.
    pub(super) fn failure(&self) -> Option<anyhow::Error> {
        if let Origin::Download(download) = &self.origin { lock(download).failure() } else { None }
    }
}

/// True if a reader ended early because the rest of an object did not arrive; [`Checksum::finish`] returns the reason.
pub(super) fn is_cut(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<CutOff>())
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

/// A reader that counts its bytes and, if a hash is wanted, hashes them.
pub(super) struct Hashing {
    reader: Box<dyn Read + Send>,
    so_far: Arc<Mutex<SoFar>>,
}

impl Read for Hashing {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(to)?;
        let mut so_far = lock(&self.so_far);
        if let Some(hash) = &mut so_far.hash {
            hash.update(&to[..read]);
        }
        so_far.bytes += read as u64;
        Ok(read)
    }
}

impl Hashing {
    /// Returns a view of the number of bytes read.
    pub(super) fn count(&self) -> Count {
        Count(Arc::clone(&self.so_far))
    }
}

/// The number of bytes read so far.
#[derive(Clone)]
pub(super) struct Count(Arc<Mutex<SoFar>>);

impl Count {
    pub(super) fn bytes(&self) -> u64 {
        lock(&self.0).bytes
    }
}
