//! Reads an input in bounded batches: one thread reads and decompresses, one cuts records, the others work on them.

use super::buffers::{Buffers, Lent};
use super::checksum::is_cut;
use super::input::{Input, Limits, Opened};
use super::{Body, Piece, Said, SourceKind, Splitter, Text, excerpt};
use crate::ordered::ordered;
use anyhow::Result;
use std::io::{self, BufRead, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};

/// A batch is full with this many records, or bytes. A batch of papers becomes a row group.
const BATCH_RECORDS: usize = 16_384;
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// What is read ahead of the thread that cuts records.
const BLOCK_BYTES: usize = 1024 * 1024;
const BLOCKS_AHEAD: usize = 4;

/// Records cut out of an input: their text, and where each stands in it.
pub(crate) struct Batch {
    text: Lent,
    pieces: Vec<Piece>,
}

/// A record, read.
pub(crate) struct Parsed {
    pub(crate) record: u64,
    pub(crate) byte_offset: u64,
    /// A number that changes when the record does.
    pub(crate) content: u64,
    /// What it says; else why it can't be used, and its beginning.
    pub(crate) result: Result<Said, (String, String)>,
}

/// Reads one input to its end: `work` makes a result of a batch, on several threads; `take` gets the results in order, on this one.
/// Gives back the input's BLAKE3 hash.
///
/// # Errors
/// When the input can't be opened or changes while it is read, or its rest does not arrive ([`Owed`](crate::owed::Owed); what came before
/// was taken), or `take` fails. A record that can't be used is data in its batch.
pub(crate) fn read_batches<T: Send>(
    kind: SourceKind,
    input: &Input,
    limits: Limits,
    work: impl Fn(u64, Batch) -> T + Sync,
    take: impl FnMut(T) -> Result<()>,
) -> Result<String> {
    let Opened { mut reader, checksum } = input.open(&limits)?;
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel(BLOCKS_AHEAD);
        let buffers = Buffers::default();
        let cut = AtomicBool::new(false);
        let blocks = Blocks { receive, block: buffers.lend(), at: 0, cut: &cut };
        scope.spawn(move || {
            loop {
                let mut block = buffers.lend();
                let read = (&mut reader).take(BLOCK_BYTES as u64).read_to_end(&mut block);
                let is_last = block.is_empty() || read.is_err();
                if (!block.is_empty() && send.send(Ok(block)).is_err()) || read.is_err_and(|error| send.send(Err(error)).is_err()) || is_last {
                    return;
                }
            }
        });
        let mut splitter = kind.source().split(Box::new(blocks), limits);
        let buffers = Buffers::default();
        ordered(std::iter::from_fn(|| next_batch(&mut splitter, &buffers, &cut)), work, take)
    })?;
    checksum.finish()
}

/// A record in the middle of which an object was cut off is left out: the next run reads it whole.
fn next_batch(splitter: &mut Splitter<'_>, buffers: &Buffers, cut: &AtomicBool) -> Option<Batch> {
    let mut batch = Batch { text: buffers.lend(), pieces: Vec::new() };
    while batch.pieces.len() < BATCH_RECORDS && batch.text.len() < BATCH_BYTES {
        let Some(piece) = splitter(&mut batch.text) else { break };
        if piece.text.is_err() && cut.load(Ordering::Relaxed) {
            break;
        }
        batch.pieces.push(piece);
    }
    (!batch.pieces.is_empty()).then_some(batch)
}

impl Batch {
    pub(crate) fn records(&self) -> u64 {
        self.pieces.len() as u64
    }

    /// What the records say, in order; those whose content is not `wanted` are left out unread.
    pub(crate) fn parse(self, kind: SourceKind, wanted: impl Fn(u64) -> bool) -> impl Iterator<Item = Parsed> {
        let Self { mut text, pieces } = self;
        let source = kind.source();
        pieces.into_iter().filter_map(move |piece| {
            let (record, byte_offset) = (piece.record, piece.byte_offset);
            let parsed = |content, result| Some(Parsed { record, byte_offset, content, result });
            let mut body = match piece.text {
                Err(unreadable) => return parsed(0, Err((unreadable.reason, unreadable.excerpt))),
                Ok(Text::Json(span)) => Body::Json(&mut text[span]),
                Ok(Text::Fields(fields)) => Body::Fields(fields),
            };
            let content = body.content(kind);
            if !wanted(content) {
                return None;
            }
            let head = body.head(); // parsing may change the text
            parsed(content, source.parse(&mut body).map_err(|reason| (reason, excerpt(&head))))
        })
    }
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
