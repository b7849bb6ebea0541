//! What a reply means: a pure function of status, headers, body, what was asked, and the time.
//!
//! The rule above all others: a limit, a block or a failure is never "gone". A repository is answered for only by data
//! of its own or by an error of its own that says what it is; the rest of a batch is asked again.

mod graphql;
mod rest;

pub use graphql::judge as graphql;
pub use rest::judge as rest;

use crate::answer::{Detail, StarPage};
use crate::client::Reply;
use crate::config::Unreachable;
use crate::limit::{self, Closed, Rate};
use chrono::{DateTime, Utc};
use starcite_core::{Observation, StateReason};

/// What one repository came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Served.
    Found(Box<Observation>),
    /// More about it.
    Detailed(Box<Detail>),
    /// A page of its stars.
    Stars(StarPage),
    /// The page is as it was.
    Unchanged,
    /// The host says that there is no such repository: deleted, or private.
    NotFound,
    /// Served to the account that asked, and not to everybody.
    NotPublic,
    /// The host refuses to show it.
    Blocked {
        /// As the host says, [`Unspecified`](StateReason::Unspecified) if it does not.
        reason: StateReason,
    },
    /// An error that asking again would not change, such as an organisation that refuses the token.
    Failed {
        /// The host's words.
        error: String,
    },
}

/// What is to be done about those of the batch that have no [`Outcome`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// All are settled.
    Done,
    /// Ask for those without an outcome, in a query of their own.
    AskAgain(String),
    /// The query was too much: never send it again as it was, but in halves.
    Halve(String),
    /// A limit: nothing may be sent for as long as [`Verdict::closed`] says.
    Limited(String),
    /// The reply was of no use; the request may be repeated after a while.
    Retry(String),
    /// A redirect, which is the caller's to follow or not.
    Redirected,
    /// The token was refused, or there is none where one is needed.
    BadToken(String),
    /// There was no connection.
    NoConnection(String),
}

/// Everything that one reply, or its absence, says.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Those settled, by their place in the batch, each at most once.
    pub outcomes: Vec<(usize, Outcome)>,
    /// What to do about the others.
    pub next: Next,
    /// For how long nothing may be sent, after a limit.
    pub closed: Option<Closed>,
    /// The primary limit, as far as the reply tells.
    pub rate: Rate,
    /// Points that the query cost; 0 over REST and where GraphQL does not say.
    pub points: u64,
    /// What the request cost of a budget: points, and at least one for a request that counts (a 304 does not).
    pub spent: u64,
}

impl Verdict {
    fn of_reply(reply: &Reply, now: DateTime<Utc>) -> Self {
        let rate = Rate::read(&reply.headers, now);
        Self { outcomes: Vec::new(), next: Next::Done, closed: None, rate, points: 0, spent: 1 }
    }

    /// The verdict on a request that got no usable reply. A GraphQL query that got none in time, or one too large, is halved.
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

/// The part that REST and GraphQL share: refusals of the request as a whole. `message` is that of the body.
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

/// True for GitHub's words of a primary or secondary limit
/// (<https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api>). What stands between backticks is the name of an organisation.
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

/// The first 300 characters: messages end up in a table.
fn shortened(message: &str) -> String {
    message.chars().take(300).collect()
}

#[cfg(test)]
mod tests;
