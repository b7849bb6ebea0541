//! Rows of a Parquet file, page by page: of each column that is taken one page is in memory, whatever the row group.
//!
//! No claim of a file is trusted before memory is allocated for it: its footer is read within the bytes that it has, a page's size is
//! bounded, and so is the decoded size, at a time and in all.

use super::array::{cell, continued, holds};
use super::cell::{Cell, Holds};
use super::columns::{Column, Taken};
use super::rows::{self, records};
use super::{DESCRIBED_BYTES, MAX_COLUMNS, MAX_DEPTH, MAX_FOOTER_BYTES, delta};
use crate::limits::{Expansion, Limits};
use crate::{Framer, FramingError, Text};
use anyhow::{Context, Result, bail, ensure};
use starcite_tables::parts::polars_arrow::array::{Array, ListArray};
use starcite_tables::parts::polars_arrow::datatypes::{ArrowDataType, Field};
use starcite_tables::parts::polars_parquet::parquet::metadata::{ColumnChunkMetadata, Descriptor};
use starcite_tables::parts::polars_parquet::parquet::page::split_buffer;
use starcite_tables::parts::polars_parquet::parquet::read::{BasicDecompressor, PageMetaData, PageReader, deserialize_metadata};
use starcite_tables::parts::polars_parquet::parquet::schema::types::{ParquetType, PrimitiveLogicalType, PrimitiveType};
use starcite_tables::parts::polars_parquet::read::{FileMetadata, column_iter_to_arrays, schema::parquet_to_arrow_schema};
use starcite_tables::parts::polars_parquet_format::thrift::protocol::TCompactInputProtocol;
use starcite_tables::parts::polars_parquet_format::{Encoding, FileMetaData, PageHeader, PageType, SchemaElement};
use std::collections::{BTreeSet, VecDeque};
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};

/// The most bytes of a page's header and of a page, and the most values of a page: writers make pages of a mebibyte.
const MAX_HEADER_BYTES: usize = 16 * 1024 * 1024;
const MAX_PAGE_BYTES: usize = 64 * 1024 * 1024;
const MAX_PAGE_VALUES: i32 = 16 * 1024 * 1024;
/// The most bytes that are decoded at a time, of all columns together.
const MAX_DECODED_BYTES: u64 = 256 * 1024 * 1024;
/// Bytes of a decoded value, besides its text: a view.
const VALUE_BYTES: u64 = 16;
/// The most bytes that a byte of the footer may claim, as thrift's reader counts: an element of a list is eight.
const THRIFT_BYTES: usize = 16;

/// A Parquet file of which the footer was read.
pub(super) struct Parquet {
    file: File,
    metadata: FileMetadata,
    fields: Vec<Field>,
    /// The names of the encrypted columns.
    encrypted: BTreeSet<String>,
}

impl Parquet {
    /// Opens a file.
    ///
    /// # Errors
    /// When it is not a Parquet file, or is damaged.
    pub(super) fn open(mut file: File, expansion: &mut Expansion) -> Result<Self> {
        let footer = footer(&mut file).context("it is not a whole Parquet file: was it cut off?")?;
        expansion.add(footer.len() as u64 * DESCRIBED_BYTES)?;
        // Read with bounds first, because polars allocates room for as many elements as a damaged footer claims, and nests as deep.
        let mut thrift = TCompactInputProtocol::new(footer.as_slice(), footer.len() * THRIFT_BYTES);
        let said = FileMetaData::read_from_in_protocol(&mut thrift).context("its end can't be read")?;
        check_schema(&said.schema)?;
        let encrypted = encrypted(&said);
        drop(said);
        let metadata = deserialize_metadata(footer.into()).context("its end can't be read")?;
        let columns = metadata.schema().fields();
        // Parquet's own schema, not the one of Arrow that may be stored next to it: texts of a dictionary are texts.
        let mut fields: Vec<Field> = parquet_to_arrow_schema(columns).into_iter().map(|(_, field)| field).collect();
        ensure!(fields.len() == columns.len(), "two of its columns are called alike: rename one");
        fields.iter_mut().zip(columns).filter(|(_, column)| is_of_nulls(column)).for_each(|(field, _)| field.dtype = ArrowDataType::Null);
        Ok(Self { file, metadata, fields, encrypted })
    }

    pub(super) fn columns(&self) -> Vec<Column> {
        let is_encrypted = |field: &Field| self.encrypted.contains(field.name.as_str());
        let holds = |field: &Field| if is_encrypted(field) { Holds::Other("encrypted".to_owned()) } else { holds(&field.dtype) };
        self.fields.iter().map(|field| Column { name: field.name.to_string(), holds: holds(field) }).collect()
    }

    /// Returns the columns with their types, as Parquet declares them.
    pub(super) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Returns its rows, as long as their size is in proportion to the file.
    pub(super) fn rows<'a>(self, expansion: Expansion, limits: Limits, taken: Taken) -> Framer<'a> {
        let fields = taken.places().map(|place| self.fields[place].clone()).collect();
        let decoded = Decoded { expansion, held: 0 };
        records(Rows { parquet: self, taken, limits, fields, decoded, chunks: Vec::new(), next_group: 0, byte_offset: 0, left: 0 })
    }
}

/// True for a column that has nothing but nulls: its other type, whole numbers, says nothing.
fn is_of_nulls(column: &ParquetType) -> bool {
    matches!(column, ParquetType::PrimitiveType(PrimitiveType { logical_type: Some(PrimitiveLogicalType::Unknown), .. }))
}

/// Reads the footer of a file, which describes it.
fn footer(file: &mut File) -> Result<Vec<u8>> {
    const LENGTH_AND_MAGIC: usize = 8;
    let mut end = [0; LENGTH_AND_MAGIC];
    file.seek(SeekFrom::End(-(LENGTH_AND_MAGIC as i64)))?;
    file.read_exact(&mut end)?;
    let [a, b, c, d, magic @ ..] = end;
    ensure!(&magic == b"PAR1", "it does not end as one");
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    ensure!(length <= MAX_FOOTER_BYTES, "its end has {length} bytes: more than {MAX_FOOTER_BYTES} are not read");
    file.seek(SeekFrom::End(-((length + LENGTH_AND_MAGIC) as i64)))?;
    let mut footer = vec![0; length];
    file.read_exact(&mut footer)?;
    Ok(footer)
}

/// Checks that a schema, whose elements are in the order of their tree, is neither too wide nor too deep.
fn check_schema(schema: &[SchemaElement]) -> Result<()> {
    ensure!(schema.len() <= MAX_COLUMNS, "it has more than {MAX_COLUMNS} columns");
    let mut open: Vec<i32> = Vec::new();
    for element in schema {
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        open.extend(element.num_children.filter(|children| *children > 0));
        ensure!(open.len() <= MAX_DEPTH, "its columns are in more than {MAX_DEPTH} others");
        while open.last() == Some(&0) {
            open.pop();
        }
    }
    Ok(())
}

/// Returns the encrypted columns of a file whose footer is not encrypted, because polars-parquet ignores that they are.
fn encrypted(said: &FileMetaData) -> BTreeSet<String> {
    let columns = said.row_groups.iter().take(1).flat_map(|group| &group.columns).filter(|column| column.crypto_metadata.is_some());
    columns.filter_map(|column| column.meta_data.as_ref()?.path_in_schema.first().cloned()).collect()
}

/// The decoded bytes of a file, at a time and in all.
struct Decoded {
    expansion: Expansion,
    /// Those of all columns that are being read.
    held: u64,
}

impl Decoded {
    /// Counts bytes before they are decoded.
    fn take(&mut self, bytes: u64) -> Result<()> {
        self.expansion.add(bytes)?;
        self.held += bytes;
        ensure!(self.held <= MAX_DECODED_BYTES, "pages of more than {} MiB are needed at a time", MAX_DECODED_BYTES / 1024 / 1024);
        Ok(())
    }

    fn give_back(&mut self, bytes: u64) {
        self.held -= bytes;
    }
}

/// The state of reading a file.
struct Rows {
    parquet: Parquet,
    taken: Taken,
    limits: Limits,
    /// Those of the columns that are taken.
    fields: Vec<Field>,
    decoded: Decoded,
    /// These columns in the current row group.
    chunks: Vec<Chunk>,
    next_group: usize,
    /// Offset of that row group.
    byte_offset: u64,
    /// Rows of the row group that were not read yet.
    left: usize,
}

impl rows::Rows for Rows {
    fn next(&mut self, text: &mut Vec<u8>) -> Result<Option<Result<Text, FramingError>>> {
        if !self.advance()? {
            return Ok(None);
        }
        let (chunks, mut bytes) = (&self.chunks, 0);
        let row = self.taken.row(text, self.limits, |number, _| {
            let cell = chunks[number].cell();
            bytes += cell.bytes() as u64;
            cell
        });
        self.decoded.expansion.add(bytes)?;
        Ok(Some(row))
    }

    fn place(&self) -> u64 {
        self.byte_offset
    }
}

impl Rows {
    /// Moves to the next row; false if there is none.
    fn advance(&mut self) -> Result<bool> {
        self.chunks.iter_mut().for_each(Chunk::pass);
        while self.left == 0 {
            let Some(group) = self.parquet.metadata.row_groups.get(self.next_group) else { return Ok(false) };
            let chunk = |field: &Field| match group.columns_under_root_iter(&field.name).into_iter().flatten().collect::<Vec<_>>()[..] {
                [column] => Ok(Chunk::new(column, field.clone())),
                _ => bail!("the column {:?} is not one column of the file", field.name),
            };
            self.chunks = self.fields.iter().map(chunk).collect::<Result<_>>()?;
            self.decoded.held = 0;
            self.left = group.num_rows();
            self.byte_offset = group.byte_ranges_iter().map(|range| range.start).min().unwrap_or_default();
            self.next_group += 1;
        }
        for chunk in &mut self.chunks {
            chunk.prepare(&mut self.parquet.file, &mut self.decoded).with_context(|| format!("the column {:?} at byte {}", chunk.field.name, chunk.at))?;
        }
        self.left -= 1;
        Ok(true)
    }
}

/// A column of a row group, and the position in it.
struct Chunk {
    field: Field,
    meta: PageMetaData,
    /// Offset of the next page, and the end of the last one.
    at: u64,
    end: u64,
    /// The dictionary page, as it is in the file, and its decoded size.
    dictionary: Vec<u8>,
    dictionary_bytes: u64,
    /// Pages that were read, each with its decoded size. A list may continue at the beginning of the next page: then there are two.
    pages: VecDeque<(Box<dyn Array>, u64)>,
    /// The row within the first of them.
    row: usize,
}

impl Chunk {
    fn new(column: &ColumnChunkMetadata, field: Field) -> Self {
        let range = column.byte_range();
        let (dictionary, dictionary_bytes) = (Vec::new(), 0);
        Self { field, meta: column.into(), at: range.start, end: range.end, dictionary, dictionary_bytes, pages: VecDeque::new(), row: 0 }
    }

    /// Moves past the row.
    fn pass(&mut self) {
        self.row += 1;
    }

    /// Reads the pages that the row needs.
    fn prepare(&mut self, file: &mut File, decoded: &mut Decoded) -> Result<()> {
        if self.field.dtype == ArrowDataType::Null {
            return Ok(()); // it has no values, and needs no pages
        }
        while self.pages.front().is_none_or(|(page, _)| self.row >= page.len()) {
            if let Some((_, bytes)) = self.pages.pop_front() {
                decoded.give_back(bytes);
                self.row = 0;
            }
            if self.pages.is_empty() {
                self.read_page(file, decoded)?;
            }
        }
        let is_last = |pages: &VecDeque<(Box<dyn Array>, u64)>| pages.iter().skip(1).all(|(page, _)| page.is_empty());
        let is_list = matches!(self.field.dtype, ArrowDataType::LargeList(_));
        while is_list && self.at < self.end && self.pages.front().is_some_and(|(page, _)| self.row + 1 == page.len()) && is_last(&self.pages) {
            self.read_page(file, decoded)?;
        }
        Ok(())
    }

    /// Returns the value of the row.
    fn cell(&self) -> Cell<'_> {
        let mut pages = self.pages.iter().map(|(page, _)| page);
        let Some(page) = pages.next() else { return Cell::Nothing };
        let mut value = cell(page.as_ref(), self.row);
        if self.row + 1 < page.len() {
            return value;
        }
        for page in pages {
            value = match (value, page.as_any().downcast_ref::<ListArray<i64>>()) {
                (Cell::Texts(texts), Some(lists)) => continued(texts, lists.values().as_ref(), 0, *lists.offsets().first() as usize),
                (value, _) => return value,
            };
            if !page.is_empty() {
                break;
            }
        }
        value
    }

    /// Reads and decodes the next data page; of those that refer to the dictionary as many as are as large as it, because it is decoded
    /// with them.
    fn read_page(&mut self, file: &mut File, decoded: &mut Decoded) -> Result<()> {
        let (mut pages, mut values, mut bytes, mut least) = (Vec::new(), 0, 0, 0);
        while pages.is_empty() || bytes < least && self.at < self.end {
            if self.at >= self.end {
                bail!("it has fewer values than the row group has rows");
            }
            let (header, page) = read_page(file, self.at)?;
            self.at += page.len() as u64;
            let Some((count, encoding)) = values_of(&header) else { continue };
            let page_bytes = decoded_bytes(&header, count)?;
            decoded.take(page_bytes)?;
            if header.type_ == PageType::DICTIONARY_PAGE {
                ensure!(pages.is_empty(), "a dictionary behind its pages");
                decoded.give_back(self.dictionary_bytes);
                (self.dictionary, self.dictionary_bytes) = (page, page_bytes);
                continue;
            }
            if pages.is_empty() && matches!(encoding, Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY) {
                decoded.take(self.dictionary_bytes)?;
                pages.extend_from_slice(&self.dictionary);
                (bytes, least) = (self.dictionary_bytes, 2 * self.dictionary_bytes);
            }
            bytes += page_bytes + self.beyond_the_page(&page, count, encoding, decoded)?;
            values += i64::from(count);
            pages.extend(page);
        }
        let arrays = self.decode(pages, values)?;
        if arrays.is_empty() {
            decoded.give_back(bytes);
        }
        self.pages.extend(arrays.into_iter().zip(std::iter::once(bytes).chain(std::iter::repeat(0))));
        Ok(())
    }

    fn decode(&self, pages: Vec<u8>, values: i64) -> Result<Vec<Box<dyn Array>>> {
        let Descriptor { primitive_type, .. } = &self.meta.descriptor;
        let decompressor = self.decompressor(pages, values);
        Ok(column_iter_to_arrays(vec![decompressor], vec![primitive_type], self.field.clone(), None)?.0)
    }

    fn decompressor(&self, pages: Vec<u8>, values: i64) -> BasicDecompressor {
        let meta = PageMetaData { column_start: 0, num_values: values, ..self.meta.clone() };
        let pages = PageReader::new_with_page_meta(Cursor::new(pages.into()), meta, Vec::new(), MAX_PAGE_BYTES);
        BasicDecompressor::new(pages, Vec::new())
    }

    /// Counts the decoded size of a delta-encoded page beyond the page's size, because each value may repeat the one before. Their number
    /// is in the page again, and polars trusts it.
    fn beyond_the_page(&self, page: &[u8], values: i32, encoding: Encoding, decoded: &mut Decoded) -> Result<u64> {
        if !matches!(encoding, Encoding::DELTA_BINARY_PACKED | Encoding::DELTA_LENGTH_BYTE_ARRAY | Encoding::DELTA_BYTE_ARRAY) {
            return Ok(0);
        }
        let mut decompressor = self.decompressor(page.to_vec(), values.into());
        let page = decompressor.next().context("no page")??.decompress(&mut decompressor)?;
        let encoded = split_buffer(&page)?.values;
        if encoding != Encoding::DELTA_BYTE_ARRAY {
            ensure!(delta::count(encoded)? <= values as u64, "it has more values than its header says");
            return Ok(0);
        }
        let bytes = delta::text_bytes(encoded, values as usize)?;
        decoded.take(bytes)?;
        Ok(bytes)
    }
}

/// Returns the header of the page at an offset, and the page with its header.
fn read_page(file: &mut File, at: u64) -> Result<(PageHeader, Vec<u8>)> {
    let mut reader = BufReader::new(file);
    reader.seek(SeekFrom::Start(at))?;
    let header = PageHeader::read_from_in_protocol(&mut TCompactInputProtocol::new(&mut reader, MAX_HEADER_BYTES)).context("no header of a page")?;
    let size = |bytes: i32| usize::try_from(bytes).ok().filter(|bytes| *bytes <= MAX_PAGE_BYTES);
    let (Some(compressed), Some(_)) = (size(header.compressed_page_size), size(header.uncompressed_page_size)) else {
        let (compressed, before) = (header.compressed_page_size, header.uncompressed_page_size);
        bail!(
            "a page of {compressed} bytes, which are {before} before compression: more than {MAX_PAGE_BYTES} are not read; write the file with smaller pages or row groups"
        );
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

/// Counts the decoded size of a page of so many values.
fn decoded_bytes(header: &PageHeader, values: i32) -> Result<u64> {
    ensure!((0..=MAX_PAGE_VALUES).contains(&values), "a page of {values} values: more than {MAX_PAGE_VALUES} are not read");
    Ok(header.uncompressed_page_size as u64 + values as u64 * VALUE_BYTES)
}

/// Returns the number of values of a page, and their encoding; `None` for a page without values.
fn values_of(header: &PageHeader) -> Option<(i32, Encoding)> {
    match header.type_ {
        PageType::DATA_PAGE => header.data_page_header.as_ref().map(|data| (data.num_values, data.encoding)),
        PageType::DATA_PAGE_V2 => header.data_page_header_v2.as_ref().map(|data| (data.num_values, data.encoding)),
        PageType::DICTIONARY_PAGE => header.dictionary_page_header.as_ref().map(|words| (words.num_values, words.encoding)),
        _ => None,
    }
}
