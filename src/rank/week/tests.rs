//! Compares rankings of a repository's facts from a run's memory with those that `starcite rank` reads from the table.

use super::*;
use crate::tables::schema::Type;
use crate::tables::{Cell, TableFile, TableWriter, row_of};
use serde_json::{Map, Value, json};
use starcite_core::Week;
use starcite_core::availability::of_paper;
use starcite_core::score::ScoreConfig;

/// Returns a value for each fact that the table has, by its name.
fn all_facts() -> Map<String, Value> {
    let Value::Object(mut facts) = json!({
        "is_archived": false, "is_empty": false, "stars": 12, "language": "Python", "languages": ["Python"], "license_spdx": "MIT",
        "pushed_at": "2026-11-01T00:00:00Z", "head_committed_at": "2026-10-01T00:00:00Z", "releases": 1, "latest_release": "v1",
        "latest_release_at": "2026-09-01T00:00:00Z", "citation_doi": "10.5281/zenodo.1", "archive_ids": ["doi:10.5281/zenodo.2"],
        "root_entries": ["setup.py", "tests", "Dockerfile", "a.ipynb", ".github/workflows", "README.md", "CITATION.cff"],
    }) else {
        unreachable!("an object")
    };
    for column in REPOS.columns {
        let value = match column.kind {
            Type::Bool => json!(true),
            Type::Int => json!(1),
            Type::Date => json!("2026-01-01"),
            Type::Time => json!("2026-01-01T00:00:00Z"),
            Type::TextList => json!(["a"]),
            _ => json!("a"),
        };
        let is_fact = serde_json::from_value::<RepoFacts>(json!({ column.name: value })).is_ok();
        if is_fact && !facts.contains_key(column.name) {
            facts.insert(column.name.to_owned(), value);
        }
    }
    facts
}

/// Returns a row of `repos` with these facts.
fn row(facts: &Map<String, Value>) -> Vec<Cell<'static>> {
    let cell = |name: &str, value: &Value| match REPOS.columns.iter().find(|column| column.name == name).unwrap().kind {
        Type::Bool => Cell::Bool(value.as_bool()),
        Type::Int => Cell::Int(value.as_i64()),
        Type::Date => Cell::Date(value.as_str().unwrap().parse().ok()),
        Type::Time => Cell::Time(value.as_str().unwrap().parse().ok()),
        Type::TextList => Cell::TextList(Some(serde_json::from_value::<Vec<String>>(value.clone()).unwrap().into())),
        _ => Cell::text(value.as_str().unwrap().to_owned()),
    };
    let named: Vec<(&str, Cell<'static>)> = facts.iter().map(|(name, value)| (name.as_str(), cell(name, value))).collect();
    let own = [("repo", Cell::text("github.com/o/n")), ("state", Cell::text("live"))];
    row_of(&REPOS, &[&own[..], &named].concat())
}

/// Returns the full rating of a repository for a paper whose own code it is.
fn availability(repository: Repository<'_>) -> String {
    let link = CodeLink {
        kind: LinkKind::Repo,
        role: Some(Role::Own),
        field: Field::Abstract,
        target: Some("https://github.com/o/n"),
        names_paper: Some(true),
        named_where: Some("README.md"),
        listed: None,
        is_reassigned: false,
        repository: Some(repository),
    };
    let week: Week = "2026-W47".parse().unwrap();
    let config: ScoreConfig = toml::from_str(include_str!("../../../pipelines/score.toml")).unwrap();
    let found = of_paper(&config, &[link], week.end()).unwrap();
    format!("{:?} {:?} {:?}", found.tier, found.score, found.assessment.flags.evidence().collect::<Vec<_>>())
}

#[test]
fn each_fact_counts_the_same_in_hand_and_read_from_the_table() {
    let all = all_facts();
    let without = all.keys().map(|name| all.iter().filter(|(other, _)| *other != name).map(|(name, value)| (name.clone(), value.clone())).collect());
    let alone = all.iter().map(|(name, value)| [(name.clone(), value.clone())].into_iter().collect());
    let cases: Vec<Map<String, Value>> = std::iter::once(all.clone()).chain(without).chain(alone).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("repos.parquet");
    let mut table = TableWriter::create(&REPOS, &path, &[]).unwrap();
    cases.iter().for_each(|facts| table.push(&row(facts)).unwrap());
    table.finish().unwrap();
    let frame = TableFile::open(&path).unwrap().portions().remove(0).read(REPO_COLUMNS.iter().copied()).unwrap();
    for (facts, read) in cases.iter().zip(Row::all(&frame)) {
        let read = Known::of(read).unwrap();
        let in_hand = Known { facts: Box::new(serde_json::from_value(facts.clone().into()).unwrap()), ..Known::of_nothing() };
        assert_eq!(availability(read.repository()), availability(in_hand.repository()), "{facts:?}");
    }
}

impl Known {
    fn of_nothing() -> Self {
        let (name, state) = ("github.com/o/n".to_owned(), RepoState::Live);
        Self { name, state, state_reason: None, observed_at: None, observed_by: None, facts: Box::default(), archived_copy: None }
    }
}
