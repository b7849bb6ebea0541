//! Arguments of the command line.

#![allow(rustdoc::invalid_html_tags, rustdoc::bare_urls, reason = "clap prints these comments as they stand")]

mod digest;
mod doctor;
#[cfg(test)]
mod examples;
mod export;
mod extract;
pub(crate) mod outcome;
mod output;
pub(crate) mod plan;
pub(crate) mod preset;
mod prune;
mod ranking;
mod report;
mod run;
mod source;
mod unseen;
mod weeks;

pub(crate) use digest::{DigestArgs, DigestsArgs, SendArgs};
pub(crate) use doctor::DoctorArgs;
pub(crate) use export::{BibtexArgs, DuckdbArgs, ExportArgs, ExportFormat, PwcArgs, RowsArgs};
pub(crate) use extract::{EnrichArgs, ExtractArgs};
pub(crate) use output::{Format, OutputArgs};
pub(crate) use prune::PruneArgs;
pub(crate) use ranking::{ExplainArgs, FilterArgs, RankArgs, RankingArgs};
pub(crate) use report::ReportArgs;
pub(crate) use run::{GithubArgs, LiveArgs, RunArgs, SOURCE_PAUSE_MS, WeeksArgs};
pub(crate) use source::{AddressArgs, AskArgs};
pub(crate) use weeks::{CompactArgs, DatasetArgs, PlaceArgs, PublishArgs, SchemaArgs, StatusArgs, UpgradeArgs, VerifyArgs, WeeksFolder};

use crate::log::{LOG_AND_THREADS, LogArgs};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser, Subcommand};
use plan::Contact;
use preset::Preset;
use starcite_ground::{url, visible};
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
