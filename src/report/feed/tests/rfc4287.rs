//! The MUSTs of RFC 4287 that a writer can break, as a checker of a feed. The numbers are those of its sections.

use crate::report::xml::parsed::Element;
use chrono::DateTime;
use starcite_ground::url::Url;
use std::collections::BTreeSet;

/// The elements of a feed and of an entry, and those of them that may occur more than once (4.1.1, 4.1.2).
const IN_FEED: [&str; 9] = ["author", "entry", "generator", "id", "link", "subtitle", "title", "updated", "category"];
const IN_ENTRY: [&str; 9] = ["author", "category", "content", "id", "link", "published", "summary", "title", "updated"];
const REPEATED: [&str; 4] = ["author", "category", "entry", "link"];

/// Checks a feed.
pub(super) fn check(feed: &Element) {
    // 1.2, 2: the document element is atom:feed in Atom's namespace, and a namespace is declared nowhere else
    assert_eq!((feed.name.as_str(), feed.value("xmlns")), ("feed", "http://www.w3.org/2005/Atom"));
    assert!(feed.children.iter().flat_map(Element::tree).all(|element| !element.attributes.contains_key("xmlns") && !element.name.contains(':')));
    // 4.1.1: exactly one id, title and updated; at most one generator and subtitle; no text and no stray element
    holds_only(feed, &IN_FEED, &["id", "title", "updated"]);
    // 4.1.1: an author, unless each entry has one
    assert!(feed.all("author").count() >= 1 || feed.all("entry").all(|entry| entry.all("author").count() >= 1));
    // 4.1.1: entries with the same id have different times
    let unique: BTreeSet<(&str, &str)> = feed.all("entry").map(|entry| (entry.only("id"), entry.only("updated"))).collect();
    assert_eq!(unique.len(), feed.all("entry").count());
    common(feed);
    for entry in feed.all("entry") {
        // 4.1.2: exactly one id, title and updated; at most one content, published and summary
        holds_only(entry, &IN_ENTRY, &["id", "title", "updated"]);
        // 4.1.2: an entry without content has a link to its page
        assert!(entry.all("content").count() == 1 || entry.all("link").any(|link| link.value("rel") == "alternate"), "{entry:?}");
        common(entry);
    }
    // 4.2.7.2: an address of its own is the address of this feed alone
    assert!(feed.all("link").filter(|link| link.value("rel") == "self").count() <= 1);
}

/// Checks that an element has each of some children once, none that is not allowed, and no text of its own.
fn holds_only(element: &Element, allowed: &[&str], needed: &[&str]) {
    for name in needed {
        element.only(name);
    }
    for child in &element.children {
        assert!(allowed.contains(&child.name.as_str()), "{} in {}", child.name, element.name);
        assert!(REPEATED.contains(&child.name.as_str()) || element.all(&child.name).count() == 1, "more than one {} in {}", child.name, element.name);
    }
    assert_eq!(element.text.trim(), "", "a text in {}", element.name);
}

/// Checks the elements that feeds and entries have in common.
fn common(element: &Element) {
    for text in ["title", "subtitle", "summary", "content", "generator"].into_iter().flat_map(|name| element.all(name)) {
        // 3.1.1.1: a text has no child elements
        assert!(text.children.is_empty() && text.attributes.is_empty(), "{text:?}");
    }
    // 4.2.14: a title that tells something
    assert_ne!(element.only("title").trim(), "");
    // 4.2.6: an id is an absolute IRI, in its normal form
    let id = element.only("id");
    assert!(is_absolute(id) && is_tag(id), "{id}");
    for date in ["updated", "published"].into_iter().flat_map(|name| element.all(name)) {
        // 3.3: RFC 3339, with T and Z in upper case
        assert!(DateTime::parse_from_rfc3339(&date.text).is_ok() && date.text.ends_with('Z') && date.text.contains('T'), "{date:?}");
    }
    for author in element.all("author") {
        // 3.2: a person has exactly one name, and nothing in it is an element
        holds_only(author, &["name"], &["name"]);
        assert!(author.children[0].children.is_empty());
        assert_ne!(author.only("name").trim(), "");
    }
    for category in element.all("category") {
        // 4.2.2: a category has a term
        assert!(category.attributes.contains_key("term") && category.children.is_empty() && category.text.is_empty());
    }
    let mut pages = BTreeSet::new();
    for link in element.all("link") {
        // 4.2.7: a link has an address, and is empty; only addresses on the web are ours
        assert!(link.children.is_empty() && link.text.is_empty() && is_absolute(link.value("href")), "{link:?}");
        assert!(
            Url::parse(link.value("href")).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none())
        );
        // 4.2.7.2, 4.2.7.3: a registered relation, a media type
        assert!(["self", "alternate", "related"].contains(&link.value("rel")) && ["text/html", "application/atom+xml"].contains(&link.value("type")));
        // 4.1.1, 4.1.2: at most one page of a type and a language
        assert!(link.value("rel") != "alternate" || pages.insert((link.value("type"), link.value("hreflang"))), "{element:?}");
    }
}

/// True for an IRI with a scheme and with characters that it may have (RFC 3987, 2.2).
fn is_absolute(iri: &str) -> bool {
    let is_scheme =
        |scheme: &str| scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    iri.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme)) && iri.chars().all(|c| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c))
}

/// True for a tag URI (RFC 4151, 2.1).
fn is_tag(id: &str) -> bool {
    let specific = id.strip_prefix("tag:starcite.github.io,2026:");
    specific.is_some_and(|specific| specific.split('%').skip(1).all(|code| code.get(..2).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))))
}
