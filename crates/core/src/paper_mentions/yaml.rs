//! Reads a YAML or JSON file into texts, lists and mappings. A number or a date stays the text in the file, so that
//! `version: 1.10` does not become 1.1.

use crate::paper::doi;
use chrono::NaiveDate;
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

/// The size of the largest file that is read; metadata files are smaller.
const MAX_BYTES: usize = 512 * 1024;

/// The deepest nesting that is read; metadata files nest less deeply.
const MAX_DEPTH: usize = 32;

/// A value. An alias shares its target, however often it is used, so that memory is bounded by the text.
#[derive(Debug)]
pub(super) enum Node {
    /// A text with its bytes in the file; empty for `null` or no value.
    Text(String, Range<usize>),
    List(Vec<Rc<Node>>),
    Mapping(Vec<(String, Rc<Node>)>),
}

impl Node {
    /// Returns the value of a key; the last value of a duplicate key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Mapping(entries) = self else { return None };
        entries.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_ref())
    }

    /// Returns the text, if the value is a non-empty text.
    pub(super) fn text(&self) -> Option<&str> {
        let Self::Text(text, _) = self else { return None };
        Some(text.trim()).filter(|text| !text.is_empty())
    }

    /// Returns the items of a list; nothing for any other value.
    pub(super) fn items(&self) -> impl Iterator<Item = &Self> {
        let items: &[Rc<Self>] = if let Self::List(items) = self { items } else { &[] };
        items.iter().map(Rc::as_ref)
    }

    /// Returns the items of a list, or the value itself if it is not a list.
    pub(super) fn each(&self) -> impl Iterator<Item = &Self> {
        self.items().chain((!matches!(self, Self::List(_))).then_some(self))
    }

    /// Returns the spans of the texts of these keys, each a text or a list of texts.
    pub(super) fn places(&self, keys: &[&str]) -> impl Iterator<Item = Range<usize>> {
        keys.iter().filter_map(|key| self.get(key)).flat_map(Self::each).filter_map(Self::place)
    }

    /// Returns the span of the text, with its quotes, if the value is a text.
    pub(super) fn place(&self) -> Option<Range<usize>> {
        let Self::Text(_, place) = self else { return None };
        Some(place.clone())
    }

    /// Returns the text of a key on one line, however it was folded.
    pub(super) fn one_line(&self, key: &str) -> Option<String> {
        Some(self.get(key)?.text()?.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Returns the DOI of a key.
    pub(super) fn doi(&self, key: &str) -> Option<String> {
        self.get(key).and_then(Self::text).and_then(doi)
    }

    /// Maps the items of a key by `of`; `None` if the result is empty.
    pub(super) fn list(&self, key: &str, of: impl Fn(&Self) -> Option<String>) -> Option<Vec<String>> {
        let list: Vec<String> = self.get(key)?.each().filter_map(of).collect();
        Some(list).filter(|list| !list.is_empty())
    }

    /// Returns the day of a key, `2021-08-18`, also if a time follows.
    pub(super) fn day(&self, key: &str) -> Option<NaiveDate> {
        let (day, rest) = self.get(key)?.text()?.split_at_checked("2021-08-18".len())?;
        let day = day.parse().ok()?;
        (rest.is_empty() || rest.starts_with(['T', 't', ' '])).then_some(day)
    }
}

/// An unfinished list or mapping; a mapping has keys and values in turn.
struct Open {
    anchor: usize,
    is_mapping: bool,
    read: Vec<Rc<Node>>,
}

impl Open {
    fn close(self) -> Node {
        if !self.is_mapping {
            return Node::List(self.read);
        }
        let entry = |pair: &[Rc<Node>]| Some((pair[0].text()?.to_owned(), Rc::clone(&pair[1])));
        Node::Mapping(self.read.chunks_exact(2).filter_map(entry).collect())
    }
}

/// Reads the first document of a file. From a damaged one it returns the entries of the outermost mapping that are complete before the damage, except the
/// last one, which the damage may affect.
pub(super) fn read(text: &str) -> Option<Rc<Node>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let body = text.trim_start_matches('\u{feff}');
    let places = Places::of(text, text.len() - body.len());
    let body = without_surrogates(before_the_depth(body));
    let mut parser = Parser::new_from_str(&body);
    let mut anchors: HashMap<usize, Rc<Node>> = HashMap::new();
    let mut open: Vec<Open> = Vec::new();
    while let Some(Ok((event, span))) = parser.next_event() {
        let (anchor, node) = match event {
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() == MAX_DEPTH => break,
            Event::SequenceStart(anchor, _) => {
                open.push(Open { anchor, is_mapping: false, read: Vec::new() });
                continue;
            }
            Event::MappingStart(anchor, _) => {
                open.push(Open { anchor, is_mapping: true, read: Vec::new() });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let closed = open.pop()?;
                (closed.anchor, Rc::new(closed.close()))
            }
            Event::Scalar(value, style, anchor, _) => (anchor, Rc::new(scalar(&value, style, places.bytes(span.start.index()..span.end.index())))),
            Event::Alias(anchor) => (0, anchors.get(&anchor).map_or_else(|| Rc::new(Node::Text(String::new(), 0..0)), Rc::clone)),
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => continue,
            Event::DocumentEnd | Event::StreamEnd => break,
        };
        if anchor > 0 {
            anchors.insert(anchor, Rc::clone(&node));
        }
        match open.last_mut() {
            Some(around) => around.read.push(node),
            None => return Some(node),
        }
    }
    before_the_damage(open)
}

fn scalar(value: &str, style: ScalarStyle, place: Range<usize>) -> Node {
    let is_null = style == ScalarStyle::Plain && matches!(value, "~" | "null" | "Null" | "NULL");
    Node::Text(if is_null { String::new() } else { value.to_owned() }, place)
}

/// The byte offsets of characters, because the parser counts characters.
struct Places(Vec<usize>);

impl Places {
    fn of(text: &str, skipped: usize) -> Self {
        Self(text[skipped..].char_indices().map(|(at, _)| skipped + at).chain([text.len()]).collect())
    }

    fn bytes(&self, characters: Range<usize>) -> Range<usize> {
        let byte = |character: usize| self.0.get(character).or(self.0.last()).copied().unwrap_or(0);
        byte(characters.start)..byte(characters.end)
    }
}

/// Cuts JSON before it nests too deep, because the parser rejects such a text before it has emitted any event.
fn before_the_depth(text: &str) -> &str {
    let (mut depth, mut in_string, mut is_escaped) = (0usize, false, false);
    let is_too_deep = |byte: u8| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_string,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_DEPTH
    };
    let is_json = text.trim_start().starts_with('{');
    text.bytes().position(is_too_deep).filter(|_| is_json).map_or(text, |end| &text[..end])
}

/// Replaces the halves of surrogate pairs, by which JSON encodes a character beyond the first 65,536 (`\ud83d\ude00`) and which YAML does not know;
/// the length stays the same.
fn without_surrogates(text: &str) -> Cow<'_, str> {
    let is_half = |rest: &str| {
        rest.as_bytes().get(2..6).is_some_and(|hex| {
            matches!(hex[0], b'd' | b'D') && matches!(hex[1], b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F') && hex.iter().all(u8::is_ascii_hexdigit)
        })
    };
    let halves: Vec<usize> = text.match_indices("\\u").filter(|(at, _)| is_half(&text[*at..])).map(|(at, _)| at).collect();
    if halves.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut mended = text.to_owned();
    for at in halves {
        mended.replace_range(at..at + "\\ud83d".len(), "\\ufffd");
    }
    Cow::Owned(mended)
}

fn before_the_damage(mut open: Vec<Open>) -> Option<Rc<Node>> {
    let is_in_outermost = open.len() == 1;
    let mut outermost = open.drain(..).next().filter(|outermost| outermost.is_mapping)?;
    if is_in_outermost {
        let whole = outermost.read.len().div_ceil(2).saturating_sub(1);
        outermost.read.truncate(2 * whole);
    }
    Some(Rc::new(outermost.close()))
}
