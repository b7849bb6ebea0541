//! Arguments of `starcite extract` and `enrich`.

use super::run::GithubArgs;
use super::unseen::HOST;
use super::{AskArgs, INPUT, LiveArgs, OUTPUT, OutputArgs, PlaceArgs, REPOSITORIES};
use crate::cli::plan::{Age, Column, GITHUB};
use clap::Args;
use starcite_core::{LinkKind, Week};
use starcite_sources::SourceKind;
use starcite_sources::input::Limits;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite extract papers.jsonl
  starcite extract --from arxiv-snapshot --kinds repo,project_page a.jsonl.zst
  starcite extract --citations --output citations.csv papers.jsonl
  starcite extract --fields paper_id,repo,role papers.jsonl
  starcite extract --from table --map 'abstract=Abstract Note' library.csv
  starcite extract https://example.org/a.jsonl.gz s3://bucket/b.jsonl.zst
  starcite extract --from hf-daily --dates 2026-06
      asks Hugging Face for a month of daily papers
  starcite extract --from arxiv-atom --dates 2026-W47 --search cat:cs.SE
      asks arXiv")]
pub(crate) struct ExtractArgs {
    /// Files, globs, folders, https:// or s3:// URLs, plain, gzip, zstd or bzip2; - is standard input
    #[arg(default_value = "-")]
    pub(crate) files: Vec<String>,
    /// The kind of the input
    #[arg(long, help_heading = INPUT, value_enum, default_value = "jsonl")]
    pub(crate) from: SourceKind,
    /// A field of a paper and its column in a table, with --from table: title=Title, or authors={column="Author", separator=";"}; may be
    /// given several times [default: columns that are called as the fields]
    #[arg(long, help_heading = INPUT, value_name = "FIELD=COLUMN")]
    pub(crate) map: Vec<String>,
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    /// Only links of these kinds, separated by commas [default: all]. With `repo` alone, records that can hold no link to a repository are
    /// passed over unread, whatever is wrong with them
    #[arg(long, help_heading = OUTPUT, value_delimiter = ',', value_parser = parse_kind)]
    pub(crate) kinds: Vec<LinkKind>,
    /// Print citations instead of links
    #[arg(long, help_heading = OUTPUT, conflicts_with = "kinds")]
    pub(crate) citations: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) live: LiveArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Limits for reading an input.
#[derive(Debug, Args)]
#[command(next_help_heading = INPUT)]
pub(crate) struct LimitArgs {
    /// The longest record, in MiB [default: 16]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) max_record_mib: Option<u16>,
    /// How many times as large an input may become that is compressed, as a whole or in itself [default: 200]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max_expansion: Option<u64>,
}

impl LimitArgs {
    pub(crate) fn limits(&self) -> Limits {
        Limits::of(self.max_record_mib, self.max_expansion)
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  echo rust-lang/cargo | starcite enrich
  starcite enrich names.txt --output repos.parquet
  starcite enrich names.txt --fields repo,state,stars,license_spdx
  starcite enrich names.txt --host git.example.org
      GitHub Enterprise, with GH_ENTERPRISE_TOKEN
  starcite enrich --week 2026-W40
      the repositories of a finished week, as they are now

A name is owner/name, github.com/owner/name or a URL, one a line. Answers are kept in the state: asked again within six days (--max-age), \
they come from there.")]
pub(crate) struct EnrichArgs {
    /// A file of names; - is standard input
    #[arg(default_value = "-")]
    pub(crate) file: String,
    /// In place of a file, the repositories of a finished week: what was learnt since it was closed, with its date (observed_at)
    #[arg(long, help_heading = REPOSITORIES, conflicts_with = "file")]
    pub(crate) week: Option<Week>,
    /// The host that names without one are on, and that is asked: GitHub, or a GitHub Enterprise server
    #[arg(long, help_heading = REPOSITORIES, default_value = GITHUB, value_parser = HOST)]
    pub(crate) host: String,
    /// Columns to request beyond the scalars, separated by commas [default: nothing]
    #[arg(long, help_heading = REPOSITORIES, value_enum, value_delimiter = ',')]
    pub(crate) columns: Vec<Column>,
    /// Ask again what was answered longer ago than this, such as 6d, 12h, 0m
    #[arg(long, help_heading = REPOSITORIES, default_value = "6d")]
    pub(crate) max_age: Age,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    #[command(flatten)]
    pub(crate) github: GithubArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

fn parse_kind(name: &str) -> Result<LinkKind, String> {
    let allowed = || LinkKind::ALL.map(LinkKind::as_str).join(", ");
    LinkKind::parse(name).ok_or_else(|| format!("unknown kind, expected one of {}", allowed()))
}
