//! The row of a source: its definition.

use super::Source;

/// A kind of source: the data that a pipeline, `--from` and its page need.
pub(crate) struct SourceSpec {
    /// The name in pipeline files and for `--from`.
    pub(crate) name: &'static str,
    /// A description in one line, for `--help`.
    pub(crate) meaning: &'static str,
    /// The reader of its records.
    pub(crate) source: &'static dyn Source,
    /// True if its records are papers; otherwise they are observations alone.
    pub(crate) has_papers: bool,
    /// True if its records are dated; otherwise a record belongs to the week that first sees it.
    pub(crate) is_dated: bool,
    /// True if its files are a list read day by day, in which a paper that changes occurs again: the newest record counts.
    pub(crate) is_harvest: bool,
    /// True if a paper may occur in several of its files, which are merged.
    pub(crate) has_parts: bool,
    /// True if texts are unencoded in its records: a record without the words of a link contains no link.
    pub(crate) is_verbatim: bool,
    /// The service to query if a pipeline names neither path nor url.
    pub(crate) live: Option<Service>,
    pub(crate) page: SourceDocs,
}

/// The page of a source in docs/SOURCES.md, as Markdown.
pub(crate) struct SourceDocs {
    /// The data and its owner.
    pub(crate) data: &'static str,
    /// The commands that get it.
    pub(crate) get: &'static str,
    pub(crate) licence: &'static str,
    /// Columns of `papers`, and the fields of the source that they come from.
    pub(crate) fields: &'static [(&'static str, &'static str)],
    /// Notes on the records, and on their contents besides papers.
    pub(crate) notes: &'static [&'static str],
    /// The records that are rejected, besides those that are rejected of every source.
    pub(crate) rejects: &'static [&'static str],
}

/// A service that provides papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    HfDaily,
    ArxivOai,
    ArxivAtom,
    OpenAlex,
}
