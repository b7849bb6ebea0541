//! Papers that a pipeline leaves out, by all ids that they are known by.

use starcite_core::{Archive, RepoName, paper};
use std::collections::{BTreeSet, HashSet};

/// The papers, by every id that they are known by.
#[derive(Debug, Clone, Default)]
pub struct Hidden {
    ids: HashSet<String>,
    /// Repositories that the papers' links mean, or may mean.
    repos: HashSet<RepoName>,
}

impl Hidden {
    /// True if no paper is left out.
    pub fn is_nothing(&self) -> bool {
        self.ids.is_empty()
    }

    /// True if an id is that of such a paper.
    pub fn has(&self, id: &str) -> bool {
        let as_given_out = || Some(format!("arxiv:{}", paper::arxiv_id(id.strip_prefix("arxiv:")?)?)); // older states have ids with their class
        !self.is_nothing() && (self.ids.contains(id) || as_given_out().is_some_and(|id| self.ids.contains(&id)))
    }

    /// Adds repositories that the papers' links mean, or may mean.
    pub(super) fn add_repos(&mut self, repos: Vec<RepoName>) {
        self.repos.extend(repos);
    }

    /// Returns the ids of the papers that are left out.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &String> {
        self.ids.iter()
    }

    /// Returns the repositories that these papers link, or may link.
    pub fn repos(&self) -> impl Iterator<Item = &RepoName> {
        self.repos.iter()
    }

    /// Adds ids, and the other forms of arXiv ids and DOIs.
    pub(super) fn add<'i>(&mut self, ids: impl IntoIterator<Item = &'i String>) {
        for id in ids.into_iter().flat_map(|id| paper::ids(id, None, id.strip_prefix("doi:"))) {
            self.ids.extend(id.strip_prefix("arxiv:").map(|arxiv| format!("doi:10.48550/arxiv.{}", arxiv.to_lowercase())));
            self.ids.insert(id);
        }
    }

    /// Adds all ids of papers of which one id is known, until nothing changes.
    pub(super) fn grow(&mut self, papers: &[BTreeSet<String>]) {
        let mut before = 0;
        while self.ids.len() > before {
            before = self.ids.len();
            for ids in papers {
                if ids.iter().any(|id| self.has(id)) {
                    self.add(ids);
                }
            }
        }
    }

    /// Returns an archive without the papers; `None` if it is tied to nothing else, or is one of them.
    pub(super) fn taken_out_of(&self, mut archive: Archive) -> Option<Archive> {
        archive.papers.retain(|paper| !self.has(paper));
        archive.cited_by.retain(|paper| !self.has(paper));
        let is_one = self.has(&archive.archive) || archive.concept.as_deref().is_some_and(|concept| self.has(concept));
        (!is_one && archive.ties()).then_some(archive)
    }
}
