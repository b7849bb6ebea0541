//! `starcite publish`: finished weeks to a directory; `scripts/check_s3/check.py` tests buckets.

use crate::starcite::{Ended, MONDAY_OF_W49, Starcite, files, papers};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Returns two finished weeks.
fn two_weeks() -> Starcite {
    let mut starcite = Starcite::new();
    for now in [crate::starcite::MONDAY_OF_W48, MONDAY_OF_W49] {
        starcite.write_papers(&papers(if now == MONDAY_OF_W49 { 5 } else { 3 }));
        starcite.at(now).run(&["--offline"]).with_code(0);
    }
    starcite
}

impl Starcite {
    fn publish(&self, args: &[&str]) -> Ended {
        self.end(&[&["publish", "dest"], args].concat())
    }

    /// Returns the files of the weeks and of their description in a folder.
    fn published_in(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let is_own = |path: &PathBuf| path.starts_with("cache") || path.to_string_lossy().starts_with("state.db");
        files(&self.path(folder)).into_iter().filter(|(path, _)| !is_own(path)).collect()
    }

    /// Returns the files of the weeks in a folder.
    fn weeks_in(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        files(&self.path(folder)).into_iter().filter(|(path, _)| path.starts_with("week=2026-W47") || path.starts_with("week=2026-W48")).collect()
    }

    fn modified(&self, name: &str) -> std::time::SystemTime {
        fs::metadata(self.path(name)).unwrap().modified().unwrap()
    }

    /// Rewrites a week with other papers.
    fn change_week_48(&self) {
        self.write_papers(&papers(9));
        self.run(&["--offline"]).with_code(0);
    }
}

#[test]
fn finished_weeks_arrive_as_they_are_and_nothing_else_does() {
    let starcite = two_weeks();
    fs::create_dir(starcite.path("out/week=2026-W46")).unwrap(); // no manifest: not finished
    let ended = starcite.publish(&[]).with_code(0);
    assert_eq!(ended.stdout.lines().count(), 3, "{}", ended.stdout);
    assert!(ended.stdout.starts_with("2026-W47  11 tables sent ("), "{ended:?}");
    assert!(ended.line().contains("out/week=2026-W46 is not a finished week and is left out"), "{ended:?}");
    assert_eq!(files(&starcite.path("dest")), starcite.published_in("out"));
    starcite.end(&["verify", "dest"]).with_code(0);
}

#[test]
fn what_is_there_already_is_not_sent_again() {
    let starcite = two_weeks();
    starcite.publish(&[]).with_code(0);
    let before = starcite.modified("dest/week=2026-W47/papers.parquet");
    for args in [&[][..], &["--check"]] {
        let ended = starcite.publish(args).with_code(0);
        assert_eq!(ended.stdout, "2026-W47  already there\n2026-W48  already there\ndataset   already there\n");
    }
    assert_eq!(starcite.modified("dest/week=2026-W47/papers.parquet"), before);
}

#[test]
fn only_the_week_and_the_tables_that_changed_are_sent() {
    let starcite = two_weeks();
    starcite.publish(&[]).with_code(0);
    starcite.change_week_48();
    let rejects = starcite.modified("dest/week=2026-W48/rejects.parquet");
    let ended = starcite.publish(&[]).with_code(0);
    assert!(ended.stdout.starts_with("2026-W47  already there\n2026-W48  "), "{}", ended.stdout);
    assert!(!ended.stdout.contains(" 0 already there"), "{}", ended.stdout);
    assert_eq!(starcite.modified("dest/week=2026-W48/rejects.parquet"), rejects, "an empty table is the same in both");
    assert_eq!(starcite.weeks_in("dest"), starcite.weeks_in("out"));
}

#[test]
fn a_week_is_published_alone_if_it_is_named() {
    let starcite = two_weeks();
    starcite.publish(&["--week", "2026-W48"]).with_code(0);
    assert!(!starcite.path("dest/week=2026-W47").exists() && starcite.path("dest/week=2026-W48/manifest.json").exists());
    let ended = starcite.publish(&["--week", "2026-W40"]).with_code(1);
    assert!(ended.line().contains("no finished week 2026-W40"), "{}", ended.stderr);
}

#[test]
fn nothing_of_a_damaged_week_is_published_and_the_others_are() {
    let starcite = two_weeks();
    let links = starcite.path("out/week=2026-W47/links.parquet");
    let mut damaged = fs::read(&links).unwrap();
    damaged[100] ^= 1;
    fs::write(&links, damaged).unwrap();
    let ended = starcite.publish(&[]).with_code(1);
    assert!(ended.line().contains("week=2026-W47/links.parquet") && ended.line().contains("run the week again"), "{}", ended.stderr);
    assert!(!starcite.path("dest/week=2026-W47").exists() && starcite.path("dest/week=2026-W48/manifest.json").exists());
}

#[test]
fn a_cut_leaves_no_manifest_and_the_next_run_ends_the_same() {
    let starcite = two_weeks();
    starcite.publish(&[]).with_code(0);
    starcite.change_week_48();
    // A folder in the place of a table: the table can't be written, in the middle of the week.
    let taken = starcite.path("dest/week=2026-W48/rankings.parquet");
    fs::remove_file(&taken).unwrap();
    fs::create_dir_all(taken.join("in the way")).unwrap();
    let ended = starcite.publish(&[]).with_code(1);
    assert!(ended.line().contains("cannot write dest/week=2026-W48/rankings.parquet"), "{}", ended.stderr);
    assert!(!starcite.path("dest/week=2026-W48/manifest.json").exists(), "no manifest beside data of two versions");
    assert!(starcite.path("dest/week=2026-W47/manifest.json").exists());

    fs::remove_dir_all(&taken).unwrap();
    let ended = starcite.publish(&[]).with_code(0);
    assert!(!ended.stdout.contains("9 tables sent"), "what had arrived is not sent again: {}", ended.stdout);
    assert_eq!(starcite.weeks_in("dest"), starcite.weeks_in("out"));
}

#[test]
fn leftovers_and_stray_tables_go_and_foreign_files_stay() {
    let starcite = two_weeks();
    starcite.publish(&[]).with_code(0);
    let foreign = ["README.md", ".git/HEAD", "week=2026-W48/notes.txt", "papers.parquet", "other/manifest.json", "schemas/mine.json#1"];
    foreign.iter().for_each(|name| drop(starcite.write(&format!("dest/{name}"), "mine")));
    starcite.write("dest/week=2026-W48/old_table.parquet", "of an older schema");
    for half in ["week=2026-W48/papers.parquet#1", "datapackage.json#1", "schemas/links.json#2"] {
        starcite.write(&format!("dest/{half}"), "half");
    }
    let ended = starcite.publish(&[]).with_code(0);
    assert!(ended.stdout.contains("2026-W48  11 already there, 1 removed\n"), "{}", ended.stdout);
    assert!(ended.stderr.contains("README.md is not starcite's") && ended.stderr.contains("is a checkout"), "{}", ended.stderr);
    let here = starcite.published_in("out");
    let mut left: Vec<PathBuf> =
        files(&starcite.path("dest")).into_iter().filter(|(path, bytes)| here.get(path) != Some(bytes)).map(|(path, _)| path).collect();
    left.sort();
    let mut expected = foreign.map(PathBuf::from);
    expected.sort();
    assert_eq!(left, expected);
}

#[test]
fn damage_at_the_destination_is_found_by_size_or_by_reading_back() {
    let starcite = two_weeks();
    starcite.publish(&[]).with_code(0);
    let papers = starcite.path("dest/week=2026-W47/papers.parquet");
    let mut damaged = fs::read(&papers).unwrap();
    damaged[100] ^= 1;
    fs::write(&papers, &damaged).unwrap();
    assert!(starcite.publish(&["--check"]).with_code(0).stdout.starts_with("2026-W47  1 table sent ("));
    fs::write(&papers, &damaged[1..]).unwrap();
    assert!(starcite.publish(&[]).with_code(0).stdout.starts_with("2026-W47  1 table sent ("));
    assert_eq!(starcite.weeks_in("dest"), starcite.weeks_in("out"));
}

#[test]
fn a_table_larger_than_a_part_arrives_whole() {
    let starcite = Starcite::new();
    let mut seed = 1u64;
    let mut noise = |_| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'!' + u8::try_from(seed >> 58).unwrap())
    };
    let texts: Vec<String> = (0..160).map(|_| (0..100_000).map(&mut noise).collect()).collect();
    let papers: Vec<_> = texts.iter().enumerate().map(|(at, text)| serde_json::json!({"id": format!("t:{at}"), "title": "T", "abstract": text})).collect();
    starcite.write_papers(&papers);
    starcite.run(&["--offline"]).with_code(0);
    assert!(fs::metadata(starcite.week("2026-W47").join("papers.parquet")).unwrap().len() > 9_000_000);
    starcite.publish(&[]).with_code(0);
    starcite.end(&["verify", "dest"]).with_code(0);
}

#[test]
fn a_wrong_destination_is_refused() {
    let starcite = two_weeks();
    let cases = [
        ("gs://bucket/x", "a directory or s3://bucket/prefix"),
        ("https://h.org/x", "a directory or s3://bucket/prefix"),
        ("s3://", "no bucket"),
        ("out", "where the weeks are"),
    ];
    for (dest, said) in cases {
        let ended = starcite.end(&["publish", dest]).with_code(1);
        assert!(ended.line().contains(said), "{}", ended.stderr);
    }
    let ended = starcite.end(&["publish", "dest", "--out", "nowhere"]).with_code(1);
    assert!(ended.line().contains("nowhere") && ended.line().contains("--out"), "{}", ended.stderr);
}

#[test]
fn a_bucket_that_nobody_serves_is_owed_and_one_without_credentials_is_refused() {
    let starcite = two_weeks();
    let publish = |variables: &[(&str, &str)]| {
        let mut command = starcite.command(&["publish", "s3://bucket/prefix"]);
        command.envs(variables.iter().copied());
        crate::starcite::ended(command.spawn().unwrap())
    };
    let nobody = crate::server::nobody();
    let keys = [("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", "hush"), ("AWS_ENDPOINT_URL", nobody.as_str())];
    let ended = publish(&[&keys[..], &[("AWS_ALLOW_HTTP", "true")]].concat()).with_code(75);
    assert!(ended.line().contains("s3://bucket/prefix: no answer") && ended.line().contains("run the same command again"), "{}", ended.stderr);
    assert!(publish(&keys).with_code(1).line().contains("set AWS_ALLOW_HTTP=true"));
    let ended = publish(&[("AWS_METADATA_ENDPOINT", &nobody)]).with_code(1);
    assert!(ended.line().contains("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"), "{}", ended.stderr);
}

/// The files of a report of two weeks, without its feeds' and pages' texts.
const REPORT: [&str; 12] = [
    "report/2026-W47/index.html",
    "report/2026-W47/style.css",
    "report/2026-W48/index.html",
    "report/2026-W48/page.js",
    "report/2026-W48/papers-0.js",
    "report/2026-W48/papers.ndjson",
    "report/2026-W48/rows-0.js",
    "report/2026-W48/week.json",
    "report/code.atom",
    "report/code.cs.CV.atom",
    "report/index.html",
    "report/style.css",
];

/// Returns two finished weeks with a report.
fn with_report() -> Starcite {
    let starcite = two_weeks();
    write_report(&starcite, "");
    starcite
}

/// Writes a report whose files hold these words and their names, and whose indexes are starcite's.
fn write_report(starcite: &Starcite, words: &str) {
    for file in REPORT {
        let marker = if file.ends_with("index.html") { "<meta name=\"generator\" content=\"starcite report\">" } else { "" };
        starcite.write(&format!("out/{file}"), format!("{marker}{words}{file}"));
    }
}

/// Returns the files of a report in a folder, by their names from there.
fn report_in(starcite: &Starcite, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    files(&starcite.path(folder)).into_iter().filter(|(path, _)| path.starts_with("report")).collect()
}

#[test]
fn a_report_is_published_beside_the_weeks_and_sent_once() {
    let starcite = with_report();
    let ended = starcite.publish(&[]).with_code(0);
    assert!(!starcite.path("dest/report").exists() && !ended.stdout.contains("report"), "not without --report");
    starcite.write("out/report/notes.txt", "the user's own");
    assert!(starcite.publish(&["--report"]).with_code(0).stdout.ends_with("\nreport    12 files sent\n"));
    assert!(!starcite.path("dest/report/notes.txt").exists());
    std::fs::remove_file(starcite.path("out/report/notes.txt")).unwrap();
    assert_eq!(report_in(&starcite, "dest"), report_in(&starcite, "out"));
    let before = starcite.modified("dest/report/index.html");
    assert!(starcite.publish(&["--report"]).with_code(0).stdout.ends_with("\nreport    already there\n"));
    assert_eq!(starcite.modified("dest/report/index.html"), before);
    starcite.write("out/report/2026-W48/rows-0.js", "REPORT/2026-W48/rows-0.js"); // as many bytes
    assert!(starcite.publish(&["--report"]).with_code(0).stdout.ends_with("\nreport    1 file sent, 11 already there\n"));
    assert_eq!(report_in(&starcite, "dest"), report_in(&starcite, "out"));
    starcite.end(&["verify", "dest"]).with_code(0);
}

#[test]
fn pieces_of_an_earlier_report_go_and_other_files_beside_it_stay() {
    let starcite = with_report();
    let stale = ["report/2026-W48/rows-7.js", "report/2026-W48/papers-7.js", "report/code.cs.XX.atom", "report/2026-W47/rows-0.js#1"];
    let foreign = [
        "report/CNAME",
        "report/2026-W48/photo.png",
        "report/2025-W01/index.html",
        "report/js/mine.js",
        "report/2026-W48/mine.html",
        "report/2026-W48/analytics.js",
        "report/blog.atom",
        "report/site.js",
    ];
    stale.iter().chain(&foreign).for_each(|file| drop(starcite.write(&format!("dest/{file}"), "there before")));
    assert!(starcite.publish(&["--report"]).with_code(0).stdout.ends_with("\nreport    12 files sent, 3 removed\n"));
    let here = report_in(&starcite, "out");
    let left: Vec<PathBuf> = report_in(&starcite, "dest").into_keys().filter(|path| !here.contains_key(path)).collect();
    let mut expected = foreign.map(PathBuf::from);
    expected.sort();
    assert_eq!(left, expected);
}

#[test]
fn a_page_of_somebody_else_is_neither_replaced_nor_sent() {
    let starcite = with_report();
    for (file, named) in [("report/2026-W48/index.html", "dest/report/2026-W48/index.html"), ("report/index.html", "dest/report/index.html")] {
        let mine = starcite.write(&format!("dest/{file}"), "my own site");
        let refused = starcite.publish(&["--report"]).with_code(1);
        assert!(refused.line().contains(&format!("{named} is not a page of starcite, and stays")), "{}", refused.stderr);
        assert_eq!(fs::read_to_string(&mine).unwrap(), "my own site");
        fs::remove_file(mine).unwrap();
    }
    starcite.write("out/report/2026-W30/index.html", "my own notes");
    starcite.write("out/report/mine.js", "mine");
    starcite.publish(&["--report"]).with_code(0);
    assert!(!starcite.path("dest/report/2026-W30").exists() && !starcite.path("dest/report/mine.js").exists());
}

#[test]
fn a_page_that_is_gone_here_stays_there_and_that_is_said() {
    let starcite = with_report();
    starcite.publish(&["--report"]).with_code(0);
    fs::remove_dir_all(starcite.path("out/report/2026-W47")).unwrap();
    let ended = starcite.publish(&["--report"]).with_code(0);
    assert!(ended.line().contains("dest/report/2026-W47 has no page here, so no list names it, and it stays"), "{}", ended.stderr);
}

#[test]
fn a_page_that_is_not_whole_has_its_old_index_and_so_has_the_list_of_weeks() {
    let starcite = with_report();
    starcite.publish(&["--report"]).with_code(0);
    let old = report_in(&starcite, "dest");
    write_report(&starcite, "new ");
    // A folder in the place of a script: the page breaks off in its middle.
    let taken = starcite.path("dest/report/2026-W48/rows-0.js");
    fs::remove_file(&taken).unwrap();
    fs::create_dir_all(taken.join("in the way")).unwrap();
    let ended = starcite.publish(&["--report"]).with_code(1);
    assert!(ended.line().contains("cannot write dest/report/2026-W48/rows-0.js"), "{}", ended.stderr);
    let there = report_in(&starcite, "dest");
    let is_old = |file: &str| there[&PathBuf::from(file)] == old[&PathBuf::from(file)];
    assert!(["report/2026-W48/index.html", "report/index.html", "report/style.css", "report/code.atom"].into_iter().all(is_old));
    assert!(!is_old("report/2026-W47/index.html") && !is_old("report/2026-W48/papers-0.js"), "what came before it is new");
    fs::remove_dir_all(&taken).unwrap();
    assert!(starcite.publish(&["--report"]).with_code(0).stdout.ends_with("\nreport    7 files sent, 5 already there\n"));
    assert_eq!(report_in(&starcite, "dest"), report_in(&starcite, "out"));
}

#[test]
fn a_report_that_is_not_there_is_an_error_with_the_next_step() {
    let starcite = two_weeks();
    let ended = starcite.publish(&["--report"]).with_code(1);
    assert!(ended.line().contains("there is no folder out/report: starcite report makes it"), "{}", ended.stderr);
    assert!(!starcite.path("dest").exists(), "nothing is published then");
    fs::create_dir(starcite.path("out/report")).unwrap();
    assert!(starcite.publish(&["--report"]).with_code(1).line().contains("out/report has no list of weeks that starcite wrote"));
}

#[test]
#[cfg(unix)]
fn no_file_of_a_report_is_read_or_written_through_a_symbolic_link() {
    use std::os::unix::fs::symlink;
    let starcite = with_report();
    starcite.write("secret.js", "hush");
    let page = starcite.path("out/report/2026-W48");
    symlink(starcite.path("secret.js"), page.join("rows-1.js")).unwrap();
    assert!(starcite.publish(&["--report"]).with_code(1).line().contains("cannot read out/report/2026-W48/rows-1.js"));
    fs::remove_file(page.join("rows-1.js")).unwrap();
    fs::create_dir_all(starcite.path("elsewhere")).unwrap();
    fs::remove_dir_all(starcite.path("dest/report")).unwrap();
    symlink(starcite.path("elsewhere"), starcite.path("dest/report")).unwrap();
    assert!(starcite.publish(&["--report"]).with_code(1).line().contains("it is a symbolic link"));
    assert_eq!(files(&starcite.path("elsewhere")).len(), 0);
    fs::remove_file(starcite.path("dest/report")).unwrap();
    fs::rename(&page, starcite.path("page")).unwrap();
    symlink(starcite.path("page"), &page).unwrap();
    assert!(starcite.publish(&["--report"]).with_code(1).line().contains("it is a symbolic link"));
}
