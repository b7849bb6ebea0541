//! XML as feeds and charts write it. All texts and values pass through here, so that none is written as it came.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use starcite_ground::visible;

/// A document that is being written.
pub(super) struct Xml(Writer<Vec<u8>>);

/// The attributes of an element: names and values.
pub(super) type Attributes<'a> = [(&'a str, &'a str)];

impl Xml {
    pub(super) fn new() -> Self {
        Self(Writer::new_with_indent(Vec::new(), b' ', 2))
    }

    pub(super) fn declaration(&mut self) {
        self.write(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
    }

    pub(super) fn open(&mut self, element: &str, attributes: &Attributes<'_>) {
        self.write(Event::Start(tag(element, attributes)));
    }

    pub(super) fn close(&mut self, element: &str) {
        self.write(Event::End(BytesEnd::new(element)));
    }

    /// Writes an element without content.
    pub(super) fn empty(&mut self, element: &str, attributes: &Attributes<'_>) {
        self.write(Event::Empty(tag(element, attributes)));
    }

    /// Writes an element that contains a text.
    pub(super) fn text(&mut self, element: &str, attributes: &Attributes<'_>, text: &str) {
        self.open(element, attributes);
        self.write(Event::Text(BytesText::new(&visible::line(text))));
        self.close(element);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.into_inner()
    }

    fn write(&mut self, event: Event<'_>) {
        let _ = self.0.write_event(event); // writing to memory cannot fail
    }
}

fn tag<'a>(element: &'a str, attributes: &Attributes<'_>) -> BytesStart<'a> {
    let mut tag = BytesStart::new(element);
    for (name, value) in attributes {
        tag.push_attribute((*name, visible::line(value)));
    }
    tag
}

#[cfg(test)]
pub(super) mod parsed {
    //! A document as a reader of XML sees it.

    use quick_xml::events::{BytesStart, Event};
    use quick_xml::{Reader, XmlVersion, escape::resolve_xml_entity};
    use std::collections::BTreeMap;

    #[derive(Debug, Default)]
    pub(crate) struct Element {
        pub(crate) name: String,
        pub(crate) attributes: BTreeMap<String, String>,
        pub(crate) children: Vec<Element>,
        /// The text in the element itself.
        pub(crate) text: String,
    }

    impl Element {
        /// Reads a document, which must be well-formed and contain only characters that XML 1.0 allows (section 2.2).
        pub(crate) fn parse(bytes: &[u8]) -> Self {
            let document = std::str::from_utf8(bytes).unwrap();
            let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
            assert!(document.chars().all(is_allowed), "a character that XML forbids");
            let mut reader = Reader::from_str(document);
            let mut open = vec![Self::default()];
            loop {
                match reader.read_event().unwrap() {
                    Event::Start(start) => open.push(Self::of(&start)),
                    Event::Empty(start) => open.last_mut().unwrap().children.push(Self::of(&start)),
                    Event::End(_) => {
                        let closed = open.pop().unwrap();
                        open.last_mut().unwrap().children.push(closed);
                    }
                    Event::Text(text) => {
                        assert!(!text.contains("]]>"));
                        open.last_mut().unwrap().text.push_str(&text);
                    }
                    Event::GeneralRef(entity) => open.last_mut().unwrap().text.push_str(resolve_xml_entity(&entity).unwrap()),
                    Event::Decl(_) => {}
                    Event::Eof => break,
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!((open.len(), open[0].children.len(), open[0].text.trim()), (1, 1, ""));
            open.remove(0).children.remove(0)
        }

        fn of(start: &BytesStart<'_>) -> Self {
            let attribute = |attribute: Result<quick_xml::events::attributes::Attribute<'_>, _>| {
                let attribute = attribute.unwrap();
                (attribute.key.as_ref().to_owned(), attribute.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned())
            };
            Self { name: start.name().as_ref().to_owned(), attributes: start.attributes().map(attribute).collect(), ..Self::default() }
        }

        /// Returns the value of an attribute; an empty text if there is none.
        pub(crate) fn value(&self, attribute: &str) -> &str {
            self.attributes.get(attribute).map_or("", String::as_str)
        }

        /// Returns the children with that name.
        pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
            self.children.iter().filter(move |child| child.name == name)
        }

        /// Returns the text of the only child with that name.
        pub(crate) fn only(&self, name: &str) -> &str {
            let all: Vec<&Self> = self.children.iter().filter(|child| child.name == name).collect();
            assert_eq!(all.len(), 1, "elements {name} in {}", self.name);
            &all[0].text
        }

        /// Returns the element and all in it.
        pub(crate) fn tree(&self) -> Vec<&Self> {
            std::iter::once(self).chain(self.children.iter().flat_map(Self::tree)).collect()
        }
    }
}
