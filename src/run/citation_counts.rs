//! Citation counts of the papers that the week's citations name: requested in batches, and each batch stored at once.

mod openalex;
mod semantic_scholar;

use crate::cli::plan::{CountSource, CountsOf, CountsPlan};
use crate::progress::{HostProgress, Progress};
use anyhow::{Result, anyhow};
use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use starcite_core::Week;
use starcite_ground::http::{self, Refused};
use starcite_ground::interrupt::{self, Interrupted};
use starcite_ground::{clock, secret};
use starcite_sources::Service;
use starcite_sources::client::RateLimitedClient;
use starcite_sources::hosts::Hosts;
use starcite_sources::service::{BadKey, BadQuery, without};
use starcite_state::State;
use std::collections::VecDeque;
use tracing::warn;

/// The result of the requests.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Papers that were requested and that the service has not answered for: run again.
    pub(crate) owed: u64,
    /// The reason, for the user.
    pub(crate) why: Option<String>,
}

/// Citation counts from a service's response, `None` for a paper that the service does not know. Papers missing here were not in the response.
type Told = Vec<(String, Option<i64>)>;

/// Returns the papers whose counts are to be requested now, in order of need; `own` are the ids of the week's own papers, if these are counted.
pub(crate) fn wanted(counts: &CountsPlan, week: Week, own: &[String], state: &mut State) -> Result<Vec<String>> {
    let since = (clock::now() - TimeDelta::from_std(counts.max_age)?).min(week.end());
    match counts.of {
        CountsOf::Cited => state.want_counted(week)?,
        CountsOf::Papers => state.want_counted_of(own)?,
    }
    let mut wanted = state.to_count(counts.source.as_str(), since)?;
    if counts.source == CountSource::OpenAlex {
        wanted.retain(|cited| openalex::can_be_asked(cited));
    }
    Ok(wanted)
}

/// Splits the papers into batches of one request each.
pub(crate) fn batches(source: CountSource, wanted: &[String]) -> Vec<&[String]> {
    match source {
        CountSource::OpenAlex => openalex::batches(wanted),
        CountSource::SemanticScholar => wanted.chunks(semantic_scholar::BATCH_PAPERS).collect(),
    }
}

/// Requests the citation counts of the papers that are [`wanted`]. Without a key it requests nothing, and prints a note.
///
/// # Errors
/// When the service refuses the key, the key's file can't be read, the service redirects to an address that is not followed, or the state can't be written.
pub(crate) fn ask(counts: &CountsPlan, week: Week, own: &[String], state: &mut State, hosts: &Hosts, progress: &Progress) -> Result<Report> {
    let wanted = wanted(counts, week, own, state)?;
    if wanted.is_empty() {
        return Ok(Report::default());
    }
    let Some(key) = key(counts)? else {
        warn!("{}", without_key(counts.source.service()));
        return Ok(Report::default());
    };
    counts.key_file.as_deref().and_then(secret::warning).iter().for_each(|warning| warn!("{warning}"));
    let host = RateLimitedClient::new(http::service()?, hosts, counts.source.service().rate).of_account(key.expose_secret());
    let runtime = http::runtime()?;
    let mut asking = CountSession { counts, key, host, state, progress, answered: 0 };
    runtime.block_on(asking.all(&wanted))
}

/// Returns the note for a missing key.
fn without_key(service: &Service) -> String {
    let (title, variable) = (service.title, service.key_variable.unwrap_or_default());
    format!("without a key {title} is not asked how often papers are cited: set {variable}, or name a key_file; cited_by_count stays as it was known")
}

pub(crate) fn key(counts: &CountsPlan) -> Result<Option<SecretString>> {
    secret::token(counts.key_file.as_deref(), "key_file", "a key", counts.source.service().key_variable.as_slice())
}

/// The requests of one run to a service.
struct CountSession<'a> {
    counts: &'a CountsPlan,
    key: SecretString,
    host: RateLimitedClient,
    state: &'a mut State,
    progress: &'a Progress,
    answered: usize,
}

impl CountSession<'_> {
    /// Requests all counts. A batch that the service rejects as malformed is halved, so that one paper does not hold up the others.
    async fn all(&mut self, wanted: &[String]) -> Result<Report> {
        let title = self.counts.source.service().title;
        let mut batches: VecDeque<&[String]> = batches(self.counts.source, wanted).into();
        let mut why = None;
        while let Some(batch) = batches.pop_front() {
            match self.batch(batch).await {
                Ok(told) => self.keep(&told, wanted.len())?,
                Err(error) if error.is::<Interrupted>() => return Ok(Report { owed: self.owed(wanted), why: None }),
                Err(error) if error.is::<BadKey>() => return Err(self.bad_key()),
                Err(error) if error.is::<Refused>() => return Err(error),
                Err(error) if error.is::<BadQuery>() && batch.len() > 1 => {
                    let (first, second) = batch.split_at(batch.len() / 2);
                    batches.push_front(second);
                    batches.push_front(first);
                }
                // The service has answered for other papers: it will never know this one.
                Err(error) if error.is::<BadQuery>() && self.answered > 0 => self.keep(&[(batch[0].clone(), None)], wanted.len())?,
                Err(error) => {
                    why = Some(format!("{title} did not answer ({})", without(self.key.expose_secret(), &error)));
                    break; // the other batches would fail alike; the next run continues here
                }
            }
        }
        let owed = self.owed(wanted);
        let said_nothing = || format!("{title}'s reply does not tell of every paper that was asked about");
        Ok(Report { owed, why: why.or_else(|| (owed > 0).then(said_nothing)) })
    }

    fn owed(&self, wanted: &[String]) -> u64 {
        wanted.len().saturating_sub(self.answered) as u64
    }

    async fn batch(&mut self, batch: &[String]) -> Result<Told> {
        interrupt::check()?;
        let (base, key) = (self.counts.base_url.as_str(), self.key.expose_secret());
        match self.counts.source {
            CountSource::OpenAlex => openalex::ask(&mut self.host, base, key, batch).await,
            CountSource::SemanticScholar => semantic_scholar::ask(&mut self.host, base, key, batch).await,
        }
    }

    fn keep(&mut self, told: &[(String, Option<i64>)], wanted: usize) -> Result<()> {
        self.state.add_counts(self.counts.source.as_str(), clock::now(), told)?;
        self.answered += told.len();
        let host = self.counts.source.service().title;
        self.progress.asking(&HostProgress { host, what: "cited papers", answered: self.answered, wanted, points_left: None });
        Ok(())
    }

    fn bad_key(&self) -> anyhow::Error {
        let service = self.counts.source.service();
        let place = self.counts.key_file.as_ref().map_or_else(|| service.key_variable.unwrap_or_default().to_owned(), |file| file.display().to_string());
        let title = service.title;
        anyhow!("{title} refused the key: check {place}, or take [citations] out of the pipeline")
    }
}

/// Returns an arXiv id as the services write it: an old id without its subject class, `math/0309136`.
fn without_class(id: &str) -> String {
    id.split_once('/').map_or_else(|| id.to_owned(), |(archive, number)| format!("{}/{number}", archive.split('.').next().unwrap_or(archive)))
}

/// Reads a citation count: `Some(None)` if the service has the paper and no count; `None` if the value can't be read.
fn count(value: Option<&serde_json::Value>) -> Option<Option<i64>> {
    match value {
        None => None,
        Some(serde_json::Value::Null) => Some(None),
        Some(count) => count.as_i64().filter(|count| *count >= 0).map(Some),
    }
}
