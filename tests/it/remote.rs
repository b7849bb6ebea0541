//! Objects at URLs: read while they arrive, stored for the week, and resumed after an interruption.

use crate::server::{End, Request, Response, Server, give};
use crate::starcite::{Ended, Starcite, paper, papers};
use crate::tables::{column, manifest, rows};
use std::fs;

pub(crate) const WEEK: &str = "2026-W47";
pub(crate) const ETAG: &str = "\"one\"";

/// Papers, a JSON object a line: some hundred bytes each.
pub(crate) fn lines(count: usize) -> Vec<u8> {
    papers(count).iter().map(|paper| format!("{paper}\n")).collect::<String>().into_bytes()
}

/// Creates a pipeline whose source is a URL; its run requests nothing from GitHub, because the week has closed.
pub(crate) fn reading(url: &str) -> Starcite {
    let mut starcite = Starcite::new();
    starcite.at("2026-12-07T12:00:00Z");
    starcite.write_pipeline("jsonl", &format!("url = \"{url}\""));
    starcite
}

impl Starcite {
    pub(crate) fn run_remote(&self) -> Ended {
        self.run(&["--week", WEEK, "--source-pause-ms", "30"])
    }

    /// Returns as soon as `bytes` of an object are stored.
    pub(crate) fn wait_for_part(&self, bytes: u64) {
        let part = || self.cached().iter().find(|name| name.ends_with(".part")).map(|name| self.path("out/cache").join(WEEK).join(name));
        let is_kept = || part().is_some_and(|part| fs::metadata(part).is_ok_and(|part| part.len() == bytes));
        assert!((0..3_000).any(|_| is_kept() || (std::thread::sleep(std::time::Duration::from_millis(20)), false).1), "{:?}", self.cached());
    }

    /// Returns the names in the week's cache.
    pub(crate) fn cached(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("out/cache").join(WEEK)).into_iter().flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// Returns the first byte that a request wants.
pub(crate) fn wanted_from(request: &Request) -> usize {
    request.header("range").map_or(0, |range| range.strip_prefix("bytes=").unwrap().strip_suffix('-').unwrap().parse().unwrap())
}

/// Answers as a good server: the requested part, if the client has the current version.
pub(crate) fn part_of(body: &[u8], etag: &str, request: &Request) -> Response {
    let from = wanted_from(request);
    if from == 0 || request.header("if-range").is_some_and(|known| known != etag) {
        return give(200, body).with("etag", etag);
    }
    let range = format!("bytes {from}-{}/{}", body.len() - 1, body.len());
    give(206, &body[from..]).with("etag", etag).with("content-range", range)
}

#[test]
fn a_cut_connection_is_resumed_and_the_tables_are_those_of_the_file() {
    let body = lines(2_000);
    let (served, middle) = (body.clone(), body.len() / 2 + 7);
    let server = Server::start(move |number, request| match number {
        0 => part_of(&served, ETAG, request).until(middle, End::Breaks),
        _ => part_of(&served, ETAG, request),
    });
    let starcite = reading(&format!("{}/papers.jsonl", server.url));
    starcite.run_remote().with_code(0);
    let resumed = &server.log()[1];
    assert_eq!((server.log().len(), wanted_from(resumed), resumed.header("if-range")), (2, middle, Some(ETAG)));

    let local = reading("unused");
    local.write("papers.jsonl", &body);
    local.write_pipeline("jsonl", "path = \"papers.jsonl\"");
    local.run_remote().with_code(0);
    for table in ["papers", "links", "rankings", "rejects"] {
        assert_eq!(rows(&starcite.week(WEEK), table), rows(&local.week(WEEK), table), "{table}");
    }
    let input = |starcite: &Starcite| manifest(&starcite.week(WEEK))["inputs"][0].clone();
    assert_eq!(input(&starcite)["blake3"], input(&local)["blake3"]);
    assert_eq!(input(&starcite)["name"], format!("{}/papers.jsonl", server.url));
}

#[test]
fn a_second_run_reads_what_was_kept_and_asks_nobody() {
    let server = Server::start(|_, request| part_of(&lines(3), ETAG, request));
    let starcite = reading(&format!("{}/papers.jsonl", server.url));
    starcite.run_remote().with_code(0);
    let before = crate::starcite::files(&starcite.week(WEEK));
    starcite.run_remote().with_code(0);
    starcite.run(&["--week", WEEK, "--offline"]).with_code(0);
    assert_eq!((server.log().len(), starcite.cached().len()), (1, 1));
    assert!(crate::starcite::files(&starcite.week(WEEK)) == before);
}

#[test]
fn offline_an_object_that_was_never_fetched_is_told() {
    let starcite = reading(&format!("{}/papers.jsonl", crate::server::nobody()));
    let ended = starcite.run(&["--week", WEEK, "--offline"]).with_code(1);
    assert!(ended.line().contains("is not fetched offline"), "{}", ended.stderr);
}

#[test]
fn a_killed_run_goes_on_from_what_it_has_kept() {
    let body = lines(2_000);
    let (served, middle) = (body.clone(), body.len() / 2);
    let server = Server::start(move |number, request| match number {
        0 => part_of(&served, ETAG, request).until(middle, End::GoesSilent),
        _ => part_of(&served, ETAG, request),
    });
    let starcite = reading(&format!("{}/papers.jsonl", server.url));
    let mut child = starcite.start(&["run", "pipeline.toml", "--week", WEEK]);
    starcite.wait_for_part(middle as u64);
    child.kill().unwrap();
    child.wait().unwrap();

    starcite.run_remote().with_code(0);
    assert_eq!((server.log().len(), wanted_from(&server.log()[1])), (2, middle));
    assert_eq!(rows(&starcite.week(WEEK), "papers").len(), 2_000);
    assert_eq!(manifest(&starcite.week(WEEK))["inputs"][0]["blake3"], blake3::hash(&body).to_string());
    assert_eq!(starcite.cached().len(), 1, "{:?}", starcite.cached());
}

#[test]
fn what_a_killed_run_kept_of_another_version_counts_for_nothing() {
    let server = Server::start(|number, request| match number {
        0 => part_of(&lines(2_000), ETAG, request).until(1_000, End::Breaks),
        1..=4 => give(503, b""),
        _ => part_of(&lines(3), "\"two\"", request),
    });
    let starcite = reading(&format!("{}/papers.jsonl", server.url));
    starcite.run_remote().with_code(75);
    starcite.run_remote().with_code(0);
    assert_eq!(manifest(&starcite.week(WEEK))["inputs"][0]["blake3"], blake3::hash(&lines(3)).to_string());
}

#[test]
fn compressed_objects_are_read_whatever_they_are_called() {
    let body = lines(50);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &body).unwrap();
    for (name, packed) in [("papers.jsonl.gz", gzip.finish().unwrap()), ("download", zstd::encode_all(&body[..], 1).unwrap())] {
        let served = packed.clone();
        let middle = packed.len() / 2;
        let server = Server::start(move |number, request| match number {
            0 => part_of(&served, ETAG, request).until(middle, End::Breaks),
            _ => part_of(&served, ETAG, request),
        });
        let starcite = reading(&format!("{}/{name}?version=2", server.url));
        starcite.run_remote().with_code(0);
        assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id").len(), 50);
        let input = &manifest(&starcite.week(WEEK))["inputs"][0];
        assert_eq!((&input["blake3"], &input["name"]), (&blake3::hash(&packed).to_string().into(), &format!("{}/{name}?version=2", server.url).into()));
    }
}

#[test]
fn extract_reads_urls_and_keeps_nothing() {
    let body = format!("{}\n", paper("t:1", &["o/a"])).repeat(2);
    let server = Server::start(move |number, request| match number {
        0 => part_of(body.as_bytes(), ETAG, request).until(150, End::Breaks),
        _ => part_of(body.as_bytes(), ETAG, request),
    });
    let starcite = Starcite::new();
    let rows = starcite.end(&["extract", &format!("{}/papers.jsonl", server.url)]).with_code(0).rows();
    assert_eq!((rows.len(), &rows[0]["repo"]), (2, &"github.com/o/a".into()));
    assert!(!starcite.path("out").exists());
}

#[test]
fn a_url_in_the_place_of_a_path_is_fetched_and_a_path_in_the_place_of_a_url_is_refused() {
    let server = Server::start(|_, request| part_of(&lines(1), ETAG, request));
    let starcite = reading("unused");
    let ended = starcite.run_remote().with_code(1);
    assert!(ended.line().contains("pipeline.toml") && ended.line().contains("begins with https://"), "{}", ended.stderr);
    starcite.write_pipeline("jsonl", &format!("path = \"{}/papers.jsonl\"", server.url));
    starcite.run_remote().with_code(0);
    assert_eq!(rows(&starcite.week(WEEK), "papers").len(), 1);
}
