//! `starcite enrich`: what GitHub says of any list of repositories, as a filter.

use super::output::RowWriter;
use super::run::plural;
use crate::cli::EnrichArgs;
use crate::plan::{GithubPlan, api_url};
use crate::progress::Progress;
use crate::source::input;
use crate::state::{ByName, RepoRow, Scope, State};
use crate::tables::{rows, schema};
use crate::{Outcome, clock, interrupt, observe};
use anyhow::{Context, Result, bail};
use starcite_core::{RepoName, RepoState, Week};
use starcite_github::Stop;
use std::collections::BTreeSet;
use std::io::BufRead;
use std::path::Path;

pub(crate) fn enrich(args: EnrichArgs, progress: &Progress) -> Result<Outcome> {
    let (names, rejected) = read_names(&args.file)?;
    interrupt::listen();
    let github = GithubPlan {
        app: args.github.app(),
        host: "github.com".to_owned(),
        base_url: args.github.github_url.unwrap_or_else(|| api_url("github.com")),
        columns: args.columns.into_iter().collect(),
        max_age: args.max_age.0,
        budget: args.github.budget,
        wait: args.github.wait,
        token_file: args.github.token_file,
    };
    let mut state = State::open(&args.place.state())?;
    let now = clock::now();
    state.transaction(|state| names.iter().try_for_each(|name| state.name_repo(name, now).map(|_| ())))?;
    let mut out = RowWriter::new(&schema::REPOS, &["week"], &args.output)?;
    let stop = if args.github.offline { None } else { ask(&github, &names, &mut state, progress)? };
    if let Some(Stop::BadToken) = stop {
        bail!(observe::explain(&Stop::BadToken, &github.host));
    }
    let week = Week::of(now);
    let rows = rows_of(&state, &names, week)?;
    for row in &rows {
        out.push(&rows::repo(row, week))?;
    }
    out.finish()?;
    Ok(outcome(args.github.offline, &rows, rejected, stop, &github))
}

fn ask(github: &GithubPlan, names: &[RepoName], state: &mut State, progress: &Progress) -> Result<Option<Stop>> {
    let since = clock::now() - chrono::TimeDelta::from_std(github.max_age)?;
    let report = observe::observe(github, Scope::Names(names), since, state, progress)?;
    Ok(report.and_then(|report| report.stop))
}

/// A row for each distinct repository, in the order of the names that were given first.
fn rows_of(state: &State, names: &[RepoName], week: Week) -> Result<Vec<RepoRow>> {
    let (all, _) = state.repo_rows(week)?;
    let by_name = ByName::of(&all);
    let mut seen = BTreeSet::new();
    let found = names.iter().filter_map(|name| by_name.get(name));
    let rows = found.filter(|row| seen.insert(row.name.key())).map(|row| (*row).clone()).collect();
    Ok(rows)
}

fn outcome(offline: bool, rows: &[RepoRow], rejected: u64, stop: Option<Stop>, github: &GithubPlan) -> Outcome {
    let owed = rows.iter().filter(|r| r.state == RepoState::Unknown && r.name.host() == github.host).count() as u64;
    if interrupt::came() {
        return Outcome::Interrupted;
    }
    let cut_off = stop.as_ref().is_some_and(observe::leaves_answers_owed);
    if (owed > 0 || cut_off) && !offline {
        let why = stop.map_or_else(|| format!("{} did not answer for all", github.host), |stop| observe::explain(&stop, &github.host));
        let unknown = if owed > 0 { format!("{owed} {} unknown", plural(owed, "repository is", "repositories are")) } else { observe::COLUMNS_OWED.to_owned() };
        eprintln!("starcite: {why}; {unknown}; run the same command again to go on");
        return Outcome::AnswersOwed;
    }
    if rejected > 0 { Outcome::SomeRejected } else { Outcome::Complete }
}

/// The names of a file, and how many lines are none (said on standard error).
fn read_names(file: &str) -> Result<(Vec<RepoName>, u64)> {
    let mut names = Vec::new();
    let mut rejected = 0;
    for input in input::locate(file, Path::new(""))? {
        for (at, line) in input.open()?.lines().enumerate() {
            let line = line.with_context(|| format!("cannot read {}, line {}", input.name(), at + 1))?;
            if line.trim().is_empty() {
                continue;
            }
            match RepoName::parse(&line) {
                Ok(name) => names.push(name),
                Err(error) => {
                    rejected += 1;
                    eprintln!("starcite: {}, line {}: {error}", input.name(), at + 1);
                }
            }
        }
    }
    Ok((names, rejected))
}
