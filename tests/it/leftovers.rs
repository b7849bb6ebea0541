//! Leftovers of a run that was killed while it put its week in place are finished or removed at the next start.
//!
//! The next run here fails because of its token, after the start, so that the tests see the effect of the start.

use crate::server::{Server, say};
use crate::starcite::{Starcite, files, papers};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

type Files = BTreeMap<PathBuf, Vec<u8>>;

const PLACE: &str = "out/week=2026-W47";
const NEW: &str = "out/.week=2026-W47.new";
const OLD: &str = "out/.week=2026-W47.old";

/// Returns a finished week of two papers, and its files.
fn finished() -> (Starcite, Files) {
    let server = Server::start(|_, _| say(401, r#"{"message": "Bad credentials"}"#));
    let starcite = Starcite::asking(&server.url, &papers(2));
    starcite.run(&["--offline"]).with_code(0);
    let whole = files(&starcite.path(PLACE));
    (starcite, whole)
}

impl Starcite {
    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// Returns the files of the week after a start that left nothing next to it.
    fn week_after_start(&self, args: &[&str]) -> Files {
        self.run(args).with_code(1);
        assert!(!self.path(NEW).exists() && !self.path(OLD).exists(), "a leftover is still there");
        files(&self.path(PLACE))
    }
}

#[test]
fn a_whole_week_that_was_not_yet_in_place_is_put_there() {
    let (starcite, whole) = finished();
    starcite.rename(PLACE, NEW);
    starcite.write(&format!("{OLD}/manifest.json"), "of the week that it replaces");
    assert!(starcite.week_after_start(&[]) == whole);
}

#[test]
fn an_unfinished_week_is_removed_and_the_earlier_one_put_back() {
    let (starcite, whole) = finished();
    starcite.rename(PLACE, OLD);
    starcite.write(&format!("{NEW}/papers.parquet"), "half");
    assert!(starcite.week_after_start(&[]) == whole);
}

#[test]
fn an_unfinished_week_is_removed_and_the_one_in_place_stays() {
    let (starcite, whole) = finished();
    starcite.write(&format!("{NEW}/papers.parquet"), "half");
    assert!(starcite.week_after_start(&[]) == whole);
}

#[test]
fn a_replaced_week_goes_when_its_successor_is_in_place() {
    let (starcite, whole) = finished();
    starcite.write(&format!("{OLD}/manifest.json"), "of the week that was replaced");
    assert!(starcite.week_after_start(&[]) == whole);
}

#[test]
fn leftovers_of_another_week_are_finished_too() {
    let (mut starcite, whole) = finished();
    starcite.rename(PLACE, NEW);
    assert!(starcite.at(crate::starcite::MONDAY_OF_W49).week_after_start(&[]) == whole);
}
