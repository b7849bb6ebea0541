//! Citation counts of Semantic Scholar's Academic Graph: `POST /graph/v1/paper/batch` (<https://api.semanticscholar.org/api-docs/graph>).

use super::{Told, count, without_class};
use anyhow::{Context, Result};
use serde_json::{Value, json as object};
use starcite_sources::client::RateLimitedClient;
use starcite_sources::service::{BadQuery, json};

/// Most ids in one request.
pub(super) const BATCH_PAPERS: usize = 500;

/// The service's message if it knows none of the ids, with status 400.
const KNOWS_NONE: &str = "No valid paper ids given";

/// Requests the citation counts of a batch of papers.
pub(super) async fn ask(host: &mut RateLimitedClient, base: &str, key: &str, batch: &[String]) -> Result<Told> {
    let url = format!("{base}/graph/v1/paper/batch?fields=citationCount,externalIds");
    let body = object!({"ids": batch.iter().map(|cited| id(cited)).collect::<Vec<_>>()}).to_string();
    let request = |client: &reqwest::Client| client.post(&url).header("x-api-key", key).header("content-type", "application/json").body(body.clone());
    match json(&host.whole(request).await?) {
        Ok(reply) => told(batch, reply.as_array().context("its reply is not a list of papers")?),
        Err(error) if error.downcast_ref::<BadQuery>().is_some_and(|bad| bad.0.contains(KNOWS_NONE)) => {
            Ok(batch.iter().map(|cited| (cited.clone(), None)).collect())
        }
        Err(error) => Err(error),
    }
}

fn id(cited: &str) -> String {
    cited.strip_prefix("arxiv:").map_or_else(|| cited.replacen("doi:", "DOI:", 1), |id| format!("ARXIV:{}", without_class(id)))
}

/// Reads the entries of a response: one for each id in order, null for an unknown one. If the ids in them show another order, or entries are missing,
/// only entries with a requested id count.
fn told(batch: &[String], entries: &[Value]) -> Result<Told> {
    let in_order =
        entries.len() == batch.len() && batch.iter().zip(entries).all(|(cited, entry)| is(entry, cited) || !batch.iter().any(|other| is(entry, other)));
    let of = |(at, cited): (usize, &String)| {
        let entry = if in_order { Some(&entries[at]) } else { entries.iter().find(|entry| is(entry, cited)) }?;
        let count = if entry.is_null() { Some(None) } else { count(entry.get("citationCount")) };
        Some((cited.clone(), count?))
    };
    Ok(batch.iter().enumerate().filter_map(of).collect())
}

/// True if an entry has that id. A merged paper may have another id than the requested one.
fn is(entry: &Value, cited: &str) -> bool {
    let (key, id) = cited.strip_prefix("arxiv:").map_or_else(|| ("DOI", cited.trim_start_matches("doi:").to_owned()), |id| ("ArXiv", without_class(id)));
    entry.pointer("/externalIds").and_then(|ids| ids.get(key)).and_then(Value::as_str).is_some_and(|known| known.eq_ignore_ascii_case(&id))
}
