//! Publishes the report: the pages of the weeks, each with its scripts before its index, then the feeds, and the list of weeks last. Only changed files
//! are sent, and each is read back.

use super::destination::Destination;
use crate::progress::Progress;
use crate::weeks::report_files::{FOLDER, INDEX, MARKED_WITHIN, STYLE, is_marked, is_of_page, is_shared};
use anyhow::{Context, Result, ensure};
use starcite_core::Week;
use starcite_ground::files::{self, folder::Folder};
use starcite_ground::{interrupt, sha256};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The result of publishing a report, in files.
#[derive(Debug, Default)]
pub(crate) struct ReportSent {
    pub(crate) sent: u64,
    pub(crate) already_there: u64,
    /// Those of an earlier report that this one no longer has.
    pub(crate) removed: u64,
    /// Pages at the destination that are not here, by name: they stay.
    pub(crate) elsewhere: Vec<String>,
}

/// A report here.
pub(crate) struct ReportHere {
    place: PathBuf,
    folder: Folder,
    pages: Vec<Week>,
}

impl ReportHere {
    /// Opens the report of a folder of weeks.
    ///
    /// # Errors
    /// When there is none, or it is not complete.
    pub(crate) fn open(out: &Path) -> Result<Self> {
        let place = out.join(FOLDER);
        let folder = open(&place).map_err(|error| {
            let missing = error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::NotFound);
            if missing { anyhow::anyhow!("there is no folder {}: starcite report makes it", place.display()) } else { error }
        })?;
        let names = folder.names().with_context(|| format!("cannot list {}", place.display()))?;
        ensure!(has_page(&folder), "{} has no list of weeks that starcite wrote: starcite report writes one", place.display());
        let mut pages = Vec::new();
        for name in names.iter().filter(|name| place.join(name).is_dir()) {
            if let Ok(week) = name.parse()
                && has_page(&open(&place.join(name))?)
            {
                pages.push(week);
            }
        }
        Ok(Self { place, folder, pages })
    }

    /// Updates the report at the destination.
    pub(crate) async fn bring(&self, to: &Destination, progress: &Progress) -> Result<ReportSent> {
        let mut report = ReportSent::default();
        for week in &self.pages {
            progress.publishing(*week);
            let place = self.place.join(week.to_string());
            bring_folder(&open(&place)?, &place, &format!("{FOLDER}/{week}"), is_of_page, to, &mut report).await?;
        }
        bring_folder(&self.folder, &self.place, FOLDER, is_shared, to, &mut report).await?;
        let is_elsewhere = |name: &String| name.parse().is_ok_and(|week: Week| !self.pages.contains(&week));
        report.elsewhere = to.folders(FOLDER).await?.into_iter().filter(is_elsewhere).map(|name| to.describe(FOLDER, &name)).collect();
        Ok(report)
    }
}

fn open(place: &Path) -> Result<Folder> {
    files::check_place(place).and_then(|()| Folder::open(place)).with_context(|| format!("cannot read {}", place.display()))
}

/// True if a folder has an index that starcite wrote.
fn has_page(folder: &Folder) -> bool {
    let mut start = Vec::new();
    folder.file(INDEX).and_then(|file| file.take(MARKED_WITHIN).read_to_end(&mut start)).is_ok() && is_marked(&start)
}

/// Updates the files of a folder that are ours by name. The index is sent last, and what it no longer names is removed afterwards.
///
/// # Errors
/// When the index there is not starcite's: then nothing of the folder is touched.
async fn bring_folder(folder: &Folder, place: &Path, name: &str, is_ours: fn(&str) -> bool, to: &Destination, report: &mut ReportSent) -> Result<()> {
    if let Some(index) = to.read(name, INDEX).await? {
        ensure!(is_marked(&index), "{} is not a page of starcite, and stays: move it away, or publish elsewhere", to.describe(name, INDEX));
    }
    let mut files = folder.names().with_context(|| format!("cannot list {}", place.display()))?;
    files.retain(|file| is_ours(file));
    files.sort_by_key(|file| (file == INDEX, file == STYLE));
    let there = to.list(name, is_ours).await?;
    to.remove_leftovers(name, is_ours)?;
    for file in &files {
        interrupt::check()?;
        let context = || format!("cannot read {}", place.join(file).display());
        let open = folder.file(file).with_context(context)?;
        let (bytes, hash) = sha256::of_file(&open).with_context(context)?;
        let is_there = || async { Ok::<_, anyhow::Error>(to.sha256(name, file).await?.is_some_and(|(there, _)| there == hash)) };
        if there.get(file) == Some(&bytes) && is_there().await? {
            report.already_there += 1;
            continue;
        }
        if file == INDEX {
            ensure!(folder.is_in_place(), "{} was rewritten meanwhile: run the same command again", place.display());
        }
        to.send(&open, name, file).await?;
        if !is_there().await? {
            return Err(to.not_what_was_sent(name, file));
        }
        report.sent += 1;
    }
    for file in there.keys().filter(|file| !files.contains(file)) {
        to.remove(name, file).await?;
        report.removed += 1;
    }
    Ok(())
}
