//! Connections of a repository: counts, and short lists.

use super::{NullMeans, ShapeError, present, same_id};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use starcite_core::RepoFacts;
use starcite_core::answer::{Detail, Target};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository {
    id: String,
    watchers: Option<Count>,
    issues: Option<Count>,
    pull_requests: Option<Count>,
    releases: Option<Count>,
    latest_release: Option<Release>,
    languages: Option<Languages>,
    repository_topics: Option<Topics>,
    default_branch_ref: Option<Branch>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Count {
    total_count: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Release {
    tag_name: Option<String>,
    published_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Languages {
    total_size: Option<i64>,
    edges: Option<Vec<LanguageEdge>>,
}

#[derive(Deserialize)]
struct LanguageEdge {
    node: Named,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Topics {
    nodes: Option<Vec<TopicNode>>,
}

#[derive(Deserialize)]
struct TopicNode {
    topic: Named,
}

#[derive(Deserialize)]
struct Branch {
    target: Option<Commits>,
}

#[derive(Deserialize)]
struct Commits {
    history: Option<Count>,
    year: Option<Count>,
}

/// Returns the counts and lists of one repository.
///
/// # Errors
/// If one is missing that every repository has, or if the answer is about another repository. A repository without a default
/// branch has no commits to count: their number stays unknown.
pub fn detail(answer: &Value, wanted: &Target, nulls: NullMeans, at: DateTime<Utc>) -> Result<Detail, ShapeError> {
    let given = Repository::deserialize(answer)?;
    same_id(&given.id, wanted.id())?;
    let languages = present(given.languages, "languages")?;
    let names = present(languages.edges, "languages")?.into_iter().map(|edge| edge.node.name).collect();
    let topics = present(given.repository_topics.and_then(|topics| topics.nodes), "repositoryTopics")?;
    let releases = total(given.releases, "releases")?;
    let latest = if releases == 0 { None } else { nulls.check(given.latest_release, "latestRelease")? };
    let (latest_release, latest_release_at) = latest.map_or((None, None), |release| (release.tag_name, release.published_at));
    let branch = nulls.check(given.default_branch_ref, "defaultBranchRef")?;
    let commits = branch.map(|branch| present(branch.target, "target")).transpose()?;
    let (history, year) = commits.map_or((None, None), |commits| (Some(commits.history), Some(commits.year)));
    let facts = RepoFacts {
        watchers: Some(total(given.watchers, "watchers")?),
        open_issues: Some(total(given.issues, "issues")?),
        open_pull_requests: Some(total(given.pull_requests, "pullRequests")?),
        releases: Some(releases),
        latest_release,
        latest_release_at,
        languages: Some(names),
        code_bytes: Some(present(languages.total_size, "totalSize")?),
        topics: Some(topics.into_iter().map(|node| node.topic.name).collect()),
        commits: history.map(|count| total(count, "history")).transpose()?,
        commits_52w: year.map(|count| total(count, "history")).transpose()?,
        ..RepoFacts::default()
    };
    Ok(Detail { observed_at: at, facts, entries: Vec::new(), files: Vec::new() })
}

fn total(count: Option<Count>, name: &'static str) -> Result<i64, ShapeError> {
    present(count.and_then(|count| super::count(count.total_count)), name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use starcite_core::RepoName;

    fn whole() -> Value {
        json!({
            "id": "R_1", "watchers": {"totalCount": 1}, "issues": {"totalCount": 2}, "pullRequests": {"totalCount": 3},
            "releases": {"totalCount": 4}, "latestRelease": {"tagName": "v4", "publishedAt": "2025-01-01T00:00:00Z"},
            "languages": {"totalSize": 50, "edges": [{"node": {"name": "Rust"}}, {"node": {"name": "C"}}]},
            "repositoryTopics": {"nodes": [{"topic": {"name": "x"}}]},
            "defaultBranchRef": {"target": {"history": {"totalCount": 6}, "year": {"totalCount": 0}}},
        })
    }

    fn read(answer: &Value, nulls: NullMeans) -> Result<Detail, ShapeError> {
        let wanted = Target { node_id: Some("R_1".into()), ..Target::by_name(RepoName::parse("a/b").unwrap()) };
        detail(answer, &wanted, nulls, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn every_count_and_list_arrives() {
        let facts = serde_json::to_value(read(&whole(), NullMeans::MayBeLost).unwrap().facts).unwrap();
        let expected = json!({
            "watchers": 1, "open_issues": 2, "open_pull_requests": 3, "releases": 4, "latest_release": "v4",
            "latest_release_at": "2025-01-01T00:00:00Z", "languages": ["Rust", "C"], "code_bytes": 50, "topics": ["x"], "commits": 6,
            "commits_52w": 0,
        });
        assert_eq!(facts, expected);
    }

    #[test]
    fn a_null_that_is_none_of_an_answer_leaves_the_repository_unanswered() {
        for field in ["watchers", "issues", "pullRequests", "releases", "languages", "repositoryTopics"] {
            let mut answer = whole();
            answer[field] = Value::Null;
            assert!(read(&answer, NullMeans::Absent).is_err(), "{field}");
        }
        for field in ["latestRelease", "defaultBranchRef"] {
            let mut answer = whole();
            answer[field] = Value::Null;
            assert!(read(&answer, NullMeans::Absent).is_ok() && read(&answer, NullMeans::MayBeLost).is_err(), "{field}");
        }
    }
}
