//! Prints rows of a table: JSONL or CSV to standard output or a file, Parquet to a file.

use crate::cli::{Format, OutputArgs};
use crate::tables::schema::Table;
use crate::tables::{Cell, TableWriter};
use anyhow::{Context, Result, bail};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// Rows on their way out.
pub(crate) struct RowWriter {
    table: &'static Table,
    /// The columns that are printed, by their place in the schema.
    columns: Vec<usize>,
    sink: Sink,
}

enum Sink {
    Text { format: Format, to: Box<dyn Write>, file: Option<NamedTempFile> },
    Parquet { writer: Box<TableWriter>, file: NamedTempFile },
}

impl RowWriter {
    /// Begins printing; `left_out` are columns that make no sense outside a week.
    pub(crate) fn new(table: &'static Table, left_out: &[&str], args: &OutputArgs) -> Result<Self> {
        let columns = (0..table.columns.len()).filter(|at| !left_out.contains(&table.columns[*at].name)).collect();
        let file = args.output.as_deref().map(temporary).transpose()?;
        let sink = match (args.format, file) {
            (Format::Parquet, None) => bail!("Parquet can't be printed: name a file with --output"),
            (Format::Parquet, Some(file)) => Sink::Parquet { writer: Box::new(TableWriter::create(table, file.path(), &[])?), file },
            (format, Some(file)) => Sink::Text { format, to: Box::new(BufWriter::new(file.reopen()?)), file: Some(file) },
            (format, None) => Sink::Text { format, to: Box::new(BufWriter::with_capacity(256 * 1024, io::stdout())), file: None },
        };
        let mut writer = Self { table, columns, sink };
        writer.header()?;
        Ok(writer)
    }

    fn header(&mut self) -> Result<()> {
        if let Sink::Text { format: Format::Csv, to, .. } = &mut self.sink {
            let names: Vec<&str> = self.columns.iter().map(|at| self.table.columns[*at].name).collect();
            writeln!(to, "{}", names.join(","))?;
        }
        Ok(())
    }

    /// Prints a row, given in the order of the schema's columns.
    pub(crate) fn push(&mut self, row: Vec<Cell>) -> Result<()> {
        match &mut self.sink {
            Sink::Parquet { writer, .. } => writer.push(row),
            Sink::Text { format: Format::Csv, to, .. } => {
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
    pub(crate) fn finish(self, args: &OutputArgs) -> Result<()> {
        let file = match self.sink {
            Sink::Parquet { writer, file } => {
                writer.finish()?;
                Some(file)
            }
            Sink::Text { mut to, file, .. } => {
                to.flush()?;
                file
            }
        };
        if let (Some(file), Some(path)) = (file, &args.output) {
            file.as_file().sync_all()?;
            file.persist(path).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

fn temporary(path: &Path) -> Result<NamedTempFile> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    NamedTempFile::new_in(folder).with_context(|| format!("cannot write {}: check the folder", path.display()))
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
