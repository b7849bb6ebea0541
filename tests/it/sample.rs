//! The bundled sample: the first command of the README, offline and the same on every machine.

use crate::starcite::{Ended, Starcite, ended};
use crate::tables::{TABLES, column, frame, is_complete, rows, shown};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/sample.toml");

pub(crate) fn sample() -> (Starcite, PathBuf, Ended) {
    let starcite = Starcite::new();
    let ended = starcite.end(&["run", SAMPLE]).with_code(0);
    let week = starcite.week("2025-W26");
    (starcite, week, ended)
}

#[test]
fn the_sample_writes_every_table_without_the_network_and_without_complaint() {
    let (starcite, week, ended) = sample();
    assert_eq!(ended.stderr, "");
    let mut shapes = String::new();
    for table in TABLES {
        let frame = frame(&week, table);
        writeln!(shapes, "{table}: {} rows", frame.height()).unwrap();
        for column in frame.columns() {
            writeln!(shapes, "  {} {}", column.name(), column.dtype()).unwrap();
        }
    }
    insta::assert_snapshot!("table_shapes", shapes);
    assert!(is_complete(&week));
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn the_samples_best_papers_and_kinds_of_links() {
    let (_starcite, week, _) = sample();
    let mut text = String::new();
    for row in rows(&week, "rankings").iter().take(10) {
        let [rank, title, repo, tier, stars, gained] = ["rank", "title", "repo", "tier", "stars", "stars_1w"].map(|name| shown(&row[name]));
        writeln!(text, "{rank} | {title} | {repo} | {tier} | {:.2} | {stars} | {gained}", row["score"].as_f64().unwrap()).unwrap();
    }
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for kind in column(&week, "links", "kind") {
        *kinds.entry(kind).or_default() += 1;
    }
    for (kind, count) in kinds {
        writeln!(text, "{count} {kind}").unwrap();
    }
    insta::assert_snapshot!("best_papers", text);
}

#[test]
fn what_the_sample_prints() {
    let printed = |programs: &[&str]| {
        let starcite = Starcite::new();
        programs.iter().for_each(|name| _ = starcite.write(&format!("bin/{name}{}", std::env::consts::EXE_SUFFIX), ""));
        let mut command = starcite.command(&["run", SAMPLE]);
        ended(command.env("PATH", starcite.path("bin")).spawn().unwrap()).with_code(0).stdout
    };
    assert!(!printed(&[]).contains("  look "), "no program is there that could");
    insta::assert_snapshot!("printed", printed(&["python3"]));
    let look = "  look       duckdb -c \"SELECT title, tier, repo, stars, score FROM 'out/week=2025-W26/overview.parquet' ORDER BY score DESC LIMIT 10\"\n";
    let with_duckdb = printed(&["duckdb"]);
    assert!(with_duckdb.contains(look), "{with_duckdb}");
}

#[test]
fn help_says_what_there_is() {
    let starcite = Starcite::new();
    for (name, args) in [
        ("top", &["--help"][..]),
        ("init", &["init", "--help"]),
        ("run", &["run", "--help"]),
        ("extract", &["extract", "--help"]),
        ("enrich", &["enrich", "--help"]),
        ("rank", &["rank", "--help"]),
        ("export_csv", &["export", "csv", "--help"]),
    ] {
        let mut command = starcite.command(args);
        command.env_remove("STARCITE_OUT").env_remove("STARCITE_NOW");
        insta::assert_snapshot!(format!("help_{name}"), ended(command.spawn().unwrap()).with_code(0).stdout);
    }
}
