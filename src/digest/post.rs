//! Who gets a letter: each recipient once, whatever ends the program between two commands of the mail server.

use super::message::Letter;
use super::smtp::{Connection, Handed, Server};
use crate::cli::plan::Person;
use anyhow::Result;
use starcite_core::Week;
use starcite_ground::owed::Owed;
use starcite_ground::{clock, interrupt};
use starcite_state::{Mail, MailState, Posted, State};
use tracing::warn;

/// Counts of a letter's recipients, by their turn or its end.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) sent: usize,
    /// Recipients that had it before.
    pub(crate) had: usize,
    pub(crate) refused: usize,
    /// Recipients of whom only the server knows if they got it.
    pub(crate) open: usize,
    /// Recipients whose turn comes when the command is run again.
    pub(crate) owed: usize,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Self) {
        self.sent += other.sent;
        self.had += other.had;
        self.refused += other.refused;
        self.open += other.open;
        self.owed += other.owed;
    }
}

/// The turn of a recipient.
enum Turn {
    Now,
    Had,
    Refused(Option<String>),
    Open,
}

/// Returns the turn of a recipient; `again` makes it that of everybody who may not have the letter.
fn turn(posted: Option<Posted>, again: bool) -> Turn {
    match posted {
        None => Turn::Now,
        Some(posted) if posted.state == MailState::Sent => Turn::Had,
        Some(_) if again => Turn::Now,
        Some(posted) if posted.state == MailState::Refused => Turn::Refused(posted.reply),
        Some(_) => Turn::Open,
    }
}

/// After so many new connections that took no message the server is left alone.
const MOST_IN_VAIN: usize = 3;

/// A letter of a week and its recipients.
pub(crate) struct Mailing<'d> {
    pub(crate) letter: Letter<'d>,
    pub(crate) week: Week,
    pub(crate) recipients: Vec<Person>,
    pub(crate) again: bool,
}

impl Mailing<'_> {
    fn mail(&self, to: &Person) -> Mail {
        Mail::new(self.week, &self.letter.plan.name, &to.key())
    }

    /// Counts those to whom the letter would go now as owed, and the others.
    pub(crate) fn foresee(&self, state: &State) -> Result<Counts> {
        let mut counts = Counts::default();
        for to in &self.recipients {
            self.count(&turn(state.mail(&self.mail(to))?, self.again), to, &mut counts);
        }
        Ok(counts)
    }

    /// Sends the letter to everybody whose turn it is. After a connection that broke another one is opened, as long as one of a few takes a message.
    ///
    /// # Errors
    /// When the server refuses the user or the sender, the state can't be written, or a signal came. Recipients after a server that does not answer are owed.
    pub(crate) fn send(&self, state: &State, server: &Server<'_>) -> Result<Counts> {
        let mut counts = Counts::default();
        let mut open: Option<Connection> = None;
        let mut in_vain = 0;
        for to in &self.recipients {
            interrupt::check()?;
            let mail = self.mail(to);
            let turn = turn(state.mail(&mail)?, self.again);
            if !matches!(turn, Turn::Now) || in_vain == MOST_IN_VAIN {
                self.count(&turn, to, &mut counts);
                continue;
            }
            let is_new = open.is_none();
            let connection = match open.take().map_or_else(|| server.connect(), Ok) {
                Ok(connection) => connection,
                Err(error) if error.is::<Owed>() => {
                    warn!("{error}");
                    in_vain = MOST_IN_VAIN;
                    counts.owed += 1;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let handed;
            (handed, open) = self.hand_over(state, connection, &mail, to)?;
            if matches!(handed, Handed::Sent(_)) {
                in_vain = 0;
            } else if is_new && open.is_none() {
                in_vain += 1;
            }
            self.note(state, &mail, to, handed, &mut counts)?;
        }
        if let Some(connection) = open {
            connection.end();
        }
        Ok(counts)
    }

    /// Hands the letter over, and returns the connection if it can take another one.
    fn hand_over(&self, state: &State, mut connection: Connection, mail: &Mail, to: &Person) -> Result<(Handed, Option<Connection>)> {
        let message = self.letter.to(to, clock::now())?.formatted();
        let handed = connection.hand_over(self.letter.from(), to, &message, || state.note_mail(mail, MailState::Sending, None))?;
        let is_usable = !connection.is_broken() && !matches!(handed, Handed::Open(_));
        Ok((handed, is_usable.then_some(connection)))
    }

    /// Stores what became of a message, and tells what is not as wished.
    fn note(&self, state: &State, mail: &Mail, to: &Person, handed: Handed, counts: &mut Counts) -> Result<()> {
        let name = &self.letter.plan.name;
        match handed {
            Handed::Sent(reply) => {
                state.note_mail(mail, MailState::Sent, Some(&reply))?;
                counts.sent += 1;
            }
            Handed::Refused(reply) => {
                state.note_mail(mail, MailState::Refused, Some(&reply))?;
                self.count(&Turn::Refused(Some(reply)), to, counts);
            }
            Handed::Later(reply) => {
                state.forget_mail(mail)?;
                warn!("{name}, {}: not taken yet, the same command goes on with it: {reply}", to.address());
                counts.owed += 1;
            }
            Handed::Open(why) => {
                warn!("{name}, {}: the connection broke: {why}", to.address());
                self.count(&Turn::Open, to, counts);
            }
        }
        Ok(())
    }

    fn count(&self, turn: &Turn, to: &Person, counts: &mut Counts) {
        let (name, address) = (&self.letter.plan.name, to.address());
        match turn {
            Turn::Now => counts.owed += 1,
            Turn::Had => counts.had += 1,
            Turn::Refused(reply) => {
                counts.refused += 1;
                let reply = reply.as_deref().unwrap_or("without a reason");
                warn!("{name}, {address}: refused for good: {reply}; take the address off the list, or try once more with --again");
            }
            Turn::Open => {
                counts.open += 1;
                warn!("{name}, {address}: the message may have been sent, only the mail server knows; --again sends it all the same");
            }
        }
    }
}
