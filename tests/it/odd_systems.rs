//! File systems without locks, the sync of folders, shared memory, exchanges, modes, or links. `strace` makes the calls fail as they do there.

use crate::starcite::{Ended, MONDAY_OF_W49, Starcite, ended, papers, under};
use crate::tables::rows;
use needs::{Need, lacks};
use std::process::{Command, Stdio};

const WEEK: &str = "2026-W47";

impl Starcite {
    /// Runs the program with calls that fail, on all paths or only on those named. Its temporary files are in their own folder: other programs, whose calls do
    /// not fail, would take files that could not be locked for leftovers.
    fn lacking(&self, paths: &[&str], call: &str, error: &str, args: &[&str]) -> Ended {
        std::fs::create_dir_all(self.path("tmp")).unwrap();
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &format!("inject={call}:error={error}")]);
        for path in paths {
            strace.arg("-P").arg(self.path(path));
        }
        ended(under(strace, self.command(args).env("TMPDIR", self.path("tmp"))).spawn().unwrap())
    }
}

/// Creates a folder with papers; `None` if calls can't be made to fail here.
fn starcite() -> Option<Starcite> {
    let traced = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    if !traced.is_ok_and(|status| status.success()) {
        lacks(Need::Strace, "strace is not here, or may not trace");
        return None;
    }
    let starcite = Starcite::new();
    starcite.write_papers(&papers(20));
    Some(starcite)
}

#[track_caller]
fn assert_stands(starcite: &Starcite) {
    starcite.end(&["verify", "out"]).with_code(0);
    assert_eq!(rows(&starcite.week(WEEK), "papers").len(), 20);
    let names = std::fs::read_dir(starcite.path("out")).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    assert!(names.filter(|name| name.starts_with('.')).count() == 0, "something was left");
}

/// The folders of a week whose names a run and a publication sync.
const FOLDERS: [&str; 5] = ["out", "out/.week=2026-W47.new", "out/week=2026-W47", "dest", "dest/week=2026-W47"];

#[test]
fn a_folder_that_cannot_be_synced_is_no_obstacle_and_one_whose_disk_fails_is() {
    for error in ["EINVAL", "EOPNOTSUPP", "EBADF", "ENOSYS", "EACCES"] {
        let Some(starcite) = starcite() else { return };
        for args in [&["run", "pipeline.toml", "--offline"][..], &["publish", "dest"]] {
            starcite.lacking(&FOLDERS, "fsync", error, args).with_code(0);
        }
        assert_stands(&starcite);
        starcite.end(&["verify", "dest"]).with_code(0);
    }
    for error in ["EIO", "ENOSPC"] {
        let Some(starcite) = starcite() else { return };
        let ended = starcite.lacking(&FOLDERS, "fsync", error, &["run", "pipeline.toml", "--offline"]).with_code(1);
        assert!(ended.line().contains("cannot sync out"), "{}", ended.stderr);
    }
}

#[test]
fn a_state_without_shared_memory_is_written_and_read_all_the_same() {
    for error in ["ENODEV", "EINVAL", "EACCES", "EOPNOTSUPP"] {
        let Some(mut starcite) = starcite() else { return };
        let lacking =
            |starcite: &Starcite, args: &[&str]| starcite.lacking(&["out/state.db-shm", "out/state.db.being-rebuilt-shm"], "mmap", error, args).with_code(0);
        let run: &[&str] = &["run", "pipeline.toml", "--offline"];
        lacking(&starcite, run);
        let first = crate::starcite::files(&starcite.week(WEEK));
        lacking(&starcite, run); // again
        starcite.run(&["--offline"]).with_code(0); // with shared memory
        lacking(&starcite, run); // without leftovers of shared memory
        assert!(crate::starcite::files(&starcite.week(WEEK)) == first, "{error}");
        assert_stands(&starcite);
        lacking(&starcite, &["run", "pipeline.toml", "--offline", "--rebuild-state"]);
        assert!(lacking(&starcite, &["status"]).stdout.contains("links         20"));
        lacking(&starcite, &["plan", "pipeline.toml"]);
        lacking(&starcite, &["enrich", "--week", WEEK, "--offline"]);
        starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    }
}

#[test]
fn what_a_killed_run_left_in_the_log_of_a_state_is_not_lost_without_shared_memory() {
    let Some(starcite) = starcite() else { return };
    starcite.run(&["--offline"]).with_code(0);
    let state = rusqlite::Connection::open(starcite.path("out/state.db")).unwrap();
    state.execute("INSERT INTO meta VALUES ('budget', 'what was spent')", []).unwrap();
    let log = std::fs::read(starcite.path("out/state.db-wal")).unwrap();
    let whole = std::fs::read(starcite.path("out/state.db")).unwrap();
    drop(state);
    starcite.write("out/state.db", whole);
    starcite.write("out/state.db-wal", log);
    starcite.lacking(&["out/state.db-shm"], "mmap", "ENODEV", &["run", "pipeline.toml", "--offline"]).with_code(0);
    assert!(starcite.end(&["status"]).stdout.contains("what was spent"));
}

#[test]
fn a_file_system_without_locks_modes_links_or_exchanges_is_one_to_work_on() {
    for (call, error) in [
        ("flock", "ENOLCK"),
        ("flock", "ENOSYS"),
        ("flock", "EOPNOTSUPP"),
        ("fchmod,chmod,fchmodat", "EPERM"),
        ("link,linkat", "EPERM"),
        ("renameat2", "EINVAL"),
    ] {
        let Some(starcite) = starcite() else { return };
        for args in [
            &["run", "pipeline.toml", "--offline"][..],
            &["run", "pipeline.toml", "--offline"],
            &["run", "pipeline.toml", "--offline", "--rebuild-state"],
            &["compact"],
            &["export", "csv"],
            &["publish", "dest"],
            &["plan", "pipeline.toml"],
        ] {
            let ended = starcite.lacking(&[], call, error, args);
            assert_eq!(ended.code, Some(0), "{call} {error} {args:?}: {}", ended.stderr);
            let is_told = ended.stderr.contains("on a file system without locks");
            assert!(call != "flock" || is_told == (args[0] != "plan"), "{args:?}: {}", ended.stderr);
        }
        starcite.run(&["--offline"]).with_code(0);
        std::fs::read_dir(starcite.path("out")).unwrap().for_each(|entry| {
            let path = entry.unwrap().path();
            assert!(!path.to_string_lossy().contains("/.week="), "{}", path.display());
        });
        starcite.end(&["verify", "out"]).with_code(0);
    }
}
