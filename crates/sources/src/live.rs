//! Live sources: their rows, and the clients that fetch them.

use super::client::RateLimitedClient;
use super::hosts::Hosts;
use super::options::{OptionSpec, Options};
use super::pager::{Fetched, Pager};
use super::query::LiveQuery;
use super::service::{Addresses, Service};
use anyhow::{Context, Result};
use secrecy::ExposeSecret;
use starcite_core::Week;
use starcite_ground::{clock, files, http};
use starcite_state::State;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// The live form of a source: its row.
pub struct Live {
    /// The service.
    pub service: &'static Service,
    /// The options in pipelines, which apply without a path and a URL.
    pub keys: &'static [&'static OptionSpec],
    /// The options of `starcite extract`, which fetches from the service if one is given.
    pub flags: &'static [&'static OptionSpec],
    /// Passes the lists to be read to the pager.
    pub fetch: fn(&LiveQuery<'_>, &mut Pager<'_>) -> Result<Fetched>,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.service.name)
    }
}

/// The clients by which a command fetches live sources, and the cache of the pages.
pub struct Network {
    runtime: Runtime,
    hosts: Hosts,
    addresses: Addresses,
    cache: PathBuf,
    /// One client for each name of a rate, else of a service, because a wait that arXiv requires applies to all of its services.
    clients: HashMap<&'static str, RateLimitedClient>,
}

impl Network {
    /// Opens the network for services, whose replies are stored in the cache.
    pub fn new(hosts: &Hosts, addresses: &Addresses, cache: &Path) -> Result<Self> {
        let (hosts, addresses, cache) = (hosts.clone(), addresses.clone(), cache.to_owned());
        Ok(Self { runtime: http::runtime()?, hosts, addresses, cache, clients: HashMap::new() })
    }

    /// Fetches a live source into the cache: the papers of the week, or those that the options choose.
    ///
    /// # Errors
    /// When the service refuses the query or the key, the key is missing, or the cache can't be written.
    pub fn fetch(&mut self, live: &'static Live, options: &Options, week: Option<Week>, state: Option<&State>) -> Result<Fetched> {
        let service = live.service;
        let wants = |variable| format!("without a path or a url the source asks {}, which wants a key: set {variable}", service.title);
        let key = service.key_variable.map(|variable| service.key()?.with_context(|| wants(variable))).transpose()?;
        files::make_private_folder(&self.cache).with_context(|| format!("cannot make {}", self.cache.display()))?;
        let client = match self.clients.entry(service.rate.service.unwrap_or(service.name)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(room) => {
                let client = RateLimitedClient::new(http::service()?, &self.hosts, service.rate);
                room.insert(if let Some(key) = &key { client.of_account(key.expose_secret()) } else { client })
            }
        };
        let (base_url, key) = (self.addresses.of(service), key.as_ref().map_or("", |key| key.expose_secret()));
        let query = LiveQuery { base_url, key, options, week, state, cache: &self.cache, now: clock::now() };
        (live.fetch)(&query, &mut Pager { runtime: &self.runtime, client, service, keys: live.keys, query: &query })
    }
}
