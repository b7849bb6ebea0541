#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod archives;
mod asking;
mod counts;
mod file;
mod hidden;
mod hide;
pub mod linked;
mod mails;
mod named_papers;
mod naming;
mod owner;
mod prune;
mod rebuilt;
mod replacement;
mod repo_rows;
pub mod repos;
mod row_hash;
mod seen;
pub mod spent;
mod stars;
mod told;
mod weeks;

pub use archives::ArchivedRepos;
pub use asking::{Askable, Kept, Scope};
pub use counts::{Count, Counts};
pub use hidden::Hidden;
pub use linked::{LinkedPaper, Merge, PaperVersions, SortedRun, WeekLink, WeekPaper};
pub use mails::{Mail, MailState, Posted};
pub use naming::{Named, Namings};
pub use owner::{Owner, owner};
pub use rebuilt::TakenRepo;
pub use replacement::Replacement;
pub use repo_rows::{ByName, RepoRow, StarsRow, unasked};
pub use row_hash::{fields_hash, row_hash, row_hashes};
pub use seen::{Membership, Seeing, Seen, SeenNow, Sightings, paper_key};

pub use rusqlite::Error as Unusable;

use anyhow::{Context, Result, anyhow, bail};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OptionalExtension};
use starcite_core::Week;
use starcite_ground::files::lock::{Lock, Refused};
use starcite_ground::{clock, files, sqlite};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The version of the state's tables that this program writes (SQLite's `user_version`).
const VERSION: i64 = 9;

/// Memory for SQLite's pages. Papers' hashes arrive in random order, and a page that is written once a group is seldom written.
const CACHE_KIB: i64 = 32 * 1024;

/// Batches of papers in one transaction. Those that a kill loses are read again.
const BATCHES_A_GROUP: u32 = 32;

/// File name of a folder's own state.
pub const FILE: &str = "state.db";

/// The open state. While it lives, no other process writes to the same file, unless it was opened to be looked at.
pub struct State {
    db: Connection,
    path: PathBuf,
    /// Calls of [`grouped`](Self::grouped) in the open transaction.
    grouped: u32,
    /// Papers that are left out of all that is read.
    hidden: Arc<Hidden>,
    /// Held until the process ends; the operating system releases it even after kill -9.
    _lock: Option<Lock>,
}

impl State {
    /// Opens the state, or makes a new one.
    ///
    /// # Errors
    /// When another process uses it, the file is not a state or is a newer program's, or the path can't be written.
    pub fn open(path: &Path) -> Result<Self> {
        file::check(path)?;
        let lock = lock(path)?;
        let context = || format!("cannot open the state {}: name another file with --state, or move this one away", path.display());
        file::make_private(path).with_context(context)?;
        replacement::remove(&replacement::temporary(path))?; // left by a killed process: a running one holds the lock
        let db = sqlite::open_shared(path).with_context(context)?;
        db.pragma_update(None, "synchronous", "NORMAL")?;
        db.pragma_update(None, "temp_store", "FILE")?;
        db.pragma_update(None, "cache_size", -CACHE_KIB)?;
        keep_plans(&db)?;
        let mut state = Self { db, path: path.to_owned(), grouped: 0, hidden: Arc::default(), _lock: Some(lock) };
        state.migrate()?;
        Ok(state)
    }

    /// Opens an existing state for reading only; another process may be writing it.
    ///
    /// # Errors
    /// When the file can't be read, or is not a state.
    pub fn open_read_only(path: &Path) -> Result<Connection> {
        file::check(path)?;
        let db = file::open_read_only(path)?;
        keep_plans(&db)?;
        Ok(db)
    }

    /// Opens an existing state to look at it, while another process may be writing it; `None` if there is none.
    ///
    /// # Errors
    /// When the file can't be read, or is a state of a version that this program does not know. Nothing can be written to it.
    pub fn look(path: &Path) -> Result<Option<Self>> {
        if !path.exists() {
            return Ok(None);
        }
        let state = Self { db: Self::open_read_only(path)?, path: path.to_owned(), grouped: 0, hidden: Arc::default(), _lock: None };
        Ok(state.way_up()?.map(|_| state))
    }

    /// Opens another connection, for a thread that reads committed data.
    pub fn reader(&self) -> Result<Connection> {
        Self::open_read_only(&self.path)
    }

    /// Copies a state as it is now, even if another process is writing it; does nothing if there is none.
    pub fn copy(from: &Path, to: &Path) -> Result<()> {
        if from.exists() {
            let target = to.to_str().context("a temporary folder whose name is no text")?;
            let copied =
                Self::open_read_only(from).and_then(|db| db.execute("VACUUM INTO ?1", [target]).context("cannot copy the state to a temporary folder"));
            copied.map_err(|error| name_the_state(error, from))?;
        }
        Ok(())
    }

    /// Returns the script that brings the state up to this version; `None` for one without tables.
    fn way_up(&self) -> Result<Option<&'static str>> {
        let version: i64 = self.db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        Ok(Some(match version {
            VERSION => "",
            0 => return Ok(None),
            // The other tables of versions 7 and 8 are the same. What is written into those of version 7 is not: repeated facts are stored once, and blocks of
            // links end with a checksum.
            7 | 8 => include_str!("mails.sql"),
            1..7 => bail!(
                "the state {} has version {version}, of a build before 0.2.0: run starcite 0.2.0 once, which upgrades it, or move it away and rebuild it from the finished \
                 weeks with --rebuild-state",
                self.path.display()
            ),
            other => bail!("the state {} has version {other}, this program knows {VERSION}: use the newer starcite, or another --state", self.path.display()),
        }))
    }

    /// Makes the tables of a new state, and upgrades one of the last release.
    fn migrate(&mut self) -> Result<()> {
        let script = self.way_up()?.unwrap_or(concat!(include_str!("schema.sql"), include_str!("mails.sql")));
        self.transaction(|state| {
            file::mark(&state.db)?;
            Ok(state.db.execute_batch(script)?)
        })
        .context("cannot bring the state up to date")
    }

    /// Runs `work` in one transaction: all of it is stored, or nothing.
    pub fn transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.db.execute_batch("BEGIN IMMEDIATE")?;
        match work(self) {
            Ok(value) => {
                self.db.execute_batch("COMMIT").context("cannot commit")?;
                Ok(value)
            }
            Err(error) => {
                // The first error is the one to report; SQLite rolls back by itself if this command fails.
                let _ = self.db.execute_batch("ROLLBACK");
                Err(error)
            }
        }
    }

    /// Runs `work` in a transaction that up to `BATCHES_A_GROUP` calls share; [`end_group`](Self::end_group) ends the last one.
    pub fn grouped<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.grouped == 0 {
            self.db.execute_batch("BEGIN IMMEDIATE")?;
        }
        self.grouped += 1;
        let value = work(self)?; // on an error the run ends, and SQLite forgets what was not committed
        if self.grouped == BATCHES_A_GROUP {
            self.end_group()?;
        }
        Ok(value)
    }

    /// Commits what [`grouped`](Self::grouped) began.
    pub fn end_group(&mut self) -> Result<()> {
        if std::mem::take(&mut self.grouped) > 0 {
            self.db.execute_batch("COMMIT").context("cannot commit")?;
        }
        Ok(())
    }

    /// Stores a small value, such as the budget seen last.
    pub fn set_meta(&self, key: &str, value: &str) -> Result<()> {
        self.db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", (key, value))?;
        Ok(())
    }
}

impl State {
    /// Returns a value stored by [`set_meta`](Self::set_meta).
    pub fn meta(&self, key: &str) -> Result<Option<String>> {
        meta(&self.db, key)
    }
}

/// Returns the latest time, in microseconds, at which anything can have been observed.
fn horizon() -> i64 {
    clock::horizon().timestamp_micros()
}

/// Returns the first time, in microseconds, that is too late for a week: the close of its observations, or the latest possible time if that
/// is earlier.
fn close_of(week: Week) -> i64 {
    week.observations_close().min(clock::horizon()).timestamp_micros()
}

/// True if a state has tables: one that a killed run began has none.
pub fn is_begun(db: &Connection) -> Result<bool> {
    Ok(db.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table')", [], |row| row.get(0))?)
}

/// Returns a value stored by [`State::set_meta`].
pub fn meta(db: &Connection, key: &str) -> Result<Option<String>> {
    Ok(db.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional()?)
}

/// Adds to an error of the state the files that it may be about, and what to do, because SQLite names no file.
pub fn name_the_state(error: anyhow::Error, path: &Path) -> anyhow::Error {
    let of_sqlite = error.chain().find_map(|cause| cause.downcast_ref::<rusqlite::Error>());
    let (code, path) = (of_sqlite.and_then(rusqlite::Error::sqlite_error_code), path.display());
    if error.is::<Damaged>() || code == Some(ErrorCode::DatabaseCorrupt) || of_sqlite.is_some_and(is_of_a_value) {
        return error.context(format!(
            "the state {path} is damaged: put a copy of it back, or move it away and rebuild it from the finished weeks with --rebuild-state"
        ));
    }
    if of_sqlite.is_some_and(sqlite::is_of_sharing) {
        return error.context(format!(
            "the state {path} is in a folder, or on a file system, where SQLite can't open what it needs (files beside it, locks, shared memory): put it elsewhere \
            and name it with --state"
        ));
    }
    match code {
        Some(ErrorCode::DiskFull) => {
            error.context(format!("cannot write the state {path} or SQLite's temporary files (in {SQLITE_FOLDERS}): is the disk full? Make room and run again"))
        }
        Some(ErrorCode::SystemIoFailure) => error.context(format!(
            "cannot read or write the state {path} or SQLite's temporary files (in {SQLITE_FOLDERS}): the disk or its file system fails, or has no room; make \
            room, or put the state elsewhere and name it with --state"
        )),
        _ => error,
    }
}

/// True if a value in a database has another type than any that is written there.
fn is_of_a_value(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
    matches!(error, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..))
}

/// The folders of SQLite's temporary files.
const SQLITE_FOLDERS: &str = "SQLITE_TMPDIR, else TMPDIR, else /var/tmp";

/// Damage: a value in the state differs from the one that was written.
#[derive(Debug, thiserror::Error)]
#[error("damaged in the state: {0}")]
pub struct Damaged(&'static str);

/// Plans each prepared query once. Without the query planner stability guarantee (QPSG), a plan depends on the values that an equality
/// compares with, so that SQLite parses and plans again whenever they change: for each of many thousand repositories.
fn keep_plans(db: &Connection) -> Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Locks a state; makes its folder if it is missing.
fn lock(path: &Path) -> Result<Lock> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}: choose another place with --out or --state", folder.display()))?;
    }
    let name = files::beside(path, ".lock");
    files::lock::file(&name).map_err(|refused| match refused {
        Refused::Held(holder) => {
            anyhow!("{} uses the state {}: wait until it has ended", Refused::holder(holder), path.display())
        }
        Refused::Failed(error) => anyhow!(error).context(format!("cannot write {}: choose another place with --out or --state", name.display())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_version(version: i64) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        drop(State::open(&path).unwrap());
        Connection::open(&path).unwrap().pragma_update(None, "user_version", version).unwrap();
        (folder, path)
    }

    fn version(path: &Path) -> i64 {
        Connection::open(path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_state_of_the_last_release_is_upgraded() {
        for before in [7, 8] {
            let (_folder, path) = of_version(before);
            Connection::open(&path).unwrap().execute_batch("DROP TABLE mails").unwrap();
            let state = State::open(&path).unwrap();
            state.set_meta("key", "value").unwrap();
            assert_eq!(state.mail(&Mail::new("2026-W48".parse().unwrap(), "a", "b")).unwrap(), None);
            assert_eq!(version(&path), VERSION);
        }
    }

    #[test]
    fn a_state_of_a_build_before_the_first_release_is_refused_with_the_ways_up_and_stays_as_it_is() {
        for before in 1..7 {
            let (_folder, path) = of_version(before);
            let error = State::open(&path).err().unwrap().to_string();
            assert!(error.contains("0.2.0 once") && error.contains("--rebuild-state"), "{error}");
            assert_eq!(version(&path), before);
        }
    }
}
