//! The main loop: sends batches, receives verdicts, passes answers on.

mod record;
mod send;

use crate::client::Client;
use crate::pace::{Clock, Delays, OnWait, Pace, Sending};
use crate::queue::{Batch, Queue};
use crate::route::Route;
use crate::shutdown::Shutdown;
use crate::size::Sizes;
use crate::work::Replied;
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use record::fail_all;
use send::{Came, send};
use starcite_core::Part;
use starcite_core::answer::{Answer, BatchOutcome, Reason, Report, Stop, Target};
use starcite_core::verdict::Rate;
use std::sync::Arc;
use std::time::Duration;

/// The options of an asker.
#[derive(Debug, Clone)]
pub struct AskOptions {
    /// True to wait until a limit is over; otherwise a limit ends the run.
    pub wait: bool,
    /// The most points and requests that this asker may spend. `None` is all that GitHub allows.
    pub budget: Option<u64>,
    /// The query sizes that an earlier asker learnt.
    pub sizes: Sizes,
    /// The replies to an earlier asker within the last minute.
    pub last_minute: Vec<Replied>,
    /// A limit that an earlier asker met: nothing is sent before this time.
    pub closed_until: Option<DateTime<Utc>>,
    /// The source of observation times.
    pub clock: Clock,
    /// First waits between tries.
    pub delays: Delays,
}

impl Default for AskOptions {
    fn default() -> Self {
        Self { wait: false, budget: None, sizes: Sizes::default(), last_minute: Vec::new(), closed_until: None, clock: Utc::now, delays: Delays::default() }
    }
}

/// Requests repositories from GitHub: by GraphQL if the client has an account, else only scalars, one by one over REST.
///
/// Up to four requests are under way at a time. The asker keeps what it learns about limits and sizes from one [`ask`](Self::ask) to the
/// next.
#[derive(Debug)]
pub struct Asker {
    client: Arc<Client>,
    pace: Pace,
    budget: Option<u64>,
    sizes: Sizes,
    requests: u64,
    points: u64,
    spent: u64,
    rate: Rate,
    useless_in_a_row: u32,
}

/// An event in [`Asker::ask`].
enum Event {
    Shutdown,
    Came(Box<Came>),
    MaySend(Result<(), Stop>),
}

impl Asker {
    /// Returns an asker that has sent no requests yet.
    pub fn new(client: Client, options: AskOptions) -> Self {
        let mut pace = Pace::new(options.wait, options.clock, options.delays, options.closed_until);
        pace.recall(&options.last_minute);
        Self {
            pace,
            client: Arc::new(client),
            budget: options.budget,
            sizes: options.sizes,
            requests: 0,
            points: 0,
            spent: 0,
            rate: Rate::default(),
            useless_in_a_row: 0,
        }
    }

    /// Registers `tell`, which is called before each wait for a limit, with the time at which the wait will end.
    pub fn on_wait(&mut self, tell: OnWait) {
        self.pace.on_wait(tell);
    }

    /// Returns the learnt query sizes, for the next asker.
    pub fn sizes(&self) -> &Sizes {
        &self.sizes
    }

    /// Returns the replies of the last minute, for the next asker.
    pub fn last_minute(&self) -> Vec<Replied> {
        self.pace.last_minute()
    }

    /// Requests one part of all `wanted` repositories, until everything is settled, something stops it, or `shutdown` completes.
    ///
    /// `on_batch` receives the answers of each reply as soon as it arrives: if it writes them in one transaction, nothing that was paid for
    /// is lost, whatever happens next. A shutdown or a stop ends waits at once; replies to requests under way are still received and passed
    /// on. Repositories that were not requested by the end are not reported.
    ///
    /// # Errors
    /// The first error of `on_batch`, which ends the run. Anything else is an [`Answer`] or a [`Stop`].
    pub async fn ask<E>(
        &mut self,
        part: Part,
        wanted: Vec<Target>,
        shutdown: impl Future<Output = ()>,
        mut on_batch: impl FnMut(BatchOutcome) -> Result<(), E>,
    ) -> Result<Report, E> {
        let mut shutdown = Shutdown::new(shutdown);
        let mut queue = self.queue(part, wanted, &mut on_batch)?;
        let mut flying = FuturesUnordered::new();
        let mut stop = None;
        loop {
            let mut batch = if stop.is_none() { self.next(&mut queue) } else { None };
            if let Some(unsent) = batch.take_if(|batch| !self.affords(batch)) {
                queue.put_back(unsent);
                stop = Some(Stop::BudgetSpent);
            }
            if batch.is_none() && flying.is_empty() {
                break;
            }
            let sending = batch.as_ref().map(|batch| self.sending(batch));
            let event = tokio::select! {
                biased;
                () = shutdown.came(), if stop.is_none() => Event::Shutdown,
                Some(came) = flying.next(), if !flying.is_empty() => Event::Came(Box::new(came)),
                ready = async { match sending {
                    Some(sending) => self.pace.ready(sending).await,
                    None => std::future::pending().await,
                } } => Event::MaySend(ready),
            };
            match (event, batch, sending) {
                (Event::MaySend(Ok(())), Some(batch), Some(sending)) => flying.push(self.send(batch, sending)),
                (event, batch, _) => {
                    batch.into_iter().for_each(|batch| queue.put_back(batch));
                    match event {
                        Event::Shutdown => stop = Some(Stop::Interrupted),
                        Event::MaySend(ready) => stop = ready.err(),
                        Event::Came(came) => {
                            let (answers, settled) = self.record_answers(*came, &mut queue);
                            self.hand_on(answers, &mut on_batch)?;
                            stop = stop.or(settled.err());
                        }
                    }
                }
            }
        }
        self.hand_on(owed(queue, stop.as_ref()), &mut on_batch)?;
        Ok(self.report(stop))
    }

    /// Returns the queue of all repositories that can be requested; the others are answered at once.
    fn queue<E>(&self, part: Part, wanted: Vec<Target>, on_batch: &mut impl FnMut(BatchOutcome) -> Result<(), E>) -> Result<Queue, E> {
        let needs_id = matches!(part, Part::Tree | Part::Activity | Part::Files);
        let route = if part == Part::Stars || !self.client.has_account() { Route::Rest } else { Route::Graphql };
        let askable = |one: &Target| one.name.owner_and_name().is_some() && (!needs_id || (one.id().is_some() && route == Route::Graphql));
        let (wanted, unaskable): (Vec<_>, Vec<_>) = wanted.into_iter().partition(askable);
        let why = if needs_id { "only GraphQL tells this, by the repository's id" } else { "not a name of the form owner/name" };
        self.hand_on(fail_all(unaskable, why), on_batch)?;
        Ok(Queue::new(wanted, part, route))
    }

    fn next(&self, queue: &mut Queue) -> Option<Batch> {
        let (part, route) = queue.kind();
        let size = if route == Route::Rest { 1 } else { self.sizes.next(part, queue.fresh(), self.points_left()) };
        queue.next(size)
    }

    /// Returns the points that may still be spent on GraphQL, as far as they are known.
    fn points_left(&self) -> Option<u64> {
        let of_budget = self.budget.map(|budget| budget.saturating_sub(self.spent + self.pace.reserved()));
        [of_budget, self.pace.left(Route::Graphql)].into_iter().flatten().min()
    }

    fn affords(&self, batch: &Batch) -> bool {
        self.budget.is_none_or(|budget| self.spent + self.pace.reserved() + self.sending(batch).cost <= budget)
    }

    fn sending(&self, batch: &Batch) -> Sending {
        let learnt = self.sizes.of(batch.part);
        let cost = if batch.route == Route::Rest { 1 } else { self.sizes.cost(batch.part, batch.wanted.len()) };
        Sending { route: batch.route, cost, expected: Duration::from_secs_f64(learnt.seconds.clamp(0.0, 30.0)), not_before: batch.not_before }
    }

    fn send(&mut self, mut batch: Batch, sending: Sending) -> impl Future<Output = Came> + use<> {
        self.requests += 1;
        batch.asked = true;
        let permit = self.pace.sent(sending);
        send(Arc::clone(&self.client), batch, permit, self.pace.clock())
    }

    fn hand_on<E>(&self, answers: Vec<(Target, Answer)>, on_batch: &mut impl FnMut(BatchOutcome) -> Result<(), E>) -> Result<(), E> {
        if answers.is_empty() {
            return Ok(());
        }
        let spent = self.spent + self.pace.reserved();
        on_batch(BatchOutcome { answers, remaining: self.rate.remaining, reset_at: self.rate.reset_at, spent })
    }

    fn report(&self, stop: Option<Stop>) -> Report {
        let Rate { remaining, reset_at } = self.rate;
        Report { stop, requests: self.requests, points: self.points, remaining, reset_at, spent: self.spent }
    }
}

/// Returns the answers still owed at the end of a run: the failure that ended it, if it was a limit or an unreachable host.
fn owed(mut queue: Queue, stop: Option<&Stop>) -> Vec<(Target, Answer)> {
    let failure = stop.and_then(failure);
    let answered = |batch: Batch| {
        let answer = batch.otherwise.or(failure.clone())?;
        Some(batch.wanted.into_iter().map(move |one| (one, answer.clone())))
    };
    queue.take_owed().into_iter().filter_map(answered).flatten().collect()
}

/// Returns the answer about a requested repository without one, if the stop is a failure of its request.
fn failure(stop: &Stop) -> Option<Answer> {
    let (reason, error) = match stop {
        Stop::Limited { until } => (Reason::Limit, format!("GitHub's rate limit is reached until {until}")),
        Stop::Unreachable { error } => (Reason::Unreachable, format!("GitHub cannot be reached: {error}")),
        Stop::BadToken | Stop::BudgetSpent | Stop::Interrupted => return None,
    };
    Some(Answer::Failed { reason, error })
}
