//! Publishes the report: the pages of the weeks, each with its scripts before its index, then the feeds, and the list of weeks last. Only changed files
//! are sent, and each is read back.

use super::destination::Destination;
use crate::progress::Progress;
use anyhow::{Context, Result, ensure};
use starcite_core::Week;
use starcite_ground::files::{self, folder::Folder};
use starcite_ground::{interrupt, sha256};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Its folder, in that of the weeks and at the destination.
const REPORT: &str = "report";

/// The file that names the others of its folder.
const INDEX: &str = "index.html";
const STYLE: &str = "style.css";

/// The result of publishing a report, in files.
#[derive(Debug, Default)]
pub(crate) struct ReportSent {
    pub(crate) sent: u64,
    pub(crate) already_there: u64,
    /// Those of an earlier report that this one no longer has.
    pub(crate) removed: u64,
}

/// A report here.
pub(crate) struct ReportHere {
    place: PathBuf,
    folder: Folder,
    pages: Vec<Week>,
}

/// True if starcite writes a file of that name in a report's folder; other files are left alone.
fn is_ours(file: &str) -> bool {
    let is_plain = !file.contains(['/', '\\', '#']) && !file.starts_with('.');
    is_plain && (matches!(file, INDEX | STYLE | "week.json" | "papers.ndjson") || file.ends_with(".js") || file.ends_with(".atom"))
}

impl ReportHere {
    /// Opens the report of a folder of weeks.
    ///
    /// # Errors
    /// When there is none, or it is not complete.
    pub(crate) fn open(out: &Path) -> Result<Self> {
        let place = out.join(REPORT);
        let folder = open(&place).map_err(|error| {
            let missing = error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::NotFound);
            if missing { anyhow::anyhow!("there is no folder {}: starcite report makes it", place.display()) } else { error }
        })?;
        let names = folder.names().with_context(|| format!("cannot list {}", place.display()))?;
        ensure!(names.iter().any(|name| name == INDEX), "{} has no {INDEX}: starcite report writes it", place.display());
        let pages = names.iter().filter_map(|name| name.parse().ok().filter(|_| place.join(name).is_dir())).collect();
        Ok(Self { place, folder, pages })
    }

    /// Updates the report at the destination.
    pub(crate) async fn bring(&self, to: &Destination, progress: &Progress) -> Result<ReportSent> {
        let mut report = ReportSent::default();
        for week in &self.pages {
            progress.publishing(*week);
            let place = self.place.join(week.to_string());
            bring_folder(&open(&place)?, &place, &format!("{REPORT}/{week}"), to, &mut report).await?;
        }
        bring_folder(&self.folder, &self.place, REPORT, to, &mut report).await?;
        Ok(report)
    }
}

fn open(place: &Path) -> Result<Folder> {
    files::check_place(place).and_then(|()| Folder::open(place)).with_context(|| format!("cannot read {}", place.display()))
}

/// Updates the files of a folder. The index is sent last, and what it no longer names is removed afterwards.
async fn bring_folder(folder: &Folder, place: &Path, name: &str, to: &Destination, report: &mut ReportSent) -> Result<()> {
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
