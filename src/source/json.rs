//! JSON records as objects, and moments.

use super::Body;
use super::loose::{Loose, OfJson};
use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use starcite_core::Date;

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

/// Reads a field of an object.
pub(super) fn field<'f, T: OfJson<'f>>(fields: &'f Map<String, Value>, name: &str) -> Loose<T> {
    fields.get(name).and_then(|value| Loose::deserialize(value).ok()).unwrap_or_default()
}

/// A moment: RFC 3339, or a date and a time without a zone (UTC), or a day (its first moment).
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.to_utc());
    }
    let zoneless = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"].iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let day = || Date::read(text).filter(|_| !text.contains(':'))?.day;
    zoneless.or_else(|| day().map(|day| day.and_time(NaiveTime::MIN))).map(|moment| moment.and_utc())
}
