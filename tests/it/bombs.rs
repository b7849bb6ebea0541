//! Inputs made to grow: what is read of them is bounded, and the bounds can be set.

use crate::redirects::{SERVICES, service};
use crate::server::{Server, give};
use crate::starcite::Starcite;
use crate::tables::column;
use std::io::Write;

const WEEK: &str = "2026-W47";

/// A gzip file of a few hundred kilobytes that becomes 200 MB: a record, and a line of blanks.
fn bomb() -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(b"{\"id\": \"t:1\", \"title\": \"T\"}\n").unwrap();
    let blanks = [b' '; 1024 * 1024];
    (0..200).for_each(|_| gzip.write_all(&blanks).unwrap());
    gzip.finish().unwrap()
}

fn of(file: &str, bytes: impl AsRef<[u8]>, limits: &str) -> Starcite {
    let starcite = Starcite::new();
    starcite.write(file, bytes);
    starcite.write_pipeline("jsonl", &format!("path = {file:?}\n[input]\n{limits}"));
    starcite
}

#[test]
fn an_input_that_becomes_out_of_all_proportion_large_is_read_no_further() {
    let starcite = of("papers.jsonl.gz", bomb(), "");
    starcite.run(&["--offline"]).with_code(3);
    let week = starcite.week(WEEK);
    assert_eq!(column(&week, "papers", "paper_id"), ["t:1"], "what stood before counts");
    assert!(column(&week, "rejects", "reason")[0].contains("more than 200 times as large"));
}

#[test]
fn the_bound_holds_for_bzip2_too() {
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    (0..100).for_each(|_| bzip2.write_all(&[b' '; 1024 * 1024]).unwrap());
    let starcite = of("papers.jsonl.bz2", bzip2.finish().unwrap(), "");
    starcite.run(&["--offline"]).with_code(3);
    assert!(column(&starcite.week(WEEK), "rejects", "reason")[0].contains("more than 200 times as large"));
}

#[test]
fn who_means_it_raises_the_bound() {
    let starcite = of("papers.jsonl.gz", bomb(), "max_expansion = 2000");
    starcite.run(&["--offline"]).with_code(3);
    assert!(column(&starcite.week(WEEK), "rejects", "reason")[0].contains("longer than 16 MiB"));
}

#[test]
fn the_longest_record_can_be_set() {
    let record = format!("{{\"id\": \"t:1\", \"title\": \"{}\"}}\n", "a".repeat(2 * 1024 * 1024));
    let starcite = of("papers.jsonl", &record, "max_record_mib = 1");
    starcite.run(&["--offline"]).with_code(3);
    assert!(column(&starcite.week(WEEK), "rejects", "reason")[0].contains("longer than 1 MiB"));
    starcite.end(&["extract", "papers.jsonl"]).with_code(0);
    starcite.end(&["extract", "--max-record-mib", "1", "papers.jsonl"]).with_code(3);
}

/// Each replies with a few hundred kilobytes of gzip that become 65 MiB.
#[test]
fn a_reply_of_a_service_that_becomes_too_large_is_read_no_further() {
    for name in SERVICES {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(if name == "arxiv-oai" { b"<OAI-PMH>" } else { b"[" }).unwrap();
        (0..65).for_each(|_| gzip.write_all(&[b' '; 1024 * 1024]).unwrap());
        let bomb = gzip.finish().unwrap();
        let server = Server::start(move |_, _| give(200, &bomb).with("content-encoding", "gzip"));
        let ended = service(name).served_by(&server.url).with_code(75);
        assert!(ended.stderr.contains("its reply has more than 64 MiB"), "{name}: {}", ended.stderr);
        assert_eq!(server.log().len(), 1, "{name}: it would be as large again");
    }
}
