//! Arguments of `rank` and `explain`: a week, the weights, and which papers.

use super::unseen::HOST;
use super::{OutputArgs, PAPERS, WeeksFolder};
use crate::cli::plan::Age;
use chrono::NaiveDate;
use clap::Args;
use clap::builder::{PossibleValuesParser, RangedU64ValueParser, TypedValueParser};
use starcite_core::Week;
use starcite_core::availability::Tier;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite rank                              the first 25, on a terminal
  starcite rank --licence osi --category cs.CL --since 2026-10-01
  starcite rank --new --tier verified,citable --search 'speech translation'
  starcite rank --top 20 --format csv --fields rank,title,repo,score
  starcite rank --week 2026-W47 --score mine.toml --output mine.parquet

A run writes the same table as rankings.parquet; here the tables of a finished week are ranked with other weights. Ranks stay those among \
all papers, whichever are chosen. Facts come first: each paper's flags are true, false or unknown; the tier sums them up in a word, the \
score in points. docs/RANKING.md says what they mean, and starcite explain how a paper came by its own.")]
pub(crate) struct RankArgs {
    #[command(flatten)]
    pub(crate) ranking: RankingArgs,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    /// Print only so many of the best [default: 25 on a terminal, else all]
    #[arg(long, help_heading = PAPERS, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    pub(crate) top: Option<usize>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// A finished week and the rules by which its papers are ranked.
#[derive(Debug, Args)]
#[command(next_help_heading = "Week and weights")]
pub(crate) struct RankingArgs {
    #[command(flatten)]
    pub(crate) weeks: WeeksFolder,
    /// The ISO week, such as 2026-W47 [default: the newest one]
    #[arg(long, env = "STARCITE_WEEK")]
    pub(crate) week: Option<Week>,
    /// A file of weights and curves, such as pipelines/score.toml [default: that one]
    #[arg(long)]
    pub(crate) score: Option<String>,
    /// Age up to which a paper is recent, for trend_rank_recent [default: 90d]
    #[arg(long)]
    pub(crate) window: Option<Age>,
}

/// Conditions of the papers to print; a paper meets all of them. What is not known meets none, except `--tier unknown`.
#[derive(Debug, Args)]
#[command(next_help_heading = PAPERS)]
pub(crate) struct FilterArgs {
    /// Only these tiers, separated by commas
    #[arg(long, value_delimiter = ',', value_parser = tiers())]
    pub(crate) tier: Vec<WantedTier>,
    /// Only these licences of the code, by their SPDX ids, separated by commas; osi is every one that the Open Source Initiative approved
    #[arg(long, alias = "license", value_delimiter = ',')]
    pub(crate) licence: Vec<String>,
    /// Only papers in these categories, separated by commas; cs is all of cs.…
    #[arg(long, value_delimiter = ',')]
    pub(crate) category: Vec<String>,
    /// Only papers published on this day (2026-10-01) or in this ISO week, or later
    #[arg(long, value_name = "DATE|WEEK", value_parser = parse_first_day)]
    pub(crate) since: Option<NaiveDate>,
    /// Only code on these hosts, separated by commas
    #[arg(long, value_delimiter = ',', value_parser = HOST)]
    pub(crate) host: Vec<String>,
    /// Only papers whose code was linked first in this week
    #[arg(long)]
    pub(crate) new: bool,
    /// Only papers with all of these words in title, authors, repository or id
    #[arg(long, value_name = "WORDS")]
    pub(crate) search: Option<String>,
}

impl FilterArgs {
    /// True if the conditions compare fields that only the papers have.
    pub(crate) fn is_by_paper(&self) -> bool {
        !self.category.is_empty() || self.search.is_some()
    }

    /// True if there is a condition.
    pub(crate) fn is_any(&self) -> bool {
        let is_by_code = !self.tier.is_empty() || !self.licence.is_empty() || !self.host.is_empty() || self.new;
        is_by_code || self.is_by_paper() || self.since.is_some()
    }
}

/// A tier that is asked for; `None` is the unknown one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WantedTier(pub(crate) Option<Tier>);

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite explain 2506.17206                    a paper, and why it has no code
  starcite explain https://doi.org/10.1145/3643991.3644876
  starcite explain rust-lang/cargo               a repository, and who links it
  starcite explain 'attention is all you need'   by title, or by a part of one

What is unknown here may be unknown to the sources, of another week, or rejected; the last lines say where to look. Exit code 1 if nothing \
is known.")]
pub(crate) struct ExplainArgs {
    /// An arXiv id or its URL, a DOI, an id of the tables or of the source, a repository, a title or a part of one
    pub(crate) what: String,
    #[command(flatten)]
    pub(crate) ranking: RankingArgs,
}

fn parse_first_day(text: &str) -> Result<NaiveDate, String> {
    let day = text.parse().or_else(|_| text.parse().map(|week: Week| week.start().date_naive()));
    day.map_err(|_| "neither a day such as 2026-10-01 nor an ISO week such as 2026-W40".to_owned())
}

/// The name of the tier of a paper of which too little is known.
const UNKNOWN: &str = "unknown";

fn tiers() -> impl TypedValueParser<Value = WantedTier> {
    let names = Tier::ALL.iter().rev().map(|tier| tier.as_str()).chain([UNKNOWN]);
    PossibleValuesParser::new(names).map(|name| WantedTier(Tier::parse(&name)))
}
