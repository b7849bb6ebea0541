//! Reads a finished table a few row groups at a time, so that memory does not grow with it.

use super::promises::{self, Bounds};
use anyhow::{Context, Result, ensure};
use polars::prelude::{DataFrame, FileMetadataRef, ParallelStrategy, ParquetReader, SerReader};
use polars_arrow::datatypes::ArrowSchemaRef;
use polars_parquet::read::{RowGroupMetadata, infer_schema, read_metadata};
use starcite_ground::catch_panics::catch_panics;
use starcite_ground::files::{self, reader::Reader};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows read at once: as many as a row group has at most, with no more than [`PORTION_BYTES`] before compression.
const PORTION_ROWS: usize = 16_384;
/// Rows read at once if few columns are read, because each read goes through all row groups of the file.
const LONG_PORTION_ROWS: usize = 131_072;
const PORTION_BYTES: usize = 16 * 1024 * 1024;
/// Rows, values of all columns, and bytes before compression that are read at once of another program's row group, which may be larger.
const SLICE_ROWS: usize = 131_072;
const SLICE_VALUES: usize = 16 * 1024 * 1024;
const SLICE_BYTES: usize = 128 * 1024 * 1024;
/// The most bytes of a portion in memory: a text of a dictionary counts once for each row that has it.
const MAX_PORTION_BYTES: usize = 2 * 1024 * 1024 * 1024;

/// A Parquet file of which the metadata was read.
pub struct TableFile {
    path: PathBuf,
    file: Arc<File>,
    metadata: FileMetadataRef,
    /// The columns that the file declares.
    pub schema: ArrowSchemaRef,
}

/// Adjacent row groups of one file, or a part of one.
pub struct Portion {
    path: PathBuf,
    file: Arc<File>,
    metadata: FileMetadataRef,
    /// The number of rows of the file before it.
    pub first_row: usize,
    /// The number of rows.
    pub rows: usize,
    /// The offset of the first row group.
    pub byte_offset: u64,
}

impl TableFile {
    /// Opens a file.
    ///
    /// # Errors
    /// When it is not a regular file, is not a Parquet file, or claims more than it has.
    pub fn open(path: &Path) -> Result<Self> {
        Self::of(files::open(path).with_context(|| format!("cannot open {}", path.display()))?.into(), path)
    }

    /// Reads the metadata of an open file; `path` is its name in errors.
    pub fn of(file: Arc<File>, path: &Path) -> Result<Self> {
        Self::within(Bounds::OF_WEEKS, file, path)
    }

    /// Does the same for a file with row groups within other bounds.
    ///
    /// # Errors
    /// When it is not a Parquet file, claims more than it has, or has a larger row group.
    pub fn within(bounds: Bounds, file: Arc<File>, path: &Path) -> Result<Self> {
        let read = catch_panics(|| {
            let metadata = read_metadata(&mut Reader::new(&file))?;
            promises::check(&file, &metadata, bounds)?;
            let schema = infer_schema(&metadata)?;
            Ok(Self { path: path.to_owned(), file: Arc::clone(&file), metadata: metadata.into(), schema: schema.into() })
        });
        read.with_context(|| format!("{} is no Parquet", path.display()))
    }

    /// Returns the number of rows that the file declares.
    pub fn rows(&self) -> u64 {
        self.metadata.num_rows as u64
    }

    /// Returns the value of a key in the file's metadata.
    pub fn says(&self, key: &str) -> Option<&str> {
        self.metadata.key_value_metadata().as_ref()?.iter().find(|pair| pair.key == key)?.value.as_deref()
    }

    /// Returns all rows, in their order.
    pub fn portions(&self) -> Vec<Portion> {
        self.portions_of(PORTION_ROWS)
    }

    /// Returns them in fewer and longer portions, for readers of a few columns.
    pub fn long_portions(&self) -> Vec<Portion> {
        self.portions_of(LONG_PORTION_ROWS)
    }

    fn portions_of(&self, most_rows: usize) -> Vec<Portion> {
        let mut portions: Vec<Portion> = Vec::new();
        let (mut next_row, mut bytes) = (0, 0);
        for group in &self.metadata.row_groups {
            let rows = group.num_rows();
            bytes = group.total_byte_size().saturating_add(bytes);
            match portions.last_mut() {
                Some(last) if last.rows + rows <= most_rows && bytes <= PORTION_BYTES => last.rows += rows,
                _ => {
                    bytes = group.total_byte_size();
                    portions.push(self.portion(group, next_row, rows));
                }
            }
            next_row += rows;
        }
        portions
    }

    /// Returns all rows in portions of one row group each, or of a part of it if it is large.
    pub fn slices(&self) -> Vec<Portion> {
        let (mut portions, mut first) = (Vec::new(), 0);
        for group in &self.metadata.row_groups {
            let rows = group.num_rows();
            let values: usize = group.parquet_columns().iter().map(|column| column.num_values() as usize).sum();
            let parts = [rows.div_ceil(SLICE_ROWS), values.div_ceil(SLICE_VALUES), group.total_byte_size().div_ceil(SLICE_BYTES)];
            let parts = parts.into_iter().max().unwrap_or(1).clamp(1, rows.max(1));
            let step = rows.div_ceil(parts).max(1);
            portions.extend((0..rows).step_by(step).map(|at| self.portion(group, first + at, step.min(rows - at))));
            first += rows;
        }
        portions
    }

    fn portion(&self, group: &RowGroupMetadata, first_row: usize, rows: usize) -> Portion {
        let byte_offset = group.byte_ranges_iter().map(|range| range.start).min().unwrap_or_default();
        Portion { path: self.path.clone(), file: Arc::clone(&self.file), metadata: self.metadata.clone(), first_row, rows, byte_offset }
    }
}

impl Portion {
    /// Reads some columns.
    ///
    /// # Errors
    /// When the file can't be read or is damaged.
    pub fn read<'a>(&self, columns: impl IntoIterator<Item = &'a str>) -> Result<DataFrame> {
        self.read_up_to(MAX_PORTION_BYTES, columns)
    }

    /// Reads some columns, if they take no more than so many bytes in memory.
    pub(super) fn read_up_to<'a>(&self, most: usize, columns: impl IntoIterator<Item = &'a str>) -> Result<DataFrame> {
        let columns = columns.into_iter().map(str::to_owned).collect();
        let reader = ParquetReader::new(self.file.try_clone()?).read_parallel(ParallelStrategy::None);
        let mut reader = reader.with_slice(Some((self.first_row, self.rows))).with_columns(Some(columns));
        reader.set_metadata(self.metadata.clone());
        let read = catch_panics(|| {
            let frame = reader.finish()?;
            ensure!(frame.columns().iter().all(|column| column.len() == self.rows), "its columns have other rows than it promises");
            ensure!(frame.estimated_size() <= most, "{} of its rows have more than {most} bytes", self.rows);
            Ok(frame)
        });
        read.with_context(|| format!("cannot read {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TableWriter;
    use polars::prelude::{IntoColumn, NamedFrom, ParquetWriter, Series};
    use starcite_rows::PAPERS;
    use starcite_rows::samples::Sample;

    #[test]
    fn a_table_is_read_a_portion_at_a_time_and_none_of_its_rows_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("papers.parquet");
        let mut table = TableWriter::create(&PAPERS, &path, &[]).unwrap();
        for id in 0..40_000 {
            table.push_cells(&Sample { table: &PAPERS, row: id }.cells()).unwrap();
        }
        table.finish().unwrap();
        let portions = TableFile::open(&path).unwrap().portions();
        let rows: Vec<usize> = portions.iter().map(|portion| portion.rows).collect();
        assert_eq!(rows, [PORTION_ROWS, PORTION_ROWS, 40_000 - 2 * PORTION_ROWS]);
        let frame = portions[2].read(["paper_id"]).unwrap();
        let ids = frame.column("paper_id").unwrap().str().unwrap();
        assert_eq!((ids.len(), ids.get(0)), (rows[2], Some("paper_id of row 32768")));
    }

    #[test]
    fn a_row_group_of_another_program_is_read_in_parts() {
        const ROWS: usize = 300_000;
        let lists = Series::new("list".into(), (0..ROWS).map(|at| Series::new("".into(), vec![at as i64; at % 4])).collect::<Vec<_>>());
        let mut frame = DataFrame::new(ROWS, vec![lists.into_column()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.parquet");
        ParquetWriter::new(File::create(&path).unwrap()).with_row_group_size(Some(ROWS)).finish(&mut frame).unwrap();
        let said = format!("{:#}", TableFile::open(&path).err().unwrap());
        assert!(said.contains("300000 rows: more than 131072 are not read; write the file with smaller row groups"), "{said}");
        let slices = TableFile::within(Bounds::OF_ENGINES, Arc::new(File::open(&path).unwrap()), &path).unwrap().slices();
        assert_eq!(slices.iter().map(|slice| slice.rows).collect::<Vec<_>>(), [100_000; 3]);
        let mut read = slices[0].read(["list"]).unwrap();
        for slice in &slices[1..] {
            read.vstack_mut(&slice.read(["list"]).unwrap()).unwrap();
        }
        assert!(read.equals(&frame));
    }
}
