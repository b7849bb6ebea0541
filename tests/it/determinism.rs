//! The same input and the same recorded answers give the same bytes.

use crate::github::all_live;
use crate::server::Server;
use crate::starcite::{Starcite, files, paper, papers};
use crate::tables::is_complete;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/sample.toml");

#[test]
fn threads_folders_and_repetition_make_no_difference() {
    let [one, four] = ["1", "4"].map(|threads| {
        let starcite = Starcite::new();
        let run = || {
            starcite.end(&["run", SAMPLE, "--threads", threads]).with_code(0);
            files(&starcite.week("2025-W26"))
        };
        let (first, second) = (run(), run());
        assert!(first == second, "a second run in the same folder");
        first
    });
    assert_eq!(one.len(), 12, "{:?}", one.keys());
    assert!(one == four);
}

#[test]
fn a_second_run_of_a_finished_week_asks_nothing_and_writes_the_same_bytes() {
    let server = Server::start(|_, request| all_live(request));
    let mut starcite = Starcite::asking(&server.url, &papers(5));
    starcite.run(&[]).with_code(0);
    let first = files(&starcite.week("2026-W47"));
    assert!(is_complete(&starcite.week("2026-W47")));
    server.forget();
    starcite.at("2026-11-24T12:00:00Z").run(&["--week", "2026-W47"]).with_code(0);
    assert!(first == files(&starcite.week("2026-W47")));
    assert!(server.log().is_empty(), "{:?}", server.log());
}

#[test]
fn papers_that_point_to_nothing_make_no_difference_to_row_groups() {
    let papers: Vec<_> = (0..9_000).map(|at| paper(&format!("t:{at}"), if at % 3 == 0 { &["o/a", "o/b"] } else { &[] })).collect();
    let starcite = Starcite::new();
    starcite.write_papers(&papers);
    let run = |out: &str| {
        starcite.run(&["--offline", "--out", out]).with_code(0);
        files(&starcite.path(out).join("week=2026-W47"))
    };
    let first = run("out");
    assert!(run("out") == first, "a second run");
    assert!(run("out") == first, "a third run");
    assert!(run("fresh") == first, "a fresh state");
}
