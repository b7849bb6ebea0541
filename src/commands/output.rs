//! Prints rows of a table: JSONL or CSV to standard output or a file, Parquet to a file.

use crate::atomic_file::{appear, temporary};
use crate::cli::{Format, OutputArgs};
use crate::export::rows::{Texts, quoted};
use crate::interrupt::waiting;
use crate::tables::schema::{Column, Table};
use crate::tables::{Cell, Columns, Layout, RowGroup, TableWriter};
use crate::terminal::{self, STDOUT, named};
use crate::weeks;
use anyhow::{Context, Result, bail};
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Rows on their way out.
pub(crate) struct RowWriter {
    form: RowForm,
    sink: Sink,
}

enum Sink {
    Text(TextOutput),
    Parquet(Box<TableWriter>, NewFile),
}

/// Text on its way to standard output, to a pipe or a device as it is, or to a file that appears when it is whole.
pub(super) struct TextOutput {
    to: Box<dyn Write>,
    /// What is written, for errors.
    name: String,
    file: Option<NewFile>,
}

/// A file under its temporary name, and the name it gets in the end.
struct NewFile {
    file: NamedTempFile,
    path: PathBuf,
}

/// How rows are printed.
#[derive(Clone)]
pub(crate) struct RowForm {
    format: Format,
    /// Texts in CSV.
    texts: Texts,
    table: &'static Table,
    /// The columns that are printed, by their place in the schema.
    columns: Vec<usize>,
    layout: Layout,
}

/// Rows gathered on whatever thread, in the form in which they are printed.
pub(crate) enum Rows {
    Text(Vec<u8>),
    Columns(Columns),
    RowGroup(RowGroup),
}

impl RowForm {
    fn new(args: &OutputArgs, table: &'static Table, left_out: &[&str]) -> Result<Self> {
        let columns: Vec<usize> = (0..table.columns.len()).filter(|at| !left_out.contains(&table.columns[*at].name)).collect();
        Ok(Self {
            format: args.format,
            texts: Texts::of(args.raw),
            table,
            layout: Layout::new(columns.iter().map(|at| &table.columns[*at]).collect())?,
            columns,
        })
    }

    /// No rows yet.
    pub(crate) fn begin(&self) -> Rows {
        if self.format == Format::Parquet { Rows::Columns(self.layout.columns()) } else { Rows::Text(Vec::new()) }
    }

    /// Adds a row, given in the order of the schema's columns.
    pub(crate) fn push(&self, rows: &mut Rows, row: &[Cell<'_>]) -> Result<()> {
        match rows {
            Rows::Columns(columns) => columns.push(&self.printed(row)),
            Rows::Text(text) if self.format == Format::Csv => {
                let cells: Vec<String> = self.columns.iter().map(|at| csv_cell(&row[*at], self.texts)).collect::<Result<_>>()?;
                Ok(writeln!(text, "{}", cells.join(","))?)
            }
            Rows::Text(text) => self.push_json(text, row),
            Rows::RowGroup(_) => bail!("bug: a row for a row group that has ended"),
        }
    }

    /// Written by hand so that the columns stand in the schema's order.
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

    /// The cells that are printed.
    fn printed<'c>(&self, row: &[Cell<'c>]) -> Vec<Cell<'c>> {
        self.columns.iter().map(|at| row[*at].clone()).collect()
    }

    /// Ends rows that were gathered.
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
    /// Begins printing; `left_out` are columns that make no sense outside a week.
    pub(crate) fn new(table: &'static Table, left_out: &[&str], args: &OutputArgs) -> Result<Self> {
        let form = RowForm::new(args, table, left_out)?;
        let sink = match (args.format, &args.output) {
            (Format::Parquet, Some(path)) if is_regular(path) => {
                let columns: Vec<&Column> = form.columns.iter().map(|at| &table.columns[*at]).collect();
                let file = NewFile::beside(path)?;
                Sink::Parquet(Box::new(TableWriter::with_columns(table.name, columns, file.file.path(), &[])?.told_as(path)), file)
            }
            (Format::Parquet, _) => bail!("Parquet can't be printed: name a file with --output"),
            (_, output) => Sink::Text(TextOutput::open(output.as_deref())?),
        };
        let mut writer = Self { form, sink };
        if args.format == Format::Csv {
            writer.append(Rows::Text(writer.form.header().into_bytes()))?;
        }
        Ok(writer)
    }

    /// How rows are printed, for those who gather them.
    pub(crate) fn form(&self) -> &RowForm {
        &self.form
    }

    /// Prints a row, given in the order of the schema's columns.
    pub(crate) fn push(&mut self, row: &[Cell<'_>]) -> Result<()> {
        if let Sink::Parquet(writer, _) = &mut self.sink {
            return writer.push(&self.form.printed(row));
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

    /// Ends printing; a file appears under its name only now.
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
    /// Without a path, standard output.
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

    /// Ends it; a file appears under its name only now.
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
        weeks::check_outside(path)?;
        Ok(Self { file: temporary(path)?, path: path.to_owned() })
    }

    fn appear(self) -> Result<()> {
        appear(self.file, &self.path)
    }
}

/// Gives what was written, or nothing where the reader has gone: what else there is to say is said all the same.
pub(super) fn unless_unread<T>(written: Result<T>) -> Result<Option<T>> {
    match written {
        Err(error) if terminal::is_reader_gone(&error) => Ok(None),
        written => written.map(Some),
    }
}

/// A file, or one to be made; a pipe or a device is written as it is.
pub(super) fn is_regular(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|m| m.is_file()) || !path.exists()
}

/// A cell of CSV: lists as JSON; unknown is empty.
fn csv_cell(cell: &Cell<'_>, texts: Texts) -> Result<String> {
    if let Cell::Text(Some(text)) = cell {
        return Ok(texts.cell(text));
    }
    Ok(match serde_json::to_value(cell)? {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(time) => time,
        other => quoted(&other.to_string()).into_owned(),
    })
}
