//! Finds every link in a paper's text, classifies its target, and keeps the evidence.
//!
//! The flow: `anchor` finds candidate positions of a link, `begin` its start, `end` its end, `repair` repairs damage
//! in it, `address` splits it into parts, `host` classifies the target, `candidate` lists alternative readings,
//! `role` decides its role in the paper, and `link` groups the mentions of one target. Later, when it is known which
//! repositories exist, `settle` chooses among the readings of an ambiguous link.

mod address;
mod anchor;
mod begin;
mod candidate;
mod end;
mod filter;
mod found;
mod host;
mod kind;
mod latex;
mod link;
mod path;
mod placeholder;
mod promise;
mod repair;
mod role;
mod scheme;
mod sentence;
mod settle;
mod words;

pub use candidate::{Candidate, SettledBy};
pub use filter::RepositoryFilter;
pub use found::SpanText;
pub use kind::LinkKind;
pub use link::{Link, Mention, Place};
pub(crate) use path::ARCHIVE_REGISTRANTS;
pub use repair::REPAIR_NAMES;
pub use role::{ROLE_RULES, Role};
pub use sentence::first_sentence;
pub use settle::Standing;

use crate::RepoName;
use crate::citation::{self, Citation};
use crate::field::Field;
use crate::paper::Paper;
use address::Address;
use anchor::{Hint, Hints};
use end::Extent;
use path::PathReading;
use promise::Promises;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::Range;

/// The links and citations of one paper.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Extracted {
    /// Its links, sorted by kind and target, each target once.
    pub links: Vec<Link>,
    /// The papers it names, sorted.
    pub citations: Vec<Citation>,
}

/// Finds links and citations. Built once and shared: it holds only the compiled search patterns.
#[derive(Debug, Clone)]
pub struct Extractor {
    kinds: Option<BTreeSet<LinkKind>>,
    only_repositories: bool,
    hints: Option<Hints>,
    promises: Promises,
}

impl Default for Extractor {
    /// Finds links of every kind.
    fn default() -> Self {
        Self::of(None)
    }
}

impl Extractor {
    /// Returns an extractor of links of these kinds only, `None` for all. It skips the searches that no wanted kind needs.
    pub fn of(kinds: Option<BTreeSet<LinkKind>>) -> Self {
        let wants = |kind| kinds.as_ref().is_none_or(|kinds: &BTreeSet<LinkKind>| kinds.contains(&kind));
        let bare_hosts = [LinkKind::Website, LinkKind::ProjectPage, LinkKind::Placeholder].into_iter().any(wants);
        let promises = wants(LinkKind::Promise);
        let hints = (bare_hosts || promises).then(Hints::new);
        let only_repositories = kinds.as_ref().is_some_and(|kinds| kinds.iter().all(|kind| *kind == LinkKind::Repo));
        Self { kinds, only_repositories, hints, promises: Promises::default() }
    }

    /// Returns all links and citations of a paper: from abstract, comment, title, and the fields that are one link as a whole.
    ///
    /// ```
    /// use starcite_core::{Extractor, Paper};
    /// let paper = Paper { abstract_text: Some("Code: https://github.com/rust-lang/cargo.".into()), ..Paper::default() };
    /// let links = Extractor::default().paper(&paper).links;
    /// assert_eq!(links[0].target.as_deref(), Some("https://github.com/rust-lang/cargo"));
    /// ```
    pub fn paper(&self, paper: &Paper) -> Extracted {
        self.given(paper).unwrap_or_else(|| Extracted { links: self.links(paper), citations: citation::of_paper(paper) })
    }

    /// Returns the links alone.
    pub fn links(&self, paper: &Paper) -> Vec<Link> {
        if let Some(given) = self.given(paper) {
            return given.links;
        }
        self.links_within(paper, usize::MAX).unwrap_or_default()
    }

    /// Returns the links alone; `None` if the paper has more than so many mentions of links, of which no more are gathered.
    pub fn links_within(&self, paper: &Paper, most: usize) -> Option<Vec<Link>> {
        let mut mentions = Vec::new();
        mentions.extend(paper.addresses().filter_map(|(field, text)| whole_field(field, text)).filter(|mention| self.wants(mention.kind)));
        let is_whole = paper.texts().all(|(field, text)| self.text_within(field, text, &mut mentions, most));
        is_whole.then(|| link::gather(paper, mentions))
    }

    /// Returns the citations alone.
    pub fn citations(&self, paper: &Paper) -> Vec<Citation> {
        self.given(paper).map_or_else(|| citation::of_paper(paper), |given| given.citations)
    }

    /// Returns what another program found in a paper, without the links that are not wanted; `None` if the texts are to be searched.
    fn given(&self, paper: &Paper) -> Option<Extracted> {
        let mut given = Extracted::of(paper)?;
        given.links.retain(|link| self.wants(link.kind));
        Some(given)
    }

    /// Adds every mention in one text to `mentions`: the links ordered by position, then the promises.
    pub fn text<'t>(&self, field: Field, text: &'t str, mentions: &mut Vec<Mention<'t>>) {
        let _is_whole = self.text_within(field, text, mentions, usize::MAX);
    }

    /// Does the same, unless there are more than `most`: then it stops in the middle, and returns false.
    fn text_within<'t>(&self, field: Field, text: &'t str, mentions: &mut Vec<Mention<'t>>, most: usize) -> bool {
        let first = mentions.len();
        let mut from = 0;
        while let Some(slash) = anchor::slash(text, from) {
            if mentions.len() > most {
                return false;
            }
            from = slash + 1;
            let Some(extent) = begin::with_path(text, slash).and_then(|begin| end::of(text, &begin)) else { continue };
            from = from.max(extent.span.end);
            mentions.extend(self.read(field, text, &extent));
        }
        self.hints.as_ref().is_none_or(|hints| self.without_slash(hints, field, text, mentions, first, most)) && mentions.len() <= most
    }

    /// Adds bare hosts, and the sentences that announce code without a link. `mentions[first..]` are the links with a path.
    fn without_slash<'t>(&self, hints: &Hints, field: Field, text: &'t str, mentions: &mut Vec<Mention<'t>>, first: usize, most: usize) -> bool {
        let with_path = mentions.len();
        let mut announced: Vec<Range<usize>> = Vec::new();
        let (mut from, mut looked_at) = (0, 0);
        while let Some((hint, span)) = hints.next(text, from) {
            if mentions.len() + announced.len() > most {
                return false;
            }
            from = span.end;
            match hint {
                Hint::BareHost => {
                    let Some(extent) = begin::bare_host(text, span.start).and_then(|begin| end::of(text, &begin)) else { continue };
                    from = from.max(extent.span.end);
                    if link::in_span(&mentions[first..with_path], &extent.span).next().is_none() {
                        mentions.extend(self.read(field, text, &extent));
                    }
                }
                Hint::Promise if span.start >= looked_at => {
                    let sentence = sentence::around(text, span);
                    looked_at = sentence.end;
                    announced.extend(Some(sentence).filter(|sentence| self.promises.announces_code(&text[sentence.clone()])));
                }
                Hint::Promise => {}
            }
        }
        mentions[first..].sort_by_key(|mention| mention.start);
        // A link in the sentence fulfils the promise; a placeholder does not.
        announced.retain(|sentence| link::in_span(&mentions[first..], sentence).all(|link| link.kind == LinkKind::Placeholder));
        mentions.extend(announced.into_iter().map(|sentence| promise::mention(field, text, sentence)));
        // Links of other kinds were read only to find fulfilled promises.
        let mut at = 0;
        mentions.retain(|mention| {
            at += 1;
            at <= first || self.wants(mention.kind)
        });
        true
    }

    /// Reads the address in a span and classifies it; `None` if it is not a link, or links a paper (a citation).
    fn read<'t>(&self, field: Field, text: &'t str, extent: &Extent) -> Option<Mention<'t>> {
        if self.only_repositories && extent.row.is_some_and(|host| !host.has_repositories()) {
            return None;
        }
        let span = extent.span.clone();
        let raw = &text[span.clone()];
        let mut mention = match &extent.whole_path {
            Some(path) => {
                let parts = [&text[extent.host.clone()], &text[path.clone()], &text[path.end..span.end]];
                let address = Address::whole(parts, span.start < extent.host.start, extent.row.is_some())?;
                mention(field, raw, host::read(&address, extent.row)?, Vec::new())
            }
            None => mended(field, raw)?,
        };
        if extent.whole_path.is_none() || extent.cut.is_some() || raw.ends_with('-') {
            let spelling = candidate::Spelling { raw, uncut: &text[span.start..extent.uncut] };
            mention.candidates.extend(mention.repo.as_ref().map(|repo| candidate::others(&spelling, repo)).unwrap_or_default());
            mention.cut(extent.cut);
        }
        if mention.kind == LinkKind::Website && self.hints.is_some() && role::announces_project_page(sentence::with_link(text, span.clone()).before) {
            mention.kind = LinkKind::ProjectPage;
        }
        (mention.start, mention.end) = (Some(span.start), Some(span.end));
        (self.hints.is_some() || self.wants(mention.kind)).then_some(mention)
    }

    fn wants(&self, kind: LinkKind) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind))
    }
}

/// True if a text is, as a whole, a readable address that can be a link of a paper; links to other papers are citations.
///
/// ```
/// use starcite_core::extract::is_link;
/// assert!(is_link("https://github.com/rust-lang/cargo") && !is_link("https://arxiv.org/abs/2004.11967") && !is_link("n/a"));
/// ```
pub fn is_link(text: &str) -> bool {
    whole_field(Field::Pwc, text).is_some()
}

/// Returns the repository in an address, and the path after it; `None` for any other address. A prefix `git+` is ignored.
pub fn repository(address: &str) -> Option<(RepoName, Option<String>)> {
    let address = address.trim();
    let mention = mended(Field::GithubRepo, address.strip_prefix("git+").unwrap_or(address))?;
    Some((mention.repo?, mention.subpath))
}

/// Reads a whole field of the source as a link, which has no span and no sentence.
fn whole_field(field: Field, text: &str) -> Option<Mention<'_>> {
    let mut mention = mended(field, text.trim())?;
    if mention.kind == LinkKind::Repo && !text.contains('/') {
        return None; // every link with a path contains a slash
    }
    if field == Field::ProjectPage && mention.kind == LinkKind::Website {
        mention.kind = LinkKind::ProjectPage;
    }
    // A preprint is a citation. In `references` and `url` only code counts.
    let counts = match field {
        Field::HasPreprint => false,
        Field::References | Field::Url => mention.kind.holds_code(),
        _ => true,
    };
    counts.then_some(mention)
}

/// Repairs and reads a link's text.
fn mended(field: Field, raw: &str) -> Option<Mention<'_>> {
    let (text, repairs) = repair::mend(raw);
    let address = address::read(&text)?;
    let reading = host::read(&address, host::find(&address.host))?;
    Some(mention(field, raw, reading, repairs))
}

fn mention<'t>(field: Field, raw: &'t str, reading: PathReading, repairs: Vec<&'static str>) -> Mention<'t> {
    let candidates = reading.source.into_iter().map(|repo| Candidate { repo, assumed: candidate::PAGES_SOURCE.to_owned() }).collect();
    Mention {
        kind: reading.kind,
        target: reading.target,
        repo: reading.repo,
        field,
        start: None,
        end: None,
        raw,
        confidence: confidence(reading.kind, repairs.iter().copied()),
        repairs,
        candidates,
        subpath: reading.subpath,
    }
}

/// Returns the share of links of this kind, with these repairs, that are right (docs/LINKS.md has the measurements).
fn confidence<'a>(kind: LinkKind, repairs: impl Iterator<Item = &'a str>) -> f64 {
    let of_kind = match kind {
        LinkKind::Placeholder => 0.9,
        LinkKind::Website => 0.95,
        _ => 0.99,
    };
    repairs.map(repair::confidence).fold(of_kind, |all, one| all * one)
}

#[cfg(test)]
mod tests;
