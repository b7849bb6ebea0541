//! Files where somebody else may have put something: only regular files are opened, no symbolic link is followed, nobody waits for a pipe.
//! What a user names is opened as it is.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// What is read whole, a manifest or a page that was kept, has no more.
pub(crate) const MAX_WHOLE_BYTES: u64 = 64 << 20;

/// Opens a file to be read.
///
/// # Errors
/// When it can't be opened, or is not a regular file.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    open_with(OpenOptions::new().read(true), path)
}

/// Reads a file whole.
///
/// # Errors
/// As [`open`], and when it is larger than such files are.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(MAX_WHOLE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_WHOLE_BYTES {
        return Err(refused("it is larger than such a file is: move it away"));
    }
    Ok(bytes)
}

/// Fails where a symbolic link, a pipe or a device stands; a file, a folder or nothing may.
pub(crate) fn check_place(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(there) if there.is_symlink() => {
            Err(refused("it is a symbolic link, which is not followed here: put a copy of what it leads to in its place, or remove it"))
        }
        Ok(there) if there.is_file() || there.is_dir() => Ok(()),
        Ok(_) => Err(not_a_file()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn open_with(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    check_place(path)?; // says it in words; what comes after this look is not followed or waited for either
    let file = modes::at_once(options).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_a_file()) }
}

fn refused(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, why)
}

fn not_a_file() -> io::Error {
    refused("it is not a regular file: move it away")
}

#[cfg(unix)]
mod modes {
    use rustix::fs::OFlags;
    use std::fs::OpenOptions;
    use std::os::unix::fs::OpenOptionsExt;

    /// Neither follows a link nor waits for the other end of a pipe.
    pub(super) fn at_once(options: &mut OpenOptions) -> &mut OpenOptions {
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
    }
}

#[cfg(not(unix))]
mod modes {
    use std::fs::OpenOptions;

    pub(super) fn at_once(options: &mut OpenOptions) -> &mut OpenOptions {
        options
    }
}
