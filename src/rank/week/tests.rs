//! Compares rankings of a repository's facts from a run's memory with those that `starcite rank` reads from the table.

use super::*;
use serde_json::{Map, Value, json};
use starcite_core::availability::of_paper;
use starcite_core::score::ScoreConfig;
use starcite_core::{Field, LinkKind, RepoFacts, Role, Week};
use starcite_rows::Type;
use starcite_rows::samples::Sample;
use starcite_tables::{TableFile, TableWriter};
use std::borrow::Cow;

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
    let facts: Vec<RepoFacts> = cases.into_iter().map(|facts| serde_json::from_value(facts.into()).unwrap()).collect();
    let sample: Repo<'_> = Read::read(Sample { table: &REPOS, row: 0 }.cells().into_iter()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("repos.parquet");
    let mut table = TableWriter::create(&REPOS, &path, &[]).unwrap();
    facts.iter().for_each(|facts| table.push(&Repo { facts: Cow::Borrowed(facts), ..sample.clone() }).unwrap());
    table.finish().unwrap();
    let frame = TableFile::open(&path).unwrap().portions().remove(0).read(RankedRepo::names()).unwrap();
    for (facts, read) in facts.iter().zip(read_rows::<RankedRepo<'_>>(&frame).unwrap()) {
        let read = read.unwrap();
        let in_hand = Repository { facts: facts.into(), ..read.repository() };
        assert_eq!(availability(read.repository()), availability(in_hand), "{facts:?}");
    }
}

#[test]
fn a_repository_of_anything_but_code_does_not_count_for_a_paper() {
    let cells = Sample { table: &REPOS, row: 0 }.cells().into_iter().zip(REPOS.names());
    let sample = RankedRepo::read(cells.filter(|(_, name)| RankedRepo::names().any(|read| read == *name)).map(|(cell, _)| cell)).unwrap();
    let link: RankedLink<'_> = (&starcite_rows::Link::read(Sample { table: &LINKS, row: 0 }.cells().into_iter()).unwrap()).into();
    let paper = LinkedPaper { paper_id: "p".to_owned(), links: vec![RankedLink { repo: Some("github.com/o/n".into()), ..link.into_static() }] };
    let counts = |repo_kind| {
        let row = RankedRepo { repo: "github.com/o/n".into(), repo_kind, ..sample.clone() };
        let repositories = [("github.com/o/n".to_owned(), Box::new(row.into_static()))].into_iter().collect();
        let papers = LinkedPapers { repositories, names: HashMap::new(), gains: Gains::until("2026-W47".parse().unwrap()) };
        papers.links(&paper)[0].repository.is_some()
    };
    assert_eq!(RepoKind::ALL.map(counts), RepoKind::ALL.map(|kind| kind == RepoKind::Code));
}
