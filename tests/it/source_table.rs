//! The source `table`: the data that is read from tables of every format, and the ones that are refused before anything is read. The tables are made up.

use crate::starcite::Starcite;
use crate::tables::{column, manifest, rows, shown};
use polars::prelude::{DataFrame, DataType, IntoColumn, NamedFrom, ParquetCompression, ParquetWriter, Series};
use starcite_tables::parts::polars_arrow::array::{Array, DictionaryArray, NullArray, PrimitiveArray, Utf8Array};
use starcite_tables::parts::polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field, TimeUnit};
use starcite_tables::parts::polars_arrow::io::ipc::write::{Compression, FileWriter, StreamWriter, WriteOptions};
use starcite_tables::parts::polars_arrow::record_batch::RecordBatchT;
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;

const WEEK: &str = "2026-W47";
const COLUMNS: &str = "[source.columns]\ntitle = \"Title\"\nabstract = \"Text\"\nauthors = { column = \"By\", separator = \"; \" }\npublished = \"When\"\n";
const CSV: &str = "Key,Title,Text,By,When\n1,\"One, \"\"1\"\"\",\"Code:\nhttps://github.com/o/one\",Ada L.; Alan T.,2026-11-20\n2,Two,,,\n";

/// Runs the program over one table, offline.
fn run(name: &str, table: impl AsRef<[u8]>, columns: &str, code: i32) -> Starcite {
    let starcite = Starcite::new();
    starcite.write(name, table);
    run_again(&starcite, name, columns, code);
    starcite
}

/// Runs the program again and returns its messages, after asserting the exit code.
fn run_again(starcite: &Starcite, path: &str, columns: &str, code: i32) -> String {
    starcite.write_pipeline("table", &format!("path = {path:?}\n{columns}"));
    let ended = starcite.run(&["--offline"]).with_code(code);
    if code != 1 {
        starcite.end(&["verify", "out"]).with_code(0);
    }
    ended.stderr
}

/// Returns the message of a run that refuses a table before it writes anything.
fn refused(name: &str, table: impl AsRef<[u8]>, columns: &str) -> String {
    let starcite = Starcite::new();
    starcite.write(name, table);
    let said = run_again(&starcite, name, columns, 1);
    assert!(!starcite.week(WEEK).exists());
    said
}

fn papers(starcite: &Starcite) -> Vec<String> {
    const TOLD: [&str; 6] = ["paper_id", "title", "abstract", "authors", "published", "year"];
    rows(&starcite.week(WEEK), "papers").iter().map(|row| TOLD.map(|name| shown(&row[name])).join(" | ")).collect()
}

fn rejects(starcite: &Starcite) -> Vec<String> {
    column(&starcite.week(WEEK), "rejects", "reason")
}

fn parquet(columns: Vec<Series>) -> Vec<u8> {
    let height = columns[0].len();
    let mut frame = DataFrame::new(height, columns.into_iter().map(IntoColumn::into_column).collect()).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).with_compression(ParquetCompression::Snappy).with_data_page_size(Some(1)).finish(&mut frame).unwrap();
    bytes
}

/// Returns a CSV without quotes as Parquet, with null for an empty cell.
fn parquet_of(csv: &str) -> Vec<u8> {
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let cells = |at: usize| rows[1..].iter().map(|row| Some(row[at]).filter(|cell| !cell.is_empty())).collect::<Vec<_>>();
    parquet(rows[0].iter().enumerate().map(|(at, name)| Series::new((*name).into(), cells(at))).collect())
}

/// Returns the table of [`CSV`], with types that our own tables do not have.
fn odd_parquet() -> Vec<u8> {
    let authors = [Some(Series::new("".into(), ["Ada L.", "Alan T."])), None];
    let when = Series::new("When".into(), [Some(1_795_132_800_000_i64 + 3_600_000), None]);
    parquet(vec![
        Series::new("When".into(), when).cast(&DataType::Datetime(polars::prelude::TimeUnit::Milliseconds, None)).unwrap(),
        Series::new("Key".into(), [0.5, 1.5]),
        Series::new("By".into(), authors),
        Series::new("Title".into(), ["One, \"1\"", "Two"]),
        Series::new("Text".into(), [Some("Code:\nhttps://github.com/o/one"), None]),
    ])
}

fn arrow_batch() -> (ArrowSchema, RecordBatchT<Box<dyn Array>>) {
    let words =
        DictionaryArray::try_from_keys(PrimitiveArray::<i8>::from([Some(1), Some(0)]), Utf8Array::<i32>::from_slice(["Two", "One, \"1\""]).boxed(), false);
    let arrays: Vec<(&str, Box<dyn Array>)> = vec![
        ("Key", NullArray::new(ArrowDataType::Null, 2).boxed()),
        ("Title", words.unwrap().boxed()),
        ("Text", Utf8Array::<i64>::from([Some("Code:\nhttps://github.com/o/one"), None]).boxed()),
        ("By", Utf8Array::<i32>::from([Some("Ada L.; Alan T."), None]).boxed()),
        ("When", PrimitiveArray::<i64>::from([Some(1_795_132_800), None]).to(ArrowDataType::Timestamp(TimeUnit::Second, Some("UTC".into()))).boxed()),
    ];
    let field = |(name, array): &(&str, Box<dyn Array>)| ((*name).into(), Field::new((*name).into(), array.dtype().clone(), true));
    let schema: ArrowSchema = arrays.iter().map(field).collect();
    let batch = RecordBatchT::new(2, Arc::new(schema.clone()), arrays.into_iter().map(|(_, array)| array).collect());
    (schema, batch)
}

fn arrow_file() -> Vec<u8> {
    let (schema, batch) = arrow_batch();
    let mut writer = FileWriter::new(Vec::new(), Arc::new(schema), None, WriteOptions { compression: Some(Compression::LZ4) });
    writer.start().unwrap();
    writer.write(&batch, None).unwrap();
    writer.finish().unwrap();
    writer.into_inner()
}

fn arrow_stream() -> Vec<u8> {
    let (schema, batch) = arrow_batch();
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::new(&mut bytes, WriteOptions { compression: None });
    writer.start(&schema, None).unwrap();
    writer.write(&batch, None).unwrap();
    writer.finish().unwrap();
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_table_is_the_same_papers_in_every_form() {
    let of_csv = run("t.csv", CSV, COLUMNS, 0);
    let wanted = papers(&of_csv);
    assert!(wanted.len() == 2 && wanted[0].contains("One, ") && wanted[0].ends_with("2026-11-20 | 2026"), "{wanted:?}");
    assert_eq!(column(&of_csv.week(WEEK), "links", "repo"), ["github.com/o/one"]);
    let json = [
        r#"{"Key": 1, "Title": "One, \"1\"", "Text": "Code:\nhttps://github.com/o/one", "By": ["Ada L.", null, "Alan T."], "When": "2026-11-20"}"#,
        r#"{"Title": "Two", "Key": [{}], "By": null}"#,
    ];
    for (name, table) in [
        ("t.tsv", CSV.replace("One, ", "One@").replace(',', "\t").replace('@', ", ").into_bytes()),
        ("t.csv", format!("\u{feff}{}", CSV.replace('\n', "\r\n").replace("Code:\r\n", "Code:\n")).into_bytes()),
        ("t.csv.gz", gzip(CSV.as_bytes())),
        ("t.jsonl", json.join("\n").into_bytes()),
        ("t.json", format!("[{}]", json.join(",\n")).into_bytes()),
        ("t.parquet", odd_parquet()),
        ("t.parquet.gz", gzip(&odd_parquet())),
        ("t.feather", arrow_file()),
        ("t.arrows", arrow_stream()),
    ] {
        assert_eq!(papers(&run(name, table, COLUMNS, 0)), wanted, "{name}");
    }
}

#[test]
fn what_can_not_be_taken_is_refused_before_anything_is_written() {
    let columns = |entry: &str| format!("[source.columns]\ntitle = \"Title\"\n{entry}\n");
    let csv = |entry: &str| refused("t.csv", CSV, &columns(entry));
    let said = csv("abstract = \"Txt\"");
    assert!(said.contains("t.csv: no column is called \"Txt\"") && said.contains("did you mean \"Text\"?") && said.contains("\"Key\""), "{said}");
    let said = csv("abstrct = \"Text\"");
    assert!(said.contains("line ") && said.contains("did you mean \"abstract\"?"), "{said}");
    assert!(refused("t.csv", CSV.replace("Key", "Title"), &columns("")).contains("two columns are called \"Title\""));
    assert!(refused("t.csv", "a,b\n1,2\n", "").contains("nothing says which column is one of id"));
    assert!(refused("t.parquet", odd_parquet(), &columns("published = \"Key\"")).contains("whose values are floating-point numbers: a date"));
    assert!(refused("t.arrow", arrow_file(), &columns("year = \"When\"")).contains("whose values are dates or times: a whole number"));
    assert!(refused("t.jsonl", "{\"Title\": \"a\"}\n", &columns("abstract = \"Text\"")).contains("no column is called \"Text\""));
    assert!(refused("t.parquet", b"PARE\x15\x04..PARE", &columns("")).contains("encrypted"));
    assert!(refused("t.xlsx", b"PK\x03\x04", &columns("")).contains("save the sheet as CSV"));
    let whole = odd_parquet();
    assert!(refused("t.parquet", &whole[..whole.len() - 9], &columns("")).contains("cut off"));
    let optional = run("t.csv", CSV, &columns("abstract = { column = \"Txt\", optional = true }"), 0);
    assert_eq!(papers(&optional).len(), 2);
}

#[test]
fn of_several_columns_the_first_with_a_value_counts_row_by_row() {
    let csv =
        "Name,Title,Place,Extra\n,One,http://arxiv.org/abs/2601.00001v2,arXiv:2601.00009\nTwo,2,,arXiv:2601.00002 [cs.CL]\nThree,3,https://example.org,\n";
    let columns = "[source.columns]\ntitle = [\"Name\", \"Title\", \"display_name\"]\narxiv_id = [{ column = \"Place\", within = true }, { column = \"Extra\", within = true }]\n\
                   categories = { column = \"Extra\", within = true }\n";
    for (name, table) in [("t.csv", csv.as_bytes().to_vec()), ("t.parquet", parquet_of(csv))] {
        let starcite = run(name, table, columns, 0);
        let told = |name| column(&starcite.week(WEEK), "papers", name);
        assert_eq!(told("title"), ["One", "Two", "Three"], "{name}");
        assert_eq!(told("arxiv_id"), ["2601.00001", "2601.00002", "null"], "{name}");
        assert_eq!(told("categories"), ["null", "[\"cs.CL\"]", "null"], "{name}");
        assert!(manifest(&starcite.week(WEEK))["bad_values"].is_null(), "{name}");
    }
    let said = refused("t.csv", csv, "[source.columns]\ntitle = [\"title\", \"display_name\"]\n");
    assert!(said.contains("no column is called \"title\" or \"display_name\", which is to be title (did you mean \"Title\"?)"), "{said}");
}

#[test]
fn a_row_of_a_type_that_is_no_paper_is_rejected_with_its_type() {
    let csv = "type,title\nArticle,One\nattachment,Two\n,Three\n";
    let columns = "[source.columns]\ntitle = \"title\"\ntype = { column = \"type\", one_of = [\"article\"] }\n";
    let starcite = run("t.csv", csv, columns, 3);
    assert_eq!(column(&starcite.week(WEEK), "papers", "title"), ["One", "Three"]);
    assert_eq!(rejects(&starcite), ["not a paper: its type is \"attachment\", which the pipeline does not list in one_of"]);
    assert_eq!(column(&starcite.week(WEEK), "rejects", "excerpt"), ["attachment,Two"]);
    assert_eq!(papers(&run("t.csv", csv, "", 0)).len(), 3, "without a mapping no column is the type");
}

#[test]
fn every_table_of_a_glob_is_compared() {
    let starcite = Starcite::new();
    starcite.write("a.csv", CSV);
    starcite.write("b.csv", CSV.replace("When", "Date"));
    assert!(run_again(&starcite, "*.csv", COLUMNS, 1).contains("b.csv: no column is called \"When\""));
    let planned = starcite.end(&["plan", "pipeline.toml"]).with_code(1);
    assert!(planned.stderr.contains("b.csv"), "{planned:?}");
}

#[test]
fn the_plan_says_what_is_taken() {
    let starcite = run("t.csv", CSV, COLUMNS, 0);
    let planned = starcite.end(&["plan", "pipeline.toml"]).with_code(0).stdout;
    let said = "t.csv: title from \"Title\", abstract from \"Text\", authors from \"By\", published from \"When\"; not read: \"Key\"\n";
    assert!(planned.contains(said), "{planned}");
}

#[test]
fn a_bad_cell_is_unknown_and_a_row_that_is_none_is_rejected() {
    let csv = "id,title,published,year\na,A,soon,2026\nb,B,2026-11-20,2026.5\nc,C\nd,D,2026-11-20,2026\n,,,\n";
    let starcite = run("t.csv", csv, "", 3);
    let week = starcite.week(WEEK);
    assert_eq!(column(&week, "papers", "paper_id"), ["table:a", "table:b", "table:d"]);
    assert_eq!(column(&week, "papers", "published"), ["null", "2026-11-20", "2026-11-20"]);
    assert_eq!(column(&week, "papers", "year"), ["2026", "2026", "2026"]);
    assert_eq!(manifest(&week)["bad_values"], serde_json::json!({"published": 1, "year": 1}));
    let found = rejects(&starcite);
    assert!(found.len() == 2 && found[0].contains("2 cells where the header has 4") && found[1].contains("neither"), "{found:?}");
    assert_eq!(column(&week, "rejects", "byte_offset"), ["60", "84"]);
}

#[test]
fn a_quote_that_does_not_close_costs_its_line_alone() {
    let lines: String = (0..1000).map(|at| format!("t:{at},Title {at}\n")).collect();
    let starcite = run("t.csv", format!("id,title\nt:x,\"open\n{lines}"), "", 3);
    assert_eq!(papers(&starcite).len(), 1000);
    assert_eq!(rejects(&starcite), ["a quote opens here and does not close"]);
}

#[test]
fn only_what_is_taken_makes_a_paper_another() {
    let mut starcite = run("t.csv", CSV, COLUMNS, 0);
    let next = |starcite: &Starcite, table: &str| {
        starcite.write("t.csv", table);
        starcite.run(&["--offline"]).with_code(0);
        rows(&starcite.week("2026-W48"), "papers").len()
    };
    starcite.at(crate::starcite::MONDAY_OF_W49);
    assert_eq!(next(&starcite, &CSV.replace("2,Two", "200,Two")), 0);
    assert_eq!(next(&starcite, &CSV.replace("2,Two,", "2,Two,changed")), 1);
}

#[test]
fn our_own_papers_come_in_as_they_are() {
    let starcite = Starcite::new();
    starcite.write("p.jsonl", "{\"id\": \"2601.00001\", \"title\": \"A\", \"authors\": [\"B\", \"C\"], \"date\": \"2026-01-02\"}\n{\"id\": \"10.1000/x\"}\n");
    starcite.write_pipeline("jsonl", "path = \"p.jsonl\"");
    starcite.run(&["--offline"]).with_code(0);
    let (before, table) = (papers(&starcite), std::fs::read(starcite.week(WEEK).join("papers.parquet")).unwrap());
    let again = run("papers.parquet", table, "", 0);
    let ids = |papers: Vec<String>| papers.into_iter().map(|paper| paper.split(" | ").skip(1).collect::<Vec<_>>().join(" | ")).collect::<Vec<_>>();
    assert_eq!(ids(papers(&again)), ids(before));
    assert_eq!(column(&again.week(WEEK), "papers", "paper_id"), ["arxiv:2601.00001", "doi:10.1000/x"]);
}

#[test]
fn a_filter_takes_any_form_from_standard_input() {
    let starcite = Starcite::new();
    let args = ["extract", "--from", "table", "--map", "title=Title", "--map", "abstract=Text"];
    for table in [CSV.as_bytes().to_vec(), odd_parquet(), arrow_stream(), gzip(&arrow_file())] {
        let mut child = starcite.command(&args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(&table).unwrap();
        let ended = crate::starcite::ended(child).with_code(0);
        assert_eq!(ended.rows()[0]["repo"], "github.com/o/one");
    }
    assert!(starcite.filter(&args, "a,b\n1,2\n").with_code(1).stderr.contains("-: no column is called \"Title\""));
    starcite.filter(&args, "").with_code(0);
    assert!(starcite.filter(&["extract", "--map", "title=T"], "").with_code(2).stderr.contains("--map is for --from table"));
    assert!(starcite.filter(&["extract", "--from", "table", "--map", "titel=T"], "").with_code(2).stderr.contains("did you mean \"title\"?"));
}
