//! Harvests OAI-PMH live: page after page into the cache, with the cursor in the state, one request at a time.
//!
//! arXiv allows one request every three seconds on one connection (<https://info.arxiv.org/help/api/tou.html>).

use super::client::RateLimitedClient;
use super::fetch::{MAX_TOKEN_BYTES, encoded, keep};
use super::fetched::{Fetched, ends_the_run};
use super::input::Input;
use super::oai;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use starcite_core::Week;
use starcite_ground::interrupt;
use starcite_state::State;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The most requests of one run, and pages of one week: arXiv's busiest week has about thirty pages of a thousand records.
const MAX_REQUESTS: u32 = 2_000;
/// The most pages without records in a row, and the most restarts of a list because the server rejects its own token. Both happen, now and then.
const MAX_EMPTY: u32 = 10;
const MAX_RESTARTS: u32 = 5;

/// The error of a server that rejects a resumption token, mostly because it has expired.
const BAD_TOKEN: &str = "badResumptionToken";
/// The error of a server that rejects a request, mostly because it does not have the days, the set or the format.
const BAD_ARGUMENT: &str = "badArgument";

/// The address and scope of a harvest.
#[derive(Debug, Clone)]
pub(crate) struct Harvest<'a> {
    pub(crate) base_url: &'a str,
    pub(crate) set: Option<&'a str>,
    pub(crate) format: &'a str,
    pub(crate) week: Week,
    pub(crate) now: DateTime<Utc>,
}

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

/// Harvests the changes of a week, or continues the harvest of an earlier run.
pub(crate) async fn harvest(host: &mut RateLimitedClient, cache: &Path, state: &State, what: &Harvest<'_>) -> Result<Fetched> {
    let key = format!("oai {} {} {} {}", what.base_url, what.set.unwrap_or("-"), what.format, what.week);
    let folder = cache.join("arxiv-oai").join(&starcite_ground::sha256::of(key.as_bytes())[..16]);
    let known = state.meta(&key)?.and_then(|json| serde_json::from_str(&json).ok());
    let mut cursor: Cursor = known.filter(|cursor: &Cursor| is_there(cursor, &folder)).unwrap_or_else(|| Cursor::begin(what.week));
    let mut is_of_earlier_run = cursor.token.is_some();
    let mut failure = None;
    let mut bounds = Bounds::default();
    while !cursor.is_complete && cursor.from <= what.now.date_naive() {
        interrupt::check()?;
        match page(host, what, &mut cursor).await {
            Ok((_, page)) if page.error.as_deref() == Some(BAD_ARGUMENT) && cursor.token.is_none() => {
                if !cursor.narrow(host, what, &page).await? {
                    failure = page
                        .answered_on
                        .filter(|today| *today < cursor.from)
                        .map(|today| format!("by the clock of {} it is {today}, and {} has not begun: check this machine's clock", what.base_url, what.week));
                    break;
                }
            }
            Ok((body, page)) => {
                let asked = cursor.token.clone();
                let is_last = cursor.take(what, &page_path(&folder, cursor.pages), &body, &page)?;
                let exceeded = bounds.exceeded(asked, &cursor, &page);
                // Such a list is not continued: the next run begins again.
                let next = if exceeded.is_some() { &Cursor::begin(what.week) } else { &cursor };
                state.set_meta(&key, &serde_json::to_string(next)?)?;
                failure = exceeded.map(|why| format!("{} gives a list that can't be read to its end ({why}): tell who keeps the server", what.base_url));
                // The next run requests an unfinished week again; this run requests the changes since an earlier one began its list.
                if failure.is_some() || is_last && !std::mem::take(&mut is_of_earlier_run) {
                    break;
                }
            }
            Err(error) if ends_the_run(&error) => return Err(error),
            Err(error) => {
                failure = Some(format!("{} did not answer ({error:#})", what.base_url));
                break;
            }
        }
    }
    let inputs = (0..cursor.pages).map(|page| Input::File(page_path(&folder, page))).collect();
    Ok(Fetched { inputs, failure, note: None })
}

fn page_path(folder: &Path, page: u32) -> PathBuf {
    folder.join(format!("{page:04}.xml"))
}

/// True if the pages that the cursor counts are in the cache.
fn is_there(cursor: &Cursor, folder: &Path) -> bool {
    (0..cursor.pages).all(|page| page_path(folder, page).exists())
}

impl Cursor {
    fn begin(week: Week) -> Self {
        Self { from: week.start().date_naive(), until: None, token: None, pages: 0, asked_on: None, last_day: None, is_complete: false }
    }

    /// Returns the last day to request: arXiv rejects days in the future.
    fn until(&mut self, what: &Harvest<'_>) -> NaiveDate {
        let last = what.week.days().last().unwrap_or(self.from);
        *self.until.get_or_insert(last.min(what.now.date_naive()))
    }

    /// Leaves out days in the future by the server's clock, and days before its earliest one; false if none is left.
    ///
    /// # Errors
    /// When the server rejects the request for another reason.
    async fn narrow(&mut self, host: &mut RateLimitedClient, what: &Harvest<'_>, refused: &oai::Page) -> Result<bool> {
        let until = self.until(what);
        if let Some(today) = refused.answered_on.filter(|today| *today < until) {
            self.until = Some(today);
            return Ok(self.from <= today);
        }
        let earliest = ask(host, &format!("{}?verb=Identify", what.base_url)).await.ok().and_then(|(_, page)| page.earliest);
        let Some(earliest) = earliest.filter(|earliest| *earliest > self.from) else {
            bail!("{} answered {BAD_ARGUMENT} ({}): check set and format of the source", what.base_url, refused.says);
        };
        self.from = earliest;
        if earliest > until {
            self.asked_on = refused.answered_on;
            self.end_list(what);
        }
        Ok(earliest <= until)
    }

    /// Stores a page and moves the cursor after it; true at the list's end.
    fn take(&mut self, what: &Harvest<'_>, path: &Path, body: &[u8], page: &oai::Page) -> Result<bool> {
        match page.error.as_deref() {
            // The list begins again from the last day that was read; records read twice are the same, and count once.
            Some(BAD_TOKEN) if self.token.is_some() => {
                (self.token, self.from) = (None, self.last_day.unwrap_or(self.from));
                return Ok(false);
            }
            Some("noRecordsMatch") | None => {}
            Some(code) => bail!("{} answered {code} ({}): check set and format of the source", what.base_url, page.says),
        }
        if page.records > 0 {
            keep(body, path).with_context(|| format!("cannot write {}: is the disk full?", path.display()))?;
            self.pages += 1;
        }
        self.asked_on = self.asked_on.or(page.answered_on);
        self.last_day = page.last_day.filter(|day| what.week.days().any(|of_week| of_week == *day)).or(self.last_day);
        self.token = page.token.clone();
        if page.token.is_none() {
            self.end_list(what);
        }
        Ok(page.token.is_none())
    }

    /// Ends the list, which has the changes up to its last day, as far as the days had ended when it began.
    fn end_list(&mut self, what: &Harvest<'_>) {
        let asked_on = self.asked_on.take().unwrap_or_else(|| what.now.date_naive());
        let next = self.until.take().and_then(|until| until.succ_opt()).map_or(asked_on, |next| next.min(asked_on));
        self.is_complete = next >= what.week.end().date_naive();
        self.from = self.from.max(next);
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

/// Requests the next page.
async fn page(host: &mut RateLimitedClient, what: &Harvest<'_>, cursor: &mut Cursor) -> Result<(Vec<u8>, oai::Page)> {
    ask(host, &url(what, cursor)).await
}

/// Requests a reply. One that is not OAI-PMH is an error.
async fn ask(host: &mut RateLimitedClient, url: &str) -> Result<(Vec<u8>, oai::Page)> {
    let body = host.whole(|client| client.get(url)).await?.success()?;
    let page = oai::page(&body).map_err(|error| anyhow::anyhow!("its reply is no OAI-PMH: {error}"))?;
    Ok((body, page))
}

fn url(what: &Harvest<'_>, cursor: &mut Cursor) -> String {
    let base = what.base_url;
    if let Some(token) = &cursor.token {
        return format!("{base}?verb=ListRecords&resumptionToken={}", encoded(token));
    }
    let until = cursor.until(what);
    let set = what.set.map(|set| format!("&set={}", encoded(set))).unwrap_or_default();
    format!("{base}?verb=ListRecords&metadataPrefix={}&from={}&until={until}{set}", what.format, cursor.from)
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
