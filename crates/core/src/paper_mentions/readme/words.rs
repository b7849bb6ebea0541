//! Splits a README's text into words.

/// Returns the words of a text in lower case, with one space between and around them, without addresses and tags.
pub(super) fn words(text: &str) -> String {
    let mut words = String::from(" ");
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = address(rest).max(tag(rest));
        if skipped > 0 || !(c.is_alphanumeric() || c == '-') {
            if !words.ends_with(' ') {
                words.push(' ');
            }
        } else {
            words.extend(c.to_lowercase());
        }
        rest = &rest[skipped.max(c.len_utf8())..];
    }
    if !words.ends_with(' ') {
        words.push(' ');
    }
    words
}

/// Returns the length of an address at the start of a text.
fn address(text: &str) -> usize {
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return 0;
    }
    text.find(|c: char| c.is_whitespace() || ")>]\"'".contains(c)).unwrap_or(text.len())
}

/// Returns the length of an HTML tag at the start of a text.
pub(super) fn tag(text: &str) -> usize {
    let is_tag = text.strip_prefix('<').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!'));
    let near = &text[..text.floor_char_boundary(400)];
    if is_tag { near.find('>').map_or(0, |end| end + 1) } else { 0 }
}

/// True if one of the phrases occurs among the words.
pub(super) fn has(words: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| words.match_indices(phrase).any(|(at, _)| words[..at].ends_with(' ') && words[at + phrase.len()..].starts_with(' ')))
}

/// Words for a paper.
pub(super) const PAPER: &[&str] = &["paper", "article", "preprint", "manuscript", "publication", "work"];
/// Words that make "our paper" another paper.
pub(super) const ANOTHER: &[&str] = &[
    "previous",
    "earlier",
    "prior",
    "other",
    "another",
    "new",
    "recent",
    "latest",
    "follow-up",
    "subsequent",
    "companion",
    "related",
    "code",
    "codebase",
    "implementation",
    "repo",
    "repository",
];
/// The most words between "our" and "paper".
const REACH: usize = 5;

/// True if words contain "our paper", also "our MSR 2022 demo paper", but not "our previous paper".
pub(super) fn says_our_paper(words: &str) -> bool {
    let words: Vec<&str> = words.split(' ').collect();
    let ours = words.iter().enumerate().filter(|(_, word)| **word == "our").map(|(at, _)| at + 1);
    ours.into_iter().any(|at| {
        let near = &words[at..words.len().min(at + REACH)];
        let paper = near.iter().position(|word| PAPER.contains(word));
        paper.is_some_and(|paper| !near[..paper].iter().any(|word| ANOTHER.contains(word)))
    })
}
