//! Hugging Face's daily papers from its API, list by list and page by page. A page is stored with the time of its request.
//!
//! Its documentation: <https://huggingface.co/docs/hub/api>, its limits: <https://huggingface.co/docs/hub/rate-limits>.

use super::FETCHED_AT;
use crate::client::Unanswered;
use crate::dates::{DATES, Dates, Period};
use crate::json;
use crate::live::Live;
use crate::pager::{Fetched, PageRequest, PagedList, Pager, Unfinished};
use crate::query::LiveQuery;
use crate::rates;
use crate::service::Service;
use anyhow::{Result, anyhow};
use chrono::SecondsFormat;
use serde_json::Value;
use starcite_ground::http::FullResponse;
use std::collections::VecDeque;

pub(super) static LIVE: Live = Live {
    service: &Service { title: "Hugging Face", name: "hf", url: "https://huggingface.co", rate: rates::HUGGING_FACE, key_variable: None },
    keys: &[&DATES],
    flags: &[&DATES],
    fetch,
};

/// Papers of one request, the most that the API allows; after a full page the next one is requested.
const PAGE_PAPERS: usize = 100;
/// The most pages of a list: a month has about fifteen.
const MAX_PAGES: usize = 100;

/// Fetches the lists of the dates, else one of each day of the week.
fn fetch(query: &LiveQuery<'_>, pager: &mut Pager<'_>) -> Result<Fetched> {
    let of_week = || query.week.map(|week| week.days().map(Period::Day).collect());
    let lists: Vec<Period> = query.dates().map(Dates::lists).or_else(of_week).unwrap_or_default();
    let begun: VecDeque<Period> = lists.iter().copied().filter(|list| list.has_begun(query.now)).collect();
    if let (true, Some(first)) = (begun.is_empty(), lists.first()) {
        let failure = Some(format!("{first} has not begun: Hugging Face has no daily papers of it yet"));
        return Ok(Fetched { failure, ..Fetched::default() });
    }
    pager.read(&mut Lists { query, lists: begun, page: 0 })
}

/// The lists that are not read yet, and the next page of the first one.
struct Lists<'a> {
    query: &'a LiveQuery<'a>,
    lists: VecDeque<Period>,
    page: usize,
}

impl PagedList for Lists<'_> {
    /// The number of its papers.
    type Page = usize;

    fn next(&mut self) -> Option<PageRequest> {
        let (list, page) = (self.lists.front()?, self.page);
        let is_final = list.is_over(self.query.now);
        let suffix = if is_final { "" } else { ".partial" };
        Some(PageRequest {
            url: format!("{}/api/daily_papers?{}={list}&limit={PAGE_PAPERS}&p={page}", self.query.base_url, list.parameter()),
            path: self.query.cache.join("hf-daily").join(format!("{list}-{page}{suffix}.json")),
            is_final,
        })
    }

    fn read(&self, reply: FullResponse) -> Result<(usize, Option<Vec<u8>>), Unanswered> {
        let body = reply.success()?;
        let mut entries = entries(&body)?;
        if let Some(list) = self.lists.front().filter(|_| self.page + 1 >= MAX_PAGES && entries.len() >= PAGE_PAPERS) {
            return Err(Unfinished::endless(self.query.base_url, &format!("the list of {list} never ends")).into());
        }
        let fetched_at = self.query.now.to_rfc3339_opts(SecondsFormat::Secs, true);
        for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
            entry.insert(FETCHED_AT.to_owned(), fetched_at.clone().into());
        }
        let body = serde_json::to_vec(&entries).map_err(anyhow::Error::from)?;
        Ok((entries.len(), Some(body)))
    }

    fn is_input(&self, papers: &usize) -> bool {
        *papers > 0 || self.page == 0
    }

    fn take(&mut self, papers: usize) -> Result<()> {
        self.page += 1;
        if papers < PAGE_PAPERS {
            self.lists.pop_front();
            self.page = 0;
        }
        Ok(())
    }
}

fn entries(body: &[u8]) -> Result<Vec<Value>> {
    json::value(body).and_then(serde_json::from_value).map_err(|error| anyhow!("the reply is not a list of papers: {error}"))
}
