//! The only module that waits: for the pace, for a limit, for another try.

use crate::limit;
use crate::primary::{Allowance, Primary};
use crate::route::Route;
use crate::work::{Replied, Room, Work};
use chrono::{DateTime, TimeDelta, Utc};
use starcite_core::answer::Stop;
use starcite_core::verdict::{Closed, Rate};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// The source of the current time.
pub type Clock = fn() -> DateTime<Utc>;

/// The most tries of a batch before its repositories stay unknown.
pub const MAX_TRIES: u32 = 5;
/// The most time for a batch, without waits for limits.
pub const MAX_BATCH_TIME: Duration = Duration::from_secs(600);
/// The most requests under way at a time. GitHub allows a hundred, but at most 60 seconds of work a minute: four requests use those up
/// in a quarter of it, and more would only queue at GitHub.
pub const MAX_IN_FLIGHT: usize = 4;
/// The consecutive connection failures after which the host counts as unreachable: before its first reply, and after it (about a minute).
const MAX_CONNECTIONS: u32 = 3;
const MAX_RECONNECTIONS: u32 = 8;
/// The consecutive limits, without an answer between them, that end the run.
const MAX_LIMITS: u32 = 5;

/// The consecutive refusals after which a token that was valid counts as invalid: few, because many refusals get a client locked out.
const MAX_TOKEN_REFUSALS: u32 = 3;

/// A source of randomness: a number from 0 up to 1.
pub type Random = fn() -> f64;

/// The most by which a wait exceeds its delay, at random, so that clients that were stopped at the same time do not return together.
const MAX_JITTER: f64 = 0.25;

/// First waits; each later wait doubles.
#[derive(Debug, Clone, Copy)]
pub struct Delays {
    /// Before the second try of a batch: 1 s, then 2, 4, 8.
    pub retry: Duration,
    /// Before the second try to connect: 0.5 s, then 1, 2, …, at most 16.
    pub connect: Duration,
    /// For a limit without a time: 60 s, then 120, 240, …
    pub unsaid_limit: Duration,
    /// The randomness that makes each wait longer, never shorter, by up to a quarter.
    pub random: Random,
}

impl Default for Delays {
    fn default() -> Self {
        Self { retry: Duration::from_secs(1), connect: Duration::from_millis(500), unsaid_limit: Duration::from_secs(60), random: || 0.0 }
    }
}

/// Called with the end of a wait for a limit, before that wait begins.
pub type OnWait = Box<dyn FnMut(DateTime<Utc>) + Send>;

/// A request that is about to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Sending {
    /// The API.
    pub route: Route,
    /// Points or requests that it is expected to cost.
    pub cost: u64,
    /// The expected time until the reply.
    pub expected: Duration,
    /// The earliest time, for another try.
    pub not_before: Option<Instant>,
}

/// A request under way; [`Pace::came_back`] takes it when the request ends.
#[derive(Debug)]
pub struct Permit {
    sending: Sending,
    number: u64,
    epoch: u32,
}

/// Decides when the next request may be sent. It is held back by a gate that a limit closes for all requests, the rest of the hour's
/// points, the minute's requests and work, the number of requests under way, and the delay before another try.
pub struct Pace {
    primary: [Primary; 2],
    work: Work,
    gate: Option<DateTime<Utc>>,
    connect_after: Option<Instant>,
    wait: bool,
    clock: Clock,
    delays: Delays,
    on_wait: Option<OnWait>,
    told: Option<DateTime<Utc>>,
    /// Counts refusals, so that four requests that meet the same limit count once.
    epoch: u32,
    limits_in_a_row: u32,
    refused_in_a_row: u32,
    token_refusals: u32,
    has_answered: bool,
}

/// The reason why a request has to wait.
enum Obstacle {
    Until(Instant),
    Reply,
    Closed(DateTime<Utc>),
}

impl Pace {
    /// Returns a pace. With `wait`, limits are waited out; without, they end the run. `closed_until` is a limit from an earlier run. If it is further
    /// away than any limit of a host, it is ignored, because a wrong clock recorded it.
    pub fn new(wait: bool, clock: Clock, delays: Delays, closed_until: Option<DateTime<Utc>>) -> Self {
        let closed_until = closed_until.filter(|until| limit::believed(*until, clock()).is_some());
        Self {
            primary: [Primary::default(), Primary::default()],
            work: Work::default(),
            gate: closed_until,
            connect_after: None,
            wait,
            clock,
            delays,
            on_wait: None,
            told: None,
            epoch: 0,
            limits_in_a_row: 0,
            refused_in_a_row: 0,
            token_refusals: 0,
            has_answered: false,
        }
    }

    /// Registers `tell`, which is called before each wait for a limit.
    pub fn on_wait(&mut self, tell: OnWait) {
        self.on_wait = Some(tell);
    }

    /// Returns the source of the current time.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Returns the current time.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Waits until `sending` may be sent; may be dropped while it waits, and must be called again after each reply.
    ///
    /// # Errors
    /// [`Stop::Limited`], at once, if there is a limit and the pace does not wait.
    pub async fn ready(&mut self, sending: Sending) -> Result<(), Stop> {
        while let Some(obstacle) = self.obstacle(sending) {
            match obstacle {
                Obstacle::Until(moment) => sleep_until(moment).await,
                Obstacle::Reply => std::future::pending().await,
                Obstacle::Closed(until) => self.pass_gate(until, sending.route).await?,
            }
        }
        Ok(())
    }

    fn obstacle(&mut self, sending: Sending) -> Option<Obstacle> {
        let now = self.now();
        if let Some(until) = self.gate {
            return Some(Obstacle::Closed(until));
        }
        let moment = [self.connect_after, sending.not_before].into_iter().flatten().max().filter(|moment| *moment > Instant::now());
        if let Some(moment) = moment {
            return Some(Obstacle::Until(moment));
        }
        if self.work.under_way() >= MAX_IN_FLIGHT {
            return Some(Obstacle::Reply);
        }
        match self.primary[sending.route as usize].room(sending.cost, now) {
            Allowance::AfterReply => return Some(Obstacle::Reply),
            Allowance::Spent(reset) => return Some(Obstacle::Closed(reset)),
            Allowance::Enough => {}
        }
        match self.work.room(sending.route, sending.expected) {
            Room::Now => None,
            Room::At(moment) => Some(Obstacle::Until(moment)),
            Room::AfterReply => Some(Obstacle::Reply),
        }
    }

    async fn pass_gate(&mut self, until: DateTime<Utc>, route: Route) -> Result<(), Stop> {
        if let Ok(left) = until.signed_duration_since(self.now()).to_std()
            && !left.is_zero()
        {
            if !self.wait {
                return Err(Stop::Limited { until });
            }
            self.tell(until);
            sleep(left).await;
        }
        if self.gate.take().is_none() {
            self.primary[route as usize].begin_hour();
        }
        Ok(())
    }

    /// Reports the end of the wait; not again if another reply changed it by less than a second.
    fn tell(&mut self, until: DateTime<Utc>) {
        if self.told.is_some_and(|told| (until - told).abs() < TimeDelta::seconds(1)) {
            return;
        }
        self.told = Some(until);
        if let Some(tell) = &mut self.on_wait {
            tell(until);
        }
    }

    /// Counts the replies to an earlier run within the last minute.
    pub fn recall(&mut self, earlier: &[Replied]) {
        let now = self.now();
        self.work.recall(earlier, now);
    }

    /// Returns the replies of the last minute.
    pub fn last_minute(&self) -> Vec<Replied> {
        self.work.last_minute(self.now())
    }

    /// Records that a request is sent.
    pub fn sent(&mut self, sending: Sending) -> Permit {
        self.primary[sending.route as usize].reserve(sending.cost);
        Permit { sending, number: self.work.sent(sending.route, sending.expected), epoch: self.epoch }
    }

    /// Records that its reply was received, or never will be, and the time that the host took.
    pub fn came_back(&mut self, permit: &Permit, took: Duration) {
        self.primary[permit.sending.route as usize].release(permit.sending.cost);
        self.work.ended(permit.number, took);
    }

    /// Records the primary limit of a route from a reply.
    pub fn rate(&mut self, permit: &Permit, rate: &Rate) {
        let now = self.now();
        self.primary[permit.sending.route as usize].learn(rate, now);
    }

    /// Returns the points or requests of a route that are left and not under way, if a reply has reported them.
    pub fn left(&self, route: Route) -> Option<u64> {
        self.primary[route as usize].left()
    }

    /// Returns the expected cost of all requests under way.
    pub fn reserved(&self) -> u64 {
        self.primary.iter().map(Primary::reserved).sum()
    }

    /// Closes the gate after a refusal of the request that had this permit.
    ///
    /// # Errors
    /// [`Stop::Limited`] after several limits in a row, because sending while limited can get a client banned.
    pub fn limited(&mut self, permit: &Permit, closed: Closed) -> Result<(), Stop> {
        let until = match closed {
            Closed::Until(until) => until,
            Closed::Unsaid => self.now() + self.unsaid(),
        };
        let known_before = permit.epoch < self.epoch;
        if !known_before || matches!(closed, Closed::Until(_)) {
            self.gate = Some(self.gate.map_or(until, |gate| gate.max(until)));
        }
        if known_before {
            return Ok(());
        }
        self.epoch += 1;
        self.limits_in_a_row += 1;
        if self.limits_in_a_row >= MAX_LIMITS { Err(Stop::Limited { until }) } else { Ok(()) }
    }

    /// Records that the host answers, which resets the counts of limits and refusals in a row.
    pub fn answered(&mut self) {
        self.limits_in_a_row = 0;
        self.refused_in_a_row = 0;
        self.token_refusals = 0;
        self.has_answered = true;
    }

    /// Returns the wait before try number `tries` + 1 of a batch.
    pub fn back_off(&self, tries: u32) -> Duration {
        self.delays.doubled(self.delays.retry, tries.saturating_sub(1))
    }

    /// Delays the next request after a failed connection.
    ///
    /// # Errors
    /// [`Stop::Unreachable`] after three in a row; after eight, about a minute, if the host has answered before or limits are waited out.
    pub fn refused(&mut self, permit: &Permit, error: String) -> Result<(), Stop> {
        if permit.epoch < self.epoch {
            return Ok(());
        }
        self.epoch += 1;
        self.refused_in_a_row += 1;
        let most = if self.has_answered || self.wait { MAX_RECONNECTIONS } else { MAX_CONNECTIONS };
        if self.refused_in_a_row >= most {
            return Err(Stop::Unreachable { error });
        }
        self.connect_after = Some(Instant::now() + self.delays.doubled(self.delays.connect, (self.refused_in_a_row - 1).min(5)));
        Ok(())
    }

    /// Delays the next request after a refusal of the token, because hosts occasionally refuse a valid one.
    ///
    /// # Errors
    /// [`Stop::BadToken`] at once if the host has not answered before, else after three in a row.
    pub fn token_refused(&mut self, permit: &Permit) -> Result<(), Stop> {
        if permit.epoch < self.epoch {
            return Ok(());
        }
        self.epoch += 1;
        self.token_refusals += 1;
        if !self.has_answered || self.token_refusals >= MAX_TOKEN_REFUSALS {
            return Err(Stop::BadToken);
        }
        self.connect_after = Some(Instant::now() + self.back_off(self.token_refusals));
        Ok(())
    }

    fn unsaid(&self) -> TimeDelta {
        TimeDelta::from_std(self.delays.doubled(self.delays.unsaid_limit, self.limits_in_a_row)).unwrap_or(TimeDelta::hours(1))
    }
}

impl std::fmt::Debug for Pace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pace").field("gate", &self.gate).field("wait", &self.wait).finish_non_exhaustive()
    }
}

impl Delays {
    /// Returns a first wait times 2 to the power of `times`, plus the random part.
    fn doubled(&self, first: Duration, times: u32) -> Duration {
        let delay = first.saturating_mul(2_u32.saturating_pow(times.min(16)));
        delay + delay.mul_f64(MAX_JITTER * (self.random)().clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests;
