//! The row of a source: all that is known of it.

use super::Source;

/// A kind of source: all that a pipeline, `--from` and its page need.
pub(crate) struct Row {
    /// The name in pipeline files and behind `--from`.
    pub(crate) name: &'static str,
    /// A description in one line, for `--help`.
    pub(crate) meaning: &'static str,
    /// The reader of its records.
    pub(crate) source: &'static dyn Source,
    /// Its records are papers; else they are observations alone.
    pub(crate) has_papers: bool,
    /// Its records say when they came; else the week that first sees one has it.
    pub(crate) is_dated: bool,
    /// Its files are a list read day by day, in which a paper that changes stands again: the newest record counts.
    pub(crate) is_harvest: bool,
    /// A paper may stand in several of its files, which are merged.
    pub(crate) has_parts: bool,
    /// Texts stand in its records as they are: a record without the words of a link holds none.
    pub(crate) is_verbatim: bool,
    /// Who is asked where a pipeline names neither path nor url.
    pub(crate) live: Option<Service>,
    pub(crate) page: Page,
}

/// The page of a source in docs/SOURCES.md, as Markdown.
pub(crate) struct Page {
    /// The data and its owner.
    pub(crate) data: &'static str,
    /// The commands that get it.
    pub(crate) get: &'static str,
    pub(crate) licence: &'static str,
    /// Columns of `papers`, and the fields of the source that they come from.
    pub(crate) fields: &'static [(&'static str, &'static str)],
    /// Notes on the records, and on what they contain beside papers.
    pub(crate) notes: &'static [&'static str],
    /// What is rejected beside what is rejected of every source.
    pub(crate) rejects: &'static [&'static str],
}

/// A service that is asked for papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    HfDaily,
    ArxivOai,
    ArxivAtom,
    OpenAlex,
}
