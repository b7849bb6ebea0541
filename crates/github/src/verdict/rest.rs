//! The verdict on a reply of REST about one repository.

use super::{Next, Outcome, Verdict, described, refusal};
use crate::answer::Wanted;
use crate::client::Reply;
use crate::response::rest::{RestError, observation};
use chrono::{DateTime, Utc};

/// Judges the reply to `GET /repos/{owner}/{name}` for `wanted`, at the moment `now`.
///
/// Never panics, whatever the reply. The one outcome, if there is one, has place 0.
pub fn judge(reply: &Reply, wanted: &Wanted, now: DateTime<Utc>) -> Verdict {
    let mut verdict = Verdict::of_reply(reply, now);
    let error = RestError::read(&reply.body);
    if let Some(reason) = blocked(reply.status, error.as_ref()) {
        verdict.outcomes.push((0, Outcome::Blocked { reason }));
        return verdict;
    }
    let message = error.as_ref().map(|error| error.message.as_str());
    if let Some((next, closed)) = refusal(reply, message, &verdict.rate, now) {
        verdict.next = next;
        verdict.closed = closed.or(verdict.closed);
        return verdict;
    }
    match (reply.status, message) {
        (200, _) => match observation(&reply.body, &wanted.name, now) {
            Ok(seen) => verdict.outcomes.push((0, Outcome::Found(Box::new(seen)))),
            Err(error) => verdict.next = Next::Retry(error.to_string()),
        },
        (301 | 302 | 307 | 308, _) => verdict.next = Next::Redirected,
        (404, Some(_)) => verdict.outcomes.push((0, Outcome::NotFound)),
        (403 | 405..=499, _) | (400..=402, Some(_)) => {
            let error = described(reply.status, message);
            verdict.outcomes.push((0, Outcome::Failed { error }));
        }
        (status, _) => verdict.next = Next::Retry(format!("{}, not a reply of GitHub's", described(status, message))),
    }
    verdict
}

/// Why the host shows nobody this repository. Looked for before limits, which answer with 403 as well
/// (<https://docs.github.com/en/rest/repos/repos>: 451, and `block.reason`).
fn blocked(status: u16, error: Option<&RestError>) -> Option<String> {
    if !matches!(status, 403 | 451) {
        return None;
    }
    match error.and_then(|error| error.block.as_ref()) {
        Some(block) => Some(block.reason.clone().unwrap_or_else(|| "unspecified".to_owned())),
        None => (status == 451).then(|| "dmca".to_owned()),
    }
}
