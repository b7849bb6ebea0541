//! Inputs that expand: reading them is bounded, and the limits can be set.

use crate::bombs_made::{ARROW, Bomb, LONG, PARQUET, RECORDS, untrue_pages};
use crate::redirects::{SERVICES, service};
use crate::remote::{ETAG, part_of, reading};
use crate::server::{Server, give};
use crate::starcite::{Ended, Starcite, ended};
use crate::tables::{column, manifest};
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

const WEEK: &str = "2026-W47";

/// Returns a gzip file of a few hundred kilobytes that becomes 200 MB: a record, and a line of whitespace.
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

/// Each service replies with a few hundred kilobytes of gzip that become 65 MiB.
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
/// Kilobytes of address space for the program: several times what it needs, and a fraction of what the bombs would take.
const MOST_KB: u64 = 3_000_000;

/// Returns a folder with a bomb, ready to be run.
fn beside(bomb: &Bomb) -> Starcite {
    let starcite = Starcite::new();
    starcite.write(bomb.file, (bomb.make)());
    starcite.write_pipeline(bomb.kind, &format!("path = {:?}", bomb.file));
    starcite
}

/// Prepares a wrapper program, with the command line of ours after its arguments.
fn within(starcite: &Starcite, program: &str, args: &[&str], binary: Option<&str>) -> Command {
    let ours = starcite.command(&["run", "pipeline.toml", "--offline"]);
    let mut command = Command::new(program);
    command.args(args).arg(binary.map_or(ours.get_program(), |binary| binary.as_ref())).args(ours.get_args()).current_dir(starcite.path(""));
    for (name, value) in ours.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn told(starcite: &Starcite, ended: &Ended) -> String {
    let week = starcite.week(WEEK);
    let rejects = if week.exists() { column(&week, "rejects", "reason").pop().unwrap_or_default() } else { String::new() };
    format!("{rejects}\n{}", ended.stderr)
}

fn all_are_held(bombs: &[Bomb]) {
    for bomb in bombs {
        let starcite = beside(bomb);
        let limited = format!("ulimit -v {MOST_KB}; exec \"$@\"");
        let ended = ended(within(&starcite, "sh", &["-c", &limited, "sh"], None).spawn().unwrap());
        let told = told(&starcite, &ended);
        assert_eq!(ended.code, Some(bomb.code), "{}: {told}", bomb.what);
        assert!(told.contains(bomb.says), "{}: {told}", bomb.what);
    }
}

#[test]
fn records_that_become_very_many_or_very_large_end_their_input() {
    all_are_held(&RECORDS);
}

#[test]
fn a_parquet_that_becomes_out_of_all_proportion_large_is_read_no_further() {
    all_are_held(&PARQUET);
}

#[test]
fn an_arrow_file_that_becomes_out_of_all_proportion_large_is_read_no_further() {
    all_are_held(&ARROW);
}

#[test]
fn a_page_that_is_another_one_than_it_says_ends_its_file() {
    for (number, file) in untrue_pages().into_iter().enumerate() {
        let starcite = Starcite::new();
        starcite.write("t.parquet", file);
        let ended = starcite.end(&["extract", "--from", "table", "t.parquet"]).with_code(3);
        assert!(ended.line().contains("nothing behind it was read"), "{number}: {}", ended.stderr);
    }
}

/// Prints time and memory of each bomb, for docs/RELIABILITY.md: for the binary in `BOMBED`, else for that of the tests.
#[test]
#[ignore = "it measures"]
#[expect(clippy::print_stdout, reason = "the table is for people")]
fn what_each_takes() {
    const SECONDS: u32 = 120;
    let binary = std::env::var("BOMBED").ok();
    println!("| what | KB | would become | peak MB | seconds | exit code |\n| --- | --- | --- | --- | --- | --- |");
    for bomb in RECORDS.iter().chain(&LONG).chain(&PARQUET).chain(&ARROW) {
        let starcite = beside(bomb);
        let size = fs::metadata(starcite.path(bomb.file)).unwrap().len();
        let limited = format!("ulimit -v 12000000; exec /usr/bin/time -o time -f '%M %e' timeout --foreground -s KILL {SECONDS} \"$@\"");
        let time = ["-c", &limited, "sh"];
        let ended = ended(within(&starcite, "sh", &time, binary.as_deref()).spawn().unwrap());
        let time = fs::read_to_string(starcite.path("time")).unwrap_or_default();
        let mut time = time.lines().last().unwrap_or_default().split(' ');
        let peak = time.next().and_then(|kb| kb.parse::<u64>().ok()).map_or_else(|| "?".to_owned(), |kb| (kb / 1024).to_string());
        let code = match ended.code {
            Some(code @ (0 | 1 | 3)) => code.to_string(),
            Some(137) => format!("killed after {SECONDS} s"),
            _ => "aborted".to_owned(),
        };
        println!("| {} | {} | {} | {peak} | {} | {code} |", bomb.what, size.div_ceil(1000), bomb.becomes, time.next().unwrap_or("?"));
    }
}

/// Returns a record, `broken` broken lines, and another record.
fn lines(broken: usize) -> Vec<u8> {
    [b"{\"id\": \"t:1\"}\n", &b"x\n".repeat(broken)[..], b"{\"id\": \"t:2\"}\n"].concat()
}

#[test]
fn what_is_behind_too_many_broken_records_does_not_count() {
    let starcite = of("papers.jsonl", lines(200_000), "max_rejects = \"100%\"");
    let said = starcite.run(&["--offline"]).with_code(3).stderr;
    let week = starcite.week(WEEK);
    assert_eq!(column(&week, "papers", "paper_id"), ["t:1"]);
    let reasons = column(&week, "rejects", "reason");
    assert!(reasons.len() < 20_000, "{}", reasons.len());
    assert!(reasons.last().unwrap().starts_with("nothing behind this was read"), "{:?}", reasons.last());
    assert!(said.contains("papers.jsonl, record") && said.contains("Is it whole, and in the form of its source?"), "{said}");
    assert_eq!(manifest(&week)["inputs"], serde_json::json!([]), "an input is recorded when all of it was read");
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn some_thousand_broken_records_cost_no_other() {
    let starcite = of("papers.jsonl", lines(9_999), "max_rejects = \"100%\"");
    starcite.run(&["--offline"]).with_code(0);
    assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id"), ["t:1", "t:2"]);
}

#[test]
fn an_input_ends_at_the_same_place_however_many_threads_work() {
    let papers: String = (0..40_000).map(|at| format!("{{\"id\": \"t:{at}\"}}\n{}", if at % 7 == 0 { "x\n" } else { "" })).collect();
    let input = [papers.as_bytes(), &lines(60_000), papers.replace("t:", "u:").as_bytes()].concat();
    let tables = ["1", "2", "7"].map(|threads| {
        let starcite = of("papers.jsonl", &input, "");
        starcite.run(&["--offline", "--threads", threads]).with_code(3);
        ["papers", "rejects"].map(|table| fs::read(starcite.week(WEEK).join(format!("{table}.parquet"))).unwrap())
    });
    assert!(tables[0] == tables[1] && tables[0] == tables[2]);
}

#[test]
fn an_end_of_the_first_source_is_none_of_the_second() {
    let starcite = Starcite::new();
    starcite.write("a.jsonl", lines(50_000));
    starcite.write("b.jsonl", "{\"id\": \"t:1\", \"title\": \"One\"}\n{\"id\": \"t:3\"}\n");
    starcite.write_pipeline("jsonl", "path = \"a.jsonl\"\n[[source]]\nkind = \"jsonl\"\npath = \"b.jsonl\"");
    starcite.run(&["--offline"]).with_code(3);
    assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id"), ["t:1", "t:3"]);
    assert_eq!(column(&starcite.week(WEEK), "papers", "title"), ["One", "null"]);
}

#[test]
fn a_filter_ends_before_its_input_does() {
    let starcite = Starcite::new();
    let mut child = starcite.command(&["extract", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let feeding = std::thread::spawn(move || {
        while input.write_all(&b"x\n".repeat(100_000)).is_ok() {} // until the reader ends, because the input has no end
    });
    let ended = ended(child).with_code(3);
    feeding.join().unwrap();
    assert!(ended.stderr.lines().last().unwrap().contains(" starcite: -: nothing behind this was read"), "{}", ended.stderr);
}

#[test]
fn of_an_object_no_more_is_fetched() {
    const BYTES: usize = 200_000_000;
    let server = Server::start(|_, request| part_of(&b"x\n".repeat(BYTES / 2), ETAG, request));
    let starcite = reading(&server.url);
    starcite.run_remote().with_code(3);
    let cached = starcite.cached();
    let kept = fs::metadata(starcite.path("out/cache").join(WEEK).join(&cached[0])).unwrap().len();
    assert!(cached[0].ends_with(".part") && kept < BYTES as u64 / 2, "{cached:?} {kept}");
}
