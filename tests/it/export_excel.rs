//! CSV for spreadsheets: each value reads back as documented, and nothing begins a formula but that of a text.
//! `scripts/check_exports/spreadsheet.py` opens the files in LibreOffice.

use crate::export_rows::two_weeks;
use crate::sample::sample;
use crate::starcite::Starcite;
use crate::tables::{TABLES, shown};
use serde_json::{Map, Value, json};
use std::fs;

/// Returns the rows of a file for spreadsheets, the names first.
fn read(bytes: &[u8], separator: u8) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).unwrap().strip_prefix('\u{feff}').expect("the file begins with a byte order mark");
    assert!(!text.contains('\u{feff}') && text.ends_with("\r\n"), "{text}");
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Returns the names and types of a table's columns.
fn columns(table: &str) -> Vec<(String, String)> {
    let schema: Value = serde_json::from_str(&Starcite::new().end(&["schema", "--json", table]).with_code(0).stdout).unwrap();
    let table = schema["tables"].as_array().unwrap().iter().find(|described| described["name"] == table).unwrap().clone();
    table["columns"].as_array().unwrap().iter().map(|column| (shown(&column["name"]), shown(&column["type"]))).collect()
}

/// Returns a JSON value of a column as documented, before anything is done about formulas.
fn documented(value: &Value, kind: &str) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(bool) => bool.to_string().to_uppercase(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join("; "),
        Value::String(time) if kind.starts_with("timestamp") => time[..19].replace('T', " "),
        Value::Number(number) if kind == "float64" => {
            let float = number.as_f64().unwrap();
            let digits = if float.abs() < 1.0 { 10_000.0 } else { 100.0 };
            ((float * digits).round() / digits).to_string()
        }
        other => shown(other),
    }
}

#[test]
fn every_value_of_every_table_reads_back_as_documented() {
    let starcite = two_weeks();
    starcite.end(&["export", "jsonl", "--all-weeks"]).with_code(0);
    let ended = starcite.end(&["export", "csv", "--excel", "--all-weeks"]).with_code(0);
    assert!(ended.stdout.starts_with("out/excel/overview.csv: "), "{}", ended.stdout);
    let mut formulas = 0;
    for table in TABLES.into_iter().filter(|table| *table != "overview").chain(["overview"]) {
        let columns = columns(table);
        let lines = fs::read_to_string(starcite.path(&format!("out/jsonl/{table}.jsonl"))).unwrap();
        let rows: Vec<Map<String, Value>> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let cells = read(&fs::read(starcite.path(&format!("out/excel/{table}.csv"))).unwrap(), b',');
        assert_eq!(cells[0], columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>());
        assert_eq!(cells.len() - 1, rows.len(), "{table}");
        for (row, cells) in rows.iter().zip(&cells[1..]) {
            for ((name, kind), cell) in columns.iter().zip(cells) {
                if kind.contains("struct") && !row[name].is_null() {
                    let items: Value = serde_json::from_str(&format!("[{}]", cell.replace("}; {", "},{"))).unwrap();
                    assert_eq!(items, row[name], "{table}.{name}");
                    continue;
                }
                let documented = documented(&row[name], kind);
                let is_text = cell == &format!("=\"{documented}\"");
                assert!(is_text || *cell == documented || *cell == format!("'{documented}"), "{table}.{name}: {cell} is not {documented}");
                assert!(
                    is_text || kind.contains("int") || kind.contains("float") || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{table}.{name}: {cell}"
                );
                formulas += u32::from(is_text);
            }
        }
    }
    assert!(formulas > 0, "no id was written as a text");
}

#[test]
fn the_overview_of_the_sample_in_a_spreadsheet() {
    let (starcite, _, _) = sample();
    let ended = starcite.end(&["export", "csv", "--excel", "--table", "overview"]).with_code(0);
    let cells = read(ended.stdout.as_bytes(), b',');
    let shown =
        |row: &Vec<String>| cells[0].iter().zip(row).filter(|(_, cell)| !cell.is_empty()).map(|(name, cell)| format!("{name}: {cell}\n")).collect::<String>();
    let with = |name: &str| cells[1..].iter().find(|row| row.iter().zip(&cells[0]).any(|(cell, column)| column == name && !cell.is_empty())).unwrap();
    insta::assert_snapshot!("overview", format!("{}\n\n{}\n{}", cells[0].join(","), shown(with("repo")), shown(with("arxiv_id"))));
}

#[test]
fn with_semicolons_numbers_have_a_decimal_comma_and_tabs_make_another_kind_of_file() {
    let starcite = two_weeks();
    let scores = |name: &str, separator: u8| -> Vec<String> {
        let cells = read(&fs::read(starcite.path(name)).unwrap(), separator);
        let at = cells[0].iter().position(|column| column == "confidence").unwrap();
        cells[1..].iter().map(|row| row[at].clone()).filter(|cell| cell.contains("99")).collect()
    };
    starcite.end(&["export", "csv", "--excel", "--separator", ";"]).with_code(0);
    assert_eq!(scores("out/excel/links.csv", b';')[0], "0,99");
    starcite.end(&["export", "csv", "--excel", "--separator", "tab", "--output", "tabs"]).with_code(0);
    assert_eq!(scores("tabs/links.tsv", b'\t')[0], "0.99");
    for args in [&["--separator", ";"][..], &["--excel", "--raw"], &["--excel", "--separator", "|"]] {
        starcite.end(&[&["export", "csv"], args].concat()).with_code(2);
    }
}

#[test]
fn texts_longer_than_a_cell_are_reported_once() {
    let starcite = Starcite::new();
    let paper = |id: u32| json!({"id": format!("t:{id}"), "title": "T", "abstract": format!("{} https://github.com/o/r", "a".repeat(40_000))});
    starcite.write_papers(&[paper(1), paper(2)]);
    starcite.run(&["--offline"]).with_code(0);
    let ended = starcite.end(&["export", "csv", "--excel"]).with_code(0);
    let reported = ended.stderr.lines().filter(|line| line.contains("longer than a cell")).collect::<Vec<_>>();
    assert!(reported.len() == 1 && reported[0].contains("texts are longer than a cell, which has 32767 characters"), "{}", ended.stderr);
    let papers = read(&fs::read(starcite.path("out/excel/papers.csv")).unwrap(), b',');
    assert!(papers.iter().flatten().any(|cell| cell.ends_with("aaa […]") && cell.chars().count() == 32_767));
    let plain = starcite.end(&["export", "csv", "--table", "papers"]).with_code(0);
    assert!(!plain.stderr.contains("longer") && plain.stdout.contains(&"a".repeat(40_000)));
}
