//! A week's folder as it was at one time: its files are opened together, and stay unchanged when another run replaces the folder.

use super::manifest::{MANIFEST, Manifest};
use anyhow::{Context, Result};
use starcite_ground::files::{self, folder::Folder, reader::Reader};
use starcite_rows::TABLES;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The most attempts to open a folder that is being replaced.
const TRIES: usize = 16;
const BETWEEN_TRIES: Duration = Duration::from_millis(5);

/// The open files of a week.
pub struct OpenWeek {
    folder: PathBuf,
    /// The names of all files in the folder, sorted.
    pub names: Vec<String>,
    manifest: Option<File>,
    tables: BTreeMap<String, Arc<File>>,
}

impl OpenWeek {
    /// Opens the files of a week.
    ///
    /// # Errors
    /// When the folder can't be opened or listed. A file that can't be opened is an error when it is used.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut tries = 1;
        loop {
            let folder = match Folder::open(path) {
                // On a system that can't exchange two folders a week briefly has no name.
                Err(error) if error.kind() == io::ErrorKind::NotFound && tries < TRIES => {
                    std::thread::sleep(BETWEEN_TRIES);
                    tries += 1;
                    continue;
                }
                folder => folder?,
            };
            let names = folder.names()?;
            let manifest = folder.file(MANIFEST).ok();
            let tables = TABLES.iter().map(|table| table.file()).filter(|file| names.contains(file));
            let tables = tables.filter_map(|file| Some((file.clone(), Arc::new(folder.file(&file).ok()?)))).collect();
            if folder.is_in_place() || tries == TRIES {
                return Ok(Self { folder: path.to_owned(), names, manifest, tables });
            }
            tries += 1;
        }
    }

    /// Returns its manifest's text.
    pub fn manifest_text(&self) -> io::Result<Vec<u8>> {
        let Some(manifest) = &self.manifest else { return files::read(&self.folder.join(MANIFEST)) };
        files::read_whole(Reader::new(manifest))
    }

    /// Reads its manifest.
    ///
    /// # Errors
    /// As [`Manifest::read`].
    pub fn manifest(&self) -> Result<Manifest> {
        Manifest::of(self.manifest_text(), &self.folder)
    }

    /// Returns a table's file.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn file(&self, name: &str) -> Result<Arc<File>> {
        let open = || files::open(&self.folder.join(name)).map(Arc::new);
        self.tables.get(name).cloned().map_or_else(open, Ok).with_context(|| format!("cannot read {}", self.folder.join(name).display()))
    }

    /// Closes the files of tables; from now on each is opened by its name.
    pub fn close_tables(&mut self) {
        self.tables.clear();
    }
}
