//! How long GitHub has worked for us within the last minute.
//!
//! The documented limit on GraphQL is 60 seconds of work in 60 seconds of real time, to be estimated by the time that replies
//! take (<https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits>). A bucket
//! that fills up by a second a second would let 120 of them into one minute, so each reply is counted for 60 s after its end.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// The minute.
const WINDOW: Duration = Duration::from_secs(60);
/// What of it is used; the rest is for replies that take longer than was expected.
const MOST: Duration = Duration::from_secs(56);

/// Replies of the last minute, and requests under way.
#[derive(Debug, Default)]
pub(crate) struct Work {
    done: VecDeque<(Instant, Duration)>,
    under_way: Vec<(u64, Instant, Duration)>,
    last: u64,
}

/// When a request of an expected length fits.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Room {
    Now,
    At(Instant),
    /// Not before a reply has come.
    AfterReply,
}

impl Work {
    /// What an earlier run was answered within the last minute: the ends of replies, and the seconds that they took.
    pub(crate) fn recall(&mut self, earlier: &[(DateTime<Utc>, f64)], now: DateTime<Utc>) {
        for (end, seconds) in earlier {
            let ago = now.signed_duration_since(end).to_std().ok().filter(|ago| *ago < WINDOW);
            let end = ago.and_then(|ago| Instant::now().checked_sub(ago));
            self.done.extend(end.map(|end| (end, Duration::from_secs_f64(seconds.clamp(0.0, WINDOW.as_secs_f64())))));
        }
    }

    /// The same of this run.
    pub(crate) fn last_minute(&self, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, f64)> {
        let recent = self.done.iter().filter(|(end, _)| end.elapsed() < WINDOW);
        recent.filter_map(|(end, took)| Some((now - TimeDelta::from_std(end.elapsed()).ok()?, took.as_secs_f64()))).collect()
    }

    /// When the next request, which takes `expected`, may be sent.
    pub(crate) fn room(&mut self, expected: Duration) -> Room {
        let now = Instant::now();
        while self.done.front().is_some_and(|(end, _)| *end + WINDOW <= now) {
            self.done.pop_front();
        }
        let flying: Duration = self.under_way.iter().map(|(_, start, expected)| (now - *start).max(*expected)).sum();
        let mut sum = flying + expected.min(MOST) + self.done.iter().map(|(_, took)| *took).sum::<Duration>();
        if sum <= MOST || (self.done.is_empty() && self.under_way.is_empty()) {
            return Room::Now;
        }
        for (end, took) in &self.done {
            sum = sum.saturating_sub(*took);
            if sum <= MOST {
                return Room::At(*end + WINDOW);
            }
        }
        if self.under_way.is_empty() { self.done.back().map_or(Room::Now, |(end, _)| Room::At(*end + WINDOW)) } else { Room::AfterReply }
    }

    /// Requests under way.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// A request has been sent; gives back its number.
    pub(crate) fn sent(&mut self, expected: Duration) -> u64 {
        self.last += 1;
        self.under_way.push((self.last, Instant::now(), expected));
        self.last
    }

    /// Its reply has come, or never will; gives back what it took.
    pub(crate) fn ended(&mut self, number: u64) -> Duration {
        let Some(at) = self.under_way.iter().position(|(known, ..)| *known == number) else {
            return Duration::ZERO;
        };
        let (_, start, _) = self.under_way.swap_remove(at);
        let took = start.elapsed();
        self.done.push_back((Instant::now(), took));
        took
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::sleep;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn no_minute_holds_more_than_a_minute_of_work() {
        let mut work = Work::default();
        let mut replies: Vec<(Instant, Duration)> = Vec::new();
        let start = Instant::now();
        while start.elapsed() < 300 * SECOND {
            match work.room(7 * SECOND) {
                Room::Now => {
                    let number = work.sent(7 * SECOND);
                    sleep(7 * SECOND).await;
                    replies.push((Instant::now(), work.ended(number)));
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
        let number = work.sent(SECOND);
        sleep(50 * SECOND).await;
        work.ended(number);
        let now = DateTime::UNIX_EPOCH;
        let mut next = Work::default();
        next.recall(&work.last_minute(now), now + TimeDelta::seconds(20));
        assert_eq!(next.room(10 * SECOND), Room::At(Instant::now() + 40 * SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn work_of_several_at_once_adds_up() {
        let mut work = Work::default();
        let numbers: Vec<u64> = (0..4).map(|_| work.sent(14 * SECOND)).collect();
        assert_eq!(work.room(14 * SECOND), Room::AfterReply);
        sleep(5 * SECOND).await;
        numbers.into_iter().for_each(|number| assert_eq!(work.ended(number), 5 * SECOND));
        assert_eq!(work.room(14 * SECOND), Room::Now, "20 seconds were spent");
        let long = work.sent(SECOND);
        sleep(30 * SECOND).await;
        work.ended(long);
        assert_eq!(work.room(14 * SECOND), Room::At(Instant::now() + 30 * SECOND), "when the first four are a minute old");
    }
}
