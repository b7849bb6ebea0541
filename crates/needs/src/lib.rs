//! Requirements of tests that a machine may lack. A test that lacks one is reported and counted as skipped, or fails if the requirement is mandatory.
//!
//! `STARCITE_REQUIRE` lists the mandatory requirements, separated by commas; CI sets it. `STARCITE_SKIPPED` names a file to which each skipped
//! test adds a line, so that they can be counted over all test programs. `scripts/lacks` does the same for scripts.

#![warn(missing_docs)]

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;

/// A requirement, by its name in `STARCITE_REQUIRE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// `../shared`, the real data next to the project.
    Shared,
    /// The right to mount a file system in a namespace.
    Mount,
    /// The program `strace`, and the right to trace.
    Strace,
    /// The program `script` of util-linux, which runs another one in a terminal.
    Terminal,
    /// The program `python3`.
    Python,
    /// The program `node`.
    Node,
}

impl Need {
    /// All requirements of tests; `browsers` is one of a script.
    const NAMES: [&str; 7] =
        [Self::Shared.name(), Self::Mount.name(), Self::Strace.name(), Self::Terminal.name(), Self::Python.name(), Self::Node.name(), "browsers"];

    const fn name(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Mount => "mount",
            Self::Strace => "strace",
            Self::Terminal => "terminal",
            Self::Python => "python",
            Self::Node => "node",
        }
    }
}

/// Returns a path in `../shared`; reports the test as skipped and returns `None` if `../shared` does not exist.
///
/// # Panics
/// If `../shared` exists without the path, because the test names a wrong file. If it does not exist and `STARCITE_REQUIRE` lists `shared`.
#[track_caller]
pub fn shared(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    if !root.exists() {
        lacks(Need::Shared, "../shared is not there");
        return None;
    }
    let path = root.join(name);
    match path.canonicalize() {
        Ok(path) => Some(path),
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

/// Reports the running test as skipped, with the reason.
///
/// # Panics
/// If `STARCITE_REQUIRE` lists the requirement.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "nothing of strangers is in it")]
pub fn lacks(need: Need, why: &str) {
    let required = std::env::var("STARCITE_REQUIRE").unwrap_or_default();
    assert!(!is_listed(&required, need), "{why}, and STARCITE_REQUIRE lists {}", need.name());
    let thread = thread::current();
    let line = format!("skipped {}: {why}\n", thread.name().unwrap_or("a test"));
    // The test runner captures the output of the print macros, but not direct writes.
    let _ = std::io::stderr().write_all(line.as_bytes());
    if let Some(path) = std::env::var_os("STARCITE_SKIPPED") {
        let file = OpenOptions::new().append(true).create(true).open(&path);
        file.and_then(|mut file| file.write_all(line.as_bytes())).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// True if the list contains the requirement. The names have no whitespace around them, as in `scripts/lacks`.
fn is_listed(required: &str, need: Need) -> bool {
    let mut listed = required.split(',').filter(|name| !name.is_empty());
    if let Some(unknown) = listed.clone().find(|name| !Need::NAMES.contains(name)) {
        panic!("STARCITE_REQUIRE lists {unknown:?}, which is none of {}", Need::NAMES.join(", "));
    }
    listed.any(|name| name == need.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic = "none of shared, mount, strace, terminal, python, node"]
    fn a_name_that_is_none_is_told() {
        is_listed("mount,shared-data", Need::Shared);
    }

    #[test]
    fn a_need_is_required_by_its_whole_name() {
        assert!(is_listed("node,shared", Need::Shared) && is_listed("mount", Need::Mount));
        assert!(!is_listed("", Need::Shared) && !is_listed("shared", Need::Mount));
    }
}
