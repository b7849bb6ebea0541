//! Rewrites tables of the previous schema version in this one; they differ in the names that [`name`] returns.

use super::{TableFile, TableWriter, Written};
use crate::catch_panics::catch_panics;
use anyhow::{Context, Result};
use polars::prelude::CompatLevel;
use starcite_rows::{Column, Table, WEEK};
use std::path::Path;

/// Returns a column's name in that version.
fn name(column: &Column) -> &'static str {
    if column.name == WEEK { "week" } else { column.name }
}

/// Writes the rows of a file of that version to a file of this one.
///
/// # Errors
/// When the file lacks a column, is damaged, or the new one can't be written.
pub(crate) fn rewrite(table: &'static Table, from: &Path, to: &Path, metadata: &[(String, String)]) -> Result<Written> {
    let mut writer = TableWriter::create(table, to, metadata)?;
    let layout = writer.layout().clone();
    let columns: Vec<&str> = table.columns.iter().map(name).collect();
    for portion in TableFile::open(from)?.portions() {
        let mut frame = portion.read(columns.iter().copied())?.select(&columns)?;
        frame.rechunk_mut();
        let rows = frame.height();
        let batch = frame.iter_chunks(CompatLevel::oldest(), false).next().context("bug: a portion without rows")?;
        writer.append(&catch_panics(|| layout.encode_arrays(rows, batch.into_arrays())).with_context(|| format!("cannot read {}", from.display()))?)?;
    }
    writer.finish()
}
