//! Tracks the rest of the hour's points or requests, with several requests under way.

use crate::limit;
use chrono::{DateTime, TimeDelta, Utc};
use starcite_core::verdict::Rate;

/// The primary limit of one route, as reported by replies.
#[derive(Debug, Default)]
pub(crate) struct Primary {
    left: Option<(i64, DateTime<Utc>)>,
    /// The expected cost of all requests under way.
    reserved: u64,
    /// True if the hour has had a reply. Until then, only one request at a time is sent, to test the token and to learn the rest.
    answered: bool,
}

/// The permission for a request of some cost.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Allowance {
    Enough,
    /// Requests under way may use up the rest.
    AfterReply,
    /// Too little is left until this time.
    Spent(DateTime<Utc>),
}

impl Primary {
    pub(crate) fn room(&mut self, cost: u64, now: DateTime<Utc>) -> Allowance {
        if self.left.is_some_and(|(_, reset)| reset <= now) {
            self.begin_hour();
        }
        match self.left {
            Some((left, _)) if unsigned(left) >= self.reserved + cost => Allowance::Enough,
            Some((_, reset)) if self.reserved == 0 => Allowance::Spent(reset),
            None if self.reserved == 0 || self.answered => Allowance::Enough,
            _ => Allowance::AfterReply,
        }
    }

    /// Clears the figures, because the hour is over.
    pub(crate) fn begin_hour(&mut self) {
        self.left = None;
        self.answered = false;
    }

    pub(crate) fn reserve(&mut self, cost: u64) {
        self.reserved += cost;
    }

    pub(crate) fn release(&mut self, cost: u64) {
        self.reserved = self.reserved.saturating_sub(cost);
    }

    pub(crate) fn reserved(&self) -> u64 {
        self.reserved
    }

    /// Returns the rest that is not under way.
    pub(crate) fn left(&self) -> Option<u64> {
        self.left.map(|(left, _)| unsigned(left).saturating_sub(self.reserved))
    }

    /// Records the limit of a reply. Replies arrive in any order, so within one hour the smallest rest counts. Without a time of reset a number
    /// has no meaning, and a host without limits gives neither.
    pub(crate) fn learn(&mut self, rate: &Rate, now: DateTime<Utc>) {
        self.answered = true;
        let reset = rate.reset_at.filter(|reset| limit::believed(*reset, now).is_some());
        let (Some(left), Some(reset)) = (rate.remaining, reset) else { return };
        let same_hour = TimeDelta::seconds(2);
        self.left = match self.left {
            Some((known, until)) if (reset - until).abs() <= same_hour => Some((known.min(left), until.max(reset))),
            Some((known, until)) if reset < until => Some((known, until)),
            _ => Some((left, reset)),
        };
    }
}

fn unsigned(left: i64) -> u64 {
    u64::try_from(left).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn told(primary: &mut Primary, left: i64, reset: i64) {
        primary.learn(&Rate { remaining: Some(left), reset_at: Some(at(reset)) }, at(0));
    }

    #[test]
    fn the_first_request_of_an_hour_goes_out_alone() {
        let mut primary = Primary::default();
        assert_eq!(primary.room(1, at(0)), Allowance::Enough);
        primary.reserve(1);
        assert_eq!(primary.room(1, at(0)), Allowance::AfterReply);
        told(&mut primary, 10, 900);
        assert_eq!(primary.room(1, at(0)), Allowance::Enough);
        assert_eq!(primary.room(1, at(901)), Allowance::AfterReply, "the next hour begins as the first did");
    }

    #[test]
    fn what_is_under_way_is_not_spent_twice() {
        let mut primary = Primary::default();
        told(&mut primary, 5, 900);
        primary.reserve(4);
        assert_eq!((primary.room(2, at(0)), primary.left()), (Allowance::AfterReply, Some(1)));
        primary.release(4);
        told(&mut primary, 1, 900);
        assert_eq!(primary.room(2, at(0)), Allowance::Spent(at(900)));
    }

    #[test]
    fn a_late_reply_does_not_bring_points_back() {
        let mut primary = Primary::default();
        told(&mut primary, 3, 900);
        told(&mut primary, 7, 900);
        told(&mut primary, 4999, 100);
        assert_eq!(primary.left(), Some(3));
        told(&mut primary, 5000, 4500);
        assert_eq!(primary.left(), Some(5000));
    }

    #[test]
    fn a_host_that_names_no_limit_has_none() {
        let mut primary = Primary::default();
        primary.learn(&Rate { remaining: Some(0), reset_at: None }, at(0));
        primary.reserve(9);
        assert_eq!(primary.room(1, at(0)), Allowance::Enough);
    }
}
