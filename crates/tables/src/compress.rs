//! Compresses pages as polars does, but with a compressor and a buffer that each thread reuses; polars makes and clears new ones for each page.

use anyhow::{Context, Result};
use polars_parquet::parquet::CowBuffer;
use polars_parquet::parquet::compression::Compression;
use polars_parquet::parquet::page::{CompressedDictPage, DataPageHeader, DictPage};
use polars_parquet::write::{CompressedDataPage, CompressedPage, CompressionOptions, Descriptor, Page, ZstdLevel};
use std::cell::RefCell;

/// zstd's fastest level: the next one is a fifth slower and saves a sixteenth (docs/BENCHMARKS.md).
const LEVEL: i32 = 1;

/// Returns the compression that the file declares.
pub(super) fn options() -> Result<CompressionOptions> {
    Ok(CompressionOptions::Zstd(Some(ZstdLevel::try_new(LEVEL)?)))
}

struct Compressor {
    zstd: zstd::bulk::Compressor<'static>,
    compressed: Vec<u8>,
}

thread_local! {
    static COMPRESSOR: RefCell<Option<Compressor>> = const { RefCell::new(None) };
}

/// A data page before compression.
pub(super) struct Uncompressed<'a> {
    pub(super) header: DataPageHeader,
    pub(super) bytes: &'a [u8],
    pub(super) descriptor: Descriptor,
    pub(super) rows: usize,
}

pub(super) fn data_page(page: Uncompressed<'_>) -> Result<CompressedPage> {
    let buffer = CowBuffer::Owned(zstd(page.bytes)?);
    let data = CompressedDataPage::new(page.header, buffer, Compression::Zstd, page.bytes.len(), page.descriptor, page.rows);
    Ok(CompressedPage::Data(data))
}

/// Compresses a page that polars encoded.
pub(super) fn compress(page: Page) -> Result<CompressedPage> {
    match page {
        Page::Data(page) => {
            let rows = page.num_rows.context("bug: a page without a number of rows")?;
            data_page(Uncompressed { header: page.header().clone(), bytes: page.buffer(), descriptor: page.descriptor.clone(), rows })
        }
        Page::Dict(DictPage { buffer, num_values, is_sorted }) => {
            let compressed = CompressedDictPage::new(CowBuffer::Owned(zstd(&buffer)?), Compression::Zstd, buffer.len(), num_values, is_sorted);
            Ok(CompressedPage::Dict(compressed))
        }
    }
}

fn zstd(bytes: &[u8]) -> Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|kept| {
        let new = || Ok::<_, std::io::Error>(Compressor { zstd: zstd::bulk::Compressor::new(LEVEL)?, compressed: Vec::new() });
        let Compressor { zstd, compressed } = match kept {
            Some(compressor) => compressor,
            None => kept.insert(new()?),
        };
        compressed.clear();
        compressed.reserve(zstd::zstd_safe::compress_bound(bytes.len()));
        zstd.compress_to_buffer(bytes, compressed).context("cannot compress a page")?;
        Ok(compressed.clone())
    })
}
