//! Serves the same repositories over REST.

use crate::world::{State, World};
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

/// Status, further headers, body.
pub(crate) type Said = (u16, Vec<(&'static str, String)>, Value);

/// Answers a GET for a path with its query; `base` is this server's URL, `now` the time in seconds.
pub(crate) fn get(path: &str, query: &str, if_none_match: Option<&str>, world: &World, base: &str, now: i64) -> Said {
    let segments: Vec<&str> = path.trim_start_matches("/api/v3").trim_matches('/').split('/').collect();
    match segments.as_slice() {
        ["repositories", id] => by_id(id.parse::<u64>().ok().and_then(|id| id.checked_sub(1000)), world),
        ["repos", owner, name] => by_name(&format!("{owner}/{name}"), world, base),
        ["repos", owner, name, "stargazers", "history"] => match world.number(&format!("{owner}/{name}")) {
            Some(number) if world.state(number) == State::Live => history(number, query, if_none_match, world, &format!("{base}{path}"), now),
            _ => not_found(),
        },
        _ => not_found(),
    }
}

fn by_name(name: &str, world: &World, base: &str) -> Said {
    match world.number(name) {
        Some(number) if world.state(number) == State::Live && !world.full_name(number).eq_ignore_ascii_case(name) => {
            let url = format!("{base}/repositories/{}", world.id(number));
            (301, vec![("location", url.clone())], json!({"message": "Moved Permanently", "url": url, "documentation_url": "https://docs.github.com"}))
        }
        number => by_id(number, world),
    }
}

fn by_id(number: Option<u64>, world: &World) -> Said {
    let Some(number) = number else { return not_found() };
    match world.state(number) {
        State::Live | State::Restricted(_) => (200, Vec::new(), body(&world.repository(number))),
        State::NotFound => not_found(),
        State::Blocked(reason) => {
            let block = json!({"reason": reason, "created_at": "2024-01-01T00:00:00Z", "html_url": "https://github.com/tos"});
            (if reason == "dmca" { 451 } else { 403 }, Vec::new(), json!({"message": "Repository access blocked", "block": block}))
        }
    }
}

fn not_found() -> Said {
    (404, Vec::new(), json!({"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}))
}

/// Returns a repository in REST's form.
fn body(graphql: &Value) -> Value {
    let at = |pointer: &str| graphql.pointer(pointer).cloned().unwrap_or(Value::Null);
    json!({
        "id": at("/databaseId"), "node_id": at("/id"), "full_name": at("/nameWithOwner"), "private": at("/visibility") != "PUBLIC", "size": 12,
        "owner": {"login": at("/owner/login"), "type": at("/owner/__typename")}, "description": at("/description"), "homepage": "",
        "fork": at("/isFork"), "archived": at("/isArchived"), "disabled": at("/isDisabled"), "is_template": at("/isTemplate"),
        "mirror_url": at("/isMirror").as_bool().unwrap_or(false).then_some("git://mirror"), "stargazers_count": at("/stargazerCount"),
        "watchers_count": at("/stargazerCount"), "forks_count": at("/forkCount"), "subscribers_count": at("/watchers/totalCount"),
        "open_issues_count": at("/issues/totalCount"), "language": at("/primaryLanguage/name"),
        "license": at("/licenseInfo/spdxId").as_str().map(|id| json!({"spdx_id": id})), "topics": [at("/repositoryTopics/nodes/0/topic/name")],
        "parent": at("/parent/nameWithOwner").as_str().map(|name| json!({"full_name": name})), "default_branch": "main",
        "created_at": at("/createdAt"), "pushed_at": at("/pushedAt"),
    })
}

/// Returns a page of stars over time; 304 if the client's `ETag` is current.
fn history(number: u64, query: &str, if_none_match: Option<&str>, world: &World, url: &str, now: i64) -> Said {
    let parameter = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse::<usize>().ok());
    let (per_page, page) = (parameter("per_page").unwrap_or(30).clamp(1, 30), parameter("page").unwrap_or(1).max(1));
    let weeks = world.star_weeks(number, now);
    let last = weeks.len().div_ceil(per_page);
    let weeks: Vec<Value> = weeks.into_iter().skip((page - 1) * per_page).take(per_page).collect();
    let body = Value::from(weeks);
    let etag = format!("\"{:016x}\"", xxh3_64(body.to_string().as_bytes()));
    let mut headers = vec![("etag", etag.clone())];
    if if_none_match == Some(etag.as_str()) {
        return (304, headers, Value::Null);
    }
    if page < last {
        let link = |page: usize, relation: &str| format!("<{url}?per_page={per_page}&page={page}>; rel=\"{relation}\"");
        headers.push(("link", format!("{}, {}", link(page + 1, "next"), link(last, "last"))));
    }
    (200, headers, body)
}
