//! Announcements of code without a link: "Code will be released upon acceptance."

use super::kind::LinkKind;
use super::link::Mention;
use super::words;
use crate::field::Field;
use aho_corasick::AhoCorasick;
use std::ops::Range;

/// Parts of announcements: only a sentence with one of them is tested. Their first letters are rare together, so
/// that they are searched for at the speed of memory: the hint `to be` instead would take three times as long.
pub(super) const HINTS: &[&str] = &["will", "soon", "cceptance", "ublication", "be made", "be released"];
/// Phrases of announcements.
const FUTURE: &[&str] = &[
    "at publication",
    "after acceptance",
    "after publication",
    "available soon",
    "coming soon",
    "on acceptance",
    "on publication",
    "public soon",
    "released soon",
    "to be made",
    "to be released",
    "upon acceptance",
    "upon paper",
    "upon publication",
    "will also release",
    "will be",
    "will make",
    "will open",
    "will provide",
    "will publicly",
    "will publish",
    "will release",
    "will share",
    "will soon",
];
/// Words for code, which is announced.
const CODE: &[&str] = &["code", "framework", "harness", "implementation", "pipeline", "repository", "scripts", "software", "toolbox", "toolkit"];
/// Words that mean code if the sentence does not mention data.
const OPEN: &[&str] = &["open source", "open-source"];
const DATA: &[&str] = &["data", "corpus", "test set", "training set"];
/// Words for a release.
const RELEASE: &[&str] = &["releas", "available", "public", "open", "share", "provide", "upon acceptance", "coming soon", "accessible", "publish"];

/// Finds promises; built once.
#[derive(Debug, Clone)]
pub(super) struct Promises {
    future: AhoCorasick,
    code: AhoCorasick,
    open: AhoCorasick,
    data: AhoCorasick,
    release: AhoCorasick,
}

impl Default for Promises {
    fn default() -> Self {
        let any = |words: &[&str]| AhoCorasick::builder().ascii_case_insensitive(true).build(words).expect("a fixed list of short phrases builds");
        Self { future: any(FUTURE), code: any(CODE), open: any(OPEN), data: any(DATA), release: any(RELEASE) }
    }
}

impl Promises {
    /// True if a sentence announces code.
    pub(super) fn announces_code(&self, sentence: &str) -> bool {
        let code = self.code.is_match(sentence) || (self.open.is_match(sentence) && !self.data.is_match(sentence));
        code && self.release.is_match(sentence) && self.future.is_match(&words::folded(sentence))
    }
}

/// Returns a promise as a mention: its text is its sentence.
pub(super) fn mention(field: Field, text: &str, span: Range<usize>) -> Mention<'_> {
    Mention {
        kind: LinkKind::Promise,
        target: None,
        repo: None,
        field,
        start: Some(span.start),
        end: Some(span.end),
        raw: &text[span],
        confidence: 0.9,
        repairs: Vec::new(),
        candidates: Vec::new(),
        subpath: None,
    }
}
