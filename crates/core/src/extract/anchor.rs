//! Where a link may stand: one pass over the text for the few strings that every link contains.

use super::promise;
use aho_corasick::AhoCorasick;

/// What was found at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Anchor {
    /// A string that stands in addresses; the search goes on at `from` if there is none.
    Address { from: usize },
    /// The beginning of a phrase in which code is announced.
    Promise,
}

/// Strings that stand in addresses, scheme or not. Compared without regard to case (`GitHub.com` occurs).
const ADDRESS: &[&str] = &[
    "://",
    "www.",
    "git@",
    "github.",
    "githubusercontent.",
    "gitlab.",
    "bitbucket.org",
    "codeberg.org",
    "gitee.com",
    "git.sr.ht",
    "sourceforge.net",
    "huggingface.co",
    "hf.co/",
    "zenodo.org",
    "figshare.com",
    "osf.io",
    "softwareheritage.org",
    "4open.science",
    "colab.research",
    "youtu.be",
    "youtube.com",
    "bit.ly/",
    "10.5281/zenodo",
];

#[derive(Debug, Clone)]
pub(super) struct Anchors {
    needles: AhoCorasick,
}

impl Default for Anchors {
    fn default() -> Self {
        let needles =
            AhoCorasick::builder().ascii_case_insensitive(true).build(ADDRESS.iter().chain(promise::FUTURE)).expect("a fixed list of short strings builds");
        Self { needles }
    }
}

impl Anchors {
    /// The first anchor at or after `from`, and the byte at which it begins.
    pub(super) fn next(&self, text: &str, from: usize) -> Option<(Anchor, usize)> {
        let hit = self.needles.find(aho_corasick::Input::new(text).range(from.min(text.len())..))?;
        let is_address = hit.pattern().as_usize() < ADDRESS.len();
        Some((if is_address { Anchor::Address { from: hit.end() } } else { Anchor::Promise }, hit.start()))
    }
}
