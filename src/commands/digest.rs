//! `starcite digest`: writes what `starcite send` sends, as files.

use super::lock_folder;
use super::messages::plural;
use crate::cli::outcome::Outcome;
use crate::cli::plan::{Contact, DigestPlan, Overrides, Person, Plan};
use crate::cli::{DigestArgs, DigestsArgs};
use crate::digest::{Digest, Letter, Templates};
use crate::progress::Progress;
use crate::report::Wish;
use crate::report::model::Report;
use crate::weeks;
use anyhow::{Context, Result, bail, ensure};
use starcite_core::Week;
use starcite_ground::files::{self, atomic};
use starcite_ground::{interrupt, terminal};
use std::fs;
use std::path::{Path, PathBuf};
use tracing::warn;

/// The folder of digests in the folder of all weeks.
const FOLDER: &str = "digest";

pub(crate) fn digest(args: &DigestArgs, progress: &Progress) -> Result<Outcome> {
    interrupt::end_in_good_order();
    let plan = plan(&args.digests, None)?;
    let (report, week) = report(&args.digests, &plan, progress)?;
    let _locked = lock_folder(&plan.out)?;
    let folder = folder(&plan.out, week)?;
    progress.done();
    for digest in chosen(&plan, &args.digests)? {
        let letter = letter(&plan, &report, digest, &[])?;
        write(&folder.join(format!("{}.md", digest.name)), Templates::markdown(&letter.digest)?.as_bytes())?;
        let message = folder.join(format!("{}.eml", digest.name));
        if letter.digest.is_empty() {
            files::remove(&message).or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
            terminal::print_line(&nothing(&letter))?;
        } else {
            write(&message, &letter.to(letter.from(), week.end())?.formatted())?;
            terminal::print_line(&format!("{}: {}", message.display(), letter.subject))?;
        }
    }
    Ok(Outcome::Complete)
}

/// Returns the plan of a command about digests.
pub(super) fn plan(args: &DigestsArgs, state: Option<PathBuf>) -> Result<Plan> {
    Plan::read(&args.pipeline, Overrides { out: args.out.clone(), state, ..Overrides::default() })
}

/// Reads the week of the digests.
pub(super) fn report(args: &DigestsArgs, plan: &Plan, progress: &Progress) -> Result<(Report, Week)> {
    let found = weeks::until(&plan.out, args.week, args.incomplete())?;
    found.notes.iter().for_each(|note| warn!("{note}"));
    let wish = Wish { all: false, hidden: Some(&plan.suppress).filter(|suppress| !suppress.is_nothing()) };
    let newest = found.list.first().context("bug: no week")?;
    let (week, made_by) = (newest.week, &newest.manifest.pipeline);
    ensure!(*made_by == plan.name, "{week} in {} is of the pipeline {made_by:?}, and not of {:?}: name its folder with --out", plan.out.display(), plan.name);
    Ok((Report::read(&found.list, &wish, progress)?, week))
}

/// Returns the digests that the user named, or all.
pub(super) fn chosen<'p>(plan: &'p Plan, args: &DigestsArgs) -> Result<Vec<&'p DigestPlan>> {
    let file = args.pipeline.display();
    if plan.digests.is_empty() {
        bail!("{file} has no [[digest]]: add one, docs/DIGEST.md has an example");
    }
    let names: Vec<&str> = plan.digests.iter().map(|digest| digest.name.as_str()).collect();
    if let Some(unknown) = args.digest.iter().find(|name| !names.contains(&name.as_str())) {
        bail!("{file} has no digest {unknown:?}, but {}", names.join(", "));
    }
    Ok(plan.digests.iter().filter(|digest| args.digest.is_empty() || args.digest.contains(&digest.name)).collect())
}

/// Returns a digest as a letter; one that readers would cut is refused with the number of papers that fits.
pub(super) fn letter<'p>(plan: &'p Plan, report: &Report, digest: &'p DigestPlan, recipients: &[Person]) -> Result<Letter<'p>> {
    let of = |papers: usize| Letter::of(digest, Digest::of(report, digest, papers), plan.contact.as_ref().map(Contact::person), &plan.name);
    let letter = of(digest.papers)?;
    letter.check(recipients, of)?;
    Ok(letter)
}

/// Returns the line about a digest that has nothing to tell.
pub(super) fn nothing(letter: &Letter<'_>) -> String {
    format!("{}, {}: nothing to tell, and so no mail", letter.plan.name, letter.digest.week)
}

fn folder(out: &Path, week: Week) -> Result<PathBuf> {
    let folder = out.join(FOLDER).join(week.to_string());
    for place in [out.join(FOLDER), folder.clone()] {
        files::check_place(&place).with_context(|| place.display().to_string())?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}: choose another folder with --out", folder.display()))?;
    Ok(folder)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    files::check_place(path).with_context(|| path.display().to_string())?;
    atomic::write(path, bytes)
}

/// Returns a number of recipients, in words.
pub(super) fn recipients(count: usize) -> String {
    format!("{count} {}", plural(count as u64, "recipient", "recipients"))
}
