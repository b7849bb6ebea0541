//! What a `CITATION.cff` says of the software itself (<https://citation-file-format.github.io>, versions 1.0 to 1.2).

use super::yaml::{self, Node};
use crate::paper::doi;
use chrono::NaiveDate;

/// A longer file is no citation file: it is not read.
const MAX_BYTES: usize = 512 * 1024;

/// How software wants to be cited. What the file does not say, or says in a way that can't be read, is unknown.
///
/// ```
/// use starcite_core::naming::CitationFile;
/// let file = CitationFile::parse("title: A tool\nversion: 1.0\nauthors:\n- {family-names: Doe, given-names: Jane}\n- name: The A Team");
/// assert_eq!((file.title.as_deref(), file.version.as_deref()), (Some("A tool"), Some("1.0")));
/// assert_eq!(file.authors.unwrap(), ["Doe, Jane", "The A Team"]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CitationFile {
    /// The software's title.
    pub title: Option<String>,
    /// Its authors in order: `Family, Given` with particle and suffix as in BibTeX (`von Last, Jr, First`); the name of an entity as it stands.
    pub authors: Option<Vec<String>>,
    /// The version, as written.
    pub version: Option<String>,
    /// The software's own DOI, bare and in lower case: never that of `preferred-citation` or `references`.
    pub doi: Option<String>,
    /// The day of the release.
    pub date_released: Option<NaiveDate>,
    /// The SPDX id of the licence; several, of which one may choose, with ` OR ` between them.
    pub license: Option<String>,
}

impl CitationFile {
    /// Reads a file's text. Whatever is wrong with it, the rest counts.
    pub fn parse(text: &str) -> Self {
        if text.len() > MAX_BYTES {
            return Self::default();
        }
        yaml::read(text).map_or_else(Self::default, |file| Self::of(&file))
    }

    fn of(file: &Node) -> Self {
        let text = |key: &str| file.get(key).and_then(Node::text).map(one_line);
        Self {
            title: text("title"),
            authors: file.get("authors").map(authors).filter(|authors| !authors.is_empty()),
            version: text("version"),
            doi: text("doi").and_then(|text| doi(&text)).or_else(|| file.get("identifiers").and_then(own_doi)),
            date_released: text("date-released").and_then(|text| day(&text)),
            license: file.get("license").and_then(license),
        }
    }
}

/// A text that was folded over several lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn authors(list: &Node) -> Vec<String> {
    list.items().filter_map(author).collect()
}

/// A person or an entity; one who is known by an alias only goes by that.
fn author(author: &Node) -> Option<String> {
    let text = |key: &str| author.get(key).and_then(Node::text).map(one_line);
    let family = [text("name-particle"), text("family-names")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let parts = [Some(family).filter(|family| !family.is_empty()), text("name-suffix"), text("given-names")];
    let person = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    Some(person).filter(|person| !person.is_empty()).or_else(|| text("name")).or_else(|| text("alias"))
}

/// The first DOI among the file's identifiers.
fn own_doi(identifiers: &Node) -> Option<String> {
    let is_doi = |one: &&Node| one.get("type").and_then(Node::text) == Some("doi");
    identifiers.items().filter(is_doi).find_map(|one| one.get("value").and_then(Node::text).and_then(doi))
}

/// `2021-08-18`, also with a time behind it.
fn day(text: &str) -> Option<NaiveDate> {
    let (day, rest) = text.split_at_checked("2021-08-18".len())?;
    let day = day.parse().ok()?;
    (rest.is_empty() || rest.starts_with(['T', 't', ' '])).then_some(day)
}

fn license(license: &Node) -> Option<String> {
    let several = license.items().filter_map(Node::text).collect::<Vec<_>>().join(" OR ");
    license.text().map(str::to_owned).or_else(|| Some(several).filter(|several| !several.is_empty()))
}
