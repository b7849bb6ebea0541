//! Changes of a week from OAI-PMH: a list in pages along a token, with the cursor in the state.
//!
//! arXiv allows one request every three seconds on one connection (<https://info.arxiv.org/help/api/tou.html>).

use crate::client::Unanswered;
use crate::fetch::{MAX_TOKEN_BYTES, encoded};
use crate::input::Input;
use crate::live::Live;
use crate::oai;
use crate::options::OptionSpec;
use crate::pager::{Fetched, PageRequest, PagedList, Pager, Unfinished};
use crate::query::LiveQuery;
use crate::rates;
use crate::service::{BadQuery, Service};
use anyhow::{Context, Result, anyhow};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use starcite_core::Week;
use starcite_ground::http::FullResponse;
use starcite_state::State;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

pub(super) static LIVE: Live = Live {
    service: &Service { title: "arXiv", name: "arxiv-oai", url: "https://oaipmh.arxiv.org/oai", rate: rates::ARXIV, key_variable: None },
    keys: &[&SET, &FORMAT],
    flags: &[], // a harvest needs a week and a state
    fetch,
};

static SET: OptionSpec = OptionSpec { name: "set", ..OptionSpec::TEXT };

static FORMAT: OptionSpec = OptionSpec {
    name: "format",
    chooses: false,
    read: |format| {
        if FORMATS.contains(&format) { Ok(format.to_owned()) } else { Err(format!("unknown format {format:?}, expected one of {}", FORMATS.join(", "))) }
    },
    ..OptionSpec::TEXT
};

/// The metadata formats of arXiv, and the one that includes every version.
const FORMATS: [&str; 3] = ["arXiv", DEFAULT_FORMAT, "oai_dc"];
const DEFAULT_FORMAT: &str = "arXivRaw";

/// The most requests of one run, and pages of one week: arXiv's busiest week has about thirty pages of a thousand records.
const MAX_REQUESTS: u32 = 2_000;
/// The most pages without records in a row, and the most restarts of a list because the server rejects its own token. Both happen, now and then.
const MAX_EMPTY: u32 = 10;
const MAX_RESTARTS: u32 = 5;

/// The error of a server that rejects a resumption token, mostly because it has expired.
const BAD_TOKEN: &str = "badResumptionToken";
/// The error of a server that rejects a request, mostly because it does not have the days, the set or the format.
const BAD_ARGUMENT: &str = "badArgument";
/// The error of a server that has no changes of these days.
const NO_RECORDS: &str = "noRecordsMatch";

/// The progress of a week's harvest; stored in the state after every page.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Cursor {
    /// The first day that still has to be requested.
    from: NaiveDate,
    /// The last day of the current list.
    #[serde(default)]
    until: Option<NaiveDate>,
    /// The token that continues the current list.
    token: Option<String>,
    /// Pages in the cache.
    pages: u32,
    /// The day of the server's clock when the list began: changes from then on come in a later list.
    asked_on: Option<NaiveDate>,
    /// The last datestamp that was seen of those in the week.
    last_day: Option<NaiveDate>,
    /// True if nothing of the week is missing.
    is_complete: bool,
}

/// Harvests the changes of the week, or continues the harvest of an earlier run.
fn fetch(query: &LiveQuery<'_>, pager: &mut Pager<'_>) -> Result<Fetched> {
    let (week, state) = query.week.zip(query.state).context("bug: a harvest without a week")?;
    let (set, format) = (query.options.one(&SET), query.options.one(&FORMAT).unwrap_or(DEFAULT_FORMAT));
    let key = format!("oai {} {} {format} {week}", query.base_url, set.unwrap_or("-"));
    let folder = query.folder("arxiv-oai", &key, true)?;
    let known = state.meta(&key)?.and_then(|json| serde_json::from_str(&json).ok());
    let cursor: Cursor = known.filter(|cursor: &Cursor| cursor.files(&folder).all(|file| file.exists())).unwrap_or_else(|| Cursor::begin(week));
    let earlier = cursor.files(&folder).map(Input::File).collect();
    let (is_of_earlier_run, bounds) = (cursor.token.is_some(), Bounds::default());
    let mut harvest = Harvest { query, set, format, week, state, key, folder, cursor, bounds, is_of_earlier_run, is_over: false, refused: None };
    let fetched = pager.read(&mut harvest)?;
    Ok(Fetched { inputs: [earlier, fetched.inputs].concat(), ..fetched })
}

/// The harvest of a week. Its cursor is its position, not its files.
struct Harvest<'a> {
    query: &'a LiveQuery<'a>,
    set: Option<&'a str>,
    format: &'a str,
    week: Week,
    state: &'a State,
    /// The key of the cursor in the state.
    key: String,
    folder: PathBuf,
    cursor: Cursor,
    bounds: Bounds,
    /// True until the list that an earlier run began is read to its end.
    is_of_earlier_run: bool,
    /// True if this run requests no more: the next run requests an unfinished week again.
    is_over: bool,
    /// The rejection of a list for its days, perhaps: the server's earliest day is requested next.
    refused: Option<oai::Page>,
}

impl PagedList for Harvest<'_> {
    type Page = oai::Page;

    fn next(&mut self) -> Option<PageRequest> {
        if self.is_over || self.cursor.is_complete || self.cursor.from > self.query.now.date_naive() {
            return None;
        }
        let url = if self.refused.is_some() { format!("{}?verb=Identify", self.query.base_url) } else { self.url() };
        Some(PageRequest { url, path: page_path(&self.folder, self.cursor.pages), is_final: false })
    }

    /// Reads a reply. Only one with records is stored.
    fn read(&self, reply: FullResponse) -> Result<(oai::Page, Option<Vec<u8>>), Unanswered> {
        let body = reply.success()?;
        let page = oai::page(&body).map_err(|error| anyhow!("its reply is no OAI-PMH: {error}"))?;
        let has_records = page.records > 0 && self.refused.is_none() && page.error.as_deref().is_none_or(|code| code == NO_RECORDS);
        Ok((page, has_records.then_some(body)))
    }

    fn take(&mut self, page: oai::Page) -> Result<()> {
        if let Some(refused) = self.refused.take() {
            return self.begin_later(&refused, page.earliest);
        }
        match page.error.as_deref() {
            Some(BAD_ARGUMENT) if self.cursor.token.is_none() => return self.narrow(page),
            Some(BAD_TOKEN) if self.cursor.token.is_some() => {}
            Some(NO_RECORDS) | None => {}
            Some(_) => return Err(refusal(&page)),
        }
        let asked = self.cursor.token.clone();
        let is_last = self.take_records(&page);
        let exceeded = self.bounds.exceeded(asked, &self.cursor, &page);
        // A list that never ends is not continued: the next run begins again.
        let next = if exceeded.is_some() { &Cursor::begin(self.week) } else { &self.cursor };
        self.state.set_meta(&self.key, &serde_json::to_string(next)?)?;
        // This run requests the changes since an earlier one began its list.
        self.is_over = is_last && !std::mem::take(&mut self.is_of_earlier_run);
        exceeded.map_or(Ok(()), |why| Err(Unfinished::endless(self.query.base_url, &why)))
    }
}

impl Harvest<'_> {
    /// Moves the cursor after a page; true at the list's end.
    fn take_records(&mut self, page: &oai::Page) -> bool {
        let cursor = &mut self.cursor;
        if page.error.as_deref() == Some(BAD_TOKEN) {
            // The list begins again from the last day that was read; records read twice are the same, and count once.
            (cursor.token, cursor.from) = (None, cursor.last_day.unwrap_or(cursor.from));
            return false;
        }
        cursor.pages += u32::from(page.records > 0);
        cursor.asked_on = cursor.asked_on.or(page.answered_on);
        cursor.last_day = page.last_day.filter(|day| self.week.days().any(|of_week| of_week == *day)).or(cursor.last_day);
        cursor.token = page.token.clone();
        if page.token.is_none() {
            self.end_list();
        }
        page.token.is_none()
    }

    /// Leaves out days in the future by the server's clock. If there are none, requests the earliest day of the server.
    fn narrow(&mut self, refused: oai::Page) -> Result<()> {
        let until = self.until();
        let Some(today) = refused.answered_on.filter(|today| *today < until) else {
            self.refused = Some(refused);
            return Ok(());
        };
        self.cursor.until = Some(today);
        if self.cursor.from <= today {
            return Ok(());
        }
        let base_url = self.query.base_url;
        Err(Unfinished(format!("by the clock of {base_url} it is {today}, and {} has not begun: check this machine's clock", self.week)).into())
    }

    /// Leaves out days before the server's earliest one.
    ///
    /// # Errors
    /// When the server rejected the request for another reason.
    fn begin_later(&mut self, refused: &oai::Page, earliest: Option<NaiveDate>) -> Result<()> {
        let earliest = earliest.filter(|earliest| *earliest > self.cursor.from).ok_or_else(|| refusal(refused))?;
        self.cursor.from = earliest;
        if earliest > self.until() {
            self.cursor.asked_on = refused.answered_on;
            self.end_list();
            self.is_over = true;
        }
        Ok(())
    }

    /// Ends the list, which has the changes up to its last day, as far as the days had ended when it began.
    fn end_list(&mut self) {
        let (now, cursor) = (self.query.now, &mut self.cursor);
        let asked_on = cursor.asked_on.take().unwrap_or_else(|| now.date_naive());
        let next = cursor.until.take().and_then(|until| until.succ_opt()).map_or(asked_on, |next| next.min(asked_on));
        cursor.is_complete = next >= self.week.end().date_naive();
        cursor.from = cursor.from.max(next);
    }

    /// Returns the last day to request: arXiv rejects days in the future.
    fn until(&mut self) -> NaiveDate {
        let last = self.week.days().last().unwrap_or(self.cursor.from);
        *self.cursor.until.get_or_insert(last.min(self.query.now.date_naive()))
    }

    fn url(&mut self) -> String {
        let (base, until) = (self.query.base_url, self.until());
        if let Some(token) = &self.cursor.token {
            return format!("{base}?verb=ListRecords&resumptionToken={}", encoded(token));
        }
        let set = self.set.map(|set| format!("&set={}", encoded(set))).unwrap_or_default();
        format!("{base}?verb=ListRecords&metadataPrefix={}&from={}&until={until}{set}", self.format, self.cursor.from)
    }
}

/// Returns the error for a rejected request.
fn refusal(page: &oai::Page) -> anyhow::Error {
    BadQuery(format!("{}: {}", page.error.as_deref().unwrap_or_default(), page.says)).into()
}

fn page_path(folder: &Path, page: u32) -> PathBuf {
    folder.join(format!("{page:04}.xml"))
}

impl Cursor {
    fn begin(week: Week) -> Self {
        Self { from: week.start().date_naive(), until: None, token: None, pages: 0, asked_on: None, last_day: None, is_complete: false }
    }

    /// Returns the files of the pages that it counts.
    fn files(&self, folder: &Path) -> impl Iterator<Item = PathBuf> {
        (0..self.pages).map(move |page| page_path(folder, page))
    }
}

/// The limits of one run's harvest, in requests and cursors, whatever comes with them.
#[derive(Default)]
struct Bounds {
    requests: u32,
    empty_in_a_row: u32,
    restarts: u32,
    /// The tokens of the current list.
    tokens: HashSet<String>,
}

impl Bounds {
    /// Counts the reply to a token, after which the cursor is now; returns the reason if the list is not followed any further.
    fn exceeded(&mut self, asked: Option<String>, cursor: &Cursor, page: &oai::Page) -> Option<String> {
        self.requests += 1;
        self.empty_in_a_row = if page.records > 0 { 0 } else { self.empty_in_a_row + 1 };
        if page.error.as_deref() == Some(BAD_TOKEN) {
            self.restarts += 1;
            self.tokens.clear();
        } else {
            self.tokens.extend(asked);
        }
        if self.restarts > MAX_RESTARTS {
            return Some(format!("it did not take its own tokens {MAX_RESTARTS} times"));
        }
        let token = cursor.token.as_ref()?;
        if self.tokens.contains(token) {
            Some("it leads on with a token that it gave before".to_owned())
        } else if token.len() > MAX_TOKEN_BYTES {
            Some(format!("a token of {} bytes", token.len()))
        } else if self.empty_in_a_row >= MAX_EMPTY {
            Some(format!("{MAX_EMPTY} pages without records in a row"))
        } else if self.requests >= MAX_REQUESTS || cursor.pages >= MAX_REQUESTS {
            Some(format!("more than {MAX_REQUESTS} pages"))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_ever_new_tokens_is_followed_for_so_many_requests() {
        let mut cursor = Cursor::begin("2026-W47".parse().unwrap());
        let mut bounds = Bounds::default();
        let requests = (1..).find(|at| {
            let asked = cursor.token.replace(format!("t{at}"));
            bounds.exceeded(asked, &cursor, &oai::Page { records: 1, ..oai::Page::default() }).is_some()
        });
        assert_eq!(requests, Some(MAX_REQUESTS));
    }
}
