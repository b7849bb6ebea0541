//! Arguments of commands that read finished weeks, and of those that look after the folder.

use super::FILES;
use crate::cli::plan::OUT;
use crate::weeks::Incomplete;
use clap::Args;
use clap::builder::PossibleValuesParser;
use starcite_core::Week;
use starcite_rows::TABLES;
use std::path::PathBuf;

/// Arguments that choose finished weeks.
#[derive(Debug, Args)]
pub(crate) struct WeeksFolder {
    /// The folder of all weeks
    #[arg(long, default_value = "output", env = "STARCITE_OUT")]
    pub(crate) out: PathBuf,
    /// Use weeks whose papers are incomplete as well
    #[arg(long)]
    incomplete: bool,
}

impl WeeksFolder {
    pub(crate) fn incomplete(&self) -> Incomplete {
        if self.incomplete { Incomplete::Use } else { Incomplete::Skip }
    }
}

/// Paths of the results and the state.
#[derive(Debug, Args)]
#[command(next_help_heading = FILES)]
pub(crate) struct PlaceArgs {
    /// The folder of all weeks, the state and the cache [default: that of the pipeline file, where a command has one, else output]
    #[arg(long, env = "STARCITE_OUT")]
    pub(crate) out: Option<PathBuf>,
    /// The state file [default: <OUT>/state.db]
    #[arg(long, env = "STARCITE_STATE")]
    pub(crate) state: Option<PathBuf>,
}

impl PlaceArgs {
    pub(crate) fn out(&self) -> PathBuf {
        self.out.clone().unwrap_or_else(|| PathBuf::from(OUT))
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.state.clone().unwrap_or_else(|| self.out().join(starcite_state::FILE))
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite status
  starcite status --out /data/starcite
  starcite status --json | jq .last_run.answers_owed

Exit code 1 if there is neither a state nor a week.")]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Print one JSON object, with the figures of the last run
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite upgrade
  starcite upgrade --out /data/starcite
  starcite upgrade --no-state         the state of these weeks is lost")]
pub(crate) struct UpgradeArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Upgrade weeks whose state is lost: the next run rebuilds it with --rebuild-state
    #[arg(long)]
    pub(crate) no_state: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite publish /srv/www/starcite
  starcite publish s3://bucket/starcite --week 2026-W47
  starcite publish ~/datasets/papers-and-code   a checkout from Hugging Face
  starcite publish /srv/www/starcite --report   with the pages and feeds

Data goes first and the manifest last: where there is a manifest the week is whole. Only what changed is sent, and every file is read back \
and compared by its hash. After an interruption, run the same command again. The files that describe the weeks which are there then \
(README.md, … see starcite dataset --help) come too. Nothing is touched but them, as far as starcite wrote them, and *.parquet and \
manifest.json in week=… folders; with --report also index.html, style.css, *.js, *.atom, week.json and papers.ndjson in report and its \
folders of weeks. The report has its scripts before each page, and its list of weeks last. One process at a time may publish to a place.

A bucket is opened as the AWS_* variables say: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, and for other servers than Amazon's \
AWS_ENDPOINT_URL (with AWS_ALLOW_HTTP=true if it is http://). What is published to a checkout is still to be committed and pushed, with \
git LFS for *.parquet.")]
pub(crate) struct PublishArgs {
    /// A directory or s3://bucket/prefix
    pub(crate) dest: String,
    #[command(flatten)]
    pub(crate) weeks: WeeksFolder,
    /// Only this week, such as 2026-W47; may be given several times [default: all that are finished]
    #[arg(long)]
    pub(crate) week: Vec<Week>,
    /// Read back what is there already as well, instead of trusting its manifest and its sizes
    #[arg(long)]
    pub(crate) check: bool,
    /// Publish the report beside the weeks as well: the pages of all weeks, and the feeds
    #[arg(long)]
    pub(crate) report: bool,
    /// Publish where weeks of a pipeline with another name are, since it was renamed
    #[arg(long)]
    pub(crate) adopt: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite compact       writes papers.parquet and overview.parquet in output
  starcite compact --out /data/starcite --output newest.parquet

A paper stands in the week that brought it and again in each week that changed it; here its newest version stands alone, and `iso_week` \
says which week it is of. The columns are those of `papers` and `overview`, with the code as the newest week knows it; the newest week \
comes first, each week in its own order.

A paper that its source deleted later keeps its last version: the weeks' papers do not say that it is gone, the links do.")]
pub(crate) struct CompactArgs {
    #[command(flatten)]
    pub(crate) weeks: WeeksFolder,
    /// The file of papers, which appears only when it is whole [default: <OUT>/papers.parquet]
    #[arg(long, short)]
    pub(crate) output: Option<PathBuf>,
    /// The state, for what was learnt since the newest week was closed [default: <OUT>/state.db]
    #[arg(long, env = "STARCITE_STATE")]
    pub(crate) state: Option<PathBuf>,
    /// The file of the overview [default: overview.parquet beside that of papers]
    #[arg(long)]
    pub(crate) overview: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite dataset       after weeks were removed, or brought from elsewhere
  starcite dataset --out /data/starcite

`starcite run` and `publish` write these files themselves: README.md (a dataset card for Hugging Face), DATA_DICTIONARY.md, LICENSES.md, \
CITATION.cff, croissant.json, datapackage.json and schemas/. They follow from the weeks' manifests alone. A file with such a name that \
starcite did not write stays as it is.")]
pub(crate) struct DatasetArgs {
    #[command(flatten)]
    pub(crate) weeks: WeeksFolder,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite verify                     every week in output
  starcite verify output/week=2026-W47
  starcite verify /data/starcite && starcite publish s3://bucket/starcite

Each file is compared with its manifest, each row with the schema and with other tables, and each link with the text it was found in. \
Exit code 1 if something is wrong, with a line for each problem.")]
pub(crate) struct VerifyArgs {
    /// The folder of all weeks, or of one
    #[arg(default_value = "output", env = "STARCITE_OUT")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite schema                     every table
  starcite schema rankings            one table
  starcite schema --json | jq '.tables[].name'
  starcite schema --sources           what becomes of the sources' fields")]
pub(crate) struct SchemaArgs {
    /// One table [default: all]
    #[arg(value_parser = table_names())]
    pub(crate) table: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print Markdown, as in DATA_DICTIONARY.md
    #[arg(long, conflicts_with = "json")]
    pub(crate) markdown: bool,
    /// Print docs/SOURCES.md instead: every source, how to get its data, what becomes of its fields
    #[arg(long, conflicts_with_all = ["table", "json", "markdown"])]
    pub(crate) sources: bool,
}

/// Returns the parser of a table's name.
pub(super) fn table_names() -> PossibleValuesParser {
    PossibleValuesParser::new(TABLES.iter().map(|table| table.name))
}
