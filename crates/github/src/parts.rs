//! The cost and the GraphQL fields of each part of a repository.

use starcite_core::Part;

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

/// Returns the requests that GitHub counts for one repository: one for each connection. A query costs a hundredth of their sum,
/// rounded, and at least one point.
pub fn connections(part: Part) -> u64 {
    if part == Part::Activity { 8 } else { 0 }
}

/// Returns the points that a query for so many repositories costs, by GitHub's rule; over REST, requests.
///
/// ```
/// use starcite_core::Part;
/// use starcite_github::parts::cost;
/// assert_eq!(cost(Part::Scalars, 100), 1);
/// assert_eq!(cost(Part::Activity, 18), 1, "144 requests cost no more than 60");
/// assert_eq!(cost(Part::Activity, 19), 2);
/// ```
pub fn cost(part: Part, repositories: usize) -> u64 {
    let requests = connections(part) * repositories as u64;
    ((requests + 50) / 100).max(1)
}

/// Returns the size of the very first query: GitHub answered such a query within a few seconds.
pub(crate) fn first_size(part: Part) -> usize {
    match part {
        Part::Scalars | Part::Tree => 100,
        Part::Activity | Part::Files => 30,
        Part::Stars => 1,
    }
}

/// Returns the fields of one repository. `lean` omits those for which GitHub has to open the repository; `since` is the start of the last
/// 52 weeks. The fields of [`Part::Files`] differ between repositories, see [`crate::query`].
pub(crate) fn fields(part: Part, lean: bool, since: &str) -> String {
    match part {
        Part::Tree => TREE.to_owned(),
        Part::Activity => activity(since),
        Part::Scalars | Part::Files | Part::Stars => format!("{SCALARS}{}", if lean { "" } else { DEEPER }),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_connections_counted_are_those_in_the_text() {
        let names = ["watchers(", "issues(", "pullRequests(", "releases(", "languages(", "repositoryTopics(", "history("];
        for part in [Part::Scalars, Part::Tree, Part::Activity] {
            let text = fields(part, false, "2026-01-01T00:00:00Z");
            let found: usize = names.iter().map(|name| text.matches(name).count()).sum();
            assert_eq!(found as u64, connections(part), "{text}");
        }
    }
}
