//! A YAML file as a person reads it: texts, lists and mappings. A number or a date is the text that stands there, so that `version: 1.10`
//! is no 1.1.

use saphyr_parser::{Event, Parser, ScalarStyle};
use std::collections::HashMap;
use std::rc::Rc;

/// Deeper nesting than any file of this kind has: what nests deeper is not read.
const MAX_DEPTH: usize = 32;

/// A value. An alias shares what it stands for, however often: memory is bounded by the text.
#[derive(Debug)]
pub(super) enum Node {
    /// Empty where the file says `null` or nothing.
    Text(String),
    List(Vec<Rc<Node>>),
    Mapping(Vec<(String, Rc<Node>)>),
}

impl Node {
    /// The value of a key; of one that stands twice the last.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Mapping(entries) = self else { return None };
        entries.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_ref())
    }

    /// The text, if it is one and says something.
    pub(super) fn text(&self) -> Option<&str> {
        let Self::Text(text) = self else { return None };
        Some(text.trim()).filter(|text| !text.is_empty())
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self) -> impl Iterator<Item = &Self> {
        let items: &[Rc<Self>] = if let Self::List(items) = self { items } else { &[] };
        items.iter().map(Rc::as_ref)
    }
}

/// A list or mapping that is being read; of a mapping keys and values in turn.
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

/// The first document of a file. Of a damaged one the entries of the outermost mapping that stand whole before the damage, but for the last
/// one, which the damage may be part of.
pub(super) fn read(text: &str) -> Option<Rc<Node>> {
    let mut parser = Parser::new_from_str(text.trim_start_matches('\u{feff}'));
    let mut anchors: HashMap<usize, Rc<Node>> = HashMap::new();
    let mut open: Vec<Open> = Vec::new();
    while let Some(Ok((event, _))) = parser.next_event() {
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
            Event::Scalar(value, style, anchor, _) => (anchor, Rc::new(scalar(&value, style))),
            Event::Alias(anchor) => (0, anchors.get(&anchor).map_or_else(|| Rc::new(Node::Text(String::new())), Rc::clone)),
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

fn scalar(value: &str, style: ScalarStyle) -> Node {
    let is_null = style == ScalarStyle::Plain && matches!(value, "~" | "null" | "Null" | "NULL");
    Node::Text(if is_null { String::new() } else { value.to_owned() })
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
