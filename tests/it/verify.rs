//! `starcite verify` reports files that were changed, and nothing for intact weeks.

use crate::damage::{edit_manifest, mend};
use crate::starcite::{MONDAY_OF_W49, Starcite, files, paper, papers};
use crate::tables::{TABLES, manifest};
use serde_json::json;
use std::fs;

const FIRST: &str = "2026-W47";
const SECOND: &str = "2026-W48";

/// Creates two weeks: one of three papers changes in the second, and a fourth is new.
fn two_weeks() -> Starcite {
    let mut starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    starcite.run(&["--offline"]).with_code(0);
    let mut later = papers(4);
    later[1] = paper("t:1", &["o/other"]);
    starcite.write_papers(&later);
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    starcite
}

#[test]
fn intact_weeks_pass_alone_and_with_the_others() {
    let starcite = two_weeks();
    for folder in [starcite.path("out"), starcite.week(FIRST), starcite.week(SECOND)] {
        let ended = starcite.end(&["verify", folder.to_str().unwrap()]).with_code(0);
        assert!(ended.stdout.contains("2026-W4") && ended.stderr.is_empty(), "{ended:?}");
    }
    fs::remove_dir_all(starcite.week(FIRST)).unwrap();
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn weeks_run_again_with_other_papers_pass_too() {
    let starcite = two_weeks();
    starcite.write_papers(&papers(2));
    starcite.run(&["--offline", "--week", FIRST]).with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    assert_eq!(manifest(&starcite.week(FIRST))["papers_of_earlier_runs"], 1, "t:2 keeps its links");
    starcite.run(&["--offline", "--week", SECOND]).with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    assert_eq!(manifest(&starcite.week(SECOND))["built_on"], json!([FIRST, SECOND]));
}

#[test]
fn a_flipped_byte_is_found_in_every_table() {
    let starcite = two_weeks();
    for table in TABLES {
        let path = starcite.week(FIRST).join(format!("{table}.parquet"));
        let intact = fs::read(&path).unwrap();
        let mut flipped = intact.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        fs::write(&path, flipped).unwrap();
        let ended = starcite.end(&["verify", "out"]).with_code(1);
        assert!(ended.stderr.contains(&format!("{table}.parquet: file damaged: its SHA-256")), "{}", ended.stderr);
        assert!(ended.stderr.contains("1 problem:") && ended.stderr.contains("run PIPELINE --week 2026-W47"), "{}", ended.stderr);
        fs::write(&path, intact).unwrap();
    }
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn every_file_that_is_missing_cut_or_extra_is_told_with_its_week() {
    let starcite = two_weeks();
    fs::write(starcite.week(FIRST).join("stars.parquet"), "PAR1").unwrap();
    fs::remove_file(starcite.week(FIRST).join("links.parquet")).unwrap();
    fs::write(starcite.week(SECOND).join("notes.txt"), "mine").unwrap();
    fs::remove_file(starcite.week(SECOND).join("papers.parquet")).unwrap();
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    for line in [
        "4 problems:",
        "week=2026-W47/stars.parquet: file damaged: 4 bytes, the manifest says",
        "week=2026-W47/links.parquet: file missing",
        "week=2026-W48/papers.parquet: file missing",
        "week=2026-W48/notes.txt: file extra",
        "--week 2026-W47; starcite run PIPELINE --week 2026-W48",
    ] {
        assert!(ended.stderr.contains(line), "{line}: {}", ended.stderr);
    }
}

#[test]
fn a_file_of_another_week_is_found_also_where_the_manifest_fits_it() {
    let starcite = two_weeks();
    let [first, second] = [FIRST, SECOND].map(|week| starcite.week(week).join("papers.parquet"));
    let (of_first, of_second) = (fs::read(&first).unwrap(), fs::read(&second).unwrap());
    fs::write(&first, of_second).unwrap();
    fs::write(&second, of_first).unwrap();
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    assert_eq!(ended.stderr.matches("papers.parquet: file damaged").count(), 2, "{}", ended.stderr);
    [FIRST, SECOND].iter().for_each(|week| mend(&starcite.week(week)));
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    for line in ["starcite.week is 2026-W48 in the file, 2026-W47 in the manifest", "row 0 (t:0): iso_week is 2026-W47, the manifest's 2026-W48"] {
        assert!(ended.stderr.contains(line), "{line}: {}", ended.stderr);
    }
}

#[test]
fn folders_that_were_swapped_are_found() {
    let starcite = two_weeks();
    fs::rename(starcite.week(FIRST), starcite.path("aside")).unwrap();
    fs::rename(starcite.week(SECOND), starcite.week(FIRST)).unwrap();
    fs::rename(starcite.path("aside"), starcite.week(SECOND)).unwrap();
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    assert_eq!(ended.stderr.matches("rename the folder").count(), 2, "{}", ended.stderr);
}

#[test]
fn a_week_without_its_manifest_does_not_end_the_others() {
    let starcite = two_weeks();
    fs::remove_file(starcite.week(FIRST).join("manifest.json")).unwrap();
    fs::remove_file(starcite.week(SECOND).join("repos.parquet")).unwrap();
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    assert!(ended.stderr.contains("week=2026-W47: manifest: cannot read") && ended.stderr.contains("W48/repos.parquet: file missing"), "{}", ended.stderr);
    fs::write(starcite.week(FIRST).join("manifest.json"), "{}").unwrap();
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    assert!(ended.stderr.contains("is not a manifest") && ended.stderr.contains("W48/repos.parquet"), "{}", ended.stderr);
}

#[test]
fn a_manifest_that_is_not_of_its_tables_is_found() {
    let starcite = two_weeks();
    let week = starcite.week(SECOND);
    let intact = manifest(&week);
    let other = manifest(&starcite.week(FIRST));
    let cases = [
        ("run_id", other["run_id"].clone(), "another run: the run id is"),
        ("pipeline_hash", json!("0000"), "of another run: starcite.pipeline_hash"),
        ("pipeline", json!("weekly"), "of another run: starcite.pipeline is test in the file, weekly in the manifest"),
        ("tables", json!([intact["tables"][0], intact["tables"][0]]), "it names overview.parquet twice"),
        ("tables", other["tables"].clone(), "file damaged"),
        ("coverage", other["coverage"].clone(), "coverage off"),
        ("built_on", json!([SECOND]), "link of no week: row 0 (t:0 + repo + https://github.com/o/n0): first_week is 2026-W47"),
    ];
    for (key, value, line) in cases {
        edit_manifest(&week, |manifest| manifest[key] = value);
        let ended = starcite.end(&["verify", "out"]).with_code(1);
        assert!(ended.stderr.contains(line), "{key}: {}", ended.stderr);
        edit_manifest(&week, |manifest| *manifest = intact.clone());
    }
    let other = "is not a table's file";
    let cases = [("table", json!("readme"), other), ("file", json!("../papers.parquet"), other), ("rows", json!(7), "rows off")];
    for (key, value, line) in cases {
        edit_manifest(&week, |manifest| manifest["tables"][0][key] = value);
        let ended = starcite.end(&["verify", "out"]).with_code(1);
        assert!(ended.stderr.contains(line), "{key}: {}", ended.stderr);
        edit_manifest(&week, |manifest| *manifest = intact.clone());
    }
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn other_schema_versions_are_refused_whatever_else_is_in_the_manifest() {
    let starcite = two_weeks();
    let week = starcite.week(FIRST);
    let cases = [(2, "run that week again: starcite run PIPELINE --week 2026-W47"), (7, "use the newer starcite")];
    for (version, step) in cases {
        fs::write(week.join("manifest.json"), json!({"schema_version": version, "week": FIRST, "tables": "of another kind"}).to_string()).unwrap();
        let ended = starcite.end(&["verify", "out"]).with_code(1);
        assert!(ended.stderr.contains(&format!("has schema version {version}")) && ended.stderr.contains(step), "{}", ended.stderr);
        let before = files(&starcite.path("out"));
        for command in [&["compact"][..], &["publish", "dest"]] {
            let ended = starcite.end(command).with_code(1);
            assert!(ended.line().contains(&format!("has schema version {version}")) && ended.line().contains(step), "{command:?}: {}", ended.stderr);
        }
        assert!(files(&starcite.path("out")) == before);
    }
}

#[test]
fn a_folder_without_weeks_is_no_success() {
    let starcite = Starcite::new();
    fs::create_dir(starcite.path("out")).unwrap();
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    assert!(ended.line().contains("no week"), "{}", ended.stderr);
}
