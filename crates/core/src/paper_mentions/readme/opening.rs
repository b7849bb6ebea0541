//! Reads the opening of a README: its description of the repository.

use super::blocks::{Block, Kind};
use super::links;
use super::words::{has, says_our_paper, words};
use crate::citation::{self, Text};
use std::collections::BTreeSet;
use std::ops::Range;

/// The most bytes of the opening.
const MAX_BYTES: usize = 8 * 1024;
/// The most paragraphs that belong to the sentence before them (`This is the official repository for`): more are a list.
const MOST_FOLLOWING: usize = 5;

/// The statement of a README about the paper of its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stance {
    /// No statement.
    Unsaid,
    /// The code implements a paper, perhaps of others.
    Implements,
    /// "Our paper", "the official implementation".
    Own,
    /// The README states that it is unofficial, or is a list.
    Others,
}

#[derive(Debug)]
pub(super) struct Opening {
    pub(super) stance: Stance,
    /// The first heading.
    pub(super) title: Option<Range<usize>>,
    sentences: Vec<Sentence>,
    /// Paragraphs that consist of links and badges alone.
    badges: Vec<Range<usize>>,
}

#[derive(Debug)]
struct Sentence {
    place: Range<usize>,
    stance: Stance,
    /// The paragraphs after it, if it is the last sentence of its paragraph and has no punctuation at its end.
    following: Vec<Range<usize>>,
}

impl Opening {
    /// Reads the title and the text until the end of the first section that has a paragraph.
    pub(super) fn of(text: &str, blocks: &[Block]) -> Self {
        let title = blocks.iter().find(|block| block.kind == Kind::Heading).map(|block| block.place.clone());
        let mut opening = Self { stance: Stance::Unsaid, title, sentences: Vec::new(), badges: Vec::new() };
        let (mut has_paragraph, mut is_led_to) = (false, false);
        for (at, block) in blocks.iter().enumerate().filter(|(_, block)| block.kind != Kind::Code) {
            let paragraph = &text[block.place.clone()];
            let is_badges = paragraph.lines().all(links::alone);
            if block.place.start > MAX_BYTES || block.kind == Kind::Heading && has_paragraph && !is_badges {
                break;
            }
            // Badges after a colon belong to the words before it.
            opening.badges.extend(Some(block.place.clone()).filter(|_| is_badges && !is_led_to));
            is_led_to = paragraph.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_')).ends_with(':');
            has_paragraph |= block.kind == Kind::Text && !is_badges && !is_list(paragraph);
            opening.sentences.extend(sentences(text, blocks, at));
        }
        let titled = opening.title.iter().map(|title| of_title(&words(&text[title.clone()]).replace('-', " ")));
        opening.stance = opening.sentences.iter().map(|sentence| sentence.stance).chain(titled).max().unwrap_or(Stance::Unsaid);
        opening
    }

    /// Returns the parts about the own paper.
    pub(super) fn own(&self, text: &str) -> Vec<Range<usize>> {
        let own = self.sentences.iter().filter(|sentence| sentence.stance == Stance::Own);
        let said = own.flat_map(|sentence| {
            let names_one = first_paper(text, &sentence.place).is_some();
            let following = sentence.following.iter().filter(move |_| !names_one && sentence.following.len() <= MOST_FOLLOWING);
            [&sentence.place].into_iter().chain(following)
        });
        let said = said.map(|place| place.start..first_paper(text, place).unwrap_or(place.end));
        self.title.iter().cloned().chain(said).chain(self.badge(text)).collect()
    }

    /// Returns the badges and links above the text, if they lead to one paper alone: an arXiv id, a DOI or both.
    fn badge(&self, text: &str) -> Vec<Range<usize>> {
        let (papers, places): (BTreeSet<String>, Vec<_>) = self.badges.iter().flat_map(|block| papers(text, block)).unzip();
        let of = |kind: &str| papers.iter().filter(|cited| cited.starts_with(kind)).count();
        if of("arxiv:") <= 1 && of("doi:") <= 1 { places } else { Vec::new() }
    }
}

/// Returns the papers that a part names by an identifier, without archives of code.
pub(super) fn papers(text: &str, place: &Range<usize>) -> Vec<(String, Range<usize>)> {
    let mentions = citation::mentions(&text[place.clone()], Text::Markup).into_iter();
    let papers = mentions.filter(|mention| !mention.cited.starts_with("doi:10.5281/zenodo."));
    papers.map(|mention| (mention.cited, place.start + mention.span.start..place.start + mention.span.end)).collect()
}

/// Returns the end of the first paper's identifier.
fn first_paper(text: &str, place: &Range<usize>) -> Option<usize> {
    papers(text, place).first().map(|(_, span)| span.end)
}

fn is_list(paragraph: &str) -> bool {
    paragraph.trim_start().starts_with(['-', '*', '+', '1']) && !paragraph.trim_start().starts_with("**")
}

/// Returns the sentences of a block.
fn sentences(text: &str, blocks: &[Block], at: usize) -> Vec<Sentence> {
    let place = blocks[at].place.clone();
    let mut start = place.start;
    let mut sentences = Vec::new();
    while start < place.end {
        let end = start + sentence_length(&text[start..place.end]);
        let stance = stance(&text[start..end], blocks[at].kind);
        sentences.push(Sentence { place: start..end, stance, following: Vec::new() });
        start = end;
    }
    if let Some(last) = sentences.last_mut().filter(|last| last.stance == Stance::Own && !text[last.place.clone()].trim_end().ends_with(['.', '!', ')'])) {
        let begins_marked = |block: &&Block| block.kind == Kind::Text && text[block.place.clone()].starts_with(['*', '>', '[', '!', '-', '<', '_', '"']);
        last.following = blocks[at + 1..].iter().take_while(begins_marked).take(MOST_FOLLOWING + 1).map(|block| block.place.clone()).collect();
    }
    sentences
}

/// Returns the length of a sentence, which ends after its punctuation if whitespace follows.
fn sentence_length(text: &str) -> usize {
    let ends = |(at, sign): &(usize, &str)| text[at + sign.len()..].starts_with(char::is_whitespace) && !text[..*at].ends_with("et al");
    text.match_indices(['.', '!', '?']).find(ends).map_or(text.len(), |(at, sign)| at + sign.len())
}

/// Words that mark code as unofficial, or a list.
const OTHERS: &[&str] = &[
    "unofficial",
    "un-official",
    "non-official",
    "nonofficial",
    "not official",
    "not the official",
    "not an official",
    "reimplementation",
    "re-implementation",
    "reimplementations",
    "reimplements",
    "re-implements",
    "third-party implementation",
    "third party implementation",
    "not affiliated",
    "reproduction of",
    "replication of",
    "port of",
    "paper list",
    "list of papers",
    "collection of papers",
    "curated list",
    "reading list",
    "my implementation",
];
const IMPLEMENTS: &[&str] = &[
    "implementation of",
    "implementation for",
    "implementations of",
    "implements",
    "implementing",
    "reproduced",
    "reproduces",
    "original implementation",
    "original code",
    "original repo",
    "original repository",
];
const OURS: &[&str] = &[
    "our approach is",
    "our method is",
    "code for the paper",
    "code of the paper",
    "code for paper",
    "code of paper",
    "code for the article",
    "code accompanying",
    "code to accompany",
    "accompanies the paper",
    "accompanying the paper",
    "companion code",
    "repository for the paper",
    "repository of the paper",
    "repo for the paper",
];

fn stance(sentence: &str, kind: Kind) -> Stance {
    let words = words(sentence);
    let is_ours = says_our_paper(&words) || says_official(&words, kind) || has(&words, OURS) || is_code_of(sentence);
    match () {
        () if has(&words, OTHERS) && !says_our_paper(&words) => Stance::Others,
        () if is_ours => Stance::Own,
        () if has(&words, IMPLEMENTS) => Stance::Implements,
        () => Stance::Unsaid,
    }
}

/// Beginnings of sentences that continue with a title or an address.
const CODE_OF: &[&str] = &["code for ", "code of ", "source code for ", "source code of ", "code repository for "];

/// True if a sentence is "Code of" and then a paper.
fn is_code_of(sentence: &str) -> bool {
    let begin = sentence.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let paper = CODE_OF.iter().find_map(|code| begin.strip_prefix(code));
    paper.is_some_and(|paper| paper.starts_with(['[', '"', '*', '“', '_', '<']) || ["http", "arxiv"].iter().any(|address| paper.starts_with(address)))
}

/// Words for official code.
const CODE: &[&str] = &["implementation", "implementations", "code", "codebase", "repository", "repo", "release", "source"];
/// Words that refer to another repository: "the official implementation can be found here".
const ELSEWHERE: &[&str] = &["here", "found", "see", "based on", "adapted from", "borrowed from", "forked from"];

/// True if words state that this is the official code of something: in a sentence, or in a heading after a name.
fn says_official(words: &str, kind: Kind) -> bool {
    let Some((before, after)) = words.split_once(" official ") else { return false };
    let near: Vec<&str> = after.split(' ').take(9).collect();
    let Some(code) = near.iter().position(|word| CODE.contains(word)) else { return false };
    let begins = before.split(' ').all(|word| matches!(word, "" | "the"));
    let is_of = near[code..].iter().any(|word| matches!(*word, "of" | "for" | "accompanying"));
    let is_this = begins || has(words, &["this is", "this repo", "this repository", "we provide", "we release"]);
    (is_of && is_this || kind == Kind::Heading && !begins) && !has(words, ELSEWHERE)
}

const FRAMEWORKS: &[&str] = &["pytorch", "tensorflow", "keras", "jax", "flax", "mxnet", "tf2", "paddle", "chainer"];

/// Returns the stance of a title: reimplementations name their framework.
fn of_title(words: &str) -> Stance {
    match () {
        () if has(words, &["awesome"]) => Stance::Others,
        () if has(words, FRAMEWORKS) => Stance::Implements,
        () => Stance::Unsaid,
    }
}
