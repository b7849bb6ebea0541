//! Hugging Face's daily papers from its API: fetched once, stored, and read from there.

use crate::server::{Request, Response, Server, nobody, say};
use crate::starcite::{Ended, Starcite};
use crate::tables::{column, is_complete, row, rows};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

const WEEK: &str = "2026-W47";

pub(crate) fn query<'a>(request: &'a Request, name: &str) -> &'a str {
    let pairs = request.path.split_once('?').unwrap().1.split('&');
    pairs.filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name).unwrap().1
}

/// Returns the entry of one paper, in the form of the API.
pub(crate) fn entry(day: &str, at: usize) -> Value {
    let number = day.replace('-', "").split_off(4);
    json!({
        "title": "A paper", "publishedAt": format!("{day}T01:00:00.000Z"),
        "paper": {
            "id": format!("2611.{number}{at}"), "title": format!("Paper {at} of {day}"), "summary": "Words.", "upvotes": 3,
            "publishedAt": format!("{day}T01:00:00.000Z"), "submittedOnDailyAt": format!("{day}T02:00:00.000Z"),
            "githubRepo": format!("https://github.com/o/n{number}"), "githubStars": 12, "authors": [{"name": "A. Author"}],
        },
    })
}

/// Answers with two papers a day.
fn two_a_day(request: &Request) -> Response {
    assert!(request.path.starts_with("/api/daily_papers?"), "{}", request.path);
    let day = query(request, "date");
    say(200, json!([entry(day, 0), entry(day, 1)]))
}

fn live() -> Starcite {
    let starcite = Starcite::new();
    starcite.write_pipeline("hf-daily", "");
    starcite
}

impl Starcite {
    /// Runs the program with Hugging Face at `url`, and a GitHub that reports every repository as gone.
    fn run_hf(&self, url: &str) -> Ended {
        self.run_hf_of(WEEK, url)
    }

    fn run_hf_of(&self, week: &str, url: &str) -> Ended {
        let github = Server::start(|_, _| say(404, r#"{"message": "Not Found"}"#));
        self.run(&["--week", week, "--hf-url", url, "--github-url", &github.url, "--source-pause-ms", "0"])
    }
}

#[test]
fn the_papers_of_the_week_arrive_with_what_the_list_says_of_their_repositories() {
    let server = Server::start(|_, request| two_a_day(request));
    let starcite = live();
    starcite.run_hf(&server.url).with_code(0);
    let days: Vec<String> = server.log().iter().map(|request| query(request, "date").to_owned()).collect();
    assert_eq!(days, ["16", "17", "18", "19", "20", "21", "22"].map(|day| format!("2026-11-{day}")));
    let week = starcite.week(WEEK);
    assert_eq!(column(&week, "papers", "paper_id").len(), 14);
    let paper = row(&week, "papers", "title", "Paper 1 of 2026-11-18");
    assert_eq!((&paper["paper_id"], &paper["upvotes"], &paper["published"]), (&json!("arxiv:2611.11181"), &json!(3), &json!("2026-11-18")));
    assert!(rows(&week, "stars").is_empty());
    starcite.run_hf_of("2026-W48", &server.url).with_code(0);
    let stars = row(&starcite.week("2026-W48"), "stars", "repo", "github.com/o/n1118");
    assert_eq!((&stars["total"], &stars["source"]), (&json!(12), &json!("hf")), "the list's stars are an observation of when it was fetched");
}

#[test]
fn a_second_run_reads_the_same_and_asks_nothing_about_days_that_are_over() {
    let server = Server::start(|_, request| two_a_day(request));
    let starcite = live();
    starcite.run_hf(&server.url).with_code(0);
    let before = crate::starcite::files(&starcite.week(WEEK));
    server.forget();
    starcite.run_hf(&server.url).with_code(0);
    assert!(server.log().is_empty(), "{:?}", server.log());
    assert!(crate::starcite::files(&starcite.week(WEEK)) == before);
}

#[test]
fn a_day_that_is_not_over_is_asked_again() {
    let server = Server::start(|_, request| two_a_day(request));
    let mut starcite = live();
    starcite.at("2026-11-18T12:00:00Z");
    for expected in [vec!["2026-11-16", "2026-11-17", "2026-11-18"], vec!["2026-11-18"]] {
        server.forget();
        let github = Server::start(|_, _| say(404, r#"{"message": "Not Found"}"#));
        starcite.run(&["--week", WEEK, "--hf-url", &server.url, "--github-url", &github.url]).with_code(0);
        let log = server.log();
        let days: Vec<&str> = log.iter().map(|request| query(request, "date")).collect();
        assert_eq!(days, expected);
    }
}

#[test]
fn a_full_page_is_followed_by_the_next() {
    let server = Server::start(|_, request| {
        let day = query(request, "date");
        let count = match (day, query(request, "p")) {
            ("2026-11-17", "0") => 100,
            (_, "0") => 0,
            _ => 5,
        };
        let entries = (0..count).map(|at| entry(day, at + 5 * query(request, "p").parse::<usize>().unwrap() * 20));
        say(200, entries.collect::<Value>())
    });
    let starcite = live();
    starcite.run_hf(&server.url).with_code(0);
    assert_eq!(server.log().len(), 8);
    assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id").len(), 105);
}

#[test]
fn a_list_that_never_ends_is_owed_and_the_papers_that_came_count() {
    let mended: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    let server = Server::start(|_, request| match query(request, "date") {
        "2026-11-17" if !mended.load(Ordering::SeqCst) => say(200, (0..100).map(|at| entry("2026-11-17", at)).collect::<Value>()),
        "2026-11-17" => say(200, "[]"),
        _ => two_a_day(request),
    });
    let starcite = live();
    let ended = starcite.run_hf(&server.url).with_code(75);
    assert!(ended.stderr.contains("the list of 2026-11-17 never ends") && ended.stderr.contains("run the same command again"), "{}", ended.stderr);
    assert_eq!((server.log().len(), column(&starcite.week(WEEK), "papers", "paper_id").len()), (101, 102));
    mended.store(true, Ordering::SeqCst);
    server.forget();
    starcite.run_hf(&server.url).with_code(3); // the same papers on every page
    assert_eq!((server.log().len(), column(&starcite.week(WEEK), "papers", "paper_id").len()), (6, 112));
}

#[test]
fn a_silent_hugging_face_is_owed_and_no_week_is_put_in_place() {
    let starcite = live();
    let ended = starcite.run_hf(&nobody()).with_code(75);
    assert!(ended.stderr.contains("did not answer") && ended.stderr.contains("run the same command again"), "{}", ended.stderr);
    assert!(!starcite.week(WEEK).exists());
}

#[test]
fn after_a_failure_the_next_run_goes_on_with_the_days_that_are_missing() {
    let server = Server::start(|number, request| if (2..7).contains(&number) { say(503, "") } else { two_a_day(request) });
    let starcite = live();
    starcite.run_hf(&server.url).with_code(75);
    assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id").len(), 4, "the days that came count");
    starcite.run_hf(&server.url).with_code(0);
    assert_eq!(server.log().len(), 7 + 5, "two days are not asked again");
    assert!(is_complete(&starcite.week(WEEK)));
}

#[test]
fn a_reply_that_is_no_list_is_not_kept() {
    let server = Server::start(|number, request| if number == 0 { say(200, r#"{"error": "busy"}"#) } else { two_a_day(request) });
    let starcite = live();
    let ended = starcite.run_hf(&server.url).with_code(75);
    assert!(ended.line().contains("not a list of papers"), "{}", ended.stderr);
    starcite.run_hf(&server.url).with_code(0);
    assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id").len(), 14);
}

#[test]
fn a_source_behind_a_url_is_fetched_once() {
    let server = Server::start(|_, _| say(200, "{\"id\": \"t:1\", \"title\": \"T\"}\n"));
    let starcite = Starcite::new();
    starcite.write_pipeline("jsonl", &format!("url = \"{}/papers.jsonl\"", server.url));
    for _ in 0..2 {
        starcite.run(&[]).with_code(0);
        assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id"), ["t:1"]);
    }
    assert_eq!(server.log().len(), 1);
}

#[test]
fn a_limit_of_hugging_face_is_waited_for() {
    let server = Server::start(|number, request| match number {
        1 => say(429, "").with("RateLimit", "\"api\";r=0;t=0"),
        _ => two_a_day(request),
    });
    let starcite = live();
    starcite.run_hf(&server.url).with_code(0);
    assert_eq!((server.log().len(), column(&starcite.week(WEEK), "papers", "paper_id").len()), (8, 14));
}
