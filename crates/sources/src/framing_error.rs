//! Reasons why no record can be split off an input.

use super::input::Limits;
use super::{FramingError, excerpt};
use starcite_core::reject;
use std::io;

pub(super) fn too_long_record(start: &[u8], limits: Limits) -> FramingError {
    FramingError { reason: longer_than(limits), excerpt: excerpt(start) }
}

/// Returns the reason for a record that is too long.
pub(super) fn longer_than(limits: Limits) -> String {
    reject::longer_than(limits.record_bytes)
}

/// The beginning of the reason why nothing after an offset was read.
const CUT_OFF: &str = "the input is cut off or damaged here, nothing behind it was read";

/// Returns the reason for an input that ended in the middle; the records before that count.
pub(super) fn cut_off(error: &io::Error, start: &[u8]) -> FramingError {
    FramingError { reason: format!("{CUT_OFF}: {error}"), excerpt: excerpt(start) }
}

/// The beginning of the reason why an input was read no further.
const GIVEN_UP: &str = "nothing behind this was read";

/// Returns the reason why an input is read no further, though it goes on.
pub(super) fn given_up(why: &str) -> String {
    format!("{GIVEN_UP}: {why}. Is it whole, and in the form of its source?")
}

/// True if a record was rejected because its input ends there, so that the number of further records is unknown.
pub fn is_cut_off(reason: &str) -> bool {
    reason.starts_with(CUT_OFF) || reason.starts_with(GIVEN_UP)
}
