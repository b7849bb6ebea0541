//! Finds the request of a README to cite a paper, and the paper.

use super::bibtex::{Entry, entries};
use super::blocks::{Block, Kind};
use super::opening::{Opening, Stance};
use super::papers::papers;
use super::words::{has, says_our_paper, words};
use std::collections::BTreeSet;
use std::ops::Range;

/// The most entries of a request: more are a list of others' papers.
const MOST_ENTRIES: usize = 5;

/// Returns the parts that name the paper to be cited as this repository's own.
pub(super) fn own(text: &str, blocks: &[Block], opening: &Opening) -> Vec<Range<usize>> {
    let entries = entries(text);
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(found) = blocks[at..].iter().position(|block| asks(text, block)) {
        let request = Request::at(text, &blocks[at + found..], &entries);
        at += found + request.blocks;
        // A second request is usually for another paper, such as that of a data set or a component.
        if places.is_empty() || request.says_ours() {
            places.extend(request.own(text, opening));
        }
    }
    places
}

/// Words of a heading about citation, and of a paragraph with a request to cite.
const CITE: &[&str] = &["cite", "citing", "bibtex", "be cited"];
const CITATION: &[&str] = &["citation", "citations"];
/// The most words of a heading: a paragraph with just "Citation" counts as one.
const MOST_HEADING_WORDS: usize = 4;
/// Words of headings over others' papers.
const OTHERS: &[&str] =
    &["references", "reference", "acknowledgement", "acknowledgements", "acknowledgments", "acknowledgment", "related", "credits", "cited by"];

fn asks(text: &str, block: &Block) -> bool {
    if block.kind == Kind::Code {
        return false;
    }
    let words = words(&text[block.place.clone()]);
    let is_heading = block.kind == Kind::Heading || words.split_whitespace().count() <= MOST_HEADING_WORDS;
    (has(&words, CITE) || is_heading && has(&words, CITATION)) && !(is_heading && has(&words, OTHERS))
}

/// Words about papers that cite this one, and about works of others.
const CITING_US: &[&str] = &["that cite", "which cite", "who cite", "papers citing", "works citing", "cited by"];
const ANOTHERS: &[&str] = &["original", "also cite", "also citing", "respective"];

/// A request to cite: a heading or a paragraph, and the blocks after it.
struct Request<'a> {
    place: Range<usize>,
    /// The number of its blocks.
    blocks: usize,
    entries: Vec<&'a Entry<'a>>,
    /// The words outside the entries.
    said: String,
}

impl<'a> Request<'a> {
    /// Returns the request that begins with the first block. It ends at a heading without a request, and at text after an entry.
    fn at(text: &str, blocks: &[Block], entries: &'a [Entry<'a>]) -> Self {
        let mut request = Self { place: blocks[0].place.clone(), blocks: 0, entries: Vec::new(), said: String::new() };
        for block in blocks {
            let first = entries.partition_point(|entry| entry.place.end <= block.place.start);
            let within: Vec<&Entry<'_>> = entries[first..].iter().take_while(|entry| entry.place.start < block.place.end).collect();
            let is_words = within.is_empty() && block.kind != Kind::Code;
            let is_over = is_words && !request.entries.is_empty() || block.kind == Kind::Heading && !asks(text, block);
            if is_over && request.blocks > 0 {
                break;
            }
            let until = within.first().map_or(block.place.end, |entry| entry.place.start.max(block.place.start));
            if block.kind != Kind::Code {
                request.said.push_str(&words(&text[block.place.start..until]));
            }
            request.entries.extend(within);
            request.place.end = block.place.end;
            request.blocks += 1;
        }
        request.entries.dedup_by_key(|entry| entry.place.start);
        request
    }

    fn says_ours(&self) -> bool {
        says_our_paper(&self.said) || has(&self.said, &["cite us"])
    }

    /// True if it is about data, perhaps of others: "if you use the dataset, cite".
    fn is_of_data(&self) -> bool {
        has(&self.said, &["dataset", "datasets", "data set", "data sets"]) && !has(&self.said, &["this", "our", "citation"])
    }

    fn own(&self, text: &str, opening: &Opening) -> Vec<Range<usize>> {
        if has(&self.said, CITING_US) || has(&self.said, ANOTHERS) && !self.says_ours() {
            return Vec::new();
        }
        let implements = opening.stance == Stance::Implements && !self.says_ours();
        let (in_title, in_request) = (!implements, !self.is_of_data());
        match &self.entries[..] {
            [] if in_title && in_request => self.only_paper(text).into_iter().collect(),
            [entry] if in_title && in_request => vec![entry.place.clone()],
            several => {
                let title = opening.title.as_ref().map(|title| words(&text[title.clone()])).unwrap_or_default();
                let is_named = |name: String| in_request && has(&self.said, &[&name]) || in_title && title.starts_with(&format!(" {name} "));
                let named = several.iter().filter(|entry| several.len() <= MOST_ENTRIES && name(entry).is_some_and(is_named));
                named.map(|entry| entry.place.clone()).collect()
            }
        }
    }

    /// Returns the whole request, if it names one paper by an identifier.
    fn only_paper(&self, text: &str) -> Option<Range<usize>> {
        let papers: BTreeSet<String> = papers(text, &self.place).into_iter().map(|(cited, _)| cited).collect();
        (papers.len() == 1).then(|| self.place.clone())
    }
}

/// Returns the name in an entry's title of the form `name: description`, in lower case.
fn name(entry: &Entry<'_>) -> Option<String> {
    let (name, _) = entry.title?.split_once(':')?;
    let name = words(&name.replace(['{', '}'], "")).trim().to_owned();
    ((3..=40).contains(&name.len()) && name.split(' ').count() <= 3).then_some(name)
}
