//! Harvests OAI-PMH live: page after page into the cache, the cursor in the state, one request at a time.
//!
//! arXiv asks for one request every three seconds on one connection (<https://info.arxiv.org/help/api/tou.html>).

use super::fetch::encoded;
use super::fetched::{Fetched, ends_the_run};
use super::input::Input;
use super::oai;
use super::polite::Polite;
use crate::interrupt;
use crate::state::State;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use starcite_core::Week;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// No harvest of a week has more pages: arXiv's busiest has about thirty of a thousand records.
const MAX_PAGES: u32 = 2_000;

/// Where and what is harvested.
#[derive(Debug, Clone)]
pub(crate) struct Harvest<'a> {
    pub(crate) base_url: &'a str,
    pub(crate) set: Option<&'a str>,
    pub(crate) format: &'a str,
    pub(crate) week: Week,
    pub(crate) now: DateTime<Utc>,
}

/// How far a week's harvest has come; kept in the state after every page.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Cursor {
    /// The first day that is still to be asked for.
    from: NaiveDate,
    /// Where the list goes on that is being read.
    token: Option<String>,
    /// Pages in the cache.
    pages: u32,
    /// The day of the server's clock when the list was begun: what changes from then on comes later.
    asked_on: Option<NaiveDate>,
    /// The datestamp seen last.
    last_day: Option<NaiveDate>,
    /// Nothing of the week is missing.
    is_complete: bool,
}

/// Harvests what a week changed, or goes on where an earlier run was.
pub(crate) async fn harvest(host: &mut Polite, cache: &Path, state: &State, what: &Harvest<'_>) -> Result<Fetched> {
    let key = format!("oai {} {} {} {}", what.base_url, what.set.unwrap_or("-"), what.format, what.week);
    let folder = cache.join("arxiv-oai").join(&crate::sha256::of(key.as_bytes())[..16]);
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let known = state.meta(&key)?.and_then(|json| serde_json::from_str(&json).ok());
    let mut cursor: Cursor = known.filter(|cursor: &Cursor| is_there(cursor, &folder)).unwrap_or_else(|| Cursor::begin(what.week));
    let mut failure = None;
    let mut tokens = HashSet::new();
    while !cursor.is_complete && cursor.from <= what.now.date_naive() {
        interrupt::check()?;
        match page(host, what, &cursor).await {
            Ok((body, page)) => {
                let is_last = cursor.take(what, &page_path(&folder, cursor.pages), &body, page, &mut tokens)?;
                state.set_meta(&key, &serde_json::to_string(&cursor)?)?;
                if is_last {
                    break; // an unfinished week is asked about again by the next run
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

/// Whether the pages that the cursor counts are in the cache.
fn is_there(cursor: &Cursor, folder: &Path) -> bool {
    (0..cursor.pages).all(|page| page_path(folder, page).exists())
}

impl Cursor {
    fn begin(week: Week) -> Self {
        Self { from: week.start().date_naive(), token: None, pages: 0, asked_on: None, last_day: None, is_complete: false }
    }

    /// Keeps a page and goes on behind it; true at the list's end.
    fn take(&mut self, what: &Harvest<'_>, path: &Path, body: &[u8], page: oai::Page, tokens: &mut HashSet<String>) -> Result<bool> {
        match page.error.as_deref() {
            // The list is begun anew from the last day that was read; records read twice are the same, and count once.
            Some("badResumptionToken") if self.token.is_some() => {
                (self.token, self.from) = (None, self.last_day.unwrap_or(self.from));
                return Ok(false);
            }
            Some("noRecordsMatch") | None => {}
            Some(code) => bail!("{} answered {code}: check set and format of the source", what.base_url),
        }
        if page.records > 0 {
            std::fs::write(path, body).with_context(|| format!("cannot write {}: is the disk full?", path.display()))?;
            self.pages += 1;
        }
        self.asked_on = self.asked_on.or(page.answered_on);
        self.last_day = page.last_day.or(self.last_day);
        self.token = page.token.clone();
        if let Some(token) = &page.token
            && (!tokens.insert(token.clone()) || self.pages > MAX_PAGES)
        {
            bail!("{} gives a list that never ends (page {}): run again later, and tell who keeps the server", what.base_url, self.pages);
        }
        if page.token.is_none() {
            self.end_list(what);
        }
        Ok(page.token.is_none())
    }

    /// The list is read: the week is complete if it had ended when the list was begun.
    fn end_list(&mut self, what: &Harvest<'_>) {
        let asked_on = self.asked_on.take().unwrap_or_else(|| what.now.date_naive());
        self.is_complete = asked_on >= what.week.end().date_naive();
        self.from = self.from.max(asked_on);
    }
}

/// The next page. One that is no OAI-PMH is as good as no answer.
async fn page(host: &mut Polite, what: &Harvest<'_>, cursor: &Cursor) -> Result<(Vec<u8>, oai::Page)> {
    let body = host.whole(|client| client.get(url(what, cursor))).await?.success()?;
    let page = oai::page(&body).map_err(|error| anyhow::anyhow!("its reply is no OAI-PMH: {error}"))?;
    Ok((body, page))
}

fn url(what: &Harvest<'_>, cursor: &Cursor) -> String {
    let base = what.base_url;
    if let Some(token) = &cursor.token {
        return format!("{base}?verb=ListRecords&resumptionToken={}", encoded(token));
    }
    let until = what.week.end().date_naive().pred_opt().unwrap_or(cursor.from);
    let set = what.set.map(|set| format!("&set={}", encoded(set))).unwrap_or_default();
    format!("{base}?verb=ListRecords&metadataPrefix={}&from={}&until={until}{set}", what.format, cursor.from)
}
