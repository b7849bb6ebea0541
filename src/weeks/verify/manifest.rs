//! The manifest itself: it belongs to this folder, and to one run with its tables.

use super::Problems;
use super::under_test::WeekUnderTest;
use starcite_tables::manifest::MANIFEST;

pub(super) fn verify(week: &WeekUnderTest<'_>, problems: &mut Problems) {
    let (manifest, path) = (week.manifest, week.path(MANIFEST));
    let folder = week.folder.canonicalize().ok();
    let name = folder.as_deref().and_then(|folder| folder.file_name()?.to_str()?.strip_prefix("week="));
    if let Some(name) = name.filter(|name| **name != *manifest.week.to_string()) {
        problems.add(&path, "another week", format!("it is of {}, the folder of {name}: rename the folder, or move it away", manifest.week));
    }
    let run_id = manifest.computed_run_id();
    if manifest.run_id != run_id {
        problems.damaged(manifest.week, &path, "another run", format!("the run id is {}, that of its inputs and tables {run_id}", manifest.run_id));
    }
}
