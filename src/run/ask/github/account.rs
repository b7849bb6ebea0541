//! The account that requests to GitHub use, and the limit that is known to apply to it.

use crate::cli::plan::{AppPlan, GITHUB, HostPlan, is_githubs_own};
use anyhow::Result;
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;
use starcite_core::Part;
use starcite_core::answer::{Report, Stop};
use starcite_github::Account;
use starcite_ground::{clock, secret, sha256};
use starcite_state::State;

/// Key of the limit in the state.
const LIMIT: &str = "limit";

/// An account, and its identifier in the state: an App's number, or eight hexadecimal digits of a hash, which do not
/// reveal the token.
pub(in crate::run::ask) struct Credentials {
    pub(super) account: Account,
    pub(in crate::run::ask) fingerprint: String,
}

impl Credentials {
    /// Returns the GitHub App if one is named, else the token of the host from its file or the environment.
    ///
    /// # Errors
    /// When a file can't be read or is empty, or its content can't be a token.
    pub(in crate::run::ask) fn read(host: &HostPlan) -> Result<Self> {
        if let Some(AppPlan { id, installation, key_file }) = &host.options.app {
            let key = secret::read(key_file, "--app-key", "the App's private key")?;
            let account = Account::App { id: *id, installation: *installation, key };
            return Ok(Self { account, fingerprint: format!("app-{id}-{installation}") });
        }
        Ok(match secret::token(host.options.token_file.as_deref(), "--token-file", "a token", variables(&host.host))? {
            Some(token) => Self { fingerprint: sha256::of(token.expose_secret().as_bytes())[..8].to_owned(), account: Account::Token(token) },
            None => Self { account: Account::Nobody, fingerprint: "nobody".to_owned() },
        })
    }

    /// True if the account can use GraphQL. Without one only REST answers, with scalars and stars.
    pub(super) fn is_somebody(&self) -> bool {
        !matches!(self.account, Account::Nobody)
    }

    /// Returns the parts after the scalars that GitHub gives this account.
    pub(in crate::run::ask) fn parts_told(&self, host: &HostPlan) -> Vec<Part> {
        host.parts.iter().copied().filter(|part| self.is_somebody() || *part == Part::Stars).collect()
    }

    /// Returns a note that a token is set that is not sent to the host.
    pub(in crate::run::ask) fn withheld(&self, host: &HostPlan) -> Option<String> {
        let (host, own, of_github) = (&host.host, variables(&host.host), variables(GITHUB));
        let is_withheld = !self.is_somebody() && own != of_github && of_github.iter().any(|name| std::env::var_os(name).is_some());
        is_withheld.then(|| format!("{} is for {GITHUB} and not sent to {host}: set {}, or name a file with --token-file", of_github[0], own[0]))
    }

    /// Returns the end of the wait that GitHub has demanded of this account, if any.
    pub(super) fn known_limit(&self, state: &State) -> Result<Option<DateTime<Utc>>> {
        let kept = state.meta(LIMIT)?;
        let until = kept.as_deref().and_then(|kept| kept.split_once(' ')).filter(|(account, _)| *account == self.fingerprint);
        Ok(until.and_then(|(_, until)| until.parse().ok()))
    }

    /// Stores the budget seen last, and a limit that applies to this account.
    pub(in crate::run::ask) fn remember(&self, report: &Report, state: &State) -> Result<()> {
        if let Some(Stop::Limited { until }) = report.stop {
            state.set_meta(LIMIT, &format!("{} {}", self.fingerprint, until.to_rfc3339()))?;
        }
        let Some(remaining) = report.remaining else { return Ok(()) };
        let reset = report.reset_at.map(|at| format!(", full again at {}", at.format("%Y-%m-%d %H:%M UTC"))).unwrap_or_default();
        state.set_meta("budget", &format!("{remaining} left{reset} (seen {})", clock::now().format("%Y-%m-%d %H:%M UTC")))
    }
}

/// Returns the variables with the token of a host, the same ones as `gh` uses; the first that is set counts
/// (<https://cli.github.com/manual/gh_help_environment>). No host receives another host's token.
pub(super) fn variables(host: &str) -> &'static [&'static str] {
    if is_githubs_own(host) { &["GITHUB_TOKEN"] } else { &["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_given_its_own_token_alone() {
        for host in ["github.com", "acme.ghe.com"] {
            assert_eq!(variables(host), ["GITHUB_TOKEN"], "{host}");
        }
        for host in ["git.example.org", "github.com.example.org", "evilgithub.com", "ghe.com.example.org", "ghe.com", "a.github.com"] {
            assert_eq!(variables(host), ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"], "{host}");
        }
    }
}
