//! Records that are lines: one thread reads whole lines in blocks, and the workers split them.

use super::buffers::{Buffers, Lent};
use super::checksum::is_cut;
use super::framing_error::{cut_off, too_long_record};
use super::limits::Limits;
use super::{FramingError, Reader};
use std::io::{self, BufRead, Read};

/// The most records of a batch, and the bytes that fill it: for lines and pieces alike, whatever the origin and the portions of the input.
pub(super) const BATCH_RECORDS: usize = 16_384;
pub(super) const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Bytes that are read at a time.
const READ_BYTES: usize = 512 * 1024;

/// Reads blocks of whole lines.
pub(super) struct LineBlocks<'a> {
    input: Reader<'a>,
    limits: Limits,
    buffers: Buffers,
    /// The beginning of a line whose end is not read yet.
    carry: Vec<u8>,
    /// The rest of the last read, if it has more lines than a block.
    rest: Option<Block>,
    /// The offset of its end in the input.
    byte_offset: u64,
    ended: bool,
}

/// Whole lines.
pub(super) struct Block {
    bytes: Lent,
    /// The range of the block's bytes: the others are left from an earlier block, so that none are cleared in vain.
    begin: usize,
    len: usize,
    /// Its offset in the input.
    byte_offset: u64,
    /// The reason why the input ends after the last line.
    broken: Option<FramingError>,
    limits: Limits,
}

impl<'a> LineBlocks<'a> {
    pub(super) fn new(input: Reader<'a>, limits: Limits) -> Self {
        Self { input, limits, buffers: Buffers::default(), carry: Vec::new(), rest: None, byte_offset: 0, ended: false }
    }

    /// Returns the next block; `None` at the input's end.
    pub(super) fn next(&mut self) -> Option<Block> {
        let mut block = self.rest.take().or_else(|| self.read())?;
        let Some(end) = block.end_of_line(BATCH_RECORDS) else { return Some(block) };
        let mut first = self.block(block.byte_offset);
        first.put(&block.bytes()[..end]);
        block.pass(end);
        self.rest = Some(block);
        Some(first)
    }

    fn block(&self, byte_offset: u64) -> Block {
        Block { bytes: self.buffers.lend(), begin: 0, len: 0, byte_offset, broken: None, limits: self.limits }
    }

    /// Reads the next lines, however short they are.
    fn read(&mut self) -> Option<Block> {
        if self.ended {
            return None;
        }
        let mut block = self.block(self.byte_offset);
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

    /// Fills a block, and moves the bytes after its last line to `carry`; returns the number of skipped bytes of a line that is too long.
    fn fill(&mut self, block: &mut Block) -> io::Result<u64> {
        let mut first_line = block.line_end(0);
        while first_line.is_none() || block.len < BATCH_BYTES {
            let read = block.read(&mut self.input)?;
            if read == 0 {
                self.ended = true;
                return Ok(0);
            }
            first_line = first_line.or_else(|| block.line_end(block.len - read));
            if first_line.is_none() && block.len > self.limits.record_bytes {
                return self.skip_line();
            }
        }
        // A line that is too long is alone in its block, wherever it was noticed.
        let alone = BATCH_BYTES.min(self.limits.record_bytes);
        let end = first_line.filter(|end| *end > alone).unwrap_or_else(|| block.whole_lines());
        self.carry.extend_from_slice(&block.bytes[end..block.len]);
        block.len = end;
        Ok(0)
    }

    /// Skips the rest of a line, its end included.
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

    /// Reads on, at first not beyond the size of a batch, so that the ends of blocks depend on the input alone.
    fn read(&mut self, input: &mut Reader<'_>) -> io::Result<usize> {
        let wanted = BATCH_BYTES.checked_sub(self.len).filter(|left| *left > 0).map_or(READ_BYTES, |left| left.min(READ_BYTES));
        let (from, to) = (self.len, self.len + wanted);
        self.make_room(to);
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
            let room = bytes.max(BATCH_BYTES + READ_BYTES);
            match self.bytes.capacity() {
                0 => *self.bytes = vec![0; room], // takes no time
                _ => self.bytes.resize(room, 0),
            }
        }
    }

    /// Returns the position after the first line that ends there or later.
    fn line_end(&self, from: usize) -> Option<usize> {
        memchr::memchr(b'\n', &self.bytes[from..self.len]).map(|at| from + at + 1)
    }

    /// Returns the position after the last line that has an end.
    fn whole_lines(&self) -> usize {
        memchr::memrchr(b'\n', &self.bytes[..self.len]).map_or(0, |at| at + 1)
    }

    /// Returns the end of the n-th line, if another one follows it.
    fn end_of_line(&self, number: usize) -> Option<usize> {
        let newline = memchr::memchr_iter(b'\n', self.bytes()).nth(number - 1)?;
        Some(newline + 1).filter(|end| *end < self.bytes().len())
    }

    /// Drops the first bytes.
    fn pass(&mut self, bytes: usize) {
        self.begin += bytes;
        self.byte_offset += bytes as u64;
    }

    /// Returns the bytes of the block.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[self.begin..self.len]
    }

    /// Returns the line that begins at `at`, without its end. The line may be changed.
    pub(super) fn line(&mut self, at: usize) -> Line<'_> {
        let (byte_offset, limits) = (self.byte_offset + at as u64, self.limits);
        let rest = &mut self.bytes[self.begin + at..self.len];
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        Line { next: at + length + 1, byte_offset, text: &mut rest[..length], limits }
    }

    /// Returns the reason why the input ends after the last line, and the offset.
    pub(super) fn broken(&mut self) -> Option<(u64, FramingError)> {
        self.broken.take().map(|why| (self.byte_offset + self.bytes().len() as u64, why))
    }
}

/// A line of a block.
pub(super) struct Line<'b> {
    /// Position of the next line in the block.
    pub(super) next: usize,
    /// Its offset in the input.
    pub(super) byte_offset: u64,
    pub(super) text: &'b mut [u8],
    limits: Limits,
}

impl<'b> Line<'b> {
    /// Returns its text, unless it is too long, without a UTF-8 byte order mark, which occurs where files were joined.
    pub(super) fn readable(self) -> Result<&'b mut [u8], FramingError> {
        match self.text {
            text if text.len() > self.limits.record_bytes => Err(too_long_record(text, self.limits)),
            [0xef, 0xbb, 0xbf, text @ ..] | text => Ok(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The offset of a line, and its text or the reason why it can't be read.
    type Found = (u64, Result<String, String>);

    /// Returns every line, and the number of blocks.
    fn lines(input: impl BufRead + Send, record_bytes: usize) -> (Vec<Found>, usize) {
        let mut blocks = LineBlocks::new(Box::new(input), Limits { record_bytes, ..Limits::default() });
        let (mut lines, mut count) = (Vec::new(), 0);
        while let Some(mut block) = blocks.next() {
            count += 1;
            let mut at = 0;
            while at < block.bytes().len() {
                let line = block.line(at);
                at = line.next;
                let byte_offset = line.byte_offset;
                lines.push((byte_offset, line.readable().map(|text| String::from_utf8(text.to_vec()).unwrap()).map_err(|why| why.reason)));
            }
            lines.extend(block.broken().map(|(byte_offset, why)| (byte_offset, Err(why.reason))));
        }
        (lines, count)
    }

    #[test]
    fn blocks_hold_whole_lines_with_their_places() {
        let text: String = (0..200_000).map(|number| format!("{number}{}\n", "x".repeat(number % 200))).collect();
        let (found, blocks) = lines(io::BufReader::with_capacity(4_096, text.as_bytes()), 1_000);
        assert!(blocks > 1, "{blocks}");
        let mut byte_offset = 0;
        assert_eq!(found.len(), 200_000);
        for (line, (at, found)) in text.lines().zip(found) {
            assert_eq!((byte_offset, Ok(line.to_owned())), (at, found));
            byte_offset += line.len() as u64 + 1;
        }
    }

    /// A reader that returns a few bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            self.1 = self.1 * 31 % 1_000_003;
            let most = to.len().min(self.1);
            self.0.read(&mut to[..most])
        }
    }

    #[test]
    fn blocks_end_where_the_input_says_and_have_so_many_lines_at_most() {
        let short: String = (0..40_000).map(|number| format!("{number}\n")).collect();
        let long = format!("{}\n", "x".repeat(BATCH_BYTES + 100_000));
        let text = [short.as_str(), &long, &short, &"y\n\n".repeat(BATCH_BYTES / 2), &long].concat();
        let blocks = |record_bytes, input: Reader<'_>| {
            let mut blocks = LineBlocks::new(input, Limits { record_bytes, ..Limits::default() });
            let bytes = |block: Block| (block.byte_offset, block.bytes()[..block.bytes().len().min(record_bytes)].to_vec());
            std::iter::from_fn(|| blocks.next().map(bytes)).collect::<Vec<_>>()
        };
        let whole = blocks(2 * BATCH_BYTES, Box::new(text.as_bytes()));
        assert!(whole.iter().all(|(_, block)| memchr::memchr_iter(b'\n', block).count() <= BATCH_RECORDS));
        assert!(whole.iter().flat_map(|(_, block)| block).eq(text.as_bytes()));
        for record_bytes in [2 * BATCH_BYTES, BATCH_BYTES + 50_000, 6] {
            let whole = blocks(record_bytes, Box::new(text.as_bytes()));
            for buffer in [7_001, 200_000] {
                assert_eq!(blocks(record_bytes, Box::new(io::BufReader::with_capacity(buffer, Slow(text.as_bytes(), 1)))), whole);
            }
        }
    }

    #[test]
    fn a_line_that_is_a_little_too_long_stands_alone_wherever_it_is_noticed() {
        let text = format!("short\n{}\nshort\n", "x".repeat(READ_BYTES + 10));
        for record_bytes in [READ_BYTES, READ_BYTES + 9, 100] {
            let (whole, blocks) = lines(text.as_bytes(), record_bytes);
            for buffer in [1_000, 100_000] {
                assert_eq!(
                    lines(io::BufReader::with_capacity(buffer, Slow(text.as_bytes(), 1)), record_bytes),
                    (whole.clone(), blocks),
                    "{record_bytes}, {buffer}"
                );
            }
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_left_out_and_the_next_one_has_its_place() {
        let long = "x".repeat(3 * READ_BYTES);
        let (found, _) = lines(format!("{long}\nshort\n{long}").as_bytes(), 10);
        let too_long = Err("longer than 10 bytes".to_owned());
        let after = long.len() as u64 + 1;
        assert_eq!(found, [(0, too_long.clone()), (after, Ok("short".to_owned())), (after + 6, too_long)]);
    }

    #[test]
    fn an_input_that_breaks_off_gives_the_lines_before_it() {
        struct Breaks<'a>(&'a [u8]);
        impl Read for Breaks<'_> {
            fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
                if self.0.is_empty() { Err(io::Error::other("cut")) } else { self.0.read(to) }
            }
        }
        let (found, _) = lines(io::BufReader::new(Breaks(b"one\ntwo\nthr")), 10);
        assert_eq!(found[..2], [(0, Ok("one".to_owned())), (4, Ok("two".to_owned()))]);
        assert!(found.len() == 3 && found[2].0 == 8 && found[2].1.as_ref().is_err_and(|why| why.contains("cut off")), "{found:?}");
    }

    #[test]
    fn the_last_line_needs_no_end() {
        assert_eq!(lines(&b"one\n\ntwo"[..], 10).0, [(0, Ok("one".to_owned())), (4, Ok(String::new())), (5, Ok("two".to_owned()))]);
        assert_eq!(lines(&b""[..], 10).0, []);
    }
}
