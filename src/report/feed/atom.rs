//! The writer of Atom (RFC 4287). An id is a tag URI (RFC 4151) that never changes.

use crate::report::words::shortened;
use crate::report::xml::Xml;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use starcite_core::Week;

const NAMESPACE: &str = "http://www.w3.org/2005/Atom";

/// The tagging entity: whoever has the name on a day in that year may make tags of it for all time.
const TAGGED_BY: &str = "tag:starcite.github.io,2026";

/// All characters but those that RFC 4151 allows in a part of a tag.
const NOT_IN_TAGS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

const MOST_CHARS_OF_A_NAME: usize = 300;
const MOST_AUTHORS: usize = 20;
const MOST_CATEGORIES: usize = 20;

/// A feed, which has an author because its entries may have none (RFC 4287, 4.1.1).
pub(super) struct Feed {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) updated: String,
    pub(super) author: String,
    /// The program that wrote the tables.
    pub(super) generator: String,
    pub(super) itself: Option<String>,
    /// The page of which it is the feed.
    pub(super) alternate: Option<String>,
    pub(super) entries: Vec<Entry>,
}

pub(super) struct Entry {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) updated: String,
    pub(super) published: Option<String>,
    pub(super) authors: Vec<String>,
    /// The page of the paper, or of the week.
    pub(super) alternate: Option<String>,
    /// The page of the repository.
    pub(super) related: Option<String>,
    pub(super) categories: Vec<String>,
    pub(super) text: String,
}

/// Returns the id of a feed or an entry from the parts of its name.
pub(super) fn tag(parts: &[&str]) -> String {
    let parts: Vec<String> = parts.iter().map(|part| utf8_percent_encode(part, NOT_IN_TAGS).to_string()).collect();
    format!("{TAGGED_BY}:{}", parts.join("/"))
}

/// Returns the end of a week as RFC 3339 writes it, which has four digits for a year: of the last week of all its start.
pub(super) fn end_of(week: Week) -> String {
    time(week.end()).or_else(|| time(week.start())).unwrap_or_default()
}

/// Returns the start of a day as RFC 3339 writes it.
pub(super) fn start_of(day: NaiveDate) -> Option<String> {
    time(day.and_time(chrono::NaiveTime::MIN).and_utc())
}

fn time(time: DateTime<Utc>) -> Option<String> {
    (0..=9_999).contains(&time.year()).then(|| time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

impl Feed {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut xml = Xml::new();
        xml.declaration();
        xml.open("feed", &[("xmlns", NAMESPACE)]);
        xml.text("id", &[], &self.id);
        name(&mut xml, "title", &self.title);
        xml.text("subtitle", &[], &self.subtitle);
        xml.text("updated", &[], &self.updated);
        person(&mut xml, &self.author);
        name(&mut xml, "generator", &self.generator);
        link(&mut xml, "self", "application/atom+xml", self.itself.as_deref());
        link(&mut xml, "alternate", "text/html", self.alternate.as_deref());
        self.entries.iter().for_each(|entry| entry.write(&mut xml));
        xml.close("feed");
        let mut bytes = xml.into_bytes();
        bytes.push(b'\n');
        bytes
    }
}

impl Entry {
    fn write(&self, xml: &mut Xml) {
        xml.open("entry", &[]);
        xml.text("id", &[], &self.id);
        name(xml, "title", &self.title);
        xml.text("updated", &[], &self.updated);
        self.published.iter().for_each(|published| xml.text("published", &[], published));
        let mut authors = self.authors.iter().filter(|author| !author.trim().is_empty());
        authors.by_ref().take(MOST_AUTHORS).for_each(|author| person(xml, author));
        let more = authors.count();
        if more > 0 {
            person(xml, &format!("and {more} more"));
        }
        link(xml, "alternate", "text/html", self.alternate.as_deref());
        link(xml, "related", "text/html", self.related.as_deref());
        for category in self.categories.iter().filter(|category| !category.trim().is_empty()).take(MOST_CATEGORIES) {
            xml.empty("category", &[("term", shortened(category.trim(), MOST_CHARS_OF_A_NAME).as_str())]);
        }
        // An entry without a link to its page must have content (RFC 4287, 4.1.2).
        xml.text(if self.alternate.is_some() { "summary" } else { "content" }, &[], &self.text);
        xml.close("entry");
    }
}

fn name(xml: &mut Xml, element: &str, text: &str) {
    xml.text(element, &[], &shortened(text.trim(), MOST_CHARS_OF_A_NAME));
}

fn person(xml: &mut Xml, of: &str) {
    xml.open("author", &[]);
    name(xml, "name", of);
    xml.close("author");
}

fn link(xml: &mut Xml, relation: &str, kind: &str, to: Option<&str>) {
    if let Some(to) = to {
        xml.empty("link", &[("rel", relation), ("type", kind), ("href", to)]);
    }
}
