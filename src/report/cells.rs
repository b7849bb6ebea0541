//! Values of rows by the names of their columns, as JSON.

use super::text::short;
use anyhow::{Context, Result};
use serde::ser::{Serialize, SerializeMap, Serializer};
use starcite_rows::{Cell, Row};

/// Values of rows, by the names of their columns.
#[derive(Default)]
pub(super) struct Cells<'r>(Vec<(&'static str, Cell<'r>)>);

impl Serialize for Cells<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(name, cell)| map.serialize_entry(name, cell))?;
        map.end()
    }
}

impl<'r> Cells<'r> {
    /// Returns all columns of a row.
    pub(super) fn of<R: Row>(row: &'r R) -> Self {
        Self(R::TABLE.names().zip(row.cells().as_ref().iter().cloned()).collect())
    }

    /// Adds columns of a row, or nulls if there is none.
    pub(super) fn add<R: Row>(&mut self, columns: &[&'static str], row: Option<&'r R>) -> Result<()> {
        let cells = row.map(Row::cells);
        for column in columns {
            let cell = cells.as_ref().map(|cells| find::<R>(cells.as_ref(), column)).transpose()?;
            self.0.push((column, cell.cloned().unwrap_or(Cell::Text(None))));
        }
        Ok(())
    }

    /// Adds a value.
    pub(super) fn put(&mut self, name: &'static str, cell: Cell<'r>) {
        self.0.push((name, cell));
    }

    /// Returns the columns of a row that are not null, for readers: texts are on one line, and cut where they are longer than a page has room for.
    pub(super) fn shown<R: Row>(columns: &[&'static str], row: &'r R) -> Result<Self> {
        let cells = row.cells();
        let mut shown = Self::default();
        for column in columns {
            match find::<R>(cells.as_ref(), column)?.clone() {
                Cell::Text(None)
                | Cell::Int(None)
                | Cell::Float(None)
                | Cell::Bool(None)
                | Cell::Date(None)
                | Cell::Time(None)
                | Cell::TextList(None)
                | Cell::IntList(None)
                | Cell::Places(None)
                | Cell::Candidates(None) => {}
                Cell::Text(Some(text)) => shown.put(column, Cell::Text(Some(short(&text).into()))),
                Cell::TextList(Some(texts)) => shown.put(column, Cell::TextList(Some(texts.iter().map(|text| short(text)).collect()))),
                cell => shown.put(column, cell),
            }
        }
        Ok(shown)
    }
}

/// Returns the value of a column.
pub(super) fn find<'c, 'r, R: Row>(cells: &'c [Cell<'r>], column: &str) -> Result<&'c Cell<'r>> {
    let at = R::TABLE.names().position(|name| name == column);
    at.and_then(|at| cells.get(at)).with_context(|| format!("bug: {} has no column {column}", R::TABLE.name))
}
