//! Asks a source's host as it wants to be asked: with a pause between requests, waiting when a reply says so, a few tries and no more.

use super::fetch::innermost;
use anyhow::{Result, bail};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use std::time::Duration;
use tokio::time::Instant;

/// Tries at one request, and the longest wait that a host may ask for.
const MAX_TRIES: u32 = 5;
const MAX_WAIT: Duration = Duration::from_secs(600);

/// How one host is asked.
pub(crate) struct Polite {
    client: reqwest::Client,
    /// Between the end of a request and the next one.
    pause: Duration,
    /// Before the second try; the next ones wait twice as long each.
    first_wait: Duration,
    not_before: Option<Instant>,
}

impl Polite {
    pub(crate) fn new(client: reqwest::Client, pause: Duration, first_wait: Duration) -> Self {
        Self { client, pause, first_wait, not_before: None }
    }

    /// A successful reply.
    ///
    /// # Errors
    /// When the host refuses, does not answer, or wants a longer wait than a run has patience for.
    pub(crate) async fn get(&mut self, url: &str) -> Result<Response> {
        let mut wait = self.first_wait;
        for is_last in (1..=MAX_TRIES).map(|attempt| attempt == MAX_TRIES) {
            if let Some(moment) = self.not_before {
                tokio::time::sleep_until(moment).await;
            }
            let answer = self.client.get(url).send().await;
            let told = answer.as_ref().ok().and_then(|reply| told_wait(reply.headers()));
            self.not_before = Some(Instant::now() + told.unwrap_or(self.pause).min(MAX_WAIT));
            let failure = match answer {
                Ok(reply) if reply.status().is_success() => return Ok(reply),
                Ok(reply) if !may_pass(reply.status()) => bail!("HTTP {}", reply.status()),
                Ok(reply) => anyhow::anyhow!("HTTP {}", reply.status()),
                // Nobody is there: that does not pass in seconds, and a person without a network should not wait for it.
                Err(error) if error.is_connect() => return Err(innermost(error)),
                Err(error) => innermost(error),
            };
            if is_last || told.is_some_and(|told| told > MAX_WAIT) {
                return Err(failure);
            }
            if told.is_none() {
                self.not_before = Some(Instant::now() + wait.max(self.pause));
            }
            wait *= 2;
        }
        bail!("no answer")
    }
}

fn may_pass(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// `Retry-After: 30`; or `RateLimit: "api";r=0;t=30`, nothing left for thirty seconds (draft-ietf-httpapi-ratelimit-headers).
fn told_wait(headers: &HeaderMap) -> Option<Duration> {
    let text = |value: Option<&reqwest::header::HeaderValue>| value.and_then(|value| value.to_str().ok()).map(str::to_owned);
    if let Some(seconds) = text(headers.get(RETRY_AFTER)).and_then(|seconds| seconds.trim().parse().ok()) {
        return Some(Duration::from_secs(seconds));
    }
    let limit = text(headers.get("ratelimit"))?;
    let value = |name: &str| limit.split(';').find_map(|part| part.trim().strip_prefix(name)?.trim().parse::<u64>().ok());
    (value("r=")? == 0).then(|| value("t=")).flatten().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(name: &'static str, value: &'static str) -> Option<u64> {
        told_wait(&HeaderMap::from_iter([(reqwest::header::HeaderName::from_static(name), value.parse().unwrap())])).map(|wait| wait.as_secs())
    }

    #[test]
    fn a_wait_is_read_from_either_header() {
        assert_eq!(wait("retry-after", "30"), Some(30));
        assert_eq!(wait("ratelimit", "\"api\";r=0;t=55"), Some(55));
        assert_eq!(wait("ratelimit", "\"api\";r=12;t=55"), None);
        assert_eq!(wait("ratelimit", "nonsense"), None);
    }
}
