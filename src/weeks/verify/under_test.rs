//! The week and the rows that are checked.

use super::Problems;
use polars::prelude::DataFrame;
use starcite_core::Week;
use starcite_rows::{Column, Table};
use starcite_tables::OpenWeek;
use starcite_tables::manifest::Manifest;
use std::path::{Path, PathBuf};

/// A folder with a manifest that could be read.
pub(super) struct WeekUnderTest<'a> {
    pub(super) folder: &'a Path,
    pub(super) open: &'a OpenWeek,
    pub(super) manifest: &'a Manifest,
}

impl WeekUnderTest<'_> {
    pub(super) fn week(&self) -> Week {
        self.manifest.week
    }

    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }
}

/// The columns of a file that match the schema.
pub(super) struct Columns {
    pub(super) table: &'static Table,
    pub(super) sound: Vec<&'static Column>,
}

impl Columns {
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.sound.iter().map(|column| column.name)
    }

    /// True if all of these exist and are sound.
    pub(super) fn have(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.names().any(|sound| sound == *name))
    }
}

/// Some rows of a table, with only the columns that match the schema.
pub(super) struct Rows<'a> {
    pub(super) week: &'a WeekUnderTest<'a>,
    pub(super) columns: &'a Columns,
    pub(super) path: &'a Path,
    /// The number of the first row in the table, from 0.
    pub(super) first: usize,
    pub(super) frame: DataFrame,
}

impl Rows<'_> {
    /// Adds a problem in one row.
    pub(super) fn damaged(&self, problems: &mut Problems, kind: &'static str, row: usize, what: impl std::fmt::Display) {
        let place = format!("row {} ({})", self.first + row, shown_key(self.columns.table, &self.frame, row));
        problems.damaged(self.week.week(), self.path, kind, format!("{place}: {what}"));
    }
}

/// Returns the key of a row for the user, from the columns that exist.
fn shown_key(table: &Table, frame: &DataFrame, row: usize) -> String {
    let values = table.key.iter().filter_map(|name| frame.column(name).ok()?.get(row).ok());
    values.map(|value| value.get_str().map_or_else(|| value.to_string(), str::to_owned)).collect::<Vec<_>>().join(" + ")
}
