//! The row of a source: its definition.

use super::live::Live;
use super::service::Service;
use super::{BadValues, Body, Framing, ParsedRecord, Takes};

/// A kind of source: the data that a pipeline, `--from` and its page need.
pub(crate) struct SourceSpec {
    /// The name in pipeline files and for `--from`.
    pub(crate) name: &'static str,
    /// A description in one line, for `--help`.
    pub(crate) meaning: &'static str,
    /// The way in which an input with this start is split into records.
    pub(crate) framing: fn(&[u8]) -> Framing,
    /// Parses one record, or returns the reason why it is unusable. An unusable value is null, and recorded among the bad ones. Parsing may
    /// change the record's text.
    pub(crate) parse: fn(&mut Body<'_>, &mut BadValues) -> Result<ParsedRecord, String>,
    /// True if its records are papers; otherwise they are observations alone.
    pub(crate) has_papers: bool,
    /// True if its records are dated; otherwise a record belongs to the week that first sees it.
    pub(crate) is_dated: bool,
    /// True if its files are a list read day by day, in which a paper that changes occurs again: the newest record counts.
    pub(crate) is_harvest: bool,
    /// True if a paper may occur in several of its files, which are merged.
    pub(crate) has_parts: bool,
    /// True if several records of one input may be of one paper, and are merged; otherwise the first one counts.
    pub(crate) repeats_papers: bool,
    /// True if texts are unencoded in its records: a record without the words of a link contains no link.
    pub(crate) is_verbatim: bool,
    /// The licences of its data: one for each owner.
    pub(crate) licences: &'static [&'static Licence],
    /// The service to query if a pipeline names neither path nor url.
    pub(crate) live: Option<&'static Live>,
    /// The service that counts citations, for `[citations]`.
    pub(crate) counts: Option<&'static Service>,
    /// The form of its inputs: a table, whose columns a pipeline names, or text.
    pub(crate) takes: Takes,
    pub(crate) page: SourceDocs,
}

/// The owner of data, and the terms of use on its own pages, as of November 2026.
pub(crate) struct Licence {
    /// The owner.
    pub(crate) title: &'static str,
    /// Names of the data in tables besides those of sources: in `observed_by` and `source`.
    pub(crate) names: &'static [&'static str],
    /// The licence in a sentence or two, for docs/SOURCES.md.
    pub(crate) in_short: &'static str,
    /// The page with the terms.
    pub(crate) url: Option<&'static str>,
    /// The data and the terms, for LICENSES.md.
    pub(crate) terms: &'static str,
}

/// The page of a source in docs/SOURCES.md, as Markdown.
pub(crate) struct SourceDocs {
    /// The data and its owner.
    pub(crate) data: &'static str,
    /// The commands that get it.
    pub(crate) get: &'static str,
    /// Columns of `papers`, and the fields of the source that they come from.
    pub(crate) fields: &'static [(&'static str, &'static str)],
    /// Notes on the records, and on their contents besides papers.
    pub(crate) notes: &'static [&'static str],
    /// The records that are rejected, besides those that are rejected of every source.
    pub(crate) rejects: &'static [&'static str],
}
