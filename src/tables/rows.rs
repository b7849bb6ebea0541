//! Turns papers, links, repositories, … into the rows of their tables, in the order of the schema's columns.

use super::writer::Cell;
use crate::rank::Ranking;
use crate::state::{Named, RepoRow, StarsRow, WeekLink};
use serde_json::Value;
use starcite_core::{Link, LinkKind, Paper, RepoName, RepoState, Role, Week};

/// An input record that could not be used.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reject {
    pub(crate) source: &'static str,
    pub(crate) file: String,
    pub(crate) record: u64,
    pub(crate) byte_offset: u64,
    pub(crate) reason: String,
    pub(crate) excerpt: String,
}

fn week_cell(week: Week) -> Cell {
    Cell::text(week.to_string())
}

fn bytes(value: Option<usize>) -> Cell {
    Cell::Int(value.and_then(|v| i64::try_from(v).ok()))
}

fn names(names: &[RepoName]) -> Cell {
    Cell::TextList(Some(names.iter().map(RepoName::to_string).collect()))
}

pub(crate) fn paper(p: &Paper, week: Week) -> Vec<Cell> {
    vec![
        Cell::text(&p.paper_id),
        Cell::TextList(Some(p.sources.clone())),
        Cell::Text(p.arxiv_id.clone()),
        Cell::Text(p.doi.clone()),
        Cell::Text(p.title.clone()),
        Cell::Text(p.abstract_text.clone()),
        Cell::Text(p.comment.clone()),
        Cell::TextList(Some(p.authors.clone()).filter(|a| !a.is_empty())),
        Cell::TextList(Some(p.categories.clone()).filter(|c| !c.is_empty())),
        Cell::Date(p.published),
        Cell::Int(p.year.map(i64::from)),
        Cell::Date(p.updated),
        Cell::Text(p.url.clone()),
        Cell::Int(p.upvotes),
        week_cell(week),
    ]
}

/// `repo` is the row of the repository that the link names, where it names one; `naming` is whether it names the paper, where
/// somebody has looked.
pub(crate) fn link(l: &WeekLink, repo: Option<&RepoRow>, naming: Option<&Option<Named>>, week: Week) -> Vec<Cell> {
    let link = &l.link;
    let named = naming.and_then(Option::as_ref);
    let (official, official_rule) = official(link, repo, named.is_some());
    let is_repo = link.kind == LinkKind::Repo;
    vec![
        Cell::text(&l.paper_id),
        Cell::text(link.kind.as_str()),
        Cell::Text(link.target.clone()),
        Cell::Text(repo.map(|r| r.name.to_string()).or(link.repo.as_ref().map(RepoName::to_string))),
        Cell::text(link.field.as_str()),
        bytes(link.start),
        bytes(link.end),
        Cell::text(&link.raw),
        Cell::Text(link.sentence.clone()),
        Cell::Places(link.mentions.clone()),
        Cell::Text(link.role.map(|r| r.as_str().to_owned())),
        Cell::Text(link.role_rule.clone()),
        Cell::Float(Some(link.confidence)),
        Cell::TextList(Some(link.repairs.clone())),
        Cell::Candidates(link.candidates.clone()),
        Cell::Text(link.settled_by.map(|by| by.as_str().to_owned())),
        Cell::Text(link.subpath.clone()),
        week_cell(l.first_week),
        Cell::Text(l.last_week.map(|w| w.to_string())),
        Cell::Int(repo.and_then(|r| r.repo_id)),
        Cell::Text(is_repo.then(|| repo.map_or(RepoState::Unknown, |r| r.state).as_str().to_owned())),
        Cell::Bool(naming.map(Option::is_some)),
        Cell::Text(named.map(|n| n.file.clone())),
        Cell::Text(named.map(|n| n.how.clone())),
        Cell::Text(named.map(|n| n.text.clone())),
        Cell::Bool(official),
        Cell::Text(official_rule.map(str::to_owned)),
        week_cell(week),
    ]
}

/// Whether a link is the paper's own code, by what the paper and the repository say of each other (DESIGN, Tables).
fn official(link: &Link, repo: Option<&RepoRow>, is_named: bool) -> (Option<bool>, Option<&'static str>) {
    match link.role {
        _ if repo.is_some_and(|repo| repo.is_former) => (None, Some("reassigned")),
        Some(Role::Own) if link.kind.holds_code() && is_named => (Some(true), Some("both_say")),
        Some(Role::Own) if link.kind.holds_code() => (Some(true), Some("paper_says")),
        Some(Role::Other | Role::List) if is_named => (None, Some("conflict")),
        Some(Role::Other | Role::List) => (Some(false), Some("paper_says")),
        None if is_named => (Some(true), Some("repository_says")),
        _ => (None, None),
    }
}

pub(crate) fn repo(r: &RepoRow, week: Week) -> Vec<Cell> {
    let f = r.facts();
    vec![
        Cell::text(r.name.as_str()),
        Cell::Int(r.repo_id),
        Cell::Text(r.node_id.clone()),
        names(&r.aliases),
        Cell::text(r.state.as_str()),
        Cell::Text(r.state_reason.clone()),
        Cell::Bool(f.is_archived),
        Cell::Bool(f.is_disabled),
        Cell::Bool(f.is_empty),
        Cell::Bool(f.is_fork),
        Cell::Bool(f.is_template),
        Cell::Bool(f.is_mirror),
        Cell::Int(f.stars),
        Cell::Int(f.forks),
        Cell::Int(f.watchers),
        Cell::Int(f.open_issues),
        Cell::Int(f.open_pull_requests),
        Cell::Text(f.language.clone()),
        Cell::TextList(f.languages.clone()),
        Cell::TextList(f.topics.clone()),
        Cell::Text(f.license_spdx.clone()),
        Cell::Text(f.description.clone()),
        Cell::Text(f.homepage.clone()),
        Cell::Text(f.owner_type.clone()),
        Cell::Text(f.parent.clone()),
        Cell::Time(f.created_at),
        Cell::Time(f.pushed_at),
        Cell::Time(f.archived_at),
        Cell::Text(f.default_branch.clone()),
        Cell::Text(f.head_oid.clone()),
        Cell::Time(f.head_committed_at),
        Cell::Int(f.commits),
        Cell::Int(f.commits_52w),
        Cell::Int(f.releases),
        Cell::Text(f.latest_release.clone()),
        Cell::Time(f.latest_release_at),
        Cell::TextList(f.root_entries.clone()),
        Cell::Int(f.code_bytes),
        Cell::Int(f.readme_bytes),
        Cell::Text(f.framework.clone()),
        Cell::Text(f.framework_evidence.clone()),
        Cell::Int(r.stars_7d),
        Cell::Int(r.stars_28d),
        Cell::Text(r.stars_source.clone()),
        Cell::Time(r.details_at),
        Cell::Time(r.reassigned.map(|(at, _)| at)),
        Cell::Int(r.reassigned.and_then(|(_, former)| former)),
        Cell::Time(r.observed_at),
        Cell::Text(r.observed_by.clone()),
        Cell::Time(r.asked_at),
        Cell::Text(r.last_error.clone()),
        week_cell(week),
    ]
}

pub(crate) fn stars(s: &StarsRow, week: Week) -> Vec<Cell> {
    vec![
        Cell::text(s.repo.as_str()),
        Cell::Int(s.repo_id),
        Cell::Date(Some(s.start)),
        Cell::IntList(s.days.clone()),
        Cell::Int(s.added),
        Cell::Int(s.total),
        Cell::text(&s.source),
        week_cell(week),
    ]
}

pub(crate) fn citation(paper_id: &str, c: &Value, week: Week) -> Vec<Cell> {
    let text = |name: &str| Cell::Text(c[name].as_str().map(str::to_owned));
    vec![Cell::text(paper_id), text("cited"), text("field"), Cell::Int(c["start"].as_i64()), Cell::Int(c["end"].as_i64()), text("raw"), week_cell(week)]
}

pub(crate) fn ranking(rank: usize, r: &Ranking<'_>, title: Option<String>, week: Week) -> Vec<Cell> {
    let mut row = vec![
        Cell::Int(i64::try_from(rank).ok()),
        Cell::text(&r.paper_id),
        Cell::Text(title),
        Cell::Text(r.repo.map(|repo| repo.name.to_string())),
        Cell::Float(Some(r.score.score)),
        Cell::Float(Some(r.score.low)),
        Cell::Float(Some(r.score.high)),
    ];
    row.extend(r.score.points.iter().map(|points| Cell::Float(*points)));
    row.extend([
        Cell::Int(r.stars()),
        Cell::Int(r.stars_7d()),
        Cell::Int(r.trend_rank.and_then(|rank| i64::try_from(rank).ok())),
        Cell::TextList(Some(r.reasons(week))),
        week_cell(week),
    ]);
    row
}

pub(crate) fn reject(r: &Reject, week: Week) -> Vec<Cell> {
    vec![
        Cell::text(r.source),
        Cell::text(&r.file),
        Cell::Int(i64::try_from(r.record).ok()),
        Cell::Int(i64::try_from(r.byte_offset).ok()),
        Cell::text(&r.reason),
        Cell::text(&r.excerpt),
        week_cell(week),
    ]
}
