//! A week with incomplete papers is never taken for the newest; owed answers are reported, and counted by group of columns.

use crate::github::{Fate, all_live, all_names, reply};
use crate::hf_live::{entry, query};
use crate::server::{Server, nobody, say};
use crate::starcite::{Ended, MONDAY_OF_W49, Starcite, files, papers};
use crate::tables::{column, manifest, rows};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const WHOLE: &str = "2026-W47";
const CUT: &str = "2026-W48";

/// Returns a complete week of Hugging Face's papers, and one whose last days are missing.
fn a_whole_and_a_cut_week() -> Starcite {
    let server = Server::start(|_, request| match query(request, "date") {
        day if day < "2026-11-27" => say(200, json!([entry(day, 0)])),
        _ => say(503, ""),
    });
    let mut starcite = Starcite::new();
    starcite.write_pipeline("hf-daily", "");
    starcite.run_live(&server.url, &[]).with_code(0);
    starcite.at(MONDAY_OF_W49).run_live(&server.url, &[]).with_code(75);
    starcite
}

impl Starcite {
    fn run_live(&self, hf: &str, args: &[&str]) -> Ended {
        let github = Server::start(|_, _| say(404, r#"{"message": "Not Found"}"#));
        self.run(&[&["--hf-url", hf, "--github-url", &github.url, "--source-pause-ms", "0"], args].concat())
    }
}

#[test]
fn the_manifest_tells_missing_papers_from_owed_answers() {
    let starcite = a_whole_and_a_cut_week();
    let manifest = manifest(&starcite.week(CUT));
    assert_eq!((&manifest["papers_complete"], &manifest["answers_owed"]), (&json!(false), &json!({})));
    assert!(manifest["papers_missing"][0].as_str().unwrap().contains("did not answer"), "{manifest}");
}

#[test]
fn readers_pass_over_an_incomplete_week_and_say_so() {
    let starcite = a_whole_and_a_cut_week();
    let skipped = "2026-W48 is incomplete (http://";
    for args in [
        &["rank"][..],
        &["export", "csv", "--table", "papers"],
        &["export", "jsonl", "--table", "papers"],
        &["export", "pwc"],
        &["export", "bibtex", "--all"],
        &["export", "duckdb", "--sql"],
        &["compact"],
        &["publish", "published"],
        &["dataset"],
        &["report"],
    ] {
        let ended = starcite.end(args).with_code(0);
        assert!(ended.stderr.contains(skipped) && ended.stderr.contains("; using 2026-W47"), "{args:?}: {}", ended.stderr);
    }
    assert!(starcite.path("published/week=2026-W47").exists() && !starcite.path("published/week=2026-W48").exists());
    assert!(starcite.path("out/report/2026-W47").exists() && !starcite.path("out/report/2026-W48").exists());
    let card = std::fs::read_to_string(starcite.path("out/README.md")).unwrap();
    assert!(card.contains("| 2026-W47 |") && !card.contains("| 2026-W48 |"), "{card}");
    let ranked = starcite.end(&["rank"]).rows();
    assert!(!ranked.is_empty() && ranked.iter().all(|row| row["iso_week"] == WHOLE), "{ranked:?}");
    let papers = starcite.end(&["export", "jsonl", "--table", "papers"]).rows();
    assert_eq!(papers.len(), 7);
}

#[test]
fn an_incomplete_week_is_read_where_it_is_asked_for() {
    let starcite = a_whole_and_a_cut_week();
    let newest = starcite.end(&["export", "jsonl", "--table", "papers", "--incomplete"]).with_code(0);
    assert_eq!((newest.rows().len(), newest.stderr.as_str()), (4, ""));
    starcite.end(&["publish", "published", "--incomplete"]).with_code(0);
    assert!(starcite.path("published/week=2026-W48").exists());
    for args in [&["rank", "--week", CUT][..], &["publish", "elsewhere", "--week", CUT], &["report", "--week", CUT]] {
        let ended = starcite.end(args).with_code(1);
        assert!(ended.line().contains("2026-W48 is incomplete") && ended.line().contains("--incomplete"), "{args:?}: {}", ended.stderr);
    }
    starcite.end(&["report", "--week", CUT, "--incomplete"]).with_code(0);
    let page = std::fs::read_to_string(starcite.path("out/report/2026-W48/index.html")).unwrap();
    assert!(page.contains("Papers are missing: "), "{page}");
}

#[test]
fn a_week_that_is_named_still_tells_of_older_ones_that_are_left_out() {
    let mut starcite = a_whole_and_a_cut_week();
    let server = Server::start(|_, request| say(200, json!([entry(query(request, "date"), 0)])));
    let ended = starcite.at("2026-12-07T12:00:00Z").run_live(&server.url, &[]).with_code(0);
    assert!(ended.stderr.contains("2026-W48, on which 2026-W49 builds, is incomplete"), "{}", ended.stderr);
    for args in [&["export", "pwc", "--week", "2026-W49"][..], &["rank", "--week", "2026-W49"], &["export", "pwc"]] {
        let ended = starcite.end(args).with_code(0);
        assert!(ended.stderr.contains("2026-W48 is incomplete") && ended.stderr.contains("it is left out"), "{args:?}: {}", ended.stderr);
    }
    let card = std::fs::read_to_string(starcite.path("out/README.md")).unwrap();
    assert!(card.contains("- \"week=2026-W49/papers.parquet\"") && !card.contains("week=2026-W48/papers"), "{card}");
}

#[test]
fn an_offline_run_keeps_what_a_week_owes() {
    let server = Server::start(|_, request| reply_or_nothing(request));
    let starcite = asking_for_all(&server);
    starcite.run(&["--budget", "1"]).with_code(75);
    starcite.run(&["--offline"]);
    assert_eq!(manifest(&starcite.week(WHOLE))["answers_owed"], json!({"activity": 67, "files": 67, "tree": 67}));
}

#[test]
fn where_only_an_incomplete_week_is_there_readers_fail_with_what_to_do() {
    let starcite = a_whole_and_a_cut_week();
    std::fs::remove_dir_all(starcite.week(WHOLE)).unwrap();
    for args in [&["rank"][..], &["export", "csv"], &["compact"], &["publish", "published"], &["report"]] {
        let ended = starcite.end(args).with_code(1);
        assert!(ended.line().contains("2026-W48 is incomplete") && ended.line().contains("run it again"), "{args:?}: {}", ended.stderr);
    }
    assert!(!starcite.path("published/week=2026-W48").exists());
}

#[test]
fn a_run_again_makes_the_week_whole() {
    let starcite = a_whole_and_a_cut_week();
    let server = Server::start(|_, request| say(200, json!([entry(query(request, "date"), 0)])));
    starcite.run_live(&server.url, &[]).with_code(0);
    assert_eq!(starcite.end(&["rank"]).with_code(0).stderr, "");
    assert_eq!(column(&starcite.week(CUT), "papers", "paper_id").len(), 7);
}

#[test]
fn a_week_with_all_its_papers_is_not_replaced_by_one_without() {
    let whole = Arc::new(AtomicBool::new(true));
    let is_whole = Arc::clone(&whole);
    let server = Server::start(move |_, request| match query(request, "date") {
        day if day < "2026-11-18" || is_whole.load(Ordering::Relaxed) => say(200, json!([entry(day, 0)])),
        _ => say(503, ""),
    });
    let starcite = Starcite::new();
    starcite.write_pipeline("hf-daily", "");
    starcite.run_live(&server.url, &[]).with_code(0);
    let before = files(&starcite.week(WHOLE));
    whole.store(false, Ordering::Relaxed);
    std::fs::remove_dir_all(starcite.path("out/cache")).unwrap();
    let ended = starcite.run_live(&server.url, &[]).with_code(75);
    assert!(ended.stderr.contains("has all its papers, and stays as it is"), "{}", ended.stderr);
    assert!(files(&starcite.week(WHOLE)) == before);
}

#[test]
fn where_no_source_answers_nothing_is_put_in_place() {
    let starcite = Starcite::new();
    starcite.write_pipeline("hf-daily", "");
    let ended = starcite.run_live(&nobody(), &[]).with_code(75);
    assert!(ended.stderr.contains("nothing was put in place") && ended.stderr.contains("did not answer"), "{}", ended.stderr);
    let ended = starcite.run(&["--offline"]).with_code(1);
    assert!(ended.stderr.contains("nothing was put in place") && ended.stderr.contains("is not asked offline"), "{}", ended.stderr);
    starcite.write_pipeline("jsonl", "path = \"nothing-*.jsonl\"");
    std::fs::remove_dir_all(starcite.path("out")).unwrap();
    let ended = starcite.run(&["--offline"]).with_code(1);
    assert!(ended.stderr.contains("nothing-*.jsonl names no files"), "{}", ended.stderr);
    assert!(!starcite.week(WHOLE).exists());
}

#[test]
fn a_source_that_is_not_asked_offline_leaves_the_papers_incomplete() {
    let starcite = Starcite::new();
    starcite.write("papers.jsonl", "{\"id\": \"t:1\", \"title\": \"One\"}\n");
    starcite.write("pipeline.toml", "name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n[[source]]\nkind = \"hf-daily\"\n");
    let ended = starcite.run(&["--offline"]).with_code(75);
    assert!(ended.line().contains("the source hf-daily is not asked offline") && ended.line().contains("without --offline"), "{}", ended.stderr);
    assert_eq!(manifest(&starcite.week(WHOLE))["papers_complete"], false);
}

#[test]
fn a_plan_whose_source_failed_says_so() {
    let starcite = Starcite::new();
    starcite.write_pipeline("hf-daily", "");
    let ended = starcite.end(&["plan", "pipeline.toml", "--hf-url", &nobody(), "--source-pause-ms", "0"]).with_code(75);
    assert!(ended.stderr.contains("did not answer") && ended.stderr.contains("the plan is without its papers"), "{}", ended.stderr);
}

/// Creates a pipeline that requests all columns.
fn asking_for_all(server: &Server) -> Starcite {
    let starcite = Starcite::asking(&server.url, &papers(67));
    let pipeline = std::fs::read_to_string(starcite.path("pipeline.toml")).unwrap();
    starcite.write("pipeline.toml", format!("{pipeline}[github]\ncolumns = [\"activity\", \"readme\"]\n"));
    starcite
}

#[test]
fn a_budget_that_ends_before_the_costlier_columns_is_owed_by_group() {
    let server = Server::start(|_, request| reply_or_nothing(request));
    let starcite = asking_for_all(&server);
    let ended = starcite.run(&["--budget", "1"]).with_code(75);
    assert!(ended.line().contains("the budget is spent; 67 lack activity, 67 lack files, 67 lack tree"), "{}", ended.stderr);
    let owed = json!({"activity": 67, "files": 67, "tree": 67});
    let manifest = manifest(&starcite.week(WHOLE));
    assert_eq!((&manifest["papers_complete"], &manifest["answers_owed"]), (&json!(true), &owed));
    let columns = &manifest["coverage"]["columns"];
    assert_eq!(columns["scalars"], json!({"known": 67, "unknown": 0, "absent": 0}));
    assert_eq!(columns["activity"], json!({"known": 0, "unknown": 67, "absent": 0}));
    assert!(ended.stdout.contains("answers owed     201   67 activity, 67 files, 67 tree"), "{}", ended.stdout);
    let status = starcite.end(&["status"]).stdout;
    assert!(status.contains("2026-W47 still owes 201 answers (67 activity, 67 files, 67 tree)"), "{status}");
    let ranked = starcite.end(&["rank"]).with_code(0);
    assert!(ranked.line().contains("2026-W47 still owes 201 answers"), "a week that only owes answers is used: {}", ranked.stderr);
}

/// Answers with scalars only; requests for details fail.
fn reply_or_nothing(request: &crate::server::Request) -> crate::server::Response {
    if request.body.contains("stargazerCount") { all_live(request) } else { say(502, "<html>") }
}

#[test]
fn a_restart_spends_what_is_left_of_a_budget_and_not_a_new_one() {
    let server = Server::start(|_, request| say(200, reply(request, |_| Fate::Live)));
    let starcite = Starcite::asking(&server.url, &papers(450));
    starcite.run(&["--budget", "2"]).with_code(75);
    let asked = all_names(&server.log()).len();
    assert!(asked <= 200, "{asked}");
    let ended = starcite.run(&["--budget", "2"]).with_code(75);
    assert!(ended.line().contains("the budget is spent") && ended.line().contains("--budget"), "{}", ended.stderr);
    assert_eq!(all_names(&server.log()).len(), asked, "nothing more is asked");
    assert!(starcite.end(&["status"]).stdout.contains("points or requests on 2026-W47"));
    starcite.run(&["--budget", "20"]).with_code(0);
    assert_eq!(all_names(&server.log()).len(), 450);
    assert!(rows(&starcite.week(WHOLE), "repos").iter().all(|repo| repo["state"] == "live"));
}
