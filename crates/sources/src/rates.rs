//! The rate of requests to each service, for all clients of a run together, by host and account, on tokio's clock.

use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use reqwest::StatusCode;
use starcite_ground::parallel_ordered::lock;
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::ops::Add;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time;

/// The rate of a service, as it documents it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    /// The name of a service that limits requests to all of its hosts together; `None` if each host has a limit of its own.
    pub(super) service: Option<&'static str>,
    /// The time between two requests; zero is unlimited.
    pub(super) interval: Duration,
    /// The requests that may follow each other at once after a time without any. These, and those at the interval, together fit into the service's
    /// window.
    pub(super) burst: NonZeroU32,
    /// The wait before the second try of a request; each further one is twice as long.
    pub(super) first_wait: Duration,
    /// A status that is temporary at this service, besides those that are temporary everywhere.
    pub(super) passes: Option<StatusCode>,
}

const SECOND: Duration = Duration::from_secs(1);

/// Any server that objects are fetched from.
pub const OBJECTS: Rate = Rate { service: None, interval: Duration::ZERO, burst: NonZeroU32::MIN, first_wait: SECOND, passes: None };

/// One request in three seconds to all services together (<https://info.arxiv.org/help/api/tou.html>). Since 2026 arXiv also answers 406 for some minutes
/// to clients that keep this rate.
pub const ARXIV: Rate =
    Rate { service: Some("arXiv"), interval: Duration::from_secs(3), first_wait: Duration::from_secs(3), passes: Some(StatusCode::NOT_ACCEPTABLE), ..OBJECTS };

/// 500 requests in five minutes without an account (<https://huggingface.co/docs/hub/rate-limits>): 400 at the interval, and the burst.
pub const HUGGING_FACE: Rate = Rate { interval: Duration::from_millis(750), burst: NonZeroU32::new(100).unwrap(), ..OBJECTS };

/// Ten requests a second (<https://developers.openalex.org/api-reference/authentication>).
pub const OPENALEX: Rate = Rate { interval: Duration::from_millis(100), ..OBJECTS };

/// One request a second with a key (<https://www.semanticscholar.org/product/api>).
pub const SEMANTIC_SCHOLAR: Rate = Rate { interval: SECOND, ..OBJECTS };

/// An interval is longer by one part in so many, because one request may take longer to arrive than the next.
const MARGIN: u32 = 50;

/// A host, or a service with several, as one account uses it: limits count by account, or by address without one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Client {
    pub(super) host: String,
    /// A hash of the account's key, if it has one.
    pub(super) account: Option<u64>,
}

type Limiter = RateLimiter<Client, HashMapStateStore<Client>, TokioClock, NoOpMiddleware<Instant>>;

/// The rate limiters of a run. A limiter's quota is fixed, so each rate has a limiter of its own.
pub(super) struct Rates {
    /// The factor of all intervals, which tests shorten.
    scale: f64,
    limiters: Mutex<HashMap<Rate, Limiter>>,
}

impl Rates {
    /// Makes limiters; `arxiv_interval` is arXiv's interval, by which all others are scaled.
    pub(super) fn new(arxiv_interval: Duration) -> Self {
        Self { scale: arxiv_interval.as_secs_f64() / ARXIV.interval.as_secs_f64(), limiters: Mutex::default() }
    }

    /// Returns a time in the scale of this run.
    pub(super) fn scaled(&self, time: Duration) -> Duration {
        time.mul_f64(self.scale)
    }

    /// Counts a request that may be sent now; `Err` with the time from which one may be sent.
    pub(super) fn take(&self, client: &Client, rate: Rate) -> Result<(), time::Instant> {
        let interval = self.scaled(rate.interval + rate.interval / MARGIN);
        let Some(quota) = Quota::with_period(interval) else { return Ok(()) };
        let mut limiters = lock(&self.limiters);
        let limiter = limiters.entry(rate).or_insert_with(|| RateLimiter::new(quota.allow_burst(rate.burst), HashMapStateStore::default(), TokioClock));
        limiter.check_key(client).map_err(|not_until| not_until.earliest_possible().0)
    }
}

/// Tokio's clock, which tests can stop and advance.
#[derive(Debug, Clone)]
struct TokioClock;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Instant(time::Instant);

impl Clock for TokioClock {
    type Instant = Instant;

    fn now(&self) -> Instant {
        Instant(time::Instant::now())
    }
}

impl Add<Nanos> for Instant {
    type Output = Self;

    fn add(self, nanos: Nanos) -> Self {
        Self(self.0 + Duration::from(nanos))
    }
}

impl Reference for Instant {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_duration_since(earlier.0).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.checked_sub(duration.into()).unwrap_or(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(host: &str, account: Option<u64>) -> Client {
        Client { host: host.to_owned(), account }
    }

    /// Sends as many requests as a rate allows in a time, and returns their number.
    async fn sent(rates: &Rates, rate: Rate, within: Duration) -> u32 {
        let (start, mut sent) = (time::Instant::now(), 0);
        loop {
            match rates.take(&client("a", None), rate) {
                Ok(()) => sent += 1,
                Err(at) if at - start >= within => return sent,
                Err(at) => time::sleep_until(at).await,
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_waits_for_the_interval_of_its_host_and_account_alone() {
        let rates = Rates::new(ARXIV.interval);
        let next = |client| rates.take(&client, ARXIV).is_ok();
        assert_eq!([next(client("a", None)), next(client("a", None))], [true, false]);
        assert_eq!([next(client("a", Some(1))), next(client("b", None))], [true, true]);
        time::advance(ARXIV.interval * 2).await;
        assert_eq!([next(client("a", None)), next(client("a", None))], [true, false]);
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_of_a_service_has_more_requests_than_it_allows() {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        for (rate, window, most) in [(ARXIV, minutes(1), 20), (HUGGING_FACE, minutes(5), 500), (OPENALEX, SECOND, 10), (SEMANTIC_SCHOLAR, minutes(1), 60)] {
            let rates = Rates::new(ARXIV.interval);
            time::advance(minutes(60)).await;
            for _ in 0..3 {
                let sent = sent(&rates, rate, window).await;
                assert!(sent <= most && sent >= most * 3 / 4, "{rate:?}: {sent} in {window:?}");
            }
        }
    }

    #[test]
    fn tests_shorten_all_intervals_and_a_rate_without_one_has_no_limit() {
        let count = |rates: &Rates, rate| (0..1000).filter(|_| rates.take(&client("a", None), rate).is_ok()).count();
        assert_eq!(count(&Rates::new(Duration::ZERO), ARXIV), 1000);
        assert_eq!(count(&Rates::new(ARXIV.interval), OBJECTS), 1000);
        assert_eq!(Rates::new(ARXIV.interval / 10).scaled(SECOND), SECOND / 10);
    }
}
