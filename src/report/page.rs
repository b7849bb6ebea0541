//! The values that fill the template of a page. The template escapes every text.

use super::chart::{Chart, charts};
use super::feed;
use super::model::{Listed, Report};
use super::text::{line, short};
use super::{address, words};
use crate::weeks::overview::grouped;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Serialize;
use starcite_core::availability::Tier;
use starcite_core::{ChangeKind, RepoState};
use starcite_rows::{Change, TABLES};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Rows of the ranking that the page shows without a script.
const SHOWN: usize = 50;

/// Rows of a section of trending papers.
const TRENDING: usize = 25;

/// The most rows of another section.
const LISTED: usize = 50;

/// Authors that a row names.
const AUTHORS: usize = 3;

#[derive(Serialize)]
pub(super) struct Page {
    week: String,
    first_day: NaiveDate,
    last_day: NaiveDate,
    title: String,
    pipeline: String,
    author: Option<String>,
    program: String,
    notes: Vec<String>,
    summary: Vec<Figure>,
    charts: Vec<Chart>,
    total: usize,
    total_text: String,
    all_unknown: bool,
    rows: Vec<Shown>,
    trending: Vec<Trending>,
    since: Option<String>,
    changed: Vec<Changed>,
    broken: Section,
    promised: Section,
    data: Data,
    scripts: Vec<String>,
}

#[derive(Serialize)]
struct Figure {
    value: String,
    words: String,
}

/// A row of a table of papers.
#[derive(Serialize)]
struct Shown {
    rank: Option<i64>,
    trend_rank: Option<i64>,
    paper_id: String,
    title: Option<String>,
    authors: Option<String>,
    url: Option<String>,
    repo: Option<String>,
    repo_url: Option<String>,
    tier: Option<&'static str>,
    why: Option<String>,
    state: Option<&'static str>,
    observed_at: Option<DateTime<Utc>>,
    observed_by: Option<String>,
    license: Option<String>,
    stars: Option<String>,
    stars_1w: Option<String>,
    stars_4w: Option<String>,
    score: Option<String>,
    score_low: Option<f64>,
    score_high: Option<f64>,
    published: Option<NaiveDate>,
}

#[derive(Serialize)]
struct Trending {
    id: &'static str,
    title: &'static str,
    rows: Vec<Shown>,
}

/// The changes of a kind.
#[derive(Serialize)]
struct Changed {
    kind: &'static str,
    words: &'static str,
    total: usize,
    rows: Vec<ChangedRow>,
}

#[derive(Serialize)]
struct ChangedRow {
    paper_id: Option<String>,
    title: Option<String>,
    url: Option<String>,
    repo: Option<String>,
    repo_url: Option<String>,
    before: String,
    after: String,
}

/// Papers of one tier.
#[derive(Serialize)]
struct Section {
    total: usize,
    rows: Vec<Shown>,
}

#[derive(Serialize)]
struct Data {
    files: Vec<File>,
    lines: Vec<Line>,
    api: Vec<File>,
    feeds: Vec<File>,
}

#[derive(Serialize)]
pub(super) struct File {
    pub(super) file: String,
    pub(super) name: String,
    pub(super) rows: Option<String>,
    pub(super) words: String,
}

#[derive(Serialize)]
struct Line {
    name: &'static str,
    code: String,
}

/// Returns the contents of a page that loads `scripts`.
pub(super) fn page(report: &Report, scripts: Vec<String>) -> Page {
    let manifest = &report.manifest;
    let first_day = manifest.week.start().date_naive();
    let row = |listed: &Listed| shown(report, listed);
    Page {
        week: manifest.week.to_string(),
        first_day,
        last_day: first_day.checked_add_days(Days::new(6)).unwrap_or(first_day),
        title: line(manifest.dataset.title().unwrap_or("starcite")),
        pipeline: line(&manifest.pipeline),
        author: manifest.dataset.author().map(line),
        program: line(&manifest.program),
        notes: notes(report),
        summary: summary(report),
        charts: charts(report),
        total: report.papers.len(),
        total_text: grouped(report.papers.len()),
        all_unknown: manifest.coverage.is_unknown(),
        rows: report.papers.iter().take(SHOWN).map(row).collect(),
        trending: trending(report),
        since: manifest.compared_with.map(|week| week.to_string()),
        changed: changed(report),
        broken: section(report, Tier::Broken),
        promised: section(report, Tier::Promised),
        data: data(report),
        scripts,
    }
}

/// Returns what the week lacks, a sentence each. None depends on the time at which the page is written.
pub(crate) fn notes(report: &Report) -> Vec<String> {
    let manifest = &report.manifest;
    let mut notes: Vec<String> = manifest.papers_missing.iter().map(|why| format!("Papers are missing: {}.", line(why))).collect();
    let owed: u64 = manifest.answers_owed.values().sum();
    if owed > 0 {
        let groups: Vec<String> = manifest.answers_owed.iter().map(|(group, answers)| format!("{answers} {group}")).collect();
        notes.push(format!("{owed} answers of hosts are missing ({}): what they would say is unknown.", line(&groups.join(", "))));
    }
    let without_text = report.papers.iter().filter(|listed| !listed.has_text).count();
    if without_text > 0 {
        notes.push(format!("{without_text} papers are shown without authors and abstract: no week in the folder has their texts."));
    }
    notes
}

fn summary(report: &Report) -> Vec<Figure> {
    let of_week = || report.papers.iter().filter(|listed| listed.is_of_week);
    let papers = of_week().count();
    let with_code = of_week().filter(|listed| listed.tier >= Some(Tier::Available)).count();
    let unknown = of_week().filter(|listed| listed.tier.is_none()).count();
    let repositories = || report.repos.values();
    let unknown_repositories = repositories().filter(|repo| repo.state == RepoState::Unknown).count();
    let figure = |value: String, words: &str| Figure { value, words: words.to_owned() };
    let mut figures = vec![figure(grouped(papers), "papers that the week brought")];
    if papers > 0 {
        figures.push(figure(share(with_code, unknown, papers), "of them have code that its host serves"));
        figures.push(figure(grouped(unknown), "of them: unknown whether they have code"));
    }
    figures.push(figure(grouped(repositories().count()), "repositories that papers of this page link"));
    figures.push(figure(grouped(unknown_repositories), "of them in an unknown state"));
    figures
}

/// Returns a number of stars that were gained, or lost.
pub(crate) fn gain(stars: i64) -> String {
    let count = usize::try_from(stars.unsigned_abs()).map_or_else(|_| stars.to_string(), grouped);
    match stars {
        0 => count,
        1.. => format!("+{count}"),
        _ => format!("-{count}"),
    }
}

/// Returns a share in percent, as a range if something is unknown.
fn share(known: usize, unknown: usize, of: usize) -> String {
    let percent = |count: usize| format!("{:.1}", 100.0 * count as f64 / of as f64);
    match (percent(known), percent(known + unknown)) {
        (low, high) if low == high => format!("{low} %"),
        (low, high) => format!("{low}–{high} %"),
    }
}

fn shown(report: &Report, listed: &Listed) -> Shown {
    let Listed { paper, ranking, .. } = listed;
    let (ranking, repo) = (ranking.as_deref(), report.repo_of(listed));
    let count = |count: i64| usize::try_from(count).map_or_else(|_| count.to_string(), grouped);
    Shown {
        rank: ranking.map(|ranking| ranking.rank),
        trend_rank: ranking.and_then(|ranking| ranking.trend_rank),
        paper_id: line(&paper.paper_id),
        title: paper.title.as_deref().map(line),
        authors: paper.authors.as_deref().filter(|names| !names.is_empty()).map(authors),
        url: address::of_paper(paper),
        repo: listed.repo().map(line),
        repo_url: listed.repo().and_then(address::of_repo),
        tier: listed.tier.map(Tier::as_str),
        why: listed.why.as_deref().map(short),
        state: repo.map(|repo| repo.state.as_str()),
        observed_at: repo.and_then(|repo| repo.observed_at),
        observed_by: repo.and_then(|repo| repo.observed_by.as_deref()).map(short),
        license: repo.and_then(|repo| repo.facts.license_spdx.as_deref()).map(short),
        stars: ranking.and_then(|ranking| ranking.stars).map(count),
        stars_1w: ranking.and_then(|ranking| ranking.stars_1w).map(gain),
        stars_4w: ranking.and_then(|ranking| ranking.stars_4w).map(gain),
        score: ranking.map(|ranking| format!("{:.1}", ranking.score)),
        score_low: ranking.map(|ranking| super::detail::rounded(ranking.score_low)),
        score_high: ranking.map(|ranking| super::detail::rounded(ranking.score_high)),
        published: paper.published,
    }
}

pub(crate) fn authors(names: &[String]) -> String {
    let mut text = names.iter().take(AUTHORS).map(|name| short(name)).collect::<Vec<_>>().join(", ");
    if names.len() > AUTHORS {
        text += &format!(" and {} more", names.len() - AUTHORS);
    }
    text
}

fn trending(report: &Report) -> Vec<Trending> {
    let first = |key: fn(&Listed) -> Option<i64>| {
        let mut rows: Vec<(i64, &Listed)> = report.papers.iter().filter_map(|listed| Some((key(listed)?, listed))).collect();
        rows.sort_by_key(|(key, _)| *key);
        rows.into_iter().take(TRENDING).map(|(_, listed)| shown(report, listed)).collect()
    };
    let by_trend = |listed: &Listed| listed.ranking.as_ref()?.trend_rank;
    let by_month = |listed: &Listed| listed.ranking.as_ref()?.stars_4w.filter(|gained| *gained > 0).map(|gained| -gained);
    vec![Trending { id: "week", title: "This week", rows: first(by_trend) }, Trending { id: "month", title: "Four weeks", rows: first(by_month) }]
}

/// The kinds of changes, in the order of the page.
const KINDS: [ChangeKind; ChangeKind::ALL.len()] = [
    ChangeKind::CodeAppeared,
    ChangeKind::LinkBroken,
    ChangeKind::LinkMended,
    ChangeKind::PaperNamed,
    ChangeKind::StarsDoubled,
    ChangeKind::Released,
    ChangeKind::LicenceChanged,
    ChangeKind::Renamed,
    ChangeKind::Reassigned,
    ChangeKind::Archived,
    ChangeKind::Unarchived,
];

fn changed(report: &Report) -> Vec<Changed> {
    let by_id: HashMap<&str, &Listed> = report.papers.iter().map(|listed| (&*listed.paper.paper_id, listed)).collect();
    let by_repo: HashMap<&str, &Listed> = report.papers.iter().rev().filter_map(|listed| Some((listed.repo()?, listed))).collect();
    let row = |change: &Change<'_>| {
        let of_paper = change.paper_id.as_deref().and_then(|id| by_id.get(id));
        let listed = of_paper.or_else(|| change.repo.as_deref().and_then(|repo| by_repo.get(repo)));
        ChangedRow {
            paper_id: listed.map(|listed| line(&listed.paper.paper_id)).or_else(|| change.paper_id.as_deref().map(line)),
            title: listed.and_then(|listed| listed.paper.title.as_deref()).map(line),
            url: listed.and_then(|listed| address::of_paper(&listed.paper)),
            repo: change.repo.as_deref().map(line),
            repo_url: change.repo.as_deref().and_then(address::of_repo),
            before: words::value(change.kind, &change.before),
            after: words::value(change.kind, &change.after),
        }
    };
    let of_kind = |kind: ChangeKind| {
        let changes = || report.changes.iter().filter(move |change| change.kind == kind);
        Changed { kind: kind.as_str(), words: words::of_change(kind), total: changes().count(), rows: changes().take(LISTED).map(row).collect() }
    };
    KINDS.into_iter().map(of_kind).filter(|changed| changed.total > 0).collect()
}

fn section(report: &Report, tier: Tier) -> Section {
    let mut papers: Vec<&Listed> = report.papers.iter().filter(|listed| listed.tier == Some(tier)).collect();
    papers.sort_by_key(|listed| (!listed.is_of_week, Reverse(listed.paper.published)));
    Section { total: papers.len(), rows: papers.into_iter().take(LISTED).map(|listed| shown(report, listed)).collect() }
}

fn data(report: &Report) -> Data {
    let folder = format!("week={}", report.manifest.week);
    let file = |table: &&starcite_rows::Table| {
        let rows = report.manifest.rows(table)?;
        let rows = grouped(usize::try_from(rows).unwrap_or(usize::MAX));
        Some(File { file: format!("../../{folder}/{}", table.file()), name: table.name.to_owned(), rows: Some(rows), words: table.meaning.to_owned() })
    };
    let named = |file: &str, words: &str| File { file: file.to_owned(), name: file.to_owned(), rows: None, words: words.to_owned() };
    Data {
        files: TABLES.iter().filter_map(file).collect(),
        lines: vec![
            Line { name: "polars", code: format!("pl.read_parquet(\"{folder}/overview.parquet\")") },
            Line { name: "DuckDB", code: "starcite export duckdb --out . && duckdb -ui starcite.duckdb".to_owned() },
            Line { name: "datasets", code: format!("load_dataset(\"parquet\", data_files=\"{folder}/overview.parquet\")") },
        ],
        api: vec![
            File {
                name: "DATA_DICTIONARY.md".to_owned(),
                ..named("../../DATA_DICTIONARY.md", "the schema: every column, its type, and the meaning of a null")
            },
            named("week.json", "the week, its figures and its changes"),
            named("papers.ndjson", "the papers of this page, one JSON object a line"),
        ],
        feeds: feed::of_all().map(|(file, words)| named(&format!("../{file}"), words)).collect(),
    }
}
