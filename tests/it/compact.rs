//! One table of the newest version of every paper, over all finished weeks.

use crate::starcite::{Starcite, files};
use crate::tables::{TABLES, column, frame, manifest, rows};
use polars::prelude::{ParquetReader, SerReader};
use proptest::prelude::{Just, Strategy, any, proptest};
use proptest::test_runner::Config;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{self, File};

const WEEKS: [&str; 4] = ["2026-W09", "2026-W10", "2026-W11", "2026-W12"];

/// Returns a paper whose text is a number.
fn version(id: usize, text: u8) -> Value {
    json!({"id": format!("t:{id}"), "title": "T", "abstract": format!("Version {text}."), "authors": ["A. Author"]})
}

/// Runs weeks of papers: the number of each one's text, or `None` if the input lacks the paper.
fn weeks_of(versions: &[Vec<(usize, Option<u8>)>]) -> Starcite {
    let starcite = Starcite::new();
    for (week, papers) in WEEKS.iter().zip(versions) {
        let papers: Vec<Value> = papers.iter().filter_map(|(id, text)| text.map(|text| version(*id, text))).collect();
        starcite.write_papers(&papers);
        starcite.run(&["--offline", "--week", week]).with_code(0);
    }
    starcite
}

fn two_weeks() -> Starcite {
    weeks_of(&[vec![(1, Some(1)), (2, Some(1)), (3, Some(1))], vec![(1, Some(1)), (4, Some(1)), (2, Some(2))]])
}

/// Returns paper, week and text of each row.
fn compacted(starcite: &Starcite) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows(&starcite.path("out"), "papers").iter().map(|row| (text(&row["paper_id"]), text(&row["iso_week"]), text(&row["abstract"]))).collect()
}

#[test]
fn the_newest_version_of_every_paper_stands_alone_the_newest_week_first() {
    let starcite = two_weeks();
    let ended = starcite.end(&["compact"]).with_code(0);
    let row = |id: &str, week: &str, text: u8| (id.to_owned(), week.to_owned(), format!("Version {text}."));
    assert_eq!(compacted(&starcite), [row("t:4", WEEKS[1], 1), row("t:2", WEEKS[1], 2), row("t:1", WEEKS[0], 1), row("t:3", WEEKS[0], 1)]);
    let line = |table: &str| format!("out/{table}.parquet: the newest version of 4 papers of 2 weeks, 2026-W09 to 2026-W10; 1 older version left out\n");
    assert_eq!(ended.stdout, line("papers") + &line("overview"));
    assert!(ended.stderr.is_empty(), "{}", ended.stderr);
}

#[test]
fn columns_and_types_are_those_of_papers_and_the_file_names_its_weeks() {
    let starcite = two_weeks();
    starcite.end(&["compact", "--output", "papers.parquet"]).with_code(0);
    assert_eq!(frame(&starcite.path(""), "papers").schema(), frame(&starcite.week(WEEKS[0]), "papers").schema());
    let written = |path: &str| {
        let metadata = ParquetReader::new(File::open(starcite.path(path)).unwrap()).get_metadata().unwrap().clone();
        let pairs = metadata.key_value_metadata().clone().unwrap();
        (pairs.into_iter().map(|pair| (pair.key, pair.value.unwrap())).collect::<BTreeMap<_, _>>(), format!("{:?}", metadata.schema_descr.fields()))
    };
    let ((of_all, columns), (of_week, of_week_columns)) = (written("papers.parquet"), written(&format!("out/week={}/papers.parquet", WEEKS[0])));
    assert_eq!((&of_all["ARROW:schema"], columns), (&of_week["ARROW:schema"], of_week_columns));
    assert_eq!(of_all["starcite.schema_version"], "6");
    let runs: Value = serde_json::from_str(&of_all["starcite.weeks"]).unwrap();
    let run_id = |week: &str| manifest(&starcite.week(week))["run_id"].clone();
    assert_eq!(runs, json!({WEEKS[0]: run_id(WEEKS[0]), WEEKS[1]: run_id(WEEKS[1])}));
}

#[test]
fn the_same_weeks_give_the_same_bytes_whatever_the_threads() {
    let starcite = two_weeks();
    let written = |threads| {
        starcite.end(&["compact", "--threads", threads]).with_code(0);
        fs::read(starcite.path("out/papers.parquet")).unwrap()
    };
    assert!(written("1") == written("4"));
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn a_week_of_many_row_groups_comes_through_whole() {
    let count = 40_000;
    let starcite = weeks_of(&[(0..count).map(|id| (id, Some(1))).collect(), (0..count).step_by(3).map(|id| (id, Some(2))).collect()]);
    starcite.end(&["compact"]).with_code(0);
    let found = column(&starcite.path("out"), "papers", "paper_id");
    let id = |at: usize| format!("t:{at}");
    assert!(found.iter().cloned().eq((0..count).step_by(3).chain((0..count).filter(|at| at % 3 != 0)).map(id)));
}

proptest! {
    #![proptest_config(Config { cases: 6, max_shrink_iters: 20, failure_persistence: None, ..Config::default() })]

    /// The model: a paper's row is from the last week in which its text changed.
    #[test]
    fn any_versions_over_weeks_come_to_what_a_map_says(
        versions in proptest::collection::vec(proptest::collection::vec(proptest::option::of(0..3_u8), 7), 4),
        order in any::<[u8; 4]>().prop_flat_map(|seeds| seeds.map(|_| Just((0..7).collect::<Vec<usize>>()).prop_shuffle())),
    ) {
        let input: Vec<Vec<(usize, Option<u8>)>> =
            versions.iter().zip(&order).map(|(texts, order)| order.iter().map(|id| (*id, texts[*id])).collect()).collect();
        let mut newest: BTreeMap<usize, (usize, usize, u8)> = BTreeMap::new();
        for (week, papers) in input.iter().enumerate() {
            for (place, (id, text)) in papers.iter().enumerate() {
                if let Some(text) = text && newest.get(id).is_none_or(|(_, _, before)| before != text) {
                    newest.insert(*id, (week, place, *text));
                }
            }
        }
        let mut expected: Vec<_> = newest.into_iter().map(|(id, (week, place, text))| (std::cmp::Reverse(week), place, id, text)).collect();
        expected.sort();
        let starcite = weeks_of(&input);
        starcite.end(&["compact"]).with_code(0);
        let expected: Vec<_> = expected.into_iter().map(|(week, _, id, text)| (format!("t:{id}"), WEEKS[week.0].to_owned(), format!("Version {text}."))).collect();
        assert_eq!(compacted(&starcite), expected);
    }
}

#[test]
fn a_week_without_papers_is_told_and_the_others_are_read() {
    let starcite = two_weeks();
    let pipeline = fs::read_to_string(starcite.path("pipeline.toml")).unwrap();
    starcite.write("pipeline.toml", format!("tables = [\"links\"]\n{pipeline}"));
    starcite.run(&["--offline", "--week", WEEKS[1]]).with_code(0);
    let ended = starcite.end(&["compact"]).with_code(0);
    assert!(ended.line().contains(WEEKS[1]) && ended.line().contains("no table papers"), "{}", ended.stderr);
    assert_eq!(column(&starcite.path("out"), "papers", "paper_id"), ["t:1", "t:2", "t:3"]);
    fs::remove_dir_all(starcite.week(WEEKS[0])).unwrap();
    let ended = starcite.end(&["compact"]).with_code(1);
    assert!(ended.line().contains("pipeline's tables"), "{}", ended.stderr);
}

#[test]
fn what_is_no_finished_week_is_refused_and_the_table_stays_as_it_was() {
    let starcite = two_weeks();
    starcite.end(&["compact"]).with_code(0);
    let whole = files(&starcite.path("out"));
    let week = format!("out/week={}", WEEKS[0]);
    let manifest = fs::read_to_string(starcite.path(&format!("{week}/manifest.json"))).unwrap();
    let papers = fs::read(starcite.path(&format!("{week}/papers.parquet"))).unwrap();
    let mut flipped = papers.clone();
    flipped[papers.len() / 2] ^= 1;
    let cases: [(&str, &str, Vec<u8>, &str); 5] = [
        ("a newer program's", "manifest.json", manifest.replace("\"schema_version\": 6", "\"schema_version\": 7").into(), "use the newer starcite"),
        ("an older program's", "manifest.json", manifest.replace("\"schema_version\": 6", "\"schema_version\": 2").into(), "run that week again"),
        ("another week's", "manifest.json", manifest.replace(WEEKS[0], "2026-W08").into(), "rename the folder"),
        ("a flipped byte", "papers.parquet", flipped, "run 2026-W09 again"),
        ("half a file", "papers.parquet", papers[..papers.len() / 2].to_vec(), "run 2026-W09 again"),
    ];
    for (name, file, bytes, step) in cases {
        let path = starcite.path(&format!("{week}/{file}"));
        let intact = fs::read(&path).unwrap();
        fs::write(&path, bytes).unwrap();
        let ended = starcite.end(&["compact"]).with_code(1);
        assert!(ended.line().contains(WEEKS[0]) && ended.line().contains(step), "{name}: {}", ended.stderr);
        fs::write(&path, intact).unwrap();
        assert!(files(&starcite.path("out")) == whole, "{name}: something changed");
    }
}

#[test]
fn a_folder_without_a_manifest_is_left_out_with_a_word() {
    let starcite = two_weeks();
    fs::remove_file(starcite.path(&format!("out/week={}/manifest.json", WEEKS[0]))).unwrap();
    let ended = starcite.end(&["compact"]).with_code(0);
    assert!(ended.line().contains(&format!("out/week={} is not a finished week and is left out", WEEKS[0])), "{}", ended.stderr);
}

#[test]
fn a_file_appears_nowhere_else_than_in_a_place_of_its_own() {
    let starcite = two_weeks();
    let inside = format!("out/week={}/papers.parquet", WEEKS[0]);
    for (output, why) in [(inside.as_str(), "finished week"), ("/dev/null", "no file"), ("out", "no file"), ("nowhere/papers.parquet", "check the folder")] {
        let ended = starcite.end(&["compact", "--output", output]).with_code(1);
        assert!(ended.line().contains(why), "{output}: {}", ended.stderr);
    }
    starcite.end(&["verify", "out"]).with_code(0);
    assert_eq!(TABLES.len() + 1, fs::read_dir(starcite.week(WEEKS[0])).unwrap().count());
}

#[test]
fn without_weeks_there_is_nothing_to_compact() {
    let starcite = Starcite::new();
    let ended = starcite.end(&["compact"]).with_code(1);
    assert!(ended.line().contains("out"), "{}", ended.stderr);
    fs::create_dir(starcite.path("out")).unwrap();
    let ended = starcite.end(&["compact"]).with_code(1);
    assert!(ended.line().contains("no week"), "{}", ended.stderr);
}
