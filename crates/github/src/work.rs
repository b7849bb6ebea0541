//! Measures GitHub's work for this client within the last minute: requests, and seconds of response time.
//!
//! The documented secondary limits are 2,000 requests a minute of GraphQL and 900 of REST, and 90 seconds of work in 60 seconds of
//! real time, 60 of them GraphQL's; the response time serves as the estimate
//! (<https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits>). A bucket
//! that refills by a second a second would allow 120 of them in one minute; therefore each reply counts for 60 s after its end.

use crate::route::Route;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// The length of the window.
const WINDOW: Duration = Duration::from_secs(60);

/// A maximum for one minute.
struct Limit {
    /// True for the routes that count.
    is_about: fn(Route) -> bool,
    /// Returns how much one reply counts, given the time that it took.
    measure: fn(Duration) -> f64,
    most: f64,
}

/// The documented limits, less a margin for clocks that differ and for replies that take longer than expected.
const LIMITS: [Limit; 4] = [
    Limit { is_about: |route| route == Route::Graphql, measure: |_| 1.0, most: 1_980.0 },
    Limit { is_about: |route| route == Route::Rest, measure: |_| 1.0, most: 890.0 },
    Limit { is_about: |route| route == Route::Graphql, measure: |took| took.as_secs_f64(), most: 56.0 },
    Limit { is_about: |_| true, measure: |took| took.as_secs_f64(), most: 84.0 },
];

/// A reply of the last minute, passed from one asker to the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Replied {
    /// The API that replied.
    pub route: Route,
    /// The end of the reply.
    pub ended_at: DateTime<Utc>,
    /// The time that it took, in seconds.
    pub seconds: f64,
}

/// Replies of the last minute, and requests under way.
#[derive(Debug, Default)]
pub(crate) struct Work {
    done: VecDeque<Done>,
    under_way: Vec<UnderWay>,
    last: u64,
}

#[derive(Debug)]
struct Done {
    route: Route,
    end: Instant,
    took: Duration,
}

#[derive(Debug)]
struct UnderWay {
    number: u64,
    route: Route,
    start: Instant,
    expected: Duration,
}

/// The time at which a request fits, the soonest first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Room {
    Now,
    At(Instant),
    /// Only after the next reply.
    AfterReply,
}

impl Work {
    /// Counts the replies to an earlier run within the last minute.
    pub(crate) fn recall(&mut self, earlier: &[Replied], now: DateTime<Utc>) {
        for Replied { route, ended_at, seconds } in earlier {
            let ago = now.signed_duration_since(ended_at).to_std().ok().filter(|ago| *ago < WINDOW);
            let end = ago.and_then(|ago| Instant::now().checked_sub(ago));
            let took = Duration::from_secs_f64(seconds.clamp(0.0, WINDOW.as_secs_f64()));
            self.done.extend(end.map(|end| Done { route: *route, end, took }));
        }
    }

    /// Returns the replies of the last minute.
    pub(crate) fn last_minute(&self, now: DateTime<Utc>) -> Vec<Replied> {
        let recent = self.done.iter().filter(|done| done.end.elapsed() < WINDOW);
        let replied = |done: &Done| {
            let ended_at = now - TimeDelta::from_std(done.end.elapsed()).ok()?;
            Some(Replied { route: done.route, ended_at, seconds: done.took.as_secs_f64() })
        };
        recent.filter_map(replied).collect()
    }

    /// Returns the time at which the next request of a route, which takes `expected`, may be sent.
    pub(crate) fn room(&mut self, route: Route, expected: Duration) -> Room {
        let now = Instant::now();
        while self.done.front().is_some_and(|done| done.end + WINDOW <= now) {
            self.done.pop_front();
        }
        LIMITS.iter().filter(|limit| (limit.is_about)(route)).map(|limit| self.within(limit, expected, now)).max().unwrap_or(Room::Now)
    }

    fn within(&self, limit: &Limit, expected: Duration, now: Instant) -> Room {
        let under_way = || self.under_way.iter().filter(|one| (limit.is_about)(one.route));
        let done = || self.done.iter().filter(|done| (limit.is_about)(done.route));
        let flying: f64 = under_way().map(|one| (limit.measure)((now - one.start).max(one.expected))).sum();
        let next = (limit.measure)(expected).min(limit.most);
        let mut sum = flying + next + done().map(|done| (limit.measure)(done.took)).sum::<f64>();
        if sum <= limit.most {
            return Room::Now;
        }
        for done in done() {
            sum -= (limit.measure)(done.took);
            if sum <= limit.most + f64::EPSILON {
                return Room::At(done.end + WINDOW);
            }
        }
        Room::AfterReply
    }

    /// Returns the number of requests under way.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// Records a sent request; returns its number.
    pub(crate) fn sent(&mut self, route: Route, expected: Duration) -> u64 {
        self.last += 1;
        self.under_way.push(UnderWay { number: self.last, route, start: Instant::now(), expected });
        self.last
    }

    /// Records that the reply to a request was received, or never will be, and the time that the host took.
    pub(crate) fn ended(&mut self, number: u64, took: Duration) {
        if let Some(at) = self.under_way.iter().position(|one| one.number == number) {
            let route = self.under_way.swap_remove(at).route;
            self.done.push_back(Done { route, end: Instant::now(), took });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::sleep;

    const SECOND: Duration = Duration::from_secs(1);
    const GRAPHQL: Route = Route::Graphql;

    #[tokio::test(start_paused = true)]
    async fn no_minute_holds_more_than_a_minute_of_work() {
        let mut work = Work::default();
        let mut replies: Vec<(Instant, Duration)> = Vec::new();
        let start = Instant::now();
        while start.elapsed() < 300 * SECOND {
            match work.room(GRAPHQL, 7 * SECOND) {
                Room::Now => {
                    let number = work.sent(GRAPHQL, 7 * SECOND);
                    sleep(7 * SECOND).await;
                    work.ended(number, 7 * SECOND);
                    replies.push((Instant::now(), 7 * SECOND));
                }
                Room::At(moment) => tokio::time::sleep_until(moment).await,
                Room::AfterReply => panic!("nothing is under way"),
            }
        }
        for (end, _) in &replies {
            let minute = replies.iter().filter(|(other, _)| *other > *end - WINDOW && other <= end);
            assert!(minute.map(|(_, took)| *took).sum::<Duration>() <= WINDOW);
        }
        assert!(replies.len() >= 35, "{} replies in five minutes: the limit is used", replies.len());
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_run_within_the_minute_has_what_is_left_of_it() {
        let mut work = Work::default();
        let number = work.sent(GRAPHQL, SECOND);
        sleep(50 * SECOND).await;
        work.ended(number, 50 * SECOND);
        let now = DateTime::UNIX_EPOCH;
        let mut next = Work::default();
        next.recall(&work.last_minute(now), now + TimeDelta::seconds(20));
        assert_eq!(next.room(GRAPHQL, 10 * SECOND), Room::At(Instant::now() + 40 * SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn rest_has_its_own_requests_and_thirty_seconds_of_work_more() {
        let mut work = Work::default();
        let number = work.sent(GRAPHQL, SECOND);
        sleep(56 * SECOND).await;
        work.ended(number, 56 * SECOND);
        assert_eq!(work.room(GRAPHQL, SECOND), Room::At(Instant::now() + WINDOW));
        assert_eq!(work.room(Route::Rest, 28 * SECOND), Room::Now);
        assert_eq!(work.room(Route::Rest, 29 * SECOND), Room::At(Instant::now() + WINDOW));
    }

    #[tokio::test(start_paused = true)]
    async fn work_of_several_at_once_adds_up() {
        let mut work = Work::default();
        let numbers: Vec<u64> = (0..4).map(|_| work.sent(GRAPHQL, 14 * SECOND)).collect();
        assert_eq!(work.room(GRAPHQL, 14 * SECOND), Room::AfterReply);
        sleep(5 * SECOND).await;
        numbers.into_iter().for_each(|number| work.ended(number, 5 * SECOND));
        assert_eq!(work.room(GRAPHQL, 14 * SECOND), Room::Now, "20 seconds were spent");
        let long = work.sent(GRAPHQL, SECOND);
        sleep(30 * SECOND).await;
        work.ended(long, 30 * SECOND);
        assert_eq!(work.room(GRAPHQL, 14 * SECOND), Room::At(Instant::now() + 30 * SECOND), "when the first four are a minute old");
    }
}
