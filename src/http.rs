//! The one place where HTTP clients are made. None of them sends a Referer, which would tell a redirect's host the query that led there.

mod address;
mod redirect;
mod reply;

pub(crate) use redirect::Refused;
pub(crate) use reply::{Pieces, Unread, Whole, pieces, steady, whole};

use anyhow::{Context, Result};
use redirect::{Names, Reach};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use std::time::Duration;

/// Makes a client for services, which are asked with keys: redirects are followed within the origin alone.
///
/// # Errors
/// When the system's certificates can't be read.
pub(crate) fn service() -> Result<Client> {
    built(builder().redirect(redirect::policy(Reach::Origin, &Names::default())))
}

/// Makes a client for one object, whose bytes it gives as they are kept, never unpacked on the way: ranges are counted in them. Redirects are
/// followed to other hosts, unless the object's URL carries a credential.
///
/// # Errors
/// When the system's certificates can't be read.
pub(crate) fn object(has_credential: bool) -> Result<Client> {
    let names = Names::default();
    let reach = if has_credential { Reach::Origin } else { Reach::Anywhere };
    built(builder().no_gzip().redirect(redirect::policy(reach, &names)).dns_resolver(names))
}

/// Makes a client for signed requests, which are meant for one address: no redirect is followed. `set` adds what its user wants.
///
/// # Errors
/// When the system's certificates can't be read, or what was added is of no use.
pub(crate) fn signed(set: impl FnOnce(ClientBuilder) -> Result<ClientBuilder>) -> Result<Client> {
    built(set(builder().no_gzip().redirect(Policy::none()))?)
}

fn built(builder: ClientBuilder) -> Result<Client> {
    builder.build().context("cannot make an HTTP client")
}

#[expect(clippy::disallowed_methods, reason = "the one builder of clients")]
fn builder() -> ClientBuilder {
    let agent = concat!("starcite/", env!("CARGO_PKG_VERSION"));
    Client::builder().user_agent(agent).referer(false).connect_timeout(Duration::from_secs(10)).read_timeout(Duration::from_secs(60))
}

/// Finds what went wrong at the bottom: "Connection refused" says more than "error sending request".
pub(crate) fn innermost(error: reqwest::Error) -> anyhow::Error {
    let error = anyhow::Error::from(error.without_url());
    let root = error.root_cause().to_string();
    anyhow::anyhow!(root)
}
