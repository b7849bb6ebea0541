//! The text of the GraphQL query for one batch, and where in the reply each repository stands.

use crate::answer::Wanted;
use serde_json::Value;
use std::fmt::Write as _;

/// How much is asked of each repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fields {
    /// All scalars of the `repos` table.
    Scalars,
    /// The scalars without those that GitHub has to open the repository for: what is left to ask of a single repository
    /// whose query timed out, since that query must not be repeated as it was.
    Lean,
}

/// Scalars only: a batch of 100 costs one point as long as no connection is in it
/// (<https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api>).
const SCALARS: &str = "databaseId id nameWithOwner isArchived isDisabled isEmpty isFork isTemplate isMirror \
stargazerCount forkCount primaryLanguage { name } licenseInfo { spdxId } description homepageUrl owner { __typename } \
createdAt pushedAt archivedAt";
const DEEPER: &str = " parent { nameWithOwner } defaultBranchRef { name target { oid ... on Commit { committedDate } } }";

/// A query and the way from its reply back to what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The query's text: what the field `query` of the request holds.
    pub text: String,
    /// The places in the batch of those asked by id, in the order of `nodes(ids:)`.
    by_id: Vec<usize>,
}

impl Query {
    /// The query for a batch of at most 100 repositories.
    ///
    /// The one at place N is asked as alias `rN`, by name, if it has no id. Those that have one share one
    /// `nodes(ids:)`, which is shorter than an alias for each and tells its errors apart as well (path `["nodes", K]`).
    /// A name without exactly two segments is left out.
    pub fn new(batch: &[Wanted], fields: Fields) -> Self {
        let by_id: Vec<usize> = (0..batch.len()).filter(|&i| batch[i].id().is_some()).collect();
        let mut text = String::from("query {\n  rateLimit { cost limit remaining used resetAt }\n");
        if !by_id.is_empty() {
            let ids: Vec<String> = by_id.iter().filter_map(|&i| batch[i].id()).map(quoted).collect();
            push(&mut text, format_args!("  nodes(ids: [{}]) {{ ...Fields }}\n", ids.join(", ")));
        }
        for (i, wanted) in batch.iter().enumerate().filter(|(_, wanted)| wanted.id().is_none()) {
            if let Some((owner, name)) = wanted.name.owner_and_name() {
                let (owner, name) = (quoted(owner), quoted(name));
                let call = format_args!("  r{i}: repository(owner: {owner}, name: {name}, followRenames: true) {{ ...Fields }}\n");
                push(&mut text, call);
            }
        }
        let deeper = if fields == Fields::Scalars { DEEPER } else { "" };
        push(&mut text, format_args!("}}\nfragment Fields on Repository {{ {SCALARS}{deeper} }}\n"));
        Self { text, by_id }
    }

    /// The place in the batch that an error's path means, if the path names a whole repository and not a field of it.
    pub fn place(&self, path: &[Value]) -> Option<usize> {
        match path {
            [Value::String(alias)] => alias.strip_prefix('r')?.parse().ok(),
            [Value::String(nodes), at] if nodes == "nodes" => {
                let at = usize::try_from(at.as_u64()?).ok()?;
                self.by_id.get(at).copied()
            }
            _ => None,
        }
    }

    /// What the reply's `data` holds for each place in a batch of `len`: null where it is null or missing.
    pub fn answers<'a>(&self, data: &'a serde_json::Map<String, Value>, len: usize) -> Vec<&'a Value> {
        let by_name = |i: usize| data.get(&format!("r{i}")).unwrap_or(&Value::Null);
        let mut answers: Vec<&Value> = (0..len).map(by_name).collect();
        for (at, &i) in self.by_id.iter().enumerate() {
            if let Some(answer) = answers.get_mut(i) {
                *answer = data.get("nodes").and_then(|nodes| nodes.get(at)).unwrap_or(&Value::Null);
            }
        }
        answers
    }
}

fn push(text: &mut String, piece: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(piece);
}

/// A GraphQL string: its escapes are those of JSON (GraphQL specification, October 2021, 2.9.4).
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use starcite_core::RepoName;

    fn wanted(name: &str, id: Option<&str>) -> Wanted {
        let name = RepoName::parse(name).unwrap();
        let node_id = id.map(str::to_owned);
        Wanted { name, node_id }
    }

    #[test]
    fn the_text_of_a_small_batch() {
        let batch = [wanted("a/b", None), wanted("c/d", Some("R_1")), wanted("e/f.g", None)];
        let expected = r#"query {
  rateLimit { cost limit remaining used resetAt }
  nodes(ids: ["R_1"]) { ...Fields }
  r0: repository(owner: "a", name: "b", followRenames: true) { ...Fields }
  r2: repository(owner: "e", name: "f.g", followRenames: true) { ...Fields }
}
fragment Fields on Repository { databaseId id nameWithOwner isArchived isDisabled isEmpty isFork isTemplate isMirror stargazerCount forkCount primaryLanguage { name } licenseInfo { spdxId } description homepageUrl owner { __typename } createdAt pushedAt archivedAt parent { nameWithOwner } defaultBranchRef { name target { oid ... on Commit { committedDate } } } }
"#;
        assert_eq!(Query::new(&batch, Fields::Scalars).text, expected);
    }

    #[test]
    fn the_lean_query_is_another_one() {
        let batch = [wanted("a/b", None)];
        let lean = Query::new(&batch, Fields::Lean).text;
        assert!(!lean.contains("defaultBranchRef") && lean.contains("stargazerCount"), "{lean}");
    }

    #[test]
    fn strings_cannot_break_out() {
        let text = Query::new(&[wanted("a/b", Some("x\"]) { evil }\n\\"))], Fields::Scalars).text;
        assert!(text.contains(r#"nodes(ids: ["x\"]) { evil }\n\\"]) {"#), "{text}");
    }

    #[test]
    fn a_path_leads_back_to_what_was_asked() {
        let query = Query::new(&[wanted("a/b", None), wanted("c/d", Some("R_1"))], Fields::Scalars);
        let place = |path: Value| query.place(path.as_array().unwrap());
        assert_eq!(place(json!(["r0"])), Some(0));
        assert_eq!(place(json!(["nodes", 0])), Some(1));
        for other in [json!(["nodes", 7]), json!(["nodes", -1]), json!(["r0", "parent"]), json!(["rateLimit"]), json!([]), json!([null])] {
            assert_eq!(place(other.clone()), None, "{other}");
        }
        let data = json!({"r0": 1, "nodes": [2]});
        assert_eq!(query.answers(data.as_object().unwrap(), 2), [&json!(1), &json!(2)]);
        let nothing = json!({"nodes": null});
        assert_eq!(query.answers(nothing.as_object().unwrap(), 2), [&Value::Null, &Value::Null]);
    }
}
