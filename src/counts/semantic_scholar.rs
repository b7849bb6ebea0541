//! Semantic Scholar's Academic Graph: `POST /graph/v1/paper/batch` (<https://api.semanticscholar.org/api-docs/graph>).

use super::{Told, count, without_class};
use crate::source::polite::Polite;
use crate::source::service::{BadQuestion, json};
use anyhow::{Context, Result};
use serde_json::{Value, json as object};

/// The most ids in one request.
pub(super) const BATCH_PAPERS: usize = 500;

/// What it says where it knows none of the ids, with status 400.
const KNOWS_NONE: &str = "No valid paper ids given";

/// How often the papers of a batch are cited.
pub(super) async fn ask(host: &mut Polite, base: &str, key: &str, batch: &[String]) -> Result<Told> {
    let url = format!("{base}/graph/v1/paper/batch?fields=citationCount,externalIds");
    let body = object!({"ids": batch.iter().map(|cited| id(cited)).collect::<Vec<_>>()}).to_string();
    let request = |client: &reqwest::Client| client.post(&url).header("x-api-key", key).header("content-type", "application/json").body(body.clone());
    match json(&host.whole(request).await?) {
        Ok(reply) => told(batch, reply.as_array().context("its reply is not a list of papers")?),
        Err(error) if error.downcast_ref::<BadQuestion>().is_some_and(|bad| bad.0.contains(KNOWS_NONE)) => {
            Ok(batch.iter().map(|cited| (cited.clone(), None)).collect())
        }
        Err(error) => Err(error),
    }
}

fn id(cited: &str) -> String {
    cited.strip_prefix("arxiv:").map_or_else(|| cited.replacen("doi:", "DOI:", 1), |id| format!("ARXIV:{}", without_class(id)))
}

/// The reply has a place for each id, null for one that is not known. Where the ids in it show that its order is another, or places are missing,
/// only what has the id asked for counts.
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

/// Whether an entry is the paper with that id. A merged paper may have another id than the one it was asked by.
fn is(entry: &Value, cited: &str) -> bool {
    let (key, id) = cited.strip_prefix("arxiv:").map_or_else(|| ("DOI", cited.trim_start_matches("doi:").to_owned()), |id| ("ArXiv", without_class(id)));
    entry.pointer("/externalIds").and_then(|ids| ids.get(key)).and_then(Value::as_str).is_some_and(|known| known.eq_ignore_ascii_case(&id))
}
