//! Reads rows of tables back into the values that `rows.rs` made them from.

use super::groups::Keyed;
use crate::state::{Named, RepoRow, StarsRow, WeekLink};
use crate::tables::Row;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use starcite_core::extract::SettledBy;
use starcite_core::paper::CitedBy;
use starcite_core::paper_mentions::NamedPaper;
use starcite_core::{Archive, ArchiveKind, Citation, Field, Link, LinkKind, ListClaim, Paper, RepoFacts, RepoName, RepoState, Role, StateReason};

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

fn name(row: Row<'_>, column: &str) -> Result<Option<RepoName>> {
    Ok(row.text(column).map(RepoName::parse).transpose()?)
}

fn bytes(row: Row<'_>, column: &str) -> Option<usize> {
    row.int(column).and_then(|at| usize::try_from(at).ok())
}

pub(super) fn paper(row: Row<'_>) -> Result<Paper> {
    let cited_by = row.int("cited_by_count").zip(row.owned("cited_by_source"));
    Ok(Paper {
        paper_id: row.owned("paper_id").context("a paper without an id")?,
        sources: row.texts("sources").unwrap_or_default(),
        arxiv_id: row.owned("arxiv_id"),
        doi: row.owned("doi"),
        title: row.owned("title"),
        title_original: row.owned("title_original"),
        abstract_text: row.owned("abstract"),
        comment: row.owned("comment"),
        authors: row.texts("authors").unwrap_or_default(),
        authors_original: row.texts("authors_original").unwrap_or_default(),
        categories: row.texts("categories").unwrap_or_default(),
        published: row.day("published"),
        year: row.int("year").map(i32::try_from).transpose()?,
        updated: row.day("updated"),
        url: row.owned("url"),
        upvotes: row.int("upvotes"),
        cited_by: cited_by.map(|(count, source)| CitedBy { count, influential: row.int("cited_by_influential"), source, at: row.time("cited_by_at") }),
        ..Paper::default()
    })
}

/// Reads a link of a paper, keyed by the paper's id.
pub(super) fn link(row: Row<'_>) -> Result<Keyed<LinkRow>> {
    let kind = row.text("kind").and_then(LinkKind::parse).context("an unknown kind of link")?;
    let target = row.owned("target");
    let settled_by = row.text("settled_by").map(|by| SettledBy::ALL.into_iter().find(|known| known.as_str() == by).context("an unknown way to settle"));
    let mut link = Link {
        kind,
        // `repo` has the current name; the target has the name that the paper uses.
        repo: target.as_deref().filter(|_| kind == LinkKind::Repo).map(RepoName::parse).transpose()?,
        target,
        field: row.text("field").and_then(Field::parse).context("an unknown field")?,
        start: bytes(row, "start"),
        end: bytes(row, "end"),
        raw: row.owned("raw").context("a link without its text")?,
        sentence: row.owned("sentence"),
        mentions: row.places("mentions"),
        role: row.text("role").map(|role| Role::parse(role).context("an unknown role")).transpose()?,
        role_rule: row.owned("role_rule"),
        confidence: row.float("confidence").context("a link without confidence")?,
        repairs: row.texts("repairs").unwrap_or_default(),
        candidates: row.candidates("candidates"),
        settled_by: settled_by.transpose()?,
        subpath: row.owned("subpath"),
        listed: row.text("listed_by").and_then(Field::parse).map(|by| listed(by, row)),
    };
    let absent = absent(&link);
    link.unsettle();
    let week = |column| row.text(column).map(|week| week.parse().ok().context("no ISO week")).transpose();
    let link = WeekLink { link, first_week: week("first_week")?.context("a link without its first week")?, last_week: week("last_week")? };
    let named = named(row);
    let link_row = LinkRow {
        link,
        repo: name(row, "repo")?.map(|repo| (repo, row.int("repo_id"))),
        state: row.text("state").and_then(RepoState::parse),
        named: row.bool("paper_named_by_repo").map(|_| named),
        is_reassigned: row.text("official_rule") == Some("reassigned"),
        absent,
    };
    Ok(Some((row.owned("paper_id").context("a link of no paper")?, link_row)))
}

/// Lists the readings that are not rows of `repos`, because no link refers to them, and that do not exist at the host, which has answered for all of them.
fn absent(link: &Link) -> Vec<RepoName> {
    let none_but_it = matches!(link.settled_by, Some(SettledBy::Exists | SettledBy::NoneExists));
    link.readings().skip(1).filter(|_| none_but_it).cloned().collect()
}

fn named(row: Row<'_>) -> Option<Named> {
    Some(Named { file: row.owned("paper_named_where")?, how: row.owned("paper_named_by")?, text: row.owned("paper_named_text")? })
}

fn listed(by: Field, row: Row<'_>) -> ListClaim {
    ListClaim {
        by,
        official: row.bool("listed_official"),
        in_paper: row.bool("listed_in_paper"),
        in_github: row.bool("listed_in_github"),
        framework: row.owned("listed_framework"),
        at: row.day("listed_at"),
    }
}

/// Reads a citation by a paper, keyed by that paper's id, and its count.
pub(super) fn citation(row: Row<'_>) -> Result<Keyed<(Citation, Option<Counted>)>> {
    let Some(paper_id) = row.owned("paper_id") else { return Ok(None) };
    let citation = Citation {
        cited: row.owned("cited").context("a citation of nothing")?,
        field: row.text("field").and_then(Field::parse).context("an unknown field")?,
        start: bytes(row, "start").unwrap_or_default(), // null for a whole field
        end: bytes(row, "end").unwrap_or_default(),
        raw: row.owned("raw").context("a citation without its text")?,
    };
    Ok(Some((paper_id, (citation, counted(row)))))
}

/// Reads a citation by a repository, keyed by the repository's name, and its count.
pub(super) fn named_paper(row: Row<'_>) -> Result<Keyed<(NamedPaper, Option<Counted>)>> {
    let Some(repo) = row.owned("repo") else { return Ok(None) };
    let paper = NamedPaper {
        cited: row.owned("cited").context("a citation of nothing")?,
        file: row.owned("field").context("a citation in no file")?,
        start: bytes(row, "start").context("a citation without its place")?,
        end: bytes(row, "end").context("a citation without its place")?,
        raw: row.owned("raw").context("a citation without its text")?,
    };
    Ok(Some((repo, (paper, counted(row)))))
}

fn counted(row: Row<'_>) -> Option<Counted> {
    Some(Counted { source: row.owned("cited_by_source")?, at: row.time("cited_by_at")?, count: row.int("cited_by_count") })
}

pub(super) fn repo(row: Row<'_>) -> Result<RepoRow> {
    let name = name(row, "repo")?.context("a repository without a name")?;
    let aliases = row.texts("aliases").unwrap_or_default();
    Ok(RepoRow {
        repo_id: row.int("repo_id"),
        node_id: row.owned("node_id"),
        aliases: aliases.iter().map(|alias| RepoName::parse(alias)).collect::<Result<_, _>>()?,
        state: row.text("state").and_then(RepoState::parse).context("an unknown state")?,
        state_reason: row.text("state_reason").and_then(StateReason::parse),
        facts: row.time("observed_at").map(|_| Box::new(facts(row))),
        observed_at: row.time("observed_at"),
        observed_by: row.owned("observed_by"),
        asked_at: row.time("asked_at"),
        last_error: row.owned("last_error"),
        details_at: row.time("details_at"),
        reassigned: row.time("reassigned_at").map(|at| (at, row.int("former_repo_id"))),
        ..RepoRow::unasked(name)
    })
}

fn facts(row: Row<'_>) -> RepoFacts {
    RepoFacts {
        is_archived: row.bool("is_archived"),
        is_disabled: row.bool("is_disabled"),
        is_empty: row.bool("is_empty"),
        is_fork: row.bool("is_fork"),
        is_template: row.bool("is_template"),
        is_mirror: row.bool("is_mirror"),
        stars: row.int("stars"),
        forks: row.int("forks"),
        watchers: row.int("watchers"),
        open_issues: row.int("open_issues"),
        open_pull_requests: row.int("open_pull_requests"),
        language: row.owned("language"),
        languages: row.texts("languages"),
        topics: row.texts("topics"),
        license_spdx: row.owned("license_spdx"),
        description: row.owned("description"),
        homepage: row.owned("homepage"),
        owner_type: row.owned("owner_type"),
        parent: row.owned("parent"),
        created_at: row.time("created_at"),
        pushed_at: row.time("pushed_at"),
        archived_at: row.time("archived_at"),
        default_branch: row.owned("default_branch"),
        head_oid: row.owned("head_oid"),
        head_committed_at: row.time("head_committed_at"),
        commits: row.int("commits"),
        commits_52w: row.int("commits_52w"),
        releases: row.int("releases"),
        latest_release: row.owned("latest_release"),
        latest_release_at: row.time("latest_release_at"),
        root_entries: row.texts("root_entries"),
        code_bytes: row.int("code_bytes"),
        readme_bytes: row.int("readme_bytes"),
        framework: row.owned("framework"),
        framework_evidence: row.owned("framework_evidence"),
        citation_title: row.owned("citation_title"),
        citation_authors: row.texts("citation_authors"),
        citation_version: row.owned("citation_version"),
        citation_doi: row.owned("citation_doi"),
        citation_date: row.day("citation_date"),
        citation_license: row.owned("citation_license"),
        archive_ids: row.texts("archive_ids"),
    }
}

pub(super) fn stars(row: Row<'_>) -> Result<StarsRow> {
    Ok(StarsRow {
        repo: name(row, "repo")?.context("stars of no repository")?,
        repo_id: row.int("repo_id"),
        start: row.day("week_start").context("stars of no week")?,
        days: row.ints("days"),
        added: row.int("added"),
        total: row.int("total"),
        source: row.owned("source").context("stars that nobody told")?,
    })
}

pub(super) fn archive(row: Row<'_>) -> Result<Archive> {
    let kind = row.text("kind").and_then(|kind| ArchiveKind::ALL.into_iter().find(|known| known.as_str() == kind));
    Ok(Archive {
        archive: row.owned("archive").context("an archive without an id")?,
        concept: row.owned("concept"),
        repo: name(row, "repo")?,
        release: row.owned("release"),
        kind: kind.context("an unknown kind of archive")?,
        title: row.owned("title"),
        version: row.owned("version"),
        license_spdx: row.owned("license_spdx"),
        published: row.day("published"),
        papers: row.texts("papers").unwrap_or_default(),
        cited_by: row.texts("cited_by").unwrap_or_default(),
        source: row.owned("source").context("an archive that nobody tells of")?,
        said_at: Some(row.time("said_at").context("an archive without a date")?),
    })
}
