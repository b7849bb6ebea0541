//! Third-party text reaches a terminal in a readable form, from every command: no escape sequence, no reordering, no line of its own.

use crate::damage::edit_manifest;
use crate::server::{Server, say};
use crate::starcite::{Ended, MONDAY_OF_W49, Starcite, paper, papers};
use serde_json::{Value, json};
use std::fs;

/// A terminal title, a cleared screen, colours of C1, text from right to left, invisible letters, and a line that starcite never printed.
const HOSTILE: &str = "x\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{8}\u{7f}\u{202e}\u{2067}\u{61c}\u{200b}\u{feff}\u{2028}\u{e0041}\r\nforged: all is well";

/// True for characters that terminals and readers obey.
fn is_obeyed(c: char) -> bool {
    c != '\n' && c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

impl Ended {
    /// Asserts that the output has no characters that a terminal obeys, and contains the third-party text as `told`.
    #[track_caller]
    fn assert_harmless(self, told: &str) -> Self {
        for printed in [&self.stdout, &self.stderr] {
            assert!(!printed.contains(is_obeyed), "{printed:?}");
            assert!(!printed.lines().any(|line| line.trim_start().starts_with("forged")), "{printed}");
        }
        assert!(format!("{}{}", self.stdout, self.stderr).contains(told), "{told}:\n{}\n{}", self.stdout, self.stderr);
        self
    }
}

/// Runs papers and observations with hostile texts, in files with hostile names.
fn hostile_run() -> Starcite {
    let starcite = Starcite::new();
    let own = json!({"id": format!("t:{HOSTILE}"), "title": HOSTILE, "authors": [HOSTILE], "categories": [HOSTILE],
        "abstract": format!("Our code is at https://github.com/o/n and https://example.org/{HOSTILE}."), "githubRepo": format!("https://gitlab.com/a/b{HOSTILE}"),
        "date": HOSTILE, "doi": HOSTILE});
    let lines = [
        own.to_string(),
        paper("t:2", &["o/other"]).to_string(),
        format!("{{\"id\": 5 {HOSTILE}"),
        json!({"id": "", "title": HOSTILE, "doi": HOSTILE}).to_string(),
    ];
    starcite.write(&format!("in/papers {HOSTILE}.jsonl"), lines.join("\n"));
    let seen = [
        json!({"repo": "o/n", "date": "2026-11-18", "source": HOSTILE, "stars": 5, "description": HOSTILE, "root_entries": [HOSTILE], "license": HOSTILE}),
        json!({"repo": format!("o/n{HOSTILE}"), "date": "2026-11-18", "stars": HOSTILE}),
        json!({"repo": "o/n", "date": HOSTILE}),
        json!({"repo": "o/other", "date": "2026-11-18", HOSTILE: HOSTILE}),
    ];
    starcite.write(&format!("in/seen {HOSTILE}.json"), seen.map(|row| row.to_string()).join("\n"));
    let sources = "[[source]]\nkind = \"jsonl\"\npath = \"in/*.jsonl\"\n[[source]]\nkind = \"observations\"\npath = \"in/*.json\"\n";
    starcite.write("pipeline.toml", format!("name = \"p \\u202e\"\n{sources}"));
    starcite
}

const NEXT: &str = "[2J\\u{9b}31m\\u{8}\\u{7f}\\u{202e}";

#[test]
fn a_run_and_what_is_read_of_it_show_what_strangers_wrote() {
    let mut starcite = hostile_run();
    starcite.end(&["plan", "pipeline.toml", "--offline"]).assert_harmless("p \\u{202e} — week").with_code(0);
    starcite.run(&["--offline"]).assert_harmless(NEXT).with_code(3);
    starcite.run(&["--offline", "--since", "2026-W46"]).assert_harmless(NEXT).with_code(3);
    let id = format!("t:{}", HOSTILE.replace("\r\n", " "));
    for id in [id.as_str(), HOSTILE] {
        starcite.end(&["explain", id]).assert_harmless(NEXT);
    }
    for args in [&["status"][..], &["verify", "out"], &["compact"], &["dataset"], &["publish", "dest"], &["export", "csv"], &["export", "pwc"]] {
        starcite.end(args).assert_harmless("");
    }
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).assert_harmless(NEXT);
}

#[test]
fn extract_shows_rejects_files_and_values() {
    let starcite = hostile_run();
    let file = starcite.path(&format!("in/papers {HOSTILE}.jsonl"));
    starcite.end(&["extract", "--kinds", "promise", file.to_str().unwrap()]).assert_harmless(NEXT).with_code(3);
    starcite.end(&["extract", &format!("nowhere {HOSTILE}")]).assert_harmless(NEXT).with_code(1);
    starcite.write(&format!("{HOSTILE}.csv"), format!("{HOSTILE},b\n1,2\n"));
    starcite.end(&["extract", "--from", "table", "--map", "title=nowhere", &format!("{HOSTILE}.csv")]).assert_harmless(NEXT).with_code(1);
}

#[test]
fn what_was_typed_wrongly_is_shown() {
    let starcite = Starcite::new();
    let option = format!("--{HOSTILE}");
    for args in [
        &[HOSTILE][..],
        &["run", "a", HOSTILE],
        &["rank", &option],
        &["extract", "--from", HOSTILE],
        &["extract", "--from", "table", "--map", HOSTILE],
        &["rank", "--week", HOSTILE],
    ] {
        starcite.end(args).assert_harmless("\\u{9b}31m\\u{8}\\u{7f}\\u{202e}").with_code(2);
    }
    let ended = starcite.end(&["rank", "--week", "x"]).with_code(2);
    assert!(ended.stderr.starts_with("error: invalid value 'x' for '--week <WEEK>'"), "{}", ended.stderr);
}

/// Replaces every text in a manifest with a hostile one, except those that identify it.
fn spoil(value: &mut Value) {
    match value {
        Value::String(text) => *text = HOSTILE.to_owned(),
        Value::Array(items) => items.iter_mut().for_each(spoil),
        Value::Object(fields) => {
            let kept = ["week", "compared_with", "built_on", "dataset", "table"];
            fields.iter_mut().filter(|(name, _)| !kept.contains(&name.as_str())).for_each(|(_, value)| spoil(value));
        }
        _ => {}
    }
}

#[test]
fn every_word_of_another_weeks_manifest_is_shown() {
    for is_complete in [true, false] {
        let starcite = Starcite::new();
        starcite.write_papers(&papers(2));
        for week in ["2026-W46", "2026-W47"] {
            starcite.run(&["--offline", "--week", week]).with_code(0);
        }
        edit_manifest(&starcite.week("2026-W46"), |manifest| {
            spoil(manifest);
            manifest["papers_complete"] = is_complete.into();
            manifest["papers_missing"] = json!([HOSTILE]);
            manifest["answers_owed"] = json!({HOSTILE: 5});
            manifest["bad_values"] = json!({HOSTILE: 5});
            manifest["coverage"]["observed_by"] = json!([HOSTILE]);
            manifest["coverage"]["unknown_by_reason"] = json!({HOSTILE: 5});
        });
        let told = |args: &[&str], told: &str| starcite.end(args).assert_harmless(told);
        told(&["status"], NEXT);
        told(&["verify", "out"], NEXT).with_code(1);
        for args in [
            &["rank"][..],
            &["compact"],
            &["dataset"],
            &["publish", "dest"],
            &["export", "csv"],
            &["export", "bibtex", "--all"],
            &["export", "duckdb", "--sql"],
        ] {
            told(args, "");
            told(&[args, &["--incomplete"]].concat(), "");
        }
        told(&["run", "pipeline.toml", "--offline"], "");
        told(&["plan", "pipeline.toml", "--offline"], "");
    }
}

#[test]
fn a_manifest_that_is_none_and_a_folder_with_a_hostile_name_are_shown() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(2));
    starcite.run(&["--offline"]).with_code(0);
    starcite.write(&format!("out/week={HOSTILE}/manifest.json"), json!({"schema_version": 5, "week": HOSTILE}).to_string());
    starcite.write(&format!("out/week=2026-W47/{HOSTILE}.parquet"), "x");
    for args in [&["status"][..], &["verify", "out"], &["rank"], &["dataset"], &["compact"], &["publish", "dest"], &["run", "pipeline.toml", "--offline"]] {
        starcite.end(args).assert_harmless("[2J\\u{9b}31m");
    }
    fs::rename(starcite.path("out"), starcite.path(HOSTILE)).unwrap();
    for args in [&["rank", "--out", HOSTILE][..], &["verify", HOSTILE], &["verify", &format!("{HOSTILE} nowhere")]] {
        starcite.end(args).assert_harmless(NEXT).with_code(1);
    }
}

#[test]
fn the_state_of_others_is_shown() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(1));
    starcite.run(&["--offline"]).with_code(0);
    let db = rusqlite::Connection::open(starcite.path("out/state.db")).unwrap();
    db.execute("UPDATE meta SET value = replace(value, '\"test\"', ?1)", [json!(HOSTILE).to_string()]).unwrap();
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('budget', ?1)", [HOSTILE]).unwrap();
    drop(db);
    starcite.end(&["status"]).assert_harmless(NEXT);
    starcite.run(&["--offline"]).assert_harmless("");
}

#[test]
fn what_hosts_and_services_say_is_shown() {
    let error = format!("<Error><Code>{HOSTILE}</Code><Message>{HOSTILE}</Message></Error>");
    let body = json!({"message": HOSTILE, "errors": [{"type": HOSTILE, "message": HOSTILE}], "error": HOSTILE, "documentation_url": HOSTILE}).to_string();
    for (status, body) in [(400, &error), (403, &body), (401, &body)] {
        let answer = body.clone();
        let server = Server::start(move |_, _| say(status, &answer).with("retry-after", "0\u{9b}31m"));
        let starcite = Starcite::asking(&server.url, &papers(1));
        let keys = [
            ("AWS_ACCESS_KEY_ID", "k"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_ENDPOINT_URL", server.url.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "x"),
        ];
        let with_keys = |args: &[&str]| {
            let mut command = starcite.command(args);
            command.envs(keys).env("STARCITE_SOURCE_PAUSE_MS", "30");
            for name in ["STARCITE_HF_URL", "STARCITE_ARXIV_API_URL", "STARCITE_OPENALEX_URL"] {
                command.env(name, &server.url);
            }
            crate::starcite::ended(command.spawn().unwrap()).assert_harmless("")
        };
        with_keys(&["extract", "s3://bucket/papers.jsonl"]);
        with_keys(&["extract", &format!("{}/papers.jsonl", server.url)]);
        with_keys(&["extract", "--from", "openalex", "--dates", "2026-11-01"]);
        with_keys(&["extract", "--from", "arxiv-atom", "--search", "all:x"]);
        with_keys(&["run", "pipeline.toml"]);
        with_keys(&["publish", "s3://bucket/prefix"]);
        with_keys(&["status"]);
        starcite.write("names", format!("o/n\nnot{HOSTILE} a name\n"));
        with_keys(&["enrich", "names", "--output", "repos.jsonl"]);
    }
}
