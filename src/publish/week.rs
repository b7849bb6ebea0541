//! One week: what is there already is compared, what is not is sent.

use super::destination::{Destination, is_ours};
use super::folder_name;
use crate::interrupt;
use crate::manifest::{MANIFEST, Manifest, TableEntry, hash_file};
use anyhow::{Context, Result, bail};
use starcite_core::Week;
use std::collections::BTreeMap;
use std::fs;
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
struct Copying<'a> {
    folder: PathBuf,
    name: String,
    text: String,
    manifest: Manifest,
    to: &'a Destination,
    /// Our files there: name and bytes.
    there: BTreeMap<String, u64>,
}

/// Brings a week's folder at the destination to what it is here; `check` reads back what is there even if the manifest vouches for it.
pub(super) async fn publish(out: &Path, week: Week, to: &Destination, check: bool) -> Result<Published> {
    let name = folder_name(week);
    let folder = out.join(&name);
    let text = fs::read_to_string(folder.join(MANIFEST)).with_context(|| format!("cannot read the manifest of {}", folder.display()))?;
    let manifest = Manifest::parse(&text, &folder.join(MANIFEST))?;
    let there = to.list(&name).await?;
    let copying = Copying { folder, name, text, manifest, to, there };

    let is_current = copying.is_current().await?;
    if is_current && !check {
        return Ok(Published::AlreadyThere);
    }
    if let Err(error) = copying.verify_here() {
        return Ok(Published::Damaged(format!("{error:#}")));
    }
    let missing = copying.missing().await?;
    let stray: Vec<&String> = copying.stray().collect();
    if is_current && missing.is_empty() {
        return Ok(Published::AlreadyThere);
    }
    copying.bring(&missing, &stray).await?;
    Ok(Published::Sent {
        tables: missing.len(),
        bytes: missing.iter().map(|table| table.bytes).sum(),
        already_there: copying.manifest.tables.len() - missing.len(),
        removed: stray.len(),
    })
}

impl Copying<'_> {
    /// Whether the destination has this very manifest, which came last, and files of the sizes that it names, and no other.
    async fn is_current(&self) -> Result<bool> {
        let sizes = self.manifest.tables.iter().all(|table| self.there.get(&table.file) == Some(&table.bytes));
        Ok(sizes
            && self.stray().next().is_none()
            && self.there.contains_key(MANIFEST)
            && self.to.read(&self.name, MANIFEST).await?.as_deref() == Some(self.text.as_bytes()))
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
            if !is_ours(&table.file) {
                bail!("the manifest names {:?}, which is no table's file", table.file);
            }
            if hash_file(&path)? != (table.bytes, table.sha256.clone()) {
                bail!("{} is not what its manifest says", path.display());
            }
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

    /// Sends what is missing and removes what is not the week's; the manifest goes first and comes last.
    async fn bring(&self, missing: &[&TableEntry], stray: &[&String]) -> Result<()> {
        if self.there.contains_key(MANIFEST) && !(missing.is_empty() && stray.is_empty()) {
            self.to.remove(&self.name, MANIFEST).await?;
        }
        self.to.remove_leftovers(&self.name)?;
        for table in missing {
            interrupt::check()?;
            self.to.send(&self.folder.join(&table.file), &self.name, &table.file).await?;
            if !self.is_there(table).await? {
                bail!("{} is not what was sent: run the same command again", self.to.describe(&self.name, &table.file));
            }
        }
        for file in stray {
            self.to.remove(&self.name, file).await?;
        }
        self.to.put(&self.name, MANIFEST, self.text.clone().into()).await?;
        if self.to.read(&self.name, MANIFEST).await?.as_deref() != Some(self.text.as_bytes()) {
            bail!("{} is not what was sent: run the same command again", self.to.describe(&self.name, MANIFEST));
        }
        Ok(())
    }
}
