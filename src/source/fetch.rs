//! Functions that the live sources share.

use crate::files::{self, temporary};
use std::io::Write;
use std::path::Path;

/// The longest token or cursor that is sent back: a longer one would make the address of a request too long for many servers.
pub(super) const MAX_TOKEN_BYTES: usize = 4_096;

/// Encodes a value for a query (RFC 3986).
pub(crate) fn encoded(value: &str) -> String {
    let byte = |b: u8| if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    value.bytes().map(byte).collect()
}

/// Writes a cache file with owner-only permissions; it appears only when it is complete.
pub(super) fn keep(bytes: &[u8], to: &Path) -> std::io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    files::make_private_folder(folder)?;
    let mut file = temporary::private_file_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(to)?;
    Ok(())
}
