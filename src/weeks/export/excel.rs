//! Cells of CSV for people with a spreadsheet: texts that it would run or convert stay texts, and numbers, days and times are what it reads as such.
//! docs/EXPORTS.md describes the form, and what was tried.

use super::json::{self, day};
use super::quoted::quoted;
use anyhow::{Context, Result};
use chrono::DateTime;
use clap::ValueEnum;
use polars::prelude::{AnyValue, TimeUnit};
use starcite_ground::formula::defused;
use std::borrow::Cow;

/// The byte order mark, by which Excel distinguishes UTF-8 from the encoding of its language.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";
/// The rows of a spreadsheet, without that of the names.
pub(crate) const ROWS: u64 = 1_048_575;
/// The characters of a cell, as Excel counts them: in UTF-16.
pub(crate) const CHARACTERS: usize = 32_767;
/// The end of a text that is longer than a cell.
const SHORTENED: &str = " […]";
/// The characters of a text in a formula.
const QUOTABLE: usize = 255;
/// The digits of a number that a spreadsheet stores without a loss.
const EXACT: u64 = 1_000_000_000_000_000;

/// The separator of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Separator {
    /// For languages with a decimal point
    #[value(name = ",")]
    Comma,
    /// For languages with a decimal comma, which numbers then have, too
    #[value(name = ";")]
    Semicolon,
    /// For files that are imported; their names end in .tsv
    #[value(name = "tab")]
    Tab,
}

impl Separator {
    pub(crate) fn sign(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
        }
    }
}

/// Appends a value as a cell; true if the value is a text that had to be shortened.
pub(super) fn push_cell(to: &mut Vec<u8>, value: AnyValue<'_>, separator: Separator) -> Result<bool> {
    let cell = match value {
        AnyValue::Null => return Ok(false),
        AnyValue::Boolean(bool) => if bool { "TRUE" } else { "FALSE" }.to_owned(),
        AnyValue::Int64(int) if int.unsigned_abs() < EXACT => int.to_string(),
        AnyValue::Int64(int) => as_text(&int.to_string()),
        AnyValue::Float64(float) => number(float, separator),
        AnyValue::Date(days) => day(days).context("a day past all bounds")?.to_string(),
        AnyValue::Datetime(micros, TimeUnit::Microseconds, _) | AnyValue::DatetimeOwned(micros, TimeUnit::Microseconds, _) => {
            DateTime::from_timestamp_micros(micros).context("a time past all bounds")?.format("%Y-%m-%d %H:%M:%S").to_string()
        }
        AnyValue::List(items) => return push_text(to, &items.iter().map(plain).collect::<Result<Vec<_>>>()?.join("; "), separator),
        other => return push_text(to, &plain(other)?, separator),
    };
    to.extend(quoted(&cell, separator.sign()).bytes());
    Ok(false)
}

/// Returns a text as it is, and any other value as JSON.
fn plain(value: AnyValue<'_>) -> Result<String> {
    if let Some(text) = value.get_str() {
        return Ok(text.to_owned());
    }
    let mut text = Vec::new();
    json::write(&mut text, value)?;
    Ok(String::from_utf8(text)?)
}

fn push_text(to: &mut Vec<u8>, text: &str, separator: Separator) -> Result<bool> {
    let safe = if is_converted(text) { as_text(text).into() } else { defused(text) };
    let whole = shortened(&safe);
    to.extend(quoted(&whole, separator.sign()).bytes());
    Ok(matches!(whole, Cow::Owned(_)))
}

/// Returns a text that a spreadsheet would convert, as the formula of that text. With an apostrophe instead, which only a keyboard makes invisible, it would
/// show the apostrophe. The text has no quote. A text that no formula can have gets the apostrophe.
fn as_text(text: &str) -> String {
    if text.len() <= QUOTABLE && !text.contains(char::is_control) { format!("=\"{text}\"") } else { format!("'{text}") }
}

/// Returns the part of a text that fits a cell, with a mark at its end if that is not all of it.
fn shortened(text: &str) -> Cow<'_, str> {
    if text.len() <= CHARACTERS || text.encode_utf16().count() <= CHARACTERS {
        return text.into();
    }
    let mut room = CHARACTERS - SHORTENED.encode_utf16().count();
    let fits = |c: &char| room.checked_sub(c.len_utf16()).inspect(|rest| room = *rest).is_some();
    text.chars().take_while(fits).chain(SHORTENED.chars()).collect::<String>().into()
}

/// Returns a number with two digits after the point, and four where it is less than 1.
fn number(float: f64, separator: Separator) -> String {
    let digits = if float.abs() < 1.0 { 10_000.0 } else { 100.0 };
    let rounded = if float.abs() < EXACT as f64 { (float * digits).round() / digits + 0.0 } else { float }; // + 0.0, because of -0
    let text = rounded.to_string();
    if separator == Separator::Semicolon { text.replace('.', ",") } else { text }
}

/// Signs in numbers, amounts, days and times. None is a quote.
const SIGNS: &str = ".,:/-+%()$€£¥'";
/// Words in numbers and times: exponents, halves of a day, parts of ISO 8601.
const PARTS: &[&str] = &["e", "d", "a", "p", "am", "pm", "t", "z"];
/// How the months begin in English, German, French, Spanish, Italian, Portuguese and Dutch.
const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mär", "mrz", "mai", "okt", "dez", "fév", "fev", "avr", "jui", "aoû",
    "aou", "déc", "ene", "abr", "ago", "set", "dic", "gen", "mag", "giu", "lug", "ott", "out", "maa", "mrt", "mei",
];
/// The longest of them is "septiembre".
const MONTH_CHARACTERS: usize = 10;
/// True and false in these languages.
const TRUTHS: &[&str] = &["true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "vero", "verdadeiro", "waar", "onwaar"];

/// True if a spreadsheet could make a number, a day, a time, a truth value or an error of a text that is not a formula: digits with signs and with the words
/// of such values alone. True also for some texts that it would leave, such as most DOIs of digits.
fn is_converted(text: &str) -> bool {
    let trimmed = text.trim();
    let is_error = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || "/0!?".contains(c));
    if trimmed.strip_prefix('#').is_some_and(is_error) || TRUTHS.iter().any(|word| trimmed.eq_ignore_ascii_case(word)) {
        return true;
    }
    let is_sign = |c: char| c.is_alphanumeric() || c.is_whitespace() || SIGNS.contains(c);
    let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.all(is_part) && text.contains(char::is_numeric) && text.chars().all(is_sign) && *defused(text) == *text
}

fn is_part(word: &str) -> bool {
    let word = word.to_lowercase();
    PARTS.contains(&word.as_str()) || word.chars().count() <= MONTH_CHARACTERS && MONTHS.iter().any(|month| word.starts_with(month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::{NamedFrom, Series};
    use proptest::prelude::*;

    fn cell_with(value: AnyValue<'_>, separator: Separator) -> String {
        let mut text = Vec::new();
        push_cell(&mut text, value, separator).unwrap();
        String::from_utf8(text).unwrap()
    }

    /// Returns a cell as a program reads it that knows CSV, in a row with another one.
    fn read(text: &str, separator: Separator) -> String {
        let written = format!("x{}{}", separator.sign(), cell_with(AnyValue::String(text), separator));
        let mut rows = csv::ReaderBuilder::new().delimiter(separator.sign() as u8).has_headers(false).from_reader(written.as_bytes());
        let row = rows.records().next().unwrap().unwrap();
        assert_eq!(row.len(), 2, "{written}");
        row[1].to_owned()
    }

    #[test]
    fn a_text_that_a_spreadsheet_would_convert_is_written_as_that_text() {
        let converted = [
            "2401.00010",
            "1e5",
            "0012",
            "MAR1",
            "1/2",
            "12345678901234567",
            "10:30",
            "5%",
            "$5",
            "1,5",
            "1-2",
            "JAN-20",
            "3.",
            "1.2.3",
            "1 2/3",
            "TRUE",
            "False",
            "#N/A",
            "#DIV/0!",
            "(5)",
            "5 €",
            "Nov 2026",
            "sept2",
            "1 mars 2026",
            "10.30 am",
            "１２",
            " 7 ",
            "2026-11-23",
            "2026-11-23T10:00:00Z",
            "wahr",
        ];
        for text in converted {
            assert_eq!(read(text, Separator::Comma), format!("=\"{text}\""));
        }
        for text in [
            "",
            "a",
            "cs.LG",
            "2026-W47",
            "Apache-2.0",
            "GPT-4",
            "v1.0",
            "10.48550/arxiv.2401.00010",
            "May",
            "#1 of them",
            "github.com/o/mar1",
            "e",
            "true story",
        ] {
            assert_eq!(read(text, Separator::Comma), text);
        }
    }

    #[test]
    fn a_text_that_a_spreadsheet_would_run_has_an_apostrophe_and_a_number_has_none() {
        for text in ["=1+1", "+1", "-3.5", "@a", "\t1", "\r1", " =1", "＝1", "－1", "'=1", "=\"1\"", "-"] {
            assert_eq!(read(text, Separator::Comma), format!("'{text}"));
        }
        assert_eq!(cell_with(AnyValue::Int64(-3), Separator::Comma), "-3");
        assert_eq!(cell_with(AnyValue::Float64(-3.456), Separator::Comma), "-3.46");
    }

    #[test]
    fn numbers_days_and_times_are_what_a_spreadsheet_reads_as_such() {
        let cell = |value| cell_with(value, Separator::Comma);
        assert_eq!(
            (cell(AnyValue::Float64(76.0)), cell(AnyValue::Float64(0.123_456)), cell(AnyValue::Float64(-0.000_001))),
            ("76".into(), "0.1235".into(), "0".into())
        );
        assert_eq!(cell_with(AnyValue::Float64(1234.567), Separator::Semicolon), "1234,57");
        assert_eq!(cell_with(AnyValue::Float64(1234.567), Separator::Tab), "1234.57");
        assert_eq!(
            (cell(AnyValue::Int64(999_999_999_999_999)), cell(AnyValue::Int64(i64::MIN))),
            ("999999999999999".into(), "\"=\"\"-9223372036854775808\"\"\"".into())
        );
        assert_eq!((cell(AnyValue::Boolean(true)), cell(AnyValue::Boolean(false)), cell(AnyValue::Null)), ("TRUE".into(), "FALSE".into(), String::new()));
        assert_eq!(cell(AnyValue::Date(20_780)), "2026-11-23");
        assert_eq!(cell(AnyValue::Datetime(1_795_428_000_500_000, TimeUnit::Microseconds, None)), "2026-11-23 10:00:00");
    }

    #[test]
    fn a_list_is_its_items_with_semicolons() {
        let list = |items: Series| cell_with(AnyValue::List(items), Separator::Comma);
        assert_eq!(list(Series::new("".into(), ["Ada Lovelace", "The X, Team"])), "\"Ada Lovelace; The X, Team\"");
        assert_eq!(list(Series::new("".into(), ["=1", "b"])), "'=1; b");
        assert_eq!(list(Series::new("".into(), [3_i64, 4])), "3; 4");
        assert_eq!(list(Series::new("".into(), Vec::<String>::new())), "\"\"");
    }

    #[test]
    fn a_text_longer_than_a_cell_ends_with_a_mark() {
        for (text, characters) in [("x".repeat(CHARACTERS), CHARACTERS), ("x".repeat(CHARACTERS + 1), CHARACTERS), ("😀".repeat(CHARACTERS), CHARACTERS - 1)]
        {
            let mut cell = Vec::new();
            let is_shortened = push_cell(&mut cell, AnyValue::String(&text), Separator::Comma).unwrap();
            let cell = String::from_utf8(cell).unwrap();
            assert_eq!((is_shortened, cell.ends_with(SHORTENED)), (text.len() > CHARACTERS, text.len() > CHARACTERS));
            assert_eq!(cell.encode_utf16().count(), characters);
        }
    }

    proptest! {
        #[test]
        fn each_text_is_one_cell_that_begins_no_formula_but_that_of_a_text(
            text in "['=+@ \t\r\n\u{feff}a1e5.\",;/-]{0,8}|[0-9]{1,3}[-/.: ,e][0-9]{1,20}|[a-zäé]{3,5}[- ]?[0-9]{1,4}|\\PC*",
            at in 0..3_usize,
        ) {
            let cell = read(&text, Separator::value_variants()[at]);
            let is_of_text = cell == format!("=\"{text}\"") && !text.contains('"') && text.len() <= QUOTABLE;
            prop_assert!(is_of_text || cell == text || cell == format!("'{text}"), "{:?}", cell);
            prop_assert!(is_of_text || !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']), "{:?}", cell);
        }

        #[test]
        fn a_number_in_a_text_stays_a_text(whole in 0..1_000_000_u64, part in 0..1_000_u64, sign in "[.,/:e -]") {
            let text = format!("{whole}{sign}{part:03}");
            prop_assert_eq!(read(&text, Separator::Comma), format!("=\"{text}\""));
        }
    }
}
