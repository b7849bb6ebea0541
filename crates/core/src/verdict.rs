//! Verdicts: what a host's reply says of the repositories of a batch, and what follows from it.
//!
//! A host's client makes a verdict of each reply. The most important rule holds for every host: a limit, a block or a failure is never "gone".

use crate::answer::{Detail, StarPage};
use crate::{Observation, StateReason};
use chrono::{DateTime, Utc};

/// The outcome for one repository.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Served.
    Found(Box<Observation>),
    /// Details of it.
    Detailed(Box<Detail>),
    /// A page of its stars.
    Stars(StarPage),
    /// The page has not changed.
    Unchanged,
    /// The host reports no such repository: deleted, or private.
    NotFound,
    /// Served to this account, but not public.
    NotPublic,
    /// The host refuses to show it.
    Blocked {
        /// The host's reason; [`Unspecified`](StateReason::Unspecified) if it gives none.
        reason: StateReason,
    },
    /// An error that another request would not change, such as an organisation that refuses the token.
    Failed {
        /// The host's message.
        error: String,
    },
}

/// The action for the repositories of a batch without an [`Outcome`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// All are settled: no action.
    Done,
    /// Request those without an outcome in a query of their own.
    AskAgain(String),
    /// The query was too large: never send it again unchanged, but in halves.
    Halve(String),
    /// A limit: nothing may be sent for the time in [`Verdict::closed`].
    Limited(String),
    /// The reply was useless; the request may be repeated after a while.
    Retry(String),
    /// A redirect; the caller decides whether to follow it.
    Redirected,
    /// The host refused the token, or requires one and there is none.
    BadToken(String),
    /// There was no connection.
    NoConnection(String),
}

impl Next {
    /// Returns the reason, if it is not that all went well.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Done | Self::Redirected => None,
            Self::AskAgain(why) | Self::Halve(why) | Self::Limited(why) | Self::Retry(why) | Self::BadToken(why) | Self::NoConnection(why) => Some(why),
        }
    }
}

/// All information in one reply, or in its absence.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The settled repositories, by their index in the batch, each at most once.
    pub outcomes: Vec<(usize, Outcome)>,
    /// The action for the others.
    pub next: Next,
    /// The time for which nothing may be sent, after a limit.
    pub closed: Option<Closed>,
    /// The primary limit, as far as the reply reports it.
    pub rate: Rate,
    /// Points that the query cost; 0 over REST and if GraphQL does not report them.
    pub points: u64,
    /// The request's cost in the budget: points, and at least one for a request that counts (a 304 does not).
    pub spent: u64,
}

/// The primary limit in a reply; a missing or unreadable value is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rate {
    /// Requests (REST) or points (GraphQL) left until `reset_at`.
    pub remaining: Option<i64>,
    /// The time at which `remaining` is full again, by this machine's clock.
    pub reset_at: Option<DateTime<Utc>>,
}

/// The time for which nothing may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Until the time that the host specified, by this machine's clock; always in the future.
    Until(DateTime<Utc>),
    /// The host specified none: at least a minute, and longer each time
    /// (<https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api>).
    Unsaid,
}

impl Rate {
    /// Returns the stricter of two limits in one reply; one without a time of reset does not count.
    pub fn or_less(self, other: Self) -> Self {
        let whole = |rate: &Self| rate.remaining.is_some() && rate.reset_at.is_some();
        match (whole(&self), whole(&other)) {
            (true, true) if other.remaining < self.remaining => other,
            (false, true) => other,
            (false, false) => Self { remaining: self.remaining.or(other.remaining), reset_at: self.reset_at.or(other.reset_at) },
            _ => self,
        }
    }
}
