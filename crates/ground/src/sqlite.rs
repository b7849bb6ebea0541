//! SQLite databases: this module opens every one. Triggers and views in a file that others may have made are disabled.

use anyhow::{Context, Result};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

const READ_ONLY: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Maximum wait of a database with a rollback journal for readers before it writes.
const PATIENCE_WITH_READERS: Duration = Duration::from_secs(600);

/// True for a file that begins as SQLite's databases do.
pub fn is_database(path: &Path) -> bool {
    let mut start = [0; SIGNATURE.len()];
    std::fs::metadata(path).is_ok_and(|data| data.is_file()) && File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *SIGNATURE
}

/// The first bytes of a database of SQLite (<https://www.sqlite.org/fileformat.html>).
const SIGNATURE: &[u8; 16] = b"SQLite format 3\0";

/// Opens a database, or creates one.
pub fn open(path: &Path) -> rusqlite::Result<Connection> {
    distrusting(Connection::open(path)?)
}

/// Opens a database, or creates one, that others read while it is written: with a write-ahead log, for which processes share memory through a file. If the
/// file system does not support that, the database has a rollback journal, and writing waits for readers.
pub fn open_shared(path: &Path) -> rusqlite::Result<Connection> {
    let db = open(path)?;
    match db.pragma_update(None, "journal_mode", "WAL").and_then(|()| look(&db)) {
        Err(error) if is_of_sharing(&error) => {
            drop(db);
            let db = open(path)?;
            // With exclusive access to the file, SQLite reads an existing log and writes it back without shared memory.
            db.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE; PRAGMA locking_mode = NORMAL; PRAGMA cache_spill = OFF")?;
            look(&db)?; // releases the file
            db.busy_timeout(PATIENCE_WITH_READERS)?;
            Ok(db)
        }
        opened => opened.map(|()| db),
    }
}

/// Opens a database only for reading, and without the files next to it that SQLite would create if these can't be created.
///
/// # Errors
/// Also if they are needed: there is a log, and the file does not contain the whole database.
pub fn open_read_only(path: &Path) -> rusqlite::Result<Connection> {
    let db = distrusting(Connection::open_with_flags(path, READ_ONLY)?)?;
    match look(&db) {
        // A killed process left a transaction half written: a connection that may write rolls it back.
        Err(error) if is_unfinished(&error) => {
            drop(db);
            look(&open(path)?)?;
            distrusting(Connection::open_with_flags(path, READ_ONLY)?)
        }
        Err(error) if is_of_sharing(&error) && has_log(path) => Err(error),
        Err(error) if is_of_sharing(&error) => open_file_alone(path),
        _ => Ok(db), // another error occurs again when the database is read
    }
}

/// Opens the file of a database for reading as if there were no log next to it and no writer.
pub fn open_file_alone(path: &Path) -> rusqlite::Result<Connection> {
    distrusting(Connection::open_with_flags(immutable(path), READ_ONLY | OpenFlags::SQLITE_OPEN_URI)?)
}

/// Reads something, which fails if the database can't be read.
fn look(db: &Connection) -> rusqlite::Result<()> {
    db.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(()))
}

/// True if a rollback journal has to be rolled back before anything is read.
fn is_unfinished(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == ffi::SQLITE_READONLY_ROLLBACK)
}

/// True if the cause may be a file system, or a folder, in which SQLite can't have the memory that processes share.
pub fn is_of_sharing(error: &rusqlite::Error) -> bool {
    const OF_MEMORY: [i32; 4] = [ffi::SQLITE_IOERR_SHMOPEN, ffi::SQLITE_IOERR_SHMSIZE, ffi::SQLITE_IOERR_SHMLOCK, ffi::SQLITE_IOERR_SHMMAP];
    !is_unfinished(error)
        && error.sqlite_error().is_some_and(|error| {
            OF_MEMORY.contains(&error.extended_code) || matches!(error.code, ErrorCode::FileLockingProtocolFailed | ErrorCode::CannotOpen | ErrorCode::ReadOnly)
        })
}

/// True if there is a log next to a database, which is a part of it.
fn has_log(path: &Path) -> bool {
    let mut log = OsString::from(path);
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// Returns the URI of a database without writers: <https://www.sqlite.org/uri.html>.
fn immutable(path: &Path) -> String {
    const NOT_IN_PATHS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');
    format!("file:{}?immutable=1", percent_encode(path.as_os_str().as_encoded_bytes(), NOT_IN_PATHS))
}

/// Creates a temporary database with these tables, in a file that is removed with it, so that memory does not grow with its contents. Begins a transaction.
pub fn temporary(tables: &str) -> Result<Connection> {
    let db = Connection::open("").context("cannot make a temporary database")?;
    db.execute_batch(&format!("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {tables} BEGIN"))?;
    Ok(db)
}

/// Disables the parts of a schema that can act: <https://www.sqlite.org/security.html>.
fn distrusting(db: Connection) -> rusqlite::Result<Connection> {
    for (setting, is_on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    ] {
        db.set_db_config(setting, is_on)?;
    }
    db.pragma_update(None, "cell_size_check", true)?;
    Ok(db)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_transaction_that_a_killed_process_left_half_written_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let [written, left] = ["written.db", "left.db"].map(|name| folder.path().join(name));
        let db = open(&written).unwrap();
        db.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; CREATE TABLE a (b); INSERT INTO a VALUES ('before')").unwrap();
        db.execute_batch("BEGIN; UPDATE a SET b = 'half'").unwrap();
        db.execute_batch("WITH n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO a SELECT zeroblob(100) FROM n").unwrap();
        fs::copy(&written, &left).unwrap();
        fs::copy(folder.path().join("written.db-journal"), folder.path().join("left.db-journal")).unwrap();
        let read = open_read_only(&left).unwrap();
        let rows: (i64, String) = read.query_row("SELECT COUNT(*), MAX(b) FROM a", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!(rows, (1, "before".to_owned()));
    }
}
