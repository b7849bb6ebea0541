//! All that a page shows of a paper that is opened.

use super::cells::{Cells, find};
use super::model::{Listed, Report};
use super::text::{Segment, line, segments};
use super::{address, words};
use crate::rank::{RankedLink, claim_in_words, why_not};
use crate::weeks::export::bibtex;
use anyhow::Result;
use serde::Serialize;
use starcite_core::availability::{Claim, Flag};
use starcite_core::score::Component;
use starcite_core::{Field, RepoKind, Week};
use starcite_ground::visible;
use starcite_rows::{Cell, Change, Link, Ranking, Row};
use std::ops::Range;

/// Columns of the tables that the details have, if they are known.
const OF_PAPER: &[&str] = &["year", "cited_by_count", "cited_by_source", "cited_by_at"];
const OF_LINK: &[&str] = &[
    "kind",
    "target",
    "repo",
    "field",
    "role",
    "role_rule",
    "official",
    "official_rule",
    "state",
    "confidence",
    "first_week",
    "last_week",
    "sentence",
    "listed_by",
];
const OF_REPO: &[&str] = &[
    "repo",
    "state",
    "state_reason",
    "observed_at",
    "observed_by",
    "license_spdx",
    "language",
    "description",
    "homepage",
    "is_archived",
    "is_fork",
    "created_at",
    "pushed_at",
    "latest_release",
    "latest_release_at",
    "forks",
    "framework",
    "framework_evidence",
    "archived_copy",
    "archive_ids",
    "is_empty",
    "aliases",
];
const OF_CHANGE: &[&str] = &["kind", "repo", "since_week"];

/// A paper. Names are those of columns; what is missing is unknown, or none.
#[derive(Serialize)]
pub(super) struct Detail<'r> {
    /// Whole, because the page finds the paper by it.
    paper_id: String,
    #[serde(flatten)]
    paper: Cells<'r>,
    /// The week whose table the texts are from.
    #[serde(skip_serializing_if = "Option::is_none")]
    iso_week: Option<Week>,
    url: Option<String>,
    r#abstract: Option<Vec<Segment>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<Vec<Segment>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tied_with: Option<i64>,
    flags: Vec<Told>,
    points: Vec<Points>,
    links: Vec<LinkDetail<'r>>,
    repository: Option<Repository<'r>>,
    /// Weeks, with the stars in all and those added.
    stars: Vec<(String, Option<i64>, Option<i64>)>,
    changes: Vec<Cells<'r>>,
    bibtex: String,
}

#[derive(Serialize)]
struct Told {
    flag: &'static str,
    value: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
}

#[derive(Serialize)]
struct Points {
    component: &'static str,
    points: Option<f64>,
}

#[derive(Serialize)]
struct LinkDetail<'r> {
    #[serde(flatten)]
    link: Cells<'r>,
    counts: bool,
    /// Whose code it is, and why it counts or not.
    why: String,
}

#[derive(Serialize)]
struct Repository<'r> {
    #[serde(flatten)]
    repo: Cells<'r>,
    url: Option<String>,
}

/// Returns the details of a paper.
pub(super) fn detail<'r>(report: &'r Report, listed: &'r Listed) -> Result<Detail<'r>> {
    let Listed { paper, ranking, links, .. } = listed;
    let repo = report.repo_of(listed);
    let ranking = ranking.as_deref();
    let marked = |field: Field, text: &Option<_>| text.as_deref().map(|text: &str| segments(text, marks(links, field)));
    let stars = listed.repo().and_then(|repo| report.stars.get(repo)).into_iter().flatten();
    Ok(Detail {
        paper_id: line(&paper.paper_id),
        paper: Cells::shown(OF_PAPER, &**paper)?,
        iso_week: listed.has_text.then_some(paper.iso_week),
        url: address::of_paper(paper),
        r#abstract: marked(Field::Abstract, &paper.r#abstract),
        comment: marked(Field::Comment, &paper.comment),
        why: listed.why.as_deref().map(line),
        tied_with: ranking.map(|ranking| ranking.tied_with),
        flags: ranking.map(flags).transpose()?.unwrap_or_default(),
        points: ranking.map(points).transpose()?.unwrap_or_default(),
        links: link_details(listed)?,
        repository: repo
            .map(|repo| Ok::<_, anyhow::Error>(Repository { repo: Cells::shown(OF_REPO, repo)?, url: address::of_repo(&repo.repo) }))
            .transpose()?,
        stars: stars.map(|week| (week.start.to_string(), week.total, week.added)).collect(),
        changes: listed.changes.iter().map(|at| changed(&report.changes[*at])).collect::<Result<_>>()?,
        bibtex: visible::lines(&bibtex::entries(paper, repo.filter(|repo| repo.repo_kind == RepoKind::Code))).into_owned(),
    })
}

/// Returns the places of the links in a field, each with its sentence.
fn marks<'l>(links: &'l [Link<'_>], field: Field) -> impl Iterator<Item = (Range<usize>, Option<&'l str>)> {
    links.iter().filter(move |link| link.field == field && link.last_week.is_none()).filter_map(|link| {
        let (start, end) = (usize::try_from(link.start?).ok()?, usize::try_from(link.end?).ok()?);
        Some((start..end.max(start), link.sentence.as_deref()))
    })
}

/// Returns the flags of a ranked paper with their evidence, from the columns of their names and from `reasons`.
fn flags(ranking: &Ranking<'_>) -> Result<Vec<Told>> {
    let cells = ranking.cells();
    let evidence = |flag: &str| ranking.reasons.iter().find_map(|reason| reason.strip_prefix(flag)?.strip_prefix(": "));
    let told = |flag: Flag| {
        let value = if let Cell::Bool(value) = find::<Ranking<'_>>(&cells, flag.as_str())? { *value } else { None };
        Ok(Told { flag: flag.as_str(), value, evidence: evidence(flag.as_str()).map(line) })
    };
    Flag::ALL.into_iter().map(told).collect()
}

fn points(ranking: &Ranking<'_>) -> Result<Vec<Points>> {
    let cells = ranking.cells();
    let points = |component: Component| {
        let points = find::<Ranking<'_>>(&cells, &format!("score_{}", component.as_str()))?;
        let points = if let Cell::Float(points) = points { points.map(rounded) } else { None };
        Ok(Points { component: component.as_str(), points })
    };
    Component::ALL.into_iter().map(points).collect()
}

/// Returns points with one decimal.
pub(super) fn rounded(points: f64) -> f64 {
    (points * 10.0).round() / 10.0
}

/// Returns a change, its values in words.
fn changed<'r>(change: &'r Change<'_>) -> Result<Cells<'r>> {
    let mut cells = Cells::shown(OF_CHANGE, change)?;
    for (name, text) in [("before", &change.before), ("after", &change.after)] {
        cells.put(name, Cell::Text(Some(words::value(change.kind, text).into())));
    }
    Ok(cells)
}

fn link_details(listed: &Listed) -> Result<Vec<LinkDetail<'_>>> {
    let claims: Vec<Claim> = listed.links.iter().map(|link| Claim::of(&RankedLink::from(link).with(None))).collect();
    let counting = counting(listed, &claims);
    let why = |at: usize, link: &Link<'_>| match (link.last_week, counting) {
        (Some(week), _) => format!("no longer in the paper, last in {week}"),
        (None, Some(counting)) if counting != at => format!("{}; {}", claim_in_words(claims[at]), why_not(claims[at], claims[counting])),
        (None, _) => claim_in_words(claims[at]).to_owned(),
    };
    let detail = |(at, link)| Ok(LinkDetail { link: Cells::shown(OF_LINK, link)?, counts: counting == Some(at), why: why(at, link) });
    listed.links.iter().enumerate().map(detail).collect()
}

/// Returns the position of the link that counts: the first one with the strongest claim to the paper's own code, of those that lead to the repository that counts
/// if there is one.
fn counting(listed: &Listed, claims: &[Claim]) -> Option<usize> {
    let is_candidate = |link: &Link<'_>| link.last_week.is_none() && listed.repo().is_none_or(|repo| link.repo.as_deref() == Some(repo));
    let candidates = (0..claims.len()).filter(|at| claims[*at] >= Claim::Unsaid && is_candidate(&listed.links[*at]));
    candidates.rev().max_by_key(|at| claims[*at])
}
