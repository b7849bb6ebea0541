//! Measures how fast a repository gains stars, damped against small numbers.

/// The stars added to every repository's count: a dozen stars on none are chance, on top of these they are few.
const PRIOR_STARS: f64 = 50.0;

/// Returns the growth of a repository that has `stars` now, of which it gained some in the last week and in the last four.
///
/// A count that grows by chance alone varies by about its square root, whatever its size, and twice the difference of two square roots
/// varies by about 1 (the variance-stabilising transformation of Poisson counts: F. J. Anscombe, Biometrika 35, 1948).
/// So `2 √(after + 50) - 2 √(before + 50)` measures growth in units of chance: more stars gained count more, the same gain counts
/// less on a larger repository, and the same percentage more. The fifty are additive smoothing. Over four weeks chance varies twice as much as
/// over one; therefore their growth is halved. The trend is the mean of both. If the four weeks are unknown, they count as the last week
/// and three weeks without gains, because the unknown must not raise the trend. The trend is negative if the repository lost stars.
///
/// ```
/// use starcite_core::trend::trend;
/// let (small, large) = (trend(12, 10, Some(12)), trend(1_100, 100, Some(100)));
/// assert!(small < large, "ten stars on two are less than a hundred on a thousand");
/// ```
pub fn trend(stars: i64, gained_1w: i64, gained_4w: Option<i64>) -> f64 {
    let level = |stars: i64| 2.0 * (stars.max(0) as f64 + PRIOR_STARS).sqrt();
    let growth = |gained: i64| level(stars) - level(stars.saturating_sub(gained));
    (growth(gained_1w) + growth(gained_4w.unwrap_or(gained_1w)) / 2.0) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns the trend of a repository that had `before` stars and gained some.
    fn grown(before: i64, gained: i64) -> f64 {
        trend(before + gained, gained, Some(gained))
    }

    proptest! {
        #[test]
        fn more_stars_gained_are_a_higher_trend(before in 0..1_000_000i64, gained in 0..100_000i64, more in 1..100_000i64) {
            prop_assert!(grown(before, gained) < grown(before, gained + more));
        }

        #[test]
        fn the_same_gain_counts_less_on_a_larger_repository(before in 0..1_000_000i64, more in 1..1_000_000i64, gained in 1..100_000i64) {
            prop_assert!(grown(before + more, gained) < grown(before, gained));
        }

        #[test]
        fn the_same_percentage_counts_more_on_a_larger_repository(before in 1..100_000i64, times in 2..100i64, percent in 1..1_000i64) {
            let gain = |stars: i64| stars * percent; // in hundredths of a star, so that nothing is rounded
            prop_assert!(grown(before * 100, gain(before)) < grown(before * times * 100, gain(before * times)));
        }

        #[test]
        fn a_few_stars_never_outrank_a_tenth_of_a_thousand(before in 0..10i64, gained in 0..10i64, large in 1_000..1_000_000i64) {
            prop_assert!(grown(before, gained) < grown(large, large / 10));
        }

        #[test]
        fn an_unknown_month_is_never_above_the_month_that_it_may_have_been(before in 0..1_000_000i64, week in 0..10_000i64, rest in 0..10_000i64) {
            let stars = before + rest + week;
            prop_assert!(trend(stars, week, None) <= trend(stars, week, Some(week + rest)));
        }

        #[test]
        fn a_trend_is_a_number_whatever_was_gained_or_lost(stars in any::<i64>(), week in any::<i64>(), month in any::<Option<i64>>()) {
            prop_assert!(trend(stars, week, month).is_finite());
        }
    }
}
