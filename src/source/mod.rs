//! Where papers and observations come from. A source is a file here and a row in [`SourceKind`].
//!
//! A source only says how its input is cut into records (one thread, streaming) and what one record says (many threads);
//! opening, decompressing and batching are the same for all.

mod arxiv_snapshot;
pub(crate) mod fetch;
mod hf_daily;
mod hf_page;
pub(crate) mod input;
mod json;
mod jsonl;
mod observations;
mod read;
mod split;

pub(crate) use read::{Parsed, read_batches};

use starcite_core::{Observation, Paper};
use std::io::BufRead;

/// A kind of source, as named in a pipeline file and by `--from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SourceKind {
    /// The text of a Hugging Face papers page
    HfPage,
    /// The JSON of Hugging Face's daily papers
    HfDaily,
    /// The arXiv snapshot, one JSON record a line
    ArxivSnapshot,
    /// Records of your own: id, title, abstract and optionally comment, date, url
    Jsonl,
    /// What somebody observed of repositories: CSV or JSONL with repo, date and columns of `repos`
    Observations,
}

impl SourceKind {
    /// The name in pipeline files.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::HfPage => "hf-page",
            Self::HfDaily => "hf-daily",
            Self::ArxivSnapshot => "arxiv-snapshot",
            Self::Jsonl => "jsonl",
            Self::Observations => "observations",
        }
    }

    /// Whether its records are papers; else they are observations alone.
    pub(crate) fn has_papers(self) -> bool {
        self != Self::Observations
    }

    pub(crate) fn source(self) -> &'static dyn Source {
        match self {
            Self::HfPage => &hf_page::HfPage,
            Self::HfDaily => &hf_daily::HfDaily,
            Self::ArxivSnapshot => &arxiv_snapshot::ArxivSnapshot,
            Self::Jsonl => &jsonl::Jsonl,
            Self::Observations => &observations::Observations,
        }
    }
}

/// One way to read papers or observations.
pub(crate) trait Source: Sync {
    /// Cuts an opened, decompressed input into records.
    fn split<'a>(&self, input: Box<dyn BufRead + Send + 'a>) -> Box<dyn Iterator<Item = Piece> + Send + 'a>;

    /// What one record says, or why it can't be used.
    fn parse(&self, body: &Body) -> Result<Said, String>;
}

/// A record cut out of an input, or why none could be cut there.
pub(crate) struct Piece {
    /// Counted from 1 within the file.
    pub(crate) record: u64,
    /// Where it begins in the decompressed file.
    pub(crate) byte_offset: u64,
    pub(crate) body: Result<Body, Unreadable>,
}

/// A record that could not even be cut out.
pub(crate) struct Unreadable {
    pub(crate) reason: String,
    pub(crate) excerpt: String,
}

/// The body of a record.
pub(crate) enum Body {
    /// JSON text.
    Json(Vec<u8>),
    /// Fields by name.
    Fields(serde_json::Map<String, serde_json::Value>),
}

impl Body {
    /// The beginning of the record, for the `rejects` table.
    pub(crate) fn excerpt(&self) -> String {
        match self {
            Self::Json(bytes) => excerpt(bytes),
            Self::Fields(fields) => excerpt(serde_json::to_string(fields).unwrap_or_default().as_bytes()),
        }
    }
}

/// At most 120 characters, on one line.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(480)];
    String::from_utf8_lossy(head).chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}

/// What one record says.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) paper: Option<Paper>,
    /// The day of the event that brought the paper, in dated sources.
    pub(crate) event: Option<chrono::NaiveDate>,
    pub(crate) observations: Vec<Observation>,
}
