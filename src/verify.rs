//! Do finished weeks hold what their manifests, the schema, their texts and each other say?
//!
//! Files are compared with their manifest first. Tables that are what was written are then read once, portion by portion, and each check
//! looks at every portion: what it needs to know of all of them it keeps as numbers of 64 bits. What two ids have in common by chance
//! is one in millions of millions.

mod columns;
mod files;
mod keys;
mod manifest;
mod problems;
mod references;
mod scores;
mod spans;
mod unknown;
mod values;
mod week;

pub(crate) use columns::verify_columns;
pub(crate) use files::verify_file;
pub(crate) use problems::Problems;

use crate::manifest::MANIFEST;
use anyhow::{Context, Result, bail};
use references::References;
use std::path::{Path, PathBuf};

/// The folders of weeks in a folder, or the folder itself if it is one; sorted.
pub(crate) fn weeks(folder: &Path) -> Result<Vec<PathBuf>> {
    if folder.join(MANIFEST).exists() {
        return Ok(vec![folder.to_owned()]);
    }
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut weeks: Vec<PathBuf> =
        entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("week="))).collect();
    weeks.sort();
    if weeks.is_empty() {
        bail!("{} holds no week: name a folder with week=… folders, or one of them", folder.display());
    }
    Ok(weeks)
}

/// All that is wrong with some weeks, oldest first; a week that can't be read at all is a problem of its own.
pub(crate) fn verify(weeks: &[PathBuf]) -> Problems {
    let (mut problems, mut references) = (Problems::default(), References::default());
    for folder in weeks {
        if let Err(error) = week::verify(folder, &mut references, &mut problems) {
            problems.add(folder, "unreadable", format!("{error:#}"));
        }
    }
    problems
}
