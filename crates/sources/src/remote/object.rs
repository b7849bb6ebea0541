//! Requests an object from a byte on, over HTTP or from a bucket, and returns its version.

use super::Remote;
use crate::client::{RateLimitedClient, Unanswered};
use crate::hosts::Hosts;
use crate::rates;
use anyhow::{Result, anyhow};
use futures_util::StreamExt;
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, HeaderName, IF_RANGE, LAST_MODIFIED, RANGE};
use reqwest::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use starcite_ground::bucket::{self, Failure};
use starcite_ground::http::{self, Pieces};
use std::time::Duration;

/// The properties that distinguish versions of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Version {
    etag: Option<String>,
    last_modified: Option<String>,
    /// The size of the whole object.
    pub(super) bytes: Option<u64>,
}

impl Version {
    /// True if another version can be distinguished from it without comparing bytes.
    pub(super) fn is_known(&self) -> bool {
        self.etag.is_some() || (self.last_modified.is_some() && self.bytes.is_some())
    }

    /// True if it is the same for sure.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (&self.etag, &other.etag) {
            (Some(etag), Some(other_etag)) => etag == other_etag && (self.bytes == other.bytes || self.bytes.is_none() || other.bytes.is_none()),
            _ => self.is_known() && self == other,
        }
    }

    /// True if it is another one for sure.
    pub(super) fn is_other(&self, other: &Self) -> bool {
        matches!((&self.etag, &other.etag), (Some(etag), Some(other_etag)) if etag != other_etag)
    }

    /// Returns the value that a server compares before it answers with a part (RFC 9110, 13.1.5): a weak ETag is not enough.
    fn validator(&self) -> Option<&str> {
        self.etag.as_deref().filter(|etag| !etag.starts_with("W/")).or(self.last_modified.as_deref())
    }
}

/// An object that is arriving.
pub(super) struct Reply {
    pub(super) version: Version,
    /// The position of the first byte: the requested one, or 0 from a server that only sends the whole object.
    pub(super) from: u64,
    pub(super) stream: Pieces,
}

/// The server of an object.
pub(super) enum Object {
    Http { host: Box<RateLimitedClient>, url: String },
    Bucket { store: Box<AmazonS3>, path: Path, name: String, hosts: Hosts },
}

impl Object {
    pub(super) async fn open(remote: &Remote, hosts: &Hosts) -> Result<Self> {
        if !remote.url.starts_with(bucket::SCHEME) {
            let host = Box::new(RateLimitedClient::new(http::object(remote.has_credential())?, hosts, rates::OBJECTS));
            return Ok(Self::Http { host, url: remote.url.clone() });
        }
        let (bucket, path) = bucket::parse(&remote.url)?;
        let store = Box::new(bucket::open(bucket, 0).await?); // the reader tries again
        Ok(Self::Bucket { store, path, name: format!("{}{bucket}", bucket::SCHEME), hosts: hosts.clone() })
    }

    /// Requests the object from a byte on; of this version, if it is known.
    pub(super) async fn get(&mut self, from: u64, version: &Version) -> Result<Reply, Failure> {
        match self {
            Self::Http { host, url } => {
                let request = host.request(url).header(ACCEPT_ENCODING, "identity");
                let request = if from > 0 { request.header(RANGE, format!("bytes={from}-")) } else { request };
                let validator = version.validator().filter(|_| from > 0);
                let request = validator.into_iter().fold(request, |request, validator| request.header(IF_RANGE, validator));
                http_reply(host.once(request).await?, from)
            }
            Self::Bucket { store, path, name, hosts } => {
                let options = GetOptions { range: (from > 0).then_some(GetRange::Offset(from)), if_match: version.etag.clone(), ..GetOptions::default() };
                hosts.sent();
                let got = store.get_opts(path, options).await.map_err(bucket::failure)?;
                hosts.answered(name);
                let version = Version { etag: got.meta.e_tag.clone(), last_modified: Some(got.meta.last_modified.to_rfc3339()), bytes: Some(got.meta.size) };
                let from = got.range.start;
                let pieces = got.into_stream().map(|piece| piece.map_err(|error| error_of(bucket::failure(error)))).boxed();
                Ok(Reply { version, from, stream: http::steady(pieces) })
            }
        }
    }

    /// Waits after an error before the next request, unless the host itself named a wait.
    pub(super) async fn wait(&mut self, wait: Duration, error: &anyhow::Error) {
        match self {
            Self::Http { host, .. } => host.wait(wait, error),
            Self::Bucket { name, hosts, .. } => {
                hosts.waiting(name, &format!("{error:#}"), wait);
                tokio::time::sleep(wait).await;
            }
        }
    }

    /// Waits after a failed connection; false if that was tried often enough.
    pub(super) async fn reconnects(&mut self, error: &anyhow::Error) -> bool {
        match self {
            Self::Http { host, .. } => host.reconnects(error),
            Self::Bucket { name, hosts, .. } => {
                let Some(wait) = hosts.refused(name, error) else { return false };
                tokio::time::sleep(wait).await;
                true
            }
        }
    }
}

impl From<Unanswered> for Failure {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Nobody(error) => Self::Nobody(error),
            Unanswered::Final(error) => Self::TooLong(error),
            Unanswered::Refused(error) => Self::Refused(error),
            Unanswered::MayPass(error) => Self::MayPass(error),
        }
    }
}

/// Returns the reason why the rest of a reply does not come.
fn error_of(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Refused(error) | Failure::Nobody(error) | Failure::TooLong(error) | Failure::MayPass(error) => error,
        Failure::Missing | Failure::Changed => anyhow!("it is not there any more"),
    }
}

fn http_reply(reply: Response, from: u64) -> Result<Reply, Failure> {
    let (headers, status) = (reply.headers(), reply.status());
    let text = |name| header(headers, name);
    let version = |bytes| Version { etag: text(ETAG), last_modified: text(LAST_MODIFIED), bytes };
    let (version, from) = match status {
        StatusCode::OK => (version(text(CONTENT_LENGTH).and_then(|length| length.parse().ok())), 0),
        StatusCode::PARTIAL_CONTENT => match text(CONTENT_RANGE).as_deref().and_then(content_range) {
            Some((first, bytes)) if first == from => (version(bytes), from),
            _ => return Err(Failure::Refused(anyhow!("it answers with another part than was asked for"))),
        },
        StatusCode::NOT_FOUND | StatusCode::GONE => return Err(Failure::Missing),
        StatusCode::PRECONDITION_FAILED | StatusCode::RANGE_NOT_SATISFIABLE => return Err(Failure::Changed),
        status => return Err(Failure::Refused(anyhow!("HTTP {status}"))),
    };
    Ok(Reply { version, from, stream: http::pieces(reply) })
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Reads `bytes 100-199/1000`: the first byte, and the length of the whole if it is known.
fn content_range(value: &str) -> Option<(u64, Option<u64>)> {
    let (range, bytes) = value.strip_prefix("bytes ")?.split_once('/')?;
    Some((range.split_once('-')?.0.trim().parse().ok()?, bytes.trim().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(etag: Option<&str>, last_modified: Option<&str>, bytes: Option<u64>) -> Version {
        Version { etag: etag.map(str::to_owned), last_modified: last_modified.map(str::to_owned), bytes }
    }

    #[test]
    fn a_version_is_the_same_only_if_something_proves_it() {
        let etag = version(Some("\"1\""), None, Some(9));
        assert!(etag.is_same(&version(Some("\"1\""), Some("Monday"), None)), "a length that is not told proves nothing");
        assert!(!etag.is_same(&version(Some("\"1\""), None, Some(8))) && !etag.is_same(&version(Some("\"2\""), None, Some(9))));
        let dated = version(None, Some("Monday"), Some(9));
        assert!(dated.is_same(&dated) && !dated.is_same(&version(None, Some("Tuesday"), Some(9))));
        let unknown = version(None, None, Some(9));
        assert!(!unknown.is_same(&unknown) && !unknown.is_other(&unknown));
    }

    #[test]
    fn a_weak_etag_is_not_sent_as_a_condition() {
        assert_eq!(version(Some("W/\"1\""), Some("Monday"), None).validator(), Some("Monday"));
        assert_eq!(version(Some("\"1\""), Some("Monday"), None).validator(), Some("\"1\""));
    }

    #[test]
    fn a_content_range_is_read() {
        assert_eq!(content_range("bytes 100-199/1000"), Some((100, Some(1000))));
        assert_eq!(content_range("bytes 0-9/*"), Some((0, None)));
        assert_eq!(content_range("pages 1-2/3"), None);
    }
}
