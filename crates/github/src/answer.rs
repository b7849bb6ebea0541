//! The answers of a batch, and the reasons why a run ends.

use chrono::{DateTime, Utc};
use starcite_core::answer::{Answer, Reason, Target};

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
    /// The GraphQL points that those cost, by `rateLimit.cost`; 0 over REST.
    pub points: u64,
    /// Requests or points left, by the host's last reply.
    pub remaining: Option<i64>,
    /// The time at which `remaining` is full again.
    pub reset_at: Option<DateTime<Utc>>,
    /// Points or requests that counted against the budget, since the asker was created.
    pub spent: u64,
}

/// The reason why a run ended before everything was settled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// A rate limit, if the options forbid waiting or if waiting has not helped several times in a row.
    #[error("GitHub's rate limit is reached until {until}")]
    Limited {
        /// The earliest time for another request.
        until: DateTime<Utc>,
    },
    /// No connection, or only useless replies.
    #[error("GitHub cannot be reached: {error}")]
    Unreachable {
        /// The last error.
        error: String,
    },
    /// The host refused the token, or requires one.
    #[error("GitHub refused the token")]
    BadToken,
    /// The budget is used up.
    #[error("the budget is spent")]
    BudgetSpent,
    /// The caller requested the shutdown.
    #[error("interrupted")]
    Interrupted,
}

impl Stop {
    /// Returns the answer about a requested repository without one, if the stop is a failure of its request.
    pub(crate) fn failure(&self) -> Option<Answer> {
        let reason = match self {
            Self::Limited { .. } => Reason::Limit,
            Self::Unreachable { .. } => Reason::Unreachable,
            Self::BadToken | Self::BudgetSpent | Self::Interrupted => return None,
        };
        Some(Answer::Failed { reason, error: self.to_string() })
    }
}
