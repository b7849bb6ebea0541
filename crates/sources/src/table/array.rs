//! The values of Arrow's arrays, from Parquet and Arrow files.

use super::cell::{Cell, Holds};
use chrono::{DateTime, NaiveDate};
use starcite_tables::parts::polars_arrow::array::{
    Array, BinaryViewArray, DictionaryArray, DictionaryKey, ListArray, PrimitiveArray, Utf8Array, Utf8ViewArray,
};
use starcite_tables::parts::polars_arrow::datatypes::{ArrowDataType, IntegerType, TimeUnit};
use starcite_tables::parts::polars_arrow::offset::Offset;
use starcite_tables::parts::polars_arrow::types::NativeType;
use std::borrow::Cow;

const SECONDS_A_DAY: i64 = 86_400;

/// The most texts of a list: no paper has more, and they would fill the memory even if they are empty.
const MAX_TEXTS: usize = 1 << 20;

/// Returns the kind of the values of a type.
pub(super) fn holds(dtype: &ArrowDataType) -> Holds {
    use ArrowDataType::*;
    match dtype {
        Null => Holds::Nothing,
        Utf8 | LargeUtf8 | Utf8View => Holds::Text,
        Dictionary(_, values, _) if holds(values) == Holds::Text => Holds::Text,
        Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64 => Holds::Integers,
        Float32 | Float64 => Holds::Floats,
        Date32 | Date64 | Timestamp(..) => Holds::Days,
        List(inner) | LargeList(inner) if matches!(holds(&inner.dtype), Holds::Text | Holds::Nothing) => Holds::Texts,
        Extension(extension) => holds(&extension.inner),
        other => Holds::Other(name(other)),
    }
}

/// Returns a type's name, for the user.
fn name(dtype: &ArrowDataType) -> String {
    use ArrowDataType::*;
    match dtype {
        Binary | LargeBinary | BinaryView | FixedSizeBinary(_) => "bytes".to_owned(),
        Boolean => "true or false".to_owned(),
        Struct(_) => "structs".to_owned(),
        List(_) | LargeList(_) | FixedSizeList(..) => "lists of other things than texts".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Returns the value of a row.
pub(super) fn cell(array: &dyn Array, row: usize) -> Cell<'_> {
    use ArrowDataType::*;
    if array.is_null(row) {
        return Cell::Nothing;
    }
    let integer = |number: Option<i64>| number.map_or(Cell::Other("a number out of range"), Cell::Integer);
    match array.dtype().to_storage() {
        Utf8 | LargeUtf8 | Utf8View | BinaryView | Dictionary(..) => text(array, row).map_or(Cell::Other("text that is no UTF-8"), Cell::Text),
        List(_) => texts::<i32>(array, row),
        LargeList(_) => texts::<i64>(array, row),
        Int8 => integer(number::<i8>(array, row).map(i64::from)),
        Int16 => integer(number::<i16>(array, row).map(i64::from)),
        Int32 => integer(number::<i32>(array, row).map(i64::from)),
        Int64 => integer(number::<i64>(array, row)),
        UInt8 => integer(number::<u8>(array, row).map(i64::from)),
        UInt16 => integer(number::<u16>(array, row).map(i64::from)),
        UInt32 => integer(number::<u32>(array, row).map(i64::from)),
        UInt64 => integer(number::<u64>(array, row).and_then(|number| number.try_into().ok())),
        Float32 => number::<f32>(array, row).map_or(Cell::Nothing, |number| Cell::Float(number.into())),
        Float64 => number::<f64>(array, row).map_or(Cell::Nothing, Cell::Float),
        Date32 => day(number::<i32>(array, row).map(i64::from)),
        Date64 => day(number::<i64>(array, row).map(|time| time.div_euclid(SECONDS_A_DAY * 1_000))),
        Timestamp(unit, _) => day(number::<i64>(array, row).map(|time| time.div_euclid(SECONDS_A_DAY * a_second(*unit)))),
        _ => Cell::Nothing, // null
    }
}

fn a_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

fn day(days: Option<i64>) -> Cell<'static> {
    let day = days.and_then(|days| DateTime::from_timestamp(days.checked_mul(SECONDS_A_DAY)?, 0));
    day.map(|time| time.date_naive()).filter(is_of_four_digits).map_or(Cell::Other("a date out of range"), Cell::Day)
}

fn is_of_four_digits(day: &NaiveDate) -> bool {
    use chrono::Datelike;
    (1..=9999).contains(&day.year())
}

fn of<T: 'static>(array: &dyn Array) -> Option<&T> {
    array.as_any().downcast_ref()
}

fn number<T: NativeType>(array: &dyn Array, row: usize) -> Option<T> {
    of::<PrimitiveArray<T>>(array).map(|numbers| numbers.value(row))
}

/// Returns a text; `None` if the value is not one.
fn text(array: &dyn Array, row: usize) -> Option<Cow<'_, str>> {
    if let Some(views) = of::<Utf8ViewArray>(array) {
        return Some(views.value(row).into());
    }
    match array.dtype().to_storage() {
        ArrowDataType::Utf8 => of::<Utf8Array<i32>>(array).map(|texts| texts.value(row).into()),
        ArrowDataType::LargeUtf8 => of::<Utf8Array<i64>>(array).map(|texts| texts.value(row).into()),
        ArrowDataType::BinaryView => of::<BinaryViewArray>(array).and_then(|bytes| std::str::from_utf8(bytes.value(row)).ok()).map(Cow::from),
        ArrowDataType::Dictionary(key, ..) => match key {
            IntegerType::Int8 => word::<i8>(array, row),
            IntegerType::Int16 => word::<i16>(array, row),
            IntegerType::Int32 => word::<i32>(array, row),
            IntegerType::Int64 => word::<i64>(array, row),
            IntegerType::UInt8 => word::<u8>(array, row),
            IntegerType::UInt16 => word::<u16>(array, row),
            IntegerType::UInt32 => word::<u32>(array, row),
            IntegerType::UInt64 => word::<u64>(array, row),
            IntegerType::Int128 | IntegerType::UInt128 => None,
        },
        _ => None,
    }
}

/// Returns a text from a dictionary.
fn word<K: DictionaryKey>(array: &dyn Array, row: usize) -> Option<Cow<'_, str>> {
    let words = of::<DictionaryArray<K>>(array)?;
    text(words.values().as_ref(), words.key_value(row))
}

/// Returns the texts of a list, without nulls.
fn texts<O: Offset>(array: &dyn Array, row: usize) -> Cell<'_> {
    let Some(lists) = of::<ListArray<O>>(array) else { return Cell::Nothing };
    let (begin, end) = lists.offsets().start_end(row);
    continued(Vec::new(), lists.values().as_ref(), begin, end)
}

/// Extends a list of texts by those from `begin` to `end`, without nulls.
pub(super) fn continued<'a>(mut texts: Vec<Cow<'a, str>>, values: &'a dyn Array, begin: usize, end: usize) -> Cell<'a> {
    if texts.len() + (end - begin) > MAX_TEXTS {
        return Cell::Other("a list of more than a million texts");
    }
    texts.extend((begin..end).filter(|at| !values.is_null(*at)).filter_map(|at| text(values, at)));
    Cell::Texts(texts)
}
