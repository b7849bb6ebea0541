//! Reports whose shape is drawn, and whose texts come from the test.

use crate::report::made::{WEEK, manifest, ranked, report};
use crate::report::model::{Report, StarWeek};
use proptest::prelude::*;
use starcite_core::availability::Tier;
use starcite_core::{ChangeKind, RepoState, StateReason};
use starcite_rows::{Change, Text};

/// Addresses that papers name as their pages.
const ADDRESSES: [&str; 12] = [
    "https://example.org/paper?a=1&b=<2>",
    "http://h.org/\"onmouseover=alert(1)",
    "HTTPS://b\u{fc}cher.example/'x",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://h.org/",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "https://user@h.org/",
    "https://user:password@h.org/",
    "//h.org/x",
    "../../x",
    " vbscript:x",
];

/// The drawn part of a paper: each bit of `nulls` makes a value unknown.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) nulls: u32,
    pub(super) authors: usize,
    pub(super) categories: usize,
    pub(super) address: usize,
    pub(super) tier: Option<usize>,
    pub(super) count: i64,
    pub(super) change: usize,
}

impl Shape {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        let lists = (prop_oneof![9 => 0..6usize, 1 => Just(3_000)], 0..5usize);
        let nulls = prop_oneof![4 => any::<u32>(), 1 => Just(0), 1 => Just(u32::MAX)];
        let count = prop_oneof![4 => 0..5_000i64, 1 => Just(0), 1 => -50..0i64, 1 => Just(i64::from(i32::MAX))];
        (nulls, lists, 0..ADDRESSES.len(), proptest::option::of(0..Tier::ALL.len()), count, 0..ChangeKind::ALL.len())
            .prop_map(|(nulls, (authors, categories), address, tier, count, change)| Self { nulls, authors, categories, address, tier, count, change })
    }

    /// Returns a shape in which everything is known, or everything that can be unknown is.
    pub(super) fn of_all(nulls: u32) -> Self {
        let tier = (nulls == 0).then_some(0);
        Self { nulls, authors: 4, categories: 2, address: 0, tier, count: 12, change: 0 }
    }
}

/// The bits of `nulls`: a value that one makes unknown, or takes away.
#[derive(Clone, Copy)]
enum Part {
    Title,
    Authors,
    FitRepo,
    Address,
    Why,
    Ranking,
    Licence,
    Observed,
    RepoFacts,
    Stars,
    StarsOfWeek,
    StarsOfMonth,
    Published,
    Trend,
    Categories,
    Abstract,
    Comment,
    Description,
    Framework,
    OfWeek,
    Change,
    NewLink,
    Repo,
    Upvotes,
    Sentence,
    ChangedPaper,
}

/// The bits of a shape in which a paper is ranked for a repository whose facts the week has.
pub(super) const RANKED: u32 = !(1 << Part::Ranking as u32 | 1 << Part::Repo as u32 | 1 << Part::RepoFacts as u32);

impl Shape {
    fn has(&self, part: Part) -> bool {
        self.nulls >> part as u32 & 1 == 0
    }

    fn text(&self, part: Part, text: &mut dyn FnMut() -> String) -> Option<Text<'static>> {
        self.has(part).then(|| text().into())
    }

    /// Adds a paper, with its repository and its change, to a report; ids are keys of their tables, so that no two are equal.
    fn add(&self, mut made: Report, text: &mut dyn FnMut() -> String) -> Report {
        let at = made.papers.len();
        let name = if self.has(Part::FitRepo) { format!("github.com/o/n{at}") } else { format!("{} {at}", text()) };
        let mut listed = ranked("2611.00001", at as i64 + 1, &name);
        let paper = &mut listed.paper;
        (paper.paper_id, paper.arxiv_id) = (format!("{} {at}", text()).into(), None);
        paper.title = self.text(Part::Title, text);
        paper.authors = self.has(Part::Authors).then(|| (0..self.authors).map(|_| text()).collect());
        paper.categories = self.has(Part::Categories).then(|| (0..self.categories).map(|_| text()).collect());
        paper.url = self.has(Part::Address).then(|| ADDRESSES[self.address].into());
        paper.r#abstract = self.text(Part::Abstract, text);
        paper.comment = self.text(Part::Comment, text);
        paper.published = paper.published.filter(|_| self.has(Part::Published));
        paper.upvotes = self.has(Part::Upvotes).then_some(self.count);
        listed.why = self.text(Part::Why, text).map(Into::into);
        listed.tier = self.tier.map(|tier| Tier::ALL[tier]);
        listed.is_of_week = self.has(Part::OfWeek);
        let link = &mut listed.links[0];
        (link.paper_id, link.iso_week) = (paper.paper_id.clone(), WEEK.parse().unwrap());
        link.sentence = self.text(Part::Sentence, text);
        if !self.has(Part::NewLink) {
            link.first_week = "2026-W40".parse().unwrap();
        }
        let has_repo = self.has(Part::Repo);
        listed.ranking = listed.ranking.filter(|_| self.has(Part::Ranking));
        if let Some(ranking) = &mut listed.ranking {
            ranking.paper_id = listed.paper.paper_id.clone();
            ranking.repo = ranking.repo.take().filter(|_| has_repo);
            ranking.stars = self.has(Part::Stars).then_some(self.count);
            ranking.stars_1w = self.has(Part::StarsOfWeek).then_some(self.count / 7);
            ranking.stars_4w = self.has(Part::StarsOfMonth).then_some(self.count);
            (ranking.trend_rank, ranking.trend_rank_recent) = (self.has(Part::Trend).then_some(at as i64 + 1), self.has(Part::Trend).then_some(7));
            ranking.score = self.count.rem_euclid(1_600) as f64 / 16.0;
        }
        made.papers.push(listed);
        if self.has(Part::RepoFacts) {
            made = self.add_repo(made, &name, text);
        }
        if self.has(Part::Change) {
            let kind = ChangeKind::ALL[self.change];
            made = made.with_change(at, kind, &text(), &text());
            let change: &mut Change<'static> = made.changes.last_mut().unwrap();
            change.repo = has_repo.then(|| name.clone().into());
            if !self.has(Part::ChangedPaper) {
                (change.paper_id, change.repo) = (None, Some(name.into()));
            }
        }
        made
    }

    fn add_repo(&self, made: Report, name: &str, text: &mut dyn FnMut() -> String) -> Report {
        let state = RepoState::ALL[self.count.rem_euclid(4) as usize];
        let mut made = made.with_repo(name, state, (state != RepoState::Live).then_some(StateReason::Other));
        let repo = made.repos.get_mut(name).unwrap();
        if !self.has(Part::Observed) {
            repo.observed_at = None;
        }
        repo.observed_by = self.text(Part::Observed, text);
        repo.archived_copy = self.text(Part::Observed, text);
        repo.aliases = vec![text(), text()].into();
        let facts = repo.facts.to_mut();
        let mut known = |part| self.text(part, text).map(String::from);
        (facts.license_spdx, facts.description) = (known(Part::Licence), known(Part::Description));
        (facts.homepage, facts.language, facts.latest_release) = (known(Part::Description), known(Part::Description), known(Part::Description));
        (facts.framework, facts.framework_evidence) = (known(Part::Framework), known(Part::Framework));
        let weeks = [("2026-11-16", Some(self.count), None), ("2026-11-23", None, Some(1))];
        let week = |(start, total, added): (&str, _, _)| StarWeek { start: start.parse().unwrap(), total, added };
        made.stars.insert(name.to_owned(), weeks.map(week).into());
        made
    }
}

/// Returns a report of papers of these shapes; `text` returns the texts in it, one after another.
pub(super) fn drawn(shapes: &[Shape], text: &mut dyn FnMut() -> String) -> Report {
    let mut made = report(Vec::new());
    made.manifest = manifest(&text());
    made.manifest.papers_missing = vec![text()];
    made.manifest.answers_owed = [(text(), 3)].into();
    let mut made = shapes.iter().fold(made, |made, shape| shape.add(made, text));
    made.papers.iter_mut().take(1).for_each(|listed| listed.has_text = false);
    made
}

/// Returns texts one after another, over and over.
pub(super) fn each_of(texts: &[String]) -> impl FnMut() -> String {
    let mut texts = texts.iter().cycle();
    move || texts.next().cloned().unwrap_or_default()
}
