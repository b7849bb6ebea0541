//! Checks the sizes that a Parquet file claims against its bytes and against the limits of weeks, before memory is allocated for it.
//!
//! polars reads a row group at a time, and trusts the end of the file and the headers of pages.

use anyhow::{Context, Result, ensure};
use polars_parquet::parquet::metadata::{ColumnChunkMetadata, FileMetadata};
use polars_parquet_format::PageHeader;
use polars_parquet_format::thrift::protocol::TCompactInputProtocol;
use starcite_ground::files::reader::Reader;
use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};

/// A row group of this program has an eighth of these rows at most, and far fewer bytes before compression.
const MAX_GROUP_ROWS: usize = 131_072;
const MAX_GROUP_BYTES: u64 = 1024 * 1024 * 1024;
/// Values of a column in a row group: lists have several a row.
const MAX_VALUES: i64 = 16 * 1024 * 1024;
const MAX_HEADER_BYTES: usize = 16 * 1024 * 1024;

/// Fails if a file claims more rows, values or bytes than it has or any week has.
pub(super) fn check(file: &File, metadata: &FileMetadata) -> Result<()> {
    let mut pages = Pages { length: file.metadata()?.len(), file: BufReader::new(Reader::new(file)) };
    let (mut rows, mut taken) = (0, 0);
    for group in &metadata.row_groups {
        ensure!(group.num_rows() <= MAX_GROUP_ROWS, "it promises a row group of {} rows", group.num_rows());
        rows += group.num_rows();
        let mut bytes = 0;
        for column in group.parquet_columns() {
            let range = column.byte_range();
            bytes += pages.check(column)?;
            taken += range.end - range.start;
            ensure!(bytes <= MAX_GROUP_BYTES, "it promises a row group of more than {MAX_GROUP_BYTES} bytes");
        }
    }
    ensure!(rows == metadata.num_rows, "it promises {} rows, and has {rows}", metadata.num_rows);
    ensure!(taken <= pages.length, "its columns lie over each other");
    Ok(())
}

struct Pages<'a> {
    file: BufReader<Reader<'a>>,
    length: u64,
}

impl Pages<'_> {
    /// Follows a column in a row group from page to page; returns its bytes before compression.
    fn check(&mut self, column: &ColumnChunkMetadata) -> Result<u64> {
        let range = column.byte_range();
        ensure!(range.start <= range.end && range.end <= self.length, "a column lies behind its end");
        let (mut at, mut bytes, mut values) = (range.start, 0, 0);
        while at < range.end {
            self.file.seek(SeekFrom::Start(at))?;
            let mut header = TCompactInputProtocol::new(&mut self.file, MAX_HEADER_BYTES);
            let header = PageHeader::read_from_in_protocol(&mut header).context("no header of a page")?;
            let size = |bytes: i32| u64::try_from(bytes).with_context(|| format!("it promises a page of {bytes} bytes"));
            bytes += size(header.uncompressed_page_size)?;
            ensure!(bytes <= MAX_GROUP_BYTES, "it promises a page of {} bytes", header.uncompressed_page_size);
            values += i64::from(header.data_page_header.map_or(0, |data| data.num_values));
            values += i64::from(header.data_page_header_v2.map_or(0, |data| data.num_values));
            at = self.file.stream_position()? + size(header.compressed_page_size)?;
        }
        ensure!(at == range.end, "a page ends behind its column");
        ensure!(values == column.num_values() && values <= MAX_VALUES, "a column promises {} values, and has {values}", column.num_values());
        Ok(bytes)
    }
}
