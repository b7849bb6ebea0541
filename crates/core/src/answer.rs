//! Requested repositories, the answers about them, and the reasons why a run ends, whichever host gives them.

use crate::{Observation, RepoFacts, RepoName, RepoState, StateReason};
use chrono::{DateTime, Utc};

/// A repository to request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its last known name on its host.
    pub name: RepoName,
    /// The host's own id of it, if it is known: requests use this id because it survives renames. On GitHub, the GraphQL id; all parts except scalars
    /// and stars need it.
    pub node_id: Option<String>,
    /// The files of the root folder whose texts are requested, with [`Part::Files`](crate::Part::Files).
    pub files: Vec<String>,
    /// The page of the history of stars, from 1, with [`Part::Stars`](crate::Part::Stars).
    pub page: u32,
    /// The `ETag` of this page in the last reply: if the page still has it, the answer costs nothing.
    pub etag: Option<String>,
}

impl Target {
    /// Returns a repository to request by name: a new one, or a known one whose name may have been reassigned.
    pub fn by_name(name: RepoName) -> Self {
        Self { name, node_id: None, files: Vec::new(), page: 1, etag: None }
    }

    /// Returns the host's id for the request, if there is one.
    pub fn id(&self) -> Option<&str> {
        self.node_id.as_deref().filter(|id| !id.is_empty())
    }

    /// Makes the observation of a repository that was not served: the requested name, without a number and facts.
    pub fn unserved(&self, state: RepoState, reason: StateReason, at: DateTime<Utc>) -> Box<Observation> {
        Box::new(Observation {
            repo: self.name.clone(),
            repo_id: None,
            node_id: self.node_id.clone(),
            observed_by: self.name.host().to_owned(),
            observed_at: at,
            state,
            state_reason: Some(reason),
            facts: RepoFacts::default(),
        })
    }
}

/// The answer about one repository.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The host answered: live, not found, or blocked.
    ///
    /// If a live repository has another name than the requested one, it was renamed; the observation has the new name.
    Observed(Box<Observation>),
    /// The host serves it to this account, but it is not public: it counts as not found, with certainty, and none of the served data is kept.
    NotPublic(Box<Observation>),
    /// Details of a live repository: its tree, its counts, its files.
    Detailed(Box<Detail>),
    /// A page of its stars over time.
    Stars(StarPage),
    /// The page has not changed since its `ETag` was given.
    Unchanged,
    /// The request gave no answer, and no new facts.
    Failed {
        /// The kind of failure, as in the column `state_reason` of an unknown repository.
        reason: Reason,
        /// The error message, for the user.
        error: String,
    },
}

/// The result of one query for a repository's details.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// The time of the observation.
    pub observed_at: DateTime<Utc>,
    /// The facts of this query; all others are unknown here.
    pub facts: RepoFacts,
    /// The entries of the root folder, with [`Part::Tree`](crate::Part::Tree).
    pub entries: Vec<TreeEntry>,
    /// The requested texts, with [`Part::Files`](crate::Part::Files), in the order of [`Target::files`].
    pub files: Vec<FileText>,
}

/// An entry of the root folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Its name.
    pub name: String,
    /// True for a file, false for a folder or a submodule.
    pub is_file: bool,
    /// Its size in bytes; 0 for a folder.
    pub bytes: i64,
}

/// The text of a file at the head of the default branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileText {
    /// Its name in the root folder.
    pub name: String,
    /// Its text; `None` for a binary file, one that the host does not show, or one that is gone.
    pub text: Option<String>,
}

/// A page of a repository's stars over time; on GitHub, of `GET /repos/{owner}/{repo}/stargazers/history`
/// (<https://docs.github.com/en/rest/activity/starring#get-repository-star-history>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarPage {
    /// The time of the observation.
    pub observed_at: DateTime<Utc>,
    /// The weeks in the order of the reply, which GitHub does not guarantee.
    pub weeks: Vec<StarWeek>,
    /// The `ETag` to send with the next request for this page.
    pub etag: Option<String>,
    /// The next page and the last one, if there are more.
    pub next: Option<u32>,
    /// See [`next`](Self::next).
    pub last: Option<u32>,
}

/// Stars that were added in one week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarWeek {
    /// Its start, according to the host.
    pub start: DateTime<Utc>,
    /// Stars added.
    pub added: i64,
    /// Stars added day by day, from the first.
    pub days: Vec<i64>,
}

/// A reason for a missing answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A rate limit prevented the request.
    Limit,
    /// The host replied, but the reply was not an answer.
    Error,
    /// The host was unreachable.
    Unreachable,
}

impl Reason {
    /// Returns the name used in tables, which is that of the same [`StateReason`].
    pub fn as_str(self) -> &'static str {
        let reason = match self {
            Self::Limit => StateReason::Limit,
            Self::Error => StateReason::Error,
            Self::Unreachable => StateReason::Unreachable,
        };
        reason.as_str()
    }
}

/// The answers that one reply settles; the caller stores them before the next request is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchOutcome {
    /// Each settled repository, as requested, with its answer. Never empty.
    pub answers: Vec<(Target, Answer)>,
    /// Requests or points left until `reset_at`, by the host's last reply; unknown before the first reply.
    pub remaining: Option<i64>,
    /// The time at which `remaining` is full again.
    pub reset_at: Option<DateTime<Utc>>,
    /// Points or requests that count against the budget, since the asker was created; those of requests under way are estimates.
    pub spent: u64,
}

/// The end of a run and its cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The reason for an early end; `None` if everything wanted was settled. Repositories that were never requested are not reported at all.
    pub stop: Option<Stop>,
    /// Requests sent since the asker was created, including those that failed.
    pub requests: u64,
    /// The points that those cost, on a host that counts points: on GitHub by `rateLimit.cost`, 0 over REST.
    pub points: u64,
    /// Requests or points left, by the host's last reply.
    pub remaining: Option<i64>,
    /// The time at which `remaining` is full again.
    pub reset_at: Option<DateTime<Utc>>,
    /// Points or requests that counted against the budget, since the asker was created.
    pub spent: u64,
}

/// The reason why a run ended before everything was settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// A rate limit, if the options forbid waiting or if waiting has not helped several times in a row.
    Limited {
        /// The earliest time for another request.
        until: DateTime<Utc>,
    },
    /// No connection, or only useless replies.
    Unreachable {
        /// The last error.
        error: String,
    },
    /// The host refused the token, or requires one.
    BadToken,
    /// The budget is used up.
    BudgetSpent,
    /// The caller requested the shutdown.
    Interrupted,
}
