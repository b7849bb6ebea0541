//! Readers of Parquet and Arrow that panic on some damaged files: the panic becomes an error, and prints nothing.

use anyhow::{Result, anyhow};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// True while a panic of this thread is expected.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Returns the result of `read`. After a panic in `read`, the caller must not use again what it read with.
///
/// # Errors
/// Those of `read`, and an error in place of a panic.
pub fn catch_panics<T>(read: impl FnOnce() -> Result<T>) -> Result<T> {
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
