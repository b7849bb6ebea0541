//! Replies of `GET /repos/{owner}/{name}`.

use super::{ShapeError, Shown, count, licence, live, on_host, owner_type, text};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use starcite_core::{Observation, RepoFacts, RepoName};

/// The body of a REST error.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct RestError {
    /// The message, such as `Not Found`, `Bad credentials`, `API rate limit exceeded for …`.
    pub message: String,
    /// The reason for a block, with 403 and 451.
    pub block: Option<Block>,
    /// The documentation page of the request, which is in every error of GitHub and in none of a gateway on the way.
    pub documentation_url: Option<String>,
}

/// The block in a [`RestError`].
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Block {
    /// `dmca`, `tos`, `unavailable` and others.
    pub reason: Option<String>,
}

impl RestError {
    /// True if GitHub reports that the resource does not exist.
    pub fn is_not_found(&self) -> bool {
        self.documentation_url.is_some() || self.message.eq_ignore_ascii_case("not found")
    }

    /// Reads a body; `None` if it is not a JSON object with a message (a proxy's page, for example).
    pub fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }
}

#[derive(Deserialize)]
struct Repository {
    id: i64,
    node_id: Option<String>,
    full_name: String,
    owner: Option<Owner>,
    description: Option<String>,
    homepage: Option<String>,
    fork: Option<bool>,
    archived: Option<bool>,
    disabled: Option<bool>,
    is_template: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    mirror_url: Option<Option<String>>,
    stargazers_count: Option<i64>,
    forks_count: Option<i64>,
    subscribers_count: Option<i64>,
    language: Option<String>,
    license: Option<License>,
    topics: Option<Vec<String>>,
    parent: Option<Parent>,
    default_branch: Option<String>,
    created_at: Option<DateTime<Utc>>,
    pushed_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct Owner {
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
struct License {
    spdx_id: Option<String>,
}

#[derive(Deserialize)]
struct Parent {
    full_name: Option<String>,
    #[serde(flatten)]
    shown: Shown,
}

/// Distinguishes a null, which is an answer, from a missing field.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Reads a body as an observation of the repository that was requested as `asked`.
///
/// `watchers` is `subscribers_count` (`watchers_count` repeats the stars). Open issues stay unknown, because
/// `open_issues_count` counts pull requests as well; so does `is_empty`, because small repositories also have a `size` of 0.
///
/// # Errors
/// If the body is not a repository with an id and a name.
pub fn observation(body: &[u8], asked: &RepoName, at: DateTime<Utc>) -> Result<Observation, ShapeError> {
    let given: Repository = serde_json::from_slice(body)?;
    let parent = given.parent.filter(|parent| parent.shown.is_public()).and_then(|parent| parent.full_name);
    let facts = RepoFacts {
        is_archived: given.archived,
        is_disabled: given.disabled,
        is_fork: given.fork,
        is_template: given.is_template,
        is_mirror: given.mirror_url.map(|url| text(url).is_some()),
        stars: count(given.stargazers_count),
        forks: count(given.forks_count),
        watchers: count(given.subscribers_count),
        language: given.language,
        topics: given.topics,
        license_spdx: given.license.map(|license| licence(license.spdx_id)),
        description: text(given.description),
        homepage: text(given.homepage),
        owner_type: owner_type(given.owner.and_then(|owner| owner.kind)),
        parent: parent.and_then(|name| on_host(asked, &name)).map(String::from),
        created_at: given.created_at,
        pushed_at: given.pushed_at,
        default_branch: given.default_branch,
        ..RepoFacts::default()
    };
    Ok(live(asked, &given.full_name, Some(given.id), given.node_id, at, facts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn observed(body: &str) -> Result<Observation, ShapeError> {
        observation(body.as_bytes(), &RepoName::parse("old/name").unwrap(), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_whole_reply_arrives() {
        let body = json!({
            "id": 7, "node_id": "R_7", "full_name": "Fresh/Name", "owner": {"login": "New", "type": "User"}, "description": "d",
            "homepage": "", "fork": true, "archived": false, "disabled": false, "is_template": false, "mirror_url": null,
            "stargazers_count": 12, "watchers_count": 12, "forks_count": 3, "subscribers_count": 4, "open_issues_count": 9,
            "size": 0, "language": "C", "license": {"spdx_id": "MIT"}, "topics": ["x"], "parent": {"full_name": "up/stream"},
            "default_branch": "main", "created_at": "2020-01-02T03:04:05Z", "pushed_at": "2021-01-01T00:00:00Z",
        });
        let seen = observed(&body.to_string()).unwrap();
        assert_eq!((seen.repo.as_str(), seen.repo_id, seen.node_id.as_deref()), ("github.com/Fresh/Name", Some(7), Some("R_7")));
        let expected = json!({
            "is_archived": false, "is_disabled": false, "is_fork": true, "is_template": false, "is_mirror": false, "stars": 12,
            "forks": 3, "watchers": 4, "language": "C", "topics": ["x"], "license_spdx": "MIT", "description": "d",
            "owner_type": "User", "parent": "github.com/up/stream", "created_at": "2020-01-02T03:04:05Z",
            "pushed_at": "2021-01-01T00:00:00Z", "default_branch": "main",
        });
        assert_eq!(serde_json::to_value(&seen.facts).unwrap(), expected);
    }

    #[test]
    fn a_mirror_is_one_with_an_address_and_unknown_without_the_field() {
        let mirror = |field: &str| observed(&format!(r#"{{"id":1,"full_name":"a/b"{field}}}"#)).unwrap().facts.is_mirror;
        assert_eq!(mirror(r#","mirror_url":"git://x""#), Some(true));
        assert_eq!(mirror(r#","mirror_url":null"#), Some(false));
        assert_eq!(mirror(""), None);
    }

    #[test]
    fn a_parent_that_not_everybody_may_see_is_not_named() {
        let parent = |shown: &str| observed(&format!(r#"{{"id":1,"full_name":"a/b","parent":{{"full_name":"up/stream",{shown}}}}}"#)).unwrap().facts.parent;
        assert_eq!(parent(r#""private":false"#).as_deref(), Some("github.com/up/stream"));
        assert_eq!((parent(r#""private":true"#), parent(r#""private":false,"visibility":"internal""#)), (None, None));
    }

    #[test]
    fn missing_counts_are_unknown_and_never_zero() {
        let facts = observed(r#"{"id":1,"full_name":"a/b","stargazers_count":null,"forks_count":-1}"#).unwrap().facts;
        assert_eq!(facts, RepoFacts::default());
    }

    #[test]
    fn a_licence_without_an_id_is_one_that_has_no_name_and_an_owner_of_another_kind_is_unknown() {
        let facts = |fields: &str| observed(&format!(r#"{{"id":1,"full_name":"a/b",{fields}}}"#)).unwrap().facts;
        let licence = |id: &str| facts(&format!(r#""license":{{"spdx_id":{id}}}"#)).license_spdx;
        assert_eq!((licence("null").as_deref(), licence("\"MIT\"").as_deref()), (Some("NOASSERTION"), Some("MIT")));
        let owner = |kind: &str| facts(&format!(r#""owner":{{"type":"{kind}"}}"#)).owner_type;
        assert_eq!((owner("Organization").as_deref(), owner("Robot")), (Some("Organization"), None));
    }

    #[test]
    fn another_shape_is_an_error() {
        for body in ["", "<html>", "{}", "[]", r#"{"id":"1","full_name":"a/b"}"#, r#"{"id":1,"full_name":"a/b","stargazers_count":1.5}"#] {
            assert!(observed(body).is_err(), "{body}");
        }
    }
}
