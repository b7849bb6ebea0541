//! Reads the rows of a frame as the structs of `starcite_rows`.

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate};
use polars::prelude::{BooleanChunked, DataFrame, Float64Chunked, Int32Chunked, Int64Chunked, ListChunked, Series, StringChunked};
use starcite_core::extract::Place;
use starcite_core::{Candidate, Field, RepoName};
use starcite_rows::{Cell, Column, Read, Type};
use std::borrow::Cow;

/// Returns the rows of a frame that has at least the columns of `R`.
///
/// # Errors
/// When the frame lacks a column, or a column has another type. Each row is an error if a value is not one of its column.
pub fn read_rows<'f, R: Read<'f>>(frame: &'f DataFrame) -> Result<impl Iterator<Item = Result<R>>> {
    let columns: Vec<Values<'f>> = R::COLUMNS.iter().map(|column| Values::of(column, frame)).collect::<Result<_>>()?;
    Ok((0..frame.height()).map(move |at| {
        let mut damaged = None;
        let cells = columns.iter().map(|column| {
            column.cell(at).unwrap_or_else(|error| {
                damaged = Some(error);
                Cell::Text(None)
            })
        });
        let row = R::read(cells);
        damaged.map_or_else(|| Ok(row?), Err)
    }))
}

/// The values of a column.
enum Values<'f> {
    Text(&'f StringChunked),
    Int(&'f Int64Chunked),
    Float(&'f Float64Chunked),
    Bool(&'f BooleanChunked),
    Date(&'f Int32Chunked),
    Time(&'f Int64Chunked),
    TextList(&'f ListChunked),
    IntList(&'f ListChunked),
    Places(&'f ListChunked),
    Candidates(&'f ListChunked),
}

impl<'f> Values<'f> {
    fn of(column: &Column, frame: &'f DataFrame) -> Result<Self> {
        let values = frame.column(column.name)?;
        Ok(match column.kind {
            Type::Text => Self::Text(values.str()?),
            Type::Int => Self::Int(values.i64()?),
            Type::Float => Self::Float(values.f64()?),
            Type::Bool => Self::Bool(values.bool()?),
            Type::Date => Self::Date(&values.date()?.phys),
            Type::Time => Self::Time(&values.datetime()?.phys),
            Type::TextList => Self::TextList(values.list()?),
            Type::IntList => Self::IntList(values.list()?),
            Type::Places => Self::Places(values.list()?),
            Type::Candidates => Self::Candidates(values.list()?),
        })
    }

    fn cell(&self, at: usize) -> Result<Cell<'f>> {
        Ok(match self {
            Self::Text(texts) => Cell::Text(texts.get(at).map(Cow::Borrowed)),
            Self::Int(ints) => Cell::Int(ints.get(at)),
            Self::Float(floats) => Cell::Float(floats.get(at)),
            Self::Bool(bools) => Cell::Bool(bools.get(at)),
            Self::Date(days) => Cell::Date(days.get(at).map(|days| NaiveDate::from_epoch_days(days).context("a date past all bounds")).transpose()?),
            Self::Time(times) => Cell::Time(times.get(at).map(|micros| DateTime::from_timestamp_micros(micros).context("a time past all bounds")).transpose()?),
            Self::TextList(lists) => Cell::TextList(list(lists, at, texts)?),
            Self::IntList(lists) => Cell::IntList(list(lists, at, ints)?),
            Self::Places(lists) => Cell::Places(list(lists, at, places)?),
            Self::Candidates(lists) => Cell::Candidates(list(lists, at, candidates)?),
        })
    }
}

/// Returns the list of a row.
fn list<T: Clone>(lists: &ListChunked, at: usize, read: fn(&Series) -> Result<Vec<T>>) -> Result<Option<Cow<'static, [T]>>> {
    if lists.null_count() == lists.len() {
        return Ok(None); // the column of a week without any value
    }
    lists.get_as_series(at).map(|list| read(&list).map(Cow::Owned)).transpose()
}

fn texts(list: &Series) -> Result<Vec<String>> {
    list.str()?.iter().map(|text| text.map(str::to_owned).context("a null in a list of texts")).collect()
}

fn ints(list: &Series) -> Result<Vec<i64>> {
    list.i64()?.iter().map(|int| int.context("a null in a list of numbers")).collect()
}

fn places(list: &Series) -> Result<Vec<Place>> {
    let [field, start, end, raw] = fields(list, ["field", "start", "end", "raw"])?;
    let (field, start, end, raw) = (field.str()?, start.i64()?, end.i64()?, raw.str()?);
    let bytes = |at: Option<i64>| at.map(usize::try_from).transpose();
    let place = |at| {
        let field = field.get(at).and_then(Field::parse).context("a position in an unknown field")?;
        Ok(Place { field, start: bytes(start.get(at))?, end: bytes(end.get(at))?, raw: raw.get(at).context("a position without its text")?.to_owned() })
    };
    (0..list.len()).map(place).collect()
}

fn candidates(list: &Series) -> Result<Vec<Candidate>> {
    let [repo, assumed] = fields(list, ["repo", "assumed"])?;
    let (repo, assumed) = (repo.str()?, assumed.str()?);
    let candidate = |at| {
        let repo = RepoName::parse(repo.get(at).context("a candidate without a repository")?)?;
        Ok(Candidate { repo, assumed: assumed.get(at).context("a candidate without an assumption")?.to_owned() })
    };
    (0..list.len()).map(candidate).collect()
}

/// Returns the fields of a list of structs, each as a column.
fn fields<const N: usize>(list: &Series, names: [&str; N]) -> Result<[Series; N]> {
    let structs = list.struct_()?;
    let fields: Vec<Series> = names.iter().map(|name| structs.field_by_name(name)).collect::<Result<_, _>>()?;
    fields.try_into().ok().context("bug: other fields than were named")
}
