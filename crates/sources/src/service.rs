//! Services with an API that provide papers and citation counts: their rows, their addresses, and the errors in their replies.

use super::json;
use super::rates::Rate;
use anyhow::{Result, anyhow};
use secrecy::SecretString;
use starcite_ground::http::FullResponse;
use starcite_ground::secret;
use std::collections::BTreeMap;

/// A service with an API: its row.
pub struct Service {
    /// The name for the user.
    pub title: &'static str,
    /// The name in the flag `--NAME-url` and the variable `STARCITE_NAME_URL`, which replace its address.
    pub name: &'static str,
    /// The address of its API.
    pub url: &'static str,
    /// The rate of requests.
    pub rate: Rate,
    /// The variable with the key, if it needs one.
    pub key_variable: Option<&'static str>,
}

impl Service {
    /// Returns the key in the service's variable; `None` if it is not set, or the service needs none.
    ///
    /// # Errors
    /// When the value can't be a key.
    pub fn key(&self) -> Result<Option<SecretString>> {
        secret::token(None, "", "a key", self.key_variable.as_slice())
    }
}

/// The addresses of services that replace those of their rows, by the services' names.
#[derive(Debug, Clone, Default)]
pub struct Addresses(BTreeMap<&'static str, String>);

impl Addresses {
    /// Returns the address of a service.
    pub fn of(&self, service: &Service) -> &str {
        self.0.get(service.name).map_or(service.url, String::as_str)
    }
}

impl FromIterator<(&'static str, String)> for Addresses {
    fn from_iter<I: IntoIterator<Item = (&'static str, String)>>(addresses: I) -> Self {
        Self(addresses.into_iter().collect())
    }
}

/// The service rejects the key.
#[derive(Debug, thiserror::Error)]
#[error("the key is refused")]
pub struct BadKey;

/// The service rejects the request as wrong: mostly because of one paper in it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadQuery(pub String);

/// Returns the words of an error without the key, in case the service has repeated it.
pub fn without(key: &str, error: &anyhow::Error) -> String {
    let words = format!("{error:#}");
    if key.is_empty() { words } else { words.replace(key, "…") }
}

/// Reads a good reply as JSON.
///
/// # Errors
/// [`BadKey`] or [`BadQuery`] when the service rejects one; any other failure by its status.
pub fn json(reply: &FullResponse) -> Result<serde_json::Value> {
    if reply.status.is_success() {
        return json::value(&reply.body).map_err(|error| anyhow!("its reply is not JSON: {error}"));
    }
    let says = says(&reply.body);
    let is_limit = says.to_lowercase().contains("limit");
    match reply.status.as_u16() {
        401 => Err(BadKey.into()),
        403 if !is_limit => Err(BadKey.into()), // OpenAlex documents 403 for a limit, too
        400 => Err(BadQuery(format!("HTTP 400: {says}")).into()),
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
