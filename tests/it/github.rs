//! Answers as GitHub's GraphQL does, about repositories that are made up from their names.

use crate::server::{Request, Response, say};
use serde_json::{Value, json};

/// What becomes of a repository that is asked for.
pub(crate) enum Fate {
    Live,
    /// Served under another name.
    Renamed(&'static str),
    NotFound,
    Blocked,
    /// Null, and no error that says why.
    Unexplained,
}

/// A repository in a query: where its answer belongs, and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asked {
    place: Vec<Value2>,
    pub(crate) name: String,
}
