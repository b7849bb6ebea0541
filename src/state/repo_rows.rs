//! What is believed of each repository as of a week: one row a repository, and its stars week by week.

use super::State;
use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use starcite_core::{RepoFacts, RepoName, RepoState, Week};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// A row of `repos`.
#[derive(Debug, Clone)]
pub(crate) struct RepoRow {
    pub(crate) name: RepoName,
    pub(crate) repo_id: Option<i64>,
    pub(crate) node_id: Option<String>,
    pub(crate) aliases: Vec<RepoName>,
    pub(crate) state: RepoState,
    pub(crate) state_reason: Option<String>,
    /// What was observed; `None` where nothing was (most of a large run: kept small).
    facts: Option<Box<RepoFacts>>,
    pub(crate) stars_7d: Option<i64>,
    pub(crate) stars_28d: Option<i64>,
    pub(crate) stars_source: Option<String>,
    pub(crate) observed_at: Option<DateTime<Utc>>,
    pub(crate) observed_by: Option<String>,
    pub(crate) asked_at: Option<DateTime<Utc>>,
    pub(crate) last_error: Option<String>,
    /// Whether an ambiguous link may mean it: it is a row of the table only if some link does.
    pub(crate) is_reading: bool,
}

impl RepoRow {
    /// What was observed; all unknown where nothing was.
    pub(crate) fn facts(&self) -> &RepoFacts {
        static UNKNOWN: LazyLock<RepoFacts> = LazyLock::new(RepoFacts::default);
        self.facts.as_deref().unwrap_or(&UNKNOWN)
    }
}

/// Rows by the keys of all names that lead to them.
pub(crate) fn by_name(rows: &[RepoRow]) -> HashMap<String, &RepoRow> {
    rows.iter().flat_map(|row| std::iter::once(&row.name).chain(&row.aliases).map(move |name| (name.key(), row))).collect()
}

/// A row of `stars`.
#[derive(Debug, Clone)]
pub(crate) struct StarsRow {
    pub(crate) repo: RepoName,
    pub(crate) repo_id: Option<i64>,
    pub(crate) week: Week,
    pub(crate) added: Option<i64>,
    pub(crate) total: i64,
    pub(crate) source: String,
}

/// The newest time that a repository was asked about.
#[derive(Debug, Clone, Default)]
struct AskSummary {
    asked_at: Option<DateTime<Utc>>,
    reason: Option<String>,
    error: Option<String>,
}

/// One stored observation.
struct Seen {
    at: DateTime<Utc>,
    by: String,
    name: String,
    state: RepoState,
    state_reason: Option<String>,
    facts: RepoFacts,
}

/// A row of `repos` and `names` in the state.
struct Identity {
    id: i64,
    host: String,
    repo_id: Option<i64>,
    node_id: Option<String>,
    names: Vec<String>,
    is_reading: bool,
}

impl State {
    /// Every repository that had a name by the end of the week, sorted by name, with its weeks of stars.
    ///
    /// An observation counts until seven days after the week's end. The host's own answer goes before a third party's,
    /// whatever their dates: who keeps the repository knows whether it is there.
    pub(crate) fn repo_rows(&self, week: Week) -> Result<(Vec<RepoRow>, Vec<StarsRow>)> {
        let mut rows = Vec::new();
        let mut stars = Vec::new();
        for identity in self.identities(week)? {
            let seen = self.observations_of(identity.id, week)?;
            let asks = self.last_ask(identity.id, week)?;
            let row = repo_row(&identity, &seen, asks, week)?;
            stars.extend(star_weeks(&row, &seen, week));
            rows.push(row);
        }
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        stars.sort_by(|a: &StarsRow, b| (&a.repo, a.week).cmp(&(&b.repo, b.week)));
        Ok((rows, stars))
    }

    fn identities(&self, week: Week) -> Result<Vec<Identity>> {
        let mut by_id: BTreeMap<i64, Identity> = BTreeMap::new();
        let mut query = self.db.prepare_cached(
            "SELECT r.id, r.host, r.host_number, r.node_id, n.name, n.key IN (SELECT key FROM readings WHERE week <= ?2)
             FROM names n JOIN repos r ON r.id = n.repo WHERE n.since < ?1 ORDER BY n.key",
        )?;
        let mut rows = query.query((week.observations_close().timestamp_micros(), week.number()))?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            let new = Identity { id, host: row.get(1)?, repo_id: row.get(2)?, node_id: row.get(3)?, names: Vec::new(), is_reading: false };
            let identity = by_id.entry(id).or_insert(new);
            identity.names.push(row.get(4)?);
            identity.is_reading |= row.get::<_, bool>(5)?;
        }
        Ok(by_id.into_values().collect())
    }

    /// What was observed until the week's observations close, oldest first.
    fn observations_of(&self, repo: i64, week: Week) -> Result<Vec<Seen>> {
        let mut query = self.db.prepare_cached(
            "SELECT observed_at, observed_by, name, state, state_reason, facts FROM observations WHERE repo = ?1 AND observed_at < ?2 ORDER BY observed_at, observed_by",
        )?;
        let mut rows = query.query((repo, week.observations_close().timestamp_micros()))?;
        let mut seen = Vec::new();
        while let Some(row) = rows.next()? {
            let (state, facts): (String, String) = (row.get(3)?, row.get(5)?);
            seen.push(Seen {
                at: time(row.get(0)?)?,
                by: row.get(1)?,
                name: row.get(2)?,
                state: RepoState::parse(&state).context("a repository's state in the state file")?,
                state_reason: row.get(4)?,
                facts: serde_json::from_str(&facts).context("a repository's facts in the state file")?,
            });
        }
        Ok(seen)
    }

    fn last_ask(&self, repo: i64, week: Week) -> Result<AskSummary> {
        let mut query = self.db.prepare_cached("SELECT asked_at, reason, error FROM asks WHERE repo = ?1 AND asked_at < ?2 ORDER BY asked_at DESC LIMIT 1")?;
        let mut rows = query.query((repo, week.observations_close().timestamp_micros()))?;
        match rows.next()? {
            None => Ok(AskSummary::default()),
            Some(row) => Ok(AskSummary { asked_at: Some(time(row.get(0)?)?), reason: row.get(1)?, error: row.get(2)? }),
        }
    }
}

fn time(micros: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros).context("a time in the state file")
}

fn repo_row(identity: &Identity, seen: &[Seen], ask: AskSummary, week: Week) -> Result<RepoRow> {
    let by_host = seen.iter().rev().find(|s| s.by == identity.host);
    let newest = by_host.or(seen.last());
    let written = newest.map_or(identity.names[0].as_str(), |s| s.name.as_str());
    let name = RepoName::parse(written)?;
    let aliases = identity.names.iter().filter_map(|n| RepoName::parse(n).ok()).filter(|n| n.key() != name.key()).collect();
    let unanswered = ask.reason.clone().unwrap_or_else(|| "not_asked".to_owned());
    let gained = |days| newest.and_then(|s| gained(seen, s, days, week));
    Ok(RepoRow {
        name,
        repo_id: identity.repo_id,
        node_id: identity.node_id.clone(),
        aliases,
        state: newest.map_or(RepoState::Unknown, |s| s.state),
        state_reason: newest.map_or(Some(unanswered), |s| s.state_reason.clone()),
        facts: newest.map(|s| Box::new(s.facts.clone())),
        stars_7d: gained(7),
        stars_28d: gained(28),
        stars_source: gained(7).or(gained(28)).and(newest).map(|s| format!("observations of {}", s.by)),
        observed_at: newest.map(|s| s.at),
        observed_by: newest.map(|s| s.by.clone()),
        asked_at: ask.asked_at,
        last_error: ask.error,
        is_reading: identity.is_reading,
    })
}

/// Stars gained in the days before the newest observation, where the same observer reported stars then, give or take a
/// day in seven, and the newest one is of this week.
fn gained(seen: &[Seen], newest: &Seen, days: i64, week: Week) -> Option<i64> {
    let now = newest.facts.stars?;
    if newest.at < week.start() {
        return None;
    }
    let wanted = newest.at - TimeDelta::days(days);
    let slack = TimeDelta::hours(24 * days / 7);
    let distance = |s: &&Seen| (s.at - wanted).abs();
    let then =
        seen.iter().filter(|s| s.by == newest.by && s.facts.stars.is_some() && (s.at - wanted).abs() <= slack.min(TimeDelta::days(2))).min_by_key(distance)?;
    Some(now - then.facts.stars?)
}

/// The last total of each week, and what was added since the week before where that was observed too, by the same observer.
fn star_weeks(row: &RepoRow, seen: &[Seen], until: Week) -> Vec<StarsRow> {
    let host = row.name.host();
    let mut totals: BTreeMap<Week, (&Seen, i64)> = BTreeMap::new();
    for s in seen {
        let week = Week::of(s.at);
        let host_first = totals.get(&week).is_none_or(|(known, _)| known.by != host || s.by == host);
        if let (Some(total), true) = (s.facts.stars, host_first && week <= until) {
            totals.insert(week, (s, total));
        }
    }
    let week_before = |week: Week| totals.get(&Week::of(week.start() - TimeDelta::days(7)));
    let stars_row = |(week, (s, total)): (&Week, &(&Seen, i64))| StarsRow {
        repo: row.name.clone(),
        repo_id: row.repo_id,
        week: *week,
        added: week_before(*week).filter(|(before, _)| before.by == s.by).map(|(_, before)| total - before),
        total: *total,
        source: s.by.clone(),
    };
    totals.iter().map(stars_row).collect()
}
