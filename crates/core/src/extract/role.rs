//! Decides the role of a link in the paper: whether the paper releases the target, or uses it.

mod phrases;

use super::kind::LinkKind;
use super::sentence::Sentence;
use super::words;
use crate::RepoName;
use crate::named;
use phrases::{Group, Said};
use serde::{Deserialize, Serialize};

named! {
    /// The role of a link in the paper.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Role {
        /// The paper releases the target.
        Own = "own",
        /// The paper uses or cites the target.
        Other = "other",
        /// The target is a reading list of the paper's authors.
        List = "list",
        /// The paper announces code, without a usable link.
        Promised = "promised",
    }
}

/// A link in its sentence.
struct Context<'a> {
    kind: LinkKind,
    repo: Option<&'a str>,
    subpath: &'a str,
    /// The phrases in the last words before the link.
    before: Said,
    /// The phrases in the whole sentence.
    sentence: Said,
}

/// A rule: its name, its role, and its condition.
type Rule = (&'static str, Role, fn(&Context) -> bool);

/// The rules in the order in which they are tried: the first match decides.
const RULES: &[Rule] = &[
    ("future_phrase", Role::Promised, |c| c.kind == LinkKind::Promise),
    ("placeholder", Role::Promised, |c| c.kind == LinkKind::Placeholder),
    ("list_name", Role::List, list_name),
    ("list_phrase", Role::List, list_phrase),
    ("pull_request", Role::Other, |c| c.subpath.starts_with("pull/")),
    ("uses_phrase", Role::Other, |c| c.before.last(Group::Uses, Group::Offers)),
    ("event_phrase", Role::Other, |c| !c.kind.holds_code() && c.before.last(Group::Events, Group::Releases)),
    ("release_phrase", Role::Own, |c| c.sentence.holds(Group::Releases) || c.sentence.holds(Group::Own)),
    // Nearly every repository named in an abstract is the paper's own: a hand-read sample of 1,523 has few others.
    ("abstract_default", Role::Own, |c| c.repo.is_some()),
];

/// Returns the role of a link in its sentence, with the rule that decided.
pub(super) fn read(kind: LinkKind, repo: Option<&RepoName>, subpath: Option<&str>, sentence: &Sentence<'_>) -> (Option<Role>, Option<&'static str>) {
    let mut folded = String::with_capacity(sentence.all.len());
    words::fold_onto(&mut folded, sentence.before);
    let before = phrases::said(tail(&folded, 100));
    words::fold_onto(&mut folded, &sentence.all[sentence.before.len()..]);
    let sentence = phrases::said(&folded);
    let context = Context { kind, repo: repo.map(RepoName::path), subpath: subpath.unwrap_or_default(), before, sentence };
    match RULES.iter().find(|(_, _, holds)| holds(&context)) {
        Some((name, role, _)) => (Some(*role), Some(name)),
        None => (None, None),
    }
}

/// The rule of a link in a field of the source's own.
pub(super) const SOURCE_FIELD: &str = "source_field";

/// The names of all rules, for `starcite schema`.
pub const ROLE_RULES: [&str; RULES.len() + 1] = {
    let mut names = [SOURCE_FIELD; RULES.len() + 1];
    let mut at = 0;
    while at < RULES.len() {
        names[at] = RULES[at].0;
        at += 1;
    }
    names
};

/// True for `awesome-…`, `…-survey`, `…-papers`.
fn list_name(context: &Context) -> bool {
    let Some((_, name)) = context.repo.and_then(|path| path.rsplit_once('/')) else { return false };
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
    let at_an_end = |wanted: &str| words.first() == Some(&wanted) || words.last() == Some(&wanted);
    words.iter().any(|word| word.starts_with("awesome") || word.starts_with("awsome")) || (words.len() > 1 && (at_an_end("survey") || at_an_end("papers")))
}

/// True for a sentence about papers and about keeping something up to date.
fn list_phrase(context: &Context) -> bool {
    context.repo.is_some() && context.sentence.holds(Group::Papers) && context.sentence.holds(Group::Keeps)
}

/// True if the words before a link announce the project's page.
pub(super) fn announces_project_page(before: &str) -> bool {
    const WORDS: &[&str] = &["project page", "project website", "project site", "project webpage", "project homepage", "project web page"];
    let before = words::folded(before);
    WORDS.iter().any(|word| tail(&before, 60).contains(word))
}

/// Returns the last words before the link: phrases further away are about something else.
fn tail(before: &str, bytes: usize) -> &str {
    &before[before.ceil_char_boundary(before.len().saturating_sub(bytes))..]
}
