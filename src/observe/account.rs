//! In whose name GitHub is asked, and the limit that is known to hold for them.

use crate::plan::{AppPlan, GithubPlan};
use crate::state::State;
use crate::{secret, sha256};
use anyhow::Result;
use chrono::{DateTime, Utc};
use starcite_github::Account;
use std::path::Path;

/// Where the state keeps the limit.
const LIMIT: &str = "limit";

/// An account, and what tells it apart in the state: an App's number, or eight hexadecimal digits of a hash, from which no token
/// can be had.
pub(super) struct Asking {
    pub(super) account: Account,
    pub(super) fingerprint: String,
}

impl Asking {
    /// The GitHub App if one is named, else the token from its file or the environment.
    ///
    /// # Errors
    /// When a file can't be read, or holds nothing.
    pub(super) fn read(github: &GithubPlan) -> Result<Self> {
        if let Some(AppPlan { id, installation, key_file }) = &github.app {
            let key = secret::read(key_file, "--app-key", "the App's private key")?;
            let account = Account::App { id: *id, installation: *installation, key: key.into() };
            return Ok(Self { account, fingerprint: format!("app-{id}-{installation}") });
        }
        Ok(match token(github.token_file.as_deref())? {
            Some(token) => Self { fingerprint: sha256::of(token.as_bytes())[..8].to_owned(), account: Account::Token(token.into()) },
            None => Self { account: Account::Nobody, fingerprint: "nobody".to_owned() },
        })
    }

    /// Whether GraphQL answers.
    pub(super) fn is_somebody(&self) -> bool {
        !matches!(self.account, Account::Nobody)
    }

    /// Until when GitHub said that nothing may be sent, if it said so to this account.
    pub(super) fn known_limit(&self, state: &State) -> Result<Option<DateTime<Utc>>> {
        let kept = state.meta(LIMIT)?;
        let until = kept.as_deref().and_then(|kept| kept.split_once(' ')).filter(|(account, _)| *account == self.fingerprint);
        Ok(until.and_then(|(_, until)| until.parse().ok()))
    }

    pub(super) fn remember_limit(&self, state: &State, until: DateTime<Utc>) -> Result<()> {
        state.set_meta(LIMIT, &format!("{} {}", self.fingerprint, until.to_rfc3339()))
    }
}

fn token(file: Option<&Path>) -> Result<Option<String>> {
    match file {
        Some(file) => secret::read(file, "--token-file", "a token").map(Some),
        None => Ok(std::env::var("GITHUB_TOKEN").ok().map(|token| token.trim().to_owned()).filter(|token| !token.is_empty())),
    }
}
