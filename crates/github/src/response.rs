//! The shapes of GitHub's replies, and their conversion into facts of a repository.
//!
//! A missing or null field is unknown, never zero or false; the code that makes a row of the facts decides which nulls mean that there
//! is none. A field of an undocumented type is an error of that repository, because an unknown shape must not be guessed.

pub mod activity;
pub mod files;
pub mod graphql;
pub mod rest;
pub mod stars;
pub mod tree;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use starcite_core::observation::{OWNER_TYPES, UNNAMED_LICENCE};
use starcite_core::{Observation, RepoFacts, RepoName, RepoState};

/// An answer that cannot be read as a repository.
#[derive(Debug, thiserror::Error)]
pub enum ShapeError {
    /// A field is missing or has another type than GitHub documents.
    #[error("not a repository as GitHub describes one: {0}")]
    Json(#[from] serde_json::Error),
    /// A requested field that every repository has is null or missing: the host left the reply unfinished.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The answer is about another repository.
    #[error("the answer has the id {0:?}, not the one that was asked")]
    OtherId(String),
}

/// The visibility of a repository. A token may read private repositories, or those internal to a company.
///
/// Both APIs report it for every repository. A reply without it is from a server with public repositories only, and counts as public.
#[derive(Deserialize)]
pub(crate) struct Shown {
    /// REST's field, which servers of all versions have.
    private: Option<bool>,
    #[serde(default)]
    visibility: Visibility,
}

impl Shown {
    /// True if it is public.
    pub(crate) fn is_public(&self) -> bool {
        self.private != Some(true) && self.visibility.is_public
    }
}

/// `PUBLIC`, `PRIVATE` or `INTERNAL`; lower case over REST.
#[derive(Deserialize)]
#[serde(from = "String")]
struct Visibility {
    is_public: bool,
}

impl Default for Visibility {
    fn default() -> Self {
        Self { is_public: true }
    }
}

impl From<String> for Visibility {
    fn from(told: String) -> Self {
        Self { is_public: told.eq_ignore_ascii_case("public") }
    }
}

/// The meaning of a null in a field that a repository may really lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullMeans {
    /// There is none: no licence, no parent, no release.
    Absent,
    /// The host ran out of resources before this answer: it may not have reached the field.
    MayBeLost,
}

impl NullMeans {
    /// Checks a field that may be null.
    ///
    /// # Errors
    /// If it is null and the host may have run out of resources.
    fn check<T>(self, field: Option<T>, name: &'static str) -> Result<Option<T>, ShapeError> {
        if field.is_none() && self == Self::MayBeLost { Err(ShapeError::Missing(name)) } else { Ok(field) }
    }
}

/// Returns the SPDX id of a licence; `NOASSERTION` if the host could not identify it.
fn licence(id: Option<String>) -> String {
    id.unwrap_or_else(|| UNNAMED_LICENCE.to_owned())
}

/// Returns the kind of an owner; a kind without a name here is unknown.
fn owner_type(given: Option<String>) -> Option<String> {
    given.filter(|kind| OWNER_TYPES.contains(&kind.as_str()))
}

/// Returns a field that every repository has, or an error if it is missing.
fn present<T>(field: Option<T>, name: &'static str) -> Result<T, ShapeError> {
    field.ok_or(ShapeError::Missing(name))
}

/// Checks that an answer has the requested id.
fn same_id(given: &str, asked: Option<&str>) -> Result<(), ShapeError> {
    if asked == Some(given) { Ok(()) } else { Err(ShapeError::OtherId(given.to_owned())) }
}

/// Returns the observation of a repository that the host served.
///
/// If [`RepoName`] rejects the name (GitHub has a few older than its rules), the requested name stays.
fn live(asked: &RepoName, full_name: &str, id: Option<i64>, node_id: Option<String>, at: DateTime<Utc>, facts: RepoFacts) -> Observation {
    Observation {
        repo: on_host(asked, full_name).unwrap_or_else(|| asked.clone()),
        repo_id: id,
        node_id,
        observed_by: asked.host().to_owned(),
        observed_at: at,
        state: RepoState::Live,
        state_reason: None,
        facts,
    }
}

/// Returns `owner/name` on the host of `beside`.
fn on_host(beside: &RepoName, full_name: &str) -> Option<RepoName> {
    let (owner, name) = full_name.split_once('/')?;
    RepoName::on_host(beside.host(), &[owner, name])
}

/// Returns a count, unless it is negative.
fn count(given: Option<i64>) -> Option<i64> {
    given.filter(|&count| count >= 0)
}

/// Returns a text, unless it is empty, because REST writes "" where GraphQL writes null.
fn text(given: Option<String>) -> Option<String> {
    given.filter(|text| !text.is_empty())
}
