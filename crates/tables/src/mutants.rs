//! Files with changed bytes, and files with false claims. The result is a table or an error; never a panic, and never memory for data that
//! is not there.

use super::{TableFile, TableWriter, read_rows};
use anyhow::Result;
use fastrand::Rng;
use polars_parquet_format::thrift::protocol::{TCompactInputProtocol, TCompactOutputProtocol};
use polars_parquet_format::{ColumnMetaData, FileMetaData, PageHeader};
use starcite_rows::samples::Sample;
use starcite_rows::{Cell, LINKS, Link, PAPERS, Paper, REPOS, Repo, STARS, Stars, Table, WEEK};
use std::fs;
use std::path::Path;

/// Writes a table of three row groups.
fn write(table: &'static Table, path: &Path) {
    let mut writer = TableWriter::create(table, path, &[("starcite.week".to_owned(), "2026-W47".to_owned())]).unwrap();
    for _ in 0..3 {
        let mut columns = writer.layout().columns();
        Sample::all(table).chain(Sample::all(table)).for_each(|sample| columns.push_cells(&sample.cells()).unwrap());
        let row_group = writer.layout().encode(columns).unwrap();
        writer.append(&row_group).unwrap();
    }
    writer.finish().unwrap();
}

/// Reads all of a table, as its readers do, and returns the number of its rows.
fn read(table: &Table, path: &Path) -> Result<usize> {
    let file = TableFile::open(path)?;
    super::check_columns(table, &file)?;
    let mut rows = 0;
    for portion in file.portions().iter().chain(&file.long_portions()) {
        let frame = portion.read(table.names())?;
        rows += match table.name {
            "papers" => read_rows::<Paper<'_>>(&frame)?.map(|row| row.map(drop)).collect::<Result<Vec<_>>>(),
            "links" => read_rows::<Link<'_>>(&frame)?.map(|row| row.map(drop)).collect(),
            "repos" => read_rows::<Repo<'_>>(&frame)?.map(|row| row.map(drop)).collect(),
            _ => read_rows::<Stars<'_>>(&frame)?.map(|row| row.map(drop)).collect(),
        }?
        .len();
    }
    Ok(rows)
}

/// Changes some bytes, of the whole file or of its end, which has the offsets.
fn mutate(bytes: &mut [u8], rng: &mut Rng) {
    let begin = if rng.bool() { 0 } else { bytes.len() / 2 };
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(begin..bytes.len());
        match rng.u8(0..3) {
            0 => bytes[at] ^= 1 << rng.u8(0..8),
            1 => bytes[at] = rng.u8(..),
            _ => bytes[at..].iter_mut().take(rng.usize(1..9)).for_each(|byte| *byte = 0xff),
        }
    }
}

/// `STARCITE_MUTANTS` is the number of mutants of each table.
#[test]
fn a_file_of_which_bytes_were_changed_is_read_or_is_an_error() {
    let mutants = std::env::var("STARCITE_MUTANTS").map_or(100, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut errors = 0;
    for table in [&PAPERS, &LINKS, &REPOS, &STARS] {
        let path = folder.path().join(table.file());
        write(table, &path);
        assert!(read(table, &path).unwrap() > 0);
        let intact = fs::read(&path).unwrap();
        for seed in 0..mutants {
            let mut bytes = intact.clone();
            mutate(&mut bytes, &mut Rng::with_seed(seed));
            fs::write(&path, bytes).unwrap();
            errors += u64::from(read(table, &path).is_err());
        }
    }
    assert!(errors > mutants, "{errors} errors: what is changed is hardly noticed");
}

/// Rewrites the end of a file and the header of its last page.
fn lie(path: &Path, change: impl Fn(&mut FileMetaData, &mut PageHeader)) {
    let bytes = fs::read(path).unwrap();
    let (body, end) = bytes.split_at(bytes.len() - 8);
    let (body, footer) = body.split_at(body.len() - u32::from_le_bytes(end[..4].try_into().unwrap()) as usize);
    let mut metadata = FileMetaData::read_from_in_protocol(&mut TCompactInputProtocol::new(footer, 1 << 20)).unwrap();
    let at = last(&mut metadata).data_page_offset as usize;
    let mut rest = &body[at..];
    let mut header = PageHeader::read_from_in_protocol(&mut TCompactInputProtocol::new(&mut rest, 1 << 20)).unwrap();
    let page = rest.to_vec();
    let mut written = body[..at].to_vec();
    change(&mut metadata, &mut header);
    header.write_to_out_protocol(&mut TCompactOutputProtocol::new(&mut written)).unwrap();
    written.extend(page);
    let longer = written.len() as i64 - body.len() as i64;
    last(&mut metadata).total_compressed_size = last(&mut metadata).total_compressed_size.saturating_add(longer);
    let length = metadata.write_to_out_protocol(&mut TCompactOutputProtocol::new(&mut written)).unwrap();
    written.extend((length as u32).to_le_bytes());
    written.extend(b"PAR1");
    fs::write(path, written).unwrap();
}

/// Returns the last column of the last row group.
fn last(metadata: &mut FileMetaData) -> &mut ColumnMetaData {
    metadata.row_groups.last_mut().unwrap().columns.last_mut().unwrap().meta_data.as_mut().unwrap()
}

#[test]
fn what_a_file_promises_is_held_against_what_it_has() {
    type Lie = fn(&mut FileMetaData, &mut PageHeader);
    let lies: [(&str, Lie); 12] = [
        ("promises a page of", |_, header| header.uncompressed_page_size = i32::MAX),
        ("promises a page of", |_, header| header.uncompressed_page_size = -1),
        ("promises a page of", |_, header| header.compressed_page_size = -1),
        ("ends behind its column", |_, header| header.compressed_page_size = i32::MAX),
        ("a column promises", |_, header| header.data_page_header.as_mut().unwrap().num_values = i32::MAX),
        ("a column promises", |metadata, _| last(metadata).num_values = i64::MAX),
        ("a column promises", |metadata, header| {
            header.data_page_header.as_mut().unwrap().num_values = i32::MAX;
            last(metadata).num_values = i32::MAX.into();
        }),
        ("behind its end", |metadata, _| last(metadata).total_compressed_size = 1 << 40),
        ("it promises", |metadata, _| metadata.num_rows = 1 << 40),
        ("promises a row group", |metadata, _| metadata.row_groups[1].num_rows = 1 << 40),
        ("it is damaged", |metadata, _| {
            metadata.row_groups[2].num_rows += 1;
            metadata.num_rows += 1;
        }),
        ("lie over each other", |metadata, _| {
            let first = metadata.row_groups[0].clone();
            metadata.row_groups.iter_mut().for_each(|group| *group = first.clone());
            metadata.row_groups.extend((0..1_000).map(|_| first.clone()));
            metadata.num_rows = metadata.row_groups.iter().map(|group| group.num_rows).sum();
        }),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("papers.parquet");
    for (number, (said, change)) in lies.into_iter().enumerate() {
        write(&PAPERS, &path);
        lie(&path, |_, _| {});
        read(&PAPERS, &path).unwrap();
        lie(&path, change);
        let error = format!("{:#}", read(&PAPERS, &path).unwrap_err());
        assert!(error.contains(said), "{number}: {error}");
    }
}

#[test]
fn a_text_counts_as_often_as_it_stands_in_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("papers.parquet");
    let mut writer = TableWriter::create(&PAPERS, &path, &[]).unwrap();
    let mut cells = Sample { table: &PAPERS, row: 0 }.cells();
    cells[PAPERS.columns.len() - 1] = Cell::Text(Some("a text of thirty-two characters!".into()));
    for _ in 0..10_000 {
        writer.push_cells(&cells).unwrap();
    }
    writer.finish().unwrap();
    let most = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap() * 10;
    let portion = TableFile::open(&path).unwrap().portions().remove(0);
    assert_eq!(portion.read([WEEK]).unwrap().height(), 10_000);
    assert!(format!("{:#}", portion.read_up_to(most, [WEEK]).unwrap_err()).contains("10000 of its rows have more than"));
}
