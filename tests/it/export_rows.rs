//! Tables as CSV and JSON lines: every value as in the Parquet table, and values that can't be exported are reported.

use crate::starcite::{Starcite, files};
use crate::tables::{TABLES, manifest, rows, shown};
use serde_json::{Map, Value, json};
use starcite_core::RepoFacts;
use std::fs;

const WEEKS: [&str; 2] = ["2026-W46", "2026-W47"];

/// Runs two weeks of papers with every kind of value in a cell, and with third-party observations of their repositories.
pub(crate) fn two_weeks() -> Starcite {
    let starcite = Starcite::new();
    let said = [
        json!({"repo": "o/own", "date": "2026-11-10", "source": "a list", "stars": 7, "framework": "tensorflow", "license": "MIT",
            "topics": ["a, b", "\"c\""], "latest_release": "v1.0", "latest_release_at": "2026-11-01T10:00:00Z", "pushed_at": "2026-11-09T08:30:00.5Z"}),
        json!({"repo": "o/other", "date": "2026-11-10", "source": "a list", "is_archived": false, "pushed_at": "2020-01-02T00:00:00Z"}),
    ];
    starcite.write("observations.jsonl", said.map(|row| row.to_string() + "\n").concat());
    starcite.write(
        "pipeline.toml",
        "name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n[[source]]\nkind = \"observations\"\npath = \"observations.jsonl\"\n",
    );
    let first = json!({"id": "1705.03122", "title": "Of \"A\", B\nand $k$", "abstract": "We measure, e.g. once. Our code: https://github.com/o/own and \
        https://github.com/o/own/tree/main/x. It is built on https://github.com/o/other.", "comment": "", "authors": ["Ada Lovelace", "The X Team"],
        "categories": ["cs.LG"], "date": "2017-05-08", "url": "https://example.org/a"});
    let second = json!({"id": "t:2", "title": "Ohne Code — 深度", "githubRepo": "https://github.com/o/gone", "doi": "10.1000/X_1", "date": "2019"});
    let texts = [&[first.clone(), second.clone()][..], &[with_title(&first, "Newer"), second, json!({"id": "t:3", "title": "Neither"})]];
    for (week, papers) in WEEKS.iter().zip(texts) {
        starcite.write("papers.jsonl", papers.iter().map(|paper| format!("{paper}\n")).collect::<String>());
        starcite.run(&["--offline", "--week", week]).with_code(0);
    }
    starcite
}

fn with_title(paper: &Value, title: &str) -> Value {
    let mut newer = paper.clone();
    newer["title"] = title.into();
    newer
}

fn jsonl(starcite: &Starcite, table: &str) -> Vec<Map<String, Value>> {
    let text = fs::read_to_string(starcite.path(&format!("out/jsonl/{table}.jsonl"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_value_of_every_table_comes_through_as_json() {
    let starcite = two_weeks();
    starcite.end(&["export", "jsonl"]).with_code(0);
    for table in TABLES {
        let (exported, written) = (jsonl(&starcite, table), rows(&starcite.week(WEEKS[1]), table));
        assert_eq!(exported.len(), written.len(), "{table}");
        for (exported, written) in exported.iter().zip(&written) {
            for (column, value) in written {
                let is_nested = value.as_array().is_some_and(|items| items.iter().any(|item| shown(item).starts_with('{')));
                let as_written = shown(value).replace("+00:00", "Z");
                assert!(is_nested || shown(&exported[column]) == as_written, "{table}.{column}: {} is not {value}", exported[column]);
            }
        }
    }
    let repos = jsonl(&starcite, "repos");
    let own = repos.iter().find(|row| row["repo"] == "github.com/o/own").unwrap();
    assert_eq!([&own["stars"], &own["pushed_at"], &own["topics"]], [&json!(7), &json!("2026-11-09T08:30:00.500Z"), &json!(["a, b", "\"c\""])]);
    let links = jsonl(&starcite, "links");
    let own = links.iter().find(|row| row["repo"] == "github.com/o/own").unwrap();
    assert_eq!(own["mentions"][0]["field"], "abstract");
    assert!(own["mentions"][0]["start"].is_u64());
}

#[test]
fn a_row_begins_with_the_key_and_structs_keep_their_order() {
    let starcite = two_weeks();
    let ended = starcite.end(&["export", "jsonl", "--table", "links"]).with_code(0);
    assert!(ended.stdout.starts_with("{\"paper_id\":\"1705.03122\",\"kind\":\"repo\",\"target\":"), "{}", ended.stdout);
    assert!(ended.stdout.contains("\"mentions\":[{\"field\":\"abstract\",\"start\":"), "{}", ended.stdout);
}

#[test]
fn csv_says_the_same_as_json() {
    let starcite = two_weeks();
    starcite.end(&["export", "jsonl"]).with_code(0);
    starcite.end(&["export", "csv"]).with_code(0);
    for table in TABLES {
        let mut reader = csv::Reader::from_path(starcite.path(&format!("out/csv/{table}.csv"))).unwrap();
        let names = reader.headers().unwrap().clone();
        let cells: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let rows = jsonl(&starcite, table);
        assert_eq!(cells.len(), rows.len(), "{table}");
        for (row, cells) in rows.iter().zip(&cells) {
            for (name, cell) in names.iter().zip(cells) {
                match &row[name] {
                    Value::Null => assert_eq!(cell, "", "{table}.{name}"),
                    list @ Value::Array(_) => assert_eq!(serde_json::from_str::<Value>(cell).unwrap(), *list, "{table}.{name}"),
                    value => assert_eq!(cell, shown(value), "{table}.{name}"),
                }
            }
        }
    }
}

#[test]
fn all_weeks_stand_in_one_file_the_oldest_first() {
    let starcite = two_weeks();
    let weeks = |args: &[&str]| {
        let ended = starcite.end(&[&["export", "jsonl", "--table", "papers"], args].concat()).with_code(0);
        ended.rows().iter().map(|row| (shown(&row["iso_week"]), shown(&row["paper_id"]))).collect::<Vec<_>>()
    };
    let row = |week: &str, id: &str| (week.to_owned(), id.to_owned());
    let (old, new) = ([row(WEEKS[0], "1705.03122"), row(WEEKS[0], "t:2")], [row(WEEKS[1], "1705.03122"), row(WEEKS[1], "t:3")]);
    assert_eq!(weeks(&["--all-weeks"]), [old.clone(), new.clone()].concat());
    assert_eq!(weeks(&["--week", WEEKS[0]]), old);
    assert_eq!(weeks(&[]), new);
    starcite.end(&["export", "csv", "--all-weeks", "--output", "csv"]).with_code(0);
    let lines = fs::read_to_string(starcite.path("csv/repos.csv")).unwrap().lines().count();
    assert_eq!(lines, 1 + [0, 1].map(|at| rows(&starcite.week(WEEKS[at]), "repos").len()).iter().sum::<usize>());
}

#[test]
fn repositories_that_were_exported_come_in_again_as_observations() {
    let starcite = two_weeks();
    let csv = starcite.end(&["export", "csv", "--table", "repos"]).with_code(0).stdout;
    let observed = csv.lines().enumerate().filter(|(number, line)| *number == 0 || line.contains("a list")).map(|(_, line)| format!("{line}\n"));
    starcite.end(&["export", "jsonl"]).with_code(0);
    let is_fact = |name: &str| serde_json::from_value::<RepoFacts>(json!({name: null})).is_ok();
    let mut exported = jsonl(&starcite, "repos");
    exported.retain(|row| !row["observed_at"].is_null());
    for (name, value) in exported.iter_mut().flatten().filter(|(name, value)| value.is_null() && !is_fact(name)) {
        if !["repo_id", "state_reason"].contains(&name.as_str()) {
            *value = json!("x");
        }
    }
    let lines = exported.into_iter().map(|row| format!("{}\n", Value::from(row)));
    for observations in [observed.collect::<String>(), lines.collect()] {
        starcite.write("observations.jsonl", observations);
        starcite.run(&["--offline", "--week", WEEKS[1], "--out", "again"]).with_code(0);
        let week = starcite.path("again/week=2026-W47");
        assert_eq!(manifest(&week)["bad_values"], Value::Null);
        let own = rows(&week, "repos").into_iter().find(|row| row["repo"] == "github.com/o/own").unwrap();
        assert_eq!((&own["stars"], &own["topics"], &own["observed_by"]), (&json!(7), &json!(["a, b", "\"c\""]), &json!("a list")));
        fs::remove_dir_all(starcite.path("again")).unwrap();
    }
}

#[test]
fn what_is_exported_is_no_part_of_a_week() {
    let starcite = two_weeks();
    let before = files(&starcite.path("out"));
    let inside = format!("out/week={}/csv", WEEKS[0]);
    for format in ["csv", "jsonl", "pwc", "duckdb"] {
        let ended = starcite.end(&["export", format, "--output", &inside]).with_code(1);
        assert!(ended.line().contains("finished week"), "{}", ended.stderr);
    }
    assert!(files(&starcite.path("out")) == before);
    for format in ["csv", "jsonl", "pwc"] {
        starcite.end(&["export", format]).with_code(0);
    }
    starcite.end(&["verify", "out"]).with_code(0);
    starcite.run(&["--offline", "--week", WEEKS[1]]).with_code(0);
}

#[test]
fn what_cannot_be_exported_is_told_with_the_next_step() {
    let starcite = two_weeks();
    starcite.write("file", "");
    let cases: [(&[&str], i32, &str); 7] = [
        (&["csv", "--week", "2026-W40"], 1, "2026-W46"),
        (&["csv", "--out", "nowhere"], 1, "nowhere"),
        (&["csv", "--table", "stargazers"], 2, "rankings"),
        (&["csv", "--table", "repos", "--output", "nowhere/repos.csv"], 1, "check the folder"),
        (&["jsonl", "--output", "file"], 1, "no folder"),
        (&["csv", "--week", "2026-W46", "--all-weeks"], 2, "--all-weeks"),
        (&["xlsx"], 2, "xlsx"),
    ];
    for (args, code, said) in cases {
        let ended = starcite.end(&[&["export"], args].concat()).with_code(code);
        assert!(ended.stderr.contains(said), "{args:?}: {}", ended.stderr);
    }
    let folder = starcite.week(WEEKS[1]);
    let newer = manifest(&folder)["schema_version"].as_u64().unwrap() + 1;
    let text = fs::read_to_string(folder.join("manifest.json")).unwrap();
    fs::write(folder.join("manifest.json"), text.replacen(&format!("\"schema_version\": {}", newer - 1), &format!("\"schema_version\": {newer}"), 1)).unwrap();
    let ended = starcite.end(&["export", "csv"]).with_code(1);
    assert!(ended.line().contains("newer starcite"), "{}", ended.stderr);
}

#[test]
fn a_table_that_the_week_was_made_without_is_named() {
    let starcite = two_weeks();
    starcite.end(&["export", "csv"]).with_code(0);
    let pipeline = fs::read_to_string(starcite.path("pipeline.toml")).unwrap();
    starcite.write("pipeline.toml", format!("tables = [\"papers\", \"links\"]\n{pipeline}"));
    starcite.run(&["--offline", "--week", WEEKS[1]]).with_code(0);
    for args in [&["csv", "--table", "repos"][..], &["pwc"], &["bibtex", "--all"]] {
        let ended = starcite.end(&[&["export"], args].concat()).with_code(1);
        assert!(ended.line().contains("no table repos") && ended.line().contains("the pipeline's tables"), "{}", ended.stderr);
    }
    let ended = starcite.end(&["export", "csv"]).with_code(0);
    assert!(ended.stderr.contains("out/csv/stars.csv is of an earlier export"), "{}", ended.stderr);
    assert!(!starcite.path("out/csv/.tmp").exists());
}

#[test]
fn a_damaged_table_is_not_exported() {
    let starcite = two_weeks();
    let path = starcite.week(WEEKS[1]).join("repos.parquet");
    let mut bytes = fs::read(&path).unwrap();
    bytes[10] ^= 1;
    fs::write(&path, bytes).unwrap();
    let ended = starcite.end(&["export", "csv", "--table", "repos", "--output", "repos.csv"]).with_code(1);
    assert!(ended.line().contains("damaged") && !starcite.path("repos.csv").exists(), "{}", ended.stderr);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told_by_the_name_of_the_place() {
    let starcite = two_weeks();
    for args in [&["jsonl", "--table", "links"][..], &["csv", "--table", "links"], &["bibtex", "--all"]] {
        let ended = starcite.end(&[&["export"], args, &["--output", "/dev/full"]].concat()).with_code(1);
        assert!(ended.line().contains("/dev/full") && ended.line().contains("full?"), "{}", ended.stderr);
    }
}

/// Texts that a spreadsheet takes for formulas, possibly after dropping leading characters; and texts that it does not.
const FORMULAS: [&str; 10] =
    ["=1+1", "+1", "-1", "@SUM(A1)", "\u{ff1d}1+1", " =1+1", "'=1+1", "''=1", "\u{a0}=HYPERLINK(\"http://x\",\"y\")", "=cmd|'/c calc'!A0"];
const TEXTS: [&str; 4] = ["'quoted'", "a=b", "'", "Ein Titel"];

/// Runs a week of papers and repositories with these texts.
fn week_of_formulas() -> Starcite {
    let starcite = Starcite::new();
    let texts = || FORMULAS.iter().chain(&TEXTS).enumerate();
    let seen = texts().map(|(at, text)| format!("{}\n", json!({"repo": format!("o/n{at}"), "date": "2026-11-10", "description": text, "stars": at})));
    starcite.write("observations.jsonl", seen.collect::<String>());
    let papers = texts().map(|(at, text)| {
        let paper = json!({"id": format!("={at}"), "title": text, "authors": [text], "abstract": format!("Our code: https://github.com/o/n{at}")});
        format!("{paper}\n")
    });
    starcite.write("papers.jsonl", papers.collect::<String>());
    let source = |kind: &str, path: &str| format!("[[source]]\nkind = \"{kind}\"\npath = \"{path}\"\n");
    starcite.write("pipeline.toml", format!("name = \"test\"\n{}{}", source("jsonl", "papers.jsonl"), source("observations", "observations.jsonl")));
    starcite.run(&["--offline", "--week", WEEKS[1]]).with_code(0);
    starcite
}

/// Returns every cell of a CSV, with its column.
fn cells(csv: &str) -> Vec<(String, String)> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let names = reader.headers().unwrap().clone();
    reader.records().flat_map(|row| names.iter().map(str::to_owned).zip(row.unwrap().iter().map(str::to_owned)).collect::<Vec<_>>()).collect()
}

fn is_formula(cell: &str) -> bool {
    let begun = cell.trim_start_matches([' ', '\u{a0}']);
    cell.parse::<f64>().is_err() && begun.starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}

#[test]
fn no_cell_for_people_is_a_formula_and_raw_ones_are_as_they_are() {
    let starcite = week_of_formulas();
    starcite.write("names", "o/n0\n");
    let commands: [&[&str]; 6] = [
        &["export", "csv", "--table", "papers"],
        &["export", "csv", "--table", "repos"],
        &["export", "csv", "--table", "rankings"],
        &["rank", "--format", "csv"],
        &["extract", "--format", "csv", "papers.jsonl"],
        &["enrich", "--offline", "--format", "csv", "names"],
    ];
    for args in commands {
        let told = |args: &[&str]| cells(&starcite.end(args).with_code(0).stdout);
        let (people, machines) = (told(args), told(&[args, &["--raw"]].concat()));
        assert!(people.iter().all(|(_, cell)| !is_formula(cell)), "{args:?}: {people:?}");
        assert!(machines.iter().any(|(_, cell)| is_formula(cell)), "{args:?}: {machines:?}");
        for ((column, people), (_, machine)) in people.iter().zip(&machines) {
            assert!(people == machine || *people == format!("'{machine}"), "{args:?}, {column}: {people} is not {machine}");
        }
    }
    let raw = cells(&starcite.end(&["export", "csv", "--table", "repos", "--raw"]).with_code(0).stdout);
    let descriptions: Vec<&str> = raw.iter().filter(|(column, _)| column == "description").map(|(_, cell)| cell.as_str()).collect();
    assert!(descriptions.contains(&"'=1+1") && descriptions.contains(&"=1+1"), "{descriptions:?}");
}

#[test]
fn a_description_that_looks_like_a_formula_comes_in_again_as_it_was() {
    let starcite = week_of_formulas();
    let described = |folder: &str| {
        let rows = rows(&starcite.path(folder).join("week=2026-W47"), "repos");
        rows.iter().map(|row| (shown(&row["repo"]), shown(&row["description"]))).collect::<Vec<_>>()
    };
    let csv = starcite.end(&["export", "csv", "--table", "repos"]).with_code(0).stdout;
    starcite.write("observations.csv", csv);
    let pipeline = fs::read_to_string(starcite.path("pipeline.toml")).unwrap();
    starcite.write("pipeline.toml", pipeline.replace("observations.jsonl", "observations.csv"));
    starcite.run(&["--offline", "--week", WEEKS[1], "--out", "again"]).with_code(0);
    assert_eq!(described("again"), described("out"));
    assert!(described("out").iter().any(|(_, text)| text == "'=1+1"));
}
