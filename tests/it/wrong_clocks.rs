//! A clock that was ahead once, or is slow: timestamps in the future do not count, are reported and requested again; nothing is lost.

use crate::github::{Fate, all_live, all_names, reply};
use crate::server::{Server, say};
use crate::starcite::{MONDAY_OF_W48, Starcite, papers};
use crate::tables::rows;
use chrono::DateTime;
use fake_github::{Config, FakeGithub};
use serde_json::json;

const AHEAD: &str = "2030-01-07T12:00:00Z";
const WEEK: &str = "2026-W47";

fn names(starcite: &Starcite, count: usize) {
    starcite.write("names.txt", (0..count).map(|at| format!("o/n{at}\n")).collect::<String>());
}

/// Requests the scalars of names; the server does not have the history of stars.
const ENRICH: [&str; 2] = ["enrich", "names.txt"];

#[test]
fn what_was_answered_by_a_clock_that_was_ahead_is_asked_for_again_once() {
    let server = Server::start(|_, request| all_live(request));
    let mut starcite = Starcite::asking(&server.url, &[]);
    names(&starcite, 3);
    starcite.at(AHEAD).end(&ENRICH).with_code(0);
    server.forget();
    let ended = starcite.at(MONDAY_OF_W48).end(&ENRICH).with_code(0);
    assert_eq!(all_names(&server.log()).len(), 3);
    assert!(ended.line().contains("answers of times up to 2030-01-07 12:00 UTC (repositories: 3), which have not come"), "{}", ended.stderr);
    assert!(ended.rows().iter().all(|row| row["state"] == "live" && row["observed_at"].as_str().unwrap().starts_with("2026-11-23")), "{:?}", ended.rows());
    server.forget();
    let ended = starcite.end(&ENRICH).with_code(0);
    assert_eq!((server.log().len(), ended.stderr.as_str()), (0, ""), "once");
}

#[test]
fn an_answer_of_a_few_minutes_ahead_is_fresh() {
    let server = Server::start(|_, request| all_live(request));
    let mut starcite = Starcite::asking(&server.url, &[]);
    names(&starcite, 1);
    starcite.at("2026-11-23T12:05:00Z").end(&ENRICH).with_code(0);
    server.forget();
    let ended = starcite.at(MONDAY_OF_W48).end(&ENRICH).with_code(0);
    assert_eq!((server.log().len(), ended.stderr.as_str(), ended.rows()[0]["state"].as_str()), (0, "", Some("live")));
}

#[test]
fn a_week_is_complete_after_a_clock_that_was_ahead_and_has_no_later_time_in_it() {
    let server = Server::start(|_, request| all_live(request));
    let mut starcite = Starcite::asking(&server.url, &papers(3));
    // Two days ahead, and still before the week's observations close.
    starcite.at("2026-11-25T12:00:00Z").run(&["--week", WEEK]).with_code(0);
    let ended = starcite.at(MONDAY_OF_W48).run(&["--week", WEEK]).with_code(0);
    assert!(ended.stderr.contains("which have not come"), "{}", ended.stderr);
    let repos = rows(&starcite.week(WEEK), "repos");
    assert!(repos.iter().all(|repo| repo["observed_at"].as_str().unwrap().starts_with("2026-11-23")), "{repos:?}");
    starcite.end(&["verify", "out"]).with_code(0);
}

/// Covers scalars, trees, counts, files, the papers that they name, and the history of stars with its unchanged pages.
#[test]
fn the_week_is_what_it_would_be_if_the_clock_had_never_been_ahead() {
    let server = FakeGithub::start(Config::default()).unwrap();
    server.world().add_stars_until(DateTime::parse_from_rfc3339(MONDAY_OF_W48).unwrap().timestamp());
    let names: Vec<String> = (0..12).map(|at| server.world().name(at)).collect();
    server.world().write(&names[3], "README.md", "# Tool\nCode of our paper https://arxiv.org/abs/2101.00003.\n");
    let week = |ahead: bool| {
        let paper = |(at, name): (usize, &String)| json!({"id": format!("2101.{at:05}"), "title": format!("On {at}"), "abstract": format!("Code: https://github.com/{name} is ours.")});
        let mut starcite = Starcite::asking(server.url(), &names.iter().enumerate().map(paper).collect::<Vec<_>>()).with_token("t");
        starcite.write("pipeline.toml", "name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n[github]\ncolumns = [\"all\"]\n");
        if ahead {
            starcite.at(AHEAD).run(&["--week", WEEK, "--ask-now"]).with_code(0);
        }
        starcite.at(MONDAY_OF_W48).run(&["--week", WEEK]).with_code(0);
        starcite.end(&["verify"]).with_code(0);
        ["repos", "stars", "links", "rankings"].map(|table| rows(&starcite.week(WEEK), table))
    };
    let (right, ahead) = (week(false), week(true));
    assert!(right.iter().all(|table| !table.is_empty()));
    assert_eq!(ahead, right);
}

#[test]
fn a_doubt_of_a_clock_that_was_ahead_is_settled() {
    let gone = Server::start(|number, request| if number == 0 { all_live(request) } else { say(200, reply(request, |_| Fate::NotFound)) });
    let mut starcite = Starcite::asking(&gone.url, &[]);
    names(&starcite, 1);
    starcite.end(&ENRICH).with_code(0);
    starcite.at(AHEAD).end(&ENRICH).with_code(0); // not found, and not confirmed
    let row = starcite.at("2026-12-14T12:00:00Z").end(&ENRICH).with_code(0).rows().remove(0);
    assert_eq!(row["state"], "not_found", "the second run that hears it: {row}");
}

#[test]
fn a_limit_of_a_clock_that_was_ahead_stops_nobody() {
    let limited = Server::start(|number, request| if number == 0 { say(429, "{}").with("retry-after", 3_000) } else { all_live(request) });
    let mut starcite = Starcite::asking(&limited.url, &[]);
    names(&starcite, 1);
    starcite.at(AHEAD).end(&ENRICH).with_code(75);
    let row = starcite.at(MONDAY_OF_W48).end(&ENRICH).with_code(0).rows().remove(0);
    assert_eq!(row["state"], "live");
}

#[test]
fn a_clock_that_is_behind_loses_nothing_that_was_learnt() {
    let server = Server::start(|_, request| all_live(request));
    let mut starcite = Starcite::asking(&server.url, &papers(3));
    starcite.run(&["--week", WEEK]).with_code(0);
    names(&starcite, 3);
    starcite.at("2020-01-06T12:00:00Z").end(&["enrich", "names.txt", "--out", "out"]).with_code(0);
    server.forget();
    let ended = starcite.at(MONDAY_OF_W48).run(&["--week", WEEK]).with_code(0);
    assert_eq!((server.log().len(), ended.stderr.as_str()), (0, ""), "what was answered at noon still is");
    let repos = rows(&starcite.week(WEEK), "repos");
    assert!(repos.iter().all(|repo| repo["observed_at"].as_str().unwrap().starts_with("2026-11-23")), "{repos:?}");
}

#[test]
fn a_week_that_has_not_begun_is_named_with_the_way_out() {
    let server = Server::start(|_, request| all_live(request));
    let mut starcite = Starcite::asking(&server.url, &papers(3));
    starcite.at("2026-11-16T12:00:00Z").run(&[]).with_code(0);
    starcite.write_papers(&papers(5));
    let ended = starcite.at(AHEAD).run(&[]).with_code(0);
    assert!(ended.stdout.contains("2030-W01"), "{}", ended.stdout);
    let ended = starcite.at(MONDAY_OF_W48).run(&[]);
    assert!(ended.stderr.contains("the state knows 2030-W01, which has not begun"), "{}", ended.stderr);
    std::fs::remove_dir_all(starcite.week("2030-W01")).unwrap();
    std::fs::remove_dir_all(starcite.week(WEEK)).unwrap();
    let ended = starcite.run(&["--rebuild-state"]).with_code(0);
    assert!(!ended.stderr.contains("has not begun"), "{}", ended.stderr);
    assert_eq!(rows(&starcite.week(WEEK), "papers").len(), 2, "the papers that the wrong week had");
}
