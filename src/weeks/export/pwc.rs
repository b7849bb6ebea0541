//! Papers with Code's two files: `papers-with-abstracts` and `links-between-papers-and-code`, in exactly the fields of its dumps.
//!
//! docs/EXPORTS.md defines the value of each field.

use super::json_array::JsonArray;
use super::papers;
use super::pwc_entries::{CodeLink, LinkEntry, LinkedRepo, PaperEntry, PaperHead, Unknown};
use crate::progress::Progress;
use crate::weeks::{self, FinishedWeek};
use anyhow::{Context, Result};
use starcite_core::RepoKind;
use starcite_ground::interrupt;
use starcite_rows::{LINKS, REPOS, Read, Repo, Text, view};
use starcite_state::paper_key;
use starcite_tables::read_rows;
use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::ops::ControlFlow;

/// Names of the files.
pub(crate) const PAPERS_FILE: &str = "papers-with-abstracts.json.gz";
pub(crate) const LINKS_FILE: &str = "links-between-papers-and-code.json.gz";

/// Number of entries of each file.
pub(crate) struct Written {
    pub(crate) papers: u64,
    pub(crate) links: u64,
}

/// Writes the papers of all given weeks and the links of the newest week (the first). Memory holds a number for each paper, the titles
/// of those that link a repository, and the known frameworks.
///
/// # Errors
/// When the newest week lacks links or repos.
pub(crate) fn write(weeks: &[FinishedWeek], unknown: Unknown, papers_to: impl Write, links_to: impl Write, progress: &Progress) -> Result<Written> {
    let newest = weeks.first().context("bug: no week to export")?;
    let frameworks = frameworks(newest, progress)?;
    let linking = linking(newest, progress)?;
    let mut heads = HashMap::new();
    let mut papers = JsonArray::begin(papers_to)?;
    papers::newest(weeks, progress, |paper| {
        let head = PaperHead::of(paper);
        papers.push(&PaperEntry::of(&head, paper, unknown))?;
        let key = paper_key(&paper.paper_id);
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

/// Passes each paper that links repositories to `take`, with one entry for each repository, however many links lead to it.
fn of_papers(week: &FinishedWeek, progress: &Progress, mut take: impl FnMut(&str, &[LinkedRepo]) -> Result<()>) -> Result<()> {
    let (mut paper, mut repos) = (String::new(), Vec::<LinkedRepo>::new());
    for portion in weeks::portions([week], &LINKS, progress) {
        interrupt::check()?;
        for link in read_rows::<CodeLink<'_>>(&portion?.read(CodeLink::names())?)? {
            let link = link?;
            let Some(linked) = LinkedRepo::of(&link) else { continue };
            if link.paper_id != paper && !repos.is_empty() {
                take(&paper, &repos)?;
                repos.clear();
            }
            paper = link.paper_id.into_owned();
            match repos.iter_mut().find(|known| known.repo == linked.repo) {
                Some(known) => known.add(&linked),
                None => repos.push(linked),
            }
        }
    }
    if repos.is_empty() { Ok(()) } else { take(&paper, &repos) }
}

/// Returns the keys of the papers that link repositories.
fn linking(week: &FinishedWeek, progress: &Progress) -> Result<HashSet<u64>> {
    let mut linking = HashSet::new();
    of_papers(week, progress, |paper_id, _| {
        linking.insert(paper_key(paper_id));
        Ok(())
    })?;
    Ok(linking)
}

view! {
    struct Framework<'a> of Repo {
        repo: Text<'a>,
        repo_kind: RepoKind,
        framework: Option<Text<'a>>,
    }
}

/// Returns the repositories' known frameworks.
fn frameworks(week: &FinishedWeek, progress: &Progress) -> Result<HashMap<String, String>> {
    let mut frameworks = HashMap::new();
    for portion in weeks::portions([week], &REPOS, progress) {
        for repo in read_rows::<Framework<'_>>(&portion?.read(Framework::names())?)? {
            let Framework { repo, repo_kind, framework } = repo?;
            frameworks.extend(framework.filter(|_| repo_kind == RepoKind::Code).map(|framework| (repo.into_owned(), framework.into_owned())));
        }
    }
    Ok(frameworks)
}
