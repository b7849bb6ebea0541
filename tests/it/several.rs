//! Several sources at once: one row for a paper, named by all of them, and the conflicts between them.

use crate::damage::{rewrite, set};
use crate::hf_live::entry;
use crate::starcite::{MONDAY_OF_W49, Starcite, files, paper};
use crate::tables::{column, manifest, rows, shown};
use polars::prelude::AnyValue;
use serde_json::{Value, json};

const WEEK: &str = "2026-W47";

/// Creates a folder with a pipeline of these sources, each with its files.
fn of(sources: &[(&str, &[&[Value]])]) -> Starcite {
    let starcite = Starcite::new();
    let mut pipeline = "name = \"test\"\n".to_owned();
    for (at, (kind, files)) in sources.iter().enumerate() {
        for (number, records) in files.iter().enumerate() {
            starcite.write(&format!("{at}/{number}.jsonl"), records.iter().map(|record| format!("{record}\n")).collect::<String>());
        }
        pipeline += &format!("[[source]]\nkind = \"{kind}\"\npath = \"{at}\"\n");
    }
    starcite.write("pipeline.toml", pipeline);
    starcite
}

fn run(sources: &[(&str, &[&[Value]])]) -> Starcite {
    let starcite = of(sources);
    starcite.run(&["--offline"]).with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    starcite
}

/// Returns some columns of a table, row by row.
fn told<const N: usize>(starcite: &Starcite, table: &str, names: [&str; N]) -> Vec<[String; N]> {
    rows(&starcite.week(WEEK), table).iter().map(|row| names.map(|name| shown(&row[name]))).collect()
}

fn arxiv(id: &str, title: &str, created: &str) -> Value {
    json!({"id": id, "title": title, "authors_parsed": [["M\\\"uller", "J.", ""]], "versions": [{"created": created}]})
}

fn work(doi: &str, title: &str, year: i32) -> Value {
    json!({"DOI": doi, "title": [title], "issued": {"date-parts": [[year]]}})
}

fn openalex(number: u32, arxiv: Option<&str>, doi: Option<&str>) -> Value {
    let location = arxiv.map(|id| json!({"landing_page_url": format!("http://arxiv.org/abs/{id}")}));
    json!({"id": format!("https://openalex.org/W{number}"), "doi": doi.map(|doi| format!("https://doi.org/{doi}")), "title": "One", "locations": Vec::from_iter(location)})
}

#[test]
fn a_paper_is_one_row_that_names_all_its_sources() {
    let starcite = run(&[
        ("arxiv-snapshot", &[&[arxiv("2601.00001", "On {Schr\\\"odinger}'s\n  cat", "Mon, 5 Jan 2026 00:00:00 GMT")]]),
        ("openalex", &[&[openalex(1, Some("2601.00001"), Some("10.1000/a"))]]),
        ("crossref", &[&[work("10.1000/A", "On Schrodinger's Cat", 2026)]]),
    ]);
    let rows = told(&starcite, "papers", ["paper_id", "title", "title_original", "authors", "authors_original", "doi", "sources"]);
    let expected = [
        "arxiv:2601.00001",
        "On Schrödinger's cat",
        "On {Schr\\\"odinger}'s\n  cat",
        "[\"J. Müller\"]",
        "[\"J. M\\\\\\\"uller\"]",
        "10.1000/a",
        "[\"arxiv-snapshot\",\"openalex\",\"crossref\"]",
    ];
    assert_eq!(rows, [expected]);
    let found = told(&starcite, "conflicts", ["field", "other", "other_source", "reason"]);
    assert_eq!(found, [["title", "One", "openalex", "titles_differ"]]);
}

#[test]
fn what_sources_disagree_about_is_told_with_both_values() {
    let starcite = run(&[
        ("arxiv-snapshot", &[&[arxiv("2601.00001", "One", "Tue, 1 Jan 2019 00:00:00 GMT")]]),
        ("openalex", &[&[openalex(1, Some("2601.00001"), Some("10.1000/a"))]]),
        ("crossref", &[&[work("10.1000/a", "One: and More", 2021), work("10.1000/b", "Alone", 2021)]]),
    ]);
    let found = told(&starcite, "conflicts", ["paper_id", "field", "kept", "kept_source", "other", "other_source", "reason", "iso_week"]);
    let row = |field, kept, other, reason| ["arxiv:2601.00001", field, kept, "arxiv-snapshot", other, "crossref", reason, WEEK];
    assert_eq!(found, [row("title", "One", "One: and More", "title_continues"), row("year", "2019", "2021", "dates_a_year_apart")]);
    let ended = starcite.run(&["--offline"]).with_code(0);
    assert!(ended.stdout.contains("  conflicts          2   between sources: 1 title, 1 year\n"), "{}", ended.stdout);
}

#[test]
fn records_of_one_paper_are_one_row_in_any_order() {
    let records = [openalex(1, Some("2601.00001"), None), openalex(2, None, Some("10.1000/a")), openalex(3, Some("2601.00001"), Some("10.1000/a"))];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let [one, two, three] = order.map(|at| [records[at].clone()]);
        let starcite = run(&[("openalex", &[&one, &two, &three]), ("crossref", &[&[work("10.1000/a", "One", 2026)]])]);
        let rows = told(&starcite, "papers", ["paper_id", "arxiv_id", "doi", "sources"]);
        assert_eq!(rows, [["arxiv:2601.00001", "2601.00001", "10.1000/a", "[\"openalex\",\"crossref\"]"]], "{order:?}");
    }
}

#[test]
fn the_source_named_first_wins_whenever_its_records_were_joined() {
    let titled = |number, arxiv, doi, title: Option<&str>| {
        let mut work = openalex(number, arxiv, doi);
        work["title"] = json!(title);
        work
    };
    let starcite = run(&[
        ("openalex", &[&[titled(1, Some("2601.00001"), None, None), titled(2, None, Some("10.1000/a"), Some("Of the first"))]]),
        ("arxiv-snapshot", &[&[json!({"id": "2601.00001", "title": "Of the second", "doi": "10.1000/a"})]]),
    ]);
    assert_eq!(told(&starcite, "papers", ["paper_id", "title"]), [["arxiv:2601.00001", "Of the first"]]);
    assert_eq!(told(&starcite, "conflicts", ["kept_source", "other"]), [["openalex", "Of the second"]]);
}

#[test]
fn an_id_of_your_own_stays_as_it_stands() {
    let own = json!({"id": "2601.00001", "title": "One", "doi": "10.1000/a"});
    let starcite = run(&[("jsonl", &[&[own]]), ("crossref", &[&[work("10.1000/a", "One", 2026)]])]);
    assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id"), ["2601.00001"]);
}

#[test]
fn a_second_run_writes_the_same_bytes_and_a_paper_of_another_week_has_no_conflicts() {
    let sources: &[(&str, &[&[Value]])] = &[
        ("arxiv-snapshot", &[&[arxiv("2601.00001", "One", "Tue, 1 Jan 2019 00:00:00 GMT"), arxiv("2601.00002", "Two", "Tue, 1 Jan 2019 00:00:00 GMT")]]),
        ("openalex", &[&[openalex(1, Some("2601.00002"), Some("10.1000/a")), openalex(2, Some("2601.00001"), Some("10.1000/b"))]]),
        ("crossref", &[&[work("10.1000/a", "Two", 2026), work("10.1000/b", "Three", 2026)]]),
    ];
    let mut starcite = run(sources);
    let first = files(&starcite.week(WEEK));
    assert_eq!(told(&starcite, "conflicts", ["paper_id", "field"]).len(), 4);
    starcite.run(&["--offline", "--threads", "1"]).with_code(0);
    assert!(first == files(&starcite.week(WEEK)));
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    assert_eq!(rows(&starcite.week("2026-W48"), "conflicts").len(), 0);
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn a_conflict_of_no_paper_is_found() {
    let starcite =
        run(&[("arxiv-snapshot", &[&[json!({"id": "2601.00001", "title": "One", "doi": "10.1000/a"})]]), ("crossref", &[&[work("10.1000/a", "Two", 2026)]])]);
    rewrite(&starcite.week(WEEK), "conflicts", |frame| set(frame, "paper_id", 0, AnyValue::String("zz:nobody")));
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    assert!(ended.stderr.contains("conflicts.parquet: conflict of no paper: row 0 (zz:nobody + title + "), "{}", ended.stderr);
}

#[test]
fn titles_are_in_one_form_from_any_source_and_spans_count_in_it() {
    let starcite = Starcite::new();
    let own = json!({"id": "t:1", "title": "{Caf\\'e}: Code at https://github.com/o/my\\_repo &amp; more", "authors": ["van der Berg, Jr., A.", "ATLAS Collaboration, CERN"]});
    starcite.write_papers(&[own]);
    starcite.run(&["--offline"]).with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    let week = starcite.week(WEEK);
    assert_eq!(column(&week, "papers", "title"), ["Café: Code at https://github.com/o/my\\_repo & more"]);
    assert_eq!(column(&week, "papers", "authors"), ["[\"A. van der Berg Jr.\",\"ATLAS Collaboration, CERN\"]"]);
    let links = rows(&week, "links");
    assert_eq!(["repo", "field", "start"].map(|name| shown(&links[0][name])), ["github.com/o/my_repo", "title", "15"]);
    let filtered = starcite.end(&["extract", "papers.jsonl"]).with_code(0).rows();
    assert_eq!(filtered[0]["start"], 15);
}

#[test]
fn a_week_whose_papers_point_to_nothing_is_the_same_when_it_is_run_again() {
    let starcite = Starcite::new();
    starcite.write_papers(&[paper("t:1", &[])]);
    starcite.run(&["--offline"]).with_code(0);
    let first = files(&starcite.week(WEEK));
    assert_eq!(manifest(&starcite.week(WEEK))["built_on"], json!([]));
    for _ in 0..2 {
        starcite.run(&["--offline"]).with_code(0);
        assert!(first == files(&starcite.week(WEEK)));
    }
}

#[test]
fn a_daily_paper_has_the_categories_that_another_source_of_the_run_names() {
    let arxiv = json!({"id": "2611.11180", "title": "Paper 0 of 2026-11-18", "categories": "cs.CL cs.LG"});
    let starcite = run(&[("hf-daily", &[&[entry("2026-11-18", 0), entry("2026-11-18", 1)]]), ("arxiv-snapshot", &[&[arxiv]])]);
    let found = told(&starcite, "papers", ["arxiv_id", "sources", "categories", "upvotes"]);
    let (both, alone) = (["2611.11180", "[\"hf-daily\",\"arxiv-snapshot\"]", "[\"cs.CL\",\"cs.LG\"]", "3"], ["2611.11181", "[\"hf-daily\"]", "null", "3"]);
    assert_eq!(found, [both, alone]);
}

#[test]
fn a_daily_paper_has_the_categories_that_an_earlier_week_knows() {
    let starcite = of(&[
        (
            "jsonl",
            &[&[json!({"id": "2611.11250", "title": "A", "categories": ["cs.CL"]}), json!({"id": "2611.11251", "title": "B", "categories": ["Databases"]})]],
        ),
        ("hf-daily", &[&[entry("2026-11-25", 0), entry("2026-11-25", 1), entry("2026-11-25", 2)]]),
    ]);
    let run = |week: &str| _ = starcite.run(&["--offline", "--week", week]).with_code(0);
    let categories = |week: &str| column(&starcite.week(week), "papers", "categories");
    run("2026-W46");
    assert_eq!(categories("2026-W46"), ["[\"cs.CL\"]", "[\"Databases\"]"]);
    starcite.write("0/0.jsonl", "");
    run("2026-W48");
    assert_eq!(column(&starcite.week("2026-W48"), "papers", "arxiv_id"), ["2611.11250", "2611.11251", "2611.11252"]);
    assert_eq!(categories("2026-W48"), ["[\"cs.CL\"]", "null", "null"], "codes that are not arXiv's are not taken");
    assert_eq!(column(&starcite.week("2026-W48"), "overview", "categories"), categories("2026-W48"));
    let first = files(&starcite.week("2026-W48")).into_iter().filter(|(name, _)| !name.ends_with("manifest.json")).collect::<Vec<_>>();
    run("2026-W48");
    assert_eq!(files(&starcite.week("2026-W48")).into_iter().filter(|(name, _)| !name.ends_with("manifest.json")).collect::<Vec<_>>(), first);
    starcite.end(&["verify", "out"]).with_code(0);
    // A rebuilt state knows these papers by their rows: with the categories that these have.
    std::fs::remove_file(starcite.path("out/state.db")).unwrap();
    starcite.run(&["--offline", "--week", "2026-W48", "--rebuild-state"]).with_code(0);
    assert_eq!(categories("2026-W48"), ["[\"cs.CL\"]", "null", "null"]);
}
