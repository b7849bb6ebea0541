//! A query to a live source.

use super::dates::{DATES, Dates};
use super::options::Options;
use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, Utc};
use starcite_core::Week;
use starcite_ground::sha256;
use starcite_state::State;
use std::path::{Path, PathBuf};

/// A query to a service for papers.
#[derive(Clone, Copy)]
pub struct LiveQuery<'a> {
    pub(super) base_url: &'a str,
    /// The key for the service; empty if it needs none.
    pub(super) key: &'a str,
    pub(super) options: &'a Options,
    /// The week of a run; `None` if the options alone choose the papers.
    pub(super) week: Option<Week>,
    /// The state of a run.
    pub(super) state: Option<&'a State>,
    pub(super) cache: &'a Path,
    pub(super) now: DateTime<Utc>,
}

impl LiveQuery<'_> {
    pub(super) fn dates(&self) -> Option<Dates> {
        self.options.one(&DATES)?.parse().ok()
    }

    /// Returns the first and the last day of the dates, else of the week; `None` for all days.
    pub(super) fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        let of_week = |week: Week| (week.start().date_naive(), week.end().date_naive().pred_opt().unwrap_or(NaiveDate::MAX));
        self.dates().map(Dates::ends).or_else(|| self.week.map(of_week))
    }

    /// Returns the cache folder of a list. One that is not over, and may change, has a folder that is removed first.
    ///
    /// # Errors
    /// When a former folder can't be removed.
    pub(super) fn folder(&self, source: &str, list: &str, is_over: bool) -> Result<PathBuf> {
        let name = &sha256::of(list.as_bytes())[..16];
        let folder = self.cache.join(source).join(if is_over { name.to_owned() } else { format!("{name}.partial") });
        if !is_over && folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        Ok(folder)
    }
}
