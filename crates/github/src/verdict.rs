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
use crate::limit;
use chrono::{DateTime, Utc};
pub use starcite_core::verdict::{Closed, Next, Outcome, Rate, Verdict};

fn of_reply(reply: &Reply, now: DateTime<Utc>) -> Verdict {
    Verdict { outcomes: Vec::new(), next: Next::Done, closed: None, rate: limit::rate(&reply.headers, now), points: 0, spent: 1 }
}

/// Returns the verdict on a request without a usable reply. A GraphQL query without a reply in time, or with too large a reply, is halved.
pub fn of_silence(error: &Unreachable, is_graphql: bool) -> Verdict {
    let why = error.to_string();
    let next = match error {
        Unreachable::NoConnection(_) => Next::NoConnection(why),
        Unreachable::Refused(_) => Next::BadToken(why),
        Unreachable::Timeout(_) | Unreachable::TooLarge if is_graphql => Next::Halve(why),
        _ => Next::Retry(why),
    };
    Verdict { outcomes: Vec::new(), next, closed: None, rate: Rate::default(), points: 0, spent: 1 }
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
