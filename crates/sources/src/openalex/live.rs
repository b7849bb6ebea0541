//! Works from OpenAlex's API, along its cursor (<https://developers.openalex.org/guides/page-through-results>).

use super::SERVICE;
use crate::client::Unanswered;
use crate::dates::DATES;
use crate::fetch::{MAX_TOKEN_BYTES, encoded};
use crate::live::Live;
use crate::options::OptionSpec;
use crate::pager::{Fetched, PageRequest, PagedList, Pager, Unfinished};
use crate::query::LiveQuery;
use crate::service;
use anyhow::{Result, anyhow};
use serde_json::Value;
use starcite_ground::http::FullResponse;
use std::collections::HashSet;
use std::path::PathBuf;

pub(super) static LIVE: Live = Live { service: &SERVICE, keys: &[&FILTER], flags: &[&DATES, &FILTER], fetch };

static FILTER: OptionSpec = OptionSpec { name: "filter", help: "Ask OpenAlex for the works that pass: 'type:article,is_oa:true'", ..OptionSpec::TEXT };

/// Works of one page, the most that the API allows.
const PAGE_WORKS: usize = 100;
/// The most pages. A week has some 3,000; most works with only a year are in that of New Year's Day. It is also a day's free budget.
const MAX_PAGES: usize = 10_000;

/// Fetches the works that were published on the dates, or in the week, and pass the filter.
fn fetch(query: &LiveQuery<'_>, pager: &mut Pager<'_>) -> Result<Fetched> {
    pager.read(&mut Works::of(query)?)
}

/// The works of some days that pass a filter, from a cursor on.
struct Works<'a> {
    base_url: &'a str,
    key: &'a str,
    filter: String,
    is_over: bool,
    folder: PathBuf,
    /// The cursor of the next page; `None` at the end.
    cursor: Option<String>,
    /// The cursors so far, that of the next page included.
    asked: HashSet<String>,
    pages: usize,
}

impl<'a> Works<'a> {
    fn of(query: &LiveQuery<'a>) -> Result<Self> {
        let (base_url, days) = (query.base_url.trim_end_matches('/'), query.days());
        let published = days.map(|(first, last)| format!("from_publication_date:{first},to_publication_date:{last}"));
        let filter = published.into_iter().chain(query.options.one(&FILTER).map(str::to_owned)).collect::<Vec<_>>().join(",");
        let is_over = days.is_some_and(|(_, last)| last < query.now.date_naive());
        let folder = query.folder("openalex", &format!("{base_url} {filter}"), is_over)?;
        let first = "*".to_owned();
        Ok(Self { base_url, key: query.key, filter, is_over, folder, asked: HashSet::from([first.clone()]), cursor: Some(first), pages: 0 })
    }
}

impl PagedList for Works<'_> {
    /// The cursor that continues the list.
    type Page = Option<String>;

    fn next(&mut self) -> Option<PageRequest> {
        let (filter, cursor, key) = (encoded(&self.filter), encoded(self.cursor.as_ref()?), encoded(self.key));
        Some(PageRequest {
            url: format!("{}/works?filter={filter}&per_page={PAGE_WORKS}&cursor={cursor}&api_key={key}", self.base_url),
            path: self.folder.join(format!("{:05}.json", self.pages)),
            is_final: self.is_over,
        })
    }

    /// Reads a reply. A page that leads back to an earlier cursor is not stored.
    fn read(&self, reply: FullResponse) -> Result<(Option<String>, Option<Vec<u8>>), Unanswered> {
        let page = service::json(&reply)?;
        if page.get("results").is_none_or(|works| !works.is_array()) {
            return Err(anyhow!("its reply has no results").into());
        }
        let endless = |why: &str| Err(Unfinished::endless(self.base_url, why).into());
        match next_cursor(&page) {
            Some(next) if self.asked.contains(&next) => endless("it leads on with a cursor that it gave before"),
            Some(next) if next.len() > MAX_TOKEN_BYTES => endless(&format!("a cursor of {} bytes", next.len())),
            next => Ok((next, Some(reply.body))),
        }
    }

    fn take(&mut self, next: Option<String>) -> Result<()> {
        self.pages += 1;
        self.asked.extend(next.clone());
        self.cursor = next;
        if self.cursor.is_some() && self.pages >= MAX_PAGES {
            return Err(Unfinished(format!(
                "{} has more than {MAX_PAGES} pages of works, of which the first ones were read: narrow them with filter; if there can't be so many, tell who \
                keeps the server, and remove {}",
                self.base_url,
                self.folder.display()
            ))
            .into());
        }
        Ok(())
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

    #[test]
    fn a_list_of_ever_new_cursors_fails_after_its_bound() {
        let first = Some("*".to_owned());
        let (asked, folder) = (HashSet::new(), PathBuf::new());
        let mut works = Works { base_url: "http://127.0.0.1:9", key: "", filter: String::new(), is_over: true, folder, cursor: first, asked, pages: 0 };
        let took: Vec<Result<()>> = (0..MAX_PAGES).map(|at| works.take(Some(at.to_string()))).collect();
        let why = took.iter().find_map(|took| took.as_ref().err()).map(ToString::to_string).unwrap_or_default();
        assert!(why.contains("more than 10000 pages of works") && why.contains("filter"), "{why}");
        assert_eq!(took.iter().position(Result::is_err), Some(MAX_PAGES - 1));
        assert!(works.take(None).is_ok() && works.next().is_none(), "a list that ends with the last page");
    }
}
