//! Papers that papers and repositories name, and the citation data of repositories.

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

/// Returns direction, field and cited id of each row.
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
fn where_a_citation_file_is_silent_codemeta_and_zenodo_speak() {
    let scene = Scene::new("title: A tool\n");
    let codemeta = json!({"name": "Not asked", "version": "2.0", "referencePublication": "https://doi.org/10.1000/own", "citation": "arXiv:2101.00001"});
    let zenodo = json!({"version": "1.0", "license": "mit", "doi": "10.5281/zenodo.5"});
    scene.server.world().write(&scene.cited, "codemeta.json", &codemeta.to_string());
    scene.server.world().write(&scene.cited, ".zenodo.json", &zenodo.to_string());
    scene.starcite.run(&[]).with_code(0);
    let repo = scene.repo(&scene.cited);
    let told = ["citation_title", "citation_version", "citation_license", "citation_doi"].map(|column| shown(&repo[column]));
    assert_eq!(told, ["A tool", "2.0", "MIT", "10.5281/zenodo.5"]);
    assert_eq!(repo["archive_ids"], json!(["doi:10.5281/zenodo.5", "doi:10.5281/zenodo.99"]));
    let named = named(&scene.starcite, WEEK);
    for row in ["repository codemeta.json arxiv:2101.00001", "repository codemeta.json doi:10.1000/own", "repository .zenodo.json doi:10.5281/zenodo.5"] {
        assert!(named.contains(&row.to_owned()), "{row}: {named:?}");
    }
    scene.starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn a_paper_is_named_by_a_repository_whose_own_it_is_and_not_by_one_that_lists_it() {
    let scene = Scene::new("preferred-citation: {title: 'Counting Very Small Sheep at Night'}\n");
    let cited = |readme: &str| format!("# Sheep\n{readme}\n## References\n- [Counting Very Small Sheep at Night](https://arxiv.org/abs/2101.00001)\n");
    scene.server.world().write(&scene.cited, "README.md", &cited("It counts."));
    scene.server.world().write(&scene.plain, "README.md", &cited("It counts."));
    let text = format!("Code: https://github.com/{} and https://github.com/{}.", scene.cited, scene.plain);
    scene.starcite.write("papers.jsonl", json!({"id": "2101.00001", "title": "Counting Very Small Sheep at Night", "abstract": text}).to_string());
    scene.starcite.run(&[]).with_code(0);
    let columns = ["repo", "paper_named_by_repo", "paper_named_where", "paper_named_by", "paper_named_text"];
    let links = rows(&scene.starcite.week(WEEK), "links");
    let told: Vec<[String; 5]> = links.iter().map(|link| columns.map(|column| shown(&link[column]).to_lowercase())).collect();
    let host = |name: &str| format!("github.com/{}", name.to_lowercase());
    let by_title = [&host(&scene.cited), "true", "citation.cff", "title", "counting very small sheep at night"].map(str::to_owned);
    let listed = [&host(&scene.plain), "false", "null", "null", "null"].map(str::to_owned);
    assert!(told.len() == 2 && told.contains(&by_title) && told.contains(&listed), "{told:?}");
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
