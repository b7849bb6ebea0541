//! Verifies finished weeks against their manifests, the schema, their texts and each other.
//!
//! Files are compared with their manifest first. Unchanged tables are then read once, portion by portion, and each check
//! reads every portion: it stores the data that it needs of all of them as 64-bit hashes. A collision of two ids has a probability of
//! one in millions of millions.

mod columns;
mod files;
mod keys;
mod manifest;
mod nulls;
mod problems;
mod references;
mod scores;
mod spans;
mod under_test;
mod unknown;
mod values;
mod week;

#[cfg(test)]
pub(crate) use nulls::broken;
pub(crate) use problems::Problems;

use references::References;
use std::path::PathBuf;

/// Returns all problems of the weeks, oldest first; a week that can't be read at all is a problem, too.
pub(crate) fn verify(weeks: &[PathBuf]) -> Problems {
    let (mut problems, mut references) = (Problems::default(), References::default());
    for folder in weeks {
        if let Err(error) = week::verify(folder, &mut references, &mut problems) {
            problems.add(folder, "unreadable", format!("{error:#}"));
        }
    }
    problems
}
