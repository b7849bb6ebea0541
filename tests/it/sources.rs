//! Sources of papers: what their records become, and the pages that say so. The records are made up.

use crate::shared_data::shared;
use crate::starcite::Starcite;
use crate::tables::{column, rows, shown};
use serde_json::{Map, Value};
use std::fs;
use std::path::Path;

const WEEK: &str = "2026-W47";

type Row = Map<String, Value>;

#[test]
fn the_pages_of_the_sources_are_those_of_the_rows() {
    let printed = Starcite::new().end(&["schema", "--sources"]).with_code(0).stdout;
    let kept = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/SOURCES.md")).unwrap_or_default();
    assert!(printed == kept, "docs/SOURCES.md is not what the rows say: cargo run -- schema --sources > docs/SOURCES.md");
}

/// A run over one input, offline: it is a week's papers, and the week is sound.
fn run(kind: &str, input: impl AsRef<[u8]>, code: i32) -> Starcite {
    let starcite = Starcite::new();
    starcite.write("input", input);
    starcite.write_pipeline(kind, "path = \"input\"");
    starcite.run(&["--offline"]).with_code(code);
    starcite.end(&["verify", "out"]).with_code(0);
    starcite
}

fn papers(starcite: &Starcite) -> Vec<Row> {
    rows(&starcite.week(WEEK), "papers")
}

fn rejects(starcite: &Starcite) -> Vec<String> {
    column(&starcite.week(WEEK), "rejects", "reason")
}

/// A run over real records, where they are: the papers, and how many records were rejected.
fn real(kind: &str, file: &str) -> Option<(Vec<Row>, usize)> {
    let file = shared(&format!("data/sources/{file}"))?;
    let starcite = Starcite::new();
    starcite.write_pipeline(kind, &format!("path = {file:?}"));
    starcite.run(&["--offline"]);
    starcite.end(&["verify", "out"]).with_code(0);
    Some((papers(&starcite), rejects(&starcite).len()))
}

const WORKS: [&str; 2] = [
    r#"{"id": "https://openalex.org/W1", "doi": "https://doi.org/10.48550/arxiv.2601.00001", "title": "One", "cited_by_count": 5,
        "updated_date": "2026-11-20T01:02:03.000004", "abstract_inverted_index": {"Code:": [0], "https://github.com/o/n": [1]}}"#,
    r#"{"id": "https://openalex.org/W2", "title": "Two", "cited_by_count": 0, "updated_date": "2026-12-24T00:00:00"}"#,
];

fn lines(records: &[&str]) -> String {
    records.iter().map(|record| format!("{}\n", record.replace('\n', " "))).collect()
}

#[test]
fn works_are_the_same_papers_as_lines_and_as_pages() {
    let of_lines = run("openalex", lines(&WORKS), 0);
    let page = |works: &[&str]| format!("{{\"meta\": {{\"count\": 2, \"next_cursor\": \"x\"}}, \"results\": [{}], \"group_by\": []}}\n", works.join(", "));
    let of_pages = run("openalex", page(&WORKS[..1]) + &page(&WORKS[1..]) + &page(&[]), 0);
    assert_eq!(papers(&of_lines), papers(&of_pages));
    assert_eq!(column(&of_pages.week(WEEK), "papers", "paper_id"), ["arxiv:2601.00001", "openalex:W2"]);
    assert_eq!(column(&of_pages.week(WEEK), "links", "repo"), ["github.com/o/n"]);
}

#[test]
fn a_count_of_citations_is_dated_and_one_that_came_too_late_is_unknown() {
    let papers = papers(&run("openalex", lines(&WORKS), 0));
    let told = |paper: &Row| ["cited_by_count", "cited_by_source", "cited_by_at"].map(|name| shown(&paper[name]));
    assert_eq!(told(&papers[0])[..2], ["5", "openalex"]);
    assert!(told(&papers[0])[2].starts_with("2026-11-20"), "{papers:?}");
    assert_eq!(told(&papers[1]), ["null", "null", "null"], "it was counted after the week's observations had closed");
}

#[test]
fn a_reply_that_is_an_error_is_one_reject() {
    let error = "{\n \"error\": \"Invalid query parameters error.\",\n \"message\": \"no such field\"\n}";
    let found = rejects(&run("openalex", error, 3));
    assert_eq!(found, ["a page without \"results\""]);
}

#[test]
fn real_works_become_papers() {
    let Some((papers, rejected)) = real("openalex", "openalex_works.jsonl") else { return };
    assert_eq!((papers.len(), rejected), (60, 0));
    let arxiv = papers.iter().filter(|paper| !paper["arxiv_id"].is_null()).count();
    let unknown = papers.iter().filter(|paper| paper["abstract"].is_null()).count();
    assert_eq!((arxiv, unknown), (7, 24));
    let (papers, rejected) = real("openalex", "openalex_page.json").unwrap();
    assert_eq!((papers.len(), rejected), (5, 0));
}
