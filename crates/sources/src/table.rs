//! Third-party tables: CSV, TSV, JSON lines, Parquet and Arrow, with a mapping of columns to fields of a paper.
//!
//! Whatever its format, a row becomes a JSON object of the fields that were taken, so that its content depends on these alone.

mod array;
mod arrow;
mod cell;
mod columns;
mod delta;
mod ipc;
mod json_lines;
mod linked;
mod parquet;
mod python;
mod rows;

pub use columns::{Columns, nearest};

use cell::Field;

use super::checksum::Count;
use super::csv::{MAX_COLUMNS, Records};
use super::csv_rows::check as check_record;
use super::foreign::Takes;
use super::input::{Input, Limits, Opened};
use super::jsonl;
use super::limits::Expansion;
use super::loose::Text;
use super::spec::{SourceDocs, SourceSpec};
use super::{BadValues, Body, Framed, Framer, Framing, FramingError, ParsedRecord, Reader, typed};
use anyhow::{Context, Result, anyhow, bail, ensure};
use arrow::Arrow;
use cell::{Cell, Holds};
use columns::{Column, Taken};
use parquet::Parquet;
use serde::Deserialize;
use starcite_core::Paper;
use starcite_core::paper::{arxiv_id, arxiv_id_of_address, doi, paper_id};
use starcite_core::reject;
use starcite_ground::catch_panics::catch_panics;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

pub(super) static ROW: SourceSpec = SourceSpec {
    name: "table",
    meaning: "Tables of your own: CSV, TSV, JSON lines, Parquet or Arrow, with the columns that you name",
    framing,
    parse,
    has_papers: true,
    is_dated: false,
    is_harvest: false,
    has_parts: false,
    repeats_papers: false,
    is_verbatim: false,
    licences: &[&jsonl::LICENCE],
    live: None,
    counts: None,
    takes: Takes::Tables,
    page: SourceDocs {
        data: "What other programs write: a library exported from Zotero, a data frame of pandas or polars, a query's result. The form is told by how the \
               file begins: CSV with a header (its separator is the comma, tab, semicolon or `|` that the header has most of, or what a line `sep=;` before it names; lines may end as on any system; `NULL`, `NA`, `NaN`, `None` and `\\N` without quotes are empty cells), JSON objects a line or in an array, \
               Parquet, Arrow's IPC as a file (Feather) or a stream. `[source.columns]` says which column is which field:\n\
               \n\
               ```toml\n\
               [[source]]\n\
               kind = \"table\"\n\
               path = \"library/*.csv\"\n\
               [source.columns]                 # field of a paper = column of the table\n\
               title = \"Title\"\n\
               abstract = \"Abstract Note\"\n\
               doi = \"DOI\"\n\
               authors = { column = \"Author\", separator = \";\" }           # several in one text\n\
               published = { column = \"Date\", format = \"%d/%m/%Y\" }       # where day and month can't be told apart\n\
               githubRepo = { column = \"code\", optional = true }          # some tables lack it\n\
               arxiv_id = [{ column = \"Url\", within = true }, { column = \"Extra\", within = true }]   # the first with a value\n\
               type = { column = \"Item Type\", one_of = [\"journalArticle\", \"preprint\"] }            # other rows are rejected\n\
               ```\n\
               \n\
               | setting | meaning |\n\
               | --- | --- |\n\
               | `separator` | Of `authors` and `categories`: what is between two names in one cell. |\n\
               | `format` | Of `published` and `updated`: the form of dates, as for `strftime`. |\n\
               | `within` | Of `arxiv_id`, `doi` and `categories`: the value is somewhere in a longer text, an arXiv id after `arXiv:` or in an address, arXiv's category in brackets after an id (`arXiv:2401.00001 [cs.CL]`). A text without one is not a bad value. |\n\
               | `one_of` | Of `type`: the types of records that are papers, in capitals or not. A row of another type is rejected, one without a type is not. |\n\
               | `optional` | A table may lack the column. |\n\
               \n\
               A list of columns is read from the first one on that has a value in the row, and a table may lack all but one of them. `starcite init --preset zotero` and \
               `--preset openalex` write such a mapping for the files that these programs export.\n\
               \n\
               Without it, and without `--map`, columns that are called as the fields in the table below are taken, in capitals or not (`paper_id` is `id`): \
               `papers.parquet` of a week comes in as it is. `starcite plan` prints what is taken of each table and what is not.",
        get: "starcite extract --from table --map title=Title --map 'authors={column=\"Author\", separator=\";\"}' library.csv\n\
              starcite extract --from table output/week=2026-W47/papers.parquet",
        fields: &[
            ("paper_id", "`id`, unless it is an arXiv id or a DOI; with `table:` before it if it has no prefix of its own"),
            ("arxiv_id", "`arxiv_id`, else `id` or `doi`, if it is one"),
            ("doi", "`doi`, else `id`, if it is one"),
            ("title", "`title`"),
            ("abstract", "`abstract`"),
            ("comment", "`comment`"),
            ("authors", "`authors`: a list, also as JSON or Python prints one; one text is one author without a `separator`"),
            ("categories", "`categories`: the same"),
            ("published", "`published`: a date, the day of a time (in UTC), or text, in the `format` given or as everywhere"),
            ("year", "`year`, else the year of `published`"),
            ("updated", "`updated`: as `published`"),
            ("url", "`url`"),
            ("upvotes", "`upvotes`"),
        ],
        notes: &[
            "`githubRepo` and `projectPage` are links of a whole field.",
            "Before anything else is read, columns and types of every file are compared with the mapping: one that is not there, or that can't be the field, is an \
             error that names the file and what it has. Of JSON the first 1,000 records are looked at. What comes from standard input, from a URL, or is Parquet or Arrow compressed as a whole, is \
             compared when it is its turn.",
            "An empty cell, null and not-a-number are unknown.",
            "Parquet may be compressed with snappy, gzip, zstd, brotli or LZ4, Arrow with zstd or LZ4. Of a Parquet one page (usually a mebibyte, at most 64) of each column \
             that is taken is in memory, or as many as are as large as their dictionary, whatever its row groups, and no more than 256 MiB of all together; of Arrow a record batch, which may become 1 GiB larger than it is in the file. \
             A table has at most 10,000 columns, which stand in at most 64 others, and a list of texts a million. Both need a file: what comes from elsewhere, or is compressed as a whole, \
             goes to a temporary file first (in TMPDIR). Encrypted Parquet, Feather of version 1, Excel, ORC and Avro are errors.",
            "A text of a Parquet or an Arrow that is not UTF-8 is damage, behind which nothing of the file is read: write such texts as UTF-8 first.",
            "The place of a reject is the number of the row; `byte_offset` is where its line begins, in Parquet its row group, in Arrow its record batch.",
            "A quote that does not close costs the line that it opens on: reading goes on with the next line.",
        ],
        rejects: &[
            "a row whose `type` is not in `one_of`",
            "a row of CSV with more or fewer cells than the header; a quote that does not close, or text behind a closing one",
            "what is behind a damaged page of a Parquet, or a damaged record batch",
        ],
    },
};

/// The limits of a table's description of itself: the depth of nested columns, and bytes.
const MAX_DEPTH: usize = 64;
const MAX_FOOTER_BYTES: usize = 64 * 1024 * 1024;
/// Bytes that a byte of such a description may become in memory.
const DESCRIBED_BYTES: u64 = 64;

/// The fields of a row.
#[derive(Deserialize)]
#[serde(default, rename_all = "snake_case")]
#[derive(Default)]
pub(super) struct Fields<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) arxiv_id: Option<&'a str>,
    pub(super) doi: Option<&'a str>,
    title: Option<String>,
    #[serde(rename = "abstract")]
    abstract_text: Option<String>,
    comment: Option<String>,
    authors: Vec<String>,
    categories: Vec<String>,
    published: Option<&'a str>,
    year: Option<i32>,
    updated: Option<&'a str>,
    url: Option<String>,
    upvotes: Option<i64>,
    #[serde(rename = "githubRepo")]
    github_repo: Option<String>,
    #[serde(rename = "projectPage")]
    project_page: Option<String>,
    /// Cells that can't be their field: its name, and the text of the cell.
    #[serde(rename = "!")] // cell::BAD
    bad: Vec<(&'a str, String)>,
}

fn framing(_: &[u8]) -> Framing {
    Framing::Rows
}

fn parse(body: &mut Body<'_>, bad: &mut BadValues) -> Result<ParsedRecord, String> {
    let fields: Fields<'_> = typed::record(body)?;
    fields.note_bad(bad);
    let doi = bad.read("doi", &fields.doi.into(), doi).or_else(|| fields.id.and_then(doi));
    let any_arxiv_id = |text: &str| arxiv_id(text).or_else(|| arxiv_id_of_address(text));
    let arxiv_id = bad.read("arxiv_id", &fields.arxiv_id.into(), any_arxiv_id);
    let arxiv_id = arxiv_id.or_else(|| [fields.id, doi.as_deref()].into_iter().flatten().find_map(any_arxiv_id));
    let paper_id = paper_id(ROW.name, fields.id, arxiv_id.as_deref(), doi.as_deref(), fields.title.as_deref()).ok_or(reject::NO_KEY)?;
    Ok(ParsedRecord::of(fields.paper(paper_id, arxiv_id, doi, bad)))
}

impl Fields<'_> {
    /// Records the cells that can't be their field.
    pub(super) fn note_bad(&self, bad: &mut BadValues) {
        self.bad.iter().filter_map(|(field, value)| Some((Field::parse(field)?, value))).for_each(|(field, value)| bad.note(field.column(), value));
    }

    /// Makes a paper with these ids of them.
    pub(super) fn paper(self, paper_id: String, arxiv_id: Option<String>, doi: Option<String>, bad: &mut BadValues) -> Paper {
        let (published, year) = bad.date("published", [Text::from(self.published).date()]);
        Paper {
            paper_id,
            source_key: self.id.map(str::to_owned),
            arxiv_id,
            doi,
            title: self.title,
            abstract_text: self.abstract_text,
            comment: self.comment,
            authors: self.authors,
            categories: self.categories,
            published,
            year: self.year.or(year),
            updated: bad.day("updated", &self.updated.into()),
            url: self.url,
            upvotes: self.upvotes,
            github_repo: self.github_repo,
            project_page: self.project_page,
            ..Paper::default()
        }
    }
}

/// A hint at what may be wrong with a CSV in which a column is not found.
const ONE_COLUMN: &str = "its first line is one cell; the separators that are looked for are comma, tab, semicolon and |, another is named by a line such as sep=^ before the header";

/// The format of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Csv,
    Json,
    Parquet,
    ArrowFile,
    ArrowStream,
}

impl Form {
    /// Returns the format of a file that begins so.
    fn of(start: &[u8]) -> Self {
        match start {
            [b'P', b'A', b'R', b'1', ..] => Self::Parquet,
            [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Self::ArrowFile,
            [0xff, 0xff, 0xff, 0xff, ..] => Self::ArrowStream,
            _ if matches!(super::elements::first_byte(start), Some(b'{' | b'[')) => Self::Json,
            _ => Self::Csv,
        }
    }

    /// True if it can only be read from a whole file.
    fn needs_file(self) -> bool {
        !matches!(self, Self::Csv | Self::Json)
    }
}

/// Compares the columns to take with those of a table in a file, and describes them; `None` if they are known only when it is read.
///
/// # Errors
/// When the file is not a table, or lacks a column to take.
pub fn check(takes: Takes, input: &Input, columns: &Columns, limits: Limits) -> Result<Option<String>> {
    let Input::File(path) = input else { return Ok(None) };
    let Opened { mut reader, given, waiting: _waiting, .. } = input.open(&limits, takes, false)?;
    let form = Form::of(reader.fill_buf().unwrap_or_default());
    if form.needs_file() && start_of(path)? != form {
        return Ok(None);
    }
    Ok(rows(takes, input, columns, reader, &given, limits)?.1)
}

/// Returns the rows of a table, and a description of the columns that are taken, for the user; nothing if it is empty.
///
/// # Errors
/// When it is not a table, or lacks a column to take.
pub(super) fn rows<'a>(
    takes: Takes,
    input: &Input,
    columns: &Columns,
    mut reader: Reader<'a>,
    given: &Count,
    limits: Limits,
) -> Result<(Framer<'a>, Option<String>)> {
    let name = input.name();
    let start = reader.fill_buf().with_context(|| format!("cannot read {name}"))?;
    if start.is_empty() {
        let is_of_a_program = [".parquet", ".arrow", ".feather"].iter().any(|end| name.to_lowercase().ends_with(end));
        ensure!(takes != Takes::Links && !is_of_a_program, "{name} has no bytes: did the program that was to write it fail? Run it again, or remove the file");
        return Ok((Box::new(|_| None), None));
    }
    let form = Form::of(start);
    if takes == Takes::Links {
        return linked::rows(input, columns, form, reader, given, limits);
    }
    let find = |there: &[Column]| {
        let has = |name: &str| there.iter().any(|column| column.name == name && !matches!(column.holds, Holds::Text | Holds::Anything));
        if linked::OWN.into_iter().all(has) {
            bail!("{name} has links that extract_batch of the Python package found: read it by --from links, or kind = \"links\" in a pipeline");
        }
        columns.find(&name, there).map(|taken| (Some(taken.describe(there, &[])), taken))
    };
    match form {
        Form::Csv => {
            let mut records = Records::new(reader, limits);
            let Some(header) = records.header() else { return Ok((Box::new(|_| None), None)) };
            let header =
                header.map_err(|(_, why)| anyhow!("{name} is no table that can be read: its first line, taken for the header of a CSV: {}", why.reason))?;
            let there: Vec<Column> = header.iter().map(|name| Column { name: name.clone(), holds: Holds::Text }).collect();
            let (said, taken) = find(&there).map_err(|error| if there.len() == 1 { anyhow!("{error:#}; {ONE_COLUMN}") } else { error })?;
            Ok((csv_rows(records, header.len(), taken, limits), said))
        }
        Form::Json => {
            let (there, reader) = json_lines::columns(reader).with_context(|| format!("cannot read {name}"))?;
            let (said, taken) = find(&there)?;
            Ok((json_lines::rows(reader, limits, there, taken), said))
        }
        Form::Parquet => {
            let (file, mut expansion) = whole(input, form, reader, given, limits)?;
            let parquet = catch_panics(|| Parquet::open(file, &mut expansion)).with_context(|| name.clone())?;
            let (said, taken) = find(&parquet.columns())?;
            Ok((parquet.rows(expansion, limits, taken), said))
        }
        Form::ArrowFile | Form::ArrowStream => {
            let (file, expansion) = whole(input, form, reader, given, limits)?;
            let open = if form == Form::ArrowFile { Arrow::open_file } else { Arrow::open_stream };
            let arrow = catch_panics(|| open(file, expansion)).with_context(|| name.clone())?;
            let (said, taken) = find(&arrow.columns())?;
            Ok((arrow.rows(limits, taken), said))
        }
    }
}

fn csv_rows<'a>(mut records: Records<'a>, width: usize, taken: Taken, limits: Limits) -> Framer<'a> {
    Box::new(move |text| {
        let record = match records.next()? {
            Ok(record) => record,
            Err((byte_offset, unreadable)) => return Some(Framed { byte_offset, text: Err(unreadable) }),
        };
        let cell = |_, at| record.value(at).map_or_else(Cell::Other, Cell::Text);
        let row = check_record(&record, width).and_then(|()| taken.row(text, limits, cell));
        let row = row.map_err(|unreadable| FramingError { excerpt: record.excerpt(), ..unreadable });
        Some(Framed { byte_offset: record.byte_offset, text: row })
    })
}

/// Returns the file of an input, or a temporary one with all its data; and its limit of expansion, by the size of the input, compressed or not.
fn whole(input: &Input, form: Form, mut reader: Reader<'_>, given: &Count, limits: Limits) -> Result<(File, Expansion)> {
    if let Input::File(path) = input
        && start_of(path)? == form
    {
        let context = || format!("cannot open {}", path.display());
        let file = File::open(path).with_context(context)?;
        let size = file.metadata().with_context(context)?.len();
        return Ok((file, Expansion::of(size, limits)));
    }
    let context = || format!("cannot keep {} in a temporary file: is there room in TMPDIR?", input.name());
    let mut file = tempfile::tempfile().with_context(context)?;
    io::copy(&mut reader, &mut file).with_context(context)?;
    file.rewind().with_context(context)?;
    Ok((file, Expansion::of(given.bytes(), limits)))
}

/// Returns the format of a file that is not compressed.
fn start_of(path: &Path) -> Result<Form> {
    let context = || format!("cannot read {}", path.display());
    let mut start = Vec::new();
    File::open(path).with_context(context)?.take(8).read_to_end(&mut start).with_context(context)?;
    Ok(Form::of(&start))
}

#[cfg(test)]
mod mutants;
