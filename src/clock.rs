//! The one place that reads the clock.

use chrono::{DateTime, Utc};
use std::sync::OnceLock;

static FIXED: OnceLock<DateTime<Utc>> = OnceLock::new();

/// Makes the clock stand at a moment, for tests (`STARCITE_NOW`).
pub(crate) fn fix(moment: DateTime<Utc>) {
    FIXED.get_or_init(|| moment);
}

/// Now, or the fixed moment.
pub(crate) fn now() -> DateTime<Utc> {
    FIXED.get().copied().unwrap_or_else(Utc::now)
}
