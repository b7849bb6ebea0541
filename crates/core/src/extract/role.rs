//! What the paper says of a link: does it release what stands there, or use it?

use super::kind::LinkKind;
use crate::RepoName;
use serde::{Deserialize, Serialize};

/// What the paper says of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It releases it.
    Own,
    /// It uses or cites it.
    Other,
    /// It keeps a reading list there.
    List,
    /// It announces code, without a usable link.
    Promised,
}

impl Role {
    /// The name used in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Other => "other",
            Self::List => "list",
            Self::Promised => "promised",
        }
    }
}

/// Words before a link of somebody else's. They are tried first: "our code is based on X" is about X.
const OTHER: &[&str] = &[
    "based on",
    "built on",
    "built upon",
    "built with",
    "builds on",
    "builds upon",
    "on top of",
    "implemented with",
    "implemented in the",
    "extends the",
    "fork of",
    "we use ",
    "adapted from",
    "borrowed from",
    "baselines from",
    "integrated into",
    "provided by",
    "taken from",
    "compared with",
];
const OWN: &[&str] = &[
    "code",
    "available",
    "release",
    "our ",
    "implementation",
    "open-source",
    "open source",
    "repository",
    "publicly",
    "software",
    "package",
    "toolkit",
    "library",
    "found at",
    "project",
];
const LIST: &[&str] = &[
    "paper list",
    "reading list",
    "curated list",
    "list of papers",
    "collection of papers",
    "papers are",
    "keep updating",
    "continuously update",
    "regularly update",
    "up-to-date list",
];

/// The role of a link, with the rule that decided; `before` is the part of the sentence in front of it.
pub(super) fn read(kind: LinkKind, repo: Option<&RepoName>, before: &str, sentence: &str) -> (Option<Role>, Option<&'static str>) {
    if matches!(kind, LinkKind::Placeholder) {
        return (Some(Role::Promised), Some("placeholder"));
    }
    let before = before.to_lowercase();
    let sentence = sentence.to_lowercase();
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let awesome = repo.is_some_and(|repo| repo.as_str().to_lowercase().contains("awesome"));
    if awesome || (repo.is_some() && has(&sentence, LIST)) {
        (Some(Role::List), Some(if awesome { "awesome_name" } else { "list_phrase" }))
    } else if has(tail(&before), OTHER) {
        (Some(Role::Other), Some("uses_phrase"))
    } else if has(&sentence, OWN) {
        (Some(Role::Own), Some("release_phrase"))
    } else if repo.is_some() {
        // Nearly every repository named in an abstract is the paper's own: a hand-read sample of 1,523 has few others.
        (Some(Role::Own), Some("abstract_default"))
    } else {
        (None, None)
    }
}

/// A page announced as the project's is a project page, whoever hosts it.
pub(super) fn project_page(kind: LinkKind, before: &str) -> LinkKind {
    const WORDS: &[&str] = &["project page", "project website", "project site", "project webpage", "project homepage", "project web page"];
    let before = before.to_lowercase();
    let announced = WORDS.iter().any(|word| tail(&before).contains(word));
    if kind == LinkKind::Website && announced { LinkKind::ProjectPage } else { kind }
}

/// The last words before the link, about 60 bytes: a phrase further away speaks of something else.
fn tail(before: &str) -> &str {
    let mut at = before.len().saturating_sub(60);
    while !before.is_char_boundary(at) {
        at += 1;
    }
    &before[at..]
}
