//! Arguments of runs: `starcite run` and `plan`, and of the requests to GitHub and to live sources.

use super::unseen::WITH_KEY;
use super::{AddressArgs, FILES, PlaceArgs, WEEKS};
use crate::cli::plan::{AppPlan, HostOptions};
use crate::log::no_dash;
use clap::Args;
use starcite_core::Week;
use std::path::PathBuf;

/// Milliseconds between two requests to arXiv.
pub(crate) const SOURCE_PAUSE_MS: u64 = 3_000;

/// Settings of the requests to GitHub.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "GitHub")]
pub(crate) struct GithubArgs {
    /// Ask nobody: what is not known stays unknown
    #[arg(long)]
    pub(crate) offline: bool,
    /// Wait when GitHub's limit is reached, instead of ending with exit code 75
    #[arg(long)]
    pub(crate) wait: bool,
    /// Spend at most this many points or requests on a week, all runs of it with one token or App taken together; each `enrich` counts from zero
    #[arg(long, env = "STARCITE_BUDGET")]
    pub(crate) budget: Option<u64>,
    /// A file that holds the token, read in place of GITHUB_TOKEN (GH_ENTERPRISE_TOKEN for hosts other than github.com and *.ghe.com)
    #[arg(long, env = "STARCITE_TOKEN_FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Ask as a GitHub App: its id, with --app-installation and --app-key
    #[arg(long, env = "STARCITE_APP_ID", requires = "app_installation", requires = "app_key")]
    pub(crate) app_id: Option<u64>,
    /// The id of the App's installation
    #[arg(long, env = "STARCITE_APP_INSTALLATION", requires = "app_id")]
    pub(crate) app_installation: Option<u64>,
    /// A file that holds the App's private key (PEM)
    #[arg(long, env = "STARCITE_APP_KEY", requires = "app_id")]
    pub(crate) app_key: Option<PathBuf>,
    /// Where the host's API is, for a proxy; http:// on this machine alone [default: https://api.github.com; of another host https://HOST/api/v3]
    #[arg(long, env = "STARCITE_GITHUB_URL", value_parser = WITH_KEY)]
    pub(crate) github_url: Option<String>,
}

impl GithubArgs {
    pub(crate) fn options(self) -> HostOptions {
        let app = self.app_id.zip(self.app_installation).zip(self.app_key);
        HostOptions {
            url: self.github_url,
            budget: self.budget,
            wait: self.wait,
            token_file: self.token_file,
            app: app.map(|((id, installation), key_file)| AppPlan { id, installation, key_file }),
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite plan pipelines/weekly.toml
  starcite plan pipelines/weekly.toml --week 2026-W47 --out /data/starcite
  starcite plan pipelines/weekly.toml --ask-now    of a week that is closed

The sources are read, and live ones asked, as in a run; nothing is written but the cache.")]
pub(crate) struct RunArgs {
    /// The pipeline file; starcite init writes one
    pub(crate) pipeline: PathBuf,
    /// The ISO week, such as 2026-W47 [default: the file's, else the last one that has ended]
    #[arg(long, help_heading = WEEKS, env = "STARCITE_WEEK")]
    pub(crate) week: Option<Week>,
    /// Ask GitHub also about a week that is closed, since it ended more than 7 days ago. Its tables stay as they are, for the answers are
    /// today's: `starcite enrich --week` prints them
    #[arg(long, help_heading = WEEKS, conflicts_with = "offline")]
    pub(crate) ask_now: bool,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    #[command(flatten)]
    pub(crate) github: GithubArgs,
    #[command(flatten)]
    pub(crate) live: LiveArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite run pipelines/sample.toml
  starcite run pipelines/weekly.toml --week 2026-W47 --out /data/starcite
  starcite run pipelines/weekly.toml --wait             from cron: waits
  starcite run pipelines/weekly.toml --since 2026-W40   all weeks since
  starcite run pipelines/weekly.toml --rebuild-state    state.db is lost

The token comes from GITHUB_TOKEN (for Enterprise from GH_ENTERPRISE_TOKEN) or --token-file; without one GitHub answers 60 questions an hour.

An interrupted or limited run goes on where it was: run the same command again.")]
pub(crate) struct WeeksArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Run every week from this one (2026-W40) or that of this day (2026-10-01) to --week, oldest first
    #[arg(long, help_heading = WEEKS, value_name = "WEEK|DATE", value_parser = parse_since)]
    pub(crate) since: Option<Week>,
    /// Take over the folder of a pipeline with another name, since it was renamed
    #[arg(long, help_heading = FILES)]
    pub(crate) adopt: bool,
    /// First rebuild a lost state from the finished weeks of <OUT>; a state that is there is kept beside the new one
    #[arg(long, help_heading = FILES)]
    pub(crate) rebuild_state: bool,
    /// Write the figures of the run to this file as well, as one line of JSON for each week that was run
    #[arg(long, help_heading = FILES, value_name = "FILE", value_parser = no_dash("the words for people go to standard output: name a file, or a device such as /dev/stderr"))]
    pub(crate) summary: Option<PathBuf>,
}

/// Addresses and pauses of services, for tests.
#[derive(Debug, Args)]
pub(crate) struct LiveArgs {
    #[command(flatten)]
    pub(crate) addresses: AddressArgs,
    /// Milliseconds between two requests to arXiv, which wants three seconds; a third of it passes before a second try elsewhere, a sixth before
    /// a second connection
    #[arg(long, env = "STARCITE_SOURCE_PAUSE_MS", default_value_t = SOURCE_PAUSE_MS, hide = true)]
    pub(crate) source_pause_ms: u64,
}

fn parse_since(text: &str) -> Result<Week, String> {
    let day = || text.parse().map(Week::of_date).ok().filter(|_| text.len() == "2026-10-01".len());
    text.parse().ok().or_else(day).ok_or_else(|| "neither an ISO week such as 2026-W40 nor a day such as 2026-10-01".to_owned())
}
