//! A client's configuration and errors.

use secrecy::SecretString;
use std::time::Duration;

/// The longest reply body that is read, in bytes: a hundred repositories take a tenth of a megabyte.
pub const MAX_BODY_BYTES: usize = 16 << 20;

/// The host that requests go to, the account that sends them, and their time limits.
#[derive(Debug, Clone)]
pub struct Config {
    /// The REST API's root: `https://api.github.com`, `https://HOST/api/v3` for GitHub Enterprise, or a test server.
    pub base_url: String,
    /// The API's own address, if `base_url` is a proxy's: a redirect to a URL under it is sent to `base_url`.
    pub known_as: String,
    /// The account that sends the requests, to that host only. With [`Account::Nobody`] REST allows 60 requests an hour and GraphQL none.
    pub account: Account,
    /// The `User-Agent`; without it GitHub returns 403.
    pub user_agent: String,
    /// The longest wait for a whole reply, body included.
    pub reply_timeout: Duration,
}

/// The account that sends requests.
#[derive(Debug, Clone, Default)]
pub enum Account {
    /// No account.
    #[default]
    Nobody,
    /// A user's token, or a token of GitHub Actions.
    Token(SecretString),
    /// An installation of a GitHub App: its tokens last an hour and are requested as needed
    /// (<https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation>).
    App {
        /// The App's id.
        id: u64,
        /// The installation's id.
        installation: u64,
        /// The App's RSA private key, as PEM.
        key: SecretString,
    },
}

impl Default for Config {
    fn default() -> Self {
        Self {
            base_url: "https://api.github.com".to_owned(),
            known_as: "https://api.github.com".to_owned(),
            account: Account::Nobody,
            user_agent: concat!("starcite/", env!("CARGO_PKG_VERSION")).to_owned(),
            reply_timeout: Duration::from_secs(30),
        }
    }
}

/// A configuration that cannot send a request.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Not an absolute `https` URL, nor an `http` one of this machine, or one with a query or a user. The message omits the value because it may be a password.
    #[error(
        "what was given is not the address of a GitHub API: write https://api.github.com or https://HOST/api/v3, without a user and a query; http:// is for this machine alone"
    )]
    BaseUrl,
    /// A token with a line break or another character that a header cannot contain. The message omits the token.
    #[error("the token has a character that no HTTP header may have, such as a line break")]
    Token,
    /// An invalid private key. The message omits the key.
    #[error("the private key of the GitHub App is no RSA key in PEM")]
    AppKey,
    /// A user agent that a header cannot contain.
    #[error("{0:?} cannot be a User-Agent header")]
    UserAgent(String),
    /// [`Client::new`](crate::Client::new) was called outside a tokio runtime, which octocrab needs for a task of its own.
    #[error("a GitHub client needs a tokio runtime")]
    NoRuntime,
    /// The TLS stack could not be set up, for example because the system has no certificates.
    #[error("the HTTP client cannot be built: {0}")]
    Build(String),
}

/// A request without a usable reply. None of these is a fact about a repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// Nothing was sent: connection refused, no such host, no TLS, no connection in time.
    #[error("no connection: {0}")]
    NoConnection(String),
    /// The connection broke before the reply was complete.
    #[error("the reply broke off: {0}")]
    Broken(String),
    /// No complete reply in time.
    #[error("no reply within {} s", .0.as_secs())]
    Timeout(Duration),
    /// The host gave a GitHub App no token of its installation.
    #[error("no token for the GitHub App: {0}")]
    Refused(String),
    /// A body of more than [`MAX_BODY_BYTES`].
    #[error("a reply of more than {MAX_BODY_BYTES} bytes")]
    TooLarge,
}
