//! Rewrites tables of an older schema version in this one; `name` has the columns in which they differ.

use super::{TableFile, TableWriter, Written, read_rows};
use anyhow::{Context, Result};
use polars::prelude::{Column as Values, CompatLevel, DataFrame, IntoColumn, NamedFrom, Series};
use starcite_core::RepoKind;
use starcite_core::availability::{Flag, Tier, why};
use starcite_ground::catch_panics::catch_panics;
use starcite_rows::{Column, REPO_KIND, Ranking, Table, Texts, WEEK, view};
use std::collections::HashMap;
use std::path::Path;

/// The columns that version 6 added to `papers` and `rankings`.
const SOURCE_KEY: &str = "source_key";
const TIED_WITH: &str = "tied_with";
const WHY: &str = "why";

/// Returns a column's name in a version; `None` if that version lacks the column.
fn name(column: &Column, version: u32) -> Option<&'static str> {
    match column.name {
        WEEK if version < 4 => Some("week"),
        REPO_KIND if version < 5 => None,
        SOURCE_KEY | TIED_WITH | WHY if version < 6 => None,
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
    let file = TableFile::open(from)?;
    let lacks = |column| table.columns.iter().any(|known| known.name == column && name(known, version).is_none());
    let equals = if lacks(TIED_WITH) { equals(&file)? } else { HashMap::new() };
    for portion in file.portions() {
        let read = portion.read(table.columns.iter().filter_map(|column| name(column, version)))?;
        let rows = read.height();
        let columns = table.columns.iter().map(|column| match name(column, version) {
            Some(name) => Ok(read.column(name)?.clone()),
            None => added(column.name, &read, &equals),
        });
        let mut frame = DataFrame::new(rows, columns.collect::<Result<_>>()?)?;
        frame.rechunk_mut();
        let batch = frame.iter_chunks(CompatLevel::oldest(), false).next().context("bug: a portion without rows")?;
        writer.append(&catch_panics(|| layout.encode_arrays(rows, batch.into_arrays())).with_context(|| format!("cannot read {}", from.display()))?)?;
    }
    writer.finish()
}

/// Returns the values of a column that the rows lack.
fn added(column: &'static str, read: &DataFrame, equals: &HashMap<u64, i64>) -> Result<Values> {
    let name = column.into();
    let values = match column {
        // Older versions have repositories of code alone.
        REPO_KIND => Series::new(name, vec![RepoKind::Code.as_str(); read.height()]),
        TIED_WITH => Series::new(name, scores(read)?.map(|score| equals.get(&score?).map(|papers| papers - 1)).collect::<Vec<_>>()),
        WHY => Series::new(name, reasons(read)?),
        _ => Series::new(name, vec![None::<&str>; read.height()]),
    };
    Ok(values.into_column())
}

/// Returns the number of papers with each score, by the bits of the score.
fn equals(file: &TableFile) -> Result<HashMap<u64, i64>> {
    let mut equals = HashMap::new();
    for portion in file.long_portions() {
        scores(&portion.read(["score"])?)?.flatten().for_each(|score| *equals.entry(score).or_default() += 1);
    }
    Ok(equals)
}

/// Returns the scores in a form that can be counted; `None` for a score that a damaged week lacks.
fn scores(read: &DataFrame) -> Result<impl Iterator<Item = Option<u64>>> {
    Ok(read.column("score")?.f64()?.iter().map(|score| score.map(f64::to_bits)))
}

view! {
    struct Reasoned<'a> of Ranking {
        tier: Option<Tier>,
        has_link: Option<bool>,
        reasons: Texts<'a>,
    }
}

/// Returns the reason why each paper has no code, from the evidence of its flags.
fn reasons(read: &DataFrame) -> Result<Vec<Option<String>>> {
    let reason = |row: Reasoned<'_>| {
        let evidence = |flag: Flag| row.reasons.iter().find_map(|reason| reason.strip_prefix(flag.as_str())?.strip_prefix(": "));
        why(row.tier, row.has_link, evidence)
    };
    read_rows::<Reasoned<'_>>(read)?.map(|row| row.map(reason)).collect()
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
