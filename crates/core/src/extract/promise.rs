//! Code that is announced without a link: "Code will be released upon acceptance."

use super::kind::LinkKind;
use super::link::Mention;
use super::role::Role;
use super::sentence;
use crate::paper::Field;

const CODE: &[&str] = &["code", "implementation", "software", "toolkit", "open-source", "open source"];
/// Phrases in which something is announced. Compared without regard to case.
pub(super) const FUTURE: &[&str] = &[
    "will be released",
    "will be made",
    "will be publicly",
    "will be available",
    "will be open",
    "will be published",
    "will be shared",
    "will release",
    "will make",
    "will open",
    "to be released",
    "upon acceptance",
    "upon publication",
    "coming soon",
    "released soon",
    "available soon",
    "will soon be",
    "will be provided",
    "will be freely",
];

/// The promise in the sentence around one of those phrases; `None` where it announces no code.
pub(super) fn read(field: Field, text: &str, at: usize) -> Option<Mention> {
    let span = sentence::around(text, at..at);
    let sentence = text[span.clone()].to_owned();
    let lower = sentence.to_lowercase();
    CODE.iter().any(|word| lower.contains(word)).then(|| Mention {
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
    })
}

/// Drops the promises whose own sentence holds a link (that link keeps them), and all but one of a sentence.
/// `first` is where this text's mentions begin.
pub(super) fn drop_kept_and_repeated(mentions: &mut Vec<Mention>, first: usize) {
    let (promises, links): (Vec<Mention>, Vec<Mention>) = mentions.drain(first..).partition(|m| m.kind == LinkKind::Promise);
    let mut last_start = None;
    for promise in promises {
        let kept = links.iter().any(|link| link.kind != LinkKind::Placeholder && promise.start <= link.start && link.end <= promise.end);
        if !kept && promise.start != last_start {
            last_start = promise.start;
            mentions.push(promise);
        }
    }
    mentions.extend(links);
}
