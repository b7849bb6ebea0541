//! Publishes finished weeks and the files that describe them: data first, the manifest last, only changed files, everything verified by hash.
//!
//! A manifest at the destination has the same meaning as here: the folder is complete. So the old manifest is removed before the first file
//! is changed, and the new one is written after every file was read back. The files that describe the dataset are written before the last
//! manifest, and describe the weeks at the destination. After an interruption at any point, the next run has the same result.

mod dataset;
mod destination;
mod owner;
mod report;
mod week;

pub(crate) use destination::{Destination, is_ours};
pub(crate) use report::{ReportHere, ReportSent};
pub(crate) use week::Published;

use crate::progress::Progress;
use crate::weeks::Incomplete;
use crate::weeks::dataset::Described;
use anyhow::{Context, Result, ensure};
use starcite_core::Week;
use starcite_ground::files::temporary::TemporaryFolder;
use starcite_ground::{bucket, interrupt};
use std::path::Path;
use week::Copying;

/// The options of a publication, which by default writes only missing files.
#[derive(Clone, Copy)]
pub(crate) struct PublishOptions {
    /// True if tables that the manifest there lists are read back as well.
    pub(crate) check: bool,
    pub(crate) incomplete: Incomplete,
    /// True if weeks there may have another pipeline's name, and become this pipeline's.
    pub(crate) adopt: bool,
}

/// Looks at a place without writing to it, and returns what it is.
///
/// # Errors
/// When it can't be used, or does not answer.
pub(crate) async fn look(dest: &str, out: &Path) -> Result<String> {
    if dest.starts_with(bucket::SCHEME) {
        let to = Destination::open(dest, out).await?;
        let weeks = to.weeks().await?.len();
        return Ok(format!("{} answers, and has {weeks} weeks", to.name()));
    }
    ensure!(Path::new(dest).is_dir(), "{dest} is not a directory: make it, or name another place");
    let to = Destination::open(dest, out).await?;
    TemporaryFolder::new_in(Path::new(dest)).with_context(|| format!("{dest} can't be written: give the user that runs starcite the right to do so"))?;
    Ok(format!("{} can be written", to.name()))
}

/// True if a directory is the checkout of a repository that does not keep tables in git LFS, where a push of large files fails.
pub(crate) fn lacks_lfs(dest: &str) -> bool {
    let checkout = Path::new(dest);
    let attributes = || std::fs::read_to_string(checkout.join(".gitattributes")).unwrap_or_default();
    checkout.join(".git").exists() && !attributes().lines().any(|line| line.starts_with("*.parquet") && line.contains("filter=lfs"))
}

/// Publishes weeks one after the other, oldest first; calls `tell` after each week. Returns the result of describing them.
///
/// # Errors
/// When the destination refuses or does not answer ([`Owed`](starcite_ground::owed::Owed)), or holds weeks of another pipeline. A damaged week is passed to `tell`, and
/// the others are still published.
pub(crate) async fn publish(
    out: &Path,
    weeks: &[Week],
    to: &Destination,
    how: PublishOptions,
    progress: &Progress,
    mut tell: impl FnMut(Week, &Published) -> Result<()>,
) -> Result<Described> {
    let mut described = Described::default();
    if !how.adopt {
        owner::check(out, to).await?;
    }
    for week in weeks {
        interrupt::check()?;
        progress.publishing(*week);
        let copying = Copying::begin(out, *week, to).await?;
        let published = copying.bring_data(how.check).await?;
        if Some(week) == weeks.last() {
            described = dataset::describe(to, copying.manifest_to_come(&published), how.incomplete).await?;
        }
        copying.bring_manifest(&published).await?;
        tell(*week, &published)?;
    }
    Ok(described)
}
