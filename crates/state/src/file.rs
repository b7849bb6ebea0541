//! Tells the state's file from files of other programs before anything is written to it.

use anyhow::{Context, Result, bail, ensure};
use rusqlite::{Connection, OptionalExtension, Row};
use starcite_ground::{files, sqlite};
use std::io;
use std::path::Path;

/// SQLite's `application_id` of a state: "scit".
const APPLICATION: i64 = 0x7363_6974;

/// Tables that states of all versions have, even those from before [`APPLICATION`] was set.
const TABLES: [&str; 5] = ["seen", "repos", "names", "observations", "meta"];

/// Fails if the path has a file that is not a state; nothing is written to it.
///
/// Accepts an empty file, or a database without tables, because a run that is killed while it makes a state leaves one.
pub(super) fn check(path: &Path) -> Result<()> {
    if !path.exists() || path.metadata().is_ok_and(|file| file.is_file() && file.len() == 0) {
        return Ok(());
    }
    let next_step = "nothing was written to it: name another file with --state; if it is a damaged state, move it away and run with --rebuild-state";
    let shown = path.display();
    let not_a_state = || format!("{shown} is not a state of starcite, and {next_step}");
    ensure!(path.is_file(), not_a_state());
    let opened = match sqlite::open_read_only(path) {
        Err(error) if sqlite::is_of_sharing(&error) => sqlite::open_file_alone(path), // enough to recognise it
        opened => opened,
    };
    let db = opened.with_context(|| cannot_read(path))?;
    ensure!(is_state(&db).with_context(|| cannot_read(path))?, not_a_state());
    if let Some(foreign) = foreign(&db).with_context(|| cannot_read(path))? {
        bail!("{shown} has {foreign}, which no state of starcite has, and {next_step}");
    }
    Ok(())
}

/// Gives the file of a state owner-only permissions, also a file of an older program; SQLite gives its logs the same mode.
///
/// # Errors
/// When it can't be made, or the path is a symbolic link that leads to nothing.
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    if !path.exists() {
        files::open_private(path)?;
    }
    ["", "-wal", "-shm", "-journal"].iter().for_each(|end| files::make_private(&files::beside(path, end)));
    Ok(())
}

/// Opens a file for reading only.
pub(super) fn open_read_only(path: &Path) -> Result<Connection> {
    sqlite::open_read_only(path).with_context(|| cannot_read(path))
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read the state {}", path.display())
}

/// Marks a database as a state.
pub(super) fn mark(db: &Connection) -> Result<()> {
    Ok(db.pragma_update(None, "application_id", APPLICATION)?)
}

/// True if a database is a state; false for a file of another format.
///
/// # Errors
/// When the file can't be read.
fn is_state(db: &Connection) -> rusqlite::Result<bool> {
    let application = db.pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0));
    let application = match application {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => return Ok(false),
        application => application?,
    };
    let mut query = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let tables = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let of_a_state = || tables.is_empty() || TABLES.iter().all(|table| tables.iter().any(|known| known == table));
    Ok(application == APPLICATION || (application == 0 && of_a_state()))
}

/// Names an object other than a table or an index. No such object would run, and no state has one.
fn foreign(db: &Connection) -> rusqlite::Result<Option<String>> {
    let more = "SELECT type, name FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR coalesce(rootpage, 0) = 0";
    let named = |row: &Row<'_>| Ok(format!("the {} {:?}", row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    db.query_row(more, [], named).optional()
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn a_file_of_another_program_is_refused_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let [text, database] = ["notes.txt", "other.db"].map(|name| folder.path().join(name));
        std::fs::write(&text, "My notes, which are longer than the header of an SQLite database: one hundred bytes and some more.").unwrap();
        Connection::open(&database).unwrap().execute_batch("CREATE TABLE mine (a); PRAGMA user_version = 3").unwrap();
        for path in [text, database] {
            let before = std::fs::read(&path).unwrap();
            let error = State::open(&path).err().unwrap().to_string();
            assert!(error.contains("is not a state of starcite"), "{error}");
            assert_eq!(std::fs::read(&path).unwrap(), before);
            assert!(State::open_read_only(&path).is_err());
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "no lock or log is left beside them");
    }

    #[test]
    fn a_state_is_marked_and_one_from_before_the_mark_is_read_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        let application = || Connection::open(&path).unwrap().pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0)).unwrap();
        drop(State::open(&path).unwrap());
        assert_eq!(application(), APPLICATION);
        Connection::open(&path).unwrap().execute_batch("PRAGMA application_id = 0").unwrap();
        drop(State::open(&path).unwrap());
        assert_eq!(application(), APPLICATION);
    }

    #[test]
    fn what_a_killed_run_left_of_a_new_state_is_made_whole() {
        let folder = tempfile::tempdir().unwrap();
        let [empty, begun] = ["empty.db", "begun.db"].map(|name| folder.path().join(name));
        std::fs::write(&empty, "").unwrap();
        Connection::open(&begun).unwrap().pragma_update(None, "journal_mode", "WAL").unwrap();
        for path in [empty, begun] {
            assert_eq!(State::open(&path).unwrap().meta("nothing").unwrap(), None);
        }
    }
}
