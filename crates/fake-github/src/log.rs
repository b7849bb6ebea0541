//! The log of requests, and the figures computed from it.

use serde::Serialize;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

/// The figures of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Received requests, including refused ones.
    pub requests: u64,
    /// GraphQL points spent.
    pub points: u64,
    /// REST requests that counted.
    pub rest_requests: u64,
    /// Response time of GraphQL, all replies together.
    pub response_seconds: f64,
    /// Seconds from the first request to the end of the last reply.
    pub seconds: f64,
    /// The most requests under way at a time.
    pub most_at_once: u64,
    /// Requests that a limit refused.
    pub refused: u64,
    /// Requests sent while the client knew that none was allowed.
    pub sent_while_forbidden: u64,
    /// Replies with an intended fault.
    pub faults: u64,
    /// Repositories that were answered, each name or id once.
    pub repositories: u64,
    /// Answers that repeated an earlier complete one.
    pub answered_twice: u64,
}

/// The log. It stores only how often each repository was answered.
#[derive(Debug, Default)]
pub(crate) struct Log {
    inner: Mutex<Inner>,
}

/// A request under way. It ends when this is dropped, also if the client has disconnected.
pub(crate) struct UnderWay<'a> {
    log: &'a Log,
    /// Its number, from 1.
    pub(crate) number: u64,
    /// The number of requests under way, including this one.
    pub(crate) at_once: u64,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.log.with(|inner| {
            inner.at_once = inner.at_once.saturating_sub(1);
            inner.summary.seconds = inner.first.map_or(0.0, |first| first.elapsed().as_secs_f64());
        });
    }
}

#[derive(Debug, Default)]
struct Inner {
    summary: Summary,
    first: Option<std::time::Instant>,
    at_once: u64,
    answered: HashMap<(String, u64), u32>,
}

impl Log {
    pub(crate) fn came(&self) -> UnderWay<'_> {
        self.with(|inner| {
            inner.first.get_or_insert_with(std::time::Instant::now);
            inner.at_once += 1;
            inner.summary.requests += 1;
            inner.summary.most_at_once = inner.summary.most_at_once.max(inner.at_once);
            UnderWay { log: self, number: inner.summary.requests, at_once: inner.at_once }
        })
    }

    pub(crate) fn worked(&self, took: Duration) {
        self.with(|inner| inner.summary.response_seconds += took.as_secs_f64());
    }

    pub(crate) fn note(&self, change: impl FnOnce(&mut Summary)) {
        self.with(|inner| change(&mut inner.summary));
    }

    /// Records repositories that were answered in full, with the hash of the selection.
    pub(crate) fn answered(&self, asked: Vec<String>, selection: u64) {
        self.with(|inner| {
            for one in asked {
                *inner.answered.entry((one, selection)).or_default() += 1;
            }
        });
    }

    pub(crate) fn summary(&self) -> Summary {
        self.with(|inner| {
            let repositories: std::collections::HashSet<&str> = inner.answered.keys().map(|(name, _)| name.as_str()).collect();
            let answered_twice = inner.answered.values().map(|times| u64::from(times - 1)).sum();
            Summary { repositories: repositories.len() as u64, answered_twice, ..inner.summary.clone() }
        })
    }

    pub(crate) fn reset(&self) {
        self.with(|inner| *inner = Inner { at_once: inner.at_once, ..Inner::default() });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}
