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

/// The day of a date or a time.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    text.get(..10).and_then(|day| day.parse().ok())
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
    fn a_version_has_its_day_in_every_form() {
        let day = NaiveDate::from_ymd_opt(2007, 4, 2);
        for created in ["Mon, 2 Apr 2007 19:18:42 GMT", "Mon, 02 Apr 2007 19:18:42 GMT", "Mon, 2 Apr 2007 23:18:42 +0200", "2007-04-02", "2007-04-02T19:18:42Z"]
        {
            assert_eq!(version_day(created), day, "{created}");
        }
        assert_eq!(version_day("Mon, 31 Feb 2007 19:18:42 GMT"), None);
    }
}
