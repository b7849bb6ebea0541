//! Looks whether a weekly job will work, before it runs: asks only what costs nothing, and leaves nothing behind.

mod account;
mod check;
mod place;
mod services;
mod week;

pub(crate) use check::{Check, Status};

use crate::cli::plan::{HostPlan, MinCoverage, Plan};
use chrono::{DateTime, Utc};
use std::path::PathBuf;

/// The things that a job needs.
pub(crate) struct Job {
    /// The pipeline, or why it can't be read; `None` if the user named none.
    pub(crate) pipeline: Option<anyhow::Result<Plan>>,
    pub(crate) out: PathBuf,
    pub(crate) state: PathBuf,
    pub(crate) hosts: Vec<HostPlan>,
    /// True if the job asks no host.
    pub(crate) offline: bool,
    /// True if the user wants that nobody is asked now.
    pub(crate) asks_nobody: bool,
    /// The password of the mail server.
    pub(crate) password_file: Option<PathBuf>,
    /// The place that weeks are published to.
    pub(crate) publish: Option<String>,
}

impl Job {
    fn plan(&self) -> Option<&Plan> {
        self.pipeline.as_ref()?.as_ref().ok()
    }

    fn min_coverage(&self) -> Option<MinCoverage> {
        self.plan()?.min_coverage
    }
}

/// Returns all checks of a job, in the order in which a run would meet them.
pub(crate) fn checks(job: &Job) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut host_clock: Option<DateTime<Utc>> = None;
    checks.extend(job.pipeline.as_ref().map(check::pipeline));
    for host in &job.hosts {
        checks.extend(account::file(host));
        if !job.offline && !job.asks_nobody {
            let (asked, date) = account::account(host);
            checks.extend(asked);
            host_clock = host_clock.or(date);
        }
    }
    if job.asks_nobody {
        checks.push(Check::warn("hosts", "none was asked: token, services and clock are unknown".to_owned(), "run this without --offline"));
    } else if job.offline {
        checks.push(Check::ok("hosts", "none is asked: the job is offline".to_owned()));
    } else {
        checks.extend(job.plan().map(services::services).unwrap_or_default());
        checks.push(services::clock(host_clock));
    }
    checks.push(place::lock(&job.out));
    checks.extend(place::folder(&job.out));
    checks.extend(place::disk(&job.out, &job.state));
    checks.push(place::state(job));
    checks.push(week::newest(&job.out, job.min_coverage()));
    checks.extend(job.plan().map(services::digests).unwrap_or_default());
    checks.extend(job.plan().and_then(|plan| services::mail(plan, job.password_file.as_deref(), job.asks_nobody)));
    checks.extend(job.publish.as_deref().map(|dest| place::destination(dest, &job.out)));
    checks
}
