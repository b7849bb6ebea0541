//! The data of a page, read as its scripts and as other programs read it.

use super::drawn::{RANKED, Shape, drawn, each_of};
use crate::report::folder::Pages;
use crate::report::made::{CRAFTED, hostile};
use crate::report::model::{Listed, Report};
use crate::report::text::{line, short};
use crate::report::{api, pieces};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use needs::{Need, lacks};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use starcite_core::RepoState;
use starcite_core::availability::Tier;
use starcite_ground::url::Url;
use starcite_ground::visible;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;

const DICTIONARIES: [(&str, &str); 5] =
    [("tier", "tiers"), ("license", "licences"), ("framework", "frameworks"), ("host", "hosts"), ("categories", "categories")];

/// The scripts of a page's data, by name, as the values that they pass.
struct Written {
    week: Value,
    rows: BTreeMap<u64, Value>,
    papers: BTreeMap<u64, Value>,
}

impl Written {
    fn of(report: &Report) -> Self {
        let place = tempfile::tempdir().unwrap();
        let folder = write(report, place.path());
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        let pieces = |kind: &str| {
            let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            names
                .filter_map(|name| Some((name.strip_prefix(kind)?.strip_suffix(".js")?.parse().unwrap(), unpacked(&read(&name), &kind[..kind.len() - 1]))))
                .collect()
        };
        let week = read("week.js");
        assert_eq!(visible::lines(&week), week, "a script has no character that an editor obeys");
        Self { week: serde_json::from_str(arguments(&week, "week")).unwrap(), rows: pieces("rows-"), papers: pieces("papers-") }
    }

    /// Returns the rows as the page reads them: values of dictionaries in place of their positions.
    fn read(&self) -> Vec<Map<String, Value>> {
        let mut read = Vec::new();
        for (number, piece) in self.rows.values().enumerate() {
            assert!(self.rows.contains_key(&(number as u64)));
            let columns = piece.as_object().unwrap();
            let length = columns["paper_id"].as_array().unwrap().len();
            assert!(columns.values().all(|column| column.as_array().unwrap().len() == length));
            assert!(length as u64 == self.week["rows_per_piece"] || number + 1 == self.rows.len());
            read.extend((0..length).map(|row| columns.iter().map(|(name, column)| (name.clone(), self.resolved(name, &column[row]))).collect()));
        }
        assert_eq!(read.len() as u64, self.week["rows"]);
        read
    }

    fn resolved(&self, column: &str, value: &Value) -> Value {
        let Some((_, dictionary)) = DICTIONARIES.iter().find(|(name, _)| *name == column) else { return value.clone() };
        match value {
            Value::Array(values) => values.iter().map(|value| self.resolved(column, value)).collect(),
            Value::Null => Value::Null,
            none if *none == -2 => json!("none"),
            at => self.week[dictionary][at.as_u64().unwrap() as usize].clone(),
        }
    }
}

/// Writes the data of a page into a folder, and returns the folder of the page.
fn write(report: &Report, out: &Path) -> std::path::PathBuf {
    let pages = Pages::open(out).unwrap();
    let folder = pages.begin(report.manifest.week).unwrap();
    pieces::write(report, &folder).unwrap();
    folder.finish().unwrap()
}

/// Returns what a script passes to a function of the page; nothing else stands in it.
fn arguments<'a>(script: &'a str, function: &str) -> &'a str {
    script.strip_prefix("starcite.").unwrap().strip_prefix(function).unwrap().strip_prefix('(').unwrap().strip_suffix(");\n").unwrap()
}

/// Returns the values of a piece, whose number is that of its file.
fn unpacked(script: &str, function: &str) -> Value {
    let (_, data): (u64, String) = serde_json::from_str(&format!("[{}]", arguments(script, function))).unwrap();
    assert!(data.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)));
    let packed = STANDARD.decode(data).unwrap();
    let (mut gzip, mut text) = (GzDecoder::new(&*packed), String::new());
    gzip.read_to_string(&mut text).unwrap();
    assert!(gzip.into_inner().is_empty(), "a browser refuses what follows the first member");
    serde_json::from_str(&text).unwrap()
}

fn rounded(points: f64) -> f64 {
    (points * 10.0).round() / 10.0
}

/// Returns the columns of a row as the contract has them.
fn expected(report: &Report, listed: &Listed) -> Map<String, Value> {
    let Listed { paper, ranking, .. } = listed;
    let ranking = ranking.as_deref();
    let repo = ranking.and_then(|ranking| ranking.repo.as_deref());
    let facts = repo.and_then(|repo| report.repos.get(repo));
    let is_new = repo.is_some() && listed.links.iter().any(|link| link.first_week == report.manifest.week && link.repo.as_deref() == repo);
    let int = |value: fn(&starcite_rows::Ranking<'static>) -> Option<i64>| json!(ranking.and_then(value));
    let lines = |texts: &Option<starcite_rows::Texts<'static>>| json!(texts.as_ref().map(|texts| texts.iter().map(|text| line(text)).collect::<Vec<_>>()));
    let mut categories: Vec<String> = Vec::new();
    for category in paper.categories.iter().flat_map(|all| all.iter()).map(|category| line(category)).filter(|category| !category.is_empty()) {
        if !categories.contains(&category) {
            categories.push(category);
        }
    }
    let framework = || match facts.map(|repo| (repo.facts.framework.as_deref().map(short), &repo.facts.archive_ids)) {
        Some((None, Some(_))) => json!("none"),
        Some((name, _)) => json!(name),
        None => Value::Null,
    };
    let columns = [
        ("rank", json!(ranking.map(|ranking| ranking.rank))),
        ("paper_id", json!(line(&paper.paper_id))),
        ("title", json!(paper.title.as_deref().map(line))),
        ("authors", lines(&paper.authors)),
        ("repo", json!(repo.map(line))),
        ("tier", json!(listed.tier.map(Tier::as_str))),
        ("license", json!(facts.and_then(|repo| repo.facts.license_spdx.as_deref()).map(short))),
        ("framework", framework()),
        ("categories", json!(paper.categories.as_ref().map(|_| categories))),
        ("host", json!(repo.and_then(|repo| repo.split('/').next()).map(line))),
        ("is_new", json!(u8::from(is_new))),
        ("score", json!(ranking.map(|ranking| rounded(ranking.score)))),
        ("score_low", json!(ranking.map(|ranking| rounded(ranking.score_low)))),
        ("score_high", json!(ranking.map(|ranking| rounded(ranking.score_high)))),
        ("stars", int(|ranking| ranking.stars)),
        ("stars_1w", int(|ranking| ranking.stars_1w)),
        ("trend_rank", int(|ranking| ranking.trend_rank)),
        ("published", json!(paper.published.map(|day| day.to_string()))),
        ("upvotes", json!(paper.upvotes)),
    ];
    columns.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Returns the texts of a list of parts.
fn joined(parts: &Value) -> String {
    parts.as_array().unwrap().iter().map(|part| part[0].as_str().unwrap()).collect()
}

/// Returns every text in a value.
fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

/// Checks the details of a paper against its rows.
fn check_detail(report: &Report, listed: &Listed, detail: &Value) -> Result<(), TestCaseError> {
    let is_absent = |value: &Value, text: Option<String>| *value == text.clone().map_or(Value::Null, Value::String);
    let paper = &listed.paper;
    prop_assert_eq!(&detail["paper_id"], &line(&paper.paper_id));
    for (name, text) in [("abstract", &paper.r#abstract), ("comment", &paper.comment)] {
        match text {
            Some(text) => prop_assert_eq!(joined(&detail[name]), visible::lines(text)),
            None => prop_assert!(detail[name].is_null()),
        }
    }
    prop_assert!(is_absent(&detail["why"], listed.why.as_deref().map(line)));
    for (link, detail) in listed.links.iter().zip(detail["links"].as_array().unwrap()) {
        prop_assert!(is_absent(&detail["sentence"], link.sentence.as_deref().map(short)));
        prop_assert!(is_absent(&detail["target"], link.target.as_deref().map(short)));
    }
    let repo = listed.repo().and_then(|repo| report.repos.get(repo));
    prop_assert_eq!(repo.is_some(), detail["repository"].is_object());
    if let Some(repo) = repo {
        let detail = &detail["repository"];
        prop_assert!(is_absent(&detail["description"], repo.facts.description.as_deref().map(short)));
        prop_assert!(is_absent(&detail["license_spdx"], repo.facts.license_spdx.as_deref().map(short)));
        prop_assert!(is_absent(&detail["observed_by"], repo.observed_by.as_deref().map(short)));
    }
    prop_assert_eq!(detail["changes"].as_array().unwrap().len(), listed.changes.len());
    let mut found = Vec::new();
    texts(detail, &mut found);
    for text in found {
        prop_assert_eq!(visible::lines(text), text);
    }
    Ok(())
}

/// Checks the scripts of a page against its rows, and returns them.
fn check(report: &Report) -> Result<Written, TestCaseError> {
    let written = Written::of(report);
    let rows = written.read();
    prop_assert_eq!(rows.len(), report.papers.len());
    let size = written.week["papers_per_piece"].as_u64().unwrap();
    for (at, (row, listed)) in rows.iter().zip(&report.papers).enumerate() {
        prop_assert_eq!(row, &expected(report, listed));
        let at = at as u64;
        check_detail(report, listed, &written.papers[&(at / size)][(at % size) as usize])?;
    }
    prop_assert_eq!(written.papers.len() as u64, (report.papers.len() as u64).div_ceil(size));
    for (_, dictionary) in DICTIONARIES {
        let values = written.week[dictionary].as_array().unwrap();
        let distinct: std::collections::BTreeSet<&str> = values.iter().map(|value| value.as_str().unwrap()).collect();
        prop_assert_eq!(distinct.len(), values.len());
    }
    Ok(written)
}

/// Returns the lines of `papers.ndjson`.
fn lines(report: &Report) -> Vec<Map<String, Value>> {
    let mut bytes = Vec::new();
    api::papers(report, |batch| Ok(std::io::Write::write_all(&mut bytes, batch)?)).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(visible::lines(&text), text, "characters that readers obey are written as escapes of JSON");
    text.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns the line of a paper: what the tables have, as it is.
fn expected_line(report: &Report, listed: &Listed) -> Map<String, Value> {
    let Listed { paper, ranking, .. } = listed;
    let ranking = ranking.as_deref();
    let repo = ranking.and_then(|ranking| ranking.repo.as_deref());
    let facts = repo.and_then(|repo| report.repos.get(repo));
    let of_columns = expected(report, listed);
    let as_in_columns = ["rank", "tier", "stars", "stars_1w", "trend_rank", "published", "upvotes"];
    let mut line: Map<String, Value> = as_in_columns.iter().map(|name| ((*name).to_owned(), of_columns[*name].clone())).collect();
    let mut put = |name: &str, value: Value| line.insert(name.to_owned(), value);
    put("paper_id", json!(paper.paper_id));
    put("title", json!(paper.title));
    put("authors", json!(paper.authors));
    put("categories", json!(paper.categories));
    put("repo", json!(repo));
    put("why", json!(listed.why));
    put("is_new", json!(of_columns["is_new"] == 1));
    put("score", json!(ranking.map(|ranking| ranking.score)));
    put("score_low", json!(ranking.map(|ranking| ranking.score_low)));
    put("score_high", json!(ranking.map(|ranking| ranking.score_high)));
    put("state", json!(facts.map(|repo| repo.state).map(RepoState::as_str)));
    put("stars_4w", json!(ranking.and_then(|ranking| ranking.stars_4w)));
    put("trend_rank_recent", json!(ranking.and_then(|ranking| ranking.trend_rank_recent)));
    put("state_reason", json!(facts.and_then(|repo| repo.state_reason).map(starcite_core::StateReason::as_str)));
    put("license_spdx", json!(facts.and_then(|repo| repo.facts.license_spdx.as_deref())));
    put("framework", json!(facts.and_then(|repo| repo.facts.framework.as_deref())));
    put("observed_at", json!(facts.and_then(|repo| repo.observed_at)));
    line
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn scripts_of_any_rows_hold_these_rows(
        shapes in proptest::collection::vec(Shape::any(), 0..6),
        texts in proptest::collection::vec(hostile(), 1..40),
    ) {
        let report = drawn(&shapes, &mut each_of(&texts));
        check(&report)?;
        let wanted: Vec<_> = report.papers.iter().map(|listed| expected_line(&report, listed)).collect();
        prop_assert_eq!(lines(&report), wanted);
        let week: Value = serde_json::from_str(&api::week(&report).unwrap()).unwrap();
        prop_assert_eq!(&week["pipeline"], &report.manifest.pipeline);
        prop_assert_eq!(&week["changes"].as_array().unwrap().len(), &report.changes.len());
    }
}

/// Returns a report of so many papers with crafted texts.
fn long(papers: u32) -> Report {
    let shape = |at: u32| Shape { nulls: at * 7_919, authors: 1, categories: (at % 3) as usize, count: i64::from(at), ..Shape::of_all(0) };
    let shapes: Vec<Shape> = (0..papers).map(shape).collect();
    drawn(&shapes, &mut each_of(&CRAFTED.map(str::to_owned)))
}

#[test]
fn the_papers_of_a_long_list_are_in_their_pieces() {
    let report = long(2_001);
    let written = check(&report).unwrap();
    assert_eq!((written.rows.len(), written.papers.len()), (2, 5));
    let wanted: Vec<_> = report.papers.iter().map(|listed| expected_line(&report, listed)).collect();
    assert_eq!(lines(&report), wanted);
}

#[test]
fn the_details_of_a_paper_stay_small_beside_facts_of_a_megabyte() {
    let mut report = drawn(&[Shape::of_all(0)], &mut || "a".to_owned());
    let long = "\u{202e}".repeat(350_000);
    for repo in report.repos.values_mut() {
        let facts = repo.facts.to_mut();
        (facts.license_spdx, facts.description, facts.homepage) = (Some(long.clone()), Some(long.clone()), Some(long.clone()));
        (facts.framework, facts.framework_evidence) = (Some(long.clone()), Some(long.clone()));
        repo.aliases = vec![long.clone()].into();
    }
    let written = Written::of(&report);
    let length = written.papers[&0].to_string().len() + written.week.to_string().len() + written.rows[&0].to_string().len();
    assert!(length < 500_000, "{length}");
}

/// Prints what the scripts of a page read and show, a line for each row.
const READER: &str = include_str!("reader.js");

/// Returns what the scripts of a page read of each row, and what they show of each paper that is opened; `None` without node.
#[expect(clippy::disallowed_methods, reason = "runs the page's scripts outside a browser")]
fn read_by_scripts(report: &Report) -> Option<Vec<Value>> {
    if !Command::new("node").arg("--version").output().is_ok_and(|ended| ended.status.success()) {
        lacks(Need::Node, "node is not here");
        return None;
    }
    let place = tempfile::tempdir().unwrap();
    let folder = write(report, place.path());
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/assets");
    let ended = Command::new("node").args(["-e", READER]).args([&folder, &assets]).output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
    let rows: Vec<Value> =
        ended.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| serde_json::from_slice(line).unwrap()).collect();
    assert_eq!(rows.len(), report.papers.len());
    Some(rows)
}

#[test]
fn the_script_of_the_page_reads_what_was_written() {
    let report = long(501);
    let Some(rows) = read_by_scripts(&report) else { return };
    let as_float = |value: &Value| value.as_f64().map_or_else(|| value.clone(), Value::from);
    for (row, listed) in rows.iter().zip(&report.papers) {
        let mut wanted = expected(&report, listed);
        let authors: Option<Vec<String>> = serde_json::from_value(wanted["authors"].clone()).unwrap();
        wanted.insert("authors".to_owned(), json!(authors.map(|authors| authors.join("\n"))));
        for (name, value) in row["columns"].as_object().unwrap() {
            assert_eq!(as_float(value), as_float(&wanted[name]), "{name} of {row}");
        }
    }
}

/// Returns the texts of a list in what is shown of a paper.
fn listed_texts<'a>(row: &'a Value, list: &str) -> Vec<&'a str> {
    row["shown"][list].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

#[test]
fn an_opened_paper_shows_its_texts_and_links_only_what_a_browser_opens_without_harm() {
    let shapes = [0, u32::MAX, RANKED].map(|nulls| Shape { nulls, ..Shape::of_all(0) });
    let mut report = drawn(&shapes, &mut each_of(&CRAFTED.map(str::to_owned)));
    for target in ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://user:password@h.org/", "https://h\u{430}.org/\u{202e}", "//h.org"]
    {
        let mut link = report.papers[0].links[0].clone();
        link.target = Some(target.into());
        report.papers[0].links.push(link);
        report.repos.values_mut().for_each(|repo| repo.facts.to_mut().homepage = Some(target.to_owned()));
        let Some(rows) = read_by_scripts(&report) else { return };
        let texts = listed_texts(&rows[0], "texts");
        let repo = report.repo_of(&report.papers[0]).unwrap();
        for text in [report.papers[0].paper.r#abstract.as_deref(), report.papers[0].why.as_deref(), repo.facts.description.as_deref(), Some(target)] {
            let wanted = line(text.unwrap());
            assert!(texts.contains(&&*wanted), "{wanted:?} of {texts:?}");
        }
        assert!(!target.starts_with("https://h\u{430}") || texts.iter().any(|text| text.contains("xn--")), "a host is shown as it is looked up: {texts:?}");
        for row in &rows {
            for href in listed_texts(row, "links") {
                let url = Url::parse(href).unwrap();
                assert!(["http", "https"].contains(&url.scheme()) && url.username().is_empty() && url.password().is_none(), "{href}");
            }
            assert!(listed_texts(row, "attributes").iter().all(|name| !name.starts_with("on") && *name != "style"), "{row}");
        }
    }
}

#[test]
fn an_opened_paper_of_which_little_is_known_shows_no_value_of_the_language() {
    let shapes = [0, u32::MAX, RANKED].map(|nulls| Shape { nulls, authors: 0, ..Shape::of_all(0) });
    let mut report = drawn(&shapes, &mut || "text".to_owned());
    for listed in &mut report.papers[1..] {
        let paper = &mut listed.paper;
        (paper.year, paper.cited_by_count, paper.cited_by_source, paper.cited_by_at) = (None, None, None, None);
        listed.links.iter_mut().for_each(|link| (link.target, link.role, link.official, link.state) = (None, None, None, None));
    }
    report.repos.values_mut().skip(1).for_each(|repo| repo.facts = Cow::default());
    let Some(rows) = read_by_scripts(&report) else { return };
    for row in &rows {
        for text in listed_texts(row, "texts").into_iter().chain(listed_texts(row, "values")) {
            assert!(!["NaN", "undefined", "null", "[object", "Invalid"].iter().any(|value| text.contains(value)), "{text}");
        }
    }
}
