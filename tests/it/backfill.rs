//! `run --since`: a backfill of many weeks has the same results as a run of each week, at any time.

use crate::github::Fate;
use crate::github::{all_live, all_names, reply, stars};
use crate::hf_live::{entry, query};
use crate::oai_files::{deleted, paper as oai_paper, reply as oai_reply};
use crate::server::{Request, Response, Server, nobody, say};
use crate::starcite::{Ended, Starcite, ended, files, paper};
use crate::tables::{column, row, rows};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

const LAST: &str = "2026-W47";

/// Returns the files of several weeks.
fn weeks(starcite: &Starcite, weeks: &[&str]) -> Vec<BTreeMap<PathBuf, Vec<u8>>> {
    weeks.iter().map(|week| files(&starcite.week(week))).collect()
}

/// Answers with one paper a day, with its own repository.
fn daily(request: &Request) -> Response {
    say(200, json!([entry(query(request, "date"), 0)]))
}

fn live(github: &Server) -> Starcite {
    let starcite = Starcite::asking(&github.url, &[]);
    starcite.write_pipeline("hf-daily", "");
    starcite
}

impl Starcite {
    fn since(&self, since: &str, hf: &Server, args: &[&str]) -> Ended {
        self.run(&[&["--since", since, "--hf-url", &hf.url, "--source-pause-ms", "0"], args].concat())
    }
}

#[test]
fn every_week_runs_oldest_first_until_the_last_that_has_ended() {
    let (hf, github) = (Server::start(|_, request| daily(request)), Server::start(|_, request| all_live(request)));
    let starcite = live(&github);
    let ended = starcite.since("2026-11-04", &hf, &[]).with_code(0);
    let told: Vec<&str> = ended.stdout.lines().map(str::trim).filter(|line| line.starts_with("2026")).collect();
    assert!(told.iter().map(|line| &line[..8]).eq(["2026-W45", "2026-W46", LAST]), "{}", ended.stdout);
    assert!(told.iter().all(|line| line.contains("7 papers")), "{}", ended.stdout);
    let last = ended.stdout.lines().last().unwrap();
    assert_eq!(last, "3 weeks in out; GitHub was not asked about 2 of them, for they are closed: --ask-now asks");
    let days: Vec<String> = hf.log().iter().map(|request| query(request, "date").to_owned()).collect();
    assert!(days.len() == 21 && days.is_sorted() && days[0] == "2026-11-02", "{days:?}");
    assert_eq!(column(&starcite.week("2026-W46"), "links", "first_week"), [vec!["2026-W45"; 7], vec!["2026-W46"; 7]].concat());
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn weeks_that_have_closed_get_none_of_todays_figures() {
    let (hf, github) = (Server::start(|_, request| daily(request)), Server::start(|_, request| all_live(request)));
    let starcite = live(&github);
    starcite.since("2026-W40", &hf, &[]).with_code(0);
    for week in ["2026-W40", "2026-W43", "2026-W46"] {
        let folder = starcite.week(week);
        assert!(column(&folder, "repos", "state").iter().all(|state| state == "unknown"), "{week}");
        assert!(column(&folder, "repos", "stars").iter().all(|stars| stars == "null"), "{week}");
        assert!(column(&folder, "papers", "upvotes").iter().all(|upvotes| upvotes == "null"), "{week}: they are today's too");
        assert!(rows(&folder, "stars").is_empty(), "{week}");
    }
    let folder = starcite.week(LAST);
    assert_eq!(all_names(&github.log()).len(), 56, "all repositories of all weeks are asked about for the week that is open, each once");
    assert!(column(&folder, "repos", "state").iter().all(|state| state == "live"));
    assert_eq!(row(&folder, "repos", "repo", "github.com/o/n1116")["stars"], stars("o/n1116"));
    assert!(column(&folder, "papers", "upvotes").iter().all(|upvotes| upvotes == "3"));
}

#[test]
fn what_was_observed_in_time_stays_and_is_what_later_weeks_know() {
    let github = Server::start(|number, request| {
        let mut body = reply(request, |_| Fate::Live);
        let stars: u64 = if number == 0 { 5 } else { 500 };
        let repos = body["data"].as_object_mut().unwrap().values_mut().filter(|value| value["stargazerCount"].is_number());
        repos.for_each(|repo| repo["stargazerCount"] = stars.into());
        for node in body["data"]["nodes"].as_array_mut().into_iter().flatten() {
            node["stargazerCount"] = stars.into();
        }
        say(200, body)
    });
    let mut starcite = Starcite::asking(&github.url, &[paper("t:1", &["o/n"])]);
    starcite.at("2026-10-05T12:00:00Z").run(&[]).with_code(0);
    starcite.at(crate::starcite::MONDAY_OF_W48).run(&["--since", "2026-W40"]).with_code(0);
    let stars = |week: &str| row(&starcite.week(week), "repos", "repo", "github.com/o/n")["stars"].clone();
    assert_eq!(["2026-W40", "2026-W41", "2026-W46", LAST].map(stars), [5, 5, 5, 500].map(Value::from));
}

#[test]
fn the_same_backfill_again_writes_the_same_bytes_and_asks_nothing() {
    let (hf, github) = (Server::start(|_, request| daily(request)), Server::start(|_, request| all_live(request)));
    let starcite = live(&github);
    let all = ["2026-W45", "2026-W46", LAST];
    starcite.since("2026-W45", &hf, &[]).with_code(0);
    let before = weeks(&starcite, &all);
    hf.forget();
    github.forget();
    starcite.since("2026-W45", &hf, &[]).with_code(0);
    assert!(hf.log().is_empty() && github.log().is_empty());
    let now = weeks(&starcite, &all);
    let differing: Vec<&PathBuf> = now.iter().zip(&before).flat_map(|(now, before)| before.keys().filter(|path| now.get(*path) != before.get(*path))).collect();
    assert!(now == before, "{differing:?}");
}

#[test]
fn a_backfill_that_was_killed_goes_on_and_comes_to_the_same() {
    let mended: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    let hf = Server::start(|number, request| if number < 10 || mended.load(Ordering::SeqCst) { daily(request) } else { Response::Hangs });
    let github = Server::start(|_, request| all_live(request));
    let killed = live(&github);
    let mut child = killed.start(&["run", "pipeline.toml", "--since", "2026-W45", "--hf-url", &hf.url]);
    hf.wait_for(11);
    child.kill().unwrap();
    ended(child);
    assert!(killed.week("2026-W45").exists() && !killed.week("2026-W46").exists());
    mended.store(true, Ordering::SeqCst);
    hf.forget();
    killed.since("2026-W45", &hf, &[]).with_code(0);
    assert_eq!(hf.log().len(), 21 - 10, "the days that came are not asked for again");
    let alone = live(&github);
    alone.since("2026-W45", &hf, &[]).with_code(0);
    let all = ["2026-W45", "2026-W46", LAST];
    assert!(weeks(&killed, &all) == weeks(&alone, &all));
}

#[test]
fn an_interrupted_backfill_says_so_and_keeps_the_weeks_that_are_whole() {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    // Requests for days of the second week; one of them comes after the program saw the signal, however late.
    let hf = Server::start(move |number, request| {
        if number >= 10 {
            let _ = wait.lock().unwrap().recv_timeout(std::time::Duration::from_millis(if number == 10 { 60_000 } else { 100 }));
        }
        daily(request)
    });
    let github = Server::start(|_, request| all_live(request));
    let starcite = live(&github);
    let child = starcite.start(&["run", "pipeline.toml", "--since", "2026-W45", "--hf-url", &hf.url]);
    hf.wait_for(11);
    assert!(std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    go.send(()).unwrap();
    let ended = ended(child).with_code(130);
    assert!(ended.stderr.contains("week 2026-W46: interrupted: run the same command again"), "{}", ended.stderr);
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn a_source_that_owes_papers_ends_the_backfill_and_the_same_command_goes_on() {
    let mended: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    let hf = Server::start(|number, request| if number < 10 || mended.load(Ordering::SeqCst) { daily(request) } else { say(503, "") });
    let github = Server::start(|_, request| all_live(request));
    let starcite = live(&github);
    let ended = starcite.since("2026-W45", &hf, &[]).with_code(75);
    assert!(ended.stderr.contains("2026-W46: http") && ended.stderr.contains("did not answer"), "{}", ended.stderr);
    assert!(ended.stdout.trim_end().ends_with("one owes answers; 1 week left out: run the same command again to go on"), "{}", ended.stdout);
    assert!(!starcite.week(LAST).exists(), "it would lack the papers of the week before");
    mended.store(true, Ordering::SeqCst);
    starcite.since("2026-W45", &hf, &[]).with_code(0);
    assert_eq!(rows(&starcite.week(LAST), "links").len(), 21);
}

#[test]
fn a_github_that_owes_answers_does_not_hold_the_next_weeks_up() {
    let hf = Server::start(|_, request| daily(request));
    let starcite = Starcite::asking(&nobody(), &[]);
    starcite.write_pipeline("hf-daily", "");
    let ended = starcite.since("2026-W46", &hf, &["--week", "2026-W48"]).with_code(75);
    assert!(ended.stdout.trim_end().ends_with("2 owe answers: run the same command again to go on"), "{}", ended.stdout);
    assert!(starcite.week("2026-W48").exists());
}

#[test]
fn rejected_records_alone_are_the_worst_that_is_told() {
    let starcite = Starcite::new();
    starcite.write_papers(&[paper("t:1", &["o/n"]), json!("no paper")]);
    starcite.run(&["--since", "2026-W46", "--offline"]).with_code(3);
    assert_eq!(rows(&starcite.week(LAST), "rejects").len(), 1);
}

/// Writes three weeks of arXiv's list: one paper changes in each, a new one appears in each, one is deleted in the last.
fn three_lists(starcite: &Starcite) {
    let changed = |day: &str, repo: &str| oai_paper("2603.00001", day, &format!("Code: https://github.com/o/{repo}"));
    let new = |number: u32, day: &str| oai_paper(&format!("2603.0000{number}"), day, "Code: https://github.com/o/same");
    let lists = [
        vec![changed("2026-03-03", "a"), new(2, "2026-03-04")],
        vec![changed("2026-03-10", "b"), new(3, "2026-03-11")],
        vec![changed("2026-03-17", "c"), new(4, "2026-03-18"), deleted("2603.00003", "2026-03-19")],
    ];
    for (at, list) in lists.iter().enumerate() {
        starcite.write(&format!("lists/{at}.xml"), oai_reply(list));
    }
    starcite.write_pipeline("arxiv-oai", "path = \"lists\"");
}

#[test]
fn a_gap_that_is_filled_later_leaves_every_week_as_if_it_had_been_there() {
    let all = ["2026-W10", "2026-W11", "2026-W12"];
    let (in_order, with_gap) = (Starcite::new(), Starcite::new());
    for starcite in [&in_order, &with_gap] {
        three_lists(starcite);
    }
    for week in all {
        in_order.run(&["--offline", "--week", week]).with_code(0);
    }
    for week in [all[0], all[2]] {
        with_gap.run(&["--offline", "--week", week]).with_code(0);
    }
    assert!(weeks(&with_gap, &all[..1]) == weeks(&in_order, &all[..1]));
    with_gap.run(&["--offline", "--since", all[0], "--week", all[1]]).with_code(0);
    assert!(weeks(&with_gap, &all[..2]) == weeks(&in_order, &all[..2]), "the gap is as it would have been, and what is before it as it was");
    with_gap.end(&["verify", "out"]).with_code(0);
    with_gap.run(&["--offline", "--week", all[2]]).with_code(0);
    assert!(weeks(&with_gap, &all) == weeks(&in_order, &all), "the newer week run again knows of the gap");
    let link = row(&with_gap.week(all[2]), "links", "repo", "github.com/o/b");
    assert_eq!((&link["first_week"], &link["last_week"]), (&json!(all[1]), &json!(all[1])));
}

#[test]
fn a_deleted_paper_keeps_its_last_version_in_the_compacted_table() {
    let starcite = Starcite::new();
    three_lists(&starcite);
    starcite.run(&["--offline", "--since", "2026-W10", "--week", "2026-W12"]).with_code(0);
    starcite.end(&["compact"]).with_code(0);
    let weeks: BTreeMap<String, String> =
        column(&starcite.path("out"), "papers", "arxiv_id").into_iter().zip(column(&starcite.path("out"), "papers", "iso_week")).collect();
    let week = |number: u32| weeks[&format!("2603.0000{number}")].clone();
    assert_eq!([1, 2, 3, 4].map(week), ["2026-W12", "2026-W10", "2026-W11", "2026-W12"]);
}

#[test]
fn undated_papers_belong_to_the_first_week_and_that_is_said_once() {
    let starcite = Starcite::new();
    starcite.write_papers(&[paper("t:1", &["o/n"])]);
    let ended = starcite.run(&["--offline", "--since", "2026-W45"]).with_code(0);
    assert!(ended.line().contains("jsonl") && ended.line().contains("2026-W45"), "{}", ended.stderr);
    let papers = |week: &str| rows(&starcite.week(week), "papers").len();
    assert_eq!(["2026-W45", "2026-W46", LAST].map(papers), [1, 0, 0]);
    assert_eq!(rows(&starcite.week(LAST), "links").len(), 1);
}

#[test]
fn what_cannot_be_meant_is_wrong_usage() {
    let starcite = Starcite::new();
    starcite.write_papers(&[]);
    let cases: [(&[&str], &[&str]); 4] = [
        (&["--since", "2026-W47", "--week", "2026-W46"], &["--since 2026-W47", "2026-W46", "--week"]),
        (&["--since", "2026-W48"], &["--since 2026-W48", LAST]),
        (&["--since", "2026-11-31"], &["2026-W40", "2026-10-01"]),
        (&["--since", "2026"], &["2026-W40", "2026-10-01"]),
    ];
    for (args, said) in cases {
        let ended = starcite.run(args).with_code(2);
        assert!(ended.stderr.starts_with("error:") && said.iter().all(|said| ended.stderr.contains(said)), "{args:?}: {}", ended.stderr);
    }
    starcite.write_pipeline("jsonl", "path = \"-\"");
    let ended = starcite.run(&["--since", "2026-W46"]).with_code(2);
    assert!(ended.stderr.contains("standard input") && ended.stderr.contains("name a file"), "{}", ended.stderr);
    assert!(!starcite.path("out").exists());
}
