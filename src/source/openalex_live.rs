//! Fetches works from OpenAlex's API, page by page along its cursor: each page is cached as it came, and read from the cache
//! (<https://developers.openalex.org/guides/page-through-results>).

use super::client::RateLimitedClient;
use super::fetch::{MAX_TOKEN_BYTES, encoded, keep};
use super::fetched::{Fetched, ends_the_run};
use super::input::Input;
use super::json;
use super::service::{self, BadKey, BadQuestion};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, NaiveDate, Utc};
use secrecy::SecretString;
use serde_json::Value;
use starcite_ground::{files, interrupt, secret};
use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// The variable with the key.
const KEY_VARIABLE: &str = "OPENALEX_API_KEY";
/// Works of one page, the most that the API allows.
const PAGE_WORKS: usize = 100;
/// The most pages. A week has some 3,000; most works with only a year are in that of New Year's Day. It is also a day's free budget.
const MAX_PAGES: u32 = 10_000;

/// The works to request: those published on some days that pass a filter.
pub(crate) struct OpenAlexLive<'a> {
    pub(crate) base_url: &'a str,
    pub(crate) key: &'a str,
    pub(crate) filter: Option<&'a str>,
    /// The first and the last day; `None` for all.
    pub(crate) days: Option<(NaiveDate, NaiveDate)>,
    pub(crate) cache: &'a Path,
    pub(crate) now: DateTime<Utc>,
}

/// Returns the key for OpenAlex.
///
/// # Errors
/// When there is none, or the value can't be one.
pub(crate) fn key() -> Result<SecretString> {
    secret::token(None, "", "a key", &[KEY_VARIABLE])?
        .with_context(|| format!("the source openalex without a path asks OpenAlex, which wants a key: set {KEY_VARIABLE}"))
}

impl OpenAlexLive<'_> {
    /// Returns the pages, those that exist already from the cache. Pages of days that are not over are fetched again.
    ///
    /// # Errors
    /// When OpenAlex refuses the key or the filter, or the cache can't be written.
    pub(crate) async fn fetch(&self, host: &mut RateLimitedClient) -> Result<Fetched> {
        self.fetch_at_most(MAX_PAGES, host).await
    }

    async fn fetch_at_most(&self, pages: u32, host: &mut RateLimitedClient) -> Result<Fetched> {
        let filter = self.whole_filter();
        let is_over = self.days.is_some_and(|(_, last)| last < self.now.date_naive());
        let name = &starcite_ground::sha256::of(format!("{} {filter}", self.base_url).as_bytes())[..16];
        let folder = self.cache.join("openalex").join(if is_over { name.to_owned() } else { format!("{name}.partial") });
        if !is_over && folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        let mut fetched = Fetched::default();
        let mut cursor = "*".to_owned();
        let mut asked = HashSet::new();
        for number in 0..pages {
            interrupt::check()?;
            let path = folder.join(format!("{number:05}.json"));
            asked.insert(cursor.clone());
            let page = match self.page(host, &filter, &cursor, &path, &asked).await {
                Ok(page) => page,
                Err(error) if ends_the_run(&error) => return Err(error),
                Err(error) if error.is::<BadKey>() => bail!("OpenAlex refused the key: check {KEY_VARIABLE}"),
                Err(error) if error.is::<BadQuestion>() => {
                    bail!("OpenAlex refused the filter {filter:?} ({:#}): check filter of the source", service::without(self.key, error))
                }
                Err(error) => {
                    fetched.failure = Some(format!("{} did not answer ({:#})", self.base_url, service::without(self.key, error)));
                    return Ok(fetched); // the next run continues here
                }
            };
            fetched.inputs.push(Input::File(path));
            match next_cursor(&page) {
                Some(next) => cursor = next,
                None => return Ok(fetched),
            }
        }
        fetched.failure = Some(format!(
            "{} has more than {pages} pages of works, of which the first ones were read: narrow them with filter; if there can't be so many, tell who keeps \
            the server, and remove {}",
            self.base_url,
            folder.display()
        ));
        Ok(fetched)
    }

    fn whole_filter(&self) -> String {
        let published = self.days.map(|(first, last)| format!("from_publication_date:{first},to_publication_date:{last}"));
        published.into_iter().chain(self.filter.map(str::to_owned)).collect::<Vec<_>>().join(",")
    }

    /// Returns the page after a cursor, from the cache or fetched into it. One that leads back to an earlier cursor is not stored.
    async fn page(&self, host: &mut RateLimitedClient, filter: &str, cursor: &str, path: &Path, asked: &HashSet<String>) -> Result<Value> {
        if let Ok(kept) = files::read(path) {
            return json::value(&kept).with_context(|| format!("cannot read {}: remove it, and it is fetched again", path.display()));
        }
        let (filter, cursor, key) = (encoded(filter), encoded(cursor), encoded(self.key));
        let url = format!("{}/works?filter={filter}&per_page={PAGE_WORKS}&cursor={cursor}&api_key={key}", self.base_url);
        let reply = host.whole(|client| client.get(&url)).await?;
        let page = service::json(&reply)?;
        if page.get("results").is_none_or(|works| !works.is_array()) {
            bail!("its reply has no results");
        }
        match next_cursor(&page) {
            Some(next) if asked.contains(&next) => bail!("it gives a list that never ends: tell who keeps the server"),
            Some(next) if next.len() > MAX_TOKEN_BYTES => bail!("it gives a cursor of {} bytes: tell who keeps the server", next.len()),
            _ => {}
        }
        keep(&reply.body, path).with_context(|| format!("cannot write {}: is the disk full?", path.display()))?;
        Ok(page)
    }
}

/// Returns the cursor that continues the list; `None` at its end, which is an empty page or one without a cursor.
fn next_cursor(page: &Value) -> Option<String> {
    let works = page.get("results").and_then(Value::as_array)?;
    page.pointer("/meta/next_cursor").and_then(Value::as_str).filter(|_| !works.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::hosts::Hosts;
    use crate::source::rates;
    use serde_json::json;
    use starcite_ground::http;
    use std::time::Duration;

    #[test]
    fn a_list_of_ever_new_cursors_fails_behind_its_bound_and_what_came_counts() {
        let cache = tempfile::tempdir().unwrap();
        let (now, day) = (DateTime::UNIX_EPOCH + chrono::Days::new(9), DateTime::UNIX_EPOCH.date_naive());
        let live = OpenAlexLive { base_url: "http://127.0.0.1:9", key: "", filter: None, days: Some((day, day)), cache: cache.path(), now };
        let name = &starcite_ground::sha256::of(format!("{} {}", live.base_url, live.whole_filter()).as_bytes())[..16];
        let folder = cache.path().join("openalex").join(name);
        let write = |at: u32, next: Option<u32>| {
            let page = json!({"results": [{"id": at}], "meta": {"next_cursor": next.map(|next| next.to_string())}});
            keep(page.to_string().as_bytes(), &folder.join(format!("{at:05}.json"))).unwrap();
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut host = RateLimitedClient::new(http::service().unwrap(), &Hosts::new(Duration::ZERO, |_| ()), rates::OPENALEX);
        let mut fetch = || runtime.block_on(live.fetch_at_most(3, &mut host)).unwrap();
        (0..3).for_each(|at| write(at, Some(at + 1)));
        let endless = fetch();
        assert!(endless.failure.is_some_and(|why| why.contains("more than 3 pages of works") && why.contains("filter")));
        assert_eq!((endless.inputs.len(), endless.note), (3, None));
        write(2, None);
        let whole = fetch();
        assert_eq!((whole.inputs.len(), whole.failure), (3, None));
    }
}
