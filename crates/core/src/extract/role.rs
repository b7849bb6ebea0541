//! What the paper says of a link: does it release what stands there, or use it?

use super::kind::LinkKind;
use super::words;
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

/// A link in its sentence, all in lower case.
struct Context<'a> {
    kind: LinkKind,
    repo: Option<&'a str>,
    subpath: &'a str,
    /// The part of the sentence in front of the link.
    before: &'a str,
    sentence: &'a str,
}

/// A rule: its name, the role it gives, and where it holds.
type Rule = (&'static str, Role, fn(&Context) -> bool);

/// The rules in the order in which they are tried: the first that holds decides.
const RULES: &[Rule] = &[
    ("future_phrase", Role::Promised, |c| c.kind == LinkKind::Promise),
    ("placeholder", Role::Promised, |c| c.kind == LinkKind::Placeholder),
    ("list_name", Role::List, list_name),
    ("list_phrase", Role::List, list_phrase),
    ("pull_request", Role::Other, |c| c.subpath.starts_with("pull/")),
    ("uses_phrase", Role::Other, |c| says_last(c.before, USES, OFFERS)),
    ("event_phrase", Role::Other, |c| !c.kind.holds_code() && says_last(c.before, EVENTS, RELEASES)),
    ("release_phrase", Role::Own, |c| RELEASES.iter().chain(OWN).any(|word| c.sentence.contains(word))),
    // Nearly every repository named in an abstract is the paper's own: a hand-read sample of 1,523 has few others.
    ("abstract_default", Role::Own, |c| c.repo.is_some()),
];

/// The role of a link, with the rule that decided; `before` is the part of the sentence in front of it.
pub(super) fn read(kind: LinkKind, repo: Option<&RepoName>, subpath: Option<&str>, before: &str, sentence: &str) -> (Option<Role>, Option<&'static str>) {
    let (before, sentence) = (words::folded(before), words::folded(sentence));
    let context = Context { kind, repo: repo.map(RepoName::path), subpath: subpath.unwrap_or_default(), before: &before, sentence: &sentence };
    match RULES.iter().find(|(_, _, holds)| holds(&context)) {
        Some((name, role, _)) => (Some(*role), Some(name)),
        None => (None, None),
    }
}

/// The names of all rules.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|(name, _, _)| *name).chain(["source_field"])
}

/// Words before a link of somebody else's.
const USES: &[&str] = &[
    "a subset of",
    "adapted from",
    "added as part of",
    "adopted by",
    "baselines from",
    "based on",
    "borrowed from",
    "builds on",
    "builds upon",
    "built on",
    "built upon",
    "built with",
    "collected from",
    "extending the",
    "extends the",
    "extension of the",
    "fork of",
    "implemented with",
    "make use of",
    "on top of",
    "participation in",
    "plugin for",
    "provided by",
    "shared task",
    "taken from",
    "use of the",
    "we use ",
    "we used ",
    "wrapper around",
];
/// Words before the page of an event, a contest or a licence.
const EVENTS: &[&str] = &[
    "accepted at",
    "accepted by",
    "accepted to",
    "appear in",
    "challenge",
    "competition",
    "conf:",
    "conference",
    "licensed under",
    "performance on",
    "place in",
    "presented at",
    "proceedings",
    "published at",
    "published in",
    "ranked",
    "ranks ",
    "submitted to",
    "submitting to",
    "symposium",
    "test server",
    "testing server",
    "track of",
    "workshop",
];
/// Words behind those of use with which the paper speaks of its own again: "based on X and available at".
const OFFERS: &[&str] = &["accessed", "accessible", "available", "found", "open-sourc", "open sourc", "public", "release"];
/// Words with which a paper releases what the link leads to.
const RELEASES: &[&str] = &[
    "accessed",
    "accessible",
    "available",
    "code",
    "dataset",
    "demo",
    "download",
    "found",
    "homepage",
    "open-sourc",
    "open sourc",
    "project",
    "public",
    "release",
    "repository",
    "website",
    "video",
];
/// Words that say the same if nothing before them speaks of others.
const OWN: &[&str] = &["implementation", "library", "our ", "package", "software", "toolkit"];

/// Whether the last words before the link hold one of `phrases`, and none of `unless` behind it.
fn says_last(before: &str, phrases: &[&str], unless: &[&str]) -> bool {
    let tail = tail(before, 100);
    let said = phrases.iter().filter_map(|phrase| tail.rfind(phrase).map(|at| at + phrase.len())).max();
    said.is_some_and(|end| !unless.iter().any(|word| tail[end..].contains(word)))
}

/// `awesome-…`, `…-survey`, `…-papers`.
fn list_name(context: &Context) -> bool {
    let Some((_, name)) = context.repo.and_then(|path| path.rsplit_once('/')) else { return false };
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
    let at_an_end = |wanted: &str| words.first() == Some(&wanted) || words.last() == Some(&wanted);
    words.iter().any(|word| word.starts_with("awesome") || word.starts_with("awsome")) || (words.len() > 1 && (at_an_end("survey") || at_an_end("papers")))
}

/// A sentence that keeps something up to date, and what is kept is papers.
fn list_phrase(context: &Context) -> bool {
    const KEEPS: &[&str] =
        &["collect", "compil", "curat", "index", "list", "living", "maintain", "organi", "related to", "summar", "survey", "track", "trace", "updat"];
    const PAPERS: &[&str] = &[
        " papers",
        "bibliography",
        "complete survey",
        "developments",
        "list of resources",
        "literature",
        "living survey",
        "paper collection",
        "paper list",
        "reading list",
        "references",
        "related work",
        "relevant studies",
        "relevant work",
        "resource list",
        "survey paper",
        "surveyed",
        "the survey",
        "this survey",
    ];
    let holds = |words: &[&str]| words.iter().any(|word| context.sentence.contains(word));
    context.repo.is_some() && holds(PAPERS) && holds(KEEPS)
}

/// Whether the words before a link announce the project's page.
pub(super) fn announces_project_page(before: &str) -> bool {
    const WORDS: &[&str] = &["project page", "project website", "project site", "project webpage", "project homepage", "project web page"];
    let before = words::folded(before);
    WORDS.iter().any(|word| tail(&before, 60).contains(word))
}

/// The last words before the link: a phrase further away speaks of something else.
fn tail(before: &str, bytes: usize) -> &str {
    let mut at = before.len().saturating_sub(bytes);
    while !before.is_char_boundary(at) {
        at += 1;
    }
    &before[at..]
}
