//! Feeds of a report's papers, as files: those of all papers, and those of each of arXiv's categories that a paper has. A feed without entries is written
//! as well, because readers give up a feed that is gone.

mod atom;
#[cfg(test)]
mod tests;

use super::model::{Listed, Report};
use super::{address, words};
use crate::weeks::overview::grouped;
use crate::weeks::report_files::has_feeds;
use atom::{Entry, Feed, end_of, start_of, tag};
use starcite_core::availability::Tier;
use starcite_core::{ChangeKind, LinkKind, Week};
use starcite_rows::Repo;
use starcite_tables::manifest::Manifest;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

/// A feed as a file.
pub(super) struct FeedFile {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// A kind of feed: its papers, and their order.
struct Kind {
    /// Part of its files' names, and of ids: it never changes.
    name: &'static str,
    title: &'static str,
    /// One of its papers, and several.
    paper: [&'static str; 2],
    most: usize,
    most_of_category: usize,
    papers: fn(&Report) -> Vec<&Listed>,
    /// Returns the reason why a paper is in it, as sentences.
    why: fn(&Report, &Listed) -> String,
    /// True if a paper of another week is another entry: those changes are over.
    is_by_week: bool,
}

const KINDS: [Kind; 4] = [
    Kind {
        name: "ranking",
        title: "papers by code availability",
        paper: ["ranked paper", "ranked papers"],
        most: 100,
        most_of_category: 25,
        papers: ranked,
        why: rank,
        is_by_week: false,
    },
    Kind {
        name: "trending",
        title: "papers by stars gained",
        paper: ["paper with a known trend", "papers with a known trend"],
        most: 100,
        most_of_category: 25,
        papers: trending,
        why: gains,
        is_by_week: false,
    },
    Kind {
        name: "changes",
        title: "what changed in papers' code",
        paper: ["paper with changes", "papers with changes"],
        most: 500,
        most_of_category: 100,
        papers: changed,
        why: changes,
        is_by_week: true,
    },
    Kind {
        name: "code",
        title: "papers with new code",
        paper: ["paper with new code", "papers with new code"],
        most: 500,
        most_of_category: 100,
        papers: with_new_code,
        why: news,
        is_by_week: false,
    },
];

/// The most weeks in the feed of weeks.
const MOST_WEEKS: usize = 100;
/// The most categories with feeds of their own: arXiv has fewer, records of others may invent any number.
const MOST_CATEGORIES: usize = 250;
const MOST_CHARS_OF_A_SENTENCE: usize = 500;

/// Returns the feeds of a report, one after the other, because together they may be large. `base` is the address at which the report's folder will be. Each
/// category of a feed that is `there`, by its file's name, keeps its feeds also in a week without an entry, because somebody may read them.
pub(super) fn feeds<'a>(report: &'a Report, base: Option<&'a str>, there: &'a [String]) -> impl Iterator<Item = FeedFile> + 'a {
    let categories = categories(report, there);
    KINDS.iter().flat_map(move |kind| {
        let papers = (kind.papers)(report);
        let mut own = by_category(&papers);
        let by_category: Vec<_> = categories.iter().map(|(key, category)| (Some(*category), own.remove(key).unwrap_or_default())).collect();
        iter::once((None, papers)).chain(by_category).map(move |(category, papers)| {
            let name = file_name(kind.name, category);
            FeedFile { bytes: kind.feed(report, category, &papers, Place { base, file: &name }).bytes(), name }
        })
    })
}

/// Returns the feeds of all papers, and that of the weeks: their files, and what each holds.
pub(super) fn of_all() -> impl Iterator<Item = (String, &'static str)> {
    KINDS.iter().map(|kind| (file_name(kind.name, None), kind.title)).chain([(file_name("weeks", None), "the weeks, an entry each")])
}

/// Returns the feed of weeks: `weeks` are these and a sentence on each, newest first; `newest` is the manifest of the newest.
pub(super) fn weeks(newest: &Manifest, weeks: &[(Week, String)], base: Option<&str>) -> FeedFile {
    let name = file_name("weeks", None);
    let place = Place { base, file: &name };
    let entry = |(week, sentence): &(Week, String)| Entry {
        id: tag(&[&newest.pipeline, "weeks", &week.to_string()]),
        title: format!("{week}: {} to {}", week.start().format("%-d %B %Y"), (week.end() - chrono::TimeDelta::days(1)).format("%-d %B %Y")),
        updated: end_of(*week),
        published: None,
        authors: Vec::new(),
        alternate: place.page_of(*week),
        related: None,
        categories: Vec::new(),
        text: sentence.clone(),
    };
    let entries: Vec<Entry> = weeks.iter().take(MOST_WEEKS).map(entry).collect();
    let subtitle = format!("{}.", counted(entries.len(), weeks.len(), ["week", "weeks"]));
    let mut feed = head(newest, "weeks", place);
    (feed.id, feed.subtitle, feed.alternate) = (tag(&[&newest.pipeline, "feed", "weeks"]), subtitle, place.address("index.html"));
    feed.updated = weeks.first().map_or(feed.updated, |(week, _)| end_of(*week));
    feed.entries = entries;
    FeedFile { bytes: feed.bytes(), name }
}

fn file_name(kind: &str, category: Option<&str>) -> String {
    category.map_or_else(|| format!("{kind}.atom"), |category| format!("{kind}.{category}.atom"))
}

/// The place of a feed on the web, where that is known.
#[derive(Clone, Copy)]
struct Place<'a> {
    base: Option<&'a str>,
    file: &'a str,
}

/// Returns the address of a week's page, if its pipeline names where the report is.
pub(crate) fn page_of(manifest: &Manifest) -> Option<String> {
    Place { base: manifest.dataset.report_url(), file: "" }.page_of(manifest.week)
}

impl Place<'_> {
    fn address(self, file: &str) -> Option<String> {
        address::of_web(&format!("{}/{file}", self.base?.trim_end_matches('/')))
    }

    fn page_of(self, week: Week) -> Option<String> {
        self.address(&format!("{week}/index.html"))
    }
}

/// Returns what all feeds of a pipeline have.
fn head(manifest: &Manifest, title: &str, place: Place<'_>) -> Feed {
    let pipeline = Some(manifest.pipeline.as_str()).filter(|name| !name.trim().is_empty()).unwrap_or("starcite");
    Feed {
        id: String::new(),
        title: format!("{}: {title}", manifest.dataset.title().unwrap_or(pipeline)),
        subtitle: String::new(),
        updated: end_of(manifest.week),
        author: manifest.dataset.author().unwrap_or(pipeline).to_owned(),
        generator: manifest.program.clone(),
        itself: place.address(place.file),
        alternate: None,
        entries: Vec::new(),
    }
}

/// Returns arXiv's categories of a report's papers, the most frequent first, and of feeds that are there; each with its key in [`by_category`].
fn categories<'a>(report: &'a Report, there: &'a [String]) -> Vec<(String, &'a str)> {
    let all: Vec<&Listed> = report.papers.iter().collect();
    let mut found: Vec<_> = by_category(&all).into_iter().collect();
    found.sort_by_key(|(_, papers)| std::cmp::Reverse(papers.len()));
    found.truncate(MOST_CATEGORIES);
    let spelt = |(key, papers): (String, Vec<&'a Listed>)| {
        let category = own_categories(papers[0]).find(|category| category.eq_ignore_ascii_case(&key))?;
        Some((key, category))
    };
    let mut categories: Vec<(String, &str)> = found.into_iter().filter_map(spelt).collect();
    for category in there.iter().filter_map(|name| name.split_once('.')?.1.strip_suffix(".atom")).filter(|category| has_feeds(category)) {
        let key = category.to_ascii_lowercase();
        if !categories.iter().any(|(known, _)| *known == key) {
            categories.push((key, category));
        }
    }
    categories
}

/// Returns the papers of each of arXiv's categories, in their order. The key is in lower case: two spellings would be one file on some systems.
fn by_category<'a>(papers: &[&'a Listed]) -> BTreeMap<String, Vec<&'a Listed>> {
    let mut found: BTreeMap<String, Vec<&Listed>> = BTreeMap::new();
    for paper in papers {
        let keys: BTreeSet<String> = own_categories(paper).map(str::to_ascii_lowercase).collect();
        keys.into_iter().for_each(|key| found.entry(key).or_default().push(paper));
    }
    found
}

fn own_categories(listed: &Listed) -> impl Iterator<Item = &str> {
    let all = listed.paper.categories.iter().flat_map(|all| all.iter()).map(String::as_str);
    all.filter(|category| has_feeds(category))
}

/// Returns a count of entries, and of how many they are the first.
fn counted(shown: usize, total: usize, [one, several]: [&str; 2]) -> String {
    match (shown, total) {
        (_, 0) => format!("No {one}"),
        (_, 1) => format!("1 {one}"),
        (shown, total) if shown == total => format!("All {} {several}", grouped(total)),
        (shown, total) => format!("The first {} of {} {several}", grouped(shown), grouped(total)),
    }
}

impl Kind {
    fn feed(&self, report: &Report, category: Option<&str>, papers: &[&Listed], place: Place<'_>) -> Feed {
        let manifest = &report.manifest;
        let (within, most) = category.map_or((String::new(), self.most), |category| (format!(" in {category}"), self.most_of_category));
        let entries: Vec<Entry> = papers.iter().take(most).map(|listed| self.entry(report, listed)).collect();
        let mut subtitle = format!("{}{within} on the page of {}.", counted(entries.len(), papers.len(), self.paper), manifest.week);
        let others = if self.is_by_week && category.is_none() { changes_of_others(report) } else { 0 };
        if others > 0 {
            let noun = if others == 1 { "change" } else { "changes" };
            subtitle += &format!(" The table changes has {} more {noun}, of repositories that count for none of them.", grouped(others));
        }
        let names: Vec<&str> = [manifest.pipeline.as_str(), "feed", self.name].into_iter().chain(category).collect();
        let title = format!("{}{within}", self.title);
        Feed { id: tag(&names), subtitle, alternate: place.page_of(manifest.week), entries, ..head(manifest, &title, place) }
    }

    fn entry(&self, report: &Report, listed: &Listed) -> Entry {
        let (paper, manifest) = (&listed.paper, &report.manifest);
        let week = manifest.week.to_string();
        let week = self.is_by_week.then_some(week.as_str());
        let names: Vec<&str> = [manifest.pipeline.as_str(), self.name].into_iter().chain(week).chain([&*paper.paper_id]).collect();
        let title = paper.title.as_deref().filter(|title| !title.trim().is_empty());
        Entry {
            id: tag(&names),
            title: title.map_or_else(|| format!("{} (title unknown)", paper.paper_id), str::to_owned),
            updated: end_of(manifest.week),
            published: paper.published.and_then(start_of),
            authors: paper.authors.as_deref().unwrap_or_default().to_vec(),
            alternate: address::of_paper(paper),
            related: repo(listed).and_then(address::of_repo),
            categories: paper.categories.as_deref().unwrap_or_default().to_vec(),
            text: [(self.why)(report, listed), about(report, listed)].concat(),
        }
    }
}

fn ranked(report: &Report) -> Vec<&Listed> {
    let mut papers: Vec<&Listed> = report.papers.iter().filter(|listed| listed.ranking.is_some()).collect();
    papers.sort_by_key(|listed| listed.ranking.as_ref().map(|ranking| ranking.rank));
    papers
}

fn trending(report: &Report) -> Vec<&Listed> {
    let mut papers: Vec<&Listed> = report.papers.iter().filter(|listed| trend_rank(listed).is_some()).collect();
    papers.sort_by_key(|listed| trend_rank(listed));
    papers
}

fn changed(report: &Report) -> Vec<&Listed> {
    report.papers.iter().filter(|listed| !listed.changes.is_empty()).collect()
}

/// Returns the papers whose code appeared, and then those that are new and whose host answers.
fn with_new_code(report: &Report) -> Vec<&Listed> {
    let is_new = |listed: &&Listed| {
        let week = report.manifest.week;
        let has_new_link = || listed.links.iter().any(|link| link.first_week == week && link.repo.is_some() && link.repo.as_deref() == repo(listed));
        listed.is_of_week && listed.tier >= Some(Tier::Available) && has_new_link()
    };
    let (appeared, others): (Vec<&Listed>, Vec<&Listed>) = report.papers.iter().partition(|listed| has_appeared(report, listed));
    appeared.into_iter().chain(others.into_iter().filter(is_new)).collect()
}

fn has_appeared(report: &Report, listed: &Listed) -> bool {
    listed.changes.iter().any(|at| report.changes[*at].kind == ChangeKind::CodeAppeared)
}

/// Counts the changes that are about no paper of the report.
fn changes_of_others(report: &Report) -> usize {
    let told: BTreeSet<usize> = report.papers.iter().flat_map(|listed| listed.changes.iter().copied()).collect();
    report.changes.len().saturating_sub(told.len())
}

fn trend_rank(listed: &Listed) -> Option<i64> {
    listed.ranking.as_ref()?.trend_rank
}

fn repo(listed: &Listed) -> Option<&str> {
    listed.ranking.as_ref()?.repo.as_deref()
}

fn rank(_: &Report, listed: &Listed) -> String {
    let Some(ranking) = &listed.ranking else { return String::new() };
    format!("Rank {}, score {:.1} ({:.1} to {:.1}). ", ranking.rank, ranking.score, ranking.score_low, ranking.score_high)
}

fn gains(_: &Report, listed: &Listed) -> String {
    let Some(ranking) = &listed.ranking else { return String::new() };
    let gained = |stars: Option<i64>| stars.map_or_else(|| "unknown".to_owned(), |stars| format!("{stars:+}"));
    let rank = ranking.trend_rank.unwrap_or_default();
    format!("Trend rank {rank} of all papers: {} stars in the week, {} in four weeks. ", gained(ranking.stars_1w), gained(ranking.stars_4w))
}

fn changes(report: &Report, listed: &Listed) -> String {
    listed.changes.iter().map(|at| words::change(&report.changes[*at]) + " ").collect()
}

fn news(report: &Report, listed: &Listed) -> String {
    let appeared = listed.changes.iter().map(|at| &report.changes[*at]).filter(|change| change.kind == ChangeKind::CodeAppeared);
    let sentences: String = appeared.map(|change| words::change(change) + " ").collect();
    if sentences.is_empty() { format!("New in {}. ", report.manifest.week) } else { sentences }
}

/// Returns what is known of a paper's code, as sentences.
fn about(report: &Report, listed: &Listed) -> String {
    let mut text = format!("Tier: {}.", listed.tier.map_or("unknown", Tier::as_str));
    if let Some(name) = repo(listed) {
        let state = report.repos.get(name).map_or_else(|| "state unknown".to_owned(), |repo| words::state(repo));
        text += &format!(" Repository: {}, {state}, {}.", words::shortened(name, MOST_CHARS_OF_A_SENTENCE), stars(report.repos.get(name).map(AsRef::as_ref)));
    }
    if let Some(why) = &listed.why {
        text += &format!(" Why: {}.", words::shortened(why, MOST_CHARS_OF_A_SENTENCE).trim_end_matches('.'));
    }
    if let Some(sentence) = sentence(listed) {
        text += &format!(" The paper: “{}”", words::shortened(sentence.trim(), MOST_CHARS_OF_A_SENTENCE));
    }
    text
}

pub(crate) fn stars(repo: Option<&Repo<'_>>) -> String {
    let count = |stars: i64| usize::try_from(stars).map_or_else(|_| stars.to_string(), grouped);
    match repo.and_then(|repo| repo.facts.stars) {
        Some(1) => "1 star".to_owned(),
        Some(stars) => format!("{} stars", count(stars)),
        None => "stars unknown".to_owned(),
    }
}

/// Returns the sentence with the link that counts, else that with a promise.
pub(crate) fn sentence(listed: &Listed) -> Option<&str> {
    let with_sentence = || listed.links.iter().filter(|link| link.last_week.is_none() && link.sentence.is_some());
    let counts = with_sentence().find(|link| link.repo.is_some() && link.repo.as_deref() == repo(listed));
    counts.or_else(|| with_sentence().find(|link| link.kind == LinkKind::Promise))?.sentence.as_deref()
}
