//! Reads the files in which a repository states how to cite it and which paper its code belongs to.

use super::citation_file::CitationFile;
use super::files::Form;
use super::yaml::{self, Node};
use super::{cff, codemeta, readme, zenodo};
use std::ops::Range;

/// The most parts of one file that are read.
const MOST_PLACES: usize = 256;

impl CitationFile {
    /// Reads the text of `CITATION.cff`, `codemeta.json` or `.zenodo.json`; any other file gives no values. Valid entries of a damaged file count.
    pub fn parse(name: &str, text: &str) -> Self {
        let read = match Form::of(name) {
            Some(Form::Cff) => cff::citation,
            Some(Form::Codemeta) => codemeta::citation,
            Some(Form::Zenodo) => zenodo::citation,
            Some(Form::Readme) | None => return Self::default(),
        };
        yaml::read(text).map_or_else(Self::default, |file| read(&file))
    }
}

/// Returns the parts of a file about its own paper, in order; elsewhere a paper is only mentioned. A file of an unknown name has no
/// such parts.
pub(super) fn places(name: &str, text: &str) -> Vec<Range<usize>> {
    let of = |own: fn(&Node) -> Vec<Range<usize>>| yaml::read(text).map(|file| own(&file)).unwrap_or_default();
    let mut places = match Form::of(name) {
        Some(Form::Cff) => of(cff::own),
        Some(Form::Codemeta) => of(codemeta::own),
        Some(Form::Zenodo) => of(zenodo::own),
        Some(Form::Readme) => readme::own(text),
        None => Vec::new(),
    };
    places.sort_by_key(|place| (place.start, place.end));
    places.dedup();
    places.truncate(MOST_PLACES);
    places
}
