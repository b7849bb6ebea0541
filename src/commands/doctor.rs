//! `starcite doctor`: looks whether a weekly job will work, a line a check.

use crate::cli::DoctorArgs;
use crate::cli::outcome::Outcome;
use crate::cli::plan::{Contact, HostPlan, OUT, Overrides, Plan};
use crate::doctor::{Job, Status, checks};
use anyhow::{Result, ensure};
use serde_json::json;
use starcite_ground::{interrupt, terminal, visible};
use std::path::PathBuf;

pub(crate) fn doctor(args: DoctorArgs) -> Result<Outcome> {
    interrupt::end_in_good_order();
    let job = job(&args);
    let checks = checks(&job);
    interrupt::check()?;
    if args.json {
        let json = json!({"version": env!("CARGO_PKG_VERSION"), "checks": checks}).to_string();
        terminal::print_data(format!("{}\n", visible::json(&json)).as_bytes())?;
    } else {
        checks.iter().try_for_each(|check| terminal::print_line(&check.line()))?;
    }
    let failed = checks.iter().filter(|check| check.status == Status::Fail).count();
    ensure!(failed == 0, "{failed} of {} checks failed: do what their lines say, and run this again", checks.len());
    Ok(Outcome::Complete)
}

/// Reads the pipeline, if one is named and can be read, and takes the rest from the command line.
fn job(args: &DoctorArgs) -> Job {
    let options = args.github.clone().options();
    let overrides = || Overrides {
        out: args.place.out.clone(),
        state: args.place.state.clone(),
        offline: args.github.offline,
        host: options.clone(),
        addresses: args.addresses.0.clone(),
        ..Overrides::default()
    };
    let pipeline = args.pipeline.as_deref().map(|file| Plan::read(file, overrides()));
    let plan = pipeline.as_ref().and_then(|read| read.as_ref().ok());
    plan.and_then(|plan| plan.contact.as_ref()).iter().for_each(|contact| Contact::identify(contact));
    let out = plan.map_or_else(|| args.place.out.clone().unwrap_or_else(|| PathBuf::from(OUT)), |plan| plan.out.clone());
    Job {
        state: plan.map_or_else(|| args.place.state.clone().unwrap_or_else(|| out.join(starcite_state::FILE)), |plan| plan.state.clone()),
        hosts: plan.map_or_else(|| vec![HostPlan::of_options(options.clone())], |plan| plan.hosts.clone()),
        offline: plan.is_some_and(|plan| plan.offline),
        asks_nobody: args.github.offline,
        out,
        pipeline,
        password_file: args.password_file.clone(),
        publish: args.publish.clone(),
    }
}
