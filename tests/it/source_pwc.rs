//! Papers with Code: both dumps become papers, and their claims about code appear next to the papers' own. The records are made up.

use crate::export_rows::two_weeks;
use crate::starcite::{MONDAY_OF_W49, Starcite, files};
use crate::tables::{column, manifest, row, rows, shown};
use needs::shared;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fs;

const WEEK: &str = "2026-W47";
const EVIDENCE: [&str; 6] = ["listed_by", "listed_official", "listed_in_paper", "listed_in_github", "listed_framework", "listed_at"];

/// Returns a row of `papers-with-abstracts`.
fn paper(page: &str, arxiv_id: Option<&str>) -> Value {
    json!({"paper_url": format!("https://paperswithcode.com/paper/{page}"), "arxiv_id": arxiv_id, "nips_id": null, "title": format!("On {page}"),
        "abstract": format!("We study {page}."), "url_abs": arxiv_id.map(|id| format!("http://arxiv.org/abs/{id}v1")), "url_pdf": null, "proceeding": null,
        "authors": ["Ada L."], "tasks": ["anything"], "date": "2016-01-08", "methods": [{"name": "m", "main_collection": {"name": "c", "parent": null}}]})
}

/// Returns a row of `links-between-papers-and-code`.
fn link(page: &str, arxiv_id: Option<&str>, repo: &str, said: [bool; 3], framework: &str) -> Value {
    json!({"paper_url": format!("https://paperswithcode.com/paper/{page}"), "paper_title": format!("On {page}"), "paper_arxiv_id": arxiv_id,
        "paper_url_abs": arxiv_id.map(|id| format!("http://arxiv.org/abs/{id}v1")), "paper_url_pdf": null, "repo_url": format!("https://github.com/{repo}"),
        "is_official": said[0], "mentioned_in_paper": said[1], "mentioned_in_github": said[2], "framework": framework})
}

/// Writes a pipeline of one path of Papers with Code, after `others`.
fn write_pipeline(starcite: &Starcite, path: &str, others: &str) {
    starcite.write("pipeline.toml", format!("name = \"test\"\n{others}[[source]]\nkind = \"pwc\"\npath = \"{path}\"\n"));
}

/// Runs an input offline, and verifies the week.
fn run(input: impl AsRef<[u8]>, code: i32) -> Starcite {
    let starcite = Starcite::new();
    starcite.write("input", input);
    write_pipeline(&starcite, "input", "");
    starcite.run(&["--offline"]).with_code(code);
    starcite.end(&["verify", "out"]).with_code(0);
    starcite
}

/// Returns the list's claims about a repository in the week's links.
fn evidence(starcite: &Starcite, week: &str, repo: &str) -> Vec<Value> {
    let link = row(&starcite.week(week), "links", "repo", &format!("github.com/{repo}"));
    EVIDENCE.iter().map(|name| link[*name].clone()).collect()
}

/// Returns the expected [`evidence`] for these values of a dump.
fn said(official: Option<bool>, in_paper: Option<bool>, in_github: Option<bool>, framework: Option<&str>) -> Vec<Value> {
    vec![json!("pwc"), json!(official), json!(in_paper), json!(in_github), json!(framework), json!("2025-07-28")]
}

/// Runs two papers and three links, one of which has no page in the other dump.
fn both_dumps() -> Starcite {
    let starcite = Starcite::new();
    let links = [
        link("a", Some("1601.00001"), "o/own", [true, true, false], "tf"),
        link("b", None, "o/b", [false, false, true], "none"),
        link("a", Some("1601.00001"), "o/again", [false, false, false], "pytorch"),
    ];
    starcite.write("dumps/links.json", serde_json::to_vec_pretty(&links).unwrap());
    starcite.write("dumps/papers.json", serde_json::to_vec(&[paper("b", None), paper("a", Some("1601.00001"))]).unwrap());
    write_pipeline(&starcite, "dumps/*.json", "");
    starcite
}

#[test]
fn rows_of_both_dumps_are_one_paper_with_all_its_links() {
    let starcite = both_dumps();
    starcite.run(&["--offline"]).with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    let week = starcite.week(WEEK);
    let papers = rows(&week, "papers");
    let shown_of = |paper: &Map<String, Value>| ["paper_id", "title", "abstract", "year"].map(|name| shown(&paper[name])).join(" | ");
    assert_eq!(papers.iter().map(shown_of).collect::<Vec<_>>(), ["arxiv:1601.00001 | On a | We study a. | 2016", "pwc:b | On b | We study b. | 2016"]);
    assert_eq!(papers[0]["sources"], json!(["pwc"]));
    assert_eq!(rows(&week, "rejects").len(), 0);
    assert_eq!(evidence(&starcite, WEEK, "o/own"), said(Some(true), Some(true), Some(false), Some("tf")));
    assert_eq!(evidence(&starcite, WEEK, "o/again"), said(Some(false), Some(false), Some(false), Some("pytorch")));
    assert_eq!(evidence(&starcite, WEEK, "o/b"), said(Some(false), Some(false), Some(true), Some("")));
    let own = row(&week, "links", "repo", "github.com/o/own");
    assert_eq!([&own["field"], &own["raw"]], [&json!("pwc"), &json!("https://github.com/o/own")]);
    assert!(["start", "end", "sentence", "role", "official"].iter().all(|name| own[*name].is_null()), "{own:?}");
}

#[test]
fn a_second_run_has_the_same_bytes_and_the_week_after_keeps_what_was_said() {
    let mut starcite = both_dumps();
    let written = || {
        starcite.run(&["--offline"]).with_code(0);
        files(&starcite.week(WEEK))
    };
    assert!(written() == written());
    starcite.run(&["--offline", "--week", "2026-W48"]).with_code(0);
    assert_eq!(rows(&starcite.week("2026-W48"), "papers").len(), 0);
    assert_eq!(evidence(&starcite, "2026-W48", "o/own"), said(Some(true), Some(true), Some(false), Some("tf")));
    starcite.write("dumps/links.json", format!("[{}]", link("a", Some("1601.00001"), "o/own", [false, true, true], "none")));
    starcite.at(MONDAY_OF_W49).run(&["--offline", "--week", "2026-W49"]).with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    assert_eq!(evidence(&starcite, "2026-W49", "o/own"), said(Some(false), Some(true), Some(true), Some("")));
    let gone = row(&starcite.week("2026-W49"), "links", "repo", "github.com/o/again");
    assert_eq!((shown(&gone["last_week"]), gone["listed_framework"].clone()), ("2026-W48".to_owned(), json!("pytorch")));
}

#[test]
fn the_papers_own_word_stays_the_best_and_the_lists_stands_beside_it() {
    let starcite = both_dumps();
    let text = "Our code: https://github.com/O/Own. It is built on https://github.com/o/again.";
    starcite.write("arxiv.jsonl", json!({"id": "1601.00001", "title": "On A", "abstract": text, "authors_parsed": [["L.", "Ada", ""]]}).to_string());
    write_pipeline(&starcite, "dumps/*.json", "[[source]]\nkind = \"arxiv-snapshot\"\npath = \"arxiv.jsonl\"\n");
    starcite.run(&["--offline"]).with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    let week = starcite.week(WEEK);
    let paper = row(&week, "papers", "paper_id", "arxiv:1601.00001");
    assert_eq!((&paper["sources"], shown(&paper["abstract"])), (&json!(["arxiv-snapshot", "pwc"]), text.to_owned()));
    let own = row(&week, "links", "repo", "github.com/O/Own");
    assert_eq!(["field", "role", "official_rule"].map(|name| shown(&own[name])), ["abstract", "own", "paper_says"]);
    assert_eq!(own["start"], 10);
    assert_eq!(evidence(&starcite, WEEK, "O/Own"), said(Some(true), Some(true), Some(false), Some("tf")));
    let again = row(&week, "links", "repo", "github.com/o/again");
    assert_eq!((shown(&again["role"]), again["official"].clone()), ("other".to_owned(), json!(false)));
    assert_eq!(again["mentions"].as_array().unwrap().len(), 2);
    let explained = starcite.end(&["explain", "1601.00001"]).with_code(0).stdout;
    assert!(explained.contains("pwc (2025-07-28): official, in the paper, not in the repository, tf"), "{explained}");
}

#[test]
fn older_rows_and_pages_of_the_api_say_what_they_know() {
    let older = [
        json!({"paper_url": "https://paperswithcode.com/paper/a", "paper_title": "On a", "paper_arxiv_id": null, "paper_url_abs": "https://arxiv.org/abs/1601.00001v2",
            "repo_url": "https://github.com/o/n.git/"}),
        json!({"paper_title": "On b", "paper_arxiv_id": "1601.00002", "repo_url": "http://www.gitlab.com/o/n", "is_official": true, "framework": null}),
        json!({"paper_url": "https://paperswithcode.com/paper/c", "title": "On c", "abstract": null, "authors": [], "date": null}),
    ];
    let starcite = run(older.map(|row| row.to_string() + "\n").concat(), 0);
    let ids = column(&starcite.week(WEEK), "papers", "paper_id");
    assert_eq!(ids, ["arxiv:1601.00001", "arxiv:1601.00002", "pwc:c"]);
    assert_eq!(evidence(&starcite, WEEK, "o/n"), said(None, None, None, None));
    assert_eq!(row(&starcite.week(WEEK), "links", "repo", "gitlab.com/o/n")["listed_official"], true);

    let of_api = |id: &str| json!({"id": id, "arxiv_id": null, "url_abs": null, "title": format!("On {id}"), "abstract": "A.", "published": "2018-02-20"});
    let page = json!({"count": 2, "next": null, "previous": null, "results": [of_api("x"), of_api("y")]});
    let starcite = run(serde_json::to_string_pretty(&page).unwrap(), 0);
    assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id"), ["pwc:x", "pwc:y"]);
    let starcite = run(json!({"detail": "Not found."}).to_string() + "\n", 3);
    assert!(column(&starcite.week(WEEK), "rejects", "reason")[0].contains("without \"results\""));
}

#[test]
fn what_can_not_be_used_of_a_row_is_unknown_and_the_rest_is_read() {
    let no_repo = json!({"paper_title": "On b", "paper_arxiv_id": "1601.00002", "repo_url": null, "is_official": true});
    let odd = json!({"paper_title": "On c", "paper_arxiv_id": "1601.00003", "repo_url": "n/a", "is_official": true});
    let typed = json!({"paper_title": "On d", "paper_arxiv_id": "1601.00004", "repo_url": "https://github.com/o/d", "is_official": "yes"});
    let whole = link("a", Some("1601.00001"), "o/n", [true, true, true], "tf");
    let rest = link("e", Some("1601.00005"), "o/e", [true, true, true], "tf").to_string();
    let starcite = run(format!("[{no_repo}, {odd}, {typed}, {whole}, {}", &rest[..rest.len() / 2]), 3);
    let week = starcite.week(WEEK);
    assert_eq!(column(&week, "rejects", "record"), ["5"], "what is cut off");
    assert_eq!(column(&week, "papers", "paper_id"), [2, 3, 4, 1].map(|number| format!("arxiv:1601.0000{number}")));
    assert_eq!(manifest(&week)["bad_values"], json!({"listed_official": 1, "repo_url": 1}));
    assert_eq!(column(&week, "links", "repo"), ["github.com/o/n", "github.com/o/d"]);
    assert_eq!(column(&week, "links", "listed_official"), ["true", "null"]);
}

#[test]
fn a_list_alone_makes_no_code_of_the_papers_own() {
    let starcite = both_dumps();
    starcite.run(&["--offline", "--week", "2026-W46"]).with_code(0);
    let links = fs::read_to_string(starcite.path("dumps/links.json")).unwrap();
    starcite.write("dumps/links.json", links.replace("o/b", "o/c"));
    starcite.write("dumps/more.json", format!("[{}, {}]", paper("d", None), link("d", None, "o/d", [true, true, true], "tf")));
    starcite.run(&["--offline"]).with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    let week = starcite.week(WEEK);
    assert_eq!(rows(&week, "changes").len(), 0);
    let ranked = rows(&week, "rankings");
    assert_eq!(ranked.len(), 3);
    assert!(ranked.iter().all(|paper| ["has_link", "tier", "repo", "score_link"].iter().all(|name| paper[*name].is_null())), "{ranked:?}");
    assert_eq!(starcite.end(&["export", "bibtex", "1601.00001"]).with_code(0).stdout.matches("@software").count(), 0);
}

#[test]
fn what_is_exported_comes_in_again() {
    let exported = two_weeks();
    exported.end(&["export", "pwc"]).with_code(0);
    let again = Starcite::new();
    for file in ["papers-with-abstracts.json.gz", "links-between-papers-and-code.json.gz"] {
        again.write(&format!("dumps/{file}"), fs::read(exported.path(&format!("out/pwc/{file}"))).unwrap());
    }
    write_pipeline(&again, "dumps", "");
    again.run(&["--offline"]).with_code(0);
    again.end(&["verify", "out"]).with_code(0);
    let links = |starcite: &Starcite| -> BTreeSet<(String, String)> {
        let titles = |id: &Value| shown(&row(&starcite.week(WEEK), "papers", "paper_id", id.as_str().unwrap())["title"]);
        let is_there = |link: &&Map<String, Value>| link["kind"] == "repo" && link["last_week"].is_null() && link["paper_id"] != "t:2";
        rows(&starcite.week(WEEK), "links").iter().filter(is_there).map(|link| (titles(&link["paper_id"]), shown(&link["repo"]))).collect()
    };
    let mut expected = links(&exported);
    expected.insert(("Ohne Code — 深度".to_owned(), "github.com/o/gone".to_owned())); // from the week before
    assert_eq!(links(&again), expected);
    assert_eq!(evidence(&again, WEEK, "o/own"), said(Some(true), Some(true), Some(false), Some("tf")));
    assert_eq!(column(&again.week(WEEK), "papers", "paper_id").len(), 3);
}

#[test]
fn links_are_extracted_row_by_row_from_standard_input() {
    let starcite = Starcite::new();
    let rows = [link("a", Some("1601.00001"), "o/n", [true, true, true], "tf"), link("a", Some("1601.00001"), "o/m", [false, false, false], "none")];
    let array = serde_json::to_string_pretty(&rows).unwrap();
    for input in [array, rows.map(|row| row.to_string() + "\n").concat()] {
        for kinds in [&[][..], &["--kinds", "repo"]] {
            let found = starcite.filter(&[&["extract", "--from", "pwc", "-"], kinds].concat(), &input).with_code(0).rows();
            let found: Vec<_> = found.iter().map(|link| (shown(&link["repo"]), link["listed_official"].clone(), shown(&link["listed_at"]))).collect();
            let expected = [("github.com/o/n", true), ("github.com/o/m", false)];
            assert_eq!(found, expected.map(|(repo, official)| (repo.to_owned(), json!(official), "2025-07-28".to_owned())));
        }
    }
}

#[test]
fn real_rows_of_the_dumps_become_papers() {
    let Some(links) = shared("data/sources/pwc_links.json") else { return };
    let folder = links.parent().unwrap().join("pwc_*.json");
    let starcite = Starcite::new();
    write_pipeline(&starcite, folder.to_str().unwrap(), "");
    starcite.run(&["--offline"]).with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    let week = starcite.week(WEEK);
    assert_eq!((rows(&week, "papers").len(), rows(&week, "rejects").len()), (67, 0));
    let listed = rows(&week, "links").into_iter().filter(|link| link["listed_by"] == "pwc");
    assert_eq!(listed.filter(|link| link["listed_official"] == true).count(), 2);
}
