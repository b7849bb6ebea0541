//! Files that appear under their final names only when they are complete.

use crate::files::temporary::file_in;
use anyhow::{Context, Result};
use std::path::Path;
use tempfile::NamedTempFile;

/// Creates a file under a temporary name, in its final folder.
pub(crate) fn temporary(path: &Path) -> Result<NamedTempFile> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    file_in(folder).with_context(|| format!("cannot write {}: check the folder", path.display()))
}

/// Renames a complete file to its final name.
pub(crate) fn appear(file: NamedTempFile, path: &Path) -> Result<()> {
    let context = || no_room(&path.display().to_string());
    file.as_file().sync_all().with_context(context)?;
    file.persist(path).with_context(context)?;
    Ok(())
}

/// Returns the message for a file that can't be written.
pub(crate) fn no_room(name: &str) -> String {
    format!("cannot write {name}: is the disk full?")
}
