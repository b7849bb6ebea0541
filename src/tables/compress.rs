//! Compresses pages. What polars does, with a compressor and a buffer that a thread keeps, where polars makes and clears new ones for each
//! page.

use anyhow::{Context, Result};
use polars_parquet::parquet::CowBuffer;
use polars_parquet::parquet::compression::Compression;
use polars_parquet::parquet::page::{CompressedDictPage, DictPage};
use polars_parquet::write::{CompressedDataPage, CompressedPage, CompressionOptions, Page, ZstdLevel};
use std::cell::RefCell;

/// zstd's fastest level: the next one is a fifth slower and saves a sixteenth (docs/BENCHMARKS.md).
const LEVEL: i32 = 1;

/// What the file says of its compression.
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

pub(super) fn compress(page: Page) -> Result<CompressedPage> {
    Ok(match page {
        Page::Data(page) => {
            let buffer = CowBuffer::Owned(zstd(page.buffer())?);
            let rows = page.num_rows.context("bug: a page without a number of rows")?;
            CompressedPage::Data(CompressedDataPage::new(page.header().clone(), buffer, Compression::Zstd, page.buffer().len(), page.descriptor.clone(), rows))
        }
        Page::Dict(DictPage { buffer, num_values, is_sorted }) => {
            CompressedPage::Dict(CompressedDictPage::new(CowBuffer::Owned(zstd(&buffer)?), Compression::Zstd, buffer.len(), num_values, is_sorted))
        }
    })
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
