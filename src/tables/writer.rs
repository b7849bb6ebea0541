//! Writes rows as Parquet: zstd, statistics on, a row group for each full batch of rows. Also to JSONL and CSV.

use super::schema::{Column, Table, Type};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use polars::df;
use polars::prelude::{
    BatchedWriter, CompatLevel, DataFrame, DataType, Field, Int64Chunked, Int64Type, IntoColumn, IntoSeries, KeyValueMetadata, ListBuilderTrait, ListChunked,
    ListPrimitiveChunkedBuilder, ListStringChunkedBuilder, NamedFrom, ParquetCompression, ParquetWriter, PlSmallStr, Schema, SchemaExt, Series,
    StatisticsOptions, TimeUnit, TimeZone,
};
use starcite_core::Candidate;
use starcite_core::extract::Place;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Rows of one row group.
const ROW_GROUP_ROWS: usize = 16_384;

/// A value of a row; `None` is unknown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Text(Option<String>),
    Int(Option<i64>),
    Float(Option<f64>),
    Bool(Option<bool>),
    Date(Option<NaiveDate>),
    Time(Option<DateTime<Utc>>),
    TextList(Option<Vec<String>>),
    IntList(Option<Vec<i64>>),
    Places(Vec<Place>),
    Candidates(Vec<Candidate>),
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(Some(text.into()))
    }

    /// The value as JSON; times as RFC 3339.
    pub(crate) fn json(&self) -> serde_json::Value {
        let value = match self {
            Self::Text(v) => serde_json::to_value(v),
            Self::Int(v) => serde_json::to_value(v),
            Self::Float(v) => serde_json::to_value(v),
            Self::Bool(v) => serde_json::to_value(v),
            Self::Date(v) => serde_json::to_value(v),
            Self::Time(v) => serde_json::to_value(v),
            Self::TextList(v) => serde_json::to_value(v),
            Self::IntList(v) => serde_json::to_value(v),
            Self::Places(v) => serde_json::to_value(v),
            Self::Candidates(v) => serde_json::to_value(v),
        };
        value.unwrap_or(serde_json::Value::Null)
    }
}

/// A table being written.
pub(crate) struct TableWriter {
    name: &'static str,
    columns: Vec<&'static Column>,
    path: PathBuf,
    writer: BatchedWriter<File>,
    rows: Vec<Vec<Cell>>,
    written: u64,
}

/// What was written.
pub(crate) struct Written {
    pub(crate) table: &'static str,
    pub(crate) path: PathBuf,
    pub(crate) rows: u64,
}

impl TableWriter {
    /// Begins a file with all columns of a table, and the file metadata given.
    pub(crate) fn create(table: &'static Table, path: &Path, metadata: &[(String, String)]) -> Result<Self> {
        Self::with_columns(table.name, table.columns.iter().collect(), path, metadata)
    }

    /// Begins a file with some columns of a table.
    pub(crate) fn with_columns(name: &'static str, columns: Vec<&'static Column>, path: &Path, metadata: &[(String, String)]) -> Result<Self> {
        let context = || format!("cannot write {}", path.display());
        let file = File::create(path).with_context(context)?;
        let schema: Schema = columns.iter().map(|c| Field::new(c.name.into(), data_type(c.kind))).collect();
        let writer = ParquetWriter::new(file)
            .with_compression(ParquetCompression::Zstd(None))
            .with_statistics(StatisticsOptions::full())
            .with_key_value_metadata(Some(KeyValueMetadata::from_static(with_arrow_schema(metadata, &schema))))
            .batched(&schema)
            .with_context(context)?;
        Ok(Self { name, columns, path: path.to_owned(), writer, rows: Vec::new(), written: 0 })
    }

    /// Adds a row, in the order of the columns.
    pub(crate) fn push(&mut self, row: Vec<Cell>) -> Result<()> {
        self.rows.push(row);
        if self.rows.len() == ROW_GROUP_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let frame = frame(&self.columns, rows).with_context(|| format!("bug: a row of {}", self.name))?;
        self.written += frame.height() as u64;
        self.writer.write_batch(&frame).with_context(|| format!("cannot write {}: is the disk full?", self.path.display()))
    }

    /// Ends the file and syncs it. A table without rows is a file with columns.
    pub(crate) fn finish(mut self) -> Result<Written> {
        if !self.rows.is_empty() {
            self.flush()?;
        }
        let context = || format!("cannot write {}: is the disk full?", self.path.display());
        self.writer.finish().with_context(context)?;
        File::open(&self.path).and_then(|file| file.sync_all()).with_context(context)?;
        Ok(Written { table: self.name, path: self.path.clone(), rows: self.written })
    }
}

/// The file metadata, and the columns in Arrow's older types: polars itself would say `string_view`, which pandas can't read.
fn with_arrow_schema(metadata: &[(String, String)], schema: &Schema) -> Vec<(String, String)> {
    let arrow = polars_parquet::write::schema_to_metadata_key(&schema.to_arrow(CompatLevel::oldest()));
    let arrow = arrow.value.map(|value| (arrow.key, value));
    arrow.into_iter().chain(metadata.iter().cloned()).collect()
}

/// Rows as a data frame with the wanted columns.
fn frame(wanted: &[&'static Column], rows: Vec<Vec<Cell>>) -> Result<DataFrame> {
    let height = rows.len();
    let mut columns: Vec<Vec<Cell>> = wanted.iter().map(|_| Vec::with_capacity(height)).collect();
    for row in rows {
        if row.len() != columns.len() {
            bail!("{} values for {} columns", row.len(), columns.len());
        }
        for (column, cell) in columns.iter_mut().zip(row) {
            column.push(cell);
        }
    }
    let series = wanted.iter().zip(columns).map(|(column, cells)| Ok(series(column, cells)?.into_column())).collect::<Result<Vec<_>>>()?;
    Ok(DataFrame::new(height, series)?)
}

/// The type of a column in Parquet.
pub(crate) fn data_type(kind: Type) -> DataType {
    match kind {
        Type::Text => DataType::String,
        Type::Int => DataType::Int64,
        Type::Float => DataType::Float64,
        Type::Bool => DataType::Boolean,
        Type::Date => DataType::Date,
        Type::Time => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
        Type::TextList => DataType::List(Box::new(DataType::String)),
        Type::IntList => DataType::List(Box::new(DataType::Int64)),
        Type::Places => DataType::List(Box::new(DataType::Struct(vec![
            Field::new("field".into(), DataType::String),
            Field::new("start".into(), DataType::Int64),
            Field::new("end".into(), DataType::Int64),
            Field::new("raw".into(), DataType::String),
        ]))),
        Type::Candidates => {
            DataType::List(Box::new(DataType::Struct(vec![Field::new("repo".into(), DataType::String), Field::new("assumed".into(), DataType::String)])))
        }
    }
}

/// Takes the values of one kind out of a column's cells.
macro_rules! values {
    ($column:expr, $cells:expr, $kind:ident) => {
        $cells
            .into_iter()
            .map(|cell| match cell {
                Cell::$kind(value) => Ok(value),
                other => bail!("{} holds {other:?}", $column.name),
            })
            .collect::<Result<Vec<_>>>()?
    };
}

fn series(column: &Column, cells: Vec<Cell>) -> Result<Series> {
    let name: PlSmallStr = column.name.into();
    if cells.is_empty() {
        return Ok(Series::new_empty(name, &data_type(column.kind)));
    }
    let series = match column.kind {
        Type::Text => Series::new(name, values!(column, cells, Text)),
        Type::Int => Series::new(name, values!(column, cells, Int)),
        Type::Float => Series::new(name, values!(column, cells, Float)),
        Type::Bool => Series::new(name, values!(column, cells, Bool)),
        Type::Date => {
            const DAYS_TO_1970: i32 = 719_163;
            let days: Vec<Option<i32>> =
                values!(column, cells, Date).into_iter().map(|d: Option<NaiveDate>| d.map(|d| d.num_days_from_ce() - DAYS_TO_1970)).collect();
            Series::new(name, days).cast(&DataType::Date)?
        }
        Type::Time => {
            let micros: Vec<Option<i64>> = values!(column, cells, Time).into_iter().map(|t: Option<DateTime<Utc>>| t.map(|t| t.timestamp_micros())).collect();
            Int64Chunked::new(name, micros).into_datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)).into_series()
        }
        Type::TextList => {
            let lists = values!(column, cells, TextList);
            let mut builder = ListStringChunkedBuilder::new(name, lists.len(), lists.len());
            for list in lists {
                match list {
                    Some(texts) => builder.append_values_iter(texts.iter().map(String::as_str)),
                    None => builder.append_null(),
                }
            }
            builder.finish().into_series()
        }
        Type::IntList => {
            let lists = values!(column, cells, IntList);
            let mut builder = ListPrimitiveChunkedBuilder::<Int64Type>::new(name, lists.len(), lists.len(), DataType::Int64);
            for list in lists {
                builder.append_opt_slice(list.as_deref());
            }
            builder.finish().into_series()
        }
        Type::Places => places(name, &values!(column, cells, Places))?,
        Type::Candidates => candidates(name, &values!(column, cells, Candidates))?,
    };
    Ok(series)
}

fn places(name: PlSmallStr, lists: &[Vec<Place>]) -> Result<Series> {
    let int = |value: Option<usize>| value.and_then(|v| i64::try_from(v).ok());
    let all = || lists.iter().flatten();
    let structs = df!(
        "field" => all().map(|p| p.field.as_str()).collect::<Vec<_>>(),
        "start" => all().map(|p| int(p.start)).collect::<Vec<_>>(),
        "end" => all().map(|p| int(p.end)).collect::<Vec<_>>(),
        "raw" => all().map(|p| p.raw.as_str()).collect::<Vec<_>>(),
    )?;
    Ok(lists_of(name, structs, lists.iter().map(Vec::len)))
}

fn candidates(name: PlSmallStr, lists: &[Vec<Candidate>]) -> Result<Series> {
    let all = || lists.iter().flatten();
    let structs = df!(
        "repo" => all().map(|c| c.repo.as_str()).collect::<Vec<_>>(),
        "assumed" => all().map(|c| c.assumed.as_str()).collect::<Vec<_>>(),
    )?;
    Ok(lists_of(name, structs, lists.iter().map(Vec::len)))
}

/// One struct column of all values, cut into a list for each row.
fn lists_of(name: PlSmallStr, structs: DataFrame, lengths: impl Iterator<Item = usize>) -> Series {
    let inner = structs.into_struct("value".into()).into_series();
    let mut at = 0;
    let slices = lengths.map(|length| {
        let slice = inner.slice(at, length);
        at += length as i64;
        slice
    });
    let mut chunked: ListChunked = slices.collect();
    chunked.rename(name);
    chunked.into_series()
}
