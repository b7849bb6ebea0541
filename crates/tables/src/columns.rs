//! The rows of a table as columns of Arrow arrays, while they are gathered.

use super::texts::{TextLists, Texts};
use anyhow::{Result, bail};
use chrono::{Datelike, NaiveDate};
use polars_arrow::array::{
    Array, ListArray, MutableArray, MutableBooleanArray, MutableListArray, MutablePrimitiveArray, MutableUtf8Array, StructArray, TryExtend, TryPush, Utf8Array,
};
use polars_arrow::datatypes::{ArrowDataType, Field, TimeUnit};
use polars_arrow::offset::Offsets;
use polars_arrow::types::NativeType;
use starcite_core::Candidate;
use starcite_core::extract::Place;
use starcite_rows::{self as schema, Cell, Column, Row, Type};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

type ArrowTexts = MutableUtf8Array<i64>;
type Ints = MutablePrimitiveArray<i64>;

/// Rows by column.
pub struct Columns {
    columns: Vec<&'static Column>,
    gathered: Vec<Gathered>,
    rows: usize,
    sizes: Arc<Sizes>,
}

/// The most rows of a batch, and the most bytes in each of its columns. The next batch reserves as much room, so that no column is copied
/// when it grows.
pub(crate) struct Sizes {
    rows: AtomicUsize,
    bytes: Vec<AtomicUsize>,
}

impl Sizes {
    pub(crate) fn of(columns: usize) -> Self {
        Self { rows: AtomicUsize::new(0), bytes: (0..columns).map(|_| AtomicUsize::new(0)).collect() }
    }
}

/// The values of one column.
pub(super) enum Gathered {
    Text(Texts),
    Int(Ints),
    Float(MutablePrimitiveArray<f64>),
    Bool(MutableBooleanArray),
    Date(MutablePrimitiveArray<i32>),
    Time(Ints),
    TextList(TextLists),
    IntList(MutableListArray<i64, Ints>),
    Places(Box<Places>),
    Candidates(Box<Candidates>),
}

#[derive(Default)]
pub(super) struct Places {
    ends: Offsets<i64>,
    field: ArrowTexts,
    start: Ints,
    end: Ints,
    raw: ArrowTexts,
}

#[derive(Default)]
pub(super) struct Candidates {
    ends: Offsets<i64>,
    repo: ArrowTexts,
    assumed: ArrowTexts,
}

impl Columns {
    /// Creates columns without rows, with room for as many as the batches before had.
    pub(crate) fn new(columns: Vec<&'static Column>, sizes: Arc<Sizes>) -> Self {
        let rows = sizes.rows.load(Ordering::Relaxed);
        let gathered = columns.iter().zip(&sizes.bytes).map(|(column, bytes)| Gathered::new(column.kind, rows, bytes.load(Ordering::Relaxed))).collect();
        Self { columns, gathered, rows: 0, sizes }
    }

    /// Returns columns of the same table without rows, and without room for any.
    pub(super) fn without_rows(&self) -> Self {
        let gathered = self.columns.iter().map(|column| Gathered::new(column.kind, 0, 0)).collect();
        Self { columns: self.columns.clone(), gathered, rows: 0, sizes: Arc::clone(&self.sizes) }
    }

    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the bytes of the texts of all rows up to each.
    pub(super) fn ends(&self) -> Vec<usize> {
        let mut ends = vec![0; self.rows];
        for gathered in &self.gathered {
            match gathered {
                Gathered::Text(texts) => ends.iter_mut().zip(texts.ends()).for_each(|(all, end)| *all += end),
                Gathered::TextList(lists) => ends.iter_mut().zip(lists.ends()).for_each(|(all, end)| *all += end),
                _ => {}
            }
        }
        ends
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it is not a row of the table, which is a bug.
    pub fn push(&mut self, row: &impl Row) -> Result<()> {
        self.push_cells(row.cells().as_ref())
    }

    /// Adds the values of a row, in the order of the columns.
    ///
    /// # Errors
    /// When they do not fit the columns, which is a bug.
    pub fn push_cells(&mut self, row: &[Cell<'_>]) -> Result<()> {
        if row.len() != self.columns.len() {
            bail!("bug: {} values for {} columns", row.len(), self.columns.len());
        }
        for ((gathered, cell), column) in self.gathered.iter_mut().zip(row).zip(&self.columns) {
            if !gathered.push(cell)? {
                bail!("bug: {} holds {cell:?}", column.name);
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Adds rows of other columns of the same table.
    pub(super) fn extend(&mut self, from: &Self, rows: Range<usize>) -> Result<()> {
        self.rows += rows.len();
        self.gathered.iter_mut().zip(&from.gathered).try_for_each(|(to, from)| to.extend(from, rows.clone()))
    }

    /// Returns the rows without those for which `kept` is false.
    pub fn keep(self, kept: &[bool]) -> Result<Self> {
        if kept.iter().all(|kept| *kept) {
            return Ok(self);
        }
        let mut rows = Self::new(self.columns.clone(), Arc::clone(&self.sizes));
        for row in kept.iter().enumerate().filter(|(_, kept)| **kept).map(|(row, _)| row) {
            rows.extend(&self, row..row + 1)?;
        }
        Ok(rows)
    }

    /// Returns the values of each column.
    pub(super) fn into_gathered(self) -> Vec<Gathered> {
        self.sizes.rows.fetch_max(self.rows, Ordering::Relaxed);
        for (gathered, bytes) in self.gathered.iter().zip(&self.sizes.bytes) {
            bytes.fetch_max(gathered.bytes(), Ordering::Relaxed);
        }
        self.gathered
    }
}

impl Gathered {
    fn new(kind: Type, rows: usize, bytes: usize) -> Self {
        match kind {
            Type::Text => Self::Text(Texts::with_room(rows, bytes)),
            Type::Int => Self::Int(Ints::new()),
            Type::Float => Self::Float(MutablePrimitiveArray::new()),
            Type::Bool => Self::Bool(MutableBooleanArray::new()),
            Type::Date => Self::Date(MutablePrimitiveArray::from(ArrowDataType::Date32)),
            Type::Time => Self::Time(Ints::from(arrow_type(Type::Time))),
            Type::TextList => Self::TextList(TextLists::with_room(rows, bytes)),
            Type::IntList => Self::IntList(MutableListArray::new_from(Ints::new(), arrow_type(kind), 0)),
            Type::Places => Self::Places(Box::default()),
            Type::Candidates => Self::Candidates(Box::default()),
        }
    }

    /// Returns the bytes of its texts.
    fn bytes(&self) -> usize {
        match self {
            Self::Text(texts) => texts.bytes(),
            Self::TextList(lists) => lists.bytes(),
            _ => 0,
        }
    }

    /// Adds a value; false if it is of another type.
    fn push(&mut self, cell: &Cell<'_>) -> Result<bool> {
        match (self, cell) {
            (Self::Text(texts), Cell::Text(text)) => texts.push(text.as_deref()),
            (Self::Int(ints), Cell::Int(int)) => ints.push(*int),
            (Self::Float(floats), Cell::Float(float)) => floats.push(*float),
            (Self::Bool(bools), Cell::Bool(bool)) => bools.push(*bool),
            (Self::Date(days), Cell::Date(day)) => days.push(day.map(days_since_1970)),
            (Self::Time(micros), Cell::Time(time)) => micros.push(time.map(|time| time.timestamp_micros())),
            (Self::TextList(lists), Cell::TextList(list)) => lists.push(list.as_ref().map(|list| list.iter().map(String::as_str))),
            (Self::IntList(lists), Cell::IntList(Some(list))) => lists.try_push(Some(list.iter().copied().map(Some)))?,
            (Self::IntList(lists), Cell::IntList(None)) => lists.push_null(),
            (Self::Places(places), Cell::Places(Some(list))) => places.push(list)?,
            (Self::Candidates(candidates), Cell::Candidates(Some(list))) => candidates.push(list)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Adds values of another.
    fn extend(&mut self, from: &Self, rows: Range<usize>) -> Result<()> {
        match (self, from) {
            (Self::Text(to), Self::Text(from)) => to.extend(from, rows),
            (Self::TextList(to), Self::TextList(from)) => to.extend(from, rows),
            (Self::Int(to), Self::Int(from)) | (Self::Time(to), Self::Time(from)) => extend(to, from, rows),
            (Self::Date(to), Self::Date(from)) => extend(to, from, rows),
            (Self::Float(to), Self::Float(from)) => extend(to, from, rows),
            (Self::Bool(to), Self::Bool(from)) => from.iter().skip(rows.start).take(rows.len()).for_each(|bool| to.push(bool)),
            _ => bail!("bug: rows of such a column are never copied"),
        }
        Ok(())
    }

    /// Returns the values as an array, for columns that are not encoded directly.
    pub(super) fn into_array(self) -> Result<Box<dyn Array>> {
        Ok(match self {
            Self::Text(texts) => texts.iter().collect::<Utf8Array<i64>>().boxed(),
            Self::Int(mut ints) | Self::Time(mut ints) => ints.as_box(),
            Self::Float(mut floats) => floats.as_box(),
            Self::Bool(mut bools) => bools.as_box(),
            Self::Date(mut days) => days.as_box(),
            Self::TextList(_) => bail!("bug: lists of texts are encoded as they are"),
            Self::IntList(mut lists) => lists.as_box(),
            Self::Places(places) => places.into_array()?,
            Self::Candidates(candidates) => candidates.into_array()?,
        })
    }
}

fn extend<T: NativeType>(to: &mut MutablePrimitiveArray<T>, from: &MutablePrimitiveArray<T>, rows: Range<usize>) {
    let is_known = |row| from.validity().is_none_or(|known| known.get(row));
    rows.for_each(|row| to.push(is_known(row).then(|| from.values()[row])));
}

fn days_since_1970(day: NaiveDate) -> i32 {
    const DAYS_TO_1970: i32 = 719_163;
    day.num_days_from_ce() - DAYS_TO_1970
}

impl Places {
    fn push(&mut self, places: &[Place]) -> Result<()> {
        let bytes = |at: Option<usize>| at.and_then(|at| i64::try_from(at).ok());
        self.ends.try_push(places.len())?;
        self.field.try_extend(places.iter().map(|place| Some(place.field.as_str())))?;
        self.start.extend(places.iter().map(|place| bytes(place.start)));
        self.end.extend(places.iter().map(|place| bytes(place.end)));
        self.raw.try_extend(places.iter().map(|place| Some(&place.raw)))?;
        Ok(())
    }

    fn into_array(mut self) -> Result<Box<dyn Array>> {
        list_of_structs(Type::Places, self.ends, vec![self.field.as_box(), self.start.as_box(), self.end.as_box(), self.raw.as_box()])
    }
}

impl Candidates {
    fn push(&mut self, candidates: &[Candidate]) -> Result<()> {
        self.ends.try_push(candidates.len())?;
        self.repo.try_extend(candidates.iter().map(|candidate| Some(candidate.repo.as_str())))?;
        self.assumed.try_extend(candidates.iter().map(|candidate| Some(&candidate.assumed)))?;
        Ok(())
    }

    fn into_array(mut self) -> Result<Box<dyn Array>> {
        list_of_structs(Type::Candidates, self.ends, vec![self.repo.as_box(), self.assumed.as_box()])
    }
}

fn list_of_structs(kind: Type, ends: Offsets<i64>, fields: Vec<Box<dyn Array>>) -> Result<Box<dyn Array>> {
    let list = arrow_type(kind);
    let Some(inner) = list.inner_dtype() else { bail!("bug: {list:?} is no list") };
    let structs = StructArray::try_new(inner.clone(), fields[0].len(), fields, None)?;
    Ok(ListArray::try_new(list, ends.into(), structs.boxed(), None)?.boxed())
}

/// Returns the Arrow type of a column: the older text and list types, because pandas can't read the newer ones.
pub(super) fn arrow_type(kind: Type) -> ArrowDataType {
    let list = |of: ArrowDataType| ArrowDataType::LargeList(Box::new(Field::new("item".into(), of, true)));
    let structs =
        |fields: &[(&str, Type)]| ArrowDataType::Struct(fields.iter().map(|(name, kind)| Field::new((*name).into(), arrow_type(*kind), true)).collect());
    match kind {
        Type::Text => ArrowDataType::LargeUtf8,
        Type::Int => ArrowDataType::Int64,
        Type::Float => ArrowDataType::Float64,
        Type::Bool => ArrowDataType::Boolean,
        Type::Date => ArrowDataType::Date32,
        Type::Time => ArrowDataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::TextList => list(ArrowDataType::LargeUtf8),
        Type::IntList => list(ArrowDataType::Int64),
        Type::Places => list(structs(schema::PLACE)),
        Type::Candidates => list(structs(schema::CANDIDATE)),
    }
}
