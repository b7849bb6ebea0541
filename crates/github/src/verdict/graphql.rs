//! Judges replies of GraphQL.

use super::{Next, Outcome, Verdict, described, refusal, shortened, speaks_of_limit};
use crate::client::Reply;
use crate::limit;
use crate::query::Query;
use crate::response::graphql::{GraphqlError, GraphqlReply};
use crate::response::{NullMeans, ShapeError, Shown, activity, files, graphql, tree};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use starcite_core::Part;
use starcite_core::StateReason;
use starcite_core::answer::Target;
use starcite_core::verdict::Rate;

/// Judges the reply to `query` for `batch` at the time `now`.
///
/// Never panics, whatever the reply; data that accompanies an error is kept.
pub fn judge(reply: &Reply, query: &Query, batch: &[Target], now: DateTime<Utc>) -> Verdict {
    let mut verdict = super::of_reply(reply, now);
    let body = GraphqlReply::read(&reply.body);
    if matches!(reply.status, 502 | 504) {
        verdict.next = Next::Halve(described(reply.status, None));
        return verdict;
    }
    let message = body.as_ref().and_then(|body| body.message.as_deref());
    if let Some((next, closed)) = refusal(reply, message, &verdict.rate, now) {
        verdict.next = next;
        verdict.closed = closed;
        return verdict;
    }
    match (reply.status, body) {
        (200, Some(body)) => read(&mut verdict, reply, &body, query, batch, now),
        (400..=499, Some(_)) if reply.status != 404 => {
            let failed = |at| (at, Outcome::Failed { error: described(reply.status, message_of(&reply.body).as_deref()) });
            verdict.outcomes = (0..batch.len()).map(failed).collect();
        }
        (status, _) => verdict.next = Next::Retry(format!("{}, not a reply of GraphQL's", described(status, None))),
    }
    verdict
}

fn message_of(body: &[u8]) -> Option<String> {
    GraphqlReply::read(body)?.message
}

/// Reads a reply of GraphQL: first the outcome of each repository, then the action for the rest.
fn read(verdict: &mut Verdict, reply: &Reply, body: &GraphqlReply, query: &Query, batch: &[Target], now: DateTime<Utc>) {
    let told = body.rate_limit();
    verdict.points = told.cost.unwrap_or(0);
    verdict.spent = verdict.points.max(1);
    let reset_at = told.reset_at.map(|reset| limit::on_our_clock(reset, &reply.headers, now));
    let in_body = Rate { remaining: told.remaining.filter(|left| *left >= 0), reset_at };
    verdict.rate = in_body.or_less(std::mem::take(&mut verdict.rate));
    let mut unreadable = None;
    if let Some(data) = &body.data {
        unreadable = classify_reply(verdict, data, body.errors(), query, batch, now);
    }
    verdict.next = next(verdict, body, batch.len(), unreadable);
    if matches!(verdict.next, Next::Limited(_)) {
        verdict.closed = Some(match points_are_spent(body.errors()) {
            Some(_) => limit::after_points_are_spent(&reply.headers, &verdict.rate, now),
            None => limit::after_refusal(&reply.headers, &verdict.rate, now),
        });
    }
}

/// Fills in the outcomes; returns the reason if an answer could not be read.
fn classify_reply(
    verdict: &mut Verdict,
    data: &Map<String, Value>,
    errors: &[GraphqlError],
    query: &Query,
    batch: &[Target],
    now: DateTime<Utc>,
) -> Option<String> {
    let mut unreadable = None;
    let ran_out = ran_out(errors, query);
    for (at, (answer, wanted)) in query.answers(data, batch.len()).into_iter().zip(batch).enumerate() {
        let refused = || errors.iter().find(|error| refuses(error, at, query)).map(|error| Outcome::Failed { error: shortened(&error.message) });
        if answer.is_null() {
            let own = |error: &&GraphqlError| error.path.as_deref().and_then(|path| query.place(path)) == Some((at, true));
            let outcome = errors.iter().filter(own).find_map(explained).or_else(refused);
            verdict.outcomes.extend(outcome.map(|outcome| (at, outcome)));
            continue;
        }
        let nulls = if ran_out.is_some_and(|rank| query.rank(at) >= rank) { NullMeans::MayBeLost } else { NullMeans::Absent };
        match outcome(answer, wanted, query.part, nulls, now) {
            Ok(Outcome::NotPublic) => verdict.outcomes.push((at, Outcome::NotPublic)),
            _ if errors.iter().any(|error| breaks(error, at, query)) => unreadable = Some("a field of it failed".to_owned()),
            Ok(outcome) => verdict.outcomes.push((at, refused().unwrap_or(outcome))),
            Err(error) => unreadable = Some(error.to_string()),
        }
    }
    unreadable
}

fn outcome(answer: &Value, wanted: &Target, part: Part, nulls: NullMeans, now: DateTime<Utc>) -> Result<Outcome, ShapeError> {
    if !Shown::deserialize(answer)?.is_public() {
        return Ok(Outcome::NotPublic);
    }
    Ok(match part {
        Part::Tree => Outcome::Detailed(Box::new(tree::detail(answer, wanted, now)?)),
        Part::Activity => Outcome::Detailed(Box::new(activity::detail(answer, wanted, nulls, now)?)),
        Part::Files => Outcome::Detailed(Box::new(files::detail(answer, wanted, nulls, now)?)),
        Part::Scalars | Part::Stars => Outcome::Found(Box::new(graphql::observation(answer, &wanted.name, nulls, now)?)),
    })
}

/// Returns the position in the query of the field at which the host ran out of resources. From there on nulls are not answers: they
/// may have no error of their own.
fn ran_out(errors: &[GraphqlError], query: &Query) -> Option<usize> {
    let rank = |error: &GraphqlError| {
        let place = error.path.as_deref().and_then(|path| query.place(path));
        place.map_or(0, |(place, _)| query.rank(place))
    };
    errors.iter().filter(|error| too_much(error)).map(rank).min()
}

/// Kinds of errors that another request would not change.
const LASTING: [&str; 2] = ["NOT_FOUND", "FORBIDDEN"];

/// True for an error that leaves the repository at an index without one of its fields for now.
fn breaks(error: &GraphqlError, at: usize, query: &Query) -> bool {
    query.field(error.path.as_deref(), at).is_some() && !error.kind.as_deref().is_some_and(|kind| LASTING.contains(&kind))
}

/// True for an error that denies a field of the repository at an index: the null of that field is not an answer. A parent that is gone, or that the token
/// may not see, is an answer.
fn refuses(error: &GraphqlError, at: usize, query: &Query) -> bool {
    let field = query.field(error.path.as_deref(), at).filter(|field| *field != "parent");
    field.is_some() && error.kind.as_deref().is_some_and(|kind| LASTING.contains(&kind))
}

/// Returns the outcome that an error states for the repository at its path; `None` if it states none.
fn explained(error: &GraphqlError) -> Option<Outcome> {
    match error.kind.as_deref() {
        Some("NOT_FOUND") => Some(Outcome::NotFound),
        Some("FORBIDDEN") => Some(forbidden(&error.message)),
        _ => None,
    }
}

/// Distinguishes a block of the repository, by the beginning of GitHub's message, from a missing permission. The rest of the message contains others' names.
fn forbidden(message: &str) -> Outcome {
    let words = message.to_ascii_lowercase();
    if !words.starts_with("repository access blocked") {
        return Outcome::Failed { error: shortened(message) };
    }
    let reason = match &words {
        words if words.contains("dmca") => StateReason::Dmca,
        words if words.contains("tos") || words.contains("terms of service") => StateReason::Tos,
        _ => StateReason::Unspecified,
    };
    Outcome::Blocked { reason }
}

fn next(verdict: &Verdict, body: &GraphqlReply, asked: usize, unreadable: Option<String>) -> Next {
    let errors = body.errors();
    if let Some(why) = points_are_spent(errors).or_else(|| secondary_limit(errors)) {
        return Next::Limited(why);
    }
    if verdict.outcomes.len() == asked {
        return Next::Done;
    }
    let why = errors.iter().map(|error| error.message.as_str()).find(|message| !message.is_empty());
    let why = unreadable.or_else(|| why.map(shortened));
    if errors.iter().any(too_much) {
        return Next::Halve(why.unwrap_or_else(|| "RESOURCE_LIMITS_EXCEEDED".to_owned()));
    }
    match why {
        Some(why) if verdict.outcomes.is_empty() && body.data.is_none() => Next::Retry(why),
        None if body.data.is_none() => Next::Retry("a reply without data".to_owned()),
        why => Next::AskAgain(why.unwrap_or_else(|| "null without an error of its own".to_owned())),
    }
}

/// Returns the message of the primary limit, which has status 200: `RATE_LIMITED`, since 2025 also `RATE_LIMIT`.
fn points_are_spent(errors: &[GraphqlError]) -> Option<String> {
    let spent = |error: &&GraphqlError| matches!(error.kind.as_deref(), Some("RATE_LIMITED" | "RATE_LIMIT"));
    errors.iter().find(spent).map(|error| shortened(&error.message))
}

/// Returns a secondary limit, which has status 200: it is recognised by its message, and is not about a single repository.
fn secondary_limit(errors: &[GraphqlError]) -> Option<String> {
    let whole = |error: &&GraphqlError| error.path.as_ref().is_none_or(Vec::is_empty) && speaks_of_limit(&error.message);
    errors.iter().find(whole).map(|error| shortened(&error.message))
}

/// True for a query that ran out of time or of resources.
///
/// "Something went wrong while executing your query" is GitHub's message for a time-out of its own. Only the beginning counts, because names follow.
fn too_much(error: &GraphqlError) -> bool {
    let words = error.message.to_ascii_lowercase();
    let kinds = ["RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED", "TIMEOUT"];
    let beginnings = ["something went wrong", "timeout", "timed out", "we couldn't respond to your request in time", "this query timed out"];
    error.kind.as_deref().is_some_and(|kind| kinds.contains(&kind)) || beginnings.iter().any(|beginning| words.starts_with(beginning))
}
