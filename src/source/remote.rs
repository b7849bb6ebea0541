//! Objects behind URLs, `http(s)://` and `s3://`: read while they arrive, and kept if the caller names a place for them.

mod download;
mod kept;
mod object;

pub(super) use download::{CutOff, Download};

use crate::bucket;
use anyhow::{Context, Result, bail};
use reqwest::Url;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// An object behind a URL, and how it is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remote {
    url: String,
    /// Where it is kept once it is whole; what has arrived of it stands beside that.
    kept: Option<PathBuf>,
    /// Before the second try; the next ones wait twice as long each.
    first_wait: Duration,
}

/// Whether a path is meant to be a URL.
pub(crate) fn is_url(path: &str) -> bool {
    path.split_once("://").is_some_and(|(scheme, _)| scheme.bytes().all(|b| b.is_ascii_alphanumeric()))
}

impl Remote {
    /// An object that is not kept.
    ///
    /// # Errors
    /// When the URL has another scheme, or names no object.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let remote = Self { url: url.to_owned(), kept: None, first_wait: Duration::from_secs(1) };
        match url.split_once("://").map(|(scheme, _)| scheme) {
            Some("s3") if bucket::parse(url)?.1.is_root() => bail!("{url} names no object: write s3://bucket/path"),
            Some("s3") => {}
            Some("http" | "https") => drop(Url::parse(url).with_context(|| format!("{} is no URL", remote.name()))?),
            _ => bail!("{} can't be fetched: a url begins with https://, http:// or s3://, a path with none", remote.name()),
        }
        Ok(remote)
    }

    /// One that is kept in a folder, under a name made from the URL.
    pub(crate) fn kept_in(self, folder: &Path) -> Self {
        let name = format!("{}{}", &crate::sha256::of(self.url.as_bytes())[..16], extension(&self.url));
        Self { kept: Some(folder.join(name)), ..self }
    }

    pub(crate) fn with_first_wait(self, first_wait: Duration) -> Self {
        Self { first_wait, ..self }
    }

    /// The file that holds it, if it was fetched before.
    pub(crate) fn whole(&self) -> Option<&Path> {
        self.kept.as_deref().filter(|path| path.exists())
    }

    /// The URL as it may be shown to anybody: without a password, and without its query if that holds a secret.
    pub(crate) fn name(&self) -> String {
        let (address, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
        let (authority, path) = rest.split_once('/').map_or((rest, String::new()), |(authority, path)| (authority, format!("/{path}")));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let query = match query {
            "" => String::new(),
            query if query.split('&').any(is_secret) => "?…".to_owned(),
            query => format!("?{query}"),
        };
        format!("{scheme}://{host}{path}{query}")
    }
}

/// Whether a parameter of a query is a secret, by its name. One is enough for the whole query: the others say when and by whom it was signed.
fn is_secret(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default().to_ascii_lowercase();
    let secrets = ["signature", "token", "secret", "password", "credential", "api_key", "apikey", "x-amz-", "x-goog-"];
    ["sig", "key", "auth"].contains(&name.as_str()) || secrets.iter().any(|secret| name.contains(secret))
}

/// The extension of a URL's file name, such as `.jsonl.gz`.
fn extension(url: &str) -> String {
    let name = url.split(['?', '#']).next().and_then(|u| u.rsplit('/').next()).unwrap_or_default();
    name.find('.').map(|at| name[at..].to_owned()).filter(|e| e.len() <= 12).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(url: &str) -> String {
        Remote::parse(url).unwrap().name()
    }

    #[test]
    fn a_name_holds_no_secret() {
        assert_eq!(name("https://h.org/a.jsonl?version=2"), "https://h.org/a.jsonl?version=2");
        assert_eq!(name("https://me:word@h.org/a@b.jsonl"), "https://h.org/a@b.jsonl");
        assert_eq!(name("https://h.org/a?X-Amz-Date=1&X-Amz-Signature=abc"), "https://h.org/a?…");
        assert_eq!(name("https://h.org/a?page=1&access_token=abc"), "https://h.org/a?…");
        assert_eq!(name("s3://bucket/a/b.jsonl.gz"), "s3://bucket/a/b.jsonl.gz");
    }

    #[test]
    fn what_cannot_be_fetched_is_refused() {
        for (url, said) in
            [("ftp://h/a", "begins with https://"), ("s3://bucket", "no object"), ("s3:///a", "no bucket"), ("gs://b/a", "s3://"), ("https://", "is no URL")]
        {
            assert!(format!("{:#}", Remote::parse(url).unwrap_err()).contains(said), "{url}");
        }
    }
}
