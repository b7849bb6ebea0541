//! Finds the parts of a README about the repository's own paper.
//!
//! A README names papers for many reasons: it builds on them, implements them, lists them. The position and the words mark the own paper: the README
//! has the paper's title, the opening contains "our paper" or "official implementation", a badge or a lone line of the opening links to the paper,
//! news report its release, or the README asks to cite it and nothing else. A README that implements others' papers has no own paper, whatever it asks to cite.

mod announced;
mod bibtex;
mod blocks;
mod citing;
mod links;
mod opening;
mod papers;
mod vocabulary;
mod words;

use blocks::blocks;
use opening::{Opening, Stance};
use papers::are_one;
use std::ops::Range;

/// Returns the parts about the own paper, in no order.
pub(super) fn own(text: &str) -> Vec<Range<usize>> {
    let blocks = blocks(text);
    let opening = Opening::of(text, &blocks);
    let mut places = match opening.stance {
        Stance::Others => return Vec::new(),
        Stance::Implements => Vec::new(),
        Stance::Own | Stance::Unsaid => opening.own(text),
    };
    places.extend(citing::own(text, &blocks, &opening));
    let news = announced::own(text, &blocks, &opening);
    let all = [&places[..], &news].concat();
    if are_one(text, &all) { all } else { places }
}

#[cfg(test)]
mod tests;
