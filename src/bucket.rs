//! Buckets that speak S3: opened as the usual `AWS_*` variables say, and what their errors mean to a person.

use crate::{http, url};
use anyhow::{Context, Result, anyhow, bail};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{HttpClient, HttpConnector, HttpError, HttpErrorKind};
use object_store::path::Path;
use object_store::{BackoffConfig, ClientConfigKey, ClientOptions, RetryConfig};
use reqwest::{Certificate, ClientBuilder, NoProxy, Proxy};
use std::time::Duration;

/// How URLs of objects in buckets begin.
pub(crate) const SCHEME: &str = "s3://";

/// Where credentials may come from; else a machine in Amazon's cloud is asked for its own.
const CREDENTIALS: [&str; 5] =
    ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_SKIP_SIGNATURE"];

/// A request as a whole is hardly bounded, for objects may be large; silence is.
const TIMEOUT: Duration = Duration::from_secs(86_400);
/// How soon a machine outside Amazon's cloud is known to be none of it: there is nobody who gives credentials.
const METADATA_TIMEOUT: Duration = Duration::from_secs(1);

/// The bucket and the path in it that `s3://bucket/path` names.
///
/// # Errors
/// When it names no bucket, or a path that no object can have. Keys in it are refused unseen.
pub(crate) fn parse(url: &str) -> Result<(&str, Path)> {
    let (bucket, path) = url.strip_prefix(SCHEME).map(|rest| rest.split_once('/').unwrap_or((rest, ""))).unwrap_or_default();
    if bucket.is_empty() {
        bail!("{} names no bucket: write s3://bucket/path", url::name(url));
    }
    if !bucket.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) {
        bail!(
            "what stands behind s3:// is not the name of a bucket: write s3://bucket/path; keys go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, not into a URL"
        );
    }
    let path = Path::parse(path).map_err(|_| anyhow!("{} names no object: its path has an empty part, `.` or `..`", url::name(url)))?;
    Ok((bucket, path))
}

/// Opens a bucket; each request is tried again as often as `retries` says.
///
/// # Errors
/// When the variables contradict each other, or nobody gives credentials.
pub(crate) async fn open(bucket: &str, retries: usize) -> Result<AmazonS3> {
    let retry = RetryConfig { max_retries: retries, retry_timeout: Duration::from_secs(120), backoff: BackoffConfig::default() };
    let endpoint = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"].iter().find_map(|name| std::env::var(name).ok());
    if endpoint.is_some_and(|url| url.starts_with("http://")) && !is_set("AWS_ALLOW_HTTP") {
        bail!("the endpoint of s3://{bucket} is not encrypted: set AWS_ALLOW_HTTP=true if it is meant to be so");
    }
    let builder = AmazonS3Builder::from_env().with_http_connector(Connector).with_bucket_name(bucket).with_retry(retry);
    let store = builder.build().with_context(|| format!("cannot open s3://{bucket}: check the AWS_* variables"))?;
    if !CREDENTIALS.iter().any(|name| std::env::var_os(name).is_some()) && store.credentials().get_credential().await.is_err() {
        bail!("no credentials for s3://{bucket}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SKIP_SIGNATURE=true if it is public");
    }
    Ok(store)
}

fn is_set(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| is_true(&value))
}

fn is_true(value: &str) -> bool {
    value == "1" || value.eq_ignore_ascii_case("true")
}

/// Makes the clients of a bucket and of those who give credentials for it: what they send is signed, or a credential itself.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = http::signed(|builder| as_said(options, builder));
        client.map(HttpClient::new).map_err(|error| object_store::Error::Generic { store: "S3", source: error.into() })
    }
}

/// Obeys what the `AWS_*` variables say of connections; the other options of `object_store` are not for its users.
fn as_said(options: &ClientOptions, builder: ClientBuilder) -> Result<ClientBuilder> {
    let said = |key| options.get_config_value(&key);
    let is = |key| said(key).is_some_and(|value| is_true(&value));
    let mut builder = builder.timeout(TIMEOUT).http1_only().https_only(!is(ClientConfigKey::AllowHttp));
    if said(ClientConfigKey::ConnectTimeout).as_deref() == Some("1s") {
        builder = builder.connect_timeout(METADATA_TIMEOUT); // as `object_store` says it of the clients that ask for credentials
    }
    if let Some(url) = said(ClientConfigKey::ProxyUrl) {
        let excludes = said(ClientConfigKey::ProxyExcludes).and_then(|excludes| NoProxy::from_string(&excludes));
        builder = builder.proxy(Proxy::all(url)?.no_proxy(excludes));
    }
    if let Some(pem) = said(ClientConfigKey::ProxyCaCertificate) {
        builder = builder.tls_certs_merge([Certificate::from_pem(pem.as_bytes())?]);
    }
    Ok(builder.danger_accept_invalid_certs(is(ClientConfigKey::AllowInvalidCertificates)))
}

/// What came of a request that failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Not there.
    Missing,
    /// It is not, or no longer, what was asked for.
    Changed,
    /// An answer that stays the same however often it is asked for: why, and what to do.
    Refused(anyhow::Error),
    /// Nobody is there.
    Nobody(anyhow::Error),
    /// The host wants a longer wait than a run has patience for.
    TooLong(anyhow::Error),
    /// It may pass.
    MayPass(anyhow::Error),
}

/// What an error of a bucket means.
pub(crate) fn failure(error: object_store::Error) -> Failure {
    use object_store::Error::{Generic, NotFound, PermissionDenied, Precondition, Unauthenticated};
    let text = error.to_string();
    let reason = || anyhow!(reason(&error, &text));
    match &error {
        NotFound { .. } if text.contains("NoSuchBucket") => Failure::Refused(anyhow!("there is no such bucket: make it, or check its name")),
        NotFound { .. } => Failure::Missing,
        Precondition { .. } => Failure::Changed,
        PermissionDenied { .. } | Unauthenticated { .. } => {
            Failure::Refused(reason().context("access is denied: check the AWS_* variables and what they may do"))
        }
        Generic { store: "S3", .. } => match http_error(&error).map(HttpError::kind) {
            Some(HttpErrorKind::Connect) => Failure::Nobody(reason()),
            None if text.contains("status code: 416") => Failure::Changed, // it has become shorter
            None if is_redirect(&text) => {
                let next = "it redirects, and a signed request is sent to no other address: set AWS_REGION to the bucket's region, or AWS_ENDPOINT_URL";
                Failure::Refused(reason().context(next))
            }
            None if is_final(&text) => Failure::Refused(reason()),
            _ => Failure::MayPass(reason()),
        },
        _ => Failure::Refused(reason()),
    }
}

fn http_error(error: &object_store::Error) -> Option<&HttpError> {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

/// The status of a reply stands in the text of the error alone.
fn is_final(text: &str) -> bool {
    text.contains("status code: 4") && !text.contains("status code: 429")
}

fn is_redirect(text: &str) -> bool {
    text.contains("status code: 3") || text.contains("Received redirect")
}

/// "HTTP 503 Service Unavailable (SlowDown)"; or what is at the bottom.
fn reason(error: &object_store::Error, text: &str) -> String {
    let Some((_, status)) = text.split_once("status code: ") else {
        let mut bottom: &dyn std::error::Error = error;
        while let Some(cause) = bottom.source() {
            bottom = cause;
        }
        return bottom.to_string();
    };
    let (status, body) = status.split_once(": ").unwrap_or((status, ""));
    let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map(|(code, _)| format!(" ({code})"));
    format!("HTTP {status}{}", code.unwrap_or_default())
}
