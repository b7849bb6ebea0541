//! Data that was never requested is unknown, and unknown is never zero or false.

use crate::starcite::{Starcite, papers};
use crate::tables::{is_complete, manifest, rows};
use serde_json::json;

/// The columns of `repos` that identify a repository, and do not describe its condition.
const IDENTITY: [&str; 6] = ["repo", "repo_kind", "aliases", "state", "state_reason", "iso_week"];

#[test]
fn every_fact_about_an_unknown_repository_is_null() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    starcite.run(&["--offline"]).with_code(0);
    let repos = rows(&starcite.week("2026-W47"), "repos");
    assert_eq!(repos.len(), 3);
    for repo in &repos {
        assert_eq!((&repo["state"], &repo["state_reason"]), (&json!("unknown"), &json!("not_asked")));
        let claimed: Vec<_> = repo.iter().filter(|(name, value)| !IDENTITY.contains(&name.as_str()) && !value.is_null()).collect();
        assert!(claimed.is_empty(), "{claimed:?}");
    }
    assert!(rows(&starcite.week("2026-W47"), "stars").is_empty());
}

#[test]
fn a_ranking_says_how_much_is_not_known() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(1));
    starcite.run(&["--offline"]).with_code(0);
    let ranking = &rows(&starcite.week("2026-W47"), "rankings")[0];
    assert!(ranking["stars"].is_null() && ranking["stars_1w"].is_null() && ranking["score_reachable"].is_null(), "{ranking:?}");
    assert!(ranking["score_low"].as_f64() < ranking["score_high"].as_f64(), "{ranking:?}");
}

#[test]
fn an_offline_week_is_complete_and_its_manifest_counts_what_is_unknown() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    starcite.run(&["--offline"]).with_code(0);
    assert!(is_complete(&starcite.week("2026-W47")));
    let manifest = manifest(&starcite.week("2026-W47"));
    let unknown = json!({"known": 0, "unknown": 3, "absent": 0});
    let columns = json!({"scalars": unknown, "tree": unknown, "activity": unknown, "files": unknown, "stars": unknown});
    let coverage = json!({
        "repositories": 3, "observed_by_host": 0, "observed_by_list": 0, "unknown": 3, "unknown_by_reason": {"not_asked": 3}, "columns": columns, "observed_by": []
    });
    assert_eq!(manifest["coverage"], coverage);
}

#[test]
fn a_repository_on_a_host_that_is_not_asked_says_so() {
    let starcite = Starcite::new();
    starcite.write_papers(&[json!({"id": "t:1", "title": "T", "abstract": "Our code is at https://gitlab.com/group/project."})]);
    starcite.run(&["--offline"]).with_code(0);
    let manifest = manifest(&starcite.week("2026-W47"));
    assert_eq!(manifest["coverage"]["unknown_by_reason"], json!({"host_not_asked": 1}));
    let repo = &rows(&starcite.week("2026-W47"), "repos")[0];
    assert_eq!((&repo["state"], &repo["state_reason"]), (&json!("unknown"), &json!("host_not_asked")));
    let reasons = rows(&starcite.week("2026-W47"), "rankings")[0]["reasons"].to_string();
    assert!(reasons.contains("answers: host not asked: gitlab.com/group/project"), "{reasons}");
}
