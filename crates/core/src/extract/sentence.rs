//! Finds the sentence around a link.

use memchr::{memchr3_iter, memmem};
use std::ops::Range;

/// The longest sentence, in bytes, so that the stored evidence stays readable.
const MAX_SENTENCE_BYTES: usize = 600;

/// The sentence around a link.
pub(super) struct Sentence<'a> {
    pub(super) all: &'a str,
    /// The part of it before the link.
    pub(super) before: &'a str,
}

/// Returns the sentence around the link with this span.
pub(super) fn with_link(text: &str, link: Range<usize>) -> Sentence<'_> {
    let span = around(text, link.clone());
    Sentence { before: &text[span.start..link.start.max(span.start)], all: &text[span] }
}

/// Returns the sentence that contains the span: from the end of the previous one to its own full stop.
pub(super) fn around(text: &str, span: Range<usize>) -> Range<usize> {
    let earliest = text.floor_char_boundary(span.start.saturating_sub(MAX_SENTENCE_BYTES));
    let latest = text.floor_char_boundary(span.end + MAX_SENTENCE_BYTES);
    let before = &text[earliest..span.start];
    let start = earliest + last_end(before);
    let end = span.end + first_end(&text[span.end..latest]);
    let start = start + (text[start..span.start].len() - text[start..span.start].trim_start().len());
    start..start + text[start..end].trim_end().len()
}

/// Returns the first sentence of a text, without surrounding whitespace.
///
/// ```
/// use starcite_core::extract::first_sentence;
/// assert_eq!(first_sentence(" Models, e.g. of text, grow.\nOurs does not."), "Models, e.g. of text, grow.");
/// ```
pub fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    &text[around(text, 0..0)]
}

/// Returns the end of the last complete sentence of the text; 0 if there is none.
fn last_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let stop = memchr3_iter(b'.', b'!', b'?', bytes).rev().find(|&at| ends_at(bytes, at));
    stop.max(memmem::rfind(bytes, EMPTY_LINE)).map_or(0, |at| at + 1)
}

/// Returns the end of the first sentence of the text.
fn first_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let stop = memchr3_iter(b'.', b'!', b'?', bytes).find(|&at| ends_at(bytes, at) || at + 1 == bytes.len());
    let end = stop.map_or(bytes.len(), |at| at + 1);
    memmem::find(&bytes[..end], EMPTY_LINE).map_or(end, |at| at + 1)
}

/// The end of a sentence without a full stop.
const EMPTY_LINE: &[u8] = b"\n\n";

/// True if a sentence ends at the full stop: whitespace follows, and it does not belong to an abbreviation.
fn ends_at(bytes: &[u8], stop: usize) -> bool {
    const ABBREVIATIONS: &[&[u8]] = &[b"e.g", b"i.e", b"et al", b"cf", b"Fig", b"vs", b"resp", b"etc"];
    let blank_follows = bytes.get(stop + 1).is_some_and(u8::is_ascii_whitespace);
    blank_follows && !ABBREVIATIONS.iter().any(|a| bytes[..stop].ends_with(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_goes_from_full_stop_to_full_stop() {
        let text = "First one. Our code, e.g. the model, is at LINK. And more.";
        let at = text.find("LINK").expect("the link");
        assert_eq!(&text[around(text, at..at + 4)], "Our code, e.g. the model, is at LINK.");
    }

    #[test]
    fn a_link_alone_is_its_own_sentence() {
        assert_eq!(around("LINK", 0..4), 0..4);
        assert_eq!(around("é. LINK", 4..8), 4..8);
    }
}
