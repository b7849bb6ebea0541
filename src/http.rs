//! The one place where HTTP clients are made: all of them obey the same proxies. None sends a Referer, which would tell a redirect's host the query that
//! led there.

mod address;
mod proxy;
mod redirect;
mod reply;

pub(crate) use redirect::Refused;
pub(crate) use reply::{Pieces, Unread, Whole, pieces, steady, whole};

use anyhow::{Context, Result};
use proxy::Proxies;
use redirect::{Names, Reach};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Proxy, Url};
use std::time::Duration;

/// The message where no client can be made.
pub(crate) const UNMADE: &str = "cannot make an HTTP client: check SSL_CERT_FILE and SSL_CERT_DIR, or install the system's certificates";

/// Makes a client for services, which are asked with keys: redirects are followed within the origin alone.
///
/// # Errors
/// When the system's certificates can't be read, or a variable names no proxy.
pub(crate) fn service() -> Result<Client> {
    built(builder()?.redirect(redirect::policy(Reach::Origin, &Names::default())))
}

/// Makes a client for one object, whose bytes it gives as they are kept, never unpacked on the way: ranges are counted in them. Redirects are
/// followed to other hosts, unless the object's URL carries a credential.
///
/// # Errors
/// When the system's certificates can't be read, or a variable names no proxy.
pub(crate) fn object(has_credential: bool) -> Result<Client> {
    let names = Names::default();
    let reach = if has_credential { Reach::Origin } else { Reach::Anywhere };
    built(builder()?.no_gzip().redirect(redirect::policy(reach, &names)).dns_resolver(names))
}

/// Makes a client for signed requests, which are meant for one address: no redirect is followed. `set` adds what its user wants.
///
/// # Errors
/// When the system's certificates can't be read, a variable names no proxy, or what was added is of no use.
pub(crate) fn signed(set: impl FnOnce(ClientBuilder) -> Result<ClientBuilder>) -> Result<Client> {
    built(set(builder()?.no_gzip().redirect(Policy::none()))?)
}

/// Begins a client for GitHub, which [`starcite_github::Client`] finishes.
///
/// # Errors
/// When a variable names no proxy.
pub(crate) fn github() -> Result<ClientBuilder> {
    Ok(builder()?.no_gzip())
}

fn built(builder: ClientBuilder) -> Result<Client> {
    builder.build().context(UNMADE)
}

#[expect(clippy::disallowed_methods, reason = "the one builder of clients")]
fn builder() -> Result<ClientBuilder> {
    let agent = concat!("starcite/", env!("CARGO_PKG_VERSION"));
    let proxies = Proxies::of_environment()?;
    let builder = Client::builder().user_agent(agent).referer(false).connect_timeout(Duration::from_secs(10)).read_timeout(Duration::from_secs(60));
    Ok(builder.proxy(Proxy::custom(move |url| proxies.address(url))))
}

/// Finds what went wrong at the bottom: "Connection refused" says more than "error sending request"; and whose it is, if it is the proxy's.
pub(crate) fn innermost(error: reqwest::Error) -> anyhow::Error {
    let url = error.url().filter(|_| error.is_connect()).cloned();
    let error = anyhow::Error::from(error.without_url());
    let of_proxy = url.and_then(|url| blame(&url, &format!("{error:#}")));
    let root = || error.root_cause().to_string();
    anyhow::anyhow!(of_proxy.unwrap_or_else(root))
}

/// Says what an error, with its causes, has to do with the proxy of a URL, and what to do; `None` where it is not the proxy's.
pub(crate) fn blame(url: &Url, told: &str) -> Option<String> {
    Proxies::of_environment().ok()?.blame(url, told)
}
