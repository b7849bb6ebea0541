//! What is asked, what each of it comes to, and why asking ended.

use chrono::{DateTime, Utc};
use starcite_core::{Observation, RepoFacts, RepoName, RepoState, StateReason};

/// A repository to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its name as last known; `owner/name` on the one GitHub host that the asker's client talks to.
    pub name: RepoName,
    /// GitHub's GraphQL id of a repository known from before: it is asked by this id, which survives renames. All but scalars and
    /// stars need it.
    pub node_id: Option<String>,
    /// The files of the root folder whose texts are asked for, with [`Selection::Files`](crate::Selection::Files).
    pub files: Vec<String>,
    /// The page of the history of stars, from 1, with [`Selection::Stars`](crate::Selection::Stars).
    pub page: u32,
    /// The `ETag` that this page had when it was asked last: if it still has it, the answer costs nothing.
    pub etag: Option<String>,
}

impl Wanted {
    /// A repository to be asked by name: a new one, or a known one whose name may have been reassigned.
    pub fn by_name(name: RepoName) -> Self {
        Self { name, node_id: None, files: Vec::new(), page: 1, etag: None }
    }

    /// The GraphQL id to ask by, if there is one.
    pub(crate) fn id(&self) -> Option<&str> {
        self.node_id.as_deref().filter(|id| !id.is_empty())
    }

    /// Makes the observation of this repository without anything that was served: no number and no facts, but the name asked.
    pub(crate) fn unserved(&self, state: RepoState, reason: StateReason, at: DateTime<Utc>) -> Box<Observation> {
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

/// What asking about one repository came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The host answered: live, not found, or blocked.
    ///
    /// A live repository with another name than the one asked was renamed; the observation has the new name.
    Observed(Box<Observation>),
    /// The host serves it to this account and not to everybody: it counts as not found, without doubt, and nothing that was served is kept.
    NotPublic(Box<Observation>),
    /// More about a repository that is there: its tree, its counts, its files.
    Detailed(Box<Detail>),
    /// A page of its stars over time.
    Stars(StarPage),
    /// The page is as it was when its `ETag` was given.
    Unchanged,
    /// There is no answer. Nothing is known that was not known before.
    Failed {
        /// The kind of failure, as in the column `state_reason` of an unknown repository.
        reason: Reason,
        /// What happened, for people.
        error: String,
    },
}

/// What one query about a repository's inside brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// When.
    pub observed_at: DateTime<Utc>,
    /// The facts of this query; all others are unknown here.
    pub facts: RepoFacts,
    /// The entries of the root folder, with [`Selection::Tree`](crate::Selection::Tree).
    pub entries: Vec<TreeEntry>,
    /// The texts asked for, with [`Selection::Files`](crate::Selection::Files), in the order of [`Wanted::files`].
    pub files: Vec<FileText>,
}

/// An entry of the root folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Its name.
    pub name: String,
    /// Whether it is a file, and no folder or submodule.
    pub is_file: bool,
    /// Its size in bytes; 0 for a folder.
    pub bytes: i64,
}

/// The text of a file at the head of the default branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileText {
    /// Its name in the root folder.
    pub name: String,
    /// Its text; `None` for a binary file, one that GitHub does not show, or one that is gone.
    pub text: Option<String>,
}

/// A page of `GET /repos/{owner}/{repo}/stargazers/history`
/// (<https://docs.github.com/en/rest/activity/starring#get-repository-star-history>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarPage {
    /// When.
    pub observed_at: DateTime<Utc>,
    /// The weeks in the order in which they came, which GitHub does not promise.
    pub weeks: Vec<StarWeek>,
    /// To be given back when the page is asked for again.
    pub etag: Option<String>,
    /// The next page and the last one, where there are more.
    pub next: Option<u32>,
    /// See [`next`](Self::next).
    pub last: Option<u32>,
}

/// Stars that were added in one week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarWeek {
    /// Its first moment, as the host gives it.
    pub start: DateTime<Utc>,
    /// Stars added.
    pub added: i64,
    /// Stars added day by day, from the first.
    pub days: Vec<i64>,
}

/// A reason for a missing answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A rate limit stood in the way.
    Limit,
    /// The host answered, but not with an answer.
    Error,
    /// The host could not be reached.
    Unreachable,
}

impl Reason {
    /// The name used in tables, which is that of the same [`StateReason`].
    pub fn as_str(self) -> &'static str {
        let reason = match self {
            Self::Limit => StateReason::Limit,
            Self::Error => StateReason::Error,
            Self::Unreachable => StateReason::Unreachable,
        };
        reason.as_str()
    }
}

/// What one reply settled; the caller writes it down before the next request is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchOutcome {
    /// Each repository that is settled, as it was asked, with its answer. Never empty.
    pub answers: Vec<(Wanted, Answer)>,
    /// Requests or points left until `reset_at`, as the host said last; unknown before its first reply.
    pub remaining: Option<i64>,
    /// When `remaining` is full again.
    pub reset_at: Option<DateTime<Utc>>,
    /// Points or requests that count against the budget, since the asker was made; those of requests under way are estimates.
    pub spent: u64,
}

/// How asking ended and what it cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Why it ended early; `None` when everything wanted was settled. What was never asked is not reported at all.
    pub stop: Option<Stop>,
    /// Requests sent since the asker was made, including those that failed.
    pub requests: u64,
    /// GraphQL points that the host said those cost, `rateLimit.cost`; 0 over REST.
    pub points: u64,
    /// Requests or points left, as the host said last.
    pub remaining: Option<i64>,
    /// When `remaining` is full again.
    pub reset_at: Option<DateTime<Utc>>,
    /// Points or requests that counted against the budget, since the asker was made.
    pub spent: u64,
}

/// Why asking ended before everything was settled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// A rate limit, and waiting was not wished, or waiting has not helped several times in a row.
    #[error("GitHub's rate limit is reached until {until}")]
    Limited {
        /// The first moment at which asking makes sense again.
        until: DateTime<Utc>,
    },
    /// No connection, or nothing but useless replies.
    #[error("GitHub cannot be reached: {error}")]
    Unreachable {
        /// The last error.
        error: String,
    },
    /// The host refused the token, or wants one.
    #[error("GitHub refused the token")]
    BadToken,
    /// The budget is used up.
    #[error("the budget is spent")]
    BudgetSpent,
    /// The caller's shutdown came.
    #[error("interrupted")]
    Interrupted,
}

impl Stop {
    /// What a repository that was asked about and got no answer is to be told, if its request is what failed.
    pub(crate) fn failure(&self) -> Option<Answer> {
        let reason = match self {
            Self::Limited { .. } => Reason::Limit,
            Self::Unreachable { .. } => Reason::Unreachable,
            Self::BadToken | Self::BudgetSpent | Self::Interrupted => return None,
        };
        Some(Answer::Failed { reason, error: self.to_string() })
    }
}
