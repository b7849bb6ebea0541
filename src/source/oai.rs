//! Cuts OAI-PMH replies into records, streaming: each `<record>` becomes fields by local name, repeated ones as lists
//! (<https://www.openarchives.org/OAI/openarchivesprotocol.html>).
//!
//! Entities of a document's own are never expanded and external ones never fetched: a record that names one is rejected.

use super::input::Limits;
use super::split::{cut_off, longer_than, too_long_record};
use super::{Piece, Reader, Splitter, Text, Unreadable, json};
use chrono::NaiveDate;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader as XmlReader, escape::resolve_xml_entity};
use serde_json::{Map, Value};
use std::io::{self, BufRead, Read};

/// The records of a reply, or of several one after the other.
pub(super) fn records<'a>(input: Reader<'a>, limits: Limits) -> Splitter<'a> {
    let mut xml = XmlReader::from_reader(Limited { input, limits, left: limits.record_bytes });
    xml.config_mut().check_end_names = false; // several documents may follow each other
    let mut cutter = Cutter { xml, limits, buffer: Vec::new(), ended: false };
    Box::new(move |_| cutter.next())
}

struct Cutter<'a> {
    xml: XmlReader<Limited<'a>>,
    limits: Limits,
    buffer: Vec<u8>,
    ended: bool,
}

/// A record being read.
#[derive(Default)]
struct Record {
    fields: Map<String, Value>,
    /// The elements that are open, by local name, and the text of the innermost.
    open: Vec<String>,
    text: String,
    /// An author's names, in the order of the format.
    author: Vec<(String, String)>,
    bytes: usize,
    limits: Limits,
    /// Why it can't be used.
    problem: Option<String>,
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
                Err(error) => {
                    self.ended = true;
                    let unreadable = cut_off(&io::Error::other(error.to_string()), b"");
                    return Some(Piece { byte_offset: at, text: Err(unreadable) });
                }
            };
            match (&mut record, event) {
                (None, Event::Eof) => self.ended = true,
                (Some(_), Event::Eof) => {
                    self.ended = true;
                    let unreadable = cut_off(&io::Error::new(io::ErrorKind::UnexpectedEof, "the record does not end"), b"");
                    return Some(Piece { byte_offset, text: Err(unreadable) });
                }
                (None, Event::Start(start)) if matches!(start.local_name().as_ref(), "record" | "error") => {
                    byte_offset = at;
                    record = Some(Record::begin(&start, self.limits));
                }
                (None, Event::Empty(empty)) if empty.local_name().as_ref() == "error" => {
                    let mut error = Record::begin(&empty, self.limits);
                    error.close();
                    return Some(Piece { byte_offset: at, text: error.end() });
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
}

impl Record {
    fn begin(start: &BytesStart<'_>, limits: Limits) -> Self {
        let mut record = Self { limits, ..Self::default() };
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
        let said = match name.as_str() {
            "header" => start.try_get_attribute("status"),
            "error" => start.try_get_attribute("code"),
            _ => Ok(None),
        };
        if let Ok(Some(attribute)) = said {
            self.fields.insert(attribute.key.as_ref().to_owned(), Value::String(attribute.value.to_string()));
        }
        self.text.clear();
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
            None => self.problem = Some(format!("the entity &{}; is not one of XML's own, and others are not expanded", &**entity)),
        }
    }

    fn close(&mut self) {
        let Some(name) = self.open.pop() else { return };
        let text = std::mem::take(&mut self.text).trim().to_owned();
        if self.open.last().is_some_and(|parent| parent == "author") {
            self.author.push((name, text));
        } else if name == "author" {
            let author = author(&std::mem::take(&mut self.author));
            self.push("author", author);
        } else if !text.is_empty() {
            self.push(&name, text);
        }
    }

    fn push(&mut self, name: &str, text: String) {
        match self.fields.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(values) => values.push(Value::String(text)),
            attribute => *attribute = Value::Array(vec![Value::String(text)]),
        }
    }

    fn end(self) -> Result<Text, Unreadable> {
        if self.bytes > self.limits.record_bytes {
            return Err(too_long_record(self.text.as_bytes(), self.limits));
        }
        match self.problem {
            Some(reason) => Err(Unreadable { reason, excerpt: Value::Object(self.fields).to_string().chars().take(120).collect() }),
            None => Ok(Text::Fields(self.fields)),
        }
    }
}

/// What a character's number or one of XML's own entities stands for.
fn resolved(entity: &BytesRef<'_>) -> Option<String> {
    match entity.resolve_char_ref() {
        Ok(Some(char)) => Some(char.to_string()),
        Ok(None) => resolve_xml_entity(entity).map(str::to_owned),
        Err(_) => None,
    }
}

/// `forenames keyname suffix`.
fn author(names: &[(String, String)]) -> String {
    let part = |wanted: &str| names.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.as_str());
    ["forenames", "keyname", "suffix"].into_iter().filter_map(part).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
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

/// What a harvester needs to know of a reply.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) records: u64,
    /// Where the list goes on.
    pub(super) token: Option<String>,
    /// The newest datestamp.
    pub(super) last_day: Option<NaiveDate>,
    /// The day of the server's clock.
    pub(super) answered_on: Option<NaiveDate>,
    /// The code of an error.
    pub(super) error: Option<String>,
}

/// Reads a whole reply.
///
/// # Errors
/// When it is no XML, is cut off, or has no root element of OAI-PMH.
pub(super) fn page(body: &[u8]) -> Result<Page, String> {
    let mut xml = XmlReader::from_reader(body);
    let (mut page, mut text, mut buffer, mut is_oai) = (Page::default(), String::new(), Vec::new(), false);
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
            Event::Start(start) | Event::Empty(start) => {
                text.clear();
                match start.local_name().as_ref() {
                    "OAI-PMH" => is_oai = true,
                    "record" => page.records += 1,
                    "error" => page.error = start.try_get_attribute("code").ok().flatten().map(|code| code.value.to_string()),
                    _ => {}
                }
            }
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(entity) => text.push_str(&resolved(&entity).ok_or_else(|| format!("the entity &{}; is unknown", &*entity))?),
            Event::End(end) => match end.local_name().as_ref() {
                "datestamp" => page.last_day = json::day(text.trim()).max(page.last_day),
                "responseDate" => page.answered_on = json::day(text.trim()),
                "resumptionToken" => page.token = Some(text.trim().to_owned()).filter(|token| !token.is_empty()),
                "OAI-PMH" if is_oai => return Ok(page),
                _ => {}
            },
            Event::Eof => return Err(if is_oai { "the reply does not end".to_owned() } else { "no OAI-PMH reply".to_owned() }),
            _ => {}
        }
    }
}
