//! The source `links`: what an engine found in papers' texts gives the tables that the texts give, and nothing of it is trusted. The papers are made up.

use crate::github::{Fate, all_live, reply};
use crate::server::{Server, say};
use crate::starcite::{MONDAY_OF_W49, Starcite, files, paper};
use crate::tables::{column, manifest, rows, shown};
use polars::prelude::{AnyValue, DataFrame, DataType, Field, IntoColumn, NamedFrom, ParquetWriter, Series};
use serde_json::{Value, json};
use starcite_core::extract::{Extracted, SettledBy};
use starcite_core::{Extractor, Paper, Week};
use starcite_rows::{CANDIDATE, CITATIONS, Cell, Citation, LINKS, Link, PLACE, REJECTS, Row as _, Table, Type};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

const WEEK: &str = "2026-W47";
const NEXT_WEEK: &str = "2026-W48";

/// A row of an engine's output.
struct Row {
    paper: Value,
    links: Option<Vec<starcite_core::Link>>,
    citations: Option<Vec<starcite_core::Citation>>,
    reject: Option<[&'static str; 2]>,
}

/// Returns the row that the Python package makes of a paper: it searches the texts as they are.
fn row(paper: &Value) -> Row {
    let mut record = paper.clone();
    record["paper_id"] = paper["id"].clone();
    let Extracted { links, citations } = Extractor::default().paper(&serde_json::from_value::<Paper>(record).unwrap());
    Row { paper: paper.clone(), links: Some(links), citations: Some(citations), reject: None }
}

fn extracted(papers: &[Value]) -> Vec<Row> {
    papers.iter().map(row).collect()
}

fn dtype(kind: Type) -> DataType {
    match kind {
        Type::Text => DataType::String,
        Type::Int => DataType::Int64,
        Type::Float => DataType::Float64,
        Type::Bool => DataType::Boolean,
        Type::Date => DataType::Date,
        Type::TextList => DataType::List(Box::new(DataType::String)),
        Type::Places => DataType::List(Box::new(structs_of(PLACE))),
        Type::Candidates => DataType::List(Box::new(structs_of(CANDIDATE))),
        Type::Time | Type::IntList => panic!("no column of texts has this type"),
    }
}

fn structs_of(fields: &[(&str, Type)]) -> DataType {
    DataType::Struct(fields.iter().map(|(name, kind)| Field::new((*name).into(), dtype(*kind))).collect())
}

fn text(text: Option<&str>) -> AnyValue<'static> {
    text.map_or(AnyValue::Null, |text| AnyValue::StringOwned(text.into()))
}

fn number(number: Option<usize>) -> AnyValue<'static> {
    number.map_or(AnyValue::Null, |number| AnyValue::Int64(number as i64))
}

fn value(cell: &Cell<'_>) -> AnyValue<'static> {
    match cell {
        Cell::Text(said) => text(said.as_deref()),
        Cell::Int(Some(number)) => AnyValue::Int64(*number),
        Cell::Float(Some(number)) => AnyValue::Float64(*number),
        Cell::Bool(Some(bool)) => AnyValue::Boolean(*bool),
        Cell::Date(Some(day)) => AnyValue::Date(day.to_epoch_days()),
        Cell::TextList(Some(texts)) => AnyValue::List(Series::new("".into(), texts.to_vec())),
        Cell::Places(Some(places)) => list(
            PLACE,
            places.iter().map(|place| vec![text(Some(place.field.as_str())), number(place.start), number(place.end), text(Some(&place.raw))]).collect(),
        ),
        Cell::Candidates(Some(candidates)) => {
            list(CANDIDATE, candidates.iter().map(|other| vec![text(Some(other.repo.as_str())), text(Some(&other.assumed))]).collect())
        }
        _ => AnyValue::Null,
    }
}

fn struct_value(fields: &[(&str, Type)], values: Vec<AnyValue<'static>>) -> AnyValue<'static> {
    let DataType::Struct(fields) = structs_of(fields) else { unreachable!() };
    AnyValue::StructOwned(Box::new((values, fields)))
}

fn list(fields: &[(&str, Type)], rows: Vec<Vec<AnyValue<'static>>>) -> AnyValue<'static> {
    let rows: Vec<AnyValue<'_>> = rows.into_iter().map(|values| struct_value(fields, values)).collect();
    AnyValue::List(series("", &rows, &structs_of(fields)))
}

fn series(name: &str, values: &[AnyValue<'_>], dtype: &DataType) -> Series {
    Series::from_any_values_and_dtype(name.into(), values, dtype, true).unwrap()
}

fn fields(table: &'static Table) -> Vec<(&'static str, Type)> {
    table.columns_of_texts().filter(|column| column.name != "paper_id").map(|column| (column.name, column.kind)).collect()
}

/// Returns the cells of a row that the texts decide.
fn cells<'a>(table: &'static Table, cells: impl IntoIterator<Item = Cell<'a>>) -> Vec<AnyValue<'static>> {
    let of_texts = table.columns.iter().zip(cells).filter(|(column, _)| !column.of_run && column.name != "paper_id");
    of_texts.map(|(_, cell)| value(&cell)).collect()
}

/// Returns an engine's output: the columns of papers that any of them has, with their texts or not, and what was found.
fn frame(rows: &[Row], has_texts: bool) -> DataFrame {
    let week: Week = WEEK.parse().unwrap();
    let mut columns = Vec::new();
    for (name, of) in
        [("paper_id", "id"), ("title", "title"), ("doi", "doi"), ("published", "date"), ("url", "url"), ("abstract", "abstract"), ("comment", "comment")]
    {
        if has_texts || !["abstract", "comment"].contains(&name) {
            columns.push(Series::new(name.into(), rows.iter().map(|row| row.paper[of].as_str()).collect::<Vec<_>>()));
        }
    }
    for name in ["authors", "categories"] {
        let texts = |row: &Row| serde_json::from_value::<Vec<String>>(row.paper[name].clone()).ok();
        let texts: Vec<_> = rows.iter().map(|row| texts(row).map_or(AnyValue::Null, |texts| AnyValue::List(Series::new("".into(), texts)))).collect();
        columns.push(series(name, &texts, &dtype(Type::TextList)));
    }
    columns.push(Series::new("upvotes".into(), rows.iter().map(|row| row.paper["upvotes"].as_i64()).collect::<Vec<_>>()));
    columns.push(Series::new("sources".into(), vec!["jsonl"; rows.len()]));
    let id = |row: &Row| row.paper["id"].as_str().unwrap_or_default().to_owned();
    let links = |row: &Row| {
        let found = row.links.as_ref()?.iter();
        Some(list(&fields(&LINKS), found.map(|link| cells(&LINKS, Link::found(&id(row), link, week).cells())).collect()))
    };
    let citations = |row: &Row| {
        let found = row.citations.as_ref()?.iter();
        Some(list(&fields(&CITATIONS), found.map(|citation| cells(&CITATIONS, Citation::found(&id(row), citation, week).cells())).collect()))
    };
    let nested = |name, values: Vec<Option<AnyValue<'static>>>, of: DataType| {
        series(name, &values.into_iter().map(|value| value.unwrap_or(AnyValue::Null)).collect::<Vec<_>>(), &of)
    };
    columns.push(nested("links", rows.iter().map(links).collect(), DataType::List(Box::new(structs_of(&fields(&LINKS))))));
    columns.push(nested("citations", rows.iter().map(citations).collect(), DataType::List(Box::new(structs_of(&fields(&CITATIONS))))));
    let reject = |row: &Row| row.reject.map(|said| struct_value(&fields(&REJECTS), said.map(|said| text(Some(said))).to_vec()));
    columns.push(nested("reject", rows.iter().map(reject).collect(), structs_of(&fields(&REJECTS))));
    DataFrame::new(rows.len(), columns.into_iter().map(IntoColumn::into_column).collect()).unwrap()
}

fn write(starcite: &Starcite, name: &str, mut frame: DataFrame) {
    starcite.write(name, "");
    ParquetWriter::new(File::create(starcite.path(name)).unwrap()).with_row_group_size(Some(3)).finish(&mut frame).unwrap();
}

/// Writes an engine's output in two files, and the pipeline that reads them.
fn write_extracted(starcite: &Starcite, rows: &[Row], has_texts: bool) {
    let (first, second) = rows.split_at(rows.len() / 2);
    write(starcite, "extracted/part-0.parquet", frame(first, has_texts));
    write(starcite, "extracted/part-1.parquet", frame(second, has_texts));
    starcite.write_pipeline("links", "path = \"extracted/*.parquet\"");
}

/// Returns the bytes of a week's tables, without the hash of the pipeline's text, which names the source.
fn tables(week: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let hash = manifest(week)["pipeline_hash"].as_str().unwrap().as_bytes().to_vec();
    let mut tables = files(week);
    tables.retain(|path, _| path.extension().is_some_and(|extension| extension == "parquet"));
    for bytes in tables.values_mut() {
        let places: Vec<usize> = (0..bytes.len().saturating_sub(hash.len())).filter(|at| bytes[*at..].starts_with(&hash)).collect();
        assert!(!places.is_empty());
        places.into_iter().for_each(|at| bytes[at..at + hash.len()].fill(b'0'));
    }
    tables
}

/// Returns papers with links of many kinds, of which one has two readings.
fn of_many_kinds() -> Vec<Value> {
    vec![
        json!({"id": "t:1", "title": "On spaces", "abstract": "Code: https://github.com/o/my tool."}),
        json!({"id": "2401.00001v2", "title": "Caf\\'e  cooling", "abstract": " \n Code:\n\\url{https://github.com/o/my\\_repo}. See arXiv:2312.00002 and doi:10.5555/abc. ",
            "comment": "Also at github.com/o/plain ", "authors": ["Lovelace, Ada", "Alan Turing"], "categories": ["cs.CL"], "date": "2026-11-18", "upvotes": 3}),
        json!({"id": "10.5555/XYZ", "doi": "10.5555/XYZ", "title": "On archives", "abstract": "Data: https://doi.org/10.5281/zenodo.1234567, page https://lab.example.org/x?y=1.",
            "githubRepo": "https://github.com/o/own", "projectPage": "https://own.github.io/page/", "url": "https://example.org/p"}),
        json!({"id": "t:4", "title": "Promised: https://github.com/o/plain", "abstract": "Our code will be released soon. Models: https://huggingface.co/o/model.", "date": "2026"}),
        json!({"id": "t:5", "title": "On nothing", "abstract": "Nothing to see."}),
        json!({"title": "Without an id", "abstract": "It is at https://gitlab.com/o/p and https://github.com/O/Plain/tree/main/x."}),
    ]
}

/// Returns an engine's rows: it knows a paper without an id by its title.
fn by_engine(papers: &[Value]) -> Vec<Row> {
    let known = |paper: &Value| {
        let mut paper = paper.clone();
        if paper["id"].is_null() {
            paper["id"] = json!(starcite_core::paper::title_id(paper["title"].as_str().unwrap()));
        }
        row(&paper)
    };
    papers.iter().map(known).collect()
}

#[test]
fn a_run_on_an_engines_links_gives_the_tables_of_a_run_on_the_texts_week_after_week() {
    const EXIST: &[&str] = &["o/my-tool", "o/plain", "o/own"];
    let server = Server::start(|_, request| say(200, reply(request, |name| if EXIST.contains(&name) { Fate::Live } else { Fate::NotFound })));
    let (mut on_texts, mut on_links) = (Starcite::asking(&server.url, &[]), Starcite::asking(&server.url, &[]));
    let mut papers = of_many_kinds();
    for week in [WEEK, NEXT_WEEK] {
        on_texts.write_papers(&papers);
        on_texts.run(&[]).with_code(0);
        write_extracted(&on_links, &by_engine(&papers), true);
        on_links.run(&[]).with_code(0);
        let (wanted, found) = (tables(&on_texts.week(week)), tables(&on_links.week(week)));
        assert_eq!(wanted.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
        for (name, bytes) in &wanted {
            let table = name.file_stem().unwrap().to_str().unwrap();
            assert_eq!(rows(&on_texts.week(week), table), rows(&on_links.week(week), table), "{table} of {week}");
            assert!(found[name] == *bytes, "{table} of {week}");
        }
        on_links.end(&["verify", "out"]).with_code(0);
        papers[4]["abstract"] = json!("Now it is at https://github.com/o/plain.");
        papers[0]["abstract"] = json!("Code: https://github.com/o/own.");
        papers.push(paper("t:7", &["o/new"]));
        on_texts.at(MONDAY_OF_W49);
        on_links.at(MONDAY_OF_W49);
    }
    assert_eq!(column(&on_links.week(WEEK), "links", "settled_by").iter().filter(|by| *by == "exists").count(), 1);
    assert_eq!(rows(&on_links.week(WEEK), "papers").len(), 6);
    assert!(!rows(&on_links.week(NEXT_WEEK), "changes").is_empty());
}

#[test]
fn the_files_of_an_engine_are_one_input_after_the_other() {
    let run = |are_split: bool| {
        let starcite = Starcite::new();
        let papers = by_engine(&of_many_kinds());
        write_extracted(&starcite, &papers, true);
        if !are_split {
            write(&starcite, "extracted/part-0.parquet", frame(&papers, true));
            std::fs::remove_file(starcite.path("extracted/part-1.parquet")).unwrap();
        }
        starcite.run(&["--offline"]).with_code(0);
        tables(&starcite.week(WEEK))
    };
    assert!(run(true) == run(false));
}

#[test]
fn papers_of_more_than_a_batch_give_the_tables_of_their_texts() {
    let abstract_text = |number: usize| format!("{} Code: https://github.com/o/r{number}.", "It is long. ".repeat(50_000 + 9_000 * number));
    let papers: Vec<Value> = (0..20).map(|number| json!({"id": format!("t:{number}"), "abstract": abstract_text(number)})).collect();
    let (on_texts, on_links) = (Starcite::new(), Starcite::new());
    on_texts.write_papers(&papers);
    write_extracted(&on_links, &by_engine(&papers), true);
    let [wanted, found] = [&on_texts, &on_links].map(|starcite| {
        starcite.run(&["--offline"]).with_code(0);
        tables(&starcite.week(WEEK))
    });
    assert!(wanted == found);
    assert_eq!(rows(&on_links.week(WEEK), "links").len(), papers.len());
}

#[test]
fn without_texts_links_and_citations_are_the_same_and_the_week_verifies() {
    let server = Server::start(|_, request| all_live(request));
    let week = |has_texts| {
        let starcite = Starcite::asking(&server.url, &[]);
        write_extracted(&starcite, &by_engine(&of_many_kinds()), has_texts);
        starcite.run(&[]).with_code(0);
        starcite.end(&["verify", "out"]).with_code(0);
        starcite
    };
    let (with, without) = (week(true), week(false));
    let told = |starcite: &Starcite, names: &[&str], table| {
        let rows = rows(&starcite.week(WEEK), table);
        rows.iter().map(|row| names.iter().map(|name| shown(&row[*name])).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    for (table, names) in [("links", &["paper_id", "kind", "target", "raw", "role", "official", "state"][..]), ("citations", &["paper_id", "cited", "raw"])] {
        assert_eq!(told(&with, names, table), told(&without, names, table));
    }
    assert!(
        column(&without.week(WEEK), "papers", "abstract").iter().all(|text| text == "null" || text == "–"),
        "{:?}",
        column(&without.week(WEEK), "papers", "abstract")
    );
}

#[test]
fn a_mention_that_the_text_does_not_have_is_a_reject() {
    let starcite = Starcite::new();
    let mut rows = extracted(&[paper("t:1", &["o/a"])]);
    rows[0].paper["abstract"] = json!("Another text, https://github.com/o/a.");
    write_extracted(&starcite, &rows, true);
    starcite.run(&["--offline"]).with_code(3);
    let reason = column(&starcite.week(WEEK), "rejects", "reason");
    assert!(reason[0].contains("the link repo \"https://github.com/o/a\": abstract[6:28] is not \"https://github.com/o/a\""), "{reason:?}");
}

#[test]
fn a_row_that_cannot_be_is_a_reject_that_names_its_link() {
    let starcite = Starcite::new();
    let mut rows: Vec<Row> = (0..9).map(|at| row(&paper(&format!("t:{at}"), &["o/a", "o/b"]))).collect();
    rows[1].links = None;
    rows[2].citations = None;
    (rows[3].links, rows[3].citations, rows[3].reject) = (None, None, Some(["longer than 16 MiB", "A very long"]));
    rows[4].links.as_mut().unwrap()[1].confidence = f64::NAN;
    rows[5].links.as_mut().unwrap()[0].settled_by = Some(SettledBy::Exists);
    rows[6].links.as_mut().unwrap().swap(0, 1);
    rows[7].paper["id"] = json!("t:0");
    rows[8].paper["id"] = Value::Null;
    write_extracted(&starcite, &rows, true);
    starcite.run(&["--offline"]).with_code(3);
    starcite.end(&["verify", "out"]).with_code(0);
    assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id"), ["t:0"]);
    let reasons = column(&starcite.week(WEEK), "rejects", "reason");
    let wanted = [
        "it has no value of links: the engine has not read it",
        "it has no value of citations: the engine has not read it",
        "longer than 16 MiB",
        "the link \"https://github.com/o/b\": invalid type: string \"NaN\"",
        "the link repo \"https://github.com/o/a\": it was settled by a run",
        "the link repo \"https://github.com/o/a\": it is out of order",
        "the same paper_id as an earlier record",
        "it has no paper_id",
    ];
    assert_eq!(reasons.len(), wanted.len(), "{reasons:?}");
    wanted.iter().zip(&reasons).for_each(|(wanted, reason)| assert!(reason.starts_with(wanted), "{wanted}: {reason}"));
    assert_eq!(column(&starcite.week(WEEK), "rejects", "excerpt")[2], "A very long");
}

#[test]
fn a_suppressed_paper_is_left_out_and_kinds_leave_out_links() {
    let starcite = Starcite::new();
    write_extracted(&starcite, &by_engine(&of_many_kinds()), false);
    let place = "path = \"extracted/*.parquet\"\n[extract]\nkinds = [\"repo\", \"promise\"]\n[suppress]\npapers = [\"t:1\"]";
    starcite.write_pipeline("links", place);
    starcite.run(&["--offline"]).with_code(0);
    let papers = column(&starcite.week(WEEK), "papers", "paper_id");
    assert!(papers.len() == 5 && !papers.contains(&"t:1".to_owned()), "{papers:?}");
    let mut kinds = column(&starcite.week(WEEK), "links", "kind");
    kinds.dedup();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, ["promise", "repo"]);
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn extract_prints_what_was_found() {
    let starcite = Starcite::new();
    let papers = of_many_kinds()[..2].to_vec();
    write_extracted(&starcite, &extracted(&papers), true);
    starcite.write_papers(&papers);
    for options in [&[][..], &["--citations"], &["--kinds", "repo"]] {
        let on_links = [&["extract", "--from", "links", "extracted"], options].concat();
        let on_texts = [&["extract", "papers.jsonl"], options].concat();
        assert_eq!(starcite.end(&on_links).with_code(0).stdout, starcite.end(&on_texts).with_code(0).stdout, "{options:?}");
    }
}

#[test]
fn a_file_that_no_engine_wrote_is_refused_before_anything_is_read() {
    let starcite = Starcite::new();
    starcite.write_pipeline("links", "path = \"extracted\"");
    let refused = |frame: DataFrame| {
        write(&starcite, "extracted/a.parquet", frame);
        let said = starcite.run(&["--offline"]).with_code(1).stderr;
        assert!(!starcite.week(WEEK).exists());
        said
    };
    let whole = || frame(&extracted(&[paper("t:1", &["o/a"])]), true);
    for name in ["links", "citations", "reject"] {
        let said = refused(whole().drop(name).unwrap());
        assert!(said.contains("a.parquet") && said.contains(&format!("the column {name:?} is missing: rows with links are what extract_batch")), "{said}");
    }
    assert!(refused(whole().drop("paper_id").unwrap()).contains("no column is called paper_id or id"));
    let mut other = whole();
    other.with_column(Series::new("links".into(), ["https://github.com/o/a"]).into_column()).unwrap();
    assert!(refused(other).contains("the column \"links\" has values that are text, and a list of structs is needed"));
    let mut other = whole();
    other.with_column(Series::new("source_key".into(), [1]).into_column()).unwrap();
    assert!(refused(other).contains("\"source_key\" has values that are whole numbers, and text is needed"));
    let mut other = whole();
    other.with_column(Series::new("id".into(), ["t:2"]).into_column()).unwrap();
    assert!(refused(other).contains("\"paper_id\" and \"id\" may be the id"));
    starcite.write("extracted/a.parquet", "");
    assert!(starcite.run(&["--offline"]).with_code(1).stderr.contains("a.parquet has no bytes"));
    starcite.write("extracted/a.parquet", "paper_id,links\nt:1,x\n");
    assert!(starcite.run(&["--offline"]).with_code(1).stderr.contains("is not Parquet: rows with links are what extract_batch"));
}

#[test]
fn columns_of_nulls_have_no_type_and_are_read() {
    let starcite = Starcite::new();
    let mut frame = frame(&extracted(&[paper("t:1", &["o/a"])]), true);
    for name in ["reject", "comment", "doi", "sources"] {
        frame.with_column(Series::new_null(name.into(), 1).into_column()).unwrap();
    }
    write(&starcite, "extracted/_temporary/0/a.parquet", frame.clone());
    write(&starcite, "extracted/a.parquet", frame);
    starcite.write("extracted/_SUCCESS", "");
    starcite.write_pipeline("links", "path = \"extracted\"");
    assert!(!starcite.run(&["--offline"]).with_code(0).stderr.contains("no records"));
    assert_eq!(column(&starcite.week(WEEK), "links", "repo"), ["github.com/o/a"]);
    let said = starcite.end(&["extract", "--from", "table", "extracted/a.parquet"]).with_code(1).stderr;
    assert!(said.contains("read it by --from links"), "{said}");
    let mut papers = DataFrame::new(1, vec![Series::new("id".into(), ["t:1"]).into_column(), Series::new_null("title".into(), 1).into_column()]).unwrap();
    papers.with_column(Series::new("abstract".into(), ["Code: https://github.com/o/a."]).into_column()).unwrap();
    write(&starcite, "papers.parquet", papers);
    assert!(starcite.end(&["extract", "--from", "table", "papers.parquet"]).with_code(0).stdout.contains("github.com/o/a"));
}

#[test]
fn observations_may_be_beside_it_and_other_papers_may_not() {
    let starcite = Starcite::new();
    write_extracted(&starcite, &extracted(&[paper("t:1", &["o/a"])]), false);
    starcite.write("seen.jsonl", "{\"repo\": \"o/a\", \"repo_id\": 1, \"source\": \"github.com\", \"date\": \"2026-11-18T00:00:00Z\", \"stars\": 5}\n");
    let beside = |kind: &str, path: &str| starcite.write_pipeline("links", &format!("path = \"extracted\"\n[[source]]\nkind = \"{kind}\"\npath = \"{path}\""));
    beside("observations", "seen.jsonl");
    assert!(starcite.end(&["plan", "pipeline.toml"]).with_code(0).stdout.contains("id from \"paper_id\""));
    starcite.run(&["--offline"]).with_code(0);
    assert_eq!(column(&starcite.week(WEEK), "repos", "stars"), ["5"]);
    for (kind, path) in [("jsonl", "papers.jsonl"), ("links", "extracted")] {
        beside(kind, path);
        let said = starcite.run(&["--offline"]).with_code(1).stderr;
        assert!(said.contains("the source links is the only source of papers in its pipeline"), "{said}");
    }
}
