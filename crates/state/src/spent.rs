//! Points and requests that an account has spent on a week, stored so that a restart knows the rest of the budget.

use super::{Damaged, State};
use anyhow::{Context, Result};
use rusqlite::Connection;
use starcite_core::Week;
use std::collections::BTreeMap;

/// Prefix of their keys.
const SPENT: &str = "spent/";

impl State {
    /// Returns what an account has spent on a week.
    pub fn spent(&self, week: Week, account: &str) -> Result<u64> {
        self.meta(&key(week, account))?.map_or(Ok(0), |spent| spent.parse().context(Damaged("a number of points")))
    }

    /// Stores what an account has spent on a week.
    pub fn set_spent(&self, week: Week, account: &str, spent: u64) -> Result<()> {
        self.set_meta(&key(week, account), &spent.to_string())
    }
}

fn key(week: Week, account: &str) -> String {
    format!("{SPENT}{week}/{account}")
}

/// Returns what all accounts together have spent, by week.
pub fn by_week(db: &Connection) -> Result<BTreeMap<String, u64>> {
    let mut query = db.prepare("SELECT substr(key, length(?1) + 1), CAST(value AS INTEGER) FROM meta WHERE substr(key, 1, length(?1)) = ?1")?;
    let rows = query.query_map([SPENT], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
    let mut by_week = BTreeMap::new();
    for row in rows {
        let (key, spent) = row?;
        *by_week.entry(key.split('/').next().unwrap_or_default().to_owned()).or_default() += spent.unsigned_abs();
    }
    Ok(by_week)
}
