//! References: links, citations and conflicts to papers, rankings to links, and weeks to weeks.

use super::Problems;
use super::under_test::{Columns, Rows, WeekUnderTest};
use crate::tables::schema::{CITATIONS, CONFLICTS, LINKS, PAPERS, RANKINGS};
use anyhow::Result;
use starcite_core::Week;
use std::collections::{BTreeMap, HashMap, HashSet};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// What the tables of the week, and `papers` of the weeks before it, hold that others name.
#[derive(Default)]
pub(super) struct References {
    /// Every paper with the week that brought it, as hashes.
    papers: HashSet<u64>,
    /// The weeks whose papers those are, each with the number of papers that only earlier runs of it brought.
    left_out: HashMap<Week, u64>,
    /// The papers of the week that have a link now, once its links were read.
    linked: Option<HashSet<u64>>,
    ranked: HashSet<u64>,
    /// Papers that are named and nowhere, by the week that should have them, where some may be: `None` for any week.
    absent: BTreeMap<Option<Week>, HashSet<u64>>,
}

impl References {
    pub(super) fn begin(&mut self) {
        self.linked = None;
        self.ranked.clear();
    }

    /// Whether the week's `papers` have the paper.
    pub(super) fn has_paper(&self, week: Week, paper_id: &str) -> bool {
        self.papers.contains(&key(week, paper_id))
    }

    /// Checks what a table names, and notes what others may name.
    pub(super) fn verify(&mut self, rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
        let has = |names: &[&str]| rows.columns.have(names);
        match rows.columns.table.name {
            name if name == PAPERS.name && has(&["paper_id"]) => self.papers(rows),
            name if name == LINKS.name && has(&["paper_id", "first_week", "last_week"]) => self.links(rows, problems),
            name if name == CITATIONS.name && has(&["paper_id"]) => self.citations(rows, problems),
            name if name == RANKINGS.name && has(&["paper_id"]) => self.rankings(rows, problems),
            name if name == CONFLICTS.name && has(&["paper_id"]) => self.conflicts(rows, problems),
            _ => Ok(()),
        }
    }

    /// Ends a table: what may be absent of it is no more than the manifests say.
    pub(super) fn end(&mut self, week: &WeekUnderTest<'_>, columns: &Columns, path: &std::path::Path, problems: &mut Problems) {
        if columns.table.name == PAPERS.name && columns.have(&["paper_id"]) {
            self.left_out.insert(week.week(), week.manifest.papers_of_earlier_runs);
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
            return Ok(()); // some of the papers are not here
        }
        for (row, paper) in rows.frame.column("paper_id")?.str()?.iter().enumerate() {
            let Some(paper) = paper.filter(|paper| !built_on.iter().any(|week| self.has_paper(*week, paper))) else { continue };
            self.absent(None, paper, || rows.damaged(problems, "citation of no paper", row, format!("papers of no week have {paper}")));
        }
        Ok(())
    }

    /// A paper is nowhere: no problem where that many are of earlier runs alone.
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

/// A paper of a week as a number.
fn key(week: Week, paper_id: &str) -> u64 {
    xxh3_64_with_seed(paper_id.as_bytes(), u64::from(week.number().unsigned_abs()))
}
