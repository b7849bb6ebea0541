//! Sends one request, once, and judges its reply.

use crate::client::{Client, Reply};
use crate::config::Unreachable;
use crate::pace::{Clock, Permit};
use crate::query::Query;
use crate::queue::Batch;
use crate::route::Route;
use crate::transport::REQUEST;
use crate::verdict::{self, Next, Outcome, Verdict};
use chrono::{DateTime, Utc};
use starcite_core::Part;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tracing::{Instrument, debug, debug_span};

/// The most redirects to follow for one repository.
const MAX_REDIRECTS: u32 = 3;
/// The time between two looks at the clock while waiting for a reply; if a gap is more than twice as long, the process was suspended.
const TICK: Duration = Duration::from_millis(250);
/// The weeks of stars in one page: GitHub's maximum.
const WEEKS_A_PAGE: u32 = 30;

/// A batch whose reply was received, or never will be.
pub(super) struct Came {
    pub(super) batch: Batch,
    pub(super) permit: Permit,
    /// The time that the host took.
    pub(super) took: Duration,
    pub(super) verdict: Verdict,
}

/// Sends one request for a batch in its span, and reports it as one event.
pub(super) async fn send(client: Arc<Client>, batch: Batch, permit: Permit, clock: Clock) -> Came {
    let (host, part, repositories) = (client.host().to_owned(), batch.part.as_str(), batch.wanted.len());
    let route = if batch.route == Route::Graphql { "GraphQL" } else { "REST" };
    let what = format!("{part} of {repositories} over {route}");
    let tries = batch.tries + 1;
    let span = debug_span!("batch", part, repositories);
    let request = debug_span!(parent: &span, "request");
    async {
        let (came, status) = sent(client, batch, permit, clock).await;
        let Verdict { points, rate, next, .. } = &came.verdict;
        let error = next.why();
        if status.is_none() && matches!(next, Next::BadToken(_)) {
            return came; // only a token was requested, which is an event of its own
        }
        debug!(target: REQUEST, host, what, status, ms = came.took.as_millis() as u64, points, remaining = rate.remaining, tries, error, "request");
        came
    }
    .instrument(request)
    .await
}

/// Sends one request for a batch and judges the reply as of its arrival, because a limit begins at that time.
async fn sent(client: Arc<Client>, mut batch: Batch, permit: Permit, clock: Clock) -> (Came, Option<u16>) {
    let (verdict, took, status) = match batch.route {
        Route::Graphql => {
            let query = Query::new(&batch.wanted, batch.part, batch.lean, clock());
            let (reply, took) = timed(client.graphql(&query.text)).await;
            let status = reply.as_ref().ok().map(|reply| reply.status);
            let judge = |reply| verdict::graphql(&reply, &query, &batch.wanted, clock());
            (reply.map_or_else(|error| verdict::of_silence(&error, true), judge), took, status)
        }
        Route::Rest => {
            let (reply, took) = timed(rest(&client, &batch)).await;
            let status = reply.as_ref().ok().map(|reply| reply.status);
            let judge = |reply| judge_rest(&client, &reply, &mut batch, clock());
            (reply.map_or_else(|error| verdict::of_silence(&error, false), judge), took, status)
        }
    };
    (Came { batch, permit, took, verdict }, status)
}

/// Runs a future, and returns how long it took. Time in which this process was suspended (stopped, or the machine asleep) does not count.
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
    if batch.part == Part::Stars {
        let page = wanted.page;
        return client.rest_path(&format!("/repos/{owner}/{name}/stargazers/history?per_page={WEEKS_A_PAGE}&page={page}"), etag).await;
    }
    client.rest_path(&format!("/repos/{owner}/{name}"), None).await
}

/// Returns the verdict on a REST reply; turns a redirect into the batch's next path, or into a failure.
fn judge_rest(client: &Client, reply: &Reply, batch: &mut Batch, now: DateTime<Utc>) -> Verdict {
    let mut verdict = match batch.wanted.first() {
        Some(wanted) => verdict::rest(reply, wanted, batch.part, now),
        None => verdict::of_silence(&Unreachable::Broken("nothing was asked".to_owned()), false),
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
            // A proxy on the way sent this redirect: GitHub itself never leads to another host.
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
            tokio::time::advance(Duration::from_secs(60)).await; // like SIGSTOP: the clock advances while the process is suspended
        };
        let (_, took) = timed(stopped).await;
        assert!(took >= Duration::from_secs(1) && took < Duration::from_secs(2), "{took:?}");
    }
}
