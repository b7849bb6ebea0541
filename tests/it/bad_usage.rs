//! Wrong usage is refused in one line with the next step, and nothing is half-written.

use crate::server::{Response, Server, nobody};
use crate::starcite::{Starcite, ended, papers};
use std::fs;
use std::path::Path;

/// A pipeline that begins on line 1 and names a file that exists.
const PIPELINE: &str = "name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n";

fn weeks(out: &Path) -> Vec<String> {
    let names = fs::read_dir(out).into_iter().flatten().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains("week=")).collect()
}

#[test]
fn a_wrong_pipeline_file_is_refused_with_its_line_and_what_is_allowed() {
    let cases = [
        ("an unknown key", format!("{PIPELINE}colour = 1\n"), "line 5", "kind"),
        ("an unknown section", format!("{PIPELINE}[githup]\n"), "line 5", "github"),
        ("an unknown kind", PIPELINE.replace("jsonl\"\npath", "jsonk\"\npath"), "line 3", "arxiv-snapshot"),
        ("an unknown table", format!("tables = [\"paper\"]\n{PIPELINE}"), "line 1", "rankings"),
        ("a misspelt key", format!("{PIPELINE}paht = \"x\"\n"), "line 5", "did you mean \"path\"?"),
        ("a misspelt kind", PIPELINE.replace("jsonl\"\npath", "tabel\"\npath"), "line 3", "did you mean \"table\"?"),
        ("a misspelt table", format!("tables = [\"paper\"]\n{PIPELINE}"), "line 1", "did you mean \"papers\"?"),
        ("a source in single brackets", PIPELINE.replace("[[source]]", "[source]"), "line 2", "write [[source]]"),
        ("an unknown kind of link", format!("{PIPELINE}[extract]\nkinds = [\"repos\"]\n"), "line 6", "project_page"),
        ("a bad age", format!("{PIPELINE}[github]\nmax_age = \"6w\"\n"), "line 6", "6d, 12h or 30m"),
        ("a bad week", format!("week = \"2026-47\"\n{PIPELINE}"), "line 1", "2026-W47"),
        ("a week that the year lacks", format!("week = \"2026-W54\"\n{PIPELINE}"), "line 1", "2026-W47"),
        ("a bad day", PIPELINE.replace("jsonl\"\npath = \"papers.jsonl\"", "hf-daily\"\ndates = \"2026-6-1\""), "line 4", "2026-06-01..2026-06-30"),
        (
            "a range that ends before it begins",
            PIPELINE.replace("jsonl\"\npath = \"papers.jsonl\"", "hf-daily\"\ndates = \"2026-06..2026-05\""),
            "line 4",
            "earlier",
        ),
        ("a format that arXiv lacks", PIPELINE.replace("jsonl\"\npath = \"papers.jsonl\"", "arxiv-oai\"\nformat = \"xml\""), "line 4", "arXivRaw"),
        ("an option of another source", PIPELINE.replace("jsonl\"\npath = \"papers.jsonl\"", "openalex\"\nset = \"cs\""), "", "the source arxiv-oai"),
        (
            "a list in place of a text",
            PIPELINE.replace("jsonl\"\npath = \"papers.jsonl\"", "openalex\"\nfilter = [\"a\"]"),
            "line 4",
            "filter: expected a text in quotes, found a list",
        ),
        ("a text in place of a list", format!("tables = \"papers\"\n{PIPELINE}"), "line 1", "found the text \"papers\": write [\"papers\"]"),
        ("an option given twice", PIPELINE.replace("jsonl\"\npath", "jsonl\"\npath = \"a\"\npath"), "line 5", "duplicate"),
        ("dates of a file", PIPELINE.replace("jsonl\"\npath", "hf-daily\"\ndates = \"2026-06\"\npath"), "", "without a path"),
        ("no TOML", "name = \n".to_owned(), "line 1", ""),
        ("no source", "name = \"x\"\nsource = []\n".to_owned(), "", "[[source]]"),
        ("no place", "name = \"x\"\n[[source]]\nkind = \"jsonl\"\n".to_owned(), "", "path or a url"),
    ];
    for (name, text, line, allowed) in cases {
        let starcite = Starcite::new();
        starcite.write_papers(&papers(1));
        starcite.write("pipeline.toml", text);
        let ended = starcite.run(&["--offline"]);
        assert_eq!(ended.code, Some(1), "{name}: {}", ended.stderr);
        let said = ended.line();
        assert!(said.contains("pipeline.toml") && said.contains(line) && said.contains(allowed), "{name}: {said}");
        assert!(!starcite.path("out").exists(), "{name}: something was written");
    }
}

#[test]
fn an_age_past_all_bounds_is_no_panic() {
    for age in ["9999999999999999d", "100000000d"] {
        let starcite = Starcite::asking(&nobody(), &papers(1));
        starcite.write("pipeline.toml", format!("{PIPELINE}[github]\nmax_age = {age:?}\n"));
        let ended = starcite.run(&[]);
        assert!(matches!(ended.code, Some(1 | 75)) && ended.stderr.lines().count() == 1, "{age}: {ended:?}");
    }
}

#[test]
fn data_in_the_place_of_a_pipeline_is_told_apart() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(2));
    starcite.write("papers.csv", "id,title\nt:1,A\n");
    starcite.write("papers.json", "[\n  {\"id\": \"t:1\"}\n]\n");
    starcite.write("papers.bib", "@article{a, title = {A}}\n");
    starcite.write("papers.jsonl.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00");
    starcite.write("papers.parquet", b"PAR1\x15\x04");
    starcite.write("utf-16.toml", "name = \"a\"\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    starcite.write("latin.toml", b"name = \"Caf\xe9\"\n");
    starcite.run(&["--offline"]).with_code(0);
    for (file, named, next) in [
        ("papers.jsonl", "seems to be JSON lines, and not a pipeline", "`starcite extract papers.jsonl`"),
        ("papers.csv", "seems to be a table (CSV)", "`starcite extract --from table papers.csv`"),
        ("papers.json", "seems to be a JSON array", "`starcite extract papers.json`"),
        ("papers.bib", "seems to be BibTeX", "`starcite extract --from bibtex papers.bib`"),
        ("papers.jsonl.gz", "seems to be gzip", "`starcite extract papers.jsonl.gz`"),
        ("papers.parquet", "seems to be Parquet", "`starcite extract --from table papers.parquet`"),
        ("out/state.db", "seems to be a SQLite database", "starcite init writes one"),
        ("utf-16.toml", "seems to be UTF-16", "TOML, UTF-8"),
        ("latin.toml", "is not UTF-8", "save it as UTF-8"),
        ("out", "is a folder: name the pipeline file in it", "starcite init writes one"),
        ("nowhere.toml", "cannot read the pipeline nowhere.toml", "starcite init writes one"),
    ] {
        for command in ["run", "plan"] {
            let ended = starcite.end(&[command, file, "--out", "other"]).with_code(1);
            assert!(ended.line().contains(file) && ended.line().contains(named) && ended.line().contains(next), "{command}: {}", ended.stderr);
        }
    }
    assert!(!starcite.path("other").exists());
}

#[test]
fn a_status_of_nothing_is_an_error_with_the_next_step() {
    let starcite = Starcite::new();
    for args in [&["status"][..], &["status", "--json"], &["status", "--out", "nosuch"], &["status", "--out", "nosuch", "--json"]] {
        let ended = starcite.end(args).with_code(1);
        assert!(ended.stdout.is_empty() && ended.line().contains("is not there") && ended.line().contains("--out"), "{args:?}: {}", ended.stderr);
    }
    fs::create_dir(starcite.path("out")).unwrap();
    assert!(starcite.end(&["status"]).with_code(1).line().contains("out has no week, and there is no state out/state.db"));
}

#[test]
fn a_status_counts_the_repositories_that_no_host_was_asked_about() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    starcite.run(&["--offline"]).with_code(0);
    let status = starcite.end(&["status"]).with_code(0).stdout;
    assert!(status.contains("unknown       3 of 3 repositories of 2026-W47, the week that was run last"), "{status}");
}

#[test]
fn what_is_missing_is_named() {
    let starcite = Starcite::new();
    starcite.write_pipeline("jsonl", "path = \"nowhere.jsonl\"");
    let cases: [(&[&str], &str); 4] = [
        (&["run", "pipeline.toml"], "nowhere.jsonl"),
        (&["run", "no.toml"], "no.toml"),
        (&["extract", "no.jsonl"], "no.jsonl"),
        (&["verify", "no-folder"], "no-folder"),
    ];
    for (args, name) in cases {
        let ended = starcite.end(args).with_code(1);
        assert!(ended.line().contains(name), "{}", ended.stderr);
        assert!(weeks(&starcite.path("out")).is_empty());
    }
}

#[test]
fn a_file_in_the_place_of_the_output_folder_is_refused_and_left_alone() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(1));
    starcite.write("taken", "precious");
    for args in [["--offline", "--out", "taken"], ["--offline", "--out", "taken/below"]] {
        let ended = starcite.run(&args).with_code(1);
        assert!(ended.line().contains("taken") && ended.line().contains("--out"), "{}", ended.stderr);
    }
    assert_eq!(fs::read_to_string(starcite.path("taken")).unwrap(), "precious");
}

#[test]
fn a_state_in_use_is_refused_and_the_first_run_is_not_disturbed() {
    let server = Server::start(|_, _| Response::Hangs);
    let starcite = Starcite::asking(&server.url, &papers(1));
    let mut first = starcite.start(&["run", "pipeline.toml"]);
    server.wait_for(1);
    let second = starcite.run(&[]).with_code(1);
    assert!(second.line().contains("writes to out"), "{}", second.stderr);
    assert!(starcite.path("out/.week=2026-W47.new").exists(), "the first run's tables are still there");
    let same_state = starcite.run(&["--offline", "--state", "out/state.db", "--out", "other"]).with_code(1);
    assert!(same_state.line().contains("uses the state out/state.db"), "{}", same_state.stderr);
    let elsewhere = starcite.run(&["--offline", "--state", "other/state.db", "--out", "other"]);
    assert_eq!(elsewhere.code, Some(0), "{}", elsewhere.stderr);
    first.kill().unwrap();
    ended(first);
    starcite.run(&["--offline"]).with_code(0);
}

#[test]
fn the_state_of_a_newer_program_is_refused_and_left_alone() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(1));
    starcite.run(&["--offline"]).with_code(0);
    let state = starcite.path("out/state.db");
    rusqlite::Connection::open(&state).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let ended = starcite.run(&["--offline"]).with_code(1);
    assert!(ended.line().contains("version 99") && ended.line().contains("newer"), "{}", ended.stderr);
    let version: i64 = rusqlite::Connection::open(&state).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 99);
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn a_state_that_is_no_database_is_refused_and_left_alone() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(1));
    let text = "a letter to my mother, and no database\n".repeat(100);
    starcite.write("out/state.db", &text);
    let ended = starcite.run(&["--offline"]).with_code(1);
    assert!(ended.line().contains("state.db") && ended.line().contains("--state"), "{}", ended.stderr);
    assert_eq!(fs::read_to_string(starcite.path("out/state.db")).unwrap(), text);
    assert!(weeks(&starcite.path("out")).is_empty());
}

#[test]
fn wrong_usage_has_an_exit_code_of_its_own() {
    let starcite = Starcite::new();
    let cases: [&[&str]; 16] = [
        &["run", "x.toml", "--wek", "2026-W47"],
        &["run", "x.toml", "--week", "2026-47"],
        &["run"],
        &["rnu"],
        &["extract", "--kinds", "repos"],
        &["extract", "--from", "pdf"],
        &["extract", "--format", "parquet"],
        &["enrich", "--format", "parquet"],
        &["schema", "nosuch"],
        &["run", "x.toml", "--summary", "-"],
        &["status", "--log-file", "-"],
        &["extract", "--output", "-"],
        &["extract", "--fields", "paper"],
        &["extract", "--fields", "kind,kind"],
        &["extract", "--fields", "first_week"],
        &["enrich", "--fields", "repo,,state"],
    ];
    for args in cases {
        let ended = starcite.end(args).with_code(2);
        assert!(ended.stdout.is_empty() && ended.stderr.starts_with("error:"), "{args:?}: {}", ended.stderr);
    }
    for (args, told) in [
        (&["schema", "paper"][..], "a similar value exists: 'papers'"),
        (&["extract", "--fields", "paper"], "no column \"paper\" (did you mean \"paper_id\"?): there are paper_id, "),
        (&["run", "x.toml", "--summary", "-"], "the words for people go to standard output: name a file"),
        (&["status", "--log-file", "-"], "the lines go to standard error anyway: name a file"),
    ] {
        let ended = starcite.end(args);
        assert!(ended.stderr.contains(told), "{args:?}: {}", ended.stderr);
    }
    assert!(!starcite.path("out").exists());
}
