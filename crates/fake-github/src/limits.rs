//! The primary limit of each API, and the secondary limits.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The configured limits.
#[derive(Debug, Clone)]
pub struct Limits {
    /// GraphQL points an hour.
    pub points: u64,
    /// REST requests an hour, with a token and without.
    pub rest: u64,
    /// See [`rest`](Self::rest).
    pub rest_anonymous: u64,
    /// The length of an hour, in seconds.
    pub hour_seconds: i64,
    /// Requests at once.
    pub at_once: u64,
    /// GraphQL requests and REST requests a minute.
    pub a_minute: [usize; 2],
    /// Seconds of GraphQL's response time within a minute.
    pub work_seconds: f64,
    /// `Retry-After` of a secondary limit.
    pub retry_after_seconds: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            points: 5000,
            rest: 5000,
            rest_anonymous: 60,
            hour_seconds: 3600,
            at_once: 100,
            a_minute: [2000, 900],
            work_seconds: 60.0,
            retry_after_seconds: 5,
        }
    }
}

/// The API that a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api {
    Graphql,
    Rest,
}

/// The kind of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Primary,
    Secondary,
}

/// The current state of the limits of one client.
#[derive(Debug)]
pub(crate) struct Gauge {
    limits: Limits,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    used: [u64; 2],
    reset: [Option<DateTime<Utc>>; 2],
    minute: [VecDeque<Instant>; 2],
    work: VecDeque<(Instant, Duration)>,
    /// The time at which the hour's points were used up.
    spent: [Option<Instant>; 2],
    /// The time until which nothing is allowed, and the time at which the client learnt of it.
    closed: Option<(DateTime<Utc>, Instant)>,
}

/// The time that a client has to notice a limit.
const GRACE: Duration = Duration::from_millis(300);
const MINUTE: Duration = Duration::from_secs(60);

impl Gauge {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, inner: Mutex::default() }
    }

    /// Returns the refusal of a request, if there is one, and true if the client knew that nothing was allowed.
    pub(crate) fn check(&self, api: Api, most: u64, at_once: u64) -> (Option<Refusal>, bool) {
        self.with(|inner| {
            let now = Utc::now();
            if let Some((until, known)) = inner.closed {
                if now < until {
                    return (Some(Refusal::Secondary), known.elapsed() > GRACE);
                }
                inner.closed = None;
            }
            inner.begin_hour(api, now, self.limits.hour_seconds);
            if inner.used[api as usize] >= most {
                let spent = *inner.spent[api as usize].get_or_insert_with(Instant::now);
                return (Some(Refusal::Primary), spent.elapsed() > GRACE);
            }
            inner.minute[api as usize].push_back(Instant::now());
            while inner.minute[api as usize].front().is_some_and(|at| at.elapsed() > MINUTE) {
                inner.minute[api as usize].pop_front();
            }
            while inner.work.front().is_some_and(|(at, _)| at.elapsed() > MINUTE) {
                inner.work.pop_front();
            }
            let work: Duration = inner.work.iter().map(|(_, took)| *took).sum();
            let too_much = at_once > self.limits.at_once
                || inner.minute[api as usize].len() > self.limits.a_minute[api as usize]
                || (api == Api::Graphql && work.as_secs_f64() > self.limits.work_seconds);
            if too_much {
                self.close(inner, now);
            }
            (too_much.then_some(Refusal::Secondary), false)
        })
    }

    /// Refuses all requests for a while.
    pub(crate) fn refuse(&self) {
        self.with(|inner| self.close(inner, Utc::now()));
    }

    fn close(&self, inner: &mut Inner, now: DateTime<Utc>) {
        inner.closed = Some((now + TimeDelta::seconds(self.limits.retry_after_seconds), Instant::now()));
    }

    pub(crate) fn spend(&self, api: Api, cost: u64) {
        self.with(|inner| inner.used[api as usize] += cost);
    }

    pub(crate) fn worked(&self, took: Duration) {
        self.with(|inner| inner.work.push_back((Instant::now(), took)));
    }

    /// Returns the rest of the hour's points or requests, and the time of the next reset.
    pub(crate) fn left(&self, api: Api, most: u64) -> (u64, DateTime<Utc>) {
        self.with(|inner| {
            let now = Utc::now();
            inner.begin_hour(api, now, self.limits.hour_seconds);
            (most.saturating_sub(inner.used[api as usize]), inner.reset[api as usize].unwrap_or(now))
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl Inner {
    fn begin_hour(&mut self, api: Api, now: DateTime<Utc>, seconds: i64) {
        let at = api as usize;
        if self.reset[at].is_none_or(|reset| reset <= now) {
            self.used[at] = 0;
            self.spent[at] = None;
            // Headers contain whole seconds.
            self.reset[at] = DateTime::from_timestamp((now + TimeDelta::seconds(seconds)).timestamp() + 1, 0);
        }
    }
}
