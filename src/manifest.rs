//! `manifest.json`: what a week's folder holds. It is written last: its presence means that the folder is whole.

use crate::tables::Written;
use crate::tables::schema::SCHEMA_VERSION;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use starcite_core::Week;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// Its name in the folder.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The contents of a week's folder. Nothing in it depends on when, how fast or with how many threads it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The version of the tables.
    pub(crate) schema_version: u32,
    /// The program that wrote it.
    pub(crate) program: String,
    /// A hash of pipeline, inputs, week and the observations used.
    pub(crate) run_id: String,
    pub(crate) pipeline: String,
    pub(crate) pipeline_hash: String,
    pub(crate) week: Week,
    /// False when answers are still owed: run again.
    pub(crate) complete: bool,
    /// The week that `changes` compares with; none is there before the first one.
    pub(crate) compared_with: Option<Week>,
    pub(crate) inputs: Vec<InputEntry>,
    pub(crate) tables: Vec<TableEntry>,
    pub(crate) coverage: Coverage,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InputEntry {
    pub(crate) source: String,
    pub(crate) name: String,
    /// BLAKE3 of what was read, compressed or not, as `b3sum` prints it.
    pub(crate) blake3: Option<String>,
    pub(crate) records: u64,
}

/// A table that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableEntry {
    pub(crate) table: String,
    pub(crate) file: String,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// What is known of the repositories that links name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Coverage {
    pub(crate) repositories: u64,
    /// Of which somebody answered or observed.
    pub(crate) answered: u64,
    pub(crate) unknown: u64,
    /// Why the rest is unknown.
    pub(crate) unknown_by_reason: BTreeMap<String, u64>,
}

impl TableEntry {
    /// Describes a file just written.
    pub(crate) fn of(written: &Written) -> Self {
        let Written { table, rows, bytes, sha256 } = written;
        Self { table: (*table).to_owned(), file: format!("{table}.parquet"), rows: *rows, bytes: *bytes, sha256: sha256.clone() }
    }
}

/// Bytes and SHA-256 of a file.
pub(crate) fn hash_file(path: &Path) -> Result<(u64, String)> {
    let context = || format!("cannot read {}", path.display());
    let mut file = File::open(path).with_context(context)?;
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer).with_context(context)?;
        if read == 0 {
            return Ok((bytes, crate::plan::hex(&hash.finalize())));
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
}

impl Manifest {
    /// Writes it into a folder, synced.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(MANIFEST);
        let context = || format!("cannot write {}: is the disk full?", path.display());
        let mut file = File::create(&path).with_context(context)?;
        let mut text = serde_json::to_string_pretty(self).context("the manifest as JSON")?;
        text.push('\n');
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(context)
    }

    /// Reads that of a folder.
    ///
    /// # Errors
    /// When there is none, or it was written by a newer program.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}: the folder is no finished week: run that week again, or move the folder away", path.display()))?;
        Self::parse(&text, &path)
    }

    /// Reads the text of one; `path` is where it stands.
    ///
    /// # Errors
    /// When it is none, or was written by a newer program.
    pub(crate) fn parse(text: &str, path: &Path) -> Result<Self> {
        let manifest: Self = serde_json::from_str(text).with_context(|| format!("{} is no manifest", path.display()))?;
        anyhow::ensure!(
            manifest.schema_version <= SCHEMA_VERSION,
            "{} has schema version {}, this program knows {SCHEMA_VERSION}: use the newer starcite",
            path.display(),
            manifest.schema_version
        );
        Ok(manifest)
    }
}
