//! What somebody said about one repository at one time.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The longest name of an observer, in characters.
pub const OBSERVER_CHARS: usize = 100;

/// True for what the name of an observer may be written with: letters and digits of any script, a space, and `._:/@+-`. The names are published, so that
/// nothing is among them that Markdown, HTML or a spreadsheet takes for more than a letter.
pub fn is_in_observers_name(c: char) -> bool {
    c.is_alphanumeric() || " ._:/@+-".contains(c)
}

/// Reads the name of who observed repositories: a host, a list, a person. `None` where it is longer than [`OBSERVER_CHARS`], or written with others
/// than [`is_in_observers_name`] has.
pub fn observers_name(name: &str) -> Option<&str> {
    let is_one = !name.is_empty() && name.chars().count() <= OBSERVER_CHARS && name.chars().all(is_in_observers_name);
    is_one.then_some(name)
}

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

/// The reason for a state that is not `live`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateReason {
    /// Blocked: somebody claims the copyright of it (<https://docs.github.com/en/site-policy/content-removal-policies/dmca-takedown-policy>).
    Dmca,
    /// Blocked: it breaks the host's terms of service.
    Tos,
    /// Blocked: unavailable, in the host's words.
    Unavailable,
    /// Blocked, for a reason that has no name here.
    Other,
    /// Blocked, and the host does not say why.
    Unspecified,
    /// Not found: the host does not tell the one from the other.
    DeletedOrPrivate,
    /// Not found: another repository has its name.
    Reassigned,
    /// Unknown: its host was not asked about it.
    NotAsked,
    /// Unknown: its host is another than the one that is asked.
    HostNotAsked,
    /// Unknown: a rate limit stood in the way.
    Limit,
    /// Unknown: the host answered, but not with an answer.
    Error,
    /// Unknown: the host could not be reached.
    Unreachable,
}

impl StateReason {
    /// All reasons, by the state that they are of.
    pub const ALL: [Self; 12] = [
        Self::Dmca,
        Self::Tos,
        Self::Unavailable,
        Self::Other,
        Self::Unspecified,
        Self::DeletedOrPrivate,
        Self::Reassigned,
        Self::NotAsked,
        Self::HostNotAsked,
        Self::Limit,
        Self::Error,
        Self::Unreachable,
    ];

    /// The name used in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dmca => "dmca",
            Self::Tos => "tos",
            Self::Unavailable => "unavailable",
            Self::Other => "other",
            Self::Unspecified => "unspecified",
            Self::DeletedOrPrivate => "deleted_or_private",
            Self::Reassigned => "reassigned",
            Self::NotAsked => "not_asked",
            Self::HostNotAsked => "host_not_asked",
            Self::Limit => "limit",
            Self::Error => "error",
            Self::Unreachable => "unreachable",
        }
    }

    /// The reason with that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// The value of `license_spdx` where there is no licence (SPDX's own word, <https://spdx.github.io/spdx-spec/v2.3/package-information/>).
pub const NO_LICENCE: &str = "NONE";
/// The value of `license_spdx` where there is a licence that whoever looked can't name.
pub const UNNAMED_LICENCE: &str = "NOASSERTION";
/// The values of `owner_type`, as GitHub writes them.
pub const OWNER_TYPES: [&str; 2] = ["User", "Organization"];

/// The facts of one repository; `None` is unknown, never zero, false or none.
///
/// Counts are whole numbers, times UTC, `code_bytes` bytes. The names are the columns of the `repos` table. Where there is none of what
/// one of [`EMPTY_IS_NONE`](Self::EMPTY_IS_NONE) tells, it is the empty text; of a licence, [`NO_LICENCE`].
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
    /// The texts of which an empty one says that there is none.
    pub const EMPTY_IS_NONE: [&str; 4] = ["language", "description", "homepage", "latest_release"];

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
    pub state_reason: Option<StateReason>,
    /// The facts reported.
    pub facts: RepoFacts,
}
