//! What a reply's headers say about limits.

use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderMap;

/// The longest wait that a header is believed to mean: GitHub's windows are an hour long.
const LONGEST: TimeDelta = TimeDelta::hours(24);
/// Two clocks that differ by less than this count as the same.
const SKEW: TimeDelta = TimeDelta::seconds(5);

/// The primary limit as a reply reports it; what is missing or unreadable is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rate {
    /// Requests (REST) or points (GraphQL) left until `reset_at`.
    pub remaining: Option<i64>,
    /// When `remaining` is full again, by this machine's clock.
    pub reset_at: Option<DateTime<Utc>>,
}

/// For how long nothing may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Until the moment that the host named, by this machine's clock; always in the future.
    Until(DateTime<Utc>),
    /// The host named none: at least a minute, and longer each time
    /// (<https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api>).
    Unsaid,
}

impl Rate {
    /// Reads `x-ratelimit-remaining` and `x-ratelimit-reset` (UTC epoch seconds); garbage is as good as nothing.
    pub fn read(headers: &HeaderMap, now: DateTime<Utc>) -> Self {
        let reset = number(headers, "x-ratelimit-reset").and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        Self { remaining: number(headers, "x-ratelimit-remaining").filter(|&left| left >= 0), reset_at: reset.map(|reset| on_our_clock(reset, headers, now)) }
    }

    /// The more careful of what two places of a reply say; one that names no time of reset says nothing.
    pub(crate) fn or_less(self, other: Self) -> Self {
        let whole = |rate: &Self| rate.remaining.is_some() && rate.reset_at.is_some();
        match (whole(&self), whole(&other)) {
            (true, true) if other.remaining < self.remaining => other,
            (false, true) => other,
            (false, false) => Self { remaining: self.remaining.or(other.remaining), reset_at: self.reset_at.or(other.reset_at) },
            _ => self,
        }
    }

    /// Until when nothing may be sent because nothing is left: a good reply can say so as well as a refusal.
    pub fn used_up(&self, now: DateTime<Utc>) -> Option<Closed> {
        (self.remaining == Some(0)).then_some(self.reset_at)?.and_then(|reset| believed(reset, now))
    }
}

/// How long a refusal closes the gate: `Retry-After`, else the reset if nothing is left, else a minute or more
/// (the order of GitHub's documentation).
pub fn after_refusal(headers: &HeaderMap, rate: &Rate, now: DateTime<Utc>) -> Closed {
    let named = retry_after(headers, now).or_else(|| rate.used_up(now));
    named.unwrap_or(Closed::Unsaid)
}

/// How long the primary limit of GraphQL, which comes with status 200, closes the gate: `Retry-After`, else the reset.
pub fn after_points_are_spent(headers: &HeaderMap, rate: &Rate, now: DateTime<Utc>) -> Closed {
    let reset = || rate.reset_at.and_then(|reset| believed(reset, now));
    retry_after(headers, now).or_else(reset).unwrap_or(Closed::Unsaid)
}

/// Whether the reply has a `Retry-After` in seconds.
pub fn has_retry_after(headers: &HeaderMap) -> bool {
    number(headers, "retry-after").is_some_and(|seconds| seconds >= 0)
}

fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Closed> {
    let seconds = number(headers, "retry-after").filter(|&seconds| seconds >= 0)?;
    let wait = TimeDelta::try_seconds(seconds.max(1))?;
    believed(now.checked_add_signed(wait)?, now)
}

pub(crate) fn believed(until: DateTime<Utc>, now: DateTime<Utc>) -> Option<Closed> {
    let wait = until.signed_duration_since(now);
    (wait > TimeDelta::zero() && wait <= LONGEST).then_some(Closed::Until(until))
}

/// A moment of the host's clock by ours, where the header `Date` shows that they differ.
pub(crate) fn on_our_clock(moment: DateTime<Utc>, headers: &HeaderMap, now: DateTime<Utc>) -> DateTime<Utc> {
    let date = headers.get("date").and_then(|value| DateTime::parse_from_rfc2822(value.to_str().ok()?).ok());
    let ahead = date.map_or(TimeDelta::zero(), |date| now.signed_duration_since(date));
    if ahead.abs() < SKEW { moment } else { moment.checked_add_signed(ahead).unwrap_or(moment) }
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn refused(lines: &[(&'static str, &str)]) -> Closed {
        let headers = headers(lines);
        after_refusal(&headers, &Rate::read(&headers, at(0)), at(0))
    }

    #[test]
    fn retry_after_comes_before_the_reset_and_the_reset_before_a_minute() {
        let reset = ("x-ratelimit-reset", "1800000900");
        assert_eq!(refused(&[("retry-after", "30"), ("x-ratelimit-remaining", "0"), reset]), Closed::Until(at(30)));
        assert_eq!(refused(&[("retry-after", "0")]), Closed::Until(at(1)));
        assert_eq!(refused(&[("x-ratelimit-remaining", "0"), reset]), Closed::Until(at(900)));
        assert_eq!(refused(&[("x-ratelimit-remaining", "7"), reset]), Closed::Unsaid);
        assert_eq!(refused(&[]), Closed::Unsaid);
    }

    #[test]
    fn garbage_is_as_good_as_nothing() {
        for garbage in ["", "soon", "-1", "1e9", "99999999999999999999", "9223372036854775807", "12, 13", "1800000000", "1.5"] {
            let lines = [("retry-after", garbage), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", garbage), ("date", garbage)];
            assert_eq!(refused(&lines), Closed::Unsaid, "{garbage:?}");
        }
    }

    #[test]
    fn a_host_with_another_clock_is_understood() {
        // Its clock is an hour behind: 2027-01-15T07:00:00Z there is 08:00:00 here.
        let date = ("date", "Fri, 15 Jan 2027 07:00:00 GMT");
        let reset = ("x-ratelimit-reset", "1799997300");
        assert_eq!(refused(&[date, ("x-ratelimit-remaining", "0"), reset]), Closed::Until(at(900)));
    }
}
