//! Whether the code that a link names is there.

use super::{CodeLink, Flag, Flags, Repository};
use crate::RepoState;

/// Adds `answers`, unless it follows from there being no link.
pub(super) fn add(link: &CodeLink<'_>, flags: &mut Flags) {
    if flags.get(Flag::HasLink) != Some(true) {
        return;
    }
    let (answers, evidence) = match &link.repository {
        Some(repository) => answer(link, repository),
        None => (None, "nobody asks its host".to_owned()),
    };
    flags.set(Flag::Answers, answers, evidence);
}

fn answer(link: &CodeLink<'_>, repository: &Repository<'_>) -> (Option<bool>, String) {
    let since = repository.observed_at.map(|at| format!(" on {}", at.date_naive())).unwrap_or_default();
    let name = repository.name;
    match repository.state {
        RepoState::NotFound | RepoState::Blocked if link.is_reassigned => {
            return (Some(false), format!("{name} is gone, and somebody else has its name{since}"));
        }
        _ if link.is_reassigned => return (None, format!("somebody else has the name {name}; whether the one that was meant is still there is not known")),
        _ => {}
    }
    match (repository.state, repository.state_reason) {
        (RepoState::Live, _) => (Some(true), format!("{} said{since} that {name} is there{}", repository.observed_by.unwrap_or("its host"), moved(link, name))),
        (RepoState::NotFound, _) => (Some(false), format!("its host did not find {name}{since}")),
        (RepoState::Blocked, reason) => (Some(false), format!("its host blocks {name}{since} ({})", reason.unwrap_or("no reason given"))),
        (RepoState::Unknown, reason) => (None, format!("nobody has said whether {name} is there ({})", reason.unwrap_or("not asked").replace('_', " "))),
    }
}

/// What is added where the link has an older name.
fn moved(link: &CodeLink<'_>, name: &str) -> &'static str {
    let linked = link.target.and_then(|target| target.strip_prefix("https://"));
    let is_moved = linked.is_some_and(|linked| !linked.to_ascii_lowercase().starts_with(&name.to_ascii_lowercase()));
    if is_moved { ", moved from where the paper links it" } else { "" }
}
