//! Sends one request and returns the whole reply; decides nothing.

use crate::address::Address;
use crate::config::{Account, ClientError, Config, MAX_BODY_BYTES, Unreachable};
use crate::transport::{self, failed};
use http::header::{IF_NONE_MATCH, LOCATION};
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt, Limited};
use octocrab::Octocrab;
use std::fmt;
use std::time::Duration;

/// A received reply, whatever its status.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// All headers; [`crate::limit`] reads those about limits.
    pub headers: HeaderMap,
    /// The body, at most [`MAX_BODY_BYTES`].
    pub body: Vec<u8>,
}

/// One connection pool to one GitHub API. It follows no redirects, retries nothing and caches nothing.
pub struct Client {
    octocrab: Octocrab,
    address: Address,
    has_account: bool,
    reply_timeout: Duration,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("address", &self.address).field("has_account", &self.has_account).finish_non_exhaustive()
    }
}

impl Client {
    /// Returns a client for `config` on an HTTP client with the caller's proxies, certificates and connection time-outs, which then follows no redirects;
    /// sends nothing yet. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub fn new(config: Config, http: reqwest::ClientBuilder) -> Result<Self, ClientError> {
        let address = Address::read(&config.base_url, &config.known_as).ok_or(ClientError::BaseUrl)?;
        tokio::runtime::Handle::try_current().map_err(|_| ClientError::NoRuntime)?;
        Ok(Self {
            octocrab: transport::build(&config, &address, http)?,
            address,
            has_account: !matches!(config.account, Account::Nobody),
            reply_timeout: config.reply_timeout,
        })
    }

    /// True if the client has an account, which GraphQL requires.
    pub fn has_account(&self) -> bool {
        self.has_account
    }

    /// Returns the name of the host that requests go to.
    pub fn host(&self) -> &str {
        self.address.origin.host().unwrap_or_default()
    }

    /// Sends a GraphQL query: `POST /graphql`, or `/api/graphql` on GitHub Enterprise.
    ///
    /// # Errors
    /// If no complete reply was received. A reply with errors in it is a reply.
    pub async fn graphql(&self, query: &str) -> Result<Reply, Unreachable> {
        let body = serde_json::json!({ "query": query });
        self.whole(self.octocrab._post(self.address.graphql_path(), Some(&body))).await
    }

    /// Requests a path under the REST API's root, such as `/repos/o/n`; with an `etag`, GitHub returns 304 if the resource has not changed.
    ///
    /// # Errors
    /// If no complete reply was received. A 404, a 301 or a 304 is a reply.
    pub async fn rest_path(&self, path: &str, etag: Option<&str>) -> Result<Reply, Unreachable> {
        self.absolute_path(&self.address.rest_path(path), etag).await
    }

    /// Requests a path from [`redirect_path`](Self::redirect_path), which starts at the host's root, not the API's.
    ///
    /// # Errors
    /// If no complete reply was received.
    pub async fn absolute_path(&self, path: &str, etag: Option<&str>) -> Result<Reply, Unreachable> {
        let known = etag.and_then(|etag| HeaderValue::from_str(etag).ok());
        let headers = known.map(|etag| HeaderMap::from_iter([(IF_NONE_MATCH, etag)]));
        self.whole(self.octocrab._get_with_headers(path, headers)).await
    }

    /// Returns the path of a redirect, from the host's root, if it stays on the same scheme, host and port, or is under the API's own address if this one is
    /// a proxy's.
    ///
    /// `None` for any other target, which must not receive the token and is not trusted.
    pub fn redirect_path(&self, reply: &Reply) -> Option<String> {
        let location = reply.headers.get(LOCATION)?.to_str().ok()?;
        self.address.path_here(location)
    }

    /// Waits for the whole reply, head and body, for at most the reply time-out.
    async fn whole<B>(&self, sent: impl Future<Output = octocrab::Result<http::Response<B>>>) -> Result<Reply, Unreachable>
    where
        B: http_body::Body<Error = octocrab::Error>,
    {
        let read = async {
            let (head, body) = sent.await.map_err(|error| failed(&error))?.into_parts();
            let body = Limited::new(body, MAX_BODY_BYTES).collect().await.map_err(|error| failed(error.as_ref()))?;
            Ok(Reply { status: head.status.as_u16(), headers: head.headers, body: body.to_bytes().to_vec() })
        };
        let late = |_| Unreachable::Timeout(self.reply_timeout);
        tokio::time::timeout(self.reply_timeout, read).await.map_err(late)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "the caller makes it")]
    fn made(config: Config) -> Result<Client, ClientError> {
        Client::new(config, reqwest::Client::builder())
    }

    fn with_token(token: &str) -> Config {
        Config { account: Account::Token(token.into()), ..Config::default() }
    }

    #[tokio::test]
    async fn a_token_is_in_no_text() {
        let broken = with_token("geheim\n");
        assert!(!format!("{broken:?}").contains("geheim"));
        let error = made(broken).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("geheim"));
        let fine = made(with_token("geheim")).unwrap();
        assert!(!format!("{fine:?}").contains("geheim"));
    }

    #[tokio::test]
    async fn what_cannot_be_sent_is_told_at_once() {
        let config = Config { base_url: "api.github.com".to_owned(), ..Config::default() };
        assert!(matches!(made(config), Err(ClientError::BaseUrl)));
        let config = Config { user_agent: "a\nb".to_owned(), ..Config::default() };
        assert!(matches!(made(config), Err(ClientError::UserAgent(_))));
    }

    #[tokio::test]
    async fn an_apps_key_that_is_none_is_told_without_showing_it() {
        let account = Account::App { id: 1, installation: 2, key: "geheim".into() };
        let config = Config { account, ..Config::default() };
        assert!(!format!("{config:?}").contains("geheim"));
        let error = made(config).unwrap_err();
        assert!(matches!(error, ClientError::AppKey) && !format!("{error} {error:?}").contains("geheim"));
    }

    #[test]
    fn without_a_runtime_there_is_an_error_and_no_panic() {
        assert!(matches!(made(Config::default()), Err(ClientError::NoRuntime)));
    }
}
