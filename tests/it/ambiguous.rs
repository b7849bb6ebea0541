//! Links that can be read in more than one way: the program requests each reading from GitHub, and chooses the one that exists.

use crate::github::{Fate, all_names, reply};
use crate::server::{Server, say};
use crate::starcite::{Starcite, paper};
use crate::tables::{column, row, rows};
use serde_json::{Value, json};

const WEEK: &str = "2026-W47";

/// Returns a paper whose link may be `o/my_tool`, `o/my-tool` or `o/my`.
fn ambiguous() -> Value {
    json!({"id": "t:1", "title": "On spaces", "abstract": "Code: https://github.com/o/my tool."})
}

/// Runs the program in a world in which only these repositories exist.
fn run_where(exist: &'static [&'static str]) -> (Starcite, Server) {
    let server = Server::start(move |_, request| say(200, reply(request, |name| if exist.contains(&name) { Fate::Live } else { Fate::NotFound })));
    let starcite = Starcite::asking(&server.url, &[ambiguous(), paper("t:2", &["o/plain"])]);
    starcite.run(&[]).with_code(0);
    (starcite, server)
}

#[test]
fn every_reading_is_asked_about_and_the_one_that_exists_is_meant() {
    let (starcite, server) = run_where(&["o/my-tool", "o/plain"]);
    assert_eq!(all_names(&server.log()), ["o/my", "o/my-tool", "o/my_tool", "o/plain"]);
    let week = starcite.week(WEEK);
    let link = row(&week, "links", "paper_id", "t:1");
    assert_eq!((&link["repo"], &link["target"], &link["state"]), (&json!("github.com/o/my-tool"), &json!("https://github.com/o/my-tool"), &json!("live")));
    assert_eq!((&link["settled_by"], &link["repairs"]), (&json!("exists"), &json!(["lost_underscore"])));
    let others = json!([r#"{"github.com/o/my_tool","likeliest"}"#, r#"{"github.com/o/my","link_ends_at_blank"}"#]);
    assert_eq!(link["candidates"], others);
    assert_eq!(column(&week, "repos", "repo"), ["github.com/o/my-tool", "github.com/o/plain"], "what nobody means is no repository of the week");
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn where_several_exist_the_likeliest_stays_with_less_confidence() {
    let (one, _server) = run_where(&["o/my_tool"]);
    let (several, _server) = run_where(&["o/my_tool", "o/my"]);
    let of = |starcite: &Starcite| row(&starcite.week(WEEK), "links", "paper_id", "t:1");
    assert_eq!((&of(&several)["repo"], &of(&several)["settled_by"]), (&json!("github.com/o/my_tool"), &json!("several_exist")));
    assert!(of(&several)["confidence"].as_f64() < of(&one)["confidence"].as_f64());
}

#[test]
fn offline_the_likeliest_reading_stays_open_and_has_a_row() {
    let starcite = Starcite::new();
    starcite.write_papers(&[ambiguous()]);
    starcite.run(&["--offline"]).with_code(0);
    let week = starcite.week(WEEK);
    let link = &rows(&week, "links")[0];
    assert_eq!((&link["repo"], &link["settled_by"], &link["state"]), (&json!("github.com/o/my_tool"), &json!("open"), &json!("unknown")));
    assert_eq!(column(&week, "repos", "repo"), ["github.com/o/my_tool"]);
}

#[test]
fn an_ambiguous_link_is_one_with_the_plain_link_that_it_may_mean() {
    let server = Server::start(|_, request| say(200, reply(request, |name| if name == "o/my" { Fate::Live } else { Fate::NotFound })));
    let mut papers = [ambiguous()];
    papers[0]["comment"] = json!("see github.com/o/My");
    let starcite = Starcite::asking(&server.url, &papers);
    starcite.run(&[]).with_code(0);
    let links = rows(&starcite.week(WEEK), "links");
    assert_eq!(links.len(), 1, "{links:?}");
    assert_eq!((&links[0]["repo"], &links[0]["settled_by"]), (&json!("github.com/o/My"), &Value::Null));
    assert_eq!(links[0]["mentions"].as_array().map(Vec::len), Some(2));
}
