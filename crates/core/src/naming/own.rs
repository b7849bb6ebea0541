//! Where a file speaks of the paper whose code the repository is.

use super::files::Form;
use super::yaml::{self, Node};
use super::{cff, codemeta, readme, zenodo};
use std::ops::Range;

/// More parts than these say nothing.
const MOST_PLACES: usize = 256;

/// The parts of a file that speak of its own paper, in order: what is named elsewhere in it is only mentioned. A file that is not known
/// to say such things has none.
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
