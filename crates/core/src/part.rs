//! The parts of a repository's data that hosts are asked for.

use crate::named;
use serde::{Deserialize, Serialize};
use std::fmt;

named! {
    /// A part of a repository's data. Each has requests of its own.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Part {
        /// All scalars of the `repos` table: whether the repository exists, and its cheapest facts.
        Scalars = "scalars",
        /// The names, kinds and sizes in the root folder, and whether `.github/workflows` exists.
        Tree = "tree",
        /// Counts and lists: watchers, issues, pull requests, releases, languages, topics, commits.
        Activity = "activity",
        /// The texts of some files of the root folder.
        Files = "files",
        /// Stars added week by week, one page per request.
        Stars = "stars",
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
