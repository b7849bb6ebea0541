//! Compares a finished file with its manifest and the schema.

use super::TableFile;
use super::manifest::TableEntry;
use anyhow::{Result, bail};
use polars_arrow::datatypes::{ArrowDataType, TimeUnit};
use starcite_ground::sha256;
use starcite_rows::{self as schema, Column, Table, Type};
use std::fs::File;

/// Compares a file with its entry in the manifest, byte for byte.
///
/// # Errors
/// When they differ; the error says how.
pub fn check_file(file: &File, entry: &TableEntry) -> Result<()> {
    let (bytes, sha256) = sha256::of_file(file)?;
    if bytes != entry.bytes {
        bail!("{bytes} bytes, the manifest says {}", entry.bytes);
    }
    if sha256 != entry.sha256 {
        bail!("its SHA-256 is not the manifest's");
    }
    Ok(())
}

/// Lists the differences between the columns of a file and the schema's, each with its kind.
pub fn differences(table: &Table, file: &TableFile) -> Vec<(&'static str, String)> {
    let mut differences = Vec::new();
    for column in table.columns.iter().filter(|column| !is_sound(column, file)) {
        differences.push(match file.schema.get(column.name) {
            None => ("column missing", column.name.to_owned()),
            Some(field) => ("type changed", format!("{} is {}, the schema says {}", column.name, shown(&field.dtype), column.kind.as_str())),
        });
    }
    let extra = file.schema.iter_names().filter(|name| table.columns.iter().all(|column| column.name != name.as_str()));
    differences.extend(extra.map(|name| ("column extra", format!("{name} is not in the schema"))));
    if differences.is_empty() && !file.schema.iter_names().map(|name| name.as_str()).eq(table.columns.iter().map(|column| column.name)) {
        differences.push(("columns out of order", "their order is not the schema's".to_owned()));
    }
    differences
}

/// Compares the columns of a file with the schema's.
///
/// # Errors
/// When they differ; the error names the first difference.
pub fn check_columns(table: &Table, file: &TableFile) -> Result<()> {
    differences(table, file).first().map_or(Ok(()), |(kind, what)| bail!("{kind}: {what}"))
}

/// Returns the columns of a file that match the schema.
pub fn sound(table: &'static Table, file: &TableFile) -> Vec<&'static Column> {
    table.columns.iter().filter(|column| is_sound(column, file)).collect()
}

fn is_sound(column: &Column, file: &TableFile) -> bool {
    file.schema.get(column.name).is_some_and(|field| is_of(column.kind, &field.dtype))
}

/// True if readers see a column of that type: the memory layout of texts and lists does not count.
fn is_of(kind: Type, found: &ArrowDataType) -> bool {
    use ArrowDataType as Arrow;
    match (kind, found) {
        (Type::Text, Arrow::Utf8 | Arrow::LargeUtf8 | Arrow::Utf8View)
        | (Type::Int, Arrow::Int64)
        | (Type::Float, Arrow::Float64)
        | (Type::Bool, Arrow::Boolean)
        | (Type::Date, Arrow::Date32) => true,
        (Type::Time, Arrow::Timestamp(TimeUnit::Microsecond, Some(zone))) => ["UTC", "+00:00"].contains(&zone.as_str()), // a file without Arrow's own schema
        (Type::TextList, Arrow::List(of) | Arrow::LargeList(of)) => is_of(Type::Text, &of.dtype),
        (Type::IntList, Arrow::List(of) | Arrow::LargeList(of)) => is_of(Type::Int, &of.dtype),
        (Type::Places, Arrow::List(of) | Arrow::LargeList(of)) => are_fields(schema::PLACE, &of.dtype),
        (Type::Candidates, Arrow::List(of) | Arrow::LargeList(of)) => are_fields(schema::CANDIDATE, &of.dtype),
        _ => false,
    }
}

/// Returns the schema's name of a type, if it has one.
fn shown(found: &ArrowDataType) -> String {
    let known = Type::ALL.into_iter().find(|kind| is_of(*kind, found));
    known.map_or_else(|| format!("{found:?}"), |kind| kind.as_str().to_owned())
}

fn are_fields(wanted: &[(&str, Type)], found: &ArrowDataType) -> bool {
    let ArrowDataType::Struct(found) = found else { return false };
    found.len() == wanted.len() && found.iter().zip(wanted).all(|(found, (name, kind))| found.name == *name && is_of(*kind, &found.dtype))
}
