//! Finds the phrases that determine a link's role, all in one search.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::sync::LazyLock;

/// The meaning of a group of phrases.
#[derive(Debug, Clone, Copy)]
pub(super) enum Group {
    Uses,
    Events,
    Offers,
    Releases,
    Own,
    Keeps,
    Papers,
}

/// The phrases of each group, in the order of [`Group`].
const GROUPS: [&[&str]; 7] = [USES, EVENTS, OFFERS, RELEASES, OWN, KEEPS, PAPERS];

/// Words before a link to third-party work.
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
/// Words that, after those of use, return to the paper's own work: "based on X and available at".
const OFFERS: &[&str] = &["accessed", "accessible", "available", "found", "open-sourc", "open sourc", "public", "release"];
/// Words with which a paper releases the link's target.
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
/// Words with the same meaning, unless words before them are about others.
const OWN: &[&str] = &["implementation", "library", "our ", "package", "software", "toolkit"];

/// Words for keeping something up to date.
const KEEPS: &[&str] =
    &["collect", "compil", "curat", "index", "list", "living", "maintain", "organi", "related to", "summar", "survey", "track", "trace", "updat"];
/// Words for the contents of reading lists.
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

/// The phrases in a text, by group: the end of the match that ends last, and the start of the one that starts last.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said {
    last_end: [Option<usize>; GROUPS.len()],
    last_start: [Option<usize>; GROUPS.len()],
}

impl Said {
    /// True if the text contains a phrase of the group.
    pub(super) fn holds(&self, group: Group) -> bool {
        self.last_end[group as usize].is_some()
    }

    /// True if the text contains a phrase of `group`, and none of `unless` after the last one.
    pub(super) fn last(&self, group: Group, unless: Group) -> bool {
        self.last_end[group as usize].is_some_and(|end| self.last_start[unless as usize].is_none_or(|start| start < end))
    }
}

/// All phrases, and the group of each. They form a DFA, so that each byte takes one step, whatever the number of phrases.
static PHRASES: LazyLock<(AhoCorasick, Vec<usize>)> = LazyLock::new(|| {
    let all = || GROUPS.iter().enumerate().flat_map(|(group, phrases)| phrases.iter().map(move |phrase| (group, phrase)));
    let search = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(all().map(|(_, phrase)| phrase));
    (search.expect("a fixed list of short phrases builds"), all().map(|(group, _)| group).collect())
});

/// Returns the phrases in a text in lower case with single spaces.
pub(super) fn said(text: &str) -> Said {
    let (search, groups) = &*PHRASES;
    let mut said = Said::default();
    for found in search.find_overlapping_iter(text) {
        let group = groups[found.pattern().as_usize()];
        said.last_end[group] = said.last_end[group].max(Some(found.end()));
        said.last_start[group] = said.last_start[group].max(Some(found.start()));
    }
    said
}
