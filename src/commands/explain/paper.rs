//! Tells all that the weeks know of a paper.

use super::Section;
use crate::commands::rank::Ranking;
use crate::rank::{self, Ranked};
use crate::weeks::overview::{Known, Late};
use crate::weeks::{FinishedWeek, kept};
use anyhow::{Context, Result};
use chrono::NaiveDate;
use starcite_core::conflict::Disputed;
use starcite_core::paper::title_id;
use starcite_core::{TypedId, Week};
use starcite_ground::visible;
use starcite_rows::{CONFLICTS, Conflict, LINKS, Link, OVERVIEW, Overview, PAPERS, Paper, Read, Text, Texts, view};
use starcite_state::{State, paper_key};
use starcite_tables::read_rows;
use std::collections::HashSet;

/// The most authors that are listed.
const AUTHORS: usize = 5;

/// The most lines of one part.
const LINES: usize = 50;

view! {
    /// A paper as a week brought it.
    #[derive(Clone)]
    pub(super) struct Version<'a> of Paper {
        pub(super) paper_id: Text<'a>,
        sources: Texts<'a>,
        source_key: Option<Text<'a>>,
        arxiv_id: Option<Text<'a>>,
        doi: Option<Text<'a>>,
        title: Option<Text<'a>>,
        authors: Option<Texts<'a>>,
        categories: Option<Texts<'a>>,
        published: Option<NaiveDate>,
        url: Option<Text<'a>>,
        iso_week: Week,
    }
}

impl Version<'_> {
    /// True if this is the paper that a person typed an id of.
    pub(super) fn is(&self, typed: &TypedId) -> bool {
        typed.is(&self.paper_id, self.arxiv_id.as_deref(), self.doi.as_deref(), self.source_key.as_deref())
    }

    pub(super) fn title(&self) -> &str {
        self.title.as_deref().unwrap_or("(title unknown)")
    }
}

/// Returns the versions that `is` selects of the papers of all weeks, the newest first.
pub(super) fn versions(weeks: &[FinishedWeek], is: impl Fn(&Version<'_>) -> bool + Sync) -> Result<Vec<Version<'static>>> {
    let select = |version: Version<'_>| is(&version).then(|| version.into_static());
    let of_week = |week: &FinishedWeek| week.select(&PAPERS, Version::COLUMNS, |frame| kept(read_rows(frame)?, select));
    Ok(weeks.iter().map(of_week).collect::<Result<Vec<_>>>()?.concat())
}

/// Returns the versions of the papers with a title, or with a part of one if no title is the whole.
pub(super) fn titled(weeks: &[FinishedWeek], typed: &str) -> Result<Vec<Version<'static>>> {
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let (id, part) = (title_id(typed), typed.to_lowercase());
    let holds = |title: &str| title.to_lowercase().contains(&part);
    let found = versions(weeks, |paper| paper.title.as_deref().is_some_and(|title| holds(title) || title_id(title) == id))?;
    let whole: HashSet<Text<'_>> = found.iter().filter(|paper| title_id(paper.title()) == id).map(|paper| paper.paper_id.clone()).collect();
    Ok(found.iter().filter(|paper| whole.is_empty() || whole.contains(&paper.paper_id)).cloned().collect())
}

/// Explains a paper; `newest` is the newest one of its versions.
pub(super) fn sections(ranking: &Ranking, newest: &Version<'_>, versions: &[Version<'_>]) -> Result<Vec<Section>> {
    let standing = standing(ranking, &newest.paper_id)?;
    let mut sections = Vec::new();
    if standing.is_none() {
        sections.push(Section::ready(format!("{}\n", visible::line(&format!("{} {}", newest.paper_id, newest.title())))));
    }
    sections.extend(standing.map(Section::ready));
    sections.extend([code(ranking, newest)?, about(newest), known_since(versions)]);
    sections.extend([gone_links(ranking, &newest.paper_id)?, conflicts(&ranking.weeks, &newest.paper_id)?]);
    Ok(sections)
}

/// Returns the paper's place in the ranking, its flags and its score; `None` if it is not ranked.
fn standing(ranking: &Ranking, paper_id: &str) -> Result<Option<String>> {
    let mut linked = None;
    let order = ranking.order(|_, paper, _| {
        if paper.paper_id == paper_id {
            linked = Some(paper);
        }
    })?;
    let Some(linked) = linked else { return Ok(None) };
    let mut found = None;
    order.for_each(|ranked, place| {
        if ranked.paper_id == paper_id {
            found = Some((ranked.clone(), place));
        }
        Ok(())
    })?;
    let Some((ranked, place)): Option<(Ranked, _)> = found else { return Ok(None) };
    let place = Some(place).filter(|_| !ranking.week().manifest.coverage.is_unknown());
    let text = rank::explain(&ranking.plan, ranking.week().week, &ranked, place, &ranking.known.links(&linked));
    text.context("bug: a ranked paper without links").map(Some)
}

/// Says which code counts and how it is, or why there is none, as the newest week knows it.
fn code(ranking: &Ranking, paper: &Version<'_>) -> Result<Section> {
    let mut section = Section::of("Code");
    let is_it = |row: Overview<'_>| (row.paper_id == paper.paper_id).then(|| row.into_static());
    let mut rows = ranking.weeks.iter().filter(|week| week.week <= paper.iso_week && week.has(&OVERVIEW));
    let Some(mut row) = rows.try_fold(None, |found: Option<Overview<'static>>, week| match found {
        Some(found) => Ok::<_, anyhow::Error>(Some(found)),
        None => Ok(week.select(&OVERVIEW, <Overview<'_> as Read<'_>>::COLUMNS, |frame| kept(read_rows(frame)?, is_it))?.pop()),
    })?
    else {
        return Ok(section);
    };
    let wanted = HashSet::from([paper_key(&paper.paper_id)]);
    let newest = Known::read(ranking.week().week, Some(&wanted), |table| ranking.week().long_portions(table))?;
    let late = State::look(&ranking.out.join(starcite_state::FILE))?.map(|state| Late::read(&state, &newest)).transpose()?.unwrap_or_default();
    newest.fill(&mut row);
    late.fill(&mut row);
    let gained = row.stars_1w.map(|gained| format!(", {gained:+} in the week")).unwrap_or_default();
    let verdict = match (row.tier, &row.repo) {
        (None, _) => "unknown, because",
        (_, None) => "none, because",
        (_, Some(_)) => "not usable, because",
    };
    section.value(verdict, row.why);
    section.value("repository", row.repo_url);
    section.value("state", row.state.map(|state| state.as_str()));
    section.value("licence", row.license_spdx);
    section.value("language", row.language.filter(|language| !language.is_empty()));
    section.value("stars", row.stars.map(|stars| format!("{stars}{gained}")));
    section.value("last activity", row.last_activity_at.map(|at| at.date_naive()));
    section.value("observed", row.observed_at.map(|at| at.format("%Y-%m-%d %H:%M UTC")));
    section.value("archive", row.archive_doi.map(|doi| format!("https://doi.org/{doi}")));
    section.value("cited by", row.cited_by_count.map(|count| format!("{count}, says {}", row.cited_by_source.as_deref().unwrap_or("an unnamed service"))));
    let late = row.late_state.zip(row.late_at).map(|(state, at)| format!("{}, on {}, after the week's close", state.as_str(), at.format("%Y-%m-%d")));
    section.value("learnt since", late);
    Ok(section)
}

fn about(paper: &Version<'_>) -> Section {
    let mut section = Section::of("Paper");
    let more = |authors: &[String]| if authors.len() > AUTHORS { format!(" and {} more", authors.len() - AUTHORS) } else { String::new() };
    let authors = |authors: &Texts<'_>| format!("{}{}", authors.iter().take(AUTHORS).cloned().collect::<Vec<_>>().join(", "), more(authors));
    section.value("title", paper.title.as_deref());
    section.value("authors", paper.authors.as_ref().map(authors));
    section.value("arXiv id", paper.arxiv_id.as_deref());
    section.value("DOI", paper.doi.as_deref());
    section.value("key of the source", paper.source_key.as_deref());
    section.value("published", paper.published);
    section.value("categories", paper.categories.as_ref().map(|categories| categories.join(", ")));
    section.value("page", paper.url.as_deref());
    section
}

/// Lists the weeks that brought the paper, with the sources whose records were merged.
fn known_since(versions: &[Version<'_>]) -> Section {
    let mut section = Section::of("Brought by");
    section.list(versions, LINES, |version| {
        let merged = if version.sources.len() > 1 { " (merged)" } else { "" };
        format!("{}  {}{merged}", version.iso_week, version.sources.join(", "))
    });
    section
}

view! {
    struct GoneLink<'a> of Link {
        paper_id: Text<'a>,
        target: Option<Text<'a>>,
        first_week: Week,
        last_week: Option<Week>,
    }
}

/// Lists the links of earlier versions that the newest lacks.
fn gone_links(ranking: &Ranking, paper_id: &str) -> Result<Section> {
    let is_gone = |link: GoneLink<'_>| (link.paper_id == paper_id && link.last_week.is_some()).then(|| link.into_static());
    let links = ranking.week().select(&LINKS, GoneLink::COLUMNS, |frame| kept(read_rows(frame)?, is_gone))?;
    let mut section = Section::of("Links that only earlier versions had");
    section.list(&links, LINES, |link| {
        let last = link.last_week.map(|week| week.to_string()).unwrap_or_default();
        format!("{}  {} to {last}", link.target.as_deref().unwrap_or("(promise)"), link.first_week)
    });
    Ok(section)
}

view! {
    struct Disagreeing<'a> of Conflict {
        paper_id: Text<'a>,
        field: Disputed,
        kept: Text<'a>,
        kept_source: Text<'a>,
        other: Text<'a>,
        other_source: Text<'a>,
        iso_week: Week,
    }
}

/// Returns the papers of which a merged record had another id: the one that a person typed.
pub(super) fn ids_of_merged(weeks: &[FinishedWeek], typed: &TypedId) -> Result<HashSet<String>> {
    let is_typed = |row: Disagreeing<'_>| {
        let is_it = typed.arxiv_id.as_deref() == Some(&row.other) || typed.doi.as_deref() == Some(&row.other);
        is_it.then(|| row.paper_id.to_string())
    };
    let mut ids = HashSet::new();
    for week in weeks {
        ids.extend(week.select(&CONFLICTS, Disagreeing::COLUMNS, |frame| kept(read_rows(frame)?, is_typed))?);
    }
    Ok(ids)
}

/// Lists the values in which merged records differ.
fn conflicts(weeks: &[FinishedWeek], paper_id: &str) -> Result<Section> {
    let is_its = |row: Disagreeing<'_>| (row.paper_id == paper_id).then(|| row.into_static());
    let mut section = Section::of("Values in which merged records differ");
    for week in weeks {
        let rows = week.select(&CONFLICTS, Disagreeing::COLUMNS, |frame| kept(read_rows(frame)?, is_its))?;
        section.list(&rows, LINES, |row| {
            let Disagreeing { field, kept, kept_source, other, other_source, iso_week, .. } = row;
            format!("{iso_week}  {}: {kept} ({kept_source}), not {other} ({other_source})", field.as_str())
        });
    }
    Ok(section)
}
