//! Rows for tests: a value for each column, distinct from those of all other columns of its type.

#![expect(missing_docs, clippy::unwrap_used, reason = "only tests use it: a method returns the value of the column with that name")]

use crate::{Cell, Column, Table, Type};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use starcite_core::extract::Place;
use starcite_core::{Candidate, Field, RepoName, Week};

/// Number of rows after which the booleans of all columns differ, because each has another sequence of true and false.
pub const ROWS: usize = 8;

/// The values of a row of a table, by the names of its columns.
#[derive(Clone, Copy)]
pub struct Sample {
    pub table: &'static Table,
    pub row: usize,
}

impl Sample {
    /// Returns the samples of a table.
    pub fn all(table: &'static Table) -> impl Iterator<Item = Self> {
        (0..ROWS).map(move |row| Self { table, row })
    }

    fn at(self, column: &str) -> usize {
        self.table.names().position(|name| name == column).unwrap_or_else(|| panic!("{} has no column {column}", self.table.name))
    }

    pub fn text(self, column: &str) -> String {
        let at = self.at(column);
        match self.table.columns[at].allowed.texts() {
            Some(names) => names[self.row % names.len()].to_owned(),
            None => format!("{column} of row {}", self.row),
        }
    }

    pub fn repo(self, column: &str) -> RepoName {
        RepoName::parse(&format!("o/{column}-{}", self.row)).unwrap()
    }

    pub fn int(self, column: &str) -> i64 {
        i64::try_from(1_000 * (self.at(column) + 1) + self.row).unwrap()
    }

    pub fn position(self, column: &str) -> usize {
        usize::try_from(self.int(column)).unwrap()
    }

    pub fn float(self, column: &str) -> f64 {
        self.int(column) as f64 / 4.0
    }

    pub fn bool(self, column: &str) -> bool {
        (self.at(column) + 1) >> self.row & 1 == 1
    }

    pub fn day(self, column: &str) -> NaiveDate {
        NaiveDate::default() + TimeDelta::days(self.int(column))
    }

    pub fn time(self, column: &str) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(self.int(column))
    }

    pub fn week(self, column: &str) -> Week {
        Week::of_date(NaiveDate::default() + TimeDelta::weeks(self.int(column) / 10))
    }

    pub fn places(self, column: &str) -> Vec<Place> {
        vec![Place { field: Field::Comment, start: Some(self.row), end: None, raw: format!("{column} of row {}", self.row) }]
    }

    pub fn candidates(self, column: &str) -> Vec<Candidate> {
        vec![Candidate { repo: self.repo(column), assumed: format!("{column} of row {}", self.row) }]
    }

    /// Returns the value of a column.
    pub fn cell(self, column: &Column) -> Cell<'static> {
        let name = column.name;
        match column.kind {
            Type::Text if name.ends_with("_week") => Cell::Text(Some(self.week(name).to_string().into())),
            Type::Text => Cell::Text(Some(self.text(name).into())),
            Type::Int => Cell::Int(Some(self.int(name))),
            Type::Float => Cell::Float(Some(self.float(name))),
            Type::Bool => Cell::Bool(Some(self.bool(name))),
            Type::Date => Cell::Date(Some(self.day(name))),
            Type::Time => Cell::Time(Some(self.time(name))),
            Type::TextList => Cell::TextList(Some(vec![self.text(name)].into())),
            Type::IntList => Cell::IntList(Some(vec![self.int(name)].into())),
            Type::Places => Cell::Places(Some(self.places(name).into())),
            Type::Candidates => Cell::Candidates(Some(self.candidates(name).into())),
        }
    }

    /// Returns the values of all columns.
    pub fn cells(self) -> Vec<Cell<'static>> {
        self.table.columns.iter().map(|column| self.cell(column)).collect()
    }
}
