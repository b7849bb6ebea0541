//! Reasons for which no record can be cut out of an input.

use super::input::Limits;
use super::{Unreadable, excerpt};
use std::io;

pub(super) fn too_long_record(start: &[u8], limits: Limits) -> Unreadable {
    Unreadable { reason: longer_than(limits), excerpt: excerpt(start) }
}

/// Returns the reason for a record that is too long.
pub(super) fn longer_than(limits: Limits) -> String {
    format!("longer than {} MiB", limits.record_bytes / 1024 / 1024)
}

/// The beginning of the reason for which nothing behind a place was read.
const CUT_OFF: &str = "the input is cut off or damaged here, nothing behind it was read";

/// The input ended in the middle: what was read before it counts.
pub(super) fn cut_off(error: &io::Error, start: &[u8]) -> Unreadable {
    Unreadable { reason: format!("{CUT_OFF}: {error}"), excerpt: excerpt(start) }
}

/// The beginning of the reason for which an input was read no further.
const GIVEN_UP: &str = "nothing behind this was read";

/// Returns the reason for which an input is read no further, though it goes on.
pub(super) fn given_up(why: &str) -> String {
    format!("{GIVEN_UP}: {why}. Is it whole, and in the form of its source?")
}

/// True if a record was rejected because its input ends there, so that nobody knows how many more there were.
pub(crate) fn is_cut_off(reason: &str) -> bool {
    reason.starts_with(CUT_OFF) || reason.starts_with(GIVEN_UP)
}
