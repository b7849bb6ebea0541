//! `starcite compact`: the newest version of every paper over all finished weeks, as `papers` and as `overview`.
//!
//! Reads weeks newest first, a few row groups at a time: the first row of a paper is its newest version, and later rows are left out.
//! Memory holds a number for each paper, the data that the threads work on, however large the weeks are, and what the newest week knows of code.

use super::lock_around;
use super::messages::plural;
use super::output::is_regular;
use crate::cli::CompactArgs;
use crate::cli::outcome::Outcome;
use crate::progress::Progress;
use crate::weeks::overview::{Known, Late};
use crate::weeks::{self, FinishedWeek};
use anyhow::{Context, Result, bail, ensure};
use polars::prelude::{BooleanChunked, CompatLevel, DataFrame, NewChunkedArray};
use starcite_ground::files::atomic::{appear, temporary};
use starcite_ground::interrupt;
use starcite_ground::parallel_ordered::{OrderedGate, parallel_ordered};
use starcite_ground::terminal;
use starcite_rows::{OVERVIEW, Overview, PAPERS, SCHEMA_VERSION, Table};
use starcite_state::{State, paper_key};
use starcite_tables::{Layout, Portion, RowGroup, TableWriter, read_rows};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use tracing::warn;

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
    let path = args.output.clone().unwrap_or_else(|| args.weeks.out.join(PAPERS.file()));
    let state = args.state.clone().unwrap_or_else(|| args.weeks.out.join(starcite_state::FILE));
    let overview = args.overview.clone().unwrap_or_else(|| path.with_file_name(OVERVIEW.file()));
    ensure!(path != overview, "{} can't be both tables: name another file with --overview", path.display());
    check_place(&path)?;
    check_place(&overview)?;
    let found = weeks::find(&args.weeks.out, args.weeks.incomplete())?;
    let mut notes = found.notes;
    notes.extend(found.list.iter().filter_map(FinishedWeek::without_papers));
    let having = |table| found.list.iter().filter(|week| week.has(table)).collect::<Vec<_>>();
    let (papers, overviews) = (having(&PAPERS), having(&OVERVIEW));
    ensure!(!papers.is_empty(), "no week of {} has a table papers: leave it among the pipeline's tables and run the weeks again", args.weeks.out.display());
    let _locked = lock_around(&args.weeks.out, &path)?;
    let mut lines = vec![write(&PAPERS, &papers, &path, as_it_is, progress)?];
    if !overviews.is_empty() {
        lines.push(write_overview(&state, &overviews, &overview, progress)?);
    }
    let without = papers.iter().filter(|week| !week.has(&OVERVIEW)).map(|week| week.week.to_string()).collect::<Vec<_>>();
    if !without.is_empty() && !overviews.is_empty() {
        notes.push(format!(
            "{} {} not in {}, since they have no table overview: run them again",
            without.join(", "),
            plural(without.len() as u64, "is", "are"),
            overview.display()
        ));
    }
    progress.done();
    notes.iter().for_each(|note| warn!("{note}"));
    lines.iter().try_for_each(|line| terminal::print_line(line))?;
    Ok(Outcome::Complete)
}

/// Writes the overview over all weeks, which come newest first, and returns a line for the user; `state` knows what was learnt since, if it is there.
pub(super) fn write_overview(state: &Path, weeks: &[&FinishedWeek], path: &Path, progress: &Progress) -> Result<String> {
    let newest = weeks.first().context("bug: no week")?;
    let known = Known::read(newest.week, None, |table| newest.long_portions(table))?;
    let late = State::look(state)?.map(|state| Late::read(&state, &known)).transpose()?.unwrap_or_default();
    write(&OVERVIEW, weeks, path, |frame, layout| with_code(&known, &late, frame, layout), progress)
}

/// Writes the newest row of each paper of a table of the weeks, as `encode` makes them, and returns a line for the user.
fn write(
    table: &'static Table,
    weeks: &[&FinishedWeek],
    path: &Path,
    encode: impl Fn(DataFrame, &Layout) -> Result<RowGroup> + Sync,
    progress: &Progress,
) -> Result<String> {
    let file = temporary(path)?;
    let mut writer = TableWriter::with_columns(table.name, table.columns.iter().collect(), file.path(), &metadata(weeks)?)?.display_as(path);
    let layout = writer.layout().clone();
    let turns = OrderedGate::new(Met::new());
    let (mut papers, mut older) = (0, 0);
    let work = |number, portion: Result<Portion>| newest(&turns, number, portion, table, |frame| encode(frame, &layout));
    parallel_ordered(weeks::portions(weeks.iter().copied(), table, progress), work, |newest: Result<Newest>| {
        interrupt::check()?;
        let newest = newest?;
        (papers, older) = (papers + newest.papers, older + newest.older);
        newest.rows.map_or(Ok(()), |rows| writer.append(&rows))
    })?;
    writer.finish()?;
    appear(file, path)?;
    Ok(summary(path, weeks, papers, older))
}

/// Checks that the output is a new table or replaces one, and is not in a week's folder.
fn check_place(path: &Path) -> Result<()> {
    if !is_regular(path) {
        bail!("Parquet can't be printed, and {} is no file: name one with --output", path.display());
    }
    weeks::check_output(path)
}

/// Returns the file's metadata: the weeks that it was made of, and the run of each.
fn metadata(weeks: &[&FinishedWeek]) -> Result<[(String, String); 2]> {
    let runs: BTreeMap<String, &str> = weeks.iter().map(|week| (week.week.to_string(), week.manifest.run_id.as_str())).collect();
    Ok([("starcite.schema_version".to_owned(), SCHEMA_VERSION.to_string()), ("starcite.weeks".to_owned(), serde_json::to_string(&runs)?)])
}

/// Returns the rows of a portion whose papers no earlier portion had.
fn newest(turns: &OrderedGate<Met>, number: u64, portion: Result<Portion>, table: &Table, encode: impl Fn(DataFrame) -> Result<RowGroup>) -> Result<Newest> {
    turns.with(number, || {
        let frame = portion?.read(table.names())?;
        let keys = keys(&frame)?;
        let is_newest: Vec<bool> = turns.pass(number, |met| keys.iter().map(|key| met.insert(*key)).collect())?;
        let kept = frame.filter(&BooleanChunked::from_slice("newest".into(), &is_newest))?;
        let (papers, read) = (kept.height(), frame.height());
        let rows = (papers > 0).then(|| encode(kept)).transpose()?;
        Ok(Newest { rows, papers: papers as u64, older: (read - papers) as u64 })
    })
}

fn as_it_is(mut frame: DataFrame, layout: &Layout) -> Result<RowGroup> {
    frame.rechunk_mut();
    let arrays = frame.iter_chunks(CompatLevel::oldest(), false).next().context("bug: a portion without rows")?;
    layout.encode_arrays(frame.height(), arrays.into_arrays())
}

/// Returns the rows with the code of each paper as the newest week knows it, and what was learnt since.
fn with_code(known: &Known, late: &Late, frame: DataFrame, layout: &Layout) -> Result<RowGroup> {
    let mut rows = layout.columns();
    for row in read_rows::<Overview<'_>>(&frame)? {
        let mut row = row?;
        known.fill(&mut row);
        late.fill(&mut row);
        rows.push(&row)?;
    }
    layout.encode(rows)
}

fn keys(frame: &DataFrame) -> Result<Vec<u64>> {
    let ids = frame.column("paper_id")?.str()?;
    ids.iter().map(|id| id.map(paper_key).context("a paper without an id")).collect()
}

fn summary(path: &Path, weeks: &[&FinishedWeek], papers: u64, older: u64) -> String {
    let count = weeks.len() as u64;
    let span = match (weeks.last(), weeks.first()) {
        (Some(first), Some(last)) if count > 1 => format!("{count} weeks, {} to {}", first.week, last.week),
        _ => weeks.iter().map(|week| week.week.to_string()).collect(),
    };
    let left_out = format!("{older} older {} left out", plural(older, "version", "versions"));
    format!("{}: the newest version of {papers} {} of {span}; {left_out}", path.display(), plural(papers, "paper", "papers"))
}
