//! Concurrent commands: one writes to a folder, and the others name it; unused files are removed.

use crate::server::{Response, Server};
use crate::starcite::{Starcite, ended, files, papers};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Child;

const WEEK: &str = "2026-W47";

/// Returns a finished week, and a run of the next one that waits for its host.
fn running() -> (Starcite, Server, Child) {
    let server = Server::start(|_, _| Response::Hangs);
    let starcite = Starcite::asking(&server.url, &papers(3));
    starcite.run(&["--offline"]).with_code(0);
    let child = starcite.start(&["run", "pipeline.toml", "--state", "out/state.db"]);
    server.wait_for(1);
    (starcite, server, child)
}

/// Kills a run (kill -9).
fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn who_writes_to_a_folder_is_told_to_all_others_that_want_to() {
    let (starcite, _server, child) = running();
    let process = format!("another starcite (process {}) writes to out", child.id());
    let commands: [&[&str]; 10] = [
        &["run", "pipeline.toml", "--offline"],
        &["run", "pipeline.toml", "--offline", "--state", "other.db"],
        &["run", "pipeline.toml", "--offline", "--since", "2026-W46"],
        &["run", "pipeline.toml", "--offline", "--rebuild-state"],
        &["compact"],
        &["compact", "--output", "out/all.parquet"],
        &["dataset"],
        &["report"],
        &["export", "csv"],
        &["export", "pwc", "--output", "out/deep/pwc"],
    ];
    for args in commands {
        let ended = starcite.end(args).with_code(1);
        assert!(ended.line().contains(&process) && ended.line().contains("wait"), "{args:?}: {}", ended.stderr);
        assert!(!ended.line().contains("--state"), "{args:?}: {}", ended.stderr);
    }
    for args in [&["compact", "--output", "all.parquet"][..], &["export", "csv", "--output", "csv"], &["verify", "out"], &["status"], &["publish", "dest"]] {
        starcite.end(args).with_code(0);
    }
    assert!(starcite.path("out/.week=2026-W47.new").exists(), "the run is not disturbed");
    kill(child);
    starcite.run(&["--offline"]).with_code(0);
    assert!(!starcite.path("out/.starcite.lock").exists());
}

#[test]
fn two_runs_at_a_time_leave_the_week_of_one_of_them_whatever_their_states() {
    let starcite = Starcite::new();
    for name in ["a", "b"] {
        let lines: String =
            (0..200).map(|at| format!("{{\"id\": \"{name}:{at}\", \"title\": \"T\", \"abstract\": \"https://github.com/{name}/n{at}\"}}\n")).collect();
        starcite.write(&format!("{name}.jsonl"), lines);
        starcite.write(&format!("{name}.toml"), format!("name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"{name}.jsonl\"\n"));
    }
    for _ in 0..10 {
        let start = |name: &str| starcite.start(&["run", &format!("{name}.toml"), "--offline", "--state", &format!("{name}.db")]);
        let runs = ["a", "b"].map(start).map(ended);
        let done = ["a", "b"].into_iter().zip(&runs).filter(|(_, run)| run.code == Some(0)).map(|(name, _)| name).collect::<Vec<_>>();
        assert!(done.len() == 1, "{runs:?}");
        let ids = crate::tables::column(&starcite.week(WEEK), "papers", "paper_id");
        assert!(ids.len() == 200 && ids.iter().all(|id| id.starts_with(done[0])), "{done:?}: {ids:?}");
        fs::remove_dir_all(starcite.path("out")).unwrap();
        ["a.db", "b.db"].iter().for_each(|name| fs::remove_file(starcite.path(name)).unwrap_or(()));
    }
}

#[test]
fn two_reports_at_a_time_leave_a_whole_one() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(600));
    starcite.run(&["--offline"]).with_code(0);
    starcite.end(&["report"]).with_code(0);
    let whole = files(&starcite.path("out/report"));
    for _ in 0..5 {
        let reports = [(); 3].map(|()| starcite.start(&["report"])).map(ended);
        for report in &reports {
            let is_refused = || report.code == Some(1) && report.line().contains("another starcite") && report.line().contains("wait until it has ended");
            assert!(report.code == Some(0) || is_refused(), "{report:?}");
        }
        assert!(reports.iter().any(|report| report.code == Some(0)), "{reports:?}");
        assert!(files(&starcite.path("out/report")) == whole);
    }
}

#[test]
fn one_command_at_a_time_publishes_to_a_folder() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    starcite.run(&["--offline"]).with_code(0);
    fs::create_dir(starcite.path("dest")).unwrap();
    let lock = fs::File::create(starcite.path("dest/.starcite.lock")).unwrap();
    lock.lock().unwrap();
    let ended = starcite.end(&["publish", "dest"]).with_code(1);
    assert!(ended.line().contains("another starcite writes to") && ended.line().contains("dest"), "{}", ended.stderr);
    drop(lock);
    starcite.end(&["publish", "dest"]).with_code(0);
    assert!(!starcite.path("dest/.starcite.lock").exists());
}

#[test]
fn nothing_is_written_into_a_finished_week_or_published_over_the_weeks_of_a_run() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    starcite.run(&["--offline"]).with_code(0);
    starcite.run(&["--offline", "--out", "other"]).with_code(0);
    symlink(starcite.week(WEEK), starcite.path("link")).unwrap();
    let before = [files(&starcite.path("out")), files(&starcite.path("other"))];
    let week = "out/week=2026-W47";
    let into_week = format!("{week}/links.parquet");
    let cases: [&[&str]; 10] = [
        &["run", "pipeline.toml", "--offline", "--out", "out/week=2026-W47/more"],
        &["publish", "out"],
        &["publish", "other"],
        &["publish", week],
        &["publish", "link"],
        &["publish", "out", "--out", week],
        &["rank", "--format", "parquet", "--output", &into_week],
        &["extract", "--from", "jsonl", "papers.jsonl", "--output", "link/links.jsonl"],
        &["dataset", "--out", week],
        &["report", "--out", week],
    ];
    for args in cases {
        let ended = starcite.end(args).with_code(1);
        assert_eq!(ended.stderr.lines().count(), 1, "{args:?}: {}", ended.stderr);
    }
    assert!([files(&starcite.path("out")), files(&starcite.path("other"))] == before);
}

/// Returns the number of entries in a system folder for temporary files.
fn names(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn temporary_files_of_a_killed_command_go_at_the_next_start_and_those_of_a_living_one_stay() {
    let server = Server::start(|_, _| Response::Hangs);
    let starcite = Starcite::new();
    starcite.write_pipeline("jsonl", &format!("url = \"{}/papers.jsonl\"", server.url));
    let temporary = starcite.path("tmp");
    fs::create_dir(&temporary).unwrap();
    let plan = |out: &str| {
        server.forget();
        let child = starcite.command(&["plan", "pipeline.toml", "--out", out]).env("TMPDIR", &temporary).spawn().unwrap();
        server.wait_for(1);
        child
    };
    let start = || ended(starcite.command(&["schema"]).env("TMPDIR", &temporary).spawn().unwrap()).with_code(0);
    let (killed, living) = (plan("a"), plan("b"));
    let of_two = names(&temporary);
    start();
    assert_eq!(names(&temporary), of_two);
    kill(killed);
    start();
    assert_eq!(names(&temporary), of_two / 2);
    kill(living);
    start();
    assert_eq!(names(&temporary), 0);
}

#[test]
fn what_a_killed_command_left_beside_its_output_goes_when_something_is_written_there() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    let folder = starcite.path("mine");
    fs::create_dir(&folder).unwrap();
    let args = ["extract", "--from", "jsonl", "-", "--output", "mine/links.jsonl"];
    let mut child = starcite.command(&args).stdin(std::process::Stdio::piped()).spawn().unwrap();
    let input = child.stdin.take();
    assert!((0..500).any(|_| names(&folder) > 0 || (std::thread::sleep(std::time::Duration::from_millis(10)), false).1), "nothing was begun");
    kill(child);
    drop(input);
    assert_eq!(names(&folder), 1);
    starcite.end(&["extract", "--from", "jsonl", "papers.jsonl", "--output", "mine/links.jsonl"]).with_code(0);
    assert_eq!(fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>(), ["links.jsonl"]);
}

#[test]
fn what_a_killed_rebuild_left_of_a_state_goes() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    starcite.run(&["--offline"]).with_code(0);
    for end in ["", "-wal", "-shm", ".lock"] {
        starcite.write(&format!("out/state.db.being-rebuilt{end}"), "half");
    }
    starcite.run(&["--offline"]).with_code(0);
    assert!(fs::read_dir(starcite.path("out")).unwrap().all(|entry| !entry.unwrap().file_name().to_string_lossy().contains("being-rebuilt")));
}

#[test]
fn a_week_that_is_replaced_is_read_as_it_was() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(300));
    starcite.run(&["--offline"]).with_code(0);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| (0..15).for_each(|_| drop(starcite.run(&["--offline"]).with_code(0))));
        let readers: [&[&str]; 7] = [
            &["verify", "out"],
            &["rank"],
            &["export", "jsonl", "--output", "rows"],
            &["export", "pwc", "--output", "pwc"],
            &["compact", "--output", "all.parquet"],
            &["publish", "dest"],
            &["status"],
        ];
        let mut reads = 0;
        while !writer.is_finished() {
            let args = readers[reads % readers.len()];
            let ended = starcite.end(args);
            assert_eq!(ended.code, Some(0), "{args:?}: {}", ended.stderr);
            reads += 1;
        }
        assert!(reads > readers.len());
        writer.join().unwrap();
    });
    starcite.end(&["verify", "out"]).with_code(0);
}
