//! A finished week's papers with their links, read from its tables, for `starcite rank`.

use super::gains::STAR_COLUMNS;
use super::{Gains, PaperName, UNKNOWN};
use crate::parallel_ordered::parallel_ordered;
use crate::state::paper_key;
use crate::tables::schema::{LINKS, PAPERS, REPOS, STARS};
use crate::tables::{Portion, Row};
use crate::weeks::FinishedWeek;
use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use polars::prelude::DataFrame;
use starcite_core::availability::{CodeLink, Repository};
use starcite_core::{Field, LinkKind, ListClaim, RepoFacts, RepoState, Role, StateReason};
use std::collections::{HashMap, HashSet, VecDeque};

/// Number of papers in a batch.
const BATCH_PAPERS: usize = 4_096;

/// The repositories and papers of a week, with the stars that repositories gained.
pub(crate) struct LinkedPapers {
    repositories: HashMap<String, Known>,
    names: HashMap<u64, Name>,
    pub(crate) gains: Gains,
}

/// Title and day of publication.
type Name = (Option<String>, Option<NaiveDate>);

/// A row of `repos`.
struct Known {
    name: String,
    state: RepoState,
    state_reason: Option<StateReason>,
    observed_at: Option<DateTime<Utc>>,
    observed_by: Option<String>,
    /// Boxed because it is a kilobyte, and rows move from thread to thread and into the map.
    facts: Box<RepoFacts>,
    archived_copy: Option<String>,
}

/// A paper with the links of its newest version.
pub(crate) struct LinkedPaper {
    pub(crate) paper_id: String,
    links: Vec<LinkRow>,
}

/// A row of `links`.
struct LinkRow {
    kind: LinkKind,
    target: Option<String>,
    repo: Option<String>,
    field: Field,
    role: Option<Role>,
    state: Option<RepoState>,
    names_paper: Option<bool>,
    named_where: Option<String>,
    listed: Option<ListClaim>,
    is_reassigned: bool,
}

impl LinkedPapers {
    /// Reads the repositories and stars of a week, and titles of its papers from all weeks up to it. The weeks come newest first.
    pub(crate) fn read(week: &FinishedWeek, weeks: &[FinishedWeek]) -> Result<Self> {
        let wanted = paper_keys(week)?;
        let mut papers = Self { repositories: HashMap::new(), names: HashMap::new(), gains: Gains::until(week.week) };
        let known = |_, portion: Portion| Row::all(&portion.read(REPO_COLUMNS.iter().copied())?).map(Known::of).collect::<Result<Vec<_>>>();
        parallel_ordered(week.long_portions(&REPOS)?.into_iter(), known, |known| {
            papers.repositories.extend(known?.into_iter().map(|known| (known.name.clone(), known)));
            Ok(())
        })?;
        if week.has(&STARS) {
            let until = Gains::until(week.week);
            let gains = |_, portion: Portion| until.with(&portion.read(STAR_COLUMNS.iter().copied())?);
            parallel_ordered(week.long_portions(&STARS)?.into_iter(), gains, |gains: Result<Gains>| {
                papers.gains.join(gains?);
                Ok(())
            })?;
        }
        for week in weeks.iter().filter(|week| week.has(&PAPERS)) {
            let names = |_, portion: Portion| Ok::<_, anyhow::Error>(names(&portion.read(["paper_id", "title", "published"])?, &wanted));
            parallel_ordered(week.long_portions(&PAPERS)?.into_iter(), names, |names| {
                for (key, name) in names? {
                    papers.names.entry(key).or_insert(name); // the newest week comes first
                }
                Ok(())
            })?;
        }
        Ok(papers)
    }

    /// Returns id, title and date of a paper.
    pub(crate) fn name(&self, paper_id: &str) -> PaperName {
        let (title, published) = self.names.get(&paper_key(paper_id)).cloned().unwrap_or_default();
        PaperName { paper_id: paper_id.to_owned(), title, published }
    }

    /// Returns the links of a paper with their repositories.
    pub(crate) fn links<'a>(&'a self, paper: &'a LinkedPaper) -> Vec<CodeLink<'a>> {
        paper.links.iter().map(|link| self.link(link)).collect()
    }

    fn link<'a>(&'a self, link: &'a LinkRow) -> CodeLink<'a> {
        let known = link.repo.as_ref().and_then(|repo| self.repositories.get(repo)).filter(|_| !link.is_reassigned);
        let told = || {
            let (name, state) = (link.repo.as_deref()?, link.state?);
            Some(Repository { name, state, state_reason: None, observed_at: None, observed_by: None, facts: &UNKNOWN, archived_copy: None })
        };
        CodeLink {
            kind: link.kind,
            role: link.role,
            field: link.field,
            target: link.target.as_deref(),
            names_paper: link.names_paper,
            named_where: link.named_where.as_deref(),
            listed: link.listed.as_ref(),
            is_reassigned: link.is_reassigned,
            repository: known.map(Known::repository).or_else(told),
        }
    }
}

impl Known {
    fn of(row: Row<'_>) -> Result<Self> {
        Ok(Self {
            name: row.owned("repo").context("a repository without a name")?,
            state: row.text("state").and_then(RepoState::parse).context("an unknown state")?,
            state_reason: row.text("state_reason").map(|name| StateReason::parse(name).context("an unknown reason of a state")).transpose()?,
            observed_at: row.time("observed_at"),
            observed_by: row.owned("observed_by"),
            facts: Box::new(facts(row)),
            archived_copy: row.owned("archived_copy"),
        })
    }

    fn repository(&self) -> Repository<'_> {
        Repository {
            name: &self.name,
            state: self.state,
            state_reason: self.state_reason,
            observed_at: self.observed_at,
            observed_by: self.observed_by.as_deref(),
            facts: &self.facts,
            archived_copy: self.archived_copy.as_deref(),
        }
    }
}

/// Returns the papers of a week that have links, in batches, in the order of their ids.
pub(crate) fn papers(week: &FinishedWeek) -> Result<impl Iterator<Item = Result<Vec<LinkedPaper>>> + Send> {
    let mut portions = week.long_portions(&LINKS)?.into_iter();
    let mut begun: VecDeque<LinkedPaper> = VecDeque::new();
    Ok(std::iter::from_fn(move || {
        // The last paper may have more links in the next portion.
        while begun.len() <= BATCH_PAPERS
            && let Some(portion) = portions.next()
        {
            if let Err(error) = add_links(&portion, &mut begun) {
                return Some(Err(error));
            }
        }
        let count = begun.len().min(BATCH_PAPERS);
        (count > 0).then(|| Ok(begun.drain(..count).collect()))
    }))
}

fn add_links(portion: &Portion, papers: &mut VecDeque<LinkedPaper>) -> Result<()> {
    let frame = portion.read(LINK_COLUMNS.iter().copied())?;
    for row in Row::all(&frame) {
        if row.text("last_week").is_some() {
            continue; // the paper's newest version lacks it
        }
        let paper_id = row.text("paper_id").context("a link of no paper")?;
        match papers.back_mut() {
            Some(last) if last.paper_id == paper_id => last.links.push(LinkRow::of(row)?),
            _ => papers.push_back(LinkedPaper { paper_id: paper_id.to_owned(), links: vec![LinkRow::of(row)?] }),
        }
    }
    Ok(())
}

/// Returns titles and days of the wanted papers.
fn names(frame: &DataFrame, wanted: &HashSet<u64>) -> Vec<(u64, Name)> {
    let name = |row: Row<'_>| {
        let key = row.text("paper_id").map(paper_key).filter(|key| wanted.contains(key))?;
        Some((key, (row.owned("title"), row.day("published"))))
    };
    Row::all(frame).filter_map(name).collect()
}

/// Returns the keys of the papers that have links.
fn paper_keys(week: &FinishedWeek) -> Result<HashSet<u64>> {
    let mut keys = HashSet::new();
    let read = |_, portion: Portion| {
        let frame = portion.read(["paper_id"])?;
        Ok::<_, anyhow::Error>(frame.column("paper_id")?.str()?.iter().flatten().map(paper_key).collect::<Vec<_>>())
    };
    parallel_ordered(week.long_portions(&LINKS)?.into_iter(), read, |of_portion| {
        keys.extend(of_portion?);
        Ok(())
    })?;
    Ok(keys)
}

const LINK_COLUMNS: &[&str] = &[
    "paper_id",
    "kind",
    "target",
    "repo",
    "field",
    "role",
    "last_week",
    "state",
    "paper_named_by_repo",
    "paper_named_where",
    "official_rule",
    "listed_by",
    "listed_official",
    "listed_in_paper",
    "listed_in_github",
    "listed_framework",
    "listed_at",
];

impl LinkRow {
    fn of(row: Row<'_>) -> Result<Self> {
        Ok(Self {
            kind: row.text("kind").and_then(LinkKind::parse).context("an unknown kind of link")?,
            target: row.owned("target"),
            repo: row.owned("repo"),
            field: row.text("field").and_then(Field::parse).context("an unknown field")?,
            role: row.text("role").map(|role| Role::parse(role).context("an unknown role")).transpose()?,
            state: row.text("state").map(|state| RepoState::parse(state).context("an unknown state")).transpose()?,
            names_paper: row.bool("paper_named_by_repo"),
            named_where: row.owned("paper_named_where"),
            listed: row.text("listed_by").and_then(Field::parse).map(|by| listed(by, row)),
            is_reassigned: row.text("official_rule") == Some("reassigned"),
        })
    }
}

/// Returns the claim of a list about a link.
fn listed(by: Field, row: Row<'_>) -> ListClaim {
    ListClaim {
        by,
        official: row.bool("listed_official"),
        in_paper: row.bool("listed_in_paper"),
        in_github: row.bool("listed_in_github"),
        framework: row.owned("listed_framework"),
        at: row.day("listed_at"),
    }
}

const REPO_COLUMNS: &[&str] = &[
    "repo",
    "state",
    "state_reason",
    "is_archived",
    "is_disabled",
    "is_empty",
    "stars",
    "language",
    "languages",
    "license_spdx",
    "pushed_at",
    "head_committed_at",
    "releases",
    "latest_release",
    "latest_release_at",
    "root_entries",
    "citation_doi",
    "archive_ids",
    "archived_copy",
    "observed_at",
    "observed_by",
];

/// Returns the facts of a repository that a ranking uses.
fn facts(row: Row<'_>) -> RepoFacts {
    RepoFacts {
        is_archived: row.bool("is_archived"),
        is_disabled: row.bool("is_disabled"),
        is_empty: row.bool("is_empty"),
        stars: row.int("stars"),
        language: row.owned("language"),
        languages: row.texts("languages"),
        license_spdx: row.owned("license_spdx"),
        pushed_at: row.time("pushed_at"),
        head_committed_at: row.time("head_committed_at"),
        releases: row.int("releases"),
        latest_release: row.owned("latest_release"),
        latest_release_at: row.time("latest_release_at"),
        root_entries: row.texts("root_entries"),
        citation_doi: row.owned("citation_doi"),
        archive_ids: row.texts("archive_ids"),
        ..RepoFacts::default()
    }
}

#[cfg(test)]
mod tests;
