//! Reads an input in bounded batches: one thread reads and decompresses, one more cuts records that are no lines, the others work on them.

use super::buffers::{Buffers, Lent};
use super::checksum::is_cut;
use super::input::{Input, Limits, Opened};
use super::lines::LineBlocks;
use super::{Batch, Columns, Cut, Piece, Reader, SourceKind, Splitter, table};
use crate::ordered::ordered;
use anyhow::Result;
use std::io::{self, BufRead, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// A batch of pieces is full with this many records, or bytes. A batch of papers becomes a row group.
const BATCH_RECORDS: usize = 16_384;
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// What is read ahead of the thread that cuts records.
const BLOCK_BYTES: usize = 1024 * 1024;
const BLOCKS_AHEAD: usize = 4;

/// Reads one input to its end, of a table the `columns` alone: `work` makes a result of a batch, on several threads; `take` gets the results in order, on this one.
/// Gives back the input's BLAKE3 hash if it is to be `hashed`.
///
/// # Errors
/// When the input can't be opened or changes while it is read, or its rest does not arrive ([`Owed`](crate::owed::Owed); what came before
/// was taken), or a table lacks a column, or `take` fails. A record that can't be used is data in its batch.
pub(crate) fn read_batches<T: Send>(
    kind: SourceKind,
    columns: &Columns,
    input: &Input,
    limits: Limits,
    hashed: bool,
    work: impl Fn(u64, Batch) -> T + Sync,
    take: impl FnMut(T) -> Result<()>,
) -> Result<Option<String>> {
    let Opened { mut reader, checksum } = input.open(&limits, hashed)?;
    let start = reader.fill_buf().unwrap_or_default(); // what is wrong with it is said by who reads on
    match kind.source.cut(start) {
        Cut::Lines => {
            let mut blocks = LineBlocks::new(reader, limits);
            ordered(std::iter::from_fn(move || blocks.next().map(Batch::of_lines)), work, take)?;
        }
        Cut::Pieces(splitter) => pieces(reader, |reader| Ok(splitter(reader, limits)), work, take)?,
        Cut::Rows => pieces(reader, |reader| Ok(table::rows(input, columns, reader, limits)?.0), work, take)?,
    }
    checksum.finish()
}

/// Reads and decompresses on one thread, and cuts on another.
fn pieces<T: Send>(
    reader: Reader<'_>,
    splitter: impl FnOnce(Reader<'_>) -> Result<Splitter<'_>>,
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
            Err(_) if cut.load(Ordering::Relaxed) => return Ok(()), // who opened it says why
            splitter => splitter?,
        };
        let buffers = Buffers::default();
        ordered(std::iter::from_fn(|| next_batch(&mut splitter, &buffers, &cut)), work, take)
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

/// A record in the middle of which an object was cut off is left out: the next run reads it whole.
fn next_batch(splitter: &mut Splitter<'_>, buffers: &Buffers, cut: &AtomicBool) -> Option<Batch> {
    let (mut text, mut pieces) = (buffers.lend(), Vec::new());
    text.clear();
    while pieces.len() < BATCH_RECORDS && text.len() < BATCH_BYTES && span(&pieces) < BATCH_BYTES as u64 {
        let Some(piece) = splitter(&mut text) else { break };
        if piece.text.is_err() && cut.load(Ordering::Relaxed) {
            break;
        }
        pieces.push(piece);
    }
    (!pieces.is_empty()).then(|| Batch::of_pieces(text, pieces))
}

/// How much of the input lies between the first and the last of them: what is cut into fields has no text.
fn span(pieces: &[Piece]) -> u64 {
    let place = |piece: Option<&Piece>| piece.map_or(0, |piece| piece.byte_offset);
    place(pieces.last()).saturating_sub(place(pieces.first()))
}

/// What another thread has read, as a reader.
struct Blocks<'a> {
    receive: Receiver<io::Result<Lent>>,
    block: Lent,
    at: usize,
    /// Set where the rest of an object did not arrive.
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
            self.block.clear(); // what an error or the end leaves
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
