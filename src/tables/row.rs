//! A row of a table that was read.

use anyhow::Result;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use polars::prelude::DataFrame;

/// A row, its values by the names of columns.
pub(crate) struct Row<'a> {
    frame: &'a DataFrame,
    at: usize,
}

/// Each gives the value of a column; `None` is unknown.
///
/// # Errors
/// When there is no such column, or it is of another type: a bug, since tables are held against the schema when they are read.
impl<'a> Row<'a> {
    /// All rows of a frame.
    pub(crate) fn all(frame: &'a DataFrame) -> impl Iterator<Item = Self> {
        (0..frame.height()).map(move |at| Self { frame, at })
    }

    pub(crate) fn text(&self, column: &str) -> Result<Option<&'a str>> {
        Ok(self.frame.column(column)?.str()?.get(self.at))
    }

    pub(crate) fn owned(&self, column: &str) -> Result<Option<String>> {
        Ok(self.text(column)?.map(str::to_owned))
    }

    pub(crate) fn int(&self, column: &str) -> Result<Option<i64>> {
        Ok(self.frame.column(column)?.i64()?.get(self.at))
    }

    pub(crate) fn bool(&self, column: &str) -> Result<Option<bool>> {
        Ok(self.frame.column(column)?.bool()?.get(self.at))
    }

    pub(crate) fn day(&self, column: &str) -> Result<Option<NaiveDate>> {
        let days = self.frame.column(column)?.date()?.phys.get(self.at);
        Ok(days.and_then(|days| NaiveDate::default().checked_add_signed(TimeDelta::days(days.into()))))
    }

    pub(crate) fn time(&self, column: &str) -> Result<Option<DateTime<Utc>>> {
        let micros = self.frame.column(column)?.datetime()?.phys.get(self.at);
        Ok(micros.and_then(DateTime::from_timestamp_micros))
    }

    pub(crate) fn texts(&self, column: &str) -> Result<Option<Vec<String>>> {
        let list = self.frame.column(column)?.list()?.get_as_series(self.at);
        list.map(|list| Ok(list.str()?.iter().flatten().map(str::to_owned).collect())).transpose()
    }
}
