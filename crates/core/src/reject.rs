//! The words for records that can't be used, whoever reads them.

/// Bytes that are enough for an excerpt, whatever the characters.
pub const HEAD_BYTES: usize = 480;

/// The reason of a record that nothing identifies.
pub const NO_KEY: &str = "neither an id nor a title";
/// The reason of a text that is not UTF-8.
pub const NOT_UTF_8: &str = "invalid UTF-8";

/// Returns the reason of a record that has more bytes than are read.
pub fn longer_than(bytes: usize) -> String {
    const MIB: usize = 1024 * 1024;
    if bytes.is_multiple_of(MIB) { format!("longer than {} MiB", bytes / MIB) } else { format!("longer than {bytes} bytes") }
}

/// Returns the beginning of a record, for the table `rejects`: at most 120 characters, on one line.
pub fn excerpt(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    String::from_utf8_lossy(head).chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}
