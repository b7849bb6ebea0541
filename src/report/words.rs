//! The words of a report for values of the tables.

use super::text::short;
use starcite_core::observation::{NO_LICENCE, UNNAMED_LICENCE};
use starcite_core::{ChangeKind, RepoState, StateReason};
use starcite_rows::{Change, Repo};

/// Returns the meaning of a kind of change.
pub(crate) fn of_change(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Archived => "The repository was archived",
        ChangeKind::CodeAppeared => "Code appeared",
        ChangeKind::LicenceChanged => "The licence changed",
        ChangeKind::LinkBroken => "The link broke",
        ChangeKind::LinkMended => "The link works again",
        ChangeKind::PaperNamed => "The repository names the paper now",
        ChangeKind::Reassigned => "The name leads to another repository now",
        ChangeKind::Released => "A release appeared",
        ChangeKind::Renamed => "The repository was renamed",
        ChangeKind::StarsDoubled => "The stars doubled",
        ChangeKind::Unarchived => "The repository is not archived any more",
    }
}

/// Returns a change as a sentence, with the values before and after.
pub(crate) fn change(change: &Change<'_>) -> String {
    let value = |text: &str| shortened(&value(change.kind, text), 300);
    let repo = change.repo.as_deref().map(|repo| format!("{}, ", shortened(repo, 300))).unwrap_or_default();
    format!("{}: {} → {} ({repo}since {}).", of_change(change.kind), value(&change.before), value(&change.after), change.since_week)
}

/// Returns a value before or after a change, in words.
pub(crate) fn value(kind: ChangeKind, text: &str) -> String {
    match (kind, text) {
        (ChangeKind::Archived | ChangeKind::Unarchived, "true") => "archived".to_owned(),
        (ChangeKind::Archived | ChangeKind::Unarchived, "false") => "not archived".to_owned(),
        (ChangeKind::LinkBroken | ChangeKind::LinkMended, state) if RepoState::parse(state).is_some() => state.replace('_', " "),
        (ChangeKind::LicenceChanged, NO_LICENCE) => "no licence".to_owned(),
        (ChangeKind::LicenceChanged, UNNAMED_LICENCE) => "a licence that is not identified".to_owned(),
        (ChangeKind::Reassigned, number) => format!("repository number {}", short(number)),
        (ChangeKind::StarsDoubled, stars) => format!("{} stars", short(stars)),
        (_, text) => short(text),
    }
}

/// Returns the state of a repository, with the reason for it.
pub(crate) fn state(repo: &Repo<'_>) -> String {
    let state = match repo.state {
        RepoState::Live => "live",
        RepoState::NotFound => "not found",
        RepoState::Blocked => "blocked",
        RepoState::Unknown => "unknown",
    };
    repo.state_reason.map_or_else(|| state.to_owned(), |reason| format!("{state} ({})", of_reason(reason)))
}

/// Returns the meaning of the reason for a state.
pub(crate) fn of_reason(reason: StateReason) -> &'static str {
    match reason {
        StateReason::Dmca => "a claim of copyright",
        StateReason::Tos => "the host's terms of service",
        StateReason::Unavailable => "unavailable",
        StateReason::Other => "for another reason",
        StateReason::Unspecified => "no reason given",
        StateReason::DeletedOrPrivate => "deleted or private",
        StateReason::Reassigned => "another repository has its name",
        StateReason::NotAsked => "not asked about yet",
        StateReason::HostNotAsked => "starcite does not ask this host",
        StateReason::Limit => "not answered before the limit",
        StateReason::Error => "the host answered with an error",
        StateReason::Unreachable => "the host could not be reached",
    }
}

/// Returns the first characters of a text, with an ellipsis if there are more.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
