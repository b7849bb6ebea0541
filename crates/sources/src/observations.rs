//! Third-party observations of repositories: CSV or JSONL with `repo`, `date`, and any columns of `repos`. An empty cell was not observed.
//! The column `source` names the observer.

use super::jsonl;
use super::loose::Text;
use super::spec::{SourceDocs, SourceSpec};
use super::{BadValues, Body, Framing, ParsedRecord, Takes, csv_rows, elements, json};
use serde::Deserialize;
use serde_json::{Map, Value};
use starcite_core::observation::{OWNER_TYPES, Readme, observers_name};
use starcite_core::paper_mentions::spdx_id;
use starcite_core::{Observation, RepoFacts, RepoName, RepoState, StateReason};
use starcite_rows::{Column, REPOS, Type};

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "observations",
    meaning: "What somebody observed of repositories: CSV or JSONL with repo, date and columns of `repos`",
    framing,
    parse,
    has_papers: false,
    is_dated: false,
    is_harvest: false,
    has_parts: false,
    repeats_papers: false,
    is_verbatim: true,
    licences: &[&jsonl::LICENCE],
    live: None,
    counts: None,
    takes: Takes::Text,
    page: SourceDocs {
        data: "Figures of repositories on a day, by anybody: the history of a list, an export of your own. CSV with a header, or JSON objects. It has no papers.",
        get: "printf 'repo,date,stars,source\\nrust-lang/cargo,2026-11-20,12000,me\\n' > observations.csv     # kind = \"observations\"",
        fields: &[],
        notes: &[
            "`repo` and `date` (or `observed_at`) say of what and when, `source` (or `observed_by`) who says it: up to 100 letters, digits, spaces and `._:/@+-`, \
             else `observations`; all other columns are those of `repos`. \
             `license` and `archived` may stand for `license_spdx` and `is_archived`. An empty cell was not observed. That there is none is said by \
             `NONE` for a licence, and in JSON by an empty text where `starcite schema repos` names it.",
            "What `starcite export csv --table repos` or `export jsonl` writes can be read: a list in CSV is JSON, and columns that are not facts about the \
             repository (`iso_week`, `aliases`, `asked_at`, …) are left out. The apostrophe that stands there before what a spreadsheet would take for a formula is \
             taken off again. A row that nobody observed, whose state is `unknown`, has no date and says nothing.",
            "The newest row of a repository counts as a whole: what its empty cells leave open is unknown, whatever older rows say.",
            "`readme` may hold the text of the repository's README: it is searched for the papers that link the repository, as one is that GitHub shows.",
            "A column that `repos` does not have can't be used, nor a value of another type than its column's, nor a count below zero: that fact alone is unknown. A licence is read in any case (`mit`).",
        ],
        rejects: &["a row without `repo` or `date`, or whose repository, date or state is none", "a row with more or fewer cells than the header"],
    },
};

fn framing(start: &[u8]) -> Framing {
    match elements::first_byte(start) {
        Some(b'{' | b'[') => elements::array_or_lines(start),
        _ => Framing::Pieces(csv_rows::csv_rows),
    }
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let mut fields = json::object(body)?;
    let mut take = |names: &[&'static str]| {
        let (name, value) = names.iter().find_map(|name| Some((*name, fields.remove(*name)?)))?;
        let text = Text::deserialize(&value).unwrap_or_default();
        bad.check(name, &text);
        text.get().map(str::to_owned)
    };
    let repo = take(&["repo"]).ok_or("no repo")?;
    let date = take(&["date", "observed_at"]);
    let observed_by = take(&["source", "observed_by"]);
    let readme = take(&["readme"]);
    let (repo_id, node_id) = (take(&["repo_id"]), take(&["node_id"]));
    let state = take(&["state"]);
    let Some(date) = date else {
        let is_unobserved = state.as_deref() == Some(RepoState::Unknown.as_str());
        return if is_unobserved { Ok(ParsedRecord::default()) } else { Err("no date".to_owned()) };
    };
    let state = state.map_or(Ok(RepoState::Live), |name| RepoState::parse(&name).ok_or(format!("{name:?} is not a state")))?;
    let state_reason = take(&["state_reason"]);
    let observed_by = bad.read("observed_by", &observed_by.as_deref().into(), |name| observers_name(name).map(str::to_owned));
    let repo_id = bad.read("repo_id", &repo_id.as_deref().into(), |id| id.parse().ok());
    let state_reason = bad.read("state_reason", &state_reason.as_deref().into(), StateReason::parse);
    let observation = Observation {
        repo: RepoName::parse(&repo).map_err(|e| e.to_string())?,
        observed_at: json::moment(&date).ok_or(format!("{date:?} is not a date"))?,
        repo_id,
        node_id,
        observed_by: observed_by.unwrap_or_else(|| "observations".to_owned()),
        state,
        state_reason,
        facts: facts(fields, bad),
    };
    let readme = readme.map(|text| Readme { repo: observation.repo.clone(), read_at: observation.observed_at, text });
    Ok(ParsedRecord { observations: vec![observation], readme, ..ParsedRecord::default() })
}

/// True for a column of `repos` that is not a fact, because starcite itself knew or computed it, and for `week`, the name of one of them before
/// schema version 4.
fn is_no_fact(name: &str) -> bool {
    ["updated_at", "week"].contains(&name) || REPOS.names().any(|column| column == name) && !RepoFacts::NAMES.contains(&name)
}

/// Returns the facts that are whole numbers, never negative.
fn counts() -> impl Iterator<Item = &'static str> {
    let is_count = |column: &&Column| column.kind == Type::Int && RepoFacts::NAMES.contains(&column.name);
    REPOS.columns.iter().filter(is_count).map(|column| column.name)
}

/// Reads the remaining columns, by the names of `repos`; `license` and `archived` are common names of two of them. An empty text of JSON
/// means that there is none, in a column that allows it.
fn facts(fields: Map<String, Value>, bad: &mut BadValues) -> RepoFacts {
    const NAMES: &[(&str, &str)] = &[("license", "license_spdx"), ("archived", "is_archived")];
    let mut typed = Map::new();
    for (name, value) in fields {
        if value.is_null() || is_no_fact(&name) || (value == "" && !RepoFacts::EMPTY_IS_NONE.contains(&name.as_str())) {
            continue;
        }
        let name = NAMES.iter().find(|(common, _)| *common == name).map_or(name, |(_, column)| (*column).to_owned());
        typed.insert(name.clone(), typed_value(&name, value));
    }
    for name in counts() {
        if let Some(count) = typed.get(name).and_then(Value::as_i64).filter(|count| *count < 0) {
            bad.note(name.to_owned(), &count.to_string());
            typed.remove(name);
        }
    }
    if let Some(id) = typed.get("license_spdx").and_then(Value::as_str).and_then(spdx_id) {
        typed.insert("license_spdx".to_owned(), id.into());
    }
    let is_owner = |kind: &Value| kind.as_str().is_none_or(|kind| OWNER_TYPES.contains(&kind));
    if let Some(kind) = typed.get("owner_type").filter(|kind| !is_owner(kind)) {
        bad.note("owner_type".to_owned(), kind.as_str().unwrap_or_default());
        typed.remove("owner_type");
    }
    RepoFacts::deserialize(&typed).unwrap_or_else(|_| good_facts(typed, bad))
}

/// Keeps the facts that are valid on their own.
fn good_facts(mut typed: Map<String, Value>, bad: &mut BadValues) -> RepoFacts {
    typed.retain(|name, value| {
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        let is_fact = RepoFacts::deserialize(&alone).is_ok();
        if !is_fact {
            bad.note(name.clone(), value.as_str().unwrap_or(&value.to_string()));
        }
        is_fact
    });
    RepoFacts::deserialize(&typed).unwrap_or_default()
}

/// Converts a value to its column's type: numbers, truth values, times and lists (JSON) may come as text (CSV).
fn typed_value(name: &str, value: Value) -> Value {
    let Value::String(text) = &value else { return value };
    let typed = match REPOS.columns.iter().find(|column| column.name == name).map(|column| column.kind) {
        Some(Type::Bool) => text.to_lowercase().parse::<bool>().ok().map(Value::Bool),
        Some(Type::Time) => json::moment(text).map(|moment| Value::String(moment.to_rfc3339())),
        Some(Type::Int) => text.parse::<i64>().ok().map(Value::from),
        Some(Type::TextList) => serde_json::from_str(text).ok(),
        _ => None,
    };
    typed.unwrap_or(value)
}
