//! The only module that reads the clock.

use chrono::{DateTime, Local, TimeDelta, Utc};
use std::sync::OnceLock;

/// Largest difference between two clocks that both count as correct.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(10);

static FIXED: OnceLock<DateTime<Utc>> = OnceLock::new();

/// Fixes the clock at a time, for tests (`STARCITE_NOW`).
pub fn fix(moment: DateTime<Utc>) {
    FIXED.get_or_init(|| moment);
}

/// Returns a time in the time zone of the machine, or of TZ.
pub fn local(moment: DateTime<Utc>) -> DateTime<Local> {
    moment.into()
}

/// Returns the current time, or the fixed one.
pub fn now() -> DateTime<Utc> {
    FIXED.get().copied().unwrap_or_else(Utc::now)
}

/// Returns the latest time at which an observation is possible. A later timestamp comes from a clock that was ahead, so the true time is unknown.
pub fn horizon() -> DateTime<Utc> {
    now() + CLOCKS_DIFFER
}
