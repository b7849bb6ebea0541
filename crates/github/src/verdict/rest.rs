//! Judges a reply of REST about one repository.

use super::{Next, Outcome, Verdict, described, refusal};
use crate::client::Reply;
use crate::response::rest::{Block, RestError, observation};
use crate::response::{ShapeError, Shown, stars};
use chrono::{DateTime, Utc};
use starcite_core::Part;
use starcite_core::StateReason;
use starcite_core::answer::Target;

/// Judges the reply about `wanted`, to `GET /repos/{owner}/{name}` or for its history of stars, at the time `now`.
///
/// Never panics, whatever the reply. The one outcome, if there is one, has index 0.
pub fn judge(reply: &Reply, wanted: &Target, part: Part, now: DateTime<Utc>) -> Verdict {
    let mut verdict = super::of_reply(reply, now);
    let error = RestError::read(&reply.body);
    if let Some(reason) = blocked(reply.status, error.as_ref()) {
        verdict.outcomes.push((0, Outcome::Blocked { reason }));
        return verdict;
    }
    let message = error.as_ref().map(|error| error.message.as_str());
    if let Some((next, closed)) = refusal(reply, message, &verdict.rate, now) {
        verdict.next = next;
        verdict.closed = closed;
        return verdict;
    }
    match (reply.status, message) {
        (200, _) => match outcome(reply, wanted, part, now) {
            Ok(outcome) => verdict.outcomes.push((0, outcome)),
            Err(error) => verdict.next = Next::Retry(error.to_string()),
        },
        (304, _) if wanted.etag.is_some() => {
            verdict.outcomes.push((0, Outcome::Unchanged));
            verdict.spent = 0;
        }
        (301 | 302 | 307 | 308, _) => verdict.next = Next::Redirected,
        // A host without this history answers as if the repository did not exist.
        (404, Some(_)) if part == Part::Stars => verdict.outcomes.push((0, Outcome::Failed { error: described(404, message) })),
        (404, Some(_)) if error.as_ref().is_some_and(RestError::is_not_found) => verdict.outcomes.push((0, Outcome::NotFound)),
        (403 | 405..=499, _) | (400..=402, Some(_)) => {
            let error = described(reply.status, message);
            verdict.outcomes.push((0, Outcome::Failed { error }));
        }
        (status, _) => verdict.next = Next::Retry(format!("{}, not a reply of GitHub's", described(status, message))),
    }
    verdict
}

fn outcome(reply: &Reply, wanted: &Target, part: Part, now: DateTime<Utc>) -> Result<Outcome, ShapeError> {
    if part == Part::Stars {
        return Ok(Outcome::Stars(stars::page(&reply.body, &reply.headers, now)?));
    }
    if !serde_json::from_slice::<Shown>(&reply.body)?.is_public() {
        return Ok(Outcome::NotPublic);
    }
    Ok(Outcome::Found(Box::new(observation(&reply.body, &wanted.name, now)?)))
}

/// Returns the host's reason for a block. It is tested before limits, which also have status 403
/// (<https://docs.github.com/en/rest/repos/repos>: 451, and `block.reason`). A 451 without GitHub's JSON is from a server on the way.
fn blocked(status: u16, error: Option<&RestError>) -> Option<StateReason> {
    if !matches!(status, 403 | 451) {
        return None;
    }
    match error.and_then(|error| error.block.as_ref()) {
        Some(Block { reason: Some(reason) }) => Some(StateReason::parse(reason).unwrap_or(StateReason::Other)),
        Some(Block { reason: None }) => Some(StateReason::Unspecified),
        None => (status == 451 && error.is_some()).then_some(StateReason::Dmca),
    }
}
