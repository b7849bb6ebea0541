//! The claims of a list of papers and code about a link, stored separately from the paper's own text because the list is a third party.

use crate::field::Field;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The claims of one list about one address of one paper. A missing claim is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListClaim {
    /// The list.
    pub by: Field,
    /// True if it is the paper's own code.
    pub official: Option<bool>,
    /// True if the paper mentions it.
    pub in_paper: Option<bool>,
    /// True if the repository mentions the paper.
    pub in_github: Option<bool>,
    /// The framework, by the list's name; empty if the list states that there is none.
    pub framework: Option<String>,
    /// The day of the list.
    pub at: Option<NaiveDate>,
}

impl ListClaim {
    /// The lists' names.
    pub const BY: [&str; 1] = [Field::Pwc.as_str()];

    /// Adds the claims of another row about the same link: true if either is, and missing values are filled.
    pub fn add(&mut self, other: Self) {
        self.official = either(self.official, other.official);
        self.in_paper = either(self.in_paper, other.in_paper);
        self.in_github = either(self.in_github, other.in_github);
        if self.framework.as_deref().is_none_or(str::is_empty) {
            self.framework = other.framework.or(self.framework.take());
        }
        self.at = self.at.max(other.at);
    }
}

/// Formats the claims in words, without the unknown ones: `pwc (2025-07-28): official, not in the paper, pytorch`.
impl fmt::Display for ListClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = [(self.official, "official"), (self.in_paper, "in the paper"), (self.in_github, "in the repository")];
        let said = said.into_iter().filter_map(|(is_so, what)| Some(if is_so? { what.to_owned() } else { format!("not {what}") }));
        let said: Vec<String> = said.chain(self.framework.clone().filter(|name| !name.is_empty())).collect();
        let at = self.at.map(|day| format!(" ({day})")).unwrap_or_default();
        write!(f, "{}{at}: {}", self.by.as_str(), if said.is_empty() { "no more".to_owned() } else { said.join(", ") })
    }
}

/// Returns true if either is true, else false if either is false, else unknown.
fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    one.max(other) // `None` is less than `Some`
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(official: Option<bool>, framework: Option<&str>) -> ListClaim {
        ListClaim {
            by: Field::Pwc,
            official,
            in_paper: Some(false),
            in_github: None,
            framework: framework.map(str::to_owned),
            at: NaiveDate::from_ymd_opt(2025, 7, 28),
        }
    }

    #[test]
    fn rows_of_one_link_say_yes_where_one_does_and_nothing_that_none_says() {
        let mut first = listed(Some(false), None);
        first.add(listed(Some(true), Some("tf")));
        first.add(listed(None, Some("jax")));
        assert_eq!(first, listed(Some(true), Some("tf")));
        let mut none = listed(None, Some(""));
        none.add(listed(None, None));
        assert_eq!(none, listed(None, Some("")), "there is none, says one");
        none.add(listed(None, Some("jax")));
        assert_eq!(none, listed(None, Some("jax")));
    }

    #[test]
    fn what_is_unknown_is_not_told() {
        assert_eq!(listed(Some(true), Some("tf")).to_string(), "pwc (2025-07-28): official, not in the paper, tf");
        assert_eq!(ListClaim { in_paper: None, at: None, ..listed(None, None) }.to_string(), "pwc: no more");
    }
}
