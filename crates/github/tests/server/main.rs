//! Tests the whole client against a small server of its own.
//!
//! `host` is the server; `answers` tests complete and partial replies; `limits` limits and bad tokens;
//! `app` requests as a GitHub App; `failures` failures, redirects, silence and the caller's shutdown.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod answers;
mod app;
mod failures;
mod host;
mod limits;
mod real_replies;
