//! Checks the newest week: is it whole, is it of late, and how much of it is known.

use super::check::Check;
use crate::cli::plan::{MinCoverage, share_of};
use starcite_ground::clock;
use starcite_tables::manifest::Manifest;
use starcite_tables::week_folder;
use std::path::Path;

/// Days after the end of the newest week in which the next one has ended, and its run has begun.
const A_RUN_IS_DUE: i64 = 8;

/// Checks the newest week of a folder.
pub(super) fn newest(out: &Path, least: Option<MinCoverage>) -> Check {
    let statuses = crate::weeks::statuses(out);
    let Some(newest) = statuses.last() else { return Check::ok("week", "none yet: the first run makes one".to_owned()) };
    let manifest = newest.week.map(|week| Manifest::read(&week_folder(out, week)));
    let (Some(week), Some(Ok(manifest))) = (newest.week, manifest) else {
        return Check::fail("week", newest.status.clone(), "run that week again, or move its folder away");
    };
    let days = (clock::now() - week.end()).num_days();
    if !manifest.papers_complete || newest.answers_owed > Some(0) {
        return Check::warn("week", newest.status.clone(), "run the same command again before the week closes");
    }
    if days > A_RUN_IS_DUE {
        let todo = format!("look why the job did not run, and fill the gap: starcite run … --since {}", week.after());
        return Check::warn("week", format!("the newest is {week}, which ended {days} days ago"), &todo);
    }
    let known = share_of(&manifest.coverage).map_or_else(String::new, |share| format!(", {:.1} % of its repositories known", 100.0 * share));
    let told = format!("{week} is complete{known}");
    match least.filter(|least| least.is_missed_by(&manifest.coverage)) {
        Some(least) => Check::warn("week", format!("{told}, below min_coverage = {least}"), "look why they are unknown: starcite status, docs/WEEKLY.md"),
        None => Check::ok("week", told),
    }
}
