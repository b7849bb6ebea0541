//! The columns and metadata of a file: those of the schema, and of the manifest's run.

use super::Problems;
use super::files::Intact;
use super::under_test::{Columns, WeekUnderTest};
use starcite_rows::SCHEMA_VERSION;
use starcite_tables::{TableFile, differences, sound};
use std::path::Path;

pub(super) fn verify(week: &WeekUnderTest<'_>, intact: &Intact<'_>, file: &TableFile, path: &Path, problems: &mut Problems) -> Columns {
    let manifest = week.manifest;
    let said = [
        ("starcite.schema_version", SCHEMA_VERSION.to_string()),
        ("starcite.pipeline", manifest.pipeline.clone()),
        ("starcite.pipeline_hash", manifest.pipeline_hash.clone()),
        ("starcite.week", manifest.week.to_string()),
    ];
    for (key, wanted) in said.iter().filter(|(key, wanted)| file.says(key) != Some(wanted)) {
        let found = file.says(key).unwrap_or("missing");
        problems.damaged(manifest.week, path, "of another run", format!("{key} is {found} in the file, {wanted} in the manifest"));
    }
    if file.rows() != intact.entry.rows {
        problems.damaged(manifest.week, path, "rows off", format!("{} rows, the manifest says {}", file.rows(), intact.entry.rows));
    }
    let of_schema = differences(intact.table, file);
    of_schema.iter().for_each(|(kind, what)| problems.damaged(manifest.week, path, kind, what));
    Columns { table: intact.table, sound: sound(intact.table, file) }
}
