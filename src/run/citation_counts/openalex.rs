//! Citation counts of OpenAlex, which filters works by DOI (<https://developers.openalex.org/guides/filtering>).

use super::{Told, count, without_class};
use anyhow::{Context, Result};
use serde_json::Value;
use starcite_core::paper;
use starcite_sources::client::RateLimitedClient;
use starcite_sources::fetch::encoded;
use starcite_sources::service::json;
use std::collections::HashMap;

/// Most values of one filter, and works of one page.
const BATCH_PAPERS: usize = 100;
/// Most bytes of a filter: some proxies refuse longer addresses.
const FILTER_BYTES: usize = 4_000;
/// Most pages of one batch. A DOI sometimes has several works, but no batch has so many.
const MAX_PAGES: usize = 10;

/// True if a filter can contain the id: a comma ends a filter and a bar ends an alternative, and neither can be escaped.
pub(super) fn can_be_asked(cited: &str) -> bool {
    !cited.contains([',', '|'])
}

pub(super) fn batches(wanted: &[String]) -> Vec<&[String]> {
    let mut batches = Vec::new();
    let mut rest = wanted;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |cited: &&String| {
            bytes += doi(cited).len() + 1;
            bytes <= FILTER_BYTES
        };
        let (batch, next) = rest.split_at(rest.iter().take(BATCH_PAPERS).take_while(fits).count().max(1));
        batches.push(batch);
        rest = next;
    }
    batches
}

/// Returns the DOI by which OpenAlex knows a paper: arXiv's own DOI for a paper of arXiv.
fn doi(cited: &str) -> String {
    let Some(id) = cited.strip_prefix("arxiv:") else { return cited.trim_start_matches("doi:").to_owned() };
    format!("10.48550/arxiv.{}", without_class(id).to_ascii_lowercase())
}

/// Requests the citation counts of a batch of papers.
pub(super) async fn ask(host: &mut RateLimitedClient, base: &str, key: &str, batch: &[String]) -> Result<Told> {
    let filter = format!("doi:{}", batch.iter().map(|cited| doi(cited)).collect::<Vec<_>>().join("|"));
    let mut found = HashMap::new();
    let (mut fetched, mut all) = (0, 0);
    for page in 1..=MAX_PAGES {
        let reply = json(&host.whole(|client| client.get(url(base, key, &filter, page))).await?)?;
        let works = reply.get("results").and_then(Value::as_array).context("its reply has no results")?;
        all = reply.pointer("/meta/count").and_then(Value::as_u64).context("its reply does not say how many results there are")?;
        works.iter().for_each(|work| add(&mut found, work));
        fetched += works.len() as u64;
        if fetched >= all || works.is_empty() {
            break;
        }
    }
    let is_whole = fetched >= all;
    let of = |cited: &String| match found.get(&doi(cited)) {
        Some(count) => count.map(|count| (cited.clone(), count)),
        None => is_whole.then(|| (cited.clone(), None)),
    };
    Ok(batch.iter().filter_map(of).collect())
}

fn url(base: &str, key: &str, filter: &str, page: usize) -> String {
    format!("{base}/works?filter={}&select=doi,ids,cited_by_count&per_page={BATCH_PAPERS}&page={page}&api_key={}", encoded(filter), encoded(key))
}

/// Records a work's count under its DOIs; if several works share a DOI, the highest count wins.
fn add(found: &mut HashMap<String, Option<Option<i64>>>, work: &Value) {
    let count = count(work.get("cited_by_count"));
    let dois = [work.get("doi"), work.pointer("/ids/doi")].into_iter().flatten().filter_map(|doi| paper::doi(doi.as_str()?));
    for doi in dois {
        let known = found.entry(doi).or_insert(count);
        *known = (*known).max(count);
    }
}
