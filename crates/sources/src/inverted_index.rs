//! Abstracts in OpenAlex's form: for each word its positions.

use super::loose::{List, OfJson};
use serde::de::MapAccess;

/// Abstracts have a few hundred words; a text with more than this, or with more bytes, is not an abstract.
const MAX_WORDS: usize = 100_000;
const MAX_BYTES: usize = 1024 * 1024;
/// The text in place of missing words.
const MISSING: &str = "…";

/// Words and their positions.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    words: Vec<(i64, &'a str)>,
    too_many: bool,
    /// True if positions are invalid.
    is_damaged: bool,
}

impl Index<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && !self.is_damaged
    }

    /// Returns the abstract, with a space between two words; `None` if it can't be known.
    pub(super) fn text(mut self) -> Option<String> {
        let bytes: usize = self.words.iter().map(|(_, word)| word.len() + 1 + MISSING.len() + 1).sum();
        if self.too_many || self.is_damaged || bytes > MAX_BYTES {
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

impl<'de: 'a, 'a> OfJson<'de> for Index<'a> {
    fn object<A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        let mut index = Self::default();
        while let Some((word, places)) = map.next_entry::<&str, List<i64>>()? {
            let Some(places) = places.good() else {
                index.is_damaged = true;
                continue;
            };
            index.too_many |= index.words.len() + places.len() > MAX_WORDS;
            for place in places.iter().filter(|_| !index.too_many) {
                match place.good() {
                    Some(place) => index.words.push((*place, word)),
                    None => index.is_damaged = true,
                }
            }
        }
        Ok(Some(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loose::Loose;
    use crate::{Body, typed};

    fn text(index: &str) -> Option<String> {
        let mut index = index.as_bytes().to_vec();
        typed::record::<Loose<Index<'_>>>(&mut Body::Json(&mut index)).unwrap().into_good()?.text()
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
        for index in [
            r#"{"a": [0], "b": [0]}"#,
            r#"{"a": [0, 0]}"#,
            r#"{"a": [-1, 0]}"#,
            r#"{"a": [0, 1000000000]}"#,
            r#"{"a": [9223372036854775807]}"#,
            r#"{"a": [0], "b": ["x"]}"#,
            r#"{"a": [0], "b": {}}"#,
        ] {
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
