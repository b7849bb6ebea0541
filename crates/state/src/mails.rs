//! Messages that were sent, so that none is sent twice. Of a recipient only a hash is stored.

use crate::{Damaged, State, file, meta};
use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension};
use starcite_core::{Week, named};
use starcite_ground::{clock, sha256};
use std::path::Path;

/// Key of the newest week of whose messages nothing is known, because the state that knew was lost.
const UNKNOWN_UNTIL: &str = "mails_unknown_until";

named! {
    /// The state of a message to a recipient.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum MailState {
        /// The text was being handed over when the program ended, or the connection: only the server knows if it took it.
        Sending = "sending",
        /// The server took it.
        Sent = "sent",
        /// The server refused it for good.
        Refused = "refused",
    }
}

/// A message: of a digest, about a week, to a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    week: Week,
    digest: String,
    recipient: String,
}

impl Mail {
    /// Returns a message to an address, in the form in which two spellings of it are equal.
    pub fn new(week: Week, digest: &str, address: &str) -> Self {
        Self { week, digest: digest.to_owned(), recipient: sha256::of(address.as_bytes()) }
    }

    fn key(&self) -> (String, &str, &str) {
        (self.week.to_string(), &self.digest, &self.recipient)
    }
}

/// The knowledge of a message that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Its state.
    pub state: MailState,
    /// The reply of the server, without the address of the recipient.
    pub reply: Option<String>,
}

impl State {
    /// Returns what is known of a message; `None` if none was begun. In a state that was rebuilt, one of an earlier week may have been sent.
    pub fn mail(&self, mail: &Mail) -> Result<Option<Posted>> {
        if let Some(posted) = posted(&self.db, mail)? {
            return Ok(Some(posted));
        }
        let unknown_until: Option<Week> = self.meta(UNKNOWN_UNTIL)?.map(|week| week.parse().context(Damaged("a week"))).transpose()?;
        Ok(unknown_until.filter(|until| mail.week <= *until).map(|_| Posted { state: MailState::Sending, reply: None }))
    }

    /// Records that nothing is known of the messages of the weeks up to this one.
    pub fn lose_mails(&self, until: Week) -> Result<()> {
        self.set_meta(UNKNOWN_UNTIL, &until.to_string())
    }

    /// Stores the state of a message, on the disk before this returns: also a machine that loses its power sends none twice.
    pub fn note_mail(&self, mail: &Mail, state: MailState, reply: Option<&str>) -> Result<()> {
        let (week, digest, recipient) = mail.key();
        self.on_disk(|db| {
            db.execute(
                "INSERT OR REPLACE INTO mails (week, digest, recipient, state, at, reply) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (week, digest, recipient, state.as_str(), clock::now().timestamp_micros(), reply),
            )
        })
    }

    /// Forgets a message that the server did not take, and may take later.
    pub fn forget_mail(&self, mail: &Mail) -> Result<()> {
        self.on_disk(|db| db.execute("DELETE FROM mails WHERE week = ?1 AND digest = ?2 AND recipient = ?3", mail.key()))
    }

    /// Runs a command whose effect survives the loss of power.
    fn on_disk(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<usize>) -> Result<()> {
        self.db.pragma_update(None, "synchronous", "FULL")?;
        let done = work(&self.db);
        self.db.pragma_update(None, "synchronous", "NORMAL")?;
        done?;
        Ok(())
    }
}

/// Copies what another state knows of messages; false if it is lost, or can't be read.
pub(super) fn carry(from: &Path, to: &State) -> bool {
    let carried = || -> Result<()> {
        let former = file::open_read_only(from)?;
        if !former.table_exists(None, "mails")? {
            return Ok(());
        }
        if let Some(until) = meta(&former, UNKNOWN_UNTIL)? {
            to.set_meta(UNKNOWN_UNTIL, &until)?;
        }
        let mut query = former.prepare("SELECT week, digest, recipient, state, at, reply FROM mails")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let values: [rusqlite::types::Value; 6] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
            to.db.execute("INSERT INTO mails (week, digest, recipient, state, at, reply) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", values)?;
        }
        Ok(())
    };
    from.exists() && carried().is_ok()
}

fn posted(db: &Connection, mail: &Mail) -> Result<Option<Posted>> {
    // a state that is only looked at may be of an older version
    if !db.table_exists(None, "mails")? {
        return Ok(None);
    }
    let found = db
        .query_row("SELECT state, reply FROM mails WHERE week = ?1 AND digest = ?2 AND recipient = ?3", mail.key(), |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?))
        })
        .optional()?;
    // A word that is not known was written by another program: sending again would be the worse mistake.
    Ok(found.map(|(state, reply)| Posted { state: MailState::parse(&state).unwrap_or(MailState::Sending), reply }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_by_week_digest_and_recipient_and_no_address_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        let week: Week = "2026-W48".parse().unwrap();
        let mail = Mail::new(week, "vision", "a@example.org");
        let state = State::open(&path).unwrap();
        assert_eq!(state.mail(&mail).unwrap(), None);
        state.note_mail(&mail, MailState::Sending, None).unwrap();
        state.note_mail(&mail, MailState::Sent, Some("250 queued")).unwrap();
        drop(state);
        let state = State::open(&path).unwrap();
        assert_eq!(state.mail(&mail).unwrap(), Some(Posted { state: MailState::Sent, reply: Some("250 queued".into()) }));
        for other in [
            Mail::new("2026-W47".parse().unwrap(), "vision", "a@example.org"),
            Mail::new(week, "speech", "a@example.org"),
            Mail::new(week, "vision", "b@example.org"),
        ] {
            assert_eq!(state.mail(&other).unwrap(), None);
        }
        state.forget_mail(&mail).unwrap();
        assert_eq!(state.mail(&mail).unwrap(), None);
        drop(state);
        let bytes = std::fs::read(&path).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("example.org"));
    }
}
