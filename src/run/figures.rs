//! The figures of a run, for machines: one event at its end, the file of `run --summary`, and `status --json` from a file beside the state.

use crate::cli::plan::{MinCoverage, Plan, share_of};
use crate::log::PROGRESS;
use crate::weeks;
use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use serde::Serialize;
use starcite_core::{RepoState, Week};
use starcite_ground::files;
use starcite_ground::files::atomic;
use starcite_ground::interrupt::waiting;
use starcite_ground::{clock, visible};
use starcite_rows::SCHEMA_VERSION;
use starcite_tables::manifest::Coverage;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf, absolute};
use std::time::Instant;
use tracing::{info, warn};

/// The figures of one run of a week. A figure is `None` if the run ended before it was known.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    /// The version of the program, and that of the schema of the tables.
    version: &'static str,
    schema_version: u32,
    pipeline: String,
    week: Week,
    started_at: DateTime<Utc>,
    finished_at: DateTime<Utc>,
    exit_code: u8,
    /// The error that ended the run.
    error: Option<String>,
    pub(crate) papers: Option<u64>,
    pub(crate) links: Option<u64>,
    /// Input records that could not be used.
    pub(crate) rejects: Option<u64>,
    repositories: Option<u64>,
    repositories_live: Option<u64>,
    repositories_not_found: Option<u64>,
    repositories_blocked: Option<u64>,
    repositories_unknown: Option<u64>,
    /// The share of repositories whose state is known, and the least one that the pipeline wants.
    coverage: Option<f64>,
    min_coverage: Option<f64>,
    /// Answers that hosts and services still owe.
    pub(crate) answers_owed: Option<u64>,
    /// GraphQL points that the run spent.
    pub(crate) points: u64,
    /// Requests to all hosts.
    pub(crate) requests: u64,
    seconds: f64,
    #[serde(flatten)]
    stages: Seconds,
    #[serde(skip)]
    begun: Instant,
    /// The stage that the run is in, and its beginning.
    #[serde(skip)]
    stage: Option<(Stage, Instant)>,
}

/// The seconds of each stage.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Seconds {
    pub(crate) seconds_sources: Option<f64>,
    pub(crate) seconds_papers: Option<f64>,
    pub(crate) seconds_asking: Option<f64>,
    pub(crate) seconds_citation_counts: Option<f64>,
    pub(crate) seconds_links: Option<f64>,
    pub(crate) seconds_tables: Option<f64>,
}

/// The place of a stage's seconds.
type Stage = fn(&mut Seconds) -> &mut Option<f64>;

impl Figures {
    pub(crate) fn begin(plan: &Plan) -> Self {
        let now = clock::now();
        Self {
            version: env!("CARGO_PKG_VERSION"),
            schema_version: SCHEMA_VERSION,
            pipeline: plan.name.clone(),
            week: plan.week,
            started_at: now,
            finished_at: now,
            exit_code: 0,
            error: None,
            papers: None,
            links: None,
            rejects: None,
            repositories: None,
            repositories_live: None,
            repositories_not_found: None,
            repositories_blocked: None,
            repositories_unknown: None,
            coverage: None,
            min_coverage: plan.min_coverage.map(MinCoverage::share),
            answers_owed: None,
            points: 0,
            requests: 0,
            seconds: 0.0,
            stages: Seconds::default(),
            begun: Instant::now(),
            stage: None,
        }
    }

    /// True if a stage has begun.
    pub(crate) fn has_stages(&self) -> bool {
        self.stage.is_some()
    }

    /// Begins a stage, and ends the one before.
    pub(crate) fn stage(&mut self, stage: Stage) {
        self.end_stage();
        self.stage = Some((stage, Instant::now()));
    }

    fn end_stage(&mut self) {
        if let Some((stage, begun)) = self.stage {
            *stage(&mut self.stages) = Some(seconds(begun));
        }
    }

    /// Sets the numbers of repositories.
    pub(crate) fn repositories(&mut self, by_state: &BTreeMap<RepoState, u64>, coverage: &Coverage) {
        self.coverage = share_of(coverage);
        let of = |state| Some(by_state.get(&state).copied().unwrap_or_default());
        self.repositories = Some(by_state.values().sum());
        self.repositories_live = of(RepoState::Live);
        self.repositories_not_found = of(RepoState::NotFound);
        self.repositories_blocked = of(RepoState::Blocked);
        self.repositories_unknown = of(RepoState::Unknown);
    }

    /// Ends the run, and reports its figures in one event.
    pub(crate) fn end(&mut self, exit_code: u8, error: Option<String>) {
        self.end_stage();
        (self.finished_at, self.seconds, self.exit_code, self.error) = (clock::now(), seconds(self.begun), exit_code, error);
        let Self { week, papers, links, repositories, points, requests, .. } = self;
        let counts = [("papers", *papers), ("links", *links), ("repositories", *repositories)].map(|(name, count)| Some((name, count?)));
        let spent = [("points", *points), ("requests", *requests)].map(|spent| Some(spent).filter(|(_, count)| *count > 0));
        let counts: Vec<String> = counts.into_iter().chain(spent).flatten().map(|(name, count)| format!("{name} {count}")).collect();
        let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
        info!(
            target: PROGRESS,
            version = self.version,
            schema_version = self.schema_version,
            pipeline = self.pipeline,
            %week,
            started_at = self.started_at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
            finished_at = self.finished_at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
            exit_code,
            error = self.error,
            papers,
            links,
            rejects = self.rejects,
            repositories,
            repositories_live = self.repositories_live,
            repositories_not_found = self.repositories_not_found,
            repositories_blocked = self.repositories_blocked,
            repositories_unknown = self.repositories_unknown,
            coverage = self.coverage,
            min_coverage = self.min_coverage,
            answers_owed = self.answers_owed,
            points,
            requests,
            seconds = self.seconds,
            seconds_sources = self.stages.seconds_sources,
            seconds_papers = self.stages.seconds_papers,
            seconds_asking = self.stages.seconds_asking,
            seconds_citation_counts = self.stages.seconds_citation_counts,
            seconds_links = self.stages.seconds_links,
            seconds_tables = self.stages.seconds_tables,
            "the run of {week} has ended with exit code {exit_code} after {:.1} s{counts}",
            self.seconds,
        );
    }

    /// Returns one line of JSON.
    fn json(&self) -> Result<String> {
        Ok(visible::json(&serde_json::to_string(self)?).into_owned() + "\n")
    }
}

/// Returns the seconds since a time, in milliseconds' precision.
fn seconds(begun: Instant) -> f64 {
    begun.elapsed().as_millis() as f64 / 1_000.0
}

/// The file of `--summary`, with a line for each week that the command has run.
pub(crate) struct SummaryFile {
    path: PathBuf,
    /// A pipe or a device, which is written directly; `None` for a file, which appears when it is whole.
    device: Option<File>,
    lines: String,
}

impl SummaryFile {
    /// Checks that the file can be written, and removes an earlier summary, so that no one takes it for that of this run.
    ///
    /// # Errors
    /// When it can't be written, or is a file that is not a summary.
    pub(crate) fn begin(path: &Path) -> Result<Self> {
        ensure!(!path.is_dir(), "{} is a folder: name a file with --summary", path.display());
        weeks::check_outside(path)?;
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()); // a link stays, and what it leads to is replaced
        let device = match fs::metadata(&path) {
            Ok(known) if !known.is_file() => Some(waiting(|| OpenOptions::new().write(true).open(&path))),
            _ => None,
        };
        let device = device.transpose().with_context(|| format!("cannot write {}", path.display()))?;
        if device.is_none() {
            remove_earlier(&path)?;
            atomic::temporary(&path)?;
        }
        Ok(Self { path, device, lines: String::new() })
    }

    fn add(&mut self, line: &str) -> Result<()> {
        if let Some(device) = &mut self.device {
            return device.write_all(line.as_bytes()).with_context(|| atomic::no_room(self.path.display()));
        }
        self.lines += line;
        atomic::write(&self.path, self.lines.as_bytes())
    }
}

/// Removes an earlier summary.
///
/// # Errors
/// When the file is anything else.
fn remove_earlier(path: &Path) -> Result<()> {
    let mut start = [0; BEGIN.len()];
    let Ok(mut file) = File::open(path) else { return Ok(()) };
    let length = file.read(&mut start).with_context(|| format!("cannot read {}", path.display()))?;
    ensure!(start[..length] == BEGIN[..length], "{} is not the summary of a run: name another file with --summary, or remove it", path.display());
    fs::remove_file(path).with_context(|| format!("cannot replace {}", path.display()))
}

/// The beginning of each summary.
const BEGIN: &[u8] = b"{\"version\":";

/// Stores figures beside the state and in the file of `--summary`. A failure is reported, and does not change the result of the run.
pub(crate) fn store(figures: &Figures, state: &Path, summary: Option<&mut SummaryFile>) {
    let stored = figures.json().and_then(|line| {
        let last = store_last(state, &line);
        summary.map_or(Ok(()), |summary| summary.add(&line)).and(last)
    });
    if let Err(error) = stored {
        warn!("the figures of the run are not stored: {error:#}");
    }
}

fn store_last(state: &Path, line: &str) -> Result<()> {
    let path = beside(state);
    // A relative path may lead through another mount than the temporary file's, which is absolute.
    let written = absolute(&path).and_then(|place| atomic::write_private(&place, line.as_bytes()));
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// Returns the figures of the last run with a state; `None` if there was none since figures are stored.
///
/// # Errors
/// When the file beside the state can't be read.
pub(crate) fn last(state: &Path) -> Result<Option<serde_json::Value>> {
    let path = beside(state);
    if !path.exists() {
        return Ok(None);
    }
    let read = files::read(&path).map_err(anyhow::Error::from).and_then(|bytes| Ok(serde_json::from_slice(&bytes)?));
    read.map(Some).with_context(|| format!("cannot read {}: remove it; the next run writes it again", path.display()))
}

/// Returns the path of the last run's figures.
fn beside(state: &Path) -> PathBuf {
    files::beside(state, ".last-run.json")
}
