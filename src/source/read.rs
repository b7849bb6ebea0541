//! Reads an input in bounded batches: one thread cuts records, all threads parse them, the order stays.

use super::input::Input;
use super::{Piece, Said, SourceKind};
use anyhow::Result;
use rayon::prelude::*;
use std::sync::mpsc::sync_channel;

/// At most this many records, or bytes, travel together.
const BATCH_RECORDS: usize = 1_000;
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Batches cut ahead of those being parsed.
const BATCHES_AHEAD: usize = 2;

/// A record, read.
pub(crate) struct Parsed<T> {
    pub(crate) record: u64,
    pub(crate) byte_offset: u64,
    /// What was made of it; else the reason and the beginning of the record.
    pub(crate) result: Result<T, (String, String)>,
}

/// Records in input order.
pub(crate) type Batch<T> = Vec<Parsed<T>>;

/// Reads one input to its end: `work` turns what a record says into a result, on the threads of the current rayon pool;
/// `take` gets the batches in order, on this thread.
///
/// # Errors
/// When the input can't be opened, or `take` fails. A record that can't be used is data in its batch.
pub(crate) fn read_batches<T: Send>(
    kind: SourceKind,
    input: &Input,
    work: impl Fn(Said) -> T + Sync,
    mut take: impl FnMut(Batch<T>) -> Result<()>,
) -> Result<()> {
    let source = kind.source();
    let reader = input.open()?;
    let (send, receive) = sync_channel::<Vec<Piece>>(BATCHES_AHEAD);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut pieces = source.split(reader).peekable();
            while pieces.peek().is_some() {
                if send.send(next_batch(&mut pieces)).is_err() {
                    return; // the taker failed: nobody wants the rest
                }
            }
        });
        for pieces in receive {
            let parse = |piece: Piece| Parsed {
                record: piece.record,
                byte_offset: piece.byte_offset,
                result: match &piece.body {
                    Err(unreadable) => Err((unreadable.reason.clone(), unreadable.excerpt.clone())),
                    Ok(body) => source.parse(body).map(&work).map_err(|reason| (reason, body.excerpt())),
                },
            };
            take(pieces.into_par_iter().map(parse).collect())?;
        }
        Ok(())
    })
}

fn next_batch(pieces: &mut impl Iterator<Item = Piece>) -> Vec<Piece> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while batch.len() < BATCH_RECORDS && bytes < BATCH_BYTES {
        let Some(piece) = pieces.next() else { break };
        if let Ok(super::Body::Json(json)) = &piece.body {
            bytes += json.len();
        }
        batch.push(piece);
    }
    batch
}
