//! Reading values out of JSON records, leniently where formats differ and strictly where it matters.

use super::Body;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde_json::{Map, Value};

/// A record as an object.
///
/// # Errors
/// Invalid UTF-8, invalid JSON, or JSON that is no object.
pub(super) fn object(body: &Body<'_>) -> Result<Map<String, Value>, String> {
    match body {
        Body::Fields(fields) => Ok(fields.clone()),
        Body::Json(bytes) => {
            let text = std::str::from_utf8(bytes).map_err(|e| format!("invalid UTF-8 at byte {} of the record", e.valid_up_to()))?;
            match serde_json::from_str(text) {
                Ok(Value::Object(fields)) => Ok(fields),
                Ok(_) => Err("no JSON object".to_owned()),
                Err(error) => Err(format!("invalid JSON: {error}")),
            }
        }
    }
}

/// A text, trimmed; absent where it is empty, null, or no text.
pub(super) fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    match fields.get(name)? {
        Value::String(text) => Some(text.trim()).filter(|t| !t.is_empty()).map(str::to_owned),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, also where it is written as text.
pub(super) fn integer(fields: &Map<String, Value>, name: &str) -> Option<i64> {
    match fields.get(name)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The day of a date or a time that begins with `YYYY-MM-DD`. Read by hand: every record has one or two, and chrono's parser takes longer than that of a
/// record's texts.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes().first_chunk::<10>()? else { return None };
    let number = |digits: &[u8]| digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')));
    let year = i32::try_from(number(&[*y1, *y2, *y3, *y4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[*m1, *m2])?, number(&[*d1, *d2])?)
}

/// The day of an arXiv version: `Mon, 2 Apr 2007 19:18:42 GMT`, or an ISO date.
pub(super) fn version_day(created: &str) -> Option<NaiveDate> {
    let other = || DateTime::parse_from_rfc2822(created).ok().map(|t| t.to_utc().date_naive()).or_else(|| day(created));
    day_in_greenwich(created).or_else(other)
}

/// The day of `Mon, 2 Apr 2007 19:18:42 GMT`, whose zone needs no reckoning: every record of arXiv has one.
fn day_in_greenwich(moment: &str) -> Option<NaiveDate> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = moment.strip_suffix(" GMT")?.split(' ').skip(1);
    let (day, name, year) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?.parse().ok()?);
    let month = (1..).zip(MONTHS).find_map(|(number, month)| (month == name).then_some(number))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// A moment: RFC 3339, or a date and a time without a zone (UTC), or a day (its first moment).
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.to_utc());
    }
    let zoneless = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"].iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    zoneless.or_else(|| text.parse::<NaiveDate>().ok().map(|day| day.and_time(chrono::NaiveTime::MIN))).map(|moment| moment.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_chrono_reads_it() {
        for text in [
            "2007-04-02",
            "2007-04-02T19:18:42Z",
            "2000-02-29",
            "1999-02-29",
            "2007-13-01",
            "2007-4-2",
            "20070402",
            "07-04-0200",
            "",
            "2007-04-0é",
            "+007-04-02",
        ] {
            let expected = text.get(..10).filter(|day| day.as_bytes().iter().all(|byte| byte.is_ascii_digit() || *byte == b'-'));
            assert_eq!(day(text), expected.filter(|day| day.find('-') == Some(4)).and_then(|day| day.parse().ok()), "{text}");
        }
    }

    #[test]
    fn a_version_has_its_day_in_every_form() {
        let day = NaiveDate::from_ymd_opt(2007, 4, 2);
        for created in ["Mon, 2 Apr 2007 19:18:42 GMT", "Mon, 02 Apr 2007 19:18:42 GMT", "Mon, 2 Apr 2007 23:18:42 +0200", "2007-04-02", "2007-04-02T19:18:42Z"]
        {
            assert_eq!(version_day(created), day, "{created}");
        }
        assert_eq!(version_day("Mon, 31 Feb 2007 19:18:42 GMT"), None);
    }
}
