//! Finds candidate positions of links and promises: two passes over the text, each at the speed of memory.

use super::{host, promise};
use aho_corasick::{AhoCorasick, Input, MatchKind};
use std::ops::Range;

/// Returns the first slash at or after `from`. Every link with a path contains one, whatever its case and
/// whitespace.
pub(super) fn slash(text: &str, from: usize) -> Option<usize> {
    memchr::memchr(b'/', text.as_bytes().get(from..)?).map(|at| from + at)
}

/// The meaning of a hint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Hint {
    /// A host without a path: `www.example.org`, `user.github.io`.
    BareHost,
    /// An announcement: "code will be released".
    Promise,
}

/// Finds mentions without a slash, by a few strings in their usual spelling: few enough for one combined search.
#[derive(Debug, Clone)]
pub(super) struct Hints {
    needles: AhoCorasick,
    hints: Vec<Hint>,
}

impl Hints {
    /// Searches for bare hosts and promises, always for both, because a search for fewer strings uses a slower algorithm.
    pub(super) fn new() -> Self {
        let hosts = host::bare_needles().into_iter().map(|needle| (needle, Hint::BareHost));
        let words = promise::HINTS.iter().map(|needle| ((*needle).to_owned(), Hint::Promise));
        let (needles, hints): (Vec<String>, Vec<Hint>) = hosts.chain(words).unzip();
        // Leftmost-first matching lets the search use vectors; a tenth string would cost as much again as the first nine.
        let needles = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(needles).expect("a fixed list of short strings builds");
        Self { needles, hints }
    }

    /// Returns the first hint at or after `from`, and its span.
    pub(super) fn next(&self, text: &str, from: usize) -> Option<(Hint, Range<usize>)> {
        let hit = self.needles.find(Input::new(text).range(from.min(text.len())..))?;
        Some((self.hints[hit.pattern().as_usize()], hit.range()))
    }
}
