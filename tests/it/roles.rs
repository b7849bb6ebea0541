//! Roles of 245 phrasings labelled by hand: `tests/data/role_labels.csv` has arXiv ids, the position of the link among the
//! paper's links (0: the paper announces code without one) and its role, chosen before the code was run on them. The texts are
//! read from `../shared`.

use crate::starcite::Starcite;
use crate::tables::shown;
use needs::shared;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::BufRead as _;
use std::path::Path;

struct Label {
    arxiv_id: String,
    nth: usize,
    role: String,
}

fn labels() -> Vec<Label> {
    let read = |line: &str| {
        let [arxiv_id, nth, role] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        Label { arxiv_id: arxiv_id.to_owned(), nth: nth.parse().unwrap(), role: role.to_owned() }
    };
    include_str!("../data/role_labels.csv").lines().skip(1).map(read).collect()
}

/// Returns abstract and comment of the wanted papers, from every file of `../shared` with arXiv's texts.
fn texts(wanted: &BTreeSet<String>) -> Option<BTreeMap<String, Value>> {
    let mut found = BTreeMap::new();
    let mut add = |id: &str, text: Value, comment: Value| {
        if wanted.contains(id) {
            found.entry(id.to_owned()).or_insert(json!({"id": format!("arxiv:{id}"), "abstract": text, "comment": comment}));
        }
    };
    let snapshot = fs::File::open(shared("data/arxiv_snapshot_32k.jsonl.zst")?).unwrap();
    for line in std::io::BufReader::new(zstd::Decoder::new(snapshot).unwrap()).lines() {
        let paper: Value = serde_json::from_str(&line.unwrap()).unwrap();
        add(&shown(&paper["id"]), paper["abstract"].clone(), paper["comments"].clone());
    }
    for line in fs::read_to_string(shared("gold/gold_dev.jsonl")?).unwrap().lines() {
        let paper: Value = serde_json::from_str(line).unwrap();
        add(shown(&paper["id"]).trim_start_matches("arxiv:"), paper["abstract"].clone(), Value::Null);
    }
    for day in fs::read_dir(shared("data/hf_daily")?).unwrap() {
        let entries: Vec<Value> = serde_json::from_slice(&fs::read(day.unwrap().path()).unwrap()).unwrap();
        for paper in entries.iter().map(|entry| &entry["paper"]) {
            add(&shown(&paper["id"]), paper["summary"].clone(), Value::Null);
        }
    }
    for (id, text, comment) in oai_records(&shared("data/arxiv_oai_chunk.xml")?) {
        add(&id, text.into(), comment.into());
    }
    Some(found)
}

/// Returns id, abstract and comment of the records of an OAI-PMH reply.
fn oai_records(file: &Path) -> Vec<(String, String, String)> {
    let xml = fs::read_to_string(file).unwrap();
    let field = |record: &str, name: &str| {
        let (_, rest) = record.split_once(&format!("<{name}>")).unwrap_or_default();
        let text = rest.split(&format!("</{name}>")).next().unwrap_or_default();
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    };
    xml.split("<arXivRaw").skip(1).map(|record| (field(record, "id"), field(record, "abstract"), field(record, "comments"))).collect()
}

/// Returns the role that the labelled link has; `none` if no code is announced, `missing` if the link was not found.
fn given(links: &[&Value], nth: usize) -> String {
    let is_announced = |link: &&&Value| ["promise", "placeholder"].contains(&link["kind"].as_str().unwrap());
    if nth == 0 {
        return if links.iter().any(|link| is_announced(&link)) { "promised" } else { "none" }.to_owned();
    }
    let place = |link: &&&Value| {
        let first = link["mentions"].as_array().unwrap().iter().map(|mention| (shown(&mention["field"]), mention["start"].as_u64())).min();
        first.unwrap()
    };
    let mut in_order: Vec<&&Value> = links.iter().filter(|link| !is_announced(link)).collect();
    in_order.sort_by_key(place);
    in_order.get(nth - 1).map_or("missing".to_owned(), |link| shown(&link["role"]))
}

#[test]
#[expect(clippy::print_stderr, reason = "figures for who runs it")]
fn rare_roles_are_told_from_a_papers_own() {
    let labels = labels();
    let Some(texts) = texts(&labels.iter().map(|label| label.arxiv_id.clone()).collect()) else { return };
    let starcite = Starcite::new();
    starcite.write("papers.jsonl", texts.values().map(|paper| format!("{paper}\n")).collect::<String>());
    let links = starcite.end(&["extract", "papers.jsonl"]).with_code(0).rows();
    let mut of_paper: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    links.iter().for_each(|link| of_paper.entry(shown(&link["paper_id"])).or_default().push(link));

    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for label in &labels {
        assert!(texts.contains_key(&label.arxiv_id), "{} is not in ../shared", label.arxiv_id);
        let links = of_paper.get(&format!("arxiv:{}", label.arxiv_id)).map_or(&[][..], Vec::as_slice);
        *counts.entry((label.role.clone(), given(links, label.nth))).or_default() += 1;
    }
    let sum = |keep: &dyn Fn(&(String, String)) -> bool| counts.iter().filter(|(pair, _)| keep(pair)).map(|(_, count)| count).sum::<usize>() as f64;
    for (role, least_precision, least_recall) in [("own", 0.95, 0.97), ("other", 0.95, 0.9), ("list", 0.95, 0.97), ("promised", 0.97, 0.97)] {
        let right = sum(&|(is, given)| is == role && given == role);
        let (precision, recall) = (right / sum(&|(_, given)| given == role), right / sum(&|(is, _)| is == role));
        eprintln!("role {role:8} labelled {:3}  precision {precision:.3}  recall {recall:.3}", sum(&|(is, _)| is == role));
        assert!(precision >= least_precision && recall >= least_recall, "{role}: {counts:?}");
    }
}
