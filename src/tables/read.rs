//! A finished table, read a few row groups at a time: memory does not grow with it.

use anyhow::{Context, Result};
use polars::prelude::{DataFrame, FileMetadataRef, ParallelStrategy, ParquetReader, SerReader};
use polars_arrow::datatypes::ArrowSchemaRef;
use std::fs::File;
use std::path::{Path, PathBuf};

/// What is read at once: as many rows as a row group has at most, and no more than this of them before compression.
const PORTION_ROWS: usize = 16_384;
/// Where few columns are read; each reading looks at all row groups of the file.
const LONG_PORTION_ROWS: usize = 131_072;
const PORTION_BYTES: usize = 16 * 1024 * 1024;

/// A Parquet file of which the end was read: what is in it, and where.
pub(crate) struct TableFile {
    path: PathBuf,
    metadata: FileMetadataRef,
    pub(crate) schema: ArrowSchemaRef,
}

/// Neighbouring row groups of one file.
pub(crate) struct Portion {
    path: PathBuf,
    metadata: FileMetadataRef,
    pub(crate) first_row: usize,
    pub(crate) rows: usize,
}

impl TableFile {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut reader = ParquetReader::new(open(path)?);
        let no_parquet = || format!("{} is no Parquet", path.display());
        let schema = reader.schema().with_context(no_parquet)?;
        let metadata = reader.get_metadata().with_context(no_parquet)?.clone();
        Ok(Self { path: path.to_owned(), metadata, schema })
    }

    pub(crate) fn rows(&self) -> u64 {
        self.metadata.num_rows as u64
    }

    /// What the file says of itself under a key.
    pub(crate) fn says(&self, key: &str) -> Option<&str> {
        self.metadata.key_value_metadata().as_ref()?.iter().find(|pair| pair.key == key)?.value.as_deref()
    }

    /// All rows, in their order.
    pub(crate) fn portions(&self) -> Vec<Portion> {
        self.portions_of(PORTION_ROWS)
    }

    /// The same in fewer and longer portions, for those who read a few columns.
    pub(crate) fn long_portions(&self) -> Vec<Portion> {
        self.portions_of(LONG_PORTION_ROWS)
    }

    fn portions_of(&self, most_rows: usize) -> Vec<Portion> {
        let mut portions: Vec<Portion> = Vec::new();
        let (mut next_row, mut bytes) = (0, 0);
        for group in &self.metadata.row_groups {
            let rows = group.num_rows();
            bytes += group.total_byte_size();
            match portions.last_mut() {
                Some(last) if last.rows + rows <= most_rows && bytes <= PORTION_BYTES => last.rows += rows,
                _ => {
                    bytes = group.total_byte_size();
                    portions.push(Portion { path: self.path.clone(), metadata: self.metadata.clone(), first_row: next_row, rows });
                }
            }
            next_row += rows;
        }
        portions
    }
}

impl Portion {
    /// Reads some columns.
    pub(crate) fn read<'a>(&self, columns: impl IntoIterator<Item = &'a str>) -> Result<DataFrame> {
        let columns = columns.into_iter().map(str::to_owned).collect();
        let reader = ParquetReader::new(open(&self.path)?).read_parallel(ParallelStrategy::None);
        let mut reader = reader.with_slice(Some((self.first_row, self.rows))).with_columns(Some(columns));
        reader.set_metadata(self.metadata.clone());
        reader.finish().with_context(|| format!("cannot read {}", self.path.display()))
    }
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("cannot open {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::TableWriter;
    use crate::tables::cell::{Cell, row_of};
    use crate::tables::schema::PAPERS;

    #[test]
    fn a_table_is_read_a_portion_at_a_time_and_none_of_its_rows_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("papers.parquet");
        let mut table = TableWriter::create(&PAPERS, &path, &[]).unwrap();
        for id in 0..40_000 {
            table.push(&row_of(&PAPERS, &[("paper_id", Cell::text(format!("t:{id}")))])).unwrap();
        }
        table.finish().unwrap();
        let portions = TableFile::open(&path).unwrap().portions();
        let rows: Vec<usize> = portions.iter().map(|portion| portion.rows).collect();
        assert_eq!(rows, [PORTION_ROWS, PORTION_ROWS, 40_000 - 2 * PORTION_ROWS]);
        let frame = portions[2].read(["paper_id"]).unwrap();
        let ids = frame.column("paper_id").unwrap().str().unwrap();
        assert_eq!((ids.len(), ids.get(0)), (rows[2], Some("t:32768")));
    }
}
