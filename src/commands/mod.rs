//! The commands, one file each.

mod backfill;
mod compact;
mod dataset;
mod digest;
mod doctor;
mod enrich;
mod explain;
mod export;
mod extract;
mod init;
mod messages;
mod output;
mod plan;
mod prune;
mod publish;
mod rank;
mod report;
mod run;
mod schema;
mod send;
mod status;
mod upgrade;
pub(crate) mod verify;
mod week;

pub(crate) use compact::compact;
pub(crate) use dataset::dataset;
pub(crate) use digest::digest;
pub(crate) use doctor::doctor;
pub(crate) use enrich::enrich;
pub(crate) use explain::explain;
pub(crate) use export::export;
pub(crate) use extract::extract;
pub(crate) use init::init;
pub(crate) use plan::plan;
pub(crate) use prune::prune;
pub(crate) use publish::publish;
pub(crate) use rank::rank;
pub(crate) use report::report;
pub(crate) use run::run;
pub(crate) use schema::schema;
pub(crate) use send::send;
pub(crate) use status::status;
pub(crate) use upgrade::upgrade;
pub(crate) use verify::verify;

use crate::cli::Cli;
use crate::cli::outcome::Outcome;
use anyhow::{Context, Result, anyhow};
use clap::CommandFactory;
use starcite_ground::files::lock::{self, Lock, Refused};
use starcite_ground::files::temporary::remove_leftovers;
use starcite_ground::terminal;
use starcite_sources::hosts::Hosts;
use std::fs::{self, canonicalize};
use std::path::{Path, absolute};
use std::time::Duration;
use tracing::warn;

/// Creates the hosts that a command fetches from, and reports waits for them.
fn hosts(pause: Duration) -> Hosts {
    Hosts::new(pause, |message| warn!("{message}"))
}

/// Locks a folder that a command writes to, and removes leftovers of killed commands.
///
/// # Errors
/// When another command writes to it, or the lock can't be written.
fn lock_folder(folder: &Path) -> Result<Lock> {
    let lock = lock::folder(folder).map_err(|refused| match refused {
        Refused::Held(holder) => {
            anyhow!("{} writes to {}: wait until it has ended, then run the same command again", Refused::holder(holder), folder.display())
        }
        Refused::Failed(error) => anyhow!(error).context(format!("cannot write to {}: choose another folder", folder.display())),
    })?;
    if !lock.is_held {
        warn!("{} is on a file system without locks: let one starcite at a time write there", folder.display());
    }
    starcite_tables::recover(folder)?;
    remove_leftovers(folder);
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).for_each(|path| remove_leftovers(&path)); // exports have their own folders
    Ok(lock)
}

/// Locks the folder of weeks if a path is in it, or will be.
///
/// # Errors
/// As [`lock_folder`].
fn lock_around(weeks: &Path, path: &Path) -> Result<Option<Lock>> {
    let whole = absolute(path).with_context(|| format!("cannot find {}", path.display()))?;
    let there = whole.ancestors().find_map(|folder| canonicalize(folder).ok());
    let is_inside = canonicalize(weeks).is_ok_and(|weeks| there.is_some_and(|there| there.starts_with(weeks)));
    if is_inside { lock_folder(weeks).map(Some) } else { Ok(None) }
}

/// Prints the completion script of a shell.
pub(crate) fn completion(shell: clap_complete::Shell) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "starcite", &mut script);
    terminal::print_data(&script)?;
    Ok(Outcome::Complete)
}
