//! Papers with Code's two files: `papers-with-abstracts` and `links-between-papers-and-code`, in exactly the fields of its dumps.
//!
//! What each field is here stands in docs/EXPORTS.md.

use super::json_array::JsonArray;
use super::papers;
use super::pwc_entries::{LinkEntry, PaperEntry, PaperHead};
use crate::interrupt;
use crate::progress::Progress;
use crate::state::paper_key;
use crate::tables::Row;
use crate::tables::schema::{LINKS, REPOS};
use crate::weeks::{self, FinishedWeek};
use anyhow::{Context, Result};
use starcite_core::LinkKind;
use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::ops::ControlFlow;

/// The files' names.
pub(crate) const PAPERS_FILE: &str = "papers-with-abstracts.json.gz";
pub(crate) const LINKS_FILE: &str = "links-between-papers-and-code.json.gz";

/// What stands for unknown where the dumps never had null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Unknown {
    /// `false`, `"none"` and `[]`, as in the dumps, where false meant "not known to be"
    False,
    /// null, in those fields too
    Null,
}

/// Entries of each file.
pub(crate) struct Written {
    pub(crate) papers: u64,
    pub(crate) links: u64,
}

/// Writes the papers of all weeks given and the links of the newest, which is the first. In memory are a number for each paper, the titles
/// of those that link a repository, and the frameworks that are known.
///
/// # Errors
/// When the newest week lacks links or repos.
pub(crate) fn write(weeks: &[FinishedWeek], unknown: Unknown, papers_to: impl Write, links_to: impl Write, progress: &Progress) -> Result<Written> {
    let newest = weeks.first().context("bug: no week to export")?;
    let frameworks = frameworks(newest, progress)?;
    let linking = linking(newest, progress)?;
    let mut heads = HashMap::new();
    let mut papers = JsonArray::begin(papers_to)?;
    papers::newest(weeks, progress, |id, paper| {
        let head = PaperHead::of(paper);
        papers.push(&PaperEntry::of(&head, paper, unknown))?;
        let key = paper_key(id);
        if linking.contains(&key) {
            heads.insert(key, head);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let mut links = JsonArray::begin(links_to)?;
    of_papers(newest, progress, |paper_id, repos| {
        let head = heads.remove(&paper_key(paper_id)).unwrap_or_else(|| PaperHead::of_id(paper_id));
        repos.iter().try_for_each(|repo| links.push(&LinkEntry::of(&head, repo, frameworks.get(&repo.repo).map(String::as_str), unknown)))
    })?;
    Ok(Written { papers: papers.end()?, links: links.end()? })
}

/// What a paper's links say of one repository.
pub(super) struct LinkedRepo {
    pub(super) repo: String,
    pub(super) is_official: Option<bool>,
    /// Whether title, abstract or comment link it.
    pub(super) in_texts: bool,
    pub(super) names_paper: Option<bool>,
}

impl LinkedRepo {
    /// What one row says; none where it is no link to a repository, or one that the paper's newest version lacks.
    fn of(link: Row<'_>) -> Option<Self> {
        if link.text("kind") != Some(LinkKind::Repo.as_str()) || link.text("last_week").is_some() {
            return None;
        }
        let in_text = |field: &String| matches!(field.as_str(), "title" | "abstract" | "comment");
        Some(Self {
            repo: link.text("repo")?.to_owned(),
            is_official: link.bool("official"),
            in_texts: link.texts_of("mentions", "field").iter().any(in_text),
            names_paper: link.bool("paper_named_by_repo"),
        })
    }

    /// Adds what another link of the paper to the same repository says.
    fn add(&mut self, other: &Self) {
        self.is_official = either(self.is_official, other.is_official);
        self.in_texts |= other.in_texts;
        self.names_paper = either(self.names_paper, other.names_paper);
    }
}

/// True if one is, false if both are, else unknown.
fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// Gives each paper that links repositories to `take`, with those: one a repository, however many links lead to it.
fn of_papers(week: &FinishedWeek, progress: &Progress, mut take: impl FnMut(&str, &[LinkedRepo]) -> Result<()>) -> Result<()> {
    let (mut paper, mut repos) = (String::new(), Vec::<LinkedRepo>::new());
    for portion in weeks::portions([week], &LINKS, progress) {
        interrupt::check()?;
        let frame = portion?.read(["paper_id", "kind", "repo", "mentions", "last_week", "paper_named_by_repo", "official"])?;
        for link in Row::all(&frame) {
            let Some((id, linked)) = link.text("paper_id").zip(LinkedRepo::of(link)) else { continue };
            if id != paper && !repos.is_empty() {
                take(&paper, &repos)?;
                repos.clear();
            }
            id.clone_into(&mut paper);
            match repos.iter_mut().find(|known| known.repo == linked.repo) {
                Some(known) => known.add(&linked),
                None => repos.push(linked),
            }
        }
    }
    if repos.is_empty() { Ok(()) } else { take(&paper, &repos) }
}

/// The papers that link repositories, by their keys.
fn linking(week: &FinishedWeek, progress: &Progress) -> Result<HashSet<u64>> {
    let mut linking = HashSet::new();
    of_papers(week, progress, |paper_id, _| {
        linking.insert(paper_key(paper_id));
        Ok(())
    })?;
    Ok(linking)
}

/// The repositories' frameworks, where they are known.
fn frameworks(week: &FinishedWeek, progress: &Progress) -> Result<HashMap<String, String>> {
    let mut frameworks = HashMap::new();
    for portion in weeks::portions([week], &REPOS, progress) {
        let frame = portion?.read(["repo", "framework"])?;
        let known = Row::all(&frame).filter_map(|repo| Some((repo.text("repo")?.to_owned(), repo.text("framework")?.to_owned())));
        frameworks.extend(known);
    }
    Ok(frameworks)
}
