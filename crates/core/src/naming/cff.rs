//! `CITATION.cff` (<https://citation-file-format.github.io>, versions 1.0 to 1.2).

use super::citation_file::CitationFile;
use super::yaml::Node;
use std::ops::Range;

/// What the file says of the software itself: `preferred-citation` and `references` are none of it.
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

/// Where the file says what its paper goes by: in `preferred-citation`, and by what it calls the software itself, which is the paper where authors
/// had only that to fill in. `references` are other people's.
pub(super) fn own(file: &Node) -> Vec<Range<usize>> {
    let cited = std::iter::once(file).chain(file.get("preferred-citation").into_iter().flat_map(Node::each));
    let places = |one| Node::places(one, &["title", "doi", "url"]).chain(identifiers(one).flat_map(|one| one.places(&["value"])));
    cited.flat_map(places).collect()
}

fn identifiers(file: &Node) -> impl Iterator<Item = &Node> {
    file.get("identifiers").into_iter().flat_map(Node::each)
}

/// A person or an entity; one who is known by an alias only goes by that.
fn author(author: &Node) -> Option<String> {
    let text = |key: &str| author.one_line(key);
    let family = [text("name-particle"), text("family-names")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let parts = [Some(family).filter(|family| !family.is_empty()), text("name-suffix"), text("given-names")];
    let person = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    Some(person).filter(|person| !person.is_empty()).or_else(|| text("name")).or_else(|| text("alias"))
}
