//! Arguments of the command line.

#![allow(rustdoc::invalid_html_tags, rustdoc::bare_urls, reason = "clap prints these comments as they stand")]

mod digest;
mod doctor;
#[cfg(test)]
mod examples;
mod export;
pub(crate) mod outcome;
pub(crate) mod plan;
pub(crate) mod preset;
mod prune;
mod ranking;
mod report;
mod source;

pub(crate) use digest::{DigestArgs, DigestsArgs, SendArgs};
pub(crate) use doctor::DoctorArgs;
pub(crate) use export::{BibtexArgs, DuckdbArgs, ExportArgs, ExportFormat, PwcArgs, RowsArgs};
pub(crate) use prune::PruneArgs;
pub(crate) use ranking::{ExplainArgs, FilterArgs, RankArgs, RankingArgs};
pub(crate) use report::ReportArgs;
pub(crate) use source::{AddressArgs, AskArgs};

use crate::log::{LOG_AND_THREADS, LogArgs, no_dash};
use crate::weeks::Incomplete;
use clap::builder::{PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use plan::{Age, AppPlan, Column, Contact, GITHUB, HostOptions, OUT};
use preset::Preset;
use starcite_core::{LinkKind, Week};
use starcite_ground::{url, visible};
use starcite_rows::TABLES;
use starcite_sources::SourceKind;
use starcite_sources::input::Limits;
use std::path::PathBuf;

/// Finds the code that papers link to, asks GitHub how it is doing, and writes weekly Parquet tables.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 110, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) log: LogArgs,
    /// Threads for reading and extracting [default: all]
    #[arg(long, global = true, help_heading = LOG_AND_THREADS, env = "STARCITE_THREADS", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// An address of mail, by which hosts may ask about your requests: it is in the User-Agent of each [default: the pipeline's]
    #[arg(long, global = true, help_heading = LOG_AND_THREADS, env = "STARCITE_CONTACT", value_name = "EMAIL")]
    pub(crate) contact: Option<Contact>,
    /// The time to believe it is, for tests
    #[arg(long, global = true, env = "STARCITE_NOW", hide = true)]
    pub(crate) now: Option<chrono::DateTime<chrono::Utc>>,
}

impl Cli {
    /// Reads the arguments.
    ///
    /// # Errors
    /// When they are wrong. The error repeats words only in the form that [`shown`] returns, because a shell types names of files, too, and URLs hold secrets.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        Self::try_parse().map_err(|error| {
            let words = std::env::args_os().map(|word| shown(&word.to_string_lossy()));
            with_tip(Self::try_parse_from(words).err().unwrap_or(error))
        })
    }

    /// Returns the error for arguments that only the pipeline, the clock or several words together show to be wrong.
    pub(crate) fn wrong_usage(kind: ErrorKind, why: &str) -> anyhow::Error {
        Self::command().error(kind, visible::line(why)).into()
    }
}

/// Adds to the error for a missing pipeline where to get one.
fn with_tip(mut error: clap::Error) -> clap::Error {
    let lacks_pipeline = matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::Strings(args)) if args.iter().any(|arg| arg == "<PIPELINE>"));
    if lacks_pipeline {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec!["starcite init writes a pipeline to start from".into()]));
    }
    error
}

/// Returns a word in a form that can be shown: without possible secrets in a URL, also in one after `--flag=`.
fn shown(word: &str) -> String {
    match word.split_once('=') {
        Some((flag, value)) if flag.starts_with('-') => format!("{}={}", visible::line(flag), shown(value)),
        _ if url::is_url(word) => url::name(word),
        _ => visible::line(word).into_owned(),
    }
}

// The headings of options that several structs share.
const FILES: &str = "Folders and files";
const INPUT: &str = "Input";
const OUTPUT: &str = "Output";
const PAPERS: &str = "Which papers";
const REPOSITORIES: &str = "Repositories";
const WEEKS: &str = "Weeks";

const EXAMPLES: &str = "\
Examples:
  starcite init                            writes a pipeline to start from
  GITHUB_TOKEN=… starcite run starcite.toml
                                           last week's papers; again = go on
  starcite doctor starcite.toml            will the weekly job work?
  starcite run pipelines/sample.toml       the sample: offline, in a second
  starcite extract papers.jsonl            the links of papers, as JSON lines
  zcat arxiv.jsonl.gz | starcite extract --from arxiv-snapshot --kinds repo -
  echo rust-lang/cargo | starcite enrich   what GitHub says of repositories
  starcite rank --licence osi --new        the week's new code that one may use
  starcite explain 2506.17206              what is known of a paper, and why
  starcite report                          the week as a page, with feeds
  starcite digest starcite.toml            the week as a mail; send sends it
  starcite export pwc                      as Papers with Code's dumps
  starcite publish s3://bucket/starcite    finished weeks, for others to read
  starcite verify output                   are they what their manifests say?

Exit codes: 0 complete, 1 failed, 2 wrong usage, 3 complete but more records were rejected than the pipeline allows (max_rejects; none \
where it says nothing) or recipients refused a digest, 4 complete but below min_coverage, 75 some answers are still owed (run again), 129, \
130 and 143 interrupted by SIGHUP, Ctrl-C and SIGTERM (run again to go on).";

const COMPLETION: &str = "\
Examples:
  starcite completion bash > ~/.local/share/bash-completion/completions/starcite
  starcite completion zsh > ~/.zfunc/_starcite
  starcite completion fish > ~/.config/fish/completions/starcite.fish";

/// Milliseconds between two requests to arXiv.
pub(crate) const SOURCE_PAUSE_MS: u64 = 3_000;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a commented pipeline to start from
    Init(InitArgs),
    /// Look whether a weekly job will work: token, hosts, clock, disk, folder, state, mail; costs nothing
    Doctor(DoctorArgs),
    /// Run a pipeline for a week: papers, links, GitHub, ranked tables
    Run(WeeksArgs),
    /// Say what a run would ask GitHub, what that costs and how long it takes; asks GitHub nothing
    Plan(RunArgs),
    /// Print the links of papers
    Extract(ExtractArgs),
    /// Print what GitHub says of repositories, one name a line
    Enrich(EnrichArgs),
    /// Rank the papers of a finished week, or those of them that you ask for
    Rank(RankArgs),
    /// Say all that is known of a paper or a repository, and why, or why it is missing
    Explain(ExplainArgs),
    /// Write the newest version of every paper, and its code, as one table over all weeks
    Compact(CompactArgs),
    /// Write the files that describe the folder of all weeks as a dataset: card, metadata, dictionary, citation, licences
    Dataset(DatasetArgs),
    /// Write finished weeks as Papers with Code's files, CSV, JSON lines, BibTeX or DuckDB
    Export(ExportArgs),
    /// Write a finished week as a page to search in, which opens from disk, with feeds and files for programs
    Report(ReportArgs),
    /// Write the digests of a finished week, as messages and as Markdown; sends nothing
    Digest(DigestArgs),
    /// Send the digests of a finished week by mail, each recipient once; says who would get what unless --yes
    Send(SendArgs),
    /// Copy finished weeks to a bucket, a Hugging Face dataset folder or a directory
    Publish(PublishArgs),
    /// Check finished weeks against their manifests, the schema and the text
    Verify(VerifyArgs),
    /// Print the tables, their columns, types, units and meanings
    Schema(SchemaArgs),
    /// Print what the state knows, what waits, and the budget seen last
    Status(StatusArgs),
    /// Remove old weeks, and what only they needed in cache and state; says what would go unless --yes
    Prune(PruneArgs),
    /// Bring weeks of older versions up to the tables of this one, with the same rows
    Upgrade(UpgradeArgs),
    /// Print the completion script of a shell
    #[command(after_help = COMPLETION)]
    Completion {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite init                              starcite.toml, of the daily papers
  starcite init --preset zotero library.toml
  starcite init --preset arxiv -             prints the pipeline

A file that is there is never overwritten.")]
pub(crate) struct InitArgs {
    /// The pipeline file to write; - is standard output
    #[arg(default_value = preset::FILE)]
    pub(crate) file: PathBuf,
    /// The papers of the pipeline
    #[arg(long, default_value = preset::PRESETS[0].name, value_parser = Preset::parser())]
    pub(crate) preset: &'static Preset,
}

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

/// Output format of printed rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values; lists as JSON
    Csv,
    /// A Parquet file; needs --output
    Parquet,
}

/// Form and destination of printed rows.
#[derive(Debug, Args)]
#[command(next_help_heading = OUTPUT)]
pub(crate) struct OutputArgs {
    /// The form of the rows [default: by the name of --output, else jsonl]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to a file, which appears only when it is whole [default: standard output]
    #[arg(long, short, value_parser = no_dash("leave the option out for standard output"))]
    pub(crate) output: Option<PathBuf>,
    /// Texts in CSV as they are, for programs; else one that a spreadsheet would run as a formula has an apostrophe before it
    #[arg(long)]
    pub(crate) raw: bool,
    /// Only these columns, in this order, separated by commas [default: all]
    #[arg(long, value_delimiter = ',')]
    pub(crate) fields: Vec<String>,
}

impl OutputArgs {
    /// Returns the form: the one that was asked for, else the one that the output's name ends with, else JSON lines.
    pub(crate) fn format(&self) -> Format {
        let ending = self.output.as_deref().and_then(|path| path.extension()?.to_str());
        self.format.or_else(|| Format::from_str(ending?, true).ok()).unwrap_or(Format::Jsonl)
    }

    /// True if neither a form nor a file nor columns were asked for: a person at a terminal gets what a person reads.
    pub(crate) fn is_for_people(&self) -> bool {
        self.format.is_none() && self.output.is_none() && !self.raw && self.fields.is_empty()
    }
}

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

/// Parser of a value whose error does not repeat it, as clap's own would: a wrong value may hold a password.
#[derive(Debug, Clone, Copy)]
struct Unseen {
    is_right: fn(&str) -> bool,
    what: &'static str,
}

const ADDRESS: Unseen =
    Unseen { is_right: url::is_address, what: "the address of a service, such as https://api.example.org, without a user, a query and a fragment" };
const WITH_KEY: Unseen = Unseen {
    is_right: |text| url::is_address(text) && url::is_unheard(text),
    what: "the address of a service, such as https://api.example.org, without a user, a query and a fragment; http:// is for this machine alone, since a key goes there",
};
const HOST: Unseen = Unseen { is_right: url::is_host, what: "the name of a host, such as github.com or git.example.org" };

impl TypedValueParser for Unseen {
    type Value = String;

    fn parse_ref(&self, command: &clap::Command, arg: Option<&clap::Arg>, value: &std::ffi::OsStr) -> Result<String, clap::Error> {
        let value = StringValueParser::new().parse_ref(command, arg, value)?;
        if (self.is_right)(&value) {
            return Ok(value);
        }
        let flag = arg.and_then(clap::Arg::get_long).unwrap_or_default();
        Err(command.clone().error(ErrorKind::ValueValidation, format!("the value of --{flag} is not {}", self.what)))
    }
}

fn parse_since(text: &str) -> Result<Week, String> {
    let day = || text.parse().map(Week::of_date).ok().filter(|_| text.len() == "2026-10-01".len());
    text.parse().ok().or_else(day).ok_or_else(|| "neither an ISO week such as 2026-W40 nor a day such as 2026-10-01".to_owned())
}

/// Returns the parser of a table's name.
fn table_names() -> PossibleValuesParser {
    PossibleValuesParser::new(TABLES.iter().map(|table| table.name))
}

fn parse_kind(name: &str) -> Result<LinkKind, String> {
    let allowed = || LinkKind::ALL.map(LinkKind::as_str).join(", ");
    LinkKind::parse(name).ok_or_else(|| format!("unknown kind, expected one of {}", allowed()))
}
