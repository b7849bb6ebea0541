//! Which parts of a README speak of the repository's own paper.
//!
//! A README names papers for many reasons: it builds on them, implements them, lists them. Its own is told by where and how it stands: the README
//! has the paper's title, the opening says "our paper" or "official implementation", a badge above the text leads to it, or the
//! README asks to cite it and nothing else. A README that implements others' papers has no own, whatever it asks to cite.

mod bibtex;
mod blocks;
mod citing;
mod links;
mod opening;
mod words;

use blocks::blocks;
use opening::{Opening, Stance};
use std::ops::Range;

/// The parts that speak of the own paper, in no order.
pub(super) fn own(text: &str) -> Vec<Range<usize>> {
    let blocks = blocks(text);
    let opening = Opening::of(text, &blocks);
    let mut places = match opening.stance {
        Stance::Others => return Vec::new(),
        Stance::Implements => Vec::new(),
        Stance::Own | Stance::Unsaid => opening.own(text),
    };
    places.extend(citing::own(text, &blocks, &opening));
    places
}

#[cfg(test)]
mod tests;
