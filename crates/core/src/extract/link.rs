//! Groups the mentions of one target in one paper into a link.

use super::candidate::{self, Candidate, LIKELIEST, PAGES_SOURCE, SettledBy};
use super::kind::LinkKind;
use super::repair;
use super::role::{self, Role};
use super::sentence::{self, Sentence};
use crate::field::Field;
use crate::paper::Paper;
use crate::{ListClaim, RepoName};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// One mention of a target in one field of a paper, without its sentence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mention<'t> {
    /// The kind of target.
    pub kind: LinkKind,
    /// The normalised URL; `None` for a promise, and for a repository, whose URL follows from its name.
    pub target: Option<String>,
    /// The repository, if the target is one.
    pub repo: Option<RepoName>,
    /// The field with the mention.
    pub field: Field,
    /// First UTF-8 byte in the field; `None` for a link that is a whole field.
    pub start: Option<usize>,
    /// One past its last byte.
    pub end: Option<usize>,
    /// The text, unchanged: `field[start..end]`.
    pub raw: &'t str,
    /// The confidence of the reading, from 0 to 1.
    pub confidence: f64,
    /// The repairs made in the text, by name.
    pub repairs: Vec<&'static str>,
    /// Other possible repositories, likeliest first.
    pub candidates: Vec<Candidate>,
    /// The path after the repository.
    pub subpath: Option<String>,
}

/// The position of a link, as stored in the `mentions` column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The field's name.
    pub field: Field,
    /// First UTF-8 byte in the field; `None` for a whole field.
    pub start: Option<usize>,
    /// One past its last byte.
    pub end: Option<usize>,
    /// The text, unchanged.
    pub raw: String,
}

/// A paper and a normalised target with all its mentions. The fields are those of its best mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field is a column of `links`; `starcite schema` gives its meaning")]
pub struct Link {
    pub kind: LinkKind,
    pub target: Option<String>,
    pub repo: Option<RepoName>,
    pub field: Field,
    pub start: Option<usize>,
    pub end: Option<usize>,
    pub raw: String,
    pub sentence: Option<String>,
    pub mentions: Vec<Place>,
    pub role: Option<Role>,
    pub role_rule: Option<String>,
    pub confidence: f64,
    pub repairs: Vec<String>,
    pub candidates: Vec<Candidate>,
    pub settled_by: Option<SettledBy>,
    pub subpath: Option<String>,
    /// The claims of a list of papers and code; the state stores them separately from the link.
    #[serde(skip)]
    pub listed: Option<ListClaim>,
}

impl Link {
    /// Returns the common key of all mentions of one target: the kind and the target, without regard to case if the host ignores it.
    pub fn key(&self) -> (LinkKind, String) {
        key(self.kind, self.repo.as_ref(), self.target.as_deref())
    }

    /// Returns the possible repositories of the link, likeliest first: its own and its candidates. The source of a project page
    /// is not one of them, because the link is to the page itself.
    pub fn readings(&self) -> impl Iterator<Item = &RepoName> {
        let others = self.candidates.iter().filter(|candidate| candidate.assumed != PAGES_SOURCE).map(|candidate| &candidate.repo);
        self.repo.iter().chain(others)
    }

    /// Takes over the mentions of another link to the same target, and the claims of lists about it.
    pub fn absorb(&mut self, other: &mut Self) {
        self.mentions.append(&mut other.mentions);
        self.listed = joined(self.listed.take().into_iter().chain(other.listed.take()));
    }

    /// Takes over the claims of the paper's lists about it.
    pub(super) fn take_claims_of(&mut self, paper: &Paper) {
        self.listed = listed(paper, &self.mentions);
    }

    /// Makes the reading at that index the link's own; the others stay as candidates, in their order.
    pub(super) fn take_reading(&mut self, at: usize, by: SettledBy) {
        if let (Some(chosen), Some(own)) = (at.checked_sub(1), &mut self.repo) {
            let candidate = &mut self.candidates[chosen];
            std::mem::swap(&mut candidate.repo, own);
            let likeliest = Candidate { assumed: LIKELIEST.to_owned(), repo: candidate.repo.clone() };
            self.candidates.remove(chosen);
            self.candidates.insert(0, likeliest);
            self.target = self.repo.as_ref().map(RepoName::url);
        }
        self.confidence = in_thousandths(by.confidence(self.confidence));
        self.settled_by = Some(by);
    }

    /// Undoes [`take_reading`](Self::take_reading).
    pub(super) fn give_reading_back(&mut self) {
        let settled_on = self.candidates.iter().position(|other| other.assumed == LIKELIEST);
        if let (Some(at), Some(own)) = (settled_on, &mut self.repo) {
            let chosen = std::mem::replace(own, self.candidates.remove(at).repo);
            let (at, chosen) = candidate::put_back(&self.raw, own, chosen, &self.candidates);
            self.candidates.insert(at, chosen);
            self.target = Some(own.url());
        }
        self.confidence = in_thousandths(super::confidence(self.kind, self.repairs.iter().map(String::as_str)));
        self.settled_by = None;
    }
}

fn key(kind: LinkKind, repo: Option<&RepoName>, target: Option<&str>) -> (LinkKind, String) {
    (kind, repo.map(RepoName::key).or_else(|| target.map(str::to_owned)).unwrap_or_default())
}

/// Groups mentions by target, sorted by kind and target. The best mention of each decides: one with a span before one
/// without, then one that is not from a list, then the highest confidence, then the first.
pub(super) fn gather(paper: &Paper, mentions: Vec<Mention<'_>>) -> Vec<Link> {
    let mut by_target: BTreeMap<(LinkKind, String), Vec<Mention<'_>>> = BTreeMap::new();
    for mention in mentions {
        by_target.entry(key(mention.kind, mention.repo.as_ref(), mention.target.as_deref())).or_default().push(mention);
    }
    let mut links: Vec<Link> = by_target.into_values().filter_map(|mentions| link(paper, mentions)).collect();
    read_alike(&mut links);
    links
}

/// Resolves an ambiguous link to the repository of an unambiguous one in the same paper, and merges the two.
fn read_alike(links: &mut Vec<Link>) {
    let is_sure = |link: &Link| link.readings().count() < 2;
    if links.iter().all(is_sure) {
        return;
    }
    let sure: BTreeSet<String> = links.iter().filter(|link| is_sure(link)).filter_map(|link| Some(link.repo.as_ref()?.key())).collect();
    for link in links.iter_mut().filter(|link| !is_sure(link)) {
        let alike = link.readings().position(|reading| sure.contains(&reading.key()));
        if let Some(at) = alike {
            link.take_reading(at, SettledBy::SamePaper);
        }
    }
    one_each(links);
}

/// Merges links with the same target (the paper's own before a list's, then the highest confidence), and sorts them by kind and target.
fn one_each(links: &mut Vec<Link>) {
    links.sort_by(|a, b| {
        let rank = |link: &Link| (link.key(), link.field.is_list());
        rank(a).cmp(&rank(b)).then(b.confidence.total_cmp(&a.confidence)).then(a.settled_by.is_some().cmp(&b.settled_by.is_some()))
    });
    links.dedup_by(|later, kept| {
        let same = later.key() == kept.key();
        if same {
            kept.absorb(later);
        }
        same
    });
}

/// Returns the links of one text, ordered by position, that overlap a span.
pub(super) fn in_span<'a, 't>(links: &'a [Mention<'t>], span: &Range<usize>) -> impl Iterator<Item = &'a Mention<'t>> {
    let first = links.partition_point(|link| link.end <= Some(span.start));
    links[first..].iter().take_while(move |link| link.start < Some(span.end))
}

fn link(paper: &Paper, mut mentions: Vec<Mention<'_>>) -> Option<Link> {
    mentions.sort_by(|a, b| {
        let rank = |mention: &Mention<'_>| (mention.start.is_none(), mention.field.is_list());
        rank(a).cmp(&rank(b)).then(b.confidence.total_cmp(&a.confidence)).then((a.field, a.start).cmp(&(b.field, b.start)))
    });
    let places: Vec<Place> = mentions.iter().map(|m| Place { field: m.field, start: m.start, end: m.end, raw: m.raw.to_owned() }).collect();
    // A link in a field of the source's own is the paper's own, except in `references` and in third-party lists.
    let source_says = mentions.iter().any(|m| m.start.is_none() && m.field != Field::References && !m.field.is_list());
    let best = mentions.into_iter().next()?;
    let sentence = best.sentence(paper);
    let (role, role_rule) = match &sentence {
        _ if source_says => (Some(Role::Own), Some(role::SOURCE_FIELD)),
        Some(sentence) => role::read(best.kind, best.repo.as_ref(), best.subpath.as_deref(), sentence),
        None => (None, None),
    };
    Some(Link {
        kind: best.kind,
        sentence: sentence.map(|sentence| sentence.all.to_owned()),
        target: best.target.or_else(|| best.repo.as_ref().map(RepoName::url)),
        repo: best.repo,
        field: best.field,
        start: best.start,
        end: best.end,
        raw: best.raw.to_owned(),
        listed: listed(paper, &places),
        mentions: places,
        role,
        role_rule: role_rule.map(str::to_owned),
        confidence: in_thousandths(best.confidence),
        repairs: best.repairs.into_iter().map(str::to_owned).collect(),
        candidates: best.candidates,
        settled_by: None,
        subpath: best.subpath,
    })
}

/// Returns the claims of lists about a link with these mentions.
fn listed(paper: &Paper, places: &[Place]) -> Option<ListClaim> {
    let is_of = |address: &str, by| places.iter().any(|place| place.field == by && place.raw == address.trim());
    joined(paper.listed.iter().filter(|(address, listed)| is_of(address, listed.by)).map(|(_, listed)| listed.clone()))
}

fn joined(said: impl Iterator<Item = ListClaim>) -> Option<ListClaim> {
    said.reduce(|mut all, one| {
        all.add(one);
        all
    })
}

/// Rounds a confidence to thousandths, because none is known more precisely.
fn in_thousandths(confidence: f64) -> f64 {
    (confidence * 1000.0).round() / 1000.0
}

impl Mention<'_> {
    /// Records that the link's end was cut, which lowers the confidence.
    pub(super) fn cut(&mut self, name: Option<&'static str>) {
        self.repairs.extend(name);
        self.confidence *= name.map_or(1.0, repair::confidence);
    }

    /// Returns the sentence around the mention; `None` for a link that is a whole field.
    fn sentence<'a>(&self, paper: &'a Paper) -> Option<Sentence<'a>> {
        let text = paper.texts().find(|(field, _)| *field == self.field).map(|(_, text)| text)?;
        Some(sentence::with_link(text, self.start?..self.end?))
    }
}
