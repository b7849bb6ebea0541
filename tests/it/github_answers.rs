//! GitHub's answers about repositories: found, renamed, blocked, gone, and no answer at all.

use crate::github::{self, Fate, all_live, names, reply};
use crate::server::{Server, say};
use crate::starcite::{MONDAY_OF_W49, Starcite, TOKEN, ended, paper, papers};
use crate::tables::{column, manifest, row, rows};
use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;

const WEEK: &str = "2026-W47";

#[test]
fn one_query_asks_for_every_repository_once_with_the_token() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &[paper("t:1", &["o/a", "o/b"]), paper("t:2", &["O/A", "o/c"])]);
    starcite.run(&[]).with_code(0);
    let log = server.log();
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].method.as_str(), log[0].path.as_str()), ("POST", "/graphql"));
    assert_eq!(log[0].header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(names(&log[0]).iter().map(|name| name.to_lowercase()).collect::<Vec<_>>(), ["o/a", "o/b", "o/c"]);
    let found = row(&starcite.week(WEEK), "repos", "repo", "github.com/o/b");
    assert_eq!((&found["state"], &found["observed_by"], &found["license_spdx"]), (&json!("live"), &json!("github.com"), &json!("MIT")));
    assert_eq!((&found["stars"], &found["is_archived"]), (&json!(github::stars("o/b")), &json!(false)));
    assert_eq!(found["watchers"], Value::Null, "not asked is not zero");
}

#[test]
fn a_null_without_an_explanation_is_asked_again() {
    let server = Server::start(|number, request| say(200, reply(request, |name| if number == 0 && name == "o/n1" { Fate::Unexplained } else { Fate::Live })));
    let starcite = Starcite::asking(&server.url, &papers(3));
    starcite.run(&[]).with_code(0);
    let asked: Vec<_> = server.log().iter().map(names).collect();
    assert_eq!(asked, [vec!["o/n0", "o/n1", "o/n2"], vec!["o/n1"]]);
    assert_eq!(column(&starcite.week(WEEK), "repos", "state"), ["live"; 3]);
}

#[test]
fn gone_and_blocked_are_answers_and_claim_nothing_else() {
    let server = Server::start(|_, request| {
        say(
            200,
            reply(request, |name| {
                if name == "o/n0" {
                    Fate::NotFound
                } else if name == "o/n1" {
                    Fate::Blocked
                } else {
                    Fate::Live
                }
            }),
        )
    });
    let starcite = Starcite::asking(&server.url, &papers(3));
    starcite.run(&[]).with_code(0);
    let week = starcite.week(WEEK);
    assert_eq!(column(&week, "repos", "state"), ["not_found", "blocked", "live"]);
    assert_eq!(column(&week, "links", "state"), ["not_found", "blocked", "live"]);
    for gone in &rows(&week, "repos")[..2] {
        assert!(["stars", "forks", "is_archived", "license_spdx"].iter().all(|fact| gone[*fact].is_null()), "{gone:?}");
    }
    assert_eq!((&manifest(&week)["coverage"]["observed_by_host"], &manifest(&week)["coverage"]["observed_by_list"]), (&json!(3), &json!(0)));
}

#[test]
fn a_renamed_repository_is_one_row_and_links_follow_it() {
    let server = Server::start(|_, request| say(200, reply(request, |name| if name == "o/old" { Fate::Renamed("Fresh/Home") } else { Fate::Live })));
    let starcite = Starcite::asking(&server.url, &[paper("t:1", &["o/old"]), paper("t:2", &["fresh/home"])]);
    starcite.run(&[]).with_code(0);
    let week = starcite.week(WEEK);
    assert_eq!(column(&week, "repos", "repo").len(), 1);
    let repo = row(&week, "repos", "repo", "github.com/Fresh/Home");
    assert_eq!(repo["aliases"], json!(["github.com/o/old"]));
    assert_eq!(column(&week, "links", "repo"), ["github.com/Fresh/Home"; 2]);
    assert_eq!(row(&week, "links", "paper_id", "t:1")["target"], "https://github.com/o/old", "what the paper says stays");
}

#[test]
fn without_a_token_each_is_asked_over_rest() {
    let server = Server::start(|_, request| match request.path.as_str() {
        "/repos/o/n1" => say(404, r#"{"message": "Not Found"}"#),
        _ => say(200, github::rest(request)),
    });
    let starcite = Starcite::asking(&server.url, &papers(3)).without_token();
    starcite.run(&[]).with_code(0);
    let log = server.log();
    let mut paths: Vec<&str> = log.iter().map(|request| request.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/repos/o/n0", "/repos/o/n1", "/repos/o/n2"]);
    assert!(log.iter().all(|request| request.method == "GET" && request.header("authorization").is_none()));
    let week = starcite.week(WEEK);
    assert_eq!(column(&week, "repos", "state"), ["live", "not_found", "live"]);
    let found = &rows(&week, "repos")[0];
    assert_eq!((&found["is_mirror"], &found["is_empty"]), (&json!(false), &Value::Null), "what REST does not say is unknown");
}

#[test]
fn what_most_papers_link_to_is_asked_first() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &[paper("t:1", &["o/a"]), paper("t:2", &["o/b", "o/c"]), paper("t:3", &["o/c"])]);
    starcite.run(&[]).with_code(0);
    assert_eq!(github::names(&server.log()[0]), ["o/c", "o/a", "o/b"]);
}

#[test]
fn a_week_later_what_was_not_found_is_asked_first() {
    let server = Server::start(|_, request| say(200, reply(request, |name| if name == "o/n1" { Fate::NotFound } else { Fate::Live })));
    let mut starcite = Starcite::asking(&server.url, &papers(150));
    starcite.run(&["--budget", "1"]).with_code(75);
    starcite.at(MONDAY_OF_W49).run(&["--budget", "2"]);
    let [first, second, third] = [0, 1, 2].map(|at| github::names(&server.log()[at]));
    let not_found = &"o/n1".to_owned();
    assert!(first.contains(not_found) && second.len() == 100, "{first:?} {second:?}");
    let never_asked = (0..150).map(|at| format!("o/n{at}")).filter(|name| !first.contains(name));
    assert!(never_asked.into_iter().all(|name| second.contains(&name)), "{second:?}");
    assert!(second.contains(not_found) && !third.contains(not_found), "then what was not found: {third:?}");
}

#[test]
fn a_token_file_goes_before_the_environment() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &papers(1));
    starcite.write("token", "ghp_fromTheFile\n");
    starcite.run(&["--token-file", "token"]).with_code(0);
    assert_eq!(server.log()[0].header("authorization"), Some("Bearer ghp_fromTheFile"));
}

#[test]
fn a_token_file_that_is_missing_or_empty_is_named_and_nothing_is_asked() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &papers(1));
    starcite.write("empty", "\n");
    for file in ["missing", "empty"] {
        let ended = starcite.run(&["--token-file", file]).with_code(1);
        assert!(ended.stderr.contains(file) && ended.stderr.contains("--token-file"), "{}", ended.stderr);
    }
    assert!(server.log().is_empty());
}

#[test]
fn what_surrounds_a_token_is_not_sent_with_it() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &[]);
    let utf_16: Vec<u8> = "\u{feff}ghp_made1Up\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let files: [&[u8]; 3] = ["\u{feff}ghp_made1Up\r\n".as_bytes(), &utf_16, b"# of May\nexport GITHUB_TOKEN='ghp_made1Up'\nOTHER=1\n"];
    for (at, value) in ["\"ghp_made1Up\"", "'ghp_made1Up'", "Bearer ghp_made1Up", "token ghp_made1Up\r"].into_iter().enumerate() {
        starcite.write("names.txt", format!("o/n{at}\n"));
        ended(starcite.command(&["enrich", "names.txt"]).env("GITHUB_TOKEN", value).spawn().unwrap()).with_code(0);
    }
    for (at, file) in files.into_iter().enumerate() {
        starcite.write("names.txt", format!("o/m{at}\n"));
        starcite.write("token", file);
        starcite.end(&["enrich", "names.txt", "--token-file", "token"]).with_code(0);
    }
    let log = server.log();
    assert_eq!(log.len(), 7);
    assert!(log.iter().all(|request| request.header("authorization") == Some("Bearer ghp_made1Up")), "{log:?}");
}

#[test]
fn what_no_token_has_is_named_before_anything_is_sent() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &[]);
    starcite.write("names.txt", "o/n1\n");
    starcite.write("tokens", "ghp_made1Up\nghp_made2Up\n");
    let file = starcite.end(&["enrich", "names.txt", "--token-file", "tokens"]).with_code(1);
    let variable = ended(starcite.command(&["enrich", "names.txt"]).env("GITHUB_TOKEN", "${GITHUB_TOKEN}").spawn().unwrap()).with_code(1);
    for (ended, place, what) in [(&file, "tokens holds 2 lines", "GITHUB_TOKEN=…"), (&variable, "GITHUB_TOKEN holds a $", "set it to the token alone")] {
        assert!(ended.stderr.contains(place) && ended.stderr.contains(what) && !ended.stderr.contains("Up"), "{}", ended.stderr);
    }
    assert!(server.log().is_empty());
}

/// Returns the token that a host gets with these variables, and the messages.
fn token_sent(host: &str, set: &[(&str, &str)]) -> (Option<String>, String) {
    let server = Server::start(|_, request| if request.path == "/graphql" { all_live(request) } else { say(200, github::rest(request)) });
    let starcite = Starcite::asking(&server.url, &[]);
    let mut command = starcite.command(&["enrich", "--host", host]);
    command.env_remove("GITHUB_TOKEN").envs(set.iter().copied()).stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"o/n1\n").unwrap();
    let ended = ended(child).with_code(0);
    let sent = server.log().iter().find_map(|request| request.header("authorization").map(str::to_owned));
    (sent, ended.stderr)
}

#[test]
fn a_host_gets_its_own_token_and_no_other() {
    let of_github = ("GITHUB_TOKEN", "of-github");
    assert_eq!(token_sent("github.com", &[of_github]).0.as_deref(), Some("Bearer of-github"));
    assert_eq!(token_sent("acme.ghe.com", &[of_github]).0.as_deref(), Some("Bearer of-github"));
    for host in ["git.example.org", "github.com.example.org", "evilgithub.com"] {
        let (sent, stderr) = token_sent(host, &[of_github]);
        assert_eq!(sent, None, "{host}");
        assert!(stderr.contains(&format!("GITHUB_TOKEN is for github.com and not sent to {host}: set GH_ENTERPRISE_TOKEN")), "{stderr}");
        for own in ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"] {
            assert_eq!(token_sent(host, &[of_github, (own, "its-own")]).0.as_deref(), Some("Bearer its-own"), "{host} {own}");
        }
    }
    assert_eq!(token_sent("github.com", &[("GH_ENTERPRISE_TOKEN", "anothers")]).0, None);
}

#[test]
fn a_service_with_a_key_is_asked_without_encryption_on_this_machine_alone() {
    for flag in ["--github-url", "--openalex-url", "--semantic-scholar-url"] {
        let ended = Starcite::new().run(&[flag, "http://api.example.org"]).with_code(2);
        assert!(ended.stderr.contains("http:// is for this machine alone"), "{flag}: {}", ended.stderr);
    }
}
