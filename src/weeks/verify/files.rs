//! The files of a week's folder: those that its manifest names, byte for byte, and no others.

use super::Problems;
use super::under_test::WeekUnderTest;
use starcite_rows::{self as schema, Table};
use starcite_tables::check_file;
use starcite_tables::manifest::{MANIFEST, TableEntry};
use std::collections::BTreeSet;

/// A table that the manifest lists and whose file matches it.
pub(super) struct Intact<'a> {
    pub(super) table: &'static Table,
    pub(super) entry: &'a TableEntry,
}

/// Returns the intact tables of a week, in the order of the schema.
pub(super) fn verify<'a>(week: &WeekUnderTest<'a>, problems: &mut Problems) -> Vec<Intact<'a>> {
    let mut intact = Vec::new();
    let mut named = BTreeSet::from([MANIFEST]);
    for entry in &week.manifest.tables {
        named.insert(&entry.file);
        if let Some(table) = schema::table(&entry.table)
            && is_as_written(week, entry, problems)
        {
            intact.push(Intact { table, entry });
        }
    }
    extra(week, &named, problems);
    intact.sort_by_key(|intact| schema::TABLES.iter().position(|table| table.name == intact.table.name));
    intact
}

fn is_as_written(week: &WeekUnderTest<'_>, entry: &TableEntry, problems: &mut Problems) -> bool {
    let path = week.path(&entry.file);
    let found = if week.open.names.contains(&entry.file) {
        week.open.file(&entry.file).and_then(|file| check_file(&file, entry)).map_err(|error| ("file damaged", format!("{error:#}")))
    } else {
        Err(("file missing", "the manifest names it".to_owned()))
    };
    found.map_err(|(kind, what)| problems.damaged(week.week(), &path, kind, what)).is_ok()
}

fn extra(week: &WeekUnderTest<'_>, named: &BTreeSet<&str>, problems: &mut Problems) {
    let extra = week.open.names.iter().filter(|name| !named.contains(name.as_str()));
    extra.for_each(|name| problems.add(&week.path(name), "file extra", "the manifest does not name it: move it away"));
}
