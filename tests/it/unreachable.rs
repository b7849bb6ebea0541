//! A source without a server, or with an unknown name, is retried, and the retries are reported, with `--wait` or without.

use crate::server::{Request, Response, Server, nobody, say};
use crate::starcite::{Ended, Starcite, ended};
use crate::tables::column;
use serde_json::json;
use std::io::{BufRead, BufReader, Read};

const WEEK: &str = "2026-W47";
const PAPER: &str = "{\"id\": \"t:1\", \"title\": \"T\"}\n";

/// Returns the lines about retries.
fn tries(ended: &Ended) -> Vec<&str> {
    ended.stderr.lines().filter(|line| line.contains("no connection to ")).collect()
}

/// Returns each source that is requested or fetched, all at one address.
fn sources(url: &str) -> Vec<(&'static str, String)> {
    let live = ["hf-daily", "arxiv-oai", "arxiv-atom", "openalex"];
    live.into_iter().map(|kind| (kind, String::new())).chain([("jsonl", format!("url = \"{url}/papers.jsonl\""))]).collect()
}

fn run(starcite: &Starcite, url: &str, args: &[&str]) -> Ended {
    let urls = ["--hf-url", url, "--arxiv-oai-url", url, "--arxiv-api-url", url, "--openalex-url", url];
    let mut command = starcite.command(&[&["run", "pipeline.toml", "--week", WEEK, "--source-pause-ms", "6"], &urls[..], args].concat());
    ended(command.env("OPENALEX_API_KEY", "k").spawn().unwrap())
}

#[test]
fn every_source_is_tried_four_times_and_owed_then() {
    for url in [nobody(), "https://nobody.invalid".to_owned()] {
        let host = url.split_once("://").unwrap().1.split(':').next().unwrap();
        for (kind, place) in sources(&url) {
            let starcite = Starcite::new();
            starcite.write_pipeline(kind, &place);
            for args in [&[][..], &["--wait"]] {
                let ended = run(&starcite, &url, args).with_code(75);
                let tries = tries(&ended);
                assert_eq!(tries.len(), 3, "{kind}: {}", ended.stderr);
                assert!(tries.iter().all(|line| line.contains(&format!("no connection to {host} (")) && line.contains("): trying again in ")), "{tries:?}");
                assert!(ended.stderr.lines().last().unwrap().contains("run the same command again"), "{kind}: {}", ended.stderr);
                assert!(!starcite.week(WEEK).exists());
            }
        }
    }
}

#[test]
fn a_host_at_which_nobody_was_is_tried_once_for_the_other_sources() {
    let (url, other) = (nobody(), "http://nobody.invalid");
    let starcite = Starcite::new();
    let source = |url: &str, name: &str| format!("[[source]]\nkind = \"jsonl\"\nurl = \"{url}/{name}.jsonl\"\n");
    starcite.write("pipeline.toml", format!("name = \"test\"\n{}{}{}", source(&url, "a"), source(&url, "b"), source(other, "c")));
    let ended = run(&starcite, &url, &[]).with_code(75);
    assert_eq!(tries(&ended).len(), 6, "{}", ended.stderr);
    assert_eq!(ended.stderr.matches("did not answer").count(), 3, "{}", ended.stderr);
}

#[test]
fn a_server_that_comes_up_between_two_tries_is_heard() {
    let lists = |_: usize, _: &crate::server::Request| -> Response { say(200, json!([{"paper": {"id": "2611.00001", "title": "T"}}])) };
    let lines = |_: usize, _: &crate::server::Request| -> Response { say(200, PAPER) };
    for kind in ["hf-daily", "jsonl"] {
        let url = nobody();
        let starcite = Starcite::new();
        starcite.write_pipeline(kind, &if kind == "jsonl" { format!("url = \"{url}/papers.jsonl\"") } else { "dates = \"2026-11-18\"".to_owned() });
        let args = ["run", "pipeline.toml", "--week", WEEK, "--hf-url", &url, "--source-pause-ms", "6000"];
        let mut child = starcite.start(&args);
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        stderr.read_line(&mut said).unwrap();
        assert!(said.contains("no connection to 127.0.0.1 (") && said.contains("trying again in 1."), "{said}");
        let address = url.trim_start_matches("http://");
        let _server = if kind == "jsonl" { Server::start_at(address, lines) } else { Server::start_at(address, lists) };
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{kind}: {said}");
        assert_eq!(column(&starcite.week(WEEK), "papers", "title"), ["T"], "{kind}: {said}");
        assert_eq!(said.lines().count(), 1, "{kind}: {said}");
    }
}

#[test]
fn a_host_that_goes_away_is_tried_longer_and_a_machine_is_told_as_an_event() {
    let dates = "dates = \"2026-11-17..2026-11-18\"";
    let starcite = Starcite::new();
    starcite.write_pipeline("hf-daily", dates);
    // The server stops listening before it replies, so that no further connection succeeds.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        drop(listener);
        Request::read(&mut BufReader::new(&stream)).unwrap();
        std::io::Write::write_all(&mut &stream, b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n[]").unwrap();
    });
    let ended = starcite.run(&["--week", WEEK, "--hf-url", &url, "--source-pause-ms", "6", "--log", "json"]).with_code(75);
    server.join().unwrap();
    let events = tries(&ended);
    assert_eq!(events.len(), 7, "{}", ended.stderr);
    let event: serde_json::Value = serde_json::from_str(events[0]).unwrap();
    assert_eq!((&event["level"], &event["target"]), (&"WARN".into(), &"starcite::commands".into()));
}

#[test]
fn a_long_wait_that_a_host_asks_for_is_said_aloud() {
    let server = Server::start(|number, _| if number == 0 { say(503, "").with("retry-after", 2) } else { say(200, PAPER) });
    let starcite = Starcite::new();
    starcite.write_pipeline("jsonl", &format!("url = \"{}/papers.jsonl\"", server.url));
    let ended = starcite.run(&["--week", WEEK]).with_code(0);
    assert!(ended.line().contains("127.0.0.1: HTTP 503 Service Unavailable: asking again in "), "{}", ended.stderr);
}
