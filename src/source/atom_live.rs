//! Requests papers from arXiv's API, page by page. Each page is cached as it came, and read from the cache.
//!
//! arXiv allows one request every three seconds on one connection, for all its services together (<https://info.arxiv.org/help/api/tou.html>).

use super::arxiv_atom::{Feed, feed};
use super::client::{RateLimitedClient, Unanswered};
use super::fetch::{encoded, keep};
use super::fetched::{Fetched, ends_the_run};
use super::input::Input;
use anyhow::{Context, Result, anyhow, bail};
use chrono::{DateTime, NaiveDate, Utc};
use starcite_core::paper::arxiv_id;
use starcite_ground::http::FullResponse;
use starcite_ground::{files, interrupt};
use std::fs;
use std::path::{Path, PathBuf};

/// Papers of one page: arXiv allows 2,000, and returns large pages slowly.
const PAGE_PAPERS: usize = 500;
/// Ids of one request, few enough for a short address.
const IDS_AT_ONCE: usize = 100;
/// arXiv returns no results after these.
const MAX_RESULTS: usize = 30_000;

/// A query to arXiv.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ArxivQuery {
    /// The papers that match, `None` for all.
    Search(Option<String>),
    Ids(Vec<String>),
}

impl ArxivQuery {
    /// Makes a query of a search or of ids.
    ///
    /// # Errors
    /// When there are both, or an id is not an arXiv id.
    pub(crate) fn of(search: Option<String>, ids: Option<Vec<String>>) -> Result<Self> {
        match (search, ids) {
            (Some(_), Some(_)) => bail!("search and ids are two questions: give one"),
            (search, None) => Ok(Self::Search(search)),
            (None, Some(ids)) => {
                let read = |id: &String| arxiv_id(id).with_context(|| format!("{id:?} is no arXiv id such as 2004.11967 or hep-th/9901001"));
                ids.iter().map(read).collect::<Result<_>>().map(Self::Ids)
            }
        }
    }
}

/// Settings for requests to arXiv.
pub(crate) struct AtomLive<'a> {
    pub(crate) base_url: &'a str,
    pub(crate) question: &'a ArxivQuery,
    /// The first and the last day on which papers of a search were submitted; `None` for all days.
    pub(crate) days: Option<(NaiveDate, NaiveDate)>,
    pub(crate) cache: &'a Path,
    pub(crate) now: DateTime<Utc>,
}

impl AtomLive<'_> {
    /// Returns the pages, those that exist already from the cache. Pages of days that are not over are fetched again.
    ///
    /// # Errors
    /// When arXiv refuses the query, or the cache can't be written.
    pub(crate) async fn fetch(&self, host: &mut RateLimitedClient) -> Result<Fetched> {
        let mut fetched = Fetched::default();
        for list in self.lists()? {
            match self.list(host, &list, &mut fetched).await {
                Ok(()) => {}
                Err(error) if ends_the_run(&error) || error.is::<Refused>() => return Err(error),
                Err(error) => {
                    fetched.failure = Some(format!("{} did not answer ({error:#})", self.base_url));
                    break; // the next run continues here
                }
            }
        }
        Ok(fetched)
    }

    /// Returns the lists to request: one for a search, one for every hundred ids.
    fn lists(&self) -> Result<Vec<List>> {
        let is_over = self.days.is_some_and(|(_, last)| last < self.now.date_naive());
        let list = |query: String, ids: &[String]| {
            let name = &starcite_ground::sha256::of(format!("{} {query} {:?}", self.base_url, self.days).as_bytes())[..16];
            let folder = self.cache.join("arxiv-atom").join(if is_over { name.to_owned() } else { format!("{name}.partial") });
            if !is_over && folder.exists() {
                fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
            }
            Ok(List { query, ids: ids.to_vec(), folder })
        };
        match self.question {
            ArxivQuery::Search(search) => {
                let query = format!("search_query={}&sortBy=submittedDate&sortOrder=ascending", encoded(&self.whole_search(search.as_deref())));
                Ok(vec![list(query, &[])?])
            }
            ArxivQuery::Ids(ids) => ids.chunks(IDS_AT_ONCE).map(|ids| list(format!("id_list={}", encoded(&ids.join(","))), ids)).collect(),
        }
    }

    fn whole_search(&self, search: Option<&str>) -> String {
        let submitted = self.days.map(|(first, last)| format!("submittedDate:[{}0000 TO {}2359]", first.format("%Y%m%d"), last.format("%Y%m%d")));
        match (search, submitted) {
            (Some(search), Some(submitted)) => format!("({search}) AND {submitted}"),
            (search, submitted) => submitted.or_else(|| search.map(str::to_owned)).unwrap_or_default(),
        }
    }

    /// Fetches a list to its end.
    async fn list(&self, host: &mut RateLimitedClient, list: &List, fetched: &mut Fetched) -> Result<()> {
        let mut ids = Vec::new();
        for start in (0..MAX_RESULTS).step_by(PAGE_PAPERS) {
            interrupt::check()?;
            let path = list.folder.join(format!("{start:05}.xml"));
            let page = self.page(host, list, start, &path).await?;
            if !page.ids.is_empty() {
                fetched.inputs.push(Input::File(path));
            }
            ids.extend(page.ids);
            if page.total <= start + PAGE_PAPERS {
                let notes: Vec<String> = fetched.note.take().into_iter().chain(list.missing(&ids, page.total)).collect();
                fetched.note = (!notes.is_empty()).then(|| notes.join("; "));
                return Ok(());
            }
        }
        fetched.failure = Some(format!("arXiv gives {MAX_RESULTS} results of a search at most, and there are more: narrow it; the first ones were read"));
        Ok(())
    }

    /// Returns the page from a result on, from the cache or fetched into it.
    async fn page(&self, host: &mut RateLimitedClient, list: &List, start: usize, path: &Path) -> Result<Feed> {
        if let Ok(kept) = files::read(path) {
            return feed(&kept).map_err(|reason| anyhow!("cannot read {} ({reason}): remove it, and it is fetched again", path.display()));
        }
        let url = format!("{}?{}&start={start}&max_results={PAGE_PAPERS}", self.base_url, list.query);
        let (page, body) = host.read(&url, |reply| read(reply, start)).await?;
        if let Some(words) = &page.error {
            bail!(Refused(words.clone()));
        }
        keep(&body, path).with_context(|| format!("cannot write {}: is the disk full?", path.display()))?;
        Ok(page)
    }
}

/// One list of results.
struct List {
    query: String,
    /// The ids that it should contain, if it is a list of ids.
    ids: Vec<String>,
    folder: PathBuf,
}

impl List {
    /// Describes the results that the list lacks, for the user.
    fn missing(&self, found: &[String], total: usize) -> Option<String> {
        let missing: Vec<&str> = self.ids.iter().filter(|id| !found.contains(id)).map(String::as_str).collect();
        if !missing.is_empty() {
            return Some(format!("arXiv does not have {}", missing.join(", ")));
        }
        if self.ids.is_empty() && total == 0 {
            return Some("arXiv has no papers that match".to_owned());
        }
        (found.len() < total).then(|| format!("arXiv left out {} of {total} results", total - found.len()))
    }
}

/// arXiv's refusal of a query, with its reason.
#[derive(Debug)]
struct Refused(String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "arXiv refused the question ({}): check search or ids", self.0)
    }
}

impl std::error::Error for Refused {}

/// Reads a reply from a result on. arXiv's API sometimes returns an empty page though there are results: a temporary error.
fn read(reply: FullResponse, start: usize) -> Result<(Feed, Vec<u8>), Unanswered> {
    match feed(&reply.body) {
        Err(reason) => Err(Unanswered::MayPass(anyhow!("HTTP {}, and no Atom: {reason}", reply.status))),
        Ok(page) if page.ids.is_empty() && page.error.is_none() && page.total > start => {
            Err(Unanswered::MayPass(anyhow!("an empty page from result {start} of {} on", page.total)))
        }
        Ok(page) => Ok((page, reply.body)),
    }
}
