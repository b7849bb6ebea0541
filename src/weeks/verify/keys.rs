//! Keys: unique, and rows sorted by them.

use super::Problems;
use super::under_test::{Columns, Rows};
use anyhow::Result;
use polars::prelude::{AnyValue, DataFrame};
use starcite_rows::Table;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The keys of a table so far.
pub(super) struct Keys {
    is_whole: bool,
    last: Option<Vec<Part<'static>>>,
    /// Hashes of all keys.
    met: HashSet<u64>,
}

/// A value of a key; null comes before all others.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part<'a> {
    Null,
    Number(i64),
    Text(Cow<'a, str>),
}

impl Keys {
    pub(super) fn of(columns: &Columns) -> Self {
        Self { is_whole: columns.have(columns.table.key), last: None, met: HashSet::new() }
    }

    pub(super) fn verify(&mut self, rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
        if !self.is_whole {
            return Ok(()); // a wrong column of the key is reported by another check
        }
        let table = rows.columns.table;
        let mut last: Option<Vec<Part<'_>>> = self.last.take();
        for row in 0..rows.frame.height() {
            let key = key(table, &rows.frame, row)?;
            let mut hash = DefaultHasher::new();
            key.hash(&mut hash);
            if !self.met.insert(hash.finish()) {
                rows.damaged(problems, "key doubled", row, "an earlier row has the same key");
            } else if table.is_sorted() && last.as_ref().is_some_and(|last| last.cmp(&key) == Ordering::Greater) {
                rows.damaged(problems, "key out of order", row, "the row before has a greater key");
            }
            last = Some(key);
        }
        self.last = last.map(|key| key.into_iter().map(Part::into_owned).collect());
        Ok(())
    }
}

impl Part<'_> {
    fn into_owned(self) -> Part<'static> {
        match self {
            Self::Null => Part::Null,
            Self::Number(number) => Part::Number(number),
            Self::Text(text) => Part::Text(Cow::Owned(text.into_owned())),
        }
    }
}

fn key<'a>(table: &Table, frame: &'a DataFrame, row: usize) -> Result<Vec<Part<'a>>> {
    let part = |name: &&str| {
        Ok(match frame.column(name)?.get(row)? {
            AnyValue::Null => Part::Null,
            AnyValue::Int64(number) => Part::Number(number),
            AnyValue::Date(day) => Part::Number(day.into()),
            AnyValue::String(text) => Part::Text(Cow::Borrowed(text)),
            other => Part::Text(Cow::Owned(other.to_string())),
        })
    };
    table.key.iter().map(part).collect()
}
