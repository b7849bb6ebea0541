//! Real papers, if they exist: in `../shared` next to the project. No data is copied here; without it these tests print a note.

use crate::starcite::{Starcite, files};
use crate::tables::{column, manifest, rows, shown};
use needs::shared;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Returns the text after each `github.com/`: two segments of the characters that GitHub allows, in lower case.
fn repositories(text: &str) -> BTreeSet<String> {
    let word = |text: &str, extra: &str| {
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || extra.contains(c))).unwrap_or(text.len());
        text[..end].to_owned()
    };
    let named = |rest: &str| {
        let owner = word(rest, "-_");
        let rest = rest[owner.len()..].strip_prefix('/')?;
        let name = word(rest, "-_.");
        let name = name.trim_end_matches('.').trim_end_matches(".git");
        (!owner.is_empty() && !name.is_empty()).then(|| format!("github.com/{owner}/{name}").to_lowercase())
    };
    text.split("github.com/").skip(1).filter_map(named).collect()
}

/// Runs the program over the page, offline.
fn page_run(page: &Path) -> Starcite {
    let starcite = Starcite::new();
    starcite.write_pipeline("hf-page", &format!("path = {page:?}"));
    starcite.run(&["--offline"]).with_code(0);
    starcite
}

#[test]
fn the_page_has_57_papers_and_17_repositories() {
    let Some(page) = shared("seeds/hf_papers_page.txt") else { return };
    let starcite = page_run(&page);
    let week = starcite.week("2026-W47");
    assert_eq!(rows(&week, "papers").len(), 57);
    let expected = repositories(&fs::read_to_string(&page).unwrap());
    assert_eq!(expected.len(), 17);
    let found: BTreeSet<String> = column(&week, "repos", "repo").iter().map(|repo| repo.to_lowercase()).collect();
    assert_eq!(found, expected);
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn the_page_has_a_project_page_two_videos_and_a_citation() {
    let Some(page) = shared("seeds/hf_papers_page.txt") else { return };
    let starcite = page_run(&page);
    let links = rows(&starcite.week("2026-W47"), "links");
    let of_kind = |kind: &str| -> Vec<String> { links.iter().filter(|link| link["kind"] == kind).map(|link| shown(&link["target"])).collect() };
    assert!(of_kind("project_page").iter().any(|target| target.contains("step-law.github.io")), "{:?}", of_kind("project_page"));
    let videos = links.iter().filter(|link| link["kind"] == "video" && shown(&link["raw"]).contains("youtu.be"));
    assert_eq!(videos.count(), 2);
    assert!(column(&starcite.week("2026-W47"), "citations", "cited").contains(&"arxiv:2004.11967".to_owned()));
}

#[test]
fn extract_finds_in_the_page_what_a_run_finds() {
    let Some(page) = shared("seeds/hf_papers_page.txt") else { return };
    let starcite = page_run(&page);
    let extracted = starcite.end(&["extract", "--from", "hf-page", page.to_str().unwrap()]).with_code(0).rows();
    let mut targets: Vec<String> = extracted.iter().map(|link| shown(&link["target"])).collect();
    let mut expected = column(&starcite.week("2026-W47"), "links", "target");
    targets.sort();
    expected.sort();
    assert_eq!(targets, expected);
}

/// Returns the ids of the folder's papers whose day on the list is between two days, and the number of records.
fn listed(folder: &Path, first: &str, last: &str) -> (BTreeSet<String>, usize) {
    let mut ids = BTreeSet::new();
    let mut records = 0;
    for bytes in files(folder).values() {
        let entries: Vec<Value> = serde_json::from_slice(bytes).unwrap();
        records += entries.len();
        for paper in entries.iter().map(|entry| &entry["paper"]) {
            let day = &shown(&paper["submittedOnDailyAt"])[..10];
            if first <= day && day <= last {
                ids.insert(format!("arxiv:{}", shown(&paper["id"])));
            }
        }
    }
    (ids, records)
}

#[test]
fn a_week_of_hugging_faces_lists_has_the_papers_of_its_days() {
    let Some(folder) = shared("data/hf_daily") else { return };
    let starcite = Starcite::new();
    starcite.write_pipeline("hf-daily", &format!("path = {folder:?}"));
    starcite.run(&["--week", "2026-W25", "--offline"]).with_code(0);
    let week = starcite.week("2026-W25");
    let (expected, records) = listed(&folder, "2026-06-15", "2026-06-21");
    assert_eq!(records, 762);
    let read: u64 = manifest(&week)["inputs"].as_array().unwrap().iter().map(|input| input["records"].as_u64().unwrap()).sum();
    assert_eq!(read, 762);
    let found: BTreeSet<String> = column(&week, "papers", "paper_id").into_iter().collect();
    assert_eq!(found, expected);
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn the_arxiv_snapshot_is_read_to_its_end_without_a_reject() {
    let Some(snapshot) = shared("data/arxiv_snapshot_32k.jsonl.zst") else { return };
    let starcite = Starcite::new();
    let args = ["extract", "--from", "arxiv-snapshot", "--output", "links.jsonl", snapshot.to_str().unwrap()];
    let ended = starcite.end(&args).with_code(0);
    assert_eq!(ended.stderr, "");
    let lines = fs::read_to_string(starcite.path("links.jsonl")).unwrap();
    let links: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found: BTreeSet<String> = links.iter().map(|link| shown(&link["repo"]).to_lowercase()).collect();
    let plain = repositories(&String::from_utf8(zstd::decode_all(fs::File::open(&snapshot).unwrap()).unwrap()).unwrap().replace("\\n", " "));
    let missing: Vec<&String> = plain.difference(&found).collect();
    // This simple reading sometimes includes a full stop, a comment or the next word in the name.
    assert!(plain.len() > 3_000 && missing.len() * 50 < plain.len(), "{} of {}: {missing:?}", missing.len(), plain.len());
}

/// Repositories are searched only in records that can contain one; any other kind of link makes the program read all records.
#[test]
fn what_is_passed_over_unread_holds_no_repository() {
    let files = [
        ("arxiv-snapshot", "data/arxiv_snapshot_32k.jsonl.zst"),
        ("jsonl", "gold/gold_dev.jsonl"),
        ("jsonl", "data/sources/openalex_works.jsonl"),
        ("jsonl", "data/sources/crossref_works.jsonl"),
        ("jsonl", "data/sources/datacite_dois.jsonl"),
        ("jsonl", "data/github/rest_repository_replies.jsonl"),
    ];
    let Some(root) = shared("") else { return };
    for (kind, file) in files {
        let file = root.join(file);
        let starcite = Starcite::new();
        let links = |kinds: &[&str]| starcite.end(&[&["extract", "--from", kind, file.to_str().unwrap()], kinds].concat()).rows();
        let all: Vec<Value> = links(&[]).into_iter().filter(|link| link["kind"] == "repo").collect();
        let found = links(&["--kinds", "repo"]);
        assert_eq!(found, all, "{}", file.display());
        assert!(kind != "arxiv-snapshot" || found.len() > 4_000, "{}", found.len());
    }
}

#[test]
fn a_real_reply_of_arxiv_has_a_thousand_papers_in_two_weeks() {
    let Some(reply) = shared("data/arxiv_oai_chunk.xml") else { return };
    let starcite = Starcite::new();
    starcite.write_pipeline("arxiv-oai", &format!("path = {reply:?}"));
    starcite.run(&["--offline", "--week", "2019-W40"]).with_code(0);
    starcite.run(&["--offline", "--week", "2019-W41"]).with_code(0);
    let papers = |week: &str| column(&starcite.week(week), "papers", "paper_id").len();
    assert_eq!((papers("2019-W40"), papers("2019-W41")), (635, 365));
    starcite.end(&["verify", "out"]).with_code(0);
}

#[test]
fn replies_of_arxivs_api_and_a_bibliography_are_read_to_their_end() {
    let Some(bib) = shared("data/sources/library.bib") else { return };
    let Some(folder) = shared("data/sources") else { return };
    let starcite = Starcite::new();
    let atom = folder.join("arxiv_atom*.xml");
    starcite.write(
        "pipeline.toml",
        format!("name = \"test\"\n[[source]]\nkind = \"bibtex\"\npath = {bib:?}\n[[source]]\nkind = \"arxiv-atom\"\npath = {atom:?}\n"),
    );
    starcite.run(&["--offline"]).with_code(3);
    let week = starcite.week("2026-W47");
    assert_eq!(column(&week, "rejects", "reason"), ["arXiv's error: incorrect id format for abc"]);
    assert_eq!(column(&week, "papers", "paper_id").len(), 51 + 23, "five entries stand on both pages");
    assert!(column(&week, "papers", "title").contains(&"0".to_owned()));
    assert_eq!(column(&week, "links", "repo").iter().filter(|repo| *repo != "null").count(), 24);
    starcite.end(&["verify", "out"]).with_code(0);
}
