//! Groups of records that are of one paper.

use anyhow::{Context, Result};

/// For each record an earlier one of the same paper, or itself if there is none (a union-find structure).
#[derive(Default)]
pub(super) struct UnionFind(Vec<u32>);

impl UnionFind {
    /// Adds a record as a new paper; returns the record's number.
    pub(super) fn add(&mut self) -> Result<u32> {
        let record =
            u32::try_from(self.0.len()).ok().context("more than four billion records can't be merged: give some of the sources to another pipeline")?;
        self.0.push(record);
        Ok(record)
    }

    /// Returns the first record of a record's paper.
    pub(super) fn first(&mut self, record: u32) -> u32 {
        let mut record = record;
        while self.earlier(record) != record {
            self.0[record as usize] = self.earlier(self.earlier(record)); // path halving: the path is half as long the next time
            record = self.earlier(record);
        }
        record
    }

    fn earlier(&self, record: u32) -> u32 {
        self.0[record as usize]
    }

    /// Unites the papers of two records.
    pub(super) fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.first(one), self.first(other));
        self.0[one.max(other) as usize] = one.min(other);
    }

    /// Returns all records: those of one paper together, papers in the order of their first ones.
    pub(super) fn in_order(&mut self) -> Vec<u32> {
        let mut records: Vec<u32> = (0..).take(self.0.len()).collect();
        records.sort_by_key(|record| self.first(*record));
        records
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_is_one_paper_in_any_order() {
        let joins = [(4, 2), (0, 4), (5, 3), (2, 0)];
        for turned in 0..joins.len() {
            let mut union_find = UnionFind::default();
            (0..6).for_each(|record| assert_eq!(union_find.add().unwrap(), record));
            joins.iter().cycle().skip(turned).take(joins.len()).for_each(|(one, other)| union_find.join(*one, *other));
            assert_eq!(union_find.in_order(), [0, 2, 4, 1, 3, 5]);
        }
    }
}
