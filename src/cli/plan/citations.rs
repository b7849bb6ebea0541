//! `[citations]`: the service of citation counts, and its settings.

use super::{Age, Overrides};
use serde::Deserialize;
use starcite_rows::{CITATIONS, OVERVIEW, Table};
use starcite_sources::{Service, openalex, semantic_scholar};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The section, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CitationsSection {
    counts: CountSource,
    #[serde(default)]
    pub(super) of: CountsOf,
    max_age: Option<Age>,
    key_file: Option<PathBuf>,
}

/// The papers whose citations are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CountsOf {
    /// Those that papers and repositories name.
    #[default]
    Cited,
    /// The week's own papers.
    Papers,
}

impl CountsOf {
    /// Returns the table that has the counts.
    pub(super) fn table(self) -> &'static Table {
        match self {
            Self::Cited => &CITATIONS,
            Self::Papers => &OVERVIEW,
        }
    }
}

/// A service that has citation counts of papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum CountSource {
    #[serde(rename = "openalex")]
    OpenAlex,
    #[serde(rename = "semantic-scholar")]
    SemanticScholar,
}

impl CountSource {
    /// Returns the name in tables and in the state.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::OpenAlex => "openalex",
            Self::SemanticScholar => "semantic_scholar",
        }
    }

    /// Returns the service.
    pub(crate) fn service(self) -> &'static Service {
        match self {
            Self::OpenAlex => &openalex::SERVICE,
            Self::SemanticScholar => &semantic_scholar::SERVICE,
        }
    }
}

/// Settings of the requests for citation counts.
#[derive(Debug, Clone)]
pub(crate) struct CountsPlan {
    pub(crate) source: CountSource,
    pub(crate) of: CountsOf,
    pub(crate) base_url: String,
    /// Older answers are requested again.
    pub(crate) max_age: Duration,
    /// Path of the key, if it is not in the environment.
    pub(crate) key_file: Option<PathBuf>,
}

impl CountsPlan {
    pub(super) fn of(section: CitationsSection, base: &Path, overrides: &Overrides) -> Self {
        Self {
            source: section.counts,
            of: section.of,
            base_url: overrides.addresses.of(section.counts.service()).trim_end_matches('/').to_owned(),
            max_age: section.max_age.map_or(Duration::from_secs(28 * 86_400), |age| age.0),
            key_file: section.key_file.map(|file| base.join(file)),
        }
    }
}
