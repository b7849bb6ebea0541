//! The table `overview`: a row for each paper, with its code or the reason why there is none.

use crate::damage::{rewrite, set, take};
use crate::github::{Fate, reply};
use crate::server::{Server, say};
use crate::starcite::{MONDAY_OF_W49, Starcite, paper};
use crate::tables::{row, rows};
use polars::prelude::AnyValue;
use serde_json::{Value, json};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/sample.toml");
const WEEK: &str = "2026-W47";

fn column(rows: &[serde_json::Map<String, Value>], name: &str) -> Vec<Value> {
    rows.iter().map(|row| row[name].clone()).collect()
}

#[test]
fn it_has_the_papers_of_the_week_in_their_order_and_what_the_other_tables_say_of_their_code() {
    let starcite = Starcite::new();
    starcite.end(&["run", SAMPLE]).with_code(0);
    let week = starcite.week("2025-W26");
    let (overview, papers, rankings, repos) = (rows(&week, "overview"), rows(&week, "papers"), rows(&week, "rankings"), rows(&week, "repos"));
    assert_eq!(column(&overview, "paper_id"), column(&papers, "paper_id"));
    for paper in &overview {
        let of_rank = rankings.iter().find(|row| row["paper_id"] == paper["paper_id"]);
        assert_eq!(paper["score"].is_null(), of_rank.is_none());
        assert_eq!(
            paper["why"].is_null(),
            paper["tier"].as_str().is_some_and(|tier| ["available", "licensed", "verified", "citable"].contains(&tier)),
            "{paper:?}"
        );
        let Some(of_rank) = of_rank else { continue };
        for name in ["tier", "why", "repo", "score", "score_low", "score_high", "stars_1w"] {
            assert_eq!(paper[name], of_rank[name], "{name}: {paper:?}");
        }
        let Some(repo) = repos.iter().find(|repo| repo["repo"] == paper["repo"]) else { continue };
        for name in ["state", "license_spdx", "language", "stars", "observed_at"] {
            assert_eq!(paper[name], repo[name], "{name}: {paper:?}");
        }
        assert_eq!(paper["repo_url"], format!("https://{}", repo["repo"].as_str().unwrap()));
    }
}

#[test]
fn why_there_is_no_code_is_told_in_words() {
    let server = Server::start(|_, request| say(200, reply(request, |name| if name == "o/gone" { Fate::NotFound } else { Fate::Live })));
    let text = |id: &str, text: &str| json!({"id": id, "title": "On A", "abstract": text});
    let papers = [
        paper("t:there", &["o/there"]),
        paper("t:gone", &["o/gone"]),
        text("t:promise", "We study. Code will be released soon."),
        text("t:others", "Experiments are based on fairseq (https://github.com/big/library)."),
        text("t:elsewhere", "Our code is at https://gitlab.com/group/project."),
        text("t:page", "See our project page: https://example.github.io/our-paper."),
        text("t:none", &"x".repeat(1_200)),
        json!({"id": "t:title", "title": "On A"}),
    ];
    let starcite = Starcite::asking(&server.url, &papers);
    starcite.run(&[]).with_code(0);
    let lines: Vec<String> = rows(&starcite.week(WEEK), "overview").iter().map(|row| format!("{} {}: {}", row["paper_id"], row["tier"], row["why"])).collect();
    insta::assert_snapshot!("overview_why", lines.join("\n"));
}

#[test]
fn over_all_weeks_it_has_the_code_as_the_newest_week_knows_it() {
    let server = Server::start(|number, request| say(200, reply(request, |name| if number > 0 && name == "o/a" { Fate::NotFound } else { Fate::Live })));
    let mut starcite = Starcite::asking(&server.url, &[paper("t:1", &["o/a"]), paper("t:2", &["o/b"])]);
    starcite.run(&[]).with_code(0);
    starcite.at("2026-12-07T12:00:00Z").run(&[]).with_code(0);
    starcite.at("2026-12-14T12:00:00Z").run(&[]).with_code(0);
    starcite.end(&["compact", "--output", "p.parquet", "--overview", "o.parquet"]).with_code(0);
    std::fs::create_dir(starcite.path("all")).unwrap();
    std::fs::rename(starcite.path("o.parquet"), starcite.path("all/overview.parquet")).unwrap();
    let all = rows(&starcite.path("all"), "overview");
    assert_eq!(column(&all, "paper_id"), ["t:1", "t:2"]);
    assert_eq!(column(&all, "state"), ["not_found", "live"], "as of the newest week");
    assert_eq!(column(&rows(&starcite.week(WEEK), "overview"), "state"), ["live", "live"], "as of its own");
}

#[test]
fn over_all_weeks_a_paper_that_the_newest_week_does_not_rank_has_no_code_and_says_why() {
    let server = Server::start(|_, request| say(200, reply(request, |_| Fate::Live)));
    let mut starcite = Starcite::asking(&server.url, &[paper("t:1", &["o/a"]), paper("t:2", &["o/b"])]);
    starcite.run(&[]).with_code(0);
    let pipeline = std::fs::read_to_string(starcite.path("pipeline.toml")).unwrap();
    starcite.write("pipeline.toml", format!("{pipeline}\n[suppress]\npapers = [\"t:1\"]\n"));
    starcite.at(MONDAY_OF_W49).run(&[]).with_code(0);
    starcite.end(&["compact"]).with_code(0);
    let all = rows(&starcite.path("out"), "overview");
    assert_eq!((column(&all, "paper_id"), column(&all, "state")), (vec!["t:2".into(), "t:1".into()], vec!["live".into(), Value::Null]));
    assert_eq!(column(&all, "why"), [Value::Null, json!("no longer: the links that it had in 2026-W47 are gone in 2026-W48")]);
    let explained = starcite.end(&["explain", "t:1"]).with_code(0).stdout;
    assert!(explained.contains("are gone in 2026-W48") && !explained.contains("state  "), "{explained}");
}

#[test]
fn one_that_says_otherwise_than_the_ranking_is_found() {
    let starcite = Starcite::new();
    starcite.end(&["run", SAMPLE]).with_code(0);
    let week = starcite.week("2025-W26");
    rewrite(&week, "overview", |frame| set(frame, "repo", 0, AnyValue::String("github.com/o/other")));
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    for problem in ["overview.parquet: address of another repository: row 0", "rankings.parquet: overview says otherwise: row "] {
        assert!(ended.stderr.contains(problem), "{}", ended.stderr);
    }
}

#[test]
fn one_of_other_papers_than_the_week_is_found() {
    let starcite = Starcite::new();
    starcite.write_papers(&[paper("t:1", &["o/a"]), paper("t:2", &["o/b"])]);
    starcite.run(&["--offline"]).with_code(0);
    rewrite(&starcite.week(WEEK), "overview", |frame| take(&frame, [1]));
    let ended = starcite.end(&["verify", "out"]).with_code(1);
    assert!(ended.stderr.contains("overview of other papers: overview has 1 papers, of which papers have 1; papers have 2"), "{}", ended.stderr);
}

#[test]
fn a_readme_that_somebody_read_names_its_paper_whatever_the_order_of_sources() {
    let seen =
        |repo: &str, readme: &str| json!({"repo": repo, "date": "2026-11-18", "language": "Python", "license_spdx": "MIT", "readme": readme}).to_string();
    let observed =
        [seen("o/own", "# Own\n\nThe official code of our paper \"Counting Very Small Sheep at Night, t:1\".\n"), seen("o/other", "# Other\n\nA library.\n")]
            .join("\n");
    for is_first in [false, true] {
        let mut starcite = Starcite::new();
        let of = |id: &str, repo: &str| json!({"id": id, "title": format!("Counting Very Small Sheep at Night, {id}"), "abstract": format!("Our code: https://github.com/{repo}.")});
        starcite.write_papers(&[of("t:1", "o/own"), of("t:2", "o/other")]);
        starcite.write("seen.jsonl", &observed);
        let mut sources =
            [("jsonl", "papers.jsonl"), ("observations", "seen.jsonl")].map(|(kind, path)| format!("[[source]]\nkind = \"{kind}\"\npath = \"{path}\"\n"));
        if is_first {
            sources.reverse();
        }
        starcite.write("pipeline.toml", format!("name = \"test\"\n{}", sources.concat()));
        starcite.run(&["--offline"]).with_code(0);
        let named = |week: &str, id: &str| row(&starcite.week(week), "rankings", "paper_id", id)["names_paper"].clone();
        assert_eq!((named(WEEK, "t:1"), named(WEEK, "t:2")), (json!(true), json!(false)));
        assert_eq!(row(&starcite.week(WEEK), "overview", "paper_id", "t:1")["tier"], "verified");
        starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
        let named = |week: &str, id: &str| row(&starcite.week(week), "rankings", "paper_id", id)["names_paper"].clone();
        assert_eq!(named("2026-W48", "t:1"), json!(true), "the next week knows it");
    }
}
