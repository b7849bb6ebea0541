//! `starcite doctor`: will a weekly job work?

use crate::server::{Response, Server, nobody, say};
use crate::starcite::{Starcite, ended, papers};
use serde_json::{Value, json};
use std::fs;

/// Returns GitHub's reply about an account with so many points left, at the time of the test.
fn account(remaining: u64) -> Response {
    let of = json!({"limit": 5000, "remaining": remaining, "reset": 1_795_440_000});
    say(200, json!({"resources": {"graphql": of, "core": of}})).with("date", "Mon, 23 Nov 2026 12:00:10 GMT")
}

fn asking(reply: impl Fn() -> Response + Send + Sync + 'static) -> (Server, Starcite) {
    let server = Server::start(move |_, request| {
        assert_eq!(request.path, "/rate_limit", "what is asked costs nothing");
        reply()
    });
    let starcite = Starcite::asking(&server.url, &papers(2));
    (server, starcite)
}

/// Returns the checks of a name, as status, words and what to do.
fn found(starcite: &Starcite, args: &[&str], check: &str, code: i32) -> Vec<(String, String)> {
    let ended = starcite.end(&[&["doctor", "--json"], args].concat()).with_code(code);
    let printed: Value = serde_json::from_str(&ended.stdout).unwrap();
    let of_name = printed["checks"].as_array().unwrap().iter().filter(|row| row["check"] == check);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    of_name.map(|row| (text(&row["status"]), [text(&row["told"]), text(&row["todo"])].join(" -> "))).collect()
}

#[track_caller]
fn holds(found: &[(String, String)], status: &str, words: &str) {
    assert!(found.iter().any(|(is, told)| is == status && told.contains(words)), "{status}: {words}\n{found:?}");
}

#[test]
fn a_job_that_will_work_has_a_line_for_each_check_and_leaves_nothing_behind() {
    let (server, starcite) = asking(|| account(4_000).with("github-authentication-token-expiration", "2027-10-01 00:00:00 UTC"));
    let before = crate::starcite::files(&starcite.path(""));
    let ended = starcite.end(&["doctor", "pipeline.toml"]).with_code(0);
    let lines: Vec<&str> = ended.stdout.lines().map(|line| line.split("  ").next().unwrap()).collect();
    assert!(lines.iter().all(|status| *status == "ok"), "{}", ended.stdout);
    for told in [
        "ok    token     github.com accepts it until 2027-10-01",
        "has 4000 of 5000 points left",
        "ok    clock     right within 60 s",
        "ok    week      none yet",
    ] {
        assert!(ended.stdout.contains(told), "{told}\n{}", ended.stdout);
    }
    assert_eq!(crate::starcite::files(&starcite.path("")), before);
    assert_eq!(server.log().len(), 1);
}

#[test]
fn the_account_is_judged_by_githubs_own_words() {
    for (reply, check, status, words, code) in [
        (say(401, json!({"message": "Bad credentials"})), "token", "fail", "refuses the token", 1),
        (say(500, "x"), "token", "fail", "answers HTTP 500", 1),
        (account(4_000).with("github-authentication-token-expiration", "2026-11-30 12:00:00 UTC"), "token", "warn", "until 2026-11-30, for 7 days", 0),
        (account(4_000).with("x-oauth-scopes", "repo, gist"), "token", "warn", "more than it needs (repo, gist)", 0),
        (account(4_000).with("x-oauth-scopes", ""), "token", "ok", "accepts it", 0),
        (account(10), "points", "warn", "10 of 5000 points left", 0),
        (say(404, "{}"), "points", "ok", "names no limit", 0),
        (say(200, "{}").with("date", "Mon, 23 Nov 2026 13:00:00 GMT"), "clock", "warn", "3600 s behind", 0),
        (say(200, "{}").with("date", "Mon, 23 Nov 2026 11:00:00 GMT"), "clock", "warn", "3600 s ahead", 0),
    ] {
        let reply = std::sync::Mutex::new(Some(reply));
        let (_server, starcite) = asking(move || reply.lock().unwrap().take().unwrap());
        holds(&found(&starcite, &[], check, code), status, words);
    }
    let (_server, starcite) = asking(|| account(60));
    let starcite = starcite.without_token();
    holds(&found(&starcite, &[], "token", 0), "warn", "without a token");
}

#[test]
fn a_token_is_never_shown_and_its_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_server, starcite) = asking(|| say(401, json!({"message": "no"})));
    let file = starcite.write("token", "ghp_hushhush012\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let ended = starcite.end(&["-vv", "doctor", "--token-file", "token"]).with_code(1);
    assert!(!ended.stdout.contains("hushhush") && !ended.stderr.contains("hushhush"), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("warn  secret    others may read token  -> chmod 600 token"), "{}", ended.stdout);
    holds(&found(&starcite, &["--token-file", "nowhere"], "token", 1), "fail", "cannot read a token from nowhere");
    starcite.write("token", "two words");
    holds(&found(&starcite, &["--token-file", "token"], "token", 1), "fail", "holds a blank");
}

#[test]
fn without_a_network_the_rest_is_checked_and_an_offline_job_asks_nobody() {
    let starcite = Starcite::asking(&nobody(), &papers(1));
    let found_there = found(&starcite, &[], "token", 1);
    holds(&found_there, "fail", "did not answer");
    holds(&found(&starcite, &[], "clock", 1), "warn", "no host told the time");
    holds(&found(&starcite, &[], "folder", 1), "ok", "the first run makes it");
    holds(&found(&starcite, &["pipeline.toml", "--offline"], "hosts", 0), "warn", "token, services and clock are unknown");
    starcite.write("offline.toml", "name = \"test\"\noffline = true\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n");
    holds(&found(&starcite, &["offline.toml"], "hosts", 0), "ok", "the job is offline");
}

#[test]
fn sources_are_reached_and_their_keys_are_there() {
    let (github, starcite) = asking(|| account(4_000));
    let source = Server::start(|_, _| say(404, ""));
    let doctor = |key: Option<&str>, url: &str| {
        starcite.write(
            "pipeline.toml",
            format!("name = \"test\"\n[[source]]\nkind = \"jsonl\"\nurl = \"{url}/a.jsonl?token=hush\"\n[citations]\ncounts = \"openalex\"\n"),
        );
        let mut command = starcite.command(&["doctor", "pipeline.toml", "--openalex-url", &source.url, "--json"]);
        if let Some(key) = key {
            command.env("OPENALEX_API_KEY", key);
        }
        ended(command.spawn().unwrap())
    };
    let good = doctor(Some("k"), &source.url).with_code(0);
    assert!(
        good.stdout.contains("OpenAlex has a key") && good.stdout.contains(&format!("{} answers", source.url)) && !good.stdout.contains("hush"),
        "{}",
        good.stdout
    );
    let bad = doctor(None, &nobody()).with_code(1);
    assert!(
        bad.stdout.contains("OpenAlex has no key") && bad.stdout.contains("does not answer (") && bad.stdout.contains("set OPENALEX_API_KEY"),
        "{}",
        bad.stdout
    );
    assert!(source.log().iter().all(|request| request.method == "HEAD"));
    drop(github);
}

#[test]
fn folder_lock_state_and_destination_are_looked_at() {
    let (_server, starcite) = asking(|| account(4_000));
    starcite.run(&["--offline"]).with_code(0);
    holds(&found(&starcite, &["pipeline.toml"], "state", 0), "ok", "is of this pipeline and knows its weeks");
    let lock = starcite.write("out/.starcite.lock", "4711\n");
    let held = fs::File::open(&lock).unwrap();
    held.lock().unwrap();
    holds(&found(&starcite, &[], "lock", 0), "warn", "another starcite (process 4711) writes to out");
    drop(held);
    holds(&found(&starcite, &[], "lock", 0), "ok", "nobody else");
    starcite.write("other.toml", "name = \"other\"\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n");
    holds(&found(&starcite, &["other.toml"], "state", 1), "fail", "belongs to");
    let missing = found(&starcite, &["none.toml"], "pipeline", 1);
    holds(&missing, "fail", "cannot read the pipeline none.toml (No such file or directory (os error 2)) -> check the path");
    starcite.write("wrong.toml", "name = [\n");
    holds(&found(&starcite, &["wrong.toml"], "pipeline", 1), "fail", "wrong.toml, line 1: ");
    holds(&found(&starcite, &["wrong.toml"], "pipeline", 1), "fail", " -> correct the file");
    fs::write(starcite.path("out/state.db"), "no database").unwrap();
    holds(&found(&starcite, &["pipeline.toml"], "state", 1), "fail", "state.db");
    fs::remove_file(starcite.path("out/state.db")).unwrap();
    holds(&found(&starcite, &[], "state", 1), "fail", "is not there, and the folder has weeks");
    holds(&found(&starcite, &["--publish", "nowhere"], "publish", 1), "fail", "nowhere is not a directory");
    fs::create_dir_all(starcite.path("site/.git")).unwrap();
    holds(&found(&starcite, &["--publish", "site"], "publish", 1), "warn", "does not keep *.parquet in git LFS");
    starcite.write("site/.gitattributes", "*.parquet filter=lfs diff=lfs merge=lfs -text\n");
    holds(&found(&starcite, &["--publish", "site"], "publish", 1), "ok", "can be written");
    assert_eq!(fs::read_dir(starcite.path("site")).unwrap().count(), 2);
}

#[test]
fn the_newest_week_is_whole_of_late_and_known() {
    let (_server, mut starcite) = asking(|| account(4_000));
    starcite.run(&["--offline"]).with_code(0);
    holds(&found(&starcite, &[], "week", 0), "ok", "2026-W47 is complete, 0.0 % of its repositories known");
    starcite.write("pipeline.toml", "name = \"test\"\nmin_coverage = 0.5\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n");
    holds(&found(&starcite, &["pipeline.toml"], "week", 0), "warn", "below min_coverage = 0.5");
    starcite.at("2026-12-08T06:00:00Z");
    holds(&found(&starcite, &[], "week", 0), "warn", "the newest is 2026-W47, which ended 15 days ago");
    fs::write(starcite.week("2026-W47").join("manifest.json"), "{").unwrap();
    holds(&found(&starcite, &[], "week", 1), "fail", "manifest.json");
}

#[test]
fn a_folder_that_can_not_be_written_fails() {
    let (_server, starcite) = asking(|| account(4_000));
    starcite.write("file", "");
    holds(&found(&starcite, &["--out", "file/out"], "folder", 1), "fail", "can't be made");
    holds(&found(&starcite, &["--out", "/proc/starcite"], "folder", 1), "fail", "can't be written");
}

#[test]
fn an_app_and_an_enterprise_server_are_asked_as_a_run_asks_them() {
    let (server, starcite) = asking(|| account(4_000));
    let app = ["--app-id", "1", "--app-installation", "2", "--app-key", "nowhere.pem"];
    holds(&found(&starcite, &app, "token", 1), "fail", "cannot read the App's private key from nowhere.pem");
    starcite.write("key.pem", "no key");
    holds(&found(&starcite, &["--app-id", "1", "--app-installation", "2", "--app-key", "key.pem"], "token", 1), "fail", "no RSA key in PEM");
    assert!(server.log().is_empty());
    starcite.write("own.toml", "name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n[github]\nhost = \"git.example.org\"\n");
    holds(&found(&starcite, &["own.toml"], "token", 0), "warn", "git.example.org is asked without a token");
    let mut command = starcite.command(&["doctor", "own.toml"]);
    let ended = ended(command.env("GH_ENTERPRISE_TOKEN", "ghp_own").spawn().unwrap()).with_code(0);
    assert!(ended.stdout.contains("git.example.org accepts it"), "{}", ended.stdout);
    assert_eq!(server.log().last().unwrap().header("authorization"), Some("Bearer ghp_own"));
}

#[test]
fn the_disk_of_a_state_elsewhere_is_looked_at_as_well() {
    let (_server, starcite) = asking(|| account(4_000));
    let elsewhere = tempfile::tempdir_in("/dev/shm").unwrap();
    let rows = found(&starcite, &["--state", elsewhere.path().join("state.db").to_str().unwrap()], "disk", 0);
    assert_eq!(rows.len(), 2, "{rows:?}");
    holds(&rows, "ok", "/dev/shm/");
}
