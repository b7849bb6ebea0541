//! References: overviews, links, citations and conflicts to papers, rankings to links, and weeks to weeks.

use super::Problems;
use super::under_test::{Columns, Rows, WeekUnderTest};
use anyhow::Result;
use starcite_core::Week;
use starcite_rows::{CITATIONS, CONFLICTS, LINKS, OVERVIEW, PAPERS, RANKINGS};
use std::collections::{BTreeMap, HashMap, HashSet};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The rows of the week's tables, and of `papers` of earlier weeks, that other rows refer to.
#[derive(Default)]
pub(super) struct References {
    /// Hashes of every paper with the week that brought it.
    papers: HashSet<u64>,
    /// The weeks of these papers, each with the number of papers that only its earlier runs brought.
    left_out: HashMap<Week, u64>,
    /// The papers of the week that currently have a link, after its links were read.
    linked: Option<HashSet<u64>>,
    ranked: HashSet<u64>,
    /// Hashes of the papers in the week's overview, which is read before its papers.
    overviewed: Option<HashSet<u64>>,
    /// Hashes of tier, repository and score of the ranked papers in the overview, by paper.
    scored: HashMap<u64, u64>,
    /// Missing papers that other rows refer to, by the week that should have them, if some may be missing: `None` for any week.
    absent: BTreeMap<Option<Week>, HashSet<u64>>,
}

impl References {
    pub(super) fn begin(&mut self) {
        self.linked = None;
        self.ranked.clear();
        self.overviewed = None;
        self.scored.clear();
    }

    /// True if the week's `papers` have the paper.
    pub(super) fn has_paper(&self, week: Week, paper_id: &str) -> bool {
        self.papers.contains(&key(week, paper_id))
    }

    /// Checks the references of a table, and stores the targets of others.
    pub(super) fn verify(&mut self, rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
        let has = |names: &[&str]| rows.columns.have(names);
        match rows.columns.table.name {
            name if name == OVERVIEW.name && has(&["paper_id", "tier", "repo", "repo_url", "score"]) => self.overview(rows, problems),
            name if name == PAPERS.name && has(&["paper_id"]) => self.papers(rows),
            name if name == LINKS.name && has(&["paper_id", "first_week", "last_week"]) => self.links(rows, problems),
            name if name == CITATIONS.name && has(&["paper_id"]) => self.citations(rows, problems),
            name if name == RANKINGS.name && has(&["paper_id"]) => self.rankings(rows, problems),
            name if name == CONFLICTS.name && has(&["paper_id"]) => self.conflicts(rows, problems),
            _ => Ok(()),
        }
    }

    /// Ends a table: checks that no more papers are missing than the manifests allow.
    pub(super) fn end(&mut self, week: &WeekUnderTest<'_>, columns: &Columns, path: &std::path::Path, problems: &mut Problems) {
        if columns.table.name == PAPERS.name && columns.have(&["paper_id"]) {
            self.left_out.insert(week.week(), week.manifest.papers_of_earlier_runs);
            let (rows, overviewed) = (week.manifest.rows(&PAPERS).unwrap_or_default(), self.overviewed.take());
            if let Some(overviewed) = overviewed.filter(|overviewed| overviewed.len() as u64 != rows || !overviewed.is_subset(&self.papers)) {
                let strangers = overviewed.difference(&self.papers).count();
                let what = format!("overview has {} papers, of which papers have {}; papers have {rows}", overviewed.len(), overviewed.len() - strangers);
                problems.damaged(week.week(), path, "overview of other papers", what);
            }
        }
        for (of, absent) in std::mem::take(&mut self.absent) {
            let said = of.map_or_else(|| self.left_out.values().sum(), |of| self.left_out[&of]);
            if absent.len() as u64 > said {
                let of = of.map_or_else(|| "any week".to_owned(), |of| of.to_string());
                let what = format!("{} papers are in papers of {of} no more, by the manifests {said} may be", absent.len());
                problems.damaged(week.week(), path, "papers absent", what);
            }
        }
    }

    fn papers(&mut self, rows: &Rows<'_>) -> Result<()> {
        let week = rows.week.week();
        self.papers.extend(rows.frame.column("paper_id")?.str()?.iter().flatten().map(|id| key(week, id)));
        Ok(())
    }

    fn overview(&mut self, rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
        let week = rows.week.week();
        let urls = rows.frame.column("repo_url")?.str()?;
        for (row, ((ranked, repo), url)) in ranked_rows(rows)?.into_iter().zip(rows.frame.column("repo")?.str()?.iter()).zip(urls.iter()).enumerate() {
            let paper = key(week, ranked.paper_id);
            self.overviewed.get_or_insert_default().insert(paper);
            ranked.hash.map(|hash| self.scored.insert(paper, hash));
            if url != repo.map(|repo| format!("https://{repo}")).as_deref() {
                rows.damaged(problems, "address of another repository", row, format!("repo is {}, repo_url {}", repo.unwrap_or("null"), url.unwrap_or("null")));
            }
        }
        Ok(())
    }

    fn links(&mut self, rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
        let week = rows.week.week();
        let [papers, firsts, lasts] = ["paper_id", "first_week", "last_week"].map(|name| rows.frame.column(name).and_then(|column| column.str()));
        for (row, ((paper, first), last)) in papers?.iter().zip(firsts?.iter()).zip(lasts?.iter()).enumerate() {
            let (Some(paper), Some(first)) = (paper, first.and_then(|first| first.parse().ok())) else {
                rows.damaged(problems, "link of no week", row, format!("first_week is {}", first.unwrap_or("null")));
                continue;
            };
            if !rows.week.manifest.built_on.contains(&first) {
                rows.damaged(problems, "link of no week", row, format!("first_week is {first}, which the manifest does not name in built_on"));
            } else if self.left_out.contains_key(&first) && !self.has_paper(first, paper) {
                self.absent(Some(first), paper, || rows.damaged(problems, "link to no paper", row, format!("papers of {first} have no {paper}")));
            }
            match last.map(str::parse::<Week>) {
                None => drop(self.linked.get_or_insert_default().insert(key(week, paper))),
                Some(Ok(last)) if first <= last && last < week => {}
                Some(_) => rows.damaged(problems, "link of no week", row, format!("last_week is {}, first_week {first}", last.unwrap_or_default())),
            }
        }
        Ok(())
    }

    fn citations(&mut self, rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
        let built_on = &rows.week.manifest.built_on;
        if !built_on.iter().all(|week| self.left_out.contains_key(week)) {
            return Ok(()); // some of the papers are in other folders
        }
        for (row, paper) in rows.frame.column("paper_id")?.str()?.iter().enumerate() {
            let Some(paper) = paper.filter(|paper| !built_on.iter().any(|week| self.has_paper(*week, paper))) else { continue };
            self.absent(None, paper, || rows.damaged(problems, "citation of no paper", row, format!("papers of no week have {paper}")));
        }
        Ok(())
    }

    /// Handles a missing paper: it is not a problem if the manifests count that many papers of earlier runs.
    fn absent(&mut self, week: Option<Week>, paper: &str, tell: impl FnOnce()) {
        let said: u64 = week.map_or_else(|| self.left_out.values().sum(), |week| self.left_out[&week]);
        if said == 0 {
            tell();
        } else {
            self.absent.entry(week).or_default().insert(xxh3_64_with_seed(paper.as_bytes(), 0));
        }
    }

    fn conflicts(&self, rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
        let week = rows.week.week();
        let papers = rows.frame.column("paper_id")?.str()?;
        for (row, paper) in papers.iter().enumerate().filter(|_| self.left_out.contains_key(&week)) {
            let paper = paper.unwrap_or_default();
            if !self.has_paper(week, paper) {
                rows.damaged(problems, "conflict of no paper", row, format!("papers of {week} have no {paper}"));
            }
        }
        Ok(())
    }

    fn rankings(&mut self, rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
        let week = rows.week.week();
        let overview = if rows.columns.have(&["tier", "repo", "score"]) { ranked_rows(rows)? } else { Vec::new() };
        for (row, ranked) in overview.into_iter().enumerate() {
            let overviewed = self.scored.remove(&key(week, ranked.paper_id));
            if overviewed.is_some() && overviewed != ranked.hash {
                rows.damaged(problems, "overview says otherwise", row, format!("overview has another tier, repo or score of {}", ranked.paper_id));
            }
        }
        for (row, paper) in rows.frame.column("paper_id")?.str()?.iter().enumerate() {
            let paper = paper.unwrap_or_default();
            if self.linked.as_ref().is_some_and(|linked| !linked.contains(&key(week, paper))) {
                rows.damaged(problems, "ranking of no link", row, format!("{paper:?} has no link in links"));
            }
            if !self.ranked.insert(key(week, paper)) {
                rows.damaged(problems, "ranked twice", row, format!("{paper} has an earlier rank"));
            }
        }
        Ok(())
    }
}

/// A row of `overview` or `rankings`, with a hash of tier, repository and score if there is a score.
struct RankedRow<'a> {
    paper_id: &'a str,
    hash: Option<u64>,
}

fn ranked_rows<'a>(rows: &'a Rows<'_>) -> Result<Vec<RankedRow<'a>>> {
    let [papers, tiers, repos] = ["paper_id", "tier", "repo"].map(|name| rows.frame.column(name).and_then(|column| column.str()));
    let scores = rows.frame.column("score")?.f64()?;
    let hash = |tier: Option<&str>, repo: Option<&str>, score: f64| {
        xxh3_64_with_seed(format!("{}\0{}", tier.unwrap_or_default(), repo.unwrap_or_default()).as_bytes(), score.to_bits())
    };
    let mut ranked = Vec::new();
    for (((paper, tier), repo), score) in papers?.iter().zip(tiers?.iter()).zip(repos?.iter()).zip(scores.iter()) {
        ranked.push(RankedRow { paper_id: paper.unwrap_or_default(), hash: score.map(|score| hash(tier, repo, score)) });
    }
    Ok(ranked)
}

/// Returns a hash of a paper and its week.
fn key(week: Week, paper_id: &str) -> u64 {
    xxh3_64_with_seed(paper_id.as_bytes(), u64::from(week.number().unsigned_abs()))
}
