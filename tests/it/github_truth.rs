//! Every name gets its true state with the right values, whatever the server does: compared with the world of a server that behaves
//! as GitHub's documentation describes.

use crate::starcite::Starcite;
use crate::tables::rows;
use fake_github::{Config, FakeGithub, Faults, Latency, Limits, State};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

fn names(server: &FakeGithub, count: u64) -> String {
    (0..count).map(|i| server.world().name(i) + "\n").collect()
}

/// Returns the rows of `enrich`, by every name that leads to each.
fn by_name(rows: &[Value]) -> HashMap<String, &Value> {
    let names = |row: &Value| {
        let aliases = row["aliases"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        aliases.chain(row["repo"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    rows.iter().flat_map(|row| names(row).into_iter().map(move |name| (name.trim_start_matches("github.com/").to_lowercase(), row))).collect()
}

/// Compares each name's row with the world.
#[track_caller]
fn assert_true(server: &FakeGithub, rows: &[Value], count: u64, with_columns: bool) {
    let rows = by_name(rows);
    for i in 0..count {
        let name = server.world().name(i);
        let row = rows.get(&name.to_lowercase()).unwrap_or_else(|| panic!("{name} has no row"));
        let number = server.world().number(&name).unwrap();
        match server.world().state(number) {
            State::NotFound => assert_eq!((&row["state"], &row["stars"]), (&json!("not_found"), &Value::Null), "{name}: {row}"),
            State::Blocked(reason) => assert_eq!((&row["state"], &row["state_reason"]), (&json!("blocked"), &json!(reason)), "{name}: {row}"),
            State::Restricted(_) => assert_eq!((&row["state"], &row["stars"]), (&json!("not_found"), &Value::Null), "{name}: {row}"),
            State::Live => assert_live(&server.world().repository(number), row, with_columns),
        }
    }
}

#[track_caller]
fn assert_live(truth: &Value, row: &Value, with_columns: bool) {
    let at = |pointer: &str| truth.pointer(pointer).cloned().unwrap_or(Value::Null);
    // GitHub returns null if there is none.
    let or = |pointer: &str, none: &str| Some(at(pointer)).filter(|value| !value.is_null()).unwrap_or_else(|| none.into());
    assert_eq!(row["repo"].as_str().map(|repo| repo.trim_start_matches("github.com/")), truth["nameWithOwner"].as_str(), "{row}");
    let mut expected = vec![
        ("state", json!("live")),
        ("repo_id", at("/databaseId")),
        ("stars", at("/stargazerCount")),
        ("forks", at("/forkCount")),
        ("is_archived", at("/isArchived")),
        ("is_empty", at("/isEmpty")),
        ("is_fork", at("/isFork")),
        ("language", or("/primaryLanguage/name", "")),
        ("license_spdx", or("/licenseInfo/spdxId", "NONE")),
        ("description", or("/description", "")),
        ("homepage", or("/homepageUrl", "")),
        ("last_error", Value::Null),
    ];
    if with_columns && truth["isEmpty"] == false {
        expected.extend([
            ("watchers", at("/watchers/totalCount")),
            ("open_issues", at("/issues/totalCount")),
            ("open_pull_requests", at("/pullRequests/totalCount")),
            ("releases", at("/releases/totalCount")),
            ("latest_release", or("/latestRelease/tagName", "")),
            ("commits", at("/defaultBranchRef/target/history/totalCount")),
            ("commits_52w", at("/defaultBranchRef/target/history since/totalCount")),
            ("languages", json!(["Python"])),
            ("topics", json!([at("/repositoryTopics/nodes/0/topic/name")])),
        ]);
    }
    for (column, value) in expected {
        assert_eq!(row[column], value, "{column} of {row}");
    }
}

/// Runs `enrich` of the first `count` names, again while answers are owed.
fn enriched(server: &FakeGithub, count: u64, args: &[&str]) -> (Starcite, Vec<Value>) {
    let starcite = Starcite::asking(server.url(), &[]).with_token("t").on_the_real_clock();
    let args = [&["enrich", "--wait"], args].concat();
    for _ in 0..4 {
        let ended = starcite.filter(&args, &names(server, count));
        if ended.code == Some(0) {
            let rows = ended.rows();
            return (starcite, rows);
        }
        assert_eq!(ended.code, Some(75), "{}", ended.stderr);
    }
    panic!("answers are owed after four runs");
}

fn quick_limits() -> Limits {
    Limits { retry_after_seconds: 1, ..Limits::default() }
}

#[test]
fn five_hundred_names_a_third_of_them_odd_end_in_their_true_state_at_the_price_of_one_point_a_hundred() {
    let server = FakeGithub::start(Config::default()).unwrap();
    let (_, rows) = enriched(&server, 500, &[]);
    assert_true(&server, &rows, 500, false);
    let summary = server.summary();
    assert_eq!((summary.points, summary.answered_twice, summary.sent_while_forbidden), (5, 0, 0), "{summary:?}");
}

#[test]
fn every_column_costs_less_than_twelve_points_a_hundred() {
    let server = FakeGithub::start(Config::default()).unwrap();
    let (_, rows) = enriched(&server, 500, &["--columns", "activity,readme"]);
    assert_true(&server, &rows, 500, true);
    let live = rows.iter().filter(|row| row["state"] == "live" && row["is_empty"] == false);
    for row in live {
        let number = row["repo_id"].as_u64().unwrap() - 1000;
        let files = server.world().files(number);
        let entries: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(row["root_entries"], json!(entries), "{row}");
        let requirements = files.iter().find(|(name, _)| name == "requirements.txt").map_or("", |(_, text)| text);
        let framework = [("torch", "pytorch"), ("tensorflow", "tensorflow"), ("jax", "jax")].iter().find(|(package, _)| requirements.contains(package));
        assert_eq!(row["framework"].as_str(), framework.map(|(_, name)| *name), "{row}");
    }
    let summary = server.summary();
    assert!(summary.points <= 60, "{summary:?}");
    assert_eq!((summary.answered_twice, summary.sent_while_forbidden), (0, 0), "{summary:?}");
}

#[test]
fn faults_change_nothing_but_the_time() {
    let faults = Faults { share: 0.25, delay_ms: 200, large_bytes: 17 << 20, ..Faults::default() };
    let latency = Latency { base_us: 1000, ..Latency::default() };
    let server = FakeGithub::start(Config { seed: 7, faults, latency, limits: quick_limits(), ..Config::default() }).unwrap();
    let (_, rows) = enriched(&server, 700, &["--columns", "activity"]);
    assert_true(&server, &rows, 700, true);
    let summary = server.summary();
    assert!(summary.faults > 5, "{summary:?}");
    assert_eq!((summary.answered_twice, summary.sent_while_forbidden), (0, 0), "{summary:?}");
}

#[test]
fn where_resources_run_out_queries_shrink_and_nothing_is_believed_to_be_none() {
    let faults = Faults { most_fields: 900, ..Faults::default() };
    let server = FakeGithub::start(Config { faults, ..Config::default() }).unwrap();
    let (_, rows) = enriched(&server, 150, &["--columns", "activity"]);
    assert_true(&server, &rows, 150, true);
}

#[test]
fn a_server_that_is_gone_for_a_while_is_waited_for() {
    let mut server = FakeGithub::start(Config { latency: Latency { base_us: 300_000, ..Latency::default() }, ..Config::default() }).unwrap();
    let starcite = Starcite::asking(server.url(), &[]).with_token("t").on_the_real_clock();
    let names = names(&server, 1500);
    let asking = std::thread::spawn(move || starcite.filter(&["enrich"], &names).with_code(0).rows());
    // A few batches have been answered, and most have not.
    while server.summary().requests < 4 && !asking.is_finished() {
        std::thread::sleep(Duration::from_millis(10));
    }
    server.refuse(Duration::from_secs(3)).unwrap();
    assert_true(&server, &asking.join().unwrap(), 1500, false);
}

#[test]
fn a_repository_that_is_gone_is_believed_to_be_so_by_the_second_run_that_hears_it() {
    let server = FakeGithub::start(Config::default()).unwrap();
    let (starcite, rows) = enriched(&server, 30, &[]);
    let name = server.world().name(20);
    assert_eq!(by_name(&rows)[&name.to_lowercase()]["state"], "live");
    server.world().set(&name, State::NotFound);
    let again = || starcite.filter(&["enrich", "--max-age", "0m"], &format!("{name}\n")).with_code(0).rows().remove(0);
    let first = again();
    assert_eq!((&first["state"], first["stars"].is_number()), (&json!("live"), true), "{first}");
    assert!(first["last_error"].as_str().unwrap().contains("not found"), "{first}");
    let second = again();
    assert_eq!((&second["state"], &second["stars"], &second["last_error"]), (&json!("not_found"), &Value::Null, &Value::Null), "{second}");
}

#[test]
fn what_the_token_may_read_and_others_may_not_is_not_found_at_once_and_asked_no_more() {
    for visibility in ["PRIVATE", "INTERNAL"] {
        let server = FakeGithub::start(Config::default()).unwrap();
        let [was_public, never_public] = [20, 30].map(|i| server.world().name(i));
        let starcite = Starcite::asking(server.url(), &[]).with_token("t").on_the_real_clock();
        let ask = |names: &str| starcite.filter(&["enrich", "--columns", "all", "--max-age", "0m"], names).with_code(0);
        assert_eq!(ask(&format!("{was_public}\n")).rows()[0]["state"], "live");
        for name in [&was_public, &never_public] {
            server.world().set(name, State::Restricted(visibility));
        }
        let before = server.summary();
        let ended = ask(&format!("{was_public}\n{never_public}\n"));
        for row in ended.rows() {
            assert_eq!((&row["state"], &row["state_reason"], &row["last_error"]), (&json!("not_found"), &json!("deleted_or_private"), &Value::Null), "{row}");
            for column in ["description", "homepage", "stars", "language", "root_entries", "readme_bytes", "topics", "parent", "head_oid"] {
                assert_eq!(row[column], Value::Null, "{column}: {row}");
            }
        }
        assert_eq!(ended.rows()[1]["repo_id"], Value::Null, "its number would tell that it is there: {}", ended.rows()[1]);
        assert_eq!(server.summary().requests - before.requests, 1, "{visibility}: nothing more is asked of it");
    }
}

#[test]
fn a_repository_that_is_made_private_between_two_questions_is_not_found() {
    for part in ["activity", "readme"] {
        let server = FakeGithub::start(Config::default()).unwrap();
        let starcite = Starcite::asking(server.url(), &[]).on_the_real_clock().with_token("t");
        let name = format!("{}\n", server.world().name(20));
        assert_eq!(starcite.filter(&["enrich"], &name).with_code(0).rows()[0]["state"], "live");
        server.world().set(name.trim(), State::Restricted("PRIVATE"));
        let row = starcite.filter(&["enrich", "--columns", part], &name).with_code(0).rows().remove(0);
        assert_eq!((&row["state"], &row["state_reason"], &row["description"]), (&json!("not_found"), &json!("deleted_or_private"), &Value::Null), "{row}");
    }
}

#[test]
fn a_name_that_a_stranger_took_inherits_nothing() {
    let server = FakeGithub::start(Config::default()).unwrap();
    let (starcite, rows) = enriched(&server, 30, &[]);
    let name = server.world().name(20);
    let before = by_name(&rows)[&name.to_lowercase()].clone();
    server.world().reassign(&name);
    let after = starcite.filter(&["enrich", "--max-age", "0m"], &format!("{name}\n")).with_code(0).rows().remove(0);
    assert_live(&server.world().repository(server.world().number(&name).unwrap()), &after, false);
    assert_ne!(after["repo_id"], before["repo_id"]);
    assert_eq!((&after["former_repo_id"], after["reassigned_at"].is_string()), (&before["repo_id"], true), "{after}");
}

#[test]
fn stars_come_from_the_hosts_history_and_unchanged_pages_cost_nothing() {
    let server = FakeGithub::start(Config::default()).unwrap();
    let (starcite, rows) = enriched(&server, 40, &["--columns", "stars"]);
    let live = rows.iter().filter(|row| row["state"] == "live" && row["is_empty"] == false).count();
    let told = rows.iter().filter(|row| row["stars_source"] == "stargazers/history" && row["stars_7d"].is_number() && row["stars_28d"].is_number());
    assert_eq!(told.count(), live);
    let before = server.summary();
    starcite.filter(&["enrich", "--columns", "stars", "--max-age", "0m"], &names(&server, 40)).with_code(0);
    let blocked = rows.iter().filter(|row| row["state"] == "blocked").count() as u64;
    assert_eq!(server.summary().rest_requests, before.rest_requests + blocked, "only those who were blocked are asked for anew");
}

#[test]
fn an_enterprise_server_is_asked_about_names_of_its_own() {
    let server = FakeGithub::start(Config::default()).unwrap();
    let (ours, theirs) = (server.world().name(20), server.world().name(30));
    let starcite = Starcite::asking(server.url(), &[]).with_token("t").on_the_real_clock();
    let names = format!("{ours}\nhttps://github.com/{theirs}\n");
    let rows = starcite.filter(&["enrich", "--host", "git.example.org"], &names).with_code(0).rows();
    let id = server.world().id(server.world().number(&ours).unwrap());
    assert_eq!((&rows[0]["state"], &rows[0]["repo_id"]), (&json!("live"), &json!(id)), "{rows:?}");
    assert!(rows[0]["repo"].as_str().unwrap().starts_with("git.example.org/"), "{rows:?}");
    assert_eq!((&rows[1]["state"], server.summary().repositories), (&json!("unknown"), 1), "GitHub itself is not asked: {rows:?}");
}

#[test]
fn columns_that_nobody_is_told_without_a_token_are_said_to_be_missing() {
    let server = FakeGithub::start(Config::default()).unwrap();
    let starcite = Starcite::asking(server.url(), &[]).without_token().on_the_real_clock();
    let ended = starcite.filter(&["enrich", "--columns", "readme"], &(server.world().name(20) + "\n")).with_code(0);
    assert!(ended.line().contains("set GITHUB_TOKEN"), "{}", ended.stderr);
}

#[test]
fn a_repository_whose_readme_names_the_paper_is_its_official_one_and_another_is_not() {
    let server = FakeGithub::start(Config::default()).unwrap();
    let has_readme = |i: &u64| {
        let number = server.world().number(&server.world().name(*i)).unwrap();
        server.world().object(number, "HEAD:") != Value::Null && server.world().files(number).iter().any(|(name, _)| name.to_lowercase().contains("readme"))
    };
    let [named, other] = (1..99).map(|i| i * 10).filter(has_readme).take(2).collect::<Vec<_>>()[..] else { panic!("no README in this world") };
    let paper = |id: String, i: u64| json!({"id": id, "title": "On things", "abstract": format!("We do. Our code is at https://github.com/{}.", server.world().name(i))});
    let starcite = Starcite::asking(server.url(), &[paper(format!("2101.{named:05}"), named), paper("2101.99999".to_owned(), other)]).with_token("t");
    starcite.write("pipeline.toml", "name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n[github]\ncolumns = [\"readme\"]\n");
    starcite.run(&[]).with_code(0);
    let links = rows(&starcite.week("2026-W47"), "links");
    let told: Vec<_> = links.iter().map(|link| [&link["paper_named_by_repo"], &link["official"], &link["official_rule"]].map(Value::clone)).collect();
    assert_eq!(told, [[json!(true), json!(true), json!("both_say")], [json!(false), json!(true), json!("paper_says")]], "{links:?}");
}
