//! Rows of Arrow's IPC, as a file or a stream: one record batch is in memory at a time.

use super::array::{cell, holds};
use super::columns::{Column, Taken};
use super::ipc::Messages;
use super::rows::{self, records};
use crate::limits::{Expansion, Limits};
use crate::{Framer, FramingError, Text};
use anyhow::{Context, Result, ensure};
use starcite_tables::parts::polars_arrow::array::Array;
use starcite_tables::parts::polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field};
use starcite_tables::parts::polars_arrow::io::ipc::read::{
    FileMetadata, FileReader, StreamMetadata, StreamReader, StreamState, read_file_metadata, read_stream_metadata,
};
use starcite_tables::parts::polars_arrow::record_batch::RecordBatchT;
use starcite_tables::parts::polars_arrow_format::ipc::Block;
use std::fs::File;
use std::sync::Arc;

type Batch = RecordBatchT<Box<dyn Array>>;

/// An Arrow file or stream of which the schema was read.
pub(super) struct Arrow {
    file: File,
    messages: Messages,
    metadata: Metadata,
}

enum Metadata {
    File(Box<FileMetadata>),
    Stream(Box<StreamMetadata>),
}

impl Arrow {
    /// Opens a file.
    ///
    /// # Errors
    /// When it is not an Arrow file, or is damaged.
    pub(super) fn open_file(mut file: File, expansion: Expansion) -> Result<Self> {
        let context = "it is not a whole Arrow file: was it cut off?";
        let mut messages = Messages::new(file.try_clone()?, expansion)?;
        messages.check_footer().context(context)?;
        let metadata = read_file_metadata(&mut file).context(context)?;
        Ok(Self { file, messages, metadata: Metadata::File(Box::new(metadata)) })
    }

    /// Opens a stream.
    ///
    /// # Errors
    /// When it is not an Arrow stream, or is damaged.
    pub(super) fn open_stream(mut file: File, expansion: Expansion) -> Result<Self> {
        let context = "it is no Arrow stream";
        let mut messages = Messages::new(file.try_clone()?, expansion)?;
        messages.check_start().context(context)?;
        let metadata = read_stream_metadata(&mut file).context(context)?;
        Ok(Self { file, messages, metadata: Metadata::Stream(Box::new(metadata)) })
    }

    fn schema(&self) -> &ArrowSchema {
        match &self.metadata {
            Metadata::File(file) => &file.schema,
            Metadata::Stream(stream) => &stream.schema,
        }
    }

    pub(super) fn columns(&self) -> Vec<Column> {
        self.schema().iter_values().map(|field| Column { name: field.name.to_string(), holds: holds(&field.dtype) }).collect()
    }

    /// Returns its rows, as long as their size is in proportion to the file.
    pub(super) fn rows<'a>(self, limits: Limits, taken: Taken) -> Framer<'a> {
        let mut places: Vec<usize> = taken.places().collect();
        places.sort_unstable();
        places.dedup();
        let batches = match self.metadata {
            Metadata::File(mut metadata) => {
                metadata.schema = Arc::new(unchecked(&metadata.schema));
                let dictionaries = metadata.dictionaries.clone().unwrap_or_default();
                let blocks = metadata.blocks.clone().into_iter();
                Batches::File { dictionaries, blocks, reader: FileReader::new(self.file, *metadata, Some(places.clone()), None) }
            }
            Metadata::Stream(mut metadata) => {
                metadata.schema = unchecked(&metadata.schema);
                Batches::Stream(StreamReader::new(self.file, *metadata, Some(places.clone())))
            }
        };
        records(Rows { taken, limits, places, messages: self.messages, batches, batch: None, row: 0, byte_offset: 0 })
    }
}

/// Returns the schema with views of bytes for views of texts. Any number of views may be of the same bytes, and polars checks each view of
/// a text for UTF-8 before a row is counted, but no view of bytes.
fn unchecked(schema: &ArrowSchema) -> ArrowSchema {
    schema.iter_values().map(|field| (field.name.clone(), unchecked_field(field))).collect()
}

fn unchecked_field(field: &Field) -> Field {
    Field { dtype: unchecked_type(&field.dtype), ..field.clone() }
}

fn unchecked_type(dtype: &ArrowDataType) -> ArrowDataType {
    use ArrowDataType::*;
    match dtype {
        Utf8View => BinaryView,
        List(inner) => List(Box::new(unchecked_field(inner))),
        LargeList(inner) => LargeList(Box::new(unchecked_field(inner))),
        Dictionary(key, words, is_ordered) => Dictionary(*key, Box::new(unchecked_type(words)), *is_ordered),
        Extension(extension) => unchecked_type(&extension.inner),
        other => other.clone(),
    }
}

/// The record batches of a file that were not read yet.
enum Batches {
    File {
        /// To be checked before the first batch.
        dictionaries: Vec<Block>,
        blocks: std::vec::IntoIter<Block>,
        reader: FileReader<File>,
    },
    Stream(StreamReader<File>),
}

/// The state of reading a file.
struct Rows {
    taken: Taken,
    limits: Limits,
    /// The columns that are taken, in their order in the file.
    places: Vec<usize>,
    messages: Messages,
    batches: Batches,
    batch: Option<Batch>,
    /// The next row within the batch.
    row: usize,
    /// Offset of the batch.
    byte_offset: u64,
}

impl rows::Rows for Rows {
    fn next(&mut self, text: &mut Vec<u8>) -> Result<Option<Result<Text, FramingError>>> {
        while self.batch.as_ref().is_none_or(|batch| self.row >= batch.len()) {
            (self.batch, self.row) = (None, 0);
            self.batch = self.next_batch()?;
            if self.batch.is_none() {
                return Ok(None);
            }
        }
        let Some(batch) = &self.batch else { return Ok(None) };
        let (arrays, mut bytes) = (batch.arrays(), 0);
        let row = self.taken.row(text, self.limits, |_, place| {
            let cell = cell(arrays[self.places.binary_search(&place).unwrap_or_default()].as_ref(), self.row);
            bytes += cell.bytes() as u64;
            cell
        });
        self.row += 1;
        self.messages.expansion.add(bytes)?;
        Ok(Some(row))
    }

    fn place(&self) -> u64 {
        self.byte_offset
    }
}

impl Rows {
    /// Returns the next record batch, which is checked before it is read; `None` at the end.
    fn next_batch(&mut self) -> Result<Option<Batch>> {
        match &mut self.batches {
            Batches::File { dictionaries, blocks, reader } => {
                let Some(block) = blocks.next() else { return Ok(None) };
                self.byte_offset = block.offset.try_into().unwrap_or_default();
                let (messages, begin) = (&mut self.messages, self.byte_offset);
                dictionaries.drain(..).try_for_each(|block| messages.check_block(&block)).context("a dictionary")?;
                messages.check_block(&block).with_context(|| in_batch(begin))?;
                reader.next().transpose().with_context(|| in_batch(begin))
            }
            Batches::Stream(reader) => {
                let begin = self.messages.place()?;
                // A damaged length could lead back to an earlier batch.
                ensure!(begin > self.byte_offset, "the record batch behind byte {} begins before it", self.byte_offset);
                self.byte_offset = begin;
                self.messages.check_next().with_context(|| in_batch(begin))?;
                match reader.next().transpose().with_context(|| in_batch(begin))? {
                    Some(StreamState::Some(batch)) => Ok(Some(batch)),
                    Some(StreamState::Waiting) | None => Ok(None), // a stream may end without an end marker
                }
            }
        }
    }
}

fn in_batch(begin: u64) -> String {
    format!("the record batch at byte {begin}")
}
