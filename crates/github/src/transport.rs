//! octocrab on the caller's HTTP client, which sends each request once, and what the errors of that stack mean.

use crate::address::Address;
use crate::config::{Account, ClientError, Config, Unreachable};
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderValue, Request};
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
use std::sync::Arc;
use tower::util::MapRequestLayer;

/// octocrab with no layer that could send anything twice or elsewhere.
///
/// Its base is the bare origin and every path is written out in full, because with a path in the base it would put
/// `/api/v3` before `/api/graphql`. The token is added to requests without a host of their own and to no others.
pub(crate) fn build(config: &Config, address: &Address, http: ClientBuilder) -> Result<Octocrab, ClientError> {
    let origin = address.origin.clone();
    let agent = HeaderValue::from_str(&config.user_agent).map_err(|_| ClientError::UserAgent(config.user_agent.clone()))?;
    let headers = vec![(USER_AGENT, agent), (ACCEPT, HeaderValue::from_static("application/vnd.github+json"))];
    let http = http.redirect(Policy::none()).retry(reqwest::retry::never()).http1_only().build().map_err(|error| ClientError::Build(chain(&error)))?;
    let built = OctocrabBuilder::new_empty()
        .with_service(ReqwestConnector::new(http))
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

/// octocrab asks for an App's token at the origin; on GitHub Enterprise it stands under `/api/v3`.
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

/// The header with the token, which shows itself in no `Debug`.
fn authorization(account: &Account) -> Result<Option<HeaderValue>, ClientError> {
    let Account::Token(token) = account else {
        return Ok(None);
    };
    let bearer = format!("Bearer {}", token.expose_secret());
    let mut header = HeaderValue::from_str(&bearer).map_err(|_| ClientError::Token)?;
    header.set_sensitive(true);
    Ok(Some(header))
}

/// What an error of the HTTP stack means, told from the errors beneath it.
pub(crate) fn failed(error: &(dyn Error + 'static)) -> Unreachable {
    let mut beneath = Some(error);
    while let Some(cause) = beneath {
        // octocrab makes errors of replies only where it asks for an App's token.
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

/// An error and its causes in one line, without those that only repeat the one above.
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
