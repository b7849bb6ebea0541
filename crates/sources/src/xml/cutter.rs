//! Splits the texts of records off XML by their tags alone: whatever is broken in one of them, the next one begins with its tag.

use super::Format;
use crate::framing_error::{cut_off, too_long_record};
use crate::input::Limits;
use crate::{FramingError, Reader, excerpt};
use std::io;
use std::ops::Range;

/// Bytes that are examined to recognise a tag: the name of a record is shorter.
const NAME_BYTES: usize = 128;

/// The bytes that are kept of the text between records, for the excerpt of one whose beginning is damaged.
const BETWEEN_BYTES: usize = 64 * 1024;

/// Records of a document, or of several one after the other.
pub(super) struct Cutter<'a> {
    input: Reader<'a>,
    limits: Limits,
    format: &'static Format,
    /// The bytes that were read: from `begin` on not yet returned, from `at` on not yet examined.
    bytes: Vec<u8>,
    begin: usize,
    at: usize,
    /// Offset of the bytes in the input.
    offset: u64,
    state: State,
    /// True if the element around the records is open.
    is_open: bool,
    /// True if a tag of the format was found.
    is_known: bool,
    /// True if the input has more than whitespace.
    has_text: bool,
    ended: bool,
}

#[derive(PartialEq)]
enum State {
    Between,
    /// In the record that begins at `begin`.
    Inside,
    /// In a record that is too long, of which nothing is stored.
    Passing,
}

/// The beginning of a tag of the format, up to the end of its name.
struct Tag {
    is_record: bool,
    is_end: bool,
    len: usize,
}

/// The offset of a record, and its text for [`Cutter::text`], or the reason why there is none.
type Found = (u64, Result<Range<usize>, FramingError>);

impl<'a> Cutter<'a> {
    pub(super) fn new(input: Reader<'a>, limits: Limits, format: &'static Format) -> Self {
        let (bytes, state, is_open, is_known) = (Vec::new(), State::Between, false, false);
        Self { input, limits, format, bytes, begin: 0, at: 0, offset: 0, state, is_open, is_known, has_text: false, ended: false }
    }

    /// Finds the next record; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Found> {
        while !self.ended {
            match self.step() {
                Ok(None) => {}
                Ok(found) => return found,
                Err(error) => {
                    self.ended = true;
                    let record = if self.state == State::Inside { &self.bytes[self.begin..] } else { &[] };
                    return Some((self.offset + self.begin as u64, Err(cut_off(&error, record))));
                }
            }
        }
        None
    }

    /// Returns the text of the last record found.
    pub(super) fn text(&self, span: Range<usize>) -> &[u8] {
        &self.bytes[span]
    }

    /// Reads on, or goes past the markup at the next `<`.
    fn step(&mut self) -> io::Result<Option<Found>> {
        if self.state == State::Inside && self.at - self.begin > self.limits.record_bytes {
            let unreadable = too_long_record(&self.bytes[self.begin..], self.limits);
            return Ok(Some(self.leave(State::Passing, unreadable)));
        }
        let Some(found) = memchr::memchr(b'<', &self.bytes[self.at..]) else {
            self.at = self.bytes.len();
            return if self.read()? { Ok(None) } else { self.end() };
        };
        self.at += found;
        self.look(NAME_BYTES)?;
        let rest = &self.bytes[self.at..];
        if rest.starts_with(b"<!--") {
            return self.comment();
        }
        if rest.starts_with(b"<![CDATA[") {
            self.at += self.closed(b"<![CDATA[", b"]]>", |format, rest| format.tag(rest).is_some())?.unwrap_or(1);
            return Ok(None);
        }
        match self.format.tag(rest) {
            None => self.at += 1,
            Some(Tag { is_end: false, is_record, len }) => return self.begins(is_record, len),
            Some(Tag { is_end: true, is_record, len }) => return self.ends(is_record, len),
        }
        Ok(None)
    }

    /// Goes past a comment. One that does not end hides nothing.
    fn comment(&mut self) -> io::Result<Option<Found>> {
        if let Some(len) = self.closed(b"<!--", b"-->", |_, _| false)? {
            self.at += len;
            return Ok(None);
        }
        let is_between = self.state == State::Between;
        self.begin = if is_between { self.at } else { self.begin };
        self.at += 1;
        Ok(is_between.then(|| self.broken("a comment that does not end")))
    }

    /// Takes the tag that begins a record, or the element around records.
    fn begins(&mut self, is_record: bool, len: usize) -> io::Result<Option<Found>> {
        self.is_known = true;
        if self.state == State::Inside {
            return Ok(Some(self.broken("the record does not end: its last tag is missing or damaged"))); // and the tag is read again
        }
        let end = self.tag_end(len)?;
        let is_empty = end.is_some_and(|end| self.bytes[self.at + end - 2] == b'/');
        match (is_record, end) {
            (true, Some(end)) if is_empty => {
                let begin = self.at;
                self.at += end;
                return Ok(Some(self.record(begin)));
            }
            (true, _) => {
                self.begin = self.at;
                self.state = State::Inside;
                self.at += len;
            }
            (false, _) => {
                let was_open = std::mem::replace(&mut self.is_open, !is_empty);
                self.begin = self.at;
                self.at += len;
                return Ok(was_open.then(|| self.broken("the document before this one does not end")));
            }
        }
        Ok(None)
    }

    /// Takes the tag that ends a record, or the element around records.
    fn ends(&mut self, is_record: bool, len: usize) -> io::Result<Option<Found>> {
        self.is_known = true;
        if self.state == State::Inside && !is_record {
            return Ok(Some(self.broken("the record does not end: its last tag is missing or damaged")));
        }
        self.at += self.tag_end(len)?.unwrap_or(len);
        if !is_record {
            self.is_open = false;
            return Ok(None);
        }
        match self.state {
            State::Inside => Ok(Some(self.record(self.begin))),
            State::Between => Ok(Some(self.broken("the end of a record that does not begin: its first tag is missing or damaged"))),
            State::Passing => {
                (self.state, self.begin) = (State::Between, self.at);
                Ok(None)
            }
        }
    }

    /// Returns a record that ends here.
    fn record(&mut self, begin: usize) -> Found {
        (self.state, self.begin) = (State::Between, self.at);
        (self.offset + begin as u64, Ok(begin..self.at))
    }

    /// Drops the bytes up to here, with a reason.
    fn broken(&mut self, reason: &str) -> Found {
        let unreadable = FramingError { reason: reason.to_owned(), excerpt: excerpt(self.bytes[self.begin..self.at].trim_ascii_start()) };
        self.leave(State::Between, unreadable)
    }

    fn leave(&mut self, state: State, unreadable: FramingError) -> Found {
        let byte_offset = self.offset + self.begin as u64;
        (self.state, self.begin) = (state, self.at);
        (byte_offset, Err(unreadable))
    }

    /// Reports at the input's end a missing end or root element.
    fn end(&mut self) -> io::Result<Option<Found>> {
        self.ended = true;
        let cut_off = |what: &str| Err(io::Error::new(io::ErrorKind::UnexpectedEof, format!("the {what} does not end")));
        match self.state {
            State::Inside => cut_off("record"),
            _ if self.is_open => cut_off("document"),
            _ if !self.is_known && self.has_text => Ok(Some(self.broken(&format!("no <{}> in it", self.format.root)))),
            _ => Ok(None),
        }
    }

    /// Finds the length from an opening mark to the end of its closing mark. `None` if that does not come, or other markup before it shows
    /// that it is missing.
    fn closed(&mut self, open: &[u8], close: &[u8], shows: impl Fn(&Format, &[u8]) -> bool) -> io::Result<Option<usize>> {
        let mut at = open.len();
        while at <= self.limits.record_bytes {
            self.look(at + 1)?;
            let Some(found) = memchr::memchr2(close[0], b'<', &self.bytes[self.at + at..]) else {
                at = self.bytes.len() - self.at;
                if self.read()? { continue } else { break }
            };
            at += found;
            self.look(at + NAME_BYTES)?;
            let rest = &self.bytes[self.at + at..];
            if rest.starts_with(close) {
                return Ok(Some(at + close.len()));
            }
            if rest.starts_with(open) || shows(self.format, rest) {
                break;
            }
            at += 1;
        }
        Ok(None)
    }

    /// Finds the length of the tag that begins here; `None` if another one begins in it, or the input ends.
    fn tag_end(&mut self, name: usize) -> io::Result<Option<usize>> {
        let (mut at, mut quote) = (name, None);
        while at <= self.limits.record_bytes {
            self.look(at + 1)?;
            match self.bytes.get(self.at + at) {
                None | Some(b'<') => return Ok(None),
                Some(b'>') if quote.is_none() => return Ok(Some(at + 1)),
                Some(byte) if quote == Some(*byte) => quote = None,
                Some(byte @ (b'"' | b'\'')) if quote.is_none() => quote = Some(*byte),
                Some(_) => {}
            }
            at += 1;
        }
        Ok(None)
    }

    /// Reads on until so many bytes are there from here on, or the input ends.
    fn look(&mut self, bytes: usize) -> io::Result<()> {
        while self.bytes.len() - self.at < bytes && self.read()? {}
        Ok(())
    }

    /// Reads on; false at the input's end.
    fn read(&mut self) -> io::Result<bool> {
        if self.state != State::Inside && self.at - self.begin > BETWEEN_BYTES {
            self.begin = self.at;
        }
        self.bytes.drain(..self.begin);
        self.offset += self.begin as u64;
        (self.at, self.begin) = (self.at - self.begin, 0);
        let chunk = self.input.fill_buf()?;
        let len = chunk.len();
        self.has_text = self.has_text || chunk.iter().any(|byte| !byte.is_ascii_whitespace());
        self.bytes.extend_from_slice(chunk);
        self.input.consume(len);
        Ok(len > 0)
    }
}

impl Format {
    /// Reads the beginning of a tag; `None` for any other than those of the format.
    fn tag(&self, text: &[u8]) -> Option<Tag> {
        let is_end = text.get(1) == Some(&b'/');
        let begin = if is_end { 2 } else { 1 };
        let name = text.get(begin..text.len().min(NAME_BYTES))?;
        let name = &name[..name.iter().position(|byte| byte.is_ascii_whitespace() || b"/><".contains(byte)).unwrap_or(name.len())];
        let local = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
        let is_record = self.records.iter().any(|record| record.as_bytes() == local);
        (is_record || local == self.root.as_bytes()).then_some(Tag { is_record, is_end, len: begin + name.len() })
    }
}
