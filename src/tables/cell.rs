//! A value of a row, borrowed from what the row is about.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use starcite_core::Candidate;
use starcite_core::extract::Place;
use std::borrow::Cow;

/// A value of a row; `None` is unknown. As JSON it is the value itself, times as RFC 3339.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Cell<'a> {
    Text(Option<Cow<'a, str>>),
    Int(Option<i64>),
    Float(Option<f64>),
    Bool(Option<bool>),
    Date(Option<NaiveDate>),
    Time(Option<DateTime<Utc>>),
    TextList(Option<Cow<'a, [String]>>),
    IntList(Option<&'a [i64]>),
    Places(&'a [Place]),
    Candidates(&'a [Candidate]),
}

impl<'a> Cell<'a> {
    /// A text that is known.
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(Some(text.into()))
    }

    /// A text that may be unknown.
    pub(crate) fn maybe(text: Option<impl Into<Cow<'a, str>>>) -> Self {
        Self::Text(text.map(Into::into))
    }

    /// A list that is known.
    pub(crate) fn texts(texts: &'a [String]) -> Self {
        Self::TextList(Some(Cow::Borrowed(texts)))
    }
}
