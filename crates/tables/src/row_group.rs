//! Row groups: rows encoded and compressed on the thread that gathered them, ready to be appended to a file.

use super::columns::{Columns, Gathered, Sizes, arrow_type};
use super::compress::{self, compress};
use anyhow::Result;
use polars_arrow::array::Array;
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field};
use polars_parquet::write::{
    CompressedPage, Encoding, ParquetType, SchemaDescriptor, StatisticsOptions, Version, WriteOptions, array_to_columns, get_dtype_encoding, to_parquet_schema,
};
use starcite_rows::Column;
use std::sync::Arc;

/// Text with more bytes a row than this seldom repeats, so that no dictionary is tried.
const DICTIONARY_MAX_BYTES_A_ROW: usize = 32;

/// The columns and write options that the row groups of one file share.
#[derive(Clone)]
pub struct Layout {
    columns: Vec<&'static Column>,
    parquet: SchemaDescriptor,
    pub(super) arrow: ArrowSchema,
    pub(super) options: WriteOptions,
    sizes: Arc<Sizes>,
}

fn told(field: &Field) -> Field {
    use ArrowDataType::{LargeList, LargeUtf8, List, Struct, Utf8};
    let dtype = match &field.dtype {
        LargeUtf8 => Utf8,
        LargeList(of) => List(Box::new(told(of))),
        Struct(fields) => Struct(fields.iter().map(told).collect()),
        other => other.clone(),
    };
    Field::new(field.name.clone(), dtype, field.is_nullable)
}

/// Rows, encoded and compressed, column by column.
pub struct RowGroup {
    pub(super) rows: usize,
    /// Nulls in each column of the table.
    pub(super) nulls: Vec<usize>,
    pub(super) columns: Vec<Vec<CompressedPage>>,
}

impl Layout {
    /// Creates the layout of some columns.
    pub fn new(columns: Vec<&'static Column>) -> Result<Self> {
        let fields = columns.iter().map(|column| Field::new(column.name.into(), arrow_type(column.kind), true));
        let arrow: ArrowSchema = fields.map(|field| (field.name.clone(), field)).collect();
        let options = WriteOptions { statistics: StatisticsOptions::full(), compression: compress::options()?, version: Version::V1, data_page_size: None };
        let sizes = Arc::new(Sizes::of(columns.len()));
        Ok(Self { columns, parquet: to_parquet_schema(&arrow)?, arrow, options, sizes })
    }

    /// Returns the Arrow schema that the file declares: lists and texts have the common types, because many readers can't read the `large`
    /// ones of polars.
    pub(super) fn told(&self) -> ArrowSchema {
        self.arrow.iter_values().map(|field| (field.name.clone(), told(field))).collect()
    }

    /// Returns the names of the columns.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|column| column.name)
    }

    /// Returns columns without rows.
    pub fn columns(&self) -> Columns {
        Columns::new(self.columns.clone(), Arc::clone(&self.sizes))
    }

    /// Encodes and compresses rows.
    pub fn encode(&self, columns: Columns) -> Result<RowGroup> {
        let mut row_group = RowGroup { rows: columns.rows(), nulls: Vec::new(), columns: Vec::new() };
        for (gathered, column) in columns.into_gathered().into_iter().zip(self.parquet.fields()) {
            match gathered {
                Gathered::Text(texts) if texts.bytes() > DICTIONARY_MAX_BYTES_A_ROW * texts.len() => row_group.push(texts.nulls(), texts.page(column)?),
                Gathered::TextList(lists) => row_group.push(lists.nulls(), lists.page(column)?),
                gathered => self.encode_array(&mut row_group, gathered.into_array()?, column)?,
            }
        }
        Ok(row_group)
    }

    /// Encodes and compresses rows that are arrays already, one a column, of the schema's types.
    pub fn encode_arrays(&self, rows: usize, arrays: Vec<Box<dyn Array>>) -> Result<RowGroup> {
        let mut row_group = RowGroup { rows, nulls: Vec::new(), columns: Vec::new() };
        arrays.into_iter().zip(self.parquet.fields()).try_for_each(|(array, column)| self.encode_array(&mut row_group, array, column))?;
        Ok(row_group)
    }

    fn encode_array(&self, row_group: &mut RowGroup, array: Box<dyn Array>, column: &ParquetType) -> Result<()> {
        row_group.nulls.push(array.null_count());
        for pages in array_to_columns(&array, column.clone(), self.options, &encodings(array.as_ref()))? {
            row_group.columns.push(pages.map(|page| compress(page?)).collect::<Result<_>>()?);
        }
        Ok(())
    }
}

impl RowGroup {
    /// Adds a column of one page.
    fn push(&mut self, nulls: usize, page: CompressedPage) {
        self.nulls.push(nulls);
        self.columns.push(vec![page]);
    }
}

/// Returns an encoding for each leaf: plain for long values, which seldom repeat, otherwise the default of the type.
fn encodings(array: &dyn Array) -> Vec<Encoding> {
    let bytes = polars_arrow::compute::aggregate::estimated_bytes_size(array);
    let long = bytes > DICTIONARY_MAX_BYTES_A_ROW * array.len();
    let by_type = get_dtype_encoding(array.dtype());
    by_type.into_iter().map(|encoding| if long { Encoding::Plain } else { encoding }).collect()
}
