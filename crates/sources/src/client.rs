//! Sends requests to a source's host within its limits: at its rate, with a wait when a reply requires one, and a few tries.

use super::hosts::Hosts;
use super::rates::{Client, Rate};
use anyhow::{Result, anyhow, bail};
use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use starcite_ground::clock;
use starcite_ground::http::{self, FullResponse, Refused, Sent, Unread, innermost};
use starcite_ground::interrupt::{self, Interrupted};
use std::time::Duration;
use tokio::time::Instant;
use xxhash_rust::xxh3::xxh3_64;

/// The most tries of one request, and the longest wait of a run.
const MAX_TRIES: u32 = 5;
const MAX_WAIT: Duration = Duration::from_secs(600);
/// The upper limit of a wait that a host names.
const FOREVER: Duration = Duration::from_secs(30 * 86_400);

/// A rate-limited client of one host.
pub struct RateLimitedClient {
    client: reqwest::Client,
    hosts: Hosts,
    rate: Rate,
    not_before: Option<Instant>,
    /// The reason why the next request waits longer than usual, for the user.
    why: Option<String>,
    /// The host of the last request.
    host: String,
    /// A hash of the key of the account that the host knows.
    account: Option<u64>,
    /// The number of times that the last request was sent.
    sent: u32,
}

/// Reason why one try brought no reply.
pub enum Unanswered {
    /// There was no connection: see [`RateLimitedClient::reconnects`].
    Nobody(anyhow::Error),
    /// Another try would not change it: the host requires a longer wait, or sends a longer reply, than a run allows; the user has interrupted it; or
    /// the reply is read, and is not what was requested.
    Final(anyhow::Error),
    /// A redirect is not followed, however often the request is repeated: see [`Refused`].
    Refused(anyhow::Error),
    /// Another try may be answered.
    MayPass(anyhow::Error),
}

impl From<Unanswered> for anyhow::Error {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Nobody(error) | Unanswered::Final(error) | Unanswered::Refused(error) | Unanswered::MayPass(error) => error,
        }
    }
}

impl From<anyhow::Error> for Unanswered {
    fn from(error: anyhow::Error) -> Self {
        Self::Final(error)
    }
}

impl From<Unread> for Unanswered {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::CutOff(error) => Self::MayPass(error),
            Unread::TooLong(error) => Self::Final(error),
        }
    }
}

impl RateLimitedClient {
    /// Creates a client of a host that has this rate.
    pub fn new(client: reqwest::Client, hosts: &Hosts, rate: Rate) -> Self {
        Self { client, hosts: hosts.clone(), rate, not_before: None, why: None, host: String::new(), account: None, sent: 0 }
    }

    /// Returns the client of an account, by its key.
    pub fn of_account(mut self, key: &str) -> Self {
        self.account = Some(xxh3_64(key.as_bytes()));
        self
    }

    /// Returns a complete reply, good or bad; requests one again that is cut off.
    ///
    /// # Errors
    /// When the host does not answer, requires a longer wait than a run allows, or redirects to an address that is not followed ([`Refused`]).
    pub async fn whole(&mut self, request: impl Fn(&reqwest::Client) -> RequestBuilder) -> Result<FullResponse> {
        self.tried(request, async |reply| Ok(http::whole(reply).await?)).await
    }

    /// Returns `read(reply)`; retries when `read` reports a temporary error.
    ///
    /// # Errors
    /// As for [`whole`](Self::whole); any other error of `read`.
    pub async fn read<T>(&mut self, url: &str, read: impl Fn(FullResponse) -> Result<T, Unanswered>) -> Result<T> {
        self.tried(|client| client.get(url), async |reply| read(http::whole(reply).await?)).await
    }

    /// Returns the result of `read`, after a few tries.
    async fn tried<T>(&mut self, request: impl Fn(&reqwest::Client) -> RequestBuilder, read: impl AsyncFn(Response) -> Result<T, Unanswered>) -> Result<T> {
        let (mut tries, mut wait) = (0, self.hosts.scaled(self.rate.first_wait));
        self.sent = 0;
        loop {
            let answer = match self.once(request(&self.client)).await {
                Ok(reply) => read(reply).await,
                Err(unanswered) => Err(unanswered),
            };
            match answer {
                Ok(read) => return Ok(read),
                Err(Unanswered::Final(error)) => return Err(error),
                Err(Unanswered::Refused(error)) => return Err(error.context(format!("cannot ask {}", self.host))),
                Err(Unanswered::Nobody(error)) if self.reconnects(&error) => {}
                Err(Unanswered::Nobody(error)) => return Err(error),
                Err(Unanswered::MayPass(error)) => {
                    tries += 1;
                    if tries == MAX_TRIES {
                        return Err(error);
                    }
                    self.wait(wait, &error);
                    wait *= 2;
                }
            }
        }
    }

    /// Returns a request, to be sent [`once`](Self::once).
    pub fn request(&self, url: &str) -> RequestBuilder {
        self.client.get(url)
    }

    /// Sends one request when the host allows it; returns a reply that a retry would not change, good or bad.
    pub async fn once(&mut self, request: RequestBuilder) -> Result<Response, Unanswered> {
        let request = request.build().map_err(|error| Unanswered::MayPass(innermost(error)))?;
        self.host = request.url().host_str().unwrap_or_default().to_owned();
        self.turn().await?;
        self.sent += 1;
        self.hosts.sent();
        let sent = Sent::begin(request.method(), request.url(), Some(self.sent));
        let answer = sent.reply(self.client.execute(request), |reply| (reply.status(), reply.headers())).await;
        // A successful reply, too, may require a wait before the next request.
        let told = answer.as_ref().ok().and_then(|reply| told_wait(reply.status(), reply.headers(), clock::now()));
        self.why = told.map(|_| "it wants no request for now".to_owned());
        self.not_before = told.map(|wait| Instant::now() + wait);
        if answer.is_ok() {
            self.hosts.answered(&self.host);
        }
        match answer {
            Ok(reply) if !may_pass(reply.status()) && self.rate.passes != Some(reply.status()) => Ok(reply),
            Ok(reply) => Err(Unanswered::MayPass(anyhow!("HTTP {}", reply.status()))),
            Err(error) => Err(match Refused::of(&error) {
                Some(refused) => Unanswered::Refused(refused.into()),
                None if error.is_connect() => Unanswered::Nobody(innermost(error)),
                None => Unanswered::MayPass(innermost(error)),
            }),
        }
    }

    /// Delays the next try after an error, and longer if the host itself named a longer wait: some name none (`Retry-After: 0`) while they fail.
    pub fn wait(&mut self, wait: Duration, error: &anyhow::Error) {
        self.why = Some(format!("{error:#}"));
        self.not_before = self.not_before.max(Some(Instant::now() + wait));
    }

    /// Delays the next try after a failed connection; false if that was tried often enough.
    pub fn reconnects(&mut self, error: &anyhow::Error) -> bool {
        let wait = self.hosts.refused(&self.host, error);
        self.not_before = wait.map(|wait| Instant::now() + wait);
        wait.is_some()
    }

    /// Waits until the next request may go out: for a reply that required a wait, then for the rate.
    async fn turn(&mut self) -> Result<()> {
        if let Some(time) = self.not_before {
            let left = time.saturating_duration_since(Instant::now());
            if left > MAX_WAIT {
                bail!("it wants no request for {} minutes, and a run waits for {} at most", left.as_secs().div_ceil(60), MAX_WAIT.as_secs() / 60);
            }
            if let Some(why) = self.why.take() {
                self.hosts.waiting(&self.host, &why, left);
            }
            sleep_until(time).await?;
        }
        let client = Client { host: self.rate.service.unwrap_or(&self.host).to_owned(), account: self.account };
        while let Err(time) = self.hosts.take(&client, self.rate) {
            sleep_until(time).await?;
        }
        Ok(())
    }
}

/// Sleeps until a time.
///
/// # Errors
/// [`Interrupted`] when a signal comes.
async fn sleep_until(time: Instant) -> Result<()> {
    tokio::select! {
        () = tokio::time::sleep_until(time) => Ok(()),
        () = interrupt::first() => Err(Interrupted.into()),
    }
}

fn may_pass(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// Returns the wait of `Retry-After: 30`, or of a date (RFC 9110), which counts on 429 and 503 alone, because Zenodo sends it on every reply; or of
/// the `RateLimit` headers, if nothing is left; or of OpenAlex's, if the day's budget is used up.
fn told_wait(status: StatusCode, headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let is_refusal = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    let after = headers.get(RETRY_AFTER).filter(|_| is_refusal).and_then(|value| value.to_str().ok()).map(str::trim).and_then(|after| {
        let until = || Some((DateTime::parse_from_rfc2822(after).ok()?.to_utc() - now).num_seconds().max(0).unsigned_abs());
        after.parse().ok().or_else(until)
    });
    let nothing_left = || nothing_left(&limits(headers, "ratelimit"), &limits(headers, "ratelimit-policy"));
    let seconds = after.or_else(nothing_left).or_else(|| budget_used_up(headers, now));
    seconds.map(|seconds| Duration::from_secs(seconds).min(FOREVER))
}

/// Returns the longest wait of the limits that are used up: `"api";r=0;t=30` has nothing left for thirty seconds; without a time it is the
/// window of the policies (`"api";q=500;w=300`). The form: draft-ietf-httpapi-ratelimit-headers.
fn nothing_left(limits: &str, policies: &str) -> Option<u64> {
    let value = |item: &str, name: &str| item.split(';').find_map(|part| part.trim().strip_prefix(name)?.trim().parse::<u64>().ok());
    let window = || policies.split(',').filter_map(|policy| value(policy, "w=")).max();
    let used_up = limits.split(',').filter(|limit| value(limit, "r=") == Some(0));
    used_up.filter_map(|limit| value(limit, "t=").or_else(window)).max()
}

/// Returns the seconds until there is a budget again (<https://developers.openalex.org/api-reference/authentication>); other hosts send the time.
fn budget_used_up(headers: &HeaderMap, now: DateTime<Utc>) -> Option<u64> {
    const A_MOMENT: f64 = 1e9;
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    let left = ["x-ratelimit-remaining-usd", "x-ratelimit-remaining"].into_iter().find_map(number)?;
    let until = number("x-ratelimit-reset").filter(|_| left <= 0.0)?;
    let seconds = Duration::try_from_secs_f64(until).ok()?.as_secs();
    Some(if until < A_MOMENT { seconds } else { seconds.saturating_sub(now.timestamp().unsigned_abs()) })
}

/// Returns the items of a header, with parameters but without names, because a name is quoted and may contain anything.
fn limits(headers: &HeaderMap, name: &str) -> String {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    values.join(",").split('"').step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rates::{ARXIV, SEMANTIC_SCHOLAR};

    fn wait(headers: &[(&'static str, &str)]) -> Option<u64> {
        wait_of(StatusCode::TOO_MANY_REQUESTS, headers)
    }

    fn wait_of(status: StatusCode, headers: &[(&'static str, &str)]) -> Option<u64> {
        let header = |(name, value): &(&'static str, &str)| (reqwest::header::HeaderName::from_static(name), value.parse().unwrap());
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        told_wait(status, &headers.iter().map(header).collect(), now).map(|wait| wait.as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn all_hosts_of_a_service_have_one_rate_and_others_one_each() {
        let hosts = Hosts::new(Duration::from_secs(3), |_| ());
        let waited = async |mut client: RateLimitedClient, host: &str| {
            client.host = host.to_owned();
            let start = Instant::now();
            client.turn().await.unwrap();
            start.elapsed() >= Duration::from_secs(1)
        };
        let arxiv = || RateLimitedClient::new(http::service().unwrap(), &hosts, ARXIV);
        let other = || RateLimitedClient::new(http::service().unwrap(), &hosts, SEMANTIC_SCHOLAR);
        assert_eq!([waited(arxiv(), "a").await, waited(arxiv(), "b").await], [false, true]);
        assert_eq!([waited(other(), "a").await, waited(other(), "b").await, waited(other(), "a").await], [false, false, true]);
        assert_eq!([waited(other().of_account("key"), "a").await, waited(other().of_account("key"), "a").await], [false, true]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_names_a_shorter_wait_than_ours_does_not_use_up_the_tries_at_once() {
        let mut client = RateLimitedClient::new(http::service().unwrap(), &Hosts::new(Duration::from_secs(3), |_| ()), ARXIV);
        let mut waited = async |told: u64| {
            let start = Instant::now();
            client.not_before = Some(start + Duration::from_secs(told));
            client.wait(Duration::from_secs(10), &anyhow!("HTTP 503"));
            client.turn().await.unwrap();
            start.elapsed().as_secs()
        };
        assert_eq!([waited(0).await, waited(30).await], [10, 30]);
    }

    #[test]
    fn a_wait_is_read_from_either_header() {
        assert_eq!(wait(&[("retry-after", "30")]), Some(30));
        assert_eq!(wait(&[("retry-after", "Mon, 23 Nov 2026 12:01:30 GMT")]), Some(90));
        assert_eq!(wait(&[("retry-after", "Mon, 23 Nov 2026 11:00:00 GMT")]), Some(0));
        assert_eq!(wait(&[("ratelimit", "\"api\";r=0;t=55")]), Some(55));
        assert_eq!(wait(&[("ratelimit", "\"api\";r=12;t=55")]), None);
        assert_eq!(wait(&[("ratelimit", "nonsense")]), None);
        assert_eq!(wait(&[("retry-after", "18446744073709551615")]), Some(FOREVER.as_secs()));
    }

    #[test]
    fn retry_after_counts_on_429_and_503_alone() {
        let waits = [200, 206, 301, 406, 429, 500, 503].map(|status| wait_of(StatusCode::from_u16(status).unwrap(), &[("retry-after", "58")]));
        assert_eq!(waits, [None, None, None, None, Some(58), None, Some(58)]);
        assert_eq!(wait_of(StatusCode::OK, &[("ratelimit", "\"api\";r=0;t=55")]), Some(55));
    }

    #[test]
    fn a_budget_that_is_used_up_is_waited_for() {
        assert_eq!(wait(&[("x-ratelimit-remaining-usd", "0"), ("x-ratelimit-reset", "3600")]), Some(3600));
        assert_eq!(wait(&[("x-ratelimit-remaining-usd", "0.42"), ("x-ratelimit-reset", "3600")]), None);
        assert_eq!(wait(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1795435260")]), Some(60), "2026-11-23T12:01:00Z");
        assert_eq!(wait(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "soon")]), None);
    }

    #[test]
    fn of_several_limits_the_longest_that_is_used_up_counts() {
        assert_eq!(wait(&[("ratelimit", "\"burst\";r=0;t=5, \"day\";r=0;t=4000, \"week\";r=3;t=90000")]), Some(4000));
        assert_eq!(wait(&[("ratelimit", "\"api\";r=0;t=5"), ("ratelimit", "\"pages\";r=0;t=7")]), Some(7));
        assert_eq!(wait(&[("ratelimit", "\"a;r=0, b\";r=1;t=5")]), None, "a name is no limit");
    }

    #[test]
    fn where_the_time_is_not_told_it_is_the_window() {
        let policy = ("ratelimit-policy", "\"fixed window\";\"api|pages\";q=500;w=300");
        assert_eq!(wait(&[("ratelimit", "\"api\";r=0"), policy]), Some(300));
        assert_eq!(wait(&[policy]), None);
    }
}
