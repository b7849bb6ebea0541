//! Values that can't be used: their positions, and their counts.

use serde::{Deserialize, Serialize};
use starcite_sources::BadValue;
use std::collections::BTreeMap;

/// A value that can't be used, and its position.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Noted {
    pub(crate) file: String,
    /// Number of the record, from 1; 0 if records are not counted.
    pub(crate) record: u64,
    pub(crate) byte_offset: u64,
    pub(crate) bad: BadValue,
}

/// Counts of such values by field, and the first of them.
#[derive(Debug, Default)]
pub(crate) struct BadCounts {
    by_field: BTreeMap<String, u64>,
    first: Vec<Noted>,
}

/// Number of values that are shown one by one.
const SHOWN: usize = 3;

impl BadCounts {
    pub(crate) fn add(&mut self, noted: Noted) {
        *self.by_field.entry(noted.bad.field.to_string()).or_default() += 1;
        if self.first.len() < SHOWN {
            self.first.push(noted);
        }
    }

    pub(crate) fn by_field(&self) -> &BTreeMap<String, u64> {
        &self.by_field
    }

    pub(crate) fn count(&self) -> u64 {
        self.by_field.values().sum()
    }

    /// Returns the counts by field, for the user: `2 published, 1 url`.
    pub(crate) fn fields(&self) -> String {
        self.by_field.iter().map(|(field, count)| format!("{count} {field}")).collect::<Vec<_>>().join(", ")
    }

    /// Returns a line about them, for the user; `None` if there are none.
    pub(crate) fn note(&self) -> Option<String> {
        let shown: Vec<String> = self.first.iter().map(Noted::text).collect();
        let (count, more) = (self.count(), self.count() > SHOWN as u64);
        let values = if count == 1 { "value can't be used and is" } else { "values can't be used and are" };
        let text = format!("{count} {values} unknown ({}): {}{}", self.fields(), shown.join("; "), if more { "; …" } else { "" });
        (count > 0).then(|| text + "; `starcite schema --sources` says what is read")
    }
}

impl Noted {
    fn text(&self) -> String {
        let Self { file, record, byte_offset, bad: BadValue { field, value } } = self;
        let place = if *record > 0 { format!("record {record}") } else { format!("byte {byte_offset}") };
        format!("{file}, {place}: {field} {value:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_the_first_are_told() {
        let mut counts = BadCounts::default();
        assert_eq!(counts.note(), None);
        for (record, field) in [(1, "published"), (0, "doi"), (3, "published"), (4, "doi"), (5, "doi")] {
            counts.add(Noted { file: "a.csv".to_owned(), record, byte_offset: 70, bad: BadValue { field: field.into(), value: "n.d.".to_owned() } });
        }
        let note = counts.note().unwrap();
        let told = "5 values can't be used and are unknown (3 doi, 2 published): a.csv, record 1: published \"n.d.\"; a.csv, byte 70: doi \"n.d.\"; \
                    a.csv, record 3: published \"n.d.\"; …; ";
        assert!(note.starts_with(told), "{note}");
    }
}
