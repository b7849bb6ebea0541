//! Splits CSV into rows of fields.

use super::csv::{Record, Records};
use super::limits::Limits;
use super::{Framed, Framer, FramingError, Reader, Text};
use starcite_ground::formula::restored;

/// Returns the rows of a CSV file with a header, as fields by column name; an empty cell is absent. Removes the apostrophe that made a cell
/// text for spreadsheets.
pub(super) fn csv_rows<'a>(input: Reader<'a>, limits: Limits) -> Framer<'a> {
    let mut records = Records::new(input, limits);
    let mut header = records.header();
    Box::new(move |_| {
        let names = match header.take()? {
            Ok(names) => names,
            Err((byte_offset, unreadable)) => return Some(Framed { byte_offset, text: Err(unreadable) }),
        };
        let piece = match records.next()? {
            Ok(record) => Framed { byte_offset: record.byte_offset, text: fields(&names, &record) },
            Err((byte_offset, unreadable)) => Framed { byte_offset, text: Err(unreadable) },
        };
        header = Some(Ok(names));
        Some(piece)
    })
}

fn fields(names: &[String], record: &Record<'_>) -> Result<Text, FramingError> {
    check(record, names.len())?;
    let mut fields = serde_json::Map::new();
    for (at, name) in names.iter().enumerate() {
        let cell = record.value(at).map_err(|reason| FramingError { reason: reason.to_owned(), excerpt: record.excerpt() })?;
        if !cell.trim().is_empty() {
            fields.insert(name.clone(), restored(cell.trim()).into());
        }
    }
    Ok(Text::Fields(fields))
}

/// Checks that a record is text, and has as many cells as its header.
pub(super) fn check(record: &Record<'_>, wanted: usize) -> Result<(), FramingError> {
    let reason = match record.len() {
        _ if !record.is_text() => "invalid UTF-8: save the file as UTF-8 (from Excel: CSV UTF-8; else iconv -f WINDOWS-1252 -t UTF-8)".to_owned(),
        cells if cells != wanted => format!("{cells} cells where the header has {wanted}"),
        _ => return Ok(()),
    };
    Err(FramingError { reason, excerpt: record.excerpt() })
}
