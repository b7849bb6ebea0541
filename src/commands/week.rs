//! One week of a run, and its figures.

use super::messages::outcome;
use crate::cli::outcome::code_of;
use crate::cli::plan::Plan;
use crate::progress::Progress;
use crate::run::figures::{self, Figures, SummaryFile};
use crate::run::{self, RunReport};
use anyhow::Result;
use starcite_ground::url;
use starcite_sources::hosts::Hosts;
use tracing::info_span;

/// Runs a week; reports and stores its figures, however it ends, if a stage has begun.
pub(super) fn run(plan: &Plan, hosts: &Hosts, progress: &Progress, summary: Option<&mut SummaryFile>) -> Result<RunReport> {
    let _run = info_span!("run", pipeline = plan.name, week = %plan.week).entered();
    let mut figures = Figures::begin(plan);
    let ran = run::run(plan, hosts, progress, &mut figures);
    if figures.has_stages() {
        let (code, error) = match &ran {
            Ok(report) => (outcome(plan, report).code(), None),
            Err(error) => (code_of(error), Some(url::told(&format!("{error:#}")))),
        };
        figures.end(code, error);
        figures::store(&figures, &plan.state, summary);
    }
    ran
}
