//! The flow: a batch goes out, its verdict comes in, its answers are handed on, and only then goes the next.

mod settle;

use settle::fail_all;

use crate::answer::{Answer, BatchOutcome, Report, Stop, Wanted};
use crate::client::{Client, Reply, Unreachable};
use crate::limit::Rate;
use crate::pace::{Clock, Delays, OnWait, Pace};
use crate::query::Query;
use crate::queue::{Batch, Queue};
use crate::shutdown::Shutdown;
use crate::verdict::{self, Next, Outcome, Verdict};
use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// The most repositories in one query: what one point pays for, and what GitHub was seen to answer in time.
pub const MAX_BATCH: usize = 100;
/// Redirects that are followed for one repository.
const MAX_REDIRECTS: u32 = 3;

/// How to ask.
#[derive(Debug, Clone, Copy)]
pub struct AskOptions {
    /// Whether to wait until a limit is over; without it a limit ends the run.
    pub wait: bool,
    /// The most requests or points, whichever are more, that this asker may spend. `None` is all that GitHub allows.
    pub budget: Option<u64>,
    /// Repositories in one query, 1 to [`MAX_BATCH`]; shrinks when GitHub cannot answer in time and grows back slowly.
    pub batch_size: usize,
    /// Where the moment of an observation comes from.
    pub clock: Clock,
    /// First waits between tries.
    pub delays: Delays,
}

impl Default for AskOptions {
    fn default() -> Self {
        Self { wait: false, budget: None, batch_size: MAX_BATCH, clock: Utc::now, delays: Delays::default() }
    }
}

/// Asks GitHub about repositories: by GraphQL if the client has a token, else one by one over REST.
///
/// One request is under way at a time. What it learns about limits it keeps from one [`ask`](Self::ask) to the next.
#[derive(Debug)]
pub struct Asker {
    client: Client,
    pace: Pace,
    budget: Option<u64>,
    most: usize,
    size: usize,
    requests: u64,
    points: u64,
    spent: u64,
    rate: Rate,
    useless_in_a_row: u32,
}

impl Asker {
    /// An asker that has asked nothing yet.
    pub fn new(client: Client, options: AskOptions) -> Self {
        let most = if client.has_token() { options.batch_size.clamp(1, MAX_BATCH) } else { 1 };
        Self {
            pace: Pace::new(client.has_token(), options.wait, options.clock, options.delays),
            client,
            budget: options.budget,
            most,
            size: most,
            requests: 0,
            points: 0,
            spent: 0,
            rate: Rate::default(),
            useless_in_a_row: 0,
        }
    }

    /// Calls `tell` with the moment at which a wait for a limit will end, before that wait.
    pub fn on_wait(&mut self, tell: OnWait) {
        self.pace.on_wait(tell);
    }

    /// Asks about all that is `wanted`, until it is settled, something stops it, or `shutdown` completes.
    ///
    /// `on_batch` gets the answers of each reply before the next request is sent: written in one transaction there,
    /// nothing that was paid for is lost, whatever happens next. A shutdown ends waits at once and lets a request
    /// under way finish. What was not asked when it ends is not reported.
    ///
    /// # Errors
    /// The first error of `on_batch`, with which everything ends. All else is an [`Answer`] or a [`Stop`].
    pub async fn ask<E>(
        &mut self,
        wanted: Vec<Wanted>,
        shutdown: impl Future<Output = ()>,
        mut on_batch: impl FnMut(BatchOutcome) -> Result<(), E>,
    ) -> Result<Report, E> {
        let mut shutdown = Shutdown::new(shutdown);
        let (wanted, unaskable): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|one| one.name.owner_and_name().is_some());
        self.hand_on(fail_all(unaskable, "not a name of the form owner/name"), &mut on_batch)?;
        let mut queue = Queue::new(wanted);
        let stop = loop {
            let Some(mut batch) = queue.next(self.size) else {
                break None;
            };
            if let Err(stop) = self.may_send(&mut shutdown).await {
                queue.put_back(batch);
                break Some(stop);
            }
            let verdict = self.send(&mut batch).await;
            let (answers, settled) = self.settle(batch, verdict, &mut queue);
            self.hand_on(answers, &mut on_batch)?;
            if let Err(stop) = settled {
                break Some(stop);
            }
        };
        self.hand_on(owed(queue, stop.as_ref()), &mut on_batch)?;
        Ok(self.report(stop))
    }

    /// Waits until the next request may go out.
    async fn may_send<F: Future<Output = ()>>(&mut self, shutdown: &mut Shutdown<F>) -> Result<(), Stop> {
        if shutdown.or(std::future::ready(())).await.is_none() {
            return Err(Stop::Interrupted);
        }
        if self.budget.is_some_and(|budget| self.spent >= budget) {
            return Err(Stop::BudgetSpent);
        }
        shutdown.or(self.pace.ready()).await.unwrap_or(Err(Stop::Interrupted))
    }

    /// Sends one request for a batch and judges what comes back.
    async fn send(&mut self, batch: &mut Batch) -> Verdict {
        let start = Instant::now();
        let query = self.client.has_token().then(|| Query::new(&batch.wanted, batch.fields));
        let reply = match (&query, &batch.redirect) {
            (Some(query), _) => self.client.graphql(&query.text).await,
            (None, Some((path, _))) => self.client.absolute_path(path).await,
            (None, None) => {
                let first = batch.wanted.first();
                let name = first.and_then(|one| one.name.owner_and_name());
                let (owner, name) = name.unwrap_or_default();
                self.client.rest_repository(owner, name).await
            }
        };
        self.requests += 1;
        batch.asked = true;
        batch.spent += start.elapsed();
        let now = self.pace.now();
        match (reply, &query) {
            (Err(error), query) => Verdict::of_silence(&error, query.is_some()),
            (Ok(reply), Some(query)) => verdict::graphql(&reply, query, &batch.wanted, now),
            (Ok(reply), None) => self.judge_rest(&reply, batch, now),
        }
    }

    /// The verdict on a REST reply; a redirect is turned into the batch's next path here, or into a failure.
    fn judge_rest(&self, reply: &Reply, batch: &mut Batch, now: DateTime<Utc>) -> Verdict {
        let Some(wanted) = batch.wanted.first() else {
            return Verdict::of_silence(&Unreachable::Broken("nothing was asked".to_owned()), false);
        };
        let mut verdict = verdict::rest(reply, wanted, now);
        if verdict.next == Next::Redirected {
            let followed = batch.redirect.as_ref().map_or(0, |(_, times)| *times);
            match self.client.redirect_path(reply) {
                Some(path) if followed < MAX_REDIRECTS => batch.redirect = Some((path, followed + 1)),
                _ => {
                    let error = format!("HTTP {}: a redirect that is not followed", reply.status);
                    verdict.outcomes.push((0, Outcome::Failed { error }));
                    verdict.next = Next::Done;
                }
            }
        }
        verdict
    }

    fn hand_on<E>(&self, answers: Vec<(Wanted, Answer)>, on_batch: &mut impl FnMut(BatchOutcome) -> Result<(), E>) -> Result<(), E> {
        if answers.is_empty() {
            return Ok(());
        }
        on_batch(BatchOutcome { answers, remaining: self.rate.remaining, reset_at: self.rate.reset_at })
    }

    fn report(&self, stop: Option<Stop>) -> Report {
        let Rate { remaining, reset_at } = self.rate;
        Report { stop, requests: self.requests, points: self.points, remaining, reset_at }
    }
}

/// Those that were asked about when a limit or a silent host ended the run.
fn owed(mut queue: Queue, stop: Option<&Stop>) -> Vec<(Wanted, Answer)> {
    let Some(failure) = stop.and_then(Stop::failure) else {
        return Vec::new();
    };
    queue.take_owed().into_iter().map(|one| (one, failure.clone())).collect()
}
