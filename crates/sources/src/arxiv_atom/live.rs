//! Papers from arXiv's API: those that match a search, or those with ids.
//!
//! arXiv allows one request every three seconds on one connection, for all its services together (<https://info.arxiv.org/help/api/tou.html>).

use super::{Feed, feed};
use crate::client::Unanswered;
use crate::dates::DATES;
use crate::fetch::encoded;
use crate::live::Live;
use crate::options::OptionSpec;
use crate::pager::{Fetched, PageRequest, PagedList, Pager, Unfinished};
use crate::query::LiveQuery;
use crate::rates;
use crate::service::{BadQuery, Service};
use anyhow::{Result, anyhow};
use chrono::{Days, NaiveDate};
use starcite_core::TypedId;
use starcite_ground::http::FullResponse;
use std::collections::VecDeque;
use std::path::PathBuf;

pub(super) static LIVE: Live = Live {
    service: &Service { title: "arXiv", name: "arxiv-api", url: "https://export.arxiv.org/api/query", rate: rates::ARXIV, key_variable: None },
    keys: &[&SEARCH, &IDS],
    flags: &[&DATES, &SEARCH, &IDS],
    fetch,
};

static SEARCH: OptionSpec = OptionSpec { name: "search", help: "Ask arXiv for the papers that match: 'cat:cs.SE AND abs:github'", ..OptionSpec::TEXT };

static IDS: OptionSpec = OptionSpec {
    name: "ids",
    help: "Ask arXiv for the papers with these ids, separated by commas",
    is_list: true,
    excludes: &["search", "dates"],
    read: |id| TypedId::read(id).arxiv_id.ok_or_else(|| format!("{id:?} is not an arXiv id such as 2004.11967 or hep-th/9901001")),
    ..OptionSpec::TEXT
};

/// Papers of one page: arXiv allows 2,000, and returns large pages slowly.
const PAGE_PAPERS: usize = 500;
/// Ids of one request, few enough for a short address.
const IDS_AT_ONCE: usize = 100;
/// arXiv returns no results after these.
const MAX_RESULTS: usize = 30_000;
/// Time added before a week: arXiv announces Friday's submissions after the week has ended, and those that it reviews more closely later.
const DELAY: Days = Days::new(7);

/// Fetches the papers with the ids, else those that match the search and were submitted on the dates, or in the week and shortly before.
fn fetch(query: &LiveQuery<'_>, pager: &mut Pager<'_>) -> Result<Fetched> {
    let delayed = |(first, last): (NaiveDate, NaiveDate)| (first.checked_sub_days(DELAY).unwrap_or(first), last);
    let days = if query.dates().is_some() { query.days() } else { query.days().map(delayed) };
    let is_over = days.is_some_and(|(_, last)| last < query.now.date_naive());
    let list = |question: String, ids: &[String]| {
        let folder = query.folder("arxiv-atom", &format!("{} {question} {days:?}", query.base_url), is_over)?;
        Ok(List { question, ids: ids.to_vec(), folder })
    };
    let lists: Result<_> = match query.options.all(&IDS) {
        Some(ids) => ids.chunks(IDS_AT_ONCE).map(|ids| list(format!("id_list={}", encoded(&ids.join(","))), ids)).collect(),
        None => {
            let search = encoded(&whole_search(query.options.one(&SEARCH), days));
            list(format!("search_query={search}&sortBy=submittedDate&sortOrder=ascending"), &[]).map(|list| [list].into())
        }
    };
    pager.read(&mut Lists { base_url: query.base_url, lists: lists?, is_over, start: 0, found: Vec::new(), notes: Vec::new() })
}

fn whole_search(search: Option<&str>, days: Option<(NaiveDate, NaiveDate)>) -> String {
    let submitted = days.map(|(first, last)| format!("submittedDate:[{}0000 TO {}2359]", first.format("%Y%m%d"), last.format("%Y%m%d")));
    match (search, submitted) {
        (Some(search), Some(submitted)) => format!("({search}) AND {submitted}"),
        (search, submitted) => submitted.or_else(|| search.map(str::to_owned)).unwrap_or_default(),
    }
}

/// The lists that are not read yet: one for a search, one for every hundred ids.
struct Lists<'a> {
    base_url: &'a str,
    lists: VecDeque<List>,
    is_over: bool,
    /// The first result of the next page.
    start: usize,
    /// The results of the first list so far, by arXiv id.
    found: Vec<String>,
    notes: Vec<String>,
}

/// One list of results.
struct List {
    question: String,
    /// The ids that it should contain, if it is a list of ids.
    ids: Vec<String>,
    folder: PathBuf,
}

impl PagedList for Lists<'_> {
    type Page = Feed;

    fn next(&mut self) -> Option<PageRequest> {
        let (list, start) = (self.lists.front()?, self.start);
        Some(PageRequest {
            url: format!("{}?{}&start={start}&max_results={PAGE_PAPERS}", self.base_url, list.question),
            path: list.folder.join(format!("{start:05}.xml")),
            is_final: self.is_over,
        })
    }

    /// Reads a reply. arXiv's API sometimes returns an empty page though there are results: a temporary error.
    fn read(&self, reply: FullResponse) -> Result<(Feed, Option<Vec<u8>>), Unanswered> {
        let page = feed(&reply.body).map_err(|reason| Unanswered::MayPass(anyhow!("HTTP {}, and no Atom: {reason}", reply.status)))?;
        match page.error {
            Some(words) => Err(anyhow::Error::from(BadQuery(words)).into()),
            None if page.ids.is_empty() && page.total > self.start => {
                Err(Unanswered::MayPass(anyhow!("an empty page from result {} of {} on", self.start, page.total)))
            }
            None => Ok((page, Some(reply.body))),
        }
    }

    fn is_input(&self, page: &Feed) -> bool {
        !page.ids.is_empty()
    }

    fn take(&mut self, page: Feed) -> Result<()> {
        self.found.extend(page.ids);
        self.start += PAGE_PAPERS;
        if page.total <= self.start {
            let list = self.lists.pop_front();
            self.notes.extend(list.and_then(|list| list.missing(&self.found, page.total)));
            (self.start, self.found) = (0, Vec::new());
        } else if self.start >= MAX_RESULTS {
            let most = format!("arXiv gives {MAX_RESULTS} results of a search at most, and there are more: narrow it; the first ones were read");
            return Err(Unfinished(most).into());
        }
        Ok(())
    }

    fn note(&self) -> Option<String> {
        (!self.notes.is_empty()).then(|| self.notes.join("; "))
    }
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
