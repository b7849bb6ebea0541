//! Texts of papers and hosts as a page shows them: characters that readers obey become visible, and the links of a text are marked.

use starcite_ground::visible;
use std::ops::Range;

/// The mark of a part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    Plain = 0,
    /// The sentence of a link.
    Sentence = 1,
    Link = 2,
}

/// A part of a text, with its mark as a number.
pub(crate) type Segment = (String, u8);

/// Returns a text in parts that together are the text; `links` are byte ranges of it with the sentence around each. A range that is not one of the text is left
/// out, because tables may be damaged.
pub(crate) fn segments<'s>(text: &str, links: impl Iterator<Item = (Range<usize>, Option<&'s str>)>) -> Vec<Segment> {
    let mut links = links.peekable();
    if links.peek().is_none() {
        return vec![(visible::lines(text).into_owned(), Mark::Plain as u8)];
    }
    let mut marks = vec![Mark::Plain; text.len()];
    for (link, sentence) in links.filter(|(link, _)| text.get(link.clone()).is_some()) {
        let around = sentence.and_then(|sentence| around(text, sentence, &link)).unwrap_or_else(|| link.clone());
        marks[around].iter_mut().for_each(|mark| *mark = (*mark).max(Mark::Sentence));
        marks[link].fill(Mark::Link);
    }
    let mut segments: Vec<Segment> = Vec::new();
    let mut start = 0;
    for part in marks.chunk_by(|a, b| a == b) {
        let end = start + part.len();
        segments.push((visible::lines(&text[start..end]).into_owned(), part[0] as u8));
        start = end;
    }
    segments
}

/// Returns the range of the sentence in a text that holds a link.
fn around(text: &str, sentence: &str, link: &Range<usize>) -> Option<Range<usize>> {
    let ranges = text.match_indices(sentence).map(|(start, found)| start..start + found.len());
    ranges.into_iter().find(|range| range.start <= link.start && link.end <= range.end)
}

/// Returns a text on one line.
pub(crate) fn line(text: &str) -> String {
    visible::line(text).into_owned()
}

/// The most characters of a text that a page has room for beside others.
const SHORT: usize = 2_000;

/// Returns a text on one line, cut where it is longer than a page has room for.
pub(crate) fn short(text: &str) -> String {
    match text.char_indices().nth(SHORT) {
        Some((end, _)) => format!("{}… (cut)", line(&text[..end])),
        None => line(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_link_is_marked_in_its_sentence() {
        let text = "We see. Code is at https://h.org/o/n now. More.";
        let at = text.find("https").unwrap();
        let marked = segments(text, [(at..at + 17, Some("Code is at https://h.org/o/n now."))].into_iter());
        let parts: Vec<(&str, u8)> = marked.iter().map(|(text, mark)| (text.as_str(), *mark)).collect();
        assert_eq!(parts, [("We see. ", 0), ("Code is at ", 1), ("https://h.org/o/n", 2), (" now.", 1), (" More.", 0)]);
    }

    proptest! {
        #[test]
        fn the_parts_of_a_text_are_the_text(text in "\\PC*|.*", links in proptest::collection::vec((0..50usize, 0..50usize), 0..4), sentence in ".{0,5}") {
            let links = links.iter().map(|(a, b)| (*a.min(b)..*a.max(b), Some(sentence.as_str())));
            let joined: String = segments(&text, links).into_iter().map(|(part, _)| part).collect();
            prop_assert_eq!(joined, visible::lines(&text));
        }
    }
}
