//! Ownership of a destination by one pipeline: weeks of another pipeline are not replaced or joined.

use super::destination::Destination;
use crate::weeks;
use anyhow::{Result, bail};
use starcite_tables::manifest::{Header, MANIFEST};
use std::path::Path;

/// Compares the pipelines of the weeks at the destination with those of the weeks here.
///
/// # Errors
/// When a week there belongs to a pipeline that has none here.
pub(super) async fn check(out: &Path, to: &Destination) -> Result<()> {
    let here = weeks::headers(out)?;
    for week in to.weeks().await? {
        let folder = format!("week={week}");
        let there = to.read(&folder, MANIFEST).await?.and_then(|text| serde_json::from_slice::<Header>(&text).ok());
        if let Some(there) = there.filter(|there| !here.iter().any(|here| here.pipeline == there.pipeline)) {
            let names: Vec<String> = here.last().map(|here| format!(", not to {:?}", here.pipeline)).into_iter().collect();
            bail!(
                "{} belongs to the pipeline {:?}{}: publish to another place; if it is the same pipeline under a new name, add --adopt",
                to.describe(&folder, MANIFEST),
                there.pipeline,
                names.concat()
            );
        }
    }
    Ok(())
}
