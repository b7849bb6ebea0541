//! The ISO week: the unit of export.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An ISO 8601 week, such as `2026-W47`: Monday 00:00 to Sunday 24:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Week {
    monday: NaiveDate,
}

/// A text that is not an ISO week.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an ISO week such as 2026-W47")]
pub struct WeekError(String);

impl Week {
    /// Returns the week that contains a time.
    pub fn of(moment: DateTime<Utc>) -> Self {
        Self::of_date(moment.date_naive())
    }

    /// Returns the week that contains a UTC day.
    pub fn of_date(day: NaiveDate) -> Self {
        let back = Days::new(u64::from(day.weekday().num_days_from_monday()));
        Self { monday: day.checked_sub_days(back).unwrap_or(day) }
    }

    /// Returns the last week that has ended at `now`; a run exports it by default.
    pub fn last_ended(now: DateTime<Utc>) -> Self {
        Self::of(now - TimeDelta::days(7))
    }

    /// Returns Monday 00:00 UTC.
    pub fn start(self) -> DateTime<Utc> {
        self.monday.and_time(chrono::NaiveTime::MIN).and_utc()
    }

    /// Returns the Monday 00:00 UTC after the week: the first time outside it.
    pub fn end(self) -> DateTime<Utc> {
        self.start() + TimeDelta::days(7)
    }

    /// Returns the time at which observations for this week close: seven days after its end.
    pub fn observations_close(self) -> DateTime<Utc> {
        self.end() + TimeDelta::days(7)
    }

    /// Returns the seven UTC days of the week, Monday first.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.monday.iter_days().take(7)
    }

    /// Returns the previous week.
    pub fn before(self) -> Self {
        Self::of(self.start() - TimeDelta::days(7))
    }

    /// Returns the next week.
    pub fn after(self) -> Self {
        Self::of(self.end())
    }

    /// Returns the week as one number with the same order: the days of its Monday since 1 January of the year 1.
    pub fn number(self) -> i32 {
        self.monday.num_days_from_ce()
    }

    /// Returns the week with that [`number`](Self::number); `None` if the number is not that of a Monday.
    pub fn from_number(number: i32) -> Option<Self> {
        let monday = NaiveDate::from_num_days_from_ce_opt(number)?;
        (monday.weekday() == Weekday::Mon).then_some(Self { monday })
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let iso = self.monday.iso_week();
        write!(f, "{:04}-W{:02}", iso.year(), iso.week())
    }
}

impl FromStr for Week {
    type Err = WeekError;

    /// ```
    /// let week: starcite_core::Week = "2025-W26".parse()?;
    /// assert_eq!(week.start().to_rfc3339(), "2025-06-23T00:00:00+00:00");
    /// # Ok::<(), starcite_core::week::WeekError>(())
    /// ```
    fn from_str(text: &str) -> Result<Self, WeekError> {
        let parsed = || {
            let (year, week) = text.split_once("-W")?;
            let is_number = |text: &str, digits| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            if !is_number(year, 4) || !is_number(week, 2) || year == "0000" {
                return None;
            }
            NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::Mon)
        };
        parsed().map(|monday| Self { monday }).ok_or_else(|| WeekError(text.to_owned()))
    }
}

impl TryFrom<String> for Week {
    type Error = WeekError;

    fn try_from(text: String) -> Result<Self, WeekError> {
        text.parse()
    }
}

impl From<Week> for String {
    fn from(week: Week) -> Self {
        week.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_reads_as_it_is_written() {
        for text in ["2025-W26", "2020-W53", "2026-W01"] {
            assert_eq!(text.parse::<Week>().expect("a week").to_string(), text);
        }
        for text in ["2025-W54", "2021-W53", "2025W26", "2025-W6", "", "20255-W01", "0000-W01", "+001-W01", "2025-W+1"] {
            assert!(text.parse::<Week>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_last_ended_week_ends_at_or_before_now() {
        let monday: DateTime<Utc> = "2026-11-23T00:00:00Z".parse().expect("a time");
        assert_eq!(Week::last_ended(monday).to_string(), "2026-W47");
        assert_eq!(Week::last_ended(monday - TimeDelta::seconds(1)).to_string(), "2026-W46");
    }

    #[test]
    fn a_week_survives_its_number() {
        let week: Week = "2025-W26".parse().expect("a week");
        assert_eq!(Week::from_number(week.number()), Some(week));
        assert_eq!(Week::from_number(week.number() + 1), None);
    }
}
