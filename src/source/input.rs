//! Files, globs, directories and standard input; gzip and zstd told by their first bytes.

use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

const BUFFER_BYTES: usize = 256 * 1024;

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    File(PathBuf),
    Stdin,
}

impl Input {
    /// The name in `rejects` and messages: the path as it was found, or `-`.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stdin => "-".to_owned(),
        }
    }

    /// The file's name without its folder: what the manifest says, on every machine the same.
    pub(crate) fn short_name(&self) -> String {
        match self {
            Self::File(path) => path.file_name().map_or_else(|| self.name(), |name| name.to_string_lossy().into_owned()),
            Self::Stdin => "-".to_owned(),
        }
    }

    /// Opens it, decompressed.
    pub(crate) fn open(&self) -> Result<Box<dyn BufRead + Send>> {
        let reader: Box<dyn Read + Send> = match self {
            Self::File(path) => Box::new(File::open(path).with_context(|| format!("cannot open {}", path.display()))?),
            Self::Stdin => Box::new(io::stdin()),
        };
        decompressed(reader).with_context(|| format!("cannot read {}", self.name()))
    }
}

/// The inputs that a path names: a file, `-`, every file of a directory, or the matches of a glob; sorted by name.
///
/// # Errors
/// When a file is missing or a directory can't be read. A directory or a glob without files is no error: the caller says so.
pub(crate) fn locate(path: &str, base: &Path) -> Result<Vec<Input>> {
    if path == "-" {
        return Ok(vec![Input::Stdin]);
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
fn decompressed(reader: Box<dyn Read + Send>) -> io::Result<Box<dyn BufRead + Send>> {
    let mut buffered = BufReader::with_capacity(BUFFER_BYTES, reader);
    let magic = buffered.fill_buf()?;
    let is_gzip = magic.starts_with(&[0x1f, 0x8b]);
    let is_zstd = magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    let mut plain: Box<dyn BufRead + Send> = if is_gzip {
        Box::new(BufReader::with_capacity(BUFFER_BYTES, flate2::bufread::MultiGzDecoder::new(buffered)))
    } else if is_zstd {
        Box::new(BufReader::with_capacity(BUFFER_BYTES, zstd::stream::Decoder::with_buffer(buffered)?))
    } else {
        Box::new(buffered)
    };
    if plain.fill_buf().is_ok_and(|start| start.starts_with(b"\xef\xbb\xbf")) {
        plain.consume(3);
    }
    Ok(plain)
}
