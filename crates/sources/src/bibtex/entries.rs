//! Splits a .bib file into entries, streaming: from an `@article{` at a line's start to the brace that closes it. An entry whose brace is
//! missing ends where the next one begins, so that no other is lost. As in BibTeX, text between entries is ignored.

use super::braces::len_without_escaped;
use super::strings::Strings;
use crate::framing_error::{cut_off, too_long_record};
use crate::input::Limits;
use crate::{Framed, Framer, FramingError, Reader, Text, excerpt};
use serde_json::Map;
use starcite_core::reject::HEAD_BYTES;
use std::io;

/// The deepest braces: no one writes deeper ones by hand.
const MAX_DEPTH: u32 = 64;

/// Returns the entries of a file, each with the macros that it names.
pub(super) fn entries<'a>(input: Reader<'a>, limits: Limits) -> Framer<'a> {
    let scan = Scan::new(limits.record_bytes);
    let mut entries = Entries { input, limits, scan, strings: Strings::default(), head: Some(Vec::new()), ended: false };
    Box::new(move |_| entries.next())
}

struct Entries<'a> {
    input: Reader<'a>,
    limits: Limits,
    scan: Scan,
    strings: Strings,
    /// The beginning of the file, until an entry is found.
    head: Option<Vec<u8>>,
    ended: bool,
}

impl Entries<'_> {
    fn next(&mut self) -> Option<Framed> {
        while !self.ended {
            let piece = match self.found() {
                Ok(Some(found)) => {
                    self.head = None;
                    self.piece(found)
                }
                Ok(None) => self.foreign(),
                Err(error) => {
                    self.ended = true;
                    Some(Framed { byte_offset: self.scan.place(), text: Err(cut_off(&error, &self.scan.end())) })
                }
            };
            if piece.is_some() {
                return piece;
            }
        }
        None
    }

    /// Returns the next entry; `None` at the end.
    fn found(&mut self) -> io::Result<Option<Found>> {
        loop {
            let available = self.input.fill_buf()?;
            if available.is_empty() {
                self.ended = true;
                return Ok(self.scan.unbalanced());
            }
            if let Some(head) = &mut self.head {
                head.extend(available.iter().take(HEAD_BYTES - head.len()));
            }
            let mut bytes = available.iter();
            let found = bytes.find_map(|byte| self.scan.take(*byte));
            let taken = available.len() - bytes.len();
            self.input.consume(taken);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// Returns the reason why a file without entries is probably not a .bib file; `None` if it is empty or has only lines of comments.
    fn foreign(&mut self) -> Option<Framed> {
        let head = self.head.take()?;
        let text = String::from_utf8_lossy(&head);
        let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        let is_foreign = lines.any(|line| !line.is_empty() && !line.starts_with('%'));
        is_foreign.then(|| Framed { byte_offset: 0, text: Err(FramingError { reason: "no entry of BibTeX in it".to_owned(), excerpt: excerpt(&head) }) })
    }

    /// Returns an entry as a piece; nothing for comments, preambles and valid macros.
    fn piece(&mut self, found: Found) -> Option<Framed> {
        let kind = found.kind();
        if matches!(kind.as_str(), "comment" | "preamble") {
            return None;
        }
        let byte_offset = found.byte_offset;
        let entry = found.text(self.limits);
        let text = match entry {
            Ok(entry) if kind == "string" => {
                let reason = self.strings.define(&entry).err()?;
                Err(FramingError { reason, excerpt: excerpt(entry.as_bytes()) })
            }
            Ok(entry) => match self.strings.named_by(&entry) {
                Ok(strings) => Ok(Text::Fields(Map::from_iter([(super::ENTRY.to_owned(), entry.into()), (super::STRINGS.to_owned(), strings.into())]))),
                Err(reason) => Err(FramingError { reason, excerpt: excerpt(entry.as_bytes()) }),
            },
            Err(unreadable) => Err(unreadable),
        };
        Some(Framed { byte_offset, text })
    }
}

/// An entry, or a part of one.
struct Found {
    byte_offset: u64,
    text: Vec<u8>,
    problem: Option<Problem>,
}

/// Reason why it is not an entry.
enum Problem {
    TooLong,
    TooDeep,
    Unbalanced,
}

impl Found {
    /// Returns the word after the `@`, in lower case.
    fn kind(&self) -> String {
        self.text.iter().skip(1).take_while(|byte| byte.is_ascii_alphabetic()).map(|byte| char::from(byte.to_ascii_lowercase())).collect()
    }

    fn text(self, limits: Limits) -> Result<String, FramingError> {
        let unreadable = |reason: String| FramingError { reason, excerpt: excerpt(&self.text) };
        match self.problem {
            None => String::from_utf8(self.text).map_err(|error| {
                let reason = format!("invalid UTF-8 at byte {} of the record: save the file as UTF-8", error.utf8_error().valid_up_to());
                FramingError { reason, excerpt: excerpt(error.as_bytes()) }
            }),
            Some(Problem::TooLong) => Err(too_long_record(&self.text, limits)),
            Some(Problem::TooDeep) => Err(unreadable(format!("braces in more than {MAX_DEPTH} braces"))),
            Some(Problem::Unbalanced) => self.loosely_balanced().ok_or_else(|| unreadable("the entry does not end: a closing brace is missing".to_owned())),
        }
    }

    /// Returns the entry that ends if braces after a backslash do not count, unless another one follows it then.
    fn loosely_balanced(&self) -> Option<String> {
        let text = std::str::from_utf8(&self.text).ok()?;
        let (entry, rest) = text.split_at(len_without_escaped(text)?);
        (!rest.contains('@')).then(|| entry.to_owned())
    }
}

/// The current entry, read byte by byte.
struct Scan {
    limit: usize,
    /// Number of bytes taken.
    at: u64,
    /// Offset of the entry.
    begin: u64,
    /// The text from its `@` on; empty between entries.
    text: Vec<u8>,
    /// Position in the text of an `@` that begins a line, followed only by a word so far.
    mark: Option<usize>,
    /// True if there was only whitespace since the line began, or since an entry ended.
    is_fresh: bool,
    /// Number of open braces, with the entry's own; 0 if no entry is open.
    depth: u32,
    /// True if the entry is in parentheses.
    is_in_parentheses: bool,
    problem: Option<Problem>,
}

impl Scan {
    fn new(limit: usize) -> Self {
        Self { limit, at: 0, begin: 0, text: Vec::new(), mark: None, is_fresh: true, depth: 0, is_in_parentheses: false, problem: None }
    }

    /// Takes the next byte; returns the entry that ends with it, or that turns out to have no end.
    fn take(&mut self, byte: u8) -> Option<Found> {
        self.at += 1;
        let is_fresh = self.is_fresh;
        // a byte order mark occurs where files were joined
        self.is_fresh = byte == b'\n' || is_fresh && (byte.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(&byte));
        if byte == b'@' && is_fresh {
            self.mark = Some(self.text.len());
        } else if let Some(mark) = self.mark {
            let has_word = self.text.len() > mark + 1;
            match byte {
                b'{' | b'(' if has_word => return self.open(mark, byte),
                b' ' | b'\t' if has_word => {}
                _ if byte.is_ascii_alphabetic() => {}
                _ => self.unmark(),
            }
        }
        if self.depth == 0 && self.mark.is_none() {
            return None;
        }
        self.push(byte);
        self.balance(byte)
    }

    /// Opens the entry whose `@` was marked. Returns the one that was open before, which lacks its end.
    fn open(&mut self, mark: usize, byte: u8) -> Option<Found> {
        let next = self.text.split_off(mark);
        let before = self.unbalanced();
        self.begin = self.at - 1 - next.len() as u64;
        self.text = next;
        self.text.push(b'{'); // an entry may be in parentheses, which the parser does not support
        (self.depth, self.is_in_parentheses, self.mark) = (1, byte == b'(', None);
        before
    }

    /// Removes the mark, because the text after the `@` begins no entry.
    fn unmark(&mut self) {
        self.mark = None;
        if self.depth == 0 {
            self.text.clear();
        }
    }

    fn push(&mut self, byte: u8) {
        self.text.push(byte);
        if self.text.len() > self.limit {
            self.text.truncate(HEAD_BYTES);
            self.mark = None;
            self.problem = Some(Problem::TooLong);
        }
    }

    /// Counts braces, and returns the entry that this byte closes.
    fn balance(&mut self, byte: u8) -> Option<Found> {
        match byte {
            _ if self.depth == 0 => return None,
            b'{' => self.depth += 1,
            b'}' if self.depth > 1 || !self.is_in_parentheses => self.depth -= 1,
            b')' if self.depth == 1 && self.is_in_parentheses => {
                self.text.pop();
                self.text.push(b'}');
                self.depth = 0;
            }
            _ => {}
        }
        if self.depth > MAX_DEPTH && self.problem.is_none() {
            self.problem = Some(Problem::TooDeep);
        }
        (self.depth == 0).then(|| {
            self.is_fresh = true;
            let problem = self.problem.take();
            Found { byte_offset: self.begin, text: self.end(), problem }
        })
    }

    /// Returns the open entry, as one without an end.
    fn unbalanced(&mut self) -> Option<Found> {
        let is_open = self.depth > 0;
        let problem = self.problem.take().or(Some(Problem::Unbalanced));
        let text = self.end();
        is_open.then_some(Found { byte_offset: self.begin, text, problem })
    }

    /// Returns the offset of the open entry, or of the next byte.
    fn place(&self) -> u64 {
        if self.depth > 0 { self.begin } else { self.at }
    }

    /// Closes the entry, and returns its text.
    fn end(&mut self) -> Vec<u8> {
        (self.depth, self.problem) = (0, None);
        std::mem::take(&mut self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BadValues, Body};
    use proptest::prelude::*;

    /// Returns the titles of entries, or the reasons why they have none.
    fn read(bib: &str) -> Vec<Result<Option<String>, String>> {
        let mut cut = entries(Box::new(io::Cursor::new(bib.to_owned().into_bytes())), Limits::default());
        let pieces = std::iter::from_fn(|| cut(&mut Vec::new()));
        let said = |piece: Framed| match piece.text {
            Ok(Text::Fields(fields)) => super::super::parse(&mut Body::Fields(fields), &mut BadValues::default()).map(|said| said.paper.unwrap().title),
            Ok(Text::Json(_)) => Err("JSON".to_owned()),
            Err(unreadable) => Err(unreadable.reason),
        };
        pieces.map(said).collect()
    }

    #[test]
    fn an_at_that_begins_no_entry_stays_in_its_value() {
        let bib = "@misc{a, title = {Mail\n@home {now}\n  @ {x}\n@1{y}}}";
        assert_eq!(read(bib)[0].as_ref().unwrap_err(), "the entry does not end: a closing brace is missing"); // of `@home {`
        assert_eq!(read("@misc{a, title = {Mail\n@home, now\n  @ {x}\n@1{y}}}"), [Ok(Some("Mail @home, now @ x @1y".to_owned()))]);
    }

    #[test]
    fn a_file_of_another_kind_is_told_and_one_without_entries_is_not() {
        for foreign in ["id,title\n1,Foo\n", "\u{feff}Title;Year", "<html>\n% a", "someone@example.org"] {
            assert_eq!(read(foreign), [Err("no entry of BibTeX in it".to_owned())], "{foreign}");
        }
        for empty in ["", " \n", "% Encoding: UTF-8\n\n  % nothing\n", "@comment{x}", "text\n@preamble{\"x\"}", "@string{a = \"b\"}"] {
            assert_eq!(read(empty), [], "{empty}");
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_before_it_a_whole_entry_is_read(parts in proptest::collection::vec(
            prop_oneof!["[@{}()\"\\\\$#%,=~^'`a-zé \n-]{0,40}", Just("@string{".to_owned()), Just("@misc{k, title = {".to_owned()),
                Just("author = \"".to_owned()), Just(" and ".to_owned()), Just("\\'{".to_owned()), Just("}}\n".to_owned())], 0..12)) {
            let read = read(&format!("{}\n@misc{{last, title = {{The last}}}}", parts.concat()));
            prop_assert_eq!(read.last(), Some(&Ok(Some("The last".to_owned()))));
        }
    }
}
