//! Reads an input in bounded batches: one thread reads and decompresses, one more splits off records other than lines, the others process them.

use super::buffers::{Buffers, Lent};
use super::checksum::is_cut;
use super::input::{Input, Limits, Opened};
use super::lines::{BATCH_BYTES, BATCH_RECORDS, LineBlocks};
use super::{Batch, Columns, Framer, Framing, Patience, Reader, SourceKind, Text, elements, table};
use anyhow::Result;
use serde_json::{Map, Value};
use starcite_ground::parallel_ordered::parallel_ordered;
use std::io::{self, BufRead, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Bytes of a block, and blocks that are read ahead of the thread that splits off records.
const BLOCK_BYTES: usize = 1024 * 1024;
const BLOCKS_AHEAD: usize = 4;

/// An input, and the settings for reading it.
pub struct ToRead<'a> {
    /// The kind of source.
    pub kind: SourceKind,
    /// The columns to take from a table.
    pub columns: &'a Columns,
    /// The input.
    pub input: &'a Input,
    /// The bounds of what is read.
    pub limits: Limits,
    /// True if its hash is wanted.
    pub hashed: bool,
    /// Shows how many bytes of it were read, of how many if that is known.
    pub show: &'a dyn Fn(u64, Option<u64>),
}

/// Reads one input to its end: `work` makes a result of a batch, on several threads; `take` gets the results in order, on this one. Reads
/// no more once the `patience` with it is over. Returns the input's BLAKE3 hash if that is wanted and all of it was read.
///
/// # Errors
/// When the input can't be opened or changes while it is read, or its rest does not arrive ([`Owed`](starcite_ground::owed::Owed); the batches before
/// that were taken), or a table lacks a column, or `take` fails. An unusable record is data in its batch.
pub fn read_batches<T: Send>(
    to_read: &ToRead<'_>,
    patience: &Patience,
    work: impl Fn(u64, Batch) -> T + Sync,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<Option<String>> {
    let ToRead { kind, columns, input, limits, hashed, show } = *to_read;
    let Opened { mut reader, given, checksum, waiting: _waiting } = input.open(&limits, kind.takes, hashed)?;
    let start = reader.fill_buf().unwrap_or_default(); // the next read returns the same error
    let (size, read) = (checksum.size(), given.clone());
    let take = |result| {
        show(read.bytes(), size);
        take(result)
    };
    match (kind.framing)(start) {
        Framing::Lines => {
            let mut blocks = LineBlocks::new(reader, limits);
            let mut next = move || if patience.is_over() { None } else { blocks.next() };
            parallel_ordered(std::iter::from_fn(move || next().map(Batch::of_lines)), work, take)?;
        }
        Framing::Pages(rules) => pieces(reader, |reader| Ok(elements::pages(reader, limits, rules)), patience, work, take)?,
        Framing::Pieces(splitter) => pieces(reader, |reader| Ok(splitter(reader, limits)), patience, work, take)?,
        Framing::Rows => pieces(reader, |reader| Ok(table::rows(kind.takes, input, columns, reader, &given, limits)?.0), patience, work, take)?,
    }
    if patience.is_over() { Ok(None) } else { checksum.finish() }
}

/// Reads and decompresses on one thread, and splits on another.
fn pieces<T: Send>(
    reader: Reader<'_>,
    splitter: impl FnOnce(Reader<'_>) -> Result<Framer<'_>>,
    patience: &Patience,
    work: impl Fn(u64, Batch) -> T + Sync,
    take: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel(BLOCKS_AHEAD);
        let buffers = Buffers::default();
        let cut = AtomicBool::new(false);
        let blocks = Blocks { receive, block: buffers.lend(), at: 0, cut: &cut };
        scope.spawn(move || read_ahead(reader, &buffers, &send));
        let mut splitter = match splitter(Box::new(blocks)) {
            Err(_) if cut.load(Ordering::Relaxed) => return Ok(()), // the caller returns the reason
            splitter => splitter?,
        };
        let buffers = Buffers::default();
        let next = || if patience.is_over() { None } else { next_batch(&mut splitter, &buffers, &cut) };
        parallel_ordered(std::iter::from_fn(next), work, take)
    })
}

fn read_ahead(mut reader: Reader<'_>, buffers: &Buffers, send: &SyncSender<io::Result<Lent>>) {
    loop {
        let mut block = buffers.lend();
        block.clear();
        let read = (&mut reader).take(BLOCK_BYTES as u64).read_to_end(&mut block);
        let is_last = block.is_empty() || read.is_err();
        if (!block.is_empty() && send.send(Ok(block)).is_err()) || read.is_err_and(|error| send.send(Err(error)).is_err()) || is_last {
            return;
        }
    }
}

/// Returns the next batch, without a record in which an object was cut off, because the next run reads it whole.
fn next_batch(splitter: &mut Framer<'_>, buffers: &Buffers, cut: &AtomicBool) -> Option<Batch> {
    let (mut text, mut pieces, mut fields) = (buffers.lend(), Vec::new(), 0);
    text.clear();
    while pieces.len() < BATCH_RECORDS && text.len() + fields < BATCH_BYTES {
        let Some(piece) = splitter(&mut text) else { break };
        if piece.text.is_err() && cut.load(Ordering::Relaxed) {
            break;
        }
        fields += if let Ok(Text::Fields(record)) = &piece.text { bytes_of(record) } else { 0 };
        pieces.push(piece);
    }
    (!pieces.is_empty()).then(|| Batch::of_pieces(text, pieces))
}

/// Returns roughly the memory that fields take.
fn bytes_of(fields: &Map<String, Value>) -> usize {
    fields.iter().map(|(name, value)| size_of::<(String, Value)>() + name.len() + bytes_of_value(value)).sum()
}

fn bytes_of_value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(|value| size_of::<Value>() + bytes_of_value(value)).sum(),
        Value::Object(fields) => bytes_of(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// A reader of the blocks that another thread has read.
struct Blocks<'a> {
    receive: Receiver<io::Result<Lent>>,
    block: Lent,
    at: usize,
    /// Set if the rest of an object did not arrive.
    cut: &'a AtomicBool,
}

impl Read for Blocks<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(to)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Blocks<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.block.len() {
            self.at = 0;
            self.block.clear(); // stays empty after an error or the end
            if let Ok(read) = self.receive.recv() {
                self.block = read.inspect_err(|error| self.cut.store(is_cut(error), Ordering::Relaxed))?;
            }
        }
        Ok(&self.block[self.at..])
    }

    fn consume(&mut self, bytes: usize) {
        self.at += bytes;
    }
}
