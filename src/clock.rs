//! The one place that reads the clock.

use chrono::{DateTime, Local, TimeDelta, Utc};
use std::sync::OnceLock;

/// By so much two clocks may differ that are both right.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(10);

static FIXED: OnceLock<DateTime<Utc>> = OnceLock::new();

/// Makes the clock stand at a moment, for tests (`STARCITE_NOW`).
pub(crate) fn fix(moment: DateTime<Utc>) {
    FIXED.get_or_init(|| moment);
}

/// A moment in the time zone of the machine, or of TZ.
pub(crate) fn local(moment: DateTime<Utc>) -> DateTime<Local> {
    moment.into()
}

/// Now, or the fixed moment.
pub(crate) fn now() -> DateTime<Utc> {
    FIXED.get().copied().unwrap_or_else(Utc::now)
}

/// Returns the last moment at which anything can have been observed: what is dated later was dated by a clock that was ahead, and nobody knows when it was.
pub(crate) fn horizon() -> DateTime<Utc> {
    now() + CLOCKS_DIFFER
}
