//! `starcite prune`: old weeks go, and what stays is as it was.

use crate::github::all_live;
use crate::server::Server;
use crate::starcite::{Ended, Starcite, files, papers};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

const MONDAYS: [&str; 12] = [
    "2026-09-07T06:00:00Z",
    "2026-09-14T06:00:00Z",
    "2026-09-21T06:00:00Z",
    "2026-09-28T06:00:00Z",
    "2026-10-05T06:00:00Z",
    "2026-10-12T06:00:00Z",
    "2026-10-19T06:00:00Z",
    "2026-10-26T06:00:00Z",
    "2026-11-02T06:00:00Z",
    "2026-11-09T06:00:00Z",
    "2026-11-16T06:00:00Z",
    "2026-11-23T06:00:00Z",
];

/// Runs the week before a Monday; each brings a paper, and the repositories of all are asked about.
fn run(starcite: &mut Starcite, at: usize) {
    starcite.write_papers(&papers(at + 1));
    starcite.at(MONDAYS[at]).run(&[]).with_code(0);
}

fn weeks(server: &Server, count: usize) -> Starcite {
    let mut starcite = Starcite::asking(&server.url, &[]);
    (0..count).for_each(|at| run(&mut starcite, at));
    starcite
}

fn prune(starcite: &Starcite, args: &[&str]) -> Ended {
    starcite.end(&[&["prune"], args].concat())
}

fn there(starcite: &Starcite) -> Vec<String> {
    let names = fs::read_dir(starcite.path("out")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut weeks: Vec<String> = names.filter(|name| name.starts_with("week=")).collect();
    weeks.sort();
    weeks
}

#[test]
fn a_dry_run_says_what_would_go_and_changes_nothing() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = weeks(&server, 4);
    let all = || files(&starcite.path("out")).into_iter().filter(|(path, _)| !path.to_str().unwrap().starts_with("state.db-")).collect::<Vec<_>>();
    let before = all();
    let ended = prune(&starcite, &["--keep", "2"]).with_code(0);
    assert!(ended.stdout.contains("weeks              2 (2026-W36 to 2026-W37), ") && ended.stdout.contains("Nothing was removed"), "{}", ended.stdout);
    assert!(all() == before);
    let ended = prune(&starcite, &["--keep", "5"]).with_code(0);
    assert_eq!(ended.stdout, "out has fewer than 5 complete weeks: nothing goes\n");
    prune(&starcite, &[]).with_code(2);
    prune(&starcite, &["--keep", "0"]).with_code(2);
}

#[test]
fn weeks_that_stay_run_again_and_the_next_one_are_as_without_it() {
    let server = Server::start(|_, request| all_live(request));
    let (mut pruned, mut whole) = (weeks(&server, 11), weeks(&server, 11));
    let ended = prune(&pruned, &["--keep", "2", "--yes"]).with_code(0);
    assert!(ended.stdout.contains("weeks              9 (") && !ended.stdout.contains("state              0 rows"), "{}", ended.stdout);
    assert_eq!(there(&pruned), ["week=2026-W45", "week=2026-W46"]);
    assert!(prune(&pruned, &["--keep", "2", "--yes"]).with_code(0).stdout.contains("weeks              none"));
    let tables = |starcite: &Starcite, week: &str| -> BTreeMap<PathBuf, Vec<u8>> {
        let all = files(&starcite.week(week)).into_iter();
        // `stars` lists the totals of earlier weeks, and the manifest has its hash
        all.filter(|(path, _)| !path.ends_with("stars.parquet") && !path.ends_with("manifest.json")).collect()
    };
    for starcite in [&mut pruned, &mut whole] {
        starcite.at(MONDAYS[10]).run(&["--week", "2026-W45"]).with_code(0);
        run(starcite, 11);
    }
    for week in ["2026-W45", "2026-W46", "2026-W47"] {
        assert!(tables(&pruned, week) == tables(&whole, week), "{week}");
    }
    pruned.end(&["verify", "out"]).with_code(0);
    assert!(fs::read_to_string(pruned.path("out/README.md")).unwrap().contains("2026-W47"));
}

#[test]
fn an_old_week_with_a_file_of_somebody_else_stays_and_so_does_all_that_is_not_a_week() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = weeks(&server, 3);
    starcite.write("out/week=2026-W36/notes.txt", "mine");
    starcite.write("out/week=2026-W30/half.parquet", "unfinished");
    starcite.write("out/report/2026-W36/index.html", "a page");
    starcite.write("out/cache/2026-W36/object.jsonl", "old");
    starcite.write("out/cache/2026-W38/object.jsonl", "new");
    let ended = prune(&starcite, &["--keep", "1", "--yes"]).with_code(0);
    assert!(ended.stderr.contains("week=2026-W36 stays: out/week=2026-W36/notes.txt is not of starcite"), "{}", ended.stderr);
    assert_eq!(there(&starcite), ["week=2026-W30", "week=2026-W36", "week=2026-W38"]);
    let is_there = |name: &str| starcite.path(name).exists();
    assert!(is_there("out/report/2026-W36/index.html") && is_there("out/cache/2026-W38/object.jsonl") && !is_there("out/cache/2026-W36"));
}

#[test]
fn the_newest_complete_weeks_count_and_later_ones_stay_as_well() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = weeks(&server, 3);
    let manifest = starcite.week("2026-W38").join("manifest.json");
    let mut incomplete: Value = serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    incomplete["papers_complete"] = json!(false);
    incomplete["papers_missing"] = json!(["a source"]);
    fs::write(&manifest, incomplete.to_string()).unwrap();
    prune(&starcite, &["--keep", "1", "--yes"]).with_code(0);
    assert_eq!(there(&starcite), ["week=2026-W37", "week=2026-W38"]);
}

#[test]
fn a_folder_that_is_in_use_or_of_nobody_is_left_alone() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = weeks(&server, 2);
    let lock = fs::File::create(starcite.path("out/.starcite.lock")).unwrap();
    lock.lock().unwrap();
    let ended = prune(&starcite, &["--keep", "1", "--yes"]).with_code(1);
    assert!(ended.stderr.contains("another starcite") && there(&starcite).len() == 2, "{}", ended.stderr);
    drop(lock);
    let ended = prune(&starcite, &["--keep", "1", "--yes", "--out", "nowhere"]).with_code(1);
    assert!(ended.stderr.contains("nowhere"), "{}", ended.stderr);
}
