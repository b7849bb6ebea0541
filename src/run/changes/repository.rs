//! Changes of a repository between two weeks, limited to values that both weeks know.

use super::Change;
use starcite_core::{ChangeKind, RepoState, Week};
use starcite_state::RepoRow;

/// Least number of stars before a doubling that is reported.
const MANY_STARS: i64 = 50;

/// Returns the changes of a repository; its name is the current one.
pub(super) fn changes(was: &RepoRow, is: &RepoRow) -> Vec<Change> {
    let told = [renamed(was, is), archived(was, is), licence(was, is), released(was, is), stars(was, is)];
    told.into_iter().flatten().map(|told| change(is, told)).collect()
}

fn change(is: &RepoRow, (kind, before, after): (ChangeKind, String, String)) -> Change {
    Change { kind, paper_id: None, repo: Some(is.name.to_string()), repo_id: is.repo_id, before, after }
}

/// A kind, the value before, the value after.
type Told = Option<(ChangeKind, String, String)>;

fn renamed(was: &RepoRow, is: &RepoRow) -> Told {
    (was.name.key() != is.name.key()).then(|| (ChangeKind::Renamed, was.name.to_string(), is.name.to_string()))
}

/// Returns a change if another repository has taken over the name since the week before.
pub(super) fn reassigned(is: &RepoRow, week_before: Week) -> Option<Change> {
    let (_, former) = is.reassigned.filter(|(at, _)| *at >= week_before.observations_close())?;
    let number = |id: Option<i64>| id.map_or("unknown".to_owned(), |id| id.to_string());
    Some(change(is, (ChangeKind::Reassigned, number(former), number(is.repo_id))))
}

fn archived(was: &RepoRow, is: &RepoRow) -> Told {
    let (before, after) = (was.facts().is_archived?, is.facts().is_archived?);
    let kind = if after { ChangeKind::Archived } else { ChangeKind::Unarchived };
    (before != after).then(|| (kind, before.to_string(), after.to_string()))
}

fn licence(was: &RepoRow, is: &RepoRow) -> Told {
    let (before, after) = (was.facts().license_spdx.clone()?, is.facts().license_spdx.clone()?);
    (before != after).then_some((ChangeKind::LicenceChanged, before, after))
}

fn released(was: &RepoRow, is: &RepoRow) -> Told {
    let named = |row: &RepoRow| row.facts().latest_release.clone().filter(|tag| !tag.is_empty());
    let has_none = was.facts().releases == Some(0) || was.facts().latest_release.as_deref() == Some("");
    let (before, after) = (named(was).or_else(|| has_none.then(|| "none".to_owned()))?, named(is)?);
    let is_newer = was.facts().latest_release_at.is_none_or(|at| is.facts().latest_release_at > Some(at));
    (before != after && is_newer).then_some((ChangeKind::Released, before, after))
}

fn stars(was: &RepoRow, is: &RepoRow) -> Told {
    let (before, after) = (was.facts().stars?, is.facts().stars?);
    (before >= MANY_STARS && after >= 2 * before).then(|| (ChangeKind::StarsDoubled, before.to_string(), after.to_string()))
}

/// Returns the states before and after, if the repository broke or works again.
pub(super) fn flipped(was: &RepoRow, is: &RepoRow) -> Option<(RepoState, RepoState)> {
    let is_known = |state| state != RepoState::Unknown;
    let is_flip = is_known(was.state) && is_known(is.state) && (was.state == RepoState::Live) != (is.state == RepoState::Live);
    is_flip.then_some((was.state, is.state))
}
