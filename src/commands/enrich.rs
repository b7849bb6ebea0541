//! `starcite enrich`: prints GitHub's data on any list of repositories, as a filter.

use super::hosts;
use super::messages::missing_answers;
use super::output::{RowWriter, check_no_input, unless_unread};
use crate::cli::outcome::Outcome;
use crate::cli::plan::HostPlan;
use crate::cli::{EnrichArgs, PlaceArgs, SOURCE_PAUSE_MS};
use crate::progress::Progress;
use crate::run::ask::Asked;
use crate::run::{ask, rows};
use crate::weeks::{self, Incomplete};
use anyhow::{Context, Result, ensure};
use starcite_core::repo::RepoNameError;
use starcite_core::{RepoName, RepoState, Week};
use starcite_ground::clock;
use starcite_ground::interrupt::{self, Interrupted};
use starcite_rows::{self as schema, Read, Repo, Text, view};
use starcite_sources::hosts::Hosts;
use starcite_sources::input::Limits;
use starcite_sources::{Takes, locate};
use starcite_state::{Scope, State, name_the_state};
use starcite_tables::read_rows;
use std::collections::HashSet;
use std::io::BufRead;
use std::path::Path;
use std::time::Duration;
use tracing::warn;

pub(crate) fn enrich(args: EnrichArgs, progress: &Progress) -> Result<Outcome> {
    let state = args.place.state();
    ask_and_print(args, progress).map_err(|error| name_the_state(error, &state))
}

fn ask_and_print(args: EnrichArgs, progress: &Progress) -> Result<Outcome> {
    check_no_input(args.output.output.as_deref(), std::iter::once(Path::new(&args.file)))?;
    let (names, rejected) = match args.week {
        Some(week) => (names_of(week, &args.place)?, 0),
        None => read_names(&args.file, &args.host, &hosts(Duration::from_millis(SOURCE_PAUSE_MS)), progress)?,
    };
    interrupt::end_in_good_order();
    let is_offline = args.github.offline;
    let host = HostPlan::github(args.host, &args.columns.into_iter().collect(), args.max_age.0, args.github.options());
    let out = RowWriter::new(&schema::REPOS, &[schema::WEEK], &args.output)?;
    let mut state = State::open(&args.place.state())?;
    let now = clock::now();
    let since = now - chrono::TimeDelta::from_std(host.max_age)?;
    state.transaction(|state| names.iter().try_for_each(|name| state.name_repo(name, now).map(|_| ())))?;
    let asked = if is_offline { None } else { Some(ask::ask(&host, Scope::Names(&names), since, &mut state, progress)?) };
    asked.as_ref().map_or(Ok(()), Asked::check)?;
    let unknown = write_rows(&state, &names, &host.host, out)?;
    if names.is_empty() && rejected == 0 {
        let place =
            args.week.map_or_else(|| format!("{} holds no names: write owner/name, one a line", args.file), |week| format!("{week} has no repositories"));
        warn!("{place}; there is nothing to ask about");
    }
    Ok(outcome(asked.as_ref(), unknown, rejected))
}

/// Writes a row for each distinct repository, in the order of its first name, while a reader is there; returns the number of unknown ones.
/// Reads and writes rows one by one, so that memory does not grow with them.
fn write_rows(state: &State, names: &[RepoName], host: &str, out: RowWriter) -> Result<u64> {
    let week = Week::of(clock::now());
    let mut written = HashSet::new();
    let mut unknown = 0;
    let mut out = Some(out);
    for name in names {
        let Some(row) = state.repo_row_named(name, week)?.filter(|row| written.insert(row.id)) else { continue };
        unknown += u64::from(row.state == RepoState::Unknown && row.name.host() == host);
        if let Some(to) = &mut out
            && unless_unread(to.push(&rows::repo(&row, &[host], week)))?.is_none()
        {
            out = None;
        }
    }
    unless_unread(out.map_or(Ok(()), RowWriter::finish))?;
    Ok(unknown)
}

fn outcome(asked: Option<&Asked>, unknown: u64, rejected: u64) -> Outcome {
    if interrupt::came() {
        warn!("{Interrupted}");
        return Outcome::Interrupted;
    }
    if let Some(asked) = asked.filter(|asked| !asked.missing.is_empty()) {
        warn!("{}", missing_answers(asked, unknown));
        return Outcome::AnswersOwed;
    }
    if rejected > 0 { Outcome::SomeRejected } else { Outcome::Complete }
}

view! {
    struct Name<'a> of Repo {
        repo: Text<'a>,
    }
}

/// Returns the repositories of a finished week, in the order of its table.
///
/// # Errors
/// When the week is not finished, or the state is not the one that made it and so does not know the repositories.
fn names_of(week: Week, place: &PlaceArgs) -> Result<Vec<RepoName>> {
    let (out, state) = (place.out(), place.state());
    let found = weeks::chosen(&out, &[week], Incomplete::Use)?;
    let lost = || format!("the state {} does not know the week {week} of {}: name the one that it was made with by --state", state.display(), out.display());
    ensure!(state.exists(), lost());
    let known = State::open(&state)?;
    for week in &found.list {
        ensure!(known.made(week.week, &week.manifest.run_id)?, lost());
    }
    drop(known);
    let mut names = Vec::new();
    for week in &found.list {
        for portion in week.portions(&schema::REPOS)? {
            for name in read_rows::<Name<'_>>(&portion.read(Name::names())?)? {
                names.push(RepoName::parse(&name?.repo)?);
            }
        }
    }
    Ok(names)
}

/// Returns the names in a file, and the number of lines that are not names (reported on standard error).
fn read_names(file: &str, host: &str, hosts: &Hosts, progress: &Progress) -> Result<(Vec<RepoName>, u64)> {
    let mut names = Vec::new();
    let mut rejected = 0;
    for input in locate(file, Path::new(""), hosts)? {
        progress.reading(&input.name());
        for (at, line) in input.open(&Limits::default(), Takes::Text, false)?.reader.lines().enumerate() {
            let line = line.with_context(|| format!("cannot read {}, line {}", input.name(), at + 1))?;
            if line.trim().is_empty() {
                continue;
            }
            match parse_name(line.trim(), host) {
                Ok(name) => names.push(name),
                Err(error) => {
                    rejected += 1;
                    warn!("{}, line {}: {error}", input.name(), at + 1);
                }
            }
        }
    }
    Ok((names, rejected))
}

/// Parses a name; a name of two segments is on the host that the command requests.
fn parse_name(text: &str, host: &str) -> Result<RepoName, RepoNameError> {
    let is_bare = text.split('/').count() == 2 && !text.contains(':');
    if is_bare { RepoName::parse(&format!("{host}/{text}")) } else { RepoName::parse(text) }
}
