//! Reads large records into types: skips unused fields, and borrows texts from the record.

use super::Body;
use serde::Deserialize;
use simd_json::ErrorType;
use std::cell::RefCell;

thread_local! {
    /// The buffers that simd-json needs to parse a record, reused for the next one.
    static BUFFERS: RefCell<simd_json::Buffers> = RefCell::default();
}

/// Reads a record.
///
/// # Errors
/// When it is invalid JSON, or has a field of another type.
pub(super) fn record<'a, T: Deserialize<'a>>(body: &'a mut Body<'_>) -> Result<T, String> {
    let Body::Json(bytes) = body else { return Err("no JSON".to_owned()) };
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err("no JSON object".to_owned()); // a list would be taken for the fields in their order
    }
    let record = BUFFERS.with_borrow_mut(|buffers| simd_json::serde::from_slice_with_buffers(bytes, buffers));
    record.map_err(|error| reason(&error))
}

/// Returns the reason why a record can't be read.
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

/// Returns a text without the whitespace around it; `None` if nothing is left.
pub(super) fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
