//! `.zenodo.json` (<https://developers.zenodo.org/#representation>).

use super::citation_file::CitationFile;
use super::licence::spdx_id;
use super::yaml::Node;
use crate::archive::OF_ITS_PAPER;
use std::ops::Range;

/// Reads the file's metadata of the software itself.
pub(super) fn citation(file: &Node) -> CitationFile {
    CitationFile {
        title: file.one_line("title"),
        authors: file.list("creators", |creator| creator.one_line("name")),
        version: file.one_line("version"),
        doi: file.doi("doi"),
        date_released: file.day("publication_date"),
        license: file.get("license").and_then(|license| spdx_id(license.get("id").unwrap_or(license).text()?)),
    }
}

/// Returns the spans of the identifiers of the software's own paper.
pub(super) fn own(file: &Node) -> Vec<Range<usize>> {
    let relation = |one: &Node| one.get("relation").and_then(Node::text).is_some_and(|name| OF_ITS_PAPER.iter().any(|own| own.eq_ignore_ascii_case(name)));
    let related = file.get("related_identifiers").into_iter().flat_map(Node::each).filter(|one| relation(one));
    file.places(&["title"]).chain(related.flat_map(|one| one.places(&["identifier"]))).collect()
}
