//! Rows of a file that knows its own shape, as records: up to the first damage, which a reader may meet with a panic.

use crate::guarded::guarded;
use crate::source::unreadable::cut_off;
use crate::source::{Piece, Splitter, Text, Unreadable};
use anyhow::Result;
use std::io;

/// The rows of a file.
pub(super) trait Rows {
    /// Appends the next row to `text`, or says why it is none; `None` at the end.
    ///
    /// # Errors
    /// When the file is damaged, or becomes too large: what is behind is not read.
    fn next(&mut self, text: &mut Vec<u8>) -> Result<Option<Result<Text, Unreadable>>>;

    /// Where the part begins that the last row stands in.
    fn place(&self) -> u64;
}

/// The rows as records, up to the first error.
pub(super) fn records<'a>(mut rows: impl Rows + Send + 'a) -> Splitter<'a> {
    let mut failed = false;
    Box::new(move |text| {
        if failed {
            return None;
        }
        let row = guarded(|| rows.next(text)).unwrap_or_else(|error| {
            failed = true;
            Some(Err(cut_off(&io::Error::other(format!("{error:#}")), &[])))
        });
        row.map(|text| Piece { byte_offset: rows.place(), text })
    })
}
