//! Facts believed of each repository as of a week: one row a repository, and its stars week by week.

use super::repos::TOLD;
use super::stars::AddedStars;
use super::told;
use super::{Damaged, State, close_of};
use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rusqlite::OptionalExtension;
use starcite_core::{Part, RepoFacts, RepoName, RepoState, StateReason, Week};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// A row of `repos`.
#[derive(Debug, Clone)]
pub struct RepoRow {
    /// Its number in the state.
    pub id: i64,
    /// Its name today.
    pub name: RepoName,
    /// The host's number.
    pub repo_id: Option<i64>,
    /// The host's opaque id.
    pub node_id: Option<String>,
    /// Other names that lead to it.
    pub aliases: Vec<RepoName>,
    /// Its state.
    pub state: RepoState,
    /// The reason of the state, if it was reported; see [`reason`](Self::reason).
    pub state_reason: Option<StateReason>,
    /// The observed facts; `None` if there are none. Boxed, because most rows of a large run have none.
    pub facts: Option<Box<RepoFacts>>,
    /// Stars gained in the 7 days before the observation.
    pub stars_7d: Option<i64>,
    /// Stars gained in the 28 days before the observation.
    pub stars_28d: Option<i64>,
    /// The source of the gains.
    pub stars_source: Option<String>,
    /// The time of the observation.
    pub observed_at: Option<DateTime<Utc>>,
    /// The observer: the host, or a third party.
    pub observed_by: Option<String>,
    /// The time of the newest request to the host.
    pub asked_at: Option<DateTime<Utc>>,
    /// The reason why the newest request had no answer.
    pub last_error: Option<String>,
    /// The oldest time at which a part other than the scalars was observed.
    pub details_at: Option<DateTime<Utc>>,
    /// The parts besides the scalars that the host has reported, one bit each.
    pub parts: u8,
    /// The time at which its name was taken over from another repository, and that one's number.
    pub reassigned: Option<(DateTime<Utc>, Option<i64>)>,
    /// The newest archive of its code, as that archive's record says.
    pub archived_copy: Option<String>,
    /// True if it has no name left, because another repository has taken it. Links made before still mean this one.
    pub is_former: bool,
}

impl RepoRow {
    /// Returns the row of a repository that the state knows only from links.
    pub fn unasked(name: RepoName) -> Self {
        Self {
            id: 0,
            name,
            repo_id: None,
            node_id: None,
            aliases: Vec::new(),
            state: RepoState::Unknown,
            state_reason: None,
            facts: None,
            stars_7d: None,
            stars_28d: None,
            stars_source: None,
            observed_at: None,
            observed_by: None,
            asked_at: None,
            last_error: None,
            details_at: None,
            parts: 0,
            reassigned: None,
            archived_copy: None,
            is_former: false,
        }
    }

    /// True if a part is known, false if there is none because the repository is gone, blocked or empty; `None` if it is unknown.
    pub fn knows(&self, part: Part) -> Option<bool> {
        let is_known = if part == Part::Scalars { self.state != RepoState::Unknown } else { self.parts & bit(part) != 0 };
        let is_absent = !matches!(self.state, RepoState::Live | RepoState::Unknown) || self.facts().is_empty == Some(true);
        if is_known { Some(true) } else { is_absent.then_some(false) }
    }

    /// Returns the reason of its state, unless that is `live`; `asked` are the hosts that the program asks.
    pub fn reason(&self, asked: &[&str]) -> Option<StateReason> {
        match (self.state, self.state_reason) {
            (RepoState::Unknown, Some(reason)) if asked.contains(&self.name.host()) => Some(reason),
            (RepoState::Unknown, _) => Some(unasked(&self.name, asked)),
            (_, reason) => reason,
        }
    }

    /// Returns the observed facts; all are unknown if there are none.
    pub fn facts(&self) -> &RepoFacts {
        static UNKNOWN: LazyLock<RepoFacts> = LazyLock::new(RepoFacts::default);
        self.facts.as_deref().unwrap_or(&UNKNOWN)
    }
}

fn bit(part: Part) -> u8 {
    1 << part as u8
}

/// Returns the reason why a repository is unknown that was never requested.
pub fn unasked(name: &RepoName, asked: &[&str]) -> StateReason {
    if asked.contains(&name.host()) { StateReason::NotAsked } else { StateReason::HostNotAsked }
}

/// Rows by the keys of all names that lead to them; and by the names that they had before another repository took them.
pub struct ByName<'a> {
    now: HashMap<String, &'a RepoRow>,
    before: HashMap<String, (DateTime<Utc>, &'a RepoRow)>,
}

impl<'a> ByName<'a> {
    /// Indexes rows by their names.
    pub fn of(rows: &'a [RepoRow]) -> Self {
        let named = |former: bool| rows.iter().filter(move |row| row.is_former == former);
        let all = |row: &'a RepoRow| std::iter::once(&row.name).chain(&row.aliases).map(move |name| (name.key(), row));
        let now: HashMap<String, &RepoRow> = named(false).flat_map(all).collect();
        let taken = |key: &str| now.get(key).and_then(|row| row.reassigned).map(|(at, _)| at);
        let before = named(true).filter_map(|row| Some((row.name.key(), (taken(&row.name.key())?, row)))).collect();
        Self { now, before }
    }

    /// Returns the row that a name leads to today.
    pub fn get(&self, name: &RepoName) -> Option<&'a RepoRow> {
        self.now.get(&name.key()).copied()
    }

    /// Returns the row that a link means that was first seen in a week.
    pub fn meant(&self, name: &RepoName, first_week: Week) -> Option<&'a RepoRow> {
        let key = name.key();
        let before = self.before.get(&key).filter(|(taken, _)| first_week.start() < *taken).map(|(_, row)| *row);
        before.or_else(|| self.now.get(&key).copied())
    }
}

/// A row of `stars`.
#[derive(Debug, Clone)]
pub struct StarsRow {
    /// The repository.
    pub repo: RepoName,
    /// The host's number.
    pub repo_id: Option<i64>,
    /// The first day of the week.
    pub start: NaiveDate,
    /// Stars added day by day, if the host reports them.
    pub days: Option<Vec<i64>>,
    /// Stars added in the week.
    pub added: Option<i64>,
    /// The last total observed in the week.
    pub total: Option<i64>,
    /// The observer of the totals, or the part of the API that lists what was added.
    pub source: String,
}

/// The newest request for a repository.
#[derive(Debug, Clone, Default)]
struct AskSummary {
    asked_at: Option<DateTime<Utc>>,
    reason: Option<StateReason>,
    error: Option<String>,
}

/// One stored observation.
struct Seen {
    part: Part,
    at: DateTime<Utc>,
    by: String,
    name: String,
    state: RepoState,
    state_reason: Option<StateReason>,
    facts: RepoFacts,
}

/// A row of `repos` and `names` in the state.
struct Identity {
    id: i64,
    host: String,
    repo_id: Option<i64>,
    node_id: Option<String>,
    names: Vec<String>,
    reassigned: Option<(DateTime<Utc>, Option<i64>)>,
    is_former: bool,
}

impl State {
    /// Returns every repository that was observed or requested by the end of the week, sorted by name, with its weeks of stars. A
    /// repository that became known later is only a name in links to the week, even when the week is run again.
    ///
    /// An observation counts until seven days after the week's end. The host's own answer takes precedence over a third party's, whatever
    /// their dates, because the host knows whether the repository exists.
    pub fn repo_rows(&self, week: Week) -> Result<(Vec<RepoRow>, Vec<StarsRow>)> {
        let mut rows = Vec::new();
        let mut stars = Vec::new();
        self.for_each_repo_row(week, |row, its_stars| {
            stars.extend(its_stars);
            rows.push(row);
            Ok(())
        })?;
        rows.sort_by(|a, b| (a.is_former, &a.name).cmp(&(b.is_former, &b.name)));
        stars.sort_by(|a: &StarsRow, b| (&a.repo, a.start).cmp(&(&b.repo, b.start)));
        Ok((rows, stars))
    }

    /// Returns the row of a repository that the state knows only from links and archives.
    pub fn unasked_row(&self, name: RepoName, week: Week) -> Result<RepoRow> {
        let archived_copy = self.archived_copy(std::slice::from_ref(&name), week)?;
        Ok(RepoRow { archived_copy, ..RepoRow::unasked(name) })
    }

    /// Calls `take` with the same rows one by one, in no useful order.
    pub fn for_each_repo_row(&self, week: Week, mut take: impl FnMut(RepoRow, Vec<StarsRow>) -> Result<()>) -> Result<()> {
        for identity in self.identities(week)? {
            let (row, stars) = self.repo_row(&identity, week)?;
            if row.observed_at.is_some() || row.asked_at.is_some() || row.is_former || row.reassigned.is_some() {
                take(row, stars)?;
            }
        }
        Ok(())
    }

    /// Returns the row of one repository, and its weeks of stars.
    fn repo_row(&self, identity: &Identity, week: Week) -> Result<(RepoRow, Vec<StarsRow>)> {
        let (parts, seen): (Vec<Seen>, Vec<Seen>) = self.observations_of(identity.id, week)?.into_iter().partition(|seen| seen.part != Part::Scalars);
        let added = self.added_stars(identity.id, week)?;
        let mut row = repo_row(identity, &seen, self.last_ask(identity.id, week)?)?;
        if row.observed_by.as_ref() != Some(&identity.host) && self.is_answered(identity)? {
            (row.repo_id, row.node_id) = (None, None); // the host reported them after the week
        }
        if row.reassigned.is_none() && !row.is_former {
            let names: Vec<RepoName> = std::iter::once(&row.name).chain(&row.aliases).cloned().collect();
            row.archived_copy = self.archived_copy(&names, week)?; // of a name that had two owners it is unknown whose copy it is
        }
        row.add_details(&parts);
        row.add_gains(&seen, &added, week);
        let stars = if added.is_empty() { star_weeks(&row, &seen, week) } else { host_weeks(&row, &seen, &added) };
        Ok((row, stars))
    }

    /// Returns the row of the repository that a name leads to, without holding any other in memory.
    pub fn repo_row_named(&self, name: &RepoName, week: Week) -> Result<Option<RepoRow>> {
        let repo: Option<i64> = self.db.prepare_cached("SELECT repo FROM names WHERE key = ?1")?.query_row([name.key()], |row| row.get(0)).optional()?;
        let identity = repo.map(|repo| self.identities_where(OF_ONE, week, Some(repo))).transpose()?.and_then(|mut found| found.remove(&repo?));
        Ok(identity.map(|identity| self.repo_row(&identity, week)).transpose()?.map(|(row, _)| row))
    }

    fn identities(&self, week: Week) -> Result<Vec<Identity>> {
        Ok(self.identities_where("?2 IS NULL", week, None)?.into_values().collect())
    }

    /// Returns repositories with a name by the end of the week, by their number in the state.
    fn identities_where(&self, condition: &str, week: Week, repo: Option<i64>) -> Result<BTreeMap<i64, Identity>> {
        let mut by_id: BTreeMap<i64, Identity> = BTreeMap::new();
        let mut query = self.db.prepare_cached(&identities(condition))?;
        let mut rows = query.query((close_of(week), repo))?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            let (host, repo_id, node_id) = (row.get(1)?, row.get(2)?, row.get(3)?);
            let new = Identity { id, host, repo_id, node_id, names: Vec::new(), reassigned: None, is_former: false };
            let identity = by_id.entry(id).or_insert(new);
            identity.names.push(row.get(4)?);
        }
        self.add_reassigned(&mut by_id, week)?;
        Ok(by_id)
    }

    /// Marks the repositories that have another one's name, and adds those that lost their only one.
    fn add_reassigned(&self, by_id: &mut BTreeMap<i64, Identity>, week: Week) -> Result<()> {
        let mut query = self.db.prepare_cached(
            "SELECT n.repo, x.at, n.name, f.id, f.host, f.host_number, f.node_id
             FROM reassigned x JOIN names n ON n.key = x.key JOIN repos f ON f.id = x.former WHERE x.at < ?1 ORDER BY x.at, x.key",
        )?;
        let mut rows = query.query([close_of(week)])?;
        while let Some(row) = rows.next()? {
            let (repo, former, repo_id): (i64, i64, Option<i64>) = (row.get(0)?, row.get(3)?, row.get(5)?);
            let at = time(row.get(1)?)?;
            let Some(stranger) = by_id.get_mut(&repo) else { continue };
            stranger.reassigned = Some((at, repo_id));
            let (host, node_id, names) = (row.get(4)?, row.get(6)?, vec![row.get(2)?]);
            by_id.entry(former).or_insert(Identity { id: former, host, repo_id, node_id, names, reassigned: None, is_former: true });
        }
        Ok(())
    }

    /// Returns the observations until the week's observations close, oldest first.
    fn observations_of(&self, repo: i64, week: Week) -> Result<Vec<Seen>> {
        let mut query = self.db.prepare_cached(
            &format!("SELECT observed_at, observed_by, name, state, state_reason, facts, part FROM {TOLD} WHERE {OF_REPO} AND observed_at < ?2 ORDER BY observed_at, observed_by"),
        )?;
        let mut rows = query.query((repo, close_of(week)))?;
        let mut seen = Vec::new();
        while let Some(row) = rows.next()? {
            let (state, facts, part): (String, String, String) = (row.get(3)?, row.get(5)?, row.get(6)?);
            seen.push(Seen {
                part: Part::parse(&part).context(Damaged("a part"))?,
                at: time(row.get(0)?)?,
                by: row.get(1)?,
                name: row.get(2)?,
                state: RepoState::parse(&state).context(Damaged("a repository's state"))?,
                state_reason: row.get::<_, Option<String>>(4)?.map(|name| reason(&name, StateReason::Other)),
                facts: serde_json::from_str(&facts).context(Damaged("a repository's facts"))?,
            });
        }
        Ok(seen)
    }

    /// True if the host itself ever answered about it.
    fn is_answered(&self, identity: &Identity) -> Result<bool> {
        let mut query = self.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM observations WHERE repo = ?1 AND observed_by = ?2)")?;
        Ok(query.query_row((identity.id, &identity.host), |row| row.get(0))?)
    }

    fn last_ask(&self, repo: i64, week: Week) -> Result<AskSummary> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT asked_at, reason, error FROM asks WHERE {OF_REPO} AND asked_at < ?2 ORDER BY asked_at DESC, error IS NULL, part LIMIT 1"
        ))?;
        let mut rows = query.query((repo, close_of(week)))?;
        match rows.next()? {
            None => Ok(AskSummary::default()),
            Some(row) => Ok(AskSummary {
                asked_at: Some(time(row.get(0)?)?),
                reason: row.get::<_, Option<String>>(1)?.map(|name| reason(&name, StateReason::Error)),
                error: row.get(2)?,
            }),
        }
    }
}

/// Returns the reason with that name, or `otherwise`: older versions wrote reasons of the host and of third parties that no longer exist.
fn reason(name: &str, otherwise: StateReason) -> StateReason {
    StateReason::parse(name).unwrap_or(otherwise)
}

/// Returns the query of repositories and their names as of a time.
fn identities(condition: &str) -> String {
    /// The row of a name as of the time, if it got another one later.
    const OWNER: &str = "(SELECT former FROM (
        SELECT at, former FROM reassigned WHERE key = n.key AND at >= ?1 UNION ALL SELECT at, former FROM joined WHERE key = n.key AND at >= ?1)
        ORDER BY at LIMIT 1)";
    format!(
        "SELECT r.id, r.host, r.host_number, r.node_id, n.name
         FROM names n JOIN repos r ON r.id = COALESCE({OWNER}, n.repo) WHERE n.since < ?1 AND {condition} ORDER BY n.key"
    )
}

/// Selects the names that lead to one repository, or led there at some time, through indexes: a test of each name would read all names for each repository.
const OF_ONE: &str = "r.id = ?2 AND n.key IN (
    SELECT key FROM names WHERE repo = ?2 UNION ALL SELECT key FROM reassigned WHERE former = ?2 UNION ALL SELECT key FROM joined WHERE former = ?2)";

/// A repository's rows until a time, including those under names that were found to be its own by then.
const OF_REPO: &str = "(repo = ?1 OR repo IN (SELECT j.former FROM names n JOIN joined j ON j.key = n.key WHERE n.repo = ?1 AND j.at < ?2))";

fn time(micros: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros).context(Damaged("a time"))
}

fn repo_row(identity: &Identity, seen: &[Seen], ask: AskSummary) -> Result<RepoRow> {
    let by_host = seen.iter().rev().find(|s| s.by == identity.host);
    let newest = by_host.or(seen.last());
    let written = newest.map_or(identity.names[0].as_str(), |s| s.name.as_str());
    let name = RepoName::parse(written)?;
    let aliases = identity.names.iter().filter_map(|n| RepoName::parse(n).ok()).filter(|n| n.key() != name.key()).collect();
    let facts = |seen: &Seen| {
        let is_told = seen.by == identity.host && seen.state == RepoState::Live;
        if is_told { told::outright(seen.part, &seen.facts) } else { seen.facts.clone() }
    };
    Ok(RepoRow {
        id: identity.id,
        name,
        repo_id: identity.repo_id,
        node_id: identity.node_id.clone(),
        aliases,
        state: newest.map_or(RepoState::Unknown, |s| s.state),
        state_reason: newest.map_or(ask.reason, |s| s.state_reason),
        facts: newest.map(|s| Box::new(facts(s))),
        stars_7d: None,
        stars_28d: None,
        stars_source: None,
        observed_at: newest.map(|s| s.at),
        observed_by: newest.map(|s| s.by.clone()),
        asked_at: ask.asked_at,
        last_error: ask.error,
        details_at: None,
        parts: 0,
        reassigned: identity.reassigned,
        archived_copy: None,
        is_former: identity.is_former,
    })
}

impl RepoRow {
    /// Adds the host's newest answer to each part besides the scalars, if the repository is live.
    fn add_details(&mut self, parts: &[Seen]) {
        let host = self.name.host().to_owned();
        let (RepoState::Live, Some(facts)) = (self.state, &mut self.facts) else { return };
        let newest: BTreeMap<Part, &Seen> = parts.iter().filter(|part| part.by == host).map(|part| (part.part, part)).collect();
        newest.values().for_each(|part| facts.fill_from(&told::outright(part.part, &part.facts)));
        self.details_at = newest.values().map(|part| part.at).min();
        self.parts = newest.keys().fold(0, |parts, part| parts | bit(*part));
    }

    /// Adds the stars gained: by the host's own history if there is one, otherwise from week by week observations.
    fn add_gains(&mut self, seen: &[Seen], added: &[AddedStars], week: Week) {
        let Some(newest) = seen.iter().rev().find(|s| Some(s.at) == self.observed_at && Some(&s.by) == self.observed_by.as_ref()) else { return };
        let gain = |days| if added.is_empty() { gained(seen, newest, days, week) } else { added_within(added, newest.at, days) };
        let source = if added.is_empty() { format!("observations of {}", newest.by) } else { HISTORY.to_owned() };
        (self.stars_7d, self.stars_28d) = (gain(7), gain(28));
        self.stars_source = self.stars_7d.or(self.stars_28d).map(|_| source);
    }
}

/// The host's own history of stars, as a source.
pub(super) const HISTORY: &str = "stargazers/history";

/// Returns the stars added on the whole days before a time; `None` if the history lacks one of them.
fn added_within(added: &[AddedStars], at: DateTime<Utc>, days: i64) -> Option<i64> {
    let day_of = |week: &AddedStars, day: usize| week.start.date_naive() + TimeDelta::days(day as i64);
    let by_day: BTreeMap<NaiveDate, i64> = added.iter().flat_map(|week| week.days.iter().enumerate().map(move |(day, n)| (day_of(week, day), *n))).collect();
    (1..=days).map(|back| by_day.get(&(at.date_naive() - TimeDelta::days(back)))).sum()
}

/// Returns the weeks of the host's history; a week has a total if the stars were observed in it.
fn host_weeks(row: &RepoRow, seen: &[Seen], added: &[AddedStars]) -> Vec<StarsRow> {
    let total = |week: &AddedStars| seen.iter().rev().find(|s| s.at >= week.start && s.at < week.start + TimeDelta::days(7)).and_then(|s| s.facts.stars);
    let stars_row = |week: &AddedStars| StarsRow {
        repo: row.name.clone(),
        repo_id: row.repo_id,
        start: week.start.date_naive(),
        days: Some(week.days.clone()),
        added: Some(week.added),
        total: total(week),
        source: HISTORY.to_owned(),
    };
    added.iter().map(stars_row).collect()
}

/// Returns the stars gained in the days before the newest observation, if the same observer reported stars then, give or take a day in
/// seven, and the newest observation is of this week.
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

/// Returns the last total of each week, and the stars added since the week before if the same observer reported that one, too.
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
        start: week.start().date_naive(),
        days: None,
        added: week_before(*week).filter(|(before, _)| before.by == s.by).map(|(_, before)| total - before),
        total: Some(*total),
        source: s.by.clone(),
    };
    totals.iter().map(stars_row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_repository_is_found_without_reading_all_names() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&folder.path().join("state.db")).unwrap();
        let mut query = state.db.prepare(&format!("EXPLAIN QUERY PLAN {}", identities(OF_ONE))).unwrap();
        let steps: Vec<String> = query.query_map((0, 1), |row| row.get("detail")).unwrap().map(Result::unwrap).collect();
        let of_names: Vec<&String> = steps.iter().filter(|step| step.split(' ').any(|word| matches!(word, "n" | "names"))).collect();
        assert!(of_names.len() >= 2 && of_names.iter().all(|step| step.starts_with("SEARCH")), "{steps:?}");
    }
}
