//! `[citations]`: the service of citation counts, and its settings.

use super::{Age, Overrides};
use crate::source::rates::{self, Rate};
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

    /// Returns the rate of requests.
    pub(crate) fn rate(self) -> Rate {
        match self {
            Self::OpenAlex => rates::OPENALEX,
            Self::SemanticScholar => rates::SEMANTIC_SCHOLAR,
        }
    }

    /// Returns the name for the user.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::OpenAlex => "OpenAlex",
            Self::SemanticScholar => "Semantic Scholar",
        }
    }

    /// Returns the environment variable of the key.
    pub(crate) fn key_variable(self) -> &'static str {
        match self {
            Self::OpenAlex => "OPENALEX_API_KEY",
            Self::SemanticScholar => "SEMANTIC_SCHOLAR_API_KEY",
        }
    }
}

/// Settings of the requests for citation counts.
#[derive(Debug, Clone)]
pub(crate) struct CountsPlan {
    pub(crate) source: CountSource,
    pub(crate) base_url: String,
    /// Older answers are requested again.
    pub(crate) max_age: Duration,
    /// Path of the key, if it is not in the environment.
    pub(crate) key_file: Option<PathBuf>,
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
        }
    }
}
