//! A week: its manifest, its files, and each table of it, read once from its first row to its last.

use super::columns;
use super::files::{self, Intact};
use super::keys::Keys;
use super::references::References;
use super::scores;
use super::spans::Spans;
use super::under_test::{Rows, WeekUnderTest};
use super::unknown::Unknown;
use super::values::Values;
use super::{Problems, manifest, nulls};
use anyhow::{Context, Result};
use starcite_tables::{OpenWeek, TableFile};
use std::path::Path;

/// Verifies the week in a folder; `references` contains the weeks before it.
pub(super) fn verify(folder: &Path, references: &mut References, problems: &mut Problems) -> Result<()> {
    let open = OpenWeek::open(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let manifest = match open.manifest() {
        Ok(manifest) => manifest,
        Err(error) => {
            problems.add(folder, "manifest", format!("{error:#}"));
            return Ok(());
        }
    };
    let week = WeekUnderTest { folder, open: &open, manifest: &manifest };
    manifest::verify(&week, problems);
    references.begin();
    let mut spans = Spans::default();
    for intact in files::verify(&week, problems) {
        let path = week.path(&intact.entry.file);
        if let Err(error) = verify_table(&week, &intact, &path, references, &mut spans, problems) {
            problems.damaged(week.week(), &path, "unreadable", format!("{error:#}"));
        }
    }
    spans.verify(&week, problems)
}

fn verify_table(
    week: &WeekUnderTest<'_>,
    intact: &Intact<'_>,
    path: &Path,
    references: &mut References,
    spans: &mut Spans,
    problems: &mut Problems,
) -> Result<()> {
    let file = TableFile::of(week.open.file(&intact.entry.file)?, path)?;
    let columns = columns::verify(week, intact, &file, path, problems);
    let (mut keys, mut unknown) = (Keys::of(&columns), Unknown::of(&columns));
    let values = Values::of(week.week());
    for portion in file.portions() {
        let frame = portion.read(columns.names())?;
        let rows = Rows { week, columns: &columns, path, first: portion.first_row, frame };
        keys.verify(&rows, problems)?;
        values.verify(&rows, problems)?;
        nulls::verify(&rows, problems)?;
        unknown.verify(&rows, problems)?;
        scores::verify(&rows, problems)?;
        references.verify(&rows, problems)?;
        spans.gather(&rows, references)?;
    }
    unknown.end(week, intact.entry, path, problems);
    references.end(week, &columns, path, problems);
    Ok(())
}
