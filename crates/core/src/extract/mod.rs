//! Finds every link in a paper's text, says what it is, and keeps what proves it.
//!
//! The flow: [`anchor`] finds where a link may stand, [`begin`] where it begins, [`end`] where it ends, [`repair`] mends what
//! is broken in it, [`address`] takes it apart, [`host`] says what it points to, [`candidate`] what else it may mean,
//! [`role`] what the paper says of it, and [`link`] gathers the mentions of one target.

mod address;
mod anchor;
mod begin;
mod candidate;
mod end;
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
mod words;

pub use candidate::Candidate;
pub use kind::LinkKind;
pub use link::{Link, Mention, Place};
pub use role::Role;

use crate::citation::{self, Citation};
use crate::paper::{Field, Paper};
use anchor::Anchors;
use end::Extent;
use promise::Promises;
use std::collections::BTreeSet;

/// What one paper points to.
#[derive(Debug, Clone, Default, PartialEq)]
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
    anchors: Anchors,
    promises: Option<Promises>,
}

impl Default for Extractor {
    /// Finds links of every kind.
    fn default() -> Self {
        Self::of(None)
    }
}

impl Extractor {
    /// Finds links of these kinds only, `None` for all; what no wanted kind needs is not looked for.
    pub fn of(kinds: Option<BTreeSet<LinkKind>>) -> Self {
        let wants = |kind| kinds.as_ref().is_none_or(|kinds: &BTreeSet<LinkKind>| kinds.contains(&kind));
        let bare_hosts = wants(LinkKind::Website) || wants(LinkKind::ProjectPage);
        let anchors = if bare_hosts { Anchors::SlashesAndDots } else { Anchors::Slashes };
        let promises = wants(LinkKind::Promise).then(Promises::default);
        Self { kinds, anchors, promises }
    }

    /// All links and citations of a paper: from abstract, comment, title, and the fields that are one link as a whole.
    ///
    /// ```
    /// use starcite_core::{Extractor, Paper};
    /// let paper = Paper { abstract_text: Some("Code: https://github.com/rust-lang/cargo.".into()), ..Paper::default() };
    /// let links = Extractor::default().paper(&paper).links;
    /// assert_eq!(links[0].target.as_deref(), Some("https://github.com/rust-lang/cargo"));
    /// ```
    pub fn paper(&self, paper: &Paper) -> Extracted {
        Extracted { links: self.links(paper), citations: citation::of_paper(paper) }
    }

    /// The links alone.
    pub fn links(&self, paper: &Paper) -> Vec<Link> {
        let mut mentions = Vec::new();
        for (field, text) in [(Field::GithubRepo, &paper.github_repo), (Field::ProjectPage, &paper.project_page)] {
            mentions.extend(text.as_deref().and_then(|text| whole_field(field, text)).filter(|mention| self.wants(mention.kind)));
        }
        for (field, text) in paper.texts() {
            self.text(field, text, &mut mentions);
        }
        link::gather(mentions)
    }

    /// Every mention in one text, in order of place, added to `mentions`: one pass for addresses, one for promises.
    pub fn text(&self, field: Field, text: &str, mentions: &mut Vec<Mention>) {
        let first = mentions.len();
        let mut from = 0;
        while let Some(anchor) = self.anchors.next(text, from) {
            from = anchor + 1;
            let Some(extent) = begin::around(text, anchor).and_then(|begin| end::of(text, &begin)) else { continue };
            from = from.max(extent.span.end);
            mentions.extend(read(field, text, &extent).filter(|mention| self.wants(mention.kind)));
        }
        if let Some(promises) = &self.promises {
            promises.text(field, text, mentions, first);
        }
    }

    fn wants(&self, kind: LinkKind) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind))
    }
}

/// Reads the address in a span and says what it is; `None` where it is no link, or a link to a paper (a citation).
fn read(field: Field, text: &str, extent: &Extent) -> Option<Mention> {
    let span = extent.span.clone();
    let raw = &text[span.clone()];
    let address = address::read(raw)?;
    let reading = host::read(&address)?;
    let sentence = sentence::around(text, span.clone());
    let before = &text[sentence.start..span.start.max(sentence.start)];
    let kind = role::project_page(reading.kind, before);
    let (role, role_rule) = role::read(kind, reading.repo.as_ref(), reading.subpath.as_deref(), before, &text[sentence.clone()]);
    let spelling = candidate::Spelling { raw, uncut: &text[span.start..extent.uncut] };
    let repairs: Vec<&'static str> = address.repairs.iter().copied().chain(extent.cut).collect();
    Some(Mention {
        kind,
        target: Some(reading.target),
        candidates: candidate::of(&spelling, reading.repo.as_ref(), reading.source),
        repo: reading.repo,
        field,
        start: Some(span.start),
        end: Some(span.end),
        raw: raw.to_owned(),
        sentence: Some(text[sentence].to_owned()),
        role,
        role_rule,
        confidence: confidence(kind, &repairs),
        repairs,
        subpath: reading.subpath,
    })
}

/// How often a link of this kind, with these repairs, is right (docs/LINKS.md has what was measured).
fn confidence(kind: LinkKind, repairs: &[&str]) -> f64 {
    let of_kind = match kind {
        LinkKind::Placeholder => 0.9,
        LinkKind::Website => 0.95,
        _ => 0.99,
    };
    repairs.iter().map(|name| repair::confidence(name)).fold(of_kind, |all, one| all * one)
}

/// A link that is a whole field of the source: it has no span and no sentence, and the source says whose it is.
fn whole_field(field: Field, text: &str) -> Option<Mention> {
    let raw = text.trim();
    let address = address::read(raw)?;
    let mut reading = host::read(&address)?;
    if field == Field::ProjectPage && reading.kind == LinkKind::Website {
        reading.kind = LinkKind::ProjectPage;
    }
    Some(Mention {
        kind: reading.kind,
        target: Some(reading.target),
        candidates: candidate::of(&candidate::Spelling { raw, uncut: raw }, reading.repo.as_ref(), reading.source),
        repo: reading.repo,
        field,
        start: None,
        end: None,
        raw: raw.to_owned(),
        sentence: None,
        role: Some(Role::Own),
        role_rule: Some("source_field"),
        confidence: 0.97,
        repairs: address.repairs,
        subpath: reading.subpath,
    })
}

#[cfg(test)]
mod tests;
