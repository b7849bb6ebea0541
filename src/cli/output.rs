//! Form and destination of rows that a command prints.

use super::OUTPUT;
use crate::log::no_dash;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

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
