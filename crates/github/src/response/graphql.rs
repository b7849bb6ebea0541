//! Replies of `POST /graphql`.

use super::{NullMeans, ShapeError, Shown, count, licence, live, on_host, owner_type, present, text};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use starcite_core::{Observation, RepoFacts, RepoName};

/// A whole reply. In GraphQL, a reply can have both data and errors.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct GraphqlReply {
    /// One entry per alias; null for the whole if the query failed.
    pub data: Option<Map<String, Value>>,
    /// The errors, of the whole query or of one alias.
    pub errors: Option<Vec<GraphqlError>>,
    /// The error message of a reply that is not GraphQL's: limits and bad credentials.
    pub message: Option<String>,
}

/// One error of a GraphQL reply.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct GraphqlError {
    /// `NOT_FOUND`, `FORBIDDEN`, `RATE_LIMITED`, `RESOURCE_LIMITS_EXCEEDED` and others; GitHub sometimes omits it.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Aliases, fields and list indices down to the failed field; `None` if the whole query failed.
    pub path: Option<Vec<Value>>,
    /// The message.
    pub message: String,
}

/// The field `rateLimit` of every query.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RateLimit {
    /// Points that this query cost.
    pub cost: Option<u64>,
    /// Points an hour.
    pub limit: Option<i64>,
    /// Points left.
    pub remaining: Option<i64>,
    /// Points used since the last reset.
    pub used: Option<i64>,
    /// The time at which they are full again.
    pub reset_at: Option<DateTime<Utc>>,
}

impl GraphqlReply {
    /// Reads a body; `None` if it is not a JSON object (a proxy's page, for example), or is nested deeper than serde_json reads.
    pub fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// Returns the rate limit in the data, if it is readable.
    pub fn rate_limit(&self) -> RateLimit {
        let given = self.data.as_ref().and_then(|data| data.get("rateLimit"));
        given.and_then(|given| RateLimit::deserialize(given).ok()).unwrap_or_default()
    }

    /// Returns all errors; none if the reply has none.
    pub fn errors(&self) -> &[GraphqlError] {
        self.errors.as_deref().unwrap_or_default()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository {
    name_with_owner: String,
    database_id: Option<i64>,
    id: Option<String>,
    is_archived: Option<bool>,
    is_disabled: Option<bool>,
    is_empty: Option<bool>,
    is_fork: Option<bool>,
    is_template: Option<bool>,
    is_mirror: Option<bool>,
    stargazer_count: Option<i64>,
    fork_count: Option<i64>,
    primary_language: Option<Language>,
    license_info: Option<License>,
    description: Option<String>,
    homepage_url: Option<String>,
    owner: Option<Owner>,
    parent: Option<Parent>,
    created_at: Option<DateTime<Utc>>,
    pushed_at: Option<DateTime<Utc>>,
    archived_at: Option<DateTime<Utc>>,
    default_branch_ref: Option<Branch>,
}

#[derive(Deserialize)]
struct Language {
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct License {
    spdx_id: Option<String>,
}

#[derive(Deserialize)]
struct Owner {
    #[serde(rename = "__typename")]
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parent {
    name_with_owner: Option<String>,
    #[serde(flatten)]
    shown: Shown,
}

#[derive(Deserialize)]
struct Branch {
    name: Option<String>,
    target: Option<GitTarget>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GitTarget {
    oid: Option<String>,
    committed_date: Option<DateTime<Utc>>,
}

/// Reads one alias's answer as an observation of the repository that was requested as `asked`.
///
/// Connections stay unknown, because queries of scalars omit them. A licence that GitHub could not recognise is `NOASSERTION`, as in the reply.
///
/// # Errors
/// If the answer is not a repository, or lacks a field that every repository has.
pub fn observation(answer: &Value, asked: &RepoName, nulls: NullMeans, at: DateTime<Utc>) -> Result<Observation, ShapeError> {
    let given = Repository::deserialize(answer)?;
    let branch = nulls.check(given.default_branch_ref, "defaultBranchRef")?;
    let (default_branch, target) = branch.map_or((None, None), |branch| (branch.name, branch.target));
    let (head_oid, head_committed_at) = target.map_or((None, None), |target| (target.oid, target.committed_date));
    let parent = nulls.check(given.parent, "parent").or_else(|error| if given.is_fork == Some(false) { Ok(None) } else { Err(error) })?;
    let license = nulls.check(given.license_info, "licenseInfo")?;
    let facts = RepoFacts {
        is_archived: Some(present(given.is_archived, "isArchived")?),
        is_disabled: Some(present(given.is_disabled, "isDisabled")?),
        is_empty: Some(present(given.is_empty, "isEmpty")?),
        is_fork: Some(present(given.is_fork, "isFork")?),
        is_template: Some(present(given.is_template, "isTemplate")?),
        is_mirror: Some(present(given.is_mirror, "isMirror")?),
        stars: Some(present(count(given.stargazer_count), "stargazerCount")?),
        forks: Some(present(count(given.fork_count), "forkCount")?),
        language: nulls.check(given.primary_language, "primaryLanguage")?.and_then(|language| language.name),
        license_spdx: license.map(|license| licence(license.spdx_id)),
        description: text(nulls.check(given.description, "description")?),
        homepage: text(nulls.check(given.homepage_url, "homepageUrl")?),
        owner_type: owner_type(given.owner.and_then(|owner| owner.kind)),
        parent: parent.filter(|parent| parent.shown.is_public()).and_then(|parent| on_host(asked, &parent.name_with_owner?)).map(String::from),
        created_at: Some(present(given.created_at, "createdAt")?),
        pushed_at: nulls.check(given.pushed_at, "pushedAt")?,
        archived_at: given.archived_at,
        default_branch,
        head_oid,
        head_committed_at,
        ..RepoFacts::default()
    };
    let (id, node_id) = (present(given.database_id, "databaseId")?, present(given.id, "id")?);
    Ok(live(asked, &given.name_with_owner, Some(id), Some(node_id), at, facts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use starcite_core::RepoState;

    fn observed(answer: &Value) -> Result<Observation, ShapeError> {
        observation(answer, &RepoName::parse("old/name").unwrap(), NullMeans::Absent, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn every_scalar_arrives() {
        let seen = observed(&json!({
            "databaseId": 7, "id": "R_7", "nameWithOwner": "Fresh/Name", "isArchived": true, "isDisabled": false, "isEmpty": false,
            "isFork": true, "isTemplate": false, "isMirror": false, "stargazerCount": 12, "forkCount": 3,
            "primaryLanguage": {"name": "Rust"}, "licenseInfo": {"spdxId": "NOASSERTION"}, "description": "what it is",
            "homepageUrl": "", "owner": {"__typename": "Organization"}, "parent": {"nameWithOwner": "up/stream"},
            "createdAt": "2020-01-02T03:04:05Z", "pushedAt": "2021-01-01T00:00:00Z", "archivedAt": "2022-01-01T00:00:00Z",
            "defaultBranchRef": {"name": "main", "target": {"oid": "abc", "committedDate": "2020-12-31T00:00:00Z"}},
        }))
        .unwrap();
        assert_eq!((seen.repo.as_str(), seen.repo_id, seen.node_id.as_deref()), ("github.com/Fresh/Name", Some(7), Some("R_7")));
        assert_eq!((seen.observed_by.as_str(), seen.state, seen.state_reason), ("github.com", RepoState::Live, None));
        let facts = serde_json::to_value(&seen.facts).unwrap();
        let expected = json!({
            "is_archived": true, "is_disabled": false, "is_empty": false, "is_fork": true, "is_template": false, "is_mirror": false,
            "stars": 12, "forks": 3, "language": "Rust", "license_spdx": "NOASSERTION", "description": "what it is",
            "owner_type": "Organization", "parent": "github.com/up/stream", "created_at": "2020-01-02T03:04:05Z",
            "pushed_at": "2021-01-01T00:00:00Z", "archived_at": "2022-01-01T00:00:00Z", "default_branch": "main",
            "head_oid": "abc", "head_committed_at": "2020-12-31T00:00:00Z",
        });
        assert_eq!(facts, expected);
    }

    /// Returns the fields that every repository has.
    fn bare() -> Value {
        json!({
            "nameWithOwner": "a/b", "databaseId": 7, "id": "R_7", "isArchived": false, "isDisabled": false, "isEmpty": false, "isFork": true,
            "isTemplate": false, "isMirror": false, "stargazerCount": 0, "forkCount": 0, "createdAt": "2020-01-02T03:04:05Z",
        })
    }

    #[test]
    fn what_a_repository_may_lack_is_unknown_and_what_it_must_have_was_lost() {
        let facts = observed(&bare()).unwrap().facts;
        assert_eq!((facts.stars, facts.language, facts.license_spdx, facts.parent, facts.head_oid), (Some(0), None, None, None, None));
        for field in bare().as_object().unwrap().keys() {
            let mut cut = bare();
            cut[field] = Value::Null;
            assert!(observed(&cut).is_err(), "{field}");
        }
    }

    #[test]
    fn a_parent_that_not_everybody_may_see_is_not_named() {
        let parent = |visibility: Value| {
            let mut fork = bare();
            fork["parent"] = json!({"nameWithOwner": "up/stream", "visibility": visibility});
            observed(&fork).map(|seen| seen.facts.parent)
        };
        assert_eq!(parent(json!("PUBLIC")).unwrap().as_deref(), Some("github.com/up/stream"));
        assert_eq!((parent(json!("PRIVATE")).unwrap(), parent(json!("INTERNAL")).unwrap()), (None, None));
        assert!(parent(Value::Null).is_err(), "every repository has a visibility");
    }

    #[test]
    fn a_null_after_the_resources_ran_out_is_no_answer() {
        let asked = RepoName::parse("a/b").unwrap();
        assert!(observation(&bare(), &asked, NullMeans::MayBeLost, DateTime::UNIX_EPOCH).is_err());
    }

    #[test]
    fn another_shape_is_an_error() {
        for answer in [json!({}), json!("x"), json!([]), json!({"nameWithOwner": 1}), json!({"nameWithOwner": "a/b", "stargazerCount": "12"})] {
            assert!(observed(&answer).is_err(), "{answer}");
        }
    }

    #[test]
    fn a_body_that_is_no_object_is_no_reply() {
        let deep = "[".repeat(100_000);
        for body in ["", "<html>", "[]", "{\"data\":", "{\"data\":[]}", deep.as_str()] {
            assert!(GraphqlReply::read(body.as_bytes()).is_none(), "{body:.20}");
        }
        let odd = GraphqlReply::read(br#"{"data":{"rateLimit":{"cost":"x"}},"errors":null}"#).unwrap();
        assert_eq!(odd.rate_limit(), RateLimit::default());
        assert!(odd.errors().is_empty());
    }
}
