//! Answers as GitHub does, about repositories made up from their names: `o/n1` has the node id `R_o/n1`.

use crate::server::{Request, Response, say};
use serde_json::{Value, json};

/// The answer for a requested repository.
pub(crate) enum Fate {
    Live,
    /// Found under another name.
    Renamed(&'static str),
    NotFound,
    Blocked,
    /// Null without an error that explains it.
    Unexplained,
}

/// A repository in a query: the path of its answer in the reply's data, and the requested name.
struct Asked {
    path: Vec<Value>,
    name: String,
}

/// Returns the names in a query, which may use names or node ids.
pub(crate) fn names(request: &Request) -> Vec<String> {
    asked(request).into_iter().map(|one| one.name).collect()
}

/// Returns the names in several queries, sorted.
pub(crate) fn all_names(requests: &[Request]) -> Vec<String> {
    let mut all: Vec<String> = requests.iter().flat_map(names).collect();
    all.sort();
    all
}

pub(crate) fn all_live(request: &Request) -> Response {
    say(200, reply(request, |_| Fate::Live))
}

/// Returns the body of a good reply, in which each repository has its `fate`.
pub(crate) fn reply(request: &Request, fate: impl Fn(&str) -> Fate) -> Value {
    let mut data = json!({"rateLimit": {"cost": 1, "limit": 5000, "remaining": 4999, "used": 1}});
    let mut errors = Vec::new();
    for Asked { path, name } in asked(request) {
        let (answer, error) = match fate(&name) {
            Fate::Live => (repository(&name), None),
            Fate::Renamed(today) => (repository(today), None),
            Fate::NotFound => (Value::Null, Some(("NOT_FOUND", "Could not resolve to a Repository"))),
            Fate::Blocked => (Value::Null, Some(("FORBIDDEN", "Repository access blocked"))),
            Fate::Unexplained => (Value::Null, None),
        };
        errors.extend(error.map(|(kind, message)| json!({"type": kind, "path": path, "message": message})));
        match path.as_slice() {
            [Value::String(alias)] => data[alias] = answer,
            _ if data["nodes"].is_array() => data["nodes"].as_array_mut().unwrap().push(answer),
            _ => data["nodes"] = json!([answer]),
        }
    }
    let mut reply = json!({ "data": data });
    if !errors.is_empty() {
        reply["errors"] = errors.into();
    }
    reply
}

/// Returns the reply of `GET /repos/{owner}/{name}`.
pub(crate) fn rest(request: &Request) -> Value {
    let name = request.path.strip_prefix("/repos/").unwrap();
    json!({"id": number(name), "node_id": format!("R_{name}"), "full_name": name, "stargazers_count": stars(name), "archived": false, "mirror_url": null})
}

fn asked(request: &Request) -> Vec<Asked> {
    let body: Value = serde_json::from_str(&request.body).unwrap();
    let mut found = Vec::new();
    for line in body["query"].as_str().unwrap().lines().map(str::trim) {
        if let Some(ids) = line.strip_prefix("nodes(ids: ").and_then(|rest| rest.strip_suffix(") { ...Fields }")) {
            let ids: Vec<String> = serde_json::from_str(ids).unwrap();
            let by_id = ids.iter().enumerate().map(|(at, id)| Asked { path: vec!["nodes".into(), at.into()], name: id.trim_start_matches("R_").to_owned() });
            found.extend(by_id);
        } else if let Some((alias, call)) = line.split_once(": repository(owner: \"") {
            let (owner, rest) = call.split_once("\", name: \"").unwrap();
            let name = rest.split('"').next().unwrap();
            found.push(Asked { path: vec![alias.into()], name: format!("{owner}/{name}") });
        }
    }
    found
}

fn repository(name: &str) -> Value {
    json!({
        "databaseId": number(name), "id": format!("R_{name}"), "nameWithOwner": name, "stargazerCount": stars(name), "forkCount": 0,
        "isArchived": false, "isDisabled": false, "isEmpty": false, "isFork": false, "isTemplate": false, "isMirror": false,
        "licenseInfo": {"spdxId": "MIT"}, "owner": {"__typename": "User"}, "pushedAt": "2026-11-01T00:00:00Z", "createdAt": "2020-01-01T00:00:00Z",
    })
}

fn number(name: &str) -> u64 {
    name.to_lowercase().bytes().fold(7, |number, byte| (number * 31 + u64::from(byte)) % 1_000_000_007)
}

pub(crate) fn stars(name: &str) -> u64 {
    number(name) % 1000
}
