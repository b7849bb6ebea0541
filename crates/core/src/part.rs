//! The parts of a repository's data that hosts are asked for.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A part of a repository's data. Each has requests of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All scalars of the `repos` table: whether the repository exists, and its cheapest facts.
    Scalars,
    /// The names, kinds and sizes in the root folder, and whether `.github/workflows` exists.
    Tree,
    /// Counts and lists: watchers, issues, pull requests, releases, languages, topics, commits.
    Activity,
    /// The texts of some files of the root folder.
    Files,
    /// Stars added week by week, one page per request.
    Stars,
}

impl Part {
    /// All parts, in the order of requests.
    pub const ALL: [Self; 5] = [Self::Scalars, Self::Tree, Self::Activity, Self::Files, Self::Stars];

    /// Returns the name in the state: `scalars`, `tree`, `activity`, `files`, `stars`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scalars => "scalars",
            Self::Tree => "tree",
            Self::Activity => "activity",
            Self::Files => "files",
            Self::Stars => "stars",
        }
    }

    /// Returns the part with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == name)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        assert!(Part::ALL.into_iter().all(|part| Part::parse(part.as_str()) == Some(part)));
    }
}
