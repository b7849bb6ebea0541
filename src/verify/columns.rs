//! The columns of a file and what it says of itself: those of the schema, and of the manifest's run.

use super::Problems;
use super::files::Intact;
use super::week::WeekUnderTest;
use crate::tables::TableFile;
use crate::tables::schema::{self, Column, SCHEMA_VERSION, Table, Type};
use polars_arrow::datatypes::{ArrowDataType, TimeUnit};
use std::path::Path;

/// The columns of a file that are what the schema says.
pub(super) struct Columns {
    pub(super) table: &'static Table,
    pub(super) sound: Vec<&'static Column>,
}

impl Columns {
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.sound.iter().map(|column| column.name)
    }

    /// Whether all of these are there and sound.
    pub(super) fn have(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.names().any(|sound| sound == *name))
    }
}

pub(super) fn verify(week: &WeekUnderTest<'_>, intact: &Intact<'_>, file: &TableFile, path: &Path, problems: &mut Problems) -> Columns {
    let manifest = week.manifest;
    let said = [
        ("starcite.schema_version", SCHEMA_VERSION.to_string()),
        ("starcite.pipeline", manifest.pipeline.clone()),
        ("starcite.pipeline_hash", manifest.pipeline_hash.clone()),
        ("starcite.week", manifest.week.to_string()),
    ];
    for (key, wanted) in said.iter().filter(|(key, wanted)| file.says(key) != Some(wanted)) {
        let found = file.says(key).unwrap_or("missing");
        problems.damaged(manifest.week, path, "of another run", format!("{key} is {found} in the file, {wanted} in the manifest"));
    }
    if file.rows() != intact.entry.rows {
        problems.damaged(manifest.week, path, "rows off", format!("{} rows, the manifest says {}", file.rows(), intact.entry.rows));
    }
    let of_schema = differences(intact.table, file);
    of_schema.iter().for_each(|(kind, what)| problems.damaged(manifest.week, path, kind, what));
    Columns { table: intact.table, sound: sound(intact.table, file) }
}

/// How the columns of a file differ from the schema's.
fn differences(table: &Table, file: &TableFile) -> Vec<(&'static str, String)> {
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

/// The columns of a file are the schema's.
///
/// # Errors
/// Names the first difference.
pub(crate) fn verify_columns(table: &Table, file: &TableFile) -> anyhow::Result<()> {
    differences(table, file).first().map_or(Ok(()), |(kind, what)| anyhow::bail!("{kind}: {what}"))
}

/// The columns of a file that are what the schema says.
pub(super) fn sound(table: &'static Table, file: &TableFile) -> Vec<&'static Column> {
    table.columns.iter().filter(|column| is_sound(column, file)).collect()
}

fn is_sound(column: &Column, file: &TableFile) -> bool {
    file.schema.get(column.name).is_some_and(|field| is_of(column.kind, &field.dtype))
}

/// Whether readers see a column of that type: how texts and lists are laid out in memory is all the same.
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

/// A type by the schema's name, where it has one.
fn shown(found: &ArrowDataType) -> String {
    let known = Type::ALL.into_iter().find(|kind| is_of(*kind, found));
    known.map_or_else(|| format!("{found:?}"), |kind| kind.as_str().to_owned())
}

fn are_fields(wanted: &[(&str, Type)], found: &ArrowDataType) -> bool {
    let ArrowDataType::Struct(found) = found else { return false };
    found.len() == wanted.len() && found.iter().zip(wanted).all(|(found, (name, kind))| found.name == *name && is_of(*kind, &found.dtype))
}
