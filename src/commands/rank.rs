//! `starcite rank`: ranks the papers of a finished week again, by its tables and any score file.

mod filter;

use super::messages::plural;
use super::output::{RowWriter, Rows};
use crate::cli::outcome::Outcome;
use crate::cli::plan::{WINDOW_DAYS, read_score};
use crate::cli::{RankArgs, RankingArgs};
use crate::progress::Progress;
use crate::rank::{LinkedPaper, LinkedPapers, Order, Place, RankPlan, Ranked, papers, table};
use crate::run::rows;
use crate::weeks::{self, FinishedWeek};
use anyhow::{Context, Result};
use filter::is_chosen;
use starcite_ground::interrupt;
use starcite_ground::parallel_ordered::parallel_ordered;
use starcite_ground::terminal;
use starcite_rows as schema;
use starcite_state::paper_key;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use tracing::warn;

/// Number of ranked papers held in memory, a kilobyte each.
const RANKED_IN_MEMORY: usize = 500_000;

/// Number of papers that a terminal shows, unless the user asks for another number.
const ON_TERMINAL: usize = 25;

/// Further options, for a person; the first if there are more papers.
const MORE: &str = "--top N shows more, ";
const WHY: &str = "--format csv prints rows, starcite explain ID says why";

pub(crate) fn rank(args: &RankArgs, progress: &Progress) -> Result<Outcome> {
    interrupt::end_in_good_order();
    let ranking = Ranking::read(&args.ranking, args.filter.is_by_paper(), progress)?;
    let mut chosen = args.filter.is_any().then(HashSet::new);
    let mut undated = 0_u64;
    let order = ranking.order(|ranked, linked, known| {
        if let (Some(chosen), Some(ranked)) = (&mut chosen, ranked)
            && is_chosen(&args.filter, ranked, &linked, known.sought(&linked.paper_id), ranking.week().week)
        {
            match args.filter.since.is_some() && ranked.published.is_none() {
                true => undated += 1,
                false => drop(chosen.insert(paper_key(&linked.paper_id))),
            }
        }
    })?;
    progress.done();
    if undated > 0 {
        warn!(
            "{undated} such {} left out by --since, because only the year is known of the day of publication, or not even that",
            plural(undated, "paper is", "papers are")
        );
    }
    if chosen.as_ref().is_some_and(HashSet::is_empty) {
        warn!("no ranked paper of {} is such a paper; starcite explain ID says what is known of one", ranking.week().week);
    }
    let Ranking { weeks, .. } = ranking; // the rest makes room for the rows
    let week = weeks.first().context("bug: no week")?;
    match terminal::columns().filter(|_| args.output.is_for_people()) {
        Some(width) => print_table(args, week, order, chosen.as_ref(), width),
        None => print_rows(args, week, order, chosen.as_ref()),
    }
}

/// A week to rank, with what is known of its papers.
pub(super) struct Ranking {
    pub(super) plan: RankPlan,
    /// The week, and before it the earlier ones, newest first.
    pub(super) weeks: Vec<FinishedWeek>,
    pub(super) known: LinkedPapers,
    /// The folder of all weeks.
    pub(super) out: PathBuf,
}

impl Ranking {
    /// Reads the week, with the fields of papers that people look for if `is_sought`.
    pub(super) fn read(args: &RankingArgs, is_sought: bool, progress: &Progress) -> Result<Self> {
        let (_, score) = read_score(Path::new(""), args.score.as_deref())?;
        let plan = RankPlan { score, window_days: args.window.map_or(WINDOW_DAYS, |age| age.days()) };
        let found = weeks::until(&args.weeks.out, args.week, args.weeks.incomplete())?;
        found.notes.iter().for_each(|note| warn!("{note}"));
        let week = found.list.first().context("bug: no week")?;
        progress.reading(&week.folder.display().to_string());
        let known = LinkedPapers::read(week, &found.list, is_sought)?;
        Ok(Self { plan, weeks: found.list, known, out: args.weeks.out.clone() })
    }

    pub(super) fn week(&self) -> &FinishedWeek {
        &self.weeks[0]
    }

    /// Returns all papers of the week in their order; passes each paper with its links to `look`.
    pub(super) fn order(&self, mut look: impl FnMut(Option<&Ranked>, LinkedPaper, &LinkedPapers)) -> Result<Order> {
        let (week, known) = (self.week(), &self.known);
        let mut order = Order::new(self.plan.recent_since(week.week), RANKED_IN_MEMORY);
        let rank = |_, papers: Result<Vec<LinkedPaper>>| {
            let rank = |paper: LinkedPaper| (self.plan.paper(known.name(&paper.paper_id), &known.links(&paper), &known.gains, week.week), paper);
            Ok::<_, anyhow::Error>(papers?.into_iter().map(rank).collect::<Vec<_>>())
        };
        parallel_ordered(papers(week)?, rank, |batch| {
            interrupt::check()?;
            for (ranked, paper) in batch? {
                look(ranked.as_ref(), paper, known);
                ranked.map_or(Ok(()), |ranked| order.add(ranked))?;
            }
            Ok(())
        })?;
        Ok(order)
    }
}

/// Returns the first papers of an order with the keys `chosen`, or of all.
fn first(order: Order, chosen: Option<&HashSet<u64>>, top: Option<usize>) -> Result<impl Iterator<Item = Result<Vec<(Ranked, Place)>>> + Send> {
    let mut left = top.unwrap_or(usize::MAX);
    let batches = order.into_batches(top.filter(|_| chosen.is_none()))?;
    Ok(batches.map(move |batch| {
        let mut batch = batch?;
        batch.retain(|(paper, _)| chosen.is_none_or(|chosen| chosen.contains(&paper_key(&paper.paper_id))));
        batch.truncate(left);
        left -= batch.len();
        Ok(batch)
    }))
}

/// Prints the ranks as rows. They are drawn in order; all threads format their rows.
fn print_rows(args: &RankArgs, week: &FinishedWeek, order: Order, chosen: Option<&HashSet<u64>>) -> Result<Outcome> {
    let mut writer = RowWriter::new(&schema::RANKINGS, &[], &args.output)?;
    if week.manifest.coverage.is_unknown() {
        warn!("{}: nothing is known of any repository, so the ranks mean nothing", week.week);
    }
    let form = writer.form().clone();
    let rows = |_, batch: Result<Vec<(Ranked, Place)>>| {
        let mut rows = form.begin();
        batch?.iter().try_for_each(|(ranked, place)| form.push(&mut rows, &rows::ranking(ranked, *place, week.week)))?;
        form.end(rows)
    };
    parallel_ordered(first(order, chosen, args.top)?, rows, |rows: Result<Rows>| writer.append(rows?))?;
    writer.finish()?;
    Ok(Outcome::Complete)
}

/// Prints the ranks as a table for people, unless nobody was asked about their repositories.
fn print_table(args: &RankArgs, week: &FinishedWeek, order: Order, chosen: Option<&HashSet<u64>>, width: u16) -> Result<Outcome> {
    if week.manifest.coverage.is_unknown() {
        let why = format!(
            "{}: nothing is known of any repository, so there is no ranking; run the week again with GITHUB_TOKEN set and without --offline",
            week.week
        );
        return Ok(terminal::print_line(&why).map(|()| Outcome::Complete)?);
    }
    let ranked = week.manifest.rows(&schema::RANKINGS);
    let papers = first(order, chosen, Some(args.top.unwrap_or(ON_TERMINAL)))?.collect::<Result<Vec<_>>>()?.concat();
    if !papers.is_empty() {
        terminal::print(&table(papers.iter().map(|(paper, place)| (paper, place.rank)), width))?;
    }
    let ranked = ranked.unwrap_or_default();
    let end = match chosen {
        Some(chosen) if chosen.is_empty() => return Ok(Outcome::Complete),
        Some(chosen) => format!("{} of {} such papers", papers.len(), chosen.len()),
        None => format!("{} of {ranked} papers", papers.len()),
    };
    let all = chosen.map_or(ranked, |chosen| chosen.len() as u64);
    let more = if all > papers.len() as u64 { MORE } else { "" };
    terminal::print_line(&format!("{}: {end}; {more}{WHY}", week.week))?;
    Ok(Outcome::Complete)
}
