//! The files for programs beside a page: `week.json` and `papers.ndjson`. Fields are named as columns; unknown is null.

use super::cells::Cells;
use super::model::{Listed, Report};
use anyhow::Result;
use serde::Serialize;
use starcite_core::Week;
use starcite_ground::parallel_ordered::parallel_ordered;
use starcite_ground::visible;
use starcite_rows::Cell;
use starcite_tables::manifest::{Coverage, TableEntry};
use std::collections::BTreeMap;

/// Papers in a batch of lines.
const BATCH: usize = 1_000;

/// The columns of a line of `papers.ndjson`, by table.
const OF_PAPER: &[&str] = &["paper_id", "title", "authors", "categories", "published", "upvotes"];
const OF_RANKING: &[&str] = &["rank", "repo", "score", "score_low", "score_high", "stars", "stars_1w", "stars_4w", "trend_rank", "trend_rank_recent"];
const OF_REPO: &[&str] = &["state", "state_reason", "license_spdx", "framework", "observed_at"];

/// The week, as `week.json` has it.
#[derive(Serialize)]
struct WeekFile<'r> {
    week: Week,
    pipeline: &'r str,
    program: &'r str,
    schema_version: u32,
    run_id: &'r str,
    papers_complete: bool,
    papers_missing: &'r [String],
    answers_owed: &'r BTreeMap<String, u64>,
    compared_with: Option<Week>,
    /// The number of papers on the page.
    papers: usize,
    tables: &'r [TableEntry],
    coverage: &'r Coverage,
    changes: Vec<Cells<'r>>,
}

/// Returns the text of `week.json`.
pub(super) fn week(report: &Report) -> Result<String> {
    let manifest = &report.manifest;
    let file = WeekFile {
        week: manifest.week,
        pipeline: &manifest.pipeline,
        program: &manifest.program,
        schema_version: manifest.schema_version,
        run_id: &manifest.run_id,
        papers_complete: manifest.papers_complete,
        papers_missing: &manifest.papers_missing,
        answers_owed: &manifest.answers_owed,
        compared_with: manifest.compared_with,
        papers: report.papers.len(),
        tables: &manifest.tables,
        coverage: &manifest.coverage,
        changes: report.changes.iter().map(Cells::of).collect(),
    };
    Ok(visible::json(&format!("{}\n", serde_json::to_string_pretty(&file)?)).into_owned())
}

/// Passes the lines of `papers.ndjson` to `take`.
pub(super) fn papers(report: &Report, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let batch = |_, papers: &[Listed]| {
        let mut lines = Vec::new();
        for listed in papers {
            serde_json::to_writer(&mut lines, &line(report, listed)?)?;
            lines.push(b'\n');
        }
        Ok(visible::json(&String::from_utf8(lines)?).into_owned())
    };
    parallel_ordered(report.papers.chunks(BATCH), batch, |lines: Result<String>| take(lines?.as_bytes()))
}

fn line<'r>(report: &'r Report, listed: &'r Listed) -> Result<Cells<'r>> {
    let mut cells = Cells::default();
    cells.add(OF_PAPER, Some(&*listed.paper))?;
    cells.add(OF_RANKING, listed.ranking.as_deref())?;
    cells.put("tier", Cell::Text(listed.tier.map(|tier| tier.as_str().into())));
    cells.put("why", Cell::Text(listed.why.as_deref().map(Into::into)));
    cells.put("is_new", Cell::Bool(Some(listed.has_new_link())));
    cells.add(OF_REPO, report.repo_of(listed))?;
    Ok(cells)
}
