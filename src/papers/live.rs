//! Live sources, fetched one after the other.

use crate::plan::{Place, Plan};
use crate::source::atom_live::AtomLive;
use crate::source::client::RateLimitedClient;
use crate::source::dates::{Dates, Period};
use crate::source::fetched::Fetched;
use crate::source::harvest::{Harvest, harvest};
use crate::source::hf_live::HfLive;
use crate::source::hosts::Hosts;
use crate::source::openalex_live::{OpenAlexLive, key};
use crate::source::rates;
use anyhow::{Context, Result};
use chrono::{Days, NaiveDate};
use secrecy::ExposeSecret;
use starcite_core::Week;
use starcite_ground::clock;
use starcite_ground::files;
use starcite_ground::http;
use starcite_state::State;
use tokio::runtime::Runtime;

/// Time added before a week: arXiv announces Friday's submissions after the week has ended, and those that it reviews more closely later.
const ARXIV_DELAY: Days = Days::new(7);

/// The clients by which a run fetches live sources.
pub(super) struct Network {
    runtime: Runtime,
    hosts: Hosts,
    /// arXiv counts requests to its services together, so all of them share one pace.
    arxiv: Option<RateLimitedClient>,
}

impl Network {
    pub(super) fn new(hosts: &Hosts) -> Result<Self> {
        let runtime = http::runtime()?;
        Ok(Self { runtime, hosts: hosts.clone(), arxiv: None })
    }

    /// Fetches a live source into the cache.
    pub(super) fn fetch(&mut self, plan: &Plan, place: &Place, state: &State) -> Result<Fetched> {
        let (cache, now, week) = (&plan.cache(), clock::now(), plan.week);
        files::make_private_folder(cache).with_context(|| format!("cannot make {}", cache.display()))?;
        let (client, hosts) = (http::service()?, &self.hosts);
        let arxiv = self.arxiv.get_or_insert_with(|| RateLimitedClient::new(client.clone(), hosts, rates::ARXIV));
        self.runtime.block_on(async {
            match place {
                Place::ArxivOai { set, format } => {
                    let what = Harvest { base_url: &plan.arxiv_oai_url, set: set.as_deref(), format: format.as_str(), week, now };
                    harvest(arxiv, cache, state, &what).await
                }
                Place::ArxivAtom(question) => {
                    let (first, last) = days(week);
                    let days = Some((first.checked_sub_days(ARXIV_DELAY).unwrap_or(first), last));
                    AtomLive { base_url: &plan.arxiv_api_url, question, days, cache, now }.fetch(arxiv).await
                }
                Place::HfDaily { dates } => {
                    let lists = dates.map_or_else(|| week.days().map(Period::Day).collect(), Dates::lists);
                    let live = HfLive { base_url: &plan.hf_url, cache, now };
                    live.fetch(&mut RateLimitedClient::new(client, hosts, rates::HUGGING_FACE), &lists).await
                }
                Place::OpenAlex { filter } => {
                    let key = key()?;
                    let live = OpenAlexLive {
                        base_url: plan.openalex_url.trim_end_matches('/'),
                        key: key.expose_secret(),
                        filter: filter.as_deref(),
                        days: Some(days(week)),
                        cache,
                        now,
                    };
                    live.fetch(&mut RateLimitedClient::new(client, hosts, rates::OPENALEX).of_account(live.key)).await
                }
                Place::Path(_) | Place::Url(_) => Ok(Fetched::default()),
            }
        })
    }
}

/// Returns the first and the last day of a week.
fn days(week: Week) -> (NaiveDate, NaiveDate) {
    let (first, end) = (week.start().date_naive(), week.end().date_naive());
    (first, end.pred_opt().unwrap_or(end))
}
