//! Weeks that were run.

use super::{Damaged, State};
use anyhow::{Context, Result};
use rusqlite::OptionalExtension;
use starcite_core::Week;
use starcite_ground::clock;

/// Prefix of the keys of weeks that were run, with or without papers.
const RUN: &str = "run/";

impl State {
    /// Records that a week was run, with the ids of its runs, of which one is in place: the earlier one, until this one has replaced it.
    pub fn add_week_run(&self, week: Week, run_ids: &[&str]) -> Result<()> {
        self.set_meta(&format!("{RUN}{week}"), &run_ids.join(" "))
    }

    /// True if this state made that run of a week. A week from before the ids of runs were stored is recognised by its papers.
    pub fn made(&self, week: Week, run_id: &str) -> Result<bool> {
        match self.meta(&format!("{RUN}{week}"))? {
            Some(run_ids) => Ok(run_ids.is_empty() || run_ids.split(' ').any(|known| known == run_id)),
            None => Ok(self.db.query_row("SELECT EXISTS (SELECT 1 FROM seen WHERE week = ?1)", [week.number()], |row| row.get(0))?),
        }
    }

    /// Returns the newest week that was run, or brought papers, and has not begun: the clock was ahead then, or is slow now.
    pub fn week_ahead(&self) -> Result<Option<Week>> {
        self.newest_run(Some(Week::of(clock::horizon())), None)
    }

    /// Returns the last week before `week` that was run; of weeks from before this was recorded, those that brought papers.
    pub fn week_run_before(&self, week: Week) -> Result<Option<Week>> {
        self.newest_run(None, Some(week))
    }

    /// Returns the newest week between two, both excluded.
    fn newest_run(&self, after: Option<Week>, before: Option<Week>) -> Result<Option<Week>> {
        let after_key = after.map_or_else(|| RUN.to_owned(), |week| format!("{RUN}{week}"));
        let before_key = before.map_or_else(|| format!("{RUN}~"), |week| format!("{RUN}{week}"));
        let newest = "SELECT MAX(key) FROM meta WHERE key > ?1 AND key < ?2";
        let run: Option<String> = self.db.query_row(newest, (after_key, before_key), |row| row.get(0)).optional()?.flatten();
        let run = run.map(|key| key[RUN.len()..].parse().context(Damaged("a week"))).transpose()?;
        let numbers = (after.map_or(i32::MIN, Week::number), before.map_or(i32::MAX, Week::number));
        let brought: Option<i32> = self.db.query_row("SELECT MAX(week) FROM seen WHERE week > ?1 AND week < ?2", numbers, |row| row.get(0))?;
        let brought = brought.map(|number| Week::from_number(number).context(Damaged("a week"))).transpose()?;
        Ok(run.max(brought))
    }
}
