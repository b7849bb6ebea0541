//! Buckets that speak S3: opened as the usual `AWS_*` variables say, and what their errors mean to a person.

use crate::url;
use anyhow::{Context, Result, anyhow, bail};
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::client::{HttpError, HttpErrorKind};
use object_store::path::Path;
use object_store::{BackoffConfig, ClientConfigKey, RetryConfig};
use std::time::Duration;

/// How URLs of objects in buckets begin.
pub(crate) const SCHEME: &str = "s3://";

/// Where credentials may come from; else a machine in Amazon's cloud is asked for its own.
const CREDENTIALS: [&str; 5] =
    ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_SKIP_SIGNATURE"];

/// A request as a whole is hardly bounded, for objects may be large; silence is.
const TIMEOUTS: [(ClientConfigKey, &str); 3] =
    [(ClientConfigKey::Timeout, "1day"), (ClientConfigKey::ConnectTimeout, "10s"), (ClientConfigKey::ReadTimeout, "60s")];

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
    let builder = TIMEOUTS.into_iter().fold(AmazonS3Builder::from_env(), |builder, (key, time)| builder.with_config(AmazonS3ConfigKey::Client(key), time));
    let store = builder.with_bucket_name(bucket).with_retry(retry).build().with_context(|| format!("cannot open s3://{bucket}: check the AWS_* variables"))?;
    if !CREDENTIALS.iter().any(|name| std::env::var_os(name).is_some()) && store.credentials().get_credential().await.is_err() {
        bail!("no credentials for s3://{bucket}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SKIP_SIGNATURE=true if it is public");
    }
    Ok(store)
}

fn is_set(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| value == "1" || value.eq_ignore_ascii_case("true"))
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
    text.contains("redirect") || (text.contains("status code: 4") && !text.contains("status code: 429"))
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
