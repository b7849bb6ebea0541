//! A finished week for people: a page that opens from disk, feeds, and files for programs, made of its tables alone.
//!
//! The flow: `read` gathers the papers of the page (`model`), `pieces` writes them as scripts, `api` as files for programs, `page` fills the template,
//! `folder` puts the page in place. Then the list of weeks is written, and the feeds if the page is the newest.

pub(crate) mod address;
mod api;
mod cells;
mod chart;
mod columns;
mod detail;
pub(crate) mod feed;
mod folder;
#[cfg(test)]
pub(crate) mod made;
pub(crate) mod model;
pub(crate) mod page;
mod pieces;
mod read;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod weeks;
pub(crate) mod words;
mod xml;

use crate::cli::plan::Suppress;
use crate::progress::Progress;
use crate::weeks::FinishedWeek;
use crate::weeks::report_files::{FOLDER, INDEX, PAPERS, STYLE, WEEK};
use anyhow::{Context, Result};
use feed::FeedFile;
use folder::{PageFolder, Pages};
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value, context};
use model::Report;
use starcite_core::Week;
use starcite_ground::interrupt;
use starcite_ground::parallel_ordered::both;
use starcite_tables::manifest::Manifest;
use starcite_tables::week_folder;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The files of a page that are the same for every page, by name; its scripts in the order in which they are loaded.
const ASSETS: &[(&str, &str)] = &[
    (STYLE, include_str!("report/assets/style.css")),
    ("data.js", include_str!("report/assets/data.js")),
    ("dom.js", include_str!("report/assets/dom.js")),
    ("search.js", include_str!("report/assets/search.js")),
    ("stars.js", include_str!("report/assets/stars.js")),
    ("choose.js", include_str!("report/assets/choose.js")),
    ("table.js", include_str!("report/assets/table.js")),
    ("paper.js", include_str!("report/assets/paper.js")),
    ("page.js", include_str!("report/assets/page.js")),
];

/// The templates, by name: their ending makes all values in them escaped.
const TEMPLATES: [(&str, &str); 2] = [("page.html", include_str!("report/assets/page.html")), ("weeks.html", include_str!("report/assets/weeks.html"))];

/// The wishes of a user for a page.
pub(crate) struct Wish<'w> {
    /// True for every ranked paper.
    pub(crate) all: bool,
    /// Papers and people to leave out, also those of weeks that were finished before.
    pub(crate) hidden: Option<&'w Suppress>,
}

/// A page that was written.
pub(crate) struct Written {
    pub(crate) page: PathBuf,
    pub(crate) papers: usize,
}

/// Writes the page of the first of the weeks, which come newest first, into the folder of pages in the folder of all weeks.
///
/// # Errors
/// When a table is missing or damaged, or the folder holds something else.
pub(crate) fn write(out: &Path, weeks: &[FinishedWeek], wish: &Wish<'_>, progress: &Progress) -> Result<Written> {
    let pages = Pages::open(&out.join(FOLDER))?;
    let folder = pages.begin(weeks.first().context("bug: no week")?.week)?;
    let report = Report::read(weeks, wish, progress)?;
    interrupt::check()?;
    let ((), feeds) = both(|| write_page(&report, &folder), || Ok(feeds(&report, &pages, out)))?;
    let place = folder.finish()?;
    weeks::write(&pages, out)?;
    feeds.iter().try_for_each(|feed| pages.write(&feed.name, &feed.bytes))?;
    let papers = report.papers.len();
    std::mem::forget(report); // to free many papers takes a tenth of the time, and the command ends here
    Ok(Written { page: place.join(INDEX), papers })
}

/// Returns the feeds of a report, if no later week that is here has a page.
fn feeds(report: &Report, pages: &Pages, out: &Path) -> Vec<FeedFile> {
    let is_later = |week: Week| week > report.manifest.week && Manifest::read(&week_folder(out, week)).is_ok();
    if pages.weeks().into_iter().any(is_later) {
        return Vec::new();
    }
    feed::feeds(report, report.manifest.dataset.report_url(), &pages.feeds()).collect()
}

fn write_page(report: &Report, folder: &PageFolder<'_>) -> Result<()> {
    for (name, text) in ASSETS {
        folder.write(name, text.as_bytes())?;
    }
    let of_assets = ASSETS.iter().map(|(name, _)| (*name).to_owned()).filter(|name| name.ends_with(".js"));
    let scripts = of_assets.chain(pieces::write(report, folder)?).collect();
    folder.write(WEEK, api::week(report)?.as_bytes())?;
    folder.write_with(PAPERS, |to| api::papers(report, |lines| Ok(to.write_all(lines)?)))?;
    folder.write(INDEX, filled("page.html", context! { page => Serde(page::page(report, scripts)) })?.as_bytes())
}

/// Returns a template with its values; an unknown name in it is an error.
fn filled(name: &str, values: impl Into<Value>) -> Result<String> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, text) in TEMPLATES {
        templates.add_template(name, text)?;
    }
    Ok(templates.get_template(name)?.render(values)?)
}
