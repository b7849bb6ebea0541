//! Works requested from OpenAlex: along its cursor, each page once, with a key that never appears.

use crate::hf_live::query;
use crate::server::{Request, Response, Server, nobody, say};
use crate::starcite::{Ended, Starcite, ended, files};
use crate::tables::{column, rows, shown};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

const WEEK: &str = "2026-W47";
const KEY: &str = "k3y-m4de-up";

fn asking() -> Starcite {
    let starcite = Starcite::new();
    starcite.write_pipeline("openalex", "filter = \"type:article\"");
    starcite
}

impl Starcite {
    fn works(&self, url: &str, key: Option<&str>) -> Ended {
        let mut command = self.command(&["run", "pipeline.toml", "--openalex-url", url, "--source-pause-ms", "0"]);
        command.envs(key.map(|key| ("OPENALEX_API_KEY", key)));
        ended(command.spawn().unwrap())
    }
}

/// Answers as OpenAlex with five works on three pages, the last of them empty.
fn openalex(request: &Request) -> Response {
    assert_eq!((query(request, "api_key"), query(request, "per_page")), (KEY, "100"));
    let filter = query(request, "filter").replace("%3A", ":").replace("%2C", ",");
    assert_eq!(filter, "from_publication_date:2026-11-16,to_publication_date:2026-11-22,type:article");
    let work = |at: usize| {
        json!({"id": format!("https://openalex.org/W{at}"), "doi": null, "title": format!("Work {at}"), "cited_by_count": at,
            "updated_date": "2026-11-21T00:00:00", "abstract_inverted_index": {"As": [0], "in": [1], format!("arXiv:2101.0000{at}."): [2]}})
    };
    let page = |works: Vec<Value>, next: Option<&str>| say(200, json!({"meta": {"count": 5, "next_cursor": next}, "results": works}));
    match query(request, "cursor") {
        "%2A" => page((1..4).map(work).collect(), Some("Iwo=")),
        "Iwo%3D" => page((4..6).map(work).collect(), Some("last")),
        "last" => page(Vec::new(), None),
        other => panic!("{other}"),
    }
}

#[test]
fn works_of_the_week_arrive_page_by_page_and_are_asked_for_once() {
    let server = Server::start(|_, request| openalex(request));
    let starcite = asking();
    starcite.works(&server.url, Some(KEY)).with_code(0);
    let week = starcite.week(WEEK);
    assert_eq!(column(&week, "papers", "paper_id"), (1..6).map(|at| format!("openalex:W{at}")).collect::<Vec<_>>());
    let told = |paper: &serde_json::Map<String, Value>| ["cited_by_count", "cited_by_at"].map(|name| shown(&paper[name]));
    assert_eq!(told(&rows(&week, "papers")[4]), ["5", "2026-11-21T00:00:00+00:00"]);
    let before = files(&week);
    assert_eq!(server.log().len(), 3);
    starcite.works(&server.url, Some(KEY)).with_code(0);
    assert_eq!(server.log().len(), 3);
    assert_eq!(files(&week), before);
}

#[test]
fn a_budget_that_is_used_up_is_owed_and_the_next_run_goes_on() {
    let server = Server::start(|at, request| match at {
        1 => say(429, json!({"error": "Rate limit exceeded"})).with("x-ratelimit-remaining-usd", "0").with("x-ratelimit-reset", "4000"),
        _ => openalex(request),
    });
    let starcite = asking();
    let ended = starcite.works(&server.url, Some(KEY)).with_code(75);
    assert!(ended.stderr.contains("did not answer") && ended.stderr.contains("67 minutes"), "{}", ended.stderr);
    assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id").len(), 3, "what came counts");
    starcite.works(&server.url, Some(KEY)).with_code(0);
    assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id").len(), 5);
    assert_eq!(server.log().len(), 4, "the first page was there");
}

#[test]
fn a_cursor_that_leads_back_ends_the_list_and_the_next_run_goes_on() {
    let mended: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    let server = Server::start(|_, request| match query(request, "cursor") {
        "Iwo%3D" if !mended.load(Ordering::SeqCst) => openalex(&Request { path: request.path.replace("Iwo%3D", "%2A"), ..request.clone() }),
        _ => openalex(request),
    });
    let starcite = asking();
    let ended = starcite.works(&server.url, Some(KEY)).with_code(75);
    assert!(ended.stderr.contains("a cursor that it gave before") && ended.stderr.contains("tell who keeps the server"), "{}", ended.stderr);
    assert_eq!((server.log().len(), column(&starcite.week(WEEK), "papers", "paper_id").len()), (2, 3), "what came counts");
    mended.store(true, Ordering::SeqCst);
    starcite.works(&server.url, Some(KEY)).with_code(0);
    assert_eq!((server.log().len(), column(&starcite.week(WEEK), "papers", "paper_id").len()), (4, 5));
}

#[test]
fn a_wrong_key_a_wrong_filter_and_no_key_are_told() {
    let starcite = asking();
    let refuses = |status: u16| Server::start(move |_, _| say(status, json!({"error": "Invalid", "message": format!("no such thing, {KEY}")})));
    for (status, told) in [(401, "check OPENALEX_API_KEY"), (400, "check filter of the source")] {
        let ended = starcite.works(&refuses(status).url, Some(KEY)).with_code(1);
        assert!(ended.stderr.contains(told) && !ended.stderr.contains(KEY), "{}", ended.stderr);
    }
    assert!(starcite.works(&nobody(), None).with_code(1).stderr.contains("set OPENALEX_API_KEY"));
    assert!(starcite.works(&nobody(), Some(KEY)).with_code(75).stderr.contains("did not answer"));
    starcite.write_pipeline("jsonl", "filter = \"type:article\"\npath = \"x\"");
    assert!(starcite.end(&["run", "pipeline.toml"]).stderr.contains("filter is for the source openalex"));
}

#[test]
fn extract_asks_for_the_works_of_some_days() {
    let server = Server::start(|_, request| openalex(request));
    let starcite = Starcite::new();
    let args = ["extract", "--citations", "--from", "openalex", "--dates", "2026-W47", "--filter", "type:article", "--openalex-url", &server.url];
    let mut command = starcite.command(&[&args[..], &["--source-pause-ms", "0"]].concat());
    command.env("OPENALEX_API_KEY", KEY);
    let rows = ended(command.spawn().unwrap()).with_code(0).rows();
    assert_eq!(rows.iter().map(|row| shown(&row["cited"])).collect::<Vec<_>>(), (1..6).map(|at| format!("arxiv:2101.0000{at}")).collect::<Vec<_>>());
}
