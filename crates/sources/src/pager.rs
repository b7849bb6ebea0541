//! Reads lists of services page by page: each page is requested once, stored in the cache, and read from there.

use super::client::{RateLimitedClient, Unanswered};
use super::fetch::keep;
use super::input::Input;
use super::options::OptionSpec;
use super::query::LiveQuery;
use super::service::{BadKey, BadQuery, Service, without};
use anyhow::{Context, Result, anyhow};
use reqwest::StatusCode;
use starcite_ground::files;
use starcite_ground::http::{FullResponse, Refused};
use starcite_ground::interrupt::{self, Interrupted};
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// The remedy for a page in the cache that can't be read.
const AGAIN: &str = "remove it, and it is fetched again";

/// A list that a service gives in pages, or several of them, one after the other.
pub(super) trait PagedList {
    /// The contents of a page that matter for the list.
    type Page;

    /// Returns the request for the next page; `None` at the end.
    fn next(&mut self) -> Option<PageRequest>;

    /// Reads a reply, or a page in the cache. Returns the bytes to store, too: `None` if the reply has no papers and is not needed again.
    ///
    /// # Errors
    /// [`BadKey`] and [`BadQuery`] end the run, [`Unfinished`] has a message of its own; after any other error the list is owed.
    fn read(&self, reply: FullResponse) -> Result<(Self::Page, Option<Vec<u8>>), Unanswered>;

    /// True if a stored page is an input.
    fn is_input(&self, _: &Self::Page) -> bool {
        true
    }

    /// Goes on to the next page, now that this one is stored.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    fn take(&mut self, page: Self::Page) -> Result<()>;

    /// Returns a warning for the user about the lists that were read to their ends.
    fn note(&self) -> Option<String> {
        None
    }
}

/// The request for a page, and its file in the cache.
pub(super) struct PageRequest {
    pub(super) url: String,
    pub(super) path: PathBuf,
    /// True if the page no longer changes: it is not requested if it is stored.
    pub(super) is_final: bool,
}

/// The result of fetching lists.
#[derive(Debug, Default)]
pub struct Fetched {
    /// The stored pages.
    pub inputs: Vec<Input>,
    /// The first failure, for the user; `inputs` has the inputs fetched before it.
    pub failure: Option<String>,
    /// A warning for the user.
    pub note: Option<String>,
}

/// A list that is not followed to its end, with the reason for the user.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unfinished(pub(super) String);

impl Unfinished {
    /// Returns the error for a list that its server never ends.
    pub(super) fn endless(base_url: &str, why: &str) -> anyhow::Error {
        Self(format!("{base_url} gives a list that can't be read to its end ({why}): tell who keeps the server")).into()
    }
}

/// The reader of the lists of one query.
pub struct Pager<'a> {
    pub(super) runtime: &'a Runtime,
    pub(super) client: &'a mut RateLimitedClient,
    pub(super) service: &'static Service,
    /// The options of the source in pipelines.
    pub(super) keys: &'static [&'static OptionSpec],
    pub(super) query: &'a LiveQuery<'a>,
}

impl Pager<'_> {
    /// Reads a list to its end. The pages that came count, even if a later one fails: the next run continues there.
    ///
    /// # Errors
    /// When the user interrupts it, the cache or the state can't be read or written, or the service refuses the key, the query or its address.
    pub(super) fn read(&mut self, list: &mut impl PagedList) -> Result<Fetched> {
        let mut inputs = Vec::new();
        let read = self.runtime.block_on(pages(self.client, list, &mut inputs));
        let failure = read.err().map(|error| self.failure(error)).transpose()?;
        Ok(Fetched { inputs, failure, note: list.note() })
    }

    /// Returns the message for papers that are owed.
    ///
    /// # Errors
    /// The error itself if it ends the run.
    fn failure(&self, error: anyhow::Error) -> Result<String> {
        let service = self.service;
        if error.is::<Interrupted>() || error.is::<io::Error>() || error.is::<starcite_state::Unusable>() || error.is::<Refused>() {
            return Err(error);
        }
        if error.is::<BadKey>() {
            return Err(anyhow!("{} refused the key: check {}", service.title, service.key_variable.unwrap_or("it")));
        }
        let words = without(self.query.key, &error);
        if error.is::<BadQuery>() {
            let keys: Vec<&str> = self.keys.iter().map(|option| option.name).collect();
            return Err(anyhow!("{} refused the query ({words}): check {} of the source", service.title, keys.join(" or ")));
        }
        Ok(if error.is::<Unfinished>() { words } else { format!("{} did not answer ({words})", self.query.base_url) })
    }
}

async fn pages<L: PagedList>(client: &mut RateLimitedClient, list: &mut L, inputs: &mut Vec<Input>) -> Result<()> {
    while let Some(request) = list.next() {
        interrupt::check()?;
        let (page, is_stored) = match request.stored(list)? {
            Some(page) => (page, true),
            None => request.send(client, list).await?,
        };
        if is_stored && list.is_input(&page) {
            inputs.push(Input::File(request.path));
        }
        list.take(page)?;
    }
    Ok(())
}

impl PageRequest {
    /// Reads the page from the cache, if it is there and does not change.
    fn stored<L: PagedList>(&self, list: &L) -> Result<Option<L::Page>> {
        if !self.is_final {
            return Ok(None);
        }
        let body = match files::read(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            body => body.with_context(|| format!("cannot read {}: {AGAIN}", self.path.display()))?,
        };
        match list.read(FullResponse { status: StatusCode::OK, body }) {
            Ok((page, _)) => Ok(Some(page)),
            Err(error) => Err(Unfinished(format!("cannot read {} ({:#}): {AGAIN}", self.path.display(), anyhow::Error::from(error))).into()),
        }
    }

    /// Requests the page, and stores it.
    async fn send<L: PagedList>(&self, client: &mut RateLimitedClient, list: &L) -> Result<(L::Page, bool)> {
        let (page, body) = client.read(&self.url, |reply| list.read(reply)).await?;
        if let Some(body) = &body {
            keep(body, &self.path)?;
        }
        Ok((page, body.is_some()))
    }
}
