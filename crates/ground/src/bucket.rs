//! S3 buckets: opens them as the usual `AWS_*` variables specify, and turns their errors into messages for users.

use crate::{http, url};
use anyhow::{Context, Result, anyhow, bail};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService};
use object_store::path::Path;
use object_store::{BackoffConfig, ClientConfigKey, ClientOptions, RetryConfig};
use reqwest::{Certificate, ClientBuilder, NoProxy, Proxy};
use std::pin::Pin;
use std::time::Duration;

/// Prefix of the URLs of objects in buckets.
pub const SCHEME: &str = "s3://";

/// Variables that supply credentials; without any of them, `object_store` requests the machine's own from Amazon's cloud.
const CREDENTIALS: [&str; 5] =
    ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_SKIP_SIGNATURE"];

/// Timeout of a whole request; long, because objects may be large. Silence has its own timeout.
const TIMEOUT: Duration = Duration::from_secs(86_400);
/// Connection timeout for Amazon's metadata service: outside Amazon's cloud no host answers, and no credentials are available.
const METADATA_TIMEOUT: Duration = Duration::from_secs(1);

/// Splits `s3://bucket/path` into the bucket and the path in it.
///
/// # Errors
/// When it names no bucket, or a path that no object can have. An error about possible keys in the URL does not print them.
pub fn parse(url: &str) -> Result<(&str, Path)> {
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

/// Opens a bucket; each request is retried up to `retries` times.
///
/// # Errors
/// When the variables contradict each other, or no source supplies credentials.
pub async fn open(bucket: &str, retries: usize) -> Result<AmazonS3> {
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

/// Creates the HTTP clients of a bucket and of its credential providers: their requests are signed, or contain a credential.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = http::signed(|builder| as_said(options, builder));
        client.map(|client| HttpClient::new(Reporting(client))).map_err(|error| object_store::Error::Generic { store: "S3", source: error.into() })
    }
}

/// A client that reports each request.
#[derive(Debug)]
struct Reporting(reqwest::Client);

/// A reply to come, as `async_trait` writes it.
type ToCome<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>;

impl HttpService for Reporting {
    fn call<'client, 'to_come>(&'client self, request: HttpRequest) -> ToCome<'to_come>
    where
        'client: 'to_come,
        Self: 'to_come,
    {
        Box::pin(async move {
            match request.uri().to_string().parse() {
                Ok(url) => {
                    let sent = http::Sent::begin(request.method(), &url, None);
                    sent.reply(self.0.call(request), |reply| (reply.status(), reply.headers())).await
                }
                Err(_) => self.0.call(request).await,
            }
        })
    }
}

/// Applies the connection settings of the `AWS_*` variables; the other options of `object_store` are not user settings.
fn as_said(options: &ClientOptions, builder: ClientBuilder) -> Result<ClientBuilder> {
    let said = |key| options.get_config_value(&key);
    let is = |key| said(key).is_some_and(|value| is_true(&value));
    let mut builder = builder.timeout(TIMEOUT).http1_only().https_only(!is(ClientConfigKey::AllowHttp));
    if said(ClientConfigKey::ConnectTimeout).as_deref() == Some("1s") {
        builder = builder.connect_timeout(METADATA_TIMEOUT); // `object_store` sets this value for the clients that request credentials
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

/// The reason why a request failed.
#[derive(Debug)]
pub enum Failure {
    /// The object does not exist.
    Missing,
    /// The object has changed since an earlier request.
    Changed,
    /// A permanent error: its cause, and what to do.
    Refused(anyhow::Error),
    /// No host answers at the address.
    Nobody(anyhow::Error),
    /// The host demands a longer wait than a run allows.
    TooLong(anyhow::Error),
    /// A temporary error.
    MayPass(anyhow::Error),
}

/// Classifies an error of `object_store`.
pub fn failure(error: object_store::Error) -> Failure {
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
            None if text.contains("status code: 416") => Failure::Changed, // the object has become shorter
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

/// True if a retry would fail, too. The status appears only in the text of the error.
fn is_final(text: &str) -> bool {
    text.contains("status code: 4") && !text.contains("status code: 429")
}

fn is_redirect(text: &str) -> bool {
    text.contains("status code: 3") || text.contains("Received redirect")
}

/// Returns "HTTP 503 Service Unavailable (SlowDown)", or the error at the end of the chain of causes.
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
