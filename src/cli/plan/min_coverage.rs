//! `min_coverage`: the share of repositories that a week must know.

use serde::Deserialize;
use starcite_tables::manifest::Coverage;
use std::fmt;

/// The least share of a week's repositories whose state is known, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) struct MinCoverage(f64);

/// The value, as written.
#[derive(Deserialize)]
#[serde(untagged, expecting = "min_coverage is a share from 0 to 1, such as 0.9, or from \"0%\" to \"100%\"")]
enum Written {
    Number(f64),
    Percent(String),
}

impl TryFrom<Written> for MinCoverage {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let share = match &written {
            Written::Number(share) => Some(*share),
            Written::Percent(text) => text.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok()).map(|number| number / 100.0),
        };
        let share = share.filter(|share| (0.0..=1.0).contains(share)).map(Self);
        share.ok_or_else(|| "min_coverage is a share from 0 to 1, such as 0.9, or from \"0%\" to \"100%\"".to_owned())
    }
}

impl MinCoverage {
    /// True if a week knows fewer of its repositories; a week without repositories lacks none.
    pub(crate) fn is_missed_by(self, coverage: &Coverage) -> bool {
        share_of(coverage).is_some_and(|share| share < self.0)
    }

    pub(crate) fn share(self) -> f64 {
        self.0
    }
}

impl fmt::Display for MinCoverage {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.0)
    }
}

/// Returns the share of a week's repositories whose state is known; `None` if it has none.
pub(crate) fn share_of(coverage: &Coverage) -> Option<f64> {
    let known = coverage.repositories.saturating_sub(coverage.unknown);
    (coverage.repositories > 0).then(|| known as f64 / coverage.repositories as f64)
}
