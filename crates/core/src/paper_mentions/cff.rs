//! `CITATION.cff` (<https://citation-file-format.github.io>, versions 1.0 to 1.2).

use super::citation_file::CitationFile;
use super::yaml::Node;
use std::ops::Range;

/// Reads the file's metadata of the software itself; `preferred-citation` and `references` do not belong to it.
pub(super) fn citation(file: &Node) -> CitationFile {
    CitationFile {
        title: file.one_line("title"),
        authors: file.get("authors").filter(|authors| authors.text().is_none()).and_then(|_| file.list("authors", author)),
        version: file.one_line("version"),
        doi: file.doi("doi").or_else(|| identifiers(file).find(|one| one.get("type").and_then(Node::text) == Some("doi")).and_then(|one| one.doi("value"))),
        date_released: file.day("date-released"),
        license: file.list("license", |one| one.text().map(str::to_owned)).map(|several| several.join(" OR ")),
    }
}

/// Returns the spans of the identifiers of the software's own paper: in `preferred-citation`, and in the fields of the software itself, because some
/// authors enter the paper there. `references` are third-party works.
pub(super) fn own(file: &Node) -> Vec<Range<usize>> {
    let cited = std::iter::once(file).chain(file.get("preferred-citation").into_iter().flat_map(Node::each));
    let places = |one| Node::places(one, &["title", "doi", "url"]).chain(identifiers(one).flat_map(|one| one.places(&["value"])));
    cited.flat_map(places).collect()
}

fn identifiers(file: &Node) -> impl Iterator<Item = &Node> {
    file.get("identifiers").into_iter().flat_map(Node::each)
}

/// Returns a person or an entity. The alias is used only without any other name.
fn author(author: &Node) -> Option<String> {
    let text = |key: &str| author.one_line(key);
    let family = [text("name-particle"), text("family-names")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let parts = [Some(family).filter(|family| !family.is_empty()), text("name-suffix"), text("given-names")];
    let person = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    Some(person).filter(|person| !person.is_empty()).or_else(|| text("name")).or_else(|| text("alias"))
}
