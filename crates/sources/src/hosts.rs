//! A run's knowledge of the hosts that sources are fetched from: when a host without a connection is tried again, and when it counts as
//! unreachable. Waits are reported to the user.

use super::rates::{Client, Rate, Rates};
use starcite_ground::parallel_ordered::lock;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// The most connections in a row before a host counts as unreachable: at first, and once it has answered.
const MAX_CONNECTIONS: u32 = 4;
const MAX_RECONNECTIONS: u32 = 8;
/// The wait before the second connection; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Waits double until the sixth.
const MAX_DOUBLINGS: u32 = 5;
/// The share by which a wait may be longer, at random, so that many clients that were cut off at one time come back at different times.
const MAX_JITTER: f64 = 0.25;
/// Other waits are reported if they are at least so long.
const SAID_FROM: Duration = Duration::from_millis(1_500);

/// The hosts of a run; a clone shares them.
#[derive(Clone)]
pub struct Hosts(Arc<Shared>);

struct Shared {
    tell: Box<dyn Fn(&str) + Send + Sync>,
    known: Mutex<HashMap<String, Known>>,
    rates: Rates,
    requests: AtomicU64,
}

/// Knowledge of a host.
#[derive(Default)]
struct Known {
    has_answered: bool,
    /// True if all tries failed: the next time a single one is enough.
    is_unreachable: bool,
    refused_in_a_row: u32,
}

impl Hosts {
    /// Begins without knowledge of any host. `arxiv_interval` is the time between two requests to arXiv, by which tests scale all waits; `tell`
    /// shows a message to the user.
    pub fn new(arxiv_interval: Duration, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(Shared { tell: Box::new(tell), known: Mutex::default(), rates: Rates::new(arxiv_interval), requests: AtomicU64::new(0) }))
    }

    /// Counts a request that is sent.
    pub(super) fn sent(&self) {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the number of requests so far.
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Counts a request that may be sent now; `Err` with the time from which one may be sent.
    pub(super) fn take(&self, client: &Client, rate: Rate) -> Result<(), Instant> {
        self.0.rates.take(client, rate)
    }

    /// Returns a time in the scale of this run.
    pub(super) fn scaled(&self, time: Duration) -> Duration {
        self.0.rates.scaled(time)
    }

    /// Records that a host answers.
    pub(super) fn answered(&self, host: &str) {
        self.with(host, |known| *known = Known { has_answered: true, ..Known::default() });
    }

    /// Records a failed connection, and returns the wait before the next one; `None` if the host counts as unreachable.
    pub(super) fn refused(&self, host: &str, error: &anyhow::Error) -> Option<Duration> {
        let in_a_row = self.with(host, |known| {
            known.refused_in_a_row += 1;
            let most = match (known.is_unreachable, known.has_answered) {
                (true, _) => 1,
                (false, true) => MAX_RECONNECTIONS,
                (false, false) => MAX_CONNECTIONS,
            };
            if known.refused_in_a_row < most {
                return Some(known.refused_in_a_row);
            }
            *known = Known { is_unreachable: true, ..Known::default() };
            None
        })?;
        let wait = self.scaled(FIRST_WAIT) * 2u32.pow((in_a_row - 1).min(MAX_DOUBLINGS));
        let wait = wait + wait.mul_f64(MAX_JITTER * fastrand::f64());
        (self.0.tell)(&format!("no connection to {host} ({error:#}): trying again in {}", seconds(wait)));
        Some(wait)
    }

    /// Reports a wait for a host, unless it is too short to notice.
    pub(super) fn waiting(&self, host: &str, why: &str, wait: Duration) {
        if wait >= SAID_FROM {
            (self.0.tell)(&format!("{host}: {why}: asking again in {}", seconds(wait)));
        }
    }

    fn with<T>(&self, host: &str, change: impl FnOnce(&mut Known) -> T) -> T {
        let mut known = lock(&self.0.known);
        change(known.entry(host.to_owned()).or_default())
    }
}

impl std::fmt::Debug for Hosts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hosts").finish_non_exhaustive()
    }
}

fn seconds(wait: Duration) -> String {
    if wait < Duration::from_secs(10) { format!("{:.1} s", wait.as_secs_f64()) } else { format!("{} s", wait.as_secs()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    /// Returns hosts that wait six seconds at first, and their messages.
    fn hosts() -> (Hosts, Arc<Mutex<Vec<String>>>) {
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&said);
        (Hosts::new(Duration::from_secs(36), move |text| heard.lock().unwrap().push(text.to_owned())), said)
    }

    /// Returns the waits until a host counts as unreachable.
    fn waits(hosts: &Hosts, host: &str) -> Vec<Duration> {
        std::iter::from_fn(|| hosts.refused(host, &anyhow!("refused"))).collect()
    }

    #[test]
    fn waits_double_and_end_and_once_is_enough_afterwards() {
        let (hosts, said) = hosts();
        let found = waits(&hosts, "a");
        let meant = [6, 12, 24].map(Duration::from_secs);
        assert!(found.len() == 3 && found.iter().zip(meant).all(|(found, meant)| *found >= meant && *found <= meant.mul_f64(1.25)), "{found:?}");
        assert!(said.lock().unwrap()[0].starts_with("no connection to a (refused): trying again in "), "{said:?}");
        assert_eq!((waits(&hosts, "a").len(), waits(&hosts, "b").len()), (0, 3));
    }

    #[test]
    fn a_host_that_has_answered_is_tried_longer() {
        let (hosts, _) = hosts();
        assert_eq!(waits(&hosts, "a").len(), 3);
        hosts.answered("a");
        let found = waits(&hosts, "a");
        assert!(found.len() == 7 && found[6] <= Duration::from_secs(6 * 32).mul_f64(1.25), "{found:?}");
    }

    #[test]
    fn short_waits_are_not_said_aloud() {
        let (hosts, said) = hosts();
        hosts.waiting("a", "HTTP 503", Duration::from_secs(1));
        hosts.waiting("a", "HTTP 503", Duration::from_secs(90));
        assert_eq!(*said.lock().unwrap(), ["a: HTTP 503: asking again in 90 s"]);
    }
}
