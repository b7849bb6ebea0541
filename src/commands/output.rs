//! Prints rows of a table: JSONL or CSV to standard output or a file, Parquet to a file.

use crate::cli::{Format, OutputArgs};
use crate::tables::schema::Table;
use crate::tables::{Cell, TableWriter};
use anyhow::{Context, Result, bail};
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Rows on their way out.
pub(crate) struct RowWriter {
    table: &'static Table,
    /// The columns that are printed, by their place in the schema.
    columns: Vec<usize>,
    sink: Sink,
    /// The file under its temporary name, and the name it gets in the end.
    file: Option<(NamedTempFile, PathBuf)>,
}

enum Sink {
    Text { format: Format, to: Box<dyn Write> },
    Parquet(Box<TableWriter>),
}

impl RowWriter {
    /// Begins printing; `left_out` are columns that make no sense outside a week.
    pub(crate) fn new(table: &'static Table, left_out: &[&str], args: &OutputArgs) -> Result<Self> {
        let columns: Vec<usize> = (0..table.columns.len()).filter(|at| !left_out.contains(&table.columns[*at].name)).collect();
        let file =
            args.output.as_deref().filter(|path| is_regular(path)).map(|path| Ok::<_, anyhow::Error>((temporary(path)?, path.to_owned()))).transpose()?;
        let sink = match (args.format, &file, &args.output) {
            (Format::Parquet, None, _) => bail!("Parquet can't be printed: name a file with --output"),
            (Format::Parquet, Some((file, _)), _) => {
                Sink::Parquet(Box::new(TableWriter::with_columns(table.name, columns.iter().map(|at| &table.columns[*at]).collect(), file.path(), &[])?))
            }
            (format, Some((file, _)), _) => Sink::Text { format, to: Box::new(BufWriter::new(file.reopen()?)) },
            (format, None, Some(device)) => {
                let device = OpenOptions::new().write(true).open(device).with_context(|| format!("cannot write {}", device.display()))?;
                Sink::Text { format, to: Box::new(BufWriter::new(device)) }
            }
            (format, None, None) => Sink::Text { format, to: Box::new(BufWriter::with_capacity(256 * 1024, io::stdout())) },
        };
        let mut writer = Self { table, columns, sink, file };
        writer.header()?;
        Ok(writer)
    }

    fn header(&mut self) -> Result<()> {
        if let Sink::Text { format: Format::Csv, to } = &mut self.sink {
            let names: Vec<&str> = self.columns.iter().map(|at| self.table.columns[*at].name).collect();
            writeln!(to, "{}", names.join(","))?;
        }
        Ok(())
    }

    /// Prints a row, given in the order of the schema's columns.
    pub(crate) fn push(&mut self, row: &[Cell]) -> Result<()> {
        match &mut self.sink {
            Sink::Parquet(writer) => writer.push(self.columns.iter().map(|at| row[*at].clone()).collect()),
            Sink::Text { format: Format::Csv, to } => {
                let cells: Vec<String> = self.columns.iter().map(|at| csv_cell(&row[*at])).collect();
                Ok(writeln!(to, "{}", cells.join(","))?)
            }
            Sink::Text { to, .. } => {
                // Written by hand so that the columns stand in the schema's order.
                let mut separator = '{';
                for at in &self.columns {
                    write!(to, "{separator}\"{}\":{}", self.table.columns[*at].name, row[*at].json())?;
                    separator = ',';
                }
                Ok(writeln!(to, "}}")?)
            }
        }
    }

    /// Ends printing; a file appears under its name only now.
    pub(crate) fn finish(self) -> Result<()> {
        match self.sink {
            Sink::Parquet(writer) => drop(writer.finish()?),
            Sink::Text { mut to, .. } => to.flush()?,
        }
        if let Some((file, path)) = self.file {
            file.as_file().sync_all()?;
            file.persist(&path).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

/// A file, or one to be made; a pipe or a device is written as it is.
fn is_regular(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|m| m.is_file()) || !path.exists()
}

fn temporary(path: &Path) -> Result<NamedTempFile> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // as the umask allows, like any other file
    builder.tempfile_in(folder).with_context(|| format!("cannot write {}: check the folder", path.display()))
}

/// A cell of CSV (RFC 4180): quoted where it must be; lists as JSON; unknown is empty.
fn csv_cell(cell: &Cell) -> String {
    let text = match cell.json() {
        serde_json::Value::Null => return String::new(),
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
