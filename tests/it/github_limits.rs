//! Limits, refusals and silence: answers are stored, missing ones are owed, and no repository is reported as gone.

use crate::github::{Fate, all_live, names, reply};
use crate::server::{Server, nobody, say};
use crate::starcite::{Starcite, TOKEN, files, papers};
use crate::tables::{column, is_complete, manifest, rows};
use serde_json::json;
use std::collections::HashSet;

const WEEK: &str = "2026-W47";
/// A quarter of an hour after the tests' current time.
const RESET: i64 = 1_795_436_100;

#[test]
fn a_limit_in_the_middle_keeps_the_data_and_ends_the_sending() {
    let server = Server::start(|number, request| {
        if number == 0 {
            return all_live(request);
        }
        let mut body = reply(request, |name| if name.ends_with('7') { Fate::Live } else { Fate::Unexplained });
        body["errors"] = json!([{"type": "RATE_LIMITED", "message": "API rate limit already exceeded"}]);
        say(200, body).with("x-ratelimit-remaining", 0).with("x-ratelimit-reset", RESET)
    });
    let starcite = Starcite::asking(&server.url, &papers(250));
    let ended = starcite.run(&[]).with_code(75);
    assert!(ended.line().contains("limit") && ended.line().contains("2026-11-23 12:15"), "{}", ended.stderr);
    let log = server.log();
    assert_eq!(log.len(), 3, "nothing is sent after a limit: the other two were under way");
    let week = starcite.week(WEEK);
    let live = column(&week, "repos", "state").iter().filter(|state| *state == "live").count();
    let under_way = || log[1..].iter().flat_map(names);
    assert_eq!(live, 100 + under_way().filter(|name| name.ends_with('7')).count());
    let manifest = manifest(&week);
    assert_eq!((&manifest["papers_complete"], &manifest["answers_owed"]), (&json!(true), &json!({"scalars": 250 - live})));
    let waiting = under_way().filter(|name| !name.ends_with('7')).count();
    assert_eq!(manifest["coverage"]["unknown_by_reason"], json!({"limit": waiting}));
}

#[test]
fn a_refusal_with_retry_after_is_a_limit_and_nobody_is_called_gone() {
    let server = Server::start(|_, _| say(403, r#"{"message": "You have exceeded a secondary rate limit"}"#).with("retry-after", 900));
    let starcite = Starcite::asking(&server.url, &papers(3));
    let ended = starcite.run(&[]).with_code(75);
    assert!(ended.line().contains("2026-11-23 12:15") && ended.line().contains("3 repositories are unknown"), "{}", ended.stderr);
    assert_eq!(server.log().len(), 1);
    assert_eq!(column(&starcite.week(WEEK), "repos", "state"), ["unknown"; 3]);
}

#[test]
fn a_query_that_was_too_much_is_never_repeated_as_it_was() {
    let server = Server::start(|_, request| if names(request).len() > 1 { say(502, "<html>") } else { all_live(request) });
    let starcite = Starcite::asking(&server.url, &papers(2));
    starcite.run(&[]).with_code(0);
    let queries: HashSet<String> = server.log().into_iter().map(|request| request.body).collect();
    assert_eq!((queries.len(), server.log().len()), (3, 3));
    assert_eq!(column(&starcite.week(WEEK), "repos", "state"), ["live"; 2]);
}

#[test]
fn a_refused_token_ends_the_run_at_once_and_is_told_nowhere() {
    let server = Server::start(|_, _| say(401, r#"{"message": "Bad credentials"}"#));
    let starcite = Starcite::asking(&server.url, &papers(150));
    let ended = starcite.run(&[]).with_code(1);
    assert!(ended.line().contains("GITHUB_TOKEN"), "{}", ended.stderr);
    assert_eq!(server.log().len(), 1);
    let left = files(&starcite.path("out"));
    assert!(left.keys().all(|path| path.to_string_lossy().starts_with("state.db")), "half-written: {:?}", left.keys());
    let texts = [ended.stdout.into_bytes(), ended.stderr.into_bytes()];
    for bytes in left.values().chain(&texts) {
        assert!(!String::from_utf8_lossy(bytes).contains(TOKEN), "the token was written");
    }
}

#[test]
fn a_good_token_is_told_nowhere_either() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &papers(2));
    let ended = starcite.run(&["--log", "json"]).with_code(0);
    let texts = [ended.stdout.into_bytes(), ended.stderr.into_bytes()];
    for bytes in files(&starcite.path("out")).values().chain(&texts) {
        assert!(!String::from_utf8_lossy(bytes).contains(TOKEN), "the token was written");
    }
}

#[test]
fn an_unreachable_github_leaves_everything_unknown_and_says_how_much() {
    let starcite = Starcite::asking(&nobody(), &papers(3));
    let ended = starcite.run(&[]).with_code(75);
    assert!(ended.line().contains("3 repositories are unknown") && ended.line().contains("run the same command again"), "{}", ended.stderr);
    let repos = rows(&starcite.week(WEEK), "repos");
    assert!(repos.iter().all(|repo| repo["state"] == "unknown" && repo["state_reason"] == "unreachable" && repo["stars"].is_null()), "{repos:?}");
    assert!(repos.iter().all(|repo| !repo["last_error"].is_null() && !repo["asked_at"].is_null()));
    assert!(!is_complete(&starcite.week(WEEK)));
}

#[test]
fn a_later_failure_keeps_what_was_believed() {
    let server = Server::start(|number, request| if number == 0 { all_live(request) } else { say(401, "") });
    let mut starcite = Starcite::asking(&server.url, &papers(1));
    starcite.run(&[]).with_code(0);
    let before = rows(&starcite.week(WEEK), "repos").remove(0);
    starcite.at("2026-12-07T12:00:00Z");
    let ended = starcite.run(&["--github-url", &nobody(), "--week", "2026-W48"]);
    assert_eq!(ended.code, Some(0), "the week is closed: nobody is asked");
    let ended = starcite.run(&["--github-url", &nobody()]);
    let after = rows(&starcite.week("2026-W49"), "repos").remove(0);
    assert_eq!((&after["state"], &after["stars"], &after["observed_at"]), (&before["state"], &before["stars"], &before["observed_at"]));
    assert!(after["last_error"].is_string() && after["asked_at"] != before["asked_at"], "{after:?}\n{}", ended.stderr);
}

#[test]
fn a_spent_budget_leaves_the_rest_owed() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &papers(150));
    let ended = starcite.run(&["--budget", "1"]).with_code(75);
    assert!(ended.line().contains("50 repositories are unknown"), "{}", ended.stderr);
    starcite.run(&[]).with_code(0);
    assert_eq!(crate::github::all_names(&server.log()).len(), 150, "each once");
}

/// A history of two pages, whose second page does not arrive before the limit ends.
#[test]
fn a_history_of_stars_that_was_cut_off_is_owed_and_goes_on() {
    let page = |weeks: &[i64]| weeks.iter().map(|week| json!({"week": week, "total": 7, "days": [1, 1, 1, 1, 1, 1, 1]})).collect::<serde_json::Value>();
    let closed = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let is_closed = std::sync::Arc::clone(&closed);
    let server = Server::start(move |_, request| match request.path.split_once("page=30&page=").or(request.path.split_once("&page=")) {
        None => all_live(request),
        Some((_, "1")) => say(200, page(&[1_794_787_200, 1_794_182_400]))
            .with("link", "<https://example.org/?page=2>; rel=\"next\", <https://example.org/?page=2>; rel=\"last\""),
        Some(_) if is_closed.load(std::sync::atomic::Ordering::Relaxed) => {
            say(403, r#"{"message": "You have exceeded a secondary rate limit"}"#).with("retry-after", 900)
        }
        Some(_) => say(200, page(&[1_793_577_600])),
    });
    let mut starcite = Starcite::asking(&server.url, &papers(1));
    let pipeline = std::fs::read_to_string(starcite.path("pipeline.toml")).unwrap();
    starcite.write("pipeline.toml", format!("{pipeline}[github]\ncolumns = [\"stars\"]\n"));
    let ended = starcite.run(&[]).with_code(75);
    assert!(ended.line().contains("1 lacks stars"), "{}", ended.stderr);
    assert_eq!(manifest(&starcite.week(WEEK))["answers_owed"], json!({"stars": 1}));
    closed.store(false, std::sync::atomic::Ordering::Relaxed);
    starcite.at("2026-11-23T13:00:00Z").run(&[]).with_code(0);
    assert_eq!(rows(&starcite.week(WEEK), "stars").len(), 3, "the page that was missing came");
    server.forget();
    starcite.run(&[]).with_code(0);
    assert!(server.log().is_empty(), "{:?}", server.log());
}
