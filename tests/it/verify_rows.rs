//! `starcite verify` finds errors in a table even if its file matches the manifest.

use crate::damage::{edit_manifest, known, rewrite, rewrite_saying, set, take, unknown};
use crate::starcite::{MONDAY_OF_W49, Starcite, files, paper, papers};
use crate::tables::{TABLES, frame, manifest};
use chrono::{DateTime, Utc};
use polars::prelude::{AnyValue, DataFrame, DataType, TimeUnit, TimeZone};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/sample.toml");
const WEEK: &str = "2025-W26";

/// The sample's week, unchanged.
struct Sample {
    starcite: Starcite,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Sample {
    fn new() -> Self {
        let starcite = Starcite::new();
        starcite.end(&["run", SAMPLE]).with_code(0);
        let files = files(&starcite.week(WEEK));
        Self { starcite, files }
    }

    fn frame(&self, table: &str) -> DataFrame {
        frame(&self.starcite.week(WEEK), table)
    }

    /// Returns the report on a damaged week, and restores the week.
    #[track_caller]
    fn told(&self, damage: impl FnOnce(&Path)) -> String {
        let week = self.starcite.week(WEEK);
        damage(&week);
        let ended = self.starcite.end(&["verify", "out"]).with_code(1);
        for (name, bytes) in &self.files {
            fs::write(week.join(name), bytes).unwrap();
        }
        ended.stderr
    }

    /// Rewrites a table and asserts that only this problem is reported.
    #[track_caller]
    fn finds(&self, table: &str, line: &str, change: impl FnOnce(DataFrame) -> DataFrame) {
        let told = self.told(|week| rewrite(week, table, change));
        assert!(told.contains(&format!("{table}.parquet: {line}")) && told.contains("1 problem:"), "{line}:\n{told}");
    }

    /// Rewrites the scores of the ranking, and asserts that a problem is reported besides that the overview has others.
    #[track_caller]
    fn finds_of_scores(&self, line: &str, change: impl FnOnce(DataFrame) -> DataFrame) {
        let told = self.told(|week| rewrite(week, "rankings", change));
        assert!(
            told.contains(&format!("rankings.parquet: {line}")) && told.contains("overview says otherwise") && told.contains("2 problems:"),
            "{line}:\n{told}"
        );
    }

    #[track_caller]
    fn finds_value(&self, table: &str, column: &str, value: AnyValue<'_>, line: &str) {
        self.finds(table, line, |frame| {
            let row = known(&frame, column);
            set(frame, column, row, value)
        });
    }
}

fn micros(moment: &str) -> i64 {
    moment.parse::<DateTime<Utc>>().unwrap().timestamp_micros()
}

fn cast(mut frame: DataFrame, column: &str, to: &DataType) -> DataFrame {
    let column = frame.column(column).unwrap().cast(to).unwrap();
    frame.with_column(column).unwrap();
    frame
}

#[test]
fn tables_rewritten_without_a_change_pass() {
    let sample = Sample::new();
    TABLES.iter().for_each(|table| rewrite(&sample.starcite.week(WEEK), table, |frame| frame));
    sample.starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn a_key_that_is_doubled_or_out_of_order_is_found_in_every_table() {
    let sample = Sample::new();
    let mut tried = 0;
    for table in TABLES {
        let rows = sample.frame(table).height();
        if rows < 2 {
            continue;
        }
        tried += 1;
        let doubled = sample.told(|week| rewrite(week, table, |frame| take(&frame, (0..rows).chain([0]))));
        assert!(doubled.contains(&format!("{table}.parquet: key doubled: row {rows} (")), "{doubled}");
        if ["overview", "papers"].contains(&table) {
            continue; // sorted as the input, not by key
        }
        let swapped = sample.told(|week| rewrite(week, table, |frame| take(&frame, [1, 0].into_iter().chain(2..rows))));
        assert!(swapped.contains(&format!("{table}.parquet: key out of order: row 1 (")), "{swapped}");
    }
    assert!(tried >= 5, "{tried} tables of the sample have rows");
}

#[test]
fn what_names_something_that_is_not_there_is_found() {
    let sample = Sample::new();
    let last = sample.frame("links").height() - 1;
    let told = sample.told(|week| rewrite(week, "links", |frame| set(frame, "paper_id", last, AnyValue::String("zz:nobody"))));
    assert!(told.contains(&format!("link to no paper: row {last} (zz:nobody + ")), "{told}");
    let told = sample.told(|week| rewrite(week, "rankings", |frame| set(frame, "paper_id", 3, AnyValue::String("zz:nobody"))));
    assert!(told.contains("rankings.parquet: ranking of no link: row 3 (4): \"zz:nobody\"") && told.contains("1 problem:"), "{told}");
    sample.finds("rankings", "ranked twice: row 1 (2)", |frame| {
        let first = frame.column("paper_id").unwrap().get(0).unwrap().get_str().unwrap().to_owned();
        set(frame, "paper_id", 1, AnyValue::StringOwned(first.into()))
    });
    let cited = sample.frame("citations").height() - 1;
    sample.finds("citations", &format!("citation of no paper: row {cited} (paper + zz:nobody + "), |frame| {
        set(frame, "paper_id", cited, AnyValue::String("zz:nobody"))
    });
    sample.finds_value("links", "first_week", AnyValue::String("2025-W25"), "link of no week: row 0");
    let told = sample.told(|week| rewrite(week, "links", |frame| set(frame, "last_week", 0, AnyValue::String(WEEK))));
    assert!(told.contains("link of no week: row 0") && told.contains("ranking of no link"), "{told}");
}

#[test]
fn a_value_outside_its_list_is_found_in_every_column_that_has_one() {
    let sample = Sample::new();
    let schema = sample.starcite.end(&["schema", "--json"]).with_code(0);
    let schema: serde_json::Value = serde_json::from_str(&schema.stdout).unwrap();
    let mut tried = Vec::new();
    for table in schema["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        let texts = table["columns"].as_array().unwrap().iter().filter(|column| column["values"].is_array() && column["type"] == "text");
        for column in texts.map(|column| column["name"].as_str().unwrap()) {
            let frame = sample.frame(name);
            if frame.column(column).unwrap().null_count() == frame.height() {
                continue;
            }
            let told = sample.told(|week| {
                rewrite(week, name, |frame| {
                    let row = known(&frame, column);
                    set(frame, column, row, AnyValue::String("elsewhere"))
                });
            });
            assert!(told.contains(&format!("{column} is \"elsewhere\", which is none of ")), "{told}");
            tried.push(format!("{name}.{column}"));
        }
    }
    for wanted in [
        "links.kind",
        "links.field",
        "links.role",
        "links.role_rule",
        "links.state",
        "links.official_rule",
        "repos.state",
        "citations.direction",
        "rankings.tier",
    ] {
        assert!(tried.iter().any(|tried| tried == wanted), "{wanted} was not tried: {tried:?}");
    }
}

#[test]
fn a_number_out_of_its_range_is_found() {
    let sample = Sample::new();
    for column in ["score_link", "score_high"] {
        sample.finds_value("rankings", column, AnyValue::Float64(100.5), &format!("number out of range: row 0 (1): {column} is 100.5, which is not 0 to 100"));
    }
    sample.finds_value("rankings", "score_link", AnyValue::Float64(-1.0), "number out of range");
    sample.finds_value("rankings", "score_link", AnyValue::Float64(f64::NAN), "number out of range");
    sample.finds_value("links", "confidence", AnyValue::Float64(1.01), "number out of range");
    sample.finds_of_scores("score above its high: row 9 (10): score is 99.5, score_high 99", |frame| {
        set(set(frame, "score", 9, AnyValue::Float64(99.5)), "score_high", 9, AnyValue::Float64(99.0))
    });
    sample.finds_of_scores("score below its low: row 0 (1)", |frame| set(frame, "score", 0, AnyValue::Float64(0.0)));
    sample.finds("rankings", "rank off: row 4 (6): its place is 5", |frame| {
        let rows = frame.height();
        take(&frame, (0..rows).filter(|row| *row != 4)).slice(0, 5)
    });
}

#[test]
fn a_null_where_there_is_always_a_value_and_a_value_where_there_is_none_are_found() {
    let sample = Sample::new();
    sample.finds_of_scores("null off: row 0 (1): score is null, and its null says: never", |frame| set(frame, "score", 0, AnyValue::Null));
    sample.finds("links", "null off: row ", |frame| {
        let row = known(&frame, "state");
        set(frame, "state", row, AnyValue::Null)
    });
    sample.finds("links", "null off: row ", |frame| {
        let row = unknown(&frame, "state");
        set(frame, "state", row, AnyValue::String("live"))
    });
    sample.finds("citations", "null off: row 0 ", |frame| set(frame, "repo", 0, AnyValue::String("github.com/o/n")));
}

#[test]
fn a_span_that_is_off_by_one_byte_is_found() {
    let sample = Sample::new();
    for table in ["links", "citations"] {
        for (column, by) in [("start", 1), ("end", -1), ("end", 1)] {
            sample.finds(table, "span off: row ", |frame| {
                let row = known(&frame, column);
                let AnyValue::Int64(at) = frame.column(column).unwrap().get(row).unwrap() else { panic!("a number") };
                set(frame, column, row, AnyValue::Int64(at + by))
            });
        }
        sample.finds_value(table, "end", AnyValue::Int64(1_000_000), "span off: row ");
    }
}

#[test]
fn a_zero_in_the_place_of_what_is_unknown_is_found() {
    let sample = Sample::new();
    let told = sample.told(|week| {
        let before = manifest(week);
        let fill = |frame: DataFrame| {
            let row = unknown(&frame, "upvotes");
            set(frame, "upvotes", row, AnyValue::Int64(0))
        };
        rewrite(week, "papers", fill);
        edit_manifest(week, |manifest| manifest["tables"][1]["unknown"] = before["tables"][1]["unknown"].clone());
    });
    assert!(told.contains("papers.parquet: unknown off: upvotes is unknown in 35 rows, the manifest says 36") && told.contains("1 problem:"), "{told}");
    let row = unknown(&sample.frame("repos"), "observed_at");
    for column in ["stars", "forks", "commits"] {
        let line = format!("fact of nobody: row {row} (");
        sample.finds("repos", &line, |frame| set(frame, column, row, AnyValue::Int64(0)));
    }
    sample.finds("repos", &format!("fact of nobody: row {row} ("), |frame| set(frame, "is_archived", row, AnyValue::Boolean(false)));
    let told = sample.told(|week| rewrite(week, "repos", |frame| set(frame, "state", row, AnyValue::String("live"))));
    assert!(told.contains("state of nobody") && told.contains("coverage off"), "{told}");
}

#[test]
fn a_time_of_the_future_is_found() {
    let sample = Sample::new();
    // Observations of the week close on 7 July 2025; the clock of the tests shows November 2026.
    for column in ["observed_at", "asked_at"] {
        let future = |frame: DataFrame| {
            let row = known(&frame, "observed_at");
            set(frame, column, row, AnyValue::Datetime(micros("2025-07-07T00:00:00Z"), TimeUnit::Microseconds, Some(&TimeZone::UTC)))
        };
        sample.finds("repos", "time of the future: row ", future);
    }
    let starcite = Starcite::new();
    starcite.write_papers(&papers(1));
    starcite.write("seen.csv", "repo,date,stars\no/n0,2026-11-23T08:00:00Z,5\n");
    let pipeline = fs::read_to_string(starcite.path("pipeline.toml")).unwrap();
    starcite.write("pipeline.toml", format!("{pipeline}[[source]]\nkind = \"observations\"\npath = \"seen.csv\"\n"));
    starcite.run(&["--offline"]).with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    let of_tomorrow = |frame| set(frame, "observed_at", 0, AnyValue::Datetime(micros("2026-11-24T12:00:00Z"), TimeUnit::Microseconds, Some(&TimeZone::UTC)));
    rewrite(&starcite.week("2026-W47"), "repos", of_tomorrow);
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    assert!(ended.stderr.contains("observed_at is 2026-11-24T12:00:00+00:00"), "the week is open, but that is tomorrow: {}", ended.stderr);
}

#[test]
fn a_type_that_changed_and_a_column_that_is_missing_are_found() {
    let sample = Sample::new();
    let local = DataType::Datetime(TimeUnit::Microseconds, None);
    let berlin = DataType::Datetime(TimeUnit::Microseconds, TimeZone::opt_try_new(Some("Europe/Berlin")).unwrap());
    let millis = DataType::Datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC));
    for to in [&local, &berlin, &millis] {
        sample.finds("repos", "type changed: observed_at is Timestamp(", |frame| cast(frame, "observed_at", to));
    }
    sample.finds("papers", "type changed: upvotes is Int32, the schema says int64", |frame| cast(frame, "upvotes", &DataType::Int32));
    sample.finds("papers", "type changed: year is text, the schema says int64", |frame| cast(frame, "year", &DataType::String));
    for (table, column) in [("repos", "stars"), ("links", "state"), ("links", "target"), ("papers", "paper_id"), ("rankings", "score")] {
        sample.finds(table, &format!("column missing: {column}"), |frame| frame.drop(column).unwrap());
    }
    sample.finds("papers", "column extra: mine is not in the schema", |mut frame| {
        let mut mine = frame.column("year").unwrap().clone();
        mine.rename("mine".into());
        frame.with_column(mine).unwrap();
        frame
    });
    sample.finds("papers", "columns out of order", |frame| {
        let mut names: Vec<String> = frame.get_column_names().iter().map(|name| name.to_string()).collect();
        names.swap(3, 4);
        frame.select(names).unwrap()
    });
}

#[test]
fn a_file_of_another_run_or_week_or_schema_is_found() {
    let sample = Sample::new();
    for (key, value) in [("starcite.schema_version", "1"), ("starcite.pipeline_hash", "00"), ("starcite.week", "2025-W25")] {
        let say = |found: &str, old: &str| if found == key { value.to_owned() } else { old.to_owned() };
        let told = sample.told(|week| rewrite_saying(week, "stars", |frame| frame, say));
        assert!(told.contains(&format!("stars.parquet: of another run: {key} is {value} in the file")) && told.contains("1 problem:"), "{told}");
    }
    sample.finds("links", "of another week: row 7 (", |frame| set(frame, "iso_week", 7, AnyValue::String("2025-W25")));
}

#[test]
fn of_many_alike_the_first_are_told_and_the_others_counted() {
    let sample = Sample::new();
    let told = sample.told(|week| {
        rewrite(week, "links", |frame| {
            let rows = 0..frame.height();
            rows.fold(frame, |frame, row| set(frame, "role", row, AnyValue::String("mine")))
        });
        rewrite(week, "rankings", |frame| set(frame, "score", 0, AnyValue::Float64(0.0)));
    });
    assert_eq!(told.matches("role is \"mine\"").count(), 20, "{told}");
    assert!(told.contains("links.parquet: value outside its list: … and 53 more") && told.contains("score below its low"), "{told}");
    assert!(told.contains("75 problems:"), "{told}");
}

/// Creates two weeks, the first of which was run again and lacks a paper that its earlier run brought.
fn a_week_run_again() -> Starcite {
    let mut starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    starcite.run(&["--offline"]).with_code(0);
    starcite.write_papers(&papers(2));
    starcite.run(&["--offline"]).with_code(0);
    starcite.write_papers(&[papers(2), vec![paper("u:new", &["o/new"])]].concat());
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    starcite
}

#[test]
fn a_link_of_an_earlier_week_to_no_paper_is_found() {
    let starcite = a_week_run_again();
    let week = starcite.week("2026-W48");
    assert_eq!(manifest(&starcite.week("2026-W47"))["papers_of_earlier_runs"], json!(1));
    let links = frame(&week, "links");
    rewrite(&week, "links", |frame| set(frame, "paper_id", 1, AnyValue::String("t:1b")));
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    let line = "links.parquet: papers absent: 2 papers are in papers of 2026-W47 no more, by the manifests 1 may be";
    assert!(ended.stderr.contains(line), "t:1b besides t:2: {}", ended.stderr);
    rewrite(&week, "links", |_| links);
    starcite.end(&["verify", "out"]).with_code(0);
    rewrite(&week, "links", |frame| set(frame, "paper_id", 3, AnyValue::String("u:nobody")));
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    assert!(ended.stderr.contains("link to no paper: row 3 (u:nobody + "), "{}", ended.stderr);
}
