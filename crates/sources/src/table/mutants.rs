//! Tables with changed bytes. The result is rows or an error; never a panic, and never memory for data that is not there.

use super::{Columns, rows};
use crate::input::{Input, Limits, Opened};
use crate::{Takes, Text};
use anyhow::Result;
use fastrand::Rng;
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, ParquetCompression, ParquetWriter, Series};
use starcite_tables::parts::polars_arrow::array::Utf8ViewArray;
use starcite_tables::parts::polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field};
use starcite_tables::parts::polars_arrow::io::ipc::write::{Compression, FileWriter, StreamWriter, WriteOptions};
use starcite_tables::parts::polars_arrow::record_batch::RecordBatchT;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const ROWS: usize = 300;

fn title(at: usize) -> String {
    format!("On cooling {at}, which is a longer text than a view holds by itself")
}

fn parquet(compression: ParquetCompression) -> Vec<u8> {
    let ids = Series::new("id".into(), (0..ROWS as i64).collect::<Vec<_>>());
    let titles = Series::new("title".into(), (0..ROWS).map(title).collect::<Vec<_>>());
    let authors = Series::new("authors".into(), (0..ROWS).map(|at| Series::new("".into(), vec!["Ada L."; at % 3])).collect::<Vec<_>>());
    let columns: Vec<Column> = [ids, titles, authors].into_iter().map(IntoColumn::into_column).collect();
    let mut bytes = Vec::new();
    let mut frame = DataFrame::new(ROWS, columns).unwrap();
    ParquetWriter::new(&mut bytes).with_compression(compression).with_row_group_size(Some(ROWS / 2)).finish(&mut frame).unwrap();
    bytes
}

fn arrow(compression: Option<Compression>, is_stream: bool) -> Vec<u8> {
    let titles: Vec<_> = (0..ROWS).map(title).collect();
    let schema: ArrowSchema = std::iter::once(("title".into(), Field::new("title".into(), ArrowDataType::Utf8View, true))).collect();
    let schema = Arc::new(schema);
    let batch = RecordBatchT::new(ROWS, Arc::clone(&schema), vec![Utf8ViewArray::from_slice_values(titles).boxed()]);
    let options = WriteOptions { compression };
    let mut bytes = Vec::new();
    if is_stream {
        let mut writer = StreamWriter::new(&mut bytes, options);
        writer.start(&schema, None).unwrap();
        (0..2).for_each(|_| writer.write(&batch, None).unwrap());
        writer.finish().unwrap();
    } else {
        let mut writer = FileWriter::new(&mut bytes, schema, None, options);
        writer.start().unwrap();
        (0..2).for_each(|_| writer.write(&batch, None).unwrap());
        writer.finish().unwrap();
    }
    bytes
}

/// Reads a table; returns the number of rows, and true if all of it could be read.
fn read(path: &Path) -> Result<(usize, bool)> {
    let (input, limits) = (Input::File(path.to_owned()), Limits::default());
    let Opened { reader, given, .. } = input.open(&limits, Takes::Tables, false)?;
    let (mut splitter, _) = rows(Takes::Tables, &input, &Columns::default(), reader, &given, limits)?;
    let (mut text, mut count, mut is_whole) = (Vec::new(), 0, true);
    while let Some(piece) = splitter(&mut text) {
        match piece.text {
            Ok(Text::Json(_) | Text::Fields(_)) => count += 1,
            Err(_) => is_whole = false,
        }
        text.clear();
    }
    Ok((count, is_whole))
}

/// Changes some bytes, of the whole file or of its end, which has the offsets.
fn mutate(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let begin = if rng.bool() { 8 } else { bytes.len() - bytes.len().min(600) };
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(begin..bytes.len());
        match rng.u8(0..4) {
            0 => bytes[at] ^= 1 << rng.u8(0..8),
            1 => bytes[at] = rng.u8(..),
            2 => drop(bytes.remove(at)),
            _ => bytes[at..].iter_mut().take(rng.usize(1..9)).for_each(|byte| *byte = 0xff),
        }
    }
}

/// `STARCITE_MUTANTS` is the number of mutants of each format.
#[test]
fn a_table_of_which_bytes_were_changed_is_read_or_is_an_error() {
    let mutants = std::env::var("STARCITE_MUTANTS").map_or(60, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    let codecs = [
        ParquetCompression::Snappy,
        ParquetCompression::Gzip(None),
        ParquetCompression::Zstd(None),
        ParquetCompression::Lz4Raw,
        ParquetCompression::Brotli(None),
    ];
    let arrows = [None, Some(Compression::LZ4), Some(Compression::ZSTD(Default::default()))]
        .into_iter()
        .flat_map(|compression| [(compression, false), (compression, true)]);
    let forms = codecs.into_iter().map(parquet).chain(arrows.map(|(compression, is_stream)| arrow(compression, is_stream)));
    for (number, intact) in forms.enumerate() {
        fs::write(&path, &intact).unwrap();
        assert!(matches!(read(&path).unwrap(), (rows, true) if rows >= ROWS), "form {number}");
        let mut unnoticed = 0;
        for seed in 0..mutants {
            let mut bytes = intact.clone();
            mutate(&mut bytes, &mut Rng::with_seed(seed));
            fs::write(&path, bytes).unwrap();
            unnoticed += u64::from(read(&path).is_ok_and(|(_, is_whole)| is_whole));
        }
        assert!(unnoticed < mutants / 2, "form {number}: what is changed is hardly noticed");
    }
}
