//! Finds links and images of Markdown and HTML.

use super::words::{tag, words};

/// The most words outside the links in a line of links.
const MOST_WORDS: usize = 1;
/// The most bytes of a line of links.
const MAX_BYTES: usize = 8 * 1024;

/// True if a line consists of links, images and badges alone.
pub(super) fn alone(line: &str) -> bool {
    if line.len() > MAX_BYTES {
        return false;
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
    links > 0 && words(&beside).split_whitespace().count() <= MOST_WORDS
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
        if depth == 0 {
            return (c == close).then_some(at + 1);
        }
    }
    None
}
