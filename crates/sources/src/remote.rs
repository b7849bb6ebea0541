//! Objects at URLs, `http(s)://` and `s3://`: read while they arrive, and cached if the caller names a path.

mod download;
mod kept;
mod key;
mod object;

pub(super) use download::{CutOff, Download};
pub use key::CacheKey;

use anyhow::{Context, Result, bail, ensure};
use reqwest::Url;
use starcite_ground::bucket;
use starcite_ground::url::{self, is_url};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// An object at a URL, and the settings for fetching it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    url: String,
    /// Its number among the objects whose URLs are shown alike, from 1.
    number: usize,
    /// Final path in the cache; a partial download is stored next to it.
    kept: Option<PathBuf>,
}

impl Remote {
    /// Makes an object that is not cached.
    ///
    /// # Errors
    /// When the URL has another scheme, contains the keys of a bucket, or names no object.
    pub fn parse(text: &str) -> Result<Self> {
        if text.starts_with(bucket::SCHEME) {
            if bucket::parse(text)?.1.is_root() {
                bail!("{} names no object: write s3://bucket/path", url::name(text));
            }
        } else {
            let name = if is_url(text) { url::name(text) } else { "it".to_owned() };
            let is_web = name.starts_with("http://") || name.starts_with("https://");
            ensure!(is_web, "{name} can't be fetched: a url begins with https://, http:// or s3://, a path with none");
            Url::parse(text).with_context(|| format!("{name} is not a URL"))?;
        }
        Ok(Self { url: text.to_owned(), number: 1, kept: None })
    }

    /// Numbers the objects whose URLs are shown alike, so that each name is that of one of them.
    pub fn tell_apart<'a>(remotes: impl Iterator<Item = &'a mut Self>) {
        let mut alike: HashMap<String, Vec<String>> = HashMap::new();
        for remote in remotes {
            let known = alike.entry(remote.name()).or_default();
            let at = known.iter().position(|url| *url == remote.url).unwrap_or_else(|| {
                known.push(remote.url.clone());
                known.len() - 1
            });
            remote.number = at + 1;
        }
    }

    /// Makes it cached in a folder, under a name made from the URL that no one can make without the key. A file that an earlier version of
    /// the program cached under a hash of the URL gets that name.
    ///
    /// # Errors
    /// When the cached file can't be renamed.
    pub fn kept_in(self, folder: &Path, key: &CacheKey) -> Result<Self> {
        let extension = extension(&url::name(&self.url));
        let kept = folder.join(format!("{}{extension}", key.name_of(&self.url)));
        let former = folder.join(format!("{}{extension}", &starcite_ground::sha256::of(self.url.as_bytes())[..16]));
        kept::rename(&former, &kept)?;
        Ok(Self { kept: Some(kept), ..self })
    }

    /// Removes its cached file, so that it is fetched again.
    pub(super) fn forget(&self) -> Result<()> {
        self.kept.as_deref().map_or(Ok(()), kept::forget)
    }

    /// Returns its cached file, if it was fetched before.
    pub fn whole(&self) -> Option<&Path> {
        self.kept.as_deref().filter(|path| path.exists())
    }

    /// True if the URL itself contains a credential: a user, a password or a secret in its query.
    fn has_credential(&self) -> bool {
        let Ok(url) = Url::parse(&self.url) else { return false };
        !url.username().is_empty() || url.password().is_some() || url.query().is_some_and(|query| query.split('&').any(url::is_secret))
    }

    /// Returns scheme, host and port of its URL; `None` for an object in a bucket.
    pub fn origin(&self) -> Option<String> {
        let url = Url::parse(&self.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        Some(url.origin().ascii_serialization())
    }

    /// Returns the URL as it may be shown to anyone: see [`url::name`].
    pub fn name(&self) -> String {
        let number = if self.number > 1 { format!(" ({})", self.number) } else { String::new() };
        url::name(&self.url) + &number
    }
}

/// Returns the extension of the file in a URL's name, such as `.jsonl.gz`.
fn extension(name: &str) -> String {
    let file = name.split('?').next().and_then(|address| address.rsplit('/').next()).unwrap_or_default();
    file.find('.').map(|at| file[at..].to_owned()).filter(|e| e.len() <= 12).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_fetched_is_refused() {
        for (url, said) in [
            ("ftp://h/a", "begins with https://"),
            ("a.jsonl", "begins with https://"),
            ("s3://bucket", "no object"),
            ("s3:///a", "no bucket"),
            ("s3://me:word@bucket/a", "AWS_SECRET_ACCESS_KEY"),
            ("gs://b/a", "s3://"),
            ("https://", "is not a URL"),
        ] {
            assert!(format!("{:#}", Remote::parse(url).unwrap_err()).contains(said), "{url}");
        }
    }

    #[test]
    fn objects_whose_urls_are_shown_alike_have_names_of_their_own() {
        let mut remotes = ["https://h/a?code=1", "https://h/a?code=2", "https://h/b", "https://h/a?code=1"].map(|url| Remote::parse(url).unwrap());
        Remote::tell_apart(remotes.iter_mut());
        assert_eq!(remotes.map(|remote| remote.name()), ["https://h/a?code=…", "https://h/a?code=… (2)", "https://h/b", "https://h/a?code=…"]);
    }
}
