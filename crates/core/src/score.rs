//! Code availability from 0 to 100: facts first, then weights and curves that are data.
//!
//! An unknown component never raises the score: it counts nothing in `score` and `low`, and everything in `high`, so that
//! the range says how much is not known. (The mean over the weights that happen to be known, which raises a score where
//! signals are missing, is the flaw that criticality_score had.)

use serde::{Deserialize, Serialize};

/// The components of the score, in the order of the table's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// 1 where the paper releases the repository, less where it only names one (a share from 0 to 1).
    Link,
    /// 1 where the host serves the repository.
    Reachable,
    /// 1 where it is neither archived nor disabled nor empty.
    Usable,
    /// 1 where it has a licence.
    Licence,
    /// Days from the last push to the end of the week.
    Maintained,
    /// Stars.
    Stars,
}

impl Component {
    /// All components, in the order of the table's columns.
    pub const ALL: [Self; 6] = [Self::Link, Self::Reachable, Self::Usable, Self::Licence, Self::Maintained, Self::Stars];

    /// The name in score.toml and, behind `score_`, in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Reachable => "reachable",
            Self::Usable => "usable",
            Self::Licence => "licence",
            Self::Maintained => "maintained",
            Self::Stars => "stars",
        }
    }
}

/// Weights and curves, as read from score.toml.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreConfig {
    /// One for each component.
    pub component: Vec<ComponentConfig>,
}

/// How one component counts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentConfig {
    /// Which.
    pub name: Component,
    /// How much it counts, 0 or more; the weights are scaled so that all of them make 100.
    pub weight: f64,
    /// Points `[value, share]`, values rising, shares from 0 to 1; straight lines between, flat outside.
    pub curve: Vec<[f64; 2]>,
}

/// A score file that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum ScoreConfigError {
    /// A component has no entry, or two.
    #[error("component {0:?} must stand in the score file exactly once")]
    NotOnce(&'static str),
    /// A weight is negative or no number.
    #[error("component {0:?}: weight {1} must be 0 or more")]
    Weight(&'static str, f64),
    /// All weights are zero.
    #[error("at least one weight must be more than 0")]
    NoWeight,
    /// A curve is empty, not rising, or leaves 0..1.
    #[error("component {0:?}: a curve is one or more [value, share] points, values rising, shares from 0 to 1")]
    Curve(&'static str),
}

/// What a score came to; all from 0 to 100.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// What is known to be there.
    pub score: f64,
    /// The least it can be, whatever is not known: equal to `score`.
    pub low: f64,
    /// The most it can be.
    pub high: f64,
    /// The points of each component in the order of [`Component::ALL`]; `None` is unknown.
    pub points: [Option<f64>; Component::ALL.len()],
}

impl ScoreConfig {
    /// Checks weights and curves.
    ///
    /// # Errors
    /// When a component is missing or doubled, a weight is negative, all are zero, or a curve is none.
    pub fn validate(&self) -> Result<(), ScoreConfigError> {
        for component in Component::ALL {
            let mut entries = self.component.iter().filter(|c| c.name == component);
            let (Some(entry), None) = (entries.next(), entries.next()) else { return Err(ScoreConfigError::NotOnce(component.as_str())) };
            if !entry.weight.is_finite() || entry.weight < 0.0 {
                return Err(ScoreConfigError::Weight(component.as_str(), entry.weight));
            }
            if !is_curve(&entry.curve) {
                return Err(ScoreConfigError::Curve(component.as_str()));
            }
        }
        if self.total_weight() > 0.0 { Ok(()) } else { Err(ScoreConfigError::NoWeight) }
    }

    fn total_weight(&self) -> f64 {
        self.component.iter().map(|c| c.weight).sum()
    }

    /// The score of the values, one for each of [`Component::ALL`], in that component's unit; `None` is unknown.
    pub fn score(&self, values: [Option<f64>; Component::ALL.len()]) -> Score {
        let mut score = Score { score: 0.0, low: 0.0, high: 0.0, points: [None; Component::ALL.len()] };
        for (at, component) in Component::ALL.into_iter().enumerate() {
            let Some(entry) = self.component.iter().find(|c| c.name == component) else { continue };
            let full = 100.0 * entry.weight / self.total_weight();
            let points = values[at].map(|value| full * on_curve(&entry.curve, value));
            let best = full * entry.curve.iter().map(|p| p[1]).fold(0.0, f64::max);
            let worst = full * entry.curve.iter().map(|p| p[1]).fold(1.0, f64::min);
            score.low += points.unwrap_or(worst);
            score.high += points.unwrap_or(best);
            score.points[at] = points;
        }
        score.score = score.low;
        score
    }
}

fn is_curve(points: &[[f64; 2]]) -> bool {
    let finite = points.iter().flatten().all(|v| v.is_finite());
    let rising = points.windows(2).all(|w| w[0][0] < w[1][0]);
    !points.is_empty() && finite && rising && points.iter().all(|p| (0.0..=1.0).contains(&p[1]))
}

/// The share at a value: straight lines between the points, flat before the first and behind the last.
fn on_curve(points: &[[f64; 2]], value: f64) -> f64 {
    let after = points.partition_point(|p| p[0] <= value);
    match (after.checked_sub(1).map(|at| points[at]), points.get(after)) {
        (Some([x0, y0]), Some([x1, y1])) => y0 + (y1 - y0) * (value - x0) / (x1 - x0),
        (Some([_, y]), None) => y,
        (None, first) => first.map_or(0.0, |p| p[1]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn config(weights: [f64; 6]) -> ScoreConfig {
        let component = Component::ALL.into_iter().zip(weights);
        ScoreConfig {
            component: component.map(|(name, weight)| ComponentConfig { name, weight, curve: vec![[0.0, 0.0], [10.0, 0.5], [100.0, 1.0]] }).collect(),
        }
    }

    #[test]
    fn a_bad_score_file_is_refused_by_name() {
        let mut missing = config([1.0; 6]);
        missing.component.pop();
        assert_eq!(missing.validate(), Err(ScoreConfigError::NotOnce("stars")));
        assert_eq!(config([1.0, -1.0, 1.0, 1.0, 1.0, 1.0]).validate(), Err(ScoreConfigError::Weight("reachable", -1.0)));
        assert_eq!(config([0.0; 6]).validate(), Err(ScoreConfigError::NoWeight));
        let mut flat = config([1.0; 6]);
        flat.component[0].curve = vec![[1.0, 0.0], [1.0, 1.0]];
        assert_eq!(flat.validate(), Err(ScoreConfigError::Curve("link")));
        assert_eq!(config([1.0; 6]).validate(), Ok(()));
    }

    fn values() -> impl Strategy<Value = [Option<f64>; 6]> {
        proptest::array::uniform6(proptest::option::of(-10.0..1e6f64))
    }

    proptest! {
        #[test]
        fn a_score_is_in_range_and_never_nan(weights in proptest::array::uniform6(0.0..100.0f64), values in values()) {
            prop_assume!(weights.iter().sum::<f64>() > 0.0);
            let s = config(weights).score(values);
            prop_assert!(0.0 <= s.low && s.low <= s.score && s.score <= s.high + 1e-9 && s.high <= 100.0 + 1e-9, "{s:?}");
        }

        #[test]
        fn what_becomes_known_stays_between_low_and_high(values in values(), at in 0..6usize, value in 0.0..200.0f64) {
            let config = config([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
            let mut unknown = values;
            unknown[at] = None;
            let mut known = values;
            known[at] = Some(value);
            let (u, k) = (config.score(unknown), config.score(known));
            prop_assert!(u.low <= k.low + 1e-9 && k.high <= u.high + 1e-9 && u.score <= k.score + 1e-9);
        }

        #[test]
        fn a_score_rises_with_a_component_whose_curve_rises(values in values(), at in 0..6usize, a in 0.0..200.0f64, b in 0.0..200.0f64) {
            let config = config([1.0; 6]);
            let (mut less, mut more) = (values, values);
            less[at] = Some(a.min(b));
            more[at] = Some(a.max(b));
            prop_assert!(config.score(less).score <= config.score(more).score + 1e-9);
        }
    }
}
