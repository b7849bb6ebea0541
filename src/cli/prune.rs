//! Arguments of `starcite prune`.

use super::PlaceArgs;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite prune --keep 26                 what would go; nothing is removed
  starcite prune --keep 26 --yes           removes it
  starcite prune starcite.toml --keep 52 --yes

The newest complete weeks stay, with all that the next run and a repetition of theirs need. What goes: folders of older weeks, objects and \
pages in the cache that are older, and in the state what a later request took the place of. With it go, for later weeks, totals of stars of \
the weeks before, and texts and categories of papers that only older weeks have. Pages of the report, digests and exports stay: they stand \
alone. Files that starcite did not write stay, and so does the week that holds them.")]
pub(crate) struct PruneArgs {
    /// The pipeline, which names the folder
    pub(crate) pipeline: Option<PathBuf>,
    /// The number of weeks that stay
    #[arg(long, value_name = "WEEKS", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) keep: u16,
    /// Remove; without it the command only says what would go
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
}
