//! Cuts CSV into rows; and what is said where no record can be cut out.

use super::input::Limits;
use super::{Piece, Reader, Splitter, Text, Unreadable, excerpt};
use std::io;

/// The rows of a CSV file with a header, as fields by column name; an empty cell is absent.
pub(super) fn csv_rows<'a>(input: Reader<'a>, _: Limits) -> Splitter<'a> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let header = reader.byte_headers().cloned();
    let mut failed = false;
    Box::new(move |_| {
        if failed {
            return None;
        }
        let mut row = csv::ByteRecord::new();
        let byte_offset = reader.position().byte();
        let read = match &header {
            Ok(_) => reader.read_byte_record(&mut row),
            Err(error) => Err(io::Error::other(error.to_string()).into()),
        };
        match read {
            Ok(false) => None,
            Ok(true) => Some(piece(byte_offset, fields(header.as_ref().ok()?, &row))),
            Err(error) => {
                failed = true;
                Some(piece(byte_offset, Err(Unreadable { reason: format!("no CSV: {error}"), excerpt: String::new() })))
            }
        }
    })
}

fn fields(header: &csv::ByteRecord, row: &csv::ByteRecord) -> Result<Text, Unreadable> {
    let unreadable = |reason: String| Unreadable { reason, excerpt: excerpt(row.as_slice()) };
    if row.len() != header.len() {
        return Err(unreadable(format!("{} cells where the header has {}", row.len(), header.len())));
    }
    let mut fields = serde_json::Map::new();
    for (name, cell) in header.iter().zip(row) {
        let text = |bytes| std::str::from_utf8(bytes).map_err(|_| unreadable("invalid UTF-8".to_owned()));
        let cell = text(cell)?.trim();
        if !cell.is_empty() {
            fields.insert(text(name)?.trim().to_owned(), cell.into());
        }
    }
    Ok(Text::Fields(fields))
}

fn piece(byte_offset: u64, text: Result<Text, Unreadable>) -> Piece {
    Piece { byte_offset, text }
}

pub(super) fn too_long_record(start: &[u8], limits: Limits) -> Unreadable {
    Unreadable { reason: longer_than(limits), excerpt: excerpt(start) }
}

/// What is said of a record that is too long.
pub(super) fn longer_than(limits: Limits) -> String {
    format!("longer than {} MiB", limits.record_bytes / 1024 / 1024)
}

/// The input ended in the middle: what was read before it counts.
pub(super) fn cut_off(error: &io::Error, start: &[u8]) -> Unreadable {
    Unreadable { reason: format!("the input is cut off or damaged here, nothing behind it was read: {error}"), excerpt: excerpt(start) }
}
