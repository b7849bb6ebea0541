//! `starcite compact`: one table of the newest version of every paper, over all finished weeks.
//!
//! Reads weeks newest first, a few row groups at a time: the first row of a paper is its newest version, and later rows are left out.
//! Memory holds a number for each paper and the data that the threads work on, however large the weeks are.

use super::lock_around;
use super::output::is_regular;
use super::report::plural;
use crate::cli::outcome::Outcome;
use crate::cli::{CompactArgs, WeeksFolder};
use crate::progress::Progress;
use crate::weeks::{self, FinishedWeek};
use anyhow::{Context, Result, bail};
use polars::prelude::{BooleanChunked, CompatLevel, DataFrame, NewChunkedArray};
use starcite_ground::files::atomic::{appear, temporary};
use starcite_ground::interrupt;
use starcite_ground::parallel_ordered::{OrderedGate, parallel_ordered};
use starcite_ground::terminal;
use starcite_rows::{PAPERS, SCHEMA_VERSION};
use starcite_state::paper_key;
use starcite_tables::{Layout, Portion, RowGroup, TableWriter};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use tracing::warn;

/// Default name of the file in `--out`.
const FILE: &str = "papers.parquet";

/// Keys of the papers read so far.
type Met = HashSet<u64>;

/// The result of a portion.
struct Newest {
    rows: Option<RowGroup>,
    papers: u64,
    older: u64,
}

pub(crate) fn compact(args: &CompactArgs, progress: &Progress) -> Result<Outcome> {
    interrupt::end_in_good_order();
    let path = args.output.clone().unwrap_or_else(|| args.weeks.out.join(FILE));
    check_place(&path)?;
    let (weeks, notes) = weeks_with_papers(&args.weeks)?;
    let _locked = lock_around(&args.weeks.out, &path)?;
    let file = temporary(&path)?;
    let mut table = TableWriter::with_columns(PAPERS.name, PAPERS.columns.iter().collect(), file.path(), &metadata(&weeks)?)?.display_as(&path);
    let layout = table.layout().clone();
    let turns = OrderedGate::new(Met::new());
    let (mut papers, mut older) = (0, 0);
    let work = |number, portion: Result<Portion>| newest(&turns, number, portion, &layout);
    parallel_ordered(weeks::portions(&weeks, &PAPERS, progress), work, |newest: Result<Newest>| {
        interrupt::check()?;
        let newest = newest?;
        (papers, older) = (papers + newest.papers, older + newest.older);
        newest.rows.map_or(Ok(()), |rows| table.append(&rows))
    })?;
    table.finish()?;
    appear(file, &path)?;
    progress.done();
    notes.iter().for_each(|note| warn!("{note}"));
    terminal::print_line(&summary(&path, &weeks, papers, older))?;
    Ok(Outcome::Complete)
}

/// Returns all finished weeks with papers, newest first, and notes for the user on the others.
fn weeks_with_papers(from: &WeeksFolder) -> Result<(Vec<FinishedWeek>, Vec<String>)> {
    let found = weeks::find(&from.out, from.incomplete())?;
    let (weeks, without): (Vec<_>, Vec<_>) = found.list.into_iter().partition(|week| week.has(&PAPERS));
    let without = without.iter().filter_map(FinishedWeek::without_papers);
    let notes = found.notes.into_iter().chain(without).collect();
    if weeks.is_empty() {
        bail!("no week of {} has a table papers: leave it among the pipeline's tables and run the weeks again", from.out.display());
    }
    Ok((weeks, notes))
}

/// Checks that the output is a new table or replaces one, and is not in a week's folder.
fn check_place(path: &Path) -> Result<()> {
    if !is_regular(path) {
        bail!("Parquet can't be printed, and {} is no file: name one with --output", path.display());
    }
    weeks::check_outside(path)
}

/// Returns the file's metadata: the weeks that it was made of, and the run of each.
fn metadata(weeks: &[FinishedWeek]) -> Result<[(String, String); 2]> {
    let runs: BTreeMap<String, &str> = weeks.iter().map(|week| (week.week.to_string(), week.manifest.run_id.as_str())).collect();
    Ok([("starcite.schema_version".to_owned(), SCHEMA_VERSION.to_string()), ("starcite.weeks".to_owned(), serde_json::to_string(&runs)?)])
}

/// Returns the rows of a portion whose papers no earlier portion had.
fn newest(turns: &OrderedGate<Met>, number: u64, portion: Result<Portion>, layout: &Layout) -> Result<Newest> {
    turns.with(number, || {
        let frame = portion?.read(PAPERS.names())?;
        let keys = keys(&frame)?;
        let is_newest: Vec<bool> = turns.pass(number, |met| keys.iter().map(|key| met.insert(*key)).collect())?;
        let mut kept = frame.filter(&BooleanChunked::from_slice("newest".into(), &is_newest))?;
        let (papers, read) = (kept.height(), frame.height());
        kept.rechunk_mut();
        let arrays = if papers == 0 { None } else { kept.iter_chunks(CompatLevel::oldest(), false).next() };
        let rows = arrays.map(|batch| layout.encode_arrays(papers, batch.into_arrays())).transpose()?;
        Ok(Newest { rows, papers: papers as u64, older: (read - papers) as u64 })
    })
}

fn keys(frame: &DataFrame) -> Result<Vec<u64>> {
    let ids = frame.column("paper_id")?.str()?;
    ids.iter().map(|id| id.map(paper_key).context("a paper without an id")).collect()
}

fn summary(path: &Path, weeks: &[FinishedWeek], papers: u64, older: u64) -> String {
    let count = weeks.len() as u64;
    let span = match (weeks.last(), weeks.first()) {
        (Some(first), Some(last)) if count > 1 => format!("{count} weeks, {} to {}", first.week, last.week),
        _ => weeks.iter().map(|week| week.week.to_string()).collect(),
    };
    let left_out = format!("{older} older {} left out", plural(older, "version", "versions"));
    format!("{}: the newest version of {papers} {} of {span}; {left_out}", path.display(), plural(papers, "paper", "papers"))
}
