//! The row of a source: its definition.

use super::live::Live;
use super::service::Service;
use super::{BadValues, Body, Framing, ParsedRecord, Takes};

/// A kind of source: the data that a pipeline, `--from` and its page need.
pub struct SourceSpec {
    /// The name in pipeline files and for `--from`.
    pub name: &'static str,
    /// A description in one line, for `--help`.
    pub meaning: &'static str,
    /// The way in which an input with this start is split into records.
    pub framing: fn(&[u8]) -> Framing,
    /// Parses one record, or returns the reason why it is unusable. An unusable value is null, and recorded among the bad ones. Parsing may
    /// change the record's text.
    pub parse: fn(&mut Body<'_>, &mut BadValues) -> Result<ParsedRecord, String>,
    /// True if its records are papers; otherwise they are observations alone.
    pub has_papers: bool,
    /// True if its records are dated; otherwise a record belongs to the week that first sees it.
    pub is_dated: bool,
    /// True if its files are a list read day by day, in which a paper that changes occurs again: the newest record counts.
    pub is_harvest: bool,
    /// True if a paper may occur in several of its files, which are merged.
    pub has_parts: bool,
    /// True if several records of one input may be of one paper, and are merged; otherwise the first one counts.
    pub repeats_papers: bool,
    /// True if texts are unencoded in its records: a record without the words of a link contains no link.
    pub is_verbatim: bool,
    /// The licences of its data: one for each owner.
    pub licences: &'static [&'static Licence],
    /// The service to query if a pipeline names neither path nor url.
    pub live: Option<&'static Live>,
    /// The service that counts citations, for `[citations]`.
    pub counts: Option<&'static Service>,
    /// The form of its inputs: a table, whose columns a pipeline names, or text.
    pub takes: Takes,
    pub page: SourceDocs,
}

/// The owner of data, and the terms of use on its own pages, as of November 2026.
pub struct Licence {
    /// The owner.
    pub title: &'static str,
    /// Names of the data in tables besides those of sources: in `observed_by` and `source`.
    pub names: &'static [&'static str],
    /// The licence in a sentence or two, for docs/SOURCES.md.
    pub in_short: &'static str,
    /// The page with the terms.
    pub url: Option<&'static str>,
    /// The data and the terms, for LICENSES.md.
    pub terms: &'static str,
}

/// The page of a source in docs/SOURCES.md, as Markdown.
pub struct SourceDocs {
    /// The data and its owner.
    pub data: &'static str,
    /// The commands that get it.
    pub get: &'static str,
    /// Columns of `papers`, and the fields of the source that they come from.
    pub fields: &'static [(&'static str, &'static str)],
    /// Notes on the records, and on their contents besides papers.
    pub notes: &'static [&'static str],
    /// The records that are rejected, besides those that are rejected of every source.
    pub rejects: &'static [&'static str],
}
