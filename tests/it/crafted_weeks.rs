//! Weeks crafted to do harm: every reader reports what is wrong with them, and none reads outside the week, waits, panics or fills memory.

use crate::damage::{edit_manifest, mend_hashes, rewrite, set};
use crate::starcite::{Ended, Starcite, files, paper, papers};
use crate::tables::{TABLES, frame, manifest};
use polars::prelude::{AnyValue, DataType, TimeUnit};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const WEEK: &str = "2026-W47";

/// The commands that read the rows of finished weeks, and all commands that read finished weeks.
pub(crate) const ROW_READERS: &[&[&str]] = READERS.split_at(8).0;
pub(crate) const READERS: [&[&str]; 12] = [
    &["verify", "out"],
    &["rank"],
    &["explain", "t:0"],
    &["compact", "--output", "compact.parquet"],
    &["export", "jsonl"],
    &["export", "pwc"],
    &["export", "bibtex", "--all"],
    &["run", "pipeline.toml", "--offline", "--rebuild-state"],
    &["export", "csv"],
    &["export", "duckdb", "--sql"],
    &["dataset"],
    &["publish", "dest"],
];

/// Returns a finished week of three papers.
pub(crate) fn week() -> Starcite {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    starcite.run(&["--offline"]).with_code(0);
    starcite
}

/// Asserts that a command ended without a panic or a signal, whatever it read.
#[track_caller]
pub(crate) fn assert_sane(ended: &Ended, told: &str) {
    let is_exit = matches!(ended.code, Some(0..=4));
    assert!(is_exit && !ended.stderr.contains("panicked") && !ended.stderr.contains("RUST_BACKTRACE"), "{told}: {ended:?}");
}

/// Asserts that no reader accepts the week, and that each reports these words.
#[track_caller]
fn assert_refused(starcite: &Starcite, words: &[&str], told: &str) {
    for reader in READERS {
        let ended = starcite.end_soon(reader);
        assert_sane(&ended, &format!("{told}: {reader:?}"));
        let is_only_noted = reader == ["dataset"] && ended.stdout.contains(": 0 files describe");
        assert!(ended.code == Some(1) || is_only_noted, "{told}: {reader:?}: {ended:?}");
        assert!(words.iter().all(|word| ended.stderr.contains(word)), "{told}: {reader:?}: {ended:?}");
    }
}

#[test]
fn a_manifest_names_files_of_its_folder_by_the_names_of_tables_and_each_once() {
    let starcite = week();
    let folder = starcite.week(WEEK);
    let intact = manifest(&folder);
    fs::copy(folder.join("papers.parquet"), starcite.path("elsewhere.parquet")).unwrap();
    fs::copy(folder.join("papers.parquet"), folder.join("other.parquet")).unwrap();
    let absolute = starcite.path("elsewhere.parquet").to_str().unwrap().to_owned();
    let names = ["../../elsewhere.parquet", &absolute, "./papers.parquet", "other.parquet", "links.parquet", "a\u{1b}[2Jb"];
    let mut cases: Vec<(&str, Value)> = names.iter().map(|name| ("file", json!(name))).collect();
    cases.extend(["readme", "links"].map(|table| ("table", json!(table))));
    let at = intact["tables"].as_array().unwrap().iter().position(|entry| entry["table"] == "papers").unwrap();
    for (key, value) in cases {
        edit_manifest(&folder, |manifest| manifest["tables"][at][key] = value.clone());
        assert_refused(&starcite, &["manifest.json", "is not a table's file", "run that week again"], &format!("{key} {value}"));
        edit_manifest(&folder, |manifest| *manifest = intact.clone());
    }
    edit_manifest(&folder, |manifest| {
        let twice = manifest["tables"][at].clone();
        manifest["tables"].as_array_mut().unwrap().push(twice);
    });
    assert_refused(&starcite, &["manifest.json", "papers.parquet", "twice"], "a table twice");
}

#[test]
fn numbers_past_all_bounds_in_a_manifest_are_no_manifest() {
    let starcite = week();
    let folder = starcite.week(WEEK);
    let intact = manifest(&folder);
    for (pointer, value) in
        [("/tables/0/rows", json!(u64::MAX)), ("/tables/0/bytes", json!(u64::MAX)), ("/answers_owed", json!({"a": u64::MAX, "b": u64::MAX}))]
    {
        edit_manifest(&folder, |manifest| *manifest.pointer_mut(pointer).unwrap() = value.clone());
        for reader in READERS.iter().chain(&[&["status"][..]]) {
            assert_sane(&starcite.end_soon(reader), pointer);
        }
        edit_manifest(&folder, |manifest| *manifest = intact.clone());
    }
}

#[test]
fn a_manifest_without_an_end_is_not_read_to_it() {
    let starcite = week();
    fs::OpenOptions::new().write(true).open(starcite.week(WEEK).join("manifest.json")).unwrap().set_len(200 << 30).unwrap();
    assert_refused(&starcite, &["manifest.json", "larger than such a file"], "a manifest of 200 GiB");
}

#[cfg(unix)]
mod in_place_of_files {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    fn fifo(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    type Put = fn(&Starcite, &Path);
    /// Things in the place of a file, and the messages about them.
    const THINGS: [(&str, Put, &str); 6] = [
        ("a FIFO", |_, path| fifo(path), "not a regular file"),
        ("a link to a device", |_, path| symlink("/dev/zero", path).unwrap(), "symbolic link"),
        ("a link to the same bytes", |starcite, path| symlink(starcite.path("kept"), path).unwrap(), "symbolic link"),
        ("a link to a FIFO", |starcite, path| symlink(starcite.path("fifo"), path).unwrap(), "symbolic link"),
        ("a folder", |_, path| fs::create_dir(path).unwrap(), "not a regular file"),
        ("a socket", |_, path| drop(UnixListener::bind(path).unwrap()), "not a regular file"),
    ];

    fn with_each_thing_at(file: &str, check: impl Fn(&Starcite, &str, &str)) {
        for (told, put, words) in THINGS {
            let starcite = week();
            fifo(&starcite.path("fifo"));
            let path = starcite.week(WEEK).join(file);
            fs::rename(&path, starcite.path("kept")).unwrap();
            put(&starcite, &path);
            check(&starcite, told, words);
        }
    }

    #[test]
    fn only_a_regular_file_is_a_manifest() {
        with_each_thing_at("manifest.json", |starcite, told, words| assert_refused(starcite, &["manifest.json", words], told));
    }

    #[test]
    fn only_a_regular_file_is_a_table() {
        for table in ["papers.parquet", "links.parquet"] {
            with_each_thing_at(table, |starcite, told, words| {
                for reader in READERS {
                    let ended = starcite.end_soon(reader);
                    assert_sane(&ended, &format!("{told}: {reader:?}"));
                    let reads_others = reader[0] == "dataset" || reader[0] == "compact" && table != "papers.parquet";
                    let refuses = ended.code == Some(1) && ended.stderr.contains(table) && ended.stderr.contains(words);
                    assert!(reads_others || refuses, "{told}: {reader:?}: {ended:?}");
                }
            });
        }
    }

    #[test]
    fn a_week_that_is_kept_elsewhere_is_read_through_its_link() {
        let starcite = week();
        fs::rename(starcite.week(WEEK), starcite.path("kept")).unwrap();
        symlink(starcite.path("kept"), starcite.week(WEEK)).unwrap();
        for reader in READERS.iter().filter(|reader| reader[0] != "run") {
            starcite.end_soon(reader).with_code(0);
        }
    }

    #[test]
    fn what_stands_in_the_place_of_the_datasets_files_is_left_alone() {
        let starcite = week();
        starcite.end(&["dataset"]).with_code(0);
        let kept = starcite.path("kept");
        fs::rename(starcite.path("out/README.md"), &kept).unwrap();
        symlink(&kept, starcite.path("out/README.md")).unwrap();
        fs::remove_file(starcite.path("out/CITATION.cff")).unwrap();
        fifo(&starcite.path("out/CITATION.cff"));
        let ended = starcite.end_soon(&["dataset"]).with_code(0);
        assert!(["README.md", "CITATION.cff"].iter().all(|file| ended.stderr.contains(&format!("out/{file} is not starcite's"))), "{}", ended.stderr);
        assert!(starcite.path("out/README.md").is_symlink());
    }

    #[test]
    fn a_database_is_not_made_beside_a_folder_that_is_not_a_finished_week() {
        let starcite = week();
        fs::create_dir(starcite.week("2026-W40")).unwrap();
        fifo(&starcite.week("2026-W40").join("papers.parquet"));
        let ended = starcite.end_soon(&["export", "duckdb", "--sql"]).with_code(1);
        assert!(ended.stderr.contains("2026-W40") && ended.stderr.contains("--copy"), "{}", ended.stderr);
        let script = starcite.end_soon(&["export", "duckdb", "--sql", "--copy"]).with_code(0).stdout;
        assert!(!script.contains("2026-W40") && !script.contains("week=*"), "{script}");
    }
}

#[test]
fn every_form_of_export_compares_every_file_with_its_manifest() {
    let starcite = week();
    for table in TABLES {
        let path = starcite.week(WEEK).join(format!("{table}.parquet"));
        let intact = fs::read(&path).unwrap();
        let mut flipped = intact.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        fs::write(&path, flipped).unwrap();
        for export in [&["export", "duckdb", "--sql"][..], &["export", "duckdb", "--sql", "--copy"], &["export", "duckdb"], &["export", "jsonl"]] {
            let ended = starcite.end(export).with_code(1);
            let said = format!("{table}.parquet is damaged: run {WEEK} again");
            assert!(ended.stderr.contains(&said) && ended.stderr.contains("SHA-256"), "{export:?}: {}", ended.stderr);
        }
        fs::write(&path, intact).unwrap();
    }
    assert!(!starcite.path("out/starcite.duckdb").exists());
}

/// Returns a Parquet file with this footer.
fn with_footer(footer: &[u8]) -> Vec<u8> {
    let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
    [b"PAR1", footer, &length, b"PAR1"].concat()
}

#[test]
fn a_file_that_promises_more_than_it_has_is_damaged_and_costs_no_memory() {
    // Thrift: a list (0x19, 0x29, 0x49: fields 1, 2, 4) of 2^31 - 1 structs, or a text of 2^31 - 1 bytes.
    let many = [0xfc, 0xff, 0xff, 0xff, 0xff, 0x07];
    let begun = [0x15, 0x02]; // version 1
    let footers = [
        [&begun[..], &[0x19], &many].concat(),
        [&begun[..], &[0x39], &many].concat(),
        [&begun[..], &[0x19, 0x1c, 0x48], &many[1..]].concat(),
        [&begun[..], &[0x19, 0x1c, 0x48, 0x01, b'a', 0x00, 0x16, 0x02, 0x19, 0x1c, 0x19], &many].concat(),
    ];
    for footer in footers {
        let starcite = week();
        fs::write(starcite.week(WEEK).join("papers.parquet"), with_footer(&footer)).unwrap();
        mend_hashes(&starcite.week(WEEK));
        for reader in READERS {
            let ended = starcite.end_soon(reader);
            assert_sane(&ended, &format!("{footer:?}: {reader:?}"));
            assert!(!matches!(reader, ["export", "jsonl"] | ["verify", _]) || ended.stderr.contains("papers.parquet"), "{reader:?}: {ended:?}");
        }
    }
}

/// Returns the lowest or highest value of a column's type.
fn furthest(dtype: &DataType, is_high: bool) -> Option<AnyValue<'static>> {
    Some(match dtype {
        DataType::Int64 => AnyValue::Int64(if is_high { i64::MAX } else { i64::MIN }),
        DataType::Float64 => AnyValue::Float64(if is_high { f64::NAN } else { f64::NEG_INFINITY }),
        DataType::Date => AnyValue::Date(if is_high { i32::MAX } else { i32::MIN }),
        DataType::Datetime(..) => AnyValue::Datetime(if is_high { i64::MAX } else { i64::MIN }, TimeUnit::Microseconds, None),
        DataType::String => AnyValue::String(if is_high { "\u{10ffff}é\u{0}" } else { "" }),
        _ => return None,
    })
}

#[test]
fn values_past_all_bounds_are_values_or_damage_and_nobody_panics() {
    let starcite = Starcite::new();
    let mut said = papers(2);
    said.push(json!({"id": "1705.03122", "title": "T", "abstract": "See arXiv:2004.11967. Our code: https://github.com/o/own.", "date": "2017-05-08"}));
    said.push(paper("t:9", &["o/n0", "o/other"]));
    starcite.write_papers(&said);
    starcite.run(&["--offline"]).with_code(0);
    let folder = starcite.week(WEEK);
    let intact = files(&folder);
    for table in TABLES.iter().filter(|table| frame(&folder, table).height() > 0) {
        for (is_text, is_high) in [(false, false), (false, true), (true, false), (true, true)] {
            rewrite(&folder, table, |mut changed| {
                for column in changed.clone().columns().iter().filter(|column| (*column.dtype() == DataType::String) == is_text) {
                    if let Some(value) = furthest(column.dtype(), is_high) {
                        changed = set(changed, column.name(), 0, value);
                    }
                }
                changed
            });
            for reader in ROW_READERS {
                assert_sane(&starcite.end_soon(reader), &format!("{table}, text {is_text}, high {is_high}: {reader:?}"));
            }
            intact.iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());
        }
    }
}
