//! The hosts that a run asks about repositories: `[github]` of the pipeline file, and the options of the command line.

use super::Age;
use serde::Deserialize;
use starcite_core::Part;
use starcite_ground::url;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// GitHub's own host.
pub(crate) const GITHUB: &str = "github.com";

/// Suffix of the hosts that GitHub runs for companies (<https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency>).
const FOR_COMPANIES: &str = ".ghe.com";

/// Age of answers that are requested again, unless the pipeline sets it.
const MAX_AGE: Duration = Duration::from_secs(6 * 86_400);

/// The section, as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GithubSection {
    #[serde(default)]
    columns: BTreeSet<Column>,
    max_age: Option<Age>,
    budget: Option<u64>,
    host: Option<Host>,
}

/// The name of a host. The error does not repeat other values, because they may contain a password.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Host(String);

impl TryFrom<String> for Host {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, &'static str> {
        if url::is_host(&name) { Ok(Self(name)) } else { Err("host is not the name of a host, such as github.com or git.example.org") }
    }
}

/// Columns of `repos` that cost more than the scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Column {
    /// Counts and lists: watchers, issues, pull requests, releases, languages, topics, commits
    Activity,
    /// The root folder; the contents of README and citation files: whether they name the paper, which others, how to cite; the framework
    Readme,
    /// Stars week by week
    Stars,
    /// All of these
    All,
}

/// A host, and the settings of the requests to it.
#[derive(Debug, Clone)]
pub(crate) struct HostPlan {
    /// The host in the names of repositories.
    pub(crate) host: String,
    /// The parts requested after the scalars, the cheapest first.
    pub(crate) parts: Vec<Part>,
    /// Older answers are requested again.
    pub(crate) max_age: Duration,
    pub(crate) options: HostOptions,
}

/// A GitHub App, and the path of its private key.
#[derive(Debug, Clone)]
pub(crate) struct AppPlan {
    pub(crate) id: u64,
    pub(crate) installation: u64,
    pub(crate) key_file: PathBuf,
}

/// Values of the command line for the requests to a host.
#[derive(Debug, Clone, Default)]
pub(crate) struct HostOptions {
    /// The API's address, if it is not the host's own.
    pub(crate) url: Option<String>,
    pub(crate) budget: Option<u64>,
    pub(crate) wait: bool,
    /// Path of the token, if it is not in the environment.
    pub(crate) token_file: Option<PathBuf>,
    /// The GitHub App whose account is used, if not that of a token.
    pub(crate) app: Option<AppPlan>,
}

impl HostPlan {
    /// Returns the plan of GitHub, or of a server of GitHub Enterprise.
    pub(crate) fn github(host: String, columns: &BTreeSet<Column>, max_age: Duration, options: HostOptions) -> Self {
        Self { host, parts: parts(columns), max_age, options }
    }

    /// Returns the plan of GitHub, for a command without a pipeline.
    pub(crate) fn of_options(options: HostOptions) -> Self {
        Self::of_section(GithubSection::default(), options)
    }

    pub(super) fn of_section(section: GithubSection, options: HostOptions) -> Self {
        let host = section.host.map_or_else(|| GITHUB.to_owned(), |host| host.0);
        let options = HostOptions { budget: options.budget.or(section.budget), ..options };
        Self::github(host, &section.columns, section.max_age.map_or(MAX_AGE, |age| age.0), options)
    }

    /// Returns the address that requests go to.
    pub(crate) fn url(&self) -> String {
        self.options.url.clone().unwrap_or_else(|| api_url(&self.host))
    }

    /// Returns the file with the credentials.
    pub(crate) fn secret_file(&self) -> Option<&Path> {
        self.options.app.as_ref().map(|app| app.key_file.as_path()).or(self.options.token_file.as_deref())
    }
}

fn parts(columns: &BTreeSet<Column>) -> Vec<Part> {
    let has = |column| columns.contains(&column) || columns.contains(&Column::All);
    let parts = [(Column::Readme, Part::Tree), (Column::Activity, Part::Activity), (Column::Readme, Part::Files), (Column::Stars, Part::Stars)];
    parts.into_iter().filter(|(column, _)| has(*column)).map(|(_, part)| part).collect()
}

/// True for hosts that GitHub itself runs: they accept the same kind of token.
pub(crate) fn is_githubs_own(host: &str) -> bool {
    host == GITHUB || host.ends_with(FOR_COMPANIES)
}

/// Returns the API's address of a GitHub host: of GitHub's own, or of an Enterprise server.
pub(crate) fn api_url(host: &str) -> String {
    if is_githubs_own(host) { format!("https://api.{host}") } else { format!("https://{host}/api/v3") }
}
