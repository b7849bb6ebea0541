//! Records between their batch and their paper.

use super::bad_values::Noted;
use crate::run::rows::Reject;
use chrono::{DateTime, Utc};
use starcite_sources::{SourceKind, excerpt};

/// The origin of a batch.
pub(super) struct BatchOrigin {
    pub(super) kind: SourceKind,
    /// The input's name.
    pub(super) file: String,
    /// The input's time, for data that the records do not date.
    pub(super) moment: DateTime<Utc>,
    /// The time of the run; no data is later.
    pub(super) now: DateTime<Utc>,
}

impl BatchOrigin {
    /// Returns the reject of a record of the batch.
    pub(super) fn reject(&self, (record, byte_offset): (u64, u64), paper_id: &str, reason: &str) -> Reject {
        Reject { source: self.kind.as_str(), file: self.file.clone(), record, byte_offset, reason: reason.to_owned(), excerpt: excerpt(paper_id.as_bytes()) }
    }
}

/// A record that waits until all are read.
pub(super) struct ToMerge {
    /// Number of the record within the batch.
    pub(super) record: u64,
    pub(super) byte_offset: u64,
    /// True if it is to be joined to a paper.
    pub(super) is_part: bool,
    pub(super) paper_id: String,
    pub(super) corpus_id: Option<i64>,
    pub(super) ids: Vec<String>,
    pub(super) json: String,
    /// Its values that can't be used.
    pub(super) noted: Vec<Noted>,
}

impl ToMerge {
    /// Renumbers the record within the input, in which `records` records precede its batch.
    pub(super) fn count_from(&mut self, records: u64) {
        self.record += records;
        self.noted.iter_mut().for_each(|noted| noted.record += records);
    }
}
