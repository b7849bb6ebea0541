//! Arguments of `starcite export`.

use super::weeks::{WeeksFolder, table_names};
use crate::weeks::export::Unknown;
use crate::weeks::export::excel::Separator;
use crate::weeks::export::rows::{Form, Texts};
use clap::{Args, Subcommand};
use starcite_core::Week;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite export pwc                       Papers with Code's two files
  starcite export csv --week 2026-W47       every table of that week, as CSV
  starcite export csv --excel               for a spreadsheet, with overview.csv
  starcite export jsonl --table repos | jq .stars
  starcite export duckdb                    one database over all weeks
  starcite export bibtex arxiv:1705.03122   the paper and its code, to cite

Only finished weeks are read. Files appear only when they are whole. docs/EXPORTS.md says what each field is.")]
pub(crate) struct ExportArgs {
    #[command(subcommand)]
    pub(crate) format: ExportFormat,
}

const JSONL: &str = "\
Examples:
  starcite export jsonl                     each table to a file in output/jsonl
  starcite export jsonl --table repos | jq .stars
  starcite export jsonl --all-weeks --table links --output links.jsonl";

#[derive(Debug, Subcommand)]
pub(crate) enum ExportFormat {
    /// The two files of the Papers with Code dumps, in exactly their fields
    Pwc(PwcArgs),
    /// Tables as comma-separated values; lists as JSON, times in UTC, unknown is an empty field
    Csv(CsvArgs),
    /// Tables as JSON, an object a line
    #[command(after_help = JSONL)]
    Jsonl(RowsArgs),
    /// Papers and their code as BibTeX entries for biblatex
    Bibtex(BibtexArgs),
    /// A DuckDB database over all weeks, with a comment on every table and column
    Duckdb(DuckdbArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite export pwc                       output/pwc, as of the newest week
  starcite export pwc --week 2026-W47 --output pwc
  starcite export pwc --unknown null        unknown is null, not false

links-between-papers-and-code.json.gz has a row a paper and repository, as of the week; papers-with-abstracts.json.gz the newest version of \
every paper until then. docs/EXPORTS.md says how is_official, mentioned_in_paper, mentioned_in_github and framework are decided.")]
pub(crate) struct PwcArgs {
    #[command(flatten)]
    pub(crate) weeks: WeeksFolder,
    /// The ISO week, such as 2026-W47 [default: the newest finished one]
    #[arg(long)]
    pub(crate) week: Option<Week>,
    /// The value for unknown in is_official, mentioned_in_paper, mentioned_in_github, framework and authors, which were never null in the dumps
    #[arg(long, value_enum, default_value_t = Unknown::False)]
    pub(crate) unknown: Unknown,
    /// The folder of the two files [default: <OUT>/pwc]
    #[arg(long, short)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite export csv                       each table to a file in output/csv
  starcite export csv --table rankings > rankings.csv
  starcite export csv --all-weeks --table repos --output repos.csv
  starcite export csv --excel               for a spreadsheet, in output/excel
  starcite export csv --excel --separator ';'
      with decimal commas: 76,5
  starcite export csv --excel --table overview -o week.csv
      one file, with a row a paper

docs/EXPORTS.md says how to open the files, and what --excel changes.")]
pub(crate) struct CsvArgs {
    #[command(flatten)]
    pub(crate) rows: RowsArgs,
    /// Texts as they are, for programs; else one that a spreadsheet would run as a formula has an apostrophe before it
    #[arg(long, conflicts_with = "excel")]
    pub(crate) raw: bool,
    /// For Excel and LibreOffice: a byte order mark, ids that stay texts, rounded numbers, dates and times as such, lists as `a; b`
    #[arg(long)]
    pub(crate) excel: bool,
    /// The separator of cells for the spreadsheet
    #[arg(long, value_enum, default_value_t = Separator::Comma, requires = "excel")]
    pub(crate) separator: Separator,
}

impl CsvArgs {
    pub(crate) fn form(&self) -> Form {
        if self.excel { Form::Excel(self.separator) } else { Form::Csv(Texts::of(self.raw)) }
    }
}

#[derive(Debug, Args)]
pub(crate) struct RowsArgs {
    #[command(flatten)]
    pub(crate) weeks: WeeksFolder,
    /// The ISO week, such as 2026-W47 [default: the newest finished one]
    #[arg(long)]
    pub(crate) week: Option<Week>,
    /// Every finished week, the oldest first; the column iso_week tells them apart. Of the overview, one row a paper, as the newest week knows its code
    #[arg(long, conflicts_with = "week")]
    pub(crate) all_weeks: bool,
    /// One table, to standard output [default: each to a file of its own]
    #[arg(long, value_parser = table_names())]
    pub(crate) table: Option<String>,
    /// With --table its file, else the folder of the files [default: <OUT>/csv, <OUT>/excel or <OUT>/jsonl]
    #[arg(long, short)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite export bibtex arxiv:1705.03122 10.1145/3643991.3644876
  starcite export bibtex --all --output week.bib

An @article a paper and a @software a repository that is its own; what the repository's CITATION.cff says goes first. Keys are the papers' \
ids and the repositories' names, and so stay the same. The entries are for biblatex with biber, in UTF-8.")]
pub(crate) struct BibtexArgs {
    /// arXiv ids (1705.03122, arxiv:1705.03122), DOIs, or ids as in the table papers
    #[arg(required_unless_present = "all")]
    pub(crate) papers: Vec<String>,
    /// Every paper that the week brought and that has a repository of its own
    #[arg(long, conflicts_with = "papers")]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) weeks: WeeksFolder,
    /// The ISO week, such as 2026-W47 [default: the newest finished one]
    #[arg(long)]
    pub(crate) week: Option<Week>,
    /// Write to a file, which appears only when it is whole [default: standard output]
    #[arg(long, short)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  starcite export duckdb                    output/starcite.duckdb, of views
  starcite export duckdb --copy --output starcite.duckdb
  starcite export duckdb --sql > starcite.sql

The database is made by the program duckdb, else by python3 with its module duckdb (pip install duckdb). Its views read the weeks' files by \
relative paths, new weeks too: open it in the folder of the weeks, which can move. Give a --copy to others.")]
pub(crate) struct DuckdbArgs {
    #[command(flatten)]
    pub(crate) weeks: WeeksFolder,
    /// Tables with keys and the rows in them, instead of views of the weeks' files
    #[arg(long)]
    pub(crate) copy: bool,
    /// Print the script that makes it, and make nothing
    #[arg(long, conflicts_with = "output")]
    pub(crate) sql: bool,
    /// The database's file [default: <OUT>/starcite.duckdb]
    #[arg(long, short)]
    pub(crate) output: Option<PathBuf>,
}
