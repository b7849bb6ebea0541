//! Answers that a host still has to give, by group of columns.

use super::github::Credentials;
use crate::cli::plan::HostPlan;
use anyhow::Result;
use chrono::{DateTime, Utc};
use starcite_state::{Scope, State};
use std::collections::BTreeMap;

/// Number of repositories that lack an answer, by group of columns; without groups that lack none.
pub(crate) type Missing = BTreeMap<&'static str, u64>;

/// The group with the state of repositories.
pub(crate) const SCALARS: &str = "scalars";

/// The group of old names that are requested again, because they may belong to other repositories now.
pub(crate) const OLD_NAMES: &str = "old_names";

/// Counts the answers that a scope's repositories lack since `since`, for a run that began at `begun`.
///
/// A "not found" that the next run has to confirm is an answer. For repositories that were never requested it is not
/// known which other groups they need, so they count in every group.
pub(super) fn missing(host: &HostPlan, scope: Scope<'_>, since: DateTime<Utc>, begun: DateTime<Utc>, state: &mut State) -> Result<Missing> {
    state.want(scope)?;
    let unknown = state.to_ask(&host.host, since, DateTime::UNIX_EPOCH)?;
    let never_asked = unknown.iter().filter(|one| one.node_id.is_none()).count();
    let mut missing = Missing::from([(SCALARS, unknown.len() as u64)]);
    for part in Credentials::read(host)?.parts_told(host) {
        let of_known = state.to_detail(&host.host, part, since)?.len();
        missing.insert(part.as_str(), (of_known + never_asked) as u64);
    }
    missing.insert(OLD_NAMES, state.names_to_check(&host.host, begun)?.len() as u64);
    missing.retain(|_, repositories| *repositories > 0);
    Ok(missing)
}
