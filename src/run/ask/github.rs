//! Asks a GitHub host, github.com or a server of GitHub Enterprise: the one module that uses the crate `starcite_github`.

mod account;
mod estimate;
mod quota;

pub(super) use account::Credentials;
pub(crate) use estimate::{Estimate, estimate};
pub(crate) use quota::{Quota, quota};

use crate::cli::plan::{HostPlan, api_url};
use crate::progress::Progress;
use anyhow::Result;
use starcite_core::Part;
use starcite_core::answer::{BatchOutcome, Report, Stop, Target};
use starcite_github::{AskOptions, Asker, Client, ClientError, Config, Delays};
use starcite_ground::{clock, http, interrupt};
use starcite_state::State;

/// Keys in the state of the learnt sizes of queries, and of GitHub's working time in the last minute of a run.
const SIZES: &str = "sizes";
const LAST_MINUTE: &str = "last_minute";

/// A client of one host, with what earlier runs learnt.
pub(super) struct Github(Asker);

impl Github {
    /// Makes a client that spends at most `budget`.
    ///
    /// # Errors
    /// When the host's URL is wrong, no HTTP client can be made, or the state can't be read.
    pub(super) fn open(host: &HostPlan, account: &Credentials, budget: Option<u64>, state: &State, progress: &Progress) -> Result<Self> {
        let (base_url, known_as) = (host.url(), api_url(&host.host));
        let config = Config { base_url, known_as, account: account.account.clone(), user_agent: http::agent(), ..Config::default() };
        let client = Client::new(config, http::github()?).map_err(|error| {
            let what = if matches!(error, ClientError::Build(_)) { http::UNMADE } else { "cannot make a GitHub client: check --github-url" };
            anyhow::Error::from(error).context(what)
        })?;
        let options = AskOptions {
            wait: host.options.wait,
            budget,
            sizes: load_saved(state, SIZES)?.unwrap_or_default(),
            last_minute: load_saved(state, LAST_MINUTE)?.unwrap_or_default(),
            closed_until: account.known_limit(state)?,
            clock: clock::now,
            delays: Delays { random: fastrand::f64, ..Delays::default() },
        };
        let mut asker = Asker::new(client, options);
        let told = progress.clone();
        asker.on_wait(Box::new(move |until| told.waiting(until)));
        Ok(Self(asker))
    }

    /// Requests a part of repositories, and passes each batch of answers on before the next request is sent.
    pub(super) async fn ask(&mut self, part: Part, wanted: Vec<Target>, on_batch: impl FnMut(BatchOutcome) -> Result<()>) -> Result<Report> {
        self.0.ask(part, wanted, interrupt::first(), on_batch).await
    }

    /// Stores what this run learnt, for the next one.
    pub(super) fn keep_learnt(&self, state: &State) -> Result<()> {
        state.set_meta(SIZES, &serde_json::to_string(self.0.sizes())?)?;
        state.set_meta(LAST_MINUTE, &serde_json::to_string(&self.0.last_minute())?)
    }
}

/// Loads a value that an earlier run saved; `None` if it has another format, as from a newer program.
fn load_saved<T: serde::de::DeserializeOwned>(state: &State, key: &str) -> Result<Option<T>> {
    Ok(state.meta(key)?.and_then(|json| serde_json::from_str(&json).ok()))
}

/// Returns a note that columns are wanted that GitHub returns only with a token.
pub(super) fn no_account(host: &str) -> String {
    let variable = account::variables(host)[0];
    format!("without a token {host} tells no more than scalars and stars: set {variable} for the other columns, which stay unknown")
}

/// Returns the meaning of a stop for the user.
pub(crate) fn explain(stop: &Stop, plan: &HostPlan) -> String {
    let host = &plan.host;
    match stop {
        Stop::Limited { until } => format!("{host}'s rate limit is reached until {}", until.format("%Y-%m-%d %H:%M:%S UTC")),
        Stop::Unreachable { error } => {
            let of_proxy = plan.url().parse().ok().and_then(|url| http::blame(&url, error));
            format!("{host} did not answer ({})", of_proxy.as_ref().unwrap_or(error))
        }
        Stop::BadToken => format!("{host} refused the token: check {} or the file of --token-file, or ask without one", account::variables(host)[0]),
        Stop::BudgetSpent => "the budget is spent".to_owned(),
        Stop::Interrupted => "interrupted".to_owned(),
    }
}
