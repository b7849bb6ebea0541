//! The files of Papers with Code's dumps, for programs that read those.

use crate::export_rows::two_weeks;
use crate::starcite::Starcite;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::Read;

const PAPER_FIELDS: [&str; 18] = [
    "paper_url",
    "arxiv_id",
    "nips_id",
    "openreview_id",
    "title",
    "abstract",
    "short_abstract",
    "url_abs",
    "url_pdf",
    "proceeding",
    "authors",
    "tasks",
    "date",
    "conference_url_abs",
    "conference_url_pdf",
    "conference",
    "reproduces_paper",
    "methods",
];
const LINK_FIELDS: [&str; 10] = [
    "paper_url",
    "paper_title",
    "paper_arxiv_id",
    "paper_url_abs",
    "paper_url_pdf",
    "repo_url",
    "is_official",
    "mentioned_in_paper",
    "mentioned_in_github",
    "framework",
];

fn text(starcite: &Starcite, file: &str) -> String {
    let mut text = String::new();
    GzDecoder::new(File::open(starcite.path(&format!("out/pwc/{file}.json.gz"))).unwrap()).read_to_string(&mut text).unwrap();
    text
}

fn entries(starcite: &Starcite, file: &str) -> Vec<Value> {
    serde_json::from_str(&text(starcite, file)).unwrap()
}

/// Returns the link entry of a repository.
fn link<'a>(links: &'a [Value], repo: &str) -> &'a Value {
    links.iter().find(|link| link["repo_url"] == format!("https://github.com/o/{repo}")).unwrap()
}

#[test]
fn entries_have_the_dumps_fields_and_no_other_in_their_order() {
    let starcite = two_weeks();
    let ended = starcite.end(&["export", "pwc"]).with_code(0);
    assert_eq!(ended.stdout, "out/pwc/papers-with-abstracts.json.gz: 3 papers\nout/pwc/links-between-papers-and-code.json.gz: 3 links\n");
    for (file, fields) in [("papers-with-abstracts", &PAPER_FIELDS[..]), ("links-between-papers-and-code", &LINK_FIELDS)] {
        for (line, entry) in text(&starcite, file).lines().skip(1).zip(entries(&starcite, file)) {
            let at: Vec<usize> = fields.iter().map(|field| line.find(&format!("\"{field}\":")).unwrap()).collect();
            assert!(at.is_sorted() && entry.as_object().unwrap().len() == fields.len(), "{line}");
        }
    }
}

#[test]
fn papers_are_their_newest_versions() {
    let starcite = two_weeks();
    starcite.end(&["export", "pwc"]).with_code(0);
    let papers = entries(&starcite, "papers-with-abstracts");
    let titles: Vec<&Value> = papers.iter().map(|paper| &paper["title"]).collect();
    assert_eq!(titles, [&json!("Newer"), &json!("Neither"), &json!("Ohne Code — 深度")]);
    let newer = &papers[0];
    assert_eq!(newer["paper_url"], "https://paperswithcode.com/paper/newer-1705-03122");
    assert_eq!(newer["short_abstract"], "We measure, e.g. once.");
    assert_eq!([&newer["url_abs"], &newer["url_pdf"]], ["https://arxiv.org/abs/1705.03122", "https://arxiv.org/pdf/1705.03122.pdf"]);
    assert_eq!([&newer["date"], &newer["authors"]], [&json!("2017-05-08"), &json!(["Ada Lovelace", "The X Team"])]);
    assert_eq!([&papers[2]["date"], &papers[2]["authors"], &papers[2]["tasks"]], [&Value::Null, &json!([]), &json!([])]);
    assert_eq!(papers[2]["url_abs"], "https://doi.org/10.1000/x_1");
}

#[test]
fn a_paper_and_a_repository_have_one_link_that_shares_the_papers_address() {
    let starcite = two_weeks();
    starcite.end(&["export", "pwc"]).with_code(0);
    let (papers, links) = (entries(&starcite, "papers-with-abstracts"), entries(&starcite, "links-between-papers-and-code"));
    let is_paper = |link: &Value| papers.iter().any(|paper| paper["paper_url"] == link["paper_url"] && paper["title"] == link["paper_title"]);
    assert!(links.len() == 3 && links.iter().all(is_paper), "{links:?}");
    let decided = |link: &Value| json!([link["is_official"], link["mentioned_in_paper"], link["mentioned_in_github"], link["framework"]]);
    assert_eq!(decided(link(&links, "own")), json!([true, true, false, "tf"]));
    assert_eq!(decided(link(&links, "other")), json!([false, true, false, "none"]));
    assert_eq!(link(&links, "gone")["mentioned_in_paper"], false);
}

#[test]
fn unknown_is_null_where_that_is_asked_for() {
    let starcite = two_weeks();
    starcite.end(&["export", "pwc", "--unknown", "null"]).with_code(0);
    let links = entries(&starcite, "links-between-papers-and-code");
    let decided = |link: &Value| json!([link["is_official"], link["mentioned_in_paper"], link["mentioned_in_github"], link["framework"]]);
    assert_eq!(decided(link(&links, "own")), json!([true, true, null, "tf"]));
    assert_eq!(decided(link(&links, "other")), json!([false, true, null, null]));
    assert_eq!(link(&links, "gone")["mentioned_in_paper"], Value::Null);
    assert_eq!(entries(&starcite, "papers-with-abstracts")[2]["authors"], Value::Null);
}

#[test]
fn a_week_is_exported_as_it_was_and_with_the_same_bytes_each_time() {
    let starcite = two_weeks();
    let exported = |args: &[&str]| {
        starcite.end(&[&["export", "pwc"], args].concat()).with_code(0);
        ["papers-with-abstracts", "links-between-papers-and-code"].map(|file| fs::read(starcite.path(&format!("out/pwc/{file}.json.gz"))).unwrap())
    };
    let (newest, first) = (exported(&[]), exported(&["--week", "2026-W46"]));
    assert!(entries(&starcite, "papers-with-abstracts").iter().any(|paper| paper["title"] == "Of \"A\", B and $k$"));
    assert!(newest != first && newest == exported(&["--threads", "1"]) && newest == exported(&["--week", "2026-W47"]));
}

#[test]
fn a_link_that_the_newest_version_lacks_is_left_out() {
    let starcite = two_weeks();
    starcite.write("papers.jsonl", json!({"id": "1705.03122", "title": "Newer", "abstract": "No code."}).to_string());
    starcite.run(&["--offline", "--week", "2026-W47"]).with_code(0);
    starcite.end(&["export", "pwc"]).with_code(0);
    let links = entries(&starcite, "links-between-papers-and-code");
    assert_eq!(links.iter().map(|link| &link["repo_url"]).collect::<Vec<_>>(), ["https://github.com/o/gone"]);
}
