//! The values in the cells of a table, and their conversion to fields of a paper.

use super::python;
use crate::excerpt;
use chrono::{NaiveDate, NaiveDateTime};
use starcite_core::citation::{first_arxiv_category, first_arxiv_id, first_doi};
use starcite_core::{Date, named};
use std::borrow::Cow;
use std::fmt;

named! {
    /// A field of a paper that a column of a table can be, by its name in a mapping.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Field {
        Id = "id",
        ArxivId = "arxiv_id",
        Doi = "doi",
        Title = "title",
        Abstract = "abstract",
        Comment = "comment",
        Authors = "authors",
        Categories = "categories",
        Published = "published",
        Year = "year",
        Updated = "updated",
        Url = "url",
        Upvotes = "upvotes",
        GithubRepo = "githubRepo",
        ProjectPage = "projectPage",
        /// The type of a record, which decides if it is a paper.
        Type = "type",
    }
}

/// The type of a column's values, before any is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Holds {
    /// Only null.
    Nothing,
    Text,
    Texts,
    Integers,
    Floats,
    Days,
    /// Known value by value only (JSON).
    Anything,
    /// A type that no field has, by its name.
    Other(String),
}

/// The settings for reading the cells of a column.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reading<'a> {
    /// The text between the names in one cell.
    pub(super) separator: Option<&'a str>,
    /// The format of dates.
    pub(super) format: Option<&'a str>,
    /// True if the value is somewhere in the text of a cell.
    pub(super) within: bool,
    /// True if a text keeps the whitespace around it, because spans count in it.
    pub(super) untrimmed: bool,
}

/// The value of a cell.
#[derive(Debug)]
pub(super) enum Cell<'a> {
    Nothing,
    Text(Cow<'a, str>),
    Texts(Vec<Cow<'a, str>>),
    Integer(i64),
    Float(f64),
    Day(NaiveDate),
    /// A value that no field can have, described for the user.
    Other(&'static str),
}

impl Field {
    /// Returns the column of `papers` that it becomes.
    pub(super) const fn column(self) -> &'static str {
        if matches!(self, Self::Id) { "paper_id" } else { self.as_str() }
    }

    /// Returns all names, for the user.
    pub(super) fn names() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }

    /// Returns the names of columns that are this field without a mapping: `paper_id` is the id in our own tables.
    pub(super) fn own_names(self) -> impl Iterator<Item = &'static str> {
        [self.as_str(), self.column()].into_iter()
    }

    /// True if it can identify a paper.
    pub(super) fn is_key(self) -> bool {
        matches!(self, Self::Id | Self::ArxivId | Self::Doi | Self::Title)
    }

    /// True if its text is searched for links.
    pub(super) fn is_searched(self) -> bool {
        matches!(self, Self::Title | Self::Abstract | Self::Comment)
    }

    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::Authors | Self::Categories)
    }

    /// True if its value can be found in a longer text.
    pub(super) fn is_findable(self) -> bool {
        matches!(self, Self::ArxivId | Self::Doi | Self::Categories)
    }

    pub(super) fn is_day(self) -> bool {
        matches!(self, Self::Published | Self::Updated)
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Year | Self::Upvotes)
    }

    /// Describes its values, for the user.
    pub(super) fn what(self) -> &'static str {
        match self {
            _ if self.is_list() => "a list of texts, or one text",
            _ if self.is_day() => "a date, a time, or text",
            _ if self.is_number() => "a whole number, or text",
            _ => "text",
        }
    }
}

impl Holds {
    /// True if such values can be the field.
    pub(super) fn can_be(&self, field: Field) -> bool {
        match self {
            Self::Nothing | Self::Text | Self::Anything => true,
            Self::Texts => field.is_list(),
            Self::Days => field.is_day(),
            Self::Integers => field.is_number() || field == Field::Id,
            Self::Floats => field.is_number(), // pandas makes floats of whole numbers where one is missing
            Self::Other(_) => false,
        }
    }
}

impl fmt::Display for Holds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "null",
            Self::Text => "text",
            Self::Texts => "lists of texts",
            Self::Integers => "whole numbers",
            Self::Floats => "floating-point numbers",
            Self::Days => "dates or times",
            Self::Anything => "of any type",
            Self::Other(name) => name,
        })
    }
}

impl Cell<'_> {
    /// Returns roughly the memory that it takes; of an empty one too.
    pub(super) fn bytes(&self) -> usize {
        const LEAST: usize = 8;
        LEAST
            + match self {
                Self::Text(text) => text.len(),
                Self::Texts(texts) => texts.iter().map(|text| LEAST + text.len()).sum(),
                _ => 0,
            }
    }

    /// Appends the cell to a JSON object, as the field that it is and with a comma after it; nothing if it is empty.
    ///
    /// # Errors
    /// The text of the cell, if it can't be the field.
    pub(super) fn put(self, json: &mut Vec<u8>, field: Field, reading: Reading<'_>) -> Result<(), String> {
        self.put_as(json, field, reading).ok_or_else(|| self.written())
    }

    fn put_as(&self, json: &mut Vec<u8>, field: Field, Reading { separator, format, within, untrimmed }: Reading<'_>) -> Option<()> {
        match self {
            Self::Nothing => {}
            Self::Float(number) if number.is_nan() => {} // pandas' null
            Self::Text(text) if text.trim().is_empty() => {}
            Self::Text(text) if within => put_found(json, field, text),
            cell if field.is_list() => put_list(json, field, &cell.list(separator)?),
            cell if field.is_day() => put_text(json, field, &cell.day(format)?),
            cell if field.is_number() => put_number(json, field, cell.number(field)?),
            Self::Text(text) => put_text(json, field, if untrimmed { text } else { text.trim() }),
            Self::Integer(number) => put_text(json, field, &number.to_string()),
            _ => return None,
        }
        Some(())
    }

    /// Returns the type in the cell, if it is none of the types of papers.
    pub(super) fn other_type(&self, types: &[String]) -> Option<String> {
        let text = match self {
            Self::Nothing => return None,
            Self::Text(text) => text.trim(),
            _ => return Some(self.written()),
        };
        let is_known = text.is_empty() || types.iter().any(|known| known.eq_ignore_ascii_case(text));
        (!is_known).then(|| self.written())
    }

    fn list(&self, separator: Option<&str>) -> Option<Vec<String>> {
        let texts: Vec<Cow<'_, str>> = match self {
            Self::Texts(texts) => texts.iter().map(|text| text.as_ref().into()).collect(),
            Self::Text(text) => match separator {
                Some(separator) => text.split(separator).map(Cow::from).collect(),
                // Lists in CSV, as `starcite export csv` and pandas write them.
                None => match serde_json::from_str(text).ok().or_else(|| python::list(text)) {
                    Some(list) => list.into_iter().map(|text: String| text.into()).collect(),
                    None => vec![text.as_ref().into()],
                },
            },
            _ => return None,
        };
        Some(texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).map(str::to_owned).collect())
    }

    /// Reads a day, or a date without a day.
    fn day(&self, format: Option<&str>) -> Option<String> {
        let text = match self {
            Self::Day(day) => return Some(day.to_string()),
            Self::Text(text) => text.trim(),
            _ => return None,
        };
        let formatted = |format| NaiveDateTime::parse_from_str(text, format).map(|time| time.date()).or_else(|_| NaiveDate::parse_from_str(text, format)).ok();
        if let Some(day) = format.and_then(formatted) {
            return Some(day.to_string());
        }
        // With a format, no other text is a day, but a text may be a date without a day.
        let date = Date::read(text).filter(|date| format.is_none() || date.day.is_none())?;
        Some(date.day.map_or_else(|| text.to_owned(), |day| day.to_string()))
    }

    fn number(&self, field: Field) -> Option<i64> {
        const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
        let whole = |number: f64| (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64);
        let number = match self {
            Self::Integer(number) => Some(*number),
            Self::Float(number) => whole(*number),
            // pandas writes 2026.0 where a cell of the column is empty
            Self::Text(text) => text.trim().parse().ok().or_else(|| text.trim().parse().ok().and_then(whole)),
            _ => None,
        };
        let range = if field == Field::Year { 1..=9999 } else { 0..=i64::MAX };
        number.filter(|number| range.contains(number))
    }

    /// Returns the text of the cell, for the user.
    fn written(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) => excerpt(text.as_bytes()),
            Self::Texts(_) => "a list".to_owned(),
            Self::Integer(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Other(other) => (*other).to_owned(),
        }
    }
}

/// The key under which a row has the cells that can't be their field.
pub(super) const BAD: &str = "!";

/// Appends the cells that can't be their field to a JSON object, with a comma after them.
pub(super) fn put_bad(json: &mut Vec<u8>, bad: &[(Field, String)]) {
    if bad.is_empty() {
        return;
    }
    put_quoted(json, BAD);
    json.extend_from_slice(b":[");
    for (at, (field, value)) in bad.iter().enumerate() {
        json.extend_from_slice(if at > 0 { b",[" } else { b"[" });
        put_quoted(json, field.as_str());
        json.push(b',');
        put_quoted(json, value);
        json.push(b']');
    }
    json.extend_from_slice(b"],");
}

fn put_name(json: &mut Vec<u8>, field: Field) {
    json.push(b'"');
    json.extend_from_slice(field.as_str().as_bytes());
    json.extend_from_slice(b"\":");
}

fn put_text(json: &mut Vec<u8>, field: Field, text: &str) {
    put_name(json, field);
    put_quoted(json, text);
    json.push(b',');
}

/// Appends the value that is somewhere in a text; nothing if there is none.
fn put_found(json: &mut Vec<u8>, field: Field, text: &str) {
    let found = match field {
        Field::Categories => return first_arxiv_category(text).into_iter().for_each(|found| put_list(json, field, &[found.to_owned()])),
        Field::Doi => first_doi(text),
        _ => first_arxiv_id(text),
    };
    found.iter().for_each(|found| put_text(json, field, found));
}

fn put_list(json: &mut Vec<u8>, field: Field, texts: &[String]) {
    put_name(json, field);
    json.push(b'[');
    for (at, text) in texts.iter().enumerate() {
        if at > 0 {
            json.push(b',');
        }
        put_quoted(json, text);
    }
    json.extend_from_slice(b"],");
}

fn put_number(json: &mut Vec<u8>, field: Field, number: i64) {
    put_name(json, field);
    json.extend_from_slice(number.to_string().as_bytes());
    json.push(b',');
}

/// Appends a JSON string: quotes, backslashes and control characters are escaped.
pub(super) fn put_quoted(json: &mut Vec<u8>, text: &str) {
    const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";
    json.push(b'"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        json.extend_from_slice(&text.as_bytes()[from..at]);
        from = at + 1;
        match byte {
            b'"' | b'\\' => json.extend_from_slice(&[b'\\', byte]),
            b'\n' => json.extend_from_slice(b"\\n"),
            _ => json.extend_from_slice(&[b'\\', b'u', b'0', b'0', HEXADECIMAL[usize::from(byte >> 4)], HEXADECIMAL[usize::from(byte & 15)]]),
        }
    }
    json.extend_from_slice(&text.as_bytes()[from..]);
    json.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(cell: Cell<'_>, field: Field, separator: Option<&str>, format: Option<&str>) -> String {
        let mut json = Vec::new();
        match cell.put(&mut json, field, Reading { separator, format, ..Reading::default() }) {
            Ok(()) => String::from_utf8(json).unwrap(),
            Err(reason) => reason,
        }
    }

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(text.into())
    }

    #[test]
    fn a_text_is_the_same_in_json() {
        for said in ["plain", "a \"b\" \\ \n\t\u{1} ü 𝒳", "\u{7f}"] {
            let mut json = Vec::new();
            put_quoted(&mut json, said);
            assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), said);
        }
    }

    #[test]
    fn a_date_is_a_day_or_as_much_as_is_known_and_nothing_else() {
        let day = |said: &str, format| put(text(said), Field::Published, None, format);
        for said in ["2026-11-20", "2026-11-20T10:00:00Z", " 2026-11-20 10:00 "] {
            assert_eq!(day(said, None), "\"published\":\"2026-11-20\",", "{said}");
        }
        assert_eq!(day("2026-11", None), "\"published\":\"2026-11\",");
        assert_eq!(day("2026", None), "\"published\":\"2026\",");
        assert_eq!(day("20/11/2026", Some("%d/%m/%Y")), "\"published\":\"2026-11-20\",");
        assert_eq!(day("20.11.2026 10:00", Some("%d.%m.%Y %H:%M")), "\"published\":\"2026-11-20\",");
        assert_eq!(day("20.11.2026", None), "\"published\":\"2026-11-20\",");
        assert_eq!(day("11/2026", Some("%d/%m/%Y")), "\"published\":\"11/2026\",");
        for said in ["2026-13-01", "2026-02-30", "soon"] {
            assert_eq!(day(said, None), said);
        }
        assert_eq!(day("2026-11-20", Some("%d/%m/%Y")), "2026-11-20", "another format than the one that is given");
    }

    #[test]
    fn an_id_is_found_in_a_longer_text_and_a_text_without_one_is_not_bad() {
        let found = |field, said: &str| {
            let mut json = Vec::new();
            text(said).put(&mut json, field, Reading { within: true, ..Reading::default() }).unwrap();
            String::from_utf8(json).unwrap()
        };
        let extra = "DOI: 10.1000/ABC. arXiv:2401.00001v2 [cs.CL]";
        assert_eq!(found(Field::ArxivId, extra), "\"arxiv_id\":\"2401.00001\",");
        assert_eq!(found(Field::Doi, extra), "\"doi\":\"10.1000/abc\",");
        assert_eq!(found(Field::Categories, extra), "\"categories\":[\"cs.CL\"],");
        assert_eq!(found(Field::ArxivId, "https://example.org/a|http://arxiv.org/abs/2401.00001|x"), "\"arxiv_id\":\"2401.00001\",");
        for field in [Field::ArxivId, Field::Doi, Field::Categories] {
            assert_eq!(found(field, "Publisher: A. 2401.00001 [cs.CL]"), "");
        }
    }

    #[test]
    fn a_number_is_whole_and_in_its_range() {
        let year = |cell| put(cell, Field::Year, None, None);
        assert_eq!(year(Cell::Float(2026.0)), "\"year\":2026,");
        assert_eq!(year(Cell::Float(f64::NAN)), "");
        assert_eq!(year(text("2026")), "\"year\":2026,");
        assert_eq!(year(text("2026.0")), "\"year\":2026,");
        for cell in [Cell::Float(2026.5), Cell::Integer(0), Cell::Integer(123_456), text("MMXXVI"), Cell::Other("true or false")] {
            assert!(!year(cell).starts_with('"'));
        }
        assert_eq!(put(Cell::Integer(-1), Field::Upvotes, None, None), "-1");
    }

    #[test]
    fn a_list_is_one_or_a_text_of_several() {
        let authors = |cell, separator| put(cell, Field::Authors, separator, None);
        assert_eq!(authors(text("Ada L.; Alan T.;"), Some(";")), "\"authors\":[\"Ada L.\",\"Alan T.\"],");
        assert_eq!(authors(text("Ada; Alan"), None), "\"authors\":[\"Ada; Alan\"],");
        assert_eq!(authors(text("[\"Ada\", \"Alan\"]"), None), "\"authors\":[\"Ada\",\"Alan\"],");
        assert_eq!(authors(text("['Ada', \"Alan\"]"), None), "\"authors\":[\"Ada\",\"Alan\"],");
        assert_eq!(authors(Cell::Texts(vec!["Ada".into(), " ".into()]), None), "\"authors\":[\"Ada\"],");
    }
}
