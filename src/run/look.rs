//! Commands that show weeks by a program that is installed, to run as they are.

use crate::weeks::export::duckdb::{glob_text, literal};
use starcite_ground::child;
use std::path::{Path, PathBuf};

/// Programs that run Python, by name.
const PYTHON: [&str; 2] = ["python3", "python"];

/// Returns the command for the overview of a week; `None` if no program is there that it could name, or the path is not text on one line.
pub(super) fn look(overview: &Path) -> Option<String> {
    let path = overview.to_str().filter(|path| !path.contains(char::is_control))?;
    let path = &if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    if !child::found("duckdb").is_empty() {
        return Some(format!("duckdb -c {}", word(&in_duckdb(path))));
    }
    let python = PYTHON.into_iter().find(|name| !child::found(name).is_empty())?;
    Some(format!("{python} -c {}  # with polars or pandas", word(&in_python(path))))
}

/// Returns the command that opens a database with views of the weeks in `out`, in that folder; `None` if no program is there that could, or a path is not
/// text on one line.
pub(crate) fn database(out: &Path, database: &Path) -> Option<String> {
    let is_inside = database.parent()? == out;
    let database = if is_inside { PathBuf::from(database.file_name()?) } else { database.canonicalize().ok()? };
    let [out, database] = [out, &database].map(|path| path.to_str().filter(|path| !path.contains(char::is_control)));
    let (out, database) = (path(out?), database?);
    if !child::found("duckdb").is_empty() {
        return Some(format!("cd {out} && duckdb {}", path(database)));
    }
    let python = PYTHON.into_iter().find(|name| !child::found(name).is_empty())?;
    let opened = format!("duckdb.connect({}, read_only=True)", in_quotes(database));
    Some(format!("cd {out} && {python} -c {}", word(&format!("import duckdb; {opened}.sql('SELECT title, tier, repo, score FROM overview LIMIT 10').show()"))))
}

/// Returns a text as a literal of Python.
fn in_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn in_duckdb(path: &str) -> String {
    format!("SELECT title, tier, repo, stars, score FROM {} ORDER BY score DESC LIMIT 10", literal(&glob_text(path)))
}

/// Returns a line for polars, or pandas where polars is missing.
fn in_python(path: &str) -> String {
    let path = in_quotes(path);
    let module = "__import__('polars' if find_spec('polars') else 'pandas')";
    format!("from importlib.util import find_spec; print({module}.read_parquet({path})[['title', 'tier', 'repo', 'score']].head(10))")
}

/// Returns a text as a word of a shell: between double quotes, which all shells have, or between single ones if it has signs that shells change in these.
fn word(text: &str) -> String {
    if text.contains(['"', '$', '`', '\\', '!', '%']) { format!("'{}'", text.replace('\'', r"'\''")) } else { format!("\"{text}\"") }
}

/// Returns a path as a word of a shell, as it is where no shell changes it.
pub(super) fn path(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._=:-+@,".contains(c);
    if !path.is_empty() && path.chars().all(is_plain) { path.to_owned() } else { word(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_any_signs_stays_one_path() {
        assert!(in_duckdb("o'd [1]/overview.parquet").contains("FROM 'o''d [[]1]/overview.parquet' ORDER"));
        assert!(in_python(r"o'd\x").contains(r"read_parquet('o\'d\\x')"));
        assert_eq!((path("out/a=b"), path("my weeks")), ("out/a=b".to_owned(), "\"my weeks\"".to_owned()));
        assert_eq!((word("a 'b'"), word("a '$b'")), ("\"a 'b'\"".to_owned(), r"'a '\''$b'\'''".to_owned()));
    }
}
