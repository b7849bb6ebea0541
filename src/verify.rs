//! Do finished weeks hold what their manifests, the schema, their texts and each other say?
//!
//! Files are compared with their manifest first. Tables that are what was written are then read once, portion by portion, and each check
//! looks at every portion: what it needs to know of all of them it keeps as numbers of 64 bits. What two ids have in common by chance
//! is one in millions of millions.

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

pub(crate) use problems::Problems;

use references::References;
use std::path::PathBuf;

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
