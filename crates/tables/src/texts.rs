//! Texts in the layout of a plain page of Parquet, so that a page is made of them without another copy.
//!
//! A page of version 1 has levels, then values (parquet-format, README.md, "Data Pages"): for a list, levels for the values that begin a
//! row; then levels for the values that are known; then each text after its length in four bytes, little-endian (Encodings.md, "Plain").

use super::compress::{self, Uncompressed};
use anyhow::{Context, Result};
use polars_parquet::parquet::encoding::hybrid_rle::{Encoder, encode};
use polars_parquet::parquet::page::{DataPageHeader, DataPageHeaderV1};
use polars_parquet::parquet::statistics::ParquetStatistics;
use polars_parquet::write::{CompressedPage, Descriptor, Encoding, ParquetType, to_parquet_leaves};
use std::ops::Range;

/// Room for the levels of a page before its values.
const LEVELS_BYTES: usize = 16 * 1024;

/// Levels of a list: it is unknown, it is empty, it has a text.
const UNKNOWN: u32 = 0;
const EMPTY: u32 = 1;
const TEXT: u32 = 3;

/// A text a row, or none.
#[derive(Default)]
pub(super) struct Texts {
    known: Vec<bool>,
    /// The end of each row in the bytes of the texts.
    ends: Vec<usize>,
    values: Values,
}

/// A list of texts a row, or none.
#[derive(Default)]
pub(super) struct TextLists {
    /// For each text, or row without one: true if it continues a row.
    goes_on: Vec<bool>,
    levels: Vec<u32>,
    /// The end of each row in the levels, and in the bytes of the texts.
    ends: Vec<(usize, usize)>,
    values: Values,
}

/// Texts, each after its length, and all after the room for levels.
#[derive(Default)]
struct Values {
    bytes: Vec<u8>,
}

impl Texts {
    /// Reserves room for so many rows and bytes.
    pub(super) fn with_room(rows: usize, bytes: usize) -> Self {
        Self { known: Vec::with_capacity(rows), ends: Vec::with_capacity(rows), values: Values::with_room(bytes) }
    }

    pub(super) fn push(&mut self, text: Option<&str>) {
        self.known.push(text.is_some());
        self.values.extend(text);
        self.ends.push(self.bytes());
    }

    pub(super) fn bytes(&self) -> usize {
        self.values.texts().len()
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    pub(super) fn nulls(&self) -> usize {
        self.known.iter().filter(|known| !**known).count()
    }

    /// Returns every row.
    pub(super) fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        let mut texts = self.values.iter();
        self.known.iter().map(move |known| if *known { texts.next() } else { None })
    }

    /// Returns the bytes of the texts up to each row.
    pub(super) fn ends(&self) -> impl Iterator<Item = usize> {
        self.ends.iter().copied()
    }

    /// Adds rows of another.
    pub(super) fn extend(&mut self, from: &Self, rows: Range<usize>) {
        let end = |row: usize| row.checked_sub(1).map_or(0, |row| from.ends[row]);
        let (begin, own) = (end(rows.start), self.bytes());
        self.values.append(&from.values.texts()[begin..end(rows.end)]);
        self.known.extend_from_slice(&from.known[rows.clone()]);
        self.ends.extend(from.ends[rows].iter().map(|end| end - begin + own));
    }

    /// Returns all rows as one page.
    pub(super) fn page(self, column: &ParquetType) -> Result<CompressedPage> {
        let (rows, nulls) = (self.len(), self.nulls());
        let levels = encoded_levels(self.known.iter().copied(), 1)?;
        page(column, rows, rows, nulls, &levels, self.values)
    }
}

impl TextLists {
    /// Reserves room for so many rows and bytes.
    pub(super) fn with_room(rows: usize, bytes: usize) -> Self {
        Self { goes_on: Vec::with_capacity(rows), levels: Vec::with_capacity(rows), ends: Vec::with_capacity(rows), values: Values::with_room(bytes) }
    }

    pub(super) fn push<'t>(&mut self, list: Option<impl Iterator<Item = &'t str>>) {
        let row = self.levels.len();
        let is_known = list.is_some();
        for text in list.into_iter().flatten() {
            self.values.extend(Some(text));
            self.goes_on.push(self.levels.len() > row);
            self.levels.push(TEXT);
        }
        if self.levels.len() == row {
            self.goes_on.push(false);
            self.levels.push(if is_known { EMPTY } else { UNKNOWN });
        }
        self.ends.push((self.levels.len(), self.bytes()));
    }

    pub(super) fn bytes(&self) -> usize {
        self.values.texts().len()
    }

    pub(super) fn nulls(&self) -> usize {
        self.levels.iter().filter(|level| **level == UNKNOWN).count()
    }

    /// Returns the bytes of the texts up to each row.
    pub(super) fn ends(&self) -> impl Iterator<Item = usize> {
        self.ends.iter().map(|(_, byte)| *byte)
    }

    /// Adds rows of another.
    pub(super) fn extend(&mut self, from: &Self, rows: Range<usize>) {
        let end = |row: usize| row.checked_sub(1).map_or((0, 0), |row| from.ends[row]);
        let ((level, byte), (last_level, last_byte), own) = (end(rows.start), end(rows.end), (self.levels.len(), self.bytes()));
        self.values.append(&from.values.texts()[byte..last_byte]);
        self.goes_on.extend_from_slice(&from.goes_on[level..last_level]);
        self.levels.extend_from_slice(&from.levels[level..last_level]);
        self.ends.extend(from.ends[rows].iter().map(|end| (end.0 - level + own.0, end.1 - byte + own.1)));
    }

    /// Returns all rows as one page.
    pub(super) fn page(self, column: &ParquetType) -> Result<CompressedPage> {
        let rows = self.goes_on.iter().filter(|goes_on| !**goes_on).count();
        let mut levels = encoded_levels(self.goes_on.iter().copied(), 1)?;
        levels.extend(encoded_levels(self.levels.iter().copied(), 2)?);
        let without_text = self.levels.iter().filter(|level| **level != TEXT).count();
        page(column, rows, self.levels.len(), without_text, &levels, self.values)
    }
}

impl Values {
    fn with_room(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(LEVELS_BYTES + bytes) }
    }

    fn extend(&mut self, text: Option<&str>) {
        if let Some(text) = text {
            self.make_room();
            self.bytes.extend_from_slice(&(text.len() as u32).to_le_bytes()); // the writer of the page refuses one of 2 GB
            self.bytes.extend_from_slice(text.as_bytes());
        }
    }

    /// Adds texts that are each after their length already.
    fn append(&mut self, texts: &[u8]) {
        if !texts.is_empty() {
            self.make_room();
            self.bytes.extend_from_slice(texts);
        }
    }

    fn make_room(&mut self) {
        if self.bytes.is_empty() {
            self.bytes.resize(LEVELS_BYTES, 0);
        }
    }

    /// Returns the texts, each after its length.
    fn texts(&self) -> &[u8] {
        self.bytes.get(LEVELS_BYTES..).unwrap_or_default()
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let mut rest = self.texts();
        std::iter::from_fn(move || {
            let (length, behind) = rest.split_first_chunk()?;
            let (text, behind) = behind.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            rest = behind;
            std::str::from_utf8(text).ok()
        })
    }

    /// Returns the bounds of the texts, because readers that look for a text skip a page that has none in the file's index.
    fn statistics(&self, without_text: usize) -> Result<ParquetStatistics> {
        let bound = |text: Option<&str>| text.map(|text| text.as_bytes().to_vec());
        Ok(ParquetStatistics {
            null_count: Some(i64::try_from(without_text)?),
            distinct_count: None,
            min_value: bound(self.iter().min()),
            max_value: bound(self.iter().max()),
            min: None,
            max: None,
            is_min_value_exact: None,
            is_max_value_exact: None,
        })
    }

    /// Returns the texts after the levels of their page.
    fn behind(&mut self, levels: &[u8]) -> &[u8] {
        self.make_room();
        match LEVELS_BYTES.checked_sub(levels.len()) {
            Some(begin) => {
                self.bytes[begin..LEVELS_BYTES].copy_from_slice(levels);
                &self.bytes[begin..]
            }
            None => {
                self.bytes.splice(..LEVELS_BYTES, levels.iter().copied());
                &self.bytes
            }
        }
    }
}

/// Encodes levels after their length.
fn encoded_levels<L: PartialEq + Default + Copy + Encoder<L>>(levels: impl Iterator<Item = L>, bits: u32) -> Result<Vec<u8>> {
    let mut encoded = vec![0; 4];
    encode(&mut encoded, levels, bits)?;
    let length = u32::try_from(encoded.len() - 4)?;
    encoded[..4].copy_from_slice(&length.to_le_bytes());
    Ok(encoded)
}

/// Makes the page of so many rows and levels, `without_text` of which have no text.
fn page(column: &ParquetType, rows: usize, levels: usize, without_text: usize, encoded_levels: &[u8], mut texts: Values) -> Result<CompressedPage> {
    let header = DataPageHeaderV1 {
        num_values: i32::try_from(levels)?,
        encoding: Encoding::Plain.into(),
        definition_level_encoding: Encoding::Rle.into(),
        repetition_level_encoding: Encoding::Rle.into(),
        statistics: Some(texts.statistics(without_text)?),
    };
    let primitive_type = to_parquet_leaves(column.clone()).pop().context("bug: a column of texts without texts")?;
    let descriptor = Descriptor { primitive_type, max_def_level: 0, max_rep_level: 0 };
    compress::data_page(Uncompressed { header: DataPageHeader::V1(header), bytes: texts.behind(encoded_levels), descriptor, rows })
}
