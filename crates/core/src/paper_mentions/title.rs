//! Finds titles by their letters and digits alone.

use crate::normal::Letters;
use memchr::memmem;

/// The fewest words and letters of a title that counts: shorter ones are names that many things have.
const LEAST_WORDS: usize = 4;
const LEAST_LETTERS: usize = 20;

/// Returns the spans of a title in a text as whole words, if the title counts.
pub(super) fn places_of(text: &Letters, title: &str) -> Vec<(usize, usize)> {
    let title = Letters::of(title);
    if title.words() < LEAST_WORDS || title.as_bytes().len() < LEAST_LETTERS {
        return Vec::new();
    }
    let places = memmem::find_iter(text.as_bytes(), title.as_bytes()).map(|start| (start, start + title.as_bytes().len()));
    places.filter(|(start, end)| text.begins_word(*start) && text.begins_word(*end)).map(|(start, end)| text.place(start, end)).collect()
}

/// Words before a title that are not part of it, and words after it.
const BEFORE: &[&str] = &["paper", "titled", "entitled", "article", "preprint"];
const BEFORE_OF: &[&str] = &["implementation", "code", "codes", "repository", "repo", "codebase", "release"];
const BEHIND: &[&str] = &["by", "accepted", "published", "presented"];

/// True if a title at these bytes of a part is not a piece of a longer one: its neighbours are punctuation or words like "paper".
pub(super) fn stands_alone(part: &str, start: usize, end: usize) -> bool {
    let (before, behind) = (&part[..start], &part[end..]);
    let begins = match before.trim_end().chars().next_back() {
        None => true,
        Some(sign @ ('-' | '/' | '&' | '+')) => sign == '-' && before.ends_with(char::is_whitespace),
        Some(sign) if !sign.is_alphanumeric() => true,
        Some(_) => {
            let mut words = before.split_whitespace().rev().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
            let last = words.next().unwrap_or_default();
            BEFORE.contains(&last.as_str()) || matches!(last.as_str(), "of" | "for") && words.next().is_some_and(|word| BEFORE_OF.contains(&word.as_str()))
        }
    };
    let ends = match behind.trim_start().chars().next() {
        None => true,
        Some(sign @ ('-' | '/' | '&' | '+' | ':' | ',')) => sign == '-' && behind.starts_with(char::is_whitespace),
        Some(sign) if !sign.is_alphanumeric() => true,
        Some(_) => BEHIND.contains(&behind.split_whitespace().next().unwrap_or_default()),
    };
    begins && ends
}
