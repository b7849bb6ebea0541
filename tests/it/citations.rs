//! Which papers papers and repositories name, and how a repository wants to be cited.

use crate::starcite::{MONDAY_OF_W49, Starcite, files};
use crate::tables::{rows, shown};
use fake_github::{Config, FakeGithub, State};
use serde_json::{Value, json};

const WEEK: &str = "2026-W47";

const CFF: &str = "cff-version: 1.2.0
title: A tool
version: 1.10
date-released: 2026-01-31
license: MIT
authors:
- {family-names: Doe, given-names: Jane}
- name: The A Team
identifiers:
- {type: doi, value: 10.5281/zenodo.7}
preferred-citation: {title: A paper, doi: 10.1000/Preferred}
references:
- {type: article, url: 'https://arxiv.org/abs/1706.03762v5'}
";

const README: &str = "# A tool
[![DOI](https://zenodo.org/badge/DOI/10.5281/zenodo.99.svg)](https://zenodo.org/badge/latestdoi/1)
It follows [this](https://arxiv.org/pdf/1706.03762) and [that](https://arxiv.org/abs/2010.11929).
";

/// A world in which one repository has a CITATION.cff and a README, and a run over a paper that links it and one more.
struct Scene {
    server: FakeGithub,
    starcite: Starcite,
    cited: String,
    plain: String,
}

impl Scene {
    fn new(cff: &str) -> Self {
        let server = FakeGithub::start(Config::default()).unwrap();
        let live = |i: &u64| {
            let number = server.world().number(&server.world().name(*i)).unwrap();
            server.world().object(number, "HEAD:") != Value::Null && server.world().files(number).iter().all(|(name, _)| name.to_lowercase() != "readme.md")
        };
        let found: Vec<u64> = (1..99).map(|i| i * 10).filter(live).take(2).collect();
        let [cited, plain] = [found[0], found[1]].map(|i| server.world().name(i));
        server.world().write(&cited, "CITATION.cff", cff);
        server.world().write(&cited, "README.md", README);
        server.world().write(&plain, "README.md", "# Plain\n");
        let abstract_text = format!("As in arXiv:2004.11967. Code: https://github.com/{cited} and https://github.com/{plain}.");
        let starcite = Starcite::asking(server.url(), &[json!({"id": "t:1", "title": "On things", "abstract": abstract_text})]).with_token("t");
        starcite.write("pipeline.toml", "name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n[github]\ncolumns = [\"readme\"]\n");
        Self { server, starcite, cited, plain }
    }

    fn after_a_run(cff: &str) -> Self {
        let scene = Self::new(cff);
        scene.starcite.run(&[]).with_code(0);
        scene.starcite.end(&["verify", "out"]).with_code(0);
        scene
    }

    fn repo(&self, name: &str) -> serde_json::Map<String, Value> {
        let is = |row: &serde_json::Map<String, Value>| shown(&row["repo"]).eq_ignore_ascii_case(&format!("github.com/{name}"));
        rows(&self.starcite.week(WEEK), "repos").into_iter().find(is).unwrap()
    }
}

/// Direction, field and what is named, of each row.
fn named(starcite: &Starcite, week: &str) -> Vec<String> {
    let rows = rows(&starcite.week(week), "citations");
    rows.iter().map(|row| ["direction", "field", "cited"].map(|name| shown(&row[name])).join(" ")).collect()
}

const NAMED: [&str; 6] = [
    "paper abstract arxiv:2004.11967",
    "repository CITATION.cff arxiv:1706.03762",
    "repository README.md arxiv:2010.11929",
    "repository CITATION.cff doi:10.1000/preferred",
    "repository CITATION.cff doi:10.5281/zenodo.7",
    "repository README.md doi:10.5281/zenodo.99",
];

#[test]
fn papers_name_papers_and_repositories_do_each_once() {
    let scene = Scene::after_a_run(CFF);
    assert_eq!(named(&scene.starcite, WEEK), NAMED);
    for row in rows(&scene.starcite.week(WEEK), "citations") {
        let is_paper = row["direction"] == "paper";
        assert_eq!((row["paper_id"].is_null(), row["repo"].is_null()), (!is_paper, is_paper), "{row:?}");
        let texts = [("abstract", ""), ("CITATION.cff", CFF), ("README.md", README)];
        let text = texts.iter().find(|(field, _)| row["field"] == *field).unwrap().1;
        let span = row["start"].as_u64().unwrap() as usize..row["end"].as_u64().unwrap() as usize;
        assert!(is_paper || row["raw"] == text[span], "{row:?}");
        assert!([&row["cited_by_count"], &row["cited_by_source"], &row["cited_by_at"]].iter().all(|cell| cell.is_null()), "nobody was asked: {row:?}");
    }
}

#[test]
fn a_citation_file_fills_its_columns_and_its_paper_does_not() {
    let scene = Scene::after_a_run(CFF);
    let repo = scene.repo(&scene.cited);
    let expected = json!({
        "citation_title": "A tool", "citation_authors": ["Doe, Jane", "The A Team"], "citation_version": "1.10", "citation_doi": "10.5281/zenodo.7",
        "citation_date": "2026-01-31", "citation_license": "MIT", "archive_ids": ["doi:10.5281/zenodo.7", "doi:10.5281/zenodo.99"],
    });
    for (column, value) in expected.as_object().unwrap() {
        assert_eq!(&repo[column], value, "{column}");
    }
    let plain = scene.repo(&scene.plain);
    assert_eq!((&plain["citation_title"], &plain["archive_ids"]), (&Value::Null, &json!([])), "its README was read and names none");
}

#[test]
fn a_damaged_citation_file_is_unknown_where_it_is_damaged_and_fails_no_run() {
    let scene = Scene::after_a_run("title: A tool\nversion: [1.0\nauthors: \"Jane\n");
    let repo = scene.repo(&scene.cited);
    assert_eq!((&repo["citation_version"], &repo["citation_authors"]), (&Value::Null, &Value::Null), "{repo:?}");
}

#[test]
fn without_the_files_nothing_of_them_is_known() {
    let scene = Scene::new(CFF);
    scene.starcite.write_pipeline("jsonl", "path = \"papers.jsonl\"");
    scene.starcite.run(&[]).with_code(0);
    assert_eq!(named(&scene.starcite, WEEK), ["paper abstract arxiv:2004.11967"]);
    assert_eq!(scene.repo(&scene.cited)["archive_ids"], Value::Null);
}

#[test]
fn a_week_keeps_what_repositories_named_then() {
    let mut scene = Scene::after_a_run(CFF);
    let before = files(&scene.starcite.week(WEEK));
    scene.server.world().write(&scene.cited, "CITATION.cff", "title: Another\ndoi: 10.1000/new\n");
    scene.server.world().set(&scene.plain, State::NotFound);
    scene.starcite.at(MONDAY_OF_W49).run(&[]).with_code(0);
    let now = named(&scene.starcite, "2026-W48");
    assert!(now.contains(&"repository CITATION.cff doi:10.1000/new".to_owned()) && !now.contains(&NAMED[3].to_owned()), "{now:?}");
    scene.starcite.run(&["--week", WEEK]).with_code(0);
    assert!(files(&scene.starcite.week(WEEK)) == before);
}

#[test]
fn what_a_filter_prints_is_what_papers_name() {
    let starcite = Starcite::new();
    let paper = json!({"id": "t:1", "title": "On things", "abstract": "As in arXiv:2004.11967."});
    let rows = starcite.filter(&["extract", "--citations"], &paper.to_string()).with_code(0).rows();
    assert_eq!(rows, [json!({"paper_id": "t:1", "cited": "arxiv:2004.11967", "field": "abstract", "start": 6, "end": 22, "raw": "arXiv:2004.11967"})]);
}
