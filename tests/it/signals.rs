//! Signals that end a program: the first one lets running requests finish and ends the command in good order, the second one ends it at once.

use crate::github::{all_live, all_names};
use crate::server::{Response, Server};
use crate::starcite::{Starcite, ended, files, papers, under};
use rustix::process::{Pid, Signal, kill_process};
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

const SIGNALS: [(Signal, i32); 3] = [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)];

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

/// Returns the program with no signal ignored, because the tests may run with ignored signals, as under `nohup`.
fn listening(starcite: &Starcite, args: &[&str]) -> Command {
    if !cfg!(target_os = "linux") {
        return starcite.command(args);
    }
    let mut env = Command::new("env");
    env.arg("--default-signal=INT,TERM,HUP");
    under(env, &starcite.command(args))
}

/// Starts a server that answers the first request at once, and later ones only after the test allows it.
fn holding_back() -> (Server, Arc<AtomicBool>) {
    let released = Arc::new(AtomicBool::new(false));
    let is_released = Arc::clone(&released);
    let answer = move |number, request: &_| {
        while number > 0 && !is_released.load(Ordering::SeqCst) {
            sleep(Duration::from_millis(10));
        }
        all_live(request)
    };
    (Server::start(answer), released)
}

#[test]
fn what_is_on_its_way_comes_in_and_nobody_is_asked_twice() {
    for (signal, code) in SIGNALS {
        for command in ["run", "enrich"] {
            let (server, released) = holding_back();
            let starcite = Starcite::asking(&server.url, &papers(600));
            let names: String = (0..600).map(|at| format!("o/n{at}\n")).collect();
            starcite.write("names.txt", names);
            let args = if command == "run" { ["run", "pipeline.toml"] } else { ["enrich", "names.txt"] };
            let child = listening(&starcite, &args).spawn().unwrap();
            server.wait_for(2);
            send(&child, signal);
            send(&child, signal); // as `timeout` does, at the same time
            sleep(Duration::from_millis(300));
            released.store(true, Ordering::SeqCst);
            let first = ended(child).with_code(code);
            assert!(first.stderr.contains("run the same command again to go on"), "{command}: {}", first.stderr);
            let answered = all_names(&server.log());
            assert!(answered.len() < 600, "{command}: nothing was left to ask");
            server.forget();
            starcite.end(&args).with_code(0);
            assert_eq!(answered.len() + all_names(&server.log()).len(), 600, "{command}");
        }
    }
}

#[test]
fn a_second_signal_ends_at_once() {
    let server = Server::start(|_, _| Response::Hangs);
    for (signal, code) in SIGNALS {
        let starcite = Starcite::asking(&server.url, &papers(1));
        server.forget();
        let child = listening(&starcite, &["run", "pipeline.toml"]).spawn().unwrap();
        server.wait_for(1);
        send(&child, Signal::TERM);
        sleep(Duration::from_millis(400));
        send(&child, signal);
        ended(child).with_code(code);
    }
}

#[test]
fn what_waits_for_its_input_ends_at_the_first_signal() {
    let starcite = Starcite::new();
    for (signal, code) in SIGNALS {
        for args in [&["extract", "--from", "jsonl"][..], &["extract", "--from", "jsonl", "--output", "links.jsonl"], &["enrich", "--offline"]] {
            let mut child = listening(&starcite, args).stdin(Stdio::piped()).spawn().unwrap();
            let mut input = child.stdin.take().unwrap();
            input.write_all(b"\n").unwrap();
            sleep(Duration::from_millis(300)); // the program listens by then
            send(&child, signal);
            ended(child).with_code(code);
            drop(input);
        }
    }
    assert!(!starcite.path("links.jsonl").exists());
}

#[test]
fn a_backfill_ends_with_the_week_that_it_is_in() {
    let (server, released) = holding_back();
    let starcite = Starcite::asking(&server.url, &papers(300));
    let child = starcite.start(&["run", "pipeline.toml", "--since", "2026-W46", "--ask-now"]);
    server.wait_for(2);
    send(&child, Signal::TERM);
    released.store(true, Ordering::SeqCst);
    let first = ended(child).with_code(143);
    assert!(first.stdout.contains("left out: run the same command again to go on"), "{}", first.stdout);
    starcite.run(&["--since", "2026-W46", "--ask-now"]).with_code(0);
    assert!(files(&starcite.path("out")).keys().any(|path| path.starts_with("week=2026-W47")));
}

/// `nohup` makes the program ignore SIGHUP. Where /proc does not report that, the program does not listen for it.
#[test]
#[cfg(target_os = "linux")]
fn a_signal_that_nohup_ignores_stays_ignored() {
    let (server, released) = holding_back();
    let starcite = Starcite::asking(&server.url, &papers(300));
    let mut ignoring = Command::new("sh");
    ignoring.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]);
    let child = under(ignoring, &starcite.command(&["run", "pipeline.toml"])).spawn().unwrap();
    server.wait_for(2);
    send(&child, Signal::HUP);
    sleep(Duration::from_millis(200));
    send(&child, Signal::HUP);
    released.store(true, Ordering::SeqCst);
    ended(child).with_code(0);
}

#[test]
fn a_pipe_that_nobody_writes_to_is_not_waited_for() {
    for (signal, code) in SIGNALS {
        let starcite = Starcite::new();
        let fifo = starcite.path("fifo");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        starcite.write_pipeline("jsonl", "path = \"fifo\"");
        starcite.write("papers.jsonl", "");
        for args in [
            &["extract", "fifo"][..],
            &["run", "pipeline.toml", "--offline"],
            &["run", "fifo", "--offline"],
            &["run", "pipeline.toml", "--token-file", "fifo"],
            &["rank", "--score", "fifo"],
            &["extract", "papers.jsonl", "--output", "fifo"],
        ] {
            let child = listening(&starcite, args).spawn().unwrap();
            sleep(Duration::from_millis(700));
            send(&child, signal);
            let ended = ended(child);
            assert_eq!(ended.code, Some(code), "{args:?}: {}", ended.stderr);
        }
    }
}
