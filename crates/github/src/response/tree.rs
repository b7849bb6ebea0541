//! The root folder of a repository, from `object(expression: "HEAD:")`.

use super::{ShapeError, present, same_id};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use starcite_core::RepoFacts;
use starcite_core::answer::{Detail, Target, TreeEntry};

#[derive(Deserialize)]
struct Repository {
    id: String,
    object: Option<Tree>,
    workflows: Option<Tree>,
}

/// The folder of GitHub's own continuous integration; the one name of `root_entries` that is a path.
const WORKFLOWS: &str = ".github/workflows";

#[derive(Deserialize)]
struct Tree {
    entries: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    size: Option<i64>,
}

/// Returns the entries of the root folder, and `root_entries` made from them.
///
/// # Errors
/// If the answer has no tree; the tree of an empty repository is never requested.
pub fn detail(answer: &Value, wanted: &Target, at: DateTime<Utc>) -> Result<Detail, ShapeError> {
    let given = Repository::deserialize(answer)?;
    same_id(&given.id, wanted.id())?;
    let entries = present(given.object.and_then(|tree| tree.entries), "object")?;
    let entry = |entry: Entry| TreeEntry { is_file: entry.kind.as_deref() == Some("blob"), bytes: entry.size.unwrap_or(0), name: entry.name };
    let entries: Vec<TreeEntry> = entries.into_iter().map(entry).collect();
    let has_workflows = given.workflows.and_then(|tree| tree.entries).is_some_and(|entries| !entries.is_empty());
    let names = entries.iter().map(|entry| entry.name.as_str()).chain(has_workflows.then_some(WORKFLOWS));
    let facts = RepoFacts { root_entries: Some(names.map(str::to_owned).collect()), ..RepoFacts::default() };
    Ok(Detail { observed_at: at, facts, entries, files: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use starcite_core::RepoName;

    fn asked() -> Target {
        Target { node_id: Some("R_1".into()), ..Target::by_name(RepoName::parse("a/b").unwrap()) }
    }

    #[test]
    fn files_and_folders_are_told_apart() {
        let entries = json!([{"name": "docs", "type": "tree", "size": 0}, {"name": "readme.md", "type": "blob", "size": 12}]);
        let seen = detail(&json!({"id": "R_1", "object": {"entries": entries}}), &asked(), DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(seen.entries.iter().map(|entry| entry.is_file).collect::<Vec<_>>(), [false, true]);
        assert_eq!((seen.facts.root_entries.map(|names| names.len()), seen.entries[1].bytes), (Some(2), 12));
    }

    #[test]
    fn workflows_are_told_beside_the_root_folder() {
        let root = json!({"entries": [{"name": ".github", "type": "tree", "size": 0}]});
        let names = |workflows: Value| {
            let seen = detail(&json!({"id": "R_1", "object": root, "workflows": workflows}), &asked(), DateTime::UNIX_EPOCH).unwrap();
            seen.facts.root_entries.unwrap()
        };
        assert_eq!(names(json!({"entries": [{"name": "test.yml"}]})), [".github", ".github/workflows"]);
        assert_eq!(names(Value::Null), [".github"]);
    }

    #[test]
    fn no_tree_is_no_empty_tree() {
        for answer in [json!({"id": "R_1", "object": null}), json!({"id": "R_1"}), json!({"id": "R_2", "object": {"entries": []}})] {
            assert!(detail(&answer, &asked(), DateTime::UNIX_EPOCH).is_err(), "{answer}");
        }
    }
}
