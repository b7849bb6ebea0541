//! What somebody said about one repository at one time.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Whether the host served the repository when it was last asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepoState {
    /// Served.
    Live,
    /// The host says that there is no such public repository: deleted, or private.
    NotFound,
    /// The host refuses to show it, for legal or policy reasons: `dmca`, `tos`.
    Blocked,
    /// No answer yet: not asked, a limit, an error, a host that is not asked.
    Unknown,
}

impl RepoState {
    /// All states, in the order in which summaries list them.
    pub const ALL: [Self; 4] = [Self::Live, Self::NotFound, Self::Blocked, Self::Unknown];

    /// The name used in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::NotFound => "not_found",
            Self::Blocked => "blocked",
            Self::Unknown => "unknown",
        }
    }

    /// The state with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// The facts of one repository; `None` is unknown, never zero or false.
///
/// Counts are whole numbers, times UTC, `code_bytes` bytes. The names are the columns of the `repos` table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is a column of `repos`; `starcite schema` gives its meaning and unit")]
pub struct RepoFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_archived: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_disabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_empty: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_fork: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_template: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_mirror: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stars: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forks: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watchers: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_issues: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_pull_requests: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topics: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_spdx: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pushed_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_branch: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_oid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_committed_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commits: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commits_52w: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub releases: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_release: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_release_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_entries: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_bytes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readme_bytes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub framework: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub framework_evidence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation_title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation_authors: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation_doi: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation_date: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation_license: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive_ids: Option<Vec<String>>,
}

impl RepoFacts {
    /// Takes from `other` what is unknown here.
    pub fn fill_from(&mut self, other: &Self) {
        macro_rules! fill {
            ($($field:ident),*) => { $(if self.$field.is_none() { self.$field.clone_from(&other.$field); })* };
        }
        fill!(is_archived, is_disabled, is_empty, is_fork, is_template, is_mirror, stars, forks, watchers, open_issues, open_pull_requests);
        fill!(language, languages, topics, license_spdx, description, homepage, owner_type, parent, created_at, pushed_at, archived_at);
        fill!(default_branch, head_oid, head_committed_at, commits, commits_52w, releases, latest_release, latest_release_at);
        fill!(root_entries, code_bytes, readme_bytes, framework, framework_evidence);
        fill!(citation_title, citation_authors, citation_version, citation_doi, citation_date, citation_license, archive_ids);
    }
}

/// Who said what about one repository, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Today's name as the observer writes it; for a renamed repository the new one.
    pub repo: crate::RepoName,
    /// The host's own number, where the observer reported it: survives renames.
    pub repo_id: Option<i64>,
    /// GitHub's GraphQL id.
    pub node_id: Option<String>,
    /// Who: the host's name (`github.com`) when it answered itself, else a third party (`hf`, `best-of-ml-python`).
    pub observed_by: String,
    /// When.
    pub observed_at: DateTime<Utc>,
    /// What was found; never [`RepoState::Unknown`] in an observation.
    pub state: RepoState,
    /// Why, for `not_found` and `blocked`.
    pub state_reason: Option<String>,
    /// The facts reported.
    pub facts: RepoFacts,
}
