//! Ends an input that is not in the form of its source: so many of its records are unusable that it is read no further.

use super::framing_error::given_up;
use starcite_ground::parallel_ordered::lock;
use std::sync::{Mutex, MutexGuard};

/// Unusable records in a row before an input ends. A damaged mebibyte of text has some 4,000 line ends, and the records after it should be
/// read; a file that another program wrote in another form has no usable records.
const MAX_IN_ROW: u64 = 10_000;
/// Unusable records in all: a tenth of ten million, so that a user who allows a tenth by `max_rejects` gets them; the 34,000 real ones that
/// this is tested with have none.
const MAX_IN_ALL: u64 = 1_000_000;

/// The number of a batch's records, and of the unusable ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// The number of records.
    pub records: u64,
    rejected: u64,
    /// In a row: those with which the batch begins, the most anywhere, and those with which it ends.
    first: u64,
    most: u64,
    last: u64,
    /// The offset of the last record.
    pub byte_offset: u64,
}

impl Tally {
    /// Counts the next record.
    pub(super) fn add(&mut self, byte_offset: u64, is_rejected: bool) {
        self.records += 1;
        self.rejected += u64::from(is_rejected);
        self.last = if is_rejected { self.last + 1 } else { 0 };
        self.most = self.most.max(self.last);
        if self.last == self.records {
            self.first = self.last;
        }
        self.byte_offset = byte_offset;
    }
}

/// The patience that is left with an input. Its batches are counted in their order, so that it ends at the same record however many threads work.
#[derive(Debug, Default)]
pub struct Patience(Mutex<SoFar>);

#[derive(Debug, Default)]
struct SoFar {
    /// Unusable records: in a row up to here, and in all.
    in_row: u64,
    in_all: u64,
    /// The reason why the input has ended.
    why: Option<String>,
}

/// The fate of a batch.
#[derive(Debug, PartialEq, Eq)]
pub enum Turn {
    /// It counts, and so do later ones.
    On,
    /// It is the last one that counts, for this reason.
    Last(String),
    /// The input had ended before it.
    Over,
}

impl Patience {
    /// Counts the next batch.
    pub fn take(&self, batch: &Tally) -> Turn {
        let mut so_far = self.lock();
        if so_far.why.is_some() {
            return Turn::Over;
        }
        let most_in_row = batch.most.max(so_far.in_row + batch.first);
        so_far.in_row = if batch.last == batch.records { so_far.in_row + batch.last } else { batch.last };
        so_far.in_all += batch.rejected;
        so_far.why = if most_in_row >= MAX_IN_ROW {
            Some(given_up(&format!("{MAX_IN_ROW} records in a row can't be used")))
        } else if so_far.in_all >= MAX_IN_ALL {
            Some(given_up(&format!("{MAX_IN_ALL} records of it can't be used")))
        } else {
            None
        };
        so_far.why.clone().map_or(Turn::On, Turn::Last)
    }

    /// Returns the reason why the input is read no further.
    pub fn why(&self) -> Option<String> {
        self.lock().why.clone()
    }

    pub(super) fn is_over(&self) -> bool {
        self.lock().why.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, SoFar> {
        lock(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Makes a batch of records; those that are true are unusable.
    fn batch(records: &[bool]) -> Tally {
        let mut tally = Tally::default();
        records.iter().zip(0..).for_each(|(is_rejected, at)| tally.add(at, *is_rejected));
        tally
    }

    /// Returns the number of batches that count.
    fn taken(batches: &[Tally]) -> usize {
        let patience = Patience::default();
        batches.iter().filter(|batch| patience.take(batch) != Turn::Over).count()
    }

    #[test]
    fn a_row_goes_on_from_batch_to_batch_and_one_record_ends_it() {
        let (bad, good) = (batch(&[true; 4_000]), batch(&[true, false]));
        assert_eq!(taken(&[bad, bad, bad, bad]), 3);
        assert_eq!(taken(&[bad, bad, good, bad, bad]), 5);
        assert_eq!(taken(&[bad, bad, Tally::default(), bad, bad]), 4, "a batch of blank lines is none");
        assert_eq!(taken(&[batch(&[true; 10_000]), good]), 1);
    }

    #[test]
    fn an_input_ends_after_so_many_in_all() {
        let bad: Vec<bool> = (0..16_000).map(|at| at % 2 == 0).collect();
        assert_eq!(taken(&vec![batch(&bad); 200]), 125);
    }

    proptest! {
        #[test]
        fn where_batches_are_cut_does_not_matter_to_the_row(records in proptest::collection::vec(any::<bool>(), 1..40), cuts in proptest::collection::vec(1..8usize, 1..40)) {
            let (whole, parts) = (Patience::default(), Patience::default());
            whole.take(&batch(&records));
            let (mut rest, mut most) = (records.as_slice(), 0);
            for cut in cuts.iter().cycle() {
                let (part, behind) = rest.split_at((*cut).min(rest.len()));
                let before = parts.lock().in_row;
                most = most.max(batch(part).most).max(before + batch(part).first);
                parts.take(&batch(part));
                rest = behind;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(most, batch(&records).most);
            prop_assert_eq!(whole.lock().in_row, parts.lock().in_row);
            prop_assert_eq!(whole.lock().in_all, parts.lock().in_all);
        }
    }
}
