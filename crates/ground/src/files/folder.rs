//! An open folder: reads through it stay in this folder, even if another one takes its name.

#[cfg(unix)]
use rustix::fs::{Mode, OFlags};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// A folder that is open, so that its files are those of one folder whatever its path leads to later.
pub struct Folder {
    path: PathBuf,
    #[cfg(unix)]
    open: File,
}

impl Folder {
    /// Opens a folder.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            #[cfg(unix)]
            open: rustix::fs::open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())?.into(),
        })
    }
}

#[cfg(unix)]
impl Folder {
    /// Opens a regular file in the folder.
    ///
    /// # Errors
    /// When it does not exist, or can't be read.
    pub fn file(&self, name: &str) -> io::Result<File> {
        use rustix::fs::openat;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(openat(&self.open, name, flags, Mode::empty())?);
        if file.metadata()?.is_file() { Ok(file) } else { Err(super::not_a_file()) }
    }

    /// Returns the names in the folder, sorted.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let entries = rustix::fs::Dir::read_from(&self.open)?;
        let mut names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect::<io::Result<Vec<_>>>()?;
        names.retain(|name| name != "." && name != "..");
        names.sort();
        Ok(names)
    }

    /// True if the folder is still at its path.
    pub fn is_in_place(&self) -> bool {
        use rustix::fs::{fstat, stat};
        fstat(&self.open).and_then(|open| stat(&self.path).map(|there| (open.st_dev, open.st_ino) == (there.st_dev, there.st_ino))).unwrap_or(false)
    }
}

#[cfg(not(unix))]
impl Folder {
    pub fn file(&self, name: &str) -> io::Result<File> {
        super::open(&self.path.join(name))
    }

    pub fn names(&self) -> io::Result<Vec<String>> {
        let entries = std::fs::read_dir(&self.path)?;
        let mut names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }

    pub fn is_in_place(&self) -> bool {
        true
    }
}
