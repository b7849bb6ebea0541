//! One request on its way: sent once, and judged when its reply has come.

use crate::client::{Client, Reply};
use crate::config::Unreachable;
use crate::pace::{Clock, Permit};
use crate::query::Query;
use crate::queue::Batch;
use crate::route::Route;
use crate::selection::Selection;
use crate::verdict::{self, Next, Outcome, Verdict};
use chrono::{DateTime, Utc};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Redirects that are followed for one repository.
const MAX_REDIRECTS: u32 = 3;
/// The time between two looks at the clock while a reply is waited for: in a gap of more than two of these the process stood still.
const TICK: Duration = Duration::from_millis(250);
/// Weeks of stars in one page: the most that GitHub gives.
const WEEKS_A_PAGE: u32 = 30;

/// A batch whose reply has come, or never will.
pub(super) struct Came {
    pub(super) batch: Batch,
    pub(super) permit: Permit,
    /// The time that the host took.
    pub(super) took: Duration,
    pub(super) verdict: Verdict,
}

/// Sends one request for a batch and judges what comes back, by the time at which it came: a limit lasts from then on.
pub(super) async fn send(client: Arc<Client>, mut batch: Batch, permit: Permit, clock: Clock) -> Came {
    let (verdict, took) = match batch.route {
        Route::Graphql => {
            let query = Query::new(&batch.wanted, batch.selection, batch.lean, clock());
            let (reply, took) = timed(client.graphql(&query.text)).await;
            let judge = |reply| verdict::graphql(&reply, &query, &batch.wanted, clock());
            (reply.map_or_else(|error| Verdict::of_silence(&error, true), judge), took)
        }
        Route::Rest => {
            let (reply, took) = timed(rest(&client, &batch)).await;
            let judge = |reply| judge_rest(&client, &reply, &mut batch, clock());
            (reply.map_or_else(|error| Verdict::of_silence(&error, false), judge), took)
        }
    };
    Came { batch, permit, took, verdict }
}

/// Runs a future, and tells how long it was waited for. Time in which this process stood still, since it was stopped or its machine slept, is nobody's work.
async fn timed<T>(future: impl Future<Output = T>) -> (T, Duration) {
    let mut future = pin!(future);
    let (mut waited, mut looked) = (Duration::ZERO, Instant::now());
    loop {
        let done = timeout(TICK, &mut future).await;
        waited += looked.elapsed().min(2 * TICK);
        looked = Instant::now();
        if let Ok(done) = done {
            return (done, waited);
        }
    }
}

async fn rest(client: &Client, batch: &Batch) -> Result<Reply, Unreachable> {
    let Some(wanted) = batch.wanted.first() else {
        return Err(Unreachable::Broken("nothing was asked".to_owned()));
    };
    let etag = wanted.etag.as_deref();
    if let Some((path, _)) = &batch.redirect {
        return client.absolute_path(path, etag).await;
    }
    let (owner, name) = wanted.name.owner_and_name().unwrap_or_default();
    if batch.selection == Selection::Stars {
        let page = wanted.page;
        return client.rest_path(&format!("/repos/{owner}/{name}/stargazers/history?per_page={WEEKS_A_PAGE}&page={page}"), etag).await;
    }
    client.rest_path(&format!("/repos/{owner}/{name}"), None).await
}

/// The verdict on a REST reply; a redirect is turned into the batch's next path here, or into a failure.
fn judge_rest(client: &Client, reply: &Reply, batch: &mut Batch, now: DateTime<Utc>) -> Verdict {
    let mut verdict = match batch.wanted.first() {
        Some(wanted) => verdict::rest(reply, wanted, batch.selection, now),
        None => Verdict::of_silence(&Unreachable::Broken("nothing was asked".to_owned()), false),
    };
    if verdict.next == Next::Redirected {
        let followed = batch.redirect.as_ref().map_or(0, |(_, times)| *times);
        match client.redirect_path(reply) {
            Some(path) if followed < MAX_REDIRECTS => batch.redirect = Some((path, followed + 1)),
            Some(_) => {
                let error = format!("HTTP {}: one redirect too many", reply.status);
                verdict.outcomes.push((0, Outcome::Failed { error }));
                verdict.next = Next::Done;
            }
            // Some proxy on the way says so: GitHub itself never leads elsewhere.
            None => verdict.next = Next::Retry(format!("HTTP {}: a redirect to another host, which is not followed", reply.status)),
        }
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::sleep;

    #[tokio::test(start_paused = true)]
    async fn what_a_reply_takes_is_counted_and_what_the_process_sleeps_is_not() {
        let (_, took) = timed(sleep(Duration::from_secs(3))).await;
        assert_eq!(took, Duration::from_secs(3));
        let stopped = async {
            sleep(Duration::from_secs(1)).await;
            tokio::time::advance(Duration::from_secs(60)).await; // what SIGSTOP does: the clock goes on and nobody looks
        };
        let (_, took) = timed(stopped).await;
        assert!(took >= Duration::from_secs(1) && took < Duration::from_secs(2), "{took:?}");
    }
}
