//! Asks a GitHub host who the account is and what it has left, which costs nothing.

use super::account::{Credentials, variables};
use super::explain;
use crate::cli::plan::{HostPlan, api_url};
use anyhow::{Result, bail, ensure};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;
use starcite_core::answer::Stop;
use starcite_github::{Client, Config, Unreachable};
use starcite_ground::{http, interrupt};

/// The reply of a host about an account.
#[derive(Debug)]
pub(crate) struct Quota {
    /// True if requests are sent with a token or in the name of an App.
    pub(crate) is_somebody: bool,
    /// GraphQL points, or without an account REST requests, that are left, of how many an hour, and when they are full again.
    pub(crate) remaining: Option<i64>,
    pub(crate) limit: Option<i64>,
    pub(crate) reset_at: Option<DateTime<Utc>>,
    /// The day on which the token expires, if it does.
    pub(crate) expires_at: Option<DateTime<Utc>>,
    /// Rights of a classic token: starcite needs none.
    pub(crate) scopes: Vec<String>,
    /// The host's clock.
    pub(crate) date: Option<DateTime<Utc>>,
}

/// Asks a host (<https://docs.github.com/en/rest/rate-limit/rate-limit>).
///
/// # Errors
/// When a file with the token can't be read, the host can't be reached, or refuses the account; the error has the next step.
pub(crate) fn quota(host: &HostPlan) -> Result<Quota> {
    let credentials = Credentials::read(host)?;
    let is_somebody = credentials.is_somebody();
    let config = Config { base_url: host.url(), known_as: api_url(&host.host), account: credentials.account, user_agent: http::agent(), ..Config::default() };
    let runtime = http::runtime()?;
    let reply = runtime.block_on(async {
        let client = Client::new(config, http::github()?)?;
        interrupt::unless_interrupted(async { Ok(client.rest_path("/rate_limit", None).await) }).await
    })?;
    let reply = match reply {
        Ok(reply) => reply,
        Err(Unreachable::Refused(why)) => bail!("{} gives the App no token ({why}): check --app-id, --app-installation and the key", host.host),
        Err(error) => bail!("{}: check the network, and HTTPS_PROXY if there is a proxy", explain(&Stop::Unreachable { error: error.to_string() }, host)),
    };
    let header = |name: &str| reply.headers.get(name).and_then(|value| value.to_str().ok());
    ensure!(reply.status != 401, "{} refuses the token: make another one and put it into {} or the file of --token-file", host.host, variables(&host.host)[0]);
    // an Enterprise server without limits answers 404
    ensure!(matches!(reply.status, 200 | 404), "{} answers HTTP {}: try again later", host.host, reply.status);
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let of = &body["resources"][if is_somebody { "graphql" } else { "core" }];
    Ok(Quota {
        is_somebody,
        remaining: of["remaining"].as_i64(),
        limit: of["limit"].as_i64(),
        reset_at: of["reset"].as_i64().and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
        expires_at: header("github-authentication-token-expiration").and_then(expiry),
        scopes: header("x-oauth-scopes").unwrap_or_default().split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
        date: header("date").and_then(|date| DateTime::parse_from_rfc2822(date).ok()).map(|date| date.to_utc()),
    })
}

/// Reads the day of a token's expiry, as GitHub writes it: `2026-12-31 23:59:59 UTC`, or with an offset.
fn expiry(text: &str) -> Option<DateTime<Utc>> {
    let utc = text.strip_suffix(" UTC").and_then(|text| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()).map(|at| at.and_utc());
    utc.or_else(|| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S %z").ok().map(|at| at.to_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expiry_of_a_token_is_read_in_both_of_githubs_forms() {
        for text in ["2026-12-31 23:59:59 UTC", "2027-01-01 00:59:59 +0100"] {
            assert_eq!(expiry(text).map(|at| at.to_rfc3339()).as_deref(), Some("2026-12-31T23:59:59+00:00"), "{text}");
        }
        assert_eq!(expiry("soon"), None);
    }
}
