//! Reads the opening of a README: its description of the repository.

use super::blocks::{Block, Kind, entries, is_list};
use super::links;
use super::papers::{are_one, first_paper};
use super::vocabulary::{Name, is_about_others, says_code_of_paper};
use super::words::{PAPER, has, says_our_paper, words};
use std::ops::Range;

/// The most bytes of the opening, and of each of its paragraphs.
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
    /// The name of the repository and its paper in the title.
    pub(super) name: Name,
    sentences: Vec<Sentence>,
    /// Lines that consist of a paper, links and badges alone, with true for those after words about the works of others.
    lone: Vec<(Range<usize>, bool)>,
    /// True if it speaks of the works of others.
    is_of_others: bool,
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
        let name = Name::of(title.as_ref().map_or("", |title| &text[title.clone()]));
        let mut opening = Self { stance: Stance::Unsaid, title, name, sentences: Vec::new(), lone: Vec::new(), is_of_others: false };
        let (mut has_paragraph, mut is_led_to) = (false, false);
        for (at, block) in blocks.iter().enumerate().filter(|(_, block)| block.kind != Kind::Code) {
            let place = beginning(text, &block.place);
            let paragraph = &text[place.clone()];
            let is_badges = paragraph.lines().all(links::alone);
            if block.place.start > MAX_BYTES || block.kind == Kind::Heading && has_paragraph && !is_badges {
                break;
            }
            for entry in entries(text, &place) {
                let line = &text[entry.clone()];
                let is_badge = is_badges && !is_list(line) && links::words_outside(line) == Some(0);
                // Links after a colon belong to the words before it.
                if !is_led_to && (is_badge || opening.name.is_of_paper(line)) {
                    opening.lone.push((entry, opening.is_of_others));
                } else {
                    is_led_to |= opening.name.leads_elsewhere(line);
                    opening.is_of_others |= first_paper(text, &entry).is_some() || block.kind == Kind::Text && is_of_others(line);
                }
            }
            if !words(paragraph).trim().is_empty() {
                is_led_to = opening.name.leads_elsewhere(paragraph);
                has_paragraph |= block.kind == Kind::Text && !is_badges && !is_list(paragraph);
            }
            opening.sentences.extend(sentences(text, blocks, at));
        }
        let titled = opening.title.iter().map(|title| of_title(&words(&text[title.clone()]).replace('-', " ")));
        opening.stance = opening.sentences.iter().map(|sentence| sentence.stance).chain(titled).max().unwrap_or(Stance::Unsaid);
        opening
    }

    /// True if a paper that it does not call ours may be the own one.
    pub(super) fn may_be_own(&self) -> bool {
        self.stance == Stance::Own || self.stance == Stance::Unsaid && !self.is_of_others
    }

    /// Returns the parts about the own paper.
    pub(super) fn own(&self, text: &str) -> Vec<Range<usize>> {
        let own = self.sentences.iter().filter(|sentence| sentence.stance == Stance::Own);
        let said = own.flat_map(|sentence| {
            let names_one = first_paper(text, &sentence.place).is_some();
            let following = sentence.following.iter().filter(move |_| !names_one && sentence.following.len() <= MOST_FOLLOWING);
            let line = line_after(text, sentence.place.end).filter(|line| !names_one && self.name.is_of_paper(&text[line.clone()]));
            [sentence.place.clone()].into_iter().chain(following.cloned()).chain(line)
        });
        let said = said.map(|place| place.start..first_paper(text, &place).unwrap_or(place.end));
        let lone = self.lone.iter().filter(|(_, is_doubtful)| !is_doubtful || self.stance == Stance::Own);
        let lone: Vec<Range<usize>> = lone.map(|(line, _)| line.clone()).collect();
        let lone = if are_one(text, &lone) { lone } else { Vec::new() };
        self.title.iter().cloned().chain(said).chain(lone).collect()
    }
}

/// Returns the part of a paragraph that is read.
fn beginning(text: &str, place: &Range<usize>) -> Range<usize> {
    place.start..text.floor_char_boundary(place.end.min(place.start + MAX_BYTES))
}

/// Returns the first line after a sentence that is not empty.
fn line_after(text: &str, end: usize) -> Option<Range<usize>> {
    let start = text.len() - text[end..].trim_start().len();
    text[start..].lines().next().map(|line| start..start + line.len())
}

/// Returns the sentences of a block.
fn sentences(text: &str, blocks: &[Block], at: usize) -> Vec<Sentence> {
    let place = beginning(text, &blocks[at].place);
    let items = if is_list(&text[place.clone()]) { entries(text, &place) } else { vec![place] };
    let mut sentences = Vec::new();
    for item in items {
        let mut start = item.start;
        while start < item.end {
            let end = start + sentence_length(&text[start..item.end]);
            let stance = stance(&text[start..end], blocks[at].kind);
            sentences.push(Sentence { place: start..end, stance, following: Vec::new() });
            start = end;
        }
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
    let is_ours = says_our_paper(&words) || says_code_of_paper(&words) || says_official(&words, kind) || has(&words, OURS) || is_code_of(sentence);
    match () {
        () if has(&words, OTHERS) && !says_our_paper(&words) => Stance::Others,
        () if is_ours => Stance::Own,
        () if has(&words, IMPLEMENTS) => Stance::Implements,
        () => Stance::Unsaid,
    }
}

/// True if a line is about the works of others, or another paper of these authors.
fn is_of_others(line: &str) -> bool {
    let words = words(line);
    is_about_others(&words) || has(&words, &["our"]) && has(&words, PAPER) && stance(line, Kind::Text) != Stance::Own
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
        () if has(words, &["awesome", "reading group"]) => Stance::Others,
        () if has(words, FRAMEWORKS) => Stance::Implements,
        () => Stance::Unsaid,
    }
}
