//! Fetches Hugging Face's daily papers from its API, list by list and page by page: each is fetched once, cached, and read from the cache.
//!
//! Its documentation: <https://huggingface.co/docs/hub/api>, its limits: <https://huggingface.co/docs/hub/rate-limits>.

use super::client::RateLimitedClient;
use super::dates::Period;
use super::fetch::keep;
use super::fetched::{Fetched, ends_the_run};
use super::hf_daily::FETCHED_AT;
use super::input::Input;
use super::json;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;
use starcite_ground::{files, interrupt};
use std::path::Path;

/// Papers of one request, the most that the API allows; after a full page the next one is requested.
const PAGE_PAPERS: usize = 100;
/// The most pages of a list: a month has about fifteen.
const MAX_PAGES: usize = 100;

/// The address of the lists, their cache, and the current time.
pub(crate) struct HfLive<'a> {
    pub(crate) base_url: &'a str,
    pub(crate) cache: &'a Path,
    pub(crate) now: DateTime<Utc>,
}

impl HfLive<'_> {
    /// Returns the pages of lists. Those of a period that was not over when they were fetched are fetched again.
    pub(crate) async fn fetch(&self, host: &mut RateLimitedClient, lists: &[Period]) -> Result<Fetched> {
        let begun = lists.iter().filter(|list| list.has_begun(self.now));
        let mut fetched = Fetched::default();
        if let (0, Some(first)) = (begun.clone().count(), lists.first()) {
            fetched.failure = Some(format!("{first} has not begun: Hugging Face has no daily papers of it yet"));
        }
        for list in begun {
            interrupt::check()?;
            match self.list(host, *list, &mut fetched.inputs).await {
                Ok(()) => {}
                Err(error) if ends_the_run(&error) => return Err(error),
                Err(error) => {
                    fetched.failure = Some(format!("{} did not answer ({error:#})", self.base_url));
                    break; // the other lists would fail alike; the next run continues here
                }
            }
        }
        Ok(fetched)
    }

    /// Fetches a list to its end; the pages that came count, even if a later one fails.
    async fn list(&self, host: &mut RateLimitedClient, list: Period, inputs: &mut Vec<Input>) -> Result<()> {
        let is_over = list.is_over(self.now);
        let suffix = if is_over { "" } else { ".partial" };
        for page in 0.. {
            let kept = self.cache.join("hf-daily").join(format!("{list}-{page}{suffix}.json"));
            let papers = if is_over && kept.exists() { papers(&kept)? } else { self.page(host, list, page, &kept).await? };
            if papers > 0 || page == 0 {
                inputs.push(Input::File(kept));
            }
            if papers < PAGE_PAPERS {
                break;
            }
        }
        Ok(())
    }

    /// Fetches a page, and stores it with the time of the fetch; returns the number of its papers. One too many is not stored.
    async fn page(&self, host: &mut RateLimitedClient, list: Period, page: usize, to: &Path) -> Result<usize> {
        let url = format!("{}/api/daily_papers?{}={list}&limit={PAGE_PAPERS}&p={page}", self.base_url, list.parameter());
        let mut entries = entries(&host.whole(|client| client.get(&url)).await?.success()?)?;
        if page + 1 >= MAX_PAGES && entries.len() >= PAGE_PAPERS {
            bail!("the list of {list} never ends: tell who keeps the server");
        }
        let fetched_at = self.now.to_rfc3339_opts(SecondsFormat::Secs, true);
        for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
            entry.insert(FETCHED_AT.to_owned(), fetched_at.clone().into());
        }
        keep(&serde_json::to_vec(&entries)?, to).with_context(|| format!("cannot write {}: is the disk full?", to.display()))?;
        Ok(entries.len())
    }
}

fn entries(body: &[u8]) -> Result<Vec<Value>> {
    json::value(body).and_then(serde_json::from_value).map_err(|error| anyhow::anyhow!("the reply is not a list of papers: {error}"))
}

/// Returns the number of papers in a cached page.
fn papers(kept: &Path) -> Result<usize> {
    let context = || format!("cannot read {}: remove it, and it is fetched again", kept.display());
    let body = files::read(kept).with_context(context)?;
    Ok(entries(&body).with_context(context)?.len())
}
