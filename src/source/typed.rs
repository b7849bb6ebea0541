//! Reading large records into types: what is not used is skipped, texts are borrowed from the record.

use super::Body;
use serde::Deserialize;
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
    let record = BUFFERS.with_borrow_mut(|buffers| simd_json::serde::from_slice_with_buffers(bytes, buffers));
    record.map_err(|error| format!("invalid JSON: {error}"))
}

/// A text without the blanks around it; `None` where nothing is left.
pub(super) fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
