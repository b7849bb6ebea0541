//! `starcite report`: writes a finished week as a page, with feeds and files for programs.

use super::lock_around;
use super::messages::plural;
use crate::cli::ReportArgs;
use crate::cli::outcome::Outcome;
use crate::cli::plan::{OUT, Overrides, Plan};
use crate::progress::Progress;
use crate::report::{self, Wish};
use crate::weeks::{self, report_files};
use anyhow::Result;
use starcite_ground::{interrupt, terminal};
use std::path::PathBuf;
use tracing::warn;

pub(crate) fn report(args: &ReportArgs, progress: &Progress) -> Result<Outcome> {
    interrupt::end_in_good_order();
    let plan = args.pipeline.as_deref().map(|path| Plan::read(path, Overrides { out: args.out.clone(), ..Overrides::default() })).transpose()?;
    let out = plan.as_ref().map(|plan| plan.out.clone()).or_else(|| args.out.clone()).unwrap_or_else(|| PathBuf::from(OUT));
    weeks::check_outside(&out)?;
    let _locked = lock_around(&out, &out.join(report_files::FOLDER))?;
    let found = weeks::until(&out, args.week, args.incomplete())?;
    found.notes.iter().for_each(|note| warn!("{note}"));
    let hidden = plan.as_ref().map(|plan| &plan.suppress).filter(|suppress| !suppress.is_nothing());
    if plan.is_none() && found.list.iter().any(|week| !week.manifest.left_out.is_nothing()) {
        warn!("the pipeline of these weeks leaves out papers or people: name it as well, so that they are left out of the texts of earlier weeks, too");
    }
    let written = report::write(&out, &found.list, &Wish { all: args.all, hidden }, progress)?;
    progress.done();
    terminal::print_line(&format!("{}: {} {}", written.page.display(), written.papers, plural(written.papers as u64, "paper", "papers")))?;
    Ok(Outcome::Complete)
}
