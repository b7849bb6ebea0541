//! One week: what is there already is compared, what is not is sent.

use super::dataset;
use super::destination::Destination;
use crate::tables::manifest::{MANIFEST, Manifest, TableEntry};
use crate::tables::{check_file, week_folder};
use crate::{files, interrupt};
use anyhow::{Context, Result};
use starcite_core::Week;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What publishing a week came to.
pub(crate) enum Published {
    AlreadyThere,
    Sent {
        tables: usize,
        bytes: u64,
        /// Tables that were there, the same.
        already_there: usize,
        /// Tables that the week no longer has.
        removed: usize,
    },
    /// The folder here is not what its manifest says, so nothing of it was sent: why.
    Damaged(String),
}

/// A week here, and what the destination has in its folder.
pub(super) struct Copying<'a> {
    folder: PathBuf,
    name: String,
    /// The manifest's.
    text: Vec<u8>,
    manifest: Manifest,
    to: &'a Destination,
    /// Our files there: name and bytes.
    there: BTreeMap<String, u64>,
}

impl<'a> Copying<'a> {
    /// Reads the manifest here and lists what is there.
    pub(super) async fn begin(out: &Path, week: Week, to: &'a Destination) -> Result<Self> {
        let name = format!("week={week}");
        let folder = week_folder(out, week);
        let text = files::read(&folder.join(MANIFEST)).with_context(|| format!("cannot read the manifest of {}", folder.display()))?;
        let manifest = Manifest::parse(&text, &folder.join(MANIFEST))?;
        let there = to.list(&name).await?;
        Ok(Self { folder, name, text, manifest, to, there })
    }

    /// Brings the tables at the destination to what they are here; `check` reads back what is there even if the manifest vouches for it.
    /// Where something was sent the manifest is still to come.
    pub(super) async fn bring_data(&self, check: bool) -> Result<Published> {
        let is_current = self.is_current().await?;
        if is_current && !check {
            return Ok(Published::AlreadyThere);
        }
        if let Err(error) = self.verify_here() {
            return Ok(Published::Damaged(format!("{error:#}")));
        }
        let missing = self.missing().await?;
        let stray: Vec<&String> = self.stray().collect();
        if is_current && missing.is_empty() {
            return Ok(Published::AlreadyThere);
        }
        self.bring(&missing, &stray).await?;
        Ok(Published::Sent {
            tables: missing.len(),
            bytes: missing.iter().map(|table| table.bytes).sum(),
            already_there: self.manifest.tables.len() - missing.len(),
            removed: stray.len(),
        })
    }

    /// The manifest that the destination does not have yet.
    pub(super) fn manifest_to_come(&self, published: &Published) -> Option<&Manifest> {
        matches!(published, Published::Sent { .. }).then_some(&self.manifest)
    }

    /// Sends the manifest, if it is still to come.
    pub(super) async fn bring_manifest(&self, published: &Published) -> Result<()> {
        if self.manifest_to_come(published).is_none() {
            return Ok(());
        }
        self.to.put_small(&self.name, MANIFEST, &self.text).await
    }

    /// Whether the destination has this very manifest, which came last, and files of the sizes that it names, and no other.
    async fn is_current(&self) -> Result<bool> {
        let sizes = self.manifest.tables.iter().all(|table| self.there.get(&table.file) == Some(&table.bytes));
        Ok(sizes
            && self.stray().next().is_none()
            && self.there.contains_key(MANIFEST)
            && self.to.read(&self.name, MANIFEST).await?.as_deref() == Some(&*self.text))
    }

    /// Files of ours that the week no longer has.
    fn stray(&self) -> impl Iterator<Item = &String> {
        self.there.keys().filter(|file| *file != MANIFEST && !self.manifest.tables.iter().any(|table| table.file == **file))
    }

    /// # Errors
    /// Names the first file that is not what the manifest says.
    fn verify_here(&self) -> Result<()> {
        for table in &self.manifest.tables {
            let path = self.folder.join(&table.file);
            check_file(&path, table).with_context(|| format!("{} is not what its manifest says", path.display()))?;
        }
        Ok(())
    }

    /// The tables that the destination does not have, byte for byte.
    async fn missing(&self) -> Result<Vec<&TableEntry>> {
        let mut missing = Vec::new();
        for table in &self.manifest.tables {
            if self.there.get(&table.file) != Some(&table.bytes) || !self.is_there(table).await? {
                missing.push(table);
            }
        }
        Ok(missing)
    }

    /// Reads a table back: what a server says that it has stored is not what it gives.
    async fn is_there(&self, table: &TableEntry) -> Result<bool> {
        Ok(self.to.sha256(&self.name, &table.file).await?.as_deref() == Some(&table.sha256))
    }

    /// Sends what is missing and removes what is not the week's. What names the old files goes first.
    async fn bring(&self, missing: &[&TableEntry], stray: &[&String]) -> Result<()> {
        if self.there.contains_key(MANIFEST) && !(missing.is_empty() && stray.is_empty()) {
            dataset::withdraw_hashes(self.to).await?;
            self.to.remove(&self.name, MANIFEST).await?;
        }
        self.to.remove_leftovers(&self.name)?;
        for table in missing {
            interrupt::check()?;
            self.to.send(&self.folder.join(&table.file), &self.name, &table.file).await?;
            if !self.is_there(table).await? {
                return Err(self.to.not_what_was_sent(&self.name, &table.file));
            }
        }
        for file in stray {
            self.to.remove(&self.name, file).await?;
        }
        Ok(())
    }
}
