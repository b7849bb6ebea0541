//! Records that are lines: whole lines are read in blocks on one thread, and cut apart by those who work on them.

use super::buffers::{Buffers, Lent};
use super::checksum::is_cut;
use super::input::Limits;
use super::split::{cut_off, too_long_record};
use super::{Reader, Unreadable};
use std::io::{self, BufRead, Read};

/// A block has whole lines of at least this many bytes, as far as the input has them.
const BLOCK_BYTES: usize = 8 * 1024 * 1024;
/// What is read at a time.
const READ_BYTES: usize = 512 * 1024;

/// Reads blocks of whole lines.
pub(super) struct LineBlocks<'a> {
    input: Reader<'a>,
    limits: Limits,
    buffers: Buffers,
    /// The beginning of a line whose end is not read yet.
    carry: Vec<u8>,
    /// Where the next block begins in the input.
    byte_offset: u64,
    ended: bool,
}

/// Whole lines.
pub(super) struct Block {
    bytes: Lent,
    /// How many of the bytes are the block's: the rest is left of an earlier one, so that none is cleared in vain.
    len: usize,
    byte_offset: u64,
    /// Why the input ends behind the last line.
    broken: Option<Unreadable>,
    limits: Limits,
}

impl<'a> LineBlocks<'a> {
    pub(super) fn new(input: Reader<'a>, limits: Limits) -> Self {
        Self { input, limits, buffers: Buffers::default(), carry: Vec::new(), byte_offset: 0, ended: false }
    }

    /// The next block; `None` at the input's end.
    pub(super) fn next(&mut self) -> Option<Block> {
        if self.ended {
            return None;
        }
        let mut block = Block { bytes: self.buffers.lend(), len: 0, byte_offset: self.byte_offset, broken: None, limits: self.limits };
        block.put(&self.carry);
        self.carry.clear();
        let skipped = match self.fill(&mut block) {
            Ok(skipped) => skipped,
            Err(error) => {
                self.ended = true;
                let line_at = block.whole_lines();
                block.broken = (!is_cut(&error)).then(|| cut_off(&error, &block.bytes[line_at..block.len]));
                block.len = line_at;
                0
            }
        };
        self.byte_offset += block.len as u64 + skipped;
        (block.len > 0 || block.broken.is_some()).then_some(block)
    }

    /// Fills a block, and carries on what is behind its last line; how many bytes of a line that is too long were left out.
    fn fill(&mut self, block: &mut Block) -> io::Result<u64> {
        let mut has_line = false;
        while !(has_line && block.len >= BLOCK_BYTES) {
            let read = block.read(&mut self.input)?;
            if read == 0 {
                self.ended = true;
                return Ok(0);
            }
            has_line = has_line || memchr::memchr(b'\n', &block.bytes[block.len - read..block.len]).is_some();
            if !has_line && block.len > self.limits.record_bytes {
                return self.skip_line();
            }
        }
        let end = block.whole_lines();
        self.carry.extend_from_slice(&block.bytes[end..block.len]);
        block.len = end;
        Ok(0)
    }

    /// Leaves out the rest of a line, its end included.
    fn skip_line(&mut self) -> io::Result<u64> {
        let mut skipped = 0;
        loop {
            let available = self.input.fill_buf()?;
            let newline = memchr::memchr(b'\n', available);
            let taken = newline.map_or(available.len(), |at| at + 1);
            self.input.consume(taken);
            skipped += taken as u64;
            if newline.is_some() || taken == 0 {
                return Ok(skipped);
            }
        }
    }
}

impl Block {
    fn put(&mut self, bytes: &[u8]) {
        self.make_room(bytes.len());
        self.bytes[..bytes.len()].copy_from_slice(bytes);
        self.len = bytes.len();
    }

    fn read(&mut self, input: &mut Reader<'_>) -> io::Result<usize> {
        self.make_room(self.len + READ_BYTES);
        let (from, to) = (self.len, self.len + READ_BYTES);
        loop {
            match input.read(&mut self.bytes[from..to]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => {
                    self.len += read.as_ref().map_or(0, |read| *read);
                    return read;
                }
            }
        }
    }

    fn make_room(&mut self, bytes: usize) {
        if self.bytes.len() < bytes {
            let room = bytes.max(BLOCK_BYTES + READ_BYTES);
            self.bytes.resize(room, 0);
        }
    }

    /// Behind the last line that has an end.
    fn whole_lines(&self) -> usize {
        memchr::memrchr(b'\n', &self.bytes[..self.len]).map_or(0, |at| at + 1)
    }

    /// The bytes of the block.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Takes the line that begins at `at`, without its end: where the next one begins. The line may be changed.
    pub(super) fn line(&mut self, at: usize) -> Line<'_> {
        let end = memchr::memchr(b'\n', &self.bytes[at..self.len]).map_or(self.len, |length| at + length);
        Line { next: end + 1, byte_offset: self.byte_offset + at as u64, text: &mut self.bytes[at..end], limits: self.limits }
    }

    /// Why the input ends behind the last line, and where.
    pub(super) fn broken(&mut self) -> Option<(u64, Unreadable)> {
        self.broken.take().map(|why| (self.byte_offset + self.len as u64, why))
    }
}

/// A line of a block.
pub(super) struct Line<'b> {
    /// Where the next one begins in the block.
    pub(super) next: usize,
    /// Where it begins in the input.
    pub(super) byte_offset: u64,
    pub(super) text: &'b mut [u8],
    limits: Limits,
}

impl<'b> Line<'b> {
    /// Its text, unless it is too long.
    pub(super) fn readable(self) -> Result<&'b mut [u8], Unreadable> {
        if self.text.len() > self.limits.record_bytes { Err(too_long_record(self.text, self.limits)) } else { Ok(self.text) }
    }
}
