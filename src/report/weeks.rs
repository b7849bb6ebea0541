//! The list of the weeks that have a page.

use super::feed;
use super::folder::Pages;
use super::page::File;
use super::text::line;
use super::{ASSETS, filled};
use crate::weeks::report_files::{INDEX, STYLE};
use anyhow::Result;
use chrono::{Days, NaiveDate};
use minijinja::value::Serde;
use serde::Serialize;
use starcite_core::Week;
use starcite_rows::{PAPERS, RANKINGS, Table};
use starcite_tables::manifest::Manifest;
use starcite_tables::week_folder;
use std::path::Path;

#[derive(Serialize)]
pub(super) struct List {
    title: String,
    program: String,
    weeks: Vec<Row>,
    feeds: Vec<File>,
}

/// A week with a page; counts are `None` if the tables of the week are gone.
#[derive(Serialize)]
struct Row {
    week: String,
    first_day: NaiveDate,
    last_day: NaiveDate,
    href: String,
    papers: Option<u64>,
    ranked: Option<u64>,
    repositories: Option<u64>,
    unknown: Option<u64>,
}

/// Writes the list of all pages, from the manifests of their weeks. It comes before the files beside it, because it shows that they are starcite's.
pub(super) fn write(pages: &Pages, out: &Path) -> Result<()> {
    let weeks: Vec<(Week, Option<Manifest>)> = pages.weeks().into_iter().map(|week| (week, Manifest::read(&week_folder(out, week)).ok())).collect();
    pages.write(INDEX, filled("weeks.html", Serde(list(&weeks)))?.as_bytes())?;
    let style = ASSETS.iter().find(|(name, _)| *name == STYLE);
    style.map_or(Ok(()), |(name, text)| pages.write(name, text.as_bytes()))?;
    if let Some(newest) = newest(&weeks) {
        let entries: Vec<(Week, String)> = weeks.iter().map(|(week, manifest)| (*week, sentence(manifest.as_ref()))).collect();
        let feed = feed::weeks(newest, &entries, newest.dataset.report_url());
        pages.write(&feed.name, &feed.bytes)?;
    }
    Ok(())
}

/// Returns the contents of the list of weeks, which come newest first.
pub(super) fn list(weeks: &[(Week, Option<Manifest>)]) -> List {
    let newest = newest(weeks);
    List {
        title: line(newest.and_then(|manifest| manifest.dataset.title()).unwrap_or("starcite")),
        program: newest.map_or_else(String::new, |manifest| line(&manifest.program)),
        weeks: weeks.iter().map(|(week, manifest)| row(*week, manifest.as_ref())).collect(),
        feeds: feed::of_all().map(|(file, words)| File { name: file.clone(), file, rows: None, words: words.to_owned() }).collect(),
    }
}

fn newest(weeks: &[(Week, Option<Manifest>)]) -> Option<&Manifest> {
    weeks.iter().find_map(|(_, manifest)| manifest.as_ref())
}

/// Returns what a week brought and knows, in a sentence.
fn sentence(manifest: Option<&Manifest>) -> String {
    let Some(manifest) = manifest else { return "The tables of the week are not here any more.".to_owned() };
    let rows = |table: &Table| manifest.rows(table).map_or_else(|| "unknown".to_owned(), |rows| rows.to_string());
    let coverage = &manifest.coverage;
    format!(
        "Papers: {}; ranked as of the week: {}; repositories: {}, of which {} in an unknown state.",
        rows(&PAPERS),
        rows(&RANKINGS),
        coverage.repositories,
        coverage.unknown
    )
}

fn row(week: Week, manifest: Option<&Manifest>) -> Row {
    let first_day = week.start().date_naive();
    let rows = |table: &Table| manifest.and_then(|manifest| manifest.rows(table));
    Row {
        week: week.to_string(),
        first_day,
        last_day: first_day.checked_add_days(Days::new(6)).unwrap_or(first_day),
        href: format!("{week}/{INDEX}"),
        papers: rows(&PAPERS),
        ranked: rows(&RANKINGS),
        repositories: manifest.map(|manifest| manifest.coverage.repositories),
        unknown: manifest.map(|manifest| manifest.coverage.unknown),
    }
}
