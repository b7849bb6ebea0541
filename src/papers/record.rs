//! Records on their way from a batch to a paper.

use super::bad_values::Noted;
use crate::rows::Reject;
use crate::source::{SourceKind, excerpt};
use chrono::{DateTime, Utc};

/// The origin of a batch.
pub(super) struct From {
    pub(super) kind: SourceKind,
    /// The input's name.
    pub(super) file: String,
    /// Of what is not dated in the records.
    pub(super) moment: DateTime<Utc>,
    /// Of the run: nothing was told later.
    pub(super) now: DateTime<Utc>,
}

impl From {
    /// A record of the batch that can't be used.
    pub(super) fn reject(&self, (record, byte_offset): (u64, u64), paper_id: &str, reason: &str) -> Reject {
        Reject { source: self.kind.as_str(), file: self.file.clone(), record, byte_offset, reason: reason.to_owned(), excerpt: excerpt(paper_id.as_bytes()) }
    }
}

/// A record that waits until all are there.
pub(super) struct Waiting {
    /// Counted within the batch.
    pub(super) record: u64,
    pub(super) byte_offset: u64,
    /// It is to be joined to a paper.
    pub(super) is_part: bool,
    pub(super) paper_id: String,
    pub(super) corpus_id: Option<i64>,
    pub(super) ids: Vec<String>,
    pub(super) json: String,
    /// Its values that can't be used.
    pub(super) noted: Vec<Noted>,
}

impl Waiting {
    /// Counts it within the input, of which so many records stand before its batch.
    pub(super) fn count_from(&mut self, records: u64) {
        self.record += records;
        self.noted.iter_mut().for_each(|noted| noted.record += records);
    }
}
