//! Finds links and images of Markdown and HTML.

use super::words::{tag, words};
use std::ops::Range;

/// The most words outside the links in a line of links.
const MOST_WORDS: usize = 1;
/// The most bytes of a line of links.
pub(super) const MAX_BYTES: usize = 8 * 1024;
/// The most brackets within each other: the limit keeps brackets without an end from being read again from each.
const MOST_NESTED: usize = 8;
/// The signs that end a clause.
const CLAUSE_ENDS: &str = ".,;!?|\n";

/// True if a line consists of links, images and badges alone.
pub(super) fn alone(line: &str) -> bool {
    words_outside(line).is_some_and(|words| words <= MOST_WORDS)
}

/// Returns the number of words outside of the links and images of a line, if it has any of those.
pub(super) fn words_outside(line: &str) -> Option<usize> {
    if line.len() > MAX_BYTES {
        return None;
    }
    let (mut beside, mut links, mut rest) = (String::new(), 0, line);
    while let Some(c) = rest.chars().next() {
        let skipped = link(rest).max(anchor(rest));
        links += usize::from(skipped > 0);
        let skipped = skipped.max(tag(rest));
        if skipped == 0 {
            beside.push(c);
        }
        rest = &rest[skipped.max(c.len_utf8())..];
    }
    (links > 0).then(|| words(&beside).split_whitespace().count())
}

/// Returns the words of a line until the end of the clause with the last of these identifiers of papers, without links whose label is a title, and
/// without emoji (`:fire:`).
pub(super) fn beside(line: &str, papers: &[Range<usize>], is_title: impl Fn(&str) -> bool) -> String {
    let (mut beside, mut at) = (String::new(), 0);
    let end = papers.last().map_or(0, |paper| paper.end);
    while let Some(c) = line[at..].chars().next().filter(|c| at < end || !CLAUSE_ENDS.contains(*c)) {
        let rest = &line[at..];
        let titled = enclosed(rest, '[', ']').filter(|label| is_title(&rest[..*label])).map_or(0, |_| link(rest));
        let paper = papers.iter().find(|paper| paper.contains(&at)).map_or(0, |paper| paper.end - at);
        let skipped = titled.max(paper).max(emoji(rest));
        beside.push(if skipped > 0 { ' ' } else { c });
        at += skipped.max(c.len_utf8());
    }
    words(&beside)
}

/// Returns the length of `:name:` at the start of a text.
fn emoji(text: &str) -> usize {
    let name = text.strip_prefix(':').map_or(0, |rest| rest.bytes().take(30).take_while(|b| b.is_ascii_alphanumeric() || b"_+-".contains(b)).count());
    if name > 0 && text[name + 1..].starts_with(':') { name + 2 } else { 0 }
}

/// Returns the length of `[label](address)` at the start of a text, whatever the label contains.
fn link(text: &str) -> usize {
    let Some(label) = enclosed(text, '[', ']') else { return 0 };
    enclosed(&text[label..], '(', ')').map_or(0, |address| label + address)
}

/// Returns the length of `<a …>…</a>` or `<img …>` at the start of a text.
fn anchor(text: &str) -> usize {
    let begins = text.starts_with("<a ") || text.starts_with("<img ");
    let Some(end) = Some(tag(text)).filter(|end| begins && *end > 0) else { return 0 };
    text[end..].find("</a>").map_or(end, |length| end + length + "</a>".len())
}

fn enclosed(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices().take(1000) {
        depth = if c == open {
            depth + 1
        } else if c == close {
            depth.checked_sub(1)?
        } else {
            depth
        };
        if depth == 0 || depth > MOST_NESTED {
            return (c == close).then_some(at + 1);
        }
    }
    None
}
