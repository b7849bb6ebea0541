//! Inputs of all forms: piece by piece, compressed, in folders, and of kinds that are not read.

use crate::server::{Server, give};
use crate::starcite::{Ended, Starcite, ended, files};
use crate::tables::column;
use fastrand::Rng;
use std::fs;
use std::io::Write;
use std::process::Stdio;

const WEEK: &str = "2026-W47";
const MARK: &[u8] = b"\xef\xbb\xbf";

fn lines(numbers: std::ops::Range<usize>) -> String {
    numbers.map(|at| format!("{{\"id\": \"t:{at}\", \"title\": \"Paper {at}\", \"abstract\": \"Code: https://github.com/lab/tool{at}\"}}\n")).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Runs the program with bytes on standard input that arrive in pieces of these sizes.
fn piped(starcite: &Starcite, args: &[&str], bytes: &[u8], mut sizes: impl Iterator<Item = usize>) -> Ended {
    let mut child = starcite.command(args).stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let mut left = bytes;
    while let Some(size) = sizes.next().filter(|_| !left.is_empty()) {
        let (piece, rest) = left.split_at(size.min(left.len()));
        if pipe.write_all(piece).is_err() {
            break; // the program has ended
        }
        left = rest;
    }
    drop(pipe);
    ended(child)
}

#[test]
fn what_the_first_bytes_tell_is_told_where_they_come_one_by_one() {
    let lines = lines(0..50);
    let csv: String = (0..50).map(|at| format!("Code: https://github.com/lab/tool{at};Paper {at}\n")).collect();
    let skipped = [b"\x55\x2a\x4d\x18\x03\0\0\0abc".to_vec(), zstd::encode_all(lines.as_bytes(), 1).unwrap()].concat();
    for (name, from, bytes) in [
        ("gzip", "jsonl", gzip(lines.as_bytes())),
        ("zstd", "jsonl", zstd::encode_all(lines.as_bytes(), 1).unwrap()),
        ("zstd behind a frame without data", "jsonl", skipped),
        ("bzip2", "jsonl", bzip2(lines.as_bytes())),
        ("a byte order mark", "jsonl", [MARK, lines.as_bytes()].concat()),
        ("a byte order mark in gzip", "jsonl", gzip(&[MARK, lines.as_bytes()].concat())),
        ("an array", "jsonl", format!(" [{}]", lines.trim_end().replace('\n', ",")).into_bytes()),
        ("CSV", "table", [MARK, b"\"sep=;\"\r\nabstract;title\n", csv.as_bytes()].concat()),
    ] {
        let starcite = Starcite::new();
        starcite.write("in", &bytes);
        let args = ["extract", "--from", from, "--format", "jsonl"];
        let of_file = starcite.end(&[&args[..], &["in"]].concat()).with_code(0);
        assert_eq!(of_file.stdout.lines().count(), 50, "{name}");
        let of_pipe = piped(&starcite, &[&args[..], &["-"]].concat(), &bytes, std::iter::repeat(1)).with_code(0);
        assert_eq!(of_pipe.stdout, of_file.stdout, "{name}");
    }
}

/// Row groups depend only on the rows: there are more papers here than fit into one.
#[test]
fn the_tables_are_the_same_bytes_however_those_of_the_input_arrive() {
    let text = [lines(0..9_000), "no JSON\n".to_owned(), lines(9_000..18_000)].concat();
    let text = text.replace("github.com/lab/", "example.org/").into_bytes(); // so that no repository is requested
    let forms = [text.clone(), gzip(&text)];
    let tables = |place: &str, run: &dyn Fn(&Starcite) -> Ended| {
        let starcite = Starcite::new();
        starcite.write_pipeline("jsonl", place);
        run(&starcite).with_code(3);
        let mut files = files(&starcite.week(WEEK));
        files.retain(|name, _| name.extension().is_some_and(|extension| extension == "parquet"));
        files
    };
    let of_file = |bytes: &[u8]| {
        tables("path = \"papers\"", &|starcite| {
            starcite.write("papers", bytes);
            starcite.run(&["--offline"])
        })
    };
    assert!(of_file(&forms[0]) == of_file(&forms[1]), "a file");
    let of_pipe = |bytes: &[u8], seed: u64| {
        let mut rng = Rng::with_seed(seed);
        let sizes = std::iter::repeat_with(|| {
            let bits = rng.usize(1..17);
            1 + rng.usize(..1 << bits)
        });
        let sizes: Vec<usize> = sizes.take(1_000).collect();
        tables("path = \"-\"", &|starcite| piped(starcite, &["run", "pipeline.toml", "--offline"], bytes, sizes.iter().copied().cycle()))
    };
    let whole = of_pipe(&forms[0], 1);
    assert!(of_pipe(&forms[0], 2) == whole && of_pipe(&forms[1], 3) == whole, "a pipe");
    let given = forms.clone();
    let server = Server::start(move |number, _| give(200, &given[number]));
    let [plain, gzip] = [(); 2].map(|()| tables(&format!("url = \"{}/papers\"", server.url), &|starcite| starcite.run(&[])));
    assert!(plain == gzip, "a server");
}

#[test]
fn a_kind_that_is_not_read_is_named_once_and_nothing_is_found_in_its_bytes() {
    let tar = |text: &str| [vec![b'x'; 257], b"ustar  \0".to_vec(), vec![0; 247], text.as_bytes().to_vec()].concat();
    let text = lines(0..200);
    let behind = |start: &[u8]| [start, text.as_bytes()].concat();
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [
        ("ZIP", behind(b"PK\x03\x04")),
        ("xz", behind(b"\xfd7zXZ\0")),
        ("tar", tar(&text)),
        ("tar", gzip(&tar(&text))),
        ("Avro", behind(b"Obj\x01")),
        ("PDF", behind(b"%PDF-1.7\n")),
        ("HTML", behind(b"\n<!doctype HTML>")),
        ("UTF-16", [b"\xff\xfe".to_vec(), utf_16.clone()].concat()),
        ("UTF-16", utf_16),
        ("compressed twice", gzip(&gzip(text.as_bytes()))),
        ("Parquet", behind(b"PAR1\x15\x04")),
        ("Arrow", behind(b"ARROW1\0\0")),
    ] {
        let is_table = matches!(name, "Parquet" | "Arrow");
        let starcite = Starcite::new();
        starcite.write("works/given", &bytes);
        for source in ["openalex", "bibtex", "table"] {
            if source == "table" && is_table {
                continue;
            }
            let extracted = starcite.end(&["extract", "--from", source, "--format", "jsonl", "works"]).with_code(1);
            assert_eq!((extracted.stdout.as_str(), extracted.stderr.lines().count()), ("", 1), "{name}: {}", extracted.stderr);
            assert!(extracted.stderr.contains(name) && extracted.stderr.contains("given"), "{name}: {}", extracted.stderr);
        }
        let piped = piped(&starcite, &["extract", "--from", "openalex", "-"], &bytes, [1, 1].into_iter().chain(std::iter::repeat(4_000))).with_code(1);
        assert!(piped.stderr.contains(name), "{name}: {}", piped.stderr);
        starcite.write_pipeline("jsonl", "path = \"works\"");
        assert!(starcite.run(&["--offline"]).with_code(1).stderr.contains(name));
        assert!(!starcite.week(WEEK).exists());
        let server = Server::start(move |number, _| give(200, if number == 0 { &bytes } else { b"{\"id\": \"t:1\"}" }));
        starcite.write_pipeline("jsonl", &format!("url = \"{}/papers\"", server.url));
        assert!(starcite.run(&[]).with_code(1).stderr.contains(name));
        starcite.run(&[]).with_code(0); // nothing of it was stored
    }
}

#[test]
fn the_parts_of_a_snapshot_are_read_by_their_folder_and_by_globs_and_its_manifest_is_none() {
    let starcite = Starcite::new();
    starcite.write("works/manifest", "{\"entries\": [\n  {\"url\": \"s3://x/works/updated_date=2026-11-02/part_0000.gz\"}\n]}\n");
    starcite.write("works/updated_date=2026-11-02/part_0000.gz", gzip(lines(0..2).as_bytes()));
    starcite.write("works/updated_date=2026-11-09/part_0000.gz", gzip(lines(2..3).as_bytes()));
    starcite.write("works/updated_date=2026-11-09/.part_0001.gz.tmp", "half of it");
    for path in ["works", "works/", "works/*", "works/updated_date=*", "works/updated_date=*/part_*.gz", "works/**/*.gz"] {
        let extracted = starcite.end(&["extract", "--from", "jsonl", "--format", "jsonl", path]).with_code(0);
        assert_eq!(extracted.rows().len(), 3, "{path}");
        starcite.write_pipeline("jsonl", &format!("path = {path:?}"));
        starcite.run(&["--offline"]).with_code(0);
        assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id"), ["t:0", "t:1", "t:2"], "{path}");
    }
    let before = files(&starcite.week(WEEK));
    for path in ["works/*.gz", "works/updated_date=2027*", "empty"] {
        fs::create_dir_all(starcite.path("empty")).unwrap();
        for args in [&["extract", "--from", "jsonl", path][..], &["extract", "--from", "jsonl", "works", path], &["enrich", "--offline", path]] {
            let ended = starcite.end(args).with_code(1);
            assert!(ended.stdout.is_empty() && ended.stderr.contains(&format!("{path} names no files")), "{args:?}: {}", ended.stderr);
        }
        starcite.write_pipeline("jsonl", &format!("path = {path:?}"));
        for command in ["run", "plan"] {
            assert!(starcite.end(&[command, "pipeline.toml", "--offline"]).with_code(1).stderr.contains("names no files"), "{path}");
        }
        assert!(files(&starcite.week(WEEK)) == before, "the week stays as it was");
    }
}

#[test]
fn folders_may_be_called_as_globs_are_written() {
    for name in ["Papers [2026]", "what?", "all*of[it", "[!a]{b}"] {
        let starcite = Starcite::new();
        starcite.write(&format!("{name}/in/papers.jsonl"), lines(0..3));
        starcite.write(&format!("{name}/p.toml"), "name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"in/*.jsonl\"\n");
        let (pipeline, out) = (format!("{name}/p.toml"), format!("{name}/out"));
        starcite.end(&["run", &pipeline, "--out", &out, "--offline"]).with_code(0);
        assert_eq!(column(&starcite.path(&out).join(format!("week={WEEK}")), "links", "repo").len(), 3, "{name}");
        for args in [&["verify", &out][..], &["rank", "--out", &out], &["compact", "--out", &out], &["export", "jsonl", "--out", &out, "--table", "links"]] {
            starcite.end(args).with_code(0);
        }
        let script = starcite.end(&["export", "duckdb", "--sql", "--out", &out]).with_code(0).stdout;
        assert!(!script.contains(&format!("{name}/out/week=*")), "{script}");
        starcite.end(&["extract", "--from", "jsonl", &format!("{name}/in/*")]).with_code(0);
    }
}
