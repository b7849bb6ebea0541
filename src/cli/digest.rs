//! Arguments of `starcite digest` and `starcite send`.

use super::FILES;
use crate::weeks::Incomplete;
use clap::Args;
use starcite_core::Week;
use std::path::PathBuf;

/// Arguments that choose digests and a week.
#[derive(Debug, Args)]
pub(crate) struct DigestsArgs {
    /// The pipeline, whose `[[digest]]` sections say what is mailed
    pub(crate) pipeline: PathBuf,
    /// Only this digest, by its name; may be given several times [default: all of the pipeline]
    #[arg(long)]
    pub(crate) digest: Vec<String>,
    /// The folder of all weeks [default: that of the pipeline file, else output]
    #[arg(long, help_heading = FILES, env = "STARCITE_OUT")]
    pub(crate) out: Option<PathBuf>,
    /// The ISO week, such as 2026-W47 [default: the newest finished one]
    #[arg(long, env = "STARCITE_WEEK")]
    pub(crate) week: Option<Week>,
    /// Use weeks whose papers are incomplete as well
    #[arg(long)]
    incomplete: bool,
}

impl DigestsArgs {
    pub(crate) fn incomplete(&self) -> Incomplete {
        if self.incomplete { Incomplete::Use } else { Incomplete::Skip }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite digest starcite.toml      output/digest/2026-W48/<name>.eml and .md
  starcite digest starcite.toml --digest vision --week 2026-W47

A digest is a section [[digest]] of the pipeline: a filter, recipients, a sender. The .eml opens in a mail program; it is made out to its sender. \
Nothing is sent: starcite send does that. A digest with nothing to tell has no .eml, and a .md that says so. docs/DIGEST.md has every key.")]
pub(crate) struct DigestArgs {
    #[command(flatten)]
    pub(crate) digests: DigestsArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite send starcite.toml           who would get what; nothing is sent
  starcite send starcite.toml --yes     sends it
  starcite send starcite.toml --yes --password-file /run/secrets/smtp

The server is the section [mail] of the pipeline; its password comes from --password-file, [mail] password_file or STARCITE_SMTP_PASSWORD. Each \
recipient gets a message of their own, once for a week and a digest: the state knows who has it. Exit code 0: everybody has it, or there is nothing to \
tell; 75: the server does not take all of it now, run the same command again; 3: refused for good, or open, by recipient.")]
pub(crate) struct SendArgs {
    #[command(flatten)]
    pub(crate) digests: DigestsArgs,
    /// Send; without it the command only says what it would do
    #[arg(long)]
    pub(crate) yes: bool,
    /// Send also to those who were refused, and to those who may have the message because a connection broke
    #[arg(long)]
    pub(crate) again: bool,
    /// A file with the password of the mail server
    #[arg(long, help_heading = FILES, value_name = "FILE", env = "STARCITE_SMTP_PASSWORD_FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// The state, which knows who has which message [default: <OUT>/state.db]
    #[arg(long, help_heading = FILES, env = "STARCITE_STATE")]
    pub(crate) state: Option<PathBuf>,
}
