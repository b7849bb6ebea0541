//! Publishes one week: compares existing files, and sends the others.

use super::dataset;
use super::destination::{Destination, Version, is_ours};
use anyhow::{Context, Result, bail};
use starcite_core::Week;
use starcite_ground::interrupt;
use starcite_tables::manifest::{MANIFEST, Manifest, TableEntry};
use starcite_tables::{OpenWeek, check_file, week_folder};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The result of publishing a week.
pub(crate) enum Published {
    AlreadyThere,
    Sent {
        tables: usize,
        bytes: u64,
        /// Number of tables that were there already, unchanged.
        already_there: usize,
        /// Number of removed tables that the week no longer has.
        removed: usize,
    },
    /// The folder here does not match its manifest, so nothing of it was sent: the reason.
    Damaged(String),
}

/// A local week, and the contents of its folder at the destination.
pub(super) struct Copying<'a> {
    folder: PathBuf,
    open: OpenWeek,
    name: String,
    /// Text of the manifest.
    text: Vec<u8>,
    manifest: Manifest,
    to: &'a Destination,
    /// Our files at the destination: name and size in bytes.
    there: BTreeMap<String, u64>,
    /// Tables that were read back from the destination and match the local ones.
    read_back: RefCell<BTreeMap<String, Version>>,
}

impl<'a> Copying<'a> {
    /// Reads the local manifest and lists the files at the destination.
    pub(super) async fn begin(out: &Path, week: Week, to: &'a Destination) -> Result<Self> {
        let name = format!("week={week}");
        let folder = week_folder(out, week);
        let context = || format!("cannot read the manifest of {}", folder.display());
        let open = OpenWeek::open(&folder).with_context(context)?;
        let text = open.manifest_text().with_context(context)?;
        let manifest = Manifest::parse(&text, &folder.join(MANIFEST))?;
        let there = to.list(&name, is_ours).await?;
        Ok(Self { folder, open, name, text, manifest, to, there, read_back: RefCell::default() })
    }

    /// Updates the tables at the destination; `check` reads back existing files even if the manifest lists them.
    /// If something was sent, the manifest is still to be written.
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

    /// Returns the manifest if the destination does not have it yet.
    pub(super) fn manifest_to_come(&self, published: &Published) -> Option<&Manifest> {
        matches!(published, Published::Sent { .. }).then_some(&self.manifest)
    }

    /// Sends the manifest if it is still to be written.
    pub(super) async fn bring_manifest(&self, published: &Published) -> Result<()> {
        if self.manifest_to_come(published).is_none() {
            return Ok(());
        }
        self.to.put_small(&self.name, MANIFEST, &self.text).await?;
        self.check_alone().await
    }

    /// Checks that the tables still have the versions that were read back, because a bucket has no lock against other publishers.
    ///
    /// # Errors
    /// When another process has written one. Removes the manifest, which would be wrong.
    async fn check_alone(&self) -> Result<()> {
        let read_back = self.read_back.take();
        for (file, version) in read_back {
            if self.to.version(&self.name, &file).await? != Some(version) {
                self.to.remove(&self.name, MANIFEST).await?;
                bail!(
                    "{} was written by somebody else meanwhile: let one command at a time publish there, and run the same command again",
                    self.to.describe(&self.name, &file)
                );
            }
        }
        Ok(())
    }

    /// True if the destination has exactly this manifest, which was written last, and files of the sizes in it, and no others.
    async fn is_current(&self) -> Result<bool> {
        let sizes = self.manifest.tables.iter().all(|table| self.there.get(&table.file) == Some(&table.bytes));
        Ok(sizes
            && self.stray().next().is_none()
            && self.there.contains_key(MANIFEST)
            && self.to.read(&self.name, MANIFEST).await?.as_deref() == Some(&*self.text))
    }

    /// Returns files of ours that the week no longer has.
    fn stray(&self) -> impl Iterator<Item = &String> {
        self.there.keys().filter(|file| *file != MANIFEST && !self.manifest.tables.iter().any(|table| table.file == **file))
    }

    /// Checks the local tables.
    ///
    /// # Errors
    /// Names the first file that does not match the manifest.
    fn verify_here(&self) -> Result<()> {
        for table in &self.manifest.tables {
            let checked = self.open.file(&table.file).and_then(|file| check_file(&file, table));
            checked.with_context(|| format!("{} is not what its manifest says", self.folder.join(&table.file).display()))?;
        }
        Ok(())
    }

    /// Returns the tables that the destination does not have byte for byte.
    async fn missing(&self) -> Result<Vec<&TableEntry>> {
        let mut missing = Vec::new();
        for table in &self.manifest.tables {
            if self.there.get(&table.file) != Some(&table.bytes) || !self.is_there(table).await? {
                missing.push(table);
            }
        }
        Ok(missing)
    }

    /// Reads a table back, because a server's report of a stored file does not prove what it returns.
    async fn is_there(&self, table: &TableEntry) -> Result<bool> {
        let there = self.to.sha256(&self.name, &table.file).await?.filter(|(sha256, _)| *sha256 == table.sha256);
        let is_there = there.is_some();
        self.read_back.borrow_mut().extend(there.map(|(_, version)| (table.file.clone(), version)));
        Ok(is_there)
    }

    /// Sends missing tables and removes those that are not the week's. Files that name the old tables are removed first.
    async fn bring(&self, missing: &[&TableEntry], stray: &[&String]) -> Result<()> {
        if self.there.contains_key(MANIFEST) && !(missing.is_empty() && stray.is_empty()) {
            dataset::withdraw_hashes(self.to).await?;
            self.to.remove(&self.name, MANIFEST).await?;
        }
        self.to.remove_leftovers(&self.name, is_ours)?;
        for table in missing {
            interrupt::check()?;
            self.to.send(&*self.open.file(&table.file)?, &self.name, &table.file).await?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use starcite_rows::{PAPERS, SCHEMA_VERSION};
    use starcite_tables::TableWriter;
    use starcite_tables::manifest::Coverage;

    /// Creates a finished week with one table.
    fn finished(out: &Path, week: Week) -> Manifest {
        let folder = week_folder(out, week);
        std::fs::create_dir(&folder).unwrap();
        let written = TableWriter::create(&PAPERS, &folder.join(PAPERS.file()), &[]).unwrap().finish().unwrap();
        let mut manifest = Manifest {
            schema_version: SCHEMA_VERSION,
            program: String::new(),
            run_id: String::new(),
            pipeline: "test".to_owned(),
            pipeline_hash: String::new(),
            week,
            dataset: starcite_tables::about::About::default(),
            papers_complete: true,
            papers_missing: Vec::new(),
            answers_owed: BTreeMap::new(),
            compared_with: None,
            built_on: Vec::new(),
            papers_of_earlier_runs: 0,
            inputs: Vec::new(),
            bad_values: BTreeMap::new(),
            left_out: starcite_tables::manifest::LeftOut::default(),
            tables: vec![TableEntry::of(&written)],
            coverage: Coverage::default(),
        };
        manifest.run_id = manifest.computed_run_id();
        manifest.write(&folder).unwrap();
        manifest
    }

    #[tokio::test]
    async fn a_table_that_somebody_else_wrote_meanwhile_has_no_manifest() {
        let out = tempfile::tempdir().unwrap();
        let week = "2026-W47".parse().unwrap();
        finished(out.path(), week);
        for is_disturbed in [true, false] {
            let to = Destination::in_memory();
            let copying = Copying::begin(out.path(), week, &to).await.unwrap();
            let published = copying.bring_data(false).await.unwrap();
            if is_disturbed {
                to.put_small("week=2026-W47", "papers.parquet", b"another run's").await.unwrap();
            }
            let ended = copying.bring_manifest(&published).await;
            assert_eq!(ended.is_err(), is_disturbed);
            assert_eq!(to.read("week=2026-W47", MANIFEST).await.unwrap().is_none(), is_disturbed);
        }
    }
}
