//! The elements of JSON arrays: of a top-level array, or of one in a page, such as `results` in `{"meta": …, "results": […]}`. Several of
//! them may follow each other. Only the current element is in memory.

use super::framing_error::{cut_off, too_long_record};
use super::input::Limits;
use super::json::text_end;
use super::record::Pages;
use super::{Framed, Framer, Framing, FramingError, Reader, Text, excerpt};
use starcite_core::reject::HEAD_BYTES;
use std::io;

/// Splits one JSON array, or objects of several lines, into elements; otherwise one record a line.
pub(super) fn array_or_lines(start: &[u8]) -> Framing {
    RECORDS.or_lines(start)
}

/// Arrays and objects that are records themselves.
pub(super) static RECORDS: Pages = Pages { keys: &[], path: &[], needed_by: &[] };

/// Returns the first byte that is not whitespace.
pub(super) fn first_byte(start: &[u8]) -> Option<u8> {
    start.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

impl Pages {
    /// Splits an input with this start element by element if that is needed; otherwise one record a line.
    pub(super) fn or_lines(&'static self, start: &[u8]) -> Framing {
        if self.is_cut(start) { Framing::Pages(self) } else { Framing::Lines }
    }

    /// True if an input has to be split element by element: it begins with an array, a page, or a record that does not have a line to itself.
    pub(super) fn is_cut(&self, start: &[u8]) -> bool {
        let begin = start.trim_ascii_start();
        match begin.first() {
            Some(b'[') => true,
            Some(b'{') => {
                let first = begin[1..].trim_ascii_start().strip_prefix(b"\"").and_then(|key| key.split(|byte| *byte == b'"').next());
                self.keys.iter().any(|key| first == Some(key.as_bytes())) || !has_line(begin)
            }
            _ => false,
        }
    }
}

/// False if the object that begins here continues on the next line, or another one follows it on its own line. A line that breaks off
/// counts as one, too, because the next line begins a new object.
fn has_line(json: &[u8]) -> bool {
    let (mut at, mut open, mut last, mut is_next_line) = (0, Vec::new(), b'{', false);
    while let Some(&byte) = json.get(at) {
        at += 1;
        match byte {
            b'\n' => is_next_line = true,
            _ if is_blank(byte) => {}
            _ if open.is_empty() && at > 1 => return is_next_line || byte != b'{',
            _ if is_next_line => return byte == b'{' && !(matches!(last, b':' | b'[') || last == b',' && open.last() == Some(&b'[')),
            b'"' => {
                let end = text_end(json, at);
                if json[at..end].contains(&b'\n') {
                    return true;
                }
                (at, last) = (end, byte);
            }
            _ => {
                match byte {
                    b'{' | b'[' => open.push(byte),
                    b'}' | b']' => drop(open.pop()),
                    _ => {}
                }
                last = byte;
            }
        }
    }
    true
}

/// Returns the elements of pages and arrays; objects that are not pages as they are.
pub(super) fn pages<'a>(input: Reader<'a>, limits: Limits, pages: &'static Pages) -> Framer<'a> {
    let mut elements = Elements { input: Bytes { input, at: 0 }, limits, pages, open: None, ended: false };
    Box::new(move |text| elements.next(text))
}

struct Elements<'a> {
    input: Bytes<'a>,
    limits: Limits,
    pages: &'static Pages,
    /// The number of objects around the current array, 0 for a top-level one; `None` between arrays.
    open: Option<usize>,
    ended: bool,
}

/// The next item.
enum Found {
    /// An element in the buffer, up to the bound.
    Element {
        too_long: bool,
    },
    NoArray(FramingError),
    End,
}

/// The top-level value of an input.
enum Top {
    /// An array, which was opened.
    Array,
    /// An object that is a record as it is.
    Record { too_long: bool },
    /// A page without an array; `is_fine` if it may have none.
    NoArray { is_fine: bool },
}

impl Elements<'_> {
    fn next(&mut self, text: &mut Vec<u8>) -> Option<Framed> {
        if self.ended {
            return None;
        }
        let (begin, mut at) = (text.len(), self.input.at);
        let text = match self.element(text, &mut at) {
            Ok(Found::End) => return None,
            Ok(Found::Element { too_long: false }) => Ok(Text::Json(begin..text.len())),
            Ok(Found::Element { too_long: true }) => Err(too_long_record(&text[begin..], self.limits)),
            Ok(Found::NoArray(unreadable)) => Err(unreadable),
            Err(error) => {
                self.ended = true;
                Err(cut_off(&error, &text[begin..]))
            }
        };
        Some(Framed { byte_offset: at, text })
    }

    /// Appends the next element, and sets `at` to its offset.
    fn element(&mut self, text: &mut Vec<u8>, at: &mut u64) -> io::Result<Found> {
        let begin = text.len();
        loop {
            let Some(around) = self.open else {
                let Some(byte) = self.input.solid()? else { return Ok(Found::End) };
                *at = self.input.at;
                match self.top(byte, text)? {
                    Top::Record { too_long } => return Ok(Found::Element { too_long }),
                    Top::NoArray { is_fine: false } => {
                        let reason = format!("a page without {:?}", self.pages.path.last().copied().unwrap_or_default());
                        let excerpt = excerpt(&text[begin..]);
                        text.truncate(begin);
                        return Ok(Found::NoArray(FramingError { reason, excerpt }));
                    }
                    Top::Array | Top::NoArray { is_fine: true } => text.truncate(begin),
                }
                continue;
            };
            match self.input.solid_or_end()? {
                b',' => self.input.take(),
                b']' => {
                    self.input.take();
                    self.close(around)?;
                }
                _ => {
                    *at = self.input.at;
                    let too_long = self.input.value(b']', text, self.limits.record_bytes)?;
                    return Ok(Found::Element { too_long });
                }
            }
        }
    }

    /// Enters the array that begins here or in this object.
    fn top(&mut self, byte: u8, text: &mut Vec<u8>) -> io::Result<Top> {
        match byte {
            b'[' => {
                self.input.take();
                self.open = Some(0);
                return Ok(Top::Array);
            }
            b'{' => {}
            _ => return Err(io::Error::other("neither an array nor an object")),
        }
        let (begin, bound) = (text.len(), self.limits.record_bytes);
        let first = self.input.key(text)?;
        if !first.as_ref().is_some_and(|key| self.pages.keys.contains(&key.as_str())) {
            return Ok(Top::Record { too_long: first.is_some() && self.input.rest(text, bound)? });
        }
        let (mut key, mut depth, mut is_fine) = (first, 1, true);
        while let Some(name) = key {
            is_fine &= !self.pages.needed_by.contains(&name.as_str());
            let is_on_path = self.pages.path.contains(&name.as_str());
            match self.input.solid_or_end()? {
                b'[' if is_on_path => {
                    self.input.take();
                    self.open = Some(depth);
                    return Ok(Top::Array);
                }
                b'{' if is_on_path => depth += 1,
                _ => {
                    self.input.value(b'}', text, HEAD_BYTES)?;
                }
            }
            text.truncate(begin + HEAD_BYTES);
            key = self.input.key(text)?;
            while key.is_none() && depth > 1 {
                depth -= 1;
                key = self.input.key(text)?;
            }
        }
        Ok(Top::NoArray { is_fine })
    }

    /// Skips the rest of the objects around an array.
    fn close(&mut self, around: usize) -> io::Result<()> {
        for _ in 0..around {
            self.input.rest(&mut Vec::new(), 0)?;
        }
        self.open = None;
        Ok(())
    }
}

/// True for whitespace, and for the bytes of a UTF-8 byte order mark, which occurs where files were joined: no value of JSON begins with one.
fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(&byte)
}

/// Bytes of JSON, and their offset.
struct Bytes<'a> {
    input: Reader<'a>,
    at: u64,
}

impl Bytes<'_> {
    fn take(&mut self) {
        self.input.consume(1);
        self.at += 1;
    }

    /// Returns the next byte that is not whitespace, without taking it; `None` at the end.
    fn solid(&mut self) -> io::Result<Option<u8>> {
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                return Ok(None);
            }
            let blanks = chunk.iter().take_while(|byte| is_blank(**byte)).count();
            let found = chunk.get(blanks).copied();
            self.input.consume(blanks);
            self.at += blanks as u64;
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    fn solid_or_end(&mut self) -> io::Result<u8> {
        self.solid()?.ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "the JSON does not end"))
    }

    /// Returns the next key of an object, and takes the colon after it; appends both to `text`, too. `None` at the object's end.
    fn key(&mut self, text: &mut Vec<u8>) -> io::Result<Option<String>> {
        let before = text.len();
        loop {
            let byte = self.solid_or_end()?;
            match byte {
                b'{' | b',' | b'}' if text.len() < before + HEAD_BYTES => {
                    self.take();
                    text.push(byte);
                    if byte == b'}' {
                        return Ok(None);
                    }
                }
                b'"' => break,
                _ => return Err(io::Error::other("a key is missing")),
            }
        }
        let begin = text.len();
        self.value(b':', text, HEAD_BYTES)?;
        if self.solid_or_end()? != b':' {
            return Err(io::Error::other("a key without a value"));
        }
        self.take();
        let key = text[begin..].trim_ascii();
        let key = String::from_utf8_lossy(key.get(1..key.len().saturating_sub(1)).unwrap_or_default()).into_owned();
        text.push(b':');
        Ok(Some(key))
    }

    /// Appends the rest of an object after a key; true if it is too long.
    fn rest(&mut self, text: &mut Vec<u8>, bound: usize) -> io::Result<bool> {
        let (begin, mut too_long) = (text.len(), false);
        loop {
            too_long |= self.value(b'}', text, bound.saturating_sub(text.len() - begin))? || text.len() - begin > bound;
            let byte = self.solid_or_end()?;
            self.take();
            if !too_long {
                text.push(byte);
            }
            if byte == b'}' {
                return Ok(too_long);
            }
        }
    }

    /// Appends the text before the next comma or `end` at this depth; true if it is longer than the bound, to which it is truncated.
    fn value(&mut self, end: u8, text: &mut Vec<u8>, bound: usize) -> io::Result<bool> {
        let (mut scan, mut left, mut too_long) = (Scan { end, ..Scan::default() }, bound, false);
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the JSON does not end"));
            }
            let found = scan.end_in(chunk);
            let taken = found.unwrap_or(chunk.len());
            too_long |= taken > left;
            text.extend_from_slice(&chunk[..taken.min(left)]);
            left -= taken.min(left);
            self.input.consume(taken);
            self.at += taken as u64;
            if found.is_some() {
                return Ok(too_long);
            }
        }
    }
}

/// Finds the end of a value, whatever is in it.
#[derive(Default)]
struct Scan {
    end: u8,
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// Returns the end of the value in these bytes; `None` if it is not in them.
    fn end_in(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            if self.in_string {
                if std::mem::take(&mut self.escaped) {
                    at += 1;
                    continue;
                }
                at += memchr::memchr2(b'"', b'\\', &bytes[at..])?;
                self.escaped = bytes[at] == b'\\';
                self.in_string = self.escaped;
            } else {
                match bytes[at] {
                    b'"' => self.in_string = true,
                    b'{' | b'[' => self.depth += 1,
                    byte if self.depth == 0 && (byte == b',' || byte == self.end) => return Some(at),
                    b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
            }
            at += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    static PAGES: Pages = Pages { keys: &["meta", "message", "items", "results"], path: &["message", "items", "results"], needed_by: &["message"] };

    /// Returns the offsets of pieces, and their text or the reason why there is none; reads a few bytes at a time.
    fn cut(input: &str, buffer: usize) -> Vec<(u64, String)> {
        let limits = Limits { record_bytes: 40, ..Limits::default() };
        let mut splitter = pages(Box::new(BufReader::with_capacity(buffer, input.as_bytes())), limits, &PAGES);
        let mut text = Vec::new();
        let mut found = Vec::new();
        while let Some(piece) = splitter(&mut text) {
            let said = match piece.text {
                Ok(Text::Json(span)) => String::from_utf8(text[span].to_vec()).unwrap(),
                Ok(Text::Fields(_)) => unreachable!(),
                Err(why) => format!("! {}: {}", why.reason, why.excerpt),
            };
            found.push((piece.byte_offset, said));
        }
        found
    }

    fn texts(input: &str) -> Vec<String> {
        let whole = cut(input, 4096);
        for buffer in [1, 2, 3, 7] {
            assert_eq!(cut(input, buffer), whole, "{input} by {buffer}");
        }
        for (at, said) in &whole {
            assert!(said.starts_with('!') || input[usize::try_from(*at).unwrap()..].starts_with(&said[..1]), "{input}: {at} {said}");
        }
        whole.into_iter().map(|(_, said)| said).collect()
    }

    #[test]
    fn elements_are_found_in_arrays_and_pages_one_after_the_other() {
        assert_eq!(texts(r#"[{"a": 1}, null,[2], "x,]"]"#), [r#"{"a": 1}"#, "null", "[2]", r#""x,]""#]);
        assert_eq!(
            texts(r#"{"meta": {"results": [9], "n": "\"}"}, "results": [{"a": "]\\"}, {"b": 2}], "group_by": [1]}"#),
            [r#"{"a": "]\\"}"#, r#"{"b": 2}"#]
        );
        assert_eq!(texts("{\"message\": {\"total\": 1, \"items\": [1, 2]}, \"x\": {}}\n{\"items\": [3]}\n[4]"), ["1", "2", "3", "4"]);
        assert_eq!(texts(r#"{"meta": {}, "results": []} {"meta": 0}"#), [""; 0]);
        assert_eq!(texts("  "), [""; 0]);
    }

    #[test]
    fn an_object_that_is_no_page_is_a_record() {
        assert_eq!(texts("{\n \"id\": 1,\n \"x\": [2]\n}\n{}\n{\"id\": 3}"), ["{\"id\": 1,\n \"x\": [2]\n}", "{}", "{\"id\": 3}"]);
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_is_read() {
        assert_eq!(texts(r#"{"message": "bad field", "error": "E"} [1]"#)[1], "1");
        assert!(texts(r#"{"message": "bad field", "error": "E"} [1]"#)[0].starts_with("! a page without \"results\": {\"message\":\"bad field\""));
        let long = "x".repeat(50);
        let found = texts(&format!("[\"{long}\", 2]"));
        assert!(found[0].starts_with("! longer than") && found[1] == "2", "{found:?}");
    }

    #[test]
    fn an_input_that_breaks_off_or_is_damaged_ends_there() {
        for input in ["[1, {\"a\": 2", "{\"results\": [1, ", "{\"items\": [1]", "[1] x"] {
            let found = texts(input);
            assert!(found.len() == 2 && found[0] == "1" && found[1].contains("cut off"), "{input}: {found:?}");
        }
        for input in ["{\"meta\"", "{\"meta\": tr", "{\"meta\": 1, 2}", "{\"results\"}"] {
            assert!(texts(input)[0].contains("cut off"), "{input}");
        }
    }

    #[test]
    fn lines_are_told_from_pages_by_how_they_begin() {
        for page in [
            "{\"meta\":",
            " { \"results\" :[",
            "[{",
            "{\n\"id\": 1",
            "{ \"id\": 1,\r\n\"x\": 2}",
            "{\"x\": [\n{",
            "{\"x\": [1,\n{",
            "{\"x\":\n{",
            "{\"id\": 1}{\"id\": 2}",
            "{\"id\": \"}\"} {\"id\": 2}\n",
        ] {
            assert!(PAGES.is_cut(page.as_bytes()), "{page}");
        }
        for line in [
            "{\"id\": 1, \"meta\": 2}",
            "{\"metadata\": 1}",
            "",
            "x",
            "{",
            "{\"id\": 1}\n{\n\"id\": 2}",
            "{\"id\": 1} x\n",
            "{\"id\": {\"x\": [1]}}\n\n{",
            "{\"id\": 1, \n{\"id\": 2}",
            "{\"id\": [1\n{\"id\": 2}",
            "{\"id\": \"a\n{\"id\": \"b\"}",
        ] {
            assert!(!PAGES.is_cut(line.as_bytes()), "{line}");
        }
    }
}
