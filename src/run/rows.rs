//! Turns papers, links, repositories, … into the rows of their tables.

use crate::rank::{Place, Ranked};
use crate::run::changes::Change;
use starcite_core::availability::Flag;
use starcite_core::paper_mentions::NamedPaper;
use starcite_core::score::Component;
use starcite_core::{Archive, Citation, Conflict, Link, LinkKind, Paper, RepoName, RepoState, Role, Week};
use starcite_rows::{self as table, REASSIGNED, Text, Texts};
use starcite_state::{Count, Named, RepoRow, StarsRow, WeekLink};
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

fn number<N>(value: Option<N>) -> Option<i64>
where
    i64: TryFrom<N>,
{
    value.and_then(|value| i64::try_from(value).ok())
}

fn text(text: Option<&String>) -> Option<Text<'_>> {
    text.map(|text| text.into())
}

/// Returns a list, which is unknown if it is empty.
fn known(texts: &[String]) -> Option<Texts<'_>> {
    (!texts.is_empty()).then(|| texts.into())
}

/// Returns the row of a paper.
pub(crate) fn paper(p: &Paper, week: Week) -> table::Paper<'_> {
    let cited_by = p.cited_by.as_ref();
    table::Paper {
        paper_id: (&p.paper_id).into(),
        sources: (&p.sources).into(),
        source_key: text(p.source_key.as_ref()),
        arxiv_id: text(p.arxiv_id.as_ref()),
        doi: text(p.doi.as_ref()),
        title: text(p.title.as_ref()),
        title_original: text(p.title_original.as_ref()),
        r#abstract: text(p.abstract_text.as_ref()),
        comment: text(p.comment.as_ref()),
        authors: known(&p.authors),
        authors_original: known(&p.authors_original),
        categories: known(&p.categories),
        published: p.published,
        year: p.year.map(i64::from),
        updated: p.updated,
        url: text(p.url.as_ref()),
        upvotes: p.upvotes,
        cited_by_count: cited_by.map(|cited_by| cited_by.count),
        cited_by_influential: cited_by.and_then(|cited_by| cited_by.influential),
        cited_by_source: cited_by.map(|cited_by| (&cited_by.source).into()),
        cited_by_at: cited_by.and_then(|cited_by| cited_by.at),
        iso_week: week,
    }
}

/// Returns the row of a link. `repo` is the row of the link's repository, if it has one; `naming` is the result of searching its files for the paper, if they
/// were searched.
pub(crate) fn link<'a>(paper_id: &'a str, l: &'a WeekLink, repo: Option<&'a RepoRow>, naming: Option<&'a Option<Named>>, week: Week) -> table::Link<'a> {
    let link = &l.link;
    let named = naming.and_then(Option::as_ref);
    let (official, official_rule) = official(link, repo, named.is_some());
    let has_state = link.kind == LinkKind::Repo || link.repo.is_some();
    let found = table::Link::found(paper_id, link, l.first_week);
    table::Link {
        repo: repo.map(|r| r.name.as_str().into()).or(found.repo),
        last_week: l.last_week,
        repo_id: repo.and_then(|r| r.repo_id),
        state: has_state.then(|| repo.map_or(RepoState::Unknown, |r| r.state)),
        paper_named_by_repo: naming.map(Option::is_some),
        paper_named_where: named.map(|n| (&n.file).into()),
        paper_named_by: named.map(|n| n.how),
        paper_named_text: named.map(|n| (&n.text).into()),
        official,
        official_rule: official_rule.map(Cow::Borrowed),
        iso_week: week,
        ..found
    }
}

/// Decides if a link is the paper's own code, from the statements of the paper and the repository about each other.
fn official(link: &Link, repo: Option<&RepoRow>, is_named: bool) -> (Option<bool>, Option<&'static str>) {
    match link.role {
        _ if repo.is_some_and(|repo| repo.is_former) => (None, Some(REASSIGNED)),
        Some(Role::Own) if link.kind.holds_code() && is_named => (Some(true), Some("both_say")),
        Some(Role::Own) if link.kind.holds_code() => (Some(true), Some("paper_says")),
        Some(Role::Other | Role::List) if is_named => (None, Some("conflict")),
        Some(Role::Other | Role::List) => (Some(false), Some("paper_says")),
        None if is_named => (Some(true), Some("repository_says")),
        _ => (None, None),
    }
}

/// Returns the row of a repository; `asked` are the hosts that the program asks.
pub(crate) fn repo<'a>(r: &'a RepoRow, asked: &[&str], week: Week) -> table::Repo<'a> {
    table::Repo {
        repo: r.name.as_str().into(),
        repo_id: r.repo_id,
        node_id: text(r.node_id.as_ref()),
        aliases: r.aliases.iter().map(RepoName::to_string).collect(),
        repo_kind: r.name.kind(),
        state: r.state,
        state_reason: r.reason(asked),
        facts: Cow::Borrowed(r.facts()),
        archived_copy: text(r.archived_copy.as_ref()),
        stars_7d: r.stars_7d,
        stars_28d: r.stars_28d,
        stars_source: text(r.stars_source.as_ref()),
        details_at: r.details_at,
        reassigned_at: r.reassigned.map(|(at, _)| at),
        former_repo_id: r.reassigned.and_then(|(_, former)| former),
        observed_at: r.observed_at,
        observed_by: text(r.observed_by.as_ref()),
        asked_at: r.asked_at,
        last_error: text(r.last_error.as_ref()),
        iso_week: week,
    }
}

/// Returns the row of a repository's stars in a week.
pub(crate) fn stars(s: &StarsRow, week: Week) -> table::Stars<'_> {
    table::Stars {
        repo: s.repo.as_str().into(),
        repo_id: s.repo_id,
        week_start: s.start,
        days: s.days.as_ref().map(Into::into),
        added: s.added,
        total: s.total,
        source: (&s.source).into(),
        iso_week: week,
    }
}

/// A citation count, and its source.
pub(crate) type Counted = (Count, &'static str);

/// Returns the row of a citation by a paper.
pub(crate) fn citation<'a>(paper_id: &'a str, c: &'a Citation, counted: Option<Counted>, week: Week) -> table::Citation<'a> {
    table::Citation {
        cited_by_count: counted.and_then(|(count, _)| count.cited_by),
        cited_by_source: counted.map(|(_, source)| source.into()),
        cited_by_at: counted.map(|(count, _)| count.at),
        ..table::Citation::found(paper_id, c, week)
    }
}

/// Returns the row of a citation by a repository.
pub(crate) fn repo_citation<'a>(repo: &'a RepoName, p: &'a NamedPaper, counted: Option<Counted>, week: Week) -> table::Citation<'a> {
    table::Citation {
        direction: "repository".into(),
        paper_id: None,
        repo: Some(repo.as_str().into()),
        cited: (&p.cited).into(),
        field: (&p.file).into(),
        start: number(Some(p.start)),
        end: number(Some(p.end)),
        raw: (&p.raw).into(),
        cited_by_count: counted.and_then(|(count, _)| count.cited_by),
        cited_by_source: counted.map(|(_, source)| source.into()),
        cited_by_at: counted.map(|(count, _)| count.at),
        iso_week: week,
    }
}

/// Returns the row of an archive; `repo` is the current name of its repository, if the state knows one.
pub(crate) fn archive<'a>(a: &'a Archive, repo: Option<&'a RepoName>, week: Week) -> table::Archive<'a> {
    table::Archive {
        archive: (&a.archive).into(),
        concept: text(a.concept.as_ref()),
        kind: a.kind,
        repo: repo.or(a.repo.as_ref()).map(|name| name.as_str().into()),
        release: text(a.release.as_ref()),
        papers: (&a.papers).into(),
        cited_by: (&a.cited_by).into(),
        title: text(a.title.as_ref()),
        version: text(a.version.as_ref()),
        license_spdx: text(a.license_spdx.as_ref()),
        published: a.published,
        source: (&a.source).into(),
        said_at: a.said_at,
        iso_week: week,
    }
}

/// Returns the row of a ranked paper.
pub(crate) fn ranking<'a>(r: &'a Ranked, place: Place, week: Week) -> table::Ranking<'a> {
    let flag = |flag: Flag| r.flags[flag as usize];
    let points = |component: Component| r.score.points[component as usize];
    table::Ranking {
        rank: place.rank,
        tied_with: place.tied_with,
        paper_id: (&r.paper_id).into(),
        title: text(r.title.as_ref()),
        published: r.published,
        repo: text(r.repo.as_ref()),
        tier: r.tier,
        why: text(r.why.as_ref()),
        score: r.score.score,
        score_low: r.score.low,
        score_high: r.score.high,
        has_link: flag(Flag::HasLink),
        answers: flag(Flag::Answers),
        has_code: flag(Flag::HasCode),
        has_licence: flag(Flag::HasLicence),
        licence_is_osi_approved: flag(Flag::LicenceIsOsiApproved),
        names_paper: flag(Flag::NamesPaper),
        is_maintained: flag(Flag::IsMaintained),
        is_citable: flag(Flag::IsCitable),
        has_dependencies: flag(Flag::HasDependencies),
        has_container: flag(Flag::HasContainer),
        has_notebook: flag(Flag::HasNotebook),
        has_tests: flag(Flag::HasTests),
        has_ci: flag(Flag::HasCi),
        score_link: points(Component::Link),
        score_reachable: points(Component::Reachable),
        score_code: points(Component::Code),
        score_licence: points(Component::Licence),
        score_named: points(Component::Named),
        score_maintained: points(Component::Maintained),
        score_citable: points(Component::Citable),
        score_dependencies: points(Component::Dependencies),
        score_container: points(Component::Container),
        score_notebook: points(Component::Notebook),
        score_tests: points(Component::Tests),
        score_ci: points(Component::Ci),
        stars: r.stars,
        stars_1w: r.stars_1w,
        stars_4w: r.stars_4w,
        trend: r.trend,
        trend_rank: place.trend_rank,
        trend_rank_recent: place.trend_rank_recent,
        reasons: r.reasons.lines().map(str::to_owned).collect(),
        iso_week: week,
    }
}

/// Returns the row of a change since another week.
pub(crate) fn change(c: &Change, since: Week, week: Week) -> table::Change<'_> {
    table::Change {
        kind: c.kind,
        paper_id: text(c.paper_id.as_ref()),
        repo: text(c.repo.as_ref()),
        repo_id: c.repo_id,
        before: (&c.before).into(),
        after: (&c.after).into(),
        since_week: since,
        iso_week: week,
    }
}

/// Returns the row of a conflict between sources about a paper.
pub(crate) fn conflict<'a>(paper_id: &'a str, c: &'a Conflict, week: Week) -> table::Conflict<'a> {
    table::Conflict {
        paper_id: paper_id.into(),
        field: c.field,
        kept: (&c.kept).into(),
        kept_source: (&c.kept_source).into(),
        other: (&c.other).into(),
        other_source: (&c.other_source).into(),
        reason: c.reason,
        iso_week: week,
    }
}

/// Returns the row of an input record that could not be used.
pub(crate) fn reject(r: &Reject, week: Week) -> table::Reject<'_> {
    table::Reject {
        source: r.source.into(),
        file: (&r.file).into(),
        record: r.record.cast_signed(),
        byte_offset: r.byte_offset.cast_signed(),
        reason: (&r.reason).into(),
        excerpt: (&r.excerpt).into(),
        iso_week: week,
    }
}

#[cfg(test)]
mod tests;
