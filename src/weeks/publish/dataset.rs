//! The files that describe the dataset, at the destination: they describe the weeks there, not those here.

use super::destination::Destination;
use crate::weeks::Incomplete;
use crate::weeks::dataset::{DATAPACKAGE, Dataset, Described, is_ours};
use anyhow::Result;
use starcite_tables::manifest::{MANIFEST, Manifest};
use std::collections::BTreeSet;
use std::path::Path;

/// The folder of the dataset's own files, which contains the folders of the weeks.
const ROOT: &str = "";

/// Updates the files to match the manifests there, and the one that is still to be written.
pub(super) async fn describe(to: &Destination, to_come: Option<&Manifest>, incomplete: Incomplete) -> Result<Described> {
    let mut described = Described::default();
    let mut manifests: Vec<Result<Manifest>> = to_come.cloned().map(Ok).into_iter().collect();
    for week in to.weeks().await?.into_iter().filter(|week| to_come.is_none_or(|manifest| manifest.week != *week)) {
        let folder = format!("week={week}");
        if let Some(bytes) = to.read(&folder, MANIFEST).await? {
            manifests.push(Manifest::parse(&bytes, Path::new(&to.describe(&folder, MANIFEST))));
        }
    }
    let manifests = described.usable(manifests, incomplete);
    let Some(dataset) = Dataset::of(manifests, described.leaves_out()) else { return Ok(described) };
    let files = dataset.files()?;
    for file in &files {
        match to.read(ROOT, &file.path).await? {
            Some(there) if there == file.text.as_bytes() => {}
            Some(there) if !is_ours(&there) => {
                described.keep(&to.describe(ROOT, &file.path));
                continue;
            }
            _ => {
                to.put_small(ROOT, &file.path, file.text.as_bytes()).await?;
                described.written += 1;
            }
        }
        described.files += 1;
    }
    let placed: BTreeSet<(&str, &str)> = files.iter().map(|file| file.path.rsplit_once('/').unwrap_or((ROOT, &file.path))).collect();
    for folder in placed.iter().map(|(folder, _)| *folder).collect::<BTreeSet<_>>() {
        to.remove_leftovers(folder, |name| placed.contains(&(folder, name)))?;
    }
    Ok(described)
}

/// Removes the file with the hashes of tables that are about to change; it is written again with the others.
pub(super) async fn withdraw_hashes(to: &Destination) -> Result<()> {
    match to.read(ROOT, DATAPACKAGE).await? {
        Some(there) if is_ours(&there) => to.remove(ROOT, DATAPACKAGE).await,
        _ => Ok(()),
    }
}
