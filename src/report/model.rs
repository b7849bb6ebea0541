//! A week as its page shows it.

use chrono::NaiveDate;
use starcite_core::availability::Tier;
use starcite_rows::{Change, Link, Paper, Ranking, Repo};
use starcite_tables::manifest::Manifest;
use std::collections::HashMap;

/// A week with the papers of its page.
pub(super) struct Report {
    pub(super) manifest: Manifest,
    /// The papers of the page: by rank, then those without a rank, the newest first.
    pub(super) papers: Vec<Listed>,
    /// The repositories that links of these papers lead to, by name.
    pub(super) repos: HashMap<String, Box<Repo<'static>>>,
    /// The last weeks of the stars of the repositories that count, by name, the oldest first.
    pub(super) stars: HashMap<String, Vec<StarWeek>>,
    pub(super) changes: Vec<Change<'static>>,
}

/// A paper of the page.
pub(super) struct Listed {
    /// The row of the newest week that brought it, which `iso_week` names. Only id, title and day, if no week in the folder has it.
    pub(super) paper: Box<Paper<'static>>,
    pub(super) has_text: bool,
    /// `None` for a paper without a link and a promise.
    pub(super) ranking: Option<Box<Ranking<'static>>>,
    pub(super) tier: Option<Tier>,
    /// The reason why it has no code, or why that is unknown.
    pub(super) why: Option<String>,
    /// True if the week brought it.
    pub(super) is_of_week: bool,
    /// Its links, in the order of the table.
    pub(super) links: Vec<Link<'static>>,
    /// Positions in [`Report::changes`] of those that are about it or about the repository that counts.
    pub(super) changes: Vec<usize>,
}

/// The stars of a repository in a week; `None` is unknown.
pub(super) struct StarWeek {
    pub(super) start: NaiveDate,
    pub(super) total: Option<i64>,
    pub(super) added: Option<i64>,
}

impl Listed {
    /// Returns the repository that counts.
    pub(super) fn repo(&self) -> Option<&str> {
        self.ranking.as_ref()?.repo.as_deref()
    }

    /// True if the week brought the link to the repository that counts.
    pub(super) fn has_new_link(&self) -> bool {
        let is_new = |link: &Link<'_>| link.first_week == link.iso_week && link.repo.as_deref() == self.repo();
        self.repo().is_some() && self.links.iter().any(is_new)
    }
}

impl Report {
    /// Returns the repository that counts for a paper, if its facts are in the week.
    pub(super) fn repo_of(&self, paper: &Listed) -> Option<&Repo<'static>> {
        self.repos.get(paper.repo()?).map(AsRef::as_ref)
    }
}
