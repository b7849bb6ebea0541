//! A week as its page shows it.

use chrono::NaiveDate;
use starcite_core::availability::Tier;
use starcite_rows::{Change, Link, Paper, Ranking, Repo};
use starcite_tables::manifest::Manifest;
use std::collections::HashMap;

/// A week with the papers of its page.
pub(crate) struct Report {
    pub(crate) manifest: Manifest,
    /// The papers of the page: by rank, then those without a rank, the newest first.
    pub(crate) papers: Vec<Listed>,
    /// The repositories that links of these papers lead to, by name.
    pub(crate) repos: HashMap<String, Box<Repo<'static>>>,
    /// The last weeks of the stars of the repositories that count, by name, the oldest first.
    pub(crate) stars: HashMap<String, Vec<StarWeek>>,
    pub(crate) changes: Vec<Change<'static>>,
}

/// A paper of the page.
pub(crate) struct Listed {
    /// The row of the newest week that brought it, which `iso_week` names. Only id, title and day, if no week in the folder has it.
    pub(crate) paper: Box<Paper<'static>>,
    pub(crate) has_text: bool,
    /// `None` for a paper without a link and a promise.
    pub(crate) ranking: Option<Box<Ranking<'static>>>,
    pub(crate) tier: Option<Tier>,
    /// The reason why it has no code, or why that is unknown.
    pub(crate) why: Option<String>,
    /// True if the week brought it.
    pub(crate) is_of_week: bool,
    /// Its links, in the order of the table.
    pub(crate) links: Vec<Link<'static>>,
    /// Positions in [`Report::changes`] of those that are about it or about the repository that counts.
    pub(crate) changes: Vec<usize>,
}

/// The stars of a repository in a week; `None` is unknown.
pub(crate) struct StarWeek {
    pub(crate) start: NaiveDate,
    pub(crate) total: Option<i64>,
    pub(crate) added: Option<i64>,
}

impl Listed {
    /// Returns the repository that counts.
    pub(crate) fn repo(&self) -> Option<&str> {
        self.ranking.as_ref()?.repo.as_deref()
    }

    /// True if the week brought the link to the repository that counts.
    pub(crate) fn has_new_link(&self) -> bool {
        let is_new = |link: &Link<'_>| link.first_week == link.iso_week && link.repo.as_deref() == self.repo();
        self.repo().is_some() && self.links.iter().any(is_new)
    }
}

impl Report {
    /// Returns the repository that counts for a paper, if its facts are in the week.
    pub(crate) fn repo_of(&self, paper: &Listed) -> Option<&Repo<'static>> {
        self.repos.get(paper.repo()?).map(AsRef::as_ref)
    }
}
