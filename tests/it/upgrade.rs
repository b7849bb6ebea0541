//! A folder that version 0.2.0 made (`tests/data/version_0_2_0`), brought up to the tables of this version.

use crate::starcite::{Starcite, files};
use crate::tables::{TABLES, manifest, rows};
use serde_json::{Map, Value};
use std::fs;
use std::path::Path;

const WEEK: &str = "2026-W47";

fn former() -> Starcite {
    let starcite = Starcite::new();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/version_0_2_0");
    for (name, bytes) in files(&from) {
        starcite.write(name.to_str().unwrap(), bytes);
    }
    starcite
}

fn run(starcite: &Starcite) {
    starcite.end(&["run", "p.toml", "--week", WEEK, "--out", "out"]).with_code(0);
}

fn all_rows(starcite: &Starcite) -> Vec<(&'static str, Vec<Map<String, Value>>)> {
    let tables = TABLES.iter().filter(|table| starcite.week(WEEK).join(format!("{table}.parquet")).exists());
    tables.map(|table| (*table, rows(&starcite.week(WEEK), table))).collect()
}

#[test]
fn an_upgraded_week_has_the_rows_of_before_and_belongs_to_the_same_state() {
    let starcite = former();
    let refused = starcite.end(&["verify", "out"]).with_code(1);
    assert!(refused.stderr.contains("starcite upgrade"), "{}", refused.stderr);
    for args in [&["report"][..], &["report", "p.toml"], &["report", "--week", WEEK]] {
        let refused = starcite.end(args).with_code(1);
        assert!(refused.line().contains("schema version 3") && refused.line().contains("starcite upgrade --out out"), "{}", refused.stderr);
    }
    assert!(!starcite.path("out/report").exists());
    let mut before = all_rows(&starcite);
    let ended = starcite.end(&["upgrade", "--out", "out"]).with_code(0);
    assert_eq!(ended.stdout, "out: 1 week upgraded; 0 are of this version already\n");
    starcite.end(&["verify", "out"]).with_code(0);
    let after = all_rows(&starcite);
    let mut compared = after.clone();
    let rankings = compared.iter_mut().filter(|(table, _)| *table == "rankings").flat_map(|(_, rows)| rows);
    for row in rankings {
        let (tied_with, why, tier) = (row.remove("tied_with").unwrap(), row.remove("why").unwrap(), row["tier"].as_str());
        let equals = after.iter().filter(|(table, _)| *table == "rankings").flat_map(|(_, rows)| rows).filter(|other| other["score"] == row["score"]);
        assert_eq!(tied_with, equals.count() - 1);
        assert_eq!(why.is_null(), tier.is_some_and(|tier| ["available", "licensed", "verified", "citable"].contains(&tier)), "{row:?}");
    }
    for (table, rows) in &mut before {
        for row in rows {
            let week = row.remove("week").unwrap();
            row.insert("iso_week".to_owned(), week);
            match *table {
                "repos" => drop(row.insert("repo_kind".to_owned(), "code".into())),
                "papers" => drop(row.insert("source_key".to_owned(), Value::Null)),
                _ => {}
            }
        }
    }
    assert_eq!(compared, before);
    assert!(after.iter().filter(|(_, rows)| !rows.is_empty()).count() >= 5);

    run(&starcite); // the state knows the upgraded week; ranks are made otherwise now, and there is an overview
    let anew = all_rows(&starcite);
    let others = |tables: &[(&str, Vec<Map<String, Value>>)]| {
        tables.iter().filter(|(table, _)| !["overview", "rankings"].contains(table)).cloned().map(|(_, rows)| rows).collect::<Vec<_>>()
    };
    assert_eq!(others(&anew), others(&after));
    assert!(anew.iter().any(|(table, rows)| *table == "overview" && rows.len() == 2));
    let again = starcite.end(&["upgrade", "--out", "out"]).with_code(0);
    assert_eq!(again.stdout, "out: 0 weeks upgraded; 1 is of this version already\n");
}

#[test]
fn a_week_is_upgraded_without_its_state_where_that_is_said_to_be_lost() {
    let starcite = former();
    fs::remove_file(starcite.path("out/state.db")).unwrap();
    let ended = starcite.end(&["upgrade", "--out", "out"]).with_code(1);
    assert!(ended.stderr.contains("no state out/state.db") && ended.stderr.contains("--state") && ended.stderr.contains("--no-state"), "{}", ended.stderr);
    assert_eq!(manifest(&starcite.week(WEEK))["schema_version"], 3);
    starcite.end(&["upgrade", "--out", "out", "--no-state"]).with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    starcite.end(&["run", "p.toml", "--week", WEEK, "--out", "out", "--rebuild-state"]).with_code(0);
}

#[test]
fn a_damaged_week_stays_as_it_was() {
    let starcite = former();
    let path = starcite.week(WEEK).join("papers.parquet");
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 1;
    fs::write(&path, bytes).unwrap();
    let before = files(&starcite.week(WEEK));
    let ended = starcite.end(&["upgrade", "--out", "out"]).with_code(1);
    assert!(ended.stderr.contains("papers.parquet") && ended.stderr.contains("SHA-256"), "{}", ended.stderr);
    assert_eq!(files(&starcite.week(WEEK)), before);
    assert_eq!(manifest(&starcite.week(WEEK))["schema_version"], 3);
}

#[test]
fn a_week_that_lost_its_name_is_put_back_first_and_a_week_is_not_a_folder_of_weeks() {
    let starcite = former();
    let before = files(&starcite.path("out"));
    let ended = starcite.end(&["upgrade", "--out", &format!("out/week={WEEK}")]).with_code(1);
    assert!(ended.stderr.contains("is in the folder of a finished week"), "{}", ended.stderr);
    assert_eq!(files(&starcite.path("out")), before);
    fs::rename(starcite.week(WEEK), starcite.path(&format!("out/.week={WEEK}.old"))).unwrap();
    let ended = starcite.end(&["upgrade", "--out", "out"]).with_code(0);
    assert!(ended.stdout.contains("1 week upgraded"), "{}", ended.stdout);
}
