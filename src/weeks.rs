//! The finished weeks of a folder, and their tables a few row groups at a time.

use crate::commands::verify;
use crate::manifest::{Manifest, TableEntry};
use crate::progress::Progress;
use crate::tables::schema::Table;
use anyhow::{Context, Result, ensure};
use polars::prelude::{DataFrame, FileMetadataRef, ParallelStrategy, ParquetReader, SerReader};
use starcite_core::Week;
use std::fs::File;
use std::path::{Path, PathBuf};

/// What is read at once: as many rows as a row group has at most, and no more than this of them before compression.
const PORTION_ROWS: usize = 16_384;
const PORTION_BYTES: usize = 16 * 1024 * 1024;

/// A finished week.
pub(crate) struct FinishedWeek {
    pub(crate) week: Week,
    pub(crate) folder: PathBuf,
    pub(crate) manifest: Manifest,
}

/// Neighbouring row groups of one file.
pub(crate) struct Portion {
    table: &'static Table,
    path: PathBuf,
    metadata: FileMetadataRef,
    first_row: usize,
    rows: usize,
}

/// All finished weeks of a folder, newest first.
///
/// # Errors
/// When there is none, or a folder is no finished week, no week's or another version's.
pub(crate) fn find(out: &Path) -> Result<Vec<FinishedWeek>> {
    ensure!(out.is_dir(), "there is no folder {}: starcite run makes it, or name another with --out", out.display());
    let mut weeks = verify::weeks(out)?.into_iter().map(FinishedWeek::open).collect::<Result<Vec<_>>>()?;
    weeks.sort_by_key(|week| std::cmp::Reverse(week.week));
    Ok(weeks)
}

/// A week that was asked for, else the newest one.
///
/// # Errors
/// As [`find`], and when the week is not there.
pub(crate) fn find_one(out: &Path, wanted: Option<Week>) -> Result<FinishedWeek> {
    if let Some(week) = wanted {
        return FinishedWeek::open(out.join(format!("week={week}")));
    }
    find(out)?.into_iter().next().with_context(|| format!("{} holds no week", out.display()))
}

/// The finished weeks before one, newest first.
///
/// # Errors
/// As [`find`], but for later weeks.
pub(crate) fn before(out: &Path, week: Week) -> Result<Vec<FinishedWeek>> {
    let mut weeks = find(out)?;
    weeks.retain(|other| other.week < week);
    Ok(weeks)
}

/// The finished weeks until one, newest first, which the first of them is; without one, all of them.
///
/// # Errors
/// As [`find`], and when that week is not among them.
pub(crate) fn until(out: &Path, last: Option<Week>) -> Result<Vec<FinishedWeek>> {
    let mut weeks = find(out)?;
    if let Some(last) = last {
        let there: Vec<String> = weeks.iter().map(|week| week.week.to_string()).collect();
        weeks.retain(|week| week.week <= last);
        let is_there = weeks.first().is_some_and(|week| week.week == last);
        ensure!(is_there, "{} holds no finished week {last}, but {}: name one of them, or run it first", out.display(), there.join(", "));
    }
    Ok(weeks)
}

/// A table in all weeks given, in the order of the weeks and of their rows. Each file is compared with its manifest first.
pub(crate) fn portions<'a>(
    weeks: impl IntoIterator<Item = &'a FinishedWeek, IntoIter: Send>,
    table: &'static Table,
    progress: &Progress,
) -> impl Iterator<Item = Result<Portion>> + Send {
    let progress = progress.clone();
    weeks.into_iter().flat_map(move |week| {
        progress.reading(&week.folder.display().to_string());
        match week.portions(table) {
            Ok(portions) => portions.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        }
    })
}

impl FinishedWeek {
    fn open(folder: PathBuf) -> Result<Self> {
        let manifest = Manifest::read(&folder)?;
        let week = manifest.week;
        let is_its_own = folder.file_name().is_some_and(|name| *name == *format!("week={week}"));
        ensure!(is_its_own, "{} holds {week}: rename the folder, or move it away", folder.display());
        Ok(Self { week, folder, manifest })
    }

    fn entry(&self, table: &Table) -> Option<&TableEntry> {
        self.manifest.tables.iter().find(|entry| entry.table == table.name)
    }

    /// Whether the week has a table.
    pub(crate) fn has(&self, table: &Table) -> bool {
        self.entry(table).is_some()
    }

    /// A table in the order of its rows. The file is compared with its manifest first.
    ///
    /// # Errors
    /// When the week has no such table, or the file is not what the manifest says.
    pub(crate) fn portions(&self, table: &'static Table) -> Result<Vec<Portion>> {
        let (name, week) = (table.name, self.week);
        let entry = self.entry(table).with_context(|| format!("{week} has no table {name}: leave it among the pipeline's tables and run the week again"))?;
        let path = self.folder.join(&entry.file);
        let damaged = || format!("{} is damaged: run {week} again to write it anew", path.display());
        verify::verify_file(&path, entry).with_context(damaged)?;
        let metadata = ParquetReader::new(open(&path)?).get_metadata().with_context(damaged)?.clone();
        let mut portions: Vec<Portion> = Vec::new();
        let (mut next_row, mut bytes) = (0, 0);
        for group in &metadata.row_groups {
            let rows = group.num_rows();
            bytes += group.total_byte_size();
            match portions.last_mut() {
                Some(last) if last.rows + rows <= PORTION_ROWS && bytes <= PORTION_BYTES => last.rows += rows,
                _ => {
                    bytes = group.total_byte_size();
                    portions.push(Portion { table, path: path.clone(), metadata: metadata.clone(), first_row: next_row, rows });
                }
            }
            next_row += rows;
        }
        Ok(portions)
    }

    /// Fails if the week was written anew since it was found: what was read may be of the one and of the other.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        ensure!(Manifest::read(&self.folder)? == self.manifest, "{} was written anew meanwhile: run the same command again", self.folder.display());
        Ok(())
    }
}

impl Portion {
    /// All columns.
    pub(crate) fn read(&self) -> Result<DataFrame> {
        self.read_as(None)
    }

    /// Some columns, in this order.
    pub(crate) fn read_columns(&self, columns: &[&str]) -> Result<DataFrame> {
        self.read_as(Some(columns.iter().map(|name| (*name).to_owned()).collect()))
    }

    fn read_as(&self, columns: Option<Vec<String>>) -> Result<DataFrame> {
        let context = || format!("cannot read {}", self.path.display());
        let mut reader = ParquetReader::new(open(&self.path)?).read_parallel(ParallelStrategy::None).with_slice(Some((self.first_row, self.rows)));
        reader.set_metadata(self.metadata.clone());
        let frame = reader.with_columns(columns.clone()).finish().with_context(context)?;
        verify::verify_columns(self.table, columns.as_deref(), &frame).with_context(context)?;
        Ok(frame)
    }
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("cannot open {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Coverage;
    use crate::tables::schema::PAPERS;
    use crate::tables::{TableWriter, rows};
    use starcite_core::Paper;

    /// A week of so many papers.
    fn week_of(folder: &Path, papers: usize) -> FinishedWeek {
        let week: Week = "2026-W47".parse().unwrap();
        let mut table = TableWriter::create(&PAPERS, &folder.join("papers.parquet"), &[]).unwrap();
        for id in 0..papers {
            let paper = Paper { paper_id: format!("t:{id}"), ..Paper::default() };
            table.push(&rows::paper(&paper, week)).unwrap();
        }
        let tables = vec![TableEntry::of(&table.finish().unwrap())];
        let (program, run_id, pipeline, pipeline_hash) = <(String, String, String, String)>::default();
        let (schema_version, complete, inputs, coverage) = (1, true, Vec::new(), Coverage::default());
        let manifest = Manifest { schema_version, program, run_id, pipeline, pipeline_hash, week, complete, compared_with: None, inputs, tables, coverage };
        FinishedWeek { week, folder: folder.to_owned(), manifest }
    }

    #[test]
    fn a_week_is_read_a_portion_at_a_time_and_none_of_its_rows_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let week = week_of(folder.path(), 40_000);
        let portions = week.portions(&PAPERS).unwrap();
        let rows: Vec<usize> = portions.iter().map(|portion| portion.rows).collect();
        assert_eq!(rows, [PORTION_ROWS, PORTION_ROWS, 40_000 - 2 * PORTION_ROWS]);
        let frame = portions[2].read().unwrap();
        let ids = frame.column("paper_id").unwrap().str().unwrap();
        assert_eq!((ids.len(), ids.get(0)), (rows[2], Some("t:32768")));
    }
}
