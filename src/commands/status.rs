//! `starcite status`: prints the state's counts, waiting requests, spent budgets, and the weeks, as lines or as JSON.

use crate::cli::outcome::Outcome;
use crate::cli::{PlaceArgs, StatusArgs};
use crate::run::figures;
use crate::weeks;
use crate::weeks::Status;
use anyhow::{Result, ensure};
use serde::Serialize;
use serde_json::Value;
use starcite_ground::{terminal, visible};
use starcite_state::{Owner, State, name_the_state};
use std::collections::BTreeMap;

/// The status of a folder of weeks and of its state.
#[derive(Serialize)]
struct Whole {
    version: &'static str,
    /// The state's path, and its contents; `None` for contents of a state that is not there.
    state: String,
    #[serde(flatten)]
    known: Option<Known>,
    weeks: Vec<Status>,
    /// The figures of the last run.
    last_run: Option<Value>,
}

/// The contents of a state.
#[derive(Serialize)]
struct Known {
    pipeline: Option<String>,
    /// Papers with links or promises, and their links.
    papers: u64,
    links: u64,
    repositories: BTreeMap<String, i64>,
    /// Repositories whose last request had no answer, and the last error.
    waiting: usize,
    waiting_error: Option<String>,
    /// The budget that GitHub reported last.
    budget: Option<String>,
    /// Points or requests by week.
    spent: BTreeMap<String, u64>,
    /// The repositories by state, the most frequent state first.
    #[serde(skip)]
    by_state: Vec<(String, i64)>,
}

pub(crate) fn status(args: &StatusArgs) -> Result<Outcome> {
    let place = &args.place;
    let mut whole = Whole::read(place).map_err(|error| name_the_state(error, &place.state()))?;
    whole.last_run = figures::last(&place.state())?;
    if args.json {
        let json = serde_json::to_string(&whole)?;
        terminal::print_data(format!("{}\n", visible::json(&json)).as_bytes())?;
    } else {
        whole.lines().iter().try_for_each(|line| terminal::print_line(line))?;
    }
    Ok(Outcome::Complete)
}

impl Whole {
    fn read(place: &PlaceArgs) -> Result<Self> {
        let (path, weeks) = (place.state(), weeks::statuses(&place.out()));
        ensure!(path.exists() || !weeks.is_empty(), nothing(place));
        let known = if path.exists() { Known::read(&State::open_read_only(&path)?)? } else { None };
        Ok(Self { version: env!("CARGO_PKG_VERSION"), state: path.display().to_string(), known, weeks, last_run: None })
    }

    fn lines(&self) -> Vec<String> {
        let weeks = self.weeks.iter().map(|week| format!("week          {}", week.status));
        let Some(known) = &self.known else {
            let why = if self.weeks.is_empty() { "no run has begun with it" } else { "the next run says how to get it back" };
            return std::iter::once(format!("no state at {}: {why}", self.state)).chain(weeks).collect();
        };
        let mut lines = vec![format!("state         {}", self.state)];
        lines.extend(known.lines());
        lines.extend(self.last_run.as_ref().and_then(unknown));
        lines.extend(weeks);
        if self.weeks.is_empty() {
            lines.push("weeks         none yet".to_owned());
        }
        lines
    }
}

/// Returns the number of unknown repositories of the week that was run last: the state has no row of those that were never asked about.
fn unknown(last_run: &Value) -> Option<String> {
    let count = |name: &str| last_run[name].as_u64();
    let (unknown, all, week) = (count("repositories_unknown")?, count("repositories")?, last_run["week"].as_str()?);
    (unknown > 0).then(|| format!("unknown       {unknown} of {all} repositories of {week}, the week that was run last"))
}

/// Returns the error for a place with no state and no week.
fn nothing(place: &PlaceArgs) -> String {
    let (out, state) = (place.out(), place.state());
    let next = match weeks::deeper(&out) {
        Some(deeper) => format!("{} holds weeks: name it with --out", deeper.display()),
        None => "name the folder of a run with --out, or its state with --state; `starcite run` makes both".to_owned(),
    };
    let is_there = if out.is_dir() { "has no week" } else { "is not there" };
    format!("{} {is_there}, and there is no state {}: {next}", out.display(), state.display())
}

impl Known {
    /// Returns the contents of a state; `None` if no run has begun with it.
    fn read(db: &rusqlite::Connection) -> Result<Option<Self>> {
        if !starcite_state::is_begun(db)? {
            return Ok(None);
        }
        db.execute_batch("BEGIN")?; // one snapshot of all, even while a run writes
        let (papers, links) = starcite_state::linked::counts(db)?;
        let by_state = starcite_state::repos::counts(db)?;
        let failing = starcite_state::repos::failing(db)?;
        Ok(Some(Self {
            pipeline: starcite_state::owner(db)?.map(|Owner { mut names, .. }| names.pop().unwrap_or_default()),
            papers,
            links,
            repositories: by_state.iter().cloned().collect(),
            waiting: failing.len(),
            waiting_error: failing.into_iter().next().map(|(_, error)| error),
            budget: starcite_state::meta(db, "budget")?,
            spent: starcite_state::spent::by_week(db)?,
            by_state,
        }))
    }

    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.pipeline.iter().map(|name| format!("pipeline      {name}")).collect();
        lines.push(format!("papers        {} with links or promises", self.papers));
        lines.push(format!("links         {}", self.links));
        lines.extend(self.by_state.iter().map(|(state, count)| format!("repositories  {count} {state}")));
        let waiting = |error| format!("waiting       {} repositories were asked about without an answer, the last time: {error}", self.waiting);
        lines.extend(self.waiting_error.as_ref().map(waiting));
        lines.push(format!("budget        {}", self.budget.as_deref().unwrap_or("unknown: GitHub was not asked yet")));
        lines.extend(self.spent.iter().map(|(week, spent)| format!("spent         {spent} points or requests on {week}")));
        lines
    }
}
