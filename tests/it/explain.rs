//! `starcite explain`: all that is known of a paper or a repository.

use crate::github::{Fate, reply};
use crate::server::{Server, say};
use crate::starcite::{MONDAY_OF_W49, Starcite, paper};
use serde_json::json;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/sample.toml");

fn sample() -> Starcite {
    let starcite = Starcite::new();
    starcite.end(&["run", SAMPLE]).with_code(0);
    starcite
}

fn explained(starcite: &Starcite, what: &str) -> String {
    starcite.end(&["explain", what]).with_code(0).stdout
}

#[test]
fn a_score_is_explained_line_by_line() {
    let server = Server::start(|_, request| say(200, reply(request, |name| if name == "o/gone" { Fate::NotFound } else { Fate::Live })));
    let starcite = Starcite::asking(&server.url, &[paper("t:there", &["o/there"]), paper("t:gone", &["o/gone"])]);
    starcite.run(&[]).with_code(0);
    insta::assert_snapshot!("explained_there", explained(&starcite, "t:there"));
    insta::assert_snapshot!("explained_gone", explained(&starcite, "t:gone"));
    insta::assert_snapshot!("explained_sample", explained(&sample(), "2503.18382"));
}

#[test]
fn a_paper_is_found_by_every_id_and_by_its_title() {
    let starcite = sample();
    let by_id = explained(&starcite, "arxiv:2503.18382");
    for what in [
        "2503.18382",
        "arXiv:2503.18382v2",
        "https://arxiv.org/abs/2503.18382",
        "https://huggingface.co/papers/2503.18382",
        "10.48550/arXiv.2503.18382",
        "PP-FormulaNet: bridging accuracy and efficiency in advanced formula recognition",
        "pp-formulanet",
    ] {
        assert_eq!(explained(&starcite, what), by_id, "{what}");
    }
    let several = explained(&starcite, "invented for the sample");
    assert!(several.contains("6 papers are meant") && several.contains("invented:broken  Invented for the Sample"), "{several}");
}

#[test]
fn a_paper_without_code_says_why() {
    let starcite = sample();
    for (id, why) in [
        ("2506.20430", "no link in title, abstract (151 characters)"),
        ("invented:broken", "broken: not found on 2025-06-26: github.com/invented-for-starcite/broken"),
        ("invented:blocked", "blocked on 2025-06-26 (dmca)"),
        ("invented:empty", "its root folder holds no more than a README"),
    ] {
        let said = explained(&starcite, id);
        assert!(said.contains(why) && said.contains("Brought by\n  2025-W26  jsonl"), "{id}: {said}");
    }
}

#[test]
fn a_repository_says_how_it_is_and_who_links_it() {
    let starcite = sample();
    let said = explained(&starcite, "slundberg/shap");
    insta::assert_snapshot!("explained_repository", said);
    for what in ["github.com/Slundberg/SHAP", "https://github.com/slundberg/shap/tree/main"] {
        assert_eq!(explained(&starcite, what), said, "{what}");
    }
}

#[test]
fn weeks_merged_records_and_lost_links_are_told() {
    let mut starcite = Starcite::new();
    let of = |text: &str| json!({"id": "arxiv:2401.00001", "title": "On A", "abstract": text, "date": "2024-01-01"}).to_string();
    starcite.write("papers.jsonl", of("Our code: https://github.com/o/old."));
    starcite.write("library.bib", "@article{a, title={On B}, eprint={2401.00001}, archiveprefix={arXiv}}");
    let source = |kind: &str, path: &str| format!("[[source]]\nkind = \"{kind}\"\npath = \"{path}\"\n");
    starcite.write("pipeline.toml", format!("name = \"test\"\n{}{}", source("jsonl", "papers.jsonl"), source("bibtex", "library.bib")));
    starcite.run(&["--offline"]).with_code(0);
    starcite.write("papers.jsonl", of("Our code: https://github.com/o/new."));
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    let said = explained(&starcite, "2401.00001");
    for part in [
        "Brought by\n  2026-W48  jsonl, bibtex (merged)\n  2026-W47  jsonl, bibtex (merged)",
        "Links that only earlier versions had\n  https://github.com/o/old  2026-W47 to 2026-W47",
        "title: On A (jsonl), not On B (bibtex)",
        "key of the source        a\n",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let of_47 = starcite.end(&["explain", "2401.00001", "--week", "2026-W47"]).with_code(0).stdout;
    assert!(!of_47.contains("2026-W48") && of_47.contains("https://github.com/o/old  counts"), "{of_47}");
}

#[test]
fn a_record_that_was_rejected_is_found_by_what_it_contains() {
    let starcite = Starcite::new();
    starcite.write("papers.jsonl", "{\"id\": \"arxiv:2401.00009\", \"title\": 7\n");
    starcite.write_pipeline("jsonl", "path = \"papers.jsonl\"");
    starcite.run(&["--offline"]).with_code(3);
    let said = explained(&starcite, "2401.00009");
    assert!(said.starts_with("Rejected records that contain it\n  2026-W47  jsonl: papers.jsonl, record 1: "), "{said}");
    for other in ["2401.0000", "401.00009"] {
        assert!(starcite.end(&["explain", other]).with_code(1).line().contains("is unknown here"), "{other}");
    }
}

#[test]
fn what_is_unknown_is_told_with_the_next_step() {
    let starcite = sample();
    for what in ["9999.99999", "nobody/nothing", "A title that no paper has", ""] {
        let ended = starcite.end(&["explain", what]).with_code(1);
        assert!(ended.line().contains("is unknown here") && ended.line().contains("2025-W26"), "{}", ended.stderr);
    }
    starcite.end(&["explain"]).with_code(2);
    assert!(starcite.end(&["explain", "x", "--out", "nowhere"]).with_code(1).line().contains("nowhere"));
}
