//! Truncated or changed objects: no truncation stays unreported, and no data is made up.

use crate::remote::{ETAG, WEEK, lines, part_of, reading, wanted_from};
use crate::server::{End, Response, Server, give, nobody};
use crate::starcite::Starcite;
use crate::tables::{manifest, rows};
use std::time::Duration;

#[test]
fn an_object_that_changes_on_the_way_is_an_error() {
    let server = Server::start(|number, request| match number {
        0 => part_of(&lines(2_000), ETAG, request).until(70_000, End::Breaks),
        _ => part_of(&lines(2_001), "\"two\"", request),
    });
    let starcite = reading(&format!("{}/papers.jsonl", server.url));
    let ended = starcite.run_remote().with_code(1);
    assert!(ended.stderr.contains("was changed while it was read: run again"), "{}", ended.stderr);
    assert!(!starcite.week(WEEK).exists());
    starcite.run_remote().with_code(0);
    assert_eq!(manifest(&starcite.week(WEEK))["inputs"][0]["blake3"], blake3::hash(&lines(2_001)).to_string());
}

#[test]
fn a_part_of_another_version_is_never_taken() {
    let server = Server::start(|number, request| match number {
        0 => part_of(&lines(2_000), ETAG, request).until(70_000, End::Breaks),
        _ => {
            let (from, body) = (wanted_from(request), lines(2_000));
            give(206, &body[from..]).with("etag", "\"two\"").with("content-range", format!("bytes {from}-{}/{}", body.len() - 1, body.len()))
        }
    });
    let starcite = reading(&format!("{}/papers.jsonl", server.url));
    let ended = starcite.run_remote().with_code(1);
    assert!(ended.stderr.contains("was changed while it was read"), "{}", ended.stderr);
}

#[test]
fn a_server_without_ranges_and_etags_begins_again_and_what_was_read_is_compared() {
    let body = lines(2_000);
    let served = body.clone();
    let server = Server::start(move |number, _| if number == 0 { give(200, &served).until(70_000, End::Breaks) } else { give(200, &served) });
    let starcite = reading(&format!("{}/papers.jsonl", server.url));
    starcite.run_remote().with_code(0);
    assert!(server.log().iter().all(|request| request.header("range").is_none()));
    assert_eq!(rows(&starcite.week(WEEK), "papers").len(), 2_000);
    assert_eq!(manifest(&starcite.week(WEEK))["inputs"][0]["blake3"], blake3::hash(&body).to_string());

    let server = Server::start(|number, _| match number {
        0 => give(200, &lines(2_000)).until(70_000, End::Breaks),
        _ => give(200, &lines(2_000).to_ascii_uppercase()),
    });
    let starcite = reading(&format!("{}/papers.jsonl", server.url));
    let ended = starcite.run_remote().with_code(1);
    assert!(ended.stderr.contains("was changed while it was read"), "{}", ended.stderr);
}

/// The received papers count, nothing is rejected, and the input is not reported as read.
#[test]
fn a_rest_that_never_comes_is_owed_and_the_papers_before_it_count() {
    let cut = lines(1_000)[..70_000].iter().filter(|byte| **byte == b'\n').count();
    let server = Server::start(|number, request| if number == 0 { part_of(&lines(1_000), ETAG, request).until(70_000, End::Breaks) } else { give(503, b"") });
    let starcite = reading(&format!("{}/papers.jsonl", server.url));
    let ended = starcite.run_remote().with_code(75);
    assert!(ended.stderr.contains("was cut off after 70000 of ") && ended.stderr.contains("HTTP 503"), "{}", ended.stderr);
    assert!(ended.stderr.contains("run the same command again"), "{}", ended.stderr);
    let week = starcite.week(WEEK);
    assert_eq!((rows(&week, "papers").len(), rows(&week, "rejects").len()), (cut, 0));
    assert_eq!((&manifest(&week)["papers_complete"], &manifest(&week)["inputs"]), (&false.into(), &serde_json::json!([])));
    assert!(server.log().len() <= 6, "a few tries: {}", server.log().len());
}

#[test]
fn a_cut_object_of_any_kind_gives_no_rejects() {
    let array = format!("[{}]", lines(1_000).strip_suffix(b"\n").map(|lines| String::from_utf8_lossy(lines).replace('\n', ",")).unwrap());
    let csv = format!("repo,date,stars\n{}", "o/a,2026-11-20,5\n".repeat(5_000));
    let gzip = {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        std::io::Write::write_all(&mut gzip, &lines(1_000)).unwrap();
        gzip.finish().unwrap()
    };
    let kinds = [("jsonl", array.into_bytes()), ("observations", csv.into_bytes()), ("jsonl", gzip), ("arxiv-oai", oai())];
    for (kind, body) in kinds {
        let server = Server::start(move |number, request| match number {
            0 => part_of(&body, ETAG, request).until(65_003, End::Breaks),
            _ => give(500, b""),
        });
        let starcite = reading("unused");
        starcite.write_pipeline(kind, &format!("url = \"{}/input\"", server.url));
        let ended = starcite.run_remote().with_code(75);
        assert!(rows(&starcite.week(WEEK), "rejects").is_empty(), "{kind}: {}", ended.stderr);
    }
}

fn oai() -> Vec<u8> {
    let record = |at| {
        format!("<record><header status=\"deleted\"><identifier>oai:arXiv.org:2611.{at:05}</identifier><datestamp>2026-11-18</datestamp></header></record>")
    };
    format!("<OAI-PMH><ListRecords>{}</ListRecords></OAI-PMH>", (0..1_000).map(record).collect::<String>()).into_bytes()
}

#[test]
fn a_limit_is_waited_for() {
    let server = Server::start(|number, request| match number {
        0 => give(429, b"").with("retry-after", 0),
        1 => give(503, b"").with("retry-after", 1),
        _ => part_of(&lines(3), ETAG, request),
    });
    let starcite = reading(&format!("{}/papers.jsonl", server.url));
    starcite.run_remote().with_code(0);
    assert_eq!(server.log().len(), 3);
    assert!(server.pause(1, 2) >= Duration::from_secs(1), "{:?}", server.pause(1, 2));
}

#[test]
fn a_missing_object_is_an_error_and_a_silent_host_is_owed() {
    let server = Server::start(|_, request| if request.path.contains("denied") { give(403, b"") } else { give(404, b"") });
    let cases = [(format!("{}/papers.jsonl", server.url), 1, "does not exist: check"), (format!("{}/denied", server.url), 1, "HTTP 403")];
    for (url, code, said) in cases.into_iter().chain([(format!("{}/papers.jsonl", nobody()), 75, "did not answer")]) {
        let starcite = reading(&url);
        let ended = starcite.run_remote().with_code(code);
        assert!(ended.stderr.contains(&url) && ended.stderr.contains(said), "{}", ended.stderr);
        let extracted = Starcite::new().end(&["extract", &url, "--output", "links.jsonl", "--source-pause-ms", "30"]).with_code(code);
        assert!(extracted.stderr.lines().last().unwrap().contains(said), "{}", extracted.stderr);
        assert_eq!(server.log().len() % 2, 0, "asked once by each");
    }
}

#[test]
fn secrets_of_a_url_are_not_told() {
    let server = Server::start(|_, _| give(404, b""));
    let url = server.url.replace("http://", "http://me:password1@");
    for query in ["?X-Amz-Signature=secret2", "?page=1&access_token=secret2"] {
        let ended = reading(&format!("{url}/papers.jsonl{query}")).run_remote().with_code(1);
        assert!(!ended.stderr.contains("password1") && !ended.stderr.contains("secret2"), "{}", ended.stderr);
    }
    let log = server.log();
    assert!(log[0].path.ends_with("?X-Amz-Signature=secret2") && log[0].header("authorization").is_some(), "they are sent all the same");
}

#[test]
fn an_interrupted_download_ends_at_once_and_goes_on() {
    let server = Server::start(|number, request| match number {
        0 => part_of(&lines(2_000), ETAG, request).until(70_000, End::GoesSilent),
        1 => Response::Hangs,
        _ => part_of(&lines(2_000), ETAG, request),
    });
    let starcite = reading(&format!("{}/papers.jsonl", server.url));
    for requests in [1, 2] {
        let child = starcite.start(&["run", "pipeline.toml", "--week", WEEK]);
        server.wait_for(requests);
        starcite.wait_for_part(70_000);
        let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        crate::starcite::ended(child).with_code(130);
    }
    starcite.run_remote().with_code(0);
    assert_eq!(wanted_from(&server.log()[2]), 70_000);
}
