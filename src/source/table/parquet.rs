//! Rows of a Parquet file, page by page: of each column that is taken one page is held, whatever the row group.

use super::array::{between, cell, holds};
use super::cell::{Cell, Holds};
use super::columns::{Column, Taken};
use super::has_room;
use crate::guarded::guarded;
use crate::source::input::Limits;
use crate::source::unreadable::cut_off;
use crate::source::{Piece, Splitter};
use anyhow::{Context, Result, bail};
use polars_arrow::array::{Array, ListArray};
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_parquet::parquet::metadata::{ColumnChunkMetadata, Descriptor};
use polars_parquet::parquet::read::{BasicDecompressor, PageMetaData, PageReader};
use polars_parquet::read::{FileMetadata, column_iter_to_arrays, infer_schema, read_metadata};
use polars_parquet_format::thrift::protocol::TCompactInputProtocol;
use polars_parquet_format::{Encoding, FileMetaData, PageHeader, PageType};
use std::collections::{BTreeSet, VecDeque};
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

/// What is read at most of the end, a page's header and a page: writers make pages of a mebibyte.
const MAX_FOOTER_BYTES: usize = 1024 * 1024 * 1024;
const MAX_HEADER_BYTES: usize = 16 * 1024 * 1024;
const MAX_PAGE_BYTES: usize = 512 * 1024 * 1024;
const MAX_PAGE_VALUES: i32 = 16 * 1024 * 1024;

/// A Parquet file of which the end was read.
pub(super) struct Parquet {
    file: File,
    metadata: FileMetadata,
    fields: Vec<Field>,
    /// The names of the columns that are encrypted.
    encrypted: BTreeSet<String>,
}

impl Parquet {
    /// # Errors
    /// When it is none, or is damaged.
    pub(super) fn open(mut file: File) -> Result<Self> {
        let metadata = read_metadata(&mut file).context("it is no whole Parquet: was it cut off?")?;
        let fields = infer_schema(&metadata).context("its schema can't be read")?.into_iter().map(|(_, field)| readable(field)).collect();
        let encrypted = encrypted(&metadata)?;
        Ok(Self { file, metadata, fields, encrypted })
    }

    pub(super) fn columns(&self) -> Vec<Column> {
        let is_encrypted = |field: &Field| self.encrypted.contains(field.name.as_str());
        let holds = |field: &Field| if is_encrypted(field) { Holds::Other("encrypted".to_owned()) } else { holds(&field.dtype) };
        self.fields.iter().map(|field| Column { name: field.name.to_string(), holds: holds(field) }).collect()
    }

    /// Its rows.
    ///
    /// # Errors
    /// When it says that it has more than it can have.
    pub(super) fn rows<'a>(self, limits: Limits, taken: Taken) -> Result<Splitter<'a>> {
        has_room(&self.file, self.metadata.row_groups.iter().fold(0, |rows, group| rows.saturating_add(group.num_rows() as u64)), limits)?;
        let fields = taken.places().map(|place| self.fields[place].clone()).collect();
        let mut rows = Rows { parquet: self, fields, chunks: Vec::new(), next_group: 0, byte_offset: 0, left: 0 };
        let mut failed = false;
        Ok(Box::new(move |text| {
            if failed {
                return None;
            }
            match guarded(|| rows.next()) {
                Ok(false) => None,
                Ok(true) => {
                    let row = taken.row(text, limits, |number, _| rows.chunks[number].cell());
                    Some(Piece { byte_offset: rows.byte_offset, text: row })
                }
                Err(error) => {
                    failed = true;
                    Some(Piece { byte_offset: rows.byte_offset, text: Err(cut_off(&io::Error::other(format!("{error:#}")), &[])) })
                }
            }
        }))
    }
}

/// The columns that are encrypted in a file whose end is not: polars-parquet passes over what says so.
fn encrypted(metadata: &FileMetadata) -> Result<BTreeSet<String>> {
    let footer: &[u8] = &metadata.footer_buf;
    let footer = FileMetaData::read_from_in_protocol(&mut TCompactInputProtocol::new(footer, MAX_FOOTER_BYTES)).context("its end can't be read")?;
    let columns = footer.row_groups.iter().take(1).flat_map(|group| &group.columns).filter(|column| column.crypto_metadata.is_some());
    Ok(columns.filter_map(|column| column.meta_data.as_ref()?.path_in_schema.first().cloned()).collect())
}

/// A field as it is read: texts of a dictionary as texts.
fn readable(field: Field) -> Field {
    let is_text = matches!(field.dtype, ArrowDataType::Dictionary(..)) && holds(&field.dtype) == Holds::Text;
    if is_text { Field { dtype: ArrowDataType::Utf8View, ..field } } else { field }
}

/// Where the reading of a file stands.
struct Rows {
    parquet: Parquet,
    /// Of the columns that are taken.
    fields: Vec<Field>,
    /// These columns in the row group that is being read.
    chunks: Vec<Chunk>,
    next_group: usize,
    /// Where that row group begins.
    byte_offset: u64,
    /// Rows of the row group that are still to be read.
    left: usize,
}

impl Rows {
    /// Goes to the next row, if there is one.
    fn next(&mut self) -> Result<bool> {
        self.chunks.iter_mut().for_each(Chunk::pass);
        while self.left == 0 {
            let Some(group) = self.parquet.metadata.row_groups.get(self.next_group) else { return Ok(false) };
            let chunk = |field: &Field| match group.columns_under_root_iter(&field.name).into_iter().flatten().collect::<Vec<_>>()[..] {
                [column] => Ok(Chunk::new(column, field.clone())),
                _ => bail!("the column {:?} is not one column of the file", field.name),
            };
            self.chunks = self.fields.iter().map(chunk).collect::<Result<_>>()?;
            self.left = group.num_rows();
            self.byte_offset = group.byte_ranges_iter().map(|range| range.start).min().unwrap_or_default();
            self.next_group += 1;
        }
        for chunk in &mut self.chunks {
            chunk.prepare(&mut self.parquet.file).with_context(|| format!("the column {:?} at byte {}", chunk.field.name, chunk.at))?;
        }
        self.left -= 1;
        Ok(true)
    }
}

/// A column of a row group, and how far it was read.
struct Chunk {
    field: Field,
    meta: PageMetaData,
    /// Where the next page begins, and where the last one ends.
    at: u64,
    end: u64,
    /// The page of the dictionary, as it stands in the file.
    dictionary: Vec<u8>,
    /// Pages that were read. A list may go on at the beginning of the next page: then there are two.
    pages: VecDeque<Box<dyn Array>>,
    /// The row within the first of them.
    row: usize,
}

impl Chunk {
    fn new(column: &ColumnChunkMetadata, field: Field) -> Self {
        let range = column.byte_range();
        Self { field, meta: column.into(), at: range.start, end: range.end, dictionary: Vec::new(), pages: VecDeque::new(), row: 0 }
    }

    /// Leaves the row.
    fn pass(&mut self) {
        self.row += 1;
    }

    /// Reads what the row needs.
    fn prepare(&mut self, file: &mut File) -> Result<()> {
        while self.pages.front().is_none_or(|page| self.row >= page.len()) {
            if self.pages.pop_front().is_some() {
                self.row = 0;
            }
            if self.pages.is_empty() {
                self.read_page(file)?;
            }
        }
        let is_last = |pages: &VecDeque<Box<dyn Array>>| pages.iter().skip(1).all(|page| page.is_empty());
        let is_list = matches!(self.field.dtype, ArrowDataType::LargeList(_));
        while is_list && self.at < self.end && self.pages.front().is_some_and(|page| self.row + 1 == page.len()) && is_last(&self.pages) {
            self.read_page(file)?;
        }
        Ok(())
    }

    /// The value of the row.
    fn cell(&self) -> Cell<'_> {
        let mut pages = self.pages.iter();
        let Some(page) = pages.next() else { return Cell::Nothing };
        let mut value = cell(page.as_ref(), self.row);
        if let Cell::Texts(texts) = &mut value
            && self.row + 1 == page.len()
        {
            for page in pages {
                let Some(lists) = page.as_any().downcast_ref::<ListArray<i64>>() else { break };
                let goes_on = *lists.offsets().first() as usize;
                texts.extend(between(lists.values().as_ref(), 0, goes_on));
                if !lists.is_empty() {
                    break;
                }
            }
        }
        value
    }

    /// Reads and decodes the next page of data.
    fn read_page(&mut self, file: &mut File) -> Result<()> {
        loop {
            if self.at >= self.end {
                bail!("it has fewer values than the row group has rows");
            }
            let (header, bytes) = read_page(file, self.at)?;
            self.at += bytes.len() as u64;
            if header.type_ == PageType::DICTIONARY_PAGE {
                self.dictionary = bytes;
            } else if let Some((values, encoding)) = values(&header) {
                if !(0..=MAX_PAGE_VALUES).contains(&values) {
                    bail!("a page of {values} values");
                }
                let is_in_dictionary = matches!(encoding, Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY);
                let bytes = if is_in_dictionary { [self.dictionary.as_slice(), &bytes].concat() } else { bytes };
                self.pages.extend(self.decode(bytes, values)?);
                return Ok(());
            }
        }
    }

    fn decode(&self, bytes: Vec<u8>, values: i32) -> Result<Vec<Box<dyn Array>>> {
        let Descriptor { primitive_type, .. } = &self.meta.descriptor;
        let meta = PageMetaData { column_start: 0, num_values: values.into(), ..self.meta.clone() };
        let pages = PageReader::new_with_page_meta(Cursor::new(bytes.into()), meta, Vec::new(), MAX_PAGE_BYTES);
        let decompressor = BasicDecompressor::new(pages, Vec::new());
        Ok(column_iter_to_arrays(vec![decompressor], vec![primitive_type], self.field.clone(), None)?.0)
    }
}

/// The header of the page that begins there, and the page with it.
fn read_page(file: &mut File, at: u64) -> Result<(PageHeader, Vec<u8>)> {
    let mut reader = BufReader::new(file);
    reader.seek(SeekFrom::Start(at))?;
    let header = PageHeader::read_from_in_protocol(&mut TCompactInputProtocol::new(&mut reader, MAX_HEADER_BYTES)).context("no header of a page")?;
    let size = |bytes: i32| usize::try_from(bytes).ok().filter(|bytes| *bytes <= MAX_PAGE_BYTES);
    let (Some(compressed), Some(_)) = (size(header.compressed_page_size), size(header.uncompressed_page_size)) else {
        bail!("a page of {} bytes, which are {} before compression", header.compressed_page_size, header.uncompressed_page_size);
    };
    let length = reader.stream_position()? - at + compressed as u64;
    reader.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        bail!("the file ends in a page");
    }
    Ok((header, bytes))
}

/// How many values a page of data has, and how they are encoded; `None` where it is none.
fn values(header: &PageHeader) -> Option<(i32, Encoding)> {
    let first = header.data_page_header.as_ref().map(|data| (data.num_values, data.encoding));
    first.or_else(|| header.data_page_header_v2.as_ref().map(|data| (data.num_values, data.encoding)))
}
