//! `starcite extract`: papers in, links out.

use crate::starcite::{Starcite, papers};
use crate::tables::{column, frame};
use serde_json::{Value, json};

const PAPERS: &str = r#"{"id": "t:1", "title": "Ünïcode", "abstract": "Ünsere Code: https://github.com/o/a and https://example.org/demo."}
{"id": "t:2", "title": "None"}
{"id": "t:3", "title": "Field", "githubRepo": "https://github.com/o/b", "abstract": "As in arXiv:2004.11967."}
"#;

#[test]
fn links_come_out_as_rows_with_the_columns_of_the_table() {
    let starcite = Starcite::new();
    let ended = starcite.filter(&["extract"], PAPERS).with_code(0);
    assert_eq!(ended.stderr, "");
    let schema = starcite.end(&["schema", "links", "--json"]).with_code(0);
    let schema: Value = serde_json::from_str(&schema.stdout).unwrap();
    let columns: Vec<&str> = schema["tables"][0]["columns"].as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap()).collect();
    for row in ended.rows() {
        assert!(row.as_object().unwrap().keys().all(|name| columns.contains(&name.as_str())), "{row}");
    }
    let first = &ended.rows()[0];
    assert_eq!((&first["paper_id"], &first["kind"], &first["repo"]), (&json!("t:1"), &json!("repo"), &json!("github.com/o/a")));
    assert!(!starcite.path("out").exists(), "a filter keeps nothing");
}

#[test]
fn fields_are_printed_alone_in_the_order_in_which_they_were_named() {
    let starcite = Starcite::new();
    let fields = ["extract", "--fields", "repo,kind,paper_id"];
    let ended = starcite.filter(&fields, PAPERS).with_code(0);
    assert_eq!(ended.stdout.lines().next(), Some(r#"{"repo":"github.com/o/a","kind":"repo","paper_id":"t:1"}"#));
    let ended = starcite.filter(&[&fields[..], &["--format", "csv"]].concat(), PAPERS).with_code(0);
    assert_eq!(ended.stdout.lines().take(2).collect::<Vec<_>>(), ["repo,kind,paper_id", "github.com/o/a,repo,t:1"]);
    starcite.filter(&[&fields[..], &["--output", "links.parquet"]].concat(), PAPERS).with_code(0);
    let frame = frame(starcite.path("").as_path(), "links");
    assert_eq!(frame.get_column_names(), ["repo", "kind", "paper_id"]);
    assert_eq!(frame.height(), ended.stdout.lines().count() - 1);
}

#[test]
fn a_span_counts_bytes_and_a_whole_field_has_none() {
    let starcite = Starcite::new();
    let rows = starcite.filter(&["extract", "--kinds", "repo"], PAPERS).with_code(0).rows();
    assert_eq!(rows.len(), 2);
    let (start, end) = (rows[0]["start"].as_u64().unwrap() as usize, rows[0]["end"].as_u64().unwrap() as usize);
    let paper: Value = serde_json::from_str(PAPERS.lines().next().unwrap()).unwrap();
    assert_eq!(&paper["abstract"].as_str().unwrap()[start..end], rows[0]["raw"].as_str().unwrap());
    assert_eq!((&rows[1]["start"], &rows[1]["end"], &rows[1]["repo"]), (&Value::Null, &Value::Null, &json!("github.com/o/b")));
}

#[test]
fn citations_come_out_instead_of_links() {
    let starcite = Starcite::new();
    let rows = starcite.filter(&["extract", "--citations"], PAPERS).with_code(0).rows();
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0]["paper_id"], &rows[0]["cited"], &rows[0]["field"]), (&json!("t:3"), &json!("arxiv:2004.11967"), &json!("abstract")));
}

#[test]
fn the_same_rows_come_as_csv_and_parquet() {
    let starcite = Starcite::new();
    let csv = starcite.filter(&["extract", "--format", "csv"], PAPERS).with_code(0).stdout;
    assert!(csv.starts_with("paper_id,kind,target,"), "{csv}");
    let links = csv.lines().count() - 1;
    starcite.filter(&["extract", "--format", "parquet", "--output", "links.parquet"], PAPERS).with_code(0);
    assert_eq!(frame(starcite.path("").as_path(), "links").height(), links);
    assert_eq!(column(starcite.path("").as_path(), "links", "paper_id").first().unwrap(), "t:1");
}

#[test]
fn a_bad_record_is_told_and_the_others_come_out() {
    let starcite = Starcite::new();
    let ended = starcite.filter(&["extract"], &format!("nonsense\n{PAPERS}")).with_code(3);
    assert!(ended.line().contains("record 1 at byte 0: invalid JSON"), "{}", ended.stderr);
    assert_eq!(ended.stdout, starcite.filter(&["extract"], PAPERS).stdout);
}

#[test]
fn an_output_file_appears_only_when_it_is_whole() {
    let starcite = Starcite::new();
    starcite.write("links.jsonl", "of yesterday");
    starcite.end(&["extract", "missing.jsonl", "--output", "links.jsonl"]).with_code(1);
    assert_eq!(std::fs::read_to_string(starcite.path("links.jsonl")).unwrap(), "of yesterday");
    starcite.filter(&["extract", "--output", "links.jsonl"], PAPERS).with_code(0);
    assert_eq!(std::fs::read_to_string(starcite.path("links.jsonl")).unwrap(), starcite.filter(&["extract"], PAPERS).stdout);
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let starcite = Starcite::new();
    let many: String = (0..20_000).map(|at| format!("{{\"id\": \"t:{at}\", \"abstract\": \"See https://github.com/o/n{at}\"}}\n")).collect();
    starcite.write("many.jsonl", many);
    let mut child = starcite.start(&["extract", "many.jsonl"]);
    drop(child.stdout.take());
    crate::starcite::ended(child).with_code(0);
}

#[test]
fn an_input_is_not_the_output_as_well() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(1));
    let before = std::fs::read(starcite.path("papers.jsonl")).unwrap();
    let ended = starcite.end(&["extract", "papers.jsonl", "--output", "papers.jsonl"]).with_code(1);
    assert!(ended.stderr.contains("is an input as well"), "{}", ended.stderr);
    assert_eq!(std::fs::read(starcite.path("papers.jsonl")).unwrap(), before);
}
