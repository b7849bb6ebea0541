//! What somebody observed of repositories: CSV or JSONL with `repo`, `date`, and any columns of `repos`. An empty cell was
//! not observed. The column `source` says who observed it.

use super::spec::{Page, Row};
use super::{Body, Cut, Said, Source, csv_rows, elements, json};
use serde_json::{Map, Value};
use starcite_core::{Observation, RepoFacts, RepoName, RepoState};

pub(super) struct Observations;

pub(super) static ROW: Row = Row {
    name: "observations",
    meaning: "What somebody observed of repositories: CSV or JSONL with repo, date and columns of `repos`",
    source: &Observations,
    has_papers: false,
    is_dated: false,
    is_harvest: false,
    has_parts: false,
    is_verbatim: true,
    live: None,
    page: Page {
        data: "Figures of repositories on a day, by anybody: the history of a list, an export of your own. CSV with a header, or JSON objects. It has no papers.",
        get: "printf 'repo,date,stars,source\\nrust-lang/cargo,2026-11-20,12000,me\\n' > observations.csv     # kind = \"observations\"",
        licence: "That of your records.",
        fields: &[],
        notes: &[
            "`repo` and `date` (or `observed_at`) say of what and when, `source` (or `observed_by`) who says it; all other columns are those of `repos`. \
             `license` and `archived` may stand for `license_spdx` and `is_archived`. An empty cell was not observed.",
        ],
        rejects: &[
            "a row without `repo` or `date`, or whose repository, date or state is none",
            "a column that `repos` does not have, or a value of another type than its",
            "a row with more or fewer cells than the header",
        ],
    },
};

impl Source for Observations {
    fn cut(&self, start: &[u8]) -> Cut {
        match elements::first_byte(start) {
            Some(b'{' | b'[') => elements::array_or_lines(start),
            _ => Cut::Pieces(csv_rows::csv_rows),
        }
    }

    fn parse(&self, body: &mut Body<'_>) -> Result<Said, String> {
        let mut fields = json::object(body)?;
        let mut take = |names: &[&str]| {
            let name = names.iter().find(|name| fields.contains_key(**name))?;
            let text = json::text(&fields, name);
            fields.remove(*name);
            text
        };
        let repo = take(&["repo"]).ok_or("no repo")?;
        let date = take(&["date", "observed_at"]).ok_or("no date")?;
        let observed_by = take(&["source", "observed_by"]).unwrap_or_else(|| "observations".to_owned());
        let repo_id = take(&["repo_id"]).and_then(|id| id.parse().ok());
        let node_id = take(&["node_id"]);
        let state = take(&["state"]).map_or(Ok(RepoState::Live), |name| RepoState::parse(&name).ok_or(format!("{name:?} is no state")))?;
        let state_reason = take(&["state_reason"]);
        let observation = Observation {
            repo: RepoName::parse(&repo).map_err(|e| e.to_string())?,
            observed_at: json::moment(&date).ok_or(format!("{date:?} is no date"))?,
            repo_id,
            node_id,
            observed_by,
            state,
            state_reason,
            facts: facts(fields)?,
        };
        Ok(Said { observations: vec![observation], ..Said::default() })
    }
}

/// The remaining columns, by the names of `repos`; `license` and `archived` are common names of two of them. Numbers, truth
/// values and times that come as text (CSV) are read as what the column is.
fn facts(fields: Map<String, Value>) -> Result<RepoFacts, String> {
    const NAMES: &[(&str, &str)] = &[("license", "license_spdx"), ("archived", "is_archived")];
    const IGNORED: &[&str] = &["updated_at"];
    let mut typed = Map::new();
    for (name, value) in fields {
        if value.is_null() || IGNORED.contains(&name.as_str()) {
            continue;
        }
        let name = NAMES.iter().find(|(common, _)| *common == name).map_or(name.clone(), |(_, column)| (*column).to_owned());
        typed.insert(name.clone(), typed_value(&name, value)?);
    }
    serde_json::from_value(Value::Object(typed)).map_err(|error| format!("not the columns of repos: {error}"))
}

fn typed_value(name: &str, value: Value) -> Result<Value, String> {
    let Value::String(text) = &value else { return Ok(value) };
    let bad = || format!("{name}: {text:?} has the wrong type");
    if name.starts_with("is_") {
        return text.to_lowercase().parse::<bool>().map(Value::Bool).map_err(|_| bad());
    }
    if name.ends_with("_at") {
        return json::moment(text).map(|m| Value::String(m.to_rfc3339())).ok_or_else(bad);
    }
    const COUNTS: &[&str] =
        &["stars", "forks", "watchers", "open_issues", "open_pull_requests", "commits", "commits_52w", "releases", "code_bytes", "readme_bytes"];
    if COUNTS.contains(&name) {
        return text.parse::<i64>().map(Value::from).map_err(|_| bad());
    }
    Ok(value)
}
