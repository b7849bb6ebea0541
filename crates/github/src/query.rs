//! Writes the GraphQL query for one batch, and finds each repository's part in the reply.

use crate::parts;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use starcite_core::Part;
use starcite_core::answer::Target;
use std::fmt::Write as _;

/// A query, with the mapping from its reply to the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The query's text: the field `query` of the request.
    pub text: String,
    /// The requested part of each repository.
    pub part: Part,
    /// The batch indices of those in `nodes(ids:)`, in its order.
    in_nodes: Vec<usize>,
}

impl Query {
    /// Writes the query for a batch of at most 100 repositories. The 52 weeks of `commits_52w` end with the day of `now`. `lean` requests
    /// fewer fields: the last resort for a single repository whose query timed out, because that query must not be repeated.
    ///
    /// A repository without an id has the alias `rN`, by its index N, and is requested by name. Those with an id share one `nodes(ids:)`, which is
    /// shorter than an alias for each and also separates their errors (path `["nodes", K]`). Only files, which differ
    /// between repositories, need an alias each. A name without exactly two segments is omitted.
    pub fn new(batch: &[Target], part: Part, lean: bool, now: DateTime<Utc>) -> Self {
        let mut text = String::from("query {\n  rateLimit { cost limit remaining used resetAt }\n");
        if part == Part::Files {
            batch.iter().enumerate().for_each(|(i, wanted)| push_files(&mut text, i, wanted));
            text.push_str("}\n");
            return Self { text, part, in_nodes: Vec::new() };
        }
        let in_nodes: Vec<usize> = (0..batch.len()).filter(|&i| batch[i].id().is_some()).collect();
        if !in_nodes.is_empty() {
            let ids: Vec<String> = in_nodes.iter().filter_map(|&i| batch[i].id()).map(quoted).collect();
            push(&mut text, format_args!("  nodes(ids: [{}]) {{ ...Fields }}\n", ids.join(", ")));
        }
        for (i, wanted) in batch.iter().enumerate().filter(|(_, wanted)| wanted.id().is_none()) {
            if let Some((owner, name)) = wanted.name.owner_and_name() {
                let (owner, name) = (quoted(owner), quoted(name));
                let call = format_args!("  r{i}: repository(owner: {owner}, name: {name}, followRenames: true) {{ ...Fields }}\n");
                push(&mut text, call);
            }
        }
        let since = (now - TimeDelta::weeks(52)).format("%Y-%m-%dT00:00:00Z").to_string();
        push(&mut text, format_args!("}}\nfragment Fields on Repository {{ {} }}\n", parts::fields(part, lean, &since)));
        Self { text, part, in_nodes }
    }

    /// Returns the batch index at the start of an error's path, and true if the path is the whole repository, false if it is a field of it.
    pub fn place(&self, path: &[Value]) -> Option<(usize, bool)> {
        match path {
            [Value::String(nodes), at, fields @ ..] if nodes == "nodes" => {
                let at = usize::try_from(at.as_u64()?).ok()?;
                Some((*self.in_nodes.get(at)?, fields.is_empty()))
            }
            [Value::String(alias), fields @ ..] => Some((alias.strip_prefix('r')?.parse().ok()?, fields.is_empty())),
            _ => None,
        }
    }

    /// Returns the field of a repository, given its batch index, that an error's path leads to or through.
    pub fn field<'a>(&self, path: Option<&'a [Value]>, place: usize) -> Option<&'a str> {
        let path = path.filter(|path| self.place(path) == Some((place, false)))?;
        let repository = if path.first()? == "nodes" { 2 } else { 1 };
        path.get(repository)?.as_str()
    }

    /// Returns the position of a batch index in the text, which is also the order in which the host answers.
    pub fn rank(&self, place: usize) -> usize {
        self.in_nodes.iter().position(|&one| one == place).unwrap_or(self.in_nodes.len() + place)
    }

    /// Returns the value in the reply's `data` for each of a batch of `len`: null if it is null or missing.
    pub fn answers<'a>(&self, data: &'a serde_json::Map<String, Value>, len: usize) -> Vec<&'a Value> {
        let by_name = |i: usize| data.get(&format!("r{i}")).unwrap_or(&Value::Null);
        let mut answers: Vec<&Value> = (0..len).map(by_name).collect();
        for (at, &i) in self.in_nodes.iter().enumerate() {
            if let Some(answer) = answers.get_mut(i) {
                *answer = data.get("nodes").and_then(|nodes| nodes.get(at)).unwrap_or(&Value::Null);
            }
        }
        answers
    }
}

/// Writes the query for the texts of a repository's files: `f0`, `f1`, … in the order of [`Target::files`].
fn push_files(text: &mut String, place: usize, wanted: &Target) {
    let id = quoted(wanted.id().unwrap_or_default());
    push(text, format_args!("  r{place}: node(id: {id}) {{ ... on Repository {{ id visibility"));
    for (at, file) in wanted.files.iter().enumerate() {
        let expression = quoted(&format!("HEAD:{file}"));
        push(text, format_args!(" f{at}: object(expression: {expression}) {{ __typename ... on Blob {{ text byteSize isTruncated }} }}"));
    }
    text.push_str(" } }\n");
}

fn push(text: &mut String, piece: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(piece);
}

/// Returns a GraphQL string, whose escapes are those of JSON (GraphQL specification, October 2021, 2.9.4).
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use starcite_core::RepoName;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn wanted(name: &str, id: Option<&str>) -> Target {
        Target { node_id: id.map(str::to_owned), ..Target::by_name(RepoName::parse(name).unwrap()) }
    }

    fn scalars(batch: &[Target]) -> Query {
        Query::new(batch, Part::Scalars, false, NOW)
    }

    #[test]
    fn the_text_of_a_small_batch() {
        let text = scalars(&[wanted("a/b", None), wanted("c/d", Some("R_1")), wanted("e/f.g", None)]).text;
        let expected = r#"query {
  rateLimit { cost limit remaining used resetAt }
  nodes(ids: ["R_1"]) { ...Fields }
  r0: repository(owner: "a", name: "b", followRenames: true) { ...Fields }
  r2: repository(owner: "e", name: "f.g", followRenames: true) { ...Fields }
}
fragment Fields on Repository { databaseId id visibility nameWithOwner "#;
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn files_are_asked_by_the_names_they_have() {
        let mut one = wanted("a/b", Some("R_1"));
        one.files = vec!["READ\"ME.md".to_owned(), "setup.py".to_owned()];
        let text = Query::new(&[one], Part::Files, false, NOW).text;
        let file = |at: usize, name: &str| format!(r#" f{at}: object(expression: "HEAD:{name}") {{ __typename ... on Blob {{ text byteSize isTruncated }} }}"#);
        let expected = format!(r#"  r0: node(id: "R_1") {{ ... on Repository {{ id visibility{}{} }} }}"#, file(0, "READ\\\"ME.md"), file(1, "setup.py"));
        assert!(text.contains(&expected), "{text}");
    }

    #[test]
    fn the_lean_query_is_another_one() {
        let lean = Query::new(&[wanted("a/b", None)], Part::Scalars, true, NOW).text;
        assert!(!lean.contains("defaultBranchRef") && lean.contains("stargazerCount"), "{lean}");
    }

    #[test]
    fn strings_cannot_break_out() {
        let text = scalars(&[wanted("a/b", Some("x\"]) { evil }\n\\"))]).text;
        assert!(text.contains(r#"nodes(ids: ["x\"]) { evil }\n\\"]) {"#), "{text}");
    }

    #[test]
    fn a_path_leads_back_to_what_was_asked() {
        let query = scalars(&[wanted("a/b", None), wanted("c/d", Some("R_1"))]);
        let place = |path: Value| query.place(path.as_array().unwrap());
        assert_eq!(place(json!(["r0"])), Some((0, true)));
        assert_eq!(place(json!(["nodes", 0])), Some((1, true)));
        assert_eq!(place(json!(["r0", "parent"])), Some((0, false)));
        assert_eq!(place(json!(["nodes", 0, "parent", "nameWithOwner"])), Some((1, false)));
        for other in [json!(["nodes", 7]), json!(["nodes", -1]), json!(["rateLimit"]), json!([]), json!([null])] {
            assert_eq!(place(other.clone()), None, "{other}");
        }
        let field = |path: Value, place| query.field(path.as_array().map(Vec::as_slice), place).map(str::to_owned);
        assert_eq!(field(json!(["r0", "licenseInfo", "spdxId"]), 0).as_deref(), Some("licenseInfo"));
        assert_eq!(field(json!(["nodes", 0, "parent"]), 1).as_deref(), Some("parent"));
        assert_eq!((field(json!(["r0"]), 0), field(json!(["nodes", 0, "parent"]), 0), field(Value::Null, 0)), (None, None, None));
        assert_eq!((query.rank(1), query.rank(0)), (0, 1), "ids come first");
        let data = json!({"r0": 1, "nodes": [2]});
        assert_eq!(query.answers(data.as_object().unwrap(), 2), [&json!(1), &json!(2)]);
        let nothing = json!({"nodes": null});
        assert_eq!(query.answers(nothing.as_object().unwrap(), 2), [&Value::Null, &Value::Null]);
    }
}
