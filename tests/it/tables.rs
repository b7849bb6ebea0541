//! Reads written tables as rows of JSON: null is null, a timestamp is its text.

use chrono::DateTime;
use polars::prelude::{AnyValue, DataFrame, ParquetReader, SerReader, TimeUnit};
use serde_json::{Map, Value};
use std::fs::File;
use std::path::Path;

pub(crate) const TABLES: [&str; 11] = ["overview", "papers", "links", "repos", "stars", "citations", "archives", "rankings", "changes", "conflicts", "rejects"];

pub(crate) fn frame(week: &Path, table: &str) -> DataFrame {
    let path = week.join(format!("{table}.parquet"));
    let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    ParquetReader::new(file).finish().unwrap()
}

/// Returns the rows of a week's table.
pub(crate) fn rows(week: &Path, table: &str) -> Vec<Map<String, Value>> {
    let frame = frame(week, table);
    let row = |at| frame.columns().iter().map(|column| (column.name().to_string(), json(column.get(at).unwrap()))).collect();
    (0..frame.height()).map(row).collect()
}

/// Returns one column of a week's table, texts without quotes.
pub(crate) fn column(week: &Path, table: &str, name: &str) -> Vec<String> {
    rows(week, table).iter().map(|row| shown(&row[name])).collect()
}

/// Returns the only row in which a column has a value.
#[track_caller]
pub(crate) fn row(week: &Path, table: &str, name: &str, value: &str) -> Map<String, Value> {
    let mut found: Vec<_> = rows(week, table).into_iter().filter(|row| row[name] == value).collect();
    assert_eq!(found.len(), 1, "rows of {table} with {name} = {value}: {found:?}");
    found.remove(0)
}

pub(crate) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

pub(crate) fn manifest(week: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(week.join("manifest.json")).unwrap()).unwrap()
}

/// True if a week has all its papers and owes no answer.
pub(crate) fn is_complete(week: &Path) -> bool {
    let manifest = manifest(week);
    manifest["papers_complete"] == true && manifest["answers_owed"] == serde_json::json!({})
}

fn json(value: AnyValue<'_>) -> Value {
    match value {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(v) => v.into(),
        AnyValue::Int64(v) => v.into(),
        AnyValue::Float64(v) => v.into(),
        AnyValue::String(v) => v.into(),
        AnyValue::StringOwned(v) => v.as_str().into(),
        AnyValue::Datetime(micros, TimeUnit::Microseconds, _) | AnyValue::DatetimeOwned(micros, TimeUnit::Microseconds, _) => {
            DateTime::from_timestamp_micros(micros).unwrap().to_rfc3339().into()
        }
        AnyValue::List(items) => items.iter().map(json).collect(),
        other => other.to_string().into(),
    }
}
