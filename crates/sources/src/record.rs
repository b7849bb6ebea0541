//! Records as they are split off an input.

use super::SourceKind;
use super::input::Limits;
use serde_json::{Map, Value};
use starcite_core::reject::HEAD_BYTES;
use std::io::BufRead;
use std::ops::Range;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// An opened, decompressed input.
pub type Reader<'a> = Box<dyn BufRead + Send + 'a>;

/// The way in which an input is split into records.
pub enum Framing {
    /// At line ends, by the workers.
    Lines,
    /// One by one, before the workers get them: the elements of arrays.
    Pages(&'static Pages),
    /// The same, in another way.
    Pieces(for<'a> fn(Reader<'a>, Limits) -> Framer<'a>),
    /// The same, as rows of a table, of which some columns are taken.
    Rows,
}

/// Rules that tell a source's pages from its records, and find the records in a page.
pub struct Pages {
    /// The keys with which a page can begin: a record begins with none of them.
    pub(super) keys: &'static [&'static str],
    /// The keys that lead to the array, which may begin at any of them: `message`, `items`.
    pub(super) path: &'static [&'static str],
    /// The keys of a page that must have an array: without one it is an error, not an empty page.
    pub(super) needed_by: &'static [&'static str],
}

/// Splits off the next record: appends its text to the buffer and returns its position there; `None` at the end.
pub type Framer<'a> = Box<dyn FnMut(&mut Vec<u8>) -> Option<Framed> + Send + 'a>;

/// A record of an input, or the reason why none could be split off.
pub struct Framed {
    /// Its offset in the decompressed file.
    pub byte_offset: u64,
    /// Its text.
    pub text: Result<Text, FramingError>,
}

/// A record that could not even be split off.
pub struct FramingError {
    /// The reason.
    pub reason: String,
    /// Its beginning.
    pub excerpt: String,
}

/// The text of a record.
pub enum Text {
    /// JSON, as a range of the buffer.
    Json(Range<usize>),
    /// Fields by name.
    Fields(Map<String, Value>),
}

/// The body of a record.
pub enum Body<'a> {
    /// JSON text.
    Json(&'a mut [u8]),
    /// Fields by name.
    Fields(Map<String, Value>),
}

impl Body<'_> {
    /// Returns a number that changes when the record does (xxh3).
    pub fn content(&self, kind: SourceKind) -> u64 {
        let seed = xxh3_64(kind.as_str().as_bytes()); // by its name, because the number is stored in the state
        match self {
            Self::Json(bytes) => xxh3_64_with_seed(bytes, seed),
            Self::Fields(fields) => xxh3_64_with_seed(serde_json::to_string(fields).unwrap_or_default().as_bytes(), seed),
        }
    }

    /// Copies the beginning of the record, for the `rejects` table, into a buffer.
    pub(super) fn head(&self, head: &mut Vec<u8>) {
        head.clear();
        match self {
            Self::Json(bytes) => head.extend_from_slice(&bytes[..bytes.len().min(HEAD_BYTES)]),
            Self::Fields(fields) => head.extend(serde_json::to_vec(fields).unwrap_or_default()),
        }
    }
}
