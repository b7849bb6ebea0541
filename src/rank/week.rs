//! A finished week's papers with their links, read from its tables, for `starcite rank`.

use super::{Gains, PaperName, RankedLink, StarWeek};
use crate::weeks::FinishedWeek;
use anyhow::Result;
use chrono::{DateTime, NaiveDate, Utc};
use polars::prelude::DataFrame;
use starcite_core::availability::{CodeFacts, CodeLink, Repository};
use starcite_core::{RepoKind, RepoState, StateReason, Week};
use starcite_ground::parallel_ordered::parallel_ordered;
use starcite_rows::{LINKS, PAPERS, Paper, REPOS, Read, Repo, STARS, Text, Texts, Value, view};
use starcite_state::paper_key;
use starcite_tables::{Portion, read_rows};
use std::collections::{HashMap, HashSet, VecDeque};

/// Number of papers in a batch.
const BATCH_PAPERS: usize = 4_096;

/// The repositories and papers of a week, with the stars that repositories gained.
pub(crate) struct LinkedPapers {
    /// Boxed because rows move from thread to thread and into the map.
    repositories: HashMap<String, Box<RankedRepo<'static>>>,
    names: HashMap<u64, Name>,
    pub(crate) gains: Gains,
}

/// Title and day of publication, and the fields for filters if they were asked for.
type Name = (Option<String>, Option<NaiveDate>, Option<Box<Sought>>);

/// Fields of a paper by which people look for it.
#[derive(Debug, Clone)]
pub(crate) struct Sought {
    pub(crate) categories: Vec<String>,
    /// Title, authors and ids.
    pub(crate) text: String,
}

/// A paper with the links of its newest version.
pub(crate) struct LinkedPaper {
    pub(crate) paper_id: String,
    links: Vec<RankedLink<'static>>,
}

impl LinkedPaper {
    /// True if the paper links the repository since this week.
    pub(crate) fn has_new_link(&self, repo: &str, week: Week) -> bool {
        self.links.iter().any(|link| link.first_week == week && link.repo.as_deref() == Some(repo))
    }
}

impl LinkedPapers {
    /// Reads the repositories and stars of a week, and titles of its papers from all weeks up to it, with what people look for if `is_sought`. The weeks come
    /// newest first.
    pub(crate) fn read(week: &FinishedWeek, weeks: &[FinishedWeek], is_sought: bool) -> Result<Self> {
        let wanted = paper_keys(week)?;
        let mut papers = Self { repositories: HashMap::new(), names: HashMap::new(), gains: Gains::until(week.week) };
        let known = |_, portion: Portion| {
            read_rows::<RankedRepo<'_>>(&portion.read(RankedRepo::names())?)?.map(|row| Ok(Box::new(row?.into_static()))).collect::<Result<Vec<_>>>()
        };
        parallel_ordered(week.long_portions(&REPOS)?.into_iter(), known, |known| {
            papers.repositories.extend(known?.into_iter().map(|known| (known.repo.to_string(), known)));
            Ok(())
        })?;
        if week.has(&STARS) {
            let until = Gains::until(week.week);
            let gains = |_, portion: Portion| until.with(&portion.read(StarWeek::names())?);
            parallel_ordered(week.long_portions(&STARS)?.into_iter(), gains, |gains: Result<Gains>| {
                papers.gains.join(gains?);
                Ok(())
            })?;
        }
        for week in weeks.iter().filter(|week| week.has(&PAPERS)) {
            let names = |_, portion: Portion| {
                if is_sought { sought(&portion.read(NamedAndSought::names())?, &wanted) } else { names(&portion.read(Named::names())?, &wanted) }
            };
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
        let (title, published, _) = self.names.get(&paper_key(paper_id)).cloned().unwrap_or_default();
        PaperName { paper_id: paper_id.to_owned(), title, published }
    }

    /// Returns the fields of a paper for filters, if they were read.
    pub(crate) fn sought(&self, paper_id: &str) -> Option<&Sought> {
        self.names.get(&paper_key(paper_id))?.2.as_deref()
    }

    /// Returns the links of a paper with their repositories.
    pub(crate) fn links<'a>(&'a self, paper: &'a LinkedPaper) -> Vec<CodeLink<'a>> {
        paper.links.iter().map(|link| self.link(link)).collect()
    }

    fn link<'a>(&'a self, link: &'a RankedLink<'_>) -> CodeLink<'a> {
        let known = link.repo.as_deref().and_then(|repo| self.repositories.get(repo)).filter(|_| !link.is_reassigned());
        if known.is_some_and(|row| row.repo_kind != RepoKind::Code) {
            return link.with(None);
        }
        let told = || {
            let (name, state) = (link.repo.as_deref()?, link.state?);
            Some(Repository { name, state, state_reason: None, observed_at: None, observed_by: None, facts: CodeFacts::default(), archived_copy: None })
        };
        link.with(known.map(|row| row.repository()).or_else(told))
    }
}

view! {
    /// The columns of a repository that the ranking reads.
    #[derive(Clone)]
    struct RankedRepo<'a> of Repo {
        repo: Text<'a>,
        repo_kind: RepoKind,
        state: RepoState,
        state_reason: Option<StateReason>,
        is_archived: Option<bool>,
        is_disabled: Option<bool>,
        is_empty: Option<bool>,
        stars: Option<i64>,
        language: Option<Text<'a>>,
        languages: Option<Texts<'a>>,
        license_spdx: Option<Text<'a>>,
        pushed_at: Option<DateTime<Utc>>,
        head_committed_at: Option<DateTime<Utc>>,
        releases: Option<i64>,
        latest_release: Option<Text<'a>>,
        latest_release_at: Option<DateTime<Utc>>,
        root_entries: Option<Texts<'a>>,
        citation_doi: Option<Text<'a>>,
        archive_ids: Option<Texts<'a>>,
        archived_copy: Option<Text<'a>>,
        observed_at: Option<DateTime<Utc>>,
        observed_by: Option<Text<'a>>,
    }
}

impl RankedRepo<'_> {
    fn repository(&self) -> Repository<'_> {
        Repository {
            name: &self.repo,
            state: self.state,
            state_reason: self.state_reason,
            observed_at: self.observed_at,
            observed_by: self.observed_by.as_deref(),
            facts: self.facts(),
            archived_copy: self.archived_copy.as_deref(),
        }
    }

    fn facts(&self) -> CodeFacts<'_> {
        CodeFacts {
            is_archived: self.is_archived,
            is_disabled: self.is_disabled,
            is_empty: self.is_empty,
            stars: self.stars,
            language: self.language.as_deref(),
            languages: self.languages.as_deref(),
            license_spdx: self.license_spdx.as_deref(),
            pushed_at: self.pushed_at,
            head_committed_at: self.head_committed_at,
            releases: self.releases,
            latest_release: self.latest_release.as_deref(),
            latest_release_at: self.latest_release_at,
            root_entries: self.root_entries.as_deref(),
            citation_doi: self.citation_doi.as_deref(),
            archive_ids: self.archive_ids.as_deref(),
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
    let frame = portion.read(RankedLink::names())?;
    for link in read_rows::<RankedLink<'_>>(&frame)? {
        let link = link?;
        if link.last_week.is_some() {
            continue; // the paper's newest version lacks it
        }
        match papers.back_mut() {
            Some(last) if last.paper_id == link.paper_id => last.links.push(link.into_static()),
            _ => papers.push_back(LinkedPaper { paper_id: link.paper_id.as_ref().to_owned(), links: vec![link.into_static()] }),
        }
    }
    Ok(())
}

view! {
    struct Named<'a> of Paper {
        paper_id: Text<'a>,
        title: Option<Text<'a>>,
        published: Option<NaiveDate>,
    }
}

/// Returns titles and days of the wanted papers.
fn names(frame: &DataFrame, wanted: &HashSet<u64>) -> Result<Vec<(u64, Name)>> {
    let mut names = Vec::new();
    for paper in read_rows::<Named<'_>>(frame)? {
        let paper = paper?;
        let key = paper_key(&paper.paper_id);
        if wanted.contains(&key) {
            names.push((key, (paper.title.into_owned(), paper.published, None)));
        }
    }
    Ok(names)
}

view! {
    struct NamedAndSought<'a> of Paper {
        paper_id: Text<'a>,
        arxiv_id: Option<Text<'a>>,
        doi: Option<Text<'a>>,
        title: Option<Text<'a>>,
        authors: Option<Texts<'a>>,
        categories: Option<Texts<'a>>,
        published: Option<NaiveDate>,
    }
}

/// Returns the same with the fields for filters.
fn sought(frame: &DataFrame, wanted: &HashSet<u64>) -> Result<Vec<(u64, Name)>> {
    let named = |paper: NamedAndSought<'_>| {
        let key = paper_key(&paper.paper_id);
        let (title, authors) = (paper.title.into_owned(), paper.authors.into_owned().unwrap_or_default());
        let ids = [&paper.arxiv_id, &paper.doi].map(|id| id.as_deref().unwrap_or_default());
        let text = format!("{} {} {}", title.as_deref().unwrap_or_default(), authors.join(" "), ids.join(" "));
        let sought = Sought { categories: paper.categories.into_owned().unwrap_or_default(), text };
        wanted.contains(&key).then(|| (key, (title, paper.published, Some(Box::new(sought)))))
    };
    read_rows::<NamedAndSought<'_>>(frame)?.filter_map(|paper| paper.map(named).transpose()).collect()
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

#[cfg(test)]
mod tests;
