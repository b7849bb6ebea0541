//! `starcite report`: a finished week as a page, made of its tables alone.

use crate::starcite::{Ended, MONDAY_OF_W49, Starcite, files, paper};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/sample.toml");
const FIRST: &str = "2026-W47";
const SECOND: &str = "2026-W48";

fn sample() -> Starcite {
    let starcite = Starcite::new();
    starcite.end(&["run", SAMPLE]).with_code(0);
    starcite
}

/// Creates a pipeline of papers and of observations attributed to GitHub.
fn with_papers(papers: &[Value], seen: &[Value]) -> Starcite {
    let starcite = Starcite::new();
    hold(&starcite, papers, seen, "");
    starcite.run(&["--offline"]).with_code(0);
    starcite
}

fn hold(starcite: &Starcite, papers: &[Value], seen: &[Value], more: &str) {
    let lines = |rows: &[Value]| rows.iter().map(|row| format!("{row}\n")).collect::<String>();
    let source = |kind: &str, path: &str| format!("[[source]]\nkind = \"{kind}\"\npath = \"{path}\"\n");
    starcite.write("papers.jsonl", lines(papers));
    starcite.write("seen.jsonl", lines(seen));
    starcite.write("pipeline.toml", format!("name = \"test\"\n{}{}{more}", source("jsonl", "papers.jsonl"), source("observations", "seen.jsonl")));
}

fn seen(repo: &str, at: &str, facts: Value) -> Value {
    let mut row = json!({"repo": repo, "repo_id": repo.len(), "source": "github.com", "date": at});
    facts.as_object().unwrap().iter().for_each(|(name, value)| row[name] = value.clone());
    row
}

/// Writes two weeks: a paper of the first one, whose code appears in the second, and another paper of the second.
fn two_weeks() -> Starcite {
    let written = |id: &str, text: &str| json!({"id": id, "title": format!("On {id}"), "abstract": text, "authors": ["Ada Lovelace", "Jane Doe"]});
    let mut starcite = with_papers(&[written("t:first", "Code: https://github.com/o/first is ours. It is early.")], &[]);
    let gone = seen("o/first", "2026-11-18T00:00:00Z", json!({"stars": 5}));
    let later = seen("o/first", "2026-11-30T06:00:00Z", json!({"state": "not_found", "state_reason": "deleted_or_private"}));
    hold(&starcite, &[written("t:first", "Code: https://github.com/o/first is ours. It is early.")], std::slice::from_ref(&gone), "");
    starcite.run(&["--offline"]).with_code(0);
    hold(&starcite, &[written("t:second", "No code here.")], &[gone, later], "");
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    starcite
}

fn report(starcite: &Starcite, args: &[&str]) -> Ended {
    starcite.end(&[&["report"], args].concat())
}

fn page(starcite: &Starcite, week: &str) -> PathBuf {
    starcite.path("out").join("report").join(week)
}

/// Returns the papers of a page, as its file for programs has them.
fn papers(starcite: &Starcite, week: &str) -> Vec<Value> {
    let text = fs::read_to_string(page(starcite, week).join("papers.ndjson")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(papers: &[Value]) -> Vec<&str> {
    papers.iter().map(|paper| paper["paper_id"].as_str().unwrap()).collect()
}

#[test]
fn a_page_of_the_sample_is_whole_and_the_same_whenever_and_wherever_it_is_written() {
    let starcite = sample();
    let ended = report(&starcite, &[]).with_code(0);
    assert_eq!(ended.stdout, "out/report/2025-W26/index.html: 92 papers\n");
    let first = files(&starcite.path("out/report"));
    let names: Vec<String> = first.keys().map(|path| path.display().to_string()).filter(|name| !name.ends_with(".atom")).collect();
    insta::assert_snapshot!("report_files", names.join("\n"));
    let mut other = sample();
    report(other.at(MONDAY_OF_W49), &["--threads", "1"]).with_code(0);
    assert_eq!(files(&other.path("out/report")), first);
    report(&starcite, &[]).with_code(0);
    assert_eq!(files(&starcite.path("out/report")), first);
}

#[test]
fn papers_that_a_change_names_are_there_with_the_texts_of_their_own_week() {
    let starcite = two_weeks();
    report(&starcite, &[]).with_code(0);
    let papers = papers(&starcite, SECOND);
    assert_eq!(ids(&papers), ["t:first", "t:second"]);
    assert_eq!((&papers[0]["tier"], &papers[0]["state"], &papers[0]["title"]), (&json!("broken"), &json!("not_found"), &json!("On t:first")));
    assert_eq!((&papers[1]["rank"], &papers[1]["repo"], &papers[1]["tier"]), (&Value::Null, &Value::Null, &json!("none")));
    let text = fs::read_to_string(page(&starcite, SECOND).join("index.html")).unwrap();
    assert!(text.contains("The link broke") && text.contains("On t:first"), "{text}");
    let week: Value = serde_json::from_str(&fs::read_to_string(page(&starcite, SECOND).join("week.json")).unwrap()).unwrap();
    assert_eq!((&week["changes"][0]["kind"], &week["papers"]), (&json!("link_broken"), &json!(2)));
}

#[test]
fn what_the_pipeline_leaves_out_now_is_left_out_of_earlier_texts_too() {
    let starcite = two_weeks();
    report(&starcite, &[]).with_code(0);
    let tells = |text: &str| files(&page(&starcite, SECOND)).into_values().any(|bytes| String::from_utf8_lossy(&bytes).contains(text));
    assert!(tells("Jane Doe") && tells("On t:first"));
    let no_rows: [Value; 0] = [];
    hold(&starcite, &no_rows, &no_rows, "[suppress]\nauthors = [\"Doe, Jane\"]\n");
    report(&starcite, &["pipeline.toml"]).with_code(0);
    assert!(!tells("Jane Doe") && tells("Ada Lovelace") && tells("On t:first"));
    hold(&starcite, &no_rows, &no_rows, "[suppress]\npapers = [\"t:first\"]\n");
    report(&starcite, &["pipeline.toml"]).with_code(0);
    assert!(!tells("t:first") && tells("On t:second"));
}

#[test]
fn changes_of_repositories_that_only_a_left_out_paper_links_are_left_out_too() {
    let licence = |at: &str, licence: &str| seen("o/shared", at, json!({"license_spdx": licence}));
    let observed = [licence("2026-11-18T00:00:00Z", "MIT"), licence("2026-11-30T06:00:00Z", "NONE")];
    let mut starcite = with_papers(&[paper("t:first", &["o/shared"])], &observed[..1]);
    hold(&starcite, &[paper("t:second", &[])], &observed, "");
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    let tells = |text: &str| files(&page(&starcite, SECOND)).into_values().any(|bytes| String::from_utf8_lossy(&bytes).contains(text));
    report(&starcite, &[]).with_code(0);
    assert!(tells("licence_changed") && tells("o/shared"));
    hold(&starcite, &[], &[], "[suppress]\npapers = [\"t:first\"]\n");
    report(&starcite, &["pipeline.toml"]).with_code(0);
    assert!(!tells("licence_changed") && !tells("o/shared"));
}

#[test]
fn an_earlier_week_has_its_own_page_and_the_list_names_both() {
    let starcite = two_weeks();
    report(&starcite, &[]).with_code(0);
    report(&starcite, &["--week", FIRST]).with_code(0);
    assert_eq!(ids(&papers(&starcite, FIRST)), ["t:first"]);
    let list = fs::read_to_string(starcite.path("out/report/index.html")).unwrap();
    let at = |week: &str| list.find(&format!("href=\"{week}&#x2f;index.html\"")).unwrap();
    assert!(at(SECOND) < at(FIRST));
}

#[test]
fn feeds_name_their_own_address_where_the_pipeline_says_it() {
    let starcite = Starcite::new();
    hold(&starcite, &[paper("2401.00001", &["o/new"])], &[], "[dataset]\nreport_url = \"https://example.org/weeks/report\"\n");
    starcite.run(&["--offline"]).with_code(0);
    report(&starcite, &[]).with_code(0);
    let feed = fs::read_to_string(starcite.path("out/report/ranking.atom")).unwrap();
    for address in ["https://example.org/weeks/report/ranking.atom", "https://example.org/weeks/report/2026-W47/index.html", "https://arxiv.org/abs/2401.00001"]
    {
        assert!(feed.contains(&format!("href=\"{address}\"")), "{address}: {feed}");
    }
}

#[test]
fn feeds_are_those_of_the_newest_page_whose_week_is_here() {
    let starcite = two_weeks();
    let updated = || {
        let feed = fs::read_to_string(starcite.path("out/report/ranking.atom")).unwrap();
        feed.split("<updated>").nth(1).unwrap()[..10].to_owned()
    };
    report(&starcite, &[]).with_code(0);
    starcite.write("out/report/2099-W01/index.html", "my own page");
    report(&starcite, &["--week", FIRST]).with_code(0);
    assert_eq!(updated(), "2026-11-30");
    let list = fs::read_to_string(starcite.path("out/report/index.html")).unwrap();
    assert!(!list.contains("2099-W01"), "{list}");
    fs::remove_dir_all(starcite.week(SECOND)).unwrap();
    report(&starcite, &[]).with_code(0);
    assert_eq!(updated(), "2026-11-23");
    let weeks = fs::read_to_string(starcite.path("out/report/weeks.atom")).unwrap();
    assert!(weeks.contains("The tables of the week are not here any more.") && weeks.contains("<title>2026-W47"), "{weeks}");
}

#[test]
fn with_all_every_ranked_paper_is_there() {
    let mut starcite = with_papers(&[paper("t:old", &["o/old"])], &[]);
    hold(&starcite, &[paper("t:new", &["o/new"])], &[], "");
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    report(&starcite, &[]).with_code(0);
    assert_eq!(ids(&papers(&starcite, SECOND)), ["t:new"]);
    report(&starcite, &["--all"]).with_code(0);
    let mut all = ids(&papers(&starcite, SECOND)).iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    all.sort();
    assert_eq!(all, ["t:new", "t:old"]);
}

#[test]
fn a_week_without_papers_or_links_or_answers_has_a_page_that_says_so() {
    let no_rows: [Value; 0] = [];
    for (papers, words) in [
        (&no_rows[..], "papers that the week brought"),
        (&[json!({"id": "t:1", "title": "On nothing", "abstract": "No link."})], "On nothing"),
        (&[paper("t:2", &["o/unknown"])], "unknown"),
    ] {
        let starcite = with_papers(papers, &[]);
        report(&starcite, &[]).with_code(0);
        let text = fs::read_to_string(page(&starcite, FIRST).join("index.html")).unwrap();
        assert!(text.contains(words) && !text.contains("NaN"), "{text}");
    }
}

#[test]
fn what_starcite_did_not_write_stays_and_is_named() {
    let starcite = sample();
    let mine = starcite.write("out/report/index.html", "my own page");
    let refused = report(&starcite, &[]).with_code(1);
    assert!(refused.line().contains("index.html is not a page of starcite, and stays: move it away"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&mine).unwrap(), "my own page");
    fs::remove_file(mine).unwrap();
    let notes = starcite.write("out/report/2025-W26/notes.txt", "my own notes");
    let refused = report(&starcite, &[]).with_code(1);
    assert!(refused.line().contains("2025-W26 is not a page of starcite, and stays"), "{}", refused.stderr);
    fs::remove_file(&notes).unwrap();
    fs::remove_dir(notes.parent().unwrap()).unwrap();
    report(&starcite, &[]).with_code(0);
    let notes = starcite.write("out/report/2025-W26/notes.txt", "my own notes");
    let refused = report(&starcite, &[]).with_code(1);
    assert!(refused.line().contains("notes.txt is not a file of the page, and stays"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(notes).unwrap(), "my own notes");
}

#[test]
fn a_damaged_or_missing_table_is_an_error_and_the_former_page_stays() {
    let starcite = sample();
    report(&starcite, &[]).with_code(0);
    let before = files(&starcite.path("out/report"));
    starcite.write("out/week=2025-W26/links.parquet", "not a table");
    let failed = report(&starcite, &[]).with_code(1);
    assert!(failed.line().contains("links.parquet is damaged: run 2025-W26 again"), "{}", failed.stderr);
    assert_eq!(files(&starcite.path("out/report")), before);

    let starcite = Starcite::new();
    hold(&starcite, &[paper("t:1", &["o/n"])], &[], "");
    let pipeline = fs::read_to_string(starcite.path("pipeline.toml")).unwrap();
    starcite.write("pipeline.toml", format!("tables = [\"papers\", \"links\"]\n{pipeline}"));
    starcite.run(&["--offline"]).with_code(0);
    let failed = report(&starcite, &[]).with_code(1);
    assert!(failed.line().contains("2026-W47 has no table repos"), "{}", failed.stderr);
    assert!(!page(&starcite, FIRST).exists());
}

#[test]
fn without_a_week_the_next_step_is_told() {
    let starcite = Starcite::new();
    assert!(report(&starcite, &[]).with_code(1).line().contains("there is no folder out: starcite run makes it"));
    let starcite = sample();
    assert!(report(&starcite, &["--week", SECOND]).with_code(1).line().contains("out holds no finished week 2026-W48, but 2025-W26"));
}

#[test]
fn the_folder_is_that_of_the_option_or_of_the_pipeline_and_a_wrong_pipeline_is_told() {
    let starcite = with_papers(&[paper("t:1", &["o/n"])], &[]);
    starcite.run(&["--offline", "--out", "other"]).with_code(0);
    let mut command = starcite.command(&["report"]);
    let ended = crate::starcite::ended(command.env("STARCITE_OUT", "other").spawn().unwrap()).with_code(0);
    assert_eq!(ended.stdout, "other/report/2026-W47/index.html: 1 paper\n");
    let pipeline = fs::read_to_string(starcite.path("pipeline.toml")).unwrap();
    starcite.write("pipeline.toml", format!("out = \"other\"\n{pipeline}"));
    let mut command = starcite.command(&["report", "pipeline.toml", "--week", FIRST]);
    let ended = crate::starcite::ended(command.env_remove("STARCITE_OUT").spawn().unwrap()).with_code(0);
    assert_eq!(ended.stdout, "other/report/2026-W47/index.html: 1 paper\n");
    for (pipeline, said) in
        [("nowhere.toml", "cannot read the pipeline nowhere.toml"), ("papers.jsonl", "papers.jsonl seems to be JSON lines, and not a pipeline")]
    {
        let refused = report(&starcite, &[pipeline]).with_code(1);
        assert!(refused.line().contains(said), "{}", refused.stderr);
    }
    assert!(!starcite.path("out/report").exists());
}

#[test]
fn files_of_others_in_a_folder_without_a_list_of_weeks_stay_and_are_named() {
    for name in ["style.css", "code.atom", "weeks.atom"] {
        let starcite = with_papers(&[paper("t:1", &["o/n"])], &[]);
        let mine = starcite.write(&format!("out/report/{name}"), "mine");
        let refused = report(&starcite, &[]).with_code(1);
        assert!(refused.line().contains(&format!("out/report/{name} is not a file of starcite, and stays: move it away")), "{}", refused.stderr);
        assert_eq!(fs::read_to_string(mine).unwrap(), "mine");
        assert_eq!(files(&starcite.path("out/report")).len(), 1);
        fs::remove_file(starcite.path("out/report").join(name)).unwrap();
        starcite.write("out/report/notes.txt", "mine");
        report(&starcite, &[]).with_code(0);
        report(&starcite, &[]).with_code(0);
        assert_eq!(fs::read_to_string(starcite.path("out/report/notes.txt")).unwrap(), "mine");
    }
}
