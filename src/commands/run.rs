//! `starcite run`: the weekly job.

use super::backfill;
use super::messages::{counted, enrich_command, outcome, problems};
use super::{hosts, lock_folder, week};
use crate::cli::outcome::Outcome;
use crate::cli::plan::{Contact, Overrides, Plan};
use crate::cli::{Cli, RunArgs, WeeksArgs};
use crate::progress::Progress;
use crate::run::figures::SummaryFile;
use crate::run::{check_owner, summary};
use crate::weeks;
use crate::weeks::rebuild::rebuild;
use anyhow::{Context, Result};
use clap::error::ErrorKind;
use starcite_core::Week;
use starcite_ground::{clock, interrupt, terminal};
use starcite_state::name_the_state;
use std::fs;
use std::time::Duration;
use tracing::{info, warn};

pub(crate) fn run(args: WeeksArgs, progress: &Progress) -> Result<Outcome> {
    let mut summary = args.summary.as_deref().map(SummaryFile::begin).transpose()?;
    let plan = Plan { adopt: args.adopt, ..plan(args.run)? };
    args.since.map_or(Ok(()), |since| backfill::check(&plan, since))?;
    interrupt::end_in_good_order();
    weeks::check_outside(&plan.out)?;
    fs::create_dir_all(&plan.out).with_context(|| format!("cannot make {}: choose another place with --out", plan.out.display()))?;
    let _locked = lock_folder(&plan.out)?;
    if args.rebuild_state {
        rebuild_state(&plan, progress)?;
    }
    not_over_yet(&plan).iter().for_each(|note| info!("{note}"));
    if let Some(since) = args.since {
        return backfill::backfill(&plan, since, progress, summary.as_mut());
    }
    closed(&plan).iter().for_each(|note| info!("{note}"));
    let report = week::run(&plan, &hosts(plan.source_pause), progress, summary.as_mut())?;
    progress.done();
    let printed = terminal::print(&summary::text(&plan, &report));
    problems(&plan, &report)?.iter().for_each(|problem| warn!("{problem}"));
    printed?;
    Ok(outcome(&plan, &report))
}

/// Returns a note on the end of the next week, if that week has ended by the local date and still runs in UTC.
fn not_over_yet(plan: &Plan) -> Option<String> {
    let (week, next) = (plan.week, plan.week.after());
    let ends = clock::local(next.end());
    let is_over_here = Week::of_date(clock::local(clock::now()).date_naive()) > next;
    (!plan.is_week_named && is_over_here).then(|| {
        let ends = ends.format("%Y-%m-%d %H:%M");
        format!("weeks end at midnight UTC: {next} ends at {ends} local time, and {week} is the last one that has ended; run it after that for {next}")
    })
}

/// Returns a note on when a week was closed, and on how to learn more of it.
fn closed(plan: &Plan) -> Option<String> {
    let (week, since) = (plan.week, plan.week.observations_close().format("%Y-%m-%d"));
    let closed = format!("{week} is closed since {since}: its tables hold what was known by then");
    let later = format!("`{}` prints what is learnt later", enrich_command(plan, week));
    (plan.is_closed() && !plan.offline).then(|| {
        if plan.ask_now {
            format!("{closed}, and stay as they are; {later}")
        } else {
            format!("{closed}, and GitHub is not asked; --ask-now asks, and {later}")
        }
    })
}

/// Combines the arguments and the pipeline file into one plan.
pub(super) fn plan(args: RunArgs) -> Result<Plan> {
    let overrides = Overrides {
        week: args.week,
        ask_now: args.ask_now,
        state: args.place.state.clone(),
        out: args.place.out,
        offline: args.github.offline,
        host: args.github.options(),
        addresses: args.live.addresses.0,
        source_pause: Duration::from_millis(args.live.source_pause_ms),
    };
    let plan = Plan::read(&args.pipeline, overrides)?;
    plan.contact.iter().for_each(Contact::identify);
    if plan.week.start() > clock::now() {
        let why = format!("the week {} has not begun: the newest one to name is {}", plan.week, Week::of(clock::now()));
        return Err(Cli::wrong_usage(ErrorKind::ValueValidation, &why));
    }
    Ok(plan)
}

/// Rebuilds the state, and prints its weeks and what it lacks.
fn rebuild_state(plan: &Plan, progress: &Progress) -> Result<()> {
    check_owner(plan)?;
    let rebuilt = rebuild(&plan.out, &plan.state, progress).map_err(|error| name_the_state(error, &plan.state))?;
    let (first, last) = rebuilt.weeks.first().zip(rebuilt.weeks.last()).context("bug: a state of no week")?;
    let weeks = if first == last { first.to_string() } else { format!("{} weeks, {first} to {last}", rebuilt.weeks.len()) };
    let papers = counted(&[(rebuilt.papers, "paper", "papers"), (rebuilt.links, "link", "links")]).join(" with ");
    let known = [vec![papers], counted(&[(rebuilt.repositories, "repository", "repositories")])].concat();
    info!("the state {} is rebuilt from {weeks}: {}", plan.state.display(), known.join(", "));
    if let Some(kept) = rebuilt.kept {
        info!("the state that was there before is {}", kept.display());
    }
    rebuilt.missing.iter().for_each(|missing| warn!("not in the state: {missing}"));
    if let Some(newest) = rebuilt.mails_lost_until.filter(|_| !plan.digests.is_empty()) {
        warn!("not in the state: who has the digests of the weeks up to {newest}; starcite send sends them only with --again");
    }
    info!("{NOT_IN_TABLES}");
    Ok(())
}

/// Note on the part of a state that is not in any table.
const NOT_IN_TABLES: &str = "not in the state, for no table has it: limits, sizes of queries, ETags of pages, where live lists were cut and what was spent of budgets; later runs learn them again, and budgets begin from zero";
