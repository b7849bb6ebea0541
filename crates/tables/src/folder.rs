//! A week's folder: written under a temporary name, synced, and put in place by one rename.
//!
//! Next to `week=W` there may be `.week=W.new` (being written, or complete and not yet in place) and, on systems that can't swap two
//! folders in one step, briefly `.week=W.old`. The next start finishes or removes what a killed run left.

use super::manifest::MANIFEST;
use anyhow::{Context, Result, ensure};
use starcite_core::Week;
use starcite_ground::files;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A week's folder while it is written.
pub struct WeekFolder {
    out: PathBuf,
    week: Week,
}

impl WeekFolder {
    /// Makes an empty temporary folder, if no run has left one ([`recover`]).
    ///
    /// # Errors
    /// When the folder can't be made, or the week's is a symbolic link.
    pub fn begin(out: &Path, week: Week) -> Result<Self> {
        let folder = Self { out: out.to_owned(), week };
        let place = folder.in_place();
        ensure!(!place.is_symlink(), "{} is a symbolic link, which a run does not replace: put what it leads to in its place, or remove it", place.display());
        let context = || format!("cannot make {}: choose another place with --out", folder.temporary().display());
        fs::create_dir_all(out).and_then(|()| fs::create_dir(folder.temporary())).with_context(context)?;
        Ok(folder)
    }

    /// Returns the folder in which the tables are written.
    pub fn temporary(&self) -> PathBuf {
        temporary(&self.out, self.week)
    }

    /// Returns the folder in which readers find them.
    pub fn in_place(&self) -> PathBuf {
        week_folder(&self.out, self.week)
    }

    fn replaced(&self) -> PathBuf {
        replaced(&self.out, self.week)
    }

    /// Puts the folder in place, and then removes the one that it replaces.
    pub fn commit(self) -> Result<PathBuf> {
        let (new, place, old) = (self.temporary(), self.in_place(), self.replaced());
        let context = || format!("cannot put {} in place", place.display());
        sync_folder(&new)?;
        if let Some(former) = files::put_folder(&new, &place, &old).with_context(context)? {
            fs::remove_dir_all(former).with_context(|| format!("cannot remove {}", former.display()))?;
        }
        sync_folder(&self.out)?;
        Ok(place)
    }
}

/// Finishes or removes the temporary folders that killed runs left, of all weeks. The caller has locked `out`, so that none belongs to a
/// running process.
pub fn recover(out: &Path) -> Result<()> {
    let entries = match fs::read_dir(out) {
        Ok(entries) => entries,
        Err(_) => return Ok(()), // nothing was run here yet; any other error appears when the folder is made
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let weeks: BTreeSet<Week> = names.filter_map(|name| name.strip_prefix(".week=")?.split('.').next()?.parse().ok()).collect();
    weeks.into_iter().try_for_each(|week| recover_week(out, week))
}

fn recover_week(out: &Path, week: Week) -> Result<()> {
    let (new, place, old) = (temporary(out, week), week_folder(out, week), replaced(out, week));
    let is_folder = |path: &Path| path.symlink_metadata().is_ok_and(|there| there.is_dir());
    if !place.exists() && !place.is_symlink() {
        if is_folder(&new) && new.join(MANIFEST).exists() {
            fs::rename(&new, &place).with_context(|| format!("cannot put {} in place", place.display()))?;
        } else if is_folder(&old) {
            fs::rename(&old, &place).with_context(|| format!("cannot put {} back", place.display()))?;
        }
    }
    for leftover in [new, old] {
        files::remove(&leftover).with_context(|| format!("cannot remove {}", leftover.display()))?;
    }
    Ok(())
}

fn temporary(out: &Path, week: Week) -> PathBuf {
    out.join(format!(".week={week}.new"))
}

/// Returns the folder of a week.
pub fn week_folder(out: &Path, week: Week) -> PathBuf {
    out.join(format!("week={week}"))
}

fn replaced(out: &Path, week: Week) -> PathBuf {
    out.join(format!(".week={week}.old"))
}

/// True for the replaced folder of a week (`.week=W.old`) while no other is in place yet.
pub fn is_being_replaced(path: &Path) -> bool {
    let week = || path.file_name()?.to_str()?.strip_prefix(".week=")?.strip_suffix(".old")?.parse().ok();
    week().is_some_and(|week| !week_folder(path.parent().unwrap_or(Path::new("")), week).exists())
}

impl Drop for WeekFolder {
    /// Leaves nothing half-written of a failed run; the next start removes what can't be removed now.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.temporary());
    }
}

fn sync_folder(path: &Path) -> Result<()> {
    files::sync_folder(path).map(drop).with_context(|| format!("cannot sync {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week() -> Week {
        "2025-W26".parse().unwrap()
    }

    fn put(folder: &Path, name: &str, text: &str) {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join(name), text).unwrap();
    }

    #[test]
    fn an_unfinished_leftover_goes_and_the_earlier_week_stays() {
        let out = tempfile::tempdir().unwrap();
        put(&out.path().join("week=2025-W26"), MANIFEST, "old");
        put(&out.path().join(".week=2025-W26.new"), "papers.parquet", "half");
        recover(out.path()).unwrap();
        let folder = WeekFolder::begin(out.path(), week()).unwrap();
        assert_eq!(fs::read_dir(folder.temporary()).unwrap().count(), 0);
        assert_eq!(fs::read_to_string(folder.in_place().join(MANIFEST)).unwrap(), "old");
    }

    #[test]
    fn a_kill_between_two_renames_is_finished_at_the_next_start() {
        let out = tempfile::tempdir().unwrap();
        put(&out.path().join(".week=2025-W26.old"), MANIFEST, "old");
        put(&out.path().join(".week=2025-W26.new"), MANIFEST, "new");
        recover(out.path()).unwrap();
        let folder = WeekFolder::begin(out.path(), week()).unwrap();
        assert_eq!(fs::read_to_string(folder.in_place().join(MANIFEST)).unwrap(), "new");
        assert!(!folder.replaced().exists());
    }

    #[test]
    fn a_replaced_week_that_nothing_replaced_is_put_back() {
        let out = tempfile::tempdir().unwrap();
        put(&out.path().join(".week=2025-W26.old"), MANIFEST, "old");
        put(&out.path().join(".week=2025-W26.new"), "papers.parquet", "half");
        recover(out.path()).unwrap();
        let folder = WeekFolder::begin(out.path(), week()).unwrap();
        assert_eq!(fs::read_to_string(folder.in_place().join(MANIFEST)).unwrap(), "old");
    }

    #[test]
    fn a_new_week_replaces_the_old_one_and_leaves_nothing_behind() {
        let out = tempfile::tempdir().unwrap();
        put(&out.path().join("week=2025-W26"), MANIFEST, "old");
        recover(out.path()).unwrap();
        let folder = WeekFolder::begin(out.path(), week()).unwrap();
        put(&folder.temporary(), MANIFEST, "new");
        let place = folder.commit().unwrap();
        assert_eq!(fs::read_to_string(place.join(MANIFEST)).unwrap(), "new");
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
    }
}
