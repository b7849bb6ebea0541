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
use std::sync::Arc;

/// Redirects that are followed for one repository.
const MAX_REDIRECTS: u32 = 3;
/// Weeks of stars in one page: the most that GitHub gives.
const WEEKS_A_PAGE: u32 = 30;

/// A batch whose reply has come, or never will.
pub(super) struct Came {
    pub(super) batch: Batch,
    pub(super) permit: Permit,
    pub(super) verdict: Verdict,
}

/// Sends one request for a batch and judges what comes back, by the time at which it came: a limit lasts from then on.
pub(super) async fn send(client: Arc<Client>, mut batch: Batch, permit: Permit, clock: Clock) -> Came {
    let verdict = match batch.route {
        Route::Graphql => {
            let query = Query::new(&batch.wanted, batch.selection, batch.lean, clock());
            match client.graphql(&query.text).await {
                Ok(reply) => verdict::graphql(&reply, &query, &batch.wanted, clock()),
                Err(error) => Verdict::of_silence(&error, true),
            }
        }
        Route::Rest => match rest(&client, &batch).await {
            Ok(reply) => judge_rest(&client, &reply, &mut batch, clock()),
            Err(error) => Verdict::of_silence(&error, false),
        },
    };
    Came { batch, permit, verdict }
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
