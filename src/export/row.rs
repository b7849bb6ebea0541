//! A row of a table, read by the names of columns.

use super::json;
use chrono::{DateTime, NaiveDate, Utc};
use polars::prelude::{AnyValue, Column, DataFrame};

/// A row. What is unknown is `None`, and so is what a table without the column would say.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    frame: &'a DataFrame,
    at: usize,
}

/// The rows of a frame.
pub(super) fn rows(frame: &DataFrame) -> impl Iterator<Item = Row<'_>> {
    (0..frame.height()).map(move |at| Row { frame, at })
}

impl<'a> Row<'a> {
    fn column(self, name: &str) -> Option<&'a Column> {
        self.frame.column(name).ok()
    }

    fn value(self, name: &str) -> Option<AnyValue<'a>> {
        self.column(name)?.get(self.at).ok()
    }

    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.column(name)?.str().ok()?.get(self.at)
    }

    pub(super) fn bool(self, name: &str) -> Option<bool> {
        self.column(name)?.bool().ok()?.get(self.at)
    }

    pub(super) fn int(self, name: &str) -> Option<i64> {
        self.column(name)?.i64().ok()?.get(self.at)
    }

    /// A day, or the day of a moment.
    pub(super) fn day(self, name: &str) -> Option<NaiveDate> {
        match self.value(name)? {
            AnyValue::Date(days) => json::day(days),
            AnyValue::Datetime(micros, ..) => DateTime::<Utc>::from_timestamp_micros(micros).map(|time| time.date_naive()),
            _ => None,
        }
    }

    pub(super) fn texts(self, name: &str) -> Option<Vec<String>> {
        let texts = self.column(name)?.list().ok()?.get_as_series(self.at)?;
        Some(texts.str().ok()?.iter().flatten().map(str::to_owned).collect())
    }

    /// One field of each struct in a list.
    pub(super) fn texts_of(self, name: &str, field: &str) -> Vec<String> {
        let AnyValue::List(structs) = self.value(name).unwrap_or(AnyValue::Null) else { return Vec::new() };
        let of_field = |value: AnyValue<'_>| match value.into_static() {
            AnyValue::StructOwned(fields) => {
                let at = fields.1.iter().position(|known| known.name == field)?;
                fields.0[at].get_str().map(str::to_owned)
            }
            _ => None,
        };
        structs.iter().filter_map(of_field).collect()
    }
}
