#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod cell;
mod column;
mod found;
mod kind;
mod null;
#[macro_use]
mod row;
pub mod samples;
mod tables;
mod value;

pub use cell::Cell;
pub use column::{Allowed, Column, Table};
pub use kind::{CANDIDATE, PLACE, Type};
pub use null::{Is, Null, When};
pub use row::{Misread, Read, Row};
pub use tables::{
    ARCHIVES, Archive, CHANGES, CITATIONS, CONFLICTS, Change, Citation, Conflict, LINKS, Link, OVERVIEW, Overview, PAPERS, Paper, RANKINGS, REASSIGNED,
    REJECTS, REPOS, Ranking, Reject, Repo, STARS, Stars,
};
pub use value::{Candidates, Ints, Places, Text, Texts, Value};

/// Parts that the macros of this crate name in other crates.
#[doc(hidden)]
pub mod parts {
    pub use crate::column::find;
    pub use crate::row::next;
}

use starcite_core::Week;

/// The version of the tables; a reader refuses any other.
pub const SCHEMA_VERSION: u32 = 6;

/// The column of the week in all tables. It is not called `week`, because readers make a column of that name from folders `week=…`, and
/// fail if the files have one, too.
pub const WEEK: &str = "iso_week";

/// The column of `repos` with the kind of a repository's contents.
pub const REPO_KIND: &str = "repo_kind";

/// Every table, in the order in which they are shown.
pub const TABLES: &[&Table] = &[&OVERVIEW, &PAPERS, &LINKS, &REPOS, &STARS, &CITATIONS, &ARCHIVES, &RANKINGS, &CHANGES, &CONFLICTS, &REJECTS];

/// Returns the table with that name.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().copied().find(|table| table.name == name)
}

/// Returns the metadata that each file of a week has.
pub fn metadata(pipeline: &str, pipeline_hash: &str, week: Week) -> [(String, String); 4] {
    [("schema_version", SCHEMA_VERSION.to_string()), ("pipeline", pipeline.to_owned()), ("pipeline_hash", pipeline_hash.to_owned()), ("week", week.to_string())]
        .map(|(key, value)| (format!("starcite.{key}"), value))
}
