//! Publishes finished weeks and the files that describe them: data first, the manifest last, only what changed, everything verified by hash.
//!
//! A manifest at the destination means there what it means here: the folder is whole. So the old one goes before the first file
//! is touched, and the new one comes when every file was read back. The files that describe the dataset come before the last
//! manifest, and tell of the weeks that are there. Cut off anywhere, the next run ends the same.

mod dataset;
mod destination;
mod owner;
mod week;

pub(crate) use destination::Destination;
pub(crate) use week::Published;

use crate::dataset::Described;
use crate::interrupt;
use crate::progress::Progress;
use crate::weeks::Incomplete;
use anyhow::Result;
use starcite_core::Week;
use std::path::Path;
use week::Copying;

/// The options of a publication, which else writes only what is missing.
#[derive(Clone, Copy)]
pub(crate) struct How {
    /// Tables for which the manifest there vouches are read back as well.
    pub(crate) check: bool,
    pub(crate) incomplete: Incomplete,
    /// Weeks of a pipeline with another name are there, and belong to this one.
    pub(crate) adopt: bool,
}

/// Publishes weeks one after the other, the oldest first; `tell` hears of each when it is done. Gives back what describing them came to.
///
/// # Errors
/// When the destination refuses or does not answer ([`Owed`](crate::owed::Owed)), or holds weeks of another pipeline. A damaged week is told, and the others go all the same.
pub(crate) async fn publish(
    out: &Path,
    weeks: &[Week],
    to: &Destination,
    how: How,
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
