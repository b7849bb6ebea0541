//! An interrupted run loses nothing: the same command continues it.

use crate::github::{all_live, all_names, stars};
use crate::server::{Response, Server};
use crate::starcite::{Starcite, ended, files, papers};
use crate::tables::{column, is_complete, manifest, row, rows};
use serde_json::json;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

/// Starts a server that answers the first batch, and nothing more until it is repaired.
fn stalling() -> (Server, &'static AtomicBool) {
    let mended: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
    let server = Server::start(|number, request| if number == 0 || mended.load(Ordering::SeqCst) { all_live(request) } else { Response::Hangs });
    (server, mended)
}

/// Starts a run and kills it (kill -9) after the first batch is stored, while the run waits for the second one.
fn kill_between_batches(starcite: &Starcite, server: &Server) {
    let mut child = starcite.start(&["run", "pipeline.toml"]);
    server.wait_for(2);
    let is_kept = || starcite.end(&["status"]).stdout.contains("100 live");
    assert!((0..500).any(|_| is_kept() || (std::thread::sleep(std::time::Duration::from_millis(20)), false).1), "the first batch was not kept");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_killed_run_goes_on_and_asks_nobody_twice() {
    let (server, mended) = stalling();
    let starcite = Starcite::asking(&server.url, &papers(250));
    kill_between_batches(&starcite, &server);
    let answered = all_names(&server.log()[..1]);
    assert_eq!(answered.len(), 100);
    assert!(!starcite.week("2026-W47").exists(), "no half-written week");

    server.forget();
    mended.store(true, Ordering::SeqCst);
    starcite.run(&[]).with_code(0);
    let asked = all_names(&server.log());
    assert_eq!(asked.len(), 150);
    assert!(answered.iter().all(|name| !asked.contains(name)), "asked twice");

    let week = starcite.week("2026-W47");
    assert_eq!([rows(&week, "papers").len(), rows(&week, "links").len(), rows(&week, "repos").len()], [250; 3]);
    assert!(column(&week, "repos", "state").iter().all(|state| state == "live"));
    let one = row(&week, "repos", "repo", &format!("github.com/{}", answered[0]));
    assert_eq!(one["stars"], stars(&answered[0]));
    assert!(is_complete(&week));
}

#[test]
fn a_killed_run_comes_to_the_same_tables_as_one_that_was_left_alone() {
    let (server, mended) = stalling();
    let killed = Starcite::asking(&server.url, &papers(150));
    kill_between_batches(&killed, &server);
    mended.store(true, Ordering::SeqCst);
    killed.run(&[]).with_code(0);
    let alone = Starcite::asking(&server.url, &papers(150));
    alone.run(&[]).with_code(0);
    assert!(files(&killed.week("2026-W47")) == files(&alone.week("2026-W47")));
}

#[test]
fn a_killed_run_leaves_the_earlier_week_whole() {
    let (server, mended) = stalling();
    let starcite = Starcite::asking(&server.url, &papers(150));
    starcite.run(&["--offline"]).with_code(0);
    let before = files(&starcite.week("2026-W47"));
    kill_between_batches(&starcite, &server);
    assert!(starcite.path("out/.week=2026-W47.new").exists(), "it was killed while it wrote");
    assert!(files(&starcite.week("2026-W47")) == before);
    starcite.end(&["verify", "out"]).with_code(0);

    mended.store(true, Ordering::SeqCst);
    starcite.run(&[]).with_code(0);
    assert!(!starcite.path("out/.week=2026-W47.new").exists());
    assert!(column(&starcite.week("2026-W47"), "repos", "state").iter().all(|state| state == "live"));
}

#[test]
fn an_interrupted_run_keeps_what_is_under_way_and_says_so() {
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let server = Server::start(move |number, request| {
        if number == 1 {
            wait.lock().unwrap().recv().unwrap();
        }
        all_live(request)
    });
    let starcite = Starcite::asking(&server.url, &papers(250));
    let child = starcite.start(&["run", "pipeline.toml"]);
    server.wait_for(2);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    go.send(()).unwrap();
    ended(child).with_code(130);
    let (week, first) = (starcite.week("2026-W47"), all_names(&server.log()));
    let live = column(&week, "repos", "state").iter().filter(|state| *state == "live").count();
    assert_eq!(live, first.len(), "what was asked is kept, the second batch with it");
    assert!(live >= 200);

    starcite.run(&[]).with_code(0);
    let every = all_names(&server.log());
    assert_eq!(every.len(), 250, "each once");
    assert_eq!(manifest(&week)["coverage"]["unknown_by_reason"], json!({}));
}
