//! Writes a table as Parquet, row group by row group, and hashes it meanwhile.

use super::columns::Columns;
use super::row_group::{Layout, RowGroup};
use anyhow::{Context, Result};
use polars_error::PolarsError;
use polars_parquet::write::{DynIter, DynStreamingIterator, FileWriter, KeyValue, fallible_streaming_iterator, schema_to_metadata_key};
use sha2::{Digest, Sha256};
use starcite_ground::sha256;
use starcite_rows::{Cell, Column, Row, Table};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tracing::{Span, debug, debug_span, trace};

/// The most rows of a row group.
pub(super) const ROW_GROUP_ROWS: usize = 16_384;

/// A table being written.
pub struct TableWriter {
    name: &'static str,
    path: PathBuf,
    layout: Layout,
    writer: FileWriter<BufWriter<Hashed>>,
    metadata: Vec<KeyValue>,
    filling: Columns,
    rows: u64,
    /// Nulls in each column.
    nulls: Vec<u64>,
    span: Span,
}

/// A table that was written.
pub struct Written {
    /// The name of the table.
    pub table: &'static str,
    /// The number of rows.
    pub rows: u64,
    /// Nulls by column, of those that have any.
    pub unknown: BTreeMap<String, u64>,
    /// The size of the file, in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, as hexadecimal digits.
    pub sha256: String,
}

/// A file that was written, but may not be on disk yet.
pub struct Unsynced {
    file: File,
    path: PathBuf,
}

impl TableWriter {
    /// Begins a file with all columns of a table, and the file metadata given.
    pub fn create(table: &'static Table, path: &Path, metadata: &[(String, String)]) -> Result<Self> {
        Self::with_columns(table.name, table.columns.iter().collect(), path, metadata)
    }

    /// Begins a file with some columns of a table.
    pub fn with_columns(name: &'static str, columns: Vec<&'static Column>, path: &Path, metadata: &[(String, String)]) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        let hashed = Hashed { file, hash: Sha256::new(), bytes: 0 };
        let layout = Layout::new(columns)?;
        let arrow = schema_to_metadata_key(&layout.told());
        let own = metadata.iter().map(|(key, value)| KeyValue { key: key.clone(), value: Some(value.clone()) });
        Ok(Self {
            name,
            path: path.to_owned(),
            writer: FileWriter::try_new(BufWriter::new(hashed), layout.arrow.clone(), layout.options)?, // a header is written byte by byte
            metadata: std::iter::once(arrow).chain(own).collect(),
            filling: layout.columns(),
            nulls: vec![0; layout.names().count()],
            layout,
            rows: 0,
            span: debug_span!("table", table = name),
        })
    }

    /// Names another path in errors: that of the file which this one will become.
    pub fn display_as(self, path: &Path) -> Self {
        Self { path: path.to_owned(), ..self }
    }

    /// Returns the layout of row groups, for threads that encode rows.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Adds a row.
    pub fn push(&mut self, row: &impl Row) -> Result<()> {
        self.push_cells(row.cells().as_ref())
    }

    /// Adds the values of a row, in the order of the columns.
    pub fn push_cells(&mut self, row: &[Cell<'_>]) -> Result<()> {
        self.filling.push_cells(row).with_context(|| format!("a row of {}", self.name))?;
        if self.filling.rows() == ROW_GROUP_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        let filled = std::mem::replace(&mut self.filling, self.layout.columns());
        let row_group = self.layout.encode(filled)?;
        self.append(&row_group)
    }

    /// Adds rows that were encoded elsewhere.
    pub fn append(&mut self, row_group: &RowGroup) -> Result<()> {
        if row_group.rows == 0 {
            return Ok(());
        }
        self.span.in_scope(|| trace!(rows = row_group.rows, "a row group is written"));
        let columns = row_group.columns.iter().map(|pages| {
            let pages = pages.iter().map(Ok::<_, PolarsError>);
            Ok(DynStreamingIterator::new(fallible_streaming_iterator::convert(pages)))
        });
        self.rows += row_group.rows as u64;
        self.nulls.iter_mut().zip(&row_group.nulls).for_each(|(all, more)| *all += *more as u64);
        let written = self.writer.write(row_group.rows as u64, DynIter::new(columns));
        written.with_context(|| format!("cannot write {}: is the disk full?", self.path.display()))
    }

    /// Ends the file and syncs it. A table without rows is a file with columns.
    pub fn finish(self) -> Result<Written> {
        let (written, unsynced) = self.end()?;
        unsynced.sync()?;
        Ok(written)
    }

    /// Ends the file without a sync, which the caller does later because it takes a while and no CPU time.
    pub fn end(mut self) -> Result<(Written, Unsynced)> {
        if self.filling.rows() > 0 {
            self.flush()?;
        }
        let context = || format!("cannot write {}: is the disk full?", self.path.display());
        self.writer.end(Some(self.metadata)).with_context(context)?;
        let Hashed { file, hash, bytes } = self.writer.into_inner().into_inner().map_err(io::IntoInnerError::into_error).with_context(context)?;
        let unknown = self.layout.names().zip(&self.nulls).filter(|(_, nulls)| **nulls > 0).map(|(name, nulls)| (name.to_owned(), *nulls)).collect();
        let written = Written { table: self.name, rows: self.rows, unknown, bytes, sha256: sha256::hex(hash) };
        self.span.in_scope(|| debug!(rows = written.rows, bytes, "a table is written"));
        Ok((written, Unsynced { file, path: self.path }))
    }
}

impl Unsynced {
    /// Waits until the file is on disk.
    pub fn sync(self) -> Result<()> {
        self.file.sync_all().with_context(|| format!("cannot write {}: is the disk full?", self.path.display()))
    }
}

/// A file whose bytes are hashed and counted as they are written.
struct Hashed {
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
