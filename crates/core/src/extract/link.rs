//! The mentions of one target in one paper, gathered into a link.

use super::candidate::Candidate;
use super::kind::LinkKind;
use super::role::Role;
use crate::RepoName;
use crate::paper::Field;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One place in one field of a paper that points somewhere.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mention {
    /// What it points to.
    pub kind: LinkKind,
    /// The normalised URL; `None` for a promise.
    pub target: Option<String>,
    /// The repository, where it is one.
    pub repo: Option<RepoName>,
    /// Where it stands.
    pub field: Field,
    /// First UTF-8 byte in the field; `None` for a link that is a whole field.
    pub start: Option<usize>,
    /// One past its last byte.
    pub end: Option<usize>,
    /// The text as it stands: `field[start..end]`.
    pub raw: String,
    /// The sentence around it; `None` for a link that is a whole field.
    pub sentence: Option<String>,
    /// What the paper says of it; `None` where the text does not say.
    pub role: Option<Role>,
    /// The rule that decided the role.
    pub role_rule: Option<&'static str>,
    /// How sure the reading is, from 0 to 1.
    pub confidence: f64,
    /// What was mended in the text, by name.
    pub repairs: Vec<&'static str>,
    /// Other repositories that may be meant, likeliest first.
    pub candidates: Vec<Candidate>,
    /// What follows the repository in the path.
    pub subpath: Option<String>,
}

/// A place of a link, as kept in the `mentions` column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The field's name.
    pub field: Field,
    /// First UTF-8 byte in the field; `None` for a whole field.
    pub start: Option<usize>,
    /// One past its last byte.
    pub end: Option<usize>,
    /// The text as it stands.
    pub raw: String,
}

/// A paper and a normalised target: what the mentions of that target come to. The fields are those of its best mention.
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
    pub subpath: Option<String>,
}

impl Link {
    /// What two mentions of one target share: the kind and the target, without regard to case where the host ignores it.
    pub fn key(&self) -> (LinkKind, String) {
        key(self.kind, self.repo.as_ref(), self.target.as_deref())
    }
}

fn key(kind: LinkKind, repo: Option<&RepoName>, target: Option<&str>) -> (LinkKind, String) {
    (kind, repo.map(RepoName::key).or_else(|| target.map(str::to_owned)).unwrap_or_default())
}

/// Gathers mentions by target, sorted by kind and target. The best mention of each decides: one with a span before one
/// without, then the surest, then the first.
pub(super) fn gather(mentions: Vec<Mention>) -> Vec<Link> {
    let mut by_target: BTreeMap<(LinkKind, String), Vec<Mention>> = BTreeMap::new();
    for mention in mentions {
        by_target.entry(key(mention.kind, mention.repo.as_ref(), mention.target.as_deref())).or_default().push(mention);
    }
    by_target.into_values().filter_map(link).collect()
}

fn link(mut mentions: Vec<Mention>) -> Option<Link> {
    mentions.sort_by(|a, b| {
        a.start.is_none().cmp(&b.start.is_none()).then(b.confidence.total_cmp(&a.confidence)).then((a.field, a.start).cmp(&(b.field, b.start)))
    });
    let places = mentions.iter().map(|m| Place { field: m.field, start: m.start, end: m.end, raw: m.raw.clone() }).collect();
    let (role, role_rule) = mentions.iter().find(|m| m.role_rule == Some("source_field")).or(mentions.first()).map(|m| (m.role, m.role_rule))?;
    let best = mentions.into_iter().next()?;
    Some(Link {
        kind: best.kind,
        target: best.target,
        repo: best.repo,
        field: best.field,
        start: best.start,
        end: best.end,
        raw: best.raw,
        sentence: best.sentence,
        mentions: places,
        role,
        role_rule: role_rule.map(str::to_owned),
        confidence: best.confidence,
        repairs: best.repairs.into_iter().map(str::to_owned).collect(),
        candidates: best.candidates,
        subpath: best.subpath,
    })
}
