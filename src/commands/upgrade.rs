//! `starcite upgrade`: converts weeks of older schema versions to this one, with the same rows.

use super::lock_folder;
use super::messages::plural;
use crate::cli::UpgradeArgs;
use crate::cli::outcome::Outcome;
use crate::progress::Progress;
use crate::weeks::dataset;
use crate::weeks::{self, Incomplete};
use anyhow::{Context, Result, ensure};
use starcite_ground::files;
use starcite_ground::interrupt;
use starcite_ground::terminal;
use starcite_rows as schema;
use starcite_state::State;
use starcite_tables::manifest::{MANIFEST, Manifest, TableEntry};
use starcite_tables::{WeekFolder, check_file, former};
use std::path::Path;
use tracing::warn;

pub(crate) fn upgrade(args: &UpgradeArgs, progress: &Progress) -> Result<Outcome> {
    interrupt::end_in_good_order();
    let (out, path) = (args.place.out(), args.place.state());
    ensure!(out.is_dir(), "there is no folder {}: name one with --out", out.display());
    weeks::check_outside(&out)?;
    let _locked = lock_folder(&out)?;
    let folders = weeks::folders(&out)?;
    // Upgraded weeks have new run ids, and the state has to know them.
    let has_former = folders.iter().any(|folder| Manifest::read_former(folder).is_ok_and(|former| former.is_some()));
    ensure!(
        path.exists() || args.no_state || !has_former,
        "there is no state {}: name the one that made these weeks with --state. Where it is lost, upgrade with --no-state, and the next run rebuilds it with --rebuild-state",
        path.display()
    );
    let mut state = path.exists().then(|| State::open(&path)).transpose()?;
    let (mut upgraded, mut others) = (0, 0);
    for folder in &folders {
        interrupt::check()?;
        if !folder.join(MANIFEST).exists() {
            warn!("{} is not a finished week and stays as it is: run it again, or move the folder away", folder.display());
            continue;
        }
        match Manifest::read_former(folder)? {
            Some((version, manifest)) => {
                progress.reading(&folder.display().to_string());
                one(&out, folder, version, manifest, state.as_mut()).with_context(|| format!("cannot upgrade {}", folder.display()))?;
                upgraded += 1;
            }
            None => others += 1,
        }
    }
    let notes = dataset::describe(&out, Incomplete::Skip)?.notes;
    progress.done();
    notes.iter().for_each(|note| warn!("{note}"));
    let (weeks, are) = (plural(upgraded, "week", "weeks"), plural(others, "is", "are"));
    terminal::print_line(&format!("{}: {upgraded} {weeks} upgraded; {others} {are} of this version already", out.display()))?;
    Ok(Outcome::Complete)
}

/// Writes the converted week next to the old one, then replaces it.
fn one(out: &Path, folder: &Path, version: u32, mut manifest: Manifest, state: Option<&mut State>) -> Result<()> {
    let new = WeekFolder::begin(out, manifest.week)?;
    let former_id = std::mem::take(&mut manifest.run_id);
    let metadata = schema::metadata(&manifest.pipeline, &manifest.pipeline_hash, manifest.week);
    let mut tables = Vec::new();
    for entry in &manifest.tables {
        let table = schema::table(&entry.table).context("bug: a manifest with a table that the schema lacks")?;
        let path = folder.join(&entry.file);
        let checked = files::open(&path).map_err(Into::into).and_then(|file| check_file(&file, entry));
        checked.with_context(|| format!("{}: put back the file that the manifest describes", path.display()))?;
        tables.push(TableEntry::of(&former::rewrite(table, version, &path, &new.temporary().join(&entry.file), &metadata)?));
    }
    manifest.tables = tables;
    manifest.run_id = manifest.computed_run_id();
    manifest.write(&new.temporary())?;
    if let Some(state) = state
        && state.made(manifest.week, &former_id)?
    {
        state.add_week_run(manifest.week, &[&former_id, &manifest.run_id])?;
    }
    new.commit().map(|_| ())
}
