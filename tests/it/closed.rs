//! Weeks in the past: data learnt late is kept apart, and never enters their tables.

use crate::github::{Fate, all_live, all_names, reply};
use crate::server::{Server, say};
use crate::starcite::{Starcite, files, paper, papers};
use crate::tables::rows;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const CLOSED: &str = "2026-W40";

/// Runs a closed week late.
fn a_missed_week(server: &Server) -> Starcite {
    let starcite = Starcite::asking(&server.url, &papers(3));
    let ended = starcite.run(&["--week", CLOSED]).with_code(0);
    let line = ended.line();
    assert!(
        line.contains("2026-W40 is closed since 2026-10-12") && line.contains("--ask-now") && line.contains("starcite enrich --week 2026-W40 --out out"),
        "{line}"
    );
    assert!(server.log().is_empty());
    starcite
}

#[test]
fn ask_now_asks_about_a_closed_week_and_its_folder_stays_byte_for_byte() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = a_missed_week(&server);
    let before = files(&starcite.week(CLOSED));
    let ended = starcite.run(&["--week", CLOSED, "--ask-now"]).with_code(0);
    assert!(ended.line().contains("stay as they are"), "{}", ended.stderr);
    assert_eq!(all_names(&server.log()).len(), 3);
    assert!(files(&starcite.week(CLOSED)) == before, "later figures are never written into earlier weeks");
}

/// A name that leads to a repository of the week under another name, which the program learns after the week is closed.
#[test]
fn a_renaming_that_is_heard_late_is_not_the_weeks() {
    let is_late = Arc::new(AtomicBool::new(false));
    let late = Arc::clone(&is_late);
    let server = Server::start(move |_, request| {
        let fate = |name: &str| if name == "o/old" && !late.load(Ordering::Relaxed) { Fate::Unexplained } else { Fate::Renamed("o/new") };
        say(200, reply(request, fate))
    });
    let mut starcite = Starcite::asking(&server.url, &[paper("t:1", &["o/new"]), paper("t:2", &["o/old"])]);
    starcite.run(&[]).with_code(75);
    starcite.at("2026-12-07T12:00:00Z").run(&["--week", "2026-W47"]).with_code(0);
    let before = files(&starcite.week("2026-W47"));
    is_late.store(true, Ordering::Relaxed);
    starcite.run(&["--week", "2026-W47", "--ask-now"]).with_code(0);
    let after = files(&starcite.week("2026-W47"));
    let differing: Vec<_> = before.keys().filter(|path| before.get(*path) != after.get(*path)).collect();
    assert!(differing.is_empty(), "{differing:?}");
    starcite.run(&[]).with_code(0);
    let repos = rows(&starcite.week("2026-W49"), "repos");
    assert_eq!((repos.len(), &repos[0]["aliases"]), (1, &serde_json::json!(["github.com/o/old"])), "the next week knows it: {repos:?}");
}

#[test]
fn what_was_learnt_late_is_printed_with_its_date() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = a_missed_week(&server);
    let late = |starcite: &Starcite| starcite.end(&["enrich", "--week", CLOSED, "--offline"]).with_code(0).rows();
    assert!(late(&starcite).iter().all(|repo| repo["state"] == "unknown" && repo["observed_at"].is_null()));
    starcite.run(&["--week", CLOSED, "--ask-now"]).with_code(0);
    let rows = late(&starcite);
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|repo| repo["state"] == "live" && repo["observed_at"].as_str().unwrap().starts_with("2026-11-23")), "{rows:?}");
}

#[test]
fn what_was_learnt_late_is_in_the_overview_over_all_weeks() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = a_missed_week(&server);
    let overview = |starcite: &Starcite| {
        starcite.end(&["compact"]).with_code(0);
        rows(&starcite.path("out"), "overview")
    };
    assert!(
        overview(&starcite)
            .iter()
            .all(|paper| paper["state"] == "unknown" && paper["late_at"].is_null() && paper["why"].as_str().unwrap().starts_with("not asked"))
    );
    starcite.run(&["--week", CLOSED, "--ask-now"]).with_code(0);
    let late = overview(&starcite);
    assert!(late.iter().all(|paper| paper["state"] == "unknown" && paper["late_state"] == "live" && paper["late_license_spdx"] == "MIT"), "{late:?}");
    assert!(late.iter().all(|paper| paper["late_at"].as_str().unwrap().starts_with("2026-11-23")), "{late:?}");
    fs::remove_file(starcite.path("out/state.db")).unwrap();
    assert!(overview(&starcite).iter().all(|paper| paper["late_at"].is_null()), "without a state nothing is known since");
}

#[test]
fn a_backfill_asks_about_its_closed_weeks_too_each_repository_once() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &papers(3));
    starcite.run(&["--since", "2026-W45", "--ask-now"]).with_code(0);
    assert_eq!(all_names(&server.log()).len(), 3, "what was answered a moment ago is known");
}

#[test]
fn an_answer_that_did_not_come_is_owed_and_not_the_weeks() {
    let server = Server::start(|_, _| crate::server::say(403, r#"{"message": "You have exceeded a secondary rate limit"}"#).with("retry-after", 900));
    let starcite = a_missed_week(&server);
    let before = files(&starcite.week(CLOSED));
    starcite.run(&["--week", CLOSED, "--ask-now"]).with_code(75);
    assert!(files(&starcite.week(CLOSED)) == before);
}

#[test]
fn a_week_that_has_not_begun_is_refused_and_so_are_years_that_are_none() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(1));
    for (week, why) in [("2026-W49", "2026-W49 has not begun: the newest one to name is 2026-W48"), ("0000-W01", "0000-W01"), ("10000-W01", "10000-W01")] {
        let ended = starcite.run(&["--offline", "--week", week]).with_code(2);
        assert!(ended.stderr.contains(why), "{}", ended.stderr);
    }
    starcite.run(&["--offline", "--week", "2026-W48"]).with_code(0);
    assert!(!starcite.week("2026-W49").exists());
}
