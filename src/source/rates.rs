//! The rate of requests to each host, for all clients of a run together: one request an interval, by host and account, on tokio's clock.

use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::collections::HashMap;
use std::ops::Add;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time;

/// The share of an interval that is added to it, because one request may take longer to arrive than the next.
const MARGIN: u32 = 50;

/// A host as one account uses it: limits of a service count by account, or by address without one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Client {
    /// The host, or the service whose hosts have one limit together.
    pub(super) host: String,
    /// The key of the account, if it has one.
    pub(super) account: Option<String>,
}

type Limiter = RateLimiter<Client, HashMapStateStore<Client>, TokioClock, NoOpMiddleware<Instant>>;

/// The rate limiters of a run: a quota is fixed when its limiter is made, so each interval between requests has one of its own.
#[derive(Default)]
pub(super) struct Rates(Mutex<HashMap<Duration, Limiter>>);

impl Rates {
    /// Counts a request that may be sent now; `Err` with the time from which one may be sent. An interval of zero is no limit.
    pub(super) fn take(&self, client: &Client, interval: Duration) -> Result<(), time::Instant> {
        let Some(quota) = Quota::with_period(interval + interval / MARGIN) else { return Ok(()) };
        let mut limiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let limiter = limiters.entry(interval).or_insert_with(|| RateLimiter::new(quota, HashMapStateStore::default(), TokioClock));
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

    const INTERVAL: Duration = Duration::from_secs(3);

    fn client(host: &str, account: Option<&str>) -> Client {
        Client { host: host.to_owned(), account: account.map(str::to_owned) }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_waits_for_the_interval_of_its_host_and_account_alone() {
        let rates = Rates::default();
        let start = time::Instant::now();
        let next = |client| rates.take(&client, INTERVAL).err().map(|at| at - start);
        assert_eq!(next(client("a", None)), None);
        assert_eq!(next(client("a", None)), Some(INTERVAL + INTERVAL / MARGIN));
        assert_eq!(next(client("a", Some("key"))), None);
        assert_eq!(next(client("b", None)), None);
        time::advance(INTERVAL * 2).await;
        assert_eq!(next(client("a", None)), None);
    }

    #[tokio::test(start_paused = true)]
    async fn time_without_requests_allows_no_burst() {
        let rates = Rates::default();
        let mut sent = 0;
        time::advance(INTERVAL * 100).await;
        let start = time::Instant::now();
        while start.elapsed() < INTERVAL * 10 {
            match rates.take(&client("a", None), INTERVAL) {
                Ok(()) => sent += 1,
                Err(at) => time::sleep_until(at).await,
            }
        }
        assert_eq!(sent, 10);
    }

    #[test]
    fn a_host_without_an_interval_has_no_limit() {
        let rates = Rates::default();
        assert!((0..1000).all(|_| rates.take(&client("a", None), Duration::ZERO).is_ok()));
    }
}
