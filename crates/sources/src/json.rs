//! JSON as people write it: records as objects, repair of text that no parser takes, and timestamps.

use super::Body;
use super::loose::{Loose, OfJson};
use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use starcite_core::Date;

/// Returns a record as an object.
///
/// # Errors
/// When it is invalid UTF-8, invalid JSON, or JSON that is not an object.
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

/// Reads a record; repairs one that is not JSON and reads it once more. Halves of surrogate pairs become U+FFFD at once, because some
/// parsers leave them out. `spare` is room for a copy, because parsers change what they read.
///
/// # Errors
/// When values are nested too deeply; those of `read`.
pub(super) fn read<T>(record: &mut [u8], spare: &mut Vec<u8>, mut read: impl FnMut(&mut [u8]) -> Result<T, String>) -> Result<T, String> {
    if is_too_deep(record) {
        return Err(format!("more than {DEPTH} values in each other"));
    }
    replace_half_pairs(record);
    spare.clear();
    spare.extend_from_slice(record);
    read(record).or_else(|reason| {
        let mut mended = mended(spare).and_then(|value| serde_json::to_vec(&value).ok()).ok_or(reason)?;
        read(&mut mended)
    })
}

/// Reads a service's reply, repaired if that is needed.
///
/// # Errors
/// When it is neither JSON nor anything close to it.
pub(super) fn value(text: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(text).or_else(|error| {
        let mut text = text.to_vec();
        replace_half_pairs(&mut text);
        mended(&text).ok_or(error)
    })
}

/// The deepest nesting of values, as in `serde_json`, because each takes room on the stack.
const DEPTH: usize = 127;

/// True if values are nested more deeply.
fn is_too_deep(bytes: &[u8]) -> bool {
    if opening_brackets(bytes) <= DEPTH {
        return false; // nearly every record: it has not even so many arrays and objects
    }
    let (mut depth, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' if depth == DEPTH => return true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b'"' => at = text_end(bytes, at),
            _ => {}
        }
    }
    false
}

/// Counts `[` and `{`, letters that differ in one bit. Without branches, by as many bytes at a time as a register holds.
fn opening_brackets(bytes: &[u8]) -> usize {
    let of_chunk = |chunk: &[u8]| usize::from(chunk.iter().map(|byte| u8::from(byte | 0x20 == b'{')).sum::<u8>());
    bytes.chunks(usize::from(u8::MAX)).map(of_chunk).sum()
}

/// Replaces each half of a surrogate pair that is alone (`\ud83d`) by U+FFFD, in place.
fn replace_half_pairs(json: &mut [u8]) {
    let unit = |json: &[u8], at: usize| {
        let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', json.get(at..).unwrap_or_default()) {
        at += found;
        at += match (unit(json, at), unit(json, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                json[at + 2..at + 6].copy_from_slice(b"fffd");
                6
            }
            _ => 2,
        };
    }
}

/// Reads JSON with what Python and others add to it: `NaN` and `Infinity` are null, of a duplicate key the last value counts, a number that
/// is too large for any type is a text. `None` if it is still not JSON.
fn mended(json: &[u8]) -> Option<Value> {
    let (mut out, mut at) = (Vec::with_capacity(json.len()), 0);
    while let Some(byte) = json.get(at) {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let end = match byte {
            b'"' => text_end(json, at + 1),
            byte if is_word(byte) => at + json[at..].iter().take_while(|byte| is_word(byte)).count(),
            _ => at + 1,
        };
        let token = &json[at..end];
        match token {
            b"NaN" | b"-NaN" | b"Infinity" | b"-Infinity" => out.extend_from_slice(b"null"),
            [b'-' | b'0'..=b'9', ..] if is_too_large(token) => {
                out.push(b'"');
                out.extend_from_slice(token);
                out.push(b'"');
            }
            _ => out.extend_from_slice(token),
        }
        at = end;
    }
    serde_json::from_slice(&out).ok()
}

fn is_too_large(number: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(number) else { return false };
    let is_whole = text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
    text.parse().is_ok_and(f64::is_infinite) || is_whole && text.parse::<i64>().is_err() && text.parse::<u64>().is_err()
}

/// Finds the end of the text that begins there.
pub(super) fn text_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        at += 1; // the escaped byte
    }
    bytes.len()
}

/// Reads a timestamp: RFC 3339, or a date and a time without a zone (UTC), or a day (its first instant).
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.to_utc());
    }
    let zoneless = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"].iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let day = || Date::read(text).filter(|_| !text.contains(':'))?.day;
    zoneless.or_else(|| day().map(|day| day.and_time(NaiveTime::MIN))).map(|moment| moment.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_of_pairs_are_replaced_and_nothing_else() {
        for (written, read_as) in [
            (r"\ud83d", r"\ufffd"),
            (r"\uD83D x \uDE00", r"\ufffd x \ufffd"),
            (r"\ud83d\ude00", r"\ud83d\ude00"),
            (r"\ud83d\ud83d\ude00", r"\ufffd\ud83d\ude00"),
            (r"\ude00\ud83d", r"\ufffd\ufffd"),
            (r"\ud83d\u0041", r"\ufffd\u0041"),
            (r"\\ud83d", r"\\ud83d"),
            (r"\\\ud83d", r"\\\ufffd"),
            (r"\ud83", r"\ud83"),
            (r"\u00e9\n", r"\u00e9\n"),
            (r"\", r"\"),
        ] {
            let mut json = written.as_bytes().to_vec();
            replace_half_pairs(&mut json);
            assert_eq!(String::from_utf8(json).unwrap(), read_as, "{written}");
        }
    }

    #[test]
    fn what_others_write_beside_json_is_read() {
        for (written, read_as) in [
            ("{\"a\": NaN, \"b\": [-Infinity,Infinity,NaN]}", "{\"a\":null,\"b\":[null,null,null]}"),
            ("{\"a\": \"NaN, \\\"Infinity\"}", "{\"a\":\"NaN, \\\"Infinity\"}"),
            ("{\"a\": 1, \"a\": 2}", "{\"a\":2}"),
            ("[1e999, -123456789012345678901234567890, 18446744073709551615, 1.5]", "[\"1e999\",\"-123456789012345678901234567890\",18446744073709551615,1.5]"),
        ] {
            assert_eq!(mended(written.as_bytes()).unwrap().to_string(), read_as, "{written}");
        }
        for json in ["{\"a\": NaNa}", "{\"a\": nan}", "{\"a\": }", "{'a': 1}", "{\"a\": 1} 2", "", "NaN}"] {
            assert_eq!(mended(json.as_bytes()), None, "{json}");
        }
        assert_eq!(value(br#"{"a": "\ud83d", "b": NaN}"#).unwrap().to_string(), "{\"a\":\"\u{fffd}\",\"b\":null}");
        assert!(value(b"<html>").is_err());
    }

    #[test]
    fn a_record_that_is_too_deep_is_told_by_every_parser_and_brackets_in_texts_are_none() {
        type Parser = fn(&mut [u8]) -> Result<Value, String>;
        let parsers: [Parser; 2] = [
            |json| simd_json::serde::from_slice(json).map_err(|error| error.to_string()),
            |json| serde_json::from_slice(json).map_err(|error| error.to_string()),
        ];
        let nested = |levels: usize, more: &str| format!("{{\"a\": {}1{}{more}}}", "[".repeat(levels), "]".repeat(levels));
        for parse in parsers {
            let read = |text: String| read(&mut text.into_bytes(), &mut Vec::new(), parse);
            for more in ["", ", \"b\": NaN"] {
                assert!(read(nested(DEPTH - 1, more)).is_ok());
                assert_eq!(read(nested(DEPTH, more)).unwrap_err(), "more than 127 values in each other");
            }
            assert!(read(nested(1_000_000, "")).is_err());
            assert!(read(format!("{{\"a\": \"{}\", \"b\": \"\\\\\"}}", "[\\\"{".repeat(1000))).is_ok());
            assert!(read("{\"a\": \"\\".to_owned()).is_err());
        }
    }

    proptest! {
        #[test]
        fn json_is_what_it_was_when_it_is_mended(text in "\\PC*", number in any::<f64>(), whole in any::<i64>()) {
            let json = serde_json::json!({"a": [text, number, whole, null, {"b": true}]});
            let mut written = json.to_string().into_bytes();
            replace_half_pairs(&mut written);
            prop_assert_eq!(serde_json::from_slice::<Value>(&written).unwrap(), serde_json::from_str::<Value>(&json.to_string()).unwrap());
            prop_assert_eq!(mended(&written), serde_json::from_slice::<Value>(&written).ok());
        }
    }
}
