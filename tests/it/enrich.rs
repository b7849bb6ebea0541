//! `starcite enrich`: names in, GitHub's data on them out.

use crate::github::{Fate, all_live, all_names, reply, stars};
use crate::server::{Server, nobody, say};
use crate::starcite::Starcite;
use crate::tables::frame;
use serde_json::{Value, json};

fn starcite(url: &str) -> Starcite {
    Starcite::asking(url, &[])
}

fn named(rows: &[Value], name: &str) -> Value {
    rows.iter().find(|row| row["repo"] == name).unwrap_or_else(|| panic!("no {name} in {rows:?}")).clone()
}

#[test]
fn each_distinct_repository_is_one_row_however_it_is_written() {
    let server = Server::start(|_, request| all_live(request));
    let names = "o/a\ngithub.com/o/b\n\nhttps://github.com/O/A/tree/main\nhttps://github.com/o/b.git\n";
    let rows = starcite(&server.url).filter(&["enrich"], names).with_code(0).rows();
    assert_eq!(rows.iter().map(|row| row["repo"].clone()).collect::<Vec<_>>(), [json!("github.com/o/a"), json!("github.com/o/b")]);
    assert_eq!((&rows[0]["stars"], &rows[0]["state"], &rows[0]["watchers"]), (&json!(stars("o/a")), &json!("live"), &Value::Null));
    assert_eq!(all_names(&server.log()), ["o/a", "o/b"]);
}

#[test]
fn fields_are_printed_alone_in_every_form() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = starcite(&server.url);
    let printed = |args: &[&str]| starcite.filter(&[&["enrich", "--fields", "stars,repo"], args].concat(), "o/a\n").with_code(0).stdout;
    assert_eq!(printed(&[]), format!("{{\"stars\":{},\"repo\":\"github.com/o/a\"}}\n", stars("o/a")));
    assert_eq!(printed(&["--format", "csv"]), format!("stars,repo\n{},github.com/o/a\n", stars("o/a")));
    printed(&["--output", "repos.parquet"]);
    assert_eq!(frame(&starcite.path(""), "repos").get_column_names(), ["stars", "repo"]);
}

#[test]
fn an_alias_leads_to_its_repository_and_a_name_that_leads_nowhere_says_so() {
    let server = Server::start(|_, request| {
        say(
            200,
            reply(request, |name| match name {
                "o/old" => Fate::Renamed("o/home"),
                "o/gone" => Fate::NotFound,
                _ => Fate::Live,
            }),
        )
    });
    let rows = starcite(&server.url).filter(&["enrich"], "o/old\no/home\no/gone\n").with_code(0).rows();
    assert_eq!(rows.len(), 2);
    assert_eq!(named(&rows, "github.com/o/home")["aliases"], json!(["github.com/o/old"]));
    let gone = named(&rows, "github.com/o/gone");
    assert_eq!((&gone["state"], &gone["stars"], &gone["is_archived"]), (&json!("not_found"), &Value::Null, &Value::Null));
}

#[test]
fn where_no_name_is_given_it_is_said_that_there_is_nothing_to_ask() {
    for names in ["", "\n \n"] {
        let ended = starcite(&nobody()).filter(&["enrich"], names).with_code(0);
        assert!(ended.stdout.is_empty() && ended.line().contains("- holds no names: write owner/name, one a line"), "{}", ended.stderr);
    }
}

#[test]
fn a_second_call_asks_nothing_and_prints_the_same() {
    let server = Server::start(|_, request| say(200, reply(request, |name| if name == "o/old" { Fate::Renamed("o/home") } else { Fate::Live })));
    let starcite = starcite(&server.url);
    let names = "o/old\no/b\no/home\n";
    let first = starcite.filter(&["enrich"], names).with_code(0);
    server.forget();
    let second = starcite.filter(&["enrich"], names).with_code(0);
    assert_eq!(first.stdout, second.stdout);
    assert!(server.log().is_empty());
}

#[test]
fn a_name_that_is_none_is_told_and_the_others_are_asked() {
    let server = Server::start(|_, request| all_live(request));
    let ended = starcite(&server.url).filter(&["enrich"], "o/a\nnot a name\n").with_code(3);
    assert!(ended.line().contains("line 2"), "{}", ended.stderr);
    assert_eq!(ended.rows().len(), 1);
}

#[test]
fn what_github_does_not_answer_is_owed_and_has_a_row() {
    let ended = starcite(&nobody()).filter(&["enrich"], "o/a\no/b\n").with_code(75);
    assert!(ended.line().contains("2 repositories are unknown"), "{}", ended.stderr);
    let rows = ended.rows();
    assert!(rows.len() == 2 && rows.iter().all(|row| row["state"] == "unknown" && row["stars"].is_null()), "{rows:?}");
}

#[test]
fn offline_it_prints_what_is_known_and_asks_nobody() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = starcite(&server.url);
    starcite.filter(&["enrich"], "o/a\n").with_code(0);
    server.forget();
    let rows = starcite.filter(&["enrich", "--offline"], "o/a\no/b\n").with_code(0).rows();
    assert_eq!((&rows[0]["state"], &rows[1]["state"]), (&json!("live"), &json!("unknown")));
    assert!(server.log().is_empty());
}

#[test]
fn a_refused_token_fails_and_prints_no_rows() {
    let server = Server::start(|_, _| say(401, r#"{"message": "Bad credentials"}"#));
    let ended = starcite(&server.url).filter(&["enrich"], "o/a\n").with_code(1);
    assert!(ended.line().contains("GITHUB_TOKEN") && ended.stdout.is_empty(), "{ended:?}");
    assert_eq!(server.log().len(), 1);
}
