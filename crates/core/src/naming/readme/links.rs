//! Links and images of Markdown and HTML.

use super::words::{tag, words};

/// The most words beside the links of a line that is there for them.
const MOST_WORDS: usize = 1;
/// A longer line is no row of badges.
const MAX_BYTES: usize = 8 * 1024;

/// Whether a line is links, images and badges alone.
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

/// Bytes at the beginning of a text that are `[label](address)`, whatever the label holds.
fn link(text: &str) -> usize {
    let Some(label) = enclosed(text, '[', ']') else { return 0 };
    enclosed(&text[label..], '(', ')').map_or(0, |address| label + address)
}

/// Bytes at the beginning of a text that are `<a …>…</a>`.
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
