//! The cache of live sources: pages under the names that earlier versions gave them, and pages that can't be read.

use crate::hf_live::entry as hf_entry;
use crate::oai_files::paper;
use crate::source_atom::{entry, feed};
use crate::starcite::{Ended, Starcite, ended};
use crate::tables::column;
use serde_json::json;

const WEEK: &str = "2026-W47";
/// An address where no server listens; the names of the files depend on it.
const ADDRESS: &str = "http://127.0.0.1:9";

fn cached(kind: &str, options: &str, files: &[(&str, String)]) -> Starcite {
    let starcite = Starcite::new();
    starcite.write_pipeline(kind, options);
    files.iter().for_each(|(name, text)| _ = starcite.write(&format!("out/cache/{name}"), text));
    starcite
}

impl Starcite {
    fn fetch(&self) -> Ended {
        let services = ["hf", "arxiv-api", "arxiv-oai", "openalex"].map(|service| format!("--{service}-url={ADDRESS}"));
        let mut command = self.command(&["run", "pipeline.toml", "--week", WEEK, "--source-pause-ms", "0", "--github-url", ADDRESS]);
        ended(command.args(services).env("OPENALEX_API_KEY", "key").spawn().unwrap())
    }

    /// Runs the week and returns its papers, all of which have to be in the cache.
    fn papers_in_cache(&self) -> Vec<String> {
        let ended = self.fetch();
        assert!(!ended.stderr.contains(ADDRESS), "{}", ended.stderr);
        column(&self.week(WEEK), "papers", "paper_id")
    }
}

#[test]
fn pages_that_version_0_2_0_stored_are_read_and_not_requested_again() {
    let days = ["16", "17", "18", "19", "20", "21", "22"].map(|day| format!("2026-11-{day}"));
    let names: Vec<String> = days.iter().map(|day| format!("hf-daily/{day}-0.json")).collect();
    let pages: Vec<(&str, String)> = names.iter().zip(&days).map(|(name, day)| (name.as_str(), json!([hf_entry(day, 0)]).to_string())).collect();
    assert_eq!(cached("hf-daily", "", &pages).papers_in_cache().len(), 7);

    let page = ("arxiv-atom/2b87b9258d4a57a8/00000.xml", feed(1, &[entry("2611.00001", "Words.")]));
    assert_eq!(cached("arxiv-atom", "search = \"all:code\"", &[page]).papers_in_cache(), ["arxiv:2611.00001"]);

    let page = json!({"results": [{"id": "https://openalex.org/W1", "title": "T"}], "meta": {"next_cursor": null}}).to_string();
    assert_eq!(cached("openalex", "filter = \"type:article\"", &[("openalex/1c6952df2b7a431e/00000.json", page)]).papers_in_cache(), ["openalex:W1"]);
}

#[test]
fn a_harvest_that_version_0_2_0_completed_is_read_and_not_requested_again() {
    let page =
        format!("<OAI-PMH><responseDate>2026-11-24T10:00:00Z</responseDate><ListRecords>{}</ListRecords></OAI-PMH>", paper("2611.00001", "2026-11-18", "W."));
    let starcite = cached("arxiv-oai", "set = \"cs\"", &[("arxiv-oai/1ea6a87994b0bc17/0000.xml", page)]);
    starcite.run(&["--offline", "--week", WEEK]); // makes the state
    let cursor = r#"{"from":"2026-11-23","until":null,"token":null,"pages":1,"asked_on":null,"last_day":"2026-11-18","is_complete":true}"#;
    let state = rusqlite::Connection::open(starcite.path("out/state.db")).unwrap();
    state.execute("INSERT INTO meta VALUES (?, ?)", [&format!("oai {ADDRESS} cs arXivRaw {WEEK}"), cursor]).unwrap();
    drop(state);
    assert_eq!(starcite.papers_in_cache(), ["arxiv:2611.00001"]);
}

#[test]
fn a_stored_page_that_can_not_be_read_is_owed_and_named() {
    let name = "openalex/1c6952df2b7a431e/00000.json";
    let starcite = cached("openalex", "filter = \"type:article\"", &[(name, "{\"results\": [".to_owned())]);
    let ended = starcite.fetch().with_code(75);
    let line = ended.line();
    assert!(line.contains(&format!("{name} (its reply is not JSON")) && line.contains("): remove it, and it is fetched again"), "{}", ended.stderr);
}
