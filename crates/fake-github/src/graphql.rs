//! Executes a query over the world as GitHub does, and counts its cost.

use crate::world::{State, World};
use graphql_parser::query::{Definition, Document, Field, OperationDefinition, Selection, SelectionSet, TypeCondition, Value as Argument};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Connections: each counts as one request for each repository of the query.
const CONNECTIONS: &[&str] = &["watchers", "issues", "pullRequests", "releases", "languages", "repositoryTopics", "history"];
/// Fields that become null when the resources run out.
const NULLABLE: &[&str] = &["latestRelease", "languages", "defaultBranchRef", "licenseInfo", "primaryLanguage", "parent", "object", "watchers", "history"];

/// The result of a query.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) data: Map<String, Value>,
    pub(crate) errors: Vec<Value>,
    pub(crate) points: u64,
    pub(crate) connections: u64,
    pub(crate) repositories: u64,
    /// The names or ids that were answered in full, as requested.
    pub(crate) answered: Vec<String>,
    /// A hash that distinguishes selections.
    pub(crate) selection: u64,
}

struct Run<'a> {
    world: &'a World,
    fragments: HashMap<&'a str, &'a SelectionSet<'a, &'a str>>,
    answer: Answer,
    fields: u64,
    most_fields: u64,
}

/// Executes a query; `rate_limit` is the value of that field, `most_fields` the fields after which resources run out (0 is never).
///
/// # Errors
/// If the text is not a query, or requests a field that does not exist: GitHub's own message.
pub(crate) fn execute(text: &str, world: &World, rate_limit: impl Fn(u64) -> Value, most_fields: u64) -> Result<Answer, String> {
    let document: Document<'_, &str> = graphql_parser::parse_query(text).map_err(|error| format!("Parse error: {error}"))?;
    let mut fragments = HashMap::new();
    let mut root = None;
    for definition in &document.definitions {
        match definition {
            Definition::Fragment(fragment) => drop(fragments.insert(fragment.name, &fragment.selection_set)),
            Definition::Operation(OperationDefinition::Query(query)) => root = Some(&query.selection_set),
            Definition::Operation(OperationDefinition::SelectionSet(set)) => root = Some(set),
            Definition::Operation(_) => return Err("only queries are served here".to_owned()),
        }
    }
    let most_fields = if most_fields == 0 { u64::MAX } else { most_fields };
    let mut run = Run { world, fragments, answer: Answer::default(), fields: 0, most_fields };
    run.answer.selection = xxh3_64(text.rsplit("fragment ").next().unwrap_or_default().as_bytes());
    let root = root.ok_or("no query")?;
    for field in run.fields(root, "Query")? {
        let alias = field.alias.unwrap_or(field.name);
        if field.name != "rateLimit" {
            let value = run.root_field(field, alias)?;
            run.answer.data.insert(alias.to_owned(), value);
        }
    }
    let mut answer = run.answer;
    answer.points = ((answer.connections + 50) / 100).max(1);
    answer.data.insert("rateLimit".to_owned(), rate_limit(answer.points));
    Ok(answer)
}

impl<'a> Run<'a> {
    /// Returns the fields of a selection for a type, with fragments expanded.
    fn fields(&self, set: &'a SelectionSet<'a, &'a str>, of_type: &str) -> Result<Vec<&'a Field<'a, &'a str>>, String> {
        let mut fields = Vec::new();
        for item in &set.items {
            match item {
                Selection::Field(field) => fields.push(field),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.fragments.get(spread.fragment_name).ok_or_else(|| format!("no fragment {}", spread.fragment_name))?;
                    fields.extend(self.fields(fragment, of_type)?);
                }
                Selection::InlineFragment(inline) => {
                    let fits = inline.type_condition.as_ref().is_none_or(|TypeCondition::On(name)| *name == of_type);
                    if fits {
                        fields.extend(self.fields(&inline.selection_set, of_type)?);
                    }
                }
            }
        }
        Ok(fields)
    }

    fn root_field(&mut self, field: &'a Field<'a, &'a str>, alias: &str) -> Result<Value, String> {
        let text = |name: &str| argument(field, name).and_then(|value| if let Argument::String(text) = value { Some(text.clone()) } else { None });
        match field.name {
            "repository" => {
                let name = format!("{}/{}", text("owner").unwrap_or_default(), text("name").unwrap_or_default());
                let gone = format!("Could not resolve to a Repository with the name '{name}'.");
                self.one(self.world.number(&name), name, field, vec![json!(alias)], gone)
            }
            "node" => self.node(&text("id").unwrap_or_default(), field, vec![json!(alias)]),
            "nodes" => {
                let Some(Argument::List(ids)) = argument(field, "ids") else { return Err("nodes needs ids".to_owned()) };
                let ids = ids.iter().enumerate().filter_map(|(at, id)| if let Argument::String(id) = id { Some((at, id)) } else { None });
                ids.map(|(at, id)| self.node(id, field, vec![json!(alias), json!(at)])).collect()
            }
            other => Err(format!("Field '{other}' doesn't exist on type 'Query'")),
        }
    }

    fn node(&mut self, id: &str, field: &'a Field<'a, &'a str>, path: Vec<Value>) -> Result<Value, String> {
        let number = id.strip_prefix("R_").and_then(|number| number.parse().ok());
        self.one(number, id.to_owned(), field, path, format!("Could not resolve to a node with the global id of '{id}'."))
    }

    /// Returns the number of connections in a selection, whatever data exists, because the cost of a query depends on its text
    /// (<https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#predicting-the-point-value-of-a-query>).
    fn connections(&self, set: &'a SelectionSet<'a, &'a str>) -> u64 {
        let item = |item: &'a Selection<'a, &'a str>| match item {
            Selection::Field(field) => u64::from(CONNECTIONS.contains(&field.name)) + self.connections(&field.selection_set),
            Selection::FragmentSpread(spread) => self.fragments.get(spread.fragment_name).map_or(0, |set| self.connections(set)),
            Selection::InlineFragment(inline) => self.connections(&inline.selection_set),
        };
        set.items.iter().map(item).sum()
    }

    /// Returns one repository, or null with an error for the reason.
    fn one(&mut self, number: Option<u64>, asked: String, field: &'a Field<'a, &'a str>, path: Vec<Value>, gone: String) -> Result<Value, String> {
        self.answer.repositories += 1;
        self.answer.connections += self.connections(&field.selection_set);
        let state = number.map_or(State::NotFound, |number| self.world.state(number));
        let (kind, message) = match (state, number) {
            (State::Live | State::Restricted(_), Some(number)) => {
                let repository = self.world.repository(number);
                let errors = self.answer.errors.len();
                let value = self.project(&repository, &field.selection_set, &path)?;
                if self.answer.errors.len() == errors && self.fields <= self.most_fields {
                    self.answer.answered.push(asked);
                }
                return Ok(value);
            }
            (State::Blocked(_), _) => ("FORBIDDEN", "Repository access blocked".to_owned()),
            _ => ("NOT_FOUND", gone),
        };
        self.answer.answered.push(asked);
        self.answer.errors.push(json!({"type": kind, "path": path, "message": message, "locations": [{"line": 1, "column": 1}]}));
        Ok(Value::Null)
    }

    /// Returns the part of a value that a selection requests.
    fn project(&mut self, value: &Value, set: &'a SelectionSet<'a, &'a str>, path: &[Value]) -> Result<Value, String> {
        if let Value::Array(items) = value {
            return items.iter().map(|item| self.project(item, set, path)).collect();
        }
        let Value::Object(object) = value else { return Ok(value.clone()) };
        if set.items.is_empty() {
            return Ok(value.clone());
        }
        let of_type = object.get("__typename").and_then(Value::as_str).unwrap_or_default();
        let mut projected = Map::new();
        for field in self.fields(set, of_type)? {
            let alias = field.alias.unwrap_or(field.name);
            let path = [path, &[json!(alias)]].concat();
            let value = if self.runs_out(field, &path) { Value::Null } else { self.field(object, field, of_type, &path)? };
            projected.insert(alias.to_owned(), value);
        }
        Ok(Value::Object(projected))
    }

    fn field(&mut self, object: &Map<String, Value>, field: &'a Field<'a, &'a str>, of_type: &str, path: &[Value]) -> Result<Value, String> {
        let value = match (field.name, argument(field, "expression")) {
            ("object", Some(Argument::String(expression))) => self.world.object(object["number"].as_u64().unwrap_or(0), expression),
            ("history", _) if argument(field, "since").is_some() => object["history since"].clone(),
            (name, _) => object.get(name).cloned().ok_or_else(|| format!("Field '{name}' doesn't exist on type '{of_type}'"))?,
        };
        self.project(&value, &field.selection_set, path)
    }

    /// True if the resources have run out before this field; reports it once, and afterwards silently.
    fn runs_out(&mut self, field: &Field<'a, &'a str>, path: &[Value]) -> bool {
        self.fields += 1;
        if self.fields == self.most_fields {
            let message = "Resource limits for this query exceeded.";
            self.answer.errors.push(json!({"type": "RESOURCE_LIMITS_EXCEEDED", "path": path, "message": message}));
        }
        self.fields >= self.most_fields && NULLABLE.contains(&field.name)
    }
}

fn argument<'a>(field: &'a Field<'a, &'a str>, name: &str) -> Option<&'a Argument<'a, &'a str>> {
    field.arguments.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, most_fields: u64) -> Answer {
        execute(text, &World::new(1), |points| json!({ "cost": points }), most_fields).unwrap()
    }

    /// A query for the repository numbered 10, which exists.
    const LIVE: &str = r#"r0: repository(owner: "owner10", name: "Repo-10") "#;

    #[test]
    fn a_query_costs_its_connections_by_the_hundred() {
        let query = |ids: usize| {
            let ids: Vec<String> = (0..ids).map(|_| "\"R_10\"".to_owned()).collect();
            format!("{{ nodes(ids: [{}]) {{ ... on Repository {{ watchers {{ totalCount }} languages(first: 9) {{ totalSize }} }} }} }}", ids.join(","))
        };
        for (ids, points) in [(1, 1), (74, 1), (75, 2), (100, 2)] {
            assert_eq!(run(&query(ids), 0).points, points, "{ids}");
        }
        assert_eq!(run(&format!("{{ {LIVE} {{ id }} }}"), 0).points, 1);
        assert_eq!(run(&query(100).replace("R_10", "R_nobody"), 0).points, 2, "also of those that are not there");
    }

    #[test]
    fn a_name_that_leads_nowhere_is_null_with_an_error_of_its_own() {
        let answer = run(r#"{ r7: repository(owner: "nobody", name: "nothing") { id } }"#, 0);
        assert_eq!(answer.data["r7"], Value::Null);
        assert_eq!((&answer.errors[0]["type"], &answer.errors[0]["path"]), (&json!("NOT_FOUND"), &json!(["r7"])));
    }

    #[test]
    fn a_field_that_does_not_exist_is_refused() {
        let query = format!("{{ {LIVE} {{ starCount }} }}");
        assert!(execute(&query, &World::new(1), |_| json!({}), 0).unwrap_err().contains("'starCount' doesn't exist on type 'Repository'"));
    }

    #[test]
    fn resources_run_out_with_one_error_and_silent_nulls() {
        let query = format!("{{ {LIVE} {{ id nameWithOwner languages(first: 1) {{ totalSize }} defaultBranchRef {{ name }} }} }}");
        let answer = run(&query, 2);
        assert_eq!((answer.errors.len(), &answer.data["r0"]["languages"], &answer.data["r0"]["defaultBranchRef"]), (1, &Value::Null, &Value::Null));
        assert!(answer.answered.is_empty());
    }
}
