//! Publishes finished weeks: data first, the manifest last, only what changed, everything verified by hash.
//!
//! A manifest at the destination means there what it means here: the folder is whole. So the old one goes before the first file
//! is touched, and the new one comes when every file was read back. Cut off anywhere, the next run ends the same.

mod destination;
mod week;

pub(crate) use destination::Destination;
pub(crate) use week::Published;

use crate::interrupt;
use crate::manifest::MANIFEST;
use crate::progress::Progress;
use anyhow::{Context, Result, bail};
use starcite_core::Week;
use std::fs;
use std::path::Path;

/// Publishes weeks one after the other, the oldest first; `tell` hears of each when it is done.
///
/// # Errors
/// When the destination refuses or does not answer ([`Owed`](crate::owed::Owed)). A damaged week is told, and the others go all the same.
pub(crate) async fn publish(
    out: &Path,
    weeks: &[Week],
    to: &Destination,
    check: bool,
    progress: &Progress,
    mut tell: impl FnMut(Week, &Published) -> Result<()>,
) -> Result<()> {
    for week in weeks {
        interrupt::check()?;
        progress.publishing(*week);
        tell(*week, &week::publish(out, *week, to, check).await?)?;
    }
    Ok(())
}

/// The name of a week's folder, here and there.
fn folder_name(week: Week) -> String {
    format!("week={week}")
}

/// The finished weeks of a folder: all, or those that are wanted.
///
/// # Errors
/// When there is none, or one that is wanted is not finished.
pub(crate) fn finished_weeks(out: &Path, wanted: &[Week]) -> Result<Vec<Week>> {
    let is_finished = |week: &Week| out.join(folder_name(*week)).join(MANIFEST).exists();
    if let Some(missing) = wanted.iter().find(|week| !is_finished(week)) {
        bail!("{} holds no finished week {missing}: run it first, or name another folder with --out", out.display());
    }
    let entries = fs::read_dir(out).with_context(|| format!("cannot list {}: name the folder of the weeks with --out", out.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut weeks: Vec<Week> = names.filter_map(|name| name.strip_prefix("week=")?.parse().ok()).collect();
    weeks.retain(|week| is_finished(week) && (wanted.is_empty() || wanted.contains(week)));
    weeks.sort();
    if weeks.is_empty() {
        bail!("{} holds no finished week: starcite run makes one", out.display());
    }
    Ok(weeks)
}
