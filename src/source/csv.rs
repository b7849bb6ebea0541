//! Cuts CSV into records (RFC 4180). A quote that does not close costs the line that it opens on: the next line is read again as a record.

use super::input::Limits;
use super::unreadable::{cut_off, longer_than};
use super::{Reader, Unreadable, excerpt};
use crate::source::checksum::is_cut;
use std::borrow::Cow;
use std::io::{self, BufRead};
use std::ops::Range;

/// What may stand between the cells.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];
/// The columns that a table has at most, of whatever form: sets of papers have some hundred.
pub(super) const MAX_COLUMNS: usize = 10_000;
/// What is looked at for the separator.
const FIRST_LINE_BYTES: usize = 64 * 1024;

/// The records of an input.
pub(super) struct Records<'a> {
    input: Reader<'a>,
    limits: Limits,
    /// Not known before the first line was read.
    separator: Option<u8>,
    /// What was read and is no record yet, from `at` on.
    buffer: Vec<u8>,
    at: usize,
    /// Where `at` is in the input.
    byte_offset: u64,
    cells: Vec<Cell>,
    /// The line goes on that was left out.
    skips: bool,
    /// Nothing is behind the buffer.
    ended: bool,
    failed: bool,
}

/// Where no record could be read, and why.
pub(super) type Misread = (u64, Unreadable);

/// Where a cell stands in its record.
struct Cell {
    text: Range<usize>,
    /// Two quotes stand for one.
    is_doubled: bool,
}

/// A record, cut into cells.
pub(super) struct Record<'r> {
    pub(super) byte_offset: u64,
    text: &'r [u8],
    cells: &'r [Cell],
}

/// How far a record goes.
enum End {
    /// So many bytes, its line end included.
    At(usize),
    /// It goes on behind what was read, or, at the end of the input, ends there: in a quote, or not.
    Behind { in_quote: bool },
    /// A quote closes within a cell.
    InCell,
    /// It has more cells than are read.
    TooWide,
}

impl<'a> Records<'a> {
    /// The records of an input whose separator its first line tells: comma, tab or semicolon.
    pub(super) fn new(input: Reader<'a>, limits: Limits) -> Self {
        let (buffer, cells) = (Vec::new(), Vec::new());
        Self { input, limits, separator: None, buffer, at: 0, byte_offset: 0, cells, skips: false, ended: false, failed: false }
    }

    /// The names in the first record; `None` where there is none.
    pub(super) fn header(&mut self) -> Option<Result<Vec<String>, Misread>> {
        let record = match self.next()? {
            Ok(record) => record,
            Err(misread) => return Some(Err(misread)),
        };
        let names = (0..record.len()).map(|at| record.cell(at).map(|name| name.trim().to_owned())).collect::<Result<_, _>>();
        Some(names.map_err(|reason| (record.byte_offset, Unreadable { reason: reason.to_owned(), excerpt: record.excerpt() })))
    }

    /// The next record that is no blank line, or why there is none here; `None` at the end. What is behind a damaged place is not read.
    pub(super) fn next(&mut self) -> Option<Result<Record<'_>, Misread>> {
        loop {
            if self.failed {
                return None;
            }
            let (taken, unreadable) = match self.found() {
                Ok((0, _)) => return None,
                Ok(found) => found,
                Err(error) => return self.fail(&error),
            };
            let (from, byte_offset) = (self.at, self.byte_offset);
            self.at += taken;
            self.byte_offset += taken as u64;
            let text = &self.buffer[from..self.at];
            if let Some(reason) = unreadable {
                self.skips = !text.ends_with(b"\n");
                return Some(Err((byte_offset, Unreadable { reason, excerpt: excerpt(text.trim_ascii_end()) })));
            }
            if !text.trim_ascii().is_empty() {
                return Some(Ok(Record { byte_offset, text: &self.buffer[from..self.at], cells: &self.cells }));
            }
        }
    }

    /// How many bytes the next record takes, none at the end; of one that can't be read its line, and why.
    fn found(&mut self) -> io::Result<(usize, Option<String>)> {
        while self.skips {
            self.skip()?;
        }
        let separator = self.separator()?;
        loop {
            let is_long = self.buffer.len() - self.at > self.limits.record_bytes;
            let end = end(&self.buffer[self.at..], separator, &mut self.cells);
            let is_open = match end {
                End::At(_) => false,
                End::Behind { .. } => true,
                End::InCell | End::TooWide => !self.buffer[self.at..].contains(&b'\n'),
            };
            if is_open && !is_long && !self.ended {
                self.fill()?;
                continue;
            }
            return Ok(match end {
                End::At(taken) => (taken, (taken > self.limits.record_bytes).then(|| longer_than(self.limits))),
                End::Behind { in_quote: true } => (self.line(), Some("a quote opens here and does not close".to_owned())),
                End::Behind { in_quote: false } if is_long => (self.line(), Some(longer_than(self.limits))),
                End::Behind { in_quote: false } => (self.buffer.len() - self.at, None),
                End::TooWide => (self.line(), Some(format!("more than {MAX_COLUMNS} cells"))),
                End::InCell => (self.line(), Some("text behind a closing quote: a quote within a cell is written twice, \"\"".to_owned())),
            });
        }
    }

    fn separator(&mut self) -> io::Result<u8> {
        if let Some(separator) = self.separator {
            return Ok(separator);
        }
        while self.buffer.len() < FIRST_LINE_BYTES && memchr::memchr(b'\n', &self.buffer).is_none() && !self.ended {
            self.fill()?;
        }
        Ok(*self.separator.insert(separator(&self.buffer)))
    }

    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at);
        self.at = 0;
        self.ended = read_more(&mut self.input, &mut self.buffer)? == 0;
        Ok(())
    }

    /// Leaves out the rest of a line.
    fn skip(&mut self) -> io::Result<()> {
        self.fill()?;
        self.at = self.line();
        self.byte_offset += self.at as u64;
        self.skips = !self.ended && !self.buffer[..self.at].ends_with(b"\n");
        Ok(())
    }

    fn fail<T>(&mut self, error: &io::Error) -> Option<Result<T, Misread>> {
        self.failed = true;
        (!is_cut(error)).then(|| Err((self.byte_offset, cut_off(error, &self.buffer[self.at..]))))
    }

    /// The bytes up to the end of the line, or of what was read.
    fn line(&self) -> usize {
        let rest = &self.buffer[self.at..];
        memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1)
    }
}

/// Appends what the reader has at hand, as much again as is there already so that a long record is not looked at too often.
fn read_more(input: &mut Reader<'_>, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let (before, wanted) = (buffer.len(), buffer.len() + 1);
    while buffer.len() - before < wanted {
        let chunk = input.fill_buf()?;
        let taken = chunk.len();
        buffer.extend_from_slice(chunk);
        input.consume(taken);
        if taken == 0 {
            break;
        }
    }
    Ok(buffer.len() - before)
}

/// What stands most often between the cells of the first line.
fn separator(text: &[u8]) -> u8 {
    let mut counts = [0; SEPARATORS.len()];
    let mut in_quote = false;
    for byte in text.iter().take_while(|byte| **byte != b'\n') {
        in_quote ^= *byte == b'"';
        if let Some(at) = SEPARATORS.iter().position(|separator| separator == byte && !in_quote) {
            counts[at] += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    counts.iter().position(|count| *count == most).map_or(b',', |at| SEPARATORS[at])
}

/// Where the record ends that begins here, and its cells.
fn end(text: &[u8], separator: u8, cells: &mut Vec<Cell>) -> End {
    cells.clear();
    let mut at = 0;
    loop {
        if cells.len() == MAX_COLUMNS {
            return End::TooWide;
        }
        let quoted = if text.get(at) == Some(&b'"') {
            let Some(cell) = quoted(text, at + 1) else { return End::Behind { in_quote: true } };
            Some(cell)
        } else {
            None
        };
        let behind = quoted.as_ref().map_or(at, |cell| cell.text.end + 1);
        let stop = memchr::memchr2(separator, b'\n', &text[behind..]).map(|length| behind + length);
        let is_last = stop.is_none_or(|stop| text[stop] == b'\n');
        let mut until = stop.unwrap_or(text.len());
        if is_last && text[behind..until].ends_with(b"\r") {
            until -= 1;
        }
        match quoted {
            Some(_) if until > behind => return End::InCell,
            Some(cell) => cells.push(cell),
            None => cells.push(Cell { text: at..until, is_doubled: false }),
        }
        match stop {
            None => return End::Behind { in_quote: false },
            Some(stop) if is_last => return End::At(stop + 1),
            Some(stop) => at = stop + 1,
        }
    }
}

/// The cell whose text begins here, up to the quote that closes it.
fn quoted(text: &[u8], begin: usize) -> Option<Cell> {
    let (mut at, mut is_doubled) = (begin, false);
    loop {
        let quote = at + memchr::memchr(b'"', &text[at..])?;
        if text.get(quote + 1) != Some(&b'"') {
            return Some(Cell { text: begin..quote, is_doubled });
        }
        is_doubled = true;
        at = quote + 2;
    }
}

impl Record<'_> {
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The text of a cell.
    ///
    /// # Errors
    /// When it is no UTF-8.
    pub(super) fn cell(&self, number: usize) -> Result<Cow<'_, str>, &'static str> {
        let Some(cell) = self.cells.get(number) else { return Ok(Cow::Borrowed("")) };
        let text = std::str::from_utf8(&self.text[cell.text.clone()]).map_err(|_| "invalid UTF-8")?;
        Ok(if cell.is_doubled { text.replace("\"\"", "\"").into() } else { text.into() })
    }

    pub(super) fn excerpt(&self) -> String {
        excerpt(self.text.trim_ascii_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    /// Every record: where it begins, and its cells or why there are none; read some bytes at a time.
    fn read(input: &str, buffer: usize, record_bytes: usize) -> Vec<(u64, Vec<String>)> {
        let limits = Limits { record_bytes, ..Limits::default() };
        let mut records = Records::new(Box::new(BufReader::with_capacity(buffer, input.as_bytes())), limits);
        let mut found = Vec::new();
        while let Some(record) = records.next() {
            found.push(match record {
                Ok(record) => (record.byte_offset, (0..record.len()).map(|at| record.cell(at).unwrap().into_owned()).collect()),
                Err((at, unreadable)) => (at, vec![format!("! {}: {}", unreadable.reason, unreadable.excerpt)]),
            });
        }
        found
    }

    fn cells(input: &str) -> Vec<Vec<String>> {
        let whole = read(input, 4096, 1 << 20);
        for buffer in [1, 2, 3, 7] {
            assert_eq!(read(input, buffer, 1 << 20), whole, "{input:?} by {buffer}");
        }
        whole.into_iter().map(|(_, cells)| cells).collect()
    }

    #[test]
    fn records_have_quotes_line_ends_and_separators_in_them() {
        assert_eq!(cells("a,b\n\"1,2\n3\",\"say \"\"x\"\"\"\r\n"), [vec!["a", "b"], vec!["1,2\n3", "say \"x\""]]);
        assert_eq!(cells("a\tb,c\td\n1\t2\t\n"), [vec!["a", "b,c", "d"], vec!["1", "2", ""]]);
        assert_eq!(cells("a;b\n1,5;\"\"\n\n \r\n3;4"), [vec!["a", "b"], vec!["1,5", ""], vec!["3", "4"]]);
        assert_eq!(cells("a,b\nx\"y,z\r\n"), [vec!["a", "b"], vec!["x\"y", "z"]]);
        assert!(cells("").is_empty());
        assert_eq!(cells("a"), [vec!["a"]]);
    }

    #[test]
    fn a_quote_that_does_not_close_costs_the_line_that_it_opens_on() {
        let found = cells("a,b\n1,\"open\n2,x\n3,y\n");
        assert_eq!(found[1], ["! a quote opens here and does not close: 1,\"open"]);
        assert_eq!(found[2..], [vec!["2", "x"], vec!["3", "y"]]);
        let found = cells("a,b\n1,\"open\n2,\"x\"\n3,\"y\"\n");
        assert!(found[1][0].starts_with("! text behind a closing quote"), "{found:?}");
        assert_eq!(found[2..], [vec!["2", "x"], vec!["3", "y"]]);
        let found = cells("a,b\n\"x\\\"y\",1\n2,3\n");
        assert!(found[1][0].starts_with("! text behind a closing quote"), "{found:?}");
        assert_eq!(found[2..], [vec!["2", "3"]]);
    }

    #[test]
    fn a_record_that_is_too_long_is_left_out_and_memory_with_it() {
        let long = "x".repeat(500);
        for open in ["", "\""] {
            let found = read(&format!("a,b\n1,{open}{long}\n2,y\n{}", "3,z\n".repeat(200)), 64, 300);
            assert_eq!(found[1].0, 4);
            assert!(found[1].1[0].starts_with('!'), "{:?}", found[1]);
            assert_eq!(found[2], (4 + 2 + open.len() as u64 + 501, vec!["2".to_owned(), "y".to_owned()]));
            assert_eq!(found.len(), 203);
        }
    }
}
