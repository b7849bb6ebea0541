//! The command line of starcite: arguments become a plan, the plan runs, and only this module decides the exit code.

mod cli;
mod commands;
mod digest;
mod doctor;
#[doc(hidden)]
pub mod fuzz;
mod log;
mod progress;
mod rank;
mod report;
mod run;
mod weeks;

use anyhow::Result;
use clap::error::ErrorKind;
use cli::outcome::Outcome;
use cli::{Cli, Command};
use starcite_ground::{clock, files, interrupt, owed, parallel_ordered, terminal, url};
use std::io::Write;
use std::process::ExitCode;
use tracing::error;

/// Runs the command that the user typed; the exit code reports its result.
pub fn main() -> ExitCode {
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(error) => {
            log::begin_without_arguments();
            return usage(&error);
        }
    };
    if let Some(now) = cli.now {
        clock::fix(now);
    }
    match run(cli) {
        Ok(outcome) => outcome.exit_code(),
        Err(error) if terminal::is_reader_gone(&error) => ExitCode::SUCCESS,
        Err(error) => match error.downcast_ref() {
            Some(wrong) => usage(wrong),
            None => failure(&error),
        },
    }
}

/// Prints the error that ended the program.
fn failure(error: &anyhow::Error) -> ExitCode {
    let next = if error.is::<owed::Owed>() { "; run the same command again to go on" } else { "" };
    match error.downcast_ref::<weeks::verify::Problems>() {
        Some(problems) => problems.to_string().lines().for_each(|line| error!("{line}")),
        None => error!("{}{next}", url::told(&format!("{error:#}"))),
    }
    ExitCode::from(cli::outcome::code_of(error))
}

fn run(cli: Cli) -> Result<Outcome> {
    let (filter, warning) = cli.log.filter().map_err(|why| Cli::wrong_usage(ErrorKind::ValueValidation, &why))?;
    cli.log.begin(filter)?;
    warning.iter().for_each(|warning| tracing::warn!("{warning}"));
    if let Some(contact) = &cli.contact {
        contact.identify();
    }
    if let Some(threads) = cli.threads {
        parallel_ordered::set_threads(threads);
    }
    interrupt::listen();
    files::temporary::remove_leftovers(&std::env::temp_dir());
    let progress = progress::Progress::default();
    let outcome = match cli.command {
        Command::Init(args) => commands::init(&args),
        Command::Doctor(args) => commands::doctor(args),
        Command::Run(args) => commands::run(args, &progress),
        Command::Plan(args) => commands::plan(args, &progress),
        Command::Extract(args) => commands::extract(args, &progress),
        Command::Enrich(args) => commands::enrich(args, &progress),
        Command::Rank(args) => commands::rank(&args, &progress),
        Command::Report(args) => commands::report(&args, &progress),
        Command::Digest(args) => commands::digest(&args, &progress),
        Command::Send(args) => commands::send(&args, &progress),
        Command::Explain(args) => commands::explain(&args, &progress),
        Command::Compact(args) => commands::compact(&args, &progress),
        Command::Dataset(args) => commands::dataset(&args),
        Command::Export(args) => commands::export(&args, &progress),
        Command::Publish(args) => commands::publish(&args, &progress),
        Command::Verify(args) => commands::verify(&args),
        Command::Schema(args) => commands::schema(&args),
        Command::Status(args) => commands::status(&args),
        Command::Prune(args) => commands::prune(&args),
        Command::Upgrade(args) => commands::upgrade(&args, &progress),
        Command::Completion { shell } => commands::completion(shell),
    };
    progress.done();
    outcome
}

/// Prints help, or the error in the arguments.
fn usage(error: &clap::Error) -> ExitCode {
    let printed = terminal::named(terminal::STDOUT, error.print().and_then(|()| terminal::data().flush())).map_err(anyhow::Error::from);
    match printed {
        Err(lost) if !error.use_stderr() && !terminal::is_reader_gone(&lost) => failure(&lost),
        _ => ExitCode::from(error.exit_code() as u8),
    }
}
