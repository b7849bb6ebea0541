//! Files where somebody else may have put something: only regular files are opened, no symbolic link is followed, nobody waits for a pipe.
//! A file that a user names is opened as it is.

pub(crate) mod folder;
pub(crate) mod lock;
pub(crate) mod reader;
pub(crate) mod temporary;

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// The most bytes of what is read whole: a manifest, or a page that was kept.
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
    read_whole(open(path)?)
}

/// Reads what is open to its end.
///
/// # Errors
/// When it is larger than such files are.
pub(crate) fn read_whole(open: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open.take(MAX_WHOLE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_WHOLE_BYTES {
        return Err(refused("it is larger than such a file is: move it away"));
    }
    Ok(bytes)
}

/// Opens a file that is its owner's alone, to be read and written; it is made where there is none.
///
/// # Errors
/// As [`open`].
pub(crate) fn open_private(path: &Path) -> io::Result<File> {
    let file = open_with(modes::private(OpenOptions::new().read(true).write(true).create(true).truncate(false)), path)?;
    if let Some(permissions) = modes::narrowed(&file.metadata()?) {
        file.set_permissions(permissions).ok(); // as far as it is ours, and there are modes
    }
    Ok(file)
}

/// Makes a folder that is its owner's alone. The folders that lead there are as the umask says.
pub(crate) fn make_private_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    modes::folder_builder().recursive(true).create(path) // one that is there stays
}

/// Takes what is there from all but its owner. Where that can't be done (no modes, or somebody else's), it stays as it is, and so does what a link leads to.
pub(crate) fn make_private(path: &Path) {
    if let Ok(metadata) = path.symlink_metadata()
        && !metadata.is_symlink()
        && let Some(permissions) = modes::narrowed(&metadata)
    {
        fs::set_permissions(path, permissions).ok();
    }
}

/// True if a file of the user who runs the program may be read by everybody, or written by others. What is somebody else's they can't change, such as root's
/// secrets in a container.
pub(crate) fn is_exposed(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && modes::are_exposing(&metadata))
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

/// Waits until the names in a folder are on its disk, where the file system has such a thing: many that are mounted over a network, or run in user
/// space, have none for folders, and sync files well: `false` says so.
///
/// # Errors
/// When the disk fails or is full.
pub(crate) fn sync_folder(path: &Path) -> io::Result<bool> {
    match File::open(path).and_then(|folder| folder.sync_all()) {
        Ok(()) => Ok(true),
        Err(error) if is_unknown_to_folders(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a file or a folder with all that is in it; of a symbolic link the link.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn open_with(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    check_place(path)?; // says it in words; what comes after this look is not followed or waited for either
    let file = modes::at_once(options).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_a_file()) }
}

#[cfg(unix)]
fn is_unknown_to_folders(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let unknown = [Errno::INVAL, Errno::OPNOTSUPP, Errno::NOTSUP, Errno::BADF, Errno::NOSYS, Errno::ACCESS];
    Errno::from_io_error(error).is_some_and(|errno| unknown.contains(&errno))
}

#[cfg(not(unix))]
fn is_unknown_to_folders(_: &io::Error) -> bool {
    true // folders are not opened as files are
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
    use std::fs::{DirBuilder, Metadata, OpenOptions, Permissions};
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};

    /// Neither follows a link nor waits for the other end of a pipe.
    pub(super) fn at_once(options: &mut OpenOptions) -> &mut OpenOptions {
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
    }

    pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
        options.mode(0o600)
    }

    pub(super) fn folder_builder() -> DirBuilder {
        let mut builder = DirBuilder::new();
        builder.mode(0o700);
        builder
    }

    /// Leaves the permissions to the owner alone; `None` where others have nothing already.
    pub(super) fn narrowed(metadata: &Metadata) -> Option<Permissions> {
        let mode = metadata.permissions().mode();
        (mode & 0o077 != 0).then(|| Permissions::from_mode(mode & 0o700))
    }

    /// A group that may read is how containers and services get their secrets.
    pub(super) fn are_exposing(metadata: &Metadata) -> bool {
        metadata.uid() == rustix::process::geteuid().as_raw() && metadata.permissions().mode() & 0o027 != 0
    }
}

#[cfg(not(unix))]
mod modes {
    use std::fs::{DirBuilder, Metadata, OpenOptions, Permissions};

    pub(super) fn at_once(options: &mut OpenOptions) -> &mut OpenOptions {
        options
    }

    pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
        options
    }

    pub(super) fn folder_builder() -> DirBuilder {
        DirBuilder::new()
    }

    pub(super) fn narrowed(_: &Metadata) -> Option<Permissions> {
        None
    }

    pub(super) fn are_exposing(_: &Metadata) -> bool {
        false
    }
}
