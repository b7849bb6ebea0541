//! The repositories that links refer to, or may refer to.

use anyhow::Result;
use rusqlite::Connection;
use starcite_core::RepoName;
use starcite_ground::sqlite;
use starcite_state::RepoRow;
use std::collections::HashSet;

/// A repository that a link refers to, or may refer to.
pub(super) struct NamingIndex<'a> {
    /// Its row, if the state has one; else its name.
    row: Result<&'a RepoRow, RepoName>,
    is_meant: bool,
}

impl<'a> NamingIndex<'a> {
    pub(super) fn meant(name: &RepoName, row: Option<&'a RepoRow>) -> Self {
        Self { row: row.ok_or_else(|| name.clone()), is_meant: true }
    }

    pub(super) fn possible(name: &RepoName, row: Option<&'a RepoRow>) -> Self {
        Self { is_meant: false, ..Self::meant(name, row) }
    }
}

/// All such repositories. Those that the state does not know are stored on disk, so that memory does not grow with them.
pub(crate) struct NamedRepos {
    db: Connection,
    /// Numbers of the state's rows that ambiguous links may refer to; `meant` has those that some link does refer to.
    possible: HashSet<i64>,
    meant: HashSet<i64>,
}

impl NamedRepos {
    pub(super) fn new() -> Result<Self> {
        let db = sqlite::temporary("CREATE TABLE named (id INTEGER PRIMARY KEY, key TEXT, name TEXT, is_meant INTEGER);")?;
        Ok(Self { db, possible: HashSet::new(), meant: HashSet::new() })
    }

    pub(super) fn add(&mut self, readings: &[NamingIndex<'_>]) -> Result<()> {
        let mut insert = self.db.prepare_cached("INSERT INTO named (key, name, is_meant) VALUES (?1, ?2, ?3)")?;
        for reading in readings {
            match &reading.row {
                Ok(row) if reading.is_meant => drop(self.meant.insert(row.id)),
                Ok(row) => drop(self.possible.insert(row.id)),
                Err(name) => drop(insert.execute((name.key(), name.as_str(), reading.is_meant))?),
            }
        }
        Ok(())
    }

    /// True if a row of the state belongs to the week; a row that only unresolved readings of ambiguous links have does not.
    pub(crate) fn is_of_week(&self, row: &RepoRow) -> bool {
        !row.is_former && (!self.possible.contains(&row.id) || self.meant.contains(&row.id))
    }

    /// Passes on the rows of all repositories of the week, sorted by name: those of the state, and those that links refer to and that were never requested, for
    /// which `unasked` makes a row.
    pub(crate) fn for_each(
        &self,
        known: &[RepoRow],
        unasked: impl Fn(RepoName) -> Result<RepoRow>,
        mut take: impl FnMut(&RepoRow) -> Result<()>,
    ) -> Result<()> {
        // Of several spellings the first one wins: SQLite takes `name` from the row that min() finds.
        let mut query = self.db.prepare("SELECT name, min(id) FROM named GROUP BY key HAVING sum(is_meant) > 0 ORDER BY name")?;
        let mut names = query.query([])?;
        let mut known = known.iter().filter(|row| self.is_of_week(row)).peekable();
        while let Some(row) = names.next()? {
            let name = RepoName::parse(&row.get::<_, String>(0)?)?;
            while let Some(earlier) = known.next_if(|row| row.name < name) {
                take(earlier)?;
            }
            take(&unasked(name)?)?;
        }
        known.try_for_each(take)
    }
}
