//! States that others made: no code in them runs.

use crate::crafted_weeks::week;
use crate::starcite::Starcite;
use rusqlite::Connection;
use std::fs;

/// The commands that open a state.
const OPENERS: [&[&str]; 4] =
    [&["status"], &["run", "pipeline.toml", "--offline"], &["enrich", "--offline"], &["run", "pipeline.toml", "--offline", "--rebuild-state"]];

fn edit(starcite: &Starcite, sql: &str) {
    Connection::open(starcite.path("out/state.db")).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_state_with_what_no_state_has_is_refused_and_stays_as_it_is() {
    let planted = [
        ("a trigger", "CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM repos; END"),
        ("a trigger that is older than the mark", "CREATE TRIGGER t AFTER UPDATE ON names BEGIN DELETE FROM repos; END; PRAGMA application_id = 0"),
        ("a view in place of a table", "ALTER TABLE counts RENAME TO held; CREATE VIEW counts AS SELECT * FROM held"),
        ("a view", "CREATE VIEW more AS SELECT * FROM meta"),
        ("a virtual table", "CREATE VIRTUAL TABLE words USING fts5(word)"),
    ];
    for (told, sql) in planted {
        let starcite = week();
        edit(&starcite, sql);
        let state = starcite.path("out/state.db");
        let before = fs::read(&state).unwrap();
        for opener in OPENERS {
            let ended = starcite.end_soon(opener).with_code(1);
            assert!(
                ended.stderr.contains("which no state of starcite has") && ended.stderr.contains("--rebuild-state"),
                "{told}: {opener:?}: {}",
                ended.stderr
            );
            assert!(fs::read(&state).unwrap() == before, "{told}: {opener:?}");
        }
    }
}

#[test]
fn a_state_of_every_kind_that_was_ever_made_is_not_foreign() {
    let starcite = week();
    for opener in OPENERS {
        starcite.end_soon(opener).with_code(0);
    }
}

#[cfg(unix)]
#[test]
fn what_is_not_a_file_is_not_a_state_and_nobody_waits_for_it() {
    use std::os::unix::fs::symlink;
    let starcite = week();
    let state = starcite.path("out/state.db");
    fs::rename(&state, starcite.path("kept")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&state).status().unwrap().success());
    for opener in OPENERS {
        assert!(starcite.end_soon(opener).with_code(1).stderr.contains("is not a state of starcite"), "{opener:?}");
    }
    fs::remove_file(&state).unwrap();
    symlink(starcite.path("nowhere"), &state).unwrap();
    for opener in &OPENERS[1..] {
        starcite.end_soon(opener);
        assert!(!starcite.path("nowhere").exists(), "{opener:?}: written through a link that leads nowhere");
    }
}
