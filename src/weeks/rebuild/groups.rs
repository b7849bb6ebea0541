//! Rows of a sorted table, grouped by key.

use anyhow::Result;
use polars::prelude::DataFrame;
use starcite_rows::Table;
use starcite_tables::Portion;
use std::collections::VecDeque;

/// A row's key and its value; `None` for a skipped row.
pub(super) type Keyed<T> = Option<(String, T)>;

/// Reader of the rows of a frame.
type Read<T> = fn(&DataFrame) -> Result<Vec<Keyed<T>>>;

/// Groups of a table's rows, with one portion of the table in memory.
pub(super) struct Groups<T> {
    portions: std::vec::IntoIter<Portion>,
    table: &'static Table,
    read: Read<T>,
    ready: VecDeque<(String, Vec<T>)>,
}

impl<T> Groups<T> {
    pub(super) fn new(table: &'static Table, portions: Vec<Portion>, read: Read<T>) -> Self {
        Self { portions: portions.into_iter(), table, read, ready: VecDeque::new() }
    }

    /// Returns the key of the next group.
    pub(super) fn peek(&mut self) -> Result<Option<&str>> {
        // The last group may continue in the next portion.
        while self.ready.len() < 2
            && let Some(portion) = self.portions.next()
        {
            for (key, value) in (self.read)(&portion.read(self.table.names())?)?.into_iter().flatten() {
                match self.ready.back_mut() {
                    Some((last, values)) if *last == key => values.push(value),
                    _ => self.ready.push_back((key, vec![value])),
                }
            }
        }
        Ok(self.ready.front().map(|(key, _)| key.as_str()))
    }

    /// Returns the next group.
    pub(super) fn next(&mut self) -> Result<Option<(String, Vec<T>)>> {
        self.peek()?;
        Ok(self.ready.pop_front())
    }

    /// Returns the next group if it has the key; else no rows.
    pub(super) fn next_of(&mut self, key: &str) -> Result<Vec<T>> {
        if self.peek()? != Some(key) {
            return Ok(Vec::new());
        }
        Ok(self.ready.pop_front().map(|(_, values)| values).unwrap_or_default())
    }
}
