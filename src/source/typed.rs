//! Reading large records into types: what is not used is skipped, texts are borrowed from the record.

use super::Body;
use super::json::text_end;
use serde::Deserialize;
use simd_json::ErrorType;
use std::cell::RefCell;

thread_local! {
    /// What simd-json needs to parse a record, kept for the next one.
    static BUFFERS: RefCell<simd_json::Buffers> = RefCell::default();
}

/// A record.
///
/// # Errors
/// Invalid JSON, or a field of another type.
pub(super) fn record<'a, T: Deserialize<'a>>(body: &'a mut Body<'_>) -> Result<T, String> {
    let Body::Json(bytes) = body else { return Err("no JSON".to_owned()) };
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err("no JSON object".to_owned()); // a list would be taken for the fields in their order
    }
    if is_too_deep(bytes) {
        return Err(format!("more than {DEPTH} values in each other"));
    }
    let record = BUFFERS.with_borrow_mut(|buffers| simd_json::serde::from_slice_with_buffers(bytes, buffers));
    record.map_err(|error| reason(&error))
}

/// How many values may stand in each other: each takes room on the stack.
const DEPTH: usize = 128;

/// Whether more values stand in each other.
fn is_too_deep(bytes: &[u8]) -> bool {
    if opening_brackets(bytes) <= DEPTH {
        return false; // nearly every record: it has not even so many values that hold others
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

/// How many `[` and `{` there are: letters that differ in one bit. Counted without branches, by as many bytes at a time as a register holds.
fn opening_brackets(bytes: &[u8]) -> usize {
    let of_chunk = |chunk: &[u8]| usize::from(chunk.iter().map(|byte| u8::from(byte | 0x20 == b'{')).sum::<u8>());
    bytes.chunks(usize::from(u8::MAX)).map(of_chunk).sum()
}

/// Why a record can't be read, in words.
fn reason(error: &simd_json::Error) -> String {
    match error.error() {
        ErrorType::InvalidUtf8 => "invalid UTF-8".to_owned(),
        ErrorType::Serde(what) => format!("a value of another type: {what}"),
        what if error.is_data() => {
            let what = format!("{what:?}");
            let expected = what.strip_prefix("Expected").map(|kind| kind.replace("Map", "Object").replace("Signed", "Number"));
            format!("a value of another type: expected {}", expected.unwrap_or(what).to_lowercase())
        }
        _ => format!("invalid JSON at byte {} of the record", error.index()),
    }
}

/// A text without the blanks around it; `None` where nothing is left.
pub(super) fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn a_record_that_is_too_deep_is_told_and_brackets_in_texts_are_none() {
        let read = |text: String| record::<Value>(&mut Body::Json(&mut text.into_bytes()));
        let nested = |levels: usize| format!("{{\"a\": {}1{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(read(nested(DEPTH - 1)).is_ok());
        assert_eq!(read(nested(DEPTH)).unwrap_err(), "more than 128 values in each other");
        assert!(read(nested(1_000_000)).is_err());
        assert!(read(format!("{{\"a\": \"{}\", \"b\": \"\\\\\"}}", "[\\\"{".repeat(1000))).is_ok());
        assert!(read("{\"a\": \"\\".to_owned()).is_err());
    }
}
