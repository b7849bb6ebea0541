//! Conflicts between sources, in the order of their table, in a temporary database that spills to disk, so that memory does not grow with them.

use anyhow::{Context, Result};
use rusqlite::Connection;
use starcite_core::Conflict;
use starcite_ground::sqlite;
use std::collections::BTreeMap;

/// The conflicts of a week's papers.
#[derive(Debug)]
pub(crate) struct Conflicts {
    /// A temporary database, removed with this value.
    db: Connection,
    by_field: BTreeMap<&'static str, u64>,
}

impl Conflicts {
    pub(crate) fn new() -> Result<Self> {
        let db = sqlite::temporary(
            "CREATE TABLE conflicts (paper_id TEXT, field TEXT, other_source TEXT, other TEXT, conflict TEXT, PRIMARY KEY (paper_id, field, other_source, other))
                WITHOUT ROWID;",
        )?;
        Ok(Self { db, by_field: BTreeMap::new() })
    }

    pub(super) fn add(&mut self, paper_id: &str, conflict: &Conflict) -> Result<()> {
        let json = serde_json::to_string(conflict).context("a conflict as JSON")?;
        let mut insert = self.db.prepare_cached("INSERT INTO conflicts (paper_id, field, other_source, other, conflict) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        insert.execute((paper_id, conflict.field.as_str(), &conflict.other_source, &conflict.other, json))?;
        *self.by_field.entry(conflict.field.as_str()).or_default() += 1;
        Ok(())
    }

    /// Returns the number of conflicts by field.
    pub(crate) fn by_field(&self) -> &BTreeMap<&'static str, u64> {
        &self.by_field
    }

    /// Passes on all conflicts with their papers, in the order of the table.
    pub(crate) fn for_each(&self, mut take: impl FnMut(&str, &Conflict) -> Result<()>) -> Result<()> {
        let mut query = self.db.prepare("SELECT paper_id, conflict FROM conflicts ORDER BY paper_id, field, other_source, other")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let conflict = serde_json::from_str(row.get_ref(1)?.as_str()?).context("a conflict")?;
            take(row.get_ref(0)?.as_str()?, &conflict)?;
        }
        Ok(())
    }
}
