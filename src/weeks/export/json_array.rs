//! A compressed JSON array that is written entry by entry, so that memory does not grow with it.

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use std::io::{BufWriter, Write};

/// The array, an entry a line. The same entries give the same bytes, because gzip's header contains no time.
pub(super) struct JsonArray<W: Write> {
    to: BufWriter<GzEncoder<W>>,
    entries: u64,
}

impl<W: Write> JsonArray<W> {
    pub(super) fn begin(to: W) -> Result<Self> {
        let mut to = BufWriter::with_capacity(64 * 1024, GzEncoder::new(to, Compression::default()));
        to.write_all(b"[")?;
        Ok(Self { to, entries: 0 })
    }

    pub(super) fn push(&mut self, entry: &impl Serialize) -> Result<()> {
        self.to.write_all(if self.entries == 0 { b"\n" } else { b",\n" })?;
        self.entries += 1;
        Ok(serde_json::to_writer(&mut self.to, entry)?)
    }

    /// Ends the array, and returns the number of its entries.
    pub(super) fn end(mut self) -> Result<u64> {
        self.to.write_all(b"\n]\n")?;
        let compressed = self.to.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        compressed.finish()?.flush()?;
        Ok(self.entries)
    }
}
