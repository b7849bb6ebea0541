//! The pipeline that a state, and the folder of its weeks, belong to.

use super::{Damaged, State, meta};
use anyhow::{Context, Result};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

/// Meta key of the owner.
const OWNER: &str = "owner";

/// A pipeline, as the last run stored it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The names that the pipeline has had, its current one last.
    pub names: Vec<String>,
    /// The sources that its last run read.
    pub sources: Vec<String>,
}

impl State {
    /// Returns the owner; `None` for a state of no pipeline, or from before owners were stored.
    pub fn owner(&self) -> Result<Option<Owner>> {
        owner(&self.db)
    }

    /// Stores the owner.
    pub fn set_owner(&self, owner: &Owner) -> Result<()> {
        self.set_meta(OWNER, &serde_json::to_string(owner)?)
    }
}

/// Returns the owner of a state that is only read.
pub fn owner(db: &Connection) -> Result<Option<Owner>> {
    meta(db, OWNER)?.map(|json| serde_json::from_str(&json).context(Damaged("the owner"))).transpose()
}
