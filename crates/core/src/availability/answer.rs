//! Decides whether the code that a link names is available on its host.

use super::{CodeLink, Flag, Flags, Repository};
use crate::{LinkKind, RepoState, StateReason};

/// Adds `answers`; without a link it is decided already.
pub(super) fn add(link: &CodeLink<'_>, flags: &mut Flags) {
    if flags.get(Flag::HasLink) != Some(true) {
        return;
    }
    let (answers, evidence) = match &link.repository {
        Some(repository) => answer(link, repository),
        None => (None, format!("host not asked: {}", link.target.unwrap_or_default())),
    };
    flags.set(Flag::Answers, answers, evidence);
}

fn answer(link: &CodeLink<'_>, repository: &Repository<'_>) -> (Option<bool>, String) {
    let since = repository.observed_at.map(|at| format!(" on {}", at.date_naive())).unwrap_or_default();
    let name = repository.name;
    match (repository.state, repository.state_reason) {
        (RepoState::NotFound | RepoState::Blocked, _) if link.kind == LinkKind::Archive => {
            (None, format!("host not asked: the archive that the paper links; {name}, of which it is one, is gone"))
        }
        (RepoState::NotFound | RepoState::Blocked, _) if link.is_reassigned => (Some(false), format!("gone, and somebody else has its name: {name}")),
        _ if link.is_reassigned => (None, format!("somebody else has the name {name}; whether the one that was meant is still there is not known")),
        (RepoState::Live, _) => (Some(true), format!("{} said{since} that {name} is there{}", repository.observed_by.unwrap_or("its host"), moved(link, name))),
        (RepoState::NotFound, _) => (Some(false), format!("not found{since}: {name}")),
        (RepoState::Blocked, reason) => (Some(false), format!("blocked{since} ({}): {name}", reason.map_or("no reason given", StateReason::as_str))),
        (RepoState::Unknown, reason) => (None, format!("{}: {name}", unanswered(reason.unwrap_or(StateReason::NotAsked)))),
    }
}

/// Returns the reason in words why nobody said whether a repository is there.
fn unanswered(reason: StateReason) -> String {
    match reason {
        StateReason::Limit => "not answered before the limit was reached".to_owned(),
        StateReason::Error => "its host answered with an error".to_owned(),
        StateReason::Unreachable => "its host could not be reached".to_owned(),
        reason => reason.as_str().replace('_', " "),
    }
}

/// Returns the addition to the evidence if the link has an older name, or is an archive.
fn moved(link: &CodeLink<'_>, name: &str) -> &'static str {
    if link.kind == LinkKind::Archive {
        return ", of which the paper links an archive";
    }
    let linked = link.target.and_then(|target| target.strip_prefix("https://"));
    let is_here = |linked: &str| {
        let (start, rest) = linked.split_at_checked(name.len()).unwrap_or((linked, "?"));
        start.eq_ignore_ascii_case(name) && (rest.is_empty() || rest.starts_with(['/', '?', '#']))
    };
    if linked.is_some_and(|linked| !is_here(linked)) { ", moved from where the paper links it" } else { "" }
}
