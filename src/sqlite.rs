//! SQLite's databases: every one is opened here. What stands in a file that somebody else may have made does nothing by itself.

use anyhow::{Context, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Opens a database, or makes one.
pub(crate) fn open(path: &Path) -> rusqlite::Result<Connection> {
    distrusting(Connection::open(path)?)
}

/// Opens a database for reading only.
pub(crate) fn open_read_only(path: &Path) -> rusqlite::Result<Connection> {
    distrusting(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?)
}

/// A database of one's own with these tables, in a file that goes with it: memory does not grow with what it holds. A transaction is begun.
pub(crate) fn temporary(tables: &str) -> Result<Connection> {
    let db = Connection::open("").context("cannot make a temporary database")?;
    db.execute_batch(&format!("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {tables} BEGIN"))?;
    Ok(db)
}

/// Takes from a schema what it could do: <https://www.sqlite.org/security.html>.
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
