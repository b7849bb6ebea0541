//! A week contains the data that it brought; the data of earlier weeks stays unchanged.

use crate::github::{all_live, all_names};
use crate::server::Server;
use crate::starcite::{MONDAY_OF_W49, Starcite, files, paper};
use crate::tables::{column, row, rows};
use serde_json::Value;

const FIRST: &str = "2026-W47";
const SECOND: &str = "2026-W48";

/// Returns three papers; the second links two repositories, and only one of them if it has `changed`.
fn three_papers(changed: bool) -> Vec<Value> {
    let second: &[&str] = if changed { &["o/kept"] } else { &["o/kept", "o/lost"] };
    vec![paper("t:1", &["o/first"]), paper("t:2", second), paper("t:3", &[])]
}

/// Runs two weeks offline: one paper changes in the second and loses a link.
fn two_weeks() -> Starcite {
    let mut starcite = Starcite::new();
    starcite.write_papers(&three_papers(false));
    starcite.run(&["--offline"]).with_code(0);
    starcite.write_papers(&three_papers(true));
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    starcite
}

#[test]
fn a_later_week_has_only_the_papers_that_are_new_or_changed() {
    let starcite = two_weeks();
    assert_eq!(column(&starcite.week(FIRST), "papers", "paper_id"), ["t:1", "t:2", "t:3"]);
    assert_eq!(column(&starcite.week(SECOND), "papers", "paper_id"), ["t:2"]);
}

#[test]
fn a_link_that_a_new_version_lacks_stays_with_its_last_week() {
    let starcite = two_weeks();
    let week = starcite.week(SECOND);
    let spans = |repo: &str| {
        let link = row(&week, "links", "repo", &format!("github.com/o/{repo}"));
        (link["first_week"].clone(), link["last_week"].clone())
    };
    assert_eq!(spans("first"), (FIRST.into(), Value::Null));
    assert_eq!(spans("kept"), (FIRST.into(), Value::Null));
    assert_eq!(spans("lost"), (FIRST.into(), FIRST.into()));
    assert!(rows(&starcite.week(FIRST), "links").iter().all(|link| link["last_week"].is_null()));
}

#[test]
fn an_earlier_week_run_again_has_the_same_bytes() {
    let starcite = two_weeks();
    let before = files(&starcite.week(FIRST));
    starcite.write_papers(&three_papers(false));
    starcite.run(&["--offline", "--week", FIRST]).with_code(0);
    let after = files(&starcite.week(FIRST));
    let differing: Vec<_> = before.keys().filter(|path| before.get(*path) != after.get(*path)).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

#[test]
fn the_later_week_run_again_has_the_same_bytes_also_when_all_folders_are_gone() {
    let starcite = two_weeks();
    let before = files(&starcite.week(SECOND));
    for week in [FIRST, SECOND] {
        std::fs::remove_dir_all(starcite.week(week)).unwrap();
    }
    starcite.run(&["--offline"]).with_code(0);
    assert!(files(&starcite.week(SECOND)) == before, "the state remembers");
}

#[test]
fn what_a_later_week_brought_does_not_move_into_an_earlier_one() {
    let starcite = two_weeks();
    starcite.run(&["--offline", "--week", FIRST]).with_code(0);
    let links = rows(&starcite.week(FIRST), "links");
    assert!(links.iter().any(|link| link["repo"] == "github.com/o/lost"), "the first week had this link");
    starcite.run(&["--offline", "--week", SECOND]).with_code(0);
    assert_eq!(column(&starcite.week(SECOND), "papers", "paper_id"), ["t:2"], "the second week has the same rows again");
}

#[test]
fn a_repository_is_asked_again_only_when_its_answer_is_older_than_max_age() {
    let server = Server::start(|_, request| all_live(request));
    let mut starcite = Starcite::asking(&server.url, &[paper("t:1", &["o/early"])]);
    starcite.run(&[]).with_code(0);
    starcite.write_papers(&[paper("t:1", &["o/early"]), paper("t:2", &["o/late"])]);
    starcite.at("2026-11-28T12:00:00Z").run(&[]).with_code(0);
    assert_eq!(all_names(&server.log()), ["o/early", "o/late"], "five days are no reason to ask again");

    server.forget();
    starcite.at(MONDAY_OF_W49).run(&[]).with_code(0);
    assert_eq!(all_names(&server.log()), ["o/early"], "seven days are, two are not");
    assert!(server.log()[0].body.contains("nodes(ids:"), "a known repository is asked by its id");
}

#[test]
fn later_figures_are_not_written_into_a_week_that_has_closed() {
    let server = Server::start(|_, request| all_live(request));
    let mut starcite = Starcite::asking(&server.url, &[paper("t:1", &["o/early"])]);
    starcite.run(&[]).with_code(0);
    let before = files(&starcite.week(FIRST));
    starcite.at(MONDAY_OF_W49).run(&[]).with_code(0);
    server.forget();
    let ended = starcite.run(&["--week", FIRST]).with_code(0);
    assert!(ended.line().contains("2026-W47 is closed since 2026-11-30") && ended.line().contains("--ask-now"), "{}", ended.stderr);
    assert!(server.log().is_empty());
    assert!(files(&starcite.week(FIRST)) == before);
}

#[test]
fn a_monday_that_has_not_begun_in_utc_is_told_and_no_other_day() {
    let starcite = Starcite::new();
    starcite.write_papers(&three_papers(false));
    let run = |zone: &str, now: &str, args: &[&str]| {
        let mut command = starcite.command(&[&["run", "pipeline.toml", "--offline"], args].concat());
        command.env("TZ", zone).env("STARCITE_NOW", now);
        crate::starcite::ended(command.spawn().unwrap()).with_code(0).stderr
    };
    // East of Greenwich a Monday begins earlier; POSIX's names of time zones have the opposite sign.
    let told = run("JST-9", "2026-11-22T21:00:00Z", &[]);
    assert!(told.contains("weeks end at midnight UTC: 2026-W47 ends at 2026-11-23 09:00 local time, and 2026-W46 is the last one"), "{told}");
    for (zone, now, args) in [
        ("JST-9", "2026-11-23T00:00:00Z", &[][..]),
        ("JST-9", "2026-11-22T14:59:59Z", &[]),
        ("JST-9", "2026-11-22T21:00:00Z", &["--week", "2026-W46"]),
        ("UTC0", "2026-11-22T21:00:00Z", &[]),
        ("EST5", "2026-11-23T02:00:00Z", &[]),
    ] {
        assert!(!run(zone, now, args).contains("midnight"), "{zone} {now}");
    }
}
