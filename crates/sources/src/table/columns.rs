//! The mapping of a table's columns to fields of a paper: as a pipeline defines it, and as found in a table.

use super::cell::{Cell, Field, Holds, put_bad};
use crate::framing_error::longer_than;
use crate::input::Limits;
use crate::{FramingError, Text, excerpt};
use anyhow::{Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The columns of a table by field, as written in a pipeline; none if they have the fields' names.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(try_from = "BTreeMap<String, Written>")]
pub struct Columns(BTreeMap<Field, Named>);

/// One entry: `title = "Title"` or `authors = { column = "Author", separator = ";" }`.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a column's name, or { column = \"…\" } with separator = \"…\", format = \"…\" or optional = true")]
pub enum Written {
    Name(String),
    Named(Named),
}

/// A column and the settings for reading its cells.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    column: String,
    /// The text between the names in one cell.
    separator: Option<String>,
    /// The format of dates, as for `strftime`.
    format: Option<String>,
    /// True if a table may lack it.
    #[serde(default)]
    optional: bool,
}

/// A column that a table has.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) holds: Holds,
}

/// The columns that are taken from one table: fields in their order, each with the number of its column.
#[derive(Debug, Default)]
pub(crate) struct Taken(Vec<(Field, usize, Named)>);

impl TryFrom<BTreeMap<String, Written>> for Columns {
    type Error = String;

    fn try_from(written: BTreeMap<String, Written>) -> Result<Self, String> {
        written.into_iter().map(|(field, written)| entry(&field, written)).collect::<Result<_, _>>().map(Self)
    }
}

fn entry(name: &str, written: Written) -> Result<(Field, Named), String> {
    let field = Field::parse(name).ok_or_else(|| {
        let meant = nearest(name, Field::ALL.iter().map(|field| field.as_str()));
        format!("a paper has no field {name:?}{meant}; its fields are {}", Field::names())
    })?;
    let named = match written {
        Written::Name(column) => Named { column, separator: None, format: None, optional: false },
        Written::Named(named) => named,
    };
    if named.separator.as_ref().is_some_and(|separator| separator.is_empty() || !field.is_list()) {
        return Err(format!("{name}: separator is for authors and categories, and not empty"));
    }
    if named.format.is_some() && !field.is_day() {
        return Err(format!("{name}: format is for published and updated"));
    }
    Ok((field, named))
}

impl Columns {
    /// Reads entries of a command line, each `title=Title` or `authors={column="Author", separator=";"}`.
    ///
    /// # Errors
    /// When one is neither, or names no field.
    pub fn parse(entries: &[String]) -> Result<Self, String> {
        let mut columns = BTreeMap::new();
        for written in entries {
            let (name, column) = written.split_once('=').ok_or_else(|| format!("{written:?} is no field=column, such as title=Title"))?;
            let column = if column.starts_with('{') { of_toml(column)? } else { Written::Name(column.to_owned()) };
            let (field, named) = entry(name, column)?;
            if columns.insert(field, named).is_some() {
                return Err(format!("{name} is given twice"));
            }
        }
        Ok(Self(columns))
    }

    /// True if it names no column.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Finds the columns in a table.
    ///
    /// # Errors
    /// When one is missing or has a type that the field can't have, or no column identifies the papers.
    pub(super) fn find(&self, table: &str, there: &[Column]) -> Result<Taken> {
        let taken = if self.is_empty() { by_name(there) } else { self.named(table, there)? };
        for (field, at, named) in &taken {
            let column = &there[*at];
            if !column.holds.can_be(*field) {
                let (name, what, holds) = (&named.column, field.what(), &column.holds);
                bail!("{table}: {} can't be the column {name:?}, whose values are {holds}: {what} is needed", field.as_str());
            }
        }
        if !taken.iter().any(|(field, ..)| field.is_key()) {
            let key = "id, arxiv_id, doi and title";
            bail!("{table}: nothing says which column is one of {key}: name it in [source.columns], or by --map title=…; {}", has(there));
        }
        Ok(Taken(taken))
    }

    fn named(&self, table: &str, there: &[Column]) -> Result<Vec<(Field, usize, Named)>> {
        let mut taken = Vec::new();
        for (field, named) in &self.0 {
            let mut places = there.iter().enumerate().filter(|(_, column)| column.name == named.column).map(|(at, _)| at);
            match (places.next(), places.next()) {
                (Some(at), None) => taken.push((*field, at, named.clone())),
                (Some(_), Some(_)) => bail!("{table}: two columns are called {:?}, which is to be {}: rename one", named.column, field.as_str()),
                (None, _) if named.optional => {}
                (None, _) => {
                    let meant = nearest(&named.column, there.iter().map(|column| column.name.as_str()));
                    bail!("{table}: no column is called {:?}, which is to be {}{meant}; {}", named.column, field.as_str(), has(there));
                }
            }
        }
        Ok(taken)
    }
}

/// Returns the columns that have the names of fields, in capitals or not.
fn by_name(there: &[Column]) -> Vec<(Field, usize, Named)> {
    let is_called = |column: &Column, name: &str| column.name.trim().eq_ignore_ascii_case(name);
    let place = |field: &Field| field.own_names().find_map(|name| there.iter().position(|column| is_called(column, name)));
    let found = Field::ALL.iter().filter_map(|field| Some((*field, place(field)?)));
    found.map(|(field, at)| (field, at, Named { column: there[at].name.clone(), separator: None, format: None, optional: false })).collect()
}

/// Describes the columns of a table, for the user.
fn has(there: &[Column]) -> String {
    const SHOWN: usize = 40;
    let mut text = "the table has ".to_owned();
    for (at, column) in there.iter().take(SHOWN).enumerate() {
        let _ = write!(text, "{}{:?}", if at > 0 { ", " } else { "" }, column.name);
    }
    match there.len() {
        0 => "the table has no columns".to_owned(),
        1..=SHOWN => text,
        more => format!("{text} and {} more", more - SHOWN),
    }
}

/// Returns ` (did you mean …?)`, if a name is near.
pub fn nearest<'a>(name: &str, there: impl Iterator<Item = &'a str>) -> String {
    const NEAR: f64 = 0.7;
    let likeness = |other: &str| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
    let best = there.map(|other| (likeness(other), other)).filter(|(likeness, _)| *likeness > NEAR);
    best.max_by(|one, other| one.0.total_cmp(&other.0)).map_or_else(String::new, |(_, other)| format!(" (did you mean {other:?}?)"))
}

fn of_toml(text: &str) -> Result<Written, String> {
    #[derive(Deserialize)]
    struct Line {
        column: Written,
    }
    toml::from_str::<Line>(&format!("column = {text}")).map(|line| line.column).map_err(|error| format!("{text}: {}", error.message()))
}

impl Taken {
    /// Returns the numbers of the columns, in the order of the fields.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|(_, at, _)| *at)
    }

    /// Writes a row as JSON, by the names of fields, with the cells that can't be theirs: `cell` returns the value of the n-th column that
    /// was taken. Writes nothing that makes the row too long.
    pub(super) fn row<'c>(&self, text: &mut Vec<u8>, limits: Limits, mut cell: impl FnMut(usize, usize) -> Cell<'c>) -> Result<Text, FramingError> {
        let (begin, mut bad) = (text.len(), Vec::new());
        let too_long = |text: &mut Vec<u8>| {
            let unreadable = FramingError { reason: longer_than(limits), excerpt: excerpt(&text[begin..]) };
            text.truncate(begin);
            Err(unreadable)
        };
        text.push(b'{');
        for (number, (field, at, named)) in self.0.iter().enumerate() {
            let cell = cell(number, *at);
            if text.len() - begin + cell.bytes() > limits.record_bytes {
                return too_long(text);
            }
            let put = cell.put(text, *field, named.separator.as_deref(), named.format.as_deref());
            bad.extend(put.err().map(|value| (*field, value)));
        }
        put_bad(text, &bad);
        if text.len() == begin + 1 {
            text.push(b'}')
        } else if let Some(last) = text.last_mut() {
            *last = b'}'
        } // in place of a comma
        if text.len() - begin > limits.record_bytes {
            return too_long(text);
        }
        Ok(Text::Json(begin..text.len()))
    }

    /// Describes the columns that are taken from a table, for the user: `title from "Title"`.
    pub(super) fn describe(&self, there: &[Column]) -> String {
        let taken = self.0.iter().map(|(field, _, named)| format!("{} from {:?}", field.as_str(), named.column)).collect::<Vec<_>>().join(", ");
        let left = there.iter().enumerate().filter(|(at, _)| !self.places().any(|place| place == *at));
        let left = left.map(|(_, column)| format!("{:?}", column.name)).collect::<Vec<_>>().join(", ");
        if left.is_empty() { taken } else { format!("{taken}; not read: {left}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(names: &[&str]) -> Vec<Column> {
        names.iter().map(|name| Column { name: (*name).to_owned(), holds: Holds::Text }).collect()
    }

    #[test]
    fn what_is_wrong_in_a_mapping_names_what_would_be_right() {
        let said = |entries: &[&str]| Columns::parse(&entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>()).unwrap_err();
        assert!(said(&["titel=Title"]).contains("did you mean \"title\"?"));
        assert!(said(&["title"]).contains("no field=column"));
        assert!(said(&["title=A", "title=B"]).contains("twice"));
        assert!(said(&["title={column=\"A\", separator=\";\"}"]).contains("separator is for authors"));
        assert!(said(&["title={colum=\"A\"}"]).contains("expected a column's name"));
        let columns = Columns::parse(&["title=Titel".to_owned()]).unwrap();
        let error = columns.find("a.csv", &there(&["Title", "Other"])).unwrap_err().to_string();
        assert!(error.contains("a.csv: no column is called \"Titel\"") && error.contains("did you mean \"Title\"?") && error.contains("\"Other\""), "{error}");
        assert!(columns.find("a.csv", &there(&["Titel", "Titel"])).unwrap_err().to_string().contains("two columns"));
    }

    #[test]
    fn without_a_mapping_columns_go_by_the_names_of_fields() {
        let taken = Columns::default().find("t", &there(&["Title", "x", "paper_id"])).unwrap();
        assert_eq!(taken.places().collect::<Vec<_>>(), [2, 0]);
        assert!(Columns::default().find("t", &there(&["x", "abstract"])).unwrap_err().to_string().contains("nothing says"));
    }
}
