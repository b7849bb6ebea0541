//! `starcite verify` finds what is not as it was written.

use crate::starcite::{Starcite, papers};
use crate::tables::TABLES;
use std::fs;

fn written() -> Starcite {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    starcite.run(&["--offline"]).with_code(0);
    starcite
}

#[test]
fn an_intact_week_passes_alone_and_with_the_others() {
    let starcite = written();
    let week = starcite.week("2026-W47");
    for folder in [starcite.path("out"), week] {
        let ended = starcite.end(&["verify", folder.to_str().unwrap()]).with_code(0);
        assert!(ended.stdout.contains("2026-W47") && ended.stderr.is_empty(), "{ended:?}");
    }
}

#[test]
fn a_flipped_byte_is_found_in_every_table() {
    let starcite = written();
    for table in TABLES {
        let path = starcite.week("2026-W47").join(format!("{table}.parquet"));
        let intact = fs::read(&path).unwrap();
        let mut flipped = intact.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        fs::write(&path, flipped).unwrap();
        let ended = starcite.end(&["verify", "out"]).with_code(1);
        assert!(ended.stderr.contains(&format!("{table}.parquet")) && ended.stderr.contains("SHA-256"), "{}", ended.stderr);
        fs::write(&path, intact).unwrap();
    }
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn a_missing_table_a_short_one_and_a_missing_manifest_are_found() {
    let starcite = written();
    let week = starcite.week("2026-W47");
    fs::write(week.join("stars.parquet"), "PAR1").unwrap();
    fs::remove_file(week.join("links.parquet")).unwrap();
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    assert!(ended.stderr.contains("links.parquet") && ended.stderr.contains("stars.parquet"), "both are told: {}", ended.stderr);
    fs::remove_file(week.join("manifest.json")).unwrap();
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    assert!(ended.stderr.contains("manifest.json"), "{}", ended.stderr);
}

#[test]
fn a_folder_without_weeks_is_no_success() {
    let starcite = Starcite::new();
    fs::create_dir(starcite.path("out")).unwrap();
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    assert!(ended.line().contains("no week"), "{}", ended.stderr);
}
