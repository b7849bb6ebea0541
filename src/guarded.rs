//! Readers of Parquet and Arrow that panic on some damaged files: an error here, and nothing is printed.

use anyhow::{Result, anyhow};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether a panic of this thread is expected.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What `read` gives. Where it fails by a panic, what it was reading with must not be used again.
///
/// # Errors
/// Those of `read`, and its panics.
pub(crate) fn guarded<T>(read: impl FnOnce() -> Result<T>) -> Result<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = take_hook();
        set_hook(Box::new(move |info| {
            if !IS_GUARDED.get() {
                hook(info)
            }
        }));
    });
    IS_GUARDED.set(true);
    let read = catch_unwind(AssertUnwindSafe(read));
    IS_GUARDED.set(false);
    read.unwrap_or_else(|_| Err(anyhow!("it is damaged")))
}
