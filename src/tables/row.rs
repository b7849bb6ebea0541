//! A row of a table that was read, with its values by column name.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use polars::prelude::{AnyValue, Column, DataFrame};
use starcite_core::extract::Place;
use starcite_core::{Candidate, Field, RepoName};

/// A row. A value is `None` if it is unknown, and also if its column was not read or has another type: tables are checked against the
/// schema before they are read.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    frame: &'a DataFrame,
    at: usize,
}

impl<'a> Row<'a> {
    /// Returns all rows of a frame.
    pub(crate) fn all(frame: &'a DataFrame) -> impl Iterator<Item = Self> {
        (0..frame.height()).map(move |at| Self { frame, at })
    }

    fn column(self, name: &str) -> Option<&'a Column> {
        self.frame.column(name).ok()
    }

    fn value(self, name: &str) -> Option<AnyValue<'a>> {
        self.column(name)?.get(self.at).ok()
    }

    pub(crate) fn text(self, name: &str) -> Option<&'a str> {
        self.column(name)?.str().ok()?.get(self.at)
    }

    /// Returns a text that is known and not empty: an empty one means that there is none.
    pub(crate) fn named(self, name: &str) -> Option<&'a str> {
        self.text(name).filter(|text| !text.is_empty())
    }

    pub(crate) fn bool(self, name: &str) -> Option<bool> {
        self.column(name)?.bool().ok()?.get(self.at)
    }

    pub(crate) fn int(self, name: &str) -> Option<i64> {
        self.column(name)?.i64().ok()?.get(self.at)
    }

    pub(crate) fn float(self, name: &str) -> Option<f64> {
        self.column(name)?.f64().ok()?.get(self.at)
    }

    pub(crate) fn ints(self, name: &str) -> Option<Vec<i64>> {
        let ints = self.column(name)?.list().ok()?.get_as_series(self.at)?;
        Some(ints.i64().ok()?.iter().flatten().collect())
    }

    /// Returns a day, or the day of a timestamp.
    pub(crate) fn day(self, name: &str) -> Option<NaiveDate> {
        match self.value(name)? {
            AnyValue::Date(days) => NaiveDate::default().checked_add_signed(TimeDelta::days(days.into())),
            AnyValue::Datetime(..) => self.time(name).map(|time| time.date_naive()),
            _ => None,
        }
    }

    pub(crate) fn time(self, name: &str) -> Option<DateTime<Utc>> {
        self.column(name)?.datetime().ok()?.phys.get(self.at).and_then(DateTime::from_timestamp_micros)
    }

    /// Returns an owned text.
    pub(crate) fn owned(self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    pub(crate) fn texts(self, name: &str) -> Option<Vec<String>> {
        let lists = self.column(name)?.list().ok().filter(|lists| lists.null_count() < lists.len())?;
        let texts = lists.get_as_series(self.at)?;
        Some(texts.str().ok()?.iter().flatten().map(str::to_owned).collect())
    }

    /// Returns one field of each struct in a list.
    pub(crate) fn texts_of(self, name: &str, field: &str) -> Vec<String> {
        self.structs(name, [field]).into_iter().filter_map(|[value]| value.get_str().map(str::to_owned)).collect()
    }

    /// Returns positions in a paper's fields, without those in fields that this program does not know.
    pub(crate) fn places(self, name: &str) -> Vec<Place> {
        let bytes = |value: &AnyValue<'_>| value.extract::<usize>();
        let place = |[field, start, end, raw]: [AnyValue<'static>; 4]| {
            Some(Place { field: Field::parse(field.get_str()?)?, start: bytes(&start), end: bytes(&end), raw: raw.get_str()?.to_owned() })
        };
        self.structs(name, ["field", "start", "end", "raw"]).into_iter().filter_map(place).collect()
    }

    /// Returns the repositories that a link may mean.
    pub(crate) fn candidates(self, name: &str) -> Vec<Candidate> {
        let candidate =
            |[repo, assumed]: [AnyValue<'static>; 2]| Some(Candidate { repo: RepoName::parse(repo.get_str()?).ok()?, assumed: assumed.get_str()?.to_owned() });
        self.structs(name, ["repo", "assumed"]).into_iter().filter_map(candidate).collect()
    }

    /// Returns some fields of each struct in a list.
    fn structs<const N: usize>(self, name: &str, fields: [&str; N]) -> Vec<[AnyValue<'static>; N]> {
        let AnyValue::List(structs) = self.value(name).unwrap_or(AnyValue::Null) else { return Vec::new() };
        let of_struct = |value: AnyValue<'_>| match value.into_static() {
            AnyValue::StructOwned(of) => {
                let (values, names) = *of;
                Some(fields.map(|field| names.iter().position(|known| known.name == field).map_or(AnyValue::Null, |at| values[at].clone())))
            }
            _ => None,
        };
        structs.iter().filter_map(of_struct).collect()
    }
}
