//! Files that appear under their final names only when they are complete.

use super::temporary::{file_in, private_file_in};
use super::{make_private_folder, open_with};
use anyhow::{Context, Result};
use std::fmt::Display;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// Creates a file under a temporary name, in its final folder.
pub fn temporary(path: &Path) -> Result<NamedTempFile> {
    file_in(folder_of(path)).with_context(|| format!("cannot write {}: check the folder", path.display()))
}

/// Renames a complete file to its final name.
pub fn appear(file: NamedTempFile, path: &Path) -> Result<()> {
    synced(file, path).with_context(|| no_room(path.display()))
}

/// Writes a file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = temporary(path)?;
    file.write_all(bytes).with_context(|| no_room(path.display()))?;
    appear(file, path)
}

/// Writes a file with owner-only permissions, and makes its folder so if it is missing.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    make_private_folder(folder)?;
    let mut file = private_file_in(folder)?;
    file.write_all(bytes)?;
    synced(file, path)
}

/// Renames a complete file that another program or an earlier run wrote.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    open_with(OpenOptions::new().write(true), from)?.sync_all()?;
    fs::rename(from, to)
}

/// Returns the message for a file that can't be written.
pub fn no_room(name: impl Display) -> String {
    format!("cannot write {name}: is the disk full?")
}

fn synced(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
