//! Abstracts as OpenAlex gives them: for each word the places at which it stands.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::fmt;

/// Abstracts have a few hundred words; what has more than this, or more bytes, is none.
const MAX_WORDS: usize = 100_000;
const MAX_BYTES: usize = 1024 * 1024;
/// What stands in the place of words that are missing.
const MISSING: &str = "…";

/// Words and their places.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    words: Vec<(i64, &'a str)>,
    too_many: bool,
}

impl Index<'_> {
    /// The abstract, a blank between two words; `None` where it can't be known.
    pub(super) fn text(mut self) -> Option<String> {
        let bytes: usize = self.words.iter().map(|(_, word)| word.len() + 1 + MISSING.len() + 1).sum();
        if self.too_many || bytes > MAX_BYTES {
            return None;
        }
        self.words.sort_unstable_by_key(|(place, _)| *place);
        let is_doubled = self.words.windows(2).any(|pair| pair[0].0 == pair[1].0);
        let (first, last) = (self.words.first()?.0, self.words.last()?.0);
        let words = i64::try_from(self.words.len()).ok()?;
        if is_doubled || first < 0 || last >= 2 * words {
            return None;
        }
        let mut text = String::with_capacity(bytes);
        let mut next = 0;
        for (place, word) in self.words {
            if place > next {
                push(&mut text, MISSING);
            }
            push(&mut text, word);
            next = place + 1;
        }
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

fn push(text: &mut String, word: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

impl<'de: 'a, 'a> Deserialize<'de> for Index<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Words)
    }
}

struct Words;

impl<'de> Visitor<'de> for Words {
    type Value = Index<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("words with their places")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut index = Index::default();
        while let Some((word, places)) = map.next_entry::<&str, Vec<i64>>()? {
            index.too_many |= index.words.len() + places.len() > MAX_WORDS;
            if !index.too_many {
                index.words.extend(places.into_iter().map(|place| (place, word)));
            }
        }
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Body, typed};

    fn text(index: &str) -> Option<String> {
        let mut index = index.as_bytes().to_vec();
        typed::record::<Index<'_>>(&mut Body::Json(&mut index)).unwrap().text()
    }

    #[test]
    fn words_stand_in_their_places() {
        assert_eq!(text(r#"{"the": [0, 2], "cat": [1], "end.\n\nNew": [3], "": [4], "part": [5]}"#).as_deref(), Some("the cat the end.\n\nNew  part"));
        assert_eq!(text("{}"), None);
    }

    #[test]
    fn what_is_missing_is_marked_and_nothing_is_joined_across_it() {
        assert_eq!(text(r#"{"git": [0], "hub": [2], "end": [5]}"#).as_deref(), Some("git … hub … end"));
        assert_eq!(text(r#"{"late": [1]}"#).as_deref(), Some("… late"));
    }

    #[test]
    fn an_index_that_contradicts_itself_is_no_abstract() {
        for index in [r#"{"a": [0], "b": [0]}"#, r#"{"a": [0, 0]}"#, r#"{"a": [-1, 0]}"#, r#"{"a": [0, 1000000000]}"#, r#"{"a": [9223372036854775807]}"#] {
            assert_eq!(text(index), None, "{index}");
        }
    }

    #[test]
    fn an_index_without_bounds_takes_no_memory() {
        let many = (0..=MAX_WORDS).map(|place| place.to_string()).collect::<Vec<_>>().join(",");
        assert_eq!(text(&format!("{{\"a\": [{many}]}}")), None);
        let places = (0..1000).map(|place| place.to_string()).collect::<Vec<_>>().join(",");
        assert_eq!(text(&format!("{{\"{}\": [{places}]}}", "a".repeat(100_000))), None);
    }
}
