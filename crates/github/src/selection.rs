//! The parts of a repository that can be requested, their cost, and their GraphQL fields.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A part of a repository's data. Each has requests of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// All scalars of the `repos` table: whether the repository exists, and facts that cost one point for a hundred repositories.
    Scalars,
    /// The names, kinds and sizes in the root folder, and whether `.github/workflows` exists: also one point for a hundred.
    Tree,
    /// Counts and lists, each a connection: watchers, issues, pull requests, releases, languages, topics, commits.
    Activity,
    /// The texts of some files of the root folder.
    Files,
    /// Stars added week by week, over REST, one page per request.
    Stars,
}

/// Only scalars: a batch of 100 costs one point as long as it has no connection
/// (<https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api>).
const SCALARS: &str = "databaseId id visibility nameWithOwner isArchived isDisabled isEmpty isFork isTemplate isMirror \
stargazerCount forkCount primaryLanguage { name } licenseInfo { spdxId } description homepageUrl owner { __typename } \
createdAt pushedAt archivedAt";
/// The scalars for which GitHub has to open the repository.
const DEEPER: &str = " parent { nameWithOwner visibility } defaultBranchRef { name target { oid ... on Commit { committedDate } } }";
/// Two folders, the second only to test whether it exists; neither is a connection.
const TREE: &str = "id visibility object(expression: \"HEAD:\") { ... on Tree { entries { name type size } } } \
workflows: object(expression: \"HEAD:.github/workflows\") { ... on Tree { entries { name } } }";

impl Selection {
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

    /// Returns the selection with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|selection| selection.as_str() == name)
    }

    /// Returns the requests that GitHub counts for one repository: one for each connection. A query costs a hundredth of their sum,
    /// rounded, and at least one point.
    pub fn connections(self) -> u64 {
        if self == Self::Activity { 8 } else { 0 }
    }

    /// Returns the points that a query for so many repositories costs, by GitHub's rule; over REST, requests.
    ///
    /// ```
    /// use starcite_github::Selection;
    /// assert_eq!(Selection::Scalars.cost(100), 1);
    /// assert_eq!(Selection::Activity.cost(18), 1, "144 requests cost no more than 60");
    /// assert_eq!(Selection::Activity.cost(19), 2);
    /// ```
    pub fn cost(self, repositories: usize) -> u64 {
        let requests = self.connections() * repositories as u64;
        ((requests + 50) / 100).max(1)
    }

    /// Returns the size of the very first query: GitHub answered such a query within a few seconds.
    pub(crate) fn first_size(self) -> usize {
        match self {
            Self::Scalars | Self::Tree => 100,
            Self::Activity | Self::Files => 30,
            Self::Stars => 1,
        }
    }

    /// Returns the fields of one repository. `lean` omits those for which GitHub has to open the repository; `since` is the start of the last
    /// 52 weeks. The fields of [`Files`](Self::Files) differ between repositories, see [`crate::query`].
    pub(crate) fn fields(self, lean: bool, since: &str) -> String {
        match self {
            Self::Tree => TREE.to_owned(),
            Self::Activity => activity(since),
            Self::Scalars | Self::Files | Self::Stars => format!("{SCALARS}{}", if lean { "" } else { DEEPER }),
        }
    }
}

fn activity(since: &str) -> String {
    format!(
        "id visibility watchers(first: 1) {{ totalCount }} issues(first: 1, states: OPEN) {{ totalCount }} \
pullRequests(first: 1, states: OPEN) {{ totalCount }} releases(first: 1) {{ totalCount }} latestRelease {{ tagName publishedAt }} \
languages(first: 50, orderBy: {{field: SIZE, direction: DESC}}) {{ totalSize edges {{ node {{ name }} }} }} \
repositoryTopics(first: 20) {{ nodes {{ topic {{ name }} }} }} \
defaultBranchRef {{ target {{ ... on Commit {{ history(first: 1) {{ totalCount }} year: history(first: 1, since: \"{since}\") {{ totalCount }} }} }} }}"
    )
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_connections_counted_are_those_in_the_text() {
        let connections = ["watchers(", "issues(", "pullRequests(", "releases(", "languages(", "repositoryTopics(", "history("];
        for selection in [Selection::Scalars, Selection::Tree, Selection::Activity] {
            let text = selection.fields(false, "2026-01-01T00:00:00Z");
            let found: usize = connections.iter().map(|name| text.matches(name).count()).sum();
            assert_eq!(found as u64, selection.connections(), "{text}");
        }
    }

    #[test]
    fn names_lead_back() {
        assert!(Selection::ALL.into_iter().all(|selection| Selection::parse(selection.as_str()) == Some(selection)));
    }
}
