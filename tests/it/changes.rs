//! Differences from the week before, one row each.

use crate::starcite::{MONDAY_OF_W49, Starcite, files, paper};
use crate::tables::{manifest, rows};
use fake_github::{Config, FakeGithub, State};
use serde_json::{Value, json};

const FIRST: &str = "2026-W47";
const SECOND: &str = "2026-W48";
/// A time within the first week, and one after all its observations have closed.
const THEN: &str = "2026-11-18T00:00:00Z";
const NOW: &str = "2026-11-30T06:00:00Z";

/// Creates a pipeline of papers and of observations attributed to GitHub.
fn starcite() -> Starcite {
    let starcite = Starcite::new();
    let source = |kind: &str, path: &str| format!("[[source]]\nkind = \"{kind}\"\npath = \"{path}\"\n");
    starcite.write("pipeline.toml", format!("name = \"test\"\n{}{}", source("jsonl", "papers.jsonl"), source("observations", "seen.jsonl")));
    starcite
}

fn write(starcite: &Starcite, papers: &[Value], seen: &[Value]) {
    let lines = |rows: &[Value]| rows.iter().map(|row| format!("{row}\n")).collect::<String>();
    starcite.write("papers.jsonl", lines(papers));
    starcite.write("seen.jsonl", lines(seen));
}

/// Returns GitHub's observation of a repository at a time.
fn seen(number: u64, at: &str, facts: Value) -> Value {
    let mut row = json!({"repo": format!("o/n{number}"), "repo_id": number, "source": "github.com", "date": at});
    facts.as_object().unwrap().iter().for_each(|(name, value)| row[name] = value.clone());
    row
}

/// Returns kind, paper, repository, before and after of each row.
fn changes(starcite: &Starcite, week: &str) -> Vec<[String; 5]> {
    let text = |row: &serde_json::Map<String, Value>, name: &str| row[name].as_str().unwrap_or("-").to_owned();
    rows(&starcite.week(week), "changes").iter().map(|row| ["kind", "paper_id", "repo", "before", "after"].map(|name| text(row, name))).collect()
}

fn two_weeks(papers: [&[Value]; 2], seen: [&[Value]; 2]) -> Starcite {
    let mut starcite = starcite();
    write(&starcite, papers[0], seen[0]);
    starcite.run(&["--offline"]).with_code(0);
    write(&starcite, papers[1], &[seen[0], seen[1]].concat());
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    starcite
}

#[test]
fn the_first_week_has_none_and_says_so() {
    let starcite = starcite();
    write(&starcite, &[paper("t:1", &["o/n1"])], &[seen(1, THEN, json!({"stars": 5}))]);
    let ended = starcite.run(&["--offline"]).with_code(0);
    assert!(ended.stdout.contains("the first week: there is none to compare with"), "{}", ended.stdout);
    assert_eq!((rows(&starcite.week(FIRST), "changes").len(), &manifest(&starcite.week(FIRST))["compared_with"]), (0, &Value::Null));
}

#[test]
fn what_became_of_repositories_is_told_with_before_and_after() {
    let papers: Vec<Value> = (1..=9).map(|at| paper(&format!("t:{at}"), &[&format!("o/n{at}")])).collect();
    let then = [
        seen(1, THEN, json!({"is_archived": false, "license_spdx": "MIT"})),
        seen(2, THEN, json!({"is_archived": true, "license_spdx": "MIT"})),
        seen(3, THEN, json!({"license_spdx": "MIT"})),
        seen(4, THEN, json!({"latest_release": "v1", "latest_release_at": "2026-01-01T00:00:00Z", "releases": 1, "license_spdx": "MIT"})),
        seen(5, THEN, json!({"stars": 50, "license_spdx": "MIT"})),
        seen(6, THEN, json!({"stars": 49, "license_spdx": "MIT"})),
        seen(7, THEN, json!({"license_spdx": "MIT"})),
        seen(8, THEN, json!({"state": "not_found"})),
        seen(9, THEN, json!({"license_spdx": "MIT"})),
    ];
    let now = [
        seen(1, NOW, json!({"is_archived": true, "license_spdx": "MIT"})),
        seen(2, NOW, json!({"is_archived": false, "license_spdx": "MIT"})),
        seen(3, NOW, json!({"license_spdx": "NONE"})),
        seen(4, NOW, json!({"latest_release": "v2", "latest_release_at": "2026-11-01T00:00:00Z", "releases": 2, "license_spdx": "MIT"})),
        seen(5, NOW, json!({"stars": 100, "license_spdx": "MIT"})),
        seen(6, NOW, json!({"stars": 490, "license_spdx": "MIT"})),
        seen(7, NOW, json!({"state": "not_found"})),
        seen(8, NOW, json!({"license_spdx": "MIT"})),
        seen(9, NOW, json!({"repo": "fresh/home", "license_spdx": "MIT"})),
    ];
    let starcite = two_weeks([&papers, &papers], [&then, &now]);
    let row = |kind: &str, paper: &str, repo: &str, before: &str, after: &str| [kind, paper, &format!("github.com/{repo}"), before, after].map(str::to_owned);
    assert_eq!(
        changes(&starcite, SECOND),
        [
            row("archived", "-", "o/n1", "false", "true"),
            row("licence_changed", "-", "o/n3", "MIT", "NONE"),
            row("link_broken", "t:7", "o/n7", "live", "not_found"),
            row("link_mended", "t:8", "o/n8", "not_found", "live"),
            row("released", "-", "o/n4", "v1", "v2"),
            row("renamed", "-", "fresh/home", "github.com/o/n9", "github.com/fresh/home"),
            row("stars_doubled", "-", "o/n5", "50", "100"),
            row("unarchived", "-", "o/n2", "true", "false"),
        ]
    );
    starcite.end(&["verify"]).with_code(0);
}

#[test]
fn what_becomes_known_is_no_change() {
    let papers = [paper("t:1", &["o/n1"]), paper("t:2", &["o/n2"]), paper("t:3", &["o/n3"])];
    let then = [seen(2, THEN, json!({"stars": 1})), seen(3, THEN, json!({"license_spdx": "MIT"}))];
    let now = [
        seen(1, NOW, json!({"stars": 1000, "is_archived": true, "license_spdx": "MIT", "latest_release": "v1", "releases": 1})),
        seen(2, NOW, json!({"stars": 1, "license_spdx": "NONE"})),
        seen(3, NOW, json!({"stars": 1})),
    ];
    let starcite = two_weeks([&papers, &papers], [&then, &now]);
    assert_eq!(changes(&starcite, SECOND), [] as [[String; 5]; 0]);
    assert_eq!(manifest(&starcite.week(SECOND))["compared_with"], FIRST);
}

#[test]
fn code_appears_for_papers_that_were_known_without_and_for_no_new_ones() {
    let promise = json!({"id": "t:promise", "title": "P", "abstract": "Code will be released soon."});
    let before = [paper("t:none", &[]), promise, paper("t:has", &["o/n1"])];
    let after = [paper("t:none", &["o/n2"]), paper("t:promise", &["o/n3"]), paper("t:has", &["o/n1", "o/n4"]), paper("t:new", &["o/n5"])];
    let starcite = two_weeks([&before, &after], [&[], &[]]);
    let row = |paper: &str, repo: &str, before: &str| {
        ["code_appeared", paper, &format!("github.com/{repo}"), before, &format!("https://github.com/{repo}")].map(str::to_owned)
    };
    assert_eq!(changes(&starcite, SECOND), [row("t:none", "o/n2", "none"), row("t:promise", "o/n3", "promised")]);
}

#[test]
fn a_missing_week_is_bridged() {
    let mut starcite = starcite();
    let papers = [paper("t:1", &["o/n1"])];
    let then = seen(1, "2026-11-04T00:00:00Z", json!({"stars": 60}));
    write(&starcite, &papers, std::slice::from_ref(&then));
    starcite.run(&["--offline", "--week", "2026-W45"]).with_code(0);
    write(&starcite, &papers, &[then, seen(1, NOW, json!({"stars": 600}))]);
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    let found = rows(&starcite.week(SECOND), "changes");
    assert_eq!((found.len(), &found[0]["kind"], &found[0]["since_week"]), (1, &json!("stars_doubled"), &json!("2026-W45")), "{found:?}");
}

#[test]
fn a_week_run_again_has_the_same_changes_though_every_folder_is_gone() {
    let papers = [paper("t:1", &["o/n1"])];
    let starcite = two_weeks([&papers, &papers], [&[seen(1, THEN, json!({"stars": 60}))], &[seen(1, NOW, json!({"stars": 600}))]]);
    let before = changes(&starcite, SECOND);
    assert_eq!(before.len(), 1);
    [FIRST, SECOND].iter().for_each(|week| std::fs::remove_dir_all(starcite.week(week)).unwrap());
    starcite.run(&["--offline"]).with_code(0);
    assert_eq!(changes(&starcite, SECOND), before);
}

#[test]
fn a_name_that_a_stranger_took_is_a_reassignment_and_its_papers_lose_their_code() {
    let server = FakeGithub::start(Config::default()).unwrap();
    let name = server.world().name(20);
    let mut starcite = Starcite::asking(server.url(), &[paper("t:1", &[&name])]).with_token("t");
    starcite.run(&[]).with_code(0);
    let first = files(&starcite.week(FIRST));
    server.world().reassign(&name);
    assert_eq!(server.world().state(20), State::NotFound);
    starcite.at(MONDAY_OF_W49).run(&[]).with_code(0);
    let kinds: Vec<String> = changes(&starcite, SECOND).into_iter().map(|[kind, ..]| kind).collect();
    assert_eq!(kinds, ["link_broken", "reassigned"]);
    let ranking = &rows(&starcite.week(SECOND), "rankings")[0];
    assert_eq!((&ranking["tier"], &ranking["stars"]), (&json!("broken"), &Value::Null), "{ranking:?}");
    starcite.run(&["--week", FIRST]).with_code(0);
    assert!(files(&starcite.week(FIRST)) == first, "the first week did not know yet");
}

#[test]
fn a_repository_that_names_the_paper_by_now_is_told() {
    let server = FakeGithub::start(Config::default()).unwrap();
    let name = server.world().name(20);
    server.world().write(&name, "README.md", "# A tool\n");
    let paper = json!({"id": "arxiv:2101.00020", "title": "On tools that are worth naming", "abstract": format!("Our code is at https://github.com/{name}.")});
    let mut starcite = Starcite::asking(server.url(), &[paper]).with_token("t");
    starcite.write("pipeline.toml", "name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n[github]\ncolumns = [\"readme\"]\n");
    starcite.run(&[]).with_code(0);
    server.world().write(&name, "README.md", "# A tool\n\nCode of our paper https://arxiv.org/abs/2101.00020.\n");
    starcite.at(MONDAY_OF_W49).run(&[]).with_code(0);
    let expected = ["paper_named", "arxiv:2101.00020", &format!("github.com/{name}"), "not named", "README.md"].map(str::to_owned);
    assert_eq!(changes(&starcite, SECOND), [expected]);
}
