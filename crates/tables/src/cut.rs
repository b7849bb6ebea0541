//! Row groups whose bounds depend on the rows alone: the same rows give the same file, whatever the batches in which they come.

use super::columns::Columns;
use super::row_group::{Layout, RowGroup};
use super::writer::ROW_GROUP_ROWS;
use anyhow::Result;
use std::ops::Range;
use std::sync::Arc;

/// Bytes of texts that fill a row group.
const ROW_GROUP_BYTES: usize = 8 * 1024 * 1024;

/// Rows that have not filled a row group yet, of batches that come one after the other.
#[derive(Default)]
pub struct Cutter {
    waiting: Vec<Piece>,
    rows: usize,
    bytes: usize,
}

/// Rows of one batch that belong to the same row group.
struct Piece {
    columns: Arc<Columns>,
    rows: Range<usize>,
}

/// The rows of a row group, which are still where their batches left them.
pub struct Pieces(Vec<Piece>);

impl Cutter {
    /// Adds the rows of the next batch, without a copy; returns the row groups that they complete.
    pub fn add(&mut self, columns: Columns) -> Vec<Pieces> {
        let (columns, mut complete, mut begin, mut before) = (Arc::new(columns), Vec::new(), 0, 0);
        for (row, end) in columns.ends().into_iter().enumerate() {
            self.rows += 1;
            self.bytes += end - before;
            before = end;
            if self.rows == ROW_GROUP_ROWS || self.bytes >= ROW_GROUP_BYTES {
                self.waiting.push(Piece { columns: Arc::clone(&columns), rows: begin..row + 1 });
                complete.push(self.rest());
                begin = row + 1;
            }
        }
        if begin < columns.rows() {
            self.waiting.push(Piece { rows: begin..columns.rows(), columns });
        }
        complete
    }

    /// Returns the rows that have not filled a row group.
    pub fn rest(&mut self) -> Pieces {
        Pieces(std::mem::take(self).waiting)
    }
}

impl Layout {
    /// Encodes and compresses a row group that was cut.
    ///
    /// # Errors
    /// When the rows are of another table, or it has columns of lists that are not texts, which is a bug.
    pub fn encode_pieces(&self, pieces: Pieces) -> Result<RowGroup> {
        let mut columns = self.columns();
        pieces.0.into_iter().try_for_each(|piece| columns.extend(&piece.columns, piece.rows))?;
        self.encode(columns)
    }
}
