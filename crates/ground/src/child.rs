//! Child programs: found only where the user keeps programs, and started in an empty folder with few of our environment variables.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Variables by which a program finds its parts, its home and its language. None of them holds a token or a key.
const KEPT: &[&str] = &["HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "SystemRoot", "TEMP", "TMP", "TMPDIR", "USERPROFILE"];

/// Finds the files in PATH that have a program's name. Skips relative and empty entries of PATH, because they mean the current folder.
pub fn found(name: &str) -> Vec<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    search_path().into_iter().map(|folder| folder.join(&file)).filter(|path| path.is_file()).collect()
}

/// Prepares the start of a program in a folder. Paths in its arguments must be absolute.
#[expect(clippy::disallowed_methods, reason = "the one place where programs are started")]
pub fn command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(KEPT.iter().filter_map(|name| Some((name, env::var_os(name)?))));
    command.env("PATH", env::join_paths(search_path()).unwrap_or_else(|_| OsString::new())).current_dir(folder);
    command
}

fn search_path() -> Vec<PathBuf> {
    env::split_paths(&env::var_os("PATH").unwrap_or_default()).filter(|folder| folder.is_absolute()).collect()
}
