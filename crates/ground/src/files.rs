//! Opens files at paths where another process may have put something: opens only regular files, follows no symbolic link, and waits for no pipe.
//! A file that a user names is opened without these checks.

pub mod atomic;
pub mod folder;
pub mod lock;
pub mod reader;
pub mod temporary;

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The largest file that is read whole (a manifest or a cached page), in bytes.
pub const MAX_WHOLE_BYTES: u64 = 64 << 20;

/// Opens a file for reading.
///
/// # Errors
/// When it can't be opened, or is not a regular file.
pub fn open(path: &Path) -> io::Result<File> {
    open_with(OpenOptions::new().read(true), path)
}

/// Reads a whole file.
///
/// # Errors
/// As [`open`], and when the file is larger than [`MAX_WHOLE_BYTES`].
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    read_whole(open(path)?)
}

/// Reads a reader to its end.
///
/// # Errors
/// When it has more than [`MAX_WHOLE_BYTES`].
pub fn read_whole(open: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open.take(MAX_WHOLE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_WHOLE_BYTES {
        return Err(refused("it is larger than such a file is: move it away"));
    }
    Ok(bytes)
}

/// Opens a file with owner-only permissions for reading and writing; creates it if it does not exist.
///
/// # Errors
/// As [`open`].
pub fn open_private(path: &Path) -> io::Result<File> {
    let file = open_with(modes::private(OpenOptions::new().read(true).write(true).create(true).truncate(false)), path)?;
    if let Some(permissions) = modes::narrowed(&file.metadata()?) {
        file.set_permissions(permissions).ok(); // best effort: another user may own it, or the system may have no modes
    }
    Ok(file)
}

/// Opens a file that a user names, to add to its end; a new one has owner-only permissions.
pub fn append_private(path: &Path) -> io::Result<File> {
    modes::private(OpenOptions::new().append(true).create(true)).open(path)
}

/// Makes a folder with owner-only permissions. Its missing parents get the permissions of the umask.
pub fn make_private_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    modes::folder_builder().recursive(true).create(path) // an existing folder stays as it is
}

/// Removes all permissions but the owner's. They stay as they are where that fails (no modes, or another user's file). A symbolic link is
/// not followed.
pub fn make_private(path: &Path) {
    if let Ok(metadata) = path.symlink_metadata()
        && !metadata.is_symlink()
        && let Some(permissions) = modes::narrowed(&metadata)
    {
        fs::set_permissions(path, permissions).ok();
    }
}

/// True if a file of the user who runs the program is readable by everyone or writable by others. A file of another user, such as root's
/// secrets in a container, is not reported because the user can't change it.
pub(crate) fn is_exposed(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && modes::are_exposing(&metadata))
}

/// Fails if the path is a symbolic link, a pipe or a device; it may be a file, a folder or nothing.
pub fn check_place(path: &Path) -> io::Result<()> {
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

/// Waits until the names in a folder are on disk. Returns `false` if the file system can't sync folders: many network and user-space file
/// systems can't, though they sync files well.
///
/// # Errors
/// When the disk fails or is full.
pub fn sync_folder(path: &Path) -> io::Result<bool> {
    match File::open(path).and_then(|folder| folder.sync_all()) {
        Ok(()) => Ok(true),
        Err(error) if is_unknown_to_folders(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Puts a folder in place, and returns the path at which the folder that was there is now: that of `new` where the system swaps two folders in one step (Linux
/// `renameat2`), else `aside`.
///
/// # Errors
/// When a folder can't be renamed; between two renames, `aside` may hold the former one.
pub fn put_folder<'p>(new: &'p Path, place: &Path, aside: &'p Path) -> io::Result<Option<&'p Path>> {
    if !place.exists() {
        return fs::rename(new, place).map(|()| None);
    }
    if exchanged(new, place) {
        return Ok(Some(new));
    }
    fs::rename(place, aside)?;
    fs::rename(new, place)?;
    Ok(Some(aside))
}

#[cfg(target_os = "linux")]
fn exchanged(a: &Path, b: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn exchanged(_: &Path, _: &Path) -> bool {
    false
}

/// Returns the number of the device that a file or a folder is on; `None` where the system has none.
#[cfg(unix)]
pub fn device(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    Some(fs::metadata(path).ok()?.dev())
}

/// Returns the bytes that this user may still write on the file system of a folder; `None` where the system does not tell.
#[cfg(unix)]
pub fn free_bytes(folder: &Path) -> Option<u64> {
    let there = rustix::fs::statvfs(folder).ok()?;
    there.f_bavail.checked_mul(there.f_frsize)
}

#[cfg(not(unix))]
pub fn device(_: &Path) -> Option<u64> {
    None
}

#[cfg(not(unix))]
pub fn free_bytes(_: &Path) -> Option<u64> {
    None
}

/// Returns the path of a file next to another, whose name continues with `end`.
pub fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Removes a file, or a folder with its contents; of a symbolic link, removes the link.
pub fn remove(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn open_with(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    check_place(path)?; // gives a readable error; `at_once` neither follows nor waits for what appears after this check
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
    true // folders can't be opened as files here
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

    /// Makes `open` follow no link and not wait for the other end of a pipe.
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

    /// Returns the permissions reduced to the owner's; `None` if others have none already.
    pub(super) fn narrowed(metadata: &Metadata) -> Option<Permissions> {
        let mode = metadata.permissions().mode();
        (mode & 0o077 != 0).then(|| Permissions::from_mode(mode & 0o700))
    }

    /// Lets the group read because containers and services get their secrets that way.
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
