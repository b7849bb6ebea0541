//! The shapes of GitHub's replies, and what they say of a repository.
//!
//! A field that is missing or null is unknown, never zero or false. One of a type that GitHub does not document is an
//! error of that repository: a shape that we do not know is not to be guessed at.

pub mod graphql;
pub mod rest;

use chrono::{DateTime, Utc};
use starcite_core::{Observation, RepoFacts, RepoName, RepoState};

/// An answer that cannot be read as a repository.
#[derive(Debug, thiserror::Error)]
pub enum ShapeError {
    /// A field is missing or has another type than GitHub documents.
    #[error("not a repository as GitHub describes one: {0}")]
    Json(#[from] serde_json::Error),
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
