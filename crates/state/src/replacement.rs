//! A state that is rebuilt next to the one that it replaces, and moved into place when it is complete.

use super::{State, file, lock, mails};
use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use starcite_ground::files::lock::Lock;
use starcite_ground::files::{atomic, beside};
use starcite_ground::sqlite;
use std::path::{Path, PathBuf};

/// A state under a temporary name. While it is open, no other process writes to the one in place.
pub struct Replacement {
    /// The state that replaces the other.
    pub state: State,
    /// True if the state knows which messages were sent, as the state in place did.
    pub has_mails: bool,
    place: PathBuf,
    _lock: Lock,
}

impl Replacement {
    /// Begins an empty state; removes what an earlier process left of one.
    ///
    /// # Errors
    /// When another process uses the state in place, or the file there is not a state.
    pub fn begin(place: &Path) -> Result<Self> {
        file::check(place)?;
        let lock = lock(place)?;
        let temporary = temporary(place);
        remove(&temporary)?;
        let state = State::open(&temporary)?;
        let has_mails = mails::carry(place, &state);
        Ok(Self { state, has_mails, place: place.to_owned(), _lock: lock })
    }

    /// Removes the unfinished state.
    pub fn abandon(self) -> Result<()> {
        let temporary = self.state.path.clone();
        drop(self);
        remove(&temporary)
    }

    /// Puts the state in place, and returns the name under which the replaced one is kept.
    ///
    /// # Errors
    /// When another program still reads the state in place, or a file can't be written. The state in place is unchanged until the last step.
    pub fn put_in_place(self) -> Result<Option<PathBuf>> {
        let Self { state, place, _lock, .. } = self;
        let temporary = state.path.clone();
        let context = || format!("cannot put the state {} in place: is the disk full?", place.display());
        end_log(&state.db).with_context(context)?;
        drop(state);
        let kept = if place.exists() { Some(keep(&place)?) } else { None };
        atomic::rename(&temporary, &place).with_context(context)?;
        remove(&temporary)?;
        Ok(kept)
    }
}

/// Returns the path of a state while it is rebuilt.
pub(super) fn temporary(place: &Path) -> PathBuf {
    beside(place, ".being-rebuilt")
}

/// Gives the state a second, unused name, so that it has a name at any time.
fn keep(place: &Path) -> Result<PathBuf> {
    let in_use = || format!("cannot move the state {} away: end the programs that read it, and run the same command again", place.display());
    end_log(&sqlite::open(place)?).with_context(in_use)?;
    let names = std::iter::once(beside(place, ".before-rebuild")).chain((2..).map(|number| beside(place, &format!(".before-rebuild.{number}"))));
    let free = names.into_iter().find(|name| name.symlink_metadata().is_err()).context("bug: numbers have an end")?;
    let linked = std::fs::hard_link(place, &free);
    linked.or_else(|_| std::fs::copy(place, &free).map(drop)).with_context(|| format!("cannot keep the state as {}", free.display()))?;
    Ok(free)
}

/// Moves the contents of the write-ahead log into the database file.
fn end_log(db: &Connection) -> Result<()> {
    let busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    ensure!(busy == 0, "another program reads it");
    Ok(())
}

/// Removes a state with the files that SQLite and the lock keep next to it.
pub(super) fn remove(path: &Path) -> Result<()> {
    for end in ["", "-wal", "-shm", "-journal", ".lock"] {
        let file = beside(path, end);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error).with_context(|| format!("cannot remove {}", file.display())),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mail, MailState, Posted};

    #[test]
    fn a_state_that_is_rebuilt_keeps_what_the_former_knew_of_messages_or_knows_that_it_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let (path, week) = (folder.path().join("state.db"), "2026-W48".parse().unwrap());
        let (sent, other) = (Mail::new(week, "vision", "a"), Mail::new(week, "vision", "b"));
        State::open(&path).unwrap().note_mail(&sent, MailState::Sent, None).unwrap();
        let replacement = Replacement::begin(&path).unwrap();
        assert!(replacement.has_mails);
        replacement.put_in_place().unwrap();
        let state = State::open(&path).unwrap();
        assert_eq!(state.mail(&sent).unwrap().map(|posted| posted.state), Some(MailState::Sent));
        assert_eq!(state.mail(&other).unwrap(), None);
        drop(state);
        std::fs::remove_file(&path).unwrap();
        let replacement = Replacement::begin(&path).unwrap();
        assert!(!replacement.has_mails);
        replacement.state.lose_mails(week).unwrap();
        assert_eq!(replacement.state.mail(&sent).unwrap(), Some(Posted { state: MailState::Sending, reply: None }));
        assert_eq!(replacement.state.mail(&Mail::new("2026-W49".parse().unwrap(), "vision", "a")).unwrap(), None);
    }
}
