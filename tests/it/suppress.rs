//! Papers and people that asked to be left out (`[suppress]`) are in no table that is written later.

use crate::starcite::{Ended, MONDAY_OF_W48, MONDAY_OF_W49, Starcite, files};
use crate::tables::{TABLES, column, manifest, row, rows};
use fake_github::{Config, FakeGithub};
use serde_json::{Value, json};
use std::fs;

const FIRST: &str = "2026-W47";
const SECOND: &str = "2026-W48";
/// A word that occurs in all data on the suppressed paper.
const MARK: &str = "Zanzibar";
const OUT: &str = "arxiv:2401.00001";

fn paper(id: &str, title: &str, text: &str) -> Value {
    json!({"id": id, "title": title, "abstract": text, "authors": ["Ada Lovelace"]})
}

/// Returns the suppressed paper: with its own code, and code that other papers share.
fn unwanted(version: u32) -> Value {
    let text = format!("{MARK} {version}. Our code: https://github.com/o/zanzibar. We use https://github.com/o/shared. See arXiv:2004.11967.");
    paper("2401.00001", MARK, &text)
}

fn wanted(version: u32) -> Value {
    paper("2401.00002", "On b", &format!("Version {version}. Code: https://github.com/o/shared. It extends arXiv:2401.00001 and arXiv:2004.11967."))
}

impl Starcite {
    fn sourced(&self, sources: &[(&str, &str)], suppress: &str) {
        let sources: String = sources.iter().map(|(kind, path)| format!("[[source]]\nkind = \"{kind}\"\npath = \"{path}\"\n")).collect();
        self.write("pipeline.toml", format!("name = \"test\"\n{sources}{suppress}"));
    }

    fn hold(&self, papers: &[Value]) {
        self.write("papers.jsonl", papers.iter().map(|paper| format!("{paper}\n")).collect::<String>());
    }

    fn suppressing(&self, suppress: &str) {
        self.sourced(&[("jsonl", "papers.jsonl")], suppress);
    }

    fn run_week(&self, week: &str) -> Ended {
        self.run(&["--offline", "--week", week]).with_code(0)
    }

    /// Returns the tables of a week (or the manifest) that contain a text, in upper or lower case.
    fn tells(&self, week: &str, text: &str) -> Vec<&str> {
        let folder = self.week(week);
        let has = |told: String| told.to_lowercase().contains(&text.to_lowercase());
        let mut found: Vec<&str> = TABLES.into_iter().filter(|table| has(format!("{:?}", rows(&folder, table)))).collect();
        found.extend(has(manifest(&folder).to_string()).then_some("manifest"));
        found
    }

    fn verified(&self) {
        self.end(&["verify", "out"]).with_code(0);
    }
}

fn two_papers() -> Starcite {
    let starcite = Starcite::new();
    starcite.hold(&[unwanted(1), wanted(1)]);
    starcite.suppressing("");
    starcite.run_week(FIRST);
    starcite
}

const SUPPRESS: &str = "[suppress]\npapers = [\"arxiv:2401.00001\"]\n";

#[test]
fn a_paper_is_in_no_table_from_then_on_and_in_none_of_a_week_that_is_run_again() {
    let mut starcite = two_papers();
    assert!(["papers", "links", "repos", "citations", "rankings"].iter().all(|table| starcite.tells(FIRST, MARK).contains(table) || *table == "citations"));
    assert!(starcite.tells(FIRST, OUT).contains(&"citations"));
    let before = files(&starcite.week(FIRST));
    starcite.suppressing(SUPPRESS);
    starcite.hold(&[unwanted(2), wanted(2), paper("2401.00003", "On c", "")]);
    starcite.at(MONDAY_OF_W49);
    let ended = starcite.run_week(SECOND);
    assert!(ended.stdout.contains("1 left out"), "{}", ended.stdout);
    assert_eq!(starcite.tells(SECOND, MARK), [""; 0]);
    assert_eq!(starcite.tells(SECOND, "2401.00001"), ["papers"], "the abstract of another paper is its own");
    let week = starcite.week(SECOND);
    assert_eq!(column(&week, "papers", "paper_id"), ["2401.00002", "2401.00003"]);
    assert_eq!(column(&week, "repos", "repo"), ["github.com/o/shared"]);
    assert_eq!(column(&week, "citations", "cited"), ["arxiv:2004.11967"]);
    assert_eq!(manifest(&week)["left_out"], json!({"papers": 1, "names": 0}));
    assert!(files(&starcite.week(FIRST)) == before, "a finished week keeps what it has");
    starcite.verified();

    starcite.hold(&[unwanted(1), wanted(1)]);
    starcite.run_week(FIRST);
    assert_eq!(starcite.tells(FIRST, MARK), [""; 0]);
    starcite.verified();
    starcite.suppressing("");
    starcite.run_week(FIRST);
    assert!(files(&starcite.week(FIRST)) == before, "what is no longer left out is there again");
}

#[test]
fn a_week_that_is_run_again_is_the_same() {
    let mut starcite = two_papers();
    starcite.suppressing(SUPPRESS);
    starcite.hold(&[unwanted(2), wanted(2)]);
    starcite.at(MONDAY_OF_W49).run_week(SECOND);
    let before = files(&starcite.week(SECOND));
    starcite.run_week(SECOND);
    assert!(files(&starcite.week(SECOND)) == before);
}

#[test]
fn a_source_whose_only_paper_is_left_out_is_no_empty_source() {
    let starcite = Starcite::new();
    starcite.hold(&[unwanted(1)]);
    starcite.suppressing("");
    starcite.run_week(FIRST);
    starcite.suppressing(SUPPRESS);
    starcite.run_week(FIRST);
    assert_eq!(starcite.tells(FIRST, MARK), [""; 0]);
    starcite.verified();
}

#[test]
fn nobody_is_asked_about_what_only_it_links() {
    let github = FakeGithub::start(Config { token: crate::starcite::TOKEN.to_owned(), ..Config::default() }).unwrap();
    let (own, shared) = (github.world().name(1), github.world().name(2));
    let starcite = Starcite::asking(github.url(), &[]);
    let text = |repos: &[&str]| repos.iter().map(|repo| format!("Code: https://github.com/{repo}. ")).collect::<String>();
    starcite.hold(&[paper("2401.00001", MARK, &text(&[&own, &shared])), paper("2401.00002", "On b", &text(&[&shared]))]);
    starcite.suppressing(SUPPRESS);
    starcite.run(&[]).with_code(0);
    assert_eq!((github.summary().repositories, column(&starcite.week(FIRST), "repos", "repo").len()), (1, 1));
    starcite.suppressing("");
    starcite.run(&[]).with_code(0);
    assert_eq!((github.summary().repositories, column(&starcite.week(FIRST), "repos", "repo").len()), (2, 2));
    github.forget();
    starcite.suppressing(&format!("{SUPPRESS}[github]\nmax_age = \"0m\"\n"));
    starcite.run(&[]).with_code(0);
    assert_eq!(column(&starcite.week(FIRST), "repos", "repo"), [format!("github.com/{shared}")]);
    starcite.verified();
}

/// Writes records of one paper in three sources: by its arXiv id, by both ids, by its DOI.
fn three_sources(starcite: &Starcite, suppress: &str) {
    let arxiv = json!({"id": "2401.00001", "title": MARK, "abstract": "Code: https://github.com/o/zanzibar", "authors_parsed": [["Doe", "Jane", ""]], "versions": [{"created": "Mon, 1 Jan 2024 00:00:00 GMT"}]});
    let openalex = json!({"id": "https://openalex.org/W1", "doi": "https://doi.org/10.1000/zanzibar", "title": "Zanzibar, or another title", "locations": [{"landing_page_url": "http://arxiv.org/abs/2401.00001"}]});
    let crossref = json!({"DOI": "10.1000/ZANZIBAR", "title": ["Zanzibar as a third"], "issued": {"date-parts": [[2020]]}});
    starcite.write("arxiv.jsonl", format!("{arxiv}\n"));
    starcite.write("openalex.jsonl", format!("{openalex}\n"));
    starcite.write("crossref.jsonl", format!("{crossref}\n"));
    starcite.hold(&[wanted(1)]);
    let sources = [("arxiv-snapshot", "arxiv.jsonl"), ("openalex", "openalex.jsonl"), ("crossref", "crossref.jsonl"), ("jsonl", "papers.jsonl")];
    starcite.sourced(&sources, suppress);
}

#[test]
fn any_id_of_a_merged_paper_counts_and_is_remembered() {
    for id in ["arxiv:2401.00001v2", "doi:10.1000/Zanzibar", "doi:10.48550/arXiv.2401.00001"] {
        let suppress = format!("[suppress]\npapers = [\"{id}\"]\n");
        let starcite = Starcite::new();
        three_sources(&starcite, "");
        starcite.run_week(FIRST);
        assert!(starcite.tells(FIRST, MARK).contains(&"conflicts"), "{id}");
        three_sources(&starcite, &suppress);
        starcite.run_week(FIRST);
        assert_eq!(starcite.tells(FIRST, MARK), [""; 0], "{id}");
        assert_eq!(starcite.tells(FIRST, "2401.00001"), ["papers"], "{id}: the abstract of another paper is its own");
        assert_eq!(column(&starcite.week(FIRST), "papers", "paper_id").len(), 1);
        starcite.verified();

        starcite.sourced(&[("crossref", "crossref.jsonl"), ("jsonl", "papers.jsonl")], &suppress);
        starcite.run_week(FIRST);
        assert_eq!(starcite.tells(FIRST, MARK), [""; 0], "{id}: its record names another id alone");
        let other = json!({"DOI": "10.48550/arXiv.2401.00002", "title": ["On b"]}); // a week does not lose all its papers
        let crossref = std::fs::read_to_string(starcite.path("crossref.jsonl")).unwrap();
        starcite.write("crossref.jsonl", format!("{crossref}{other}\n"));
        starcite.sourced(&[("crossref", "crossref.jsonl")], &suppress);
        starcite.run_week(FIRST);
        assert_eq!(starcite.tells(FIRST, MARK), [""; 0], "{id}: there is one source");
    }
}

#[test]
fn links_that_the_state_knows_by_another_id_go_too() {
    let mut starcite = Starcite::new();
    let crossref = json!({"DOI": "10.1000/zanzibar", "title": [MARK], "abstract": "Code: https://github.com/o/zanzibar"});
    starcite.write("crossref.jsonl", format!("{crossref}\n"));
    starcite.hold(&[wanted(1)]);
    starcite.sourced(&[("crossref", "crossref.jsonl"), ("jsonl", "papers.jsonl")], "");
    starcite.run_week(FIRST);
    assert!(starcite.tells(FIRST, MARK).contains(&"links"));
    three_sources(&starcite, SUPPRESS);
    starcite.at(MONDAY_OF_W49).run_week(SECOND);
    assert_eq!(starcite.tells(SECOND, MARK), [""; 0]);
    starcite.verified();
}

#[test]
fn a_rebuilt_state_does_not_bring_it_back() {
    let mut starcite = two_papers();
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(starcite.path(&format!("out/state.db{end}"))); // a missing file is lost already
    }
    starcite.suppressing(SUPPRESS);
    starcite.hold(&[unwanted(1), wanted(1)]);
    starcite.at(MONDAY_OF_W49);
    starcite.run(&["--offline", "--week", SECOND, "--rebuild-state"]).with_code(0);
    assert_eq!(starcite.tells(SECOND, MARK), [""; 0]);
    assert_eq!((column(&starcite.week(SECOND), "papers", "paper_id").len(), column(&starcite.week(SECOND), "links", "paper_id").len()), (0, 1));
    starcite.verified();
}

#[test]
fn a_name_is_left_out_of_authors_and_of_what_is_made_of_them() {
    let mut starcite = Starcite::new();
    let with = |id: &str, authors: Value| json!({"id": id, "title": format!("On {id}"), "abstract": "", "authors": authors});
    let papers = [
        with("t:1", json!(["Ada Lovelace", "DOE, Jan\u{e9}"])),
        with("t:2", json!(["Jane Doe"])),
        with("t:3", json!("Doe, Jane and Alan Turing")),
        with("t:4", json!(["Mary Jane Doe", "J\\\"org M"])),
    ];
    starcite.hold(&papers);
    starcite.suppressing("");
    starcite.run_week(FIRST);
    starcite.suppressing("[suppress]\nauthors = [\"Jane Doe\"]\n");
    starcite.hold(&[&papers[..], &[with("t:5", json!(["Jane Doe, PhD", "Ada Lovelace"]))]].concat());
    starcite.at(MONDAY_OF_W49).run_week(SECOND);
    let week = starcite.week(SECOND);
    assert_eq!(column(&week, "papers", "paper_id"), ["t:5"], "who leaves a paper's authors does not make it another one");
    assert_eq!((&rows(&week, "papers")[0]["authors"], &manifest(&week)["left_out"]), (&json!(["Ada Lovelace"]), &json!({"papers": 0, "names": 1})));

    starcite.at(MONDAY_OF_W48).hold(&papers);
    starcite.run_week(FIRST);
    let week = starcite.week(FIRST);
    let authors = |id: &str| ["authors", "authors_original"].map(|name| row(&week, "papers", "paper_id", id)[name].clone());
    assert_eq!(authors("t:1"), [json!(["Ada Lovelace"]), Value::Null]);
    assert_eq!((authors("t:2"), authors("t:3")), ([Value::Null, Value::Null], [Value::Null, Value::Null]));
    assert_eq!(authors("t:4"), [json!(["Mary Jane Doe", "J\u{f6}rg M"]), json!(["Mary Jane Doe", "J\\\"org M"])]);
    assert_eq!(manifest(&week)["left_out"], json!({"papers": 0, "names": 3}));
    starcite.verified();
    let exported = starcite.end(&["export", "bibtex", "--week", FIRST, "t:1", "t:2", "t:4"]).with_code(0).stdout;
    assert!(exported.contains("Lovelace") && !exported.replace("Mary Jane Doe", "").contains("Doe"), "{exported}");
}

#[test]
fn a_rebuilt_state_takes_no_paper_for_another_because_a_name_is_left_out() {
    for (before, after) in
        [("", "[suppress]\nauthors = [\"Ada Lovelace\"]\n"), ("[suppress]\nauthors = [\"Ada Lovelace\"]\n", "[suppress]\nauthors = [\"Ada Lovelace\"]\n")]
    {
        let mut starcite = Starcite::new();
        starcite.hold(&[unwanted(1), wanted(1)]);
        starcite.suppressing(before);
        starcite.run_week(FIRST);
        starcite.suppressing(after);
        starcite.at(MONDAY_OF_W49);
        starcite.run(&["--offline", "--week", SECOND, "--rebuild-state"]).with_code(0);
        assert_eq!(column(&starcite.week(SECOND), "papers", "paper_id"), [""; 0], "{before:?}");
    }
}

#[test]
fn a_name_is_left_out_of_how_software_wants_to_be_cited() {
    let github = FakeGithub::start(Config { token: crate::starcite::TOKEN.to_owned(), ..Config::default() }).unwrap();
    let names = [1, 2].map(|number| github.world().name(number));
    let cff = |people: &str| format!("cff-version: 1.2.0\nmessage: m\ntitle: A tool\nauthors:\n{people}");
    let (jane, ada) = ("  - family-names: Doe\n    given-names: Jane\n", "  - family-names: Lovelace\n    given-names: Ada\n");
    github.world().write(&names[0], "CITATION.cff", &cff(&format!("{jane}{ada}")));
    github.world().write(&names[1], "CITATION.cff", &cff(jane));
    let starcite = Starcite::asking(github.url(), &[crate::starcite::paper("t:1", &[&names[0], &names[1]])]);
    starcite.suppressing("[github]\ncolumns = [\"readme\"]\n[suppress]\nauthors = [\"Jane Doe\"]\n");
    starcite.run(&[]).with_code(0);
    let mut authors = column(&starcite.week(FIRST), "repos", "citation_authors");
    authors.sort();
    assert_eq!(authors, ["[\"Lovelace, Ada\"]", "null"]);
    assert_eq!((starcite.tells(FIRST, "Doe"), &manifest(&starcite.week(FIRST))["left_out"]["names"]), (vec![], &json!(2)));
    starcite.verified();
}

#[test]
fn a_reject_of_a_paper_that_is_left_out_is_none_however_long_its_id_is() {
    for id in [format!("doi:10.1000/{}", "z".repeat(200)), format!("t:{}", "z".repeat(200)), format!("t:{}", "ü".repeat(300))] {
        for sources in [&[("jsonl", "papers.jsonl")][..], &[("jsonl", "papers.jsonl"), ("jsonl", "more.jsonl")]] {
            let starcite = Starcite::new();
            starcite.hold(&[paper(&id, MARK, ""), paper(&id, "Again", ""), wanted(1), wanted(2)]);
            starcite.write("more.jsonl", format!("{}\n", paper(&id, MARK, "")));
            starcite.sourced(sources, "");
            starcite.run(&["--offline", "--week", FIRST]);
            let known = column(&starcite.week(FIRST), "papers", "paper_id").remove(0);
            starcite.sourced(sources, &format!("[suppress]\npapers = [{}]\n", Value::from(known)));
            let ended = starcite.run(&["--offline", "--week", FIRST]);
            assert!(matches!(ended.code, Some(0 | 3)), "{id:?}: {ended:?}");
            let rejected = column(&starcite.week(FIRST), "rejects", "record");
            assert!(rejected.iter().all(|record| record == "4"), "{id:?}: {rejected:?}");
        }
    }
}

#[test]
fn a_reject_tells_nothing_of_who_is_left_out() {
    let starcite = Starcite::new();
    let papers = format!("{}\n{}\n{{\"title\": \"{MARK}\", \"authors\": [\"Jane Do\n{}\n{}\n", unwanted(1), unwanted(2), wanted(1), wanted(2));
    starcite.write("papers.jsonl", papers);
    for suppress in [SUPPRESS, "[suppress]\nauthors = [\"Jane Doe\"]\n"] {
        starcite.suppressing(suppress);
        starcite.run(&["--offline", "--week", FIRST]).with_code(3);
        let rejects = rows(&starcite.week(FIRST), "rejects");
        assert!(!rejects.is_empty() && rejects.iter().all(|reject| reject["excerpt"] == ""), "{rejects:?}");
        let rejected = |record: u64| rejects.iter().any(|reject| reject["record"] == record);
        assert!(rejected(3) && rejected(5) == (suppress != SUPPRESS), "the second record of a paper is merged where papers are left out: {rejects:?}");
        assert!(suppress != SUPPRESS || starcite.tells(FIRST, MARK).is_empty());
        starcite.verified();
    }
}

#[test]
fn an_archive_does_not_name_it() {
    let starcite = Starcite::new();
    let record = |number: u32, papers: &[&str]| {
        let related: Vec<Value> = papers.iter().map(|doi| json!({"identifier": doi, "relation": "isSupplementTo", "scheme": "doi"})).collect();
        json!({"id": number, "doi": format!("10.5281/zenodo.{number}"), "modified": "2026-11-18T00:00:00Z",
            "metadata": {"title": format!("Archive {number}"), "resource_type": {"type": "software"}, "related_identifiers": related}})
    };
    let records = [record(1, &["10.1000/zanzibar", "10.1000/b"]), record(2, &["10.1000/zanzibar"])];
    starcite.write("zenodo.jsonl", records.map(|record| format!("{record}\n")).concat());
    starcite.hold(&[wanted(1)]);
    let sources = [("zenodo", "zenodo.jsonl"), ("jsonl", "papers.jsonl")];
    starcite.sourced(&sources, "");
    starcite.run_week(FIRST);
    assert_eq!(column(&starcite.week(FIRST), "archives", "archive").len(), 2);
    starcite.sourced(&sources, "[suppress]\npapers = [\"doi:10.1000/zanzibar\"]\n");
    starcite.run_week(FIRST);
    let archives = rows(&starcite.week(FIRST), "archives");
    assert_eq!((archives.len(), &archives[0]["papers"]), (1, &json!(["doi:10.1000/b"])));
    starcite.verified();
}

#[test]
fn who_is_left_out_can_not_be_guessed_from_a_manifest() {
    let starcite = two_papers();
    let hash = || manifest(&starcite.week(FIRST))["pipeline_hash"].clone();
    let before = hash();
    starcite.suppressing("[suppress]\nauthors = [\"Jane Doe\"]\npapers = [\"doi:10.1000/a\"]\n");
    starcite.run_week(FIRST);
    assert_eq!(hash(), before);
}

#[test]
fn a_wrong_entry_is_refused_with_its_line() {
    let cases = [
        ("[suppress]\npapers = [\"arxiv:2401.00001\",\n \"24\"]", "line 6", "arxiv:2401.00001"),
        ("[suppress]\npapers = [\"https://example.org/2401\"]", "line 6", "arxiv:2401.00001"),
        ("[suppress]\nauthors = [\" .\"]", "line 6", "name of a person"),
        ("[suppress]\nauthor = [\"Jane Doe\"]", "line 6", "authors"),
        ("[suppress]\nauthors = \"Jane Doe\"", "line 6", "expected a list"),
    ];
    for (suppress, line, allowed) in cases {
        let starcite = two_papers();
        starcite.suppressing(suppress);
        let ended = starcite.run(&["--offline"]).with_code(1);
        let said = ended.line();
        assert!(said.contains("pipeline.toml") && said.contains(line) && said.contains(allowed), "{suppress}: {said}");
    }
}

#[test]
fn a_later_record_of_the_same_source_tells_that_an_earlier_one_is_of_the_paper() {
    let starcite = Starcite::new();
    let unwanted = |id: &str, doi: Value| json!({"id": id, "doi": doi, "title": MARK, "abstract": "Code: https://github.com/o/zanzibar."});
    starcite.hold(&[
        unwanted("arxiv:2401.00001v3", Value::Null),
        unwanted("arxiv:2401.00001", json!("10.1000/ABC")),
        unwanted("2401.00001", Value::Null),
        wanted(1),
    ]);
    starcite.suppressing("[input]\nmax_rejects = 9\n[suppress]\npapers = [\"doi:10.1000/abc\"]\n");
    starcite.run_week(FIRST);
    assert_eq!(column(&starcite.week(FIRST), "papers", "title"), ["On b"]);
    assert_eq!(starcite.tells(FIRST, MARK), [""; 0]);
    starcite.verified();
}
