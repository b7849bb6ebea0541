//! A column of texts, of any of Arrow's layouts.

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowDictionaryKeyType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, GenericStringArray, OffsetSizeTrait, StringViewArray};
use arrow_buffer::ArrowNativeType;
use arrow_schema::DataType;

/// A column of texts. A producer of Arrow's C interface may give offsets that lead nowhere, or bytes that are not UTF-8: both are found value by
/// value, and nothing is read as text before it is.
#[derive(Debug)]
pub struct Texts {
    layout: Layout,
    len: usize,
}

#[derive(Debug)]
enum Layout {
    /// Only nulls.
    Nothing,
    Small(GenericStringArray<i32>),
    Large(GenericStringArray<i64>),
    Views(StringViewArray),
    /// The number of each row's word, and the words.
    Words(Vec<Option<usize>>, Box<Texts>),
    /// Several one after the other, each with the number of rows before it.
    Chunks(Vec<(usize, Texts)>),
    /// Texts of no array.
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Texts {
    /// Reads an array; `None` if it does not hold texts.
    pub fn of(array: &ArrayRef) -> Option<Self> {
        let layout = match array.data_type() {
            DataType::Null => Layout::Nothing,
            DataType::Utf8 => Layout::Small(array.as_string().clone()),
            DataType::LargeUtf8 => Layout::Large(array.as_string().clone()),
            DataType::Utf8View => Layout::Views(array.as_string_view().clone()),
            DataType::Dictionary(key, _) => {
                let words = Self::of(array.as_any_dictionary().values())?;
                Layout::Words(keys(array, key)?, Box::new(words))
            }
            _ => return None,
        };
        Some(Self { layout, len: array.len() })
    }

    /// Makes a column of several, one after the other.
    pub fn chunked(chunks: Vec<Self>) -> Self {
        let mut rows = 0;
        let starting = |chunk: Self| {
            let first = rows;
            rows += chunk.len;
            (first, chunk)
        };
        let chunks = chunks.into_iter().map(starting).collect();
        Self { layout: Layout::Chunks(chunks), len: rows }
    }

    /// Makes a column of texts that may not be UTF-8.
    pub fn of_bytes(texts: Vec<Option<Vec<u8>>>) -> Self {
        Self { len: texts.len(), layout: Layout::Bytes(texts) }
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True if there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the text of a row; `None` for a null.
    ///
    /// # Errors
    /// Returns the bytes if they are not UTF-8.
    pub fn get(&self, row: usize) -> Option<Result<&str, &[u8]>> {
        let bytes = self.bytes(row)?;
        Some(simdutf8::basic::from_utf8(bytes).map_err(|_| bytes))
    }

    /// Returns the bytes of a text; [`BROKEN`] if its place leads nowhere, which is not UTF-8 either.
    fn bytes(&self, row: usize) -> Option<&[u8]> {
        let bytes = match &self.layout {
            Layout::Nothing => return None,
            Layout::Bytes(texts) => return texts.get(row)?.as_deref(),
            Layout::Chunks(chunks) => {
                let (first, chunk) = chunks[..chunks.partition_point(|(first, _)| *first <= row)].last()?;
                return chunk.bytes(row - first);
            }
            Layout::Words(keys, words) => {
                let word = (*keys.get(row)?)?;
                return if word < words.len { words.bytes(word) } else { Some(BROKEN) };
            }
            Layout::Small(texts) => small(texts, row)?,
            Layout::Large(texts) => small(texts, row)?,
            Layout::Views(texts) => view(texts, row)?,
        };
        Some(bytes.unwrap_or(BROKEN))
    }
}

/// The bytes of a text whose place leads nowhere: they are not UTF-8.
const BROKEN: &[u8] = b"\xff";

/// Returns the bytes of a row; `Some(None)` if its offsets lead nowhere.
fn small<O: OffsetSizeTrait>(texts: &GenericStringArray<O>, row: usize) -> Option<Option<&[u8]>> {
    if row >= texts.len() || texts.is_null(row) {
        return None;
    }
    let (start, end) = (texts.value_offsets()[row].to_usize(), texts.value_offsets()[row + 1].to_usize());
    Some(start.zip(end).and_then(|(start, end)| texts.value_data().get(start..end)))
}

/// Bytes of a view, and those of a text that is in it as a whole, after its length.
const VIEW_BYTES: usize = 16;
const INLINE_BYTES: usize = 12;

/// Does the same for an array of views (<https://arrow.apache.org/docs/format/Columnar.html#variable-size-binary-view-layout>).
fn view(texts: &StringViewArray, row: usize) -> Option<Option<&[u8]>> {
    if row >= texts.len() || texts.is_null(row) {
        return None;
    }
    let view = texts.views().inner().as_slice().get(row * VIEW_BYTES..(row + 1) * VIEW_BYTES)?;
    let number = |at: usize| view[at..at + 4].try_into().map_or(usize::MAX, |bytes| u32::from_ne_bytes(bytes) as usize);
    let length = number(0);
    if length <= INLINE_BYTES {
        return Some(Some(&view[4..4 + length]));
    }
    let (buffer, start) = (number(8), number(12));
    Some(texts.data_buffers().get(buffer).and_then(|buffer| buffer.as_slice().get(start..start.checked_add(length)?)))
}

/// Returns the number of each row's word.
fn keys(array: &ArrayRef, key: &DataType) -> Option<Vec<Option<usize>>> {
    fn of<K: ArrowDictionaryKeyType>(array: &ArrayRef) -> Vec<Option<usize>> {
        let word = |key: K::Native| key.to_usize().unwrap_or(usize::MAX);
        array.as_dictionary::<K>().keys().iter().map(|key| key.map(word)).collect()
    }
    Some(match key {
        DataType::Int8 => of::<Int8Type>(array),
        DataType::Int16 => of::<Int16Type>(array),
        DataType::Int32 => of::<Int32Type>(array),
        DataType::Int64 => of::<Int64Type>(array),
        DataType::UInt8 => of::<UInt8Type>(array),
        DataType::UInt16 => of::<UInt16Type>(array),
        DataType::UInt32 => of::<UInt32Type>(array),
        DataType::UInt64 => of::<UInt64Type>(array),
        _ => return None,
    })
}
