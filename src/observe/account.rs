//! In whose name GitHub is asked, and the limit that is known to hold for them.

use crate::plan::{GithubPlan, sha256_hex};
use crate::state::State;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use std::path::Path;

/// Where the state keeps the limit.
const LIMIT: &str = "limit";

/// The token, if there is one.
pub(super) struct Account {
    token: Option<String>,
}

impl Account {
    /// The token: from its file if one is named, else from the environment.
    ///
    /// # Errors
    /// When the file can't be read, or holds none.
    pub(super) fn read(github: &GithubPlan) -> Result<Self> {
        Ok(Self { token: token(github.token_file.as_deref())? })
    }

    pub(super) fn exists(&self) -> bool {
        self.token.is_some()
    }

    pub(super) fn token<T: From<String>>(&self) -> Option<T> {
        self.token.clone().map(Into::into)
    }

    /// Tells accounts apart in the state: eight hexadecimal digits of a hash, from which no token can be had.
    fn fingerprint(&self) -> String {
        self.token.as_ref().map_or_else(|| "none".to_owned(), |token| sha256_hex(token.as_bytes())[..8].to_owned())
    }

    /// Until when GitHub said that nothing may be sent, if it said so to this account.
    pub(super) fn known_limit(&self, state: &State) -> Result<Option<DateTime<Utc>>> {
        let kept = state.meta(LIMIT)?;
        let until = kept.as_deref().and_then(|kept| kept.split_once(' ')).filter(|(account, _)| *account == self.fingerprint());
        Ok(until.and_then(|(_, until)| until.parse().ok()))
    }

    pub(super) fn remember_limit(&self, state: &State, until: DateTime<Utc>) -> Result<()> {
        state.set_meta(LIMIT, &format!("{} {}", self.fingerprint(), until.to_rfc3339()))
    }
}

fn token(file: Option<&Path>) -> Result<Option<String>> {
    let Some(file) = file else {
        return Ok(std::env::var("GITHUB_TOKEN").ok().map(|token| token.trim().to_owned()).filter(|token| !token.is_empty()));
    };
    let token = std::fs::read_to_string(file).with_context(|| format!("cannot read the token from {}: check --token-file", file.display()))?;
    match token.trim() {
        "" => bail!("{} holds no token: write it there, or leave --token-file out to ask without one", file.display()),
        token => Ok(Some(token.to_owned())),
    }
}
