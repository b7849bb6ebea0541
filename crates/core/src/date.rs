//! Dates as people and programs write them.

use chrono::{DateTime, Datelike, NaiveDate};

/// A date, as precise as its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// The year, from 1 to 9999.
    pub year: i32,
    /// The day; `None` if the text has only the year, or year and month, and if day and month are ambiguous (`05/06/2026`).
    pub day: Option<NaiveDate>,
}

/// A number of a date.
#[derive(Clone, Copy)]
enum Part {
    /// A number of four digits, which may be 0.
    Year(i32),
    /// A number of one digit or two.
    Number(u32),
}

const MONTHS: [&str; 12] = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

impl Date {
    /// Reads a date; `None` if the text is not a date, such as `n.d.`, `2024-2025` or the 30th of February.
    ///
    /// Forms with a day: `2026-05-12`, alone or followed by anything but a digit, a time of RFC 2822 (its day in UTC), `2026/05/12`, `2026.05.12`,
    /// `12.05.2026` (day, month, year), `12/05/2026` or `12-05-2026` if one of the two numbers can't be a month or both are equal, and
    /// `12 May 2026`, `May 12, 2026`, `2026 May 12` with English names, whole or of three letters. Forms without a day, or with `00` in its place, give the
    /// year: `2026`, `2026-05`, `05/2026`, `May 2026`. A time of day after any of them is ignored.
    ///
    /// ```
    /// use starcite_core::Date;
    /// assert_eq!(Date::read("March 12, 2024").unwrap().day.unwrap().to_string(), "2024-03-12");
    /// assert_eq!(Date::read("05/2026"), Some(Date { year: 2026, day: None }));
    /// assert_eq!(Date::read("forthcoming"), None);
    /// ```
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        iso(text).or_else(|| in_greenwich(text)).map(Self::of_day).or_else(|| Self::unusual(text))
    }

    /// Reads the rare forms.
    fn unusual(text: &str) -> Option<Self> {
        if let Ok(moment) = DateTime::parse_from_rfc2822(text) {
            return Some(Self::of_day(moment.to_utc().date_naive()));
        }
        let date = without_time(text);
        if date.bytes().any(|byte| byte.is_ascii_alphabetic()) { Self::of_words(date) } else { Self::of_numbers(date) }
    }

    fn of_day(day: NaiveDate) -> Self {
        Self { year: day.year(), day: Some(day) }
    }

    fn of_year(year: i32) -> Self {
        Self { year, day: None }
    }

    /// Makes a date of a year from 1 to 9999, a month and a day, each 0 if unknown; `None` if the day or month does not exist.
    pub fn of(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1..=9999).contains(&year) {
            return None;
        }
        if day == 0 { (month <= 12).then_some(Self::of_year(year)) } else { NaiveDate::from_ymd_opt(year, month, day).map(Self::of_day) }
    }

    /// Reads `2026`, `2026-05`, `05/2026`, `2026/05/12`, `12.05.2026`.
    fn of_numbers(text: &str) -> Option<Self> {
        use Part::{Number, Year};
        let separator = text.chars().find(|c| matches!(c, '-' | '/' | '.'));
        let parts = text.split(|c| Some(c) == separator).map(|part| Part::read(part.trim())).collect::<Option<Vec<_>>>()?;
        match parts[..] {
            [Year(year)] => Self::of(year, 0, 0),
            [Year(year), Number(month)] | [Number(month), Year(year)] => Self::of(year, month, 0),
            [Year(year), Number(month), Number(day)] => Self::of(year, month, day),
            [Number(day), Number(month), Year(year)] if separator == Some('.') => Self::of(year, month, day),
            [Number(one), Number(other), Year(year)] => match (Self::of(year, one, other), Self::of(year, other, one)) {
                (Some(date), Some(same)) if date == same => Some(date),
                (Some(_), Some(_)) => Some(Self::of_year(year)),
                (date, other) => date.or(other),
            },
            _ => None,
        }
    }

    /// Reads `May 2026`, `12 May 2026`, `May 12th, 2026`, in any order: a year, the name of a month, and an optional day.
    fn of_words(text: &str) -> Option<Self> {
        let (mut year, mut month, mut day) = (None, None, None);
        for word in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '-' | '/' | '.')).filter(|word| !word.is_empty()) {
            let known = match Part::read(word).or_else(|| Part::ordinal(word)) {
                Some(Part::Year(number)) => year.replace(number).is_some(),
                Some(Part::Number(number)) => day.replace(number).is_some(),
                None => month.replace(month_named(word)?).is_some(),
            };
            if known {
                return None;
            }
        }
        Self::of(year?, month?, day.unwrap_or(0))
    }
}

impl Part {
    fn read(digits: &str) -> Option<Self> {
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        match digits.len() {
            1 | 2 => digits.parse().ok().map(Self::Number),
            4 => digits.parse().ok().map(Self::Year),
            _ => None,
        }
    }

    /// Reads `12th`.
    fn ordinal(word: &str) -> Option<Self> {
        ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending)).and_then(Self::read)
    }
}

/// Reads the day of a date or a time that begins with `YYYY-MM-DD`. Written by hand, because every record has one or two, and chrono's parser takes longer
/// than the parser of a record's texts.
fn iso(text: &str) -> Option<NaiveDate> {
    let (date, behind) = text.as_bytes().split_first_chunk::<10>()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else { return None };
    if behind.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let number = |digits: &[u8]| digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')));
    let year = i32::try_from(number(&[*y1, *y2, *y3, *y4])?).ok()?;
    Date::of(year, number(&[*m1, *m2])?, number(&[*d1, *d2])?)?.day
}

/// Reads the day of `Mon, 2 Apr 2007 19:18:42 GMT`, which needs no conversion to UTC; every record of arXiv has one.
fn in_greenwich(moment: &str) -> Option<NaiveDate> {
    let mut parts = moment.strip_suffix(" GMT")?.split(' ').skip(1);
    let (day, name, year) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?.parse().ok()?);
    Date::of(year, month_named(name)?, day)?.day
}

/// Reads a month by its English name, whole or of three letters, in any case.
pub fn month_named(name: &str) -> Option<u32> {
    let is_of = |month: &str| name.eq_ignore_ascii_case(month) || name.eq_ignore_ascii_case(&month[..3]);
    (1..).zip(MONTHS).find_map(|(number, month)| is_of(month).then_some(number)).or_else(|| name.eq_ignore_ascii_case("sept").then_some(9))
}

/// Returns a date without the time of day: the text before the last whitespace that precedes the first colon.
fn without_time(text: &str) -> &str {
    let before = text.split_once(':').and_then(|(before, _)| before.rsplit_once(char::is_whitespace));
    before.map_or(text, |(date, _)| date).trim().trim_end_matches(',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Option<String> {
        Date::read(text)?.day.map(|day| day.to_string())
    }

    /// Returns the year if the text gives no day.
    fn year(text: &str) -> Option<i32> {
        Date::read(text).filter(|date| date.day.is_none()).map(|date| date.year)
    }

    #[test]
    fn a_day_is_read_in_every_form() {
        for text in [
            "2026-05-12",
            "2026-05-12T19:18:42Z",
            " 2026-05-12 10:00 ",
            "2026-05-12/2026-06-01",
            "2026-5-12",
            "2026/05/12",
            "2026.05.12",
            "12.05.2026",
            "12. 5. 2026",
            "12.05.2026 10:00",
            "12 May 2026",
            "12-MAY-2026",
            "May 12, 2026",
            "May 12th, 2026, 10:00",
            "2026 May 12",
            "Tue, 12 May 2026 19:18:42 GMT",
            "Wed, 13 May 2026 01:18:42 +0200",
        ] {
            assert_eq!(day(text).as_deref(), Some("2026-05-12"), "{text}");
        }
    }

    #[test]
    fn day_and_month_are_told_apart_only_where_they_can_be() {
        for (text, told) in [("12/31/2026", "2026-12-31"), ("31/12/2026", "2026-12-31"), ("5/5/2026", "2026-05-05"), ("13-05-2026", "2026-05-13")] {
            assert_eq!(day(text).as_deref(), Some(told), "{text}");
        }
        for text in ["05/06/2026", "5/6/2026", "12/05/2026", "05-06-2026"] {
            assert_eq!(year(text), Some(2026), "{text}");
        }
    }

    #[test]
    fn of_less_than_a_day_the_year_is_told() {
        for text in ["2026", "2026-05", "2026/05", "2026.5", "05/2026", "5/2026", "05-2026", "May 2026", "Sept. 2026", "2026 Mar", "2026-05-00", "2026-00-00"] {
            assert_eq!(year(text), Some(2026), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "n.d.",
            "forthcoming",
            "in press",
            "2024-2025",
            "2024-25",
            "2026-13",
            "2026-13-01",
            "2026-02-30",
            "1999-02-29",
            "30/02/2026",
            "13/13/2026",
            "2026-111",
            "2026-11-201",
            "20261120",
            "May",
            "12 May",
            "May-June 2026",
            "12-14 May 2026",
            "2024/10-12",
            "0000-00-00",
            "0000",
            "yyyy",
            "20",
            "2026-0é-01",
            "+007-04-02",
            "07-04-0200x",
        ] {
            assert_eq!(Date::read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_day_is_read_as_it_was_written(days in 0..3_652_058_i32) {
            let wanted = NaiveDate::from_num_days_from_ce_opt(days + 1).unwrap();
            let forms = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%-d.%-m.%Y", "%-d %B %Y", "%d %b %Y", "%B %-d, %Y", "%b %d %Y",
                "%Y %b %-d", "%d-%b-%Y", "%a, %-d %b %Y %H:%M:%S GMT"];
            for form in forms {
                let text = wanted.and_time(chrono::NaiveTime::MIN).format(form).to_string();
                prop_assert_eq!(Date::read(&text), Some(Date::of_day(wanted)), "{}", text);
            }
            for form in ["%m/%Y", "%Y/%m", "%Y-%m", "%B %Y", "%b %Y", "%Y %B", "%Y"] {
                let text = wanted.format(form).to_string();
                prop_assert_eq!(Date::read(&text), Some(Date::of_year(wanted.year())), "{}", text);
            }
            for form in ["%d/%m/%Y", "%m/%d/%Y"] {
                let text = wanted.format(form).to_string();
                let is_told = wanted.day() > 12 || wanted.day() == wanted.month();
                prop_assert_eq!(Date::read(&text), Some(Date { year: wanted.year(), day: is_told.then_some(wanted) }), "{}", text);
            }
        }

        #[test]
        fn any_text_is_read_or_is_no_date(text in "\\PC{0,24}|[0-9./, :-]{0,14}|[0-9]{1,4}[-/. ][a-zA-Z]{3,5}[-/. ][0-9]{1,4}") {
            let date = Date::read(&text);
            prop_assert!(date.is_none_or(|date| (1..=9999).contains(&date.year) && date.day.is_none_or(|day| day.year() == date.year)), "{}", text);
        }
    }
}
