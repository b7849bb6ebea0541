//! Builds an array of a column's values.

use crate::form::data_type;
use arrow_array::builder::{BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder};
use arrow_array::{ArrayRef, ListArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, FieldRef};
use chrono::NaiveDate;
use starcite_core::Candidate;
use starcite_core::extract::Place;
use starcite_rows::{CANDIDATE, Cell, PLACE, Type};
use std::sync::Arc;

/// An array that is being built, of a column's type.
pub(crate) enum Builder {
    Text(StringBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
    Date(Date32Builder),
    Time(TimestampMicrosecondBuilder),
    List(Lists),
}

/// Lists: where each ends in the parts of all items, and if it is there.
pub(crate) struct Lists {
    kind: Type,
    parts: Vec<Builder>,
    ends: Vec<i32>,
    present: Vec<bool>,
}

impl Builder {
    pub(crate) fn of(kind: Type) -> Self {
        let lists = |parts: &[Type]| Self::List(Lists { kind, parts: parts.iter().map(|kind| Self::of(*kind)).collect(), ends: vec![0], present: Vec::new() });
        match kind {
            Type::Text => Self::Text(StringBuilder::new()),
            Type::Int => Self::Int(Int64Builder::new()),
            Type::Float => Self::Float(Float64Builder::new()),
            Type::Bool => Self::Bool(BooleanBuilder::new()),
            Type::Date => Self::Date(Date32Builder::new()),
            Type::Time => Self::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Type::TextList => lists(&[Type::Text]),
            Type::IntList => lists(&[Type::Int]),
            Type::Places => lists(&PLACE.iter().map(|(_, kind)| *kind).collect::<Vec<_>>()),
            Type::Candidates => lists(&CANDIDATE.iter().map(|(_, kind)| *kind).collect::<Vec<_>>()),
        }
    }

    /// Adds a value; one of another type, which a row never has, is a null.
    pub(crate) fn push(&mut self, cell: &Cell<'_>) {
        const UNIX_EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a day");
        match (self, cell) {
            (Self::Text(texts), cell) => texts.append_option(if let Cell::Text(text) = cell { text.as_deref() } else { None }),
            (Self::Int(numbers), cell) => numbers.append_option(if let Cell::Int(number) = cell { *number } else { None }),
            (Self::Float(numbers), cell) => numbers.append_option(if let Cell::Float(number) = cell { *number } else { None }),
            (Self::Bool(bools), cell) => bools.append_option(if let Cell::Bool(bool) = cell { *bool } else { None }),
            (Self::Date(days), Cell::Date(Some(day))) => days.append_option(i32::try_from((*day - UNIX_EPOCH).num_days()).ok()),
            (Self::Date(days), _) => days.append_null(),
            (Self::Time(times), Cell::Time(Some(time))) => times.append_value(time.timestamp_micros()),
            (Self::Time(times), _) => times.append_null(),
            (Self::List(lists), cell) => lists.push(cell),
        }
    }

    pub(crate) fn finish(self) -> ArrayRef {
        match self {
            Self::Text(mut texts) => Arc::new(texts.finish()),
            Self::Int(mut numbers) => Arc::new(numbers.finish()),
            Self::Float(mut numbers) => Arc::new(numbers.finish()),
            Self::Bool(mut bools) => Arc::new(bools.finish()),
            Self::Date(mut days) => Arc::new(days.finish()),
            Self::Time(mut times) => Arc::new(times.finish()),
            Self::List(lists) => lists.finish(),
        }
    }
}

impl Lists {
    fn push(&mut self, cell: &Cell<'_>) {
        let added = match cell {
            Cell::TextList(Some(texts)) => self.all(texts, |item| [text(item)]),
            Cell::IntList(Some(numbers)) => self.all(numbers, |number| [Cell::Int(Some(*number))]),
            Cell::Places(Some(places)) => self.all(places, |at: &Place| [text(at.field.as_str()), position(at.start), position(at.end), text(&at.raw)]),
            Cell::Candidates(Some(candidates)) => self.all(candidates, |other: &Candidate| [text(other.repo.as_str()), text(&other.assumed)]),
            _ => None,
        };
        self.present.push(added.is_some());
        self.ends.push(self.ends.last().copied().unwrap_or_default() + added.unwrap_or_default());
    }

    /// Adds the parts of all items; returns how many items there are.
    fn all<'i, T, const N: usize>(&mut self, items: &'i [T], parts_of: impl Fn(&'i T) -> [Cell<'i>; N]) -> Option<i32> {
        for item in items {
            self.parts.iter_mut().zip(parts_of(item)).for_each(|(part, cell)| part.push(&cell));
        }
        i32::try_from(items.len()).ok()
    }

    fn finish(self) -> ArrayRef {
        let DataType::List(item) = data_type(self.kind) else { unreachable!("a list of values has a list's type") };
        let mut parts: Vec<ArrayRef> = self.parts.into_iter().map(Builder::finish).collect();
        let values = match item.data_type() {
            DataType::Struct(fields) => Arc::new(StructArray::new(fields.clone(), parts, None)),
            _ => parts.remove(0),
        };
        list(item, self.ends, values, self.present)
    }
}

/// Returns the array of lists that end there.
pub(crate) fn list(item: FieldRef, ends: Vec<i32>, values: ArrayRef, present: Vec<bool>) -> ArrayRef {
    Arc::new(ListArray::new(item, OffsetBuffer::new(ScalarBuffer::from(ends)), values, Some(NullBuffer::from(present))))
}

fn text(text: &str) -> Cell<'_> {
    Cell::Text(Some(text.into()))
}

fn position(at: Option<usize>) -> Cell<'static> {
    Cell::Int(at.and_then(|at| i64::try_from(at).ok()))
}
