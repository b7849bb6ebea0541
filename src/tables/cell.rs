//! A value of a row, borrowed from the object that the row describes.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use starcite_core::Candidate;
use starcite_core::extract::Place;
use std::borrow::Cow;

/// A value of a row; `None` is unknown. In JSON it is the value itself, with times as RFC 3339.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Cell<'a> {
    Text(Option<Cow<'a, str>>),
    Int(Option<i64>),
    Float(Option<f64>),
    Bool(Option<bool>),
    Date(Option<NaiveDate>),
    Time(Option<DateTime<Utc>>),
    TextList(Option<Cow<'a, [String]>>),
    IntList(Option<&'a [i64]>),
    Places(&'a [Place]),
    Candidates(&'a [Candidate]),
}

impl<'a> Cell<'a> {
    /// Makes a known text.
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(Some(text.into()))
    }

    /// Makes a text that may be unknown.
    pub(crate) fn maybe(text: Option<impl Into<Cow<'a, str>>>) -> Self {
        Self::Text(text.map(Into::into))
    }

    /// Makes a known list.
    pub(crate) fn texts(texts: &'a [String]) -> Self {
        Self::TextList(Some(Cow::Borrowed(texts)))
    }
}

/// Makes a row of a table from the cells that a test names; the others are unknown.
#[cfg(test)]
pub(crate) fn row_of<'a>(table: &super::schema::Table, named: &[(&str, Cell<'a>)]) -> Vec<Cell<'a>> {
    use super::schema::Type;
    let unknown = |kind| match kind {
        Type::Text => Cell::Text(None),
        Type::Int => Cell::Int(None),
        Type::Float => Cell::Float(None),
        Type::Bool => Cell::Bool(None),
        Type::Date => Cell::Date(None),
        Type::Time => Cell::Time(None),
        Type::TextList => Cell::TextList(None),
        Type::IntList => Cell::IntList(None),
        Type::Places => Cell::Places(&[]),
        Type::Candidates => Cell::Candidates(&[]),
    };
    let cell = |name: &str, kind| named.iter().find(|(named, _)| *named == name).map_or_else(|| unknown(kind), |(_, cell)| cell.clone());
    table.columns.iter().map(|column| cell(column.name, column.kind)).collect()
}
