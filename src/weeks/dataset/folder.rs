//! Writes the files that describe the dataset next to its weeks.

use super::{Dataset, DatasetFile, is_ours};
use crate::weeks::{self, Incomplete};
use anyhow::{Context, Result};
use starcite_ground::files::{self, atomic};
use starcite_tables::manifest::Manifest;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// The result of describing a dataset.
#[derive(Default)]
pub(crate) struct Described {
    /// Number of files that now match the weeks; `written` counts those that had to be written.
    pub(crate) files: usize,
    pub(crate) written: usize,
    /// Notes on files of others that have our names, and on weeks that can't be described.
    pub(crate) notes: Vec<String>,
    /// Notes on weeks that are left out because their papers are incomplete, a sentence each.
    pub(crate) skipped: Vec<String>,
}

impl Described {
    /// Notes that the file with that name is not starcite's and stays.
    pub(crate) fn keep(&mut self, name: &str) {
        self.notes.push(format!("{name} is not starcite's and stays as it is: move it away to have one that describes the dataset"));
    }

    /// Returns the manifests of the weeks that readers use, newest first; notes the others.
    pub(crate) fn usable(&mut self, manifests: impl IntoIterator<Item = Result<Manifest>>, incomplete: Incomplete) -> Vec<Manifest> {
        let (readable, others): (Vec<_>, Vec<_>) = manifests.into_iter().partition(Result::is_ok);
        self.notes.extend(others.into_iter().filter_map(Result::err).map(|error| format!("left out of the dataset's description: {error:#}")));
        let mut weeks: Vec<Manifest> = readable.into_iter().flatten().collect();
        weeks.sort_by_key(|manifest| std::cmp::Reverse(manifest.week));
        let (weeks, skipped) = weeks::usable(weeks, |manifest| manifest, incomplete);
        let newest = weeks.first().map(|manifest| manifest.week);
        self.skipped = skipped.iter().map(|skipped| skipped.note(newest)).collect();
        weeks
    }

    /// True if there are weeks that are not described.
    pub(crate) fn leaves_out(&self) -> bool {
        !self.notes.is_empty() || !self.skipped.is_empty()
    }
}

/// Updates the files that describe a folder of weeks to match its manifests; each appears when it is complete, and only if it changes.
///
/// # Errors
/// When the folder holds no finished week, or can't be written.
pub(crate) fn describe(out: &Path, incomplete: Incomplete) -> Result<Described> {
    let mut described = Described::default();
    let manifests = described.usable(weeks::folders(out)?.iter().map(|week| Manifest::read(week)), incomplete);
    let Some(dataset) = Dataset::of(manifests, described.leaves_out()) else { return Ok(described) };
    for file in dataset.files()? {
        put(out, &file, &mut described)?;
    }
    Ok(described)
}

fn put(out: &Path, file: &DatasetFile, described: &mut Described) -> Result<()> {
    let path = out.join(&file.path);
    match files::read(&path) {
        Ok(there) if there == file.text.as_bytes() => {}
        Ok(there) if is_ours(&there) => write(&path, &file.text, described)?,
        Err(error) if error.kind() == ErrorKind::NotFound => write(&path, &file.text, described)?,
        Ok(_) | Err(_) => {
            described.keep(&path.display().to_string());
            return Ok(());
        }
    }
    described.files += 1;
    Ok(())
}

fn write(path: &Path, text: &str, described: &mut Described) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| atomic::no_room(path.display()))?;
    }
    atomic::write(path, text.as_bytes())?;
    described.written += 1;
    Ok(())
}
