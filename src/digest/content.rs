//! The contents of a digest: a value that templates fill in. Texts are on one line, and safe to show.

use crate::cli::plan::{DigestPlan, Filter};
use crate::report::model::{Listed, Report};
use crate::report::page::{authors, gain, notes};
use crate::report::text::{line, short};
use crate::report::{address, feed, words};
use crate::weeks::overview::grouped;
use chrono::{Days, NaiveDate};
use serde::Serialize;
use starcite_core::ChangeKind;
use starcite_core::availability::Tier;
use starcite_core::normal::{self, person_key};
use std::collections::{BTreeMap, HashSet};

/// Trending papers in a digest.
const TRENDING: usize = 5;

/// The most characters of a sentence or a reason.
const SENTENCE: usize = 300;

/// Reasons why papers are unknown that a digest names.
const REASONS: usize = 5;

/// The contents of a digest. Its fields are those of templates (docs/DIGEST.md).
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Digest {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) week: String,
    first_day: NaiveDate,
    last_day: NaiveDate,
    /// The counts of changes in words: `3 papers got code, 1 link broke`.
    pub(crate) headline: String,
    /// Papers with a change that the digest tells.
    pub(crate) changed: Vec<Item>,
    changed_total: usize,
    pub(crate) trending: Vec<Item>,
    /// The best papers of the week that pass the filter, without those above.
    pub(crate) best: Vec<Item>,
    /// Papers of the week that pass the filter, with those that are above.
    best_total: usize,
    /// Sentences about unknown things, and why they are unknown.
    unknown: Vec<String>,
    /// The address of the week's page, if the pipeline names one.
    page: Option<String>,
    program: String,
    /// The ways to leave the list, filled in for each recipient.
    pub(super) unsubscribe: Option<String>,
    pub(super) unsubscribe_url: Option<String>,
}

/// A paper in a digest. What is `None` is unknown, or is none.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Item {
    paper_id: String,
    pub(crate) title: String,
    url: Option<String>,
    authors: Option<String>,
    categories: String,
    published: Option<NaiveDate>,
    repo: Option<String>,
    repo_url: Option<String>,
    tier: &'static str,
    state: Option<String>,
    licence: Option<String>,
    /// `1,234 stars`, or `stars unknown`; `None` without a repository.
    stars: Option<String>,
    gained: Option<String>,
    rank: Option<i64>,
    score: Option<String>,
    why: Option<String>,
    sentence: Option<String>,
    /// The changes that the digest tells, a sentence each.
    changes: Vec<String>,
}

impl Digest {
    /// Chooses the papers of a digest, at most so many a section.
    pub(crate) fn of(report: &Report, plan: &DigestPlan, papers: usize) -> Self {
        let manifest = &report.manifest;
        let first_day = manifest.week.start().date_naive();
        let changed = papers_that(report, |listed| plan.filter.is_about(listed) && told(report, listed, &plan.filter).next().is_some());
        let mut trending = papers_that(report, |listed| trend(listed).is_some());
        trending.sort_by_key(|listed| trend(listed));
        trending.truncate(TRENDING);
        let best = papers_that(report, |listed| listed.is_of_week && plan.filter.is_about(listed) && plan.filter.has_tier(listed));
        let above: HashSet<&str> = changed.iter().take(papers).chain(&trending).map(|listed| &*listed.paper.paper_id).collect();
        let others: Vec<&Listed> = best.iter().copied().filter(|listed| !above.contains(&*listed.paper.paper_id)).collect();
        let items = |of: &[&Listed]| of.iter().map(|listed| item(report, listed, &plan.filter)).collect();
        Self {
            name: plan.name.clone(),
            title: line(manifest.dataset.title().unwrap_or(&manifest.pipeline)),
            week: manifest.week.to_string(),
            first_day,
            last_day: first_day.checked_add_days(Days::new(6)).unwrap_or(first_day),
            headline: headline(report, &changed, best.len(), &plan.filter),
            changed: items(&changed[..changed.len().min(papers)]),
            changed_total: changed.len(),
            trending: items(&trending),
            best: items(&others[..others.len().min(papers)]),
            best_total: best.len(),
            unknown: unknown(report, &plan.filter),
            page: feed::page_of(manifest),
            program: line(&manifest.program),
            unsubscribe: None,
            unsubscribe_url: None,
        }
    }

    /// True if the week has nothing that passes the filter: no mail is sent then.
    pub(crate) fn is_empty(&self) -> bool {
        self.changed_total == 0 && self.best_total == 0
    }
}

fn papers_that(report: &Report, is_wanted: impl Fn(&Listed) -> bool) -> Vec<&Listed> {
    report.papers.iter().filter(|listed| is_wanted(listed)).collect()
}

fn trend(listed: &Listed) -> Option<i64> {
    listed.ranking.as_ref()?.trend_rank
}

impl Filter {
    /// True if a paper is about what the filter names. What is unknown of it does not pass.
    fn is_about(&self, listed: &Listed) -> bool {
        let paper = &listed.paper;
        let categories = || paper.categories.as_deref().unwrap_or_default().iter();
        let is_of = |wanted: &String, category: &str| {
            let rest = category.get(..wanted.len()).filter(|start| start.eq_ignore_ascii_case(wanted)).map(|_| &category[wanted.len()..]);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let has_category = self.categories.is_empty() || categories().any(|category| self.categories.iter().any(|wanted| is_of(wanted, category)));
        let text = || [paper.title.as_deref(), paper.r#abstract.as_deref()].into_iter().flatten().map(|text| format!(" {} ", normal::words(text)));
        let has_keyword = self.keywords.is_empty() || text().any(|words| self.keywords.iter().any(|keyword| keyword.is_in(&words)));
        let names = || paper.authors.as_deref().unwrap_or_default().iter();
        let has_author = self.authors.is_empty() || names().any(|name| self.authors.contains(&person_key(name)));
        has_category && has_keyword && has_author
    }

    /// True if a paper has one of the tiers; without any, if it is ranked, because it has a link or a promise.
    fn has_tier(&self, listed: &Listed) -> bool {
        match &self.tiers {
            Some(tiers) => listed.tier.is_some_and(|tier| tiers.contains(&tier)),
            None => listed.ranking.is_some(),
        }
    }

    /// True if it can't be said of a paper that it passes, because what the filter asks for is unknown.
    fn is_unknown_of(&self, listed: &Listed) -> bool {
        let paper = &listed.paper;
        (!self.categories.is_empty() && paper.categories.is_none()) || (!self.authors.is_empty() && paper.authors.is_none())
    }
}

/// Returns the changes of a paper that the digest tells.
fn told<'r>(report: &'r Report, listed: &'r Listed, filter: &'r Filter) -> impl Iterator<Item = &'r starcite_rows::Change<'static>> {
    listed.changes.iter().map(|at| &report.changes[*at]).filter(|change| filter.changes.contains(&change.kind))
}

fn item(report: &Report, listed: &Listed, filter: &Filter) -> Item {
    let (paper, ranking, repo) = (&listed.paper, listed.ranking.as_deref(), report.repo_of(listed));
    let cut = |text: &str| words::shortened(&short(text), SENTENCE);
    Item {
        paper_id: line(&paper.paper_id),
        title: paper.title.as_deref().filter(|title| !title.trim().is_empty()).map_or_else(|| format!("{} (title unknown)", line(&paper.paper_id)), cut),
        url: address::of_paper(paper),
        authors: paper.authors.as_deref().filter(|names| !names.is_empty()).map(|names| words::shortened(&authors(names), SENTENCE)),
        categories: paper.categories.as_deref().unwrap_or_default().iter().take(REASONS).map(|category| cut(category)).collect::<Vec<_>>().join(" "),
        published: paper.published,
        repo: listed.repo().map(cut),
        repo_url: listed.repo().and_then(address::of_repo),
        tier: listed.tier.map_or("unknown", Tier::as_str),
        state: listed.repo().map(|_| repo.map_or_else(|| "unknown".to_owned(), words::state)),
        licence: repo.and_then(|repo| repo.facts.license_spdx.as_deref()).map(|licence| cut(&words::value(ChangeKind::LicenceChanged, licence))),
        stars: listed.repo().map(|_| feed::stars(repo)),
        gained: ranking.and_then(|ranking| ranking.stars_1w).map(gain),
        rank: ranking.map(|ranking| ranking.rank),
        score: ranking.map(|ranking| format!("{:.1}", ranking.score)),
        why: listed.why.as_deref().map(cut),
        sentence: feed::sentence(listed).map(|sentence| cut(sentence.trim())),
        changes: told(report, listed, filter).map(words::change).collect(),
    }
}

/// Returns what the week brought to the readers of a digest, in a few words.
fn headline(report: &Report, changed: &[&Listed], best: usize, filter: &Filter) -> String {
    let with = |kind: ChangeKind| changed.iter().filter(|listed| told(report, listed, filter).any(|change| change.kind == kind)).count();
    let counted = |count: usize, one: &str, several: &str| (count > 0).then(|| format!("{} {}", grouped(count), if count == 1 { one } else { several }));
    let (appeared, broke) = (with(ChangeKind::CodeAppeared), with(ChangeKind::LinkBroken));
    let is_other = |listed: &&&Listed| told(report, listed, filter).all(|change| !matches!(change.kind, ChangeKind::CodeAppeared | ChangeKind::LinkBroken));
    let parts = [
        counted(appeared, "paper got code", "papers got code"),
        counted(broke, "link broke", "links broke"),
        counted(changed.iter().filter(is_other).count(), "other paper changed", "other papers changed"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { counted(best, "new paper", "new papers").unwrap_or_else(|| "nothing new".to_owned()) } else { parts.join(", ") }
}

/// Returns what is unknown of the papers of the week that pass the filter, and why, a sentence each.
fn unknown(report: &Report, filter: &Filter) -> Vec<String> {
    let of_week = papers_that(report, |listed| listed.is_of_week && filter.is_about(listed));
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for listed in of_week.iter().filter(|listed| listed.tier.is_none()) {
        // behind the colon is the link, which differs from paper to paper
        let why = listed.why.as_deref().and_then(|why| why.split(": ").next()).unwrap_or("no reason is known");
        *reasons.entry(words::shortened(&short(why), SENTENCE).trim_end_matches('.').to_owned()).or_default() += 1;
    }
    let unknown: usize = reasons.values().sum();
    let mut reasons: Vec<(String, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let named = reasons.iter().take(REASONS).map(|(why, count)| format!("{}: {why}.", grouped(*count)));
    let mut sentences = Vec::new();
    if of_week.is_empty() {
        sentences.push("The week brought no papers that are known to pass the filter of this digest.".to_owned());
    } else {
        let papers = if of_week.len() == 1 { "paper" } else { "papers" };
        sentences.push(format!("Of {} {papers} of the week, {}: unknown whether they have code.", grouped(of_week.len()), grouped(unknown)));
    }
    sentences.extend(named);
    let not_judged = report.papers.iter().filter(|listed| listed.is_of_week && filter.is_unknown_of(listed)).count();
    if not_judged > 0 {
        sentences.push(format!("{} papers of the week are left out because their categories or authors are unknown.", grouped(not_judged)));
    }
    sentences.extend(notes(report));
    sentences
}
