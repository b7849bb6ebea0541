//! The commands, a file each.

mod backfill;
mod compact;
mod dataset;
mod enrich;
mod export;
mod extract;
mod output;
mod plan;
mod publish;
mod rank;
mod report;
mod run;
mod schema;
mod status;
mod upgrade;
pub(crate) mod verify;

pub(crate) use compact::compact;
pub(crate) use dataset::dataset;
pub(crate) use enrich::enrich;
pub(crate) use export::export;
pub(crate) use extract::extract;
pub(crate) use plan::plan;
pub(crate) use publish::publish;
pub(crate) use rank::rank;
pub(crate) use run::run;
pub(crate) use schema::schema;
pub(crate) use status::status;
pub(crate) use upgrade::upgrade;
pub(crate) use verify::verify;

use crate::cli::Cli;
use crate::outcome::Outcome;
use crate::progress::Progress;
use crate::source::hosts::Hosts;
use crate::terminal;
use anyhow::Result;
use clap::CommandFactory;
use std::io::Write;
use std::time::Duration;

/// Makes the hosts that a command fetches from; waits for them are told beside its progress.
fn hosts(pause: Duration, progress: &Progress) -> Hosts {
    let progress = progress.clone();
    Hosts::new(pause, move |message| progress.note(message))
}

/// Prints the completion script of a shell.
pub(crate) fn completion(shell: clap_complete::Shell) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "starcite", &mut script);
    terminal::data().write_all(&script)?;
    Ok(Outcome::Complete)
}
