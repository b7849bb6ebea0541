//! The whole road, against a small server of this test's own.
//!
//! `host` is the server; `answers` what comes of good and partial replies; `limits` limits and bad tokens;
//! `app` asking as a GitHub App; `failures` what breaks, redirects, silence and the caller's wish to end.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod answers;
mod app;
mod failures;
mod host;
mod limits;
mod real_replies;
