//! Quotes around cells of CSV.

use starcite_sources::csv::is_null;
use std::borrow::Cow;

/// Returns a text as a cell of CSV (RFC 4180): quoted where necessary, and if it is empty or a word for null, because such a field without quotes
/// means unknown.
pub(crate) fn quoted(text: &str, separator: char) -> Cow<'_, str> {
    if text.is_empty() || is_null(text.as_bytes()) || text.contains([separator, '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}
