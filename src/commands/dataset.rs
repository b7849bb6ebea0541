//! `starcite dataset`: writes the files that describe the folder of all weeks, without a run.

use super::lock_around;
use super::messages::plural;
use crate::cli::DatasetArgs;
use crate::cli::outcome::Outcome;
use crate::weeks;
use crate::weeks::dataset::describe;
use anyhow::Result;
use starcite_ground::terminal;
use tracing::warn;

pub(crate) fn dataset(args: &DatasetArgs) -> Result<Outcome> {
    let out = &args.weeks.out;
    weeks::check_outside(out)?;
    let _locked = lock_around(out, out)?;
    let described = describe(out, args.weeks.incomplete())?;
    let (files, written) = (described.files, described.written);
    let what = plural(files as u64, "file describes", "files describe");
    terminal::print_line(&format!("{}: {files} {what} the dataset, {written} of them written now", out.display()))?;
    described.skipped.iter().chain(&described.notes).for_each(|note| warn!("{note}"));
    Ok(Outcome::Complete)
}
