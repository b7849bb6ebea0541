//! Arguments of `starcite doctor`.

use super::{AddressArgs, FILES, GithubArgs, PlaceArgs};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite doctor                          token, GitHub, folder, state, weeks
  starcite doctor starcite.toml            and all that the pipeline names
  starcite doctor starcite.toml --publish s3://bucket/starcite --json

A line for each check, with what to do: ok, warn (it works, and may not for long), fail. It costs nothing, sends no mail, and leaves nothing \
behind. Exit code 0 if nothing fails, else 1.")]
pub(crate) struct DoctorArgs {
    /// The pipeline of the job
    pub(crate) pipeline: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    #[command(flatten)]
    pub(crate) github: GithubArgs,
    #[command(flatten)]
    pub(crate) addresses: AddressArgs,
    /// Check this place, to which the job publishes, as well
    #[arg(long, help_heading = FILES, value_name = "DEST")]
    pub(crate) publish: Option<String>,
    /// A file with the password of the mail server
    #[arg(long, help_heading = FILES, value_name = "FILE", env = "STARCITE_SMTP_PASSWORD_FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
