//! The mapping of a table's columns to fields of a paper: as a pipeline defines it, and as found in a table.

use super::cell::{Cell, Field, Holds, Reading, put_bad};
use crate::framing_error::longer_than;
use crate::input::Limits;
use crate::{FramingError, Text, excerpt};
use anyhow::{Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The columns of a table by field, as written in a pipeline; none if they have the fields' names. Of several columns of one field, the first with a
/// value counts, row by row.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(try_from = "BTreeMap<String, Written>")]
pub struct Columns(BTreeMap<Field, Vec<Named>>);

/// The columns of a field: `title = "Title"`, or several, the first one first.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a column's name, or { column = \"…\" } with separator = \"…\", format = \"…\", within = true, one_of = […] or optional = true, or a list of these"
)]
pub enum Written {
    One(Entry),
    Several(Vec<Entry>),
}

/// One entry: `"Title"` or `{ column = "Author", separator = ";" }`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Entry {
    Name(String),
    Named(Named),
}

/// A column and the settings for reading its cells.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    column: String,
    /// The text between the names in one cell.
    separator: Option<String>,
    /// The format of dates, as for `strftime`.
    format: Option<String>,
    /// True if the value is somewhere in the text of a cell: an id, or arXiv's category after one.
    #[serde(default)]
    within: bool,
    /// The types of records that are papers.
    one_of: Option<Vec<String>>,
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
pub(crate) struct Taken {
    columns: Vec<(Field, usize, Named)>,
    /// True if texts keep the whitespace around them.
    is_untrimmed: bool,
}

impl TryFrom<BTreeMap<String, Written>> for Columns {
    type Error = String;

    fn try_from(written: BTreeMap<String, Written>) -> Result<Self, String> {
        written.into_iter().map(|(field, written)| entry(&field, written)).collect::<Result<_, _>>().map(Self)
    }
}

fn entry(name: &str, written: Written) -> Result<(Field, Vec<Named>), String> {
    let field = Field::parse(name).ok_or_else(|| {
        let meant = nearest(name, Field::ALL.iter().map(|field| field.as_str()));
        format!("a paper has no field {name:?}{meant}; its fields are {}", Field::names())
    })?;
    let entries = match written {
        Written::One(entry) => vec![entry],
        Written::Several(entries) => entries,
    };
    let named: Vec<Named> = entries.into_iter().map(Named::from).collect();
    if named.is_empty() {
        return Err(format!("{name}: the list of columns is empty"));
    }
    named.iter().try_for_each(|named| named.check(field)).map_err(|why| format!("{name}: {why}"))?;
    Ok((field, named))
}

impl From<Entry> for Named {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::Name(column) => Self { column, ..Self::default() },
            Entry::Named(named) => named,
        }
    }
}

impl Named {
    /// Checks that the settings are for the field.
    fn check(&self, field: Field) -> Result<(), &'static str> {
        match self {
            Self { separator: Some(separator), .. } if separator.is_empty() || !field.is_list() => {
                Err("separator is for authors and categories, and not empty")
            }
            Self { format: Some(_), .. } if !field.is_day() => Err("format is for published and updated"),
            Self { within: true, .. } if !field.is_findable() => Err("within is for arxiv_id, doi and categories"),
            Self { within: true, separator: Some(_), .. } => Err("within and separator are two ways to read a cell: give one"),
            Self { one_of: Some(types), .. } if field != Field::Type || types.is_empty() => Err("one_of is for type, and not empty"),
            Self { one_of: None, .. } if field == Field::Type => Err("one_of is missing: the types of records that are papers"),
            _ => Ok(()),
        }
    }

    fn reading(&self) -> Reading<'_> {
        Reading { separator: self.separator.as_deref(), format: self.format.as_deref(), within: self.within, untrimmed: false }
    }
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
            let column = if column.starts_with(['{', '[']) { of_toml(column)? } else { Written::One(Entry::Name(column.to_owned())) };
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
        Ok(Taken { columns: taken, is_untrimmed: false })
    }

    fn named(&self, table: &str, there: &[Column]) -> Result<Vec<(Field, usize, Named)>> {
        let mut taken = Vec::new();
        for (field, entries) in &self.0 {
            let before = taken.len();
            for named in entries {
                let mut places = there.iter().enumerate().filter(|(_, column)| column.name == named.column).map(|(at, _)| at);
                match (places.next(), places.next()) {
                    (Some(at), None) => taken.push((*field, at, named.clone())),
                    (Some(_), Some(_)) => bail!("{table}: two columns are called {:?}, which is to be {}: rename one", named.column, field.as_str()),
                    (None, _) => {}
                }
            }
            if taken.len() == before && !entries.iter().any(|named| named.optional) {
                let names: Vec<String> = entries.iter().map(|named| format!("{:?}", named.column)).collect();
                let meant = nearest(&entries[0].column, there.iter().map(|column| column.name.as_str()));
                bail!("{table}: no column is called {}, which is to be {}{meant}; {}", names.join(" or "), field.as_str(), has(there));
            }
        }
        Ok(taken)
    }
}

/// Returns the columns that have the names of fields, in capitals or not.
fn by_name(there: &[Column]) -> Vec<(Field, usize, Named)> {
    let is_called = |column: &Column, name: &str| column.name.trim().eq_ignore_ascii_case(name);
    let place = |field: &Field| field.own_names().find_map(|name| there.iter().position(|column| is_called(column, name)));
    let found = Field::ALL.iter().filter(|field| **field != Field::Type).filter_map(|field| Some((*field, place(field)?)));
    found.map(|(field, at)| (field, at, Named { column: there[at].name.clone(), ..Named::default() })).collect()
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

/// Returns the reason why a record is rejected.
fn not_a_paper(other: &str) -> String {
    format!("not a paper: its type is {other:?}, which the pipeline does not list in one_of")
}

fn of_toml(text: &str) -> Result<Written, String> {
    #[derive(Deserialize)]
    struct Line {
        column: Written,
    }
    toml::from_str::<Line>(&format!("column = {text}")).map(|line| line.column).map_err(|error| format!("{text}: {}", error.message()))
}

impl Taken {
    /// Leaves the whitespace around texts in which spans count.
    pub(super) fn untrimmed(self) -> Self {
        Self { is_untrimmed: true, ..self }
    }

    /// True if a column is taken as the field.
    pub(super) fn has(&self, field: Field) -> bool {
        self.columns.iter().any(|(of, ..)| *of == field)
    }

    /// Returns the numbers of the columns, in the order of the fields.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().map(|(_, at, _)| *at)
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
        let mut known = None;
        for (number, (field, at, named)) in self.columns.iter().enumerate() {
            if known == Some(*field) {
                continue;
            }
            let cell = cell(number, *at);
            if text.len() - begin + cell.bytes() > limits.record_bytes {
                return too_long(text);
            }
            if let Some(types) = &named.one_of {
                let Some(other) = cell.other_type(types) else { continue };
                let unreadable = FramingError { reason: not_a_paper(&other), excerpt: excerpt(&text[begin..]) };
                text.truncate(begin);
                return Err(unreadable);
            }
            let before = text.len();
            let reading = Reading { untrimmed: self.is_untrimmed && field.is_searched(), ..named.reading() };
            bad.extend(cell.put(text, *field, reading).err().map(|value| (*field, value)));
            if text.len() > before {
                known = Some(*field);
                bad.retain(|(of, _)| of != field); // another column has the value
            }
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

    /// Describes the columns that are taken from a table, for the user: `title from "Title"`; those of `own` are taken by their own names.
    pub(super) fn describe(&self, there: &[Column], own: &[&str]) -> String {
        let columns = |named: &[(Field, usize, Named)]| named.iter().map(|(.., named)| format!("{:?}", named.column)).collect::<Vec<_>>().join(" or ");
        let of_fields = self.columns.chunk_by(|one, other| one.0 == other.0).map(|of_field| format!("{} from {}", of_field[0].0.as_str(), columns(of_field)));
        let taken = of_fields.chain(own.iter().map(|name| (*name).to_owned())).collect::<Vec<_>>().join(", ");
        let left = there.iter().enumerate().filter(|(at, column)| !own.contains(&column.name.as_str()) && !self.places().any(|place| place == *at));
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
        assert!(said(&["title={column=\"A\", within=true}"]).contains("within is for arxiv_id"));
        assert!(said(&["title=[]"]).contains("the list of columns is empty"));
        assert!(said(&["type=Item Type"]).contains("one_of is missing"));
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
