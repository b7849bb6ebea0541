//! Links of papers as of the week: resolved with the known repositories, written as rows of `links` and `citations`, and ranked.

mod cited;
mod named;

pub(crate) use named::NamedRepos;

use crate::cli::plan::Plan;
use crate::rank::{Best, Gains, Order, PaperName, Ranked, RankedLink, repository_of};
use crate::run::changes::{Before, PaperChange};
use crate::run::rows;
use crate::run::settle::settle;
use anyhow::Result;
pub(super) use cited::Counted;
use starcite_core::availability::{Repository, Tier};
use starcite_core::{LinkKind, Week};
use starcite_ground::parallel_ordered::parallel_ordered;
use starcite_rows as schema;
use starcite_state::{ArchivedRepos, ByName, Merge, Namings, PaperVersions, RepoRow, State, WeekLink, WeekPaper, paper_key};
use starcite_tables::manifest::CountCoverage;
use starcite_tables::{Layout, RowGroup, TableWriter};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Number of papers with links or citations in one batch: their rows become a row group, which depends on nothing else.
const BATCH_PAPERS: usize = 4_096;

/// Number of papers named in the summary.
const BEST: usize = 10;

/// Number of ranked papers held in memory, a kilobyte each, while a run needs memory for other data.
const RANKED_IN_MEMORY: usize = 8_192;

/// The results for all links.
pub(crate) struct Linked {
    pub(crate) by_kind: BTreeMap<LinkKind, u64>,
    /// Number of papers by tier; `None` if the tier is not known.
    pub(crate) by_tier: BTreeMap<Option<Tier>, u64>,
    pub(crate) named: NamedRepos,
    /// The best papers of the ranking.
    pub(crate) best: Best,
    /// All ranked papers, if the pipeline wants `rankings`.
    pub(crate) order: Option<Order>,
    pub(crate) changes: Vec<PaperChange>,
    /// Coverage of the rows of `citations`, if the pipeline requests counts.
    pub(crate) counts: Option<CountCoverage>,
    /// Number of papers that an earlier run of the week brought, and this one did not.
    pub(crate) papers_of_earlier_runs: u64,
    /// The weeks whose papers have links or citations.
    pub(crate) built_on: BTreeSet<Week>,
}

/// The results for a batch of papers.
#[derive(Default)]
struct BatchOutput<'a> {
    by_kind: BTreeMap<LinkKind, u64>,
    ranked: Vec<Ranked>,
    papers_of_earlier_runs: u64,
    built_on: BTreeSet<Week>,
    readings: Vec<named::NamingIndex<'a>>,
    changes: Vec<PaperChange>,
    links: Option<RowGroup>,
    citations: Option<RowGroup>,
    counts: Option<CountCoverage>,
}

/// Data that the links are resolved and ranked with.
#[derive(Clone, Copy)]
pub(crate) struct LinkContext<'a> {
    pub(crate) known: &'a [RepoRow],
    pub(crate) gains: &'a Gains,
    /// The week before, if there is one.
    pub(crate) before: Option<&'a Before>,
    /// The keys of the papers that this run brought, if an earlier one may have brought others.
    pub(crate) brought: Option<&'a HashSet<u64>>,
}

/// Data that all batches share.
struct Linking<'a> {
    plan: &'a Plan,
    asked_hosts: Vec<&'a str>,
    by_name: ByName<'a>,
    namings: Namings,
    archived: ArchivedRepos,
    around: LinkContext<'a>,
    counts: &'a Counted,
    links: Option<Layout>,
    citations: Option<Layout>,
}

/// Writes the links and citations of every paper as of the week, paper by paper in the order of their ids, followed by the papers that
/// repositories name.
pub(crate) fn write(
    plan: &Plan,
    state: &State,
    around: LinkContext<'_>,
    links: &mut Option<TableWriter>,
    citations: &mut Option<TableWriter>,
) -> Result<Linked> {
    let layout = |table: &Option<TableWriter>| table.as_ref().map(|table| table.layout().clone());
    let (by_name, namings, counts) = (ByName::of(around.known), state.namings(plan.week)?, Counted::of(plan, state)?);
    let archived = state.archived_repos(plan.week)?;
    let asked_hosts = plan.asked_hosts();
    let linking = Linking { plan, asked_hosts, by_name, namings, archived, around, counts: &counts, links: layout(links), citations: layout(citations) };
    let mut linked = Linked {
        by_kind: BTreeMap::new(),
        by_tier: BTreeMap::new(),
        named: NamedRepos::new()?,
        best: Best::of(BEST),
        order: plan.tables.contains(schema::RANKINGS.name).then(|| Order::new(plan.rank.recent_since(plan.week), RANKED_IN_MEMORY)),
        changes: Vec::new(),
        counts: counts.coverage(),
        papers_of_earlier_runs: 0,
        built_on: BTreeSet::new(),
    };
    let mut merge = state.linked_until(plan.week)?;
    let batches = std::iter::from_fn(move || next_batch(&mut merge).transpose());
    parallel_ordered(
        batches,
        |_, papers| linking.work(papers?),
        |worked: Result<BatchOutput<'_>>| {
            let worked = worked?;
            worked.by_kind.into_iter().for_each(|(kind, count)| *linked.by_kind.entry(kind).or_default() += count);
            for ranked in worked.ranked {
                *linked.by_tier.entry(ranked.tier).or_default() += 1;
                linked.best.add(&ranked);
                linked.order.as_mut().map_or(Ok(()), |order| order.add(ranked))?;
            }
            linked.named.add(&worked.readings)?;
            linked.changes.extend(worked.changes);
            linked.counts.iter_mut().zip(&worked.counts).for_each(|(counts, more)| counts.add(more));
            linked.papers_of_earlier_runs += worked.papers_of_earlier_runs;
            linked.built_on.extend(worked.built_on);
            append(links, worked.links)?;
            append(citations, worked.citations)
        },
    )?;
    // Repositories that only hidden papers link do not belong to the week.
    let left_out: Vec<_> = state.hidden().repos().map(|repo| named::NamingIndex::possible(repo, linking.by_name.get(repo))).collect();
    linked.named.add(&left_out)?;
    if let Some(citations) = citations {
        let repos = around.known.iter().filter(|repo| linked.named.is_of_week(repo));
        cited::write_named_by(repos, state, &counts, plan.week, citations, &mut linked.counts)?;
    }
    Ok(linked)
}

fn next_batch(merge: &mut Merge<rusqlite::Connection>) -> Result<Option<Vec<PaperVersions>>> {
    let mut papers = Vec::new();
    while papers.len() < BATCH_PAPERS
        && let Some(paper) = merge.next_paper()?
    {
        if paper.points_somewhere()? {
            papers.push(paper);
        }
    }
    Ok((!papers.is_empty()).then_some(papers))
}

fn append(table: &mut Option<TableWriter>, rows: Option<RowGroup>) -> Result<()> {
    match (table, rows) {
        (Some(table), Some(rows)) => table.append(&rows),
        _ => Ok(()),
    }
}

impl<'a> Linking<'a> {
    fn work(&self, papers: Vec<PaperVersions>) -> Result<BatchOutput<'a>> {
        let mut worked = BatchOutput { counts: self.counts.coverage(), ..BatchOutput::default() };
        let mut links = self.links.as_ref().map(Layout::columns);
        let mut citations = self.citations.as_ref().map(Layout::columns);
        for versions in papers {
            let mut paper = versions.as_of_week()?;
            self.settle(&mut paper, &mut worked)?;
            worked.papers_of_earlier_runs += u64::from(self.is_of_earlier_run(&paper));
            worked.built_on.extend(&paper.weeks);
            let mut ranked = Vec::new();
            for link in &paper.links {
                *worked.by_kind.entry(link.link.kind).or_default() += 1;
                let repo = self.repo_of(link);
                let naming = repo.and_then(|repo| self.namings.get(repo.id, &paper.paper_id));
                let row = rows::link(&paper.paper_id, link, repo, naming, self.plan.week);
                links.as_mut().map_or(Ok(()), |links| links.push(&row))?;
                if link.last_week.is_none() {
                    ranked.push((RankedLink::from(&row), repository_of(link, repo, &self.asked_hosts)));
                }
            }
            worked.ranked.extend(self.rank(&paper, &ranked));
            if let Some(citations) = &mut citations {
                for citation in &paper.citations {
                    let count = self.counts.get(&citation.cited);
                    cited::note(&mut worked.counts, count);
                    citations.push(&rows::citation(&paper.paper_id, citation, count, self.plan.week))?;
                }
            }
            if let Some(before) = self.around.before {
                worked.changes.extend(before.of_paper(&versions, &paper, &self.links_of(&paper), &self.namings)?);
            }
        }
        worked.links = self.links.as_ref().zip(links).map(|(layout, links)| layout.encode(links)).transpose()?;
        worked.citations = self.citations.as_ref().zip(citations).map(|(layout, citations)| layout.encode(citations)).transpose()?;
        Ok(worked)
    }

    /// Returns the links of the paper's newest version, with their repositories; the other links stay in the table, but no longer count.
    fn links_of<'p>(&self, paper: &'p WeekPaper) -> Vec<(&'p WeekLink, Option<&'a RepoRow>)> {
        paper.links.iter().filter(|link| link.last_week.is_none()).map(|link| (link, self.repo_of(link))).collect()
    }

    fn rank(&self, paper: &WeekPaper, links: &[(RankedLink<'_>, Option<Repository<'_>>)]) -> Option<Ranked> {
        let links: Vec<_> = links.iter().map(|(link, repository)| link.with(repository.clone())).collect();
        let name = PaperName { paper_id: paper.paper_id.clone(), title: paper.title.clone(), published: paper.published };
        self.plan.rank.paper(name, &links, self.around.gains, self.plan.week)
    }

    /// Resolves ambiguous links, then finds the repositories of archives, and records the repositories that links refer to.
    fn settle(&self, paper: &mut WeekPaper, worked: &mut BatchOutput<'a>) -> Result<()> {
        for link in paper.links.iter().filter(|link| link.link.readings().count() > 1) {
            worked.readings.extend(link.link.readings().map(|repo| named::NamingIndex::possible(repo, self.by_name.get(repo))));
        }
        let names_paper = |repo: &RepoRow| self.namings.get(repo.id, &paper.paper_id).map(Option::is_some);
        settle(&mut paper.links, |name| self.by_name.get(name), names_paper);
        paper.tie_archives(|archive| self.archived.get(archive))?;
        for link in &paper.links {
            worked.readings.extend(link.link.repo.as_ref().map(|repo| named::NamingIndex::meant(repo, self.repo_of(link))));
        }
        Ok(())
    }

    fn is_of_earlier_run(&self, paper: &WeekPaper) -> bool {
        let is_brought = |brought: &HashSet<u64>| brought.contains(&paper_key(&paper.paper_id));
        paper.newest == Some(self.plan.week) && paper.points_somewhere() && !self.around.brought.is_none_or(is_brought)
    }

    fn repo_of(&self, link: &WeekLink) -> Option<&'a RepoRow> {
        link.link.repo.as_ref().and_then(|name| self.by_name.meant(name, link.first_week))
    }
}
