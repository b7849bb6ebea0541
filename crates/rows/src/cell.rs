//! A value of a row, without its Rust type.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use starcite_core::Candidate;
use starcite_core::extract::Place;
use std::borrow::Cow;

/// A value of a row; `None` is a null. In JSON it is the value itself, with times as RFC 3339. Each variant is a [`Type`](crate::Type).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the variants of `Type`")]
pub enum Cell<'a> {
    Text(Option<Cow<'a, str>>),
    Int(Option<i64>),
    Float(Option<f64>),
    Bool(Option<bool>),
    Date(Option<NaiveDate>),
    Time(Option<DateTime<Utc>>),
    TextList(Option<Cow<'a, [String]>>),
    IntList(Option<Cow<'a, [i64]>>),
    Places(Option<Cow<'a, [Place]>>),
    Candidates(Option<Cow<'a, [Candidate]>>),
}
