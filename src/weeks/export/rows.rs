//! A table as JSON lines or CSV.

use super::json;
use crate::progress::Progress;
use crate::weeks::{self, FinishedWeek};
use anyhow::Result;
use polars::prelude::{AnyValue, DataFrame};
use starcite_ground::formula::defused;
use starcite_ground::interrupt;
use starcite_ground::parallel_ordered::parallel_ordered;
use starcite_rows::Table;
use starcite_sources::csv::is_null;
use starcite_tables::Portion;
use std::borrow::Cow;
use std::io::Write;

/// Format of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A JSON object a line.
    Jsonl,
    /// Comma-separated values under a line of names (RFC 4180): lists as JSON, null as an empty field, an empty text as `""`.
    Csv(Texts),
}

/// Treatment of texts in CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Texts {
    /// Changed where needed, so that no text is a formula to a spreadsheet.
    Defused,
    /// Unchanged.
    Raw,
}

impl Texts {
    pub(crate) fn of(raw: bool) -> Self {
        if raw { Self::Raw } else { Self::Defused }
    }

    /// Returns a text as a cell.
    pub(crate) fn cell(self, text: &str) -> String {
        match self {
            Self::Defused => quoted(&defused(text)).into_owned(),
            Self::Raw => quoted(text).into_owned(),
        }
    }
}

impl Form {
    /// Returns the extension of its files, which is also the name of their folder.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv(_) => "csv",
        }
    }
}

/// Writes the rows that a table has in weeks, in the order of the weeks and of their rows, and returns their number.
pub(crate) fn write(form: Form, table: &'static Table, weeks: &[&FinishedWeek], to: &mut impl Write, progress: &Progress) -> Result<u64> {
    if matches!(form, Form::Csv(_)) {
        let names: Vec<&str> = table.names().collect();
        writeln!(to, "{}", names.join(","))?;
    }
    let mut rows = 0;
    let work = |_, portion: Result<Portion>| {
        let frame = portion?.read(table.names())?;
        Ok((frame.height() as u64, text(form, &frame)?))
    };
    parallel_ordered(weeks::portions(weeks.iter().copied(), table, progress), work, |portion: Result<(u64, Vec<u8>)>| {
        interrupt::check()?;
        let (height, text) = portion?;
        rows += height;
        Ok(to.write_all(&text)?)
    })?;
    Ok(rows)
}

fn text(form: Form, frame: &DataFrame) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    for at in 0..frame.height() {
        for (number, column) in frame.columns().iter().enumerate() {
            let value = column.get(at)?;
            match form {
                Form::Jsonl => {
                    text.push(if number == 0 { b'{' } else { b',' });
                    serde_json::to_writer(&mut text, column.name().as_str())?;
                    text.push(b':');
                    json::write(&mut text, value)?;
                }
                Form::Csv(texts) => {
                    if number > 0 {
                        text.push(b',');
                    }
                    csv_cell(&mut text, value, texts)?;
                }
            }
        }
        text.extend(if form == Form::Jsonl { "}\n" } else { "\n" }.bytes());
    }
    Ok(text)
}

fn csv_cell(to: &mut Vec<u8>, value: AnyValue<'_>, texts: Texts) -> Result<()> {
    if let Some(text) = value.get_str() {
        to.extend(texts.cell(text).bytes());
    } else if !value.is_null() {
        let mut text = Vec::new();
        json::write(&mut text, value)?;
        let text = String::from_utf8(text)?;
        to.extend(quoted(text.trim_matches('"')).bytes()); // a time is a text in JSON
    }
    Ok(())
}

/// Returns a text as a cell of CSV (RFC 4180): quoted where necessary, and if it is empty or a word for null, because such a field without quotes
/// means unknown.
pub(crate) fn quoted(text: &str) -> Cow<'_, str> {
    if text.is_empty() || is_null(text.as_bytes()) || text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(value: AnyValue<'_>) -> String {
        let mut text = Vec::new();
        csv_cell(&mut text, value, Texts::Defused).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn what_is_unknown_and_what_is_empty_are_told_apart_in_csv() {
        assert_eq!(cell(AnyValue::Null), "");
        assert_eq!(cell(AnyValue::String("")), "\"\"");
        assert_eq!((cell(AnyValue::String("None")), cell(AnyValue::String("Nonesuch"))), ("\"None\"".to_owned(), "Nonesuch".to_owned()));
        assert_eq!(cell(AnyValue::String("a \"b\", c\r\nd")), "\"a \"\"b\"\", c\r\nd\"");
        assert_eq!(cell(AnyValue::Boolean(false)), "false");
        assert_eq!(cell(AnyValue::Date(0)), "1970-01-01");
    }

    #[test]
    fn a_text_is_no_formula_and_a_number_stays_one() {
        assert_eq!(cell(AnyValue::String("=HYPERLINK(\"x\",\"y\")")), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
        assert_eq!((cell(AnyValue::String("-1")), cell(AnyValue::Int64(-1))), ("'-1".to_owned(), "-1".to_owned()));
        assert_eq!(Texts::Raw.cell("-1"), "-1");
    }
}
