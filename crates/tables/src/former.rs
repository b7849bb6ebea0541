//! Rewrites tables of an older schema version in this one; `name` has the columns in which they differ.

use super::{TableFile, TableWriter, Written};
use anyhow::{Context, Result};
use polars::prelude::{CompatLevel, DataFrame, IntoColumn, NamedFrom, Series};
use starcite_core::RepoKind;
use starcite_ground::catch_panics::catch_panics;
use starcite_rows::{Column, REPO_KIND, Table, WEEK};
use std::path::Path;

/// Returns a column's name in a version; `None` if that version lacks the column.
fn name(column: &Column, version: u32) -> Option<&'static str> {
    match column.name {
        WEEK if version < 4 => Some("week"),
        REPO_KIND if version < 5 => None,
        name => Some(name),
    }
}

/// Writes the rows of a file of a version to a file of this one.
///
/// # Errors
/// When the file lacks a column, is damaged, or the new one can't be written.
pub fn rewrite(table: &'static Table, version: u32, from: &Path, to: &Path, metadata: &[(String, String)]) -> Result<Written> {
    let mut writer = TableWriter::create(table, to, metadata)?;
    let layout = writer.layout().clone();
    for portion in TableFile::open(from)?.portions() {
        let read = portion.read(table.columns.iter().filter_map(|column| name(column, version)))?;
        let rows = read.height();
        let columns = table.columns.iter().map(|column| match name(column, version) {
            Some(name) => Ok(read.column(name)?.clone()),
            // Older versions have repositories of code alone.
            None => Ok(Series::new(column.name.into(), vec![RepoKind::Code.as_str(); rows]).into_column()),
        });
        let mut frame = DataFrame::new(rows, columns.collect::<Result<_>>()?)?;
        frame.rechunk_mut();
        let batch = frame.iter_chunks(CompatLevel::oldest(), false).next().context("bug: a portion without rows")?;
        writer.append(&catch_panics(|| layout.encode_arrays(rows, batch.into_arrays())).with_context(|| format!("cannot read {}", from.display()))?)?;
    }
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use starcite_rows::REPOS;
    use starcite_rows::samples::{ROWS, Sample};

    #[test]
    fn repositories_of_version_4_are_of_code() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from.parquet"), folder.path().join("to.parquet"));
        let columns: Vec<&Column> = REPOS.columns.iter().filter(|column| name(column, 4).is_some()).collect();
        let mut writer = TableWriter::with_columns(REPOS.name, columns.clone(), &from, &[]).unwrap();
        Sample::all(&REPOS).for_each(|sample| writer.push_cells(&columns.iter().map(|column| sample.cell(column)).collect::<Vec<_>>()).unwrap());
        writer.finish().unwrap();
        assert_eq!(rewrite(&REPOS, 4, &from, &to, &[]).unwrap().rows, ROWS as u64);
        let frame = TableFile::open(&to).unwrap().portions().remove(0).read(REPOS.names()).unwrap();
        assert!(frame.column(REPO_KIND).unwrap().str().unwrap().iter().all(|kind| kind == Some("code")));
        let names = frame.column("repo").unwrap().str().unwrap().iter().flatten().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(names, Sample::all(&REPOS).map(|sample| sample.text("repo")).collect::<Vec<_>>());
    }
}
