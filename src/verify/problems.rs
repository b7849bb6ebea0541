//! What is wrong, gathered: every kind of problem of every file, but of many alike only the first.

use crate::visible::line;
use starcite_core::Week;
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

/// As many of one kind in one file are told; the others are counted.
const TOLD: usize = 20;

/// What was found to be wrong, in the order in which it was found.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    alike: Vec<Alike>,
    /// Weeks that would be whole if they were run again.
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
    /// Adds something that running the week again mends: what kind of thing, and where and what exactly.
    pub(super) fn damaged(&mut self, week: Week, path: &Path, kind: &'static str, what: impl fmt::Display) {
        self.again.insert(week);
        self.add(path, kind, what);
    }

    /// Adds something else; `what` says the next step.
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

/// A line a problem, and the next step.
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
            [week] => write!(f, "\nto write the week anew, run it again: {week}"),
            weeks => write!(f, "\nto write these weeks anew, run them again: {}", weeks.join("; ")),
        }
    }
}
