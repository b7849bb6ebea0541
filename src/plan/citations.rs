//! `[citations]`: whether and where it is asked how often papers are cited.

use super::{Age, Overrides};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The section, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CitationsSection {
    counts: CountSource,
    max_age: Option<Age>,
    key_file: Option<PathBuf>,
}

/// A service that knows how often papers are cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum CountSource {
    #[serde(rename = "openalex")]
    OpenAlex,
    #[serde(rename = "semantic-scholar")]
    SemanticScholar,
}

impl CountSource {
    /// The name used in tables and in the state.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::OpenAlex => "openalex",
            Self::SemanticScholar => "semantic_scholar",
        }
    }

    /// The name for people.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::OpenAlex => "OpenAlex",
            Self::SemanticScholar => "Semantic Scholar",
        }
    }

    /// The environment variable of its key.
    pub(crate) fn key_variable(self) -> &'static str {
        match self {
            Self::OpenAlex => "OPENALEX_API_KEY",
            Self::SemanticScholar => "SEMANTIC_SCHOLAR_API_KEY",
        }
    }
}

/// How it is asked how often papers are cited.
#[derive(Debug, Clone)]
pub(crate) struct CountsPlan {
    pub(crate) source: CountSource,
    pub(crate) base_url: String,
    /// What was told longer ago is asked again.
    pub(crate) max_age: Duration,
    /// Where the key is, if not in the environment.
    pub(crate) key_file: Option<PathBuf>,
    /// Between two requests, and before a second try.
    pub(crate) pause: Duration,
}

impl CountsPlan {
    pub(super) fn of(section: CitationsSection, base: &Path, overrides: &Overrides) -> Self {
        let base_url = match section.counts {
            CountSource::OpenAlex => &overrides.openalex_url,
            CountSource::SemanticScholar => &overrides.semantic_scholar_url,
        };
        Self {
            source: section.counts,
            base_url: base_url.trim_end_matches('/').to_owned(),
            max_age: section.max_age.map_or(Duration::from_secs(28 * 86_400), |age| age.0),
            key_file: section.key_file.map(|file| base.join(file)),
            pause: overrides.source_pause / 3, // a second: what Semantic Scholar asks for with a key
        }
    }
}
