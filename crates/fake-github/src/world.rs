//! The repositories. Each follows from its number and the seed; only changes by tests are stored.

use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::RwLock;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The state of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Served.
    Live,
    /// Served to this account, but not public: `PRIVATE`, or `INTERNAL`.
    Restricted(&'static str),
    /// Deleted, or private.
    NotFound,
    /// Not served to any account, for this reason: `dmca`, `tos`.
    Blocked(&'static str),
}

/// All repositories.
#[derive(Debug)]
pub struct World {
    seed: u64,
    /// Changed by tests: the state of a repository by its number.
    states: RwLock<HashMap<u64, State>>,
    /// Changed by tests: the repository of a name (lower case).
    names: RwLock<HashMap<String, u64>>,
    /// Changed by tests: files of a repository, which replace its own of the same name.
    written: RwLock<HashMap<u64, Vec<(String, String)>>>,
    /// Changed by tests: the time, in seconds, until which stars were added.
    stars_until: RwLock<Option<i64>>,
}

/// The first number of third-party repositories that take over a name.
const STRANGERS: u64 = 1 << 40;

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, states: RwLock::default(), names: RwLock::default(), written: RwLock::default(), stars_until: RwLock::default() }
    }

    /// Returns the name numbered `i`; one in twenty differs from GitHub's in case.
    pub fn name(&self, i: u64) -> String {
        let name = format!("owner{}/Repo-{i}", i % 97);
        if self.chance(i, "case") < 5 { name.to_uppercase() } else { name }
    }

    /// Returns the number of the repository of a name; several names may lead to one. `None` for a name that never existed.
    pub fn number(&self, name: &str) -> Option<u64> {
        let name = name.to_lowercase();
        if let Some(number) = self.names.read().ok()?.get(&name) {
            return Some(*number);
        }
        let i: u64 = name.split_once("/repo-")?.1.trim_end_matches("-now").parse().ok()?;
        if name != format!("owner{}/repo-{i}", i % 97) && name != self.full_name(i).to_lowercase() {
            return None;
        }
        // Old names in a block lead to the block's first repository.
        Some(if (23..28).contains(&self.fate(i)) { i / 10 * 10 } else { i })
    }

    /// Returns GitHub's current name of a repository.
    pub fn full_name(&self, number: u64) -> String {
        let i = number % STRANGERS;
        if number < STRANGERS && (16..23).contains(&self.fate(i)) { format!("moved{}/Repo-{i}-now", i % 13) } else { format!("owner{}/Repo-{i}", i % 97) }
    }

    /// Returns the state of a repository.
    pub fn state(&self, number: u64) -> State {
        if let Some(state) = self.states.read().ok().and_then(|states| states.get(&number).copied()) {
            return state;
        }
        match self.fate(number % STRANGERS) {
            _ if number >= STRANGERS => State::Live,
            0..13 => State::NotFound,
            13..15 => State::Blocked("dmca"),
            15 => State::Blocked("tos"),
            _ => State::Live,
        }
    }

    /// Changes the state of the repository of a name.
    pub fn set(&self, name: &str, state: State) {
        if let (Some(number), Ok(mut states)) = (self.number(name), self.states.write()) {
            states.insert(number, state);
        }
    }

    /// Writes a file into the root folder of the repository of a name.
    pub fn write(&self, name: &str, file: &str, text: &str) {
        if let (Some(number), Ok(mut written)) = (self.number(name), self.written.write()) {
            let files = written.entry(number).or_default();
            files.retain(|(known, _)| known != file);
            files.push((file.to_owned(), text.to_owned()));
        }
    }

    /// Adds no stars after a time, in seconds; by default stars are added until now.
    pub fn add_stars_until(&self, time: i64) {
        if let Ok(mut until) = self.stars_until.write() {
            *until = Some(time);
        }
    }

    /// Deletes the repository of this name; another owner creates a new one with the same name.
    pub fn reassign(&self, name: &str) {
        let Some(number) = self.number(name) else { return };
        self.set(name, State::NotFound);
        if let Ok(mut names) = self.names.write() {
            names.insert(name.to_lowercase(), number + STRANGERS);
        }
    }

    /// Returns GitHub's numeric id of a repository.
    pub fn id(&self, number: u64) -> u64 {
        1000 + number
    }

    /// Returns one of a hundred fates; every tenth repository is live under its own name.
    fn fate(&self, i: u64) -> u64 {
        if i.is_multiple_of(10) { 99 } else { self.chance(i, "fate") }
    }

    fn chance(&self, i: u64, what: &str) -> u64 {
        xxh3_64_with_seed(format!("{i} {what}").as_bytes(), self.seed) % 100
    }

    /// Returns a number below `most` for a repository; about one in ten is 0.
    fn count(&self, number: u64, what: &str, most: u64) -> u64 {
        let hash = xxh3_64_with_seed(format!("{number} {what}").as_bytes(), self.seed);
        if hash.is_multiple_of(10) { 0 } else { hash % most }
    }

    /// Returns a repository in the form of GraphQL's schema, with every field that can be requested; some are null.
    pub fn repository(&self, number: u64) -> Value {
        let chance = |what| self.chance(number, what);
        let count = |what, most| json!({ "totalCount": self.count(number, what, most) });
        let is_empty = chance("empty") < 3;
        let is_fork = chance("fork") < 8;
        let visibility = if let State::Restricted(visibility) = self.state(number) { visibility } else { "PUBLIC" };
        let releases = self.count(number, "releases", 9);
        let latest = (releases > 0).then(|| json!({"tagName": format!("v{releases}"), "publishedAt": "2025-05-05T05:05:05Z"}));
        let commits = json!({
            "__typename": "Commit", "oid": format!("{number:040x}"), "committedDate": "2026-10-01T00:00:00Z",
            "history": count("commits", 5000), "history since": count("commits of the year", 500),
        });
        json!({
            "__typename": "Repository", "number": number, "databaseId": self.id(number), "id": format!("R_{number}"),
            "nameWithOwner": self.full_name(number), "isArchived": chance("archived") < 6, "isDisabled": chance("disabled") < 2, "isEmpty": is_empty,
            "isFork": is_fork, "isTemplate": chance("template") < 3, "isMirror": chance("mirror") < 3, "isLocked": false, "visibility": visibility,
            "stargazerCount": self.count(number, "stars", 90_000), "forkCount": self.count(number, "forks", 900),
            "primaryLanguage": (chance("language") < 90).then(|| json!({"name": "Python"})),
            "licenseInfo": (chance("licence") < 60).then(|| json!({"spdxId": "MIT"})),
            "description": (chance("description") < 80).then(|| format!("Repository {number}")), "homepageUrl": null,
            "owner": {"__typename": if chance("owner") < 30 { "Organization" } else { "User" }, "login": format!("owner{}", number % 97)},
            "createdAt": "2020-01-01T00:00:00Z", "pushedAt": "2026-10-01T00:00:00Z",
            "archivedAt": (chance("archived") < 6).then_some("2024-01-01T00:00:00Z"),
            "parent": is_fork.then(|| json!({"nameWithOwner": format!("up/stream-{number}"), "visibility": "PUBLIC"})),
            "defaultBranchRef": (!is_empty).then(|| json!({"name": "main", "target": commits})),
            "watchers": count("watchers", 400), "issues": count("issues", 300), "pullRequests": count("pull requests", 40),
            "releases": {"totalCount": releases}, "latestRelease": latest,
            "languages": {"totalSize": if is_empty { 0 } else { 1000 + number }, "edges": [{"size": 1000 + number, "node": {"name": "Python"}}]},
            "repositoryTopics": {"nodes": [{"topic": {"name": format!("topic-{}", number % 7)}}]},
        })
    }

    /// Returns the value of `object(expression: "HEAD:…")`: the tree, a file, or null.
    pub fn object(&self, number: u64, expression: &str) -> Value {
        let files = self.files(number);
        if self.chance(number, "empty") < 3 {
            return Value::Null;
        }
        match expression.strip_prefix("HEAD:") {
            Some("") => {
                let entry = |(name, text): &(String, String)| json!({"name": name, "type": "blob", "size": text.len()});
                json!({"__typename": "Tree", "entries": files.iter().map(entry).collect::<Vec<_>>()})
            }
            Some(path) => files
                .iter()
                .find(|(name, _)| name == path)
                .map_or(Value::Null, |(_, text)| json!({"__typename": "Blob", "text": text, "byteSize": text.len(), "isBinary": false, "isTruncated": false})),
            None => Value::Null,
        }
    }

    /// Returns the files of the root folder.
    pub fn files(&self, number: u64) -> Vec<(String, String)> {
        let mut files = vec![("main.py".to_owned(), "print()\n".to_owned())];
        let readme = ["README.md", "readme.md", "README.rst", "Readme.txt"][(number % 4) as usize];
        if self.chance(number, "readme") < 90 {
            files.push((readme.to_owned(), format!("# Repository {number}\n\nCode of https://arxiv.org/abs/2101.{:05}v1\n", number % 100_000)));
        }
        if self.chance(number, "requirements") < 60 {
            let package = ["torch", "tensorflow", "jax", "numpy"][(number % 4) as usize];
            files.push(("requirements.txt".to_owned(), format!("numpy\n{package}>=1.0\n")));
        }
        let written = self.written.read().ok().and_then(|written| written.get(&number).cloned()).unwrap_or_default();
        files.retain(|(name, _)| written.iter().all(|(known, _)| known != name));
        files.extend(written);
        files
    }

    /// Returns the stars added in each of the last weeks before `now` (seconds), the newest first, with the days.
    pub(crate) fn star_weeks(&self, number: u64, now: i64) -> Vec<Value> {
        const WEEK: i64 = 7 * 86_400;
        let now = self.stars_until.read().ok().and_then(|until| *until).unwrap_or(now);
        let newest = now / WEEK * WEEK;
        let weeks = 5 + i64::try_from(number % 60).unwrap_or(0);
        let week = |back: i64| {
            let start = newest - back * WEEK;
            let days: Vec<u64> = (0..7).map(|day| self.count(number, &format!("{start} {day}"), 5)).collect();
            json!({"week": start, "total": days.iter().sum::<u64>(), "days": days})
        };
        (0..weeks).map(week).collect()
    }
}
