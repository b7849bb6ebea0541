//! Sets up octocrab on the caller's HTTP client, so that it sends each request once, and classifies the errors of that stack.

use crate::address::Address;
use crate::config::{Account, ClientError, Config, Unreachable};
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderValue, Request, Response};
use http_body_util::LengthLimitError;
use octocrab::auth::{AppAuth, EncodingKey};
use octocrab::models::{AppId, InstallationId};
use octocrab::service::middleware::{
    auth_header::AuthHeaderLayer, base_uri::BaseUriLayer, extra_headers::ExtraHeadersLayer, reqwest_connector::ReqwestConnector,
};
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};
use reqwest::ClientBuilder;
use reqwest::redirect::Policy;
use secrecy::ExposeSecret;
use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::time::Instant;
use tower::Service;
use tower::util::MapRequestLayer;
use tracing::debug;

/// The target of events that each report one request to a host; the program reports its other requests under it, too.
pub(crate) const REQUEST: &str = "starcite::request";

/// Builds octocrab without any layer that could send a request twice or to another host.
///
/// Its base is the bare origin and every path is complete, because with a path in the base octocrab would put
/// `/api/v3` before `/api/graphql`. The token is added only to requests without a host of their own.
pub(crate) fn build(config: &Config, address: &Address, http: ClientBuilder) -> Result<Octocrab, ClientError> {
    let origin = address.origin.clone();
    let agent = HeaderValue::from_str(&config.user_agent).map_err(|_| ClientError::UserAgent(config.user_agent.clone()))?;
    let headers = vec![(USER_AGENT, agent), (ACCEPT, HeaderValue::from_static("application/vnd.github+json"))];
    let http = http.redirect(Policy::none()).retry(reqwest::retry::never()).http1_only().build().map_err(|error| ClientError::Build(chain(&error)))?;
    let built = OctocrabBuilder::new_empty()
        .with_service(TokenRequests(ReqwestConnector::new(http)))
        .with_layer(&ExtraHeadersLayer::new(Arc::new(headers)))
        .with_layer(&BaseUriLayer::new(origin.clone()))
        .with_layer(&under_root(address.clone()))
        .with_layer(&AuthHeaderLayer::new(authorization(&config.account)?, origin.clone(), origin))
        .with_auth(auth_state(&config.account)?)
        .build();
    let octocrab = built.unwrap_or_else(|never| match never {});
    match &config.account {
        Account::App { installation, .. } => octocrab.installation(InstallationId(*installation)).map_err(|error| ClientError::Build(chain(&error))),
        Account::Nobody | Account::Token(_) => Ok(octocrab),
    }
}

/// Reports requests for an App's token, which octocrab sends by itself; the asker reports all others.
#[derive(Clone)]
struct TokenRequests<S>(S);

impl<S, B> Service<Request<OctoBody>> for TokenRequests<S>
where
    S: Service<Request<OctoBody>, Response = Response<B>, Future: Send + 'static>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<OctoBody>) -> Self::Future {
        let is_for_token = request.uri().path().ends_with("/access_tokens");
        let host = request.uri().host().unwrap_or_default().to_owned();
        let (begun, reply) = (Instant::now(), self.0.call(request));
        Box::pin(async move {
            let reply = reply.await;
            if is_for_token {
                let status = reply.as_ref().ok().map(|reply| reply.status().as_u16());
                debug!(target: REQUEST, host, what = "a token of the App", status, ms = begun.elapsed().as_millis() as u64, "request");
            }
            reply
        })
    }
}

/// Corrects octocrab's request for an App's token, which it sends to the origin; on GitHub Enterprise the path is under `/api/v3`.
fn under_root(address: Address) -> MapRequestLayer<impl Fn(Request<OctoBody>) -> Request<OctoBody> + Clone> {
    MapRequestLayer::new(move |mut request: Request<OctoBody>| {
        let path = request.uri().path();
        if path.starts_with("/app/")
            && let Ok(uri) = address.rest_path(path).parse()
        {
            *request.uri_mut() = uri;
        }
        request
    })
}

fn auth_state(account: &Account) -> Result<AuthState, ClientError> {
    let Account::App { id, key, .. } = account else {
        return Ok(AuthState::None);
    };
    let key = EncodingKey::from_rsa_pem(key.expose_secret().as_bytes()).map_err(|_| ClientError::AppKey)?;
    Ok(AuthState::App(AppAuth { app_id: AppId(*id), key }))
}

/// Returns the header with the token; `Debug` does not print it.
fn authorization(account: &Account) -> Result<Option<HeaderValue>, ClientError> {
    let Account::Token(token) = account else {
        return Ok(None);
    };
    let bearer = format!("Bearer {}", token.expose_secret());
    let mut header = HeaderValue::from_str(&bearer).map_err(|_| ClientError::Token)?;
    header.set_sensitive(true);
    Ok(Some(header))
}

/// Classifies an error of the HTTP stack by the errors that caused it.
pub(crate) fn failed(error: &(dyn Error + 'static)) -> Unreachable {
    let mut beneath = Some(error);
    while let Some(cause) = beneath {
        // octocrab creates such errors only when it requests an App's token.
        if let Some(octocrab::Error::GitHub { source, .. }) = cause.downcast_ref()
            && source.status_code.is_client_error()
        {
            return Unreachable::Refused(source.message.clone());
        }
        if cause.is::<LengthLimitError>() {
            return Unreachable::TooLarge;
        }
        if let Some(http) = cause.downcast_ref::<reqwest::Error>() {
            let why = chain(http.source().unwrap_or(http));
            return if http.is_connect() { Unreachable::NoConnection(why) } else { Unreachable::Broken(why) };
        }
        beneath = cause.source();
    }
    Unreachable::Broken(chain(error))
}

/// Joins an error and its causes in one line, without causes that only repeat the error above.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let line = cause.to_string();
        if text.is_empty() {
            text = line;
        } else if !text.contains(&line) {
            text = format!("{text}: {line}");
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_one_line_without_repetition() {
        let refused = std::io::Error::new(std::io::ErrorKind::ConnectionRefused, "refused");
        assert_eq!(chain(&std::io::Error::other(refused)), "refused");
    }
}
