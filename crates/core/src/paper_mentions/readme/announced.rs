//! Finds the news of the release of the own paper.

use super::blocks::{Block, Kind, entries};
use super::opening::Opening;
use super::words::{has, says_our_paper, words};
use std::ops::Range;

/// Words of a heading over news, or at the start of a line of news.
const NEWS: &[&str] = &["news", "updates", "what s new"];

/// The most bytes before and with the first word of a line of news.
const MOST_BEFORE: usize = 40;

/// Returns the news of the release of a paper that is called ours, or that may be the own one.
pub(super) fn own(text: &str, blocks: &[Block], opening: &Opening) -> Vec<Range<usize>> {
    let (mut is_news, mut own) = (false, Vec::new());
    for block in blocks.iter().filter(|block| block.kind != Kind::Code) {
        if block.kind == Kind::Heading {
            let heading = words(&text[block.place.clone()]);
            is_news = has(&heading, NEWS) || says_our_paper(&heading);
            continue;
        }
        for entry in entries(text, &block.place) {
            let line = &text[entry.clone()];
            is_news |= begins_news(line);
            if is_news && opening.name.is_in_news(line) && (opening.may_be_own() || says_our_paper(&words(line))) {
                own.push(entry);
            }
        }
    }
    own
}

fn begins_news(line: &str) -> bool {
    let begin = words(&line[..line.floor_char_boundary(MOST_BEFORE)]);
    NEWS.iter().any(|word| begin[1..].strip_prefix(word).is_some_and(|rest| rest.starts_with(' ')))
}
