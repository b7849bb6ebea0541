//! The folder `report`: a folder for each page, which appears when it is whole, and the files that all pages share.

use crate::weeks::report_files::{INDEX, MARKED_WITHIN, is_marked, is_of_page, is_shared};
use anyhow::{Context, Result, bail, ensure};
use starcite_core::Week;
use starcite_ground::files::temporary::TemporaryFolder;
use starcite_ground::files::{self, atomic};
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// The folder of all pages.
pub(super) struct Pages {
    root: PathBuf,
    /// Holds what is written until it is in place, and a page that was replaced.
    held: TemporaryFolder,
}

/// The folder of a page while it is written.
pub(super) struct PageFolder<'p> {
    place: PathBuf,
    held: &'p TemporaryFolder,
}

impl Pages {
    /// Opens the folder, which is made if it is missing.
    ///
    /// # Errors
    /// When it can't be made, is a symbolic link, or holds a page or a file that starcite did not write and would replace.
    pub(super) fn open(root: &Path) -> Result<Self> {
        files::check_place(root).with_context(|| root.display().to_string())?;
        fs::create_dir_all(root).with_context(|| format!("cannot make {}: choose another folder with --out", root.display()))?;
        if !is_page(root)? {
            check_shared(root)?;
        }
        let held = TemporaryFolder::new_in(root).with_context(|| atomic::no_room(root.display()))?;
        Ok(Self { root: root.to_owned(), held })
    }

    /// Begins the page of a week.
    ///
    /// # Errors
    /// When the folder of the page is something else: it is not emptied.
    pub(super) fn begin(&self, week: Week) -> Result<PageFolder<'_>> {
        let place = self.root.join(week.to_string());
        files::check_place(&place).with_context(|| place.display().to_string())?;
        if place.exists() {
            ensure!(is_page(&place)?, "{} is not a page of starcite, and stays: move it away", place.display());
            check_names(&place)?;
        }
        let folder = PageFolder { place, held: &self.held };
        fs::create_dir(folder.path()).with_context(|| atomic::no_room(folder.place.display()))?;
        Ok(folder)
    }

    /// Returns the weeks that have a page, the newest first.
    pub(super) fn weeks(&self) -> Vec<Week> {
        let entries = fs::read_dir(&self.root).into_iter().flatten().flatten();
        let named = entries.filter(|entry| is_page(&entry.path()).unwrap_or_default()).filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let mut weeks: Vec<Week> = named.collect();
        weeks.sort_unstable_by_key(|week| std::cmp::Reverse(*week));
        weeks
    }

    /// Returns the names of the feeds that are there.
    pub(super) fn feeds(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.root).into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| is_shared(name) && name.ends_with(".atom")).collect()
    }

    /// Writes a file that all pages share, if it changes.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let (new, path) = (self.held.path().join(name), self.root.join(name));
        if files::read(&path).is_ok_and(|there| there == bytes) {
            return Ok(());
        }
        fs::write(&new, bytes).and_then(|()| atomic::rename(&new, &path)).with_context(|| atomic::no_room(path.display()))
    }
}

impl PageFolder<'_> {
    /// Returns the folder as it is written.
    fn path(&self) -> PathBuf {
        self.held.path().join("page")
    }

    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        debug_assert!(is_of_page(name), "{name}");
        self.write_with(name, |to| Ok(to.write_all(bytes)?))
    }

    /// Creates a file that `write` fills.
    pub(super) fn write_with(&self, name: &str, write: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
        let context = || atomic::no_room(self.place.join(name).display());
        let mut file = BufWriter::new(File::create_new(self.path().join(name)).with_context(context)?);
        write(&mut file).with_context(context)?;
        file.flush().with_context(context)
    }

    /// Puts the page in place of the former one, and returns its path.
    pub(super) fn finish(self) -> Result<PathBuf> {
        let context = || format!("cannot put {} in place", self.place.display());
        for entry in fs::read_dir(self.path()).with_context(context)? {
            File::open(entry.with_context(context)?.path()).and_then(|file| file.sync_all()).with_context(context)?;
        }
        files::sync_folder(&self.path()).with_context(context)?;
        files::put_folder(&self.path(), &self.place, &self.held.path().join("former")).with_context(context)?;
        Ok(self.place)
    }
}

/// True if a folder has a page that starcite wrote; false if it has none.
///
/// # Errors
/// When its page can't be read, or is somebody else's.
fn is_page(folder: &Path) -> Result<bool> {
    let page = folder.join(INDEX);
    if !page.exists() && !page.is_symlink() {
        return Ok(false);
    }
    let mut start = Vec::new();
    files::open(&page).and_then(|file| file.take(MARKED_WITHIN).read_to_end(&mut start)).with_context(|| format!("cannot read {}", page.display()))?;
    ensure!(is_marked(&start), "{} is not a page of starcite, and stays: move it away, or choose another folder with --out", page.display());
    Ok(true)
}

/// Fails for files with the names of those that all pages share, where no list of weeks shows that starcite wrote them.
fn check_shared(root: &Path) -> Result<()> {
    let mut paths = fs::read_dir(root).with_context(|| format!("cannot list {}", root.display()))?.flatten().map(|entry| entry.path());
    let foreign = paths.find(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_shared));
    let Some(foreign) = foreign else { return Ok(()) };
    bail!("{} is not a file of starcite, and stays: move it away, or choose another folder with --out", foreign.display())
}

/// Fails for a page's folder that holds anything else.
fn check_names(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        let is_known = path.file_name().is_some_and(|name| name.to_str().is_some_and(is_of_page)) && path.symlink_metadata().is_ok_and(|there| there.is_file());
        if !is_known {
            bail!("{} is not a file of the page, and stays: move it out of {}, which is replaced as a whole", path.display(), folder.display());
        }
    }
    Ok(())
}
