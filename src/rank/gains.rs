//! Stars that repositories gained in one week and in four, from the weeks of the table `stars`.

use anyhow::Result;
use chrono::{Days, NaiveDate};
use polars::prelude::DataFrame;
use starcite_core::Week;
use starcite_rows::{Stars, Text, view};
use starcite_tables::read_rows;
use std::collections::HashMap;

/// Number of weeks that are used: four, and the one before them for the initial total.
const WEEKS: usize = 5;

view! {
    /// The columns of `stars` that gains are computed from.
    pub(crate) struct StarWeek<'a> of Stars {
        pub(crate) repo: Text<'a>,
        pub(crate) week_start: NaiveDate,
        pub(crate) added: Option<i64>,
        pub(crate) total: Option<i64>,
        pub(crate) source: Text<'a>,
    }
}

/// Stars week by week, the newest first.
pub(crate) struct Gains {
    /// The newest week is the one with this day, because hosts begin their weeks on other days than Monday.
    thursday: NaiveDate,
    weeks: HashMap<String, [Option<Known>; WEEKS]>,
    sources: Vec<String>,
}

#[derive(Clone, Copy)]
struct Known {
    added: Option<i64>,
    total: Option<i64>,
    source: usize,
}

impl Gains {
    /// Creates gains without rows, whose newest week is `week`.
    pub(crate) fn until(week: Week) -> Self {
        let monday = week.start().date_naive();
        Self { thursday: monday.checked_add_days(Days::new(3)).unwrap_or(monday), weeks: HashMap::new(), sources: Vec::new() }
    }

    /// Adds a row, if it is of one of the used weeks.
    pub(crate) fn add(&mut self, row: &StarWeek<'_>) {
        let Some(back) = self.back(row.week_start) else { return };
        let known = Known { added: row.added, total: row.total, source: self.source(&row.source) };
        match self.weeks.get_mut(&*row.repo) {
            Some(weeks) => weeks[back] = Some(known),
            None => {
                let mut weeks = [None; WEEKS];
                weeks[back] = Some(known);
                self.weeks.insert(row.repo.as_ref().to_owned(), weeks);
            }
        }
    }

    /// Returns the gains in the rows of a part of `stars`.
    pub(super) fn with(&self, frame: &DataFrame) -> Result<Self> {
        let mut gains = Self { thursday: self.thursday, weeks: HashMap::new(), sources: Vec::new() };
        for row in read_rows::<StarWeek<'_>>(frame)? {
            gains.add(&row?);
        }
        Ok(gains)
    }

    /// Adds the gains of another part.
    pub(super) fn join(&mut self, other: Self) {
        let sources: Vec<usize> = other.sources.iter().map(|source| self.source(source)).collect();
        for (repo, weeks) in other.weeks {
            let known = self.weeks.entry(repo).or_default();
            for (known, week) in known.iter_mut().zip(weeks) {
                *known = week.map(|week| Known { source: sources[week.source], ..week }).or(*known);
            }
        }
    }

    /// Returns the number of weeks between a week and the newest one, if the week is used.
    fn back(&self, start: NaiveDate) -> Option<usize> {
        usize::try_from((self.thursday - start).num_days().div_euclid(7)).ok().filter(|back| *back < WEEKS)
    }

    fn source(&mut self, name: &str) -> usize {
        self.sources.iter().position(|known| known == name).unwrap_or_else(|| {
            self.sources.push(name.to_owned());
            self.sources.len() - 1
        })
    }

    /// Returns stars gained in one week and in four; `None` is unknown.
    pub(crate) fn of(&self, repo: &str) -> (Option<i64>, Option<i64>) {
        self.weeks.get(repo).map_or((None, None), |weeks| (gained(weeks, 1), gained(weeks, 4)))
    }
}

/// Sums the weekly gains; if one of them is missing, returns the difference of the totals, if both have the same observer.
fn gained(weeks: &[Option<Known>; WEEKS], count: usize) -> Option<i64> {
    let added = || weeks[..count].iter().map(|week| week.as_ref()?.added).sum::<Option<i64>>();
    let grown = || {
        let (now, before) = (weeks[0].as_ref()?, weeks[count].as_ref()?);
        (now.source == before.source).then_some(now.total? - before.total?)
    };
    added().or_else(grown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gains(rows: &[(&str, Option<i64>, Option<i64>, &str)]) -> (Option<i64>, Option<i64>) {
        let mut gains = Gains::until("2026-W25".parse().unwrap());
        for (start, added, total, source) in rows {
            gains.add(&StarWeek { repo: "github.com/o/n".into(), week_start: start.parse().unwrap(), added: *added, total: *total, source: (*source).into() });
        }
        gains.of("github.com/o/n")
    }

    #[test]
    fn weeks_that_begin_on_sunday_are_counted_as_the_week_that_holds_their_thursday() {
        let week = |start, added| (start, Some(added), None, "stargazers/history");
        let rows = [week("2026-05-24", 1), week("2026-05-31", 2), week("2026-06-07", 3), week("2026-06-14", 4), week("2026-06-21", 100)];
        assert_eq!(gains(&rows), (Some(4), Some(10)), "the week that begins on the last day is no whole one");
    }

    #[test]
    fn a_week_that_nobody_observed_is_bridged_by_the_totals_of_one_observer() {
        let week = |start, total, source| (start, None, Some(total), source);
        let (now, before) = (week("2026-06-15", 90, "hf"), week("2026-05-18", 50, "hf"));
        assert_eq!(gains(&[before, now]), (None, Some(40)));
        assert_eq!(gains(&[week("2026-05-18", 50, "other"), now]), (None, None));
        assert_eq!(gains(&[before]), (None, None), "nothing is known of this week");
    }
}
