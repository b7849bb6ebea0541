//! Checks folder, disk, lock, state and destination.

use super::Job;
use super::check::Check;
use crate::weeks::{self, prune, publish};
use anyhow::{Result, bail};
use starcite_ground::files::lock;
use starcite_ground::files::temporary::TemporaryFolder;
use starcite_ground::{files, http, interrupt, terminal};
use starcite_state::{State, name_the_state};
use std::fs;
use std::path::{Path, PathBuf};

/// Room for so many times the newest week, because a week is written beside the one that it replaces, and the state grows with it.
const TIMES_A_WEEK: u64 = 3;

/// The bytes that a first week needs at least.
const FIRST_WEEK: u64 = 1 << 30;

/// Checks that no other process writes to the folder.
pub(super) fn lock(out: &Path) -> Check {
    match lock::holder(out) {
        None => Check::ok("lock", "nobody else writes to the folder".to_owned()),
        Some(number) => {
            let who = lock::Refused::holder(number);
            Check::warn("lock", format!("{who} writes to {}", out.display()), "wait until it has ended: two never write at once")
        }
    }
}

/// Checks that files can be made, renamed and swapped in the folder, as runs do, and that its weeks are on its file system.
pub(super) fn folder(out: &Path) -> Vec<Check> {
    let Some(there) = existing(out) else {
        return vec![Check::fail("folder", format!("{} can't be made", out.display()), "name another folder with --out")];
    };
    let tried = match swap(&there) {
        Ok(()) if there == out => Check::ok("folder", format!("{} can be written", out.display())),
        Ok(()) => Check::ok("folder", format!("{} is not there yet: the first run makes it", out.display())),
        Err(error) => {
            let todo = "give the user that runs starcite the right to write there, or name another folder with --out";
            Check::fail("folder", format!("{} can't be written ({error:#})", there.display()), todo)
        }
    };
    let elsewhere = weeks::folders(out).unwrap_or_default().into_iter().find(|week| files::device(week) != files::device(out));
    let split = elsewhere.map(|week| {
        let todo = "keep all weeks on one file system: a finished week is put in place by a rename";
        Check::fail("folder", format!("{} is on another file system than its folder", week.display()), todo)
    });
    [Some(tried), split].into_iter().flatten().collect()
}

/// Returns a folder, or the nearest one above it that is there.
fn existing(folder: &Path) -> Option<PathBuf> {
    let whole = std::path::absolute(folder).ok()?;
    if folder.is_dir() {
        return Some(folder.to_owned());
    }
    whole.ancestors().find(|above| above.exists()).filter(|above| above.is_dir()).map(Path::to_owned)
}

/// Does in a temporary folder what a run does to put a week in place of another.
fn swap(folder: &Path) -> Result<()> {
    let held = TemporaryFolder::new_in(folder)?;
    let [new, place, aside] = ["new", "place", "aside"].map(|name| held.path().join(name));
    for week in [&new, &place] {
        fs::create_dir(week)?;
        fs::write(week.join("file"), "a")?;
    }
    files::put_folder(&new, &place, &aside)?;
    files::sync_folder(held.path())?;
    Ok(())
}

/// Compares the free space with the size of the newest week, and where the state is elsewhere, with that of the state.
pub(super) fn disk(out: &Path, state: &Path) -> Vec<Check> {
    let newest = weeks::folders(out).ok().and_then(|weeks| weeks.into_iter().next_back());
    let room = room(out, newest.as_deref().map_or(FIRST_WEEK, |week| TIMES_A_WEEK * prune::bytes(week)));
    let of_state =
        state.parent().filter(|folder| files::device(folder).is_some_and(|device| Some(device) != existing(out).and_then(|out| files::device(&out))));
    let size = fs::metadata(state).map_or(0, |there| there.len());
    std::iter::once(room).chain(of_state.map(|folder| self::room(folder, TIMES_A_WEEK * size))).collect()
}

/// Compares the free space where a folder is, or will be, with what a run needs there.
fn room(folder: &Path, wanted: u64) -> Check {
    let Some(free) = existing(folder).and_then(|folder| files::free_bytes(&folder)) else {
        return Check::warn("disk", format!("the free space of {} is unknown", folder.display()), "look yourself: df");
    };
    let told = format!("{}: {} free, and a run needs {}", folder.display(), terminal::bytes(free), terminal::bytes(wanted));
    if free < wanted {
        Check::fail("disk", told, "make room: starcite prune removes old weeks, or name another folder with --out")
    } else {
        Check::ok("disk", told)
    }
}

/// Checks that the state can be read, belongs to the pipeline, and knows the weeks in the folder.
pub(super) fn state(job: &Job) -> Check {
    let shown = job.state.display();
    let unfinished = files::beside(&job.state, ".being-rebuilt");
    if unfinished.exists() {
        return Check::warn(
            "state",
            format!("{} was left by a rebuild that did not end", unfinished.display()),
            "rebuild it again: starcite run … --rebuild-state",
        );
    }
    let checked = State::look(&job.state).map_err(|error| name_the_state(error, &job.state)).and_then(|state| {
        let has_weeks = weeks::headers(&job.out).is_ok_and(|weeks| !weeks.is_empty());
        match (state, job.plan()) {
            (None, _) if has_weeks => bail!("{shown} is not there, and the folder has weeks: put a copy of it back, or run once with --rebuild-state"),
            (None, _) => Ok(format!("{shown} is not there yet: the first run makes it")),
            (Some(state), Some(plan)) => crate::run::claim(plan, &state).map(|_| format!("{shown} is of this pipeline and knows its weeks")),
            (Some(_), None) => Ok(format!("{shown} can be read")),
        }
    });
    checked.map_or_else(|error| Check::failed("state", &error), |told| Check::ok("state", told))
}

/// Checks that weeks can be published to a place.
pub(super) fn destination(dest: &str, out: &Path) -> Check {
    let looked = http::runtime().and_then(|runtime| runtime.block_on(interrupt::unless_interrupted(publish::look(dest, out))));
    match looked {
        Ok(_) if publish::lacks_lfs(dest) => {
            let todo = "git lfs track '*.parquet', and commit .gitattributes";
            Check::warn("publish", format!("{dest} is a checkout that does not keep *.parquet in git LFS"), todo)
        }
        Ok(told) => Check::ok("publish", told),
        Err(error) => Check::failed("publish", &error),
    }
}
