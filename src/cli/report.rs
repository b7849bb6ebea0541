//! Arguments of `starcite report`.

use super::FILES;
use crate::weeks::Incomplete;
use clap::Args;
use starcite_core::Week;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite report                          output/report/2026-W48/index.html
  starcite report starcite.toml            with the folder of that pipeline
  starcite report --week 2026-W47 --out /data/starcite
  starcite report --all                    every ranked paper

The page opens from disk and asks nobody: no server, no network. It is made of finished weeks alone, so the same weeks give the same bytes. \
Beside it are week.json and papers.ndjson for programs, and above it the feeds of the newest page. docs/REPORT.md says what each holds.")]
pub(crate) struct ReportArgs {
    /// The pipeline: names its folder, and what its section suppress leaves out is left out of the texts of earlier weeks, too
    pub(crate) pipeline: Option<PathBuf>,
    /// The folder of all weeks [default: that of the pipeline file, else output]
    #[arg(long, help_heading = FILES, env = "STARCITE_OUT")]
    pub(crate) out: Option<PathBuf>,
    /// The ISO week, such as 2026-W47 [default: the newest finished one]
    #[arg(long, env = "STARCITE_WEEK")]
    pub(crate) week: Option<Week>,
    /// Show every ranked paper, not only those of the week, of its changes and of its trends
    #[arg(long)]
    pub(crate) all: bool,
    /// Use weeks whose papers are incomplete as well
    #[arg(long)]
    incomplete: bool,
}

impl ReportArgs {
    pub(crate) fn incomplete(&self) -> Incomplete {
        if self.incomplete { Incomplete::Use } else { Incomplete::Skip }
    }
}
