//! Records of XML: `cutter` splits off their texts, so that a damaged one costs no other. Each element of a record becomes a field by its
//! local name, each attribute that is wanted one by `element@attribute`; the values are lists.
//!
//! A document's own entities are never expanded and external ones never fetched: a text with one is unusable.

mod cutter;

use super::framing_error::too_long_record;
use super::input::Limits;
use super::loose::{self, Loose};
use super::{Framed, Framer, FramingError, Reader, Text, excerpt};
use cutter::Cutter;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader as XmlReader, escape::resolve_xml_entity};
use serde_json::{Map, Value};

/// The fields of a record.
pub(super) type Fields = Map<String, Value>;

/// The end of the name of a field whose text has an entity that is not expanded; its value is the entity.
const NOT_EXPANDED: &str = "!";

/// Bytes of memory for an element or a value, besides its text.
const ELEMENT_BYTES: usize = 48;

/// The parts of a format that are read.
pub(super) struct Format {
    /// The element around a document's records, by local name.
    pub(super) root: &'static str,
    /// The elements that are records, by local name.
    pub(super) records: &'static [&'static str],
    /// The attributes that are wanted, and their elements.
    pub(super) attributes: &'static [(&'static str, &'static str)],
}

/// Returns the records of a document, or of several one after the other.
pub(super) fn records<'a>(input: Reader<'a>, limits: Limits, format: &'static Format) -> Framer<'a> {
    let mut cutter = Cutter::new(input, limits, format);
    Box::new(move |_| {
        let (byte_offset, found) = cutter.next()?;
        Some(Framed { byte_offset, text: found.and_then(|span| record(cutter.text(span), limits, format)) })
    })
}

/// Reads the fields of a record.
fn record(text: &[u8], limits: Limits, format: &'static Format) -> Result<Text, FramingError> {
    if text.len() > limits.record_bytes {
        return Err(too_long_record(text, limits));
    }
    let damaged = |reason: String| FramingError { reason, excerpt: excerpt(text) };
    let xml = std::str::from_utf8(text).map_err(|error| damaged(format!("invalid UTF-8 at byte {} of the record", error.valid_up_to())))?;
    let mut reader = XmlReader::from_str(xml);
    reader.config_mut().allow_dangling_amp = true; // many write AT&T
    let mut record = Record { format, fields: Fields::new(), open: Vec::new(), text: String::new(), author: Vec::new(), bytes: 0, entity: None };
    while record.bytes <= limits.record_bytes {
        match reader.read_event() {
            Ok(Event::Eof) => return Ok(Text::Fields(record.fields)),
            Ok(event) => record.take(event).map_err(|what| damaged(format!("the XML of the record is damaged: {what}")))?,
            Err(error) => return Err(damaged(format!("the XML of the record is damaged: {error}"))),
        }
    }
    Err(too_long_record(text, limits))
}

/// A record being read.
struct Record {
    format: &'static Format,
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

impl Record {
    /// Takes an event.
    ///
    /// # Errors
    /// When a tag or comment has lost its end, and goes on into another one.
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(start) => self.open(&start)?,
            Event::Empty(empty) => {
                self.open(&empty)?;
                self.close();
            }
            Event::Text(text) => self.add(&text),
            Event::CData(data) => self.add(&data),
            Event::GeneralRef(entity) => self.resolve(&entity),
            Event::End(_) => self.close(),
            Event::Comment(comment) if comment.contains("<!--") => return Err("a comment in a comment".to_owned()),
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        if start.contains('<') {
            return Err("a tag in a tag".to_owned());
        }
        let name = start.local_name().as_ref().to_owned();
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let key = attribute.key.as_ref();
            if self.format.attributes.iter().any(|(element, wanted)| *element == name && *wanted == key) {
                self.bytes += attribute.value.len();
                self.push(&format!("{name}@{key}"), attribute.value.to_string());
            }
        }
        self.text.clear();
        self.bytes += ELEMENT_BYTES + name.len();
        self.open.push(name);
        Ok(())
    }

    fn add(&mut self, text: &str) {
        self.bytes += text.len();
        self.text.push_str(text);
    }

    fn resolve(&mut self, entity: &BytesRef<'_>) {
        match resolved(entity) {
            Some(text) => self.add(&text),
            None if entity.contains(char::is_whitespace) => self.add(&format!("&{};", &**entity)), // an `&` that begins no entity
            None => self.entity = Some(format!("&{};", &**entity)),
        }
    }

    fn close(&mut self) {
        let Some(name) = self.open.pop() else { return };
        let text = std::mem::take(&mut self.text).trim().to_owned();
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
        if let Value::Array(values) = self.fields.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
            values.push(Value::String(text));
        }
    }
}

/// Returns the values of a field.
pub(super) fn texts<'a>(fields: &'a Fields, name: &str) -> impl Iterator<Item = &'a str> {
    fields.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Returns the first of them.
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

/// Returns the text of a character's number or of one of XML's own entities.
pub(super) fn resolved(entity: &BytesRef<'_>) -> Option<String> {
    match entity.resolve_char_ref() {
        Ok(Some(char)) => Some(char.to_string()),
        Ok(None) => resolve_xml_entity(entity).map(str::to_owned),
        Err(_) => None,
    }
}

/// Returns `forenames keyname suffix`, or the `name`.
fn author(names: &[(String, String)]) -> String {
    let part = |wanted: &str| names.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.as_str());
    ["name", "forenames", "keyname", "suffix"].into_iter().filter_map(part).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
