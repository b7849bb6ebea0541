//! Rejected records, in the order of their table, in a temporary database that spills to disk, so that memory does not grow with them.

use crate::run::rows::Reject;
use anyhow::{Context, Result};
use rusqlite::{Connection, Row};
use starcite_ground::sqlite;
use starcite_sources::{SourceKind, is_cut_off};

/// The rejects of a run.
#[derive(Debug, Default)]
pub(crate) struct Rejects {
    /// A temporary database, removed with this value; `None` if there are no rejects.
    db: Option<Connection>,
    count: u64,
    /// True if an input was not read to its end.
    is_cut_off: bool,
}

const TABLE: &str = "CREATE TABLE rejects (source TEXT, file TEXT, record INTEGER, byte_offset INTEGER, reason TEXT, excerpt TEXT);";
const COLUMNS: &str = "source, file, record, byte_offset, reason, excerpt";
/// The order of the table.
const ORDER: &str = "source, file, record, rowid";

impl Rejects {
    pub(super) fn add(&mut self, reject: &Reject) -> Result<()> {
        let db = match &mut self.db {
            Some(db) => db,
            None => self.db.insert(sqlite::temporary(TABLE)?),
        };
        let Reject { source, file, record, byte_offset, reason, excerpt } = reject;
        let mut insert = db.prepare_cached(&format!("INSERT INTO rejects ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"))?;
        insert.execute((source, file, i64::try_from(*record)?, i64::try_from(*byte_offset)?, reason, excerpt))?;
        self.count += 1;
        self.is_cut_off |= is_cut_off(reason);
        Ok(())
    }

    /// Returns the rejects after `change`, without those for which it returns `None`.
    pub(super) fn changed(&self, change: impl Fn(Reject) -> Option<Reject>) -> Result<Self> {
        let mut changed = Self { is_cut_off: self.is_cut_off, ..Self::default() };
        self.for_each(|reject| change(reject).map_or(Ok(()), |reject| changed.add(&reject)))?;
        Ok(changed)
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// True if the number of records is unknown, because an input was not read to its end.
    pub(crate) fn is_cut_off(&self) -> bool {
        self.is_cut_off
    }

    /// Returns the first reject of the table.
    pub(crate) fn first(&self) -> Result<Option<Reject>> {
        let Some(db) = &self.db else { return Ok(None) };
        let mut query = db.prepare(&format!("SELECT {COLUMNS} FROM rejects ORDER BY {ORDER} LIMIT 1"))?;
        query.query([])?.next()?.map(reject).transpose()
    }

    /// Passes on all rejects, in the order of the table.
    pub(crate) fn for_each(&self, mut take: impl FnMut(Reject) -> Result<()>) -> Result<()> {
        let Some(db) = &self.db else { return Ok(()) };
        let mut query = db.prepare(&format!("SELECT {COLUMNS} FROM rejects ORDER BY {ORDER}"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            take(reject(row)?)?;
        }
        Ok(())
    }
}

fn reject(row: &Row<'_>) -> Result<Reject> {
    let kind = SourceKind::parse(row.get_ref(0)?.as_str()?).context("a kind of source")?;
    let (record, byte_offset) = (row.get::<_, i64>(2)?.unsigned_abs(), row.get::<_, i64>(3)?.unsigned_abs());
    Ok(Reject { source: kind.as_str(), file: row.get(1)?, record, byte_offset, reason: row.get(4)?, excerpt: row.get(5)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reject(file: &str, record: u64, reason: &str) -> Reject {
        Reject { source: "jsonl", file: file.to_owned(), record, byte_offset: 7, reason: reason.to_owned(), excerpt: "x\u{0}ü".to_owned() }
    }

    #[test]
    fn rejects_come_back_as_they_were_in_the_order_of_their_table() {
        let mut rejects = Rejects::default();
        assert!(rejects.first().unwrap().is_none() && rejects.count() == 0);
        for (file, record) in [("b", 1), ("a", 10), ("a", 9)] {
            rejects.add(&reject(file, record, "no JSON")).unwrap();
        }
        let mut found = Vec::new();
        let take = |reject: Reject| {
            found.push((reject.file, reject.record, reject.byte_offset, reject.excerpt));
            Ok(())
        };
        rejects.for_each(take).unwrap();
        let expected = [("a", 9), ("a", 10), ("b", 1)].map(|(file, record)| (file.to_owned(), record, 7, "x\u{0}ü".to_owned()));
        assert_eq!(found, expected);
        assert_eq!(rejects.first().unwrap().unwrap().record, 9);
        assert!(rejects.count() == 3 && !rejects.is_cut_off());
    }
}
