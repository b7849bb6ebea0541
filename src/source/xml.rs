//! Cuts XML into records, streaming: each element of a record becomes a field by its local name, each attribute that is wanted one by
//! `element@attribute`; the values are lists.
//!
//! Entities of a document's own are never expanded and external ones never fetched: a text that names one can't be used.

use super::input::Limits;
use super::loose::{self, Loose};
use super::unreadable::{cut_off, longer_than, too_long_record};
use super::{Piece, Reader, Splitter, Text, Unreadable};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader as XmlReader, escape::resolve_xml_entity};
use serde_json::{Map, Value};
use std::io::{self, BufRead, Read};

/// The fields of a record.
pub(super) type Fields = Map<String, Value>;

/// The end of the name of a field whose text has an entity that is not expanded; the value is the entity.
const NOT_EXPANDED: &str = "!";

/// Bytes that an element or a value takes in memory, beside its text.
const ELEMENT_BYTES: usize = 48;

/// Elements in each other, of all documents that follow each other and were cut off: the reader remembers them.
const MAX_OPEN: usize = 100_000;

/// What is taken of a format.
pub(super) struct Format {
    /// The elements that are records, by local name.
    pub(super) records: &'static [&'static str],
    /// The attributes that are wanted, and their elements.
    pub(super) attributes: &'static [(&'static str, &'static str)],
}

/// The records of a document, or of several one after the other.
pub(super) fn records<'a>(input: Reader<'a>, limits: Limits, format: &'static Format) -> Splitter<'a> {
    let mut xml = XmlReader::from_reader(Limited { input, limits, left: limits.record_bytes });
    xml.config_mut().check_end_names = false; // several documents may follow each other
    let mut cutter = Cutter { xml, limits, format, buffer: Vec::new(), open: 0, ended: false };
    Box::new(move |_| cutter.next())
}

struct Cutter<'a> {
    xml: XmlReader<Limited<'a>>,
    limits: Limits,
    format: &'static Format,
    buffer: Vec<u8>,
    /// Elements that are open.
    open: usize,
    ended: bool,
}

/// A record being read.
struct Record {
    format: &'static Format,
    limits: Limits,
    fields: Fields,
    /// The elements that are open, by local name, and the text of the innermost.
    open: Vec<String>,
    text: String,
    /// An author's names, in the order of the format.
    author: Vec<(String, String)>,
    bytes: usize,
    /// An entity in that text that is not expanded.
    entity: Option<String>,
}

impl Cutter<'_> {
    fn next(&mut self) -> Option<Piece> {
        let mut record: Option<Record> = None;
        let mut byte_offset = 0;
        while !self.ended {
            let at = self.xml.buffer_position();
            self.xml.get_mut().left = self.limits.record_bytes;
            self.buffer.clear();
            let event = match self.xml.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => return Some(self.end(at, &error.to_string())),
            };
            match event {
                Event::Start(_) => self.open += 1,
                Event::End(_) => self.open = self.open.saturating_sub(1),
                _ => {}
            }
            if self.open > MAX_OPEN {
                return Some(self.end(at, &format!("more than {MAX_OPEN} elements in each other")));
            }
            match (&mut record, event) {
                (None, Event::Eof) => self.ended = true,
                (Some(_), Event::Eof) => {
                    self.ended = true;
                    let unreadable = cut_off(&io::Error::new(io::ErrorKind::UnexpectedEof, "the record does not end"), b"");
                    return Some(Piece { byte_offset, text: Err(unreadable) });
                }
                (None, Event::Start(start)) if self.format.is_record(&start) => {
                    byte_offset = at;
                    record = Some(Record::begin(&start, self.format, self.limits));
                }
                (None, Event::Empty(empty)) if self.format.is_record(&empty) => {
                    let mut empty = Record::begin(&empty, self.format, self.limits);
                    empty.close();
                    return Some(Piece { byte_offset: at, text: empty.end() });
                }
                (None, _) => {}
                (Some(reading), event) => {
                    if reading.take(event) {
                        let text = record.take().map_or_else(|| Ok(Text::Fields(Map::new())), Record::end);
                        return Some(Piece { byte_offset, text });
                    }
                }
            }
        }
        None
    }

    fn end(&mut self, byte_offset: u64, why: &str) -> Piece {
        self.ended = true;
        Piece { byte_offset, text: Err(cut_off(&io::Error::other(why.to_owned()), b"")) }
    }
}

impl Format {
    fn is_record(&self, start: &BytesStart<'_>) -> bool {
        self.records.contains(&start.local_name().as_ref())
    }
}

impl Record {
    fn begin(start: &BytesStart<'_>, format: &'static Format, limits: Limits) -> Self {
        let (fields, open, author) = (Fields::new(), Vec::new(), Vec::new());
        let mut record = Self { format, limits, fields, open, text: String::new(), author, bytes: 0, entity: None };
        record.open(start);
        record
    }

    /// Takes an event; true at the record's end.
    fn take(&mut self, event: Event<'_>) -> bool {
        match event {
            Event::Start(start) => self.open(&start),
            Event::Empty(empty) => {
                self.open(&empty);
                self.close();
            }
            Event::Text(text) => self.add(&text),
            Event::CData(data) => self.add(&data),
            Event::GeneralRef(entity) => self.resolve(&entity),
            Event::End(_) => self.close(),
            _ => {}
        }
        self.open.is_empty()
    }

    fn open(&mut self, start: &BytesStart<'_>) {
        let name = start.local_name().as_ref().to_owned();
        for (_, wanted) in self.format.attributes.iter().filter(|(element, _)| *element == name) {
            if let Ok(Some(attribute)) = start.try_get_attribute(wanted) {
                self.bytes += attribute.value.len();
                self.push(&format!("{name}@{wanted}"), attribute.value.to_string());
            }
        }
        self.text.clear();
        self.bytes += ELEMENT_BYTES + name.len();
        self.open.push(name);
    }

    fn add(&mut self, text: &str) {
        self.bytes += text.len();
        if self.bytes <= self.limits.record_bytes {
            self.text.push_str(text);
        }
    }

    fn resolve(&mut self, entity: &BytesRef<'_>) {
        match resolved(entity) {
            Some(text) => self.add(&text),
            None => self.entity = Some(format!("&{};", &**entity)),
        }
    }

    fn close(&mut self) {
        let Some(name) = self.open.pop() else { return };
        let text = std::mem::take(&mut self.text).trim().to_owned();
        if self.bytes > self.limits.record_bytes {
            return; // the record is too long: no more of it is kept
        }
        if self.open.last().is_some_and(|parent| parent == "author") {
            self.author.push((name, text));
            return;
        }
        let text = if name == "author" { author(&std::mem::take(&mut self.author)) } else { text };
        match self.entity.take() {
            Some(entity) => self.push(&format!("{name}{NOT_EXPANDED}"), entity),
            None if text.is_empty() && name != "author" => {}
            None => self.push(&name, text),
        }
    }

    fn push(&mut self, name: &str, text: String) {
        self.bytes += ELEMENT_BYTES;
        if self.bytes > self.limits.record_bytes {
            return;
        }
        if let Value::Array(values) = self.fields.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
            values.push(Value::String(text));
        }
    }

    fn end(self) -> Result<Text, Unreadable> {
        if self.bytes > self.limits.record_bytes {
            return Err(too_long_record(self.text.as_bytes(), self.limits));
        }
        Ok(Text::Fields(self.fields))
    }
}

/// The values of a field.
pub(super) fn texts<'a>(fields: &'a Fields, name: &str) -> impl Iterator<Item = &'a str> {
    fields.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The first of them.
pub(super) fn first<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    texts(fields, name).next()
}

/// Returns the values of a field, then those in which an entity is not expanded.
pub(super) fn list<'a>(fields: &'a Fields, name: &str) -> Vec<loose::Text<'a>> {
    texts(fields, name).map(|text| Some(text).into()).chain(not_expanded(fields, name)).collect()
}

/// Returns the first of them.
pub(super) fn text<'a>(fields: &'a Fields, name: &str) -> loose::Text<'a> {
    first(fields, name).map_or_else(|| not_expanded(fields, name).next().unwrap_or_default(), |text| Some(text).into())
}

fn not_expanded<'a>(fields: &'a Fields, name: &str) -> impl Iterator<Item = loose::Text<'a>> + use<'a> {
    fields
        .get(&format!("{name}{NOT_EXPANDED}"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|entity| Loose::Bad(entity.into()))
}

/// What a character's number or one of XML's own entities stands for.
pub(super) fn resolved(entity: &BytesRef<'_>) -> Option<String> {
    match entity.resolve_char_ref() {
        Ok(Some(char)) => Some(char.to_string()),
        Ok(None) => resolve_xml_entity(entity).map(str::to_owned),
        Err(_) => None,
    }
}

/// `forenames keyname suffix`, or the `name`.
fn author(names: &[(String, String)]) -> String {
    let part = |wanted: &str| names.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.as_str());
    ["name", "forenames", "keyname", "suffix"].into_iter().filter_map(part).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A reader that gives no more than some bytes at a time: no single text or tag is longer than a record may be.
struct Limited<'a> {
    input: Reader<'a>,
    limits: Limits,
    left: usize,
}

impl Read for Limited<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(to)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Limited<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other(longer_than(self.limits)));
        }
        let available = self.input.fill_buf()?;
        Ok(&available[..available.len().min(self.left)])
    }

    fn consume(&mut self, bytes: usize) {
        self.left -= bytes;
        self.input.consume(bytes);
    }
}
