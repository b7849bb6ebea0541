//! Code that is announced without a link: "Code will be released upon acceptance."

use super::kind::LinkKind;
use super::link::Mention;
use super::role::Role;
use super::{sentence, words};
use crate::paper::Field;
use aho_corasick::AhoCorasick;
use std::ops::Range;

/// Words of announcements: a sentence is looked at only where one of them stands.
const HINTS: &[&str] = &["will", "soon", "acceptance", "accepted", "publication", "to be", "plan to"];
/// Phrases in which something is announced.
const FUTURE: &[&str] = &[
    "at publication",
    "after acceptance",
    "after publication",
    "available soon",
    "coming soon",
    "on acceptance",
    "on publication",
    "once accepted",
    "once the paper",
    "plan to make",
    "plan to open",
    "plan to publicly",
    "plan to release",
    "public soon",
    "released soon",
    "to be made",
    "to be open",
    "to be published",
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
/// What may be announced: code, by any of its names.
const CODE: &[&str] = &["code", "framework", "harness", "implementation", "library", "pipeline", "repository", "scripts", "software", "toolbox", "toolkit"];
/// What is announced if the sentence speaks of no data.
const OPEN: &[&str] = &["open source", "open-source"];
const DATA: &[&str] = &["data", "corpus", "test set", "training set"];
/// What is done with it.
const RELEASE: &[&str] = &["releas", "available", "public", "open", "share", "provide", "upon acceptance", "coming soon", "accessible", "publish"];

/// Finds promises; built once.
#[derive(Debug, Clone)]
pub(super) struct Promises {
    hints: AhoCorasick,
    future: AhoCorasick,
    code: AhoCorasick,
    open: AhoCorasick,
    data: AhoCorasick,
    release: AhoCorasick,
}

impl Default for Promises {
    fn default() -> Self {
        let any = |words: &[&str]| AhoCorasick::builder().ascii_case_insensitive(true).build(words).expect("a fixed list of short phrases builds");
        Self { hints: any(HINTS), future: any(FUTURE), code: any(CODE), open: any(OPEN), data: any(DATA), release: any(RELEASE) }
    }
}

impl Promises {
    /// Adds the sentences of a text that announce code, each once, but for those that a link in them keeps.
    /// `mentions[first..]` are the links of this text, in order of place.
    pub(super) fn text(&self, field: Field, text: &str, mentions: &mut Vec<Mention>, first: usize) {
        let mut from = 0;
        let mut link = first;
        let links_end = mentions.len();
        while let Some(hit) = self.hints.find(aho_corasick::Input::new(text).range(from..)) {
            let span = sentence::around(text, hit.range());
            from = span.end.max(hit.end());
            if !self.announces_code(&text[span.clone()]) {
                continue;
            }
            while link < links_end && mentions[link].end.is_none_or(|end| end <= span.start) {
                link += 1;
            }
            let is_kept =
                mentions[link..links_end].iter().take_while(|m| m.start.is_some_and(|start| start < span.end)).any(|m| m.kind != LinkKind::Placeholder);
            if !is_kept {
                mentions.push(promise(field, text, span));
            }
        }
    }

    fn announces_code(&self, sentence: &str) -> bool {
        let code = self.code.is_match(sentence) || (self.open.is_match(sentence) && !self.data.is_match(sentence));
        code && self.release.is_match(sentence) && self.future.is_match(&words::folded(sentence))
    }
}

fn promise(field: Field, text: &str, span: Range<usize>) -> Mention {
    let sentence = text[span.clone()].to_owned();
    Mention {
        kind: LinkKind::Promise,
        target: None,
        repo: None,
        field,
        start: Some(span.start),
        end: Some(span.end),
        raw: sentence.clone(),
        sentence: Some(sentence),
        role: Some(Role::Promised),
        role_rule: Some("future_phrase"),
        confidence: 0.9,
        repairs: Vec::new(),
        candidates: Vec::new(),
        subpath: None,
    }
}
