//! Rows of Arrow's IPC, as a file or a stream: a record batch is held at a time.

use super::array::{cell, holds};
use super::columns::{Column, Taken};
use super::has_room;
use crate::guarded::guarded;
use crate::source::input::Limits;
use crate::source::unreadable::cut_off;
use crate::source::{Piece, Splitter};
use anyhow::{Context, Result, anyhow};
use polars_arrow::array::Array;
use polars_arrow::datatypes::ArrowSchema;
use polars_arrow::io::ipc::read::{FileMetadata, FileReader, StreamMetadata, StreamReader, StreamState, read_file_metadata, read_stream_metadata};
use polars_arrow::record_batch::RecordBatchT;
use std::fs::File;
use std::io::{self, Seek};

type Batch = RecordBatchT<Box<dyn Array>>;
type Batches = Box<dyn Iterator<Item = Result<(u64, Batch)>> + Send>;

/// An Arrow file or stream of which the schema was read.
pub(super) enum Arrow {
    File(Box<(File, FileMetadata)>),
    Stream(Box<(File, StreamMetadata)>),
}

impl Arrow {
    /// # Errors
    /// When it is no Arrow file, or is damaged.
    pub(super) fn open_file(mut file: File) -> Result<Self> {
        let metadata = read_file_metadata(&mut file).context("it is no whole Arrow file: was it cut off?")?;
        Ok(Self::File(Box::new((file, metadata))))
    }

    /// # Errors
    /// When it is no Arrow stream, or is damaged.
    pub(super) fn open_stream(mut file: File) -> Result<Self> {
        let metadata = read_stream_metadata(&mut file).context("it is no Arrow stream")?;
        Ok(Self::Stream(Box::new((file, metadata))))
    }

    fn schema(&self) -> &ArrowSchema {
        match self {
            Self::File(file) => &file.1.schema,
            Self::Stream(stream) => &stream.1.schema,
        }
    }

    pub(super) fn columns(&self) -> Vec<Column> {
        self.schema().iter_values().map(|field| Column { name: field.name.to_string(), holds: holds(&field.dtype) }).collect()
    }

    /// Its rows.
    pub(super) fn rows<'a>(self, limits: Limits, taken: Taken) -> Result<Splitter<'a>> {
        let mut places: Vec<usize> = taken.places().collect();
        places.sort_unstable();
        places.dedup();
        let file = match &self {
            Self::File(file) => file.0.try_clone()?,
            Self::Stream(stream) => stream.0.try_clone()?,
        };
        let mut batches = self.batches(places.clone())?;
        let (mut batch, mut byte_offset, mut row) = (None::<Batch>, 0, 0);
        let mut ended = false;
        Ok(Box::new(move |text| {
            while batch.as_ref().is_none_or(|batch| row >= batch.len()) {
                if ended {
                    return None;
                }
                (batch, row) = (None, 0);
                let next = guarded(|| {
                    let next = batches.next().transpose()?;
                    next.iter().try_for_each(|(_, batch)| has_room(&file, batch.len() as u64, limits))?;
                    Ok(next)
                });
                match next {
                    Ok(Some((begin, next))) => (byte_offset, batch) = (begin, Some(next)),
                    Ok(None) => ended = true,
                    Err(error) => {
                        ended = true;
                        return Some(Piece { byte_offset, text: Err(cut_off(&io::Error::other(format!("{error:#}")), &[])) });
                    }
                }
            }
            let arrays = batch.as_ref()?.arrays();
            let at = row;
            row += 1;
            let column = |place| places.binary_search(&place).unwrap_or_default();
            Some(Piece { byte_offset, text: taken.row(text, limits, |_, place| cell(arrays[column(place)].as_ref(), at)) })
        }))
    }

    /// Its record batches, each with where it begins, with the columns at these places.
    fn batches(self, places: Vec<usize>) -> Result<Batches> {
        Ok(match self {
            Self::File(file) => {
                let (file, metadata) = *file;
                let begins: Vec<u64> = metadata.blocks.iter().map(|block| block.offset.try_into().unwrap_or_default()).collect();
                let batches = FileReader::new(file, metadata, Some(places), None);
                Box::new(begins.into_iter().zip(batches).map(|(begin, batch)| Ok((begin, batch.with_context(|| in_batch(begin))?))))
            }
            Self::Stream(stream) => {
                let (file, metadata) = *stream;
                let mut place = file.try_clone()?; // both are at the same byte
                let mut batches = StreamReader::new(file, metadata, Some(places));
                let mut before = 0;
                Box::new(std::iter::from_fn(move || {
                    let begin = place.stream_position().unwrap_or_default();
                    if begin <= before {
                        return Some(Err(anyhow!("the record batch behind byte {before} begins before it"))); // a damaged length leads in circles
                    }
                    before = begin;
                    match batches.next()? {
                        Ok(StreamState::Some(batch)) => Some(Ok((begin, batch))),
                        Ok(StreamState::Waiting) => None, // it ends without saying so
                        Err(error) => Some(Err(error).with_context(|| in_batch(begin))),
                    }
                }))
            }
        })
    }
}

fn in_batch(begin: u64) -> String {
    format!("the record batch at byte {begin}")
}
