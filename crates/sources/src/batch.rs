//! A batch of records, and their parsed contents.

use super::buffers::Lent;
use super::lines::{Block, Line};
use super::{BadValues, Body, Framed, FramingError, ParsedRecord, SourceKind, Tally, Text, excerpt, json};
use anyhow::Result;
use starcite_core::extract::RepositoryFilter;

/// Records of an input.
pub struct Batch(Form);

enum Form {
    /// One record a line.
    Lines(Block),
    /// Their text, and the position of each record in it.
    Pieces(Lent, Vec<Framed>),
}

/// A record that was read.
pub struct Parsed {
    /// Counted from 1 within the batch; 0 if records were skipped uncounted.
    pub record: u64,
    /// Its offset in the decompressed input.
    pub byte_offset: u64,
    /// A number that changes when the record does.
    pub content: u64,
    /// Its contents; or else the reason why it is unusable, and its beginning.
    pub result: Result<ParsedRecord, (String, String)>,
}

impl Batch {
    pub(super) fn of_lines(block: Block) -> Self {
        Self(Form::Lines(block))
    }

    pub(super) fn of_pieces(text: Lent, pieces: Vec<Framed>) -> Self {
        Self(Form::Pieces(text, pieces))
    }

    /// Passes the parsed records to `take`, in order; skips those whose content is not `wanted` without parsing them. Counts the records.
    ///
    /// # Errors
    /// The first error of `take`.
    pub fn parse(self, kind: SourceKind, wanted: impl Fn(u64) -> bool, take: impl FnMut(Parsed) -> Result<()>) -> Result<Tally> {
        let mut records = Records { kind, wanted, take, tally: Tally::default(), head: Vec::new(), spare: Vec::new() };
        match self.0 {
            Form::Lines(block) => records.lines(block)?,
            Form::Pieces(text, pieces) => records.pieces(text, pieces)?,
        }
        Ok(records.tally)
    }

    /// Does the same for records that may have a link to a repository: other lines are not even split, let alone parsed or counted.
    ///
    /// # Errors
    /// The first error of `take`.
    pub fn parse_filtered(self, kind: SourceKind, filter: &RepositoryFilter, mut take: impl FnMut(Parsed) -> Result<()>) -> Result<Tally> {
        match self.0 {
            Form::Lines(block) => {
                let take = |parsed| take(Parsed { record: 0, ..parsed });
                let mut records = Records { kind, wanted: |_| true, take, tally: Tally::default(), head: Vec::new(), spare: Vec::new() };
                records.filtered_lines(block, filter)?;
                Ok(records.tally)
            }
            form @ Form::Pieces(..) => Self(form).parse(kind, |_| true, take),
        }
    }
}

/// Records on their way to `take`.
struct Records<W, T> {
    kind: SourceKind,
    wanted: W,
    take: T,
    tally: Tally,
    /// The beginning of the current record, and room for all of it.
    head: Vec<u8>,
    spare: Vec<u8>,
}

impl<W: Fn(u64) -> bool, T: FnMut(Parsed) -> Result<()>> Records<W, T> {
    fn lines(&mut self, mut block: Block) -> Result<()> {
        let mut at = 0;
        while at < block.bytes().len() {
            at = self.line(block.line(at))?;
        }
        self.end(block)
    }

    fn filtered_lines(&mut self, mut block: Block, filter: &RepositoryFilter) -> Result<()> {
        let mut at = 0;
        while let Some(place) = filter.find(block.bytes(), at) {
            let begin = memchr::memrchr(b'\n', &block.bytes()[..place]).map_or(0, |newline| newline + 1);
            at = self.line(block.line(begin))?;
        }
        self.end(block)
    }

    /// Reads one line; returns the position of the next one.
    fn line(&mut self, line: Line<'_>) -> Result<usize> {
        let (next, byte_offset) = (line.next, line.byte_offset);
        match line.readable() {
            Ok(text) if text.trim_ascii().is_empty() => {}
            text => self.one(byte_offset, text.map(Body::Json))?,
        }
        Ok(next)
    }

    fn end(&mut self, mut block: Block) -> Result<()> {
        block.broken().map_or(Ok(()), |(byte_offset, why)| self.one(byte_offset, Err(why)))
    }

    fn pieces(&mut self, mut text: Lent, pieces: Vec<Framed>) -> Result<()> {
        for Framed { byte_offset, text: piece } in pieces {
            let body = piece.map(|piece| match piece {
                Text::Json(span) => Body::Json(&mut text[span]),
                Text::Fields(fields) => Body::Fields(fields),
            });
            self.one(byte_offset, body)?;
        }
        Ok(())
    }

    fn one(&mut self, byte_offset: u64, body: Result<Body<'_>, FramingError>) -> Result<()> {
        let (content, result) = match body {
            Err(unreadable) => (0, Err((unreadable.reason, unreadable.excerpt))),
            Ok(body) => {
                let content = body.content(self.kind);
                if !(self.wanted)(content) {
                    self.tally.add(byte_offset, false);
                    return Ok(());
                }
                body.head(&mut self.head); // parsing may change the text
                let mut bad = BadValues::default();
                let said = match body {
                    Body::Json(record) => json::read(record, &mut self.spare, |record| {
                        bad = BadValues::default();
                        (self.kind.parse)(&mut Body::Json(record), &mut bad)
                    }),
                    mut fields @ Body::Fields(_) => (self.kind.parse)(&mut fields, &mut bad),
                };
                let said = said.map(|said| ParsedRecord { bad_values: bad.into_vec(), ..said.normal(self.kind) });
                (content, said.map_err(|reason| (reason, excerpt(&self.head))))
            }
        };
        self.tally.add(byte_offset, result.is_err());
        (self.take)(Parsed { record: self.tally.records, byte_offset, content, result })
    }
}
