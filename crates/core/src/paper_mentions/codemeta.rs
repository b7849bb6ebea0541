//! `codemeta.json` (<https://codemeta.github.io/terms>, versions 1 to 3).

use super::citation_file::CitationFile;
use super::licence::spdx_id;
use super::yaml::Node;
use crate::paper::doi;
use std::ops::Range;

/// Reads the file's metadata of the software itself.
pub(super) fn citation(file: &Node) -> CitationFile {
    CitationFile {
        title: file.one_line("name"),
        authors: file.list("author", author).or_else(|| file.list("authors", author)),
        version: file.one_line("version").or_else(|| file.one_line("softwareVersion")),
        doi: named_by(file, "identifier").find_map(|one| one.text().and_then(doi)).or_else(|| file.doi("@id")),
        date_released: file.day("datePublished"),
        license: file.list("license", license).map(|several| several.join(" OR ")),
    }
}

/// Returns the spans of the identifiers of the software's own paper: `referencePublication`, and the software's own name and identifier. `citation`
/// lists works that the software cites.
pub(super) fn own(file: &Node) -> Vec<Range<usize>> {
    let papers = file.get("referencePublication").into_iter().flat_map(Node::each);
    let places = |one| {
        let identifiers = named_by(one, "identifier").chain(named_by(one, "sameAs")).filter_map(Node::place);
        Node::place(one).into_iter().chain(one.places(&["name", "headline", "title", "@id", "id", "url", "doi"])).chain(identifiers)
    };
    let software = file.places(&["name"]).chain(named_by(file, "identifier").filter_map(Node::place));
    software.chain(papers.flat_map(places)).collect()
}

/// Returns the values of a key, which are texts or `PropertyValue` objects.
fn named_by<'a>(node: &'a Node, key: &str) -> impl Iterator<Item = &'a Node> {
    node.get(key).into_iter().flat_map(Node::each).map(|one| one.get("value").unwrap_or(one))
}

fn author(author: &Node) -> Option<String> {
    let parts = [author.one_line("familyName"), author.one_line("givenName")];
    let person = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    Some(person).filter(|person| !person.is_empty()).or_else(|| author.one_line("name")).or_else(|| author.text().map(str::to_owned))
}

/// Returns the SPDX id of a licence, which is an SPDX address, an id or an object with either.
fn license(license: &Node) -> Option<String> {
    let text = license.text().or_else(|| ["identifier", "@id", "url", "name"].iter().find_map(|key| license.get(key)?.text()))?;
    spdx_id(text.rsplit("spdx.org/licenses/").next()?.trim_end_matches('/').trim_end_matches(".html"))
}
