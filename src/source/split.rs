//! Cuts an input into records one by one, without ever holding more than a batch.

use super::input::Limits;
use super::{Cut, Piece, Reader, Splitter, Text, Unreadable, excerpt};
use std::io;

/// The elements of one JSON array, or one record a line where the input is no array.
pub(super) fn array_or_lines(start: &[u8]) -> Cut {
    if first_byte(start) == Some(b'[') { Cut::Pieces(array) } else { Cut::Lines }
}

/// The first byte that is no blank.
pub(super) fn first_byte(start: &[u8]) -> Option<u8> {
    start.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

fn array<'a>(input: Reader<'a>, limits: Limits) -> Splitter<'a> {
    let mut elements = Elements { input, limits, byte_offset: 0, ended: false, opened: false };
    Box::new(move |text| elements.next(text))
}

struct Elements<'a> {
    input: Reader<'a>,
    limits: Limits,
    byte_offset: u64,
    ended: bool,
    opened: bool,
}

impl Elements<'_> {
    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.input.fill_buf()?.first().copied();
        if byte.is_some() {
            self.input.consume(1);
            self.byte_offset += 1;
        }
        Ok(byte)
    }

    /// The next element, up to the comma or bracket that ends it: where it begins, and whether it is too long; `None` at the array's end.
    fn element(&mut self, text: &mut Vec<u8>) -> io::Result<Option<(u64, bool)>> {
        let begin = text.len();
        let (mut depth, mut in_string, mut escaped, mut start, mut too_long) = (0u32, false, false, self.byte_offset, false);
        while let Some(byte) = self.byte()? {
            if !self.opened {
                self.opened = byte == b'[';
                continue;
            }
            let is_empty = text.len() == begin;
            let ends = !in_string && depth == 0 && (byte == b',' || byte == b']');
            if ends {
                self.ended = byte == b']';
                if is_empty && !self.ended {
                    continue;
                }
                return Ok((!is_empty).then_some((start, too_long)));
            }
            if is_empty {
                if byte.is_ascii_whitespace() {
                    continue;
                }
                start = self.byte_offset - 1;
            }
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
                _ => {}
            }
            too_long |= text.len() - begin >= self.limits.record_bytes;
            if !too_long {
                text.push(byte);
            }
        }
        Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the JSON array does not end"))
    }

    fn next(&mut self, text: &mut Vec<u8>) -> Option<Piece> {
        if self.ended {
            return None;
        }
        let (begin, before) = (text.len(), self.byte_offset);
        let found = self.element(text);
        match found {
            Ok(None) => None,
            Ok(Some((start, false))) => Some(piece(start, Ok(Text::Json(begin..text.len())))),
            Ok(Some((_, true))) => Some(piece(before, Err(too_long_record(&text[begin..], self.limits)))),
            Err(error) => {
                self.ended = true;
                Some(piece(before, Err(cut_off(&error, &text[begin..]))))
            }
        }
    }
}

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
