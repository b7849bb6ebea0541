//! A report that is ended while it is written: the page before it stays, and the next report removes what is left. `strace` sends the signals at calls.

use crate::starcite::{Ended, Starcite, ended, files, papers, under};
use needs::{Need, lacks};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Creates a week of the papers; `None` if calls can't be traced here.
fn week() -> Option<Starcite> {
    let traced = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    if !traced.is_ok_and(|status| status.success()) {
        lacks(Need::Strace, "strace is not here, or may not trace");
        return None;
    }
    let starcite = Starcite::new();
    starcite.write_papers(&papers(20));
    starcite.run(&["--offline"]).with_code(0);
    Some(starcite)
}

/// A pipeline that makes another page of the same week, because it leaves a paper out.
const HIDING: &str = "[suppress]\npapers = [\"t:1\"]\n";

/// Ends a report with a signal at a call, or lets it complete if there are fewer such calls.
fn signalled(starcite: &Starcite, args: &[&str], signal: &str, call: &str, number: usize) -> Ended {
    let mut strace = Command::new("env");
    strace.args(["--default-signal=INT,TERM,HUP", "strace", "-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")]);
    strace.args(["-e", &format!("inject={call}:signal={signal}:when={number}")]);
    ended(under(strace, &starcite.command(args)).spawn().unwrap())
}

/// Returns the names of temporary files and folders.
fn temporary(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with('.')).collect()
}

#[test]
fn a_killed_report_leaves_a_whole_page_and_the_next_one_removes_what_it_left() {
    let Some(starcite) = week() else { return };
    starcite.write("hiding.toml", format!("{}{HIDING}", fs::read_to_string(starcite.path("pipeline.toml")).unwrap()));
    let (report, page) = (starcite.path("out/report"), starcite.path("out/report/2026-W47"));
    let of = |args: &[&str]| {
        starcite.end(args).with_code(0);
        (files(&report), files(&page))
    };
    let ways: [&[&str]; 2] = [&["report"], &["report", "hiding.toml"]];
    let whole = ways.map(of);
    assert!(whole[0].1 != whole[1].1);
    let calls = [("fsync", &[1, 5, 9, 13, 16, 17, 18, 20][..]), ("/^rename", &[1, 2, 3]), ("/^mkdir", &[1, 2]), ("/^unlink", &[1, 2])];
    let (mut killed, mut left) = (0, 0);
    for (at, (call, number)) in calls.iter().flat_map(|(call, numbers)| numbers.iter().map(move |number| (*call, *number))).enumerate() {
        let (args, wanted) = (ways[at % 2], &whole[at % 2]);
        killed += usize::from(signalled(&starcite, args, "KILL", call, number).code.is_none());
        assert!(whole.iter().any(|whole| files(&page) == whole.1), "{call} {number}");
        left += usize::from(!temporary(&report).is_empty());
        assert!(of(args) == *wanted && temporary(&report).is_empty(), "{call} {number}: {:?}", temporary(&report));
    }
    assert!(killed > 7 && left > 5, "{killed} were killed, and {left} left something");
    for number in [5, 17, 18, 20] {
        fs::remove_dir_all(&report).unwrap();
        assert_eq!(signalled(&starcite, &["report"], "KILL", "fsync", number).code, None);
        assert!(of(&["report"]) == whole[0], "the first report was killed at fsync {number}");
    }
}

#[test]
fn a_report_that_is_interrupted_leaves_the_page_as_it_was_and_nothing_else() {
    let Some(starcite) = week() else { return };
    starcite.end(&["report"]).with_code(0);
    let before = files(&starcite.path("out"));
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let ended = signalled(&starcite, &["report", "--all"], signal, "/^mkdir", 1).with_code(code);
        assert!(ended.line().contains("interrupted: run the same command again to go on") && ended.stdout.is_empty(), "{}", ended.stderr);
        assert!(files(&starcite.path("out")) == before && temporary(&starcite.path("out/report")).is_empty(), "{signal}");
    }
    starcite.end(&["report"]).with_code(0);
}
