//! Standard output and error that no process reads, or that can't be written.

use crate::starcite::{Ended, Starcite, ended, papers, under};
use std::fs::OpenOptions;
use std::process::Stdio;

const BROKEN: &str = "this is not a record\n";

/// Creates a finished week, and papers with one line that is not a record.
fn starcite() -> Starcite {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    starcite.run(&["--offline"]).with_code(0);
    starcite.write("papers.jsonl", std::fs::read_to_string(starcite.path("papers.jsonl")).unwrap() + BROKEN);
    starcite.write("names.txt", "o/a\n!\n");
    starcite
}

/// Commands that print, with their exit codes if the output is read.
const COMMANDS: [(&[&str], i32); 17] = [
    (&["run", "pipeline.toml", "--offline"], 3),
    (&["run", "pipeline.toml", "--offline", "--since", "2026-W46"], 3),
    (&["plan", "pipeline.toml", "--offline"], 0),
    (&["extract", "--from", "jsonl", "papers.jsonl"], 3),
    (&["enrich", "names.txt", "--offline"], 3),
    (&["rank"], 0),
    (&["explain", "t:1"], 0),
    (&["compact"], 0),
    (&["dataset"], 0),
    (&["report"], 0),
    (&["export", "csv"], 0),
    (&["export", "pwc"], 0),
    (&["export", "duckdb", "--sql"], 0),
    (&["publish", "dest"], 0),
    (&["verify", "out"], 0),
    (&["status"], 0),
    (&["schema"], 0),
];

fn told(ended: &Ended) -> Vec<&str> {
    ended.stderr.lines().collect()
}

#[test]
fn an_output_that_nobody_reads_changes_no_exit_code_and_no_warning() {
    let (read, unread) = (starcite(), starcite());
    for (args, code) in COMMANDS {
        let expected = read.end(args).with_code(code);
        let mut child = unread.start(args);
        drop(child.stdout.take());
        let ended = ended(child).with_code(code);
        assert_eq!(told(&ended), told(&expected), "{args:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn an_output_that_cannot_be_written_is_named_behind_the_warnings() {
    let starcite = starcite();
    for (args, _) in COMMANDS {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ended = ended(starcite.command(args).stdout(full).spawn().unwrap()).with_code(1);
        let last = told(&ended).pop().unwrap_or_default().to_owned();
        assert!(last.contains("cannot write standard output"), "{args:?}: {}", ended.stderr);
    }
    for args in [&["--help"][..], &["--version"], &["run", "--help"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let gone = ended(starcite.command(args).stdout(writer).spawn().unwrap()).with_code(0);
        assert_eq!(gone.stderr, "", "{args:?}");
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ended = ended(starcite.command(args).stdout(full).spawn().unwrap()).with_code(1);
        assert!(ended.stderr.contains("cannot write standard output"), "{args:?}: {}", ended.stderr);
    }
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ended = ended(starcite.command(&["run", "pipeline.toml", "--offline"]).stdout(full).spawn().unwrap());
    assert!(ended.stderr.contains("1 input record was rejected"), "{}", ended.stderr);
}

#[test]
#[cfg(target_os = "linux")]
fn a_path_that_cannot_be_written_is_named() {
    let starcite = starcite();
    for args in [
        &["extract", "--from", "jsonl", "papers.jsonl"][..],
        &["enrich", "names.txt", "--offline"],
        &["rank"],
        &["export", "csv", "--table", "links"],
        &["export", "bibtex", "--all"],
    ] {
        let ended = starcite.end(&[args, &["--output", "/dev/full"]].concat()).with_code(1);
        assert!(ended.stderr.contains("cannot write /dev/full"), "{args:?}: {}", ended.stderr);
    }
}

#[test]
#[cfg(unix)]
fn streams_that_are_closed_take_nothing_away() {
    let starcite = starcite();
    for (args, code) in COMMANDS {
        for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", &format!("exec \"$0\" \"$@\" {closed}")]);
            let mut shell = under(shell, &starcite.command(args));
            assert_eq!(shell.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().code(), Some(code), "{args:?} {closed}");
        }
    }
}
