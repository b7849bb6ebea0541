//! Reads rows of tables back into the values that `rows.rs` made them from.

use super::groups::Keyed;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use starcite_core::extract::SettledBy;
use starcite_core::paper::CitedBy;
use starcite_core::paper_mentions::NamedPaper;
use starcite_core::{Archive, Citation, Field, Link, LinkKind, ListClaim, Paper, RepoName, RepoState};
use starcite_rows::{self as table, REASSIGNED, Value};
use starcite_state::{Named, RepoRow, StarsRow, WeekLink};

/// A row of `links`.
pub(super) struct LinkRow {
    /// The link before it was resolved.
    pub(super) link: WeekLink,
    /// The repository that it refers to, by its name as of the week and the host's number.
    pub(super) repo: Option<(RepoName, Option<i64>)>,
    pub(super) state: Option<RepoState>,
    /// The place where the repository names the paper, `Some(None)` if it does not; `None` if its files were not searched.
    pub(super) named: Option<Option<Named>>,
    /// True if another repository has taken over the name.
    pub(super) is_reassigned: bool,
    /// Readings that do not exist at the host, according to how the link was resolved.
    pub(super) absent: Vec<RepoName>,
}

/// A service's count of a paper's citations.
pub(super) struct Counted {
    pub(super) source: String,
    pub(super) at: DateTime<Utc>,
    pub(super) count: Option<i64>,
}

fn bytes(value: Option<i64>) -> Result<Option<usize>> {
    Ok(value.map(usize::try_from).transpose()?)
}

pub(super) fn paper(row: table::Paper<'_>) -> Result<Paper> {
    let cited_by = row.cited_by_count.zip(row.cited_by_source.into_owned());
    Ok(Paper {
        paper_id: row.paper_id.into_owned(),
        sources: row.sources.into_owned(),
        source_key: row.source_key.into_owned(),
        arxiv_id: row.arxiv_id.into_owned(),
        doi: row.doi.into_owned(),
        title: row.title.into_owned(),
        title_original: row.title_original.into_owned(),
        abstract_text: row.r#abstract.into_owned(),
        comment: row.comment.into_owned(),
        authors: row.authors.into_owned().unwrap_or_default(),
        authors_original: row.authors_original.into_owned().unwrap_or_default(),
        categories: row.categories.into_owned().unwrap_or_default(),
        published: row.published,
        year: row.year.map(i32::try_from).transpose()?,
        updated: row.updated,
        url: row.url.into_owned(),
        upvotes: row.upvotes,
        cited_by: cited_by.map(|(count, source)| CitedBy { count, influential: row.cited_by_influential, source, at: row.cited_by_at }),
        ..Paper::default()
    })
}

/// Reads a link of a paper, keyed by the paper's id.
pub(super) fn link(row: table::Link<'_>) -> Result<Keyed<LinkRow>> {
    let target = row.target.into_owned();
    let listed = |by| ListClaim {
        by,
        official: row.listed_official,
        in_paper: row.listed_in_paper,
        in_github: row.listed_in_github,
        framework: row.listed_framework.into_owned(),
        at: row.listed_at,
    };
    let mut link = Link {
        kind: row.kind,
        // `repo` has the current name; the target has the name that the paper uses.
        repo: target.as_deref().filter(|_| row.kind == LinkKind::Repo).map(RepoName::parse).transpose()?,
        target,
        field: row.field,
        start: bytes(row.start)?,
        end: bytes(row.end)?,
        raw: row.raw.into_owned(),
        sentence: row.sentence.into_owned(),
        mentions: row.mentions.into_owned(),
        role: row.role,
        role_rule: row.role_rule.into_owned(),
        confidence: row.confidence,
        repairs: row.repairs.into_owned(),
        candidates: row.candidates.into_owned(),
        settled_by: row.settled_by,
        subpath: row.subpath.into_owned(),
        listed: row.listed_by.map(listed),
    };
    let absent = absent(&link);
    link.unsettle();
    let named = row.paper_named_where.zip(row.paper_named_by).zip(row.paper_named_text);
    let named = named.map(|((file, how), text)| Named { file: file.into_owned(), how, text: text.into_owned() });
    let link_row = LinkRow {
        link: WeekLink { link, first_week: row.first_week, last_week: row.last_week },
        repo: row.repo.map(|repo| Ok::<_, anyhow::Error>((RepoName::parse(&repo)?, row.repo_id))).transpose()?,
        state: row.state,
        named: row.paper_named_by_repo.map(|_| named),
        is_reassigned: row.official_rule.as_deref() == Some(REASSIGNED),
        absent,
    };
    Ok(Some((row.paper_id.into_owned(), link_row)))
}

/// Lists the readings that are not rows of `repos`, because no link refers to them, and that do not exist at the host, which has answered for all of them.
fn absent(link: &Link) -> Vec<RepoName> {
    let none_but_it = matches!(link.settled_by, Some(SettledBy::Exists | SettledBy::NoneExists));
    link.readings().skip(1).filter(|_| none_but_it).cloned().collect()
}

/// Reads a citation by a paper, keyed by that paper's id, and its count.
pub(super) fn citation(row: table::Citation<'_>) -> Result<Keyed<(Citation, Option<Counted>)>> {
    let counted = counted(&row);
    let Some(paper_id) = row.paper_id.into_owned() else { return Ok(None) };
    let citation = Citation {
        cited: row.cited.into_owned(),
        field: Field::parse(&row.field).context("an unknown field")?,
        start: bytes(row.start)?.unwrap_or_default(), // null for a whole field
        end: bytes(row.end)?.unwrap_or_default(),
        raw: row.raw.into_owned(),
    };
    Ok(Some((paper_id, (citation, counted))))
}

/// Reads a citation by a repository, keyed by the repository's name, and its count.
pub(super) fn named_paper(row: table::Citation<'_>) -> Result<Keyed<(NamedPaper, Option<Counted>)>> {
    let counted = counted(&row);
    let Some(repo) = row.repo.into_owned() else { return Ok(None) };
    let paper = NamedPaper {
        cited: row.cited.into_owned(),
        file: row.field.into_owned(),
        start: bytes(row.start)?.context("a citation without its place")?,
        end: bytes(row.end)?.context("a citation without its place")?,
        raw: row.raw.into_owned(),
    };
    Ok(Some((repo, (paper, counted))))
}

fn counted(row: &table::Citation<'_>) -> Option<Counted> {
    Some(Counted { source: row.cited_by_source.as_deref()?.to_owned(), at: row.cited_by_at?, count: row.cited_by_count })
}

pub(super) fn repo(row: table::Repo<'_>) -> Result<RepoRow> {
    Ok(RepoRow {
        repo_id: row.repo_id,
        node_id: row.node_id.into_owned(),
        aliases: row.aliases.iter().map(|alias| RepoName::parse(alias)).collect::<Result<_, _>>()?,
        state: row.state,
        state_reason: row.state_reason,
        facts: row.observed_at.map(|_| Box::new(row.facts.into_owned())),
        observed_at: row.observed_at,
        observed_by: row.observed_by.into_owned(),
        asked_at: row.asked_at,
        last_error: row.last_error.into_owned(),
        details_at: row.details_at,
        reassigned: row.reassigned_at.map(|at| (at, row.former_repo_id)),
        ..RepoRow::unasked(RepoName::parse(&row.repo)?)
    })
}

pub(super) fn stars(row: table::Stars<'_>) -> Result<StarsRow> {
    Ok(StarsRow {
        repo: RepoName::parse(&row.repo)?,
        repo_id: row.repo_id,
        start: row.week_start,
        days: row.days.into_owned(),
        added: row.added,
        total: row.total,
        source: row.source.into_owned(),
    })
}

pub(super) fn archive(row: table::Archive<'_>) -> Result<Archive> {
    Ok(Archive {
        archive: row.archive.into_owned(),
        concept: row.concept.into_owned(),
        repo: row.repo.map(|repo| RepoName::parse(&repo)).transpose()?,
        release: row.release.into_owned(),
        kind: row.kind,
        title: row.title.into_owned(),
        version: row.version.into_owned(),
        license_spdx: row.license_spdx.into_owned(),
        published: row.published,
        papers: row.papers.into_owned(),
        cited_by: row.cited_by.into_owned(),
        source: row.source.into_owned(),
        said_at: Some(row.said_at.context("an archive without a date")?),
    })
}
