//! Code availability from 0 to 100. Facts come first; weights and curves are data.
//!
//! An unknown component never raises the score: it adds the least that its curve allows to `score` and `low`, and the most to `high`, so that
//! the range shows how much is unknown. (A mean over the known weights raises a score if signals are missing; this is the flaw
//! of criticality_score.)

use crate::named;
use serde::{Deserialize, Serialize};

named! {
    /// The components of the score, in the order of the table's columns.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Component {
        /// The role of the link: 4 the paper's own code, 3 unspecified, 2 a page that may lead to code, 1 a promise, 0 no code of its own, or code that is gone.
        Link = "link",
        /// 2 if the host serves the repository, 1 if it does and the repository is known to hold no code, 0 if it is gone.
        Reachable = "reachable",
        /// 1 if it contains code.
        Code = "code",
        /// 2 a licence approved by the Open Source Initiative, 1 another licence, 0 none.
        Licence = "licence",
        /// 1 if its own files name the paper.
        Named = "named",
        /// Days from the last commit or release to the end of the week; infinite if it is archived.
        Maintained = "maintained",
        /// 1 if it can be cited: CITATION.cff, a release, an archived copy.
        Citable = "citable",
        /// 1 if a file lists the code's dependencies.
        Dependencies = "dependencies",
        /// 1 if it has a recipe for a container.
        Container = "container",
        /// 1 if it has a notebook.
        Notebook = "notebook",
        /// 1 if it has tests.
        Tests = "tests",
        /// 1 if it has continuous integration.
        Ci = "ci",
    }
}

/// One value for each component, in the order of [`Component::ALL`].
pub type PerComponent<T> = [T; Component::ALL.len()];

/// Weights and curves, as read from score.toml.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreConfig {
    /// One entry for each component.
    pub component: Vec<ComponentConfig>,
}

/// The weight and the curve of one component.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentConfig {
    /// The component.
    pub name: Component,
    /// The weight, 0 or more; the weights are scaled to a sum of 100.
    pub weight: f64,
    /// Points `[value, share]`, values rising, shares from 0 to 1; linear between the points, constant outside.
    pub curve: Vec<[f64; 2]>,
}

/// A score file that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum ScoreConfigError {
    /// A component has no entry, or more than one.
    #[error("component {0:?} must stand in the score file exactly once")]
    NotOnce(&'static str),
    /// A weight is negative or not finite.
    #[error("component {0:?}: weight {1} must be 0 or more")]
    Weight(&'static str, f64),
    /// All weights are zero.
    #[error("at least one weight must be more than 0")]
    NoWeight,
    /// A curve is empty, not rising, or leaves the range 0 to 1.
    #[error("component {0:?}: a curve is one or more [value, share] points, values rising, shares from 0 to 1")]
    Curve(&'static str),
}

/// The result; all figures from 0 to 100.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The score: an unknown component counts as little as its curve allows.
    pub score: f64,
    /// The lower bound, whatever the unknown components are. It is less than `score` for a link of which no host was asked, and for a repository
    /// that may turn out to hold no code.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
    /// The points of each component in the order of [`Component::ALL`]; `None` is unknown.
    pub points: PerComponent<Option<f64>>,
}

impl ScoreConfig {
    /// Checks weights and curves.
    ///
    /// # Errors
    /// If a component is missing or duplicate, a weight is negative, all weights are zero, or a curve is invalid.
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

    /// True if a repository that is known to hold no code has another share of `reachable` than one with code, or `reachable` has no weight.
    pub fn tells_empty_apart(&self) -> bool {
        self.entry(Component::Reachable).is_none_or(|entry| entry.weight <= 0.0 || on_curve(&entry.curve, 1.0) < on_curve(&entry.curve, 2.0))
    }

    fn total_weight(&self) -> f64 {
        self.component.iter().map(|c| c.weight).sum()
    }

    /// Returns the weight of each component, in the order of [`Component::ALL`]; the sum is 100.
    pub fn weights(&self) -> PerComponent<f64> {
        let total = self.total_weight();
        Component::ALL.map(|component| self.entry(component).map_or(0.0, |entry| 100.0 * entry.weight / total))
    }

    fn entry(&self, component: Component) -> Option<&ComponentConfig> {
        self.component.iter().find(|entry| entry.name == component)
    }

    /// Returns the score of the values, each in its component's unit; `None` is unknown.
    pub fn score(&self, values: PerComponent<Option<f64>>) -> Score {
        let mut score = Score { score: 0.0, low: 0.0, high: 0.0, points: [None; Component::ALL.len()] };
        for (at, (component, weight)) in Component::ALL.into_iter().zip(self.weights()).enumerate() {
            let Some(entry) = self.entry(component) else { continue };
            let shares = || entry.curve.iter().map(|point| point[1]);
            let points = values[at].map(|value| weight * on_curve(&entry.curve, value));
            score.low += points.unwrap_or(weight * shares().fold(1.0, f64::min));
            score.high += points.unwrap_or(weight * shares().fold(0.0, f64::max));
            score.points[at] = points;
        }
        // Rounding may put the sum of twelve terms a trillionth above 100.
        (score.low, score.high) = (score.low.clamp(0.0, 100.0), score.high.clamp(score.low.min(100.0), 100.0));
        score.score = score.low;
        score
    }
}

fn is_curve(points: &[[f64; 2]]) -> bool {
    let finite = points.iter().flatten().all(|v| v.is_finite());
    let rising = points.windows(2).all(|w| w[0][0] < w[1][0]);
    !points.is_empty() && finite && rising && points.iter().all(|p| (0.0..=1.0).contains(&p[1]))
}

/// Returns the share at a value: linear between the points, constant before the first and after the last.
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

    const COMPONENTS: usize = Component::ALL.len();

    fn config(weights: PerComponent<f64>) -> ScoreConfig {
        let component = Component::ALL.into_iter().zip(weights);
        ScoreConfig {
            component: component.map(|(name, weight)| ComponentConfig { name, weight, curve: vec![[0.0, 0.0], [10.0, 0.5], [100.0, 1.0]] }).collect(),
        }
    }

    #[test]
    fn a_bad_score_file_is_refused_by_name() {
        let even = [1.0; COMPONENTS];
        let mut missing = config(even);
        missing.component.pop();
        assert_eq!(missing.validate(), Err(ScoreConfigError::NotOnce("ci")));
        let mut negative = even;
        negative[1] = -1.0;
        assert_eq!(config(negative).validate(), Err(ScoreConfigError::Weight("reachable", -1.0)));
        assert_eq!(config([0.0; COMPONENTS]).validate(), Err(ScoreConfigError::NoWeight));
        let mut flat = config(even);
        flat.component[0].curve = vec![[1.0, 0.0], [1.0, 1.0]];
        assert_eq!(flat.validate(), Err(ScoreConfigError::Curve("link")));
        assert_eq!(config(even).validate(), Ok(()));
    }

    fn weights() -> impl Strategy<Value = PerComponent<f64>> {
        proptest::array::uniform12(0.0..100.0f64).prop_filter("no weight", |weights| weights.iter().sum::<f64>() > 0.0)
    }

    fn values() -> impl Strategy<Value = PerComponent<Option<f64>>> {
        proptest::array::uniform12(proptest::option::of(prop_oneof![-10.0..1e6f64, Just(f64::INFINITY)]))
    }

    proptest! {
        #[test]
        fn a_score_is_in_range_and_never_nan(weights in weights(), values in values()) {
            let s = config(weights).score(values);
            prop_assert!(0.0 <= s.low && s.low <= s.score && s.score <= s.high && s.high <= 100.0, "{s:?}");
        }

        #[test]
        fn what_becomes_known_stays_between_low_and_high(weights in weights(), values in values(), at in 0..COMPONENTS, value in 0.0..200.0f64) {
            let config = config(weights);
            let (mut unknown, mut known) = (values, values);
            unknown[at] = None;
            known[at] = Some(value);
            let (u, k) = (config.score(unknown), config.score(known));
            prop_assert!(u.low <= k.low + 1e-9 && k.high <= u.high + 1e-9 && u.score <= k.score + 1e-9);
        }

        #[test]
        fn an_unknown_component_raises_neither_end_above_what_the_best_value_gives(weights in weights(), values in values(), at in 0..COMPONENTS) {
            let config = config(weights);
            let (mut unknown, mut best) = (values, values);
            unknown[at] = None;
            best[at] = Some(100.0);
            let (u, b) = (config.score(unknown), config.score(best));
            prop_assert!(u.low <= b.low + 1e-9 && u.score <= b.score + 1e-9 && u.high <= b.high + 1e-9);
        }

        #[test]
        fn a_score_rises_with_a_component_whose_curve_rises(values in values(), at in 0..COMPONENTS, a in 0.0..200.0f64, b in 0.0..200.0f64) {
            let config = config([1.0; COMPONENTS]);
            let (mut less, mut more) = (values, values);
            less[at] = Some(a.min(b));
            more[at] = Some(a.max(b));
            prop_assert!(config.score(less).score <= config.score(more).score + 1e-9);
        }
    }
}
