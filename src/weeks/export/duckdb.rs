//! A DuckDB database of all weeks: the script that makes it, and the programs that run the script.

use crate::weeks::{FinishedWeek, Incomplete};
use anyhow::{Context, Result, bail, ensure};
use starcite_ground::child;
use starcite_ground::files::temporary::TemporaryFolder;
use starcite_rows::{TABLES, Table, WEEK};
use std::fs::File;
use std::io::{ErrorKind, Seek, Write};
use std::path::Path;
use std::process::Stdio;

/// Contents of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contents {
    /// Views of the weeks' files in their place: small, and include new weeks at once.
    Views,
    /// Tables that contain the rows: independent of the weeks' files.
    Tables,
}

/// Returns the script. Views name files by paths relative to the folder of the weeks, so that they find them after the folder has moved; tables by absolute
/// paths, which only the script needs. `out` is that folder, as an absolute path.
///
/// # Errors
/// When tables need the path and it is not text on one line.
pub(crate) fn script(out: &Path, weeks: &[FinishedWeek], contents: Contents, incomplete: Incomplete) -> Result<String> {
    let known = TABLES.iter().filter(|table| weeks.iter().any(|week| week.has(table)));
    Ok(match contents {
        Contents::Views => {
            let view = |table: &&'static Table| statements(table, "VIEW", &literal(&format!("week=*/{}", table.file())), &(complete_weeks(incomplete) + ";\n"));
            format!("-- To run in the folder of the weeks: its paths are relative to that folder.\n{}", known.map(view).collect::<String>())
        }
        Contents::Tables => {
            let folder = glob_text(on_one_line(out)?);
            let table = |table: &&'static Table| {
                let files = weeks.iter().rev().filter(|week| week.has(table)).map(|week| literal(&format!("{folder}/week={}/{}", week.week, table.file())));
                statements(table, "TABLE", &format!("[{}]", files.collect::<Vec<_>>().join(", ")), &(";\n".to_owned() + &key(table)))
            };
            known.map(table).collect()
        }
    })
}

/// Returns a statement by which relative paths are found in a folder, wherever the script runs.
///
/// # Errors
/// When the path is not text on one line, or has a comma, at which DuckDB splits a list of folders.
pub(crate) fn searching(out: &Path) -> Result<String> {
    let folder = on_one_line(out)?;
    ensure!(!folder.contains(','), "DuckDB can't search in {folder}, because it splits folders at commas: move the folder, or use --copy");
    Ok(format!("SET file_search_path = {};\n", literal(folder)))
}

/// Returns a path as text, if it is on one line, because DuckDB's program takes a line that begins with a dot for a command to itself.
fn on_one_line(out: &Path) -> Result<&str> {
    let text = out.to_str().filter(|text| !text.contains(char::is_control));
    text.with_context(|| format!("{} is not text on one line, as DuckDB wants it: move the folder", out.display()))
}

/// Returns the statements of a table; `rest` ends the first one, and may contain more.
fn statements(table: &Table, what: &str, files: &str, rest: &str) -> String {
    let name = table.name;
    let mut text = format!("CREATE {what} {name} AS SELECT * FROM read_parquet({files}, union_by_name = true, hive_partitioning = false){rest}");
    text.push_str(&format!("COMMENT ON {what} {name} IS {};\n", literal(table.meaning)));
    for column in table.columns {
        text.push_str(&format!("COMMENT ON COLUMN {name}.\"{}\" IS {};\n", column.name, literal(&column.described())));
    }
    text.push('\n');
    text
}

/// Returns a condition that excludes weeks with incomplete papers, by their manifests at the time when the view is read.
fn complete_weeks(incomplete: Incomplete) -> String {
    if incomplete == Incomplete::Use {
        return String::new();
    }
    let manifests = literal("week=*/manifest.json");
    let columns = "columns = {week: 'VARCHAR', papers_complete: 'BOOLEAN'}, hive_partitioning = false";
    // Not IN, because a join would change the order of the rows.
    format!(" WHERE list_contains((SELECT list(week) FROM read_json({manifests}, {columns}) WHERE papers_complete), {WEEK})")
}

/// Returns the key over all weeks: that of a week's table and the week. In a key of several columns some may be null, which a primary key does not allow: a
/// promise has no target, a change may have no paper.
fn key(table: &Table) -> String {
    let name = table.name;
    let columns = table.key.iter().chain(&[WEEK]).map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
    if table.key.len() == 1 {
        format!("ALTER TABLE {name} ADD PRIMARY KEY ({columns});\n")
    } else {
        format!("CREATE UNIQUE INDEX {name}_key ON {name} ({columns});\n")
    }
}

/// Returns a text as a literal of SQL.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Escapes a path for a glob, so that the glob matches only that path.
pub(crate) fn glob_text(path: &str) -> String {
    path.chars().map(|c| if "*?[".contains(c) { format!("[{c}]") } else { c.to_string() }).collect()
}

/// Programs that run a script from standard input on the database that is their last argument: DuckDB's own, without the commands of a `.duckdbrc`,
/// else Python with its module; Python reports by its exit code that the module is missing.
const RUNNERS: &[(&str, &[&str])] =
    &[("duckdb", &["-init", NOTHING, "-bail", "-batch"]), ("python3", &["-I", "-c", PYTHON]), ("python", &["-I", "-c", PYTHON])];
/// An empty file.
const NOTHING: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };
/// `-I` excludes the current folder and PYTHONPATH from the search for modules. It also excludes the user's own folder, where `pip install` puts modules,
/// so the script adds that again.
const PYTHON: &str = "\
import site, sys
sys.path.append(site.getusersitepackages())
try:
    import duckdb
except ModuleNotFoundError:
    sys.exit(77)
try:
    duckdb.connect(sys.argv[1]).execute(sys.stdin.buffer.read().decode())
except duckdb.Error as error:
    sys.exit(str(error))
";
const NO_MODULE: i32 = 77;

/// Makes a database at an absolute path by running a script.
///
/// # Errors
/// When no program is found that can do it, or the program fails; the message contains the program's own.
pub(crate) fn run(script: &str, database: &Path) -> Result<()> {
    let folder = TemporaryFolder::new()?;
    for (name, args) in RUNNERS {
        for program in child::found(name) {
            let mut command = child::command(&program, folder.path());
            command.args(*args).arg(database).stdin(as_input(script)?).stdout(Stdio::null()).stderr(Stdio::piped());
            let program = program.display();
            match command.output() {
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => {}
                Err(error) => return Err(error).with_context(|| format!("cannot start {program}")),
                Ok(ended) if ended.status.success() => return Ok(()),
                Ok(ended) if ended.status.code() == Some(NO_MODULE) => {}
                Ok(ended) => bail!("{program} could not make the database: {}", String::from_utf8_lossy(&ended.stderr).trim()),
            }
        }
    }
    bail!("neither the program duckdb nor python3 with the module duckdb is there: pip install duckdb, or run what --sql prints elsewhere")
}

/// Returns a text as an input file of another process.
fn as_input(text: &str) -> Result<File> {
    let mut file = tempfile::tempfile().context("cannot make a temporary file")?;
    file.write_all(text.as_bytes()).and_then(|()| file.rewind()).context("cannot write a temporary file")?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_no_pattern_and_a_quote_ends_no_text() {
        assert_eq!(literal(&glob_text("/o'd [1]*?")), "'/o''d [[]1][*][?]'");
    }
}
