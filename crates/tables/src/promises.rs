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

/// The largest row group that a reader takes.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The most rows.
    pub rows: usize,
    /// The most bytes before compression, of all columns together.
    pub bytes: u64,
}

impl Bounds {
    /// Those of weeks: a row group of this program has an eighth of these rows at most, and far fewer bytes.
    pub const OF_WEEKS: Self = Self { rows: 131_072, bytes: 1024 * 1024 * 1024 };
    /// Those of other programs' files: pyarrow writes 1,048,576 rows, Spark 128 MiB after compression.
    pub const OF_ENGINES: Self = Self { rows: 1_048_576, bytes: 2 * 1024 * 1024 * 1024 };
}

/// The most values of a column in a row group, because lists have several a row, and of all columns together: each takes up to 16 bytes in memory.
const MAX_VALUES: i64 = 16 * 1024 * 1024;
const MAX_GROUP_VALUES: i64 = 128 * 1024 * 1024;
const MAX_HEADER_BYTES: usize = 16 * 1024 * 1024;

/// Fails if a file claims more rows, values or bytes than it has or any week has.
pub(super) fn check(file: &File, metadata: &FileMetadata, bounds: Bounds) -> Result<()> {
    let mut pages = Pages { length: file.metadata()?.len(), bounds, file: BufReader::new(Reader::new(file)) };
    let (mut rows, mut taken) = (0, 0);
    for group in &metadata.row_groups {
        let Bounds { rows: most, bytes: most_bytes, .. } = bounds;
        ensure!(group.num_rows() <= most, "it promises a row group of {} rows: more than {most} are not read; {SMALLER}", group.num_rows());
        rows += group.num_rows();
        let (mut bytes, mut values) = (0, 0);
        for column in group.parquet_columns() {
            let range = column.byte_range();
            bytes += pages.check(column)?;
            values += column.num_values();
            ensure!(values <= MAX_GROUP_VALUES, "it promises a row group of more than {MAX_GROUP_VALUES} values; {SMALLER}");
            taken += range.end - range.start;
            ensure!(bytes <= most_bytes, "it promises a row group of more than {most_bytes} bytes; {SMALLER}");
        }
    }
    ensure!(rows == metadata.num_rows, "it promises {} rows, and has {rows}", metadata.num_rows);
    ensure!(taken <= pages.length, "its columns lie over each other");
    Ok(())
}

/// The next step for the user.
const SMALLER: &str = "write the file with smaller row groups";

struct Pages<'a> {
    file: BufReader<Reader<'a>>,
    length: u64,
    bounds: Bounds,
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
            ensure!(bytes <= self.bounds.bytes, "it promises a page of {} bytes", header.uncompressed_page_size);
            values += i64::from(header.data_page_header.map_or(0, |data| data.num_values));
            values += i64::from(header.data_page_header_v2.map_or(0, |data| data.num_values));
            at = self.file.stream_position()? + size(header.compressed_page_size)?;
        }
        ensure!(at == range.end, "a page ends behind its column");
        ensure!(values == column.num_values() && values <= MAX_VALUES, "a column promises {} values, and has {values}", column.num_values());
        Ok(bytes)
    }
}
