//! `starcite rank`: ranks the papers of a finished week again, by its tables and any score file.

use super::output::{RowWriter, Rows};
use crate::cli::RankArgs;
use crate::cli::outcome::Outcome;
use crate::cli::plan::{WINDOW_DAYS, read_score};
use crate::progress::Progress;
use crate::rank::{LinkedPaper, LinkedPapers, Order, Place, RankPlan, Ranked, explain, papers};
use crate::run::rows;
use crate::weeks::{self, FinishedWeek};
use anyhow::{Context, Result, bail};
use starcite_core::paper::arxiv_id;
use starcite_ground::interrupt;
use starcite_ground::parallel_ordered::parallel_ordered;
use starcite_ground::terminal;
use starcite_rows as schema;
use std::path::Path;
use tracing::warn;

/// Number of ranked papers held in memory, a kilobyte each.
const RANKED_IN_MEMORY: usize = 500_000;

pub(crate) fn rank(args: &RankArgs, progress: &Progress) -> Result<Outcome> {
    interrupt::end_in_good_order();
    let (_, score) = read_score(Path::new(""), args.score.as_deref())?;
    let plan = RankPlan { score, window_days: args.window.map_or(WINDOW_DAYS, |age| age.days()) };
    let found = weeks::until(&args.weeks.out, args.week, args.weeks.incomplete())?;
    found.notes.iter().for_each(|note| warn!("{note}"));
    let weeks = found.list;
    let week = weeks.first().context("bug: no week")?;
    progress.reading(&week.folder.display().to_string());
    let known = LinkedPapers::read(week, &weeks)?;
    let wanted = args.explain.as_deref().map(paper_id);
    let mut explained = None;
    let order = ranked(&plan, week, &known, |paper| explained = Some(paper), wanted.as_deref())?;
    progress.done();
    match wanted {
        Some(paper_id) => print_explained(&plan, week, &known, &order, &paper_id, explained.as_ref()),
        None => {
            drop(known); // room for the rows
            print(args, week, order)
        }
    }
}

/// Returns all papers of the week in their order; passes the paper `wanted` to `keep`.
fn ranked(plan: &RankPlan, week: &FinishedWeek, known: &LinkedPapers, mut keep: impl FnMut(LinkedPaper), wanted: Option<&str>) -> Result<Order> {
    let mut order = Order::new(plan.recent_since(week.week), RANKED_IN_MEMORY);
    let rank = |_, papers: Result<Vec<LinkedPaper>>| {
        let rank = |paper: LinkedPaper| (plan.paper(known.name(&paper.paper_id), &known.links(&paper), &known.gains, week.week), paper);
        Ok::<_, anyhow::Error>(papers?.into_iter().map(rank).collect::<Vec<_>>())
    };
    parallel_ordered(papers(week)?, rank, |batch| {
        interrupt::check()?;
        for (ranked, paper) in batch? {
            ranked.map_or(Ok(()), |ranked| order.add(ranked))?;
            if wanted == Some(paper.paper_id.as_str()) {
                keep(paper);
            }
        }
        Ok(())
    })?;
    Ok(order)
}

/// Prints the ranks. They are drawn in order; all threads format their rows.
fn print(args: &RankArgs, week: &FinishedWeek, order: Order) -> Result<Outcome> {
    let mut writer = RowWriter::new(&schema::RANKINGS, &[], &args.output)?;
    let form = writer.form().clone();
    let rows = |_, batch: Result<Vec<(Ranked, Place)>>| {
        let mut rows = form.begin();
        batch?.iter().try_for_each(|(ranked, place)| form.push(&mut rows, &rows::ranking(ranked, *place, week.week)))?;
        form.end(rows)
    };
    parallel_ordered(order.into_batches(args.top)?, rows, |rows: Result<Rows>| writer.append(rows?))?;
    writer.finish()?;
    Ok(Outcome::Complete)
}

fn print_explained(plan: &RankPlan, week: &FinishedWeek, known: &LinkedPapers, order: &Order, paper_id: &str, paper: Option<&LinkedPaper>) -> Result<Outcome> {
    let Some(paper) = paper else {
        bail!("{} has no links of {paper_id}: a paper without a link or a promise is not ranked; ids are written as in the table papers", week.week)
    };
    let mut found = None;
    order.for_each(|ranked, place| {
        if ranked.paper_id == paper_id {
            found = Some((ranked.clone(), place));
        }
        Ok(())
    })?;
    let (ranked, place): (Ranked, _) = found.context("bug: a paper with links that is not ranked")?;
    let text = explain(plan, week.week, &ranked, place, &known.links(paper)).context("bug: a paper without links")?;
    terminal::print(&text)?;
    Ok(Outcome::Complete)
}

/// Returns the paper's id, also for a bare arXiv id.
fn paper_id(typed: &str) -> String {
    arxiv_id(typed).map_or_else(|| typed.to_owned(), |id| format!("arxiv:{id}"))
}
