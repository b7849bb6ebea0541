//! Replies of services with a key (OpenAlex, Semantic Scholar), which provide papers and citation counts.

use super::json;
use anyhow::{Result, anyhow};
use starcite_ground::http::FullResponse;

/// The service rejects the key.
#[derive(Debug, thiserror::Error)]
#[error("the key is refused")]
pub(crate) struct BadKey;

/// The service rejects the request as wrong: mostly because of one paper in it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct BadQuestion(pub(crate) String);

/// Returns an error without the key, in case the service has repeated it.
pub(crate) fn without(key: &str, error: anyhow::Error) -> anyhow::Error {
    if format!("{error:#}").contains(key) { anyhow!(format!("{error:#}").replace(key, "…")) } else { error }
}

/// Reads a good reply as JSON.
///
/// # Errors
/// [`BadKey`] or [`BadQuestion`] when the service rejects one; any other failure by its status.
pub(crate) fn json(reply: &FullResponse) -> Result<serde_json::Value> {
    if reply.status.is_success() {
        return json::value(&reply.body).map_err(|error| anyhow!("its reply is not JSON: {error}"));
    }
    let says = says(&reply.body);
    let is_limit = says.to_lowercase().contains("limit");
    match reply.status.as_u16() {
        401 => Err(BadKey.into()),
        403 if !is_limit => Err(BadKey.into()), // OpenAlex documents 403 for a limit, too
        400 => Err(BadQuestion(format!("HTTP 400: {says}")).into()),
        status => Err(anyhow!("HTTP {status}: {says}")),
    }
}

/// The longest message of a service that is shown, in characters.
const MESSAGE_CHARS: usize = 200;

/// Returns the error message in a reply, on one line.
fn says(body: &[u8]) -> String {
    let json: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let texts = ["error", "message"].iter().filter_map(|key| json.get(key)?.as_str());
    texts.collect::<Vec<_>>().join(": ").chars().map(|c| if c.is_control() { ' ' } else { c }).take(MESSAGE_CHARS).collect()
}
