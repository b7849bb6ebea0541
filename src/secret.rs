//! Secrets that stand in files.

use crate::files;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Reads a secret from a file, without whitespace around it; `flag` is the option that names the file.
///
/// # Errors
/// When it can't be read, or holds nothing.
pub(crate) fn read(file: &Path, flag: &str, what: &str) -> Result<String> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {what} from {}: check {flag}", file.display()))?;
    match text.trim() {
        "" => bail!("{} does not hold {what}: write it there, or leave {flag} out", file.display()),
        text => Ok(text.to_owned()),
    }
}

/// Warns of a file with a secret that is not its owner's alone.
pub(crate) fn warning(file: &Path) -> Option<String> {
    files::is_exposed(file).then(|| format!("others may read or change {0}, which holds a secret: chmod 600 {0}", file.display()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::{PermissionsExt, chown};

    #[test]
    fn nobody_is_told_to_change_what_is_somebody_elses() {
        let file = tempfile::NamedTempFile::new().unwrap();
        set_permissions(file.path(), Permissions::from_mode(0o444)).unwrap();
        assert!(warning(file.path()).is_some_and(|warning| warning.contains("chmod 600")));
        // Root alone can give a file away; for others there is one of root's.
        let is_given = chown(file.path(), Some(1), None).is_ok();
        assert_eq!(warning(if is_given { file.path() } else { Path::new("/etc/passwd") }), None);
    }
}
