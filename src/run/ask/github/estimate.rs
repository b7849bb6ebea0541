//! Cost and duration of a run's requests, estimated from GitHub's limits and from values learnt in earlier runs.

use super::account::Credentials;
use super::{SIZES, load_saved};
use crate::cli::plan::HostPlan;
use anyhow::Result;
use chrono::{DateTime, Utc};
use starcite_core::Part;
use starcite_github::Sizes;
use starcite_ground::clock;
use starcite_state::{Scope, State};

/// The cost of one part.
#[derive(Debug, Clone)]
pub(crate) struct Estimate {
    pub(crate) part: Part,
    pub(crate) repositories: usize,
    pub(crate) queries: usize,
    /// Points, or requests over REST.
    pub(crate) cost: u64,
    pub(crate) is_rest: bool,
    pub(crate) seconds: f64,
}

/// Number of concurrent requests, and the seconds of work that GitHub allows in a minute.
const AT_ONCE: f64 = 4.0;
const MINUTE: f64 = 60.0;
/// GitHub's limits an hour: points, and requests without a token.
const POINTS_AN_HOUR: f64 = 5_000.0;
const ANONYMOUS_AN_HOUR: f64 = 60.0;

/// Estimates the requests of a run, part by part; leaves out parts without requests, except the scalars.
pub(crate) fn estimate(host: &HostPlan, scope: Scope<'_>, since: DateTime<Utc>, state: &mut State) -> Result<Vec<Estimate>> {
    let account = Credentials::read(host)?;
    let is_somebody = account.is_somebody();
    let sizes: Sizes = load_saved(state, SIZES)?.unwrap_or_default();
    state.want(scope)?;
    let unknown = state.to_ask(&host.host, since, clock::now())?;
    let fresh = unknown.iter().filter(|one| one.node_id.is_none()).count();
    let mut estimates = vec![of(Part::Scalars, unknown.len(), &sizes, is_somebody)];
    for part in account.parts_told(host) {
        let known = state.to_detail(&host.host, part, since)?.len();
        estimates.push(of(part, known + fresh, &sizes, is_somebody));
    }
    estimates.retain(|one| one.repositories > 0 || one.part == Part::Scalars);
    Ok(estimates)
}

fn of(part: Part, repositories: usize, sizes: &Sizes, is_somebody: bool) -> Estimate {
    let is_rest = part == Part::Stars || !is_somebody;
    let load_saved = sizes.of(part);
    let queries = if is_rest { repositories } else { repositories.div_ceil(load_saved.size) };
    let whole = repositories.checked_div(load_saved.size).unwrap_or(0) as u64 * sizes.cost(part, load_saved.size);
    let rest = repositories % load_saved.size;
    let cost = if is_rest { queries as u64 } else { whole + if rest > 0 { sizes.cost(part, rest) } else { 0 } };
    let work = queries as f64 * if is_rest { 0.3 } else { load_saved.seconds };
    // Four requests share a minute's work; the rest waits for the next minute.
    let working = if work <= MINUTE { work / AT_ONCE } else { work };
    let an_hour = if is_somebody { POINTS_AN_HOUR } else { ANONYMOUS_AN_HOUR };
    let waiting = (cost as f64 / an_hour).ceil().max(1.0) - 1.0;
    Estimate { part, repositories, queries, cost, is_rest, seconds: working.max(waiting * 3_600.0) }
}
