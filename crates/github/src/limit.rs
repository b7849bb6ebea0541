//! Reads the headers of a reply that are about limits.

use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderMap;
use starcite_core::verdict::{Closed, Rate};

/// The longest wait that a header may request; longer ones are ignored. GitHub's windows are an hour long.
const LONGEST: TimeDelta = TimeDelta::hours(24);
/// The difference below which two clocks count as equal.
const SKEW: TimeDelta = TimeDelta::seconds(5);

/// Reads `x-ratelimit-remaining` and `x-ratelimit-reset` (UTC epoch seconds); invalid values are ignored.
pub fn rate(headers: &HeaderMap, now: DateTime<Utc>) -> Rate {
    let reset = number(headers, "x-ratelimit-reset").and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    Rate { remaining: number(headers, "x-ratelimit-remaining").filter(|&left| left >= 0), reset_at: reset.map(|reset| on_our_clock(reset, headers, now)) }
}

/// Returns the time for which nothing may be sent because nothing is left; a successful reply can report this as well as a refusal.
pub fn used_up(rate: &Rate, now: DateTime<Utc>) -> Option<Closed> {
    (rate.remaining == Some(0)).then_some(rate.reset_at)?.and_then(|reset| believed(reset, now))
}

/// Returns how long a refusal closes the gate: `Retry-After`, else the reset if nothing is left, else a minute or more
/// (the order of GitHub's documentation).
pub fn after_refusal(headers: &HeaderMap, rate: &Rate, now: DateTime<Utc>) -> Closed {
    let named = retry_after(headers, now).or_else(|| used_up(rate, now));
    named.unwrap_or(Closed::Unsaid)
}

/// Returns how long the primary limit of GraphQL, which has status 200, closes the gate: `Retry-After`, else the reset.
pub fn after_points_are_spent(headers: &HeaderMap, rate: &Rate, now: DateTime<Utc>) -> Closed {
    let reset = || rate.reset_at.and_then(|reset| believed(reset, now));
    retry_after(headers, now).or_else(reset).unwrap_or(Closed::Unsaid)
}

/// True if the reply has a `Retry-After` in seconds.
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

/// Converts a time of the host's clock to this machine's, if the header `Date` shows that they differ.
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
        after_refusal(&headers, &rate(&headers, at(0)), at(0))
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
