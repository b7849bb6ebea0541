//! The log: lines for people and for machines, one event for each request, the figures of a run, and no secret in any of them.

use crate::github::all_live;
use crate::hf_live::{entry, query};
use crate::server::{Server, nobody, say};
use crate::starcite::{Ended, Starcite, TOKEN, ended, files, paper, papers};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use needs::{Need, lacks};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::process::{Command, Stdio};

/// Returns the program with the default log, lines of progress included.
fn command(starcite: &Starcite, args: &[&str]) -> Command {
    let mut command = starcite.command(args);
    command.env_remove("STARCITE_LOG");
    command
}

fn run(starcite: &Starcite, args: &[&str]) -> Ended {
    ended(command(starcite, &[&["run", "pipeline.toml"], args].concat()).spawn().unwrap())
}

/// Returns three papers and a line that is not a record, offline.
fn offline() -> Starcite {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    starcite.write("papers.jsonl", fs::read_to_string(starcite.path("papers.jsonl")).unwrap() + "this is not a record\n");
    starcite
}

fn events(text: &str) -> Vec<Map<String, Value>> {
    let event = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(event).collect()
}

/// Returns the events that report requests.
fn requests(text: &str) -> Vec<Map<String, Value>> {
    events(text).into_iter().filter(|event| event["target"] == "starcite::request").collect()
}

/// Returns the events with the figures of runs, without what only the log adds.
fn figures(text: &str) -> Vec<Map<String, Value>> {
    let ends = events(text).into_iter().filter(|event| event.contains_key("exit_code"));
    ends.map(|event| event.into_iter().filter(|(name, _)| !["timestamp", "level", "target", "message", "spans"].contains(&name.as_str())).collect()).collect()
}

/// Returns the objects of a file of figures, without the figures that are not known.
fn stored(text: &str) -> Vec<Map<String, Value>> {
    events(text).into_iter().map(|line| line.into_iter().filter(|(_, value)| !value.is_null()).collect()).collect()
}

#[test]
fn a_pipe_gets_a_line_a_stage_with_time_and_level_and_one_with_the_figures() {
    let ended = run(&offline(), &["--offline"]).with_code(3);
    let lines: Vec<&str> = ended.stderr.lines().collect();
    let at = |line: &str| line.split_once("Z ").unwrap().1.to_owned();
    assert!(lines.iter().all(|line| line.starts_with("2026-11-23T12:00:00.000Z ")), "{}", ended.stderr);
    let stages = ["reading ", "writing links", "writing the other tables", "the run of 2026-W47 has ended with exit code 3"];
    assert!(lines.iter().zip(stages).all(|(line, stage)| at(line).starts_with(&format!("INFO starcite: {stage}"))), "{}", ended.stderr);
    assert!(lines.len() == 5 && at(lines[4]).starts_with("WARN starcite: 1 input record was rejected"), "{}", ended.stderr);
    assert!(lines[3].ends_with(" s: papers 3, links 3, repositories 3"), "{}", ended.stderr);
    assert!(!ended.stderr.contains(['\r', '\u{1b}']), "{:?}", ended.stderr);
}

#[test]
fn fewer_lines_and_more_lines_are_a_matter_of_flags_and_filters() {
    let starcite = offline();
    let levels = |args: &[&str], filter: Option<(&str, &str)>| {
        let mut command = command(&starcite, &[&["run", "pipeline.toml", "--offline"], args].concat());
        let ended = ended(command.envs(filter).spawn().unwrap()).with_code(3);
        let levels: BTreeSet<String> = ended.stderr.lines().map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect();
        levels.into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(levels(&["-q"], None), "WARN");
    assert_eq!(levels(&[], None), "INFO WARN");
    assert_eq!(levels(&["-v"], None), "DEBUG INFO WARN");
    assert_eq!(levels(&["-vv"], None), "DEBUG INFO TRACE WARN");
    assert_eq!(levels(&["--verbose", "-v"], None), "DEBUG INFO TRACE WARN");
    assert_eq!(levels(&["-vv"], Some(("STARCITE_LOG", "warn"))), "WARN");
    assert_eq!(levels(&["-q"], Some(("STARCITE_LOG", "starcite_tables=trace"))), "DEBUG TRACE WARN");
    assert_eq!(levels(&["-q"], Some(("RUST_LOG", "hyper=trace,starcite::progress=info"))), "INFO WARN");
}

#[test]
fn a_wrong_filter_is_wrong_usage_and_says_what_to_write() {
    let starcite = offline();
    for (name, value) in [("STARCITE_LOG", "json"), ("STARCITE_LOG", "starcite=loud")] {
        let ended = ended(command(&starcite, &["run", "pipeline.toml", "--offline"]).env(name, value).spawn().unwrap()).with_code(2);
        assert!(ended.stderr.contains(name) && ended.stderr.contains("warn,starcite::request=debug"), "{}", ended.stderr);
        assert!(!starcite.path("out").exists());
    }
    let others = ended(command(&starcite, &["schema"]).env("RUST_LOG", "a=b=c").spawn().unwrap()).with_code(0);
    assert!(others.stderr.contains("RUST_LOG=a=b=c: ") && others.stderr.contains("does not count"), "{}", others.stderr);
    starcite.end(&["status", "-q", "-v"]).with_code(2);
}

#[test]
fn json_is_one_object_a_line_with_time_level_target_message_fields_and_spans() {
    let starcite = offline();
    let ended = run(&starcite, &["--offline", "--log", "json", "-vv"]).with_code(3);
    let events = events(&ended.stderr);
    for event in &events {
        assert_eq!(event["timestamp"], "2026-11-23T12:00:00.000Z");
        assert!(["level", "target", "message"].iter().all(|name| event[*name].is_string()), "{event:?}");
    }
    let spans = |message: &str| {
        let event = events.iter().find(|event| event["message"] == message).unwrap_or_else(|| panic!("{message}: {}", ended.stderr));
        event["spans"].as_array().unwrap().iter().map(|span| span["name"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(spans("a batch is read"), "run source batch");
    assert_eq!(spans("a table is written"), "run table");
    let table = events.iter().find(|event| event["message"] == "a table is written").unwrap();
    assert_eq!(table["spans"][0], json!({"name": "run", "pipeline": "test", "week": "2026-W47"}));
    assert!(table["rows"].is_u64() && table["bytes"].as_u64() > Some(0), "{table:?}");
}

#[test]
fn each_request_to_github_is_one_event() {
    let server = Server::start(|number, request| if number == 0 { say(502, "<html>") } else { all_live(request) });
    let starcite = Starcite::asking(&server.url, &papers(150));
    let ended = run(&starcite, &["--log", "json", "-v"]).with_code(0);
    let events = requests(&ended.stderr);
    assert_eq!(events.len(), server.log().len(), "{}", ended.stderr);
    for event in &events {
        assert_eq!(event["host"], "127.0.0.1");
        assert!(event["what"].as_str().unwrap().contains(" over ") && event["ms"].is_u64() && event["tries"].is_u64(), "{event:?}");
        let names: Vec<&str> = event["spans"].as_array().unwrap().iter().map(|span| span["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["run", "batch", "request"], "{event:?}");
    }
    let failed: Vec<_> = events.iter().filter(|event| event["status"] == 502).collect();
    assert!(failed.len() == 1 && failed[0]["error"].is_string(), "{events:?}");
    assert!(events.iter().filter(|event| event["status"] == 200).all(|event| event["points"] == 1 && event["remaining"] == 4999), "{events:?}");
    let quiet = run(&starcite, &["--log", "json", "--ask-now"]);
    assert!(requests(&quiet.stderr).is_empty(), "the default log has none");
}

#[test]
fn each_request_to_a_source_is_one_event_that_counts_its_tries() {
    let server = Server::start(|number, request| match number {
        0 => say(503, ""),
        _ => say(200, json!([entry(query(request, "date"), 0)])).with("x-ratelimit-remaining", 42),
    });
    let starcite = Starcite::new();
    starcite.write_pipeline("hf-daily", "");
    let args = ["--github-url", &nobody(), "--hf-url", &server.url, "--source-pause-ms", "0", "--log", "json", "-v"];
    let ended = run(&starcite, &args).with_code(75);
    let events: Vec<_> = requests(&ended.stderr).into_iter().filter(|event| event["what"].as_str().unwrap().contains("daily_papers")).collect();
    assert_eq!(events.len(), server.log().len(), "{}", ended.stderr);
    let seen: Vec<_> = events.iter().map(|event| (event["status"].as_u64(), event["tries"].as_u64())).collect();
    assert_eq!(seen[..3], [(Some(503), Some(1)), (Some(200), Some(2)), (Some(200), Some(1))]);
    assert!(events[1]["what"].as_str().unwrap().starts_with("GET http://127.0.0.1") && events[1]["remaining"] == 42, "{:?}", events[1]);
}

#[test]
fn a_token_of_an_app_is_requested_in_an_event_of_its_own_and_told_in_none() {
    const APPS_TOKEN: &str = "ghs_madeUpForTheApp0123456789";
    let key = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap().serialize_der();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(key));
    for is_known in [true, false] {
        let server = Server::start(move |_, request| match request.path.ends_with("/access_tokens") {
            true if is_known => say(201, json!({"token": APPS_TOKEN, "expires_at": "2099-01-01T00:00:00Z", "permissions": {}})),
            true => say(404, json!({"message": "Integration not found"})),
            false => all_live(request),
        });
        let starcite = Starcite::asking(&server.url, &papers(3)).without_token();
        starcite.write("app.pem", &pem);
        let ended = run(&starcite, &["--app-id", "7", "--app-installation", "8", "--app-key", "app.pem", "--log", "json", "-vv"]);
        assert_eq!(ended.code, Some(if is_known { 0 } else { 1 }), "{}", ended.stderr);
        let events = requests(&ended.stderr);
        assert_eq!(events.len(), server.log().len(), "{}", ended.stderr);
        assert_eq!((&events[0]["what"], &events[0]["status"]), (&json!("a token of the App"), &json!(if is_known { 201 } else { 404 })));
        let jwt = server.log()[0].header("authorization").unwrap().to_owned();
        assert!(![APPS_TOKEN, jwt.trim_start_matches("Bearer ")].iter().any(|secret| ended.stderr.contains(secret)), "{}", ended.stderr);
    }
}

#[test]
fn each_request_to_a_bucket_is_one_event_without_its_signature() {
    let paper = papers(1).remove(0);
    let server = Server::start(move |_, _| say(200, format!("{paper}\n")).with("etag", "\"1\"").with("last-modified", "Mon, 16 Nov 2026 12:00:00 GMT"));
    let starcite = Starcite::new();
    starcite.write_pipeline("jsonl", "url = \"s3://bucket/papers.jsonl\"");
    let mut command = command(&starcite, &["run", "pipeline.toml", "--github-url", &nobody(), "--log", "json", "-vv"]);
    command.envs([("AWS_ENDPOINT_URL", server.url.as_str()), ("AWS_ALLOW_HTTP", "true"), ("AWS_ACCESS_KEY_ID", "key1d"), ("AWS_SECRET_ACCESS_KEY", "hush")]);
    let ended = ended(command.spawn().unwrap()).with_code(75);
    let events: Vec<_> = requests(&ended.stderr).into_iter().filter(|event| event["what"].as_str().unwrap().contains("/bucket/papers.jsonl")).collect();
    assert_eq!((events.len(), server.log().len()), (1, 1), "{}", ended.stderr);
    assert!(events[0]["what"].as_str().unwrap().starts_with("GET ") && events[0]["status"] == 200, "{:?}", events[0]);
    let signed = server.log()[0].header("authorization").unwrap().to_owned();
    assert!(signed.contains("key1d") && !["key1d", "hush", signed.as_str()].iter().any(|secret| ended.stderr.contains(secret)), "{}", ended.stderr);
}

/// Runs a command of a shell in a terminal, and returns what it shows.
pub(crate) fn in_terminal(command: &Command, line: &str) -> Option<String> {
    let mut script = Command::new("script");
    script.args(["-qefc", line, "/dev/null"]).current_dir(command.get_current_dir().unwrap()).stdin(Stdio::null()).env("TERM", "xterm");
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => script.env(name, value),
            None => script.env_remove(name),
        };
    }
    let Ok(output) = script.output() else {
        lacks(Need::Terminal, "there is no program script (util-linux) here");
        return None;
    };
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
#[cfg(target_os = "linux")]
fn a_terminal_has_a_bar_that_no_line_garbles_and_no_line_that_repeats_it() {
    let starcite = Starcite::asking(&nobody(), &papers(3));
    let shown = |args: &str| {
        let line = format!("stty cols 200; {} run pipeline.toml --offline {args}", env!("CARGO_BIN_EXE_starcite"));
        in_terminal(&command(&starcite, &[]), &line)
    };
    let (Some(plain), Some(verbose), Some(quiet), Some(json)) = (shown(""), shown("-vv"), shown("-q"), shown("--log json")) else { return };
    assert!(plain.contains("reading papers.jsonl") && plain.contains("writing links") && plain.contains("\u{1b}[2K"), "{plain:?}");
    assert!(!plain.contains("starcite: "), "the bar shows it: {plain:?}");
    assert!(verbose.contains("starcite: reading papers.jsonl\r\n") && verbose.contains("starcite: the run of 2026-W47 has ended"), "{verbose:?}");
    for (at, line) in verbose.match_indices("starcite: ") {
        assert!(verbose[..at].ends_with('\n') || verbose[..at].ends_with("\u{1b}[2K"), "{line} at {at} of {verbose:?}");
    }
    assert!(quiet.contains("Tables: ") && !quiet.contains('\u{1b}'), "{quiet:?}");
    assert!(json.contains("\"stage\":\"reading\"") && !json.contains('\u{1b}'), "{json:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn who_types_the_input_reads_how_it_ends_and_who_pipes_it_does_not() {
    const SAID: &str = "starcite: reading standard input; Ctrl-D ends";
    let starcite = Starcite::new();
    starcite.write_pipeline("jsonl", "path = \"-\"");
    let program = env!("CARGO_BIN_EXE_starcite");
    for args in ["extract", "extract --from table -", "enrich --offline", "run pipeline.toml --offline", "plan pipeline.toml --offline"] {
        // `script`, whose own input has ended, types Ctrl-D.
        let Some(shown) = in_terminal(&command(&starcite, &[]), &format!("{program} {args}")) else { return };
        assert_eq!(shown.matches(SAID).count(), 1, "{args}: {shown:?}");
        assert!(!shown.contains("reading -"), "{args}: {shown:?}");
        let piped = in_terminal(&command(&starcite, &[]), &format!("printf '' | {program} {args}")).unwrap();
        assert!(!piped.contains("Ctrl-D"), "{args}: {piped:?}");
    }
    let quiet = in_terminal(&command(&starcite, &[]), &format!("{program} extract -q")).unwrap();
    assert!(!quiet.contains("Ctrl-D"), "{quiet:?}");
}

#[test]
fn the_last_event_the_summary_and_the_status_have_the_same_figures() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &papers(3));
    let ended = run(&starcite, &["--log", "json", "--summary", "summary.json"]).with_code(0);
    let told = figures(&ended.stderr);
    assert_eq!(told.len(), 1, "{}", ended.stderr);
    assert_eq!(told, stored(&fs::read_to_string(starcite.path("summary.json")).unwrap()));
    let status: Value = serde_json::from_str(&starcite.end(&["status", "--json"]).with_code(0).stdout).unwrap();
    assert_eq!(told, stored(&status["last_run"].to_string()));
    let [run] = &told[..] else { unreachable!() };
    let expected = json!({"pipeline": "test", "week": "2026-W47", "exit_code": 0, "papers": 3, "links": 3, "rejects": 0, "repositories": 3, "repositories_live": 3,
        "repositories_not_found": 0, "repositories_blocked": 0, "repositories_unknown": 0, "answers_owed": 0, "requests": server.log().len(),
        "points": server.log().len(), "started_at": "2026-11-23T12:00:00Z", "finished_at": "2026-11-23T12:00:00Z"});
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&run[name], value, "{name}");
    }
    for name in ["seconds", "seconds_sources", "seconds_papers", "seconds_asking", "seconds_citation_counts", "seconds_links", "seconds_tables"] {
        assert!(run[name].is_f64(), "{name}: {run:?}");
    }
    assert!(run["version"].is_string() && run["schema_version"].is_u64(), "{run:?}");
    assert_eq!((&status["papers"], &status["repositories"]["live"], &status["weeks"][0]["week"]), (&json!(3), &json!(3), &json!("2026-W47")), "{status}");
}

#[test]
fn the_figures_of_a_run_that_owes_or_rejects_or_fails_are_stored_as_well() {
    let summary = |starcite: &Starcite| stored(&fs::read_to_string(starcite.path("summary.json")).unwrap()).remove(0);
    let rejecting = offline();
    run(&rejecting, &["--offline", "--summary", "summary.json"]).with_code(3);
    assert_eq!((&summary(&rejecting)["exit_code"], &summary(&rejecting)["rejects"]), (&json!(3), &json!(1)));
    let owing = Starcite::asking(&nobody(), &papers(3));
    run(&owing, &["--summary", "summary.json"]).with_code(75);
    assert_eq!((&summary(&owing)["exit_code"], &summary(&owing)["answers_owed"], &summary(&owing)["repositories_unknown"]), (&json!(75), &json!(3), &json!(3)));
    let server = Server::start(|_, _| say(401, r#"{"message": "Bad credentials"}"#));
    let failing = Starcite::asking(&server.url, &papers(3));
    let ended = run(&failing, &["--summary", "summary.json", "--log", "json"]).with_code(1);
    let figures = summary(&failing);
    assert_eq!((&figures["exit_code"], &figures["papers"], &figures["requests"]), (&json!(1), &json!(3), &json!(1)));
    assert!(figures["error"].as_str().unwrap().contains("GITHUB_TOKEN") && !figures.contains_key("repositories"), "{figures:?}");
    let errors: Vec<_> = events(&ended.stderr).into_iter().filter(|event| event["level"] == "ERROR").collect();
    assert_eq!(errors.len(), 1, "an error is logged once: {}", ended.stderr);
    failing.write("pipeline.toml", "nonsense");
    fs::remove_file(failing.path("summary.json")).unwrap();
    run(&failing, &["--summary", "summary.json"]).with_code(1);
    assert!(!failing.path("summary.json").exists(), "no stage began");
    let ended = run(&offline(), &["--offline", "--summary", "nowhere/summary.json"]).with_code(1);
    assert!(ended.stderr.contains("nowhere/summary.json: check the folder"), "{}", ended.stderr);
}

#[test]
fn several_weeks_are_a_line_each() {
    let starcite = offline();
    run(&starcite, &["--offline", "--since", "2026-W45", "--summary", "summary.json"]).with_code(3);
    let weeks: Vec<Value> =
        stored(&fs::read_to_string(starcite.path("summary.json")).unwrap()).into_iter().map(|mut line| line.remove("week").unwrap()).collect();
    assert_eq!(weeks, ["2026-W45", "2026-W46", "2026-W47"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_message_that_cannot_be_written_ends_nothing() {
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    for args in [&["--offline", "-vv"][..], &["--offline", "-vv", "--log", "json"], &["--offline", "-vv", "--log-file", "/dev/full"]] {
        let starcite = offline();
        let args = [&["run", "pipeline.toml"], args].concat();
        let unwritten = ended(command(&starcite, &args).stderr(full()).spawn().unwrap()).with_code(3);
        assert!(unwritten.stdout.contains("Tables: "), "{}", unwritten.stdout);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        ended(command(&starcite, &args).stderr(writer).spawn().unwrap()).with_code(3);
    }
    let starcite = offline();
    let args = ["run", "pipeline.toml", "--offline", "--since", "2026-W45"];
    let unwritten = ended(command(&starcite, &args).stdout(full()).spawn().unwrap()).with_code(1);
    assert!(unwritten.stderr.contains("cannot write standard output"), "{}", unwritten.stderr);
    assert!(["2026-W45", "2026-W46", "2026-W47"].iter().all(|week| starcite.week(week).join("manifest.json").exists()), "the lines of weeks are messages");
}

#[test]
fn the_log_has_no_token_no_signature_and_no_text_of_a_paper() {
    let signature = "s1gnatur3";
    let secret_paper = json!({"id": "t:1", "title": "Unspoken Title", "abstract": "Unspoken abstract with https://github.com/o/n0 in it."});
    let source = Server::start(move |_, _| say(200, format!("{secret_paper}\n{}\n", paper("t:2", &["o/n1"]))));
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &[]);
    starcite.write_pipeline("jsonl", &format!("url = \"{}/papers.jsonl?X-Amz-Signature={signature}&token={TOKEN}\"", source.url));
    for form in ["json", "text"] {
        let file = format!("{form}.log");
        let ended = run(&starcite, &["-vv", "--log", form, "--log-file", &file, "--summary", "summary.json"]).with_code(0);
        let mut texts = vec![ended.stderr, fs::read_to_string(starcite.path(&file)).unwrap(), fs::read_to_string(starcite.path("summary.json")).unwrap()];
        texts.push(starcite.end(&["status", "--json"]).with_code(0).stdout);
        let is_asked = form == "json"; // the second run knows the answers
        assert!(texts[0].contains("request") == is_asked && texts[0].contains("X-Amz-Signature"), "{}", texts[0]);
        for secret in [TOKEN, signature, "Unspoken"] {
            assert!(!texts.iter().any(|text| text.contains(secret)), "{form}: {secret} in {texts:#?}");
        }
    }
    let written = files(&starcite.path("out"));
    assert!(written.iter().all(|(_, bytes)| !String::from_utf8_lossy(bytes).contains(TOKEN)));
}

#[test]
fn a_log_file_gets_every_line_and_is_its_owners_alone() {
    let starcite = offline();
    for log in ["a.log", "a.log"] {
        let ended = run(&starcite, &["--offline", "--log-file", log]).with_code(3);
        let file = fs::read_to_string(starcite.path("a.log")).unwrap();
        assert!(file.ends_with(&ended.stderr), "{file}\n{}", ended.stderr);
    }
    assert_eq!(fs::read_to_string(starcite.path("a.log")).unwrap().matches("has ended").count(), 2, "a later run adds to it");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(starcite.path("a.log")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let fresh = offline();
    let ended = run(&fresh, &["--offline", "--log-file", "nowhere/a.log"]).with_code(1);
    assert!(ended.line().contains("nowhere/a.log: name another one with --log-file") && !fresh.path("out").exists(), "{}", ended.stderr);
}

#[test]
fn names_of_strangers_are_harmless_in_both_forms_and_whole_in_json() {
    let name = "pa\u{1b}[2J\u{202e}pers\u{e0041}.jsonl";
    let starcite = Starcite::new();
    starcite.write(name, format!("{}\n", papers(1)[0]));
    starcite.write("pipeline.toml", "name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"*.jsonl\"\n");
    let text = run(&starcite, &["--offline", "-v"]).with_code(0).stderr;
    assert!(text.contains("pa\\u{1b}[2J\\u{202e}pers\\u{e0041}.jsonl"), "{text}");
    let lines = run(&starcite, &["--offline", "-v", "--log", "json"]).with_code(0).stderr;
    assert!(![text.as_str(), &lines].iter().any(|text| text.contains(['\u{1b}', '\u{202e}', '\u{e0041}'])), "{lines}");
    assert!(events(&lines).iter().any(|event| event["message"].as_str().unwrap().ends_with(name)), "{lines}");
}

#[test]
fn a_summary_replaces_a_summary_and_nothing_else() {
    let starcite = offline();
    let given = |file: &str| ended(command(&starcite, &["run", "pipeline.toml", "--offline", "-q", "--summary", file]).spawn().unwrap());
    given("first.json").with_code(3);
    let before = files(&starcite.path("out"));
    for file in ["pipeline.toml", "papers.jsonl", "out/state.db"] {
        let refused = given(file).with_code(1);
        assert!(refused.stderr.contains("is not the summary of a run"), "{file}: {}", refused.stderr);
    }
    let in_a_week = given("out/week=2026-W47/papers.parquet").with_code(1);
    assert!(in_a_week.stderr.contains("week=2026-W47"), "{}", in_a_week.stderr);
    assert_eq!(files(&starcite.path("out")), before);
    std::os::unix::fs::symlink("first.json", starcite.path("link.json")).unwrap();
    given("link.json").with_code(3);
    assert!(starcite.path("link.json").is_symlink() && stored(&fs::read_to_string(starcite.path("first.json")).unwrap()).len() == 1);
    ended(command(&starcite, &["run", "typo.toml", "--summary", "first.json"]).spawn().unwrap()).with_code(1);
    assert!(!starcite.path("first.json").exists(), "no one takes the figures of an earlier run for those of this one");
}

#[test]
fn a_summary_goes_into_a_pipe_and_leaves_it() {
    let starcite = offline();
    let pipe = starcite.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let child = command(&starcite, &["run", "pipeline.toml", "--offline", "-q", "--summary", "pipe"]).spawn().unwrap();
    let figures = stored(&fs::read_to_string(&pipe).unwrap());
    ended(child).with_code(3);
    assert_eq!((figures.len(), &figures[0]["exit_code"]), (1, &json!(3)));
    assert!(std::os::unix::fs::FileTypeExt::is_fifo(&fs::metadata(&pipe).unwrap().file_type()));
}

#[test]
fn a_log_is_added_to_a_log_and_to_nothing_else() {
    let starcite = offline();
    let given = |file: &str| ended(command(&starcite, &["run", "pipeline.toml", "--offline", "--log-file", file]).spawn().unwrap());
    given("log").with_code(3);
    let length = fs::metadata(starcite.path("log")).unwrap().len();
    given("log").with_code(3);
    assert!(fs::metadata(starcite.path("log")).unwrap().len() > length);
    for file in ["pipeline.toml", "out/state.db"] {
        let refused = given(file).with_code(1);
        assert!(refused.stderr.contains("is not a log file"), "{file}: {}", refused.stderr);
    }
}

#[test]
fn what_is_not_known_of_a_run_without_its_sources_is_null() {
    let starcite = Starcite::new();
    starcite.write("pipeline.toml", format!("name = \"test\"\n[[source]]\nkind = \"jsonl\"\nurl = \"{}/p.jsonl\"\n", nobody()));
    run(&starcite, &["--summary", "summary.json"]).with_code(75);
    let figures = events(&fs::read_to_string(starcite.path("summary.json")).unwrap()).remove(0);
    assert_eq!([&figures["papers"], &figures["rejects"], &figures["links"]], [&Value::Null; 3], "{figures:?}");
}
