//! Classifies a reply: a pure function of status, headers, body, request and time.
//!
//! The most important rule: a limit, a block or a failure is never "gone". A repository is answered only by data
//! of its own or by an error of its own that specifies its state; the rest of a batch is requested again.

mod graphql;
mod rest;

pub use graphql::judge as graphql;
pub use rest::judge as rest;

use crate::client::Reply;
use crate::config::Unreachable;
use crate::limit::{self, Closed, Rate};
use chrono::{DateTime, Utc};
use starcite_core::answer::{Detail, StarPage};
use starcite_core::{Observation, StateReason};

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
    pub(crate) fn why(&self) -> Option<&str> {
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

impl Verdict {
    fn of_reply(reply: &Reply, now: DateTime<Utc>) -> Self {
        let rate = Rate::read(&reply.headers, now);
        Self { outcomes: Vec::new(), next: Next::Done, closed: None, rate, points: 0, spent: 1 }
    }

    /// Returns the verdict on a request without a usable reply. A GraphQL query without a reply in time, or with too large a reply, is halved.
    pub fn of_silence(error: &Unreachable, is_graphql: bool) -> Self {
        let why = error.to_string();
        let next = match error {
            Unreachable::NoConnection(_) => Next::NoConnection(why),
            Unreachable::Refused(_) => Next::BadToken(why),
            Unreachable::Timeout(_) | Unreachable::TooLarge if is_graphql => Next::Halve(why),
            _ => Next::Retry(why),
        };
        Self { outcomes: Vec::new(), next, closed: None, rate: Rate::default(), points: 0, spent: 1 }
    }
}

/// Handles refusals of the whole request, which REST and GraphQL have in common. `message` is that of the body.
fn refusal(reply: &Reply, message: Option<&str>, rate: &Rate, now: DateTime<Utc>) -> Option<(Next, Option<Closed>)> {
    let what = described(reply.status, message);
    let words = message.unwrap_or_default().to_ascii_lowercase();
    if reply.status == 401 || words.starts_with("bad credentials") || words.starts_with("max number of login attempt") {
        return Some((Next::BadToken(what), None));
    }
    let limited = match reply.status {
        429 => true,
        403 => speaks_of_limit(&words) || limit::has_retry_after(&reply.headers) || rate.remaining == Some(0),
        503 => limit::has_retry_after(&reply.headers),
        status => status < 400 && speaks_of_limit(&words),
    };
    if limited {
        return Some((Next::Limited(what), Some(limit::after_refusal(&reply.headers, rate, now))));
    }
    matches!(reply.status, 408 | 500..).then(|| (Next::Retry(what), None))
}

/// True for GitHub's messages about a primary or secondary limit
/// (<https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api>). A text between backticks is the name of an organisation.
fn speaks_of_limit(words: &str) -> bool {
    let own: String = words.to_ascii_lowercase().split('`').step_by(2).collect();
    own.contains("rate limit") || own.contains("abuse detection")
}

fn described(status: u16, message: Option<&str>) -> String {
    match message.filter(|message| !message.is_empty()) {
        Some(message) => format!("HTTP {status}: {}", shortened(message)),
        None => format!("HTTP {status}"),
    }
}

/// Returns the first 300 characters, because messages are written to a table.
fn shortened(message: &str) -> String {
    message.chars().take(300).collect()
}

#[cfg(test)]
mod tests;
