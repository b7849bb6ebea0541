//! Learns, from the times of replies, how many repositories go into one query of each kind.

use crate::parts;
use serde::{Deserialize, Serialize};
use starcite_core::Part;
use std::collections::BTreeMap;
use std::time::Duration;

/// The most repositories in one query: one point pays for as many, and GitHub has answered as many in time.
pub const MAX_BATCH: usize = 100;

/// The reply time below which the next query grows. GitHub ends a query after 10 s, and charges for it.
const QUICK: Duration = Duration::from_secs(3);
/// The reply time above which the next query shrinks.
const SLOW: Duration = Duration::from_secs(6);

/// The learnt figures of one kind of query, stored from one run to the next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Learnt {
    /// Repositories in the next query.
    pub size: usize,
    /// The approximate time of a reply, in seconds.
    pub seconds: f64,
    /// The ratio of the points that the last query cost (`rateLimit.cost`) to those of the rule: 1 if the rule holds.
    pub cost_ratio: f64,
}

/// The learnt figures of each kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sizes(BTreeMap<Part, Learnt>);

impl Sizes {
    /// Returns the figures of a kind of query; before the first reply, the initial ones.
    pub fn of(&self, part: Part) -> Learnt {
        let first = Learnt { size: parts::first_size(part), seconds: 1.0, cost_ratio: 1.0 };
        let known = self.0.get(&part).copied().unwrap_or(first);
        Learnt { size: known.size.clamp(1, MAX_BATCH), ..known }
    }

    /// Returns the number of repositories for the next query, with `left` repositories still to request and `points` left to spend.
    ///
    /// The cost is rounded, so a query takes as many as fit below the next half point. Large queries save time, because a part of each
    /// does not depend on its size. The smallest that fill a point save points; they are sent if points are short.
    pub(crate) fn next(&self, part: Part, left: usize, points: Option<u64>) -> usize {
        let size = packed(part, self.of(part).size);
        let thrifty = 149_u64.checked_div(parts::connections(part)).map_or(size, |full| size.min(full as usize));
        let needed = left.div_ceil(size) as u64 * self.cost(part, size);
        if points.is_some_and(|points| points < needed) { thrifty } else { size }
    }

    /// Returns the points that a query for so many repositories will cost: by the rule, and by the actual cost of earlier queries.
    pub fn cost(&self, part: Part, repositories: usize) -> u64 {
        (parts::cost(part, repositories) as f64 * self.of(part).cost_ratio.max(1.0)).ceil() as u64
    }

    /// Records that a query of `asked` repositories was answered within `took`.
    pub(crate) fn answered(&mut self, part: Part, asked: usize, took: Duration, points: u64) {
        let mut learnt = self.of(part);
        learnt.seconds = 0.7 * learnt.seconds + 0.3 * took.as_secs_f64();
        if asked >= packed(part, learnt.size) {
            learnt.cost_ratio = points.max(1) as f64 / parts::cost(part, asked) as f64;
            if took < QUICK {
                learnt.size = (learnt.size + (learnt.size / 10).max(1)).min(MAX_BATCH);
            } else if took > SLOW {
                learnt.size = (learnt.size * 3 / 4).max(1);
            }
        }
        self.0.insert(part, learnt);
    }

    /// Records that a query of `asked` repositories was too large.
    pub(crate) fn too_much(&mut self, part: Part, asked: usize) {
        let learnt = self.of(part);
        self.0.insert(part, Learnt { size: learnt.size.min((asked / 2).max(1)), ..learnt });
    }
}

/// Returns the largest number of repositories up to `size` after which one more would cost another point; `size` itself if
/// there is none.
fn packed(part: Part, size: usize) -> usize {
    let each = parts::connections(part) as usize;
    match ((size + 1) * each).saturating_sub(50) / 100 {
        0 => size,
        points => (100 * points + 49) / each,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_filled_to_just_below_the_next_half_point() {
        for (size, expected) in [(10, 10), (18, 18), (30, 18), (31, 31), (60, 56), (100, 93)] {
            assert_eq!(packed(Part::Activity, size), expected, "{size}");
        }
        assert_eq!(packed(Part::Scalars, 100), 100);
    }

    #[test]
    fn it_halves_at_once_and_grows_back_slowly() {
        let mut sizes = Sizes::default();
        sizes.too_much(Part::Scalars, 100);
        assert_eq!(sizes.of(Part::Scalars).size, 50);
        let mut replies = 0;
        while sizes.of(Part::Scalars).size < 100 {
            let asked = sizes.next(Part::Scalars, 1000, None);
            sizes.answered(Part::Scalars, asked, Duration::from_secs(1), 1);
            replies += 1;
        }
        assert!((5..10).contains(&replies), "{replies}");
        assert_eq!(sizes.of(Part::Tree).size, 100, "each kind has its own");
    }

    #[test]
    fn slow_replies_make_it_smaller_and_short_ones_of_the_rest_say_nothing() {
        let mut sizes = Sizes::default();
        sizes.answered(Part::Scalars, 100, Duration::from_secs(8), 1);
        assert_eq!(sizes.of(Part::Scalars).size, 75);
        sizes.answered(Part::Scalars, 3, Duration::from_millis(10), 1);
        assert_eq!(sizes.of(Part::Scalars).size, 75);
    }

    #[test]
    fn where_points_are_short_each_is_filled() {
        let sizes = Sizes(BTreeMap::from([(Part::Activity, Learnt { size: 100, seconds: 1.0, cost_ratio: 1.0 })]));
        assert_eq!(sizes.next(Part::Activity, 930, Some(5000)), 93);
        assert_eq!(sizes.next(Part::Activity, 930, Some(60)), 18);
    }
}
