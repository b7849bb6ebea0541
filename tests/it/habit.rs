//! The needs of a weekly job: a least coverage, and an address by which hosts may ask.

use crate::github::all_live;
use crate::hf_live::{entry, query};
use crate::server::{Server, nobody, say};
use crate::starcite::{Starcite, papers};
use serde_json::{Value, json};
use std::fs;

/// Writes a pipeline with keys before its source, and sections after it.
fn pipeline(starcite: &Starcite, keys: &str, sections: &str) {
    starcite.write("pipeline.toml", format!("name = \"test\"\n{keys}\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n{sections}"));
}

fn last_run(starcite: &Starcite) -> Value {
    let status: Value = serde_json::from_str(&starcite.end(&["status", "--json"]).with_code(0).stdout).unwrap();
    status["last_run"].clone()
}

#[test]
fn a_week_that_knows_less_than_the_pipeline_wants_is_written_and_ends_with_4() {
    let starcite = Starcite::asking(&nobody(), &papers(3));
    pipeline(&starcite, "min_coverage = 0.9", "");
    let ended = starcite.run(&["--offline"]).with_code(4);
    let told = "3 of 3 repositories are unknown (3 not asked), which is below min_coverage = 0.9: give a token";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    assert!(starcite.week("2026-W47").join("manifest.json").exists());
    let run = last_run(&starcite);
    assert_eq!((&run["exit_code"], &run["coverage"], &run["min_coverage"]), (&json!(4), &json!(0.0), &json!(0.9)));
    let manifest = fs::read(starcite.week("2026-W47").join("manifest.json")).unwrap();
    pipeline(&starcite, "min_coverage = \"0%\"", "");
    starcite.run(&["--offline"]).with_code(0);
    assert_eq!(fs::read(starcite.week("2026-W47").join("manifest.json")).unwrap(), manifest, "the key changes no table");
    starcite.run(&["--offline", "--since", "2026-W46"]).with_code(0);
    pipeline(&starcite, "min_coverage = 1", "");
    starcite.run(&["--offline", "--since", "2026-W46"]).with_code(4);
}

#[test]
fn answers_that_are_owed_go_before_a_low_coverage_because_another_run_may_mend_both() {
    let starcite = Starcite::asking(&nobody(), &papers(3));
    pipeline(&starcite, "min_coverage = 0.9", "");
    starcite.run(&[]).with_code(75);
    let server = Server::start(|_, request| all_live(request));
    starcite.run(&["--github-url", &server.url]).with_code(0);
    assert_eq!(last_run(&starcite)["coverage"], json!(1.0));
}

#[test]
fn a_week_without_repositories_is_not_below_any_coverage() {
    let starcite = Starcite::new();
    starcite.write_papers(&[json!({"id": "t:1", "title": "A title", "abstract": "No link."})]);
    pipeline(&starcite, "min_coverage = 1.0", "");
    starcite.run(&["--offline"]).with_code(0);
    assert_eq!(last_run(&starcite)["coverage"], Value::Null);
}

#[test]
fn a_wrong_coverage_or_contact_is_an_error_with_its_line() {
    let starcite = Starcite::new();
    starcite.write_papers(&[]);
    for keys in ["min_coverage = 90", "min_coverage = -0.1", "min_coverage = \"lots\"", "min_coverage = \"101%\"", "min_coverage = true"] {
        pipeline(&starcite, keys, "");
        let ended = starcite.run(&["--offline"]).with_code(1);
        assert!(ended.stderr.contains("pipeline.toml, line 2: ") && ended.stderr.contains("from 0 to 1"), "{keys}: {}", ended.stderr);
    }
    for email in ["me", "me@example.org\\r\\nX: y", "Me <me@example.org>", "me(x)@example.org", "m\u{e9}@example.org"] {
        pipeline(&starcite, "", &format!("[contact]\nemail = \"{email}\"\n"));
        let ended = starcite.run(&["--offline"]).with_code(1);
        assert!(ended.stderr.contains("line 7: ") && ended.stderr.contains("is not an address of mail"), "{email}: {}", ended.stderr);
        starcite.end(&["--contact", &email.replace("\\r\\n", "\r\n"), "extract", "papers.jsonl"]).with_code(2);
    }
}

#[test]
fn every_request_names_the_contact_of_the_pipeline_or_of_the_command_line() {
    let hosts = Server::start(|_, request| match request.path.split('?').next() {
        Some("/api/daily_papers") => say(200, json!([entry(query(request, "date"), 0)])),
        Some("/papers.jsonl") => say(200, json!({"id": "t:1", "title": "A", "abstract": "Code: https://github.com/o/a"})),
        _ if request.path.starts_with("/works") => say(200, json!({"meta": {"count": 0}, "results": []})),
        _ => all_live(request),
    });
    let starcite = Starcite::asking(&hosts.url, &[]);
    let sources = format!("[[source]]\nkind = \"hf-daily\"\n[[source]]\nkind = \"jsonl\"\nurl = \"{}/papers.jsonl\"\n", hosts.url);
    let agents = |contact: &str, args: &[&str]| {
        starcite.write(
            "pipeline.toml",
            format!("name = \"test\"\n{sources}[contact]\nemail = \"{contact}\"\n[citations]\ncounts = \"openalex\"\nof = \"papers\"\n"),
        );
        let addresses = ["--hf-url", &hosts.url, "--openalex-url", &hosts.url, "--source-pause-ms", "0"];
        let command = starcite.command(&[&["run", "pipeline.toml"], &addresses[..], args].concat()).env("OPENALEX_API_KEY", "k").spawn().unwrap();
        crate::starcite::ended(command).with_code(0);
        let log = hosts.log();
        hosts.forget();
        let paths: Vec<&str> = ["/api/daily_papers", "/papers.jsonl", "/works", "/graphql"]
            .into_iter()
            .filter(|path| log.iter().any(|request| request.path.starts_with(path)))
            .collect();
        assert_eq!(paths.len(), 4, "{paths:?}");
        log.into_iter().map(|request| request.header("user-agent").unwrap().to_owned()).collect::<Vec<_>>()
    };
    let program = concat!("starcite/", env!("CARGO_PKG_VERSION"));
    let own = agents("me@example.org", &[]);
    assert!(own.iter().all(|agent| *agent == format!("{program} (mailto:me@example.org)")), "{own:?}");
    fs::remove_dir_all(starcite.path("out")).unwrap();
    let typed = agents("me@example.org", &["--contact", "you@example.org"]);
    assert!(typed.iter().all(|agent| *agent == format!("{program} (mailto:you@example.org)")), "{typed:?}");
}
