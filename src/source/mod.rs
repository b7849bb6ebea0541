//! Sources of papers and observations. A source is a file here and a row in [`SourceKind::ALL`]; docs/SOURCES.md is made from the rows.
//!
//! A source only defines how its input is split into records (one thread, streaming) and how one record is parsed (many threads); opening,
//! decompressing and batching are the same for all.

mod arxiv_atom;
mod arxiv_oai;
mod arxiv_snapshot;
pub(crate) mod atom_live;
mod bad_values;
mod batch;
mod bibtex;
mod buffers;
mod checksum;
pub(crate) mod client;
mod compression;
mod crossref;
pub(crate) mod csv;
mod csv_rows;
#[cfg(test)]
mod damaged_xml;
mod datacite;
pub(crate) mod dates;
mod deposit;
mod elements;
pub(crate) mod fetch;
pub(crate) mod fetched;
mod foreign;
mod framing_error;
mod full;
pub(crate) mod harvest;
mod hf_daily;
pub(crate) mod hf_live;
mod hf_page;
mod hf_search;
pub(crate) mod hosts;
pub(crate) mod input;
mod inverted_index;
mod jats;
mod json;
mod jsonl;
mod limits;
mod lines;
mod locate;
mod loose;
mod oai;
mod observations;
mod openalex;
pub(crate) mod openalex_live;
mod page;
mod patience;
mod pwc;
pub(crate) mod rates;
mod read;
mod registry;
pub(crate) mod remote;
mod semantic_scholar;
pub(crate) mod service;
mod spec;
mod table;
mod typed;
mod xml;
mod zenodo;

pub(crate) use bad_values::{BadValue, BadValues};
pub(crate) use batch::{Batch, Parsed};
pub(crate) use foreign::Takes;
pub(crate) use framing_error::is_cut_off;
pub(crate) use locate::locate;
pub(crate) use page::text as pages;
pub(crate) use patience::{Patience, Tally, Turn};
pub(crate) use read::{ToRead, read_batches};
pub(crate) use registry::SourceKind;
pub(crate) use spec::Service;
pub(crate) use table::{Columns, check as check_table, nearest};

use elements::Pages;
use input::Limits;
use serde_json::{Map, Value};
use starcite_core::{Archive, Observation, Paper};
use std::io::BufRead;
use std::ops::Range;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// An opened, decompressed input.
pub(crate) type Reader<'a> = Box<dyn BufRead + Send + 'a>;

/// The way in which an input is split into records.
pub(crate) enum Framing {
    /// At line ends, by the workers.
    Lines,
    /// One by one, before the workers get them: the elements of arrays.
    Pages(&'static Pages),
    /// The same, in another way.
    Pieces(for<'a> fn(Reader<'a>, Limits) -> Framer<'a>),
    /// The same, as rows of a table, of which some columns are taken.
    Rows,
}

/// Splits off the next record: appends its text to the buffer and returns its position there; `None` at the end.
pub(crate) type Framer<'a> = Box<dyn FnMut(&mut Vec<u8>) -> Option<Framed> + Send + 'a>;

/// One way to read papers or observations.
pub(crate) trait Source: Sync {
    /// Returns the way in which an input with this start is split into records; most are JSON, one array or a record a line.
    fn framing(&self, start: &[u8]) -> Framing {
        elements::array_or_lines(start)
    }

    /// True if several records of one input may be of one paper, and are merged; otherwise the first one counts.
    fn repeats_papers(&self) -> bool {
        false
    }

    /// Parses one record, or returns the reason why it is unusable. An unusable value is null, and recorded in `bad`. Parsing may change
    /// the record's text.
    fn parse(&self, body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String>;
}

/// A record of an input, or the reason why none could be split off.
pub(crate) struct Framed {
    /// Its offset in the decompressed file.
    pub(crate) byte_offset: u64,
    pub(crate) text: Result<Text, FramingError>,
}

/// A record that could not even be split off.
pub(crate) struct FramingError {
    pub(crate) reason: String,
    pub(crate) excerpt: String,
}

/// The text of a record.
pub(crate) enum Text {
    /// JSON, as a range of the buffer.
    Json(Range<usize>),
    /// Fields by name.
    Fields(Map<String, Value>),
}

/// The body of a record.
pub(crate) enum Body<'a> {
    /// JSON text.
    Json(&'a mut [u8]),
    /// Fields by name.
    Fields(Map<String, Value>),
}

impl Body<'_> {
    /// Returns a number that changes when the record does (xxh3).
    pub(crate) fn content(&self, kind: SourceKind) -> u64 {
        let seed = xxh3_64(kind.as_str().as_bytes()); // by its name, because the number is stored in the state
        match self {
            Self::Json(bytes) => xxh3_64_with_seed(bytes, seed),
            Self::Fields(fields) => xxh3_64_with_seed(serde_json::to_string(fields).unwrap_or_default().as_bytes(), seed),
        }
    }

    /// Copies the beginning of the record, for the `rejects` table, into a buffer.
    fn head(&self, head: &mut Vec<u8>) {
        head.clear();
        match self {
            Self::Json(bytes) => head.extend_from_slice(&bytes[..bytes.len().min(HEAD_BYTES)]),
            Self::Fields(fields) => head.extend(serde_json::to_vec(fields).unwrap_or_default()),
        }
    }
}

/// Bytes that are enough for an excerpt, whatever the characters.
const HEAD_BYTES: usize = 480;

/// Reads bytes as each kind of reply of a live source.
pub(crate) fn read_replies(bytes: &[u8]) {
    let _ = (oai::page(bytes), arxiv_atom::feed(bytes), json::value(bytes));
}

/// Returns at most 120 characters, on one line.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    String::from_utf8_lossy(head).chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}

/// A parsed record. Large fields are boxed because records are moved between threads.
#[derive(Debug, Default)]
pub(crate) struct ParsedRecord {
    pub(crate) paper: Option<Box<Paper>>,
    /// True if the record is a part of a paper in other records: it is joined to it by its number, and is not a paper on its own.
    pub(crate) is_part: bool,
    /// The id of a paper that the source no longer has.
    pub(crate) deleted: Option<String>,
    /// The day of the event that brought the paper, in dated sources.
    pub(crate) event: Option<chrono::NaiveDate>,
    pub(crate) observations: Vec<Observation>,
    /// The archive of software or data that it describes.
    pub(crate) archive: Option<Box<Archive>>,
    /// True if its figures are dated by its input, because the record has no date of its own.
    pub(crate) is_of_input: bool,
    /// Its unusable values.
    pub(crate) bad_values: Vec<BadValue>,
}

impl ParsedRecord {
    /// Makes a record with a paper, and no more.
    fn of(paper: Paper) -> Self {
        Self { paper: Some(Box::new(paper)), ..Self::default() }
    }

    /// Returns the record with title and names in the stored form, whatever the source.
    fn normal(mut self) -> Self {
        if let Some(paper) = &mut self.paper {
            paper.normalise();
        }
        self
    }
}
