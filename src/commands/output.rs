//! Prints rows of a table: JSONL or CSV to standard output or a file, Parquet to a file.

use crate::cli::{Cli, Format, OutputArgs};
use crate::weeks;
use crate::weeks::export::quoted::quoted;
use crate::weeks::export::rows::Texts;
use anyhow::{Context, Result, bail, ensure};
use clap::error::ErrorKind;
use starcite_ground::files::atomic::{appear, temporary};
use starcite_ground::interrupt::waiting;
use starcite_ground::terminal::{self, STDOUT, named};
use starcite_rows::{Cell, Column, Row, Table};
use starcite_sources::nearest;
use starcite_tables::{Columns, Layout, RowGroup, TableWriter};
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Writer of a table's rows to their destination.
pub(crate) struct RowWriter {
    form: RowForm,
    sink: Sink,
}

enum Sink {
    Text(TextOutput),
    Parquet(Box<TableWriter>, NewFile),
}

/// Text output: to standard output, to a pipe or device directly, or to a file that appears when it is complete.
pub(super) struct TextOutput {
    to: Box<dyn Write>,
    /// Name of the output, for errors.
    name: String,
    file: Option<NewFile>,
}

/// A file under its temporary name, and its final path.
struct NewFile {
    file: NamedTempFile,
    path: PathBuf,
}

/// Format and columns of printed rows.
#[derive(Clone)]
pub(crate) struct RowForm {
    format: Format,
    /// Treatment of texts in CSV.
    texts: Texts,
    table: &'static Table,
    /// Indices in the schema of the columns that are printed, in their order.
    columns: Vec<usize>,
    layout: Layout,
}

/// Rows gathered on any thread, in the form in which they are printed.
pub(crate) enum Rows {
    Text(Vec<u8>),
    Columns(Columns),
    RowGroup(RowGroup),
}

impl RowForm {
    fn new(args: &OutputArgs, table: &'static Table, left_out: &[&str]) -> Result<Self> {
        let columns = chosen(&args.fields, table, left_out)?;
        Ok(Self {
            format: args.format(),
            texts: Texts::of(args.raw),
            table,
            layout: Layout::new(columns.iter().map(|at| &table.columns[*at]).collect())?,
            columns,
        })
    }

    /// Returns an empty batch of rows.
    pub(crate) fn begin(&self) -> Rows {
        if self.format == Format::Parquet { Rows::Columns(self.layout.columns()) } else { Rows::Text(Vec::new()) }
    }

    /// Adds a row.
    pub(crate) fn push(&self, rows: &mut Rows, row: &impl Row) -> Result<()> {
        let cells = row.cells();
        let row = cells.as_ref();
        match rows {
            Rows::Columns(columns) => columns.push_cells(&self.printed(row)),
            Rows::Text(text) if self.format == Format::Csv => {
                let cells: Vec<String> = self.columns.iter().map(|at| csv_cell(&row[*at], self.texts)).collect::<Result<_>>()?;
                Ok(writeln!(text, "{}", cells.join(","))?)
            }
            Rows::Text(text) => self.push_json(text, row),
            Rows::RowGroup(_) => bail!("bug: a row for a row group that has ended"),
        }
    }

    /// Writes the object by hand, so that the columns are in their order.
    fn push_json(&self, text: &mut Vec<u8>, row: &[Cell<'_>]) -> Result<()> {
        let mut separator = b'{';
        for at in &self.columns {
            text.extend([separator, b'"']);
            text.extend(self.table.columns[*at].name.as_bytes());
            text.extend(b"\":");
            serde_json::to_writer(&mut *text, &row[*at])?;
            separator = b',';
        }
        text.extend(b"}\n");
        Ok(())
    }

    /// Returns the cells that are printed.
    fn printed<'c>(&self, row: &[Cell<'c>]) -> Vec<Cell<'c>> {
        self.columns.iter().map(|at| row[*at].clone()).collect()
    }

    /// Ends gathered rows.
    pub(crate) fn end(&self, rows: Rows) -> Result<Rows> {
        match rows {
            Rows::Columns(columns) => self.layout.encode(columns).map(Rows::RowGroup),
            ended => Ok(ended),
        }
    }

    fn header(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|at| self.table.columns[*at].name).collect();
        names.join(",") + "\n"
    }
}

impl RowWriter {
    /// Begins printing without the columns `left_out`, which make no sense outside a week.
    pub(crate) fn new(table: &'static Table, left_out: &[&str], args: &OutputArgs) -> Result<Self> {
        let form = RowForm::new(args, table, left_out)?;
        let sink = match (args.format(), &args.output) {
            (Format::Parquet, Some(path)) if is_regular(path) => {
                let columns: Vec<&Column> = form.columns.iter().map(|at| &table.columns[*at]).collect();
                let file = NewFile::beside(path)?;
                Sink::Parquet(Box::new(TableWriter::with_columns(table.name, columns, file.file.path(), &[])?.display_as(path)), file)
            }
            (Format::Parquet, _) => {
                let why = "--format parquet writes a file, which can't be printed: name it with --output";
                return Err(Cli::wrong_usage(ErrorKind::MissingRequiredArgument, why));
            }
            (_, output) => Sink::Text(TextOutput::open(output.as_deref())?),
        };
        let mut writer = Self { form, sink };
        if args.format() == Format::Csv {
            writer.append(Rows::Text(writer.form.header().into_bytes()))?;
        }
        Ok(writer)
    }

    /// Returns the form of the rows, for code that gathers them.
    pub(crate) fn form(&self) -> &RowForm {
        &self.form
    }

    /// Prints a row.
    pub(crate) fn push(&mut self, row: &impl Row) -> Result<()> {
        if let Sink::Parquet(writer, _) = &mut self.sink {
            return writer.push_cells(&self.form.printed(row.cells().as_ref()));
        }
        let mut rows = self.form.begin();
        self.form.push(&mut rows, row)?;
        self.append(rows)
    }

    /// Prints rows that were gathered and ended.
    pub(crate) fn append(&mut self, rows: Rows) -> Result<()> {
        match (&mut self.sink, rows) {
            (Sink::Text(to), Rows::Text(text)) => Ok(to.write_all(&text)?),
            (Sink::Parquet(writer, _), Rows::RowGroup(row_group)) => writer.append(&row_group),
            _ => bail!("bug: rows in another form than that of the output"),
        }
    }

    /// Ends printing; only now a file appears under its final name.
    pub(crate) fn finish(self) -> Result<()> {
        match self.sink {
            Sink::Parquet(writer, file) => {
                writer.finish()?;
                file.appear()
            }
            Sink::Text(to) => to.finish(),
        }
    }
}

impl TextOutput {
    /// Opens a file or device; without a path, standard output.
    pub(super) fn open(path: Option<&Path>) -> Result<Self> {
        let file = path.filter(|path| is_regular(path)).map(NewFile::beside).transpose()?;
        let to: Box<dyn Write> = match (&file, path) {
            (Some(file), _) => Box::new(BufWriter::new(file.file.reopen()?)),
            (None, Some(device)) => {
                let device = waiting(|| OpenOptions::new().write(true).open(device)).with_context(|| format!("cannot write {}", device.display()))?;
                Box::new(BufWriter::new(device))
            }
            (None, None) => Box::new(BufWriter::with_capacity(256 * 1024, terminal::data())),
        };
        Ok(Self { to, name: path.map_or_else(|| STDOUT.to_owned(), |path| path.display().to_string()), file })
    }

    /// Ends the output; only now a file appears under its final name.
    pub(super) fn finish(mut self) -> Result<()> {
        self.flush()?;
        self.file.map_or(Ok(()), NewFile::appear)
    }
}

impl Write for TextOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        named(&self.name, self.to.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        named(&self.name, self.to.flush())
    }
}

impl NewFile {
    fn beside(path: &Path) -> Result<Self> {
        weeks::check_output(path)?;
        Ok(Self { file: temporary(path)?, path: path.to_owned() })
    }

    fn appear(self) -> Result<()> {
        appear(self.file, &self.path)
    }
}

/// Returns the indices of the columns to print: those of `--fields`, in their order, else all but those that make no sense outside a week.
///
/// # Errors
/// When a field is not one of these columns, or is named twice.
fn chosen(fields: &[String], table: &Table, left_out: &[&str]) -> Result<Vec<usize>> {
    let name = |at: usize| table.columns[at].name;
    let all: Vec<usize> = (0..table.columns.len()).filter(|at| !left_out.contains(&name(*at))).collect();
    if fields.is_empty() {
        return Ok(all);
    }
    let refused = |why: String| Cli::wrong_usage(ErrorKind::InvalidValue, &format!("--fields: {why}"));
    let names = || all.iter().map(|at| name(*at));
    let mut chosen = Vec::new();
    for field in fields {
        let unknown = || refused(format!("no column {field:?}{}: there are {}", nearest(field, names()), names().collect::<Vec<_>>().join(", ")));
        let at = all.iter().copied().find(|at| name(*at) == field).ok_or_else(unknown)?;
        if chosen.contains(&at) {
            return Err(refused(format!("{field} is named twice")));
        }
        chosen.push(at);
    }
    Ok(chosen)
}

/// Returns the result, or `None` if the reader of the output has gone, so that the command still prints its messages.
pub(super) fn unless_unread<T>(written: Result<T>) -> Result<Option<T>> {
    match written {
        Err(error) if terminal::is_reader_gone(&error) => Ok(None),
        written => written.map(Some),
    }
}

/// Checks that the output is not a file that the command reads.
///
/// # Errors
/// When it is one of them.
pub(super) fn check_no_input<'p>(output: Option<&Path>, mut inputs: impl Iterator<Item = &'p Path>) -> Result<()> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let Some(output) = output.and_then(real) else { return Ok(()) };
    ensure!(inputs.all(|input| real(input).as_ref() != Some(&output)), "{} is an input as well: name another file with --output", output.display());
    Ok(())
}

/// True for a regular file, or for a path where there is none yet. A pipe or a device is not: it is written directly.
pub(super) fn is_regular(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|m| m.is_file()) || !path.exists()
}

/// Returns a cell as CSV: lists as JSON, an empty cell for unknown.
fn csv_cell(cell: &Cell<'_>, texts: Texts) -> Result<String> {
    if let Cell::Text(Some(text)) = cell {
        return Ok(texts.cell(text));
    }
    Ok(match serde_json::to_value(cell)? {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(time) => time,
        other => quoted(&other.to_string(), ',').into_owned(),
    })
}
