//! Finds the papers that a part of a README names by an identifier.

use crate::citation::{self, Text};
use std::collections::BTreeSet;
use std::ops::Range;

/// True if parts name at most one paper: an arXiv id, a DOI or both.
pub(super) fn are_one(text: &str, places: &[Range<usize>]) -> bool {
    let papers: BTreeSet<String> = places.iter().flat_map(|place| papers(text, place)).map(|(cited, _)| cited).collect();
    ["arxiv:", "doi:"].iter().all(|kind| papers.iter().filter(|cited| cited.starts_with(kind)).count() <= 1)
}

/// Returns the papers that a part names by an identifier, without archives of code.
pub(super) fn papers(text: &str, place: &Range<usize>) -> Vec<(String, Range<usize>)> {
    let mentions = citation::mentions(&text[place.clone()], Text::Markup).into_iter();
    let papers = mentions.filter(|mention| !mention.cited.starts_with("doi:10.5281/zenodo."));
    papers.map(|mention| (mention.cited, place.start + mention.span.start..place.start + mention.span.end)).collect()
}

/// Returns the end of the first paper's identifier.
pub(super) fn first_paper(text: &str, place: &Range<usize>) -> Option<usize> {
    papers(text, place).first().map(|(_, span)| span.end)
}
