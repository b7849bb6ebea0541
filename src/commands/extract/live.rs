//! Fetches papers by dates, a search, ids or a filter into a temporary folder, because a filter stores nothing.

use crate::cli::{Cli, ExtractArgs};
use crate::source::Service;
use crate::source::atom_live::{ArxivQuery, AtomLive};
use crate::source::client::RateLimitedClient;
use crate::source::dates::Dates;
use crate::source::fetched::Fetched;
use crate::source::hf_live::HfLive;
use crate::source::hosts::Hosts;
use crate::source::openalex_live::{OpenAlexLive, key};
use crate::source::rates;
use anyhow::Result;
use clap::error::ErrorKind;
use secrecy::ExposeSecret;
use starcite_ground::clock;
use starcite_ground::files::temporary::TemporaryFolder;
use starcite_ground::http;

/// Fetched data, and the temporary folder that holds it.
pub(super) struct Live {
    pub(super) fetched: Fetched,
    _folder: TemporaryFolder,
}

/// Fetches from the source's service; `None` if the arguments name files.
pub(super) fn fetch(args: &ExtractArgs, hosts: &Hosts) -> Result<Option<Live>> {
    let asked = &args.ask;
    if asked.dates.is_none() && asked.search.is_none() && asked.ids.is_none() && asked.filter.is_none() {
        return Ok(None);
    }
    let service = service(args)?;
    let folder = TemporaryFolder::new()?;
    let runtime = http::runtime()?;
    let (client, cache, now) = (http::service()?, folder.path(), clock::now());
    let days = asked.dates.map(Dates::ends);
    let fetched = runtime.block_on(async {
        match service {
            Service::ArxivAtom => {
                let question = &ArxivQuery::of(asked.search.clone(), asked.ids.clone())?;
                AtomLive { base_url: &args.live.arxiv_api_url, question, days, cache, now }
                    .fetch(&mut RateLimitedClient::new(client, hosts, rates::ARXIV))
                    .await
            }
            Service::OpenAlex => {
                let key = key()?;
                let live = OpenAlexLive {
                    base_url: args.live.openalex_url.trim_end_matches('/'),
                    key: key.expose_secret(),
                    filter: asked.filter.as_deref(),
                    days,
                    cache,
                    now,
                };
                live.fetch(&mut RateLimitedClient::new(client, hosts, rates::OPENALEX).of_account(live.key)).await
            }
            Service::HfDaily | Service::ArxivOai => {
                let lists = asked.dates.map(Dates::lists).unwrap_or_default();
                let live = HfLive { base_url: &args.live.hf_url, cache, now };
                live.fetch(&mut RateLimitedClient::new(client, hosts, rates::HUGGING_FACE), &lists).await
            }
        }
    })?;
    Ok(Some(Live { fetched, _folder: folder }))
}

/// Returns the service of the source, if it supports the given arguments.
fn service(args: &ExtractArgs) -> Result<Service> {
    let asked = &args.ask;
    let of_arxiv = asked.search.is_some() || asked.ids.is_some();
    match args.from.live {
        Some(service @ Service::HfDaily) if !of_arxiv && asked.filter.is_none() => Ok(service),
        Some(service @ Service::ArxivAtom) if asked.filter.is_none() => Ok(service),
        Some(service @ Service::OpenAlex) if !of_arxiv => Ok(service),
        _ => {
            let told = "--dates is for --from hf-daily, arxiv-atom and openalex; --search and --ids are for --from arxiv-atom; --filter is for --from openalex";
            Err(Cli::wrong_usage(ErrorKind::ArgumentConflict, told))
        }
    }
}
