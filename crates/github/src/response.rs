//! The shapes of GitHub's replies, and what they say of a repository.
//!
//! A field that is missing or null is unknown, never zero or false; whoever makes a row of what the host told knows where it says that there
//! is none. A field of a type that GitHub does not document is an error of that repository: a shape that we do not know is not to be guessed at.

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
    /// A field that was asked for and that every repository has is null or missing: the host left the reply unfinished.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Another repository's answer stands in this one's place.
    #[error("the answer has the id {0:?}, not the one that was asked")]
    OtherId(String),
}

/// The accounts to which a repository is shown. A token may read what is private, or internal to a company.
///
/// Both APIs tell it of every repository. A reply without it comes from a server that knows no other than public ones, and counts as public.
#[derive(Deserialize)]
pub(crate) struct Shown {
    /// REST's word, which servers of all versions have.
    private: Option<bool>,
    #[serde(default)]
    visibility: Visibility,
}

impl Shown {
    /// True if anybody may see it.
    pub(crate) fn is_public(&self) -> bool {
        self.private != Some(true) && self.visibility.is_public
    }
}

/// `PUBLIC`, `PRIVATE` or `INTERNAL`; over REST in lower case.
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

/// What a null means where a repository may really lack what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// There is none: no licence, no parent, no release.
    AreAnswers,
    /// The host ran out of resources before this answer: a null may be one that it did not get to.
    MayBeLost,
}

impl Nulls {
    /// A field that may be null.
    ///
    /// # Errors
    /// When it is null and that may be for want of resources.
    fn check<T>(self, field: Option<T>, name: &'static str) -> Result<Option<T>, ShapeError> {
        if field.is_none() && self == Self::MayBeLost { Err(ShapeError::Missing(name)) } else { Ok(field) }
    }
}

/// The SPDX id of a licence that the host names, or says that it can't.
fn licence(id: Option<String>) -> String {
    id.unwrap_or_else(|| UNNAMED_LICENCE.to_owned())
}

/// The kind of an owner; one that has no name here is unknown.
fn owner_type(given: Option<String>) -> Option<String> {
    given.filter(|kind| OWNER_TYPES.contains(&kind.as_str()))
}

/// A field that every repository has.
fn present<T>(field: Option<T>, name: &'static str) -> Result<T, ShapeError> {
    field.ok_or(ShapeError::Missing(name))
}

/// Holds an answer against the id that was asked for.
fn same_id(given: &str, asked: Option<&str>) -> Result<(), ShapeError> {
    if asked == Some(given) { Ok(()) } else { Err(ShapeError::OtherId(given.to_owned())) }
}

/// The observation of a repository that the host served.
///
/// A name that [`RepoName`] does not take (GitHub has a few older than its rules) leaves the one that was asked.
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

/// `owner/name` on the host of `beside`.
fn on_host(beside: &RepoName, full_name: &str) -> Option<RepoName> {
    let (owner, name) = full_name.split_once('/')?;
    RepoName::on_host(beside.host(), &[owner, name])
}

/// A count, unless it is negative.
fn count(given: Option<i64>) -> Option<i64> {
    given.filter(|&count| count >= 0)
}

/// A text, unless it is empty: REST writes "" where GraphQL writes null.
fn text(given: Option<String>) -> Option<String> {
    given.filter(|text| !text.is_empty())
}
