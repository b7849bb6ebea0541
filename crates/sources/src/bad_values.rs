//! Unusable values: each is null, and is recorded with its intended column.

use super::loose::{List, Loose, Number, Text};
use super::{excerpt, json};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use starcite_core::Date;
use starcite_core::paper::CitedBy;
use std::borrow::Cow;
use std::ops::RangeInclusive;

/// An unusable value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadValue {
    /// Its intended column, or else the field of the source.
    pub field: Cow<'static, str>,
    /// Its beginning, or its type.
    pub value: String,
}

/// Unusable values of one record, one a field.
#[derive(Debug, Default)]
pub struct BadValues(Vec<BadValue>);

const YEARS: RangeInclusive<i64> = 1..=9999;
const COUNTS: RangeInclusive<i64> = 0..=i64::MAX;

impl BadValues {
    pub(super) fn into_vec(self) -> Vec<BadValue> {
        self.0
    }

    /// Records a value; of several of one field, the first. Ignores an empty one.
    pub(super) fn note(&mut self, field: impl Into<Cow<'static, str>>, value: &str) {
        let (field, value) = (field.into(), value.trim());
        if !value.is_empty() && !self.0.iter().any(|known| known.field == field) {
            self.0.push(BadValue { field, value: excerpt(value.as_bytes()) });
        }
    }

    /// Records a value if it is unusable.
    pub(super) fn check<T>(&mut self, field: &'static str, value: &Loose<T>) {
        if let Some(value) = value.bad() {
            self.note(field, value);
        }
    }

    /// Returns the first result of `read` for any of the texts. If there is none, records the first text.
    pub(super) fn first<'t, T>(&mut self, field: &'static str, texts: impl IntoIterator<Item = Text<'t>>, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut bad = None;
        for text in texts {
            match text.get().map(&read) {
                Some(Some(found)) => return Some(found),
                _ => bad = bad.or_else(|| text.written()),
            }
        }
        if let Some(value) = bad {
            self.note(field, &value);
        }
        None
    }

    /// Returns the result of `read` for a text.
    pub(super) fn read<T>(&mut self, field: &'static str, text: &Text<'_>, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.first(field, [text.view()], read)
    }

    /// Returns a text without the whitespace around it; `None` if nothing is left.
    pub(super) fn text<'t>(&mut self, field: &'static str, text: &'t Text<'_>) -> Option<&'t str> {
        self.check(field, text);
        text.get()
    }

    /// Does the same, and returns an owned text.
    pub(super) fn owned(&mut self, field: &'static str, text: &Text<'_>) -> Option<String> {
        self.text(field, text).map(str::to_owned)
    }

    /// Finds the first full day in the dates, and the first year.
    pub(super) fn date(&mut self, field: &'static str, dates: impl IntoIterator<Item = Loose<Date>>) -> (Option<NaiveDate>, Option<i32>) {
        let (mut year, mut bad) = (None, None);
        for date in dates {
            match date {
                Loose::Absent => {}
                Loose::Bad(value) => bad = bad.or(Some(value.into_string())),
                Loose::Good(date) => {
                    year = year.or(Some(date.year));
                    if date.day.is_some() {
                        return (date.day, year);
                    }
                }
            }
        }
        if let (None, Some(value)) = (year, bad) {
            self.note(field, &value);
        }
        (None, year)
    }

    /// Reads the day in a text.
    pub(super) fn day(&mut self, field: &'static str, text: &Text<'_>) -> Option<NaiveDate> {
        self.date(field, [text.date()]).0
    }

    pub(super) fn year(&mut self, field: &'static str, year: &Number) -> Option<i32> {
        self.number(field, year, YEARS).and_then(|year| year.try_into().ok())
    }

    pub(super) fn count(&mut self, field: &'static str, count: &Number) -> Option<i64> {
        self.number(field, count, COUNTS)
    }

    fn number(&mut self, field: &'static str, number: &Number, range: RangeInclusive<i64>) -> Option<i64> {
        self.check(field, number);
        let number = *number.good()?;
        if !range.contains(&number) {
            self.note(field, &number.to_string());
            return None;
        }
        Some(number)
    }

    /// Reads a service's citation count, and the text with its time.
    pub(super) fn cited_by(&mut self, source: &str, count: &Number, influential: &Number, at: &Text<'_>) -> Option<CitedBy> {
        let influential = self.count("cited_by_influential", influential);
        let at = self.read("cited_by_at", at, json::moment);
        self.count("cited_by_count", count).map(|count| CitedBy { count, influential, source: source.to_owned(), at })
    }

    /// Returns the values of a list; records the list, or the first of its values, that is unusable.
    pub(super) fn list<'l, T>(&mut self, field: &'static str, list: &'l List<T>) -> impl Iterator<Item = &'l T> + use<'l, T> {
        self.check(field, list);
        list.good().into_iter().flatten().for_each(|value| self.check(field, value));
        list.iter()
    }

    /// Returns the texts of a list that are not empty.
    pub(super) fn texts(&mut self, field: &'static str, list: &List<Cow<'_, str>>) -> Vec<String> {
        self.list(field, list).map(|text| text.trim()).filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text<'_> {
        Some(text).into()
    }

    fn noted(bad: BadValues) -> Vec<(String, String)> {
        bad.into_vec().into_iter().map(|bad| (bad.field.into_owned(), bad.value)).collect()
    }

    #[test]
    fn what_is_told_elsewhere_is_not_noted_and_of_a_field_the_first_is() {
        let mut bad = BadValues::default();
        let number = |text: &str| text.parse::<i32>().ok();
        assert_eq!(bad.first("a", [text("x"), Loose::Absent, text(" 2 ")], number), Some(2));
        assert_eq!(bad.first("b", [text("x"), text("y")], number), None);
        assert_eq!(bad.first("b", [text("z")], number), None);
        assert_eq!(bad.first("c", [text(" "), Loose::Absent], number), None);
        assert_eq!(bad.first("d", [Loose::Bad("a list".into())], number), None);
        assert_eq!(noted(bad), [("b".to_owned(), "x".to_owned()), ("d".to_owned(), "a list".to_owned())]);
    }

    #[test]
    fn a_date_of_which_the_year_is_told_is_not_noted() {
        let mut bad = BadValues::default();
        let (day, date) = (NaiveDate::from_ymd_opt(2026, 5, 12), |date| text(date).date());
        assert_eq!(bad.date("a", [date("2025"), date("12.05.2026")]), (day, Some(2025)));
        assert_eq!(bad.date("a", [date("soon"), date("05/2026")]), (None, Some(2026)));
        assert_eq!(bad.date("a", [Loose::Absent, date(" ")]), (None, None));
        assert_eq!(bad.date("b", [date("soon")]), (None, None));
        assert_eq!(noted(bad), [("b".to_owned(), "soon".to_owned())]);
    }

    #[test]
    fn numbers_out_of_range_and_values_of_lists_are_noted() {
        let mut bad = BadValues::default();
        assert_eq!((bad.year("year", &Loose::Good(20_260)), bad.count("count", &Loose::Good(-1))), (None, None));
        assert_eq!((bad.year("y", &Loose::Good(2026)), bad.count("c", &Loose::Absent)), (Some(2026), None));
        let list = Loose::Good(vec![Loose::Good("Ada ".into()), Loose::Bad("7.5".into()), Loose::Absent, Loose::Good(" ".into())]);
        assert_eq!(bad.texts("authors", &list), ["Ada"]);
        assert_eq!(noted(bad).iter().map(|(field, value)| format!("{field} {value}")).collect::<Vec<_>>(), ["year 20260", "count -1", "authors 7.5"]);
    }
}
