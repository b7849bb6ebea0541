//! Rows of a table, of which each paper has some.

use crate::builder::Builder;
use crate::form::{columns_of, of_table};
use arrow_array::{ArrayRef, StructArray};
use starcite_rows::{Cell, Table};

/// The rows of a table for each paper of a batch.
pub(crate) struct OfPapers {
    pub(crate) rows: StructArray,
    /// The number of rows up to the end of each paper, after a 0.
    pub(crate) ends: Vec<i32>,
    /// True for each paper whose rows are known.
    pub(crate) known: Vec<bool>,
}

/// The rows of a table that are being gathered, paper by paper.
pub(crate) struct Rows {
    table: &'static Table,
    /// The number of each column in a row, and the column.
    columns: Vec<(usize, Builder)>,
    rows: i32,
    ends: Vec<i32>,
    known: Vec<bool>,
}

impl Rows {
    pub(crate) fn of(table: &'static Table) -> Self {
        let columns = columns_of(table).map(|(at, column)| (at, Builder::of(column.kind))).collect();
        Self { table, columns, rows: 0, ends: vec![0], known: Vec::new() }
    }

    /// Adds a row to the paper that has not ended.
    pub(crate) fn push(&mut self, row: &[Cell<'_>]) {
        self.columns.iter_mut().for_each(|(at, builder)| builder.push(&row[*at]));
        self.rows += 1;
    }

    /// Ends a paper: its list is null unless its rows are known.
    pub(crate) fn end(&mut self, is_known: bool) {
        self.ends.push(self.rows);
        self.known.push(is_known);
    }

    pub(crate) fn finish(self) -> OfPapers {
        let arrays: Vec<ArrayRef> = self.columns.into_iter().map(|(_, builder)| builder.finish()).collect();
        let rows = StructArray::new(of_table(self.table).into(), arrays, None);
        OfPapers { rows, ends: self.ends, known: self.known }
    }
}

/// Returns the bytes of a row's texts, roughly: what counts against the bound of a batch.
pub(crate) fn bytes(row: &[Cell<'_>]) -> usize {
    row.iter()
        .map(|cell| match cell {
            Cell::Text(Some(text)) => text.len(),
            Cell::TextList(Some(texts)) => texts.iter().map(String::len).sum(),
            Cell::Places(Some(places)) => places.iter().map(|place| place.raw.len() + place.field.as_str().len()).sum(),
            Cell::Candidates(Some(others)) => others.iter().map(|other| other.repo.as_str().len() + other.assumed.len()).sum(),
            _ => 0,
        })
        .sum()
}
