//! Checks the messages of Arrow's IPC before polars allocates memory for them: the schema, and the decoded size of the buffers.

use super::{DESCRIBED_BYTES, MAX_COLUMNS, MAX_DEPTH, MAX_FOOTER_BYTES};
use crate::limits::Expansion;
use anyhow::{Context, Result, bail, ensure};
use starcite_tables::parts::polars_arrow_format::ipc::planus::{ReadAsRoot, Vector};
use starcite_tables::parts::polars_arrow_format::ipc::{
    Block, FieldRef, FooterRef, KeyValueRef, MessageHeaderRef, MessageRef, RecordBatchRef, SchemaRef, TypeRef,
};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// The bytes before a message and its length; old writers leave them out.
const CONTINUATION: [u8; 4] = [0xff; 4];
/// Bytes after the footer of a file: its length and `ARROW1`.
const FOOTER_END: usize = 10;
/// The most bytes that a record batch may have beyond its size in the file: batches are made of some ten thousand rows.
const MAX_BATCH_BYTES: u64 = 1024 * 1024 * 1024;
/// The most dictionaries between two record batches of a stream, because polars reads each within the call for the one before.
const MAX_DICTIONARIES: usize = 100;

/// A file of messages, and its limit of expansion.
pub(super) struct Messages {
    file: File,
    size: u64,
    pub(super) expansion: Expansion,
    /// Bytes of the dictionaries in use, by their ids.
    dictionaries: BTreeMap<i64, u64>,
}

/// A message, without its body.
struct Message {
    bytes: Vec<u8>,
    /// Offset of its body.
    body: u64,
}

impl Messages {
    pub(super) fn new(file: File, expansion: Expansion) -> Result<Self> {
        let size = file.metadata()?.len();
        Ok(Self { file, size, expansion, dictionaries: BTreeMap::new() })
    }

    /// Checks the end of a file, which has its schema.
    pub(super) fn check_footer(&mut self) -> Result<()> {
        let end = self.size.checked_sub(FOOTER_END as u64).context("it is too short")?;
        let length: [u8; 4] = self.read(end, 4)?.try_into().ok().context("no length")?;
        let length = u64::from(u32::from_le_bytes(length));
        let footer = self.described(end.checked_sub(length).context("its end is longer than itself")?, length)?;
        let footer = FooterRef::read_as_root(&footer)?;
        let mut left = Left::new(footer.schema()?.context("it has no schema")?)?;
        left.pairs(footer.custom_metadata()?)
    }

    /// Checks the first message of a stream, which is its schema. The position in the file is unchanged afterwards.
    pub(super) fn check_start(&mut self) -> Result<()> {
        let start = self.place()?;
        let message = self.message(start)?.context("it is empty")?;
        let MessageHeaderRef::Schema(schema) = header(&message.bytes)?.0 else { bail!("it does not begin with its schema") };
        Left::new(schema)?;
        self.go(start)
    }

    /// Checks a record batch of a file, or a dictionary.
    pub(super) fn check_block(&mut self, block: &Block) -> Result<()> {
        let (begin, length) = (u64::try_from(block.offset)?, u64::try_from(block.meta_data_length)?);
        let message = self.message(begin)?.context("an empty message")?;
        self.check_body(&Message { body: begin.saturating_add(length), ..message }).map(drop)
    }

    /// Checks the next record batch of a stream, and the dictionaries before it. The position in the file is unchanged afterwards.
    pub(super) fn check_next(&mut self) -> Result<()> {
        let start = self.place()?;
        let (mut at, mut dictionaries) = (start, 0);
        while let Some(message) = self.message(at)?
            && self.check_body(&message)?
        {
            dictionaries += 1;
            ensure!(dictionaries <= MAX_DICTIONARIES, "more than {MAX_DICTIONARIES} dictionaries stand before it");
            at = message.body.saturating_add(u64::try_from(header(&message.bytes)?.1)?);
        }
        self.go(start)
    }

    /// Counts the decoded size of a message; true for a dictionary.
    fn check_body(&mut self, message: &Message) -> Result<bool> {
        let (header, length) = header(&message.bytes)?;
        let in_file = u64::try_from(length)?;
        match header {
            MessageHeaderRef::RecordBatch(batch) => {
                let bytes = self.decoded(batch, message.body)?;
                self.check_held(bytes, in_file)?;
                Ok(false)
            }
            MessageHeaderRef::DictionaryBatch(dictionary) => {
                let bytes = self.decoded(dictionary.data()?.context("a dictionary without words")?, message.body)?;
                self.dictionaries.insert(dictionary.id()?, bytes);
                self.check_held(0, in_file)?;
                Ok(true)
            }
            _ => bail!("a message that is neither a record batch nor a dictionary"),
        }
    }

    fn check_held(&self, bytes: u64, in_file: u64) -> Result<()> {
        let held = self.dictionaries.values().fold(bytes, |held, bytes| held.saturating_add(*bytes));
        let most = MAX_BATCH_BYTES + in_file.min(self.size);
        ensure!(held <= most, "a record batch that becomes {held} bytes: more than {most} are not read; write smaller ones");
        Ok(())
    }

    /// Counts the decoded size of a batch: a bit a value at least, and its buffers, which begin with their size if they are compressed.
    fn decoded(&mut self, batch: RecordBatchRef<'_>, body: u64) -> Result<u64> {
        let is_compressed = batch.compression()?.is_some();
        let mut decoded = 0u64;
        for node in batch.nodes()?.into_iter().flatten() {
            decoded = decoded.saturating_add(u64::try_from(node.length())? / 8);
        }
        self.expansion.add(decoded)?;
        for buffer in batch.buffers()?.into_iter().flatten() {
            let (offset, length) = (u64::try_from(buffer.offset())?, u64::try_from(buffer.length())?);
            let begin = body.saturating_add(offset);
            ensure!(begin.saturating_add(length) <= self.size, "a buffer goes on behind the end of the file");
            let declared = if is_compressed && length > 0 {
                let declared: [u8; 8] = self.read(begin, 8)?.try_into().ok().context("no length")?;
                i64::from_le_bytes(declared)
            } else {
                -1
            };
            let bytes = if declared == -1 { length } else { u64::try_from(declared).context("a buffer of fewer than no bytes")? };
            decoded = decoded.saturating_add(bytes);
            self.expansion.add(bytes)?;
        }
        Ok(decoded)
    }

    /// Returns the message at an offset; `None` at the end of the messages.
    fn message(&mut self, at: u64) -> Result<Option<Message>> {
        if self.size.saturating_sub(at) < 4 {
            return Ok(None);
        }
        let mut begin = at + 4;
        let mut length = self.read(at, 4)?;
        if length == CONTINUATION {
            begin += 4;
            length = self.read(at + 4, 4)?;
        }
        let length = i32::from_le_bytes(length.try_into().ok().context("no length")?);
        let length = u64::try_from(length).context("a message of fewer than no bytes")?;
        if length == 0 {
            return Ok(None);
        }
        Ok(Some(Message { bytes: self.described(begin, length)?, body: begin + length }))
    }

    /// Reads a footer, or a message without its body.
    fn described(&mut self, at: u64, length: u64) -> Result<Vec<u8>> {
        ensure!(length <= MAX_FOOTER_BYTES as u64, "it is described by {length} bytes: more than {MAX_FOOTER_BYTES} are not read");
        self.expansion.add(length * DESCRIBED_BYTES)?;
        self.read(at, length)
    }

    fn read(&mut self, at: u64, length: u64) -> Result<Vec<u8>> {
        self.go(at)?;
        let mut bytes = Vec::new();
        (&mut self.file).take(length).read_to_end(&mut bytes)?;
        ensure!(bytes.len() as u64 == length, "the file ends too early");
        Ok(bytes)
    }

    pub(super) fn place(&mut self) -> Result<u64> {
        Ok(self.file.stream_position()?)
    }

    fn go(&mut self, at: u64) -> Result<()> {
        self.file.seek(SeekFrom::Start(at))?;
        Ok(())
    }
}

/// Reads the kind of a message, and the length of its body.
fn header(message: &[u8]) -> Result<(MessageHeaderRef<'_>, i64)> {
    let message = MessageRef::read_as_root(message)?;
    Ok((message.header()?.context("a message of nothing")?, message.body_length()?))
}

/// The remaining limits of a schema. A small schema may refer to one part in several places: each place counts.
struct Left {
    fields: usize,
    bytes: usize,
}

impl Left {
    /// Subtracts the parts of a schema.
    ///
    /// # Errors
    /// When the schema is too large.
    fn new(schema: SchemaRef<'_>) -> Result<Self> {
        let mut left = Self { fields: MAX_COLUMNS, bytes: MAX_FOOTER_BYTES };
        left.pairs(schema.custom_metadata()?)?;
        left.fields(schema.fields()?, 0)?;
        Ok(left)
    }

    fn fields(
        &mut self,
        fields: Option<Vector<'_, starcite_tables::parts::polars_arrow_format::ipc::planus::Result<FieldRef<'_>>>>,
        depth: usize,
    ) -> Result<()> {
        ensure!(depth <= MAX_DEPTH, "its columns are in more than {MAX_DEPTH} others");
        for field in fields.into_iter().flatten() {
            let field = field?;
            self.fields = self.fields.checked_sub(1).with_context(|| format!("it has more than {MAX_COLUMNS} columns"))?;
            self.text(field.name()?)?;
            match field.type_()? {
                Some(TypeRef::Timestamp(time)) => self.text(time.timezone()?)?,
                Some(TypeRef::Union(union)) => self.take(union.type_ids()?.map_or(0, |ids| ids.len() * size_of::<i32>()))?,
                _ => {}
            }
            self.pairs(field.custom_metadata()?)?;
            self.fields(field.children()?, depth + 1)?;
        }
        Ok(())
    }

    fn pairs(&mut self, pairs: Option<Vector<'_, starcite_tables::parts::polars_arrow_format::ipc::planus::Result<KeyValueRef<'_>>>>) -> Result<()> {
        for pair in pairs.into_iter().flatten() {
            let pair = pair?;
            self.text(pair.key()?)?;
            self.text(pair.value()?)?;
        }
        Ok(())
    }

    fn text(&mut self, text: Option<&str>) -> Result<()> {
        self.take(size_of::<String>() + text.map_or(0, str::len))
    }

    fn take(&mut self, bytes: usize) -> Result<()> {
        self.bytes = self.bytes.checked_sub(bytes).with_context(|| format!("its schema has more than {MAX_FOOTER_BYTES} bytes"))?;
        Ok(())
    }
}
