//! Live lists: fetched once, kept under `<out>/cache`, and read from there, so that a second run reads the same.

use super::input::Input;
use super::polite::Polite;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use starcite_core::Week;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Papers asked for in one request of the Hugging Face API; a full page is followed by the next.
const HF_PAGE_PAPERS: usize = 100;
const HF_MAX_PAGES: usize = 20;

/// What fetching came to: what can be read, and why the rest can't.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    pub(crate) inputs: Vec<Input>,
    /// The first failure, for people; what is fetched so far is in `inputs`.
    pub(crate) failure: Option<String>,
}

/// A client with time-outs, for sources.
pub(crate) fn client() -> Result<reqwest::Client> {
    builder().build().context("cannot make an HTTP client")
}

/// One that gives an object's bytes as they are kept, never unpacked on the way: ranges are counted in them.
pub(super) fn client_as_is() -> Result<reqwest::Client> {
    builder().no_gzip().build().context("cannot make an HTTP client")
}

fn builder() -> reqwest::ClientBuilder {
    let agent = concat!("starcite/", env!("CARGO_PKG_VERSION"));
    reqwest::Client::builder().user_agent(agent).connect_timeout(Duration::from_secs(10)).read_timeout(Duration::from_secs(60))
}

/// The daily papers of a week, a day a file. A day that was not over when it was fetched is fetched again.
pub(crate) async fn hf_daily(host: &mut Polite, base_url: &str, cache: &Path, week: Week, now: DateTime<Utc>) -> Result<Fetched> {
    let folder = cache.join("hf-daily");
    let mut fetched = Fetched::default();
    for day in week.days().filter(|day| *day <= now.date_naive()) {
        match hf_day(host, base_url, &folder, day, now).await {
            Ok(pages) => fetched.inputs.extend(pages),
            Err(error) => {
                fetched.failure = Some(format!("{base_url} did not answer ({error:#})"));
                break; // the other days would fail alike; the next run goes on here
            }
        }
    }
    Ok(fetched)
}

async fn hf_day(host: &mut Polite, base_url: &str, folder: &Path, day: NaiveDate, now: DateTime<Utc>) -> Result<Vec<Input>> {
    let day_is_over = now >= day.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::days(1);
    let suffix = if day_is_over { "" } else { ".partial" };
    let mut pages = Vec::new();
    for page in 0..HF_MAX_PAGES {
        let kept = folder.join(format!("{day}-{page}{suffix}.json"));
        if !(day_is_over && kept.exists()) {
            let url = format!("{base_url}/api/daily_papers?date={day}&limit={HF_PAGE_PAPERS}&p={page}");
            download(host, &url, &kept).await?;
        }
        let papers = count_entries(&kept)?;
        if papers > 0 || page == 0 {
            pages.push(Input::File(kept));
        }
        if papers < HF_PAGE_PAPERS {
            break;
        }
    }
    Ok(pages)
}

fn count_entries(path: &Path) -> Result<usize> {
    let bytes = std::fs::read(path)?;
    let checked: Result<Vec<serde::de::IgnoredAny>, _> = serde_json::from_slice(&bytes);
    match checked {
        Ok(entries) => Ok(entries.len()),
        Err(error) => {
            std::fs::remove_file(path).ok();
            bail!("the reply is no list of papers: {error}")
        }
    }
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
