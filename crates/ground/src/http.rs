//! The one place that makes HTTP clients, so that all of them obey the same proxies. No client sends a Referer, because it would show a
//! redirect's host the query that led there.

mod address;
mod proxy;
mod redirect;
mod reply;

pub use redirect::Refused;
pub use reply::{FullResponse, Pieces, Unread, pieces, steady, whole};

use crate::url;
use anyhow::{Context, Result};
use proxy::Proxies;
use redirect::{Names, Reach};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Method, Proxy, StatusCode, Url};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tracing::{Instrument, debug, debug_span};

/// The target of events that each report one request to a host.
pub const REQUEST: &str = "starcite::request";

/// Message when no client can be made.
pub const UNMADE: &str = "cannot make an HTTP client: check SSL_CERT_FILE and SSL_CERT_DIR, or install the system's certificates";

/// Makes a runtime for clients, on this thread.
///
/// # Errors
/// When the system refuses what it needs, such as a file to wait on.
pub fn runtime() -> Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("cannot start the network runtime")
}

/// Makes a client for services that take keys: it follows redirects only within the origin.
///
/// # Errors
/// When the system's certificates can't be read, or a proxy variable is invalid.
pub fn service() -> Result<Client> {
    built(builder()?.redirect(redirect::policy(Reach::Origin, &Names::default())))
}

/// Makes a client for one object. It returns the bytes as stored, never decompressed, because ranges count those. It follows redirects to
/// other hosts, unless the object's URL contains a credential.
///
/// # Errors
/// When the system's certificates can't be read, or a proxy variable is invalid.
pub fn object(has_credential: bool) -> Result<Client> {
    let names = Names::default();
    let reach = if has_credential { Reach::Origin } else { Reach::Anywhere };
    built(builder()?.no_gzip().redirect(redirect::policy(reach, &names)).dns_resolver(names))
}

/// Makes a client for signed requests, which are valid for one address: it follows no redirect. `set` adds the caller's settings.
///
/// # Errors
/// When the system's certificates can't be read, a proxy variable is invalid, or the added settings are unusable.
pub fn signed(set: impl FnOnce(ClientBuilder) -> Result<ClientBuilder>) -> Result<Client> {
    built(set(builder()?.no_gzip().redirect(Policy::none()))?)
}

/// Begins a client for GitHub, which `starcite_github::Client` finishes.
///
/// # Errors
/// When a proxy variable is invalid.
pub fn github() -> Result<ClientBuilder> {
    Ok(builder()?.no_gzip())
}

/// The address of whoever runs the program.
static CONTACT: OnceLock<String> = OnceLock::new();

/// Puts an address of mail into the User-Agent of all requests of the process, as hosts ask. The first one counts; the caller has checked that it fits into a
/// header.
pub fn identify(email: &str) {
    let _ = CONTACT.set(email.to_owned());
}

/// Returns the User-Agent of all requests.
pub fn agent() -> String {
    let program = concat!("starcite/", env!("CARGO_PKG_VERSION"));
    CONTACT.get().map_or_else(|| program.to_owned(), |email| format!("{program} (mailto:{email})"))
}

fn built(builder: ClientBuilder) -> Result<Client> {
    builder.build().context(UNMADE)
}

#[expect(clippy::disallowed_methods, reason = "the one builder of clients")]
fn builder() -> Result<ClientBuilder> {
    let proxies = Proxies::of_environment()?;
    let builder = Client::builder().user_agent(agent()).referer(false).connect_timeout(Duration::from_secs(10)).read_timeout(Duration::from_secs(60));
    Ok(builder.proxy(Proxy::custom(move |url| proxies.address(url))))
}

/// A request that is sent, for its span and for the one event that reports it.
pub struct Sent {
    method: Method,
    url: Url,
    begun: Instant,
    /// The number of times that it was sent so far, if the caller knows it.
    tries: Option<u32>,
}

impl Sent {
    /// Begins a request; `tries` counts it among those that asked for the same.
    pub fn begin(method: &Method, url: &Url, tries: Option<u32>) -> Self {
        Self { method: method.clone(), url: url.clone(), begun: Instant::now(), tries }
    }

    /// Waits for a reply, and reports its head, or that there is none.
    pub async fn reply<R, E>(self, reply: impl Future<Output = Result<R, E>>, head: fn(&R) -> (StatusCode, &HeaderMap)) -> Result<R, E>
    where
        E: std::error::Error + 'static,
    {
        let reported = async {
            let reply = reply.await;
            match &reply {
                Ok(reply) => {
                    let (status, headers) = head(reply);
                    self.report(Some(status.as_u16()), remaining(headers), None);
                }
                Err(error) => self.failed(error),
            }
            reply
        };
        reported.instrument(debug_span!("request")).await
    }

    fn failed(&self, error: &(dyn std::error::Error + 'static)) {
        let root = std::iter::successors(Some(error), |error| error.source()).last().unwrap_or(error);
        self.report(None, None, Some(url::told(&root.to_string())));
    }

    fn report(&self, status: Option<u16>, remaining: Option<u64>, error: Option<String>) {
        let (host, what) = (self.url.host_str().unwrap_or_default(), format!("{} {}", self.method, url::name(self.url.as_str())));
        let ms = self.begun.elapsed().as_millis() as u64;
        debug!(target: REQUEST, host, what, status, ms, remaining, tries = self.tries, error, "request");
    }
}

/// Returns the number of requests that the host still allows, by its headers.
fn remaining(headers: &HeaderMap) -> Option<u64> {
    headers.get("x-ratelimit-remaining")?.to_str().ok()?.trim().parse().ok()
}

/// Returns the root cause of an error, because "Connection refused" is clearer than "error sending request"; names the proxy if it is the cause.
pub fn innermost(error: reqwest::Error) -> anyhow::Error {
    let url = error.url().filter(|_| error.is_connect()).cloned();
    let error = anyhow::Error::from(error.without_url());
    let of_proxy = url.and_then(|url| blame(&url, &format!("{error:#}")));
    let root = || error.root_cause().to_string();
    anyhow::anyhow!(of_proxy.unwrap_or_else(root))
}

/// Describes how the proxy of a URL caused an error, and what to do; `None` if it did not cause it. `told` is the error with its causes.
pub fn blame(url: &Url, told: &str) -> Option<String> {
    Proxies::of_environment().ok()?.blame(url, told)
}
