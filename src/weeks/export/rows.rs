//! A table as JSON lines or CSV.

use super::excel::{self, Separator};
use super::json;
use super::quoted::quoted;
use anyhow::Result;
use polars::prelude::{AnyValue, DataFrame};
use starcite_ground::formula::defused;
use starcite_ground::interrupt;
use starcite_ground::parallel_ordered::parallel_ordered;
use starcite_rows::Table;
use starcite_tables::Portion;
use std::io::Write;

/// Format of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A JSON object a line.
    Jsonl,
    /// Comma-separated values under a line of names (RFC 4180): lists as JSON, null as an empty field, an empty text as `""`.
    Csv(Texts),
    /// CSV as spreadsheets read it.
    Excel(Separator),
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
            Self::Defused => quoted(&defused(text), ',').into_owned(),
            Self::Raw => quoted(text, ',').into_owned(),
        }
    }
}

impl Form {
    /// Returns the name of the folder of its files.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv(_) => "csv",
            Self::Excel(_) => "excel",
        }
    }

    /// Returns the extension of its files.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv(_) | Self::Excel(Separator::Comma | Separator::Semicolon) => "csv",
            Self::Excel(Separator::Tab) => "tsv",
        }
    }
}

/// The counts of a written table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) rows: u64,
    /// Texts that were longer than a cell of a spreadsheet.
    pub(crate) shortened: u64,
}

/// Writes the rows of portions of a table.
pub(crate) fn write(form: Form, table: &Table, portions: impl Iterator<Item = Result<Portion>> + Send, to: &mut impl Write) -> Result<Written> {
    let names: Vec<&str> = table.names().collect();
    match form {
        Form::Jsonl => {}
        Form::Csv(_) => writeln!(to, "{}", names.join(","))?,
        Form::Excel(separator) => write!(to, "{}{}\r\n", excel::BYTE_ORDER_MARK, names.join(&separator.sign().to_string()))?,
    }
    let mut written = Written::default();
    let work = |_, portion: Result<Portion>| text(form, &portion?.read(table.names())?);
    parallel_ordered(portions, work, |portion: Result<(Written, Vec<u8>)>| {
        interrupt::check()?;
        let (portion, text) = portion?;
        written.rows += portion.rows;
        written.shortened += portion.shortened;
        Ok(to.write_all(&text)?)
    })?;
    Ok(written)
}

fn text(form: Form, frame: &DataFrame) -> Result<(Written, Vec<u8>)> {
    let (mut text, mut shortened) = (Vec::new(), 0);
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
                Form::Excel(separator) => {
                    if number > 0 {
                        text.push(separator.sign() as u8);
                    }
                    shortened += u64::from(excel::push_cell(&mut text, value, separator)?);
                }
            }
        }
        let end = match form {
            Form::Jsonl => "}\n",
            Form::Csv(_) => "\n",
            Form::Excel(_) => "\r\n",
        };
        text.extend(end.bytes());
    }
    Ok((Written { rows: frame.height() as u64, shortened }, text))
}

fn csv_cell(to: &mut Vec<u8>, value: AnyValue<'_>, texts: Texts) -> Result<()> {
    if let Some(text) = value.get_str() {
        to.extend(texts.cell(text).bytes());
    } else if !value.is_null() {
        let mut text = Vec::new();
        json::write(&mut text, value)?;
        let text = String::from_utf8(text)?;
        to.extend(quoted(text.trim_matches('"'), ',').bytes()); // a time is a text in JSON
    }
    Ok(())
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
