//! The lists of Hugging Face to request: a day, a week, a month, or all days from one to another.

use super::options::OptionSpec;
use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use starcite_core::Week;
use std::fmt;
use std::str::FromStr;

/// The option that names them.
pub(super) static DATES: OptionSpec = OptionSpec {
    name: "dates",
    help: "In place of files ask the service for a day, a week (2026-W23), a month (2026-06) or a range of days (2026-06-01..2026-06-30)",
    chooses: false,
    read: OptionSpec::checked::<Dates>,
    ..OptionSpec::TEXT
};

/// The period of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    Day(NaiveDate),
    Week(Week),
    /// Given by its first day.
    Month(NaiveDate),
}

/// `2026-06-01`, `2026-W23`, `2026-06`, or a range such as `2026-06-01..2026-06-30`, which includes its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dates {
    One(Period),
    /// The first and the last day.
    Range(NaiveDate, NaiveDate),
}

impl Period {
    /// Returns the name of the API's parameter; its value is the period as written.
    pub(crate) fn parameter(self) -> &'static str {
        match self {
            Self::Day(_) => "date",
            Self::Week(_) => "week",
            Self::Month(_) => "month",
        }
    }

    fn first_day(self) -> NaiveDate {
        match self {
            Self::Day(day) | Self::Month(day) => day,
            Self::Week(week) => week.start().date_naive(),
        }
    }

    /// Returns the day after its last one.
    fn end(self) -> NaiveDate {
        let next = match self {
            Self::Day(day) => day.checked_add_days(Days::new(1)),
            Self::Week(week) => Some(week.end().date_naive()),
            Self::Month(day) => day.checked_add_months(Months::new(1)),
        };
        next.unwrap_or(NaiveDate::MAX)
    }

    /// True once the period has begun; the API has no list before that.
    pub(crate) fn has_begun(self, now: DateTime<Utc>) -> bool {
        self.first_day() <= now.date_naive()
    }

    /// True once the period is over; its list no longer changes.
    pub(crate) fn is_over(self, now: DateTime<Utc>) -> bool {
        self.end() <= now.date_naive()
    }
}

impl Dates {
    /// Returns the lists to request: the one of a day, a week or a month; of a range that of each day.
    pub(crate) fn lists(self) -> Vec<Period> {
        match self {
            Self::One(period) => vec![period],
            Self::Range(first, last) => first.iter_days().take_while(|day| *day <= last).map(Period::Day).collect(),
        }
    }

    /// Returns their first and their last day.
    pub(crate) fn ends(self) -> (NaiveDate, NaiveDate) {
        match self {
            Self::One(period) => (period.first_day(), period.end().pred_opt().unwrap_or(NaiveDate::MAX)),
            Self::Range(first, last) => (first, last),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Week(week) => week.fmt(f),
            Self::Month(day) => day.format("%Y-%m").fmt(f),
        }
    }
}

impl fmt::Display for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(period) => period.fmt(f),
            Self::Range(first, last) => write!(f, "{first}..{last}"),
        }
    }
}

/// Reads a period in its exact form: chrono alone would accept `2026-6-1` as well.
fn period(text: &str) -> Option<Period> {
    let day = || text.parse().ok().map(Period::Day);
    let week = || text.parse().ok().map(Period::Week);
    let month = || format!("{text}-01").parse().ok().map(Period::Month);
    day().or_else(week).or_else(month).filter(|period| period.to_string() == text)
}

impl FromStr for Dates {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is no day (2026-06-01), week (2026-W23), month (2026-06) or range of them (2026-06-01..2026-06-30)");
        let Some((first, last)) = text.split_once("..") else {
            return period(text).map(Self::One).ok_or_else(bad);
        };
        let (first, last) = period(first).zip(period(last)).ok_or_else(bad)?;
        let last_day = last.end().pred_opt().ok_or_else(bad)?;
        if last_day < first.first_day() {
            return Err(format!("{text:?} ends before it begins: write the earlier day first"));
        }
        Ok(Self::Range(first.first_day(), last_day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(text: &str) -> Vec<String> {
        let asked = |period: &Period| format!("{}={period}", period.parameter());
        text.parse::<Dates>().unwrap().lists().iter().map(asked).collect()
    }

    #[test]
    fn a_day_a_week_and_a_month_are_lists_of_their_own_and_a_range_is_its_days() {
        assert_eq!(lists("2026-06-01"), ["date=2026-06-01"]);
        assert_eq!(lists("2026-W23"), ["week=2026-W23"]);
        assert_eq!(lists("2026-06"), ["month=2026-06"]);
        assert_eq!(lists("2026-05-31..2026-06-01"), ["date=2026-05-31", "date=2026-06-01"]);
        assert_eq!(lists("2026-06-01..2026-06-01"), ["date=2026-06-01"]);
        assert_eq!(lists("2026-02..2026-02").len(), 28);
        assert_eq!(lists("2026-W23..2026-W24").len(), 14);
    }

    #[test]
    fn what_is_no_date_is_refused_with_what_is_allowed() {
        for text in ["", "..", "2026", "2026-6-1", "2026-13", "2026-02-30", "2026-W54", "2026-06-01..", "2026-06-01...2026-06-02", " 2026-06"] {
            let refused = text.parse::<Dates>().unwrap_err();
            assert!(refused.contains("2026-06-01..2026-06-30"), "{text}: {refused}");
        }
        assert!("2026-06-02..2026-06-01".parse::<Dates>().unwrap_err().contains("ends before it begins"));
    }

    #[test]
    fn a_period_is_over_with_its_last_day() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let period = |text: &str| period(text).unwrap();
        for (text, begins, ends) in
            [("2026-06-01", "2026-06-01", "2026-06-02"), ("2026-W23", "2026-06-01", "2026-06-08"), ("2026-12", "2026-12-01", "2027-01-01")]
        {
            let (begins, ends) = (at(&format!("{begins}T00:00:00Z")), at(&format!("{ends}T00:00:00Z")));
            let second = chrono::TimeDelta::seconds(1);
            assert!(!period(text).has_begun(begins - second) && period(text).has_begun(begins), "{text}");
            assert!(!period(text).is_over(ends - second) && period(text).is_over(ends), "{text}");
        }
    }
}
