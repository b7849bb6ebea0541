//! Finds every link in a paper's text, says what it is, and keeps what proves it.
//!
//! The flow: [`anchor`] finds where a link may stand, [`boundary`] where it begins and ends, [`address`] reads it and mends
//! what is broken, [`host`] says what it points to, [`role`] what the paper says of it, and [`link`] gathers the mentions of
//! one target.

mod address;
mod anchor;
mod boundary;
mod host;
mod kind;
mod link;
mod promise;
mod role;
mod sentence;

pub use kind::LinkKind;
pub use link::{Link, Mention, Place};
pub use role::Role;

use crate::citation::{Citation, CitationFinder};
use crate::paper::{Field, Paper};
use anchor::{Anchor, Anchors};

/// What one paper points to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extracted {
    /// Its links, sorted by kind and target, each target once.
    pub links: Vec<Link>,
    /// The papers it names, sorted.
    pub citations: Vec<Citation>,
}

/// Finds links and citations. Built once and shared: it holds only the compiled search patterns.
#[derive(Debug, Clone, Default)]
pub struct Extractor {
    anchors: Anchors,
    citations: CitationFinder,
}

impl Extractor {
    /// All links and citations of a paper: from abstract, comment, title, and the fields that are one link as a whole.
    ///
    /// ```
    /// use starcite_core::{Extractor, Paper};
    /// let paper = Paper { abstract_text: Some("Code: https://github.com/rust-lang/cargo.".into()), ..Paper::default() };
    /// let links = Extractor::default().paper(&paper).links;
    /// assert_eq!(links[0].target.as_deref(), Some("https://github.com/rust-lang/cargo"));
    /// ```
    pub fn paper(&self, paper: &Paper) -> Extracted {
        let mut mentions = Vec::new();
        for (field, text) in [(Field::GithubRepo, &paper.github_repo), (Field::ProjectPage, &paper.project_page)] {
            mentions.extend(text.as_deref().and_then(|text| whole_field(field, text)));
        }
        for (field, text) in paper.texts() {
            self.text(field, text, &mut mentions);
        }
        Extracted { links: link::gather(mentions), citations: self.citations.paper(paper) }
    }

    /// Every mention in one text, in order of place, added to `mentions`.
    pub fn text(&self, field: Field, text: &str, mentions: &mut Vec<Mention>) {
        let first = mentions.len();
        let mut from = 0;
        while let Some((anchor, at)) = self.anchors.next(text, from) {
            match anchor {
                Anchor::Address { from: needle_end } => {
                    from = needle_end;
                    if let Some(mention) = boundary::around(text, at, needle_end).and_then(|span| address_mention(field, text, span)) {
                        from = from.max(mention.end.unwrap_or(from));
                        mentions.push(mention);
                    }
                }
                Anchor::Promise => {
                    from = at + 1;
                    mentions.extend(promise::read(field, text, at));
                }
            }
        }
        promise::drop_kept_and_repeated(mentions, first);
    }
}

/// Reads the address in a span and says what it is; `None` where it is no link, or a link to a paper (a citation).
fn address_mention(field: Field, text: &str, span: std::ops::Range<usize>) -> Option<Mention> {
    let address = address::read(&text[span.clone()])?;
    let reading = host::read(&address)?;
    let end = span.start + reading.used_bytes.unwrap_or(span.len());
    let sentence = sentence::around(text, span.start..end);
    let before = &text[sentence.start..span.start.max(sentence.start)];
    let kind = role::project_page(reading.kind, before);
    let (role, role_rule) = role::read(kind, reading.repo.as_ref(), before, &text[sentence.clone()]);
    Some(Mention {
        kind,
        target: Some(reading.target),
        repo: reading.repo,
        field,
        start: Some(span.start),
        end: Some(end),
        raw: text[span.start..end].to_owned(),
        sentence: Some(text[sentence].to_owned()),
        role,
        role_rule,
        confidence: reading.confidence,
        repairs: address.repairs,
        candidates: reading.candidates,
        subpath: reading.subpath,
    })
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
        candidates: reading.candidates,
        subpath: reading.subpath,
    })
}

#[cfg(test)]
mod tests;
