//! Live sources: fetched once, kept under `<out>/cache`, and read from there, so that a second run reads the same.

use super::input::Input;
use super::polite::Polite;
use anyhow::{Context, Result};
use starcite_core::Week;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What fetching came to: what can be read, and why the rest can't.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    pub(crate) inputs: Vec<Input>,
    /// The first failure, for people; what is fetched so far is in `inputs`.
    pub(crate) failure: Option<String>,
    /// What was strange but no failure, for people.
    pub(crate) note: Option<String>,
}

/// A client with time-outs, for sources.
pub(crate) fn client() -> Result<reqwest::Client> {
    reqwest::Client::builder()
        .user_agent(concat!("starcite/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(60))
        .build()
        .context("cannot make an HTTP client")
}

/// A URL's content, fetched unless the week's cache has it.
pub(crate) async fn url(host: &mut Polite, url: &str, cache: &Path, week: Week) -> Result<Fetched> {
    let kept = cache.join(format!("{week}")).join(format!("{}{}", &crate::plan::sha256_hex(url.as_bytes())[..16], extension(url)));
    if kept.exists() {
        return Ok(Fetched { inputs: vec![Input::File(kept)], ..Fetched::default() });
    }
    match download(host, url, &kept).await {
        Ok(()) => Ok(Fetched { inputs: vec![Input::File(kept)], ..Fetched::default() }),
        Err(error) => Ok(Fetched { failure: Some(format!("{url} did not answer ({error:#})")), ..Fetched::default() }),
    }
}

fn extension(url: &str) -> String {
    let name = url.split(['?', '#']).next().and_then(|u| u.rsplit('/').next()).unwrap_or_default();
    name.find('.').map(|at| name[at..].to_owned()).filter(|e| e.len() <= 12).unwrap_or_default()
}

/// Fetches a URL into a file, which appears only when it is whole.
async fn download(host: &mut Polite, url: &str, to: &Path) -> Result<()> {
    let folder = to.parent().map(PathBuf::from).unwrap_or_default();
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut reply = host.get(url).await?;
    let mut file = tempfile::NamedTempFile::new_in(&folder).with_context(|| format!("cannot write into {}", folder.display()))?;
    while let Some(chunk) = reply.chunk().await.map_err(innermost)? {
        file.write_all(&chunk).context("cannot write the cache: is the disk full?")?;
    }
    file.as_file().sync_all()?;
    file.persist(to).with_context(|| format!("cannot write {}", to.display()))?;
    Ok(())
}

/// What went wrong at the bottom: "Connection refused" says more than "error sending request".
pub(super) fn innermost(error: reqwest::Error) -> anyhow::Error {
    let error = anyhow::Error::from(error.without_url());
    let root = error.root_cause().to_string();
    anyhow::anyhow!(root)
}
