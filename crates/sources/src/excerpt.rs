//! The beginning of a record that can't be used, for the `rejects` table.

/// Bytes that are enough for an excerpt, whatever the characters.
pub(super) const HEAD_BYTES: usize = 480;

/// Returns at most 120 characters, on one line.
pub fn excerpt(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    String::from_utf8_lossy(head).chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}
