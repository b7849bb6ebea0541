//! Row groups whose bounds depend on the rows alone: the same rows give the same file, whatever the batches in which they come.

use super::columns::Columns;
use super::row_group::{Layout, RowGroup};
use super::writer::ROW_GROUP_ROWS;
use anyhow::Result;
use std::ops::Range;
use std::sync::Arc;

/// Bytes of texts that fill a row group.
const ROW_GROUP_BYTES: usize = 8 * 1024 * 1024;

/// Cuts the rows of batches, one after the other, into row groups.
#[derive(Default)]
pub struct Cutter {
    /// Rows that have not filled a row group.
    waiting: Option<Columns>,
}

/// The rows of a row group.
pub struct FullGroup {
    /// The rows that waited.
    begun: Option<Columns>,
    /// The batch that has the others.
    batch: Arc<Columns>,
    rows: Range<usize>,
}

impl Cutter {
    /// Adds the rows of the next batch; returns the row groups that they fill. Only rows that have to wait are copied here.
    ///
    /// # Errors
    /// When the batch is of another table, or has columns of lists that are not texts, which is a bug.
    pub fn add(&mut self, batch: Columns) -> Result<Vec<FullGroup>> {
        let (batch, mut full, mut begin) = (Arc::new(batch), Vec::new(), 0);
        let (mut rows, mut bytes) = self.waiting.as_ref().map_or((0, 0), |waiting| (waiting.rows(), waiting.ends().last().copied().unwrap_or_default()));
        let mut before = 0;
        for (row, end) in batch.ends().into_iter().enumerate() {
            rows += 1;
            bytes += end - before;
            before = end;
            if rows == ROW_GROUP_ROWS || bytes >= ROW_GROUP_BYTES {
                full.push(FullGroup { begun: self.waiting.take(), batch: Arc::clone(&batch), rows: begin..row + 1 });
                (rows, bytes, begin) = (0, 0, row + 1);
            }
        }
        self.waiting.get_or_insert_with(|| batch.without_rows()).extend(&batch, begin..batch.rows())?;
        Ok(full)
    }

    /// Returns the rows that have not filled a row group, if there are any.
    pub fn rest(&mut self) -> Option<Columns> {
        self.waiting.take()
    }
}

impl Layout {
    /// Encodes and compresses a row group that is full.
    ///
    /// # Errors
    /// When the rows are of another table, or can't be encoded, which is a bug.
    pub fn encode_full(&self, FullGroup { begun, batch, rows }: FullGroup) -> Result<RowGroup> {
        let mut columns = begun.unwrap_or_else(|| self.columns());
        columns.extend(&batch, rows)?;
        self.encode(columns)
    }
}
