//! Rows of a file with a format of its own, as records: up to the first damage, on which a reader may panic.

use crate::framing_error::cut_off;
use crate::{Framed, Framer, FramingError, Text};
use anyhow::Result;
use starcite_ground::catch_panics::catch_panics;
use std::io;

/// The rows of a file.
pub(super) trait Rows {
    /// Appends the next row to `text`, or returns the reason why it is unusable; `None` at the end.
    ///
    /// # Errors
    /// When the file is damaged, or becomes too large: the rest is not read.
    fn next(&mut self, text: &mut Vec<u8>) -> Result<Option<Result<Text, FramingError>>>;

    /// Returns the offset of the part that has the last row.
    fn place(&self) -> u64;
}

/// Returns the rows as records, up to the first error.
pub(super) fn records<'a>(mut rows: impl Rows + Send + 'a) -> Framer<'a> {
    let mut failed = false;
    Box::new(move |text| {
        if failed {
            return None;
        }
        let row = catch_panics(|| rows.next(text)).unwrap_or_else(|error| {
            failed = true;
            Some(Err(cut_off(&io::Error::other(format!("{error:#}")), &[])))
        });
        row.map(|text| Framed { byte_offset: rows.place(), text })
    })
}
