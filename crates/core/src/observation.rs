//! Observations: the facts that one observer reported about one repository at one time.

use crate::named;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The longest name of an observer, in characters.
pub const OBSERVER_CHARS: usize = 100;

/// True for the characters that an observer's name may contain: letters and digits of any script, a space, and `._:/@+-`. The names are published;
/// therefore the set has no character with a special meaning in Markdown, HTML or a spreadsheet.
pub fn is_in_observers_name(c: char) -> bool {
    c.is_alphanumeric() || " ._:/@+-".contains(c)
}

/// Reads the name of an observer: a host, a list, a person. `None` if it is longer than [`OBSERVER_CHARS`] or has a character that
/// [`is_in_observers_name`] does not allow.
pub fn observers_name(name: &str) -> Option<&str> {
    let is_one = !name.is_empty() && name.chars().count() <= OBSERVER_CHARS && name.chars().all(is_in_observers_name);
    is_one.then_some(name)
}

named! {
    /// The state of a repository at the last request to its host.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum RepoState {
        /// Served.
        Live = "live",
        /// The host reports no such public repository: deleted, or private.
        NotFound = "not_found",
        /// The host refuses access, for legal or policy reasons: `dmca`, `tos`.
        Blocked = "blocked",
        /// No answer yet: no request, a limit, an error, or a host that starcite sends no requests to.
        Unknown = "unknown",
    }
}

named! {
    /// The reason for a state that is not `live`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum StateReason {
        /// Blocked: a claim of copyright (<https://docs.github.com/en/site-policy/content-removal-policies/dmca-takedown-policy>).
        Dmca = "dmca",
        /// Blocked: it breaks the host's terms of service.
        Tos = "tos",
        /// Blocked: "unavailable" is the host's word.
        Unavailable = "unavailable",
        /// Blocked, for a reason that has no variant here.
        Other = "other",
        /// Blocked, and the host gives no reason.
        Unspecified = "unspecified",
        /// Not found: the host does not distinguish deleted from private.
        DeletedOrPrivate = "deleted_or_private",
        /// Not found: another repository now has its name.
        Reassigned = "reassigned",
        /// Unknown: starcite sent its host no request for it.
        NotAsked = "not_asked",
        /// Unknown: starcite sends its host no requests.
        HostNotAsked = "host_not_asked",
        /// Unknown: a rate limit prevented the request.
        Limit = "limit",
        /// Unknown: the host replied, but the reply was not an answer.
        Error = "error",
        /// Unknown: the host was unreachable.
        Unreachable = "unreachable",
    }
}

/// The value of `license_spdx` without a licence (SPDX's own word, <https://spdx.github.io/spdx-spec/v2.3/package-information/>).
pub const NO_LICENCE: &str = "NONE";
/// The value of `license_spdx` if there is a licence that the observer could not identify.
pub const UNNAMED_LICENCE: &str = "NOASSERTION";
/// The values of `owner_type`, as GitHub writes them.
pub const OWNER_TYPES: [&str; 2] = ["User", "Organization"];

/// Declares facts: the struct, and the filling of those that are unknown.
macro_rules! facts {
    ($(#[$doc:meta])* $($fact:ident: $type:ty,)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        #[expect(missing_docs, reason = "each field is a column of `repos`; `starcite schema` gives its meaning and unit")]
        pub struct RepoFacts {
            $(#[serde(skip_serializing_if = "Option::is_none")] pub $fact: Option<$type>,)*
        }

        impl RepoFacts {
            /// The names of all facts.
            pub const NAMES: &[&str] = &[$(stringify!($fact)),*];

            /// Fills the facts that are unknown here from `other`.
            pub fn fill_from(&mut self, other: &Self) {
                $(if self.$fact.is_none() { self.$fact.clone_from(&other.$fact); })*
            }
        }
    };
}

facts! {
    /// The facts of one repository. `None` is unknown, never zero, false or "none".
    ///
    /// Counts are whole numbers, times UTC, `code_bytes` bytes. The names are the columns of the `repos` table. In a field of
    /// [`EMPTY_IS_NONE`](Self::EMPTY_IS_NONE) the empty text means that there is none; the value for no licence is [`NO_LICENCE`].
    is_archived: bool,
    is_disabled: bool,
    is_empty: bool,
    is_fork: bool,
    is_template: bool,
    is_mirror: bool,
    stars: i64,
    forks: i64,
    watchers: i64,
    open_issues: i64,
    open_pull_requests: i64,
    language: String,
    languages: Vec<String>,
    topics: Vec<String>,
    license_spdx: String,
    description: String,
    homepage: String,
    owner_type: String,
    parent: String,
    created_at: DateTime<Utc>,
    pushed_at: DateTime<Utc>,
    archived_at: DateTime<Utc>,
    default_branch: String,
    head_oid: String,
    head_committed_at: DateTime<Utc>,
    commits: i64,
    commits_52w: i64,
    releases: i64,
    latest_release: String,
    latest_release_at: DateTime<Utc>,
    root_entries: Vec<String>,
    code_bytes: i64,
    readme_bytes: i64,
    framework: String,
    framework_evidence: String,
    citation_title: String,
    citation_authors: Vec<String>,
    citation_version: String,
    citation_doi: String,
    citation_date: NaiveDate,
    citation_license: String,
    archive_ids: Vec<String>,
}

impl RepoFacts {
    /// The text fields in which an empty text means that there is none.
    pub const EMPTY_IS_NONE: [&str; 4] = ["language", "description", "homepage", "latest_release"];
}

/// The facts about one repository, with their observer and time.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The current name as the observer writes it; for a renamed repository the new one.
    pub repo: crate::RepoName,
    /// The host's numeric id, if the observer reported it; it survives renames.
    pub repo_id: Option<i64>,
    /// GitHub's GraphQL id.
    pub node_id: Option<String>,
    /// The observer: the host's name (`github.com`) if the host itself replied, else a third party (`hf`, `best-of-ml-python`).
    pub observed_by: String,
    /// The time of the observation.
    pub observed_at: DateTime<Utc>,
    /// The state found; never [`RepoState::Unknown`] in an observation.
    pub state: RepoState,
    /// The reason, for `not_found` and `blocked`.
    pub state_reason: Option<StateReason>,
    /// The reported facts.
    pub facts: RepoFacts,
}

/// The text of a repository's README, as somebody read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readme {
    /// The current name, as its reader writes it.
    pub repo: crate::RepoName,
    /// The time of the reading.
    pub read_at: DateTime<Utc>,
    /// The text.
    pub text: String,
}
