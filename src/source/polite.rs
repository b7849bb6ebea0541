//! Asks a source's host as it wants to be asked: with a pause between requests, waiting when a reply says so, a few tries and no more.

use super::fetch::innermost;
use anyhow::{Result, anyhow, bail};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
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
    /// The host has said itself how long to wait.
    was_told: bool,
}

/// Why one try brought no reply.
pub(crate) enum Unanswered {
    /// Nobody is there: that does not pass in seconds, and a person without a network should not wait for it.
    Nobody(anyhow::Error),
    /// The host wants a longer wait than a run has patience for.
    TooLong(anyhow::Error),
    MayPass(anyhow::Error),
}

impl Polite {
    pub(crate) fn new(client: reqwest::Client, pause: Duration, first_wait: Duration) -> Self {
        Self { client, pause, first_wait, not_before: None, was_told: false }
    }

    /// A successful reply.
    ///
    /// # Errors
    /// When the host refuses, does not answer, or wants a longer wait than a run has patience for.
    pub(crate) async fn get(&mut self, url: &str) -> Result<Response> {
        let mut wait = self.first_wait;
        for is_last in (1..=MAX_TRIES).map(|attempt| attempt == MAX_TRIES) {
            match self.once(self.request(url)).await {
                Ok(reply) if reply.status().is_success() => return Ok(reply),
                Ok(reply) => bail!("HTTP {}", reply.status()),
                Err(Unanswered::Nobody(error) | Unanswered::TooLong(error)) => return Err(error),
                Err(Unanswered::MayPass(error)) if is_last => return Err(error),
                Err(Unanswered::MayPass(_)) => self.wait(wait),
            }
            wait *= 2;
        }
        bail!("no answer")
    }

    /// A request, to be sent [`once`](Self::once).
    pub(crate) fn request(&self, url: &str) -> RequestBuilder {
        self.client.get(url)
    }

    /// One try, when the host wants to be asked: a reply that would be the same if asked for again, good or bad.
    pub(crate) async fn once(&mut self, request: RequestBuilder) -> Result<Response, Unanswered> {
        if let Some(moment) = self.not_before {
            tokio::time::sleep_until(moment).await;
        }
        let answer = request.send().await;
        let told = answer.as_ref().ok().and_then(|reply| told_wait(reply.headers()));
        self.was_told = told.is_some();
        self.not_before = Some(Instant::now() + told.unwrap_or(self.pause).min(MAX_WAIT));
        match answer {
            Ok(reply) if !may_pass(reply.status()) => Ok(reply),
            Ok(reply) if told.is_some_and(|told| told > MAX_WAIT) => Err(Unanswered::TooLong(anyhow!("HTTP {}", reply.status()))),
            Ok(reply) => Err(Unanswered::MayPass(anyhow!("HTTP {}", reply.status()))),
            Err(error) if error.is_connect() => Err(Unanswered::Nobody(innermost(error))),
            Err(error) => Err(Unanswered::MayPass(innermost(error))),
        }
    }

    /// Lets the next try wait, unless the host has said itself how long.
    pub(crate) fn wait(&mut self, wait: Duration) {
        if !self.was_told {
            self.not_before = Some(Instant::now() + wait.max(self.pause));
        }
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
