//! Functions that the live sources share.

use anyhow::{Context, Result};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use starcite_ground::files::atomic;
use std::path::Path;

/// The longest token or cursor that is sent back: a longer one would make the address of a request too long for many servers.
pub(super) const MAX_TOKEN_BYTES: usize = 4_096;

/// The characters that a value of a query can't contain (RFC 3986, 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Encodes a value for a query.
pub fn encoded(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}

/// Writes a cache file with owner-only permissions; it appears only when it is complete.
///
/// # Errors
/// When it can't be written; the error names it.
pub(super) fn keep(bytes: &[u8], to: &Path) -> Result<()> {
    atomic::write_private(to, bytes).with_context(|| atomic::no_room(to.display()))
}
