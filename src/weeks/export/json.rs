//! A table's values as JSON: times as RFC 3339, the fields of structs in the schema's order, unknown as null.

use anyhow::{Context, Result, bail};
use chrono::{DateTime, NaiveDate};
use polars::prelude::{AnyValue, TimeUnit};
use serde::Serialize;

/// Writes a value as JSON.
///
/// # Errors
/// When no table has a value of that type: a bug.
pub(super) fn write(to: &mut Vec<u8>, value: AnyValue<'_>) -> Result<()> {
    match value {
        AnyValue::Null => scalar(to, &()),
        AnyValue::Boolean(bool) => scalar(to, &bool),
        AnyValue::Int64(int) => scalar(to, &int),
        AnyValue::Float64(float) => scalar(to, &float),
        AnyValue::String(text) => scalar(to, text),
        AnyValue::StringOwned(text) => scalar(to, text.as_str()),
        AnyValue::Date(days) => scalar(to, &day(days)),
        AnyValue::Datetime(micros, TimeUnit::Microseconds, _) | AnyValue::DatetimeOwned(micros, TimeUnit::Microseconds, _) => {
            scalar(to, &DateTime::from_timestamp_micros(micros).context("a time past all bounds")?)
        }
        AnyValue::List(items) => between(to, *b"[]", items.iter(), write),
        AnyValue::StructOwned(fields) => between(to, *b"{}", fields.1.iter().zip(fields.0), |to, (field, value)| {
            scalar(to, field.name.as_str())?;
            to.push(b':');
            write(to, value)
        }),
        AnyValue::Struct(..) => write(to, value.into_static()),
        other => bail!("bug: no table holds {other:?}"),
    }
}

fn scalar(to: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) -> Result<()> {
    Ok(serde_json::to_writer(to, value)?)
}

/// Writes items with commas between them and brackets around them.
fn between<T>(to: &mut Vec<u8>, [open, close]: [u8; 2], items: impl Iterator<Item = T>, mut write: impl FnMut(&mut Vec<u8>, T) -> Result<()>) -> Result<()> {
    to.push(open);
    for (at, item) in items.enumerate() {
        if at > 0 {
            to.push(b',');
        }
        write(to, item)?;
    }
    to.push(close);
    Ok(())
}

/// Returns the day that is `days` days after 1970-01-01.
pub(super) fn day(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(days)
}
