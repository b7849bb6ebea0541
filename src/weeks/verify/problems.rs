//! The problems found: every kind of problem in every file, but only the first ones of each kind.

use starcite_core::Week;
use starcite_ground::visible::line;
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

/// Number of problems of one kind in one file that are shown; others are only counted.
const TOLD: usize = 20;

/// The problems, in the order in which they were found.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    alike: Vec<Alike>,
    /// Weeks that another run would repair.
    again: BTreeSet<Week>,
}

/// Problems of one kind in one file.
#[derive(Debug)]
struct Alike {
    path: PathBuf,
    kind: &'static str,
    told: Vec<String>,
    count: usize,
}

impl Problems {
    /// Adds a problem that another run of the week repairs: its kind, and its position and details.
    pub(super) fn damaged(&mut self, week: Week, path: &Path, kind: &'static str, what: impl fmt::Display) {
        self.again.insert(week);
        self.add(path, kind, what);
    }

    /// Adds another problem; `what` contains the next step.
    pub(super) fn add(&mut self, path: &Path, kind: &'static str, what: impl fmt::Display) {
        let at = self.alike.iter().rposition(|alike| alike.kind == kind && alike.path == path);
        let at = at.unwrap_or_else(|| {
            self.alike.push(Alike { path: path.to_owned(), kind, told: Vec::new(), count: 0 });
            self.alike.len() - 1
        });
        let alike = &mut self.alike[at];
        alike.count += 1;
        if alike.told.len() < TOLD {
            alike.told.push(line(&what.to_string()).into_owned());
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.alike.iter().map(|alike| alike.count).sum()
    }
}

impl std::error::Error for Problems {}

/// Writes a line for each problem, and the next step.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.count();
        write!(f, "{count} {}:", if count == 1 { "problem" } else { "problems" })?;
        for Alike { path, kind, told, count } in &self.alike {
            let path = path.display().to_string();
            let path = line(&path);
            told.iter().try_for_each(|what| write!(f, "\n  {path}: {kind}: {what}"))?;
            if *count > told.len() {
                write!(f, "\n  {path}: {kind}: … and {} more", count - told.len())?;
            }
        }
        let weeks: Vec<String> = self.again.iter().map(|week| format!("starcite run PIPELINE --week {week}")).collect();
        match weeks.as_slice() {
            [] => Ok(()),
            [week] => write!(f, "\nto rewrite the week, run it again: {week}"),
            weeks => write!(f, "\nto rewrite these weeks, run them again: {}", weeks.join("; ")),
        }
    }
}
