//! Cuts an input into records, without ever holding more than one.

use super::{Body, Piece, Unreadable, excerpt};
use std::io::{self, BufRead};

/// The longest record that is read, in bytes; real records stay far below (arXiv's longest is about 60 KB).
pub(crate) const MAX_RECORD_BYTES: usize = 16 * 1024 * 1024;

/// One JSON record a line. Blank lines are skipped, `\r\n` is a line's end.
pub(super) fn lines<'a>(input: Box<dyn BufRead + Send + 'a>) -> Box<dyn Iterator<Item = Piece> + Send + 'a> {
    Box::new(Lines { input, record: 0, byte_offset: 0, ended: false })
}

struct Lines<'a> {
    input: Box<dyn BufRead + Send + 'a>,
    record: u64,
    byte_offset: u64,
    ended: bool,
}

impl Iterator for Lines<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        while !self.ended {
            let byte_offset = self.byte_offset;
            let mut line = Vec::new();
            let read = read_line(&mut *self.input, &mut line);
            let (bytes, too_long, failed) = match read {
                Ok((bytes, too_long)) => (bytes, too_long, None),
                Err(error) => (0, false, Some(error)),
            };
            self.byte_offset += bytes;
            if let Some(error) = failed {
                self.ended = true;
                self.record += 1;
                return Some(piece(self.record, byte_offset, Err(cut_off(&error, &line))));
            }
            self.ended = bytes == 0;
            if line.trim_ascii().is_empty() {
                continue;
            }
            self.record += 1;
            let body = if too_long { Err(too_long_record(&line)) } else { Ok(Body::Json(line)) };
            return Some(piece(self.record, byte_offset, body));
        }
        None
    }
}

/// Reads a line without its end, keeping at most [`MAX_RECORD_BYTES`]: how many bytes it took, and whether more were left out.
fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<(u64, bool)> {
    let mut bytes = 0;
    let mut too_long = false;
    loop {
        let available = input.fill_buf()?;
        let newline = available.iter().position(|b| *b == b'\n');
        let taken = newline.map_or(available.len(), |at| at + 1);
        let kept = &available[..newline.unwrap_or(taken)];
        let room = MAX_RECORD_BYTES.saturating_sub(line.len());
        too_long |= kept.len() > room;
        line.extend_from_slice(&kept[..kept.len().min(room)]);
        input.consume(taken);
        bytes += taken as u64;
        if newline.is_some() || taken == 0 {
            return Ok((bytes, too_long));
        }
    }
}

/// The elements of one JSON array, or one record a line where the input is no array.
pub(super) fn array_or_lines<'a>(mut input: Box<dyn BufRead + Send + 'a>) -> Box<dyn Iterator<Item = Piece> + Send + 'a> {
    let first = input.fill_buf().ok().and_then(|bytes| bytes.iter().copied().find(|b| !b.is_ascii_whitespace()));
    if first == Some(b'[') { Box::new(Elements { input, record: 0, byte_offset: 0, ended: false, opened: false }) } else { lines(input) }
}

struct Elements<'a> {
    input: Box<dyn BufRead + Send + 'a>,
    record: u64,
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

    /// The next element, up to the comma or bracket that ends it; `None` at the array's end.
    fn element(&mut self, element: &mut Vec<u8>) -> io::Result<Option<Result<u64, Unreadable>>> {
        let (mut depth, mut in_string, mut escaped, mut start, mut too_long) = (0u32, false, false, self.byte_offset, false);
        while let Some(byte) = self.byte()? {
            if !self.opened {
                self.opened = byte == b'[';
                continue;
            }
            let ends = !in_string && depth == 0 && (byte == b',' || byte == b']');
            if ends {
                self.ended = byte == b']';
                if element.is_empty() && !self.ended {
                    continue;
                }
                let body = if too_long { Err(too_long_record(element)) } else { Ok(start) };
                return Ok((!element.is_empty()).then_some(body));
            }
            if element.is_empty() {
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
            too_long |= element.len() >= MAX_RECORD_BYTES;
            if !too_long {
                element.push(byte);
            }
        }
        Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the JSON array does not end"))
    }
}

impl Iterator for Elements<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        if self.ended {
            return None;
        }
        let mut element = Vec::new();
        let before = self.byte_offset;
        let found = self.element(&mut element);
        self.record += 1;
        match found {
            Ok(None) => None,
            Ok(Some(Ok(start))) => Some(piece(self.record, start, Ok(Body::Json(element)))),
            Ok(Some(Err(unreadable))) => Some(piece(self.record, before, Err(unreadable))),
            Err(error) => {
                self.ended = true;
                Some(piece(self.record, before, Err(cut_off(&error, &element))))
            }
        }
    }
}

/// The rows of a CSV file with a header, as fields by column name; an empty cell is absent.
pub(super) fn csv_rows<'a>(input: Box<dyn BufRead + Send + 'a>) -> Box<dyn Iterator<Item = Piece> + Send + 'a> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let header = reader.byte_headers().cloned();
    let mut record = 0;
    let mut failed = false;
    Box::new(std::iter::from_fn(move || {
        if failed {
            return None;
        }
        record += 1;
        let mut row = csv::ByteRecord::new();
        let byte_offset = reader.position().byte();
        let read = match &header {
            Ok(_) => reader.read_byte_record(&mut row),
            Err(error) => Err(io::Error::other(error.to_string()).into()),
        };
        match read {
            Ok(false) => None,
            Ok(true) => Some(piece(record, byte_offset, fields(header.as_ref().ok()?, &row))),
            Err(error) => {
                failed = true;
                Some(piece(record, byte_offset, Err(Unreadable { reason: format!("no CSV: {error}"), excerpt: String::new() })))
            }
        }
    }))
}

fn fields(header: &csv::ByteRecord, row: &csv::ByteRecord) -> Result<Body, Unreadable> {
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
    Ok(Body::Fields(fields))
}

fn piece(record: u64, byte_offset: u64, body: Result<Body, Unreadable>) -> Piece {
    Piece { record, byte_offset, body }
}

fn too_long_record(start: &[u8]) -> Unreadable {
    Unreadable { reason: format!("longer than {} MiB", MAX_RECORD_BYTES / 1024 / 1024), excerpt: excerpt(start) }
}

/// The input ended in the middle: what was read before it counts.
fn cut_off(error: &io::Error, start: &[u8]) -> Unreadable {
    Unreadable { reason: format!("the input is cut off or damaged here, nothing behind it was read: {error}"), excerpt: excerpt(start) }
}
