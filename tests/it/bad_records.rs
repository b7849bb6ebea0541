//! Input that can't be used is reported record by record, and the rest of it is used.

use crate::starcite::Starcite;
use crate::tables::{column, rows, shown};
use std::io::Write;

const WEEK: &str = "2026-W47";
const GOOD: &str = r#"{"id": "t:good", "title": "Good"}"#;

/// An input file with its result: the number of papers, and record, byte offset and reason of each reject.
struct Case {
    name: &'static str,
    file: &'static str,
    bytes: Vec<u8>,
    papers: usize,
    rejects: &'static [(u64, u64, &'static str)],
}

fn case(name: &'static str, bytes: impl Into<Vec<u8>>, papers: usize, rejects: &'static [(u64, u64, &'static str)]) -> Case {
    Case { name, file: "papers.jsonl", bytes: bytes.into(), papers, rejects }
}

/// Runs each case in a folder of its own.
fn check(cases: Vec<Case>) {
    for case in cases {
        let starcite = Starcite::new();
        let file = starcite.write(case.file, &case.bytes);
        starcite.write_pipeline("jsonl", &format!("path = {:?}", case.file));
        let ended = starcite.run(&["--offline"]);
        let code = if case.rejects.is_empty() { 0 } else { 3 };
        assert_eq!(ended.code, Some(code), "{}: {}", case.name, ended.stderr);
        let week = starcite.week(WEEK);
        assert_eq!(column(&week, "papers", "paper_id").len(), case.papers, "{}", case.name);
        let rejects = rows(&week, "rejects");
        assert_eq!(rejects.len(), case.rejects.len(), "{}: {rejects:?}", case.name);
        for (row, (record, byte_offset, reason)) in rejects.iter().zip(case.rejects) {
            assert_eq!((&row["record"], &row["byte_offset"]), (&(*record).into(), &(*byte_offset).into()), "{}", case.name);
            assert!(shown(&row["reason"]).contains(reason), "{}: {}", case.name, row["reason"]);
            assert_eq!(row["source"], "jsonl");
            assert!(shown(&row["file"]).ends_with(case.file), "{}", row["file"]);
        }
        if let Some((record, _, reason)) = case.rejects.first() {
            assert!(ended.line().contains(reason) && ended.line().contains(&format!("record {record}")), "{}: {}", case.name, ended.stderr);
        }
        assert!(file.exists(), "the input is left alone");
    }
}

#[test]
fn a_record_that_cannot_be_read_is_rejected_with_its_place_and_the_others_count() {
    let offset = GOOD.len() as u64 + 1;
    assert_eq!(offset, 34);
    check(vec![
        case("a line that is no JSON", format!("{GOOD}\n{{\"id\": \n"), 1, &[(2, 34, "invalid JSON")]),
        case("a line that is no object", format!("{GOOD}\n\"text\"\n"), 1, &[(2, 34, "no JSON object")]),
        case("invalid UTF-8", [GOOD.as_bytes(), b"\n{\"id\": \"t:\xff\"}\n"].concat(), 1, &[(2, 34, "invalid UTF-8 at byte 10")]),
        case("neither id nor title", format!("{{\"abstract\": \"x\"}}\n{GOOD}\n"), 1, &[(1, 0, "neither an id nor a title")]),
        case("an id twice", format!("{GOOD}\n{GOOD}\n"), 1, &[(2, 34, "same paper_id")]),
        case("two bad lines", format!("x\n{GOOD}\ny\n"), 1, &[(1, 0, "invalid JSON"), (3, 36, "invalid JSON")]),
    ]);
}

#[test]
fn an_input_that_is_cut_off_counts_up_to_there() {
    let two = format!("{GOOD},{{\"id\": \"t:2\"}}");
    check(vec![
        case("an array cut off between records", format!("[{two}"), 1, &[(2, 35, "cut off")]),
        case("an array cut off in a record", format!("[{two},{{\"id\": \"t:"), 2, &[(3, 49, "cut off")]),
        case("a last line cut off", format!("{GOOD}\n{{\"id\": \"t:"), 1, &[(2, 34, "invalid JSON")]),
    ]);
}

#[test]
fn a_damaged_file_is_rejected_where_it_ends_and_what_came_before_counts() {
    let lines: String = (0..50_000).map(|at| format!("{{\"id\": \"t:{at}\", \"title\": \"Paper {}\"}}\n", at * 7919)).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(lines.as_bytes()).unwrap();
    for whole in [gzip.finish().unwrap(), bzip2(&lines)] {
        let starcite = Starcite::new();
        starcite.write("papers.packed", &whole[..whole.len() / 2]);
        starcite.write_pipeline("jsonl", "path = \"papers.packed\"");
        starcite.run(&["--offline"]).with_code(3);
        let papers = column(&starcite.week(WEEK), "papers", "paper_id").len();
        let rejects = rows(&starcite.week(WEEK), "rejects");
        assert!(papers > 10_000 && papers < 40_000, "{papers}");
        assert_eq!(rejects.len(), 1);
        assert!(shown(&rejects[0]["reason"]).contains("cut off"), "{rejects:?}");
        assert_eq!(rejects[0]["record"], papers + 1);
    }
}

fn bzip2(text: &str) -> Vec<u8> {
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(text.as_bytes()).unwrap();
    bzip2.finish().unwrap()
}

#[test]
fn a_record_of_50_megabytes_is_rejected_and_the_next_one_counts() {
    let long = format!("{{\"id\": \"t:long\", \"abstract\": \"{}\"}}\n{GOOD}\n", "x".repeat(50 << 20));
    check(vec![case("a long line", long, 1, &[(1, 0, "longer than")])]);
}

#[test]
fn marks_line_ends_and_blank_lines_are_no_errors() {
    let two = format!("{GOOD}\r\n\r\n{{\"id\": \"t:2\"}}\r\n");
    let zstd = zstd::encode_all(two.as_bytes(), 1).unwrap();
    check(vec![
        case("CRLF", two.clone(), 2, &[]),
        case("a byte order mark", format!("\u{feff}{two}"), 2, &[]),
        case("no last line end", GOOD, 1, &[]),
        case("an array", format!("[{GOOD},\n{{\"id\": \"t:2\"}}]"), 2, &[]),
        Case { file: "papers.jsonl.zst", ..case("zstd", zstd, 2, &[]) },
        case("bzip2", bzip2(&two), 2, &[]),
        case("bzip2 in two streams", [bzip2(&format!("{GOOD}\n")), bzip2("{\"id\": \"t:2\"}")].concat(), 2, &[]),
    ]);
}

#[test]
fn an_empty_file_is_an_empty_week_and_no_file_is_an_error() {
    for (path, told, code) in [("empty.jsonl", "holds no records", 0), ("folder", "names no files", 1), ("*.json", "names no files", 1)] {
        let starcite = Starcite::new();
        starcite.write("empty.jsonl", "");
        starcite.write("folder/.hidden", "");
        starcite.write_pipeline("jsonl", &format!("path = {path:?}"));
        let ended = starcite.run(&["--offline"]).with_code(code);
        assert!(ended.line().contains(told), "{path}: {}", ended.stderr);
        assert_eq!(starcite.week(WEEK).exists(), code == 0);
    }
}

#[test]
fn a_row_of_observations_needs_a_repository_and_a_date_and_a_bad_fact_is_not_observed() {
    let starcite = Starcite::new();
    starcite.write("papers.jsonl", format!("{GOOD}\n"));
    starcite.write("seen.csv", "repo,date,stars,forks,starz\no/a,2026-11-18,5,1,\no/b,2026-11-18,many,2,7\no/c,no day,1,1,\nno name,2026-11-18,1,1,\n");
    let sources = [("jsonl", "papers.jsonl"), ("observations", "seen.csv")].map(|(kind, path)| format!("[[source]]\nkind = {kind:?}\npath = {path:?}\n"));
    starcite.write("pipeline.toml", format!("name = \"test\"\n{}", sources.concat()));
    let ended = starcite.run(&["--offline"]).with_code(3);
    let reasons = column(&starcite.week(WEEK), "rejects", "reason");
    assert_eq!(column(&starcite.week(WEEK), "rejects", "record"), ["3", "4"]);
    assert!(reasons[0].contains("\"no day\"") && reasons[1].contains("no name"), "{reasons:?}");
    assert!(ended.stderr.contains("(1 stars, 1 starz): seen.csv, record 2: stars \"many\""), "{}", ended.stderr);
}

#[test]
fn rows_that_nobody_observed_say_nothing_however_many_stand_together() {
    let starcite = Starcite::new();
    starcite.write("papers.jsonl", format!("{GOOD}\n"));
    let unobserved: String = (0..20_000).map(|number| format!("bitbucket.org/o/r{number},,unknown,\n")).collect();
    starcite.write("seen.csv", format!("repo,observed_at,state,stars\n{unobserved}o/a,2026-11-18,live,5\n"));
    let sources = [("jsonl", "papers.jsonl"), ("observations", "seen.csv")].map(|(kind, path)| format!("[[source]]\nkind = {kind:?}\npath = {path:?}\n"));
    starcite.write("pipeline.toml", format!("name = \"test\"\n{}", sources.concat()));
    let ended = starcite.run(&["--offline"]).with_code(0);
    assert!(column(&starcite.week(WEEK), "rejects", "reason").is_empty(), "{}", ended.stderr);
}

#[test]
fn a_file_in_another_encoding_is_named_once_and_a_bad_row_in_one_of_utf_8_is_rejected() {
    let western: String = (0..5).map(|at| format!("{{\"id\": \"t:{at}\", \"title\": \"Stra\u{df}e und Caf\u{e9} {at}\"}}\n")).collect();
    let as_1252 = |text: &str| text.chars().map(|c| c as u8).collect::<Vec<u8>>();
    let forms: [(&str, &str, String); 4] = [
        ("papers.jsonl", "jsonl", western.clone()),
        ("library.csv", "table", format!("id;title\n{}", (0..5).map(|at| format!("t:{at};Caf\u{e9}\n")).collect::<String>())),
        ("library.bib", "bibtex", (0..5).map(|at| format!("@article{{k{at},\n title = {{Caf\u{e9} {at}}},\n doi = {{10.5555/{at}}}}}\n")).collect()),
        ("papers.json", "jsonl", format!("[\n{}]", western.lines().collect::<Vec<_>>().join(",\n"))),
    ];
    for (file, kind, text) in &forms {
        let starcite = Starcite::new();
        starcite.write(file, as_1252(text));
        starcite.write_pipeline(kind, &format!("path = \"{file}\""));
        for args in [&["extract", "--from", kind, file][..], &["run", "pipeline.toml", "--offline"]] {
            let ended = starcite.end(args).with_code(1);
            let told = ended.line();
            assert!(told.contains(file) && told.contains("windows-1252") && told.contains("iconv -f WINDOWS-1252 -t UTF-8"), "{args:?}: {told}");
        }
        let mixed = [text.as_bytes(), &as_1252(text)].concat();
        starcite.write(file, mixed);
        let ended = starcite.end(&["extract", "--from", kind, file]).with_code(3);
        assert!(ended.stderr.contains("invalid UTF-8"), "{}", ended.stderr);
        for (name, bytes) in [("UTF-16LE", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("UTF-16BE", u16::to_be_bytes)] {
            starcite.write(file, text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>());
            let ended = starcite.end(&["extract", "--from", kind, file]).with_code(1);
            assert!(ended.line().contains(&format!("iconv -f {name} -t UTF-8")), "{}", ended.stderr);
        }
    }
}
