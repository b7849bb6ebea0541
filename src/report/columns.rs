//! The rows of a page's ranking in columns, piece by piece, and the dictionaries of columns with few values.

use super::detail::rounded;
use super::model::{Listed, Report};
use super::text::{line, short};
use serde::Serialize;
use starcite_core::Week;
use starcite_core::availability::Tier;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// Papers in a piece of rows, which a browser reads without a pause that people notice.
pub(super) const ROWS_PER_PIECE: usize = 2_000;

/// Papers in a file of details, which is loaded when one of them is opened.
pub(super) const PAPERS_PER_PIECE: usize = 500;

/// The framework of a repository whose files were read and name none.
const NO_FRAMEWORK: i64 = -2;

/// The values of columns with few values; a row has their position. The tiers come best first, the others most frequent first.
#[derive(Serialize)]
pub(super) struct Dictionaries {
    week: Week,
    rows: usize,
    rows_per_piece: usize,
    papers_per_piece: usize,
    tiers: Vec<&'static str>,
    licences: Dictionary,
    hosts: Dictionary,
    categories: Dictionary,
    frameworks: Dictionary,
}

/// The values of a column, and the position of each.
#[derive(Serialize)]
#[serde(transparent)]
struct Dictionary {
    values: Vec<String>,
    #[serde(skip)]
    at: HashMap<String, usize>,
}

/// The rows of a piece; all columns are equally long, and named as in the tables. `None` is unknown, or none.
#[derive(Default, Serialize)]
pub(super) struct Columns {
    rank: Vec<Option<i64>>,
    paper_id: Vec<String>,
    title: Vec<Option<String>>,
    authors: Vec<Option<Vec<String>>>,
    repo: Vec<Option<String>>,
    tier: Vec<Option<usize>>,
    license: Vec<Option<usize>>,
    framework: Vec<Option<i64>>,
    categories: Vec<Option<Vec<usize>>>,
    host: Vec<Option<usize>>,
    is_new: Vec<u8>,
    score: Vec<Option<f64>>,
    score_low: Vec<Option<f64>>,
    score_high: Vec<Option<f64>>,
    stars: Vec<Option<i64>>,
    stars_1w: Vec<Option<i64>>,
    trend_rank: Vec<Option<i64>>,
    published: Vec<Option<String>>,
    upvotes: Vec<Option<i64>>,
}

impl Dictionary {
    /// Returns the dictionary of values: the most frequent first, then in their order.
    fn of(values: impl Iterator<Item = String>) -> Self {
        let mut counts: HashMap<String, u64> = HashMap::new();
        values.for_each(|value| *counts.entry(value).or_default() += 1);
        let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
        counts.sort_unstable_by(|(a, often), (b, seldom)| (Reverse(often), a).cmp(&(Reverse(seldom), b)));
        let values: Vec<String> = counts.into_iter().map(|(value, _)| value).collect();
        let at = values.iter().cloned().enumerate().map(|(at, value)| (value, at)).collect();
        Self { values, at }
    }

    fn at(&self, value: Option<String>) -> Option<usize> {
        self.at.get(&value?).copied()
    }
}

impl Dictionaries {
    pub(super) fn of(report: &Report) -> Self {
        let each = |value: fn(&Report, &Listed) -> Option<String>| Dictionary::of(report.papers.iter().filter_map(move |listed| value(report, listed)));
        Self {
            week: report.manifest.week,
            rows: report.papers.len(),
            rows_per_piece: ROWS_PER_PIECE,
            papers_per_piece: PAPERS_PER_PIECE,
            tiers: Tier::ALL.into_iter().rev().map(Tier::as_str).collect(),
            licences: each(licence),
            hosts: each(host),
            categories: Dictionary::of(report.papers.iter().flat_map(categories)),
            frameworks: each(framework),
        }
    }

    /// Returns rows in columns.
    pub(super) fn columns(&self, report: &Report, rows: &[Listed]) -> Columns {
        let mut columns = Columns::default();
        rows.iter().for_each(|listed| columns.push(self, report, listed));
        columns
    }
}

fn licence(report: &Report, listed: &Listed) -> Option<String> {
    report.repo_of(listed)?.facts.license_spdx.as_deref().map(short)
}

fn framework(report: &Report, listed: &Listed) -> Option<String> {
    report.repo_of(listed)?.facts.framework.as_deref().map(short)
}

fn host(_: &Report, listed: &Listed) -> Option<String> {
    listed.repo()?.split('/').next().map(line)
}

/// Returns the categories of a paper in their order, each once.
fn categories(listed: &Listed) -> impl Iterator<Item = String> {
    let mut met = HashSet::new();
    let all = listed.paper.categories.iter().flat_map(|categories| categories.iter());
    all.filter(move |category| !category.is_empty() && met.insert(category.as_str())).map(|category| line(category))
}

impl Columns {
    fn push(&mut self, dictionaries: &Dictionaries, report: &Report, listed: &Listed) {
        let Listed { paper, ranking, .. } = listed;
        let ranking = ranking.as_deref();
        let position = |names: &[&str], name: Option<&str>| names.iter().position(|known| Some(*known) == name);
        self.rank.push(ranking.map(|ranking| ranking.rank));
        self.paper_id.push(line(&paper.paper_id));
        self.title.push(paper.title.as_deref().map(line));
        self.authors.push(paper.authors.as_ref().map(|authors| authors.iter().map(|name| line(name)).collect()));
        self.repo.push(listed.repo().map(line));
        self.tier.push(position(&dictionaries.tiers, listed.tier.map(Tier::as_str)));
        self.license.push(dictionaries.licences.at(licence(report, listed)));
        self.framework.push(match dictionaries.frameworks.at(framework(report, listed)) {
            Some(at) => i64::try_from(at).ok(),
            None => report.repo_of(listed).filter(|repo| repo.facts.archive_ids.is_some()).map(|_| NO_FRAMEWORK),
        });
        self.categories.push(paper.categories.as_ref().map(|_| categories(listed).filter_map(|category| dictionaries.categories.at(Some(category))).collect()));
        self.host.push(dictionaries.hosts.at(host(report, listed)));
        self.is_new.push(u8::from(listed.has_new_link()));
        self.score.push(ranking.map(|ranking| rounded(ranking.score)));
        self.score_low.push(ranking.map(|ranking| rounded(ranking.score_low)));
        self.score_high.push(ranking.map(|ranking| rounded(ranking.score_high)));
        self.stars.push(ranking.and_then(|ranking| ranking.stars));
        self.stars_1w.push(ranking.and_then(|ranking| ranking.stars_1w));
        self.trend_rank.push(ranking.and_then(|ranking| ranking.trend_rank));
        self.published.push(paper.published.map(|day| day.to_string()));
        self.upvotes.push(paper.upvotes);
    }
}
