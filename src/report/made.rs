//! Reports for tests.

use super::model::{Listed, Report};
use proptest::prelude::*;
use serde_json::json;
use starcite_core::availability::Tier;
use starcite_core::{ChangeKind, Field, LinkKind, RepoState, StateReason};
use starcite_rows::samples::Sample;
use starcite_rows::{CHANGES, Change, LINKS, Link, PAPERS, Paper, RANKINGS, REPOS, Ranking, Read, Repo, Table};
use starcite_tables::manifest::Manifest;

/// The week of the reports.
pub(crate) const WEEK: &str = "2026-W48";

/// Returns a row of a table with a value in each column.
fn row<R: Read<'static>>(table: &'static Table) -> R {
    R::read(Sample { table, row: 0 }.cells().into_iter()).unwrap()
}

pub(crate) fn manifest(pipeline: &str) -> Manifest {
    let manifest = json!({
        "schema_version": starcite_rows::SCHEMA_VERSION, "program": "starcite 0.2.0", "run_id": "", "pipeline": pipeline, "pipeline_hash": "", "week": WEEK,
        "dataset": {"title": "Papers and code", "author": "A. Uthor"}, "papers_complete": true, "answers_owed": {}, "compared_with": "2026-W47",
        "built_on": [], "papers_of_earlier_runs": 0, "inputs": [], "tables": [],
        "coverage": {"repositories": 0, "observed_by_host": 0, "observed_by_list": 0, "unknown": 0, "unknown_by_reason": {}, "columns": {}},
    });
    serde_json::from_value(manifest).unwrap()
}

pub(crate) fn report(papers: Vec<Listed>) -> Report {
    Report { manifest: manifest("weekly"), papers, repos: std::collections::HashMap::new(), stars: std::collections::HashMap::new(), changes: Vec::new() }
}

/// Returns a paper of the week with that arXiv id.
pub(crate) fn paper(arxiv_id: &str) -> Paper<'static> {
    Paper {
        paper_id: format!("arxiv:{arxiv_id}").into(),
        arxiv_id: Some(arxiv_id.to_owned().into()),
        doi: None,
        title: Some(format!("On {arxiv_id}").into()),
        authors: Some(vec!["Ada Lovelace".to_owned(), "Alan Turing".to_owned()].into()),
        categories: Some(vec!["cs.CV".to_owned()].into()),
        published: "2026-11-24".parse().ok(),
        url: None,
        iso_week: WEEK.parse().unwrap(),
        ..row(&PAPERS)
    }
}

/// Returns a ranked paper, which links a repository for the first time.
pub(crate) fn ranked(arxiv_id: &str, rank: i64, repo: &str) -> Listed {
    let paper = paper(arxiv_id);
    let link = Link {
        paper_id: paper.paper_id.clone(),
        kind: LinkKind::Repo,
        target: Some(format!("https://{repo}").into()),
        repo: Some(repo.to_owned().into()),
        field: Field::Abstract,
        sentence: Some(format!("Our code is at https://{repo}.").into()),
        first_week: WEEK.parse().unwrap(),
        last_week: None,
        ..row(&LINKS)
    };
    let ranking = Ranking {
        rank,
        paper_id: paper.paper_id.clone(),
        repo: Some(repo.to_owned().into()),
        tier: Some(Tier::Licensed),
        why: None,
        score: 62.0,
        score_low: 52.0,
        score_high: 71.0,
        has_link: Some(true),
        stars: Some(1_234),
        stars_1w: Some(12),
        stars_4w: None,
        trend_rank: Some(rank),
        ..row(&RANKINGS)
    };
    Listed {
        paper: Box::new(paper),
        tier: ranking.tier,
        ranking: Some(Box::new(ranking)),
        has_text: true,
        why: None,
        is_of_week: true,
        links: vec![link],
        changes: Vec::new(),
    }
}

/// Texts that break readers of XML, HTML, JSON or scripts.
pub(crate) const CRAFTED: [&str; 21] = [
    "",
    " ",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "<!-- --",
    "]]>",
    "\"onmouseover=alert(1) x=\"",
    "'><img src=x onerror=alert(1)>",
    "<style>*{}</style><svg/onload=alert(1)>",
    "</bdi></th></table><base href=//h.org>",
    "{{ page }}{% include 'x' %}{# -#}",
    "&amp;&lt;&#0;&bogus;&ampx &#x202e;",
    "a\0b\u{b}\u{fffe}\u{ffff}\u{1fffe}\u{85}",
    "\u{202e}desrever\u{2066}\u{200f}\u{2028}\u{2029}\u{feff}",
    "\r\n\t",
    "👩‍🔬 深度学习 שלום é",
    "javascript:alert(1)",
    "https://user:password@h.org/",
    "https://xn--80ak6aa92e.com/|{}^`\"<>",
    "\\u0022\\\");alert(1)//",
];

/// Returns any text, and those that break readers.
pub(crate) fn hostile() -> impl Strategy<Value = String> {
    let crafted = proptest::sample::select(CRAFTED.to_vec()).prop_map(str::to_owned);
    prop_oneof![3 => crafted, 2 => ".*", 1 => "\\PC{0,400}", 1 => Just("long ".repeat(1_000))]
}

impl Report {
    /// Adds a repository.
    pub(crate) fn with_repo(mut self, name: &str, state: RepoState, state_reason: Option<StateReason>) -> Self {
        let mut repo: Repo<'static> = Repo { repo: name.to_owned().into(), state, state_reason, ..row(&REPOS) };
        repo.facts.to_mut().stars = (state == RepoState::Live).then_some(1_234);
        self.repos.insert(name.to_owned(), Box::new(repo));
        self
    }

    /// Adds a change of a paper, by its position.
    pub(crate) fn with_change(mut self, paper: usize, kind: ChangeKind, before: &str, after: &str) -> Self {
        self.papers[paper].changes.push(self.changes.len());
        let paper_id = Some(self.papers[paper].paper.paper_id.clone());
        let (before, after) = (before.to_owned().into(), after.to_owned().into());
        self.changes.push(Change { kind, paper_id, repo: None, before, after, since_week: "2026-W47".parse().unwrap(), ..row(&CHANGES) });
        self
    }
}
