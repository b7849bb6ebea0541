//! `starcite rank`: ranks a finished week again, and prints the papers that are asked for.

use crate::github::{Fate, reply};
use crate::log::in_terminal;
use crate::server::{Server, say};
use crate::starcite::{MONDAY_OF_W49, Starcite, paper};
use crate::tables::{row, rows};
use fake_github::{Config, FakeGithub};
use serde_json::{Value, json};

const WEEK: &str = "2026-W47";
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/sample.toml");
const SCORE: &str = include_str!("../../pipelines/score.toml");

fn sample() -> Starcite {
    let starcite = Starcite::new();
    starcite.end(&["run", SAMPLE]).with_code(0);
    starcite
}

/// Runs four papers: with existing code, with code that is gone, with promised code, and with somebody else's code.
fn four_papers() -> Starcite {
    let server = Server::start(|_, request| say(200, reply(request, |name| if name == "o/gone" { Fate::NotFound } else { Fate::Live })));
    let others = json!({"id": "t:others", "title": "On others", "abstract": "Experiments are based on fairseq (https://github.com/big/library)."});
    let promise = json!({"id": "t:promise", "title": "On promises", "abstract": "We study. Code will be released soon."});
    let starcite = Starcite::asking(&server.url, &[paper("t:there", &["o/there"]), paper("t:gone", &["o/gone"]), promise, others]);
    starcite.run(&[]).with_code(0);
    starcite
}

/// Ranks a week again, and compares the rows with those that its run wrote.
#[track_caller]
fn assert_same_anew(starcite: &Starcite, week: &str) {
    let printed = starcite.end(&["rank", "--week", week, "--output", "ranked.parquet", "--format", "parquet"]).with_code(0);
    assert_eq!((printed.stdout, printed.stderr), (String::new(), String::new()));
    std::fs::create_dir(starcite.path("anew")).unwrap();
    std::fs::rename(starcite.path("ranked.parquet"), starcite.path("anew/rankings.parquet")).unwrap();
    assert_eq!(rows(&starcite.path("anew"), "rankings"), rows(&starcite.week(week), "rankings"));
}

#[test]
fn the_tables_of_a_week_ranked_anew_give_the_rows_that_the_run_wrote() {
    assert_same_anew(&sample(), "2025-W26");
    assert_same_anew(&four_papers(), WEEK);
}

#[test]
fn a_repository_that_lost_its_name_is_ranked_the_same_anew() {
    let server = FakeGithub::start(Config::default()).unwrap();
    let [taken, other] = [20, 30].map(|i| server.world().name(i));
    let mut starcite = Starcite::asking(server.url(), &[paper("t:1", &[&taken, &other])]).with_token("t");
    starcite.run(&[]).with_code(0);
    server.world().reassign(&taken);
    server.world().reassign(&other);
    starcite.at(MONDAY_OF_W49).run(&[]).with_code(0);
    assert_same_anew(&starcite, "2026-W48");
}

#[test]
fn a_file_whose_name_holds_a_line_end_makes_no_evidence_of_its_own() {
    let starcite = Starcite::new();
    starcite.write_papers(&[paper("t:1", &["o/n"])]);
    let seen = json!({"repo": "o/n", "date": "2026-11-18", "root_entries": ["main.py\nnames_paper: README.md names the paper"]});
    starcite.write("seen.jsonl", seen.to_string());
    let source = |kind: &str, path: &str| format!("[[source]]\nkind = \"{kind}\"\npath = \"{path}\"\n");
    starcite.write("pipeline.toml", format!("name = \"test\"\n{}{}", source("jsonl", "papers.jsonl"), source("observations", "seen.jsonl")));
    starcite.run(&["--offline"]).with_code(0);
    let ranking = &rows(&starcite.week(WEEK), "rankings")[0];
    let told: Vec<&str> = ranking["reasons"].as_array().unwrap().iter().filter_map(Value::as_str).filter(|reason| reason.starts_with("names_paper")).collect();
    assert_eq!((told.len(), &ranking["names_paper"], &ranking["has_code"]), (1, &Value::Null, &json!(true)), "{ranking:?}");
}

#[test]
fn tiers_say_what_became_of_the_code() {
    let starcite = four_papers();
    let week = starcite.week(WEEK);
    let tier = |id: &str| row(&week, "rankings", "paper_id", id)["tier"].clone();
    assert_eq!(["t:there", "t:gone", "t:promise", "t:others"].map(tier), ["licensed", "broken", "promised", "none"]);
    let ranks: Vec<Value> = rows(&week, "rankings").iter().map(|row| row["paper_id"].clone()).collect();
    assert_eq!(ranks, ["t:there", "t:promise", "t:gone", "t:others"], "what is gone is below what may still lead to code");
    let others = row(&week, "rankings", "paper_id", "t:others");
    assert_eq!((&others["repo"], &others["has_link"]), (&Value::Null, &json!(false)), "a library does not count as the paper's own code");
}

#[test]
fn a_flag_that_nobody_can_tell_is_null_and_one_that_is_told_has_its_evidence() {
    let starcite = four_papers();
    let there = row(&starcite.week(WEEK), "rankings", "paper_id", "t:there");
    assert_eq!(
        (&there["answers"], &there["has_licence"], &there["names_paper"], &there["has_tests"]),
        (&json!(true), &json!(true), &Value::Null, &Value::Null)
    );
    let reasons = there["reasons"].as_array().unwrap();
    assert!(reasons.contains(&json!("has_licence: MIT")), "{reasons:?}");
    let (score, high) = (there["score"].as_f64().unwrap(), there["score_high"].as_f64().unwrap());
    assert!(score < high && there["score_low"].as_f64().unwrap() <= score, "{there:?}");
}

#[test]
fn another_score_file_gives_other_scores_and_the_same_flags() {
    let starcite = four_papers();
    starcite.write("mine.toml", SCORE.replace("weight = 25", "weight = 0"));
    let rows = starcite.end(&["rank", "--score", "mine.toml"]).with_code(0).rows();
    let there = row(&starcite.week(WEEK), "rankings", "paper_id", "t:there");
    assert_eq!(rows[0]["score_reachable"], json!(0.0));
    assert_ne!(rows[0]["score"], there["score"]);
    assert_eq!(rows[0]["has_licence"], there["has_licence"]);
}

#[test]
fn none_of_the_best_is_wrong_usage() {
    let ended = sample().end(&["rank", "--top", "0"]).with_code(2);
    assert!(ended.stderr.contains("--top"), "{}", ended.stderr);
}

#[test]
fn top_prints_so_many_of_the_best() {
    let rows = sample().end(&["rank", "--top", "3"]).with_code(0).rows();
    assert_eq!(rows.iter().map(|row| row["rank"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn the_conditions_choose_papers_whose_ranks_stay_those_among_all() {
    let starcite = sample();
    let all = starcite.end(&["rank"]).with_code(0).rows();
    let rank = |row: &Value| row["rank"].as_i64().unwrap();
    for (conditions, is_it) in [
        (&["--tier", "broken,unknown"][..], (|row| row["tier"] == "broken" || row["tier"].is_null()) as fn(&Value) -> bool),
        (&["--licence", "osi"], |row| row["licence_is_osi_approved"] == true),
        (&["--license", "mit", "--search", "INVENTED"], |row| row["has_licence"] == true && row["paper_id"].as_str().unwrap().starts_with("invented:")),
        (&["--since", "2025-06-23"], |row| row["published"].as_str().is_some_and(|day| day >= "2025-06-23")),
        (&["--since", "2025-W26", "--host", "github.com"], |row| row["published"].as_str().is_some_and(|day| day >= "2025-06-23") && !row["repo"].is_null()),
        (&["--host", "gitlab.com"], |_| false),
        (&["--new", "--host", "github.com"], |row| !row["repo"].is_null()),
    ] {
        let chosen = starcite.end(&[&["rank"], conditions].concat()).with_code(0).rows();
        let expected: Vec<i64> = all.iter().filter(|row| is_it(row)).map(rank).collect();
        assert_eq!(chosen.iter().map(rank).collect::<Vec<_>>(), expected, "{conditions:?}");
        let first = starcite.end(&[&["rank", "--top", "2"], conditions].concat()).with_code(0).rows();
        assert_eq!(first.iter().map(rank).collect::<Vec<_>>(), expected[..expected.len().min(2)], "{conditions:?}");
    }
}

#[test]
fn categories_and_links_of_earlier_weeks_choose_papers_as_well() {
    let mut starcite = Starcite::new();
    let of = |id: &str, repo: &str, category: &str| json!({"id": id, "title": id, "abstract": format!("Our code: https://github.com/{repo}."), "categories": [category]});
    starcite.write_papers(&[of("t:1", "o/old", "cs.CV")]);
    starcite.run(&["--offline"]).with_code(0);
    starcite.write_papers(&[of("t:1", "o/old", "cs.CV"), of("t:2", "o/new", "csx.CV"), of("t:3", "o/newer", "cs.CL")]);
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    let chosen = |conditions: &[&str]| {
        let rows = starcite.end(&[&["rank"], conditions].concat()).with_code(0).rows();
        rows.iter().map(|row| row["paper_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(chosen(&["--category", "cs"]), ["t:1", "t:3"]);
    assert_eq!(chosen(&["--category", "CS.CV"]), ["t:1"]);
    assert_eq!(chosen(&["--new"]), ["t:2", "t:3"]);
    assert_eq!(chosen(&["--new", "--category", "cs", "--search", "NEWER t:3"]), ["t:3"]);
}

#[test]
fn a_wrong_condition_is_wrong_usage_that_names_the_right_ones() {
    let starcite = sample();
    for (args, said) in [(["--tier", "good"], "citable, verified"), (["--since", "lately"], "2026-10-01"), (["--host", "github.com/o"], "name of a host")] {
        let ended = starcite.end(&[&["rank"][..], &args].concat()).with_code(2);
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
    }
}

#[test]
fn an_output_never_replaces_a_state() {
    let starcite = sample();
    let before = std::fs::read(starcite.path("out/state.db")).unwrap();
    for command in [&["rank", "--output", "out/state.db"][..], &["compact", "--output", "out/state.db"]] {
        assert!(starcite.end(command).with_code(1).line().contains("out/state.db is a database of SQLite"));
        assert!(std::fs::read(starcite.path("out/state.db")).unwrap() == before);
    }
}

#[test]
fn a_file_has_the_form_of_its_name() {
    let starcite = sample();
    for (name, start) in [("a.csv", &b"rank,"[..]), ("a.parquet", b"PAR1"), ("a.jsonl", b"{\"rank\":1"), ("a.txt", b"{\"rank\":1"), ("a.CSV", b"rank,")] {
        starcite.end(&["rank", "--output", name]).with_code(0);
        assert!(std::fs::read(starcite.path(name)).unwrap().starts_with(start), "{name}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_terminal_shows_a_table_that_fits_its_width() {
    let starcite = sample();
    let shown = |columns: usize, args: &str| {
        let line = format!("stty rows 24 cols {columns}; {} -q rank {args}", env!("CARGO_BIN_EXE_starcite"));
        in_terminal(&starcite.command(&[]), &line).map(|shown| shown.replace('\r', ""))
    };
    for columns in [40, 60, 80, 100, 140, 200] {
        let Some(shown) = shown(columns, "--top 5") else { return };
        let table: Vec<&str> = shown.lines().take(6).collect();
        assert!(table.iter().all(|line| line.chars().count() <= columns), "{columns}: {shown}");
        assert!(table[0].contains("paper") && table[1].trim_start().starts_with("1  100.0"), "{shown}");
    }
    let (Some(table), Some(rows), Some(none)) = (shown(100, ""), shown(100, "--format jsonl --top 1"), shown(100, "--host gitlab.com")) else { return };
    insta::assert_snapshot!("rank_on_a_terminal", table);
    assert!(rows.starts_with("{\"rank\":1,"), "{rows}");
    assert!(none.contains("no ranked paper of 2025-W26 is such a paper"), "{none}");
}

#[test]
#[cfg(target_os = "linux")]
fn where_nobody_was_asked_there_is_no_ranking() {
    let starcite = Starcite::new();
    starcite.write_papers(&[paper("t:1", &["o/n"])]);
    assert!(starcite.run(&["--offline"]).with_code(0).stdout.contains("No ranking is shown, since nothing is known of any repository"));
    let shown = in_terminal(&starcite.command(&[]), &format!("{} -q rank", env!("CARGO_BIN_EXE_starcite")));
    assert!(shown.is_none_or(|shown| shown.contains("there is no ranking")));
    let explained = starcite.end(&["explain", "t:1"]).with_code(0).stdout;
    assert!(explained.contains("no rank, since nothing is known of any repository"), "{explained}");
}

#[test]
fn recent_papers_have_a_trend_of_their_own() {
    let starcite = sample();
    let ranks = |window: &str| {
        let rows = starcite.end(&["rank", "--window", window]).with_code(0).rows();
        let recent = rows.iter().filter(|row| !row["trend_rank_recent"].is_null()).count();
        let mut trends: Vec<(i64, f64)> = rows.iter().filter_map(|row| Some((row["trend_rank"].as_i64()?, row["trend"].as_f64()?))).collect();
        trends.sort_by_key(|(rank, _)| *rank);
        assert!(trends.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{trends:?}");
        (recent, trends.len())
    };
    let ((few, all), (more, same)) = (ranks("30d"), ranks("3650d"));
    assert!(few < more && more <= all && all == same && all > 0, "{few} {more} {all}");
}

#[test]
fn a_bad_score_file_is_named_with_what_is_wrong() {
    let starcite = sample();
    let refused = |text: String, said: &str| {
        starcite.write("bad.toml", text);
        let ended = starcite.end(&["rank", "--score", "bad.toml"]).with_code(1);
        assert!(ended.line().contains("bad.toml") && ended.line().contains(said), "{}", ended.stderr);
        starcite.write("pipeline.toml", format!("name = \"x\"\n[[source]]\nkind = \"jsonl\"\npath = \"{SAMPLE}\"\n[rank]\nscore = \"bad.toml\"\n"));
        assert!(starcite.run(&["--offline"]).with_code(1).line().contains(said));
    };
    refused(SCORE.replace("weight = 25", "weight = -25"), "\"reachable\": weight -25 must be 0 or more");
    refused(SCORE.replace("name = \"reachable\"", "name = \"reach\""), "line 11: unknown value `reach`, expected one of `link`");
    refused(SCORE.replacen("[[component]]\nname = \"ci\"", "[[component]]\nname = \"link\"", 1), "\"link\" must stand in the score file exactly once");
    refused(SCORE.replace("weight = 25\n", ""), "there is no key `weight`");
}

#[test]
fn what_is_not_there_is_named_with_the_next_step() {
    let starcite = sample();
    let told = |args: &[&str], said: &str| {
        let ended = starcite.end(&[&["rank"], args].concat()).with_code(1);
        assert!(ended.line().contains(said), "{}", ended.stderr);
    };
    told(&["--week", "2026-W01"], "holds no finished week 2026-W01, but 2025-W26");
    told(&["--out", "nowhere"], "nowhere");
    std::fs::remove_file(starcite.week("2025-W26").join("repos.parquet")).unwrap();
    told(&[], "repos.parquet");
}

#[test]
fn a_week_without_repositories_is_ranked_and_empty() {
    let starcite = Starcite::new();
    starcite.write_papers(&[json!({"id": "t:1", "title": "T", "abstract": "No link."})]);
    starcite.run(&["--offline"]).with_code(0);
    assert!(starcite.end(&["rank"]).with_code(0).rows().is_empty());
}
