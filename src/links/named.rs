//! The repositories that links mean, or may mean.

use crate::sqlite;
use crate::state::RepoRow;
use anyhow::Result;
use rusqlite::Connection;
use starcite_core::RepoName;
use std::collections::HashSet;

/// A repository that a link means, or may mean.
pub(super) struct Reading<'a> {
    /// Its row, where the state has one; else its name.
    row: Result<&'a RepoRow, RepoName>,
    is_meant: bool,
}

impl<'a> Reading<'a> {
    pub(super) fn meant(name: &RepoName, row: Option<&'a RepoRow>) -> Self {
        Self { row: row.ok_or_else(|| name.clone()), is_meant: true }
    }

    pub(super) fn possible(name: &RepoName, row: Option<&'a RepoRow>) -> Self {
        Self { is_meant: false, ..Self::meant(name, row) }
    }
}

/// All of them. Those of which the state knows nothing are kept on disk: memory does not grow with them.
pub(crate) struct NamedRepos {
    db: Connection,
    /// Rows of the state that ambiguous links may mean, and those that some link means, by their numbers.
    possible: HashSet<i64>,
    meant: HashSet<i64>,
}

impl NamedRepos {
    pub(super) fn new() -> Result<Self> {
        let db = sqlite::temporary("CREATE TABLE named (id INTEGER PRIMARY KEY, key TEXT, name TEXT, is_meant INTEGER);")?;
        Ok(Self { db, possible: HashSet::new(), meant: HashSet::new() })
    }

    pub(super) fn add(&mut self, readings: &[Reading<'_>]) -> Result<()> {
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

    /// Whether a row of the state is one of the week's: what ambiguous links might have meant, and no link does, is none.
    pub(crate) fn is_of_week(&self, row: &RepoRow) -> bool {
        !row.is_former && (!self.possible.contains(&row.id) || self.meant.contains(&row.id))
    }

    /// The rows of all repositories of the week, sorted by name: those of the state, and those that links mean and nobody was asked about, of
    /// which `unasked` makes a row.
    pub(crate) fn for_each(
        &self,
        known: &[RepoRow],
        unasked: impl Fn(RepoName) -> Result<RepoRow>,
        mut take: impl FnMut(&RepoRow) -> Result<()>,
    ) -> Result<()> {
        // Of several spellings the one that came first: `name` is of the row that min() finds.
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
