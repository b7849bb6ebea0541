//! Turns papers, links, repositories, … into the rows of their tables, in the order of the schema's columns.

use crate::changes::Change;
use crate::rank::{Place, Ranked};
use crate::state::{Count, Named, RepoRow, StarsRow, WeekLink};
use crate::tables::Cell;
use starcite_core::availability::Tier;
use starcite_core::extract::SettledBy;
use starcite_core::paper_mentions::NamedPaper;
use starcite_core::{Archive, Citation, Conflict, Link, LinkKind, Paper, RepoName, RepoState, Role, StateReason, Week};
use std::borrow::Cow;

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

fn week_cell<'a>(week: Week) -> Cell<'a> {
    Cell::text(week.to_string())
}

fn bytes<'a>(value: Option<usize>) -> Cell<'a> {
    Cell::Int(value.and_then(|v| i64::try_from(v).ok()))
}

/// Returns a list, which is unknown if it is empty.
fn known(texts: &[String]) -> Cell<'_> {
    list(Some(texts).filter(|texts| !texts.is_empty()))
}

fn list(texts: Option<&[String]>) -> Cell<'_> {
    Cell::TextList(texts.map(Cow::Borrowed))
}

fn names<'a>(names: &[RepoName]) -> Cell<'a> {
    Cell::TextList(Some(Cow::Owned(names.iter().map(RepoName::to_string).collect())))
}

pub(crate) fn paper(p: &Paper, week: Week) -> Vec<Cell<'_>> {
    let cited_by = p.cited_by.as_ref();
    vec![
        Cell::text(&p.paper_id),
        Cell::texts(&p.sources),
        Cell::maybe(p.arxiv_id.as_deref()),
        Cell::maybe(p.doi.as_deref()),
        Cell::maybe(p.title.as_deref()),
        Cell::maybe(p.title_original.as_deref()),
        Cell::maybe(p.abstract_text.as_deref()),
        Cell::maybe(p.comment.as_deref()),
        known(&p.authors),
        known(&p.authors_original),
        known(&p.categories),
        Cell::Date(p.published),
        Cell::Int(p.year.map(i64::from)),
        Cell::Date(p.updated),
        Cell::maybe(p.url.as_deref()),
        Cell::Int(p.upvotes),
        Cell::Int(cited_by.map(|cited_by| cited_by.count)),
        Cell::Int(cited_by.and_then(|cited_by| cited_by.influential)),
        Cell::maybe(cited_by.map(|cited_by| cited_by.source.as_str())),
        Cell::Time(cited_by.and_then(|cited_by| cited_by.at)),
        week_cell(week),
    ]
}

/// Returns a row of `links`. `repo` is the row of the link's repository, if it has one; `naming` is the result of searching its files for the paper, if they
/// were searched.
pub(crate) fn link<'a>(paper_id: &'a str, l: &'a WeekLink, repo: Option<&'a RepoRow>, naming: Option<&'a Option<Named>>, week: Week) -> Vec<Cell<'a>> {
    let link = &l.link;
    let named = naming.and_then(Option::as_ref);
    let (official, official_rule) = official(link, repo, named.is_some());
    let has_state = link.kind == LinkKind::Repo || link.repo.is_some();
    let listed = link.listed.as_ref();
    vec![
        Cell::text(paper_id),
        Cell::text(link.kind.as_str()),
        Cell::maybe(link.target.as_deref()),
        Cell::maybe(repo.map(|r| &r.name).or(link.repo.as_ref()).map(RepoName::as_str)),
        Cell::text(link.field.as_str()),
        bytes(link.start),
        bytes(link.end),
        Cell::text(&link.raw),
        Cell::maybe(link.sentence.as_deref()),
        Cell::Places(&link.mentions),
        Cell::maybe(link.role.map(Role::as_str)),
        Cell::maybe(link.role_rule.as_deref()),
        Cell::Float(Some(link.confidence)),
        Cell::texts(&link.repairs),
        Cell::Candidates(&link.candidates),
        Cell::maybe(link.settled_by.map(SettledBy::as_str)),
        Cell::maybe(link.subpath.as_deref()),
        week_cell(l.first_week),
        Cell::maybe(l.last_week.map(|week| week.to_string())),
        Cell::Int(repo.and_then(|r| r.repo_id)),
        Cell::maybe(has_state.then(|| repo.map_or(RepoState::Unknown, |r| r.state).as_str())),
        Cell::Bool(naming.map(Option::is_some)),
        Cell::maybe(named.map(|n| n.file.as_str())),
        Cell::maybe(named.map(|n| n.how.as_str())),
        Cell::maybe(named.map(|n| n.text.as_str())),
        Cell::Bool(official),
        Cell::maybe(official_rule),
        Cell::maybe(listed.map(|listed| listed.by.as_str())),
        Cell::Bool(listed.and_then(|listed| listed.official)),
        Cell::Bool(listed.and_then(|listed| listed.in_paper)),
        Cell::Bool(listed.and_then(|listed| listed.in_github)),
        Cell::maybe(listed.and_then(|listed| listed.framework.as_deref())),
        Cell::Date(listed.and_then(|listed| listed.at)),
        week_cell(week),
    ]
}

/// Decides if a link is the paper's own code, from the statements of the paper and the repository about each other.
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

/// Returns a row of `repos`; `asked_host` is the only host that gets requests.
pub(crate) fn repo<'a>(r: &'a RepoRow, asked_host: &str, week: Week) -> Vec<Cell<'a>> {
    let f = r.facts();
    vec![
        Cell::text(r.name.as_str()),
        Cell::Int(r.repo_id),
        Cell::maybe(r.node_id.as_deref()),
        names(&r.aliases),
        Cell::text(r.state.as_str()),
        Cell::maybe(r.reason(asked_host).map(StateReason::as_str)),
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
        Cell::maybe(f.language.as_deref()),
        list(f.languages.as_deref()),
        list(f.topics.as_deref()),
        Cell::maybe(f.license_spdx.as_deref()),
        Cell::maybe(f.description.as_deref()),
        Cell::maybe(f.homepage.as_deref()),
        Cell::maybe(f.owner_type.as_deref()),
        Cell::maybe(f.parent.as_deref()),
        Cell::Time(f.created_at),
        Cell::Time(f.pushed_at),
        Cell::Time(f.archived_at),
        Cell::maybe(f.default_branch.as_deref()),
        Cell::maybe(f.head_oid.as_deref()),
        Cell::Time(f.head_committed_at),
        Cell::Int(f.commits),
        Cell::Int(f.commits_52w),
        Cell::Int(f.releases),
        Cell::maybe(f.latest_release.as_deref()),
        Cell::Time(f.latest_release_at),
        list(f.root_entries.as_deref()),
        Cell::Int(f.code_bytes),
        Cell::Int(f.readme_bytes),
        Cell::maybe(f.framework.as_deref()),
        Cell::maybe(f.framework_evidence.as_deref()),
        Cell::maybe(f.citation_title.as_deref()),
        list(f.citation_authors.as_deref()),
        Cell::maybe(f.citation_version.as_deref()),
        Cell::maybe(f.citation_doi.as_deref()),
        Cell::Date(f.citation_date),
        Cell::maybe(f.citation_license.as_deref()),
        list(f.archive_ids.as_deref()),
        Cell::maybe(r.archived_copy.as_deref()),
        Cell::Int(r.stars_7d),
        Cell::Int(r.stars_28d),
        Cell::maybe(r.stars_source.as_deref()),
        Cell::Time(r.details_at),
        Cell::Time(r.reassigned.map(|(at, _)| at)),
        Cell::Int(r.reassigned.and_then(|(_, former)| former)),
        Cell::Time(r.observed_at),
        Cell::maybe(r.observed_by.as_deref()),
        Cell::Time(r.asked_at),
        Cell::maybe(r.last_error.as_deref()),
        week_cell(week),
    ]
}

pub(crate) fn stars(s: &StarsRow, week: Week) -> Vec<Cell<'_>> {
    vec![
        Cell::text(s.repo.as_str()),
        Cell::Int(s.repo_id),
        Cell::Date(Some(s.start)),
        Cell::IntList(s.days.as_deref()),
        Cell::Int(s.added),
        Cell::Int(s.total),
        Cell::text(&s.source),
        week_cell(week),
    ]
}

/// A citation count, and its source.
pub(crate) type Counted = (Count, &'static str);

/// Returns the row of a citation by a paper.
pub(crate) fn citation<'a>(paper_id: &'a str, c: &'a Citation, counted: Option<Counted>, week: Week) -> Vec<Cell<'a>> {
    let by = [Cell::text("paper"), Cell::text(paper_id), Cell::Text(None)];
    let place = |at| bytes(Some(at).filter(|_| c.end > 0));
    cited(by, &c.cited, [Cell::text(c.field.as_str()), place(c.start), place(c.end), Cell::text(&c.raw)], counted, week)
}

/// Returns the row of a citation by a repository.
pub(crate) fn repo_citation<'a>(repo: &'a RepoName, p: &'a NamedPaper, counted: Option<Counted>, week: Week) -> Vec<Cell<'a>> {
    let by = [Cell::text("repository"), Cell::Text(None), Cell::text(repo.as_str())];
    cited(by, &p.cited, [Cell::text(&p.file), bytes(Some(p.start)), bytes(Some(p.end)), Cell::text(&p.raw)], counted, week)
}

fn cited<'a>(by: [Cell<'a>; 3], cited: &'a str, place: [Cell<'a>; 4], counted: Option<Counted>, week: Week) -> Vec<Cell<'a>> {
    let mut row = Vec::from(by);
    row.push(Cell::text(cited));
    row.extend(place);
    row.push(Cell::Int(counted.and_then(|(count, _)| count.cited_by)));
    row.extend([Cell::maybe(counted.map(|(_, source)| source)), Cell::Time(counted.map(|(count, _)| count.at)), week_cell(week)]);
    row
}

pub(crate) fn archive<'a>(a: &'a Archive, repo: Option<&'a RepoName>, week: Week) -> Vec<Cell<'a>> {
    vec![
        Cell::text(&a.archive),
        Cell::maybe(a.concept.as_deref()),
        Cell::text(a.kind.as_str()),
        Cell::maybe(repo.or(a.repo.as_ref()).map(RepoName::as_str)),
        Cell::maybe(a.release.as_deref()),
        Cell::texts(&a.papers),
        Cell::texts(&a.cited_by),
        Cell::maybe(a.title.as_deref()),
        Cell::maybe(a.version.as_deref()),
        Cell::maybe(a.license_spdx.as_deref()),
        Cell::Date(a.published),
        Cell::text(&a.source),
        Cell::Time(a.said_at),
        week_cell(week),
    ]
}

pub(crate) fn ranking<'a>(r: &'a Ranked, place: Place, week: Week) -> Vec<Cell<'a>> {
    let mut row = vec![
        Cell::Int(Some(place.rank)),
        Cell::text(&r.paper_id),
        Cell::maybe(r.title.as_deref()),
        Cell::Date(r.published),
        Cell::maybe(r.repo.as_deref()),
        Cell::maybe(r.tier.map(Tier::as_str)),
        Cell::Float(Some(r.score.score)),
        Cell::Float(Some(r.score.low)),
        Cell::Float(Some(r.score.high)),
    ];
    row.extend(r.flags.map(Cell::Bool));
    row.extend(r.score.points.map(Cell::Float));
    row.extend([Cell::Int(r.stars), Cell::Int(r.stars_1w), Cell::Int(r.stars_4w), Cell::Float(r.trend)]);
    row.extend([
        Cell::Int(place.trend_rank),
        Cell::Int(place.trend_rank_recent),
        Cell::TextList(Some(Cow::Owned(r.reasons.lines().map(str::to_owned).collect()))),
        week_cell(week),
    ]);
    row
}

pub(crate) fn change(c: &Change, since: Week, week: Week) -> Vec<Cell<'_>> {
    vec![
        Cell::text(c.kind.as_str()),
        Cell::maybe(c.paper_id.as_deref()),
        Cell::maybe(c.repo.as_deref()),
        Cell::Int(c.repo_id),
        Cell::text(&c.before),
        Cell::text(&c.after),
        week_cell(since),
        week_cell(week),
    ]
}

pub(crate) fn conflict<'a>(paper_id: &'a str, c: &'a Conflict, week: Week) -> Vec<Cell<'a>> {
    vec![
        Cell::text(paper_id),
        Cell::text(c.field.as_str()),
        Cell::text(&c.kept),
        Cell::text(&c.kept_source),
        Cell::text(&c.other),
        Cell::text(&c.other_source),
        Cell::text(c.reason.as_str()),
        week_cell(week),
    ]
}

pub(crate) fn reject(r: &Reject, week: Week) -> Vec<Cell<'_>> {
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

#[cfg(test)]
mod tests;
