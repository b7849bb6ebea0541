//! The only place that waits: for the pace, for a limit, for another try.

use crate::answer::Stop;
use crate::limit::Closed;
use chrono::{DateTime, TimeDelta, Utc};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// Where the time of day comes from.
pub type Clock = fn() -> DateTime<Utc>;

/// Tries that a batch is given before its repositories are left unknown.
pub const MAX_TRIES: u32 = 5;
/// Time that a batch is given, waits for limits not counted.
pub const MAX_BATCH_TIME: Duration = Duration::from_secs(600);
/// Connections that are tried in a row before the host counts as unreachable.
const MAX_CONNECTIONS: u32 = 3;
/// Limits that are waited out in a row without an answer between them.
const MAX_LIMITS: u32 = 5;

/// Requests a minute: GitHub's secondary limits of 2,000 (GraphQL) and 900 (REST), less the burst
/// (<https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits>).
const GRAPHQL_A_MINUTE: NonZeroU32 = NonZeroU32::new(1_990).expect("not zero");
const REST_A_MINUTE: NonZeroU32 = NonZeroU32::new(890).expect("not zero");
const BURST: NonZeroU32 = NonZeroU32::new(10).expect("not zero");

/// Where chance comes from: a number from 0 up to 1.
pub type Random = fn() -> f64;

/// How much longer than its delay a wait may be, by chance: many clients that were stopped at one moment come back at many.
const MAX_JITTER: f64 = 0.25;

/// First waits; those after them double each time.
#[derive(Debug, Clone, Copy)]
pub struct Delays {
    /// Before the second try of a batch: 1 s, then 2, 4, 8.
    pub retry: Duration,
    /// Before the second try to connect: 0.5 s, then 1.
    pub connect: Duration,
    /// For a limit that names no time: 60 s, then 120, 240, …
    pub unsaid_limit: Duration,
    /// Makes each wait longer, never shorter, by up to a quarter.
    pub random: Random,
}

impl Default for Delays {
    fn default() -> Self {
        Self { retry: Duration::from_secs(1), connect: Duration::from_millis(500), unsaid_limit: Duration::from_secs(60), random: || 0.0 }
    }
}

/// Called with the end of a wait for a limit before that wait begins.
pub type OnWait = Box<dyn FnMut(DateTime<Utc>) + Send>;

/// tokio's clock for governor, so that a paused test is paced by the paused clock.
#[derive(Clone)]
struct TokioClock;

impl governor::clock::Clock for TokioClock {
    type Instant = std::time::Instant;

    fn now(&self) -> Self::Instant {
        Instant::now().into_std()
    }
}

/// When the next request may go out. Three things hold it back: the pace, the gate that a limit closes for everybody,
/// and the delay before another try.
pub struct Pace {
    limiter: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<std::time::Instant>>,
    gate: Option<DateTime<Utc>>,
    not_before: Option<Instant>,
    wait: bool,
    clock: Clock,
    delays: Delays,
    on_wait: Option<OnWait>,
    limits_in_a_row: u32,
    refused_in_a_row: u32,
}

impl Pace {
    /// A pace for GraphQL or for REST. With `wait`, limits are waited out; without, they end the run.
    pub fn new(is_graphql: bool, wait: bool, clock: Clock, delays: Delays) -> Self {
        let a_minute = if is_graphql { GRAPHQL_A_MINUTE } else { REST_A_MINUTE };
        Self {
            limiter: RateLimiter::direct_with_clock(Quota::per_minute(a_minute).allow_burst(BURST), TokioClock),
            gate: None,
            not_before: None,
            wait,
            clock,
            delays,
            on_wait: None,
            limits_in_a_row: 0,
            refused_in_a_row: 0,
        }
    }

    /// Calls `tell` before each wait for a limit.
    pub fn on_wait(&mut self, tell: OnWait) {
        self.on_wait = Some(tell);
    }

    /// The time of day.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Returns when the next request may go out; may be dropped while it waits.
    ///
    /// # Errors
    /// [`Stop::Limited`], at once, if a limit is in the way and is not to be waited out.
    pub async fn ready(&mut self) -> Result<(), Stop> {
        if let Some(until) = self.gate {
            self.pass_gate(until).await?;
        }
        if let Some(moment) = self.not_before {
            sleep_until(moment).await;
            self.not_before = None;
        }
        while let Err(early) = self.limiter.check() {
            sleep(early.wait_time_from(Instant::now().into_std())).await;
        }
        Ok(())
    }

    async fn pass_gate(&mut self, until: DateTime<Utc>) -> Result<(), Stop> {
        if let Ok(left) = until.signed_duration_since(self.now()).to_std()
            && !left.is_zero()
        {
            if !self.wait {
                return Err(Stop::Limited { until });
            }
            if let Some(tell) = &mut self.on_wait {
                tell(until);
            }
            sleep(left).await;
        }
        self.gate = None;
        Ok(())
    }

    /// Closes the gate after a good reply that was the last one allowed.
    pub fn close(&mut self, closed: Closed) {
        let until = match closed {
            Closed::Until(until) => until,
            Closed::Unsaid => self.now() + self.unsaid(),
        };
        self.gate = Some(self.gate.map_or(until, |gate| gate.max(until)));
    }

    /// Closes the gate after a refusal.
    ///
    /// # Errors
    /// [`Stop::Limited`] after several limits in a row: to send on while limited can get a client banned.
    pub fn limited(&mut self, closed: Closed) -> Result<(), Stop> {
        self.close(closed);
        self.limits_in_a_row += 1;
        match self.gate {
            Some(until) if self.limits_in_a_row >= MAX_LIMITS => Err(Stop::Limited { until }),
            _ => Ok(()),
        }
    }

    /// Notes that the host answers: limits and refused connections no longer come in a row.
    pub fn answered(&mut self) {
        self.limits_in_a_row = 0;
        self.refused_in_a_row = 0;
    }

    /// Holds the next request back before try number `tries` + 1 of a batch; gives back for how long.
    pub fn back_off(&mut self, tries: u32) -> Duration {
        let delay = self.delays.doubled(self.delays.retry, tries.saturating_sub(1));
        self.not_before = Some(Instant::now() + delay);
        delay
    }

    /// Holds the next request back after a connection that did not come about.
    ///
    /// # Errors
    /// [`Stop::Unreachable`] after three in a row.
    pub fn refused(&mut self, error: String) -> Result<(), Stop> {
        self.refused_in_a_row += 1;
        if self.refused_in_a_row >= MAX_CONNECTIONS {
            return Err(Stop::Unreachable { error });
        }
        self.not_before = Some(Instant::now() + self.delays.doubled(self.delays.connect, self.refused_in_a_row - 1));
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
    /// A first wait, doubled so many times, and the chance on top.
    fn doubled(&self, first: Duration, times: u32) -> Duration {
        let delay = first.saturating_mul(2_u32.saturating_pow(times.min(16)));
        delay + delay.mul_f64(MAX_JITTER * (self.random)().clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    const NOON: Clock = || DateTime::from_timestamp(1_800_000_000, 0).unwrap();

    fn pace(wait: bool) -> Pace {
        Pace::new(true, wait, NOON, Delays::default())
    }

    async fn waited(pace: &mut Pace) -> Duration {
        let start = Instant::now();
        pace.ready().await.unwrap();
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_gate_ends_the_run_at_once_or_is_waited_out() {
        let until = NOON() + TimeDelta::minutes(50);
        let mut hasty = pace(false);
        hasty.close(Closed::Until(until));
        assert_eq!(hasty.ready().await, Err(Stop::Limited { until }));
        assert_eq!(hasty.ready().await, Err(Stop::Limited { until }), "it stays closed");

        let (sender, told) = mpsc::channel();
        let mut patient = pace(true);
        patient.on_wait(Box::new(move |until| sender.send(until).unwrap()));
        patient.close(Closed::Until(until));
        assert_eq!(waited(&mut patient).await.as_secs(), 3000);
        assert_eq!(told.try_recv(), Ok(until));
        assert_eq!(waited(&mut patient).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_without_a_time_lasts_a_minute_then_two_and_then_it_is_enough() {
        let mut pace = pace(true);
        for minutes in [1, 2, 4, 8] {
            pace.limited(Closed::Unsaid).unwrap();
            assert_eq!(waited(&mut pace).await.as_secs(), minutes * 60);
        }
        assert!(matches!(pace.limited(Closed::Unsaid), Err(Stop::Limited { .. })));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_between_two_limits_starts_the_count_again() {
        let mut pace = pace(true);
        for _ in 0..20 {
            pace.limited(Closed::Unsaid).unwrap();
            assert_eq!(waited(&mut pace).await.as_secs(), 60);
            pace.answered();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn tries_are_held_back_ever_longer() {
        let mut pace = pace(false);
        for (tries, seconds) in [(1, 1), (2, 2), (3, 4), (4, 8)] {
            pace.back_off(tries);
            assert_eq!(waited(&mut pace).await.as_secs(), seconds);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn chance_makes_a_wait_longer_and_never_shorter() {
        let mut pace = Pace::new(true, true, NOON, Delays { random: || 0.5, ..Delays::default() });
        pace.back_off(1);
        assert_eq!(waited(&mut pace).await.as_millis(), 1125);
        pace.limited(Closed::Unsaid).unwrap();
        assert_eq!(waited(&mut pace).await.as_millis(), 67_500);
    }

    #[tokio::test(start_paused = true)]
    async fn three_refused_connections_are_enough() {
        let mut pace = pace(true);
        for millis in [500, 1000] {
            pace.refused("refused".into()).unwrap();
            assert_eq!(waited(&mut pace).await.as_millis(), millis);
        }
        let error = "refused".to_owned();
        assert_eq!(pace.refused(error.clone()), Err(Stop::Unreachable { error }));
    }

    #[tokio::test(start_paused = true)]
    async fn no_minute_sees_more_requests_than_github_allows() {
        let mut pace = Pace::new(false, false, NOON, Delays::default());
        let start = Instant::now();
        let mut sent = 0;
        while start.elapsed() < Duration::from_secs(60) {
            pace.ready().await.unwrap();
            sent += 1;
        }
        assert!((850..=900).contains(&sent), "{sent}");
    }
}
