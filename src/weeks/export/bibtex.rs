//! Papers and their code as BibTeX entries for biblatex: an `@article` for a paper, a `@software` for a repository of its own.

mod code;
mod entry;
mod names;
mod paper;
mod tex;

use super::papers;
use crate::progress::Progress;
use crate::weeks::FinishedWeek;
use anyhow::{Context, Result, bail};
use code::Code;
use entry::Entry;
use starcite_core::TypedId;
use starcite_rows::{Paper, Repo};
use std::collections::HashSet;
use std::io::Write;
use std::ops::ControlFlow;

/// Returns the entry of a paper, and after it that of a repository of its own.
pub(crate) fn entries(paper: &Paper<'_>, repo: Option<&Repo<'_>>) -> String {
    let code = repo.map(|repo| format!("\n{}", code::entry(repo))).unwrap_or_default();
    format!("{}{code}", paper::entry(paper))
}

/// Counts of written entries.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) papers: u64,
    pub(crate) repositories: u64,
    /// Counts of papers without an author, a title or a date.
    pub(crate) without_author: u64,
    pub(crate) without_title: u64,
    pub(crate) without_date: u64,
}

/// Writes the requested papers, in that order, each in its newest version; the weeks come newest first.
///
/// # Errors
/// When one of them is not in the weeks.
pub(crate) fn write_these(weeks: &[FinishedWeek], typed: &[String], to: &mut impl Write, progress: &Progress) -> Result<Written> {
    let newest = weeks.first().context("bug: no week to export")?;
    let wanted: Vec<TypedId> = typed.iter().map(|typed| TypedId::read(typed)).collect();
    let mut found: Vec<Option<(String, Entry)>> = wanted.iter().map(|_| None).collect();
    papers::newest(weeks, progress, |row| {
        for at in (0..wanted.len()).filter(|at| wanted[*at].is(&row.paper_id, row.arxiv_id.as_deref(), row.doi.as_deref(), row.source_key.as_deref())) {
            found[at].get_or_insert_with(|| (row.paper_id.to_string(), paper::entry(row)));
        }
        Ok(if found.iter().all(Option::is_some) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    if let Some(at) = found.iter().position(Option::is_none) {
        bail!(
            "no paper {:?} in the weeks until {}: ids look like 1705.03122, arxiv:1705.03122, 10.1145/3643991.3644876, or as in the table papers",
            typed[at],
            newest.week
        );
    }
    let found: Vec<(String, Entry)> = found.into_iter().flatten().collect();
    let ids: HashSet<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
    let code = Code::of(newest, |id| ids.contains(id), progress)?;
    let mut writer = Writer::of(to, &code);
    found.iter().try_for_each(|(id, entry)| writer.write(id, entry))?;
    Ok(writer.written)
}

/// Writes every paper of the newest week (the first) that has a repository of its own.
pub(crate) fn write_all(weeks: &[FinishedWeek], to: &mut impl Write, progress: &Progress) -> Result<Written> {
    let newest = weeks.first().context("bug: no week to export")?;
    let code = Code::of(newest, |_| true, progress)?;
    let mut writer = Writer::of(to, &code);
    papers::newest(&weeks[..1], progress, |row| {
        if code.has(&row.paper_id) {
            writer.write(&row.paper_id, &paper::entry(row))?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(writer.written)
}

/// Writes entries, each only once.
struct Writer<'a, W> {
    to: &'a mut W,
    code: &'a Code,
    keys: HashSet<String>,
    written: Written,
}

impl<'a, W: Write> Writer<'a, W> {
    fn of(to: &'a mut W, code: &'a Code) -> Self {
        Self { to, code, keys: HashSet::new(), written: Written::default() }
    }

    /// Writes a paper and its own repositories.
    fn write(&mut self, paper_id: &str, paper: &Entry) -> Result<()> {
        if self.put(paper)? {
            self.written.papers += 1;
            self.written.without_author += u64::from(!paper.has("author"));
            self.written.without_title += u64::from(!paper.has("title"));
            self.written.without_date += u64::from(!paper.has("date"));
        }
        for software in self.code.of_paper(paper_id) {
            self.written.repositories += u64::from(self.put(software)?);
        }
        Ok(())
    }

    fn put(&mut self, entry: &Entry) -> Result<bool> {
        let is_new = self.keys.insert(entry.key().to_owned());
        if is_new {
            let between = if self.keys.len() == 1 { "" } else { "\n" };
            write!(self.to, "{between}{entry}")?;
        }
        Ok(is_new)
    }
}
