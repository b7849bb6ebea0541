//! Rows of a Parquet that an engine wrote: flat columns of papers as in any table, and nested ones with links and citations.
//!
//! Nested columns are read a part of a row group at a time, within bounds.

use super::array::{cell, holds};
use super::cell::{Cell, Field as PaperField, put_quoted};
use super::columns::{Column, Columns, Taken};
use super::parquet::Parquet;
use super::rows::{self, records};
use super::{Form, whole};
use crate::checksum::Count;
use crate::framing_error::longer_than;
use crate::input::{Input, Limits};
use crate::limits::Expansion;
use crate::{Framer, FramingError, Reader, Text, excerpt};
use anyhow::{Context, Result, bail, ensure};
use polars::prelude::{CompatLevel, DataFrame};
use serde::Deserialize;
use starcite_ground::catch_panics::catch_panics;
use starcite_rows::{CANDIDATE, CITATIONS, LINKS, PLACE, REJECTS, Table, Type};
use starcite_tables::parts::polars_arrow::array::{Array, BooleanArray, ListArray, StructArray};
use starcite_tables::parts::polars_arrow::datatypes::{ArrowDataType, Field};
use starcite_tables::{Bounds, Portion, TableFile};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// The next step for a file that lacks what an engine should have written.
const MADE: &str = "rows with links are what extract_batch of the Python package starcite makes; keep its columns as they are";

const REJECT: &str = "reject";

/// The columns that `extract_batch` adds.
pub(super) const OWN: [&str; 3] = [LINKS.name, CITATIONS.name, REJECT];

/// Columns that papers have in the tables of weeks and the source `table` does not take: they are taken if they are there.
const OF_PAPERS: &[(&str, &[Type])] =
    &[("sources", &[Type::TextList, Type::Text]), ("source_key", &[Type::Text]), ("title_original", &[Type::Text]), ("authors_original", &[Type::TextList])];

/// Returns the rows of a Parquet, and a description of the columns that are taken, for the user.
///
/// # Errors
/// When it is not Parquet, or lacks a column to take.
pub(super) fn rows<'a>(
    input: &Input,
    columns: &Columns,
    form: Form,
    reader: Reader<'a>,
    given: &Count,
    limits: Limits,
) -> Result<(Framer<'a>, Option<String>)> {
    let name = input.name();
    ensure!(form == Form::Parquet, "{name} is not Parquet: {MADE}, and write them as Parquet");
    let (file, mut expansion) = whole(input, form, reader, given, limits)?;
    let file = Arc::new(file);
    let parquet = catch_panics(|| Parquet::open(file.try_clone()?, &mut expansion)).with_context(|| name.clone())?;
    let there = parquet.columns();
    let taken = columns.find(&name, &there)?.untrimmed();
    if columns.is_empty() {
        one_id(&name, &there)?;
    }
    if !taken.has(PaperField::Id) {
        bail!("{name}: no column is called paper_id or id, which every row of extract_batch has: name it in [source.columns] as id, or by --map id=…");
    }
    let own = own_columns(&parquet).with_context(|| name.clone())?;
    let described = taken.describe(&there, &own);
    let names = taken.places().map(|place| there[place].name.clone()).collect();
    let table = TableFile::within(Bounds::OF_ENGINES, file, Path::new(&name))?;
    let portions = table.slices().into_iter();
    let rows = Rows { portions, taken, names, own, limits, expansion, flat: Vec::new(), nested: Vec::new(), reject: None, at: 0, end: 0, byte_offset: 0 };
    Ok((records(rows), Some(described)))
}

/// Checks that one column alone is called as ids are: rows of two tables side by side would give links to other papers.
fn one_id(name: &str, there: &[Column]) -> Result<()> {
    let is_id = |column: &&Column| PaperField::Id.own_names().any(|name| column.name.trim().eq_ignore_ascii_case(name));
    let ids: Vec<_> = there.iter().filter(is_id).map(|column| format!("{:?}", column.name)).collect();
    let both = ids.join(" and ");
    ensure!(ids.len() < 2, "{name}: {both} may be the id: join what extract_batch returns to the papers by it, and keep one column");
    Ok(())
}

/// Returns the columns that are taken by their own names, after comparing their types with those that the package writes.
fn own_columns(parquet: &Parquet) -> Result<Vec<&'static str>> {
    let dtype = |name: &str| parquet.fields().iter().find(|field| field.name == name).map(|field| &field.dtype);
    for (table, is_list) in [(&LINKS, true), (&CITATIONS, true), (&REJECTS, false)] {
        let name = if is_list { table.name } else { REJECT };
        let Some(dtype) = dtype(name) else { bail!("the column {name:?} is missing: {MADE}") };
        let misfit = if is_list { list_misfit(name, &fields_of(table), dtype) } else { struct_misfit(name, &fields_of(table), dtype) };
        if let Some(misfit) = misfit {
            bail!("{misfit}: {MADE}");
        }
    }
    let mut own = OWN.to_vec();
    for (name, kinds) in OF_PAPERS {
        let Some(dtype) = dtype(name) else { continue };
        if let Some(misfit) = kinds.iter().map(|kind| misfit(name, *kind, dtype)).reduce(Option::and).flatten() {
            bail!("{misfit}, as in our table papers: leave the column out, or rename it");
        }
        own.push(name);
    }
    Ok(own)
}

fn fields_of(table: &Table) -> Vec<(&'static str, Type)> {
    table.columns_of_texts().filter(|column| column.name != "paper_id").map(|column| (column.name, column.kind)).collect()
}

/// Describes the first difference between a column and its type; `None` if there is none. The widths of numbers and offsets do not count.
fn misfit(path: &str, kind: Type, dtype: &ArrowDataType) -> Option<String> {
    use ArrowDataType::{Boolean, Extension, Null};
    let fits = match (kind, dtype) {
        (_, Null) => true,
        (_, Extension(extension)) => return misfit(path, kind, &extension.inner),
        (Type::Places, list) => return list_misfit(path, PLACE, list),
        (Type::Candidates, list) => return list_misfit(path, CANDIDATE, list),
        (Type::Bool, found) => *found == Boolean,
        (_, found) => match holds(found) {
            super::cell::Holds::Text => kind == Type::Text,
            super::cell::Holds::Texts => kind == Type::TextList,
            super::cell::Holds::Integers => kind == Type::Int,
            super::cell::Holds::Floats => kind == Type::Float,
            super::cell::Holds::Days => kind == Type::Date,
            _ => false,
        },
    };
    (!fits).then(|| needed(path, dtype, kind.as_str()))
}

fn list_misfit(path: &str, fields: &[(&str, Type)], dtype: &ArrowDataType) -> Option<String> {
    match dtype {
        ArrowDataType::List(of) | ArrowDataType::LargeList(of) => struct_misfit(path, fields, &of.dtype),
        ArrowDataType::Null => None,
        other => Some(needed(path, other, "a list of structs")),
    }
}

fn struct_misfit(path: &str, fields: &[(&str, Type)], dtype: &ArrowDataType) -> Option<String> {
    let there: &[Field] = match dtype {
        ArrowDataType::Struct(there) => there,
        ArrowDataType::Null => return None,
        other => return Some(needed(path, other, "a struct")),
    };
    fields.iter().find_map(|(name, kind)| match there.iter().find(|field| field.name == *name) {
        Some(field) => misfit(&format!("{path}.{name}"), *kind, &field.dtype),
        None => Some(format!("the column {path:?} has no field {name:?}")),
    })
}

fn needed(path: &str, found: &ArrowDataType, needed: &str) -> String {
    format!("the column {path:?} has values that are {}, and {needed} is needed", holds(found))
}

/// The words of an engine about a record that it could not use.
#[derive(Deserialize)]
struct Rejected {
    reason: Option<String>,
    excerpt: Option<String>,
}

/// The state of reading a file.
struct Rows {
    portions: std::vec::IntoIter<Portion>,
    taken: Taken,
    /// The names of the columns that are taken, in their order.
    names: Vec<String>,
    /// The names of those that are taken as they are.
    own: Vec<&'static str>,
    limits: Limits,
    expansion: Expansion,
    /// The columns in the current portion.
    flat: Vec<Box<dyn Array>>,
    nested: Vec<(&'static str, Box<dyn Array>)>,
    reject: Option<Box<dyn Array>>,
    /// The next row of it, and its rows.
    at: usize,
    end: usize,
    byte_offset: u64,
}

impl rows::Rows for Rows {
    fn next(&mut self, text: &mut Vec<u8>) -> Result<Option<Result<Text, FramingError>>> {
        while self.at == self.end {
            let Some(portion) = self.portions.next() else { return Ok(None) };
            self.take(&portion)?;
        }
        let row = self.row(text, self.at);
        self.at += 1;
        self.expansion.add(if let Ok(Text::Json(span)) = &row { span.len() as u64 } else { 0 })?;
        Ok(Some(row))
    }

    fn place(&self) -> u64 {
        self.byte_offset
    }
}

impl Rows {
    fn take(&mut self, portion: &Portion) -> Result<()> {
        let all: BTreeSet<&str> = self.names.iter().map(String::as_str).chain(self.own.iter().copied()).collect();
        (self.flat, self.nested, self.reject) = (Vec::new(), Vec::new(), None); // before the next ones are in memory
        let frame = portion.read(all)?;
        self.expansion.add(frame.estimated_size() as u64)?;
        self.flat = self.names.iter().map(|name| array(&frame, name)).collect::<Result<_>>()?;
        let nested = self.own.iter().filter(|name| **name != REJECT);
        self.nested = nested.map(|name| Ok((*name, array(&frame, name)?))).collect::<Result<_>>()?;
        self.reject = Some(array(&frame, REJECT)?);
        (self.at, self.end, self.byte_offset) = (0, portion.rows, portion.byte_offset);
        Ok(())
    }

    /// Writes a row as JSON: the fields of the paper, and the nested columns that have a value.
    fn row(&self, text: &mut Vec<u8>, row: usize) -> Result<Text, FramingError> {
        if let Some(rejected) = self.rejected(row) {
            return Err(rejected);
        }
        let begin = text.len();
        self.taken.row(text, self.limits, |number, _| cell(self.flat[number].as_ref(), row))?;
        let mut json = Json { text, begin, most: self.limits.record_bytes };
        json.text.pop(); // the brace at its end
        for (name, array) in self.nested.iter().filter(|(_, array)| !array.is_null(row)) {
            if json.text.len() > begin + 1 {
                json.text.push(b',');
            }
            put_quoted(json.text, name);
            json.text.push(b':');
            json.value(array.as_ref(), row);
        }
        json.text.push(b'}');
        if text.len() - begin > self.limits.record_bytes {
            let unreadable = FramingError { reason: longer_than(self.limits), excerpt: excerpt(&text[begin..]) };
            text.truncate(begin);
            return Err(unreadable);
        }
        Ok(Text::Json(begin..text.len()))
    }

    /// Returns the engine's reject of a row.
    fn rejected(&self, row: usize) -> Option<FramingError> {
        let reject = self.reject.as_ref().filter(|reject| !reject.is_null(row))?;
        let mut text = Vec::new();
        Json { text: &mut text, begin: 0, most: self.limits.record_bytes }.value(reject.as_ref(), row);
        let said: Option<Rejected> = serde_json::from_slice(&text).ok();
        let (reason, excerpt_of) = said.map_or((None, None), |said| (said.reason, said.excerpt));
        let reason = reason.map(|reason| excerpt(reason.as_bytes())).filter(|reason| !reason.is_empty());
        let reason = reason.unwrap_or_else(|| "the engine rejected it, and gave no reason".to_owned());
        Some(FramingError { reason, excerpt: excerpt(excerpt_of.unwrap_or_default().as_bytes()) })
    }
}

fn array(frame: &DataFrame, name: &str) -> Result<Box<dyn Array>> {
    Ok(frame.column(name)?.as_materialized_series().rechunk().to_arrow(0, CompatLevel::newest()))
}

/// A row on its way to JSON, which ends at a value that makes it too long.
struct Json<'t> {
    text: &'t mut Vec<u8>,
    begin: usize,
    most: usize,
}

impl Json<'_> {
    fn value(&mut self, array: &dyn Array, row: usize) {
        if array.is_null(row) {
            return self.plain("null");
        }
        let any = array.as_any();
        if let Some(structs) = any.downcast_ref::<StructArray>() {
            self.text.push(b'{');
            for (at, (field, values)) in structs.fields().iter().zip(structs.values()).enumerate() {
                self.comma(at);
                put_quoted(self.text, &field.name);
                self.text.push(b':');
                self.value(values.as_ref(), row);
            }
            self.text.push(b'}');
        } else if let Some(lists) = any.downcast_ref::<ListArray<i64>>() {
            let (begin, end) = lists.offsets().start_end(row);
            self.text.push(b'[');
            for at in begin..end {
                if self.text.len() - self.begin > self.most {
                    break;
                }
                self.comma(at - begin);
                self.value(lists.values().as_ref(), at);
            }
            self.text.push(b']');
        } else if let Some(bools) = any.downcast_ref::<BooleanArray>() {
            self.plain(if bools.value(row) { "true" } else { "false" });
        } else {
            self.cell(cell(array, row));
        }
    }

    fn cell(&mut self, cell: Cell<'_>) {
        match cell {
            Cell::Nothing | Cell::Texts(_) => self.plain("null"),
            Cell::Integer(number) => self.plain(&number.to_string()),
            Cell::Float(number) if number.is_finite() => self.plain(&format!("{number:?}")),
            Cell::Float(number) => put_quoted(self.text, &number.to_string()),
            Cell::Day(day) => put_quoted(self.text, &day.to_string()),
            Cell::Other(what) => put_quoted(self.text, what),
            Cell::Text(text) => {
                let room = (self.begin + self.most).saturating_sub(self.text.len());
                put_quoted(self.text, &text[..text.floor_char_boundary(room.saturating_add(1))]); // a longer one makes the row too long
            }
        }
    }

    fn plain(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    fn comma(&mut self, at: usize) {
        if at > 0 {
            self.text.push(b',');
        }
    }
}
