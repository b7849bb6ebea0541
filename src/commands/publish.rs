//! `starcite publish`: copies finished weeks to where others read them.

use super::lock_folder;
use super::messages::{counted, plural};
use crate::cli::PublishArgs;
use crate::cli::outcome::Outcome;
use crate::progress::Progress;
use crate::weeks;
use crate::weeks::dataset::Described;
use crate::weeks::publish::{self, Destination, PublishOptions, Published, ReportHere, ReportSent};
use anyhow::{Result, bail};
use starcite_core::Week;
use starcite_ground::http;
use starcite_ground::interrupt;
use starcite_ground::terminal;
use starcite_ground::url::is_url;
use std::path::Path;
use tracing::{info, warn};

pub(crate) fn publish(args: &PublishArgs, progress: &Progress) -> Result<Outcome> {
    interrupt::end_in_good_order();
    if !is_url(&args.dest) {
        weeks::check_outside(Path::new(&args.dest))?;
    }
    let incomplete = args.weeks.incomplete();
    let found = weeks::chosen(&args.weeks.out, &args.week, incomplete)?;
    let weeks: Vec<Week> = found.list.iter().rev().map(|week| week.week).collect();
    let report = args.report.then(|| ReportHere::open(&args.weeks.out)).transpose()?;
    let runtime = http::runtime()?;
    let mut damaged = Vec::new();
    let mut sent = false;
    let to = runtime.block_on(Destination::open(&args.dest, &args.weeks.out))?;
    let _locked = to.directory().map(lock_folder).transpose()?;
    let described = runtime.block_on(publish::publish(
        &args.weeks.out,
        &weeks,
        &to,
        PublishOptions { check: args.check, incomplete, adopt: args.adopt },
        progress,
        |week, published| {
            sent |= matches!(published, Published::Sent { .. });
            if let Published::Damaged(why) = published {
                damaged.push(why.clone());
            }
            Ok(terminal::print_line(&line(week, published))?)
        },
    ))?;
    progress.done();
    sent |= described.written > 0;
    terminal::print_line(&format!("dataset   {}", describing(&described)))?;
    found.notes.iter().chain(&described.notes).for_each(|note| warn!("{note}"));
    if !damaged.is_empty() {
        bail!("{}; nothing of it was published: run the week again to rewrite it", damaged.join(", "));
    }
    if let Some(report) = report {
        let brought = runtime.block_on(report.bring(&to, progress))?;
        progress.done();
        sent |= brought.sent + brought.removed > 0;
        terminal::print_line(&format!("report    {}", report_line(&brought)))?;
        brought.elsewhere.iter().for_each(|page| warn!("{page} has no page here, so no list names it, and it stays: remove it there if nobody should read it"));
    }
    if sent && to.is_checkout() {
        info!("{} is a checkout: git add, commit and push (with LFS for *.parquet) are yours to do", to.name());
    }
    Ok(Outcome::Complete)
}

/// Returns the result of describing the dataset, for the user.
fn describing(described: &Described) -> String {
    let (sent, already_there) = (described.written, described.files - described.written);
    if sent == 0 {
        return "already there".to_owned();
    }
    counted(&[(sent as u64, "file sent", "files sent"), (already_there as u64, "already there", "already there")]).join(", ")
}

/// Returns the result of publishing the report, for the user.
fn report_line(report: &ReportSent) -> String {
    if report.sent + report.removed == 0 {
        return "already there".to_owned();
    }
    let counts = [(report.sent, "file sent", "files sent"), (report.already_there, "already there", "already there"), (report.removed, "removed", "removed")];
    counted(&counts).join(", ")
}

/// Returns the result for a week, for the user.
fn line(week: Week, published: &Published) -> String {
    match published {
        Published::AlreadyThere => format!("{week}  already there"),
        Published::Damaged(_) => format!("{week}  damaged here, not published"),
        Published::Sent { tables, bytes, already_there, removed } => {
            let sent = (*tables > 0).then(|| format!("{tables} {} sent ({bytes} bytes)", plural(*tables as u64, "table", "tables")));
            let others = counted(&[(*already_there as u64, "already there", "already there"), (*removed as u64, "removed", "removed")]);
            format!("{week}  {}", sent.into_iter().chain(others).collect::<Vec<_>>().join(", "))
        }
    }
}
