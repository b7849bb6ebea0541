//! The state's file: told from files of other programs before anything is written to it.

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// SQLite's `application_id` of a state: "scit".
const APPLICATION: i64 = 0x7363_6974;

/// Tables that states of all versions have, also those from before [`APPLICATION`] was set.
const TABLES: [&str; 5] = ["seen", "repos", "names", "observations", "meta"];

/// Fails if a file is there that is not a state: nothing is written to it.
///
/// An empty file, or a database without tables, is what a run leaves that was killed while it made a state.
pub(super) fn check(path: &Path) -> Result<()> {
    if !path.exists() || path.metadata().is_ok_and(|file| file.len() == 0) {
        return Ok(());
    }
    if !is_state(path)? {
        bail!(
            "{} is not a state of starcite, and nothing was written to it: name another file with --state; if it is a damaged state, move it away and run with \
             --rebuild-state",
            path.display()
        );
    }
    Ok(())
}

/// Opens a file for reading only.
pub(super) fn open_read_only(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).with_context(|| format!("cannot read the state {}", path.display()))
}

/// Marks a database as a state.
pub(super) fn mark(db: &Connection) -> Result<()> {
    Ok(db.pragma_update(None, "application_id", APPLICATION)?)
}

/// Takes from others what rights they have to a state and what SQLite keeps beside it, as far as that is ours to do: who shares one with a group may give
/// them back.
pub(super) fn make_private(path: &Path) {
    #[cfg(unix)]
    for suffix in ["", "-wal", "-shm"] {
        use std::os::unix::fs::PermissionsExt;
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let _ = std::fs::set_permissions(Path::new(&name), std::fs::Permissions::from_mode(0o600)); // another user's stays as it is
    }
}

/// # Errors
/// When the file can't be read; one of another format is `false`.
fn is_state(path: &Path) -> Result<bool> {
    let db = open_read_only(path)?;
    let application = db.pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0));
    let application = match application {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => return Ok(false),
        application => application.with_context(|| format!("cannot read the state {}", path.display()))?,
    };
    let mut query = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let tables = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let of_a_state = || tables.is_empty() || TABLES.iter().all(|table| tables.iter().any(|known| known == table));
    Ok(application == APPLICATION || (application == 0 && of_a_state()))
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
