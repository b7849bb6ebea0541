//! Splits CSV into records (RFC 4180). An unclosed quote costs only the line that it opens on: the next line is read again as a record.

use super::framing_error::{cut_off, longer_than};
use super::limits::Limits;
use super::{FramingError, Reader, excerpt};
use crate::checksum::is_cut;
use std::borrow::Cow;
use std::io::{self, BufRead};
use std::ops::Range;

/// The known separators of cells; a line `sep=` before the header names another one.
const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];
/// The most columns of a table, in any format: sets of papers have some hundred.
pub(super) const MAX_COLUMNS: usize = 10_000;
/// The words that programs write without quotes for a cell without a value: R, pandas, MySQL, PostgreSQL, spreadsheets.
const NULLS: [&[u8]; 11] = [b"\\N", b"NULL", b"null", b"NA", b"N/A", b"#N/A", b"<NA>", b"NaN", b"nan", b"NaT", b"None"];
/// The bytes that are examined for the dialect.
const FIRST_BYTES: usize = 64 * 1024;

/// True if a cell without quotes means that there is no value; a writer has to quote such a text.
pub fn is_null(cell: &[u8]) -> bool {
    NULLS.contains(&cell.trim_ascii())
}

/// The records of an input.
pub(super) struct Records<'a> {
    input: Reader<'a>,
    limits: Limits,
    /// `None` before the first line was read.
    dialect: Option<Dialect>,
    /// Bytes that were read and are not a record yet, from `at` on.
    buffer: Vec<u8>,
    at: usize,
    /// Offset of `at` in the input.
    byte_offset: u64,
    cells: Vec<Cell>,
    /// True while the rest of a rejected line has to be skipped.
    skips: bool,
    /// True if nothing follows the buffer.
    ended: bool,
    failed: bool,
}

/// The dialect of the records.
#[derive(Debug, Clone, Copy)]
struct Dialect {
    separator: u8,
    /// The end of a line, or its last byte.
    newline: u8,
}

/// The offset at which no record could be read, and the reason.
pub(super) type Misread = (u64, FramingError);

/// The position of a cell in its record.
struct Cell {
    text: Range<usize>,
    /// True if quotes in the text are written twice.
    is_doubled: bool,
}

/// A record, split into cells.
pub(super) struct Record<'r> {
    pub(super) byte_offset: u64,
    text: &'r [u8],
    cells: &'r [Cell],
}

/// The end of a record.
enum End {
    /// After so many bytes, its line end included.
    At(usize),
    /// It continues after the bytes that were read, or, at the end of the input, ends there: in a quote, or not.
    Behind { in_quote: bool },
    /// A quote closes within a cell.
    InCell,
    /// It has more than [`MAX_COLUMNS`] cells.
    TooWide,
}

impl<'a> Records<'a> {
    /// Returns the records of an input. It defines its own dialect: by a line `sep=;`, as Excel knows it, or by its header.
    pub(super) fn new(input: Reader<'a>, limits: Limits) -> Self {
        let (buffer, cells) = (Vec::new(), Vec::new());
        Self { input, limits, dialect: None, buffer, at: 0, byte_offset: 0, cells, skips: false, ended: false, failed: false }
    }

    /// Returns the names in the first record; `None` if there is none.
    pub(super) fn header(&mut self) -> Option<Result<Vec<String>, Misread>> {
        let record = match self.next()? {
            Ok(record) => record,
            Err(misread) => return Some(Err(misread)),
        };
        let names = (0..record.len()).map(|at| record.cell(at).map(|name| name.trim().to_owned())).collect::<Result<_, _>>();
        Some(names.map_err(|reason| (record.byte_offset, FramingError { reason: reason.to_owned(), excerpt: record.excerpt() })))
    }

    /// Returns the next record that is not an empty line, or the reason why there is none here; `None` at the end. Reads nothing after a
    /// damaged position.
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
                self.skips = !self.is_ended(text);
                return Some(Err((byte_offset, FramingError { reason, excerpt: excerpt(text.trim_ascii_end()) })));
            }
            if !text.trim_ascii().is_empty() {
                return Some(Ok(Record { byte_offset, text: &self.buffer[from..self.at], cells: &self.cells }));
            }
        }
    }

    /// Returns the bytes that the next record takes, 0 at the end; of an unreadable one those of its line, and the reason.
    fn found(&mut self) -> io::Result<(usize, Option<String>)> {
        while self.skips {
            self.skip()?;
        }
        let dialect = self.dialect()?;
        loop {
            let is_long = self.buffer.len() - self.at > self.limits.record_bytes;
            let end = end(&self.buffer[self.at..], dialect, &mut self.cells);
            let is_open = match end {
                End::At(_) => false,
                End::Behind { .. } => true,
                End::InCell | End::TooWide => !self.buffer[self.at..].contains(&dialect.newline),
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

    fn dialect(&mut self) -> io::Result<Dialect> {
        if let Some(dialect) = self.dialect {
            return Ok(dialect);
        }
        let (begin, newline) = loop {
            let begin = self.buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            match newline(&self.buffer[begin..]) {
                Some(newline) => break (begin, newline),
                None if self.ended || self.buffer.len() >= FIRST_BYTES => break (begin, b'\n'),
                None => self.fill()?, // no further than needed: the input may break off after its first records
            }
        };
        let start = &self.buffer[begin..];
        let line = &start[..memchr::memchr(newline, start).unwrap_or(start.len())];
        let named = named_separator(line);
        if named.is_some() {
            self.at = (begin + line.len() + 1).min(self.buffer.len());
            self.byte_offset = self.at as u64;
        }
        Ok(*self.dialect.insert(Dialect { separator: named.unwrap_or_else(|| most_frequent_separator(line)), newline }))
    }

    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at);
        self.at = 0;
        self.ended = read_more(&mut self.input, &mut self.buffer)? == 0;
        Ok(())
    }

    /// Skips the rest of a line.
    fn skip(&mut self) -> io::Result<()> {
        self.fill()?;
        self.at = self.line();
        self.byte_offset += self.at as u64;
        self.skips = !self.ended && !self.is_ended(&self.buffer[..self.at]);
        Ok(())
    }

    fn fail<T>(&mut self, error: &io::Error) -> Option<Result<T, Misread>> {
        self.failed = true;
        (!is_cut(error)).then(|| Err((self.byte_offset, cut_off(error, &self.buffer[self.at..]))))
    }

    /// Returns the number of bytes up to the end of the line, or of the buffer.
    fn line(&self) -> usize {
        let rest = &self.buffer[self.at..];
        let end = self.dialect.and_then(|dialect| memchr::memchr(dialect.newline, rest));
        end.map_or(rest.len(), |newline| newline + 1)
    }

    fn is_ended(&self, text: &[u8]) -> bool {
        text.last().copied() == self.dialect.map(|dialect| dialect.newline)
    }
}

/// Appends the bytes that the reader has available, as many again as the buffer has, so that a long record is not examined too often.
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

/// Returns the separator that a first line names: `sep=;`, also in quotes, or padded to the width of the table by a program that took it
/// for a record.
fn named_separator(line: &[u8]) -> Option<u8> {
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let (word, rest) = line.split_at_checked(4)?;
    let (separator, behind) = rest.split_first()?;
    let may_be = matches!(*separator, b'\t' | b' ') || separator.is_ascii_punctuation() && *separator != b'"';
    let is_padding = |byte: &u8| byte == separator || matches!(byte, b'"' | b'\r');
    (word.eq_ignore_ascii_case(b"sep=") && may_be && behind.iter().all(is_padding)).then_some(*separator)
}

/// Returns the most frequent separator between the cells of a line.
fn most_frequent_separator(line: &[u8]) -> u8 {
    let mut counts = [0; SEPARATORS.len()];
    let mut in_quote = false;
    for byte in line {
        in_quote ^= *byte == b'"';
        if let Some(at) = SEPARATORS.iter().position(|separator| separator == byte && !in_quote) {
            counts[at] += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    counts.iter().position(|count| *count == most).map_or(b',', |at| SEPARATORS[at])
}

/// Returns the end of the first line, once it was read: a carriage return if no line feed follows, as programs for the Macintosh write it.
fn newline(text: &[u8]) -> Option<u8> {
    let mut in_quote = false;
    let end = text.iter().position(|byte| {
        in_quote ^= *byte == b'"';
        matches!(byte, b'\r' | b'\n') && !in_quote
    })?;
    let behind = text[end..].iter().find(|byte| **byte != b'\r')?;
    Some(if *behind == b'\n' { b'\n' } else { b'\r' })
}

/// Finds the end of the record that begins here, and its cells.
fn end(text: &[u8], dialect: Dialect, cells: &mut Vec<Cell>) -> End {
    let Dialect { separator, newline } = dialect;
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
        let stop = memchr::memchr2(separator, newline, &text[behind..]).map(|length| behind + length);
        let is_last = stop.is_none_or(|stop| text[stop] == newline);
        let mut until = stop.unwrap_or(text.len());
        while is_last && text[behind..until].ends_with(b"\r") {
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

/// Returns the cell whose text begins here, up to the quote that closes it.
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

    /// True if the record is UTF-8.
    pub(super) fn is_text(&self) -> bool {
        std::str::from_utf8(self.text).is_ok()
    }

    /// Returns the text of a cell.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub(super) fn cell(&self, number: usize) -> Result<Cow<'_, str>, &'static str> {
        let Some(cell) = self.cells.get(number) else { return Ok(Cow::Borrowed("")) };
        let text = std::str::from_utf8(&self.text[cell.text.clone()]).map_err(|_| "invalid UTF-8")?;
        Ok(if cell.is_doubled { text.replace("\"\"", "\"").into() } else { text.into() })
    }

    /// Returns the text of a cell that may have no value: it is empty then.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub(super) fn value(&self, number: usize) -> Result<Cow<'_, str>, &'static str> {
        let is_null = self.cells.get(number).is_some_and(|Cell { text, .. }| {
            let is_quoted = text.start.checked_sub(1).is_some_and(|before| self.text[before] == b'"');
            !is_quoted && is_null(&self.text[text.clone()])
        });
        if is_null { Ok(Cow::Borrowed("")) } else { self.cell(number) }
    }

    pub(super) fn excerpt(&self) -> String {
        excerpt(self.text.trim_ascii_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    /// Returns every record: its offset, and its cells or the reason why there are none; reads some bytes at a time.
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
    fn the_first_line_says_what_stands_between_cells_and_is_no_record_where_it_says_no_more() {
        let rows = [vec!["a b", "c"], vec!["1,2", "x;y"], vec!["3", "4"]];
        for (start, separator) in [
            ("sep=;", ';'),
            ("\"sep=;\"", ';'),
            ("SEP=^", '^'),
            ("sep=|", '|'),
            ("sep=\t", '\t'),
            ("sep=;;;", ';'),
            ("\"sep=;\";;", ';'),
            ("\nsep=;", ';'),
            ("", '|'),
            ("\n\n", '|'),
            ("", '\t'),
        ] {
            for newline in ["\n", "\r\n", "\r", "\r\r\n"] {
                let start = start.replace('\n', newline);
                let table = ["a b", "c", "\n", "1,2", "\"x;y\"", "\n", "\n", "3", "4"].join("|").replace("|\n|", "\n").replace("\n|", "\n");
                let text = format!("{start}\n{table}").replace('|', &separator.to_string()).replace('\n', newline);
                assert_eq!(cells(&text), rows, "{text:?}");
            }
        }
        assert_eq!(cells("sep=ab;c\n1;2\n")[0], ["sep=ab", "c"]);
        assert_eq!(cells("sep=\n1\n"), [vec!["sep="], vec!["1"]]);
        assert_eq!(cells("sep=,\n"), [[""; 0]; 0]);
        assert_eq!(cells("sep=,"), [[""; 0]; 0]);
    }

    #[test]
    fn a_cell_without_quotes_that_says_null_has_no_value() {
        let input = "\\N,NULL,\"NULL\", NA ,NAN,nan,<NA>,Nano\n";
        let mut records = Records::new(Box::new(BufReader::new(input.as_bytes())), Limits::default());
        let record = records.next().unwrap().unwrap_or_else(|_| panic!("no record"));
        let values: Vec<_> = (0..record.len()).map(|at| record.value(at).unwrap()).collect();
        assert_eq!(values, ["", "", "NULL", "", "NAN", "", "", "Nano"]);
        assert_eq!(record.cell(1).unwrap(), "NULL");
    }

    #[test]
    fn records_before_a_break_are_read() {
        struct Broken;
        impl io::Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("cut"))
            }
        }
        let input = BufReader::new(io::Read::chain(&b"a;b\n1;2\n3"[..], Broken));
        let mut records = Records::new(Box::new(input), Limits::default());
        assert_eq!(records.header().and_then(Result::ok).unwrap(), ["a", "b"]);
        assert!(records.next().is_some_and(|record| record.is_ok_and(|record| record.len() == 2)));
        assert!(records.next().is_some_and(|record| record.is_err_and(|(at, why)| at == 8 && why.reason.contains("cut"))));
        assert!(records.next().is_none());
    }

    #[test]
    fn bare_carriage_returns_end_lines_where_the_first_line_ends_so() {
        assert_eq!(cells("\"a\nb\",c\r\"1\n2\r3\",\"x\"\r4,5"), [vec!["a\nb", "c"], vec!["1\n2\r3", "x"], vec!["4", "5"]]);
        assert_eq!(cells("a,b\r"), [["a", "b"]]);
        assert_eq!(cells("a,b\nx\ry,z\n"), [["a", "b"], ["x\ry", "z"]]);
        let found = cells("a,b\r1,\"open\r2,x\r3,y\r");
        assert_eq!(found[1], ["! a quote opens here and does not close: 1,\"open"]);
        assert_eq!(found[2..], [vec!["2", "x"], vec!["3", "y"]]);
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
