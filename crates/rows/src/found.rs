//! Rows of what the texts of a paper say, without a run: the columns that only a run knows are null.

use crate::{Citation, Link, Text};
use starcite_core::{self as core, RepoName, Week};

fn text(text: Option<&String>) -> Option<Text<'_>> {
    text.map(|text| text.into())
}

fn position(at: Option<usize>) -> Option<i64> {
    at.and_then(|at| i64::try_from(at).ok())
}

impl<'a> Link<'a> {
    /// Returns the row of a link that was found in a paper, in the week that found it.
    pub fn found(paper_id: &'a str, link: &'a core::Link, week: Week) -> Self {
        let listed = link.listed.as_ref();
        Self {
            paper_id: paper_id.into(),
            kind: link.kind,
            target: text(link.target.as_ref()),
            repo: link.repo.as_ref().map(RepoName::as_str).map(Text::from),
            field: link.field,
            start: position(link.start),
            end: position(link.end),
            raw: (&link.raw).into(),
            sentence: text(link.sentence.as_ref()),
            mentions: (&link.mentions).into(),
            role: link.role,
            role_rule: text(link.role_rule.as_ref()),
            confidence: link.confidence,
            repairs: (&link.repairs).into(),
            candidates: (&link.candidates).into(),
            settled_by: link.settled_by,
            subpath: text(link.subpath.as_ref()),
            first_week: week,
            last_week: None,
            repo_id: None,
            state: None,
            paper_named_by_repo: None,
            paper_named_where: None,
            paper_named_by: None,
            paper_named_text: None,
            official: None,
            official_rule: None,
            listed_by: listed.map(|listed| listed.by),
            listed_official: listed.and_then(|listed| listed.official),
            listed_in_paper: listed.and_then(|listed| listed.in_paper),
            listed_in_github: listed.and_then(|listed| listed.in_github),
            listed_framework: listed.and_then(|listed| text(listed.framework.as_ref())),
            listed_at: listed.and_then(|listed| listed.at),
            iso_week: week,
        }
    }
}

impl<'a> Citation<'a> {
    /// Returns the row of a citation that was found in a paper, in the week that found it.
    pub fn found(paper_id: &'a str, citation: &'a core::Citation, week: Week) -> Self {
        let span = |at| position(Some(at).filter(|_| citation.end > 0)); // a whole field has none
        Self {
            direction: "paper".into(),
            paper_id: Some(paper_id.into()),
            repo: None,
            cited: (&citation.cited).into(),
            field: citation.field.as_str().into(),
            start: span(citation.start),
            end: span(citation.end),
            raw: (&citation.raw).into(),
            cited_by_count: None,
            cited_by_source: None,
            cited_by_at: None,
            iso_week: week,
        }
    }
}
